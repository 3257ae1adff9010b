"""What Derek does with each kind of update."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from telegram import MaybeInaccessibleMessage, Update
from telegram.constants import ChatType
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.assembly import Derek
from bot.chats.access import BUTTONS, COMMANDS, MESSAGES, TELEGRAM, Access, Role
from bot.chats.journal import Journal
from bot.rendering import messages
from bot.rendering.blocks import paragraph
from bot.telegram.administration import Administration, named_article
from bot.telegram.answers import Answers
from bot.telegram.feedback import FAULTY, JUDGED, OLDER, Feedback
from bot.telegram.handling import fail
from bot.telegram.replies import Reply, answered, button
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
)

#: How many articles one message of the list names.
_PAGE = 10

#: How many characters of an article /show sends: one message.
_LONGEST_SHOWN = 3_500


class Handlers:
    """What Derek does with each kind of update, each kept for those whose role lets them."""

    def __init__(self, derek: Derek, journal: Journal) -> None:
        self._derek = derek
        self._access = Access.of(derek.config.telegram)
        self._administration = Administration(derek)
        self._feedback = Feedback(derek)
        self._settings = Settings(derek, self._access)
        self._answers = Answers(derek, journal)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Hand each kind of update to its handler; the first that fits takes it."""
        meant = filters.UpdateType.MESSAGE & Addressed()
        corrected = filters.UpdateType.EDITED_MESSAGE & Addressed() & (filters.TEXT | filters.CAPTION)
        offered = meant & filters.ChatType.PRIVATE & (filters.FORWARDED | filters.Document.ALL)
        question = self._kept(MESSAGES["question"], self._answers.ask)
        help_ = self._kept(MESSAGES["question"], self.help)
        unreadable = self._kept(MESSAGES["unreadable"], self.unreadable)
        handlers = [
            MessageHandler(offered, self._kept(MESSAGES["article"], self._administration.offered)),
            *self._command_handlers(meant),
            MessageHandler(meant & filters.COMMAND, help_),
            MessageHandler(meant & (filters.TEXT | filters.CAPTION), question),
            MessageHandler(filters.StatusUpdate.MIGRATE, self.migrated),
            MessageHandler(corrected, self._kept(MESSAGES["question"], self._answers.corrected)),
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
            "ask": self._answers.ask,
            "about": self.about,
            "status": self.status,
            "list": self.list,
            "show": self.show,
            "settings": self._settings.settings,
            "help": self.help,
            "add": self._administration.add,
            "remove": self._administration.remove,
            "missed": self._feedback.missed,
        }
        for command in COMMANDS:
            yield CommandHandler(command.name, self._kept(command.role, handlers[command.name]), meant)

    def _button_handlers(self) -> Iterator[CallbackQueryHandler[Any, Any]]:
        """Yield a handler for each button of the table; its data is the word and what follows it."""
        handlers: Mapping[str, tuple[Handler, str]] = {
            "context": (
                self._answers.context,
                r":([0-9a-f]{12}):(\d{1,9}):(\d{1,9}):([0-9a-f]{8})(?::(\d{1,15}):(\d{1,5}))?",
            ),
            "more": (self._answers.page, r":(\d{1,15}):(\d{1,5})"),
            "back": (self._answers.page, r":(\d{1,15}):(\d{1,5})"),
            "why": (self._answers.why, r":(\d{1,15}):(\d{1,5})"),
            "page": (self.page, r":(\d{1,9})"),
            "good": (self._feedback.good, JUDGED),
            "bad": (self._feedback.bad, JUDGED),
            "fault": (self._feedback.fault, FAULTY),
            "limit": (self._settings.switched, SWITCH),
            "undo": (self._administration.undo, r":(\d{1,15})"),
            "remove": (self._administration.removed, r":([0-9a-f]{12})"),
            "keep": (self._administration.kept, ""),
            "missed": (self._feedback.older, OLDER),
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
        calibration = await asyncio.to_thread(lambda: self._derek.calibration)
        shown = messages.status(
            len(index), semantic_index, phrases, calibration=calibration, reason=bool(trusted)
        )
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
