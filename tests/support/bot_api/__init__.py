"""A small strict fake of the Telegram Bot API, over real HTTP on loopback.

with BotApi(token="42:TEST") as api: give `api.base_url` and `api.base_file_url` to an unmodified bot, let
people act (`api.message(…)`, `api.press(…)`, …), then read what stands in a chat (`api.messages(chat)`) and
what the bot called (`api.calls(method)`). Waiting blocks: in a test's own loop, use `asyncio.to_thread`.
Telegram's rules and words are kept; where the fake is stricter than Telegram, the error says so.
"""

from tests.support.bot_api.chats import Chat, FromChannel, FromHidden, FromUser, Message, User, private
from tests.support.bot_api.journal import Call, WaitedInVainError
from tests.support.bot_api.requests import Fault, drop_after, drop_before, flood, gateway, refused, slow
from tests.support.bot_api.server import BotApi

__all__ = [
    "BotApi",
    "Call",
    "Chat",
    "Fault",
    "FromChannel",
    "FromHidden",
    "FromUser",
    "Message",
    "User",
    "WaitedInVainError",
    "drop_after",
    "drop_before",
    "flood",
    "gateway",
    "private",
    "refused",
    "slow",
]
