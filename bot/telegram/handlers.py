"""What Derek does with each kind of update."""

import asyncio
import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import wraps
from typing import Any

from telegram import CallbackQuery, Message, MessageEntity, Update
from telegram.constants import CallbackQueryLimit, ChatAction, ChatType
from telegram.error import BadRequest, Conflict, NetworkError, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot import messages
from bot.assembly import Derek
from bot.phrases import Phrases, courtesy
from bot.telegram.access import Access
from bot.telegram.additions import name_of, read_message
from bot.telegram.replies import NO_PREVIEW, Keyboard, Reply, button, phrases_of
from retrieval.answers import Answer
from retrieval.articles import Article, Span
from retrieval.errors import ArticleError, QuestionError
from retrieval.store import Outcome, Receipt

_log = logging.getLogger(__name__)

#: How many articles one message of the list names.
_PAGE = 10

#: As much of an article as /show sends: one message.
_LONGEST_SHOWN = 3_500

_Context = ContextTypes.DEFAULT_TYPE
_Method = Callable[["Conversation", Update, _Context], Coroutine[Any, Any, None]]


class _Addressed(filters.MessageFilter):
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


def _for(role: Callable[[Access, int | None], bool], refusal: str) -> Callable[[_Method], _Method]:
    """Keep a handler for those who have a role, and tell everyone else so."""

    def decorate(method: _Method) -> _Method:
        @wraps(method)
        async def guarded(self: "Conversation", update: Update, context: _Context) -> None:
            user = update.effective_user
            if role(self.access, user.id if user else None):
                await method(self, update, context)
                return
            text = phrases_of(update)(refusal, user=str(user.id) if user else "–")
            if update.callback_query:
                await _alert(update.callback_query, text)
            else:
                await Reply.under(_message(update)).say(text)

        return guarded

    return decorate


_readers = _for(Access.may_ask, "readers-only")
_administrators = _for(Access.may_change, "administrators-only")


