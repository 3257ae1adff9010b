"""What can be found out about a bot before it runs, and while it does: a sentence each, with what to do."""

import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
from telegram import (
    Bot,
    BotCommandScopeAllPrivateChats,
    ChatFullInfo,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
)
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden

from bot.assembly import Derek
from bot.chats.journal import Journal
from bot.chats.people import People
from bot.chats.persons import Standing
from bot.config import AccessKind, TelegramSettings, without_secrets
from bot.phrases import Phrases
from retrieval.errors import DerekError, StoreUnusableError

#: How far the clock may be off, in seconds, and how many bytes are to be free at least.
_MOST_OFF, _LEAST_FREE = 60.0, 200_000_000

#: How long a server may take to tell the time, in seconds.
_PATIENCE = 10.0

#: How many numbers of updates are named.
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence on how something is; `fault` is what keeps the bot from running, if that does."""

    text: str
    is_well: bool = True
    fault: DerekError | None = None

    def __post_init__(self) -> None:
        if self.is_well and self.fault:
            raise ValueError("what keeps the bot from running is not well")

    @classmethod
    def of(cls, fault: DerekError) -> "Finding":
        """Return the finding that a fault is."""
        return cls(str(fault), is_well=False, fault=fault)

    def __str__(self) -> str:
        """Return the sentence behind its sign."""
        return f"{'✓' if self.is_well else '✗'} {self.text}"


def of_people(settings: TelegramSettings, people: People, phrases: Phrases) -> Iterator[Finding]:
    """Yield what is worth a thought about who may do what.

    Raises `StoreError`.
    """
    administrators = people.persons.administrators()
    if administrators:
        yield Finding(phrases("check-administrators", count=len(administrators)))
    else:
        yield Finding(phrases("check-nobody"))
    if settings.access is AccessKind.OPEN:
        yield Finding(phrases("check-everyone"))
    else:
        let_in = {person.id for person in people.persons.all() if person.standing is Standing.READER}
        yield Finding(phrases("check-readers", count=len((let_in | settings.readers) - administrators)))


async def of_bot(bot: Bot, phrases: Phrases) -> list[Finding]:
    """Return what Telegram says of the bot, which has been connected.

    Raises `telegram.error.TelegramError`.
    """
    me = bot.bot
    findings = [Finding(phrases("check-token", bot=bot.name))]
    if count := len(await bot.get_my_commands(BotCommandScopeAllPrivateChats())):
        findings.append(Finding(phrases("check-commands", count=count)))
    else:
        findings.append(Finding(phrases("check-commands-none")))
    if not me.can_join_groups:
        findings.append(Finding(phrases("check-groups-never")))
    elif me.can_read_all_group_messages:
        findings.append(Finding(phrases("check-groups-all")))
    else:
        findings.append(Finding(phrases("check-groups")))
    inline = phrases("check-inline") if me.supports_inline_queries else phrases("check-inline-off")
    return [*findings, Finding(inline), *await _of_webhook(bot, phrases)]


async def _of_webhook(bot: Bot, phrases: Phrases) -> list[Finding]:
    info = await bot.get_webhook_info()
    if not info.url:
        return [Finding(phrases("check-webhook-none"))]
    # The rest of an address may hold a secret.
    host = urlsplit(info.url).hostname or "?"
    findings = [Finding(phrases("check-webhook", host=host, count=info.pending_update_count))]
    if info.last_error_message:
        reason = phrases("check-webhook-fault", reason=without_secrets(info.last_error_message))
        findings.append(Finding(reason, is_well=False))
    return findings


def of_data(derek: Derek, journal: Journal | None, phrases: Phrases) -> Iterator[Finding]:
    """Yield how the articles, their index, the journal and the disk are."""
    yield from of_people(derek.config.telegram, derek.people, phrases)
    if derek.store.only_reads:
        folder = derek.config.folder
        yield Finding.of(StoreUnusableError(folder, "it cannot be written, so nothing can be kept there"))
    free = shutil.disk_usage(derek.config.folder).free
    amount = free / 1e9
    if free < _LEAST_FREE:
        yield Finding(phrases("check-disk-low", size=amount), is_well=False)
    else:
        yield Finding(phrases("check-disk", size=amount))
    yield from _of_corpus(derek, phrases)
    if journal:
        yield from _of_journal(journal, phrases)


def _of_corpus(derek: Derek, phrases: Phrases) -> Iterator[Finding]:
    try:
        derek.index.follow()
    except DerekError as error:
        yield Finding(phrases("check-index-behind", reason=str(error)), is_well=False)
        return
    articles, sentences = derek.store.count_articles(), len(derek.index)
    if articles:
        yield Finding(phrases("check-articles", articles=articles, count=sentences))
    else:
        yield Finding(phrases("check-articles-none"), is_well=False)
    yield _of_meaning(derek, phrases)


def _of_meaning(derek: Derek, phrases: Phrases) -> Finding:
    if (index := derek.semantic_index) is None:
        return Finding(phrases("check-meaning-off"))
    if index.fault:
        return Finding(phrases("check-meaning-fault", reason=str(index.fault)), is_well=False)
    done = index.coverage
    return Finding(phrases("check-meaning", count=done.embedded, sentences=done.sentences))


def _of_journal(journal: Journal, phrases: Phrases) -> Iterator[Finding]:
    backlog = journal.backlog()
    yield Finding(phrases("check-journal", updates=backlog.updates, count=backlog.messages))
    if numbers := journal.set_aside_ids():
        named = ", ".join(map(str, numbers[:_MOST_NAMED])) + (", …" if len(numbers) > _MOST_NAMED else "")
        yield Finding(phrases("check-set-aside", count=len(numbers), numbers=named), is_well=False)


async def clock_ahead(server: str) -> float | None:
    """Return how far the clock is ahead of a server's, in seconds; None where that does not tell."""
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE) as client:
            began = time.time()
            date = (await client.head(server)).headers["Date"]
        return (began + time.time()) / 2 - parsedate_to_datetime(date).timestamp()
    except (httpx.HTTPError, KeyError, ValueError):
        return None


