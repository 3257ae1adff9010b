"""What Derek does with each kind of update."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from telegram import MaybeInaccessibleMessage, Message, Update
from telegram.constants import ChatType
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.assembly import Derek
from bot.chats.access import BUTTONS, COMMANDS, MESSAGES, TELEGRAM, Access, Role
from bot.chats.journal import Journal
from bot.phrases import CourtesyKind, courtesy
from bot.rendering import messages
from bot.rendering.blocks import paragraph
from bot.telegram.administration import Administration, named_article
from bot.telegram.doctor import Doctor
from bot.telegram.handling import fail
from bot.telegram.replies import Reply, alert, answered, button, typing
from bot.telegram.roles import Handler, guarded
from bot.telegram.settings import SWITCH, Settings
from bot.telegram.updates import (
    Addressed,
    Context,
    chat_of,
    conversation,
    match_of,
    message_of,
    phrases_of,
    query_of,
    text_of,
)
from retrieval.articles import Span
from retrieval.errors import ArticleError, QuestionError

#: How many articles one message of the list names.
_PAGE = 10

#: How many characters of an article /show sends: one message.
_LONGEST_SHOWN = 3_500


class Handlers:
    """What Derek does with each kind of update, each kept for those whose role lets them."""

    def __init__(self, derek: Derek, journal: Journal) -> None:
        self._derek, self._journal = derek, journal
        self._access = Access.of(derek.config.telegram)
        self._administration = Administration(derek)
        self._settings = Settings(derek, self._access)
        self._doctor = Doctor(derek, journal)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Hand each kind of update to its handler; the first that fits takes it."""
        meant = filters.UpdateType.MESSAGE & Addressed()
        offered = meant & filters.ChatType.PRIVATE & (filters.FORWARDED | filters.Document.ALL)
        question = self._kept(MESSAGES["question"], self.ask)
        help_ = self._kept(MESSAGES["question"], self.help)
        unreadable = self._kept(MESSAGES["unreadable"], self.unreadable)
        handlers = [
            MessageHandler(offered, self._kept(MESSAGES["article"], self._administration.offered)),
            *self._command_handlers(meant),
            MessageHandler(meant & filters.COMMAND, help_),
            MessageHandler(meant & (filters.TEXT | filters.CAPTION), question),
            MessageHandler(filters.StatusUpdate.MIGRATE, self.migrated),
            MessageHandler(meant & ~filters.StatusUpdate.ALL, unreadable),
            *self._button_handlers(),
            CallbackQueryHandler(self.unknown),
        ]
        for handler in handlers:
            application.add_handler(handler)
        application.add_error_handler(failed)

    def _kept(self, role: Role, handler: Handler) -> Handler:
        return guarded(self._access, role, handler)

    def _command_handlers(self, meant: filters.BaseFilter) -> Iterator[CommandHandler[Any, Any]]:
        """Yield a handler for each command of the table."""
        handlers: Mapping[str, Handler] = {
            "start": self.start,
            "ask": self.ask,
            "about": self.about,
            "status": self.status,
            "list": self.list,
            "show": self.show,
            "settings": self._settings.settings,
            "help": self.help,
            "add": self._administration.add,
            "remove": self._administration.remove,
            "doctor": self._doctor.doctor,
        }
        for command in COMMANDS:
            yield CommandHandler(command.name, self._kept(command.role, handlers[command.name]), meant)

    def _button_handlers(self) -> Iterator[CallbackQueryHandler[Any, Any]]:
        """Yield a handler for each button of the table; its data is the word and what follows it."""
        handlers: Mapping[str, tuple[Handler, str]] = {
            "context": (self.context, r":([0-9a-f]{12}):(\d{1,9}):(\d{1,9}):([0-9a-f]{8})"),
            "more": (self.more, r":(\d{1,15}):(\d{1,5})"),
            "page": (self.page, r":(\d{1,9})"),
            "limit": (self._settings.switched, SWITCH),
            "undo": (self._administration.undo, r":(\d{1,15})"),
            "remove": (self._administration.removed, r":([0-9a-f]{12})"),
            "keep": (self._administration.kept, ""),
        }
        for word, role in BUTTONS.items():
            handler, data = handlers[word]
            yield CallbackQueryHandler(self._pressed(role, handler), f"^{word}{data}$")

    def _pressed(self, role: Role, handler: Handler) -> Handler:
        """Return the handler of a button; one without data, which the library takes for any, is nobody's."""
        kept = self._kept(role, handler)

        async def press(update: Update, context: Context) -> None:
            await (kept if query_of(update).data else self.unknown)(update, context)

        return press

    async def start(self, update: Update, _: Context) -> None:
        """Say who Derek is."""
        await Reply.under(message_of(update)).say(phrases_of(update)("start"))

    async def help(self, update: Update, context: Context) -> None:
        """Say what Derek can do, and what this person may do."""
        phrases, user = phrases_of(update), update.effective_user
        texts = [phrases("help"), phrases("help-group", bot=context.bot.username)]
        if user and self._access.role_of(user.id) is Role.ADMINISTRATOR:
            texts.append(phrases("help-administrator"))
        await Reply.under(message_of(update)).send(map(paragraph, texts))

    async def unreadable(self, update: Update, _: Context) -> None:
        """Say that pictures, stickers and the like cannot be read."""
        await Reply.under(message_of(update)).say(phrases_of(update)("cannot-read"))

    async def ask(self, update: Update, context: Context) -> None:
        """Answer a question; without one, the message that was replied to."""
        message, phrases = message_of(update), phrases_of(update)
        question = text_of(message, context.bot.username)
        above = message.reply_to_message
        if not question and above and above.from_user and above.from_user.id != context.bot.id:
            question = above.text or above.caption or ""
        reply, chat = Reply.under(message), conversation(self._derek, update)
        said = courtesy(question)
        if said and said.kind is CourtesyKind.MORE and (further := await asyncio.to_thread(chat.go_on)):
            await reply.go_on(further, phrases)
            return
        if said:
            held = await asyncio.to_thread(chat.summary)
            await reply.send(messages.courtesy(said, held, phrases))
            return
        async with typing(reply):
            try:
                after = await asyncio.to_thread(self._replied_to, message)
                turns = chat.ask_each(question, after)
                while turn := await asyncio.to_thread(next, turns, None):
                    await reply.answer(turn, phrases)
            except QuestionError as error:
                await reply.say(messages.trouble(error, phrases))

    def _replied_to(self, message: Message) -> int | None:
        """Return the number of the question whose answer a message replies to, if it replies to one."""
        above = message.reply_to_message
        return self._journal.question_of(message.chat.id, above.message_id) if above else None

    async def context(self, update: Update, context: Context) -> None:
        """Show a cited sentence among its neighbours."""
        query, phrases = query_of(update), phrases_of(update)
        article_id, start, end, fingerprint = match_of(context)
        chat = conversation(self._derek, update)
        try:
            span = Span(int(start), int(end))
            passage = await asyncio.to_thread(chat.open, article_id, span, fingerprint)
        except ArticleError as error:
            await alert(query, messages.trouble(error, phrases))
            return
        except ValueError:  # Somebody else's program made this button up.
            await alert(query, phrases("changed-article"))
            return
        await answered(query)
        if query.message:
            await Reply.under(query.message).send(messages.passage(passage, phrases))

    async def more(self, update: Update, context: Context) -> None:
        """Show further citations for a question asked before."""
        query, phrases = query_of(update), phrases_of(update)
        number, offset = map(int, match_of(context))
        if query.message is None:
            await answered(query)
            return
        further = await asyncio.to_thread(conversation(self._derek, update).more, number, offset)
        if further is None:
            await alert(query, phrases("forgotten-question"))
            return
        if not further.answer.citations:
            await alert(query, phrases("no-more"))
            return
        await answered(query)
        await Reply.under(query.message).go_on(further, phrases)

    async def about(self, update: Update, _: Context) -> None:
        """Say what the articles hold."""
        message = message_of(update)
        summary = await asyncio.to_thread(conversation(self._derek, update).summary)
        await Reply.under(message).send(messages.summary(summary, phrases_of(update)))

    async def status(self, update: Update, _: Context) -> None:
        """Tell how much can be found, and how; what is wrong, an administrator is told in private."""
        index = self._derek.index
        await asyncio.to_thread(index.follow)
        message, person = message_of(update), update.effective_user
        private = message.chat.type == ChatType.PRIVATE
        trusted = private and person and self._access.role_of(person.id) is Role.ADMINISTRATOR
        semantic_index, phrases = self._derek.semantic_index, phrases_of(update)
        shown = messages.status(len(index), semantic_index, phrases, reason=bool(trusted))
        await Reply.under(message).send(shown)

    async def list(self, update: Update, _: Context) -> None:
        """List the newest articles."""
        await self._send_page(update, message_of(update), 0)

    async def page(self, update: Update, context: Context) -> None:
        """List older articles."""
        query = query_of(update)
        await answered(query)
        if query.message:
            await self._send_page(update, query.message, int(match_of(context)[0]))

    async def _send_page(self, update: Update, message: MaybeInaccessibleMessage, offset: int) -> None:
        reply, chat, phrases = Reply.under(message), conversation(self._derek, update), phrases_of(update)
        entries = await asyncio.to_thread(chat.catalogue, _PAGE + 1, offset)
        if not entries:
            await reply.say(phrases("no-articles"))
            return
        older = [[button(phrases("button-next"), "page", offset + _PAGE)]] if len(entries) > _PAGE else ()
        await reply.send([messages.holding(entry, phrases) for entry in entries[:_PAGE]], older)

    async def show(self, update: Update, context: Context) -> None:
        """Show an article."""
        if article := await named_article(self._derek, update, context, "show-usage"):
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
                self._derek.history.rename, chat_of(message), f"{TELEGRAM}{message.migrate_to_chat_id}"
            )


async def failed(_: object, context: Context) -> None:
    """Note what a handler failed of."""
    if isinstance(context.error, Exception):
        fail(context.error)
