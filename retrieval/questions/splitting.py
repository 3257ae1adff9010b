"""The questions of one message, parted."""

import re
from collections.abc import Iterator
from itertools import pairwise

from retrieval.analysis.words import words
from retrieval.languages import KNOWN
from retrieval.languages.tables import Followups, table
from retrieval.questions.courtesies import without_courtesies

#: What ends a question, and what may still belong to it.
_END = re.compile(r"[?？]+[\"»”)\]]*(?=\s|$)")


def questions_in(message: str) -> list[str]:
    """Return the questions of a message, one by one; the whole message, if it asks but one.

    A question ends in its mark, or with its line if the next one asks anew. What is stated before a question
    belongs to it, and what is stated behind the last one to that.

    >>> questions_in("Who met Putin? And when? Thanks!")
    ['Who met Putin?', 'And when? Thanks!']
    """
    questions: list[str] = []
    waiting = ""
    for piece in _pieces(message):
        text = f"{waiting}{piece}"
        # A single word leads up to what is asked: "Really? Who met Putin?"
        if len(words(text)) > 1 and (_END.search(piece) or _asks(piece)):
            questions.append(text.strip())
            waiting = ""
        else:
            waiting = text
    if len(questions) <= 1:
        return [message]
    return [*questions[:-1], f"{questions[-1]} {waiting.strip()}".strip()]


def _pieces(message: str) -> Iterator[str]:
    """Yield a message in pieces, each of which is one question at most."""
    ends = [0, *(match.end() for match in _END.finditer(message)), len(message)]
    for start, end in pairwise(ends):
        piece = ""
        for line in message[start:end].splitlines(keepends=True):
            # A question that is wrapped goes on in small letters.
            if _asks(piece) and line[:1].isupper() and _asks(line):
                yield piece
                piece = ""
            piece += line
        yield piece


def _asks(text: str) -> bool:
    """Whether a text begins as a question does, perhaps after "And", and does not end as something else."""
    text = without_courtesies(text.strip())
    if text.endswith(("!", ",", ";", ":", ".")):
        return False
    text_words = words(text)
    return any(_begins_asking(text_words, table(language, Followups)) for language in KNOWN)


def _begins_asking(text_words: list[str], known: Followups) -> bool:
    leads = sorted((lead.split() for lead in known.marks.leads), key=len, reverse=True)
    lead = next((lead for lead in leads if text_words[: len(lead)] == lead), [])
    first = text_words[len(lead) : len(lead) + 1]
    return not set(known.words.asking).isdisjoint(first)
