"""What Derek does with each kind of update."""

import asyncio
import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from telegram import MaybeInaccessibleMessage, Update
from telegram.error import BadRequest, Conflict, NetworkError, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.assembly import Derek
from bot.chats.access import BUTTONS, COMMANDS, MESSAGES, PRIVATE_BUTTONS, Access, Role
from bot.chats.rates import Rates
from bot.phrases import CourtesyKind, Phrases, courtesy
from bot.rendering import messages
from bot.rendering.blocks import paragraph
from bot.telegram import auditing, groups, privacy, requests, roster
from bot.telegram.administration import Administration, named_article
from bot.telegram.admission import OPENED, Admission
from bot.telegram.auditing import Auditing
from bot.telegram.groups import Groups
from bot.telegram.privacy import Privacy
from bot.telegram.replies import Keyboard, Reply, alert, answered, button, typing
from bot.telegram.requests import Requests
from bot.telegram.roles import Gate, Handler
from bot.telegram.roster import Roster
from bot.telegram.settings import SWITCH, Settings
from bot.telegram.updates import (
    Addressed,
    Context,
    chat_of,
    chat_of_query,
    match_of,
    message_of,
    phrases_of,
    query_of,
    subject_of,
    text_of,
)
from retrieval.answers.citations import VerifiedAnswer
from retrieval.articles import Span
from retrieval.errors import ArticleError, QuestionError

_log = logging.getLogger(__name__)

#: How many articles one message of the list names.
_PAGE = 10

#: How many characters of an article /show sends: one message.
_LONGEST_SHOWN = 3_500


