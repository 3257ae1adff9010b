"""What Derek does with each kind of update."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.assembly import Derek
from bot.chats.access import BUTTONS, COMMANDS, MESSAGES, PRIVATE_BUTTONS, Access, Role
from bot.chats.journal import Journal
from bot.chats.rates import Rates
from bot.rendering import messages
from bot.rendering.blocks import paragraph
from bot.telegram import auditing, browsing, groups, passages, privacy, requests, roster
from bot.telegram.administration import Administration
from bot.telegram.admission import OPENED, Admission
from bot.telegram.answers import Answers
from bot.telegram.auditing import Auditing
from bot.telegram.browsing import Browsing
from bot.telegram.channels import Channels
from bot.telegram.doctor import Doctor
from bot.telegram.feedback import FAULTY, JUDGED, OLDER, Feedback
from bot.telegram.forwards import LINKS, Forwards
from bot.telegram.glances import Glances
from bot.telegram.groups import Groups
from bot.telegram.handling import fail
from bot.telegram.languages import Languages
from bot.telegram.passages import Passages
from bot.telegram.privacy import Privacy
from bot.telegram.replies import Reply, answered
from bot.telegram.requests import Requests
from bot.telegram.roles import Gate, Handler
from bot.telegram.roster import Roster
from bot.telegram.settings import SWITCH, Settings
from bot.telegram.signing_in import SigningIn
from bot.telegram.updates import (
    Addressed,
    Context,
    conversation,
    message_of,
    phrases_of,
    query_of,
    subject_of,
)
from bot.telegram.waiting import Waiting


class Handlers:
    """What Derek does with each kind of update, each kept for those whose role lets them."""

    def __init__(self, derek: Derek, journal: Journal, rates: Rates | None = None) -> None:
        """Answer from a Derek; without `rates`, as much of each as the settings say."""
        self._derek, people, settings = derek, derek.people, derek.config.telegram
        rates = rates or Rates(settings.questions_per_minute)
        self._access = Access(settings, people)
        self._administration = Administration(derek)
        self._feedback = Feedback(derek)
        languages = Languages(derek.history)
        self._settings = Settings(derek, self._access, languages)
        self._answers = Answers(derek, journal)
        self._browsing = Browsing(derek)
        self._groups = Groups(derek.history, people, derek.waiting, self._access)
        self._forwards = Forwards(self._access, self._answers, self._administration)
        self._passages = Passages(derek)
        self._glances = Glances(derek)
        self._channels = Channels(derek)
        self._requests = Requests(people)
        self._admission = Admission(people, self._requests)
        self._roster = Roster(people, self._access)
        self._auditing = Auditing(people)
        self._waiting = Waiting(derek)
        self._privacy = Privacy(derek, rates, journal)
        self._gate = Gate(self._access, people, languages, self._requests, self._groups, rates)
        self._doctor = Doctor(derek, journal)
        self._signing_in = SigningIn(derek)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Hand each kind of update to its handler; the first that fits takes it."""
        meant = filters.UpdateType.MESSAGE & Addressed()
        corrected = filters.UpdateType.EDITED_MESSAGE & Addressed() & (filters.TEXT | filters.CAPTION)
        worded = filters.FORWARDED & (filters.TEXT | filters.CAPTION) & ~filters.Document.ALL
        forwarded = meant & filters.ChatType.PRIVATE & worded
        offered = meant & filters.ChatType.PRIVATE & (filters.FORWARDED | filters.Document.ALL)
        question = self._kept(MESSAGES["question"], self._answers.ask)
        linking = meant & filters.ChatType.PRIVATE & filters.Regex(LINKS)
        linked = meant & filters.ChatType.PRIVATE & filters.Regex(passages.OPENED)
        opened = meant & filters.ChatType.PRIVATE & filters.Regex(OPENED)
        help_ = self._kept(MESSAGES["question"], self.help)
        unreadable = self._kept(MESSAGES["unreadable"], self.unreadable)
        handlers = [
            MessageHandler(forwarded, self._kept(MESSAGES["forwarded"], self._forwards.forwarded)),
            MessageHandler(offered, self._kept(MESSAGES["article"], self._administration.offered)),
            MessageHandler(linking, self._kept(MESSAGES["links"], self._forwards.linked)),
            MessageHandler(linked, self._kept(MESSAGES["passage"], self._passages.opened)),
            MessageHandler(opened, self._kept(MESSAGES["invitation"], self._admission.opened)),
            *self._command_handlers(meant),
            MessageHandler(meant & filters.COMMAND, help_),
            MessageHandler(meant & (filters.TEXT | filters.CAPTION), question),
            MessageHandler(corrected, self._kept(MESSAGES["question"], self._answers.corrected)),
            MessageHandler(filters.StatusUpdate.MIGRATE, self._groups.migrated),
            ChatMemberHandler(self._groups.membership, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(meant & ~filters.StatusUpdate.ALL, unreadable),
            MessageHandler(
                filters.UpdateType.CHANNEL_POSTS,
                self._kept(MESSAGES["channel post"], self._channels.posted),
            ),
            InlineQueryHandler(self._kept(MESSAGES["inline query"], self._glances.typed)),
            *self._button_handlers(),
            CallbackQueryHandler(self.unknown),
        ]
        for handler in handlers:
            application.add_handler(handler)
        application.add_error_handler(failed)

    def _kept(self, role: Role, handler: Handler) -> Handler:
        return self._gate.kept(role, handler)

    def _command_handlers(self, meant: filters.BaseFilter) -> Iterator[CommandHandler[Any, Any]]:
        """Yield a handler for each command of the table."""
        handlers: Mapping[str, Handler] = {
            "start": self.start,
            "ask": self._answers.ask,
            "about": self.about,
            "status": self.status,
            "list": self._browsing.catalogue,
            "show": self._browsing.show,
            "watch": self._waiting.watch,
            "waiting": self._waiting.waiting,
            "settings": self._settings.settings,
            "help": self.help,
            "add": self._administration.add,
            "remove": self._administration.remove,
            "missed": self._feedback.missed,
            "people": self._roster.people,
            "invite": self._admission.invite,
            "log": self._auditing.log,
            "forget_me": self._privacy.forget_me,
            "pair": self._admission.pair,
            "doctor": self._doctor.doctor,
            "web": self._signing_in.web,
        }
        for command in COMMANDS:
            kept = self._gate.kept(command.role, handlers[command.name], private=command.private)
            yield CommandHandler(command.name, kept, meant)

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
            "page": (self._browsing.page, browsing.PAGE),
            "article": (self._browsing.article, browsing.ARTICLE),
            "wait": (self._waiting.wait, r":(\d{1,15})"),
            "unwait": (self._waiting.cancel, r":(\d{1,15})"),
            "good": (self._feedback.good, JUDGED),
            "bad": (self._feedback.bad, JUDGED),
            "fault": (self._feedback.fault, FAULTY),
            "limit": (self._settings.switched, SWITCH),
            "undo": (self._administration.undo, r":(\d{1,15})"),
            "adopt": (self._administration.adopt, ""),
            "remove": (self._administration.removed, r":([0-9a-f]{12})"),
            "keep": (self._administration.kept, ""),
            "missed": (self._feedback.older, OLDER),
            "request": (self._requests.decided, requests.ANSWER),
            "people": (self._roster.page, roster.PAGE),
            "person": (self._roster.person, roster.PERSON),
            "standing": (self._roster.standing, roster.STANDING),
            "place": (self._roster.place, roster.PLACE),
            "group": (self._groups.decided, groups.DECISION),
            "withdraw": (self._roster.withdraw, r":(\d{1,9})"),
            "log": (self._auditing.older, auditing.OLDER),
            "forget": (self._privacy.decided, privacy.CHOICE),
        }
        for word, role in BUTTONS.items():
            handler, data = handlers[word]
            yield CallbackQueryHandler(
                self._pressed(role, handler, private=word in PRIVATE_BUTTONS), f"^{word}{data}$"
            )

    def _pressed(self, role: Role, handler: Handler, *, private: bool) -> Handler:
        """Return the handler of a button; one without data, which the library takes for any, is nobody's."""
        kept = self._gate.kept(role, handler, private=private)

        async def press(update: Update, context: Context) -> None:
            await (kept if query_of(update).data else self.unknown)(update, context)

        return press

    async def start(self, update: Update, _: Context) -> None:
        """Say who Derek is."""
        await Reply.under(message_of(update)).say(phrases_of(update)("start"))

    async def help(self, update: Update, context: Context) -> None:
        """Say what Derek can do, and what this person may do."""
        phrases = phrases_of(update)
        texts = [phrases("help"), phrases("help-group", bot=context.bot.username)]
        if await asyncio.to_thread(self._access.role_of, subject_of(update)) is Role.ADMINISTRATOR:
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
        message, subject = message_of(update), subject_of(update)
        role = await asyncio.to_thread(self._access.role_of, subject)
        trusted = subject.is_private and role is Role.ADMINISTRATOR
        semantic_index, phrases = self._derek.semantic_index, phrases_of(update)
        calibration = await asyncio.to_thread(lambda: self._derek.calibration)
        shown = messages.status(
            len(index), semantic_index, phrases, calibration=calibration, reason=bool(trusted)
        )
        await Reply.under(message).send(shown)

    async def unknown(self, update: Update, _: Context) -> None:
        """Stop the clock of a button that an older Derek sent."""
        await answered(query_of(update))


async def failed(_: object, context: Context) -> None:
    """Note what a handler failed of."""
    if isinstance(context.error, Exception):
        fail(context.error)
