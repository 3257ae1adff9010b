"""The questions of one message, parted."""

import re
from collections.abc import Iterator
from itertools import pairwise

from retrieval.analysis.words import words
from retrieval.languages import KNOWN
from retrieval.languages.tables import Followups, table
from retrieval.questions.courtesies import without_courtesies
from retrieval.questions.topics import is_bare, named_topic

#: What may end a question: its mark, and what belongs to it still.
_MARK = re.compile(r"(?<![?？])[?？]++(?P<closing>[\"»”)\]]*+)(?=\s|$)")

#: What opens a quotation and what closes it; a straight mark does either.
_OPENING, _CLOSING, _STRAIGHT = "«“„(", "»”)", '"'

#: A longer message is looked through for questions only: it is a pasted text. Chosen by eye.
_SHORT = 600

#: Where a statement ends.
_SENTENCE_END = re.compile(r"[.!…]+\s+")

#: How many characters of a text tell whether it begins as a question: courtesies, and a few words.
_BEGINNING = 300


def questions_in(message: str) -> list[str]:
    """Return the questions of a message, one by one; the whole message, if it asks but one.

    A question ends in its mark, or with its line if the next one asks anew. What is stated before a question
    belongs to it, and what is stated behind the last one to that.

    >>> questions_in("Who met Putin? And when? Thanks!")
    ['Who met Putin?', 'And when? Thanks!']
    """
    if len(topics := _topics_in(message)) > 1:
        return topics
    questions: list[str] = []
    waiting: list[str] = []
    count = 0
    for piece in _pieces(message):
        waiting.append(piece)
        count += len(words(piece))
        # A single word leads up to what is asked: "Really? Who met Putin?"
        if count > 1 and (_MARK.search(piece) or _asks(piece)):
            questions.append("".join(waiting).strip())
            waiting, count = [], 0
    if len(questions) <= 1:
        return [message]
    return [*questions[:-1], f"{questions[-1]} {''.join(waiting).strip()}".strip()]


def _topics_in(message: str) -> list[str]:
    """Return the lines of a message, if each names a topic or asks; or its first topic, and the rest.

    Nothing, if it is neither.
    """
    if len(message) > _SHORT:
        return []
    lines = [line.strip() for line in message.splitlines() if words(line)]
    topics = [named_topic(line) is not None for line in lines]
    if (
        len(lines) > 1
        and any(topics)
        and all(topic or is_bare(line) or _is_asked(line) for topic, line in zip(topics, lines, strict=True))
    ):
        return [part for line in lines for part in questions_in(line)]
    end = _SENTENCE_END.search(message)
    if end and named_topic(message[: end.start()]) and words(rest := message[end.end() :]):
        return [message[: end.end()].strip(), *questions_in(rest)]
    return []


def _is_asked(line: str) -> bool:
    return _begins_asking(line) or _MARK.search(line) is not None


def _pieces(message: str) -> Iterator[str]:
    """Yield a message in pieces, each of which is one question at most."""
    for start, end in pairwise([0, *_ends(message), len(message)]):
        piece, asks = "", False
        for line in message[start:end].splitlines(keepends=True):
            # A question that is wrapped goes on in small letters.
            if asks and not _is_left_open(piece) and line[:1].isupper() and _begins_asking(line):
                yield piece
                piece = ""
            if not piece:
                asks = _begins_asking(line)
            piece += line
        yield piece


def _ends(message: str) -> Iterator[int]:
    """Yield where questions end: at each mark but those of a quotation that the question goes on from."""
    depth, straight, start = 0, 0, 0
    for match in _MARK.finditer(message):
        before = message[start : match.end()]
        depth += sum(map(before.count, _OPENING)) - sum(map(before.count, _CLOSING))
        straight += before.count(_STRAIGHT)
        start = match.end()
        goes_on = match["closing"] and message[start:].lstrip()[:1].islower()
        if depth <= 0 and straight % 2 == 0 and not goes_on:
            yield start
            depth = 0


def _asks(text: str) -> bool:
    return _begins_asking(text) and not _is_left_open(text)


def _is_left_open(text: str) -> bool:
    """Whether a text ends as no question does that lacks its mark only."""
    return text.rstrip().endswith(("!", ",", ";", ":", "."))


def _begins_asking(text: str) -> bool:
    """Whether a text begins with a word that asks, perhaps after courtesies and "And"."""
    text_words = words(without_courtesies(text[:_BEGINNING]))
    return any(_first_asks(text_words, table(language, Followups)) for language in KNOWN)


def _first_asks(text_words: list[str], known: Followups) -> bool:
    leads = sorted((lead.split() for lead in known.marks.leads), key=len, reverse=True)
    lead = next((lead for lead in leads if text_words[: len(lead)] == lead), [])
    first = text_words[len(lead) : len(lead) + 1]
    return not set(known.words.asking).isdisjoint(first)