class Handlers:
    """What Derek does with each kind of update, each kept for those whose role lets them."""

    def __init__(self, derek: Derek, rates: Rates | None = None) -> None:
        """Answer from a Derek; without `rates`, as much of each as the settings say."""
        self._derek, people, settings = derek, derek.people, derek.config.telegram
        rates = rates or Rates(settings.questions_per_minute)
        self._access = Access(settings, people)
        self._administration = Administration(derek)
        self._settings = Settings(derek, self._access)
        self._groups = Groups(derek.history, people, self._access)
        self._requests = Requests(people)
        self._admission = Admission(people, self._requests)
        self._roster = Roster(people, self._access)
        self._auditing = Auditing(people)
        self._privacy = Privacy(derek, rates)
        self._gate = Gate(self._access, people, self._requests, self._groups, rates)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Hand each kind of update to its handler; the first that fits takes it."""
        meant = filters.UpdateType.MESSAGE & Addressed()
        offered = meant & filters.ChatType.PRIVATE & (filters.FORWARDED | filters.Document.ALL)
        question = self._kept(MESSAGES["question"], self.ask)
        opened = meant & filters.ChatType.PRIVATE & filters.Regex(OPENED)
        help_ = self._kept(MESSAGES["question"], self.help)
        unreadable = self._kept(MESSAGES["unreadable"], self.unreadable)
        handlers = [
            MessageHandler(offered, self._kept(MESSAGES["article"], self._administration.offered)),
            MessageHandler(opened, self._kept(MESSAGES["invitation"], self._admission.opened)),
            *self._command_handlers(meant),
            MessageHandler(meant & filters.COMMAND, help_),
            MessageHandler(meant & (filters.TEXT | filters.CAPTION), question),
            MessageHandler(filters.StatusUpdate.MIGRATE, self._groups.migrated),
            ChatMemberHandler(self._groups.membership, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(meant & ~filters.StatusUpdate.ALL, unreadable),
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
            "ask": self.ask,
            "about": self.about,
            "status": self.status,
            "list": self.list,
            "show": self.show,
            "settings": self._settings.settings,
            "help": self.help,
            "add": self._administration.add,
            "remove": self._administration.remove,
            "people": self._roster.people,
            "invite": self._admission.invite,
            "log": self._auditing.log,
            "forget_me": self._privacy.forget_me,
            "pair": self._admission.pair,
        }
        for command in COMMANDS:
            kept = self._gate.kept(command.role, handlers[command.name], private=command.private)
            yield CommandHandler(command.name, kept, meant)

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
            kept = self._gate.kept(role, handler, private=word in PRIVATE_BUTTONS)
            yield CallbackQueryHandler(kept, f"^{word}{data}$")

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

    async def ask(self, update: Update, context: Context) -> None:
        """Answer a question; without one, the message that was replied to."""
        message, phrases = message_of(update), phrases_of(update)
        question = text_of(message, context.bot.username)
        above = message.reply_to_message
        if not question and above and above.from_user and above.from_user.id != context.bot.id:
            question = above.text or above.caption or ""
        reply = Reply.under(message)
        chat = self._derek.chat(chat_of(message), person=subject_of(update).person)
        said = courtesy(question)
        if said and said.kind is CourtesyKind.MORE and (further := await asyncio.to_thread(chat.go_on)):
            await self._further(reply, *further, phrases)
            return
        if said:
            held = await asyncio.to_thread(chat.summary)
            await reply.send(messages.courtesy(said, held, phrases))
            return
        async with typing(reply):
            turns = chat.ask_each(question)
            try:
                while turn := await asyncio.to_thread(next, turns, None):
                    answer, shown = turn.answer, messages.turn(turn, phrases)
                    words = phrases.in_language(answer.language)
                    await reply.send(shown, _buttons(answer, turn.number, len(answer.citations), words))
            except QuestionError as error:
                await reply.say(messages.trouble(error, phrases))

    async def context(self, update: Update, context: Context) -> None:
        """Show a cited sentence among its neighbours."""
        query, phrases = query_of(update), phrases_of(update)
        article_id, start, end, fingerprint = match_of(context)
        chat = self._derek.chat(chat_of_query(query))
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
        chat = self._derek.chat(chat_of(query.message))
        further = await asyncio.to_thread(chat.more, number, offset)
        if further is None:
            await alert(query, phrases("forgotten-question"))
            return
        if not further.citations:
            await alert(query, phrases("no-more"))
            return
        await answered(query)
        await self._further(Reply.under(query.message), number, offset, further, phrases)

    async def _further(
        self, reply: Reply, number: int, offset: int, further: VerifiedAnswer, phrases: Phrases
    ) -> None:
        """Show further citations for the question of a number, the first `offset` left out."""
        phrases = phrases.in_language(further.language)
        buttons = _buttons(further, number, offset + len(further.citations), phrases)
        await reply.send(messages.more(further, phrases), buttons)

    async def about(self, update: Update, _: Context) -> None:
        """Say what the articles hold."""
        message = message_of(update)
        summary = await asyncio.to_thread(self._derek.chat(chat_of(message)).summary)
        await Reply.under(message).send(messages.summary(summary, phrases_of(update)))

    async def status(self, update: Update, _: Context) -> None:
        """Tell how much can be found, and how; what is wrong, an administrator is told in private."""
        index = self._derek.index
        await asyncio.to_thread(index.follow)
        message, subject = message_of(update), subject_of(update)
        role = await asyncio.to_thread(self._access.role_of, subject)
        trusted = subject.is_private and role is Role.ADMINISTRATOR
        semantic_index, phrases = self._derek.semantic_index, phrases_of(update)
        shown = messages.status(len(index), semantic_index, phrases, reason=trusted)
        await Reply.under(message).send(shown)

    async def list(self, update: Update, _: Context) -> None:
        """List the newest articles."""
        await self._send_page(message_of(update), phrases_of(update), 0)

    async def page(self, update: Update, context: Context) -> None:
        """List older articles."""
        query = query_of(update)
        await answered(query)
        if query.message:
            await self._send_page(query.message, phrases_of(update), int(match_of(context)[0]))

    async def _send_page(self, message: MaybeInaccessibleMessage, phrases: Phrases, offset: int) -> None:
        reply, chat = Reply.under(message), self._derek.chat(chat_of(message))
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


def _buttons(answer: VerifiedAnswer, number: int, shown: int, phrases: Phrases) -> Keyboard:
    """Return the buttons under an answer: the context of each citation, and further ones if there are."""
    if not answer.citations:
        return ()
    only = len(answer.citations) == 1
    rows = [
        [
            button(
                phrases("button-context") + ("" if only else f" [{citation.number}]"),
                "context",
                citation.article_id,
                citation.span.start,
                citation.span.end,
                citation.fingerprint,
            )
            for citation in answer.citations
        ]
    ]
    if answer.further:
        rows.append([button(phrases("button-more"), "more", number, shown)])
    return rows
