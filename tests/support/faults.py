"""Derek among faults: a process that is killed again and again, and a Bot API that fails in every way."""

import random
import resource
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bot.phrases import LANGUAGES, Phrases
from tests.support.bot_api import (
    BotApi,
    Chat,
    Fault,
    Message,
    User,
    drop_after,
    drop_before,
    flood,
    gateway,
    private,
    refused,
    slow,
)
from tests.support.running import RunningDerek, free_port, keep_samples

#: Questions whose answers begin as said; asked one after the other none goes on with the one before.
QUESTIONS = {
    "How many joint Kazakh-Russian enterprises are there?": "There are 7 791 enterprises",
    "Who invited Tokayev to Kazan?": "Глава Казахстана Касым-Жомарт Токаев прибыл в Казань",
    "How many major projects does Russian business participate in?": "Russian business participates",
    "Which transport corridors will get more capacity?": "- It was agreed to gradually expand",
    "What did the sides agree on oil?": "- The parties agreed to strengthen partnership",
}

ADMINISTRATOR = User(7, "Ann", "en", "ann")

#: What stands above a message that may have been delivered before, in each language.
_AGAIN = tuple(Phrases(language)("sent-again") for language in LANGUAGES)

#: Longer than anything takes that is not lost, in seconds.
PATIENCE = 120.0


@dataclass(slots=True)
class Storm:
    """What became of a stream of questions and documents while the process was killed."""

    kills: int = 0
    asked: int = 0
    lost: int = 0
    out_of_order: int = 0
    repeated: int = 0
    twice_unmarked: int = 0
    added: int = 0
    additions_lost: int = 0
    additions_twice: int = 0
    set_aside: int = 0
    seconds: float = 0.0
    strange: list[str] = field(default_factory=list)

    @property
    def is_calm(self) -> bool:
        """Whether nothing was lost, out of order, or done twice without a word."""
        return not (
            self.lost
            or self.out_of_order
            or self.twice_unmarked
            or self.additions_lost
            or self.additions_twice
            or self.set_aside
            or self.strange
        )


@dataclass(frozen=True, slots=True)
class Stream:
    """How much comes in: questions, from how many chats, documents besides, and in how many seconds."""

    questions: int
    chats: int
    documents: int
    seconds: float


def storm(folder: Path, stream: Stream, kills: int, seed: int, *, by_webhook: bool = False) -> Storm:
    """Kill Derek at random moments while people ask and add; return what became of it all."""
    chance, became = random.Random(seed), Storm()  # noqa: S311  nothing that is to be secret
    chats = [_chat(number) for number in range(stream.chats)]
    expected: dict[int, list[str]] = defaultdict(list)
    began = time.monotonic()
    keep_samples(folder)
    with BotApi(repeat_bound=0.05) as api:
        derek = RunningDerek(
            folder,
            api.url,
            administrators=(ADMINISTRATOR.id,),
            webhook_port=free_port() if by_webhook else None,
        )
        with derek:
            api.wait_until_listening(PATIENCE)
            asking = threading.Thread(
                target=_ask,
                args=(api, chats, stream, expected, random.Random(seed + 1)),  # noqa: S311
            )
            asking.start()
            while became.kills < kills and (asking.is_alive() or became.kills == 0):
                time.sleep(chance.uniform(0.2, 2 * stream.seconds / max(1, kills)))
                derek.kill()
                derek.restart()
                became.kills += 1
            asking.join()
            api.wait_until_taken(5 * PATIENCE)
            _wait_until_quiet(api, folder)
        _judge(api, folder, chats, expected, stream, became)
    became.seconds = time.monotonic() - began
    return became


def _chat(number: int) -> tuple[Chat, User]:
    user = User(1_000 + number, f"P{number}", "en", f"p{number}")
    if number % 5 == 4:
        return Chat(-1_000 - number, "supergroup", f"Group {number}"), user
    return private(user), user


