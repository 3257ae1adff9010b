"""What an update holds, and whether it is meant for the bot."""

import re

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, MessageEntity, Update, User
from telegram.constants import ChatType
from telegram.ext import ContextTypes, filters

from bot.chats.access import TELEGRAM, ChatKind, Subject
from bot.phrases import Phrases

Context = ContextTypes.DEFAULT_TYPE


class Addressed(filters.MessageFilter):
    """Messages meant for the bot: all in private; in a group commands to it, mentions and replies."""

    def filter(self, message: Message) -> bool:
        """Whether the message is one."""
        if message.chat.type == ChatType.PRIVATE:
            return True
        bot = message.get_bot()
        kinds: list[str | None] = [MessageEntity.BOT_COMMAND, MessageEntity.MENTION]
        named = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
        if any(text.casefold().endswith(f"@{bot.username}".casefold()) for text in named.values()):
            return True
        commanded = any(entity.type == MessageEntity.BOT_COMMAND for entity in named)
        answered = message.reply_to_message
        return not commanded and bool(answered and answered.from_user and answered.from_user.id == bot.id)


def phrases_of(update: Update) -> Phrases:
    """Return the phrases in the language of the person who wrote."""
    return Phrases(update.effective_user.language_code if update.effective_user else None)


def subject_of(update: Update) -> Subject:
    """Return who does something, and where."""
    chat, user = update.effective_chat, update.effective_user
    # The message under a pressed button is the bot's own.
    message = None if update.callback_query else update.effective_message
    as_chat = message.sender_chat if message else None
    private = chat is not None and chat.type == ChatType.PRIVATE
    return Subject(
        user.id if user else None,
        chat.id if chat else None,
        ChatKind.PRIVATE if private else ChatKind.GROUP,
        as_chat.id if as_chat else None,
    )


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


def chat_of_query(query: CallbackQuery) -> str:
    """Return the id of the chat that a button stands in; of one that nobody knows, an id of nobody's."""
    return chat_of(query.message) if query.message else TELEGRAM


def text_of(message: Message, bot: str) -> str:
    """Return what a message says beside its command and the bot's name."""
    text = message.text or message.caption or ""
    if text.startswith("/"):
        text = " ".join(text.split(maxsplit=1)[1:])
    return re.sub(rf"@{re.escape(bot)}\b", " ", text, flags=re.IGNORECASE).strip()
