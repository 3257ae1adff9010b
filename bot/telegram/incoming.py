"""Telegram messages to articles."""

import asyncio
import textwrap
from pathlib import Path

from telegram import (
    Message,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from retrieval.articles import Document
from retrieval.errors import EmptyArticleError, FileFault, UnreadableFileError
from retrieval.ingest.files import LARGEST, LARGEST_IN_WORDS, read_bytes
from retrieval.ingest.texts import Metadata, read_text


async def read_message(message: Message) -> list[Document]:
    """Return the documents that a message carries: its document, its text or its caption.

    A document of the same name from the same chat and author, and a post of the same channel, is the
    same article, updated. Raises `UnreadableFileError` and `EmptyArticleError`.
    """
    metadata = _metadata(message)
    if document := message.document:
        path = Path(document.file_name or "document")
        if (document.file_size or 0) > LARGEST:
            raise UnreadableFileError(path, FileFault.SIZE, LARGEST_IN_WORDS)
        content = bytes(await (await document.get_file()).download_as_bytearray())
        return await asyncio.to_thread(
            read_bytes,
            content,
            path,
            f"telegram:{message.chat_id}/{metadata.source or ''}/{path.name}",
            metadata,
        )
    text = message.text or message.caption or ""
    try:
        return [await asyncio.to_thread(read_text, text, _post(message.forward_origin), metadata)]
    except EmptyArticleError:
        raise EmptyArticleError("") from None


def name_of(message: Message) -> str:
    """Return what the receipt calls a message without a title: its document, or how its text begins."""
    if message.document and message.document.file_name:
        return message.document.file_name
    return textwrap.shorten(message.text or message.caption or "", 60, placeholder=" …")


def _post(origin: MessageOrigin | None) -> str | None:
    """Return the key of a channel's post, which may be edited and forwarded again."""
    if isinstance(origin, MessageOriginChannel):
        return f"telegram:{origin.chat.id}/{origin.message_id}"
    return None


def _metadata(message: Message) -> Metadata:
    """Return who first wrote a message, where and when, as far as Telegram tells."""
    origin = message.forward_origin
    match origin:
        case MessageOriginChannel():
            name = origin.chat.username
            url = f"https://t.me/{name}/{origin.message_id}" if name else None
            return Metadata(source=origin.chat.title, url=url, published=origin.date.date())
        case MessageOriginChat():
            return Metadata(source=origin.sender_chat.title, published=origin.date.date())
        case MessageOriginUser():
            return Metadata(source=origin.sender_user.full_name, published=origin.date.date())
        case MessageOriginHiddenUser():
            return Metadata(source=origin.sender_user_name, published=origin.date.date())
    return Metadata()