def _ask(
    api: BotApi,
    chats: Sequence[tuple[Chat, User]],
    stream: Stream,
    expected: Mapping[int, list[str]],
    chance: random.Random,
) -> None:
    """Ask as people do who do not wait, each chat never the same twice in a row, and add now and then."""
    home = private(ADMINISTRATOR)
    every = max(1, stream.questions // max(1, stream.documents))
    documents = count(1)
    for number in range(stream.questions):
        chat, user = chats[chance.randrange(len(chats))]
        last = expected[chat.id][-1] if expected[chat.id] else None
        question = chance.choice([question for question in QUESTIONS if question != last])
        expected[chat.id].append(question)
        api.message(chat, user, question if chat.id > 0 else f"/ask@derek_bot {question}")
        if stream.documents and number % every == 0:
            name = next(documents)
            api.document(home, ADMINISTRATOR, f"note{name}.txt", note(name).encode())
        time.sleep(chance.expovariate(stream.questions / stream.seconds))


def note(number: int) -> str:
    """Return the text of a document that nothing else is like."""
    return (
        f"Note {number}\n\nThe warehouse number {number} was painted in colour {number * 7919} on a Monday.\n"
    )


def _wait_until_quiet(api: BotApi, folder: Path) -> None:
    """Wait until nothing that came in waits, and nothing is to be sent; a slow machine is no loss."""
    until = time.monotonic() + 5 * PATIENCE
    with closing(sqlite3.connect(folder / "data" / "telegram.sqlite3")) as journal:
        while time.monotonic() < until:
            (waiting,) = journal.execute(
                "SELECT (SELECT count(*) FROM inbox WHERE body IS NOT NULL AND state <> 'aside')"
                " + (SELECT count(*) FROM outbox)"
            ).fetchone()
            if not waiting and not api.pending_updates:
                return
            time.sleep(0.5)


def _judge(  # noqa: PLR0913, PLR0917  all that happened
    api: BotApi,
    folder: Path,
    chats: Sequence[tuple[Chat, User]],
    expected: Mapping[int, list[str]],
    stream: Stream,
    became: Storm,
) -> None:
    for chat, _ in chats:
        _judge_chat([message.text for message in api.messages(chat)], expected[chat.id], became)
    became.asked = sum(map(len, expected.values()))
    receipts = [_unmarked(message.text)[0] for message in api.messages(private(ADMINISTRATOR))]
    with closing(sqlite3.connect(folder / "data" / "articles.sqlite3")) as store:
        texts = [text for (text,) in store.execute("SELECT text FROM article")]
    documents = {f"note{number}.txt": number for number in range(1, stream.documents + 1)}
    for number in documents.values():
        there = sum(f"warehouse number {number} was" in text for text in texts)
        told = sum(receipt.startswith(f"Added: “Note {number}”") for receipt in receipts)
        became.added += there == 1
        became.additions_lost += there == 0 or told == 0
        became.additions_twice += there > 1
    became.strange += [receipt for receipt in receipts if not receipt.startswith("Added: ")]
    with closing(sqlite3.connect(folder / "data" / "telegram.sqlite3")) as journal:
        ((became.set_aside,),) = journal.execute("SELECT count(*) FROM inbox WHERE state = 'aside'")


def _judge_chat(texts: Sequence[str], expected: Sequence[str], became: Storm) -> None:
    """Go through what a chat was sent beside what it was to be sent."""
    at = 0
    for text in texts:
        answer, is_marked = _unmarked(text)
        if at < len(expected) and answer.startswith(QUESTIONS[expected[at]]):
            at += 1
        elif at and answer.startswith(QUESTIONS[expected[at - 1]]):
            became.repeated += is_marked
            became.twice_unmarked += not is_marked
        elif any(answer.startswith(beginning) for beginning in QUESTIONS.values()):
            became.out_of_order += 1
        else:
            became.strange.append(text[:80])
    became.lost += len(expected) - at


def _unmarked(text: str) -> tuple[str, bool]:
    """Return a message without the word that it is sent again, and whether it had that."""
    for again in _AGAIN:
        if text.startswith(again):
            return text.removeprefix(again).lstrip(), True
    return text, False


# The table of faults


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault that calls of a method meet, so many times; whether the chat can be reached in the end."""

    name: str
    method: str
    fault: Fault
    times: int = 1
    reachable: bool = True


def troubles(*, is_short: bool = False) -> Iterator[Trouble]:
    """Yield every kind of fault, the short ones only if that is wished."""
    send = "sendMessage"
    yield Trouble("429 retry 1", send, flood(1))
    yield Trouble("429 retry 1, 3 times", send, flood(1), 3)
    yield Trouble("502 once", send, gateway(502))
    yield Trouble("502 three times", send, gateway(502), 3)
    yield Trouble("500 once", send, refused(500))
    yield Trouble("500 three times", send, refused(500), 3)
    yield Trouble("504 once", send, gateway(504))
    yield Trouble("dropped before", send, drop_before())
    yield Trouble("dropped after", send, drop_after())
    yield Trouble("slow 3 s", send, slow(3))
    yield Trouble("401 once", send, refused(401))
    yield Trouble("400 can't parse entities", send, refused(400, "Bad Request: can't parse entities: oops"))
    for words in (
        "not enough rights to send text messages to the chat",
        "TOPIC_CLOSED",
        "message thread not found",
        "chat not found",
        "have no rights to send a message",
    ):
        yield Trouble(f"400 {words}", send, refused(400, f"Bad Request: {words}"), reachable=False)
    yield Trouble(
        "403 blocked", send, refused(403, "Forbidden: bot was blocked by the user"), reachable=False
    )
    yield Trouble("403 deactivated", send, refused(403, "Forbidden: user is deactivated"), reachable=False)
    yield Trouble("409 on a poll, 3 times", "getUpdates", refused(409, "Conflict: terminated"), 3)
    yield Trouble("502 on a poll, 3 times", "getUpdates", gateway(502), 3)
    yield Trouble("401 on a poll, twice", "getUpdates", refused(401), 2)
    yield Trouble("poll dropped after", "getUpdates", drop_after())
    if not is_short:
        yield Trouble("429 retry 1, 10 times", send, flood(1), 10)
        yield Trouble("429 retry 30", send, flood(30))
        yield Trouble("slow 7 s", send, slow(7))
        yield Trouble("slow 20 s", send, slow(20))


@dataclass(frozen=True, slots=True)
class Met:
    """What became of two questions: of one that met a fault, and of another's, asked a moment later.

    The times are in seconds, None where nothing came; `messages` is how many came to the first.
    """

    name: str
    first: float | None
    other: float | None
    messages: int
    apologies: int
    reachable: bool

    @property
    def is_well(self) -> bool:
        """Whether whoever can be reached was answered, the other one too, and nobody was sent a regret."""
        answered = self.first is not None if self.reachable else True
        return answered and self.other is not None and self.apologies == 0


def meet(api: BotApi, trouble: Trouble, number: int) -> Met:
    """Let one person's question meet a fault, and another one ask a moment later."""
    ann, bob = (User(number * 10 + place, name, "en", f"u{number}{place}") for place, name in enumerate("AB"))
    question, beginning = next(iter(QUESTIONS.items()))
    home, other = private(ann), private(bob)
    api.open(home, ann)
    api.open(other, bob)
    began = time.monotonic()
    api.fail(trouble.method, trouble.fault, trouble.times)
    api.message(home, ann, question)
    time.sleep(0.3)
    asked = time.monotonic()
    api.message(other, bob, question)
    second = _when(api, other, beginning, asked, 10.0)
    wait = 60.0 if trouble.reachable else 3.0
    first = _when(api, home, beginning, began, wait)
    time.sleep(0.5)
    texts = [message.text for message in api.messages(home)]
    regrets = sum("went wrong" in text for text in texts)
    return Met(trouble.name, first, second, len(texts), regrets, trouble.reachable)


def _when(api: BotApi, chat: Chat, beginning: str, since: float, wait: float) -> float | None:
    def answered(messages: Sequence[Message]) -> bool:
        return any(beginning in message.text for message in messages)

    try:
        api.wait_until(lambda: answered(api.messages(chat)), wait)
    except AssertionError:
        return None
    return time.monotonic() - since


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock on an SQLite file, as a backup or a stuck program does."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.rollback()


@contextmanager
def full_disk(pid: int) -> Iterator[None]:
    """Let a process write nothing more, as on a full disk: a file that would grow is not let."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def timed(work: Callable[[], object]) -> float:
    """Return how long some work takes, in seconds."""
    began = time.monotonic()
    work()
    return time.monotonic() - began
