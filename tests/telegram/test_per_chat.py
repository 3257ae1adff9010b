"""Updates of one chat keep their order, and no chat waits for another."""

import asyncio
from collections import defaultdict

from telegram import Update

from bot.telegram.per_chat import PerChat
from tests.support.bot_api import User, private
from tests.support.recording import message


def test_each_chat_is_worked_on_in_order_and_side_by_side_with_the_others() -> None:
    done: defaultdict[int, list[int]] = defaultdict(list)
    at_once = most_at_once = 0

    async def work(chat: int, number: int) -> None:
        nonlocal at_once, most_at_once
        at_once += 1
        most_at_once = max(most_at_once, at_once)
        # The earlier an update came, the longer it takes: only waiting keeps the order.
        await asyncio.sleep(0.02 / (number + 1))
        done[chat].append(number)
        at_once -= 1

    async def main() -> None:
        async with PerChat() as processor:
            updates = [(chat, number) for number in range(10) for chat in (1, 2, 3)]
            await asyncio.gather(
                *(
                    processor.process_update(
                        Update.de_json(message(private(User(chat, "U", None, None)), None, "?"), None),
                        work(chat, number),
                    )
                    for chat, number in updates
                )
            )

    asyncio.run(main())
    assert dict(done) == {chat: list(range(10)) for chat in (1, 2, 3)}
    assert most_at_once == 3
