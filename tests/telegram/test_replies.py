"""Signs that are given in passing, over a Bot API that fails them."""

import asyncio
from collections.abc import Iterator

import pytest
from telegram import Bot

from bot.telegram.replies import Reply, typing
from tests.support.bot_api import BotApi, Fault, User, gateway, private, slow
from tests.support.bot_api.server import TEST_TOKEN

ANN = User(7, "Ann", "en", "ann")
HOME = private(ANN)


@pytest.fixture(name="api")
def strict_fake() -> Iterator[BotApi]:
    with BotApi() as api:
        api.open(HOME, ANN)
        yield api


def work(api: BotApi, seconds: float) -> None:
    """Do some work of so many seconds, beside which Derek types."""

    async def type_and_work() -> None:
        async with Bot(TEST_TOKEN, base_url=f"{api.url}/bot") as bot, typing(Reply.to_chat(bot, HOME.id)):
            await asyncio.sleep(seconds)

    asyncio.run(type_and_work())


def test_derek_types_while_work_takes_longer_than_a_moment(api: BotApi) -> None:
    work(api, 1.0)
    assert [call.parameters["action"] for call in api.calls("sendChatAction")] == ["typing"]


def test_what_is_done_at_once_needs_no_sign(api: BotApi) -> None:
    work(api, 0.0)
    assert api.calls("sendChatAction") == []


@pytest.mark.parametrize("fault", [gateway(502), slow(20)], ids=["502", "hangs"])
def test_a_sign_that_cannot_be_given_holds_no_work_up(api: BotApi, fault: Fault) -> None:
    api.fail("sendChatAction", fault)
    work(api, 1.0)
    assert api.faults_left == 0
