"""In which language people are spoken to: the one chosen in the chat, else the one in which they write."""

import logging

from bot.chats.access import Subject
from bot.chats.history import History
from bot.telegram.updates import chat_id_of
from retrieval.errors import StoreError

_log = logging.getLogger(__name__)


class Languages:
    """The languages in which people are spoken to, as far as a history knows them."""

    def __init__(self, history: History) -> None:
        self._history = history

    def of(self, subject: Subject) -> str | None:
        """Return the language to speak to somebody; None where only Telegram's word of them is known."""
        if subject.chat is None:
            return None
        chat = chat_id_of(subject.chat)
        try:
            return self._history.chosen_language(chat) or self._history.written_language(chat, subject.person)
        except StoreError as error:
            _log.warning("in which language to speak is not known: %s", error)
            return None

    def chosen(self, chat: int) -> str | None:
        """Return the language that was chosen in a chat, if one was.

        Raises `StoreError`.
        """
        return self._history.chosen_language(chat_id_of(chat))

    def choose(self, chat: int, language: str | None) -> None:
        """Have a language spoken in a chat; with None, that of each person.

        Raises `StoreError`.
        """
        self._history.choose_language(chat_id_of(chat), language)
