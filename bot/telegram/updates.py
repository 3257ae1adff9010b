"""What an update holds, and whether it is meant for the bot."""

import json
import re
from collections.abc import Mapping
from typing import Any

from telegram import Bot, CallbackQuery, MaybeInaccessibleMessage, Message, MessageEntity, Update, User
from telegram.constants import ChatType
from telegram.ext import ContextTypes, filters

from bot.assembly import Derek
from bot.chats.access import COMMANDS, TELEGRAM, ChatKind, Subject
from bot.chats.chat import Chat
from bot.chats.history import Asker
from bot.chats.journal import Received
from bot.phrases import Phrases
from bot.telegram.handling import spoken

Context = ContextTypes.DEFAULT_TYPE


class Addressed(filters.MessageFilter):
    """Messages meant for the bot: all in private; in a group commands to it, mentions, its name, and replies.

    What a channel's posts are by themselves in its group, and what other bots write, is not.
    """

    def filter(self, message: Message) -> bool:
        """Whether the message is one."""
        if is_private(message):
            return True
        if message.is_automatic_forward or _is_of_bot(message):
            return False
        bot, text = message.get_bot(), message.text or message.caption or ""
        kinds: list[str | None] = [MessageEntity.BOT_COMMAND, MessageEntity.MENTION]
        named = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
        if any(said.casefold().endswith(f"@{bot.username}".casefold()) for said in named.values()):
            return True
        if text.startswith("/"):
            # Where there is but one bot, its commands come bare.
            return _COMMAND.match(text) is not None
        answered = message.reply_to_message
        is_reply = bool(answered and answered.from_user and answered.from_user.id == bot.id)
        return is_reply or calling(bot.first_name).match(text) is not None


def _is_of_bot(message: Message) -> bool:
    """Whether another bot wrote a message; an administrator who hides is shown as one, and is none."""
    return bool(message.from_user and message.from_user.is_bot and message.sender_chat is None)


#: A command of ours that is not said to be for somebody else.
_COMMAND = re.compile(rf"/(?:{'|'.join(command.name for command in COMMANDS)})(?![\w@])", re.IGNORECASE)


def is_called(message: Message) -> bool:
    """Whether a message begins with a command, or with the bot's name."""
    text, bot = message.text or message.caption or "", message.get_bot()
    mention = f"@{bot.username}".casefold()
    return (
        text.startswith("/")
        or text.casefold().startswith(mention)
        or bool(calling(bot.first_name).match(text))
    )


def calling(name: str) -> re.Pattern[str]:
    """Return what a message begins with that calls somebody by name: "Derek, who …"."""
    return re.compile(rf"\A\s*{re.escape(name)}\s*[,:!.—–-]\s*(?=\S)", re.IGNORECASE)


def phrases_of(update: Update) -> Phrases:
    """Return the phrases in the language that was chosen, else in that of the person who wrote."""
    own = update.effective_user.language_code if update.effective_user else None
    return Phrases(spoken() or own)


def subject_of(update: Update) -> Subject:
    """Return who does something, and where; who asks in passing, from any chat, does so as in private."""
    chat, user = update.effective_chat, update.effective_user
    if update.inline_query:
        return Subject(update.inline_query.from_user.id, update.inline_query.from_user.id, ChatKind.PRIVATE)
    # The message under a pressed button is the bot's own.
    message = None if update.callback_query else update.effective_message
    as_chat = message.sender_chat if message else None
    return Subject(
        user.id if user else None,
        chat.id if chat else None,
        _KINDS.get(chat.type, ChatKind.GROUP) if chat else ChatKind.GROUP,
        as_chat.id if as_chat else None,
    )


_KINDS: Mapping[str, ChatKind] = {ChatType.PRIVATE: ChatKind.PRIVATE, ChatType.CHANNEL: ChatKind.CHANNEL}


def person_of(update: Update) -> int:
    """Return the id of the person whom the guard let through.

    Raises `TypeError` if there is none.
    """
    person = subject_of(update).person
    if person is None:
        raise TypeError("nobody did this in their own name")
    return person


def called(user: User) -> str:
    """Return how Telegram calls a person."""
    return f"{user.full_name} (@{user.username})" if user.username else user.full_name


def message_of(update: Update) -> Message:
    """Return the message that a message handler was given.

    Raises `TypeError` if the update holds none.
    """
    if update.effective_message is None:
        raise TypeError("this update holds no message")
    return update.effective_message


def query_of(update: Update) -> CallbackQuery:
    """Return the pressed button that a callback handler was given.

    Raises `TypeError` if the update holds none.
    """
    if update.callback_query is None:
        raise TypeError("this update holds no callback query")
    return update.callback_query


def match_of(context: Context) -> tuple[str, ...]:
    """Return what the pattern of a button's data found."""
    return tuple(str(group) for match in context.matches or () for group in match.groups())


def chat_of(message: MaybeInaccessibleMessage) -> str:
    """Return what the history calls a chat."""
    return chat_id_of(message.chat.id)


def chat_id_of(number: int) -> str:
    """Return what the history calls the chat of a number."""
    return f"{TELEGRAM}{number}"


def is_private(message: MaybeInaccessibleMessage) -> bool:
    """Whether a message stands in the chat of one person with the bot."""
    return message.chat.type == ChatType.PRIVATE


def conversation(derek: Derek, update: Update) -> Chat:
    """Return the chat that an update happened in; what is done in it is done once for this update.

    In a group each person's questions go on with their own, in each of its topics.
    """
    message = update.effective_message
    if message is None:
        return derek.chat(TELEGRAM)
    asker = Asker(subject_of(update).person, topic_of(message))
    return derek.chat(chat_of(message), asker=asker, key=f"{message.get_bot().id}:{update.update_id}")


def topic_of(message: MaybeInaccessibleMessage) -> int | None:
    """Return the topic of a forum that a message stands in, if it does."""
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


def text_of(message: Message, bot: Bot) -> str:
    """Return what a message says beside its command and the bot's name."""
    text = message.text or message.caption or ""
    if text.startswith("/"):
        text = " ".join(text.split(maxsplit=1)[1:])
    elif not is_private(message):
        text = calling(bot.first_name).sub("", text)
    return re.sub(rf"@{re.escape(bot.username)}\b", " ", text, flags=re.IGNORECASE).strip()


def is_passing(update: Received) -> bool:
    """Whether an update is for the moment only: a question that somebody types in any chat."""
    return update.chat is None and '"inline_query"' in update.body


def number_of(raw: Mapping[str, Any]) -> int | None:
    """Return the number of an update as it came; None for what is no number that an update may have."""
    number = _whole(raw.get("update_id"))
    return None if number is None or number < 0 else number


def received(raw: Mapping[str, Any]) -> Received | None:
    """Return an update as it came, and whose it is; of one that is not understood, nobody's.

    None for what has no number that an update may have: that can be neither kept nor asked for again.
    """
    if (number := number_of(raw)) is None:
        return None
    content = next((value for value in raw.values() if isinstance(value, dict)), {})
    place = content.get("message") if "callback_query" in raw else content
    place = place if isinstance(place, dict) else {}
    thread = _whole(place.get("message_thread_id")) if place.get("is_topic_message") else None
    return Received(number, _id(place.get("chat")), thread, _id(content.get("from")), json.dumps(raw))


def _id(value: object) -> int | None:
    return _whole(value.get("id")) if isinstance(value, dict) else None


def _whole(value: object) -> int | None:
    """Return a whole number that the journal can hold; None for anything else."""
    is_whole = isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63
    return value if is_whole and isinstance(value, int) else None
