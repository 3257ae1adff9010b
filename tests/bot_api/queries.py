"""Questions that wait for one answer: pressed buttons and inline queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .errors import TOO_OLD, bad_request
from .formatting import check_length, formatted
from .keyboards import inline_keyboard

Parameters = Mapping[str, Any]

MOST_RESULTS = 50
MOST_ALERT = 200
MOST_QUERY = 256


class Queries:
    """The ids that the bot may still answer, each once."""

    def __init__(self) -> None:
        self._open: set[str] = set()
        self._last = 0

    def methods(self) -> dict[str, Callable[[Parameters], object]]:
        return {"answerCallbackQuery": self.answer_callback, "answerInlineQuery": self.answer_inline}

    def ask(self) -> str:
        """Return the id of a new query."""
        self._last += 1
        asked = f"4200000000{self._last:06}"
        self._open.add(asked)
        return asked

    def expire(self, query_id: str) -> None:
        """Make a query too old to answer."""
        self._open.discard(query_id)

    def unanswered(self) -> frozenset[str]:
        """Return the ids that nothing has answered."""
        return frozenset(self._open)

    def answer_callback(self, p: Parameters) -> bool:
        if len(p.get("text", "")) > MOST_ALERT:
            raise bad_request("MESSAGE_TOO_LONG")
        return self._answer(p.get("callback_query_id"))

    def answer_inline(self, p: Parameters) -> bool:
        results = p.get("results", [])
        if len(results) > MOST_RESULTS:
            raise bad_request("RESULTS_TOO_MUCH")
        ids = [str(result.get("id", "")) for result in results]
        if len(set(ids)) != len(ids):
            raise bad_request("RESULT_ID_DUPLICATE")
        if not all(1 <= len(found.encode()) <= 64 for found in ids):
            raise bad_request("RESULT_ID_INVALID")
        for result in results:
            _check(result)
        return self._answer(p.get("inline_query_id"))

    def _answer(self, query_id: object) -> bool:
        if query_id not in self._open:
            raise bad_request(TOO_OLD)
        self._open.discard(str(query_id))
        return True


def _check(result: Mapping[str, Any]) -> None:
    """Refuse an inline result whose message could not be sent."""
    if not result.get("type"):
        raise bad_request("can't parse inline query result: Can't find field \"type\"")
    if result["type"] == "article" and not result.get("title"):
        raise bad_request("can't parse inline query result: Can't find field \"title\"")
    content = result.get("input_message_content")
    if content is not None:
        check_length(formatted(content, text="message_text").text)
    inline_keyboard(result.get("reply_markup"))
