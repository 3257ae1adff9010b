"""Telegram messages to articles."""

import asyncio
import textwrap
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from telegram import (
    Chat,
    Message,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)
from telegram.constants import ChatType

from retrieval.articles import Document, digest
from retrieval.errors import ArticleError, EmptyArticleError, FileFault, UnreadableFileError
from retrieval.ingest.adding import read_sent
from retrieval.ingest.files import LARGEST, LARGEST_IN_WORDS
from retrieval.ingest.texts import Metadata, read_text

#: What is wrong with files in an archive or a mail, by their names.
Faults = list[tuple[str, ArticleError]]


async def read_message(message: Message) -> tuple[list[Document], Faults]:
    """Return the documents that a message carries: its document, its text or its caption.

    Of an archive or a mail, these are also the documents of the files in it, and what is wrong with others.

    A document of the same name from the same chat and author, or from the same channel, and the same post
    of a channel, there or forwarded, is the same article, updated. Raises `UnreadableFileError` and
    `EmptyArticleError`.
    """
    metadata = _metadata(message)
    if document := message.document:
        path = Path(document.file_name or "document")
        if (document.file_size or 0) > LARGEST:
            raise UnreadableFileError(path, FileFault.SIZE, LARGEST_IN_WORDS)
        content = bytes(await (await document.get_file()).download_as_bytearray())
        key = f"telegram:{_author(message)}/{path.name}"
        return await asyncio.to_thread(read_sent, content, path, key, metadata)
    text = message.text or message.caption or ""
    try:
        return [await asyncio.to_thread(read_text, text, _key(message), metadata)], []
    except EmptyArticleError:
        raise EmptyArticleError("") from None


def name_of(message: Message) -> str:
    """Return what the receipt calls a message without a title: its document, or how its text begins."""
    if message.document and message.document.file_name:
        return message.document.file_name
    return textwrap.shorten(message.text or message.caption or "", 60, placeholder=" …")


@dataclass(frozen=True, slots=True)
class _Post:
    """A channel's post, which may be edited, and forwarded again."""

    channel: Chat
    number: int
    at: datetime

    @property
    def url(self) -> str | None:
        """Where it is shown: to everybody, or to those who are in the channel."""
        if self.channel.username:
            return f"https://t.me/{self.channel.username}/{self.number}"
        inside = str(self.channel.id).removeprefix(_CHANNELS)
        return f"https://t.me/c/{inside}/{self.number}" if inside.isdecimal() else None


#: What the ids of channels begin with, behind which stands what links have.
_CHANNELS = "-100"


def _post(message: Message) -> _Post | None:
    """Return the post that a message is, or that it was forwarded from."""
    origin = message.forward_origin
    if isinstance(origin, MessageOriginChannel):
        return _Post(origin.chat, origin.message_id, origin.date)
    if message.chat.type == ChatType.CHANNEL:
        return _Post(message.chat, message.message_id, message.date)
    return None


def _key(message: Message) -> str | None:
    """Return the key of an article that is a channel's post; None for any other text."""
    post = _post(message)
    return f"telegram:{post.channel.id}/{post.number}" if post else None


def _author(message: Message) -> str:
    """Return what a document's name is unique with: its channel, or its chat and author."""
    if post := _post(message):
        return str(post.channel.id)
    return f"{message.chat_id}/{_first_author(message.forward_origin)}"


def _first_author(origin: MessageOrigin | None) -> str:
    """Return what tells who wrote a forwarded message from others, without a person's name."""
    match origin:
        case MessageOriginChat():
            return origin.sender_chat.title or ""
        case MessageOriginUser():
            return str(origin.sender_user.id)
        case MessageOriginHiddenUser():
            return digest(origin.sender_user_name)
    return ""


def _metadata(message: Message) -> Metadata:
    """Return where and when a message was first written, as far as Telegram tells.

    A person who wrote it is not named: they were not asked.
    """
    if post := _post(message):
        return Metadata(source=post.channel.title, url=post.url, published=post.at.date())
    origin = message.forward_origin
    match origin:
        case MessageOriginChat():
            return Metadata(source=origin.sender_chat.title, published=origin.date.date())
        case MessageOriginUser() | MessageOriginHiddenUser():
            return Metadata(published=origin.date.date())
    return Metadata()