class Conversation:
    """Derek's side of every chat."""

    def __init__(self, derek: Derek) -> None:
        self._derek = derek
        self.access = Access.of(derek.config.telegram)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Hand each kind of update to its handler; the first that fits takes it."""
        meant = filters.UpdateType.MESSAGE & _Addressed()
        private = filters.ChatType.PRIVATE
        handlers = [
            MessageHandler(meant & private & (filters.FORWARDED | filters.Document.ALL), self.offered),
            CommandHandler("start", self.start, meant),
            CommandHandler(["help", "settings"], self.help, meant),
            CommandHandler("ask", self.ask, meant),
            CommandHandler("about", self.about, meant),
            CommandHandler("list", self.list, meant),
            CommandHandler("show", self.show, meant),
            CommandHandler("add", self.add, meant),
            CommandHandler("remove", self.remove, meant),
            MessageHandler(meant & filters.COMMAND, self.help),
            MessageHandler(meant & (filters.TEXT | filters.CAPTION), self.ask),
            MessageHandler(filters.StatusUpdate.MIGRATE, self.migrated),
            MessageHandler(meant & ~filters.StatusUpdate.ALL, self.unreadable),
            CallbackQueryHandler(self.context, r"^context:([0-9a-f]{12}):(\d{1,9}):(\d{1,9}):([0-9a-f]{8})$"),
            CallbackQueryHandler(self.more, r"^more:(\d{1,15}):(\d{1,5})$"),
            CallbackQueryHandler(self.page, r"^page:(\d{1,9})$"),
            CallbackQueryHandler(self.undo, r"^undo:(\d{1,15})$"),
            CallbackQueryHandler(self.removed, r"^remove:([0-9a-f]{12})$"),
            CallbackQueryHandler(self.kept, "^keep$"),
            CallbackQueryHandler(self.unknown),
        ]
        for handler in handlers:
            application.add_handler(handler)
        application.add_error_handler(failed)

    @_readers
    async def start(self, update: Update, _: _Context) -> None:
        """Say who Derek is."""
        await Reply.under(_message(update)).say(phrases_of(update)("start"))

    @_readers
    async def help(self, update: Update, context: _Context) -> None:
        """Say what Derek can do, and what this person may do with him."""
        phrases = phrases_of(update)
        told = [phrases("help"), phrases("help-group", bot=context.bot.username)]
        if update.effective_user and self.access.may_change(update.effective_user.id):
            told.append(phrases("help-administrator"))
        await Reply.under(_message(update)).send(messages.paragraph(text) for text in told)

    @_readers
    async def unreadable(self, update: Update, _: _Context) -> None:
        """Say that pictures, stickers and the like cannot be read."""
        await Reply.under(_message(update)).say(phrases_of(update)("cannot-read"))

    @_readers
    async def ask(self, update: Update, context: _Context) -> None:
        """Answer a question; without one, the message that was replied to."""
        message, phrases = _message(update), phrases_of(update)
        question = _said(message, context.bot.username)
        answered = message.reply_to_message
        if not question and answered and answered.from_user and answered.from_user.id != context.bot.id:
            question = answered.text or answered.caption or ""
        reply = Reply.under(message)
        if kind := courtesy(question):
            await reply.say(phrases(kind))
            return
        async with _typing(reply):
            try:
                found, asked = await asyncio.to_thread(self._ask, _chat(message), question)
            except QuestionError as error:
                await reply.say(messages.trouble(error, phrases))
                return
            await self._send_answer(reply, found, asked, phrases)

    def _ask(self, chat: str, question: str) -> tuple[Answer, int]:
        found = self._derek.answerer.ask(question, limit=self._derek.config.answers.citations)
        return found, self._derek.history.add(chat, found.question)

    async def _send_answer(self, reply: Reply, found: Answer, asked: int, phrases: Phrases) -> None:
        found = await asyncio.to_thread(self._derek.answerer.verify, found)
        phrases = phrases.in_language(found.language)
        empty = not found.citations and await asyncio.to_thread(self._derek.answerer.is_empty)
        buttons = _buttons(found, asked, len(found.citations), phrases)
        await reply.send(messages.answer(found, phrases, empty=empty), buttons)

    @_readers
    async def context(self, update: Update, context: _Context) -> None:
        """Show a cited sentence among its neighbours."""
        query, phrases = _query(update), phrases_of(update)
        article_id, start, end, imprint = _match(context)
        try:
            span = Span(int(start), int(end))
            found = await asyncio.to_thread(self._derek.answerer.passage, article_id, span, imprint=imprint)
        except (ArticleError, ValueError) as error:
            told = (
                messages.trouble(error, phrases)
                if isinstance(error, ArticleError)
                else phrases("changed-article")
            )
            await _alert(query, told)
            return
        await _answered(query)
        if query.message:
            await Reply.under(query.message).send(messages.passage(found, phrases))

    @_readers
    async def more(self, update: Update, context: _Context) -> None:
        """Show further citations for a question asked before."""
        query, phrases = _query(update), phrases_of(update)
        asked, offset = map(int, _match(context))
        if query.message is None:
            await _answered(query)
            return
        question = await asyncio.to_thread(self._derek.history.question, _chat(query.message), asked)
        if question is None:
            await _alert(query, phrases("forgotten-question"))
            return
        answerer = self._derek.answerer
        found = await asyncio.to_thread(answerer.ask, question, offset=offset)
        found = await asyncio.to_thread(answerer.verify, found)
        if not found.citations:
            await _alert(query, phrases("no-more"))
            return
        await _answered(query)
        phrases = phrases.in_language(found.language)
        buttons = _buttons(found, asked, offset + len(found.citations), phrases)
        await Reply.under(query.message).send(messages.more(found, phrases), buttons)

    @_readers
    async def about(self, update: Update, _: _Context) -> None:
        """Say what the articles hold."""
        held = await asyncio.to_thread(self._derek.store.summary)
        await Reply.under(_message(update)).send(messages.summary(held, phrases_of(update)))

    @_readers
    async def list(self, update: Update, _: _Context) -> None:
        """List the newest articles."""
        await self._send_page(Reply.under(_message(update)), phrases_of(update), 0)

    @_readers
    async def page(self, update: Update, context: _Context) -> None:
        """List older articles."""
        query = _query(update)
        await _answered(query)
        if query.message:
            await self._send_page(Reply.under(query.message), phrases_of(update), int(_match(context)[0]))

    async def _send_page(self, reply: Reply, phrases: Phrases, offset: int) -> None:
        held = await asyncio.to_thread(self._derek.store.holdings, _PAGE + 1, offset)
        if not held:
            await reply.say(phrases("no-articles"))
            return
        older = [[button(phrases("button-next"), "page", offset + _PAGE)]] if len(held) > _PAGE else ()
        await reply.send([messages.holding(one, phrases) for one in held[:_PAGE]], older)

    @_readers
    async def show(self, update: Update, context: _Context) -> None:
        """Show an article."""
        if article := await self._named(update, context, "show-usage"):
            shown = messages.article(article, phrases_of(update), _LONGEST_SHOWN)
            await Reply.under(_message(update)).send(shown)

    async def _named(self, update: Update, context: _Context, usage: str) -> Article | None:
        """Return the article whose id stands behind the command; say what is wrong if there is none."""
        reply, phrases = Reply.under(_message(update)), phrases_of(update)
        wanted = _said(_message(update), context.bot.username)
        if not wanted:
            await reply.say(phrases(usage))
            return None
        try:
            return await asyncio.to_thread(lambda: self._derek.store.get(self._derek.store.resolve(wanted)))
        except ArticleError as error:
            await reply.say(messages.trouble(error, phrases))
            return None

    @_administrators
    async def offered(self, update: Update, _: _Context) -> None:
        """Add what was sent or forwarded."""
        await self._add(_message(update), _message(update), phrases_of(update))

    @_administrators
    async def add(self, update: Update, context: _Context) -> None:
        """Add what the command replies to."""
        message, phrases = _message(update), phrases_of(update)
        carrier = message.reply_to_message
        if carrier is None:
            await Reply.under(message).say(phrases("add-usage"))
        elif carrier.from_user and carrier.from_user.id == context.bot.id:
            await Reply.under(message).say(phrases("add-own"))
        else:
            await self._add(message, carrier, phrases)

    async def _add(self, message: Message, carrier: Message, phrases: Phrases) -> None:
        reply, store = Reply.under(message), self._derek.store
        async with _typing(reply):
            try:
                article = await read_message(carrier)
            except ArticleError as error:
                await reply.say(phrases("receipt-failed", reason=messages.trouble(error, phrases)))
                return
            addition = await asyncio.to_thread(store.begin_addition)
            receipt = await asyncio.to_thread(store.add, article, addition, name_of(carrier))
        changed = receipt.outcome in (Outcome.ADDED, Outcome.UPDATED)
        undo = [[button(phrases("button-undo"), "undo", addition)]] if changed else ()
        await reply.say(messages.receipt(receipt, phrases), undo)

    @_administrators
    async def undo(self, update: Update, context: _Context) -> None:
        """Take an addition back."""
        query, phrases = _query(update), phrases_of(update)
        receipts: list[Receipt] = await asyncio.to_thread(self._derek.store.undo, int(_match(context)[0]))
        await _answered(query)
        told = [messages.receipt(one, phrases) for one in receipts] or [phrases("undo-nothing")]
        await _replace(query, "\n".join(told))

    @_administrators
    async def remove(self, update: Update, context: _Context) -> None:
        """Ask whether an article is really to be removed."""
        phrases = phrases_of(update)
        if article := await self._named(update, context, "remove-usage"):
            choice = [
                button(phrases("button-remove"), "remove", article.id),
                button(phrases("button-keep"), "keep"),
            ]
            question = phrases("remove-confirm", name=messages.name(article, phrases))
            await Reply.under(_message(update)).say(question, [choice])

    @_administrators
    async def removed(self, update: Update, context: _Context) -> None:
        """Remove an article."""
        query, phrases = _query(update), phrases_of(update)
        try:
            article = await asyncio.to_thread(self._derek.store.remove, _match(context)[0])
        except ArticleError as error:
            await _alert(query, messages.trouble(error, phrases))
            return
        await _answered(query)
        await _replace(query, phrases("removed", name=messages.name(article, phrases)))

    @_administrators
    async def kept(self, update: Update, _: _Context) -> None:
        """Leave an article where it is."""
        query = _query(update)
        await _answered(query)
        await _replace(query, phrases_of(update)("kept"))

    async def unknown(self, update: Update, _: _Context) -> None:
        """Stop the clock of a button that an older Derek sent."""
        await _answered(_query(update))

    async def migrated(self, update: Update, _: _Context) -> None:
        """Follow a group that became a supergroup and has another id now."""
        message = _message(update)
        if message.migrate_to_chat_id:
            await asyncio.to_thread(
                self._derek.history.rename, _chat(message), f"telegram:{message.migrate_to_chat_id}"
            )


async def failed(update: object, context: _Context) -> None:
    """Note an error under a reference, and give the reference to whoever met it."""
    error = context.error
    if not isinstance(update, Update):
        # Polling goes on by itself; a line says why nothing comes in meanwhile.
        if isinstance(error, Conflict):
            _log.warning("another process is given this bot's messages: stop it, or use another token here")
        else:
            _log.warning("%s: %s", type(error).__name__, error)
        return
    reference = secrets.token_hex(3)
    quiet = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    _log.error(
        "%s: update %s failed: %r", reference, update.update_id, error, exc_info=None if quiet else error
    )
    text = phrases_of(update)("failure", reference=reference)
    with suppress(TelegramError):
        if update.callback_query:
            await _alert(update.callback_query, text)
        elif update.effective_message:
            await Reply.under(update.effective_message).say(text)


def _buttons(found: Answer, asked: int, shown: int, phrases: Phrases) -> Keyboard:
    """Return the buttons under an answer: the context of each citation, and further ones if there are."""
    if not found.citations:
        return ()
    only = len(found.citations) == 1
    rows = [
        [
            button(
                phrases("button-context") + ("" if only else f" [{one.number}]"),
                "context", one.article_id, one.span.start, one.span.end, one.imprint,
            )
            for one in found.citations
        ]
    ]  # fmt: skip
    if found.further:
        rows.append([button(phrases("button-more"), "more", asked, shown)])
    return rows


def _message(update: Update) -> Message:
    """Return the message that a message handler was given."""
    if update.effective_message is None:
        raise TypeError("this update holds no message")
    return update.effective_message


def _query(update: Update) -> CallbackQuery:
    """Return the pressed button that a callback handler was given."""
    if update.callback_query is None:
        raise TypeError("this update holds no callback query")
    return update.callback_query


def _match(context: _Context) -> tuple[str, ...]:
    """Return what the pattern of a button's data found."""
    return tuple(str(group) for match in context.matches or () for group in match.groups())


