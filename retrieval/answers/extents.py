"""How much of an article is quoted for a sentence that answers.

It is the sentence alone, or with the one before it if it leans on that ("He signed it on Monday"), or the
list that it is an item of, where the whole list is asked for ("What are the ingredients?").
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from retrieval.analysis.stems import stems_in
from retrieval.articles import SentenceKind, Span, StoredSentence, flowing
from retrieval.languages.tables import Leaning, table
from retrieval.questions.answer_types import KINDS, AnswerType
from retrieval.questions.question import Question
from retrieval.ranking.ranker import Evidence

#: Where a sentence stands: its article's id, and its number there.
Place = tuple[str, int]

#: The most units of a list that is quoted whole, how many characters these may have on average, and how many
#: two sentences may have together. Chosen by eye: what is longer is read sentence by sentence.
_MOST_ITEMS, _LONG_ITEM, _LONGEST_PAIR = 25, 70, 500

#: How many units before and behind a sentence are looked at.
REACH = _MOST_ITEMS

#: What the sayings of lists begin with, which no text of an article does.
_LIST = "\0list "

#: What a step begins with.
_NUMBERED = re.compile(r"\d{1,2}[.)]\s")

#: What may stand before the first word of a sentence.
_OPENING = re.compile(r"[\W_]*")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A piece of evidence, and what of its article is quoted for it."""

    evidence: Evidence
    span: Span
    text: str
    #: The units of a list that is quoted whole.
    units: tuple[Span, ...] = ()

    @property
    def items(self) -> tuple[Span, ...]:
        """Where the items of the list stand in the quote; one may be of several sentences."""
        starts = [
            unit.start - self.span.start
            for place, unit in enumerate(self.units)
            if not place
            or "\n" in self.text[self.units[place - 1].end - self.span.start : unit.start - self.span.start]
        ]
        ends = [len(self.text[:start].rstrip()) for start in starts[1:]]
        return tuple(Span(start, end) for start, end in zip(starts, [*ends, len(self.text)], strict=False))

    def overlaps(self, other: "Quoted") -> bool:
        """Whether both quote the same words of an article."""
        same = self.evidence.article_id == other.evidence.article_id
        return same and self.span.start < other.span.end and other.span.start < self.span.end

    def moved(self, mark: Span | None) -> Span | None:
        """Return where in the quote the words stand that are marked in the sentence; none of a list are."""
        offset = self.evidence.sentence.span.start - self.span.start
        if mark is None or self.span.end != self.evidence.sentence.span.end or offset < 0:
            return None
        return Span(mark.start + offset, mark.end + offset)


def lists(question: Question, sentences: Mapping[Place, StoredSentence]) -> dict[Place, str]:
    """Return which lists the items among sentences are of, by their places, where lists are asked for whole.

    That is where several things are asked for, or nothing of a kind in particular and the line that leads to
    the list says what. It belongs to the list. An item that says itself what is asked answers by itself, but
    for a step of what is asked how to do.
    """
    if not question.asks_for_several and not question.expected_types.isdisjoint(KINDS):
        return {}
    asked = {language: set(question.stems(language)) for language in {s.language for s in sentences.values()}}
    items = {
        (article_id, number): f"{_LIST}{article_id} {sentence.above}"
        for (article_id, number), sentence in sentences.items()
        if sentence.kind is SentenceKind.BULLET
        and (_is_step(question, sentence) or not _says(sentence, asked[sentence.language]))
    }
    leading = {
        (article_id, number): f"{_LIST}{article_id} {(*sentence.above, number)}"
        for (article_id, number), sentence in sentences.items()
        if leads_to_list(sentence)
        and (question.asks_for_several or _says(sentence, asked[sentence.language]))
    }
    wanted = set(items.values())
    if not question.asks_for_several:
        wanted &= set(leading.values())
    return {place: said for place, said in (items | leading).items() if said in wanted}


def is_list(saying: str) -> bool:
    """Whether what is said alike is a list."""
    return saying.startswith(_LIST)


def _is_step(question: Question, sentence: StoredSentence) -> bool:
    return AnswerType.MANNER in question.expected_types and bool(_NUMBERED.match(sentence.text))


def _says(sentence: StoredSentence, asked: set[str]) -> bool:
    """Whether a sentence holds any word that a question asks about."""
    return not asked.isdisjoint(stems_in(flowing(sentence.text), sentence.language))


def leads_to_list(sentence: StoredSentence) -> bool:
    """Whether a sentence says that a list comes."""
    return sentence.text.rstrip().endswith(":")


def whole_list(
    sentence: StoredSentence, number: int, around: Mapping[int, StoredSentence]
) -> tuple[Span, ...]:
    """Return where the units of the list stand that a sentence is one of, or leads to; none if it is long.

    `around` are the units of the article by their numbers, at least those within `REACH`.
    """
    is_item = sentence.kind is SentenceKind.BULLET
    above = sentence.above if is_item else (*sentence.above, number)
    first = number if is_item else number + 1

    def belongs(place: int) -> bool:
        unit = around.get(place)
        return unit is not None and unit.kind is SentenceKind.BULLET and unit.above[: len(above)] == above

    while is_item and belongs(first - 1):
        first -= 1
    last = first - 1
    while belongs(last + 1):
        last += 1
    count = last - first + 1
    if not 1 < count <= _MOST_ITEMS:
        return ()
    spans = tuple(around[place].span for place in range(first, last + 1))
    return spans if spans[-1].end - spans[0].start <= _LONG_ITEM * count else ()


def with_antecedent(sentence: StoredSentence, before: StoredSentence | None) -> Span:
    """Return where a sentence that leans stands, together with the one before it if it can lean on that."""
    plain = (SentenceKind.SENTENCE, SentenceKind.QUOTATION)
    if (
        before is None
        or sentence.kind not in plain
        or (before.kind, before.above, before.digest) != (sentence.kind, sentence.above, sentence.digest)
        or before.is_title
        or sentence.span.end - before.span.start > _LONGEST_PAIR
    ):
        return sentence.span
    return Span(before.span.start, sentence.span.end)


def leans(text: str, language: str) -> bool:
    """Whether a sentence begins with a word for what was said before it.

    >>> leans("It keeps for two days there.", "en"), leans("It is known that iron rusts.", "en")
    (True, False)
    """
    pattern = _leaning(language)
    folded = flowing(text).casefold().replace("ё", "е")
    opening = _OPENING.match(folded)
    return bool(pattern and opening and pattern.match(folded, opening.end()))


@cache
def _leaning(language: str) -> re.Pattern[str] | None:
    """Return the pattern of what leaning sentences begin with in a language; None where that is unknown."""
    starts: Sequence[str] = table(language, Leaning).starts
    return re.compile(rf"(?:{'|'.join(starts)})(?![\w-])") if starts else None
