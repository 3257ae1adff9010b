"""Tells people of new articles that answer what they wait for, beside all else and never in its way.

waiting questions ─ asked after each change ─▶ notices ─ journal ─▶ delivery

What was asked and what is to be told of it are noted in one transaction of one file. A notice goes into the
journal, which is another file, under its key, and is forgotten where it was only then: a process that dies in
between hands it over once more, and the journal knows the key.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeVar

from bot.assembly import Derek
from bot.chats.access import TELEGRAM, Access, Role
from bot.chats.chat import Turn
from bot.chats.journal import Journal, Queued
from bot.chats.waiting import Notice, Told, WaitingQuestion
from bot.telegram.committing import Committer
from bot.telegram.outgoing import Answered, Listener, Target, to_json
from bot.telegram.waiting import MOST_FOUND
from retrieval.answers.citations import Answer, Citation, Status
from retrieval.errors import QuestionError

Result = TypeVar("Result")

#: How many questions are asked in one step, how long it takes at most to look again, and how long to leave
#: alone what failed, in seconds.
_AT_ONCE, _PAUSE, _REST = 10, 2.0, 30.0

#: How long new sentences are waited for to be embedded, in seconds; then they are found by words alone.
_PATIENCE = 60.0

#: How many citations stand in one message.
_CITATIONS = 3

_log = logging.getLogger(__name__)


class Telling:
    """The work of asking what people wait for, and of telling them, for one bot."""

    def __init__(
        self,
        derek: Derek,
        journal: Journal,
        commit: Committer,
        deliver: Callable[[Iterable[Queued]], None],
    ) -> None:
        """Begin nothing yet; what is written into the journal is given to `deliver`."""
        self._journal, self._commit, self._deliver = journal, commit, deliver
        self._waiting = derek.waiting
        self.asking = Asking(derek)
        #: One thread, so that answers keep all the others.
        self._thread = ThreadPoolExecutor(1, "telling")

    async def run(self) -> None:
        """Tell of what comes, until it is cancelled; it ends for no fault."""
        while True:
            pause = _PAUSE
            try:
                pause = 0 if await self.step() else _PAUSE
            except Exception as error:
                pause = _REST
                # Not what it says: that may be of somebody's text.
                _log.error("telling: %s; trying again in %g s", type(error).__name__, pause)
            await asyncio.sleep(pause)

    async def step(self) -> bool:
        """Ask some questions that articles came after, and send what is to be told; whether more wait.

        Raises `StoreError`.
        """
        await self._hand_over()
        is_more = await self._in_thread(self.asking.step)
        await self._hand_over()
        return is_more

    async def _hand_over(self) -> None:
        """Put each notice into the journal once, and have it sent."""
        for notice in await self._in_thread(self._waiting.notices):
            self._deliver(await self._commit(partial(self.queued, notice)))
            await self._in_thread(partial(self._waiting.handed_over, notice))
            await self._commit(partial(self._journal.forget_key, notice.key))

    def queued(self, notice: Notice) -> list[Queued]:
        """Queue a notice in a transaction of the journal, unless somebody was forgotten before it began.

        Who is forgotten after that is forgotten by the journal as well.
        """
        if not self._waiting.holds(notice):
            return []
        return self._journal.queue_once(notice.key, [(notice.chat, notice.message)])

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def stop(self) -> None:
        """Ask nothing more, and wait for the question that is being asked."""
        self.asking.stopping.set()
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)


class Asking:
    """Asks waiting questions of the articles, and notes what is to be told."""

    def __init__(self, derek: Derek, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask nothing yet; the `clock` tells the time, in seconds."""
        self._derek, self._waiting, self._clock = derek, derek.waiting, clock
        self._access = Access(derek.config.telegram, derek.people)
        self.stopping = threading.Event()
        #: Since when some question is to be asked.
        self._since: float | None = None
        #: The articles that changed after each number, as far as this step knows.
        self._changed: dict[int, frozenset[str]] = {}

    def step(self) -> bool:
        """Ask some of the questions that articles came after; whether there are others."""
        if self._waiting.is_empty():
            return False
        self._derek.index.catch_up()
        newest = self._derek.index.index.seen
        groups = self._waiting.due(newest, _AT_ONCE)
        if not groups:
            self._since = None
            return False
        if self._since is None:
            self._since = self._clock()
        if self._awaits_vectors(self._clock() - self._since):
            return False
        self._changed.clear()
        for group in groups:
            if self.stopping.is_set():
                return False
            began = time.monotonic()
            self._ask(group, newest)
            # Whoever asks now goes first: half of the time is theirs.
            self.stopping.wait(time.monotonic() - began)
        return True

    def _awaits_vectors(self, waited: float) -> bool:
        """Whether new sentences are about to be embedded, without which some answers are not found."""
        meaning = self._derek.semantic_index
        if meaning is None or meaning.fault is not None or waited > _PATIENCE:
            return False
        # What embeds looks for new sentences once a second.
        return waited < _PAUSE or meaning.coverage.embedded < meaning.coverage.sentences

    def _ask(self, group: Sequence[WaitingQuestion], newest: int) -> None:
        """Ask what all of a group want, and note what is to be told to those of them who may hear it."""
        hearing = self._hearing(group)
        if not hearing:
            self._waiting.note(group, newest)
            return
        wish = hearing[0].wish
        try:
            turn = self._derek.chat(f"{TELEGRAM}{wish.chat}").find(wish.wanted, MOST_FOUND)
        except QuestionError:  # An older Derek took it.
            self._waiting.drop(group)
            return
        news = self._news(hearing, turn)
        self._waiting.note(group, newest, map(Told.of, news), list(_notices(hearing, turn, news)))

    def _hearing(self, group: Sequence[WaitingQuestion]) -> list[WaitingQuestion]:
        """Return those of a group whose persons may be answered there; who was taken out waits no more."""
        roles = [self._access.role_in(one.wish.person, one.wish.chat) for one in group]
        gone = [
            one
            for one, role in zip(group, roles, strict=True)
            if role is Role.BLOCKED or (role < Role.READER and one.wish.chat > 0)
        ]
        self._waiting.drop(gone)
        return [one for one, role in zip(group, roles, strict=True) if role >= Role.READER]

    def _news(self, group: Sequence[WaitingQuestion], turn: Turn) -> list[Citation]:
        """Return the surest sentence of each new or changed article that answers, and was not told before."""
        if turn.answer.status is not Status.ANSWERED:
            return []
        sure = [one for one in turn.answer.citations if self._is_sure(one, turn.answer)]
        news: dict[str, Citation] = {}
        for question in group:
            changed = self._changed_after(question.seen)
            told = self._waiting.told(question)
            articles, sentences = ({one[place] for one in told} for place in (0, 1))
            for citation in sure:
                is_new = citation.article_id in changed and citation.article_id not in articles
                if is_new and citation.fingerprint not in sentences:
                    news.setdefault(citation.article_id, citation)
        return sorted(news.values(), key=lambda citation: -citation.score)

    def _changed_after(self, number: int) -> frozenset[str]:
        if number not in self._changed:
            self._changed[number] = frozenset(key for _, key in self._derek.store.changes(number))
        return self._changed[number]

    def _is_sure(self, citation: Citation, answer: Answer) -> bool:
        """Whether a citation answers by itself, and does not only stand behind one that does."""
        return answer.topic is not None or citation.score >= self._derek.answerer.min_confidence


def _notices(group: Sequence[WaitingQuestion], turn: Turn, news: Sequence[Citation]) -> Iterator[Notice]:
    """Yield what is to be told of news: all of it to whoever watches, else the surest of it."""
    is_standing = any(question.wish.is_standing for question in group)
    wish = group[0].wish
    listener = Listener(person=wish.person, is_standing=is_standing)
    target = Target(chat=wish.chat, thread=wish.thread, reply_to=wish.message)
    for start in range(0, len(news) if is_standing else min(len(news), _CITATIONS), _CITATIONS):
        citations = tuple(
            citation.model_copy(update={"number": number})
            for number, citation in enumerate(news[start : start + _CITATIONS], 1)
        )
        update = {"citations": citations, "confidence": citations[0].score, "further": False}
        kept = replace(turn, answer=turn.answer.model_copy(update=update)).kept()
        answered = Answered(target=target, language=wish.language, turn=kept, listener=listener)
        yield Notice.new(wish.person, wish.chat, to_json(answered))
