"""What Derek does with each kind of update."""

import asyncio
import logging
import secrets
from contextlib import suppress
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Conflict, NetworkError, TelegramError
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.assembly import Derek
from bot.chats.settings import Limits
from bot.phrases import Phrases, courtesy
from bot.rendering import messages
from bot.rendering.blocks import paragraph
from bot.telegram.access import Access, readers
from bot.telegram.keeping import Keeping, named_article
from bot.telegram.limiting import PATTERN, Limiting
from bot.telegram.replies import Keyboard, Reply, alert, answered, button, typing
from bot.telegram.updates import Addressed, Context, chat_of, match_of, message_of, phrases_of, query_of, said
from retrieval.answers.citations import Answer
from retrieval.articles import Span
from retrieval.errors import ArticleError, QuestionError

_log = logging.getLogger(__name__)

#: How many articles one message of the list names.
_PAGE = 10

#: As much of an article as /show sends: one message.
_LONGEST_SHOWN = 3_500


class Conversation:
    """Derek's side of every chat."""

    def __init__(self, derek: Derek) -> None:
        self._derek = derek
        self.access = Access.of(derek.config.telegram)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Hand each kind of update to its handler; the first that fits takes it."""
        meant = filters.UpdateType.MESSAGE & Addressed()
        private = filters.ChatType.PRIVATE
        keeping, limiting = Keeping(self._derek, self.access), Limiting(self._derek, self.access)
        handlers = [
            MessageHandler(meant & private & (filters.FORWARDED | filters.Document.ALL), keeping.offered),
            CommandHandler("start", self.start, meant),
            CommandHandler("help", self.help, meant),
            CommandHandler("settings", limiting.settings, meant),
            CommandHandler("ask", self.ask, meant),
            CommandHandler("about", self.about, meant),
            CommandHandler("status", self.status, meant),
            CommandHandler("list", self.list, meant),
            CommandHandler("show", self.show, meant),
            CommandHandler("add", keeping.add, meant),
            CommandHandler("remove", keeping.remove, meant),
            MessageHandler(meant & filters.COMMAND, self.help),
            MessageHandler(meant & (filters.TEXT | filters.CAPTION), self.ask),
            MessageHandler(filters.StatusUpdate.MIGRATE, self.migrated),
            MessageHandler(meant & ~filters.StatusUpdate.ALL, self.unreadable),
            CallbackQueryHandler(self.context, r"^context:([0-9a-f]{12}):(\d{1,9}):(\d{1,9}):([0-9a-f]{8})$"),
            CallbackQueryHandler(self.more, r"^more:(\d{1,15}):(\d{1,5})$"),
            CallbackQueryHandler(self.page, r"^page:(\d{1,9})$"),
            CallbackQueryHandler(limiting.switched, PATTERN),
            CallbackQueryHandler(keeping.undo, r"^undo:(\d{1,15})$"),
            CallbackQueryHandler(keeping.removed, r"^remove:([0-9a-f]{12})$"),
            CallbackQueryHandler(keeping.kept, "^keep$"),
            CallbackQueryHandler(self.unknown),
        ]
        for handler in handlers:
            application.add_handler(handler)
        application.add_error_handler(failed)

    @readers
    async def start(self, update: Update, _: Context) -> None:
        """Say who Derek is."""
        await Reply.under(message_of(update)).say(phrases_of(update)("start"))

    @readers
    async def help(self, update: Update, context: Context) -> None:
        """Say what Derek can do, and what this person may do with him."""
        phrases = phrases_of(update)
        told = [phrases("help"), phrases("help-group", bot=context.bot.username)]
        if update.effective_user and self.access.may_change(update.effective_user.id):
            told.append(phrases("help-administrator"))
        await Reply.under(message_of(update)).send(paragraph(text) for text in told)

    @readers
    async def unreadable(self, update: Update, _: Context) -> None:
        """Say that pictures, stickers and the like cannot be read."""
        await Reply.under(message_of(update)).say(phrases_of(update)("cannot-read"))

    @readers
    async def ask(self, update: Update, context: Context) -> None:
        """Answer a question; without one, the message that was replied to."""
        message, phrases = message_of(update), phrases_of(update)
        question = said(message, context.bot.username)
        above = message.reply_to_message
        if not question and above and above.from_user and above.from_user.id != context.bot.id:
            question = above.text or above.caption or ""
        reply = Reply.under(message)
        if kind := courtesy(question):
            await reply.say(phrases(kind))
            return
        async with typing(reply):
            try:
                found, asked, limits = await asyncio.to_thread(self._ask, chat_of(message), question)
            except QuestionError as error:
                await reply.say(messages.trouble(error, phrases))
                return
            found = await asyncio.to_thread(self._derek.answerer.verify, found)
            phrases = phrases.in_language(found.language)
            empty = not found.citations and await asyncio.to_thread(self._derek.answerer.is_empty)
            shown = messages.answer(found, phrases, empty=empty, limits=limits)
            await reply.send(shown, _buttons(found, asked, len(found.citations), phrases))

    def _ask(self, chat: str, question: str) -> tuple[Answer, int, Limits]:
        """Return the answer, the number that its question is remembered by, and what limited it."""
        history, wanted = self._derek.history, self._derek.config.answers.citations
        limits, previous = history.limits(chat), history.previous(chat)
        found = self._derek.answerer.ask(question, limit=wanted, filter=limits.filter, previous=previous)
        return found, history.add(chat, found.question), limits

    @readers
    async def context(self, update: Update, context: Context) -> None:
        """Show a cited sentence among its neighbours."""
        query, phrases = query_of(update), phrases_of(update)
        article_id, start, end, fingerprint = match_of(context)
        try:
            span = Span(int(start), int(end))
            found = await asyncio.to_thread(
                self._derek.answerer.passage, article_id, span, fingerprint=fingerprint
            )
        except ArticleError as error:
            await alert(query, messages.trouble(error, phrases))
            return
        except ValueError:  # Somebody else's program made this button up.
            await alert(query, phrases("changed-article"))
            return
        await answered(query)
        if query.message:
            await Reply.under(query.message).send(messages.passage(found, phrases))

    @readers
    async def more(self, update: Update, context: Context) -> None:
        """Show further citations for a question asked before."""
        query, phrases = query_of(update), phrases_of(update)
        asked, offset = map(int, match_of(context))
        if query.message is None:
            await answered(query)
            return
        found = await asyncio.to_thread(self._more, chat_of(query.message), asked, offset)
        if found is None:
            await alert(query, phrases("forgotten-question"))
            return
        if not found.citations:
            await alert(query, phrases("no-more"))
            return
        await answered(query)
        phrases = phrases.in_language(found.language)
        buttons = _buttons(found, asked, offset + len(found.citations), phrases)
        await Reply.under(query.message).send(messages.more(found, phrases), buttons)

    def _more(self, chat: str, asked: int, offset: int) -> Answer | None:
        """Return further citations for a question of this chat, if it is still remembered."""
        history, answerer = self._derek.history, self._derek.answerer
        if (question := history.question(chat, asked)) is None:
            return None
        admitted, previous = history.limits(chat).filter, history.previous(chat, asked)
        found = answerer.ask(question, offset=offset, filter=admitted, previous=previous)
        return answerer.verify(found)

    @readers
    async def about(self, update: Update, _: Context) -> None:
        """Say what the articles hold."""
        held = await asyncio.to_thread(self._derek.store.summary)
        await Reply.under(message_of(update)).send(messages.summary(held, phrases_of(update)))

    @readers
    async def status(self, update: Update, _: Context) -> None:
        """Tell how much can be found, and how; what is wrong, an administrator is told in private."""
        await asyncio.to_thread(self._derek.answerer.follow)
        found, semantic_index = len(self._derek.answerer), self._derek.semantic_index
        message, person = message_of(update), update.effective_user
        private = message.chat.type == ChatType.PRIVATE
        trusted = private and person is not None and self.access.may_change(person.id)
        told = messages.status(found, semantic_index, phrases_of(update), reason=trusted)
        await Reply.under(message).send(told)

    @readers
    async def list(self, update: Update, _: Context) -> None:
        """List the newest articles."""
        await self._send_page(Reply.under(message_of(update)), phrases_of(update), 0)

    @readers
    async def page(self, update: Update, context: Context) -> None:
        """List older articles."""
        query = query_of(update)
        await answered(query)
        if query.message:
            await self._send_page(Reply.under(query.message), phrases_of(update), int(match_of(context)[0]))

    async def _send_page(self, reply: Reply, phrases: Phrases, offset: int) -> None:
        held = await asyncio.to_thread(self._derek.store.catalogue, _PAGE + 1, offset)
        if not held:
            await reply.say(phrases("no-articles"))
            return
        older = [[button(phrases("button-next"), "page", offset + _PAGE)]] if len(held) > _PAGE else ()
        await reply.send([messages.holding(one, phrases) for one in held[:_PAGE]], older)

    @readers
    async def show(self, update: Update, context: Context) -> None:
        """Show an article."""
        if article := await named_article(self._derek.store, update, context, "show-usage"):
            shown = messages.article(article, phrases_of(update), _LONGEST_SHOWN)
            await Reply.under(message_of(update)).send(shown)

    async def unknown(self, update: Update, _: Context) -> None:
        """Stop the clock of a button that an older Derek sent."""
        await answered(query_of(update))

    async def migrated(self, update: Update, _: Context) -> None:
        """Follow a group that became a supergroup and has another id now."""
        message = message_of(update)
        if message.migrate_to_chat_id:
            await asyncio.to_thread(
                self._derek.history.rename, chat_of(message), f"telegram:{message.migrate_to_chat_id}"
            )


async def failed(update: object, context: Context) -> None:
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
            await alert(update.callback_query, text)
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
                "context", one.article_id, one.span.start, one.span.end, one.fingerprint,
            )
            for one in found.citations
        ]
    ]  # fmt: skip
    if found.further:
        rows.append([button(phrases("button-more"), "more", asked, shown)])
    return rows