def of_clock(seconds: float, phrases: Phrases) -> Finding:
    """Return how the clock is that is so many seconds ahead of Telegram's."""
    if abs(seconds) <= _MOST_OFF:
        return Finding(phrases("check-clock"))
    return Finding(phrases("check-clock-off", count=round(abs(seconds))), is_well=False)


async def of_group(bot: Bot, chat: int | str, phrases: Phrases) -> list[Finding]:
    """Return what the bot may do in a group."""
    try:
        group = await bot.get_chat(chat)
        member = await bot.get_chat_member(group.id, bot.id)
    except (BadRequest, Forbidden) as error:
        return [Finding(phrases("check-group-unknown", reason=error.message), is_well=False)]
    if group.type == ChatType.PRIVATE:
        return [Finding(phrases("check-group-private"), is_well=False)]
    return list(_of_member(bot, group, member, phrases))


def _of_member(bot: Bot, group: ChatFullInfo, member: ChatMember, phrases: Phrases) -> Iterable[Finding]:
    yield Finding(phrases("check-group", title=group.title or str(group.id), id=str(group.id)))
    if member.status in (ChatMember.LEFT, ChatMember.BANNED):
        yield Finding(phrases("check-group-left"), is_well=False)
        return
    leads = isinstance(member, ChatMemberAdministrator)
    everyone = group.permissions.can_send_messages if group.permissions else True
    writes = member.can_send_messages if isinstance(member, ChatMemberRestricted) else leads or everyone
    if writes:
        yield Finding(phrases("check-group-writes"))
    else:
        yield Finding(phrases("check-group-mute"), is_well=False)
    if leads:
        yield Finding(phrases("check-group-leads"))
    elif bot.bot.can_read_all_group_messages:
        yield Finding(phrases("check-group-reads"))
    else:
        yield Finding(phrases("check-group-addressed"))
