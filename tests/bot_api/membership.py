"""Methods about chats and who is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .errors import bad_request
from .parties import User
from .rooms import Rooms

Parameters = Mapping[str, Any]

_RIGHTS = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
]


def member(user: User, status: str) -> dict[str, Any]:
    """Return a chat member as the Bot API writes one."""
    written: dict[str, Any] = {"user": user.json(), "status": status}
    if status == "administrator":
        written |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(_RIGHTS, True)
    elif status == "creator":
        written["is_anonymous"] = False
    elif status == "kicked":
        written["until_date"] = 0
    return written


class Membership:
    """What a bot can learn about a chat."""

    def __init__(self, bot: User, rooms: Rooms) -> None:
        self._bot = bot
        self._rooms = rooms

    def methods(self) -> dict[str, Callable[[Parameters], object]]:
        return {
            "getChat": self.chat,
            "getChatMember": self.member,
            "getChatAdministrators": self.administrators,
            "leaveChat": self.leave,
        }

    def chat(self, p: Parameters) -> dict[str, Any]:
        room = self._rooms.find(p.get("chat_id"))
        gifts = (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        )
        more = {"accent_color_id": 0, "max_reaction_count": 11}
        return room.chat.json() | more | {"accepted_gift_types": dict.fromkeys(gifts, False)}

    def member(self, p: Parameters) -> dict[str, Any]:
        room = self._rooms.writable(p.get("chat_id"))
        if "user_id" not in p:
            raise bad_request("invalid user_id specified")
        if p["user_id"] == self._bot.id:
            return member(self._bot, room.members.get(self._bot.id, (self._bot, "member"))[1])
        if p["user_id"] not in room.members:
            raise bad_request("PARTICIPANT_ID_INVALID")
        return member(*room.members[p["user_id"]])

    def administrators(self, p: Parameters) -> list[dict[str, Any]]:
        room = self._rooms.writable(p.get("chat_id"))
        if room.chat.type == "private":
            raise bad_request("there are no administrators in the private chat")
        leading = [found for found in room.members.values() if found[1] in {"creator", "administrator"}]
        bots = p.get("return_bots", False)
        return [member(user, status) for user, status in leading if bots or not user.is_bot]

    def leave(self, p: Parameters) -> bool:
        room = self._rooms.writable(p.get("chat_id"))
        if room.chat.type == "private":
            raise bad_request("chat member status can't be changed in private chats")
        room.gone = True
        room.add_member(self._bot, "left")
        return True