def _chat(message: Message | Any) -> str:
    return f"telegram:{message.chat.id}"


def _said(message: Message, bot: str) -> str:
    """Return what a message says beside its command and the bot's name."""
    text = message.text or message.caption or ""
    if text.startswith("/"):
        text = " ".join(text.split(maxsplit=1)[1:])
    return re.sub(rf"@{re.escape(bot)}\b", " ", text, flags=re.IGNORECASE).strip()


@asynccontextmanager
async def _typing(reply: Reply) -> AsyncIterator[None]:
    """Show that Derek is typing while the work goes on; no work waits for the sign."""

    async def show() -> None:
        with suppress(TelegramError):
            await reply.bot.send_chat_action(
                reply.chat_id, ChatAction.TYPING, message_thread_id=reply.thread_id
            )

    sign = asyncio.create_task(show())
    try:
        yield
    finally:
        await sign


async def _answered(query: CallbackQuery) -> None:
    """Stop the button's clock; Telegram no longer takes it for an old press, which is no fault."""
    with suppress(BadRequest):
        await query.answer()


async def _alert(query: CallbackQuery, text: str) -> None:
    with suppress(BadRequest):
        await query.answer(text[: CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH], show_alert=True)


async def _replace(query: CallbackQuery, text: str) -> None:
    """Put a phrase in place of a message and its buttons; one that may no longer be edited stays."""
    with suppress(BadRequest):
        await query.edit_message_text(text, link_preview_options=NO_PREVIEW)
