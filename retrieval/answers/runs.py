"""The runs of words in a quote that may be its short answer, and what speaks for each of them.

A run has up to ten words, with no end of a clause within. What speaks for it is a row of values: how long it
is, whether it is what the quote mentions of a kind that the question asks for, what of it the question says
itself, what stands beside it. Rows are weighed in `span_model.py`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis.mentions import Kind, Mention
from retrieval.answers.wording import QuestionWords, QuoteWords
from retrieval.articles import Span
from retrieval.questions.answer_types import KINDS, AnswerType
from retrieval.semantic.quantisation import Floats32

#: The most words of a run, and of a quote that is looked at: a longer one is a list or a table.
_LONGEST, _LONGEST_QUOTE = 10, 200

#: What no run goes across.
_CLAUSE_END = re.compile(r"[.;!?](?=\W|$)|[()\[\]«»“”\"]|\s[–—-]\s|:\s")

#: How many words away the nearest word of the question counts at most.
_FAR = 20

#: The lengths, in words, that are told apart: from, to.
_LENGTHS = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 8), (9, _LONGEST))

#: The kinds of mention that are looked at, and those that a run is not to cut.
_KINDS = (Kind.NUMBER, Kind.PERCENT, Kind.MONEY, Kind.DATE, Kind.NAME, Kind.QUOTED, Kind.REASON)
_WHOLE = (Kind.NUMBER, Kind.PERCENT, Kind.MONEY, Kind.DATE, Kind.NAME)

#: The types of answer that differ in how long answers are.
_TYPES = (
    AnswerType.NUMBER,
    AnswerType.DATE,
    AnswerType.PERSON,
    AnswerType.PLACE,
    AnswerType.REASON,
    AnswerType.DEFINITION,
    AnswerType.MANNER,
    AnswerType.ORGANISATION,
)

#: The likeness of a word to the question where there is no word.
_UNLIKE = 0.3

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """The runs of words of a quote: the places of the first and the last word of each."""

    first: Indices
    last: Indices
    count: int

    @classmethod
    def of(cls, quote: QuoteWords) -> "Runs":
        """Return all runs, none for a quote of very many words."""
        words = quote.words
        count = len(words) if len(words) <= _LONGEST_QUOTE else 0
        ends = [bool(_CLAUSE_END.search(quote.gap(place))) for place in range(count - 1)]
        clause = np.cumsum([0, *ends]) if count else np.zeros(0, int)
        pairs = [(one, other) for one in range(count) for other in range(one, min(count, one + _LONGEST))]
        first, last = np.array(pairs, np.intp).reshape(-1, 2).T
        whole = clause[first] == clause[last]
        return cls(first[whole], last[whole], count)

    def __len__(self) -> int:
        return len(self.first)

    @property
    def lengths(self) -> Indices:
        """How many words each has."""
        return self.last - self.first + 1

    def beside(self, values: Floats32, offset: int, default: float = 0.0) -> Floats32:
        """Return the value of the word so far before each run, or behind it if that is above 0."""
        places = self.first + offset if offset < 0 else self.last + offset
        there = (places >= 0) & (places < self.count)
        beside: Floats32 = np.where(there, values[np.clip(places, 0, self.count - 1)], np.float32(default))
        return beside

    def sums(self, values: Floats32) -> Floats32:
        """Return the sum of the values of each run's words."""
        total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
        summed: Floats32 = (total[self.last + 1] - total[self.first]).astype(np.float32)
        return summed

    def covering(self, stretch: tuple[int, int]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which runs are just the words from a place to another, and which have a part in these."""
        start, end = stretch
        return (self.first == start) & (self.last == end), (self.first <= end) & (self.last >= start)


def values_of(
    question: QuestionWords, quote: QuoteWords, runs: Runs, likeness: Floats32, by_rule: Span | None
) -> dict[str, Floats32]:
    """Return what speaks for each run, an array of a value a run for each name.

    `likeness` is how alike each word of the quote is to what the question says, and `by_rule` what
    `highlight` marks.
    """
    return {
        **_lengths(question, runs),
        **_mentioned(question, quote, runs),
        **_said(quote, runs),
        **_written(quote, runs),
        **_alike(runs, likeness),
        **_marked(quote, runs, by_rule),
    }


def _flags(values: Iterable[object]) -> Floats32:
    return np.array([bool(value) for value in values], np.float32)


def _lengths(question: QuestionWords, runs: Runs) -> dict[str, Floats32]:
    lengths = runs.lengths
    values = {
        f"length {low}": ((lengths >= low) & (lengths <= high)).astype(np.float32) for low, high in _LENGTHS
    }
    size = np.log(lengths).astype(np.float32)
    return values | {f"length of {type_}": size * (type_ in question.types) for type_ in _TYPES}


def _mentioned(question: QuestionWords, quote: QuoteWords, runs: Runs) -> dict[str, Floats32]:
    """Return which runs are mentions of each kind, where it is asked for, where another is, where none is."""
    asked = {kind for type_ in question.types for kind in KINDS.get(type_, ())}
    is_typed = bool(asked)
    values: dict[str, Floats32] = {}
    any_exact, cut = np.zeros(len(runs), np.float32), np.zeros(len(runs), np.float32)
    for kind in _KINDS:
        exact, holding = np.zeros(len(runs), np.float32), np.zeros(len(runs), np.float32)
        for mention in quote.of_kind(kind):
            start, end = _ends(quote, mention)
            same, overlapping = runs.covering((start, end))
            held = (runs.first <= start) & (runs.last >= end)
            exact[same], holding[held] = 1, 1
            if kind in _WHOLE:
                cut[overlapping & ~held] = 1
        values[f"{kind} asked for"] = exact * (kind in asked)
        values[f"{kind} where another is"] = exact * (is_typed and kind not in asked)
        values[f"{kind} where none is"] = exact * (not is_typed)
        values[f"{kind} held"] = holding * (kind in asked)
        any_exact = np.maximum(any_exact, exact)
    return values | {"no kind": (1 - any_exact) * is_typed, "cuts": cut}


def _ends(quote: QuoteWords, mention: Mention | Span) -> tuple[int, int]:
    places = quote.within(mention)
    return places[0], places[-1]


def _said(quote: QuoteWords, runs: Runs) -> dict[str, Floats32]:
    """Return what of each run, and beside it, the question says."""
    matched, content = _flags(quote.matched), _flags(word.is_content for word in quote.words)
    same = _flags(quote.same) * content
    contents = runs.sums(content)
    before, behind = _distances(quote.hits, runs.count)
    near_before, near_behind = 1 / before[runs.first], 1 / behind[runs.last]
    return {
        "share said": runs.sums(same) / np.maximum(1, contents),
        "no content": (contents == 0).astype(np.float32),
        "said": (runs.sums(matched) > 0).astype(np.float32),
        **{f"said at {offset}": runs.beside(matched, offset) for offset in (-2, -1, 1, 2)},
        "near": np.maximum(near_before, near_behind),
        "near before": near_before,
        "near behind": near_behind,
        "function first": 1 - content[runs.first],
        "function last": 1 - content[runs.last],
        "function before": runs.beside(1 - content, -1),
        "function behind": runs.beside(1 - content, 1),
    }


def _distances(hits: tuple[int, ...], count: int) -> tuple[Floats32, Floats32]:
    """Return how far before and behind each word the nearest matched one is."""
    places = np.arange(count)[:, np.newaxis]
    apart = places - np.array(hits, np.intp)[np.newaxis]
    before = np.where(apart > 0, apart, _FAR).min(axis=1, initial=_FAR)
    behind = np.where(apart < 0, -apart, _FAR).min(axis=1, initial=_FAR)
    return before.astype(np.float32), behind.astype(np.float32)


def _written(quote: QuoteWords, runs: Runs) -> dict[str, Floats32]:
    """Return how each run is written, and what stands between it and the words beside it."""
    capital = _flags(word.capital for word in quote.words)
    digits = _flags(any(map(str.isdigit, word.text)) for word in quote.words)
    gaps = _flags([1, *(quote.gap(place).strip() for place in range(runs.count - 1)), 1])
    return {
        "capital": capital[runs.first] * (runs.first > 0),
        "first": (runs.first == 0).astype(np.float32),
        "last": (runs.last == runs.count - 1).astype(np.float32),
        "capital before": runs.beside(capital, -1) * capital[runs.first],
        "capital behind": runs.beside(capital, 1) * capital[runs.last],
        "mark before": gaps[runs.first],
        "mark behind": gaps[runs.last + 1],
        "mark within": (runs.sums(gaps[: runs.count]) - gaps[runs.first] > 0).astype(np.float32),
        "digit": digits[runs.first],
        "digit behind": runs.beside(digits, 1),
    }


def _alike(runs: Runs, likeness: Floats32) -> dict[str, Floats32]:
    before, behind = runs.beside(likeness, -1, _UNLIKE), runs.beside(likeness, 1, _UNLIKE)
    return {
        "first alike": likeness[runs.first],
        "last alike": likeness[runs.last],
        "alike": (runs.sums(likeness) / runs.lengths).astype(np.float32),
        "alike at -1": before,
        "alike at 1": behind,
        "alike at -2": runs.beside(likeness, -2, _UNLIKE),
        "alike at 2": runs.beside(likeness, 2, _UNLIKE),
        "alike beside": np.maximum(before, behind),
    }


def _marked(quote: QuoteWords, runs: Runs, by_rule: Span | None) -> dict[str, Floats32]:
    places = quote.within(by_rule) if by_rule else range(0)
    same, overlapping = runs.covering((places[0], places[-1]) if places else (-1, -1))
    return {"by rule": same.astype(np.float32), "partly by rule": overlapping.astype(np.float32)}


def standard(values: Mapping[str, Floats32], mean: Floats32, spread: Floats32) -> Floats32:
    """Return the values as they are weighed, a row a run and a column a name."""
    rows: Floats32 = ((np.stack(list(values.values()), axis=1) - mean) / spread).astype(np.float32)
    return rows
