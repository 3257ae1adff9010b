"""A question and a quote laid side by side, word by word: which words of the quote the question says too.

question ─┐
          ├ words ─ stems, or keys if their languages differ ─▶ the words of the quote that are matched
quote ────┘   └ related to one another by how they begin, or sound
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise, takewhile

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.analysis.mentions import Kind, Mention
from retrieval.analysis.places import place_keys
from retrieval.analysis.terms import word_terms
from retrieval.analysis.transliteration import latin
from retrieval.analysis.words import function_words
from retrieval.articles import Span
from retrieval.languages.tables import Highlight, QuestionPhrases, table
from retrieval.questions.answer_types import AnswerType, expected

#: Two words of one language are related (пригласил, приглашение) if at least this many letters at their
#: beginning agree, and at least this part of the longer word. Chosen by eye.
_RELATED_LETTERS, _RELATED_PART = 5, 0.5

#: The same for words of two languages: sounds, written in Latin letters, and the part of the shorter word.
#: Chosen by eye.
_RELATED_SOUNDS, _RELATED_SOUND_PART = 4, 0.6

#: What counts a quote and is no part of what it says: 2.4, 3. and 3); 12 March and 24 hours are not that.
_NUMBERING = re.compile(r"[\W_]*(?:\d+(?:\.\d+)+\.?|\d+[.)]|§\s*\d+)\s")

#: How many letters a unit in capitals has at most, and the amount before it: 40 MW, 12 GB.
_LONGEST_UNIT, _AMOUNT = 3, re.compile(r"\d[\u00a0 ]$")

#: Who speaks, at the beginning of a line of a conversation, and when: [09:15] Lena:
_SPEAKER = re.compile(
    r"[\W_]*(?:\d{1,2}[:.]\d\d(?:[:.]\d\d)?\W+)?(?P<name>[^\W\d_][\w’'.-]*(?: [^\W\d_][\w’'.-]*){0,2}):\s"
)

#: How many words beside a mention are looked at, at most, on each side. Chosen by eye.
BESIDE = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text in lower case, and where it stands: `text[start:end]`, in code points.

    Its `terms` are what it is compared by: stems, or keys beside a text in another language.
    """

    text: str
    start: int
    end: int
    terms: frozenset[str]
    is_content: bool
    capital: bool


@lru_cache(maxsize=64)
def _words(text: AnalysedText, *, foreign: bool) -> tuple[Word, ...]:
    """Return the words of a text, compared by their stems or, beside a foreign text, by their keys."""
    function = function_words(text.language)
    text_words = []
    for token in text.tokens:
        known_as = word_terms(token.text, text.language)
        terms = frozenset(known_as.key if foreign else known_as.stem)
        capital = text.text[token.start].isupper()
        text_words.append(Word(*token, terms, token.text not in function, capital))
    return tuple(text_words)


def terms_of(some_words: Iterable[Word]) -> frozenset[str]:
    """Return the terms of all these words together."""
    return frozenset[str]().union(*(word.terms for word in some_words))


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """A question taken apart into words, to be compared with quotes in one language."""

    words: tuple[Word, ...]
    language: str
    types: frozenset[AnswerType]
    numbers: frozenset[str]
    #: The keys of the countries and cities that it names, which are the same in every language.
    places: frozenset[str]
    #: Whether it names a day of the week or a month, so that another one of these is no answer.
    says_day: bool
    #: Whether the quote is in another language.
    foreign: bool
    table: QuestionPhrases

    @classmethod
    def of(cls, question: AnalysedText, quote_language: str) -> "QuestionWords":
        """Return the words of a question, to be compared with quotes in `quote_language`."""
        language = question.language
        foreign = language != quote_language
        question_words = _words(question, foreign=foreign)
        numbers = frozenset(question.numbers.keys)
        types = expected(question.text, language)
        places = frozenset(key for word in question_words for key in place_keys(word.text, language))
        says_day = any(
            mention.kind is Kind.DATE and not re.search(r"\d", question.text[mention.start : mention.end])
            for mention in question.mentions
        )
        asked = table(language, Highlight).question
        return cls(question_words, language, types, numbers, places, says_day, foreign, asked)

    def says(self, listed: Sequence[str]) -> bool:
        """Whether it has one of these words."""
        return any(word.text in listed for word in self.words)

    def after(self, listed: Sequence[str]) -> list[Word]:
        """Return the content words right after the first of these words."""
        places = (place for place, word in enumerate(self.words, 1) if word.text in listed)
        following = self.words[next(places, len(self.words)) :]
        return list(takewhile(lambda word: word.is_content and word.text not in self.table.empty, following))


@dataclass(frozen=True, slots=True)
class QuoteWords:
    """A quote taken apart into words, and which of them the question says too.

    `same` and `matched` have an entry for each word; a *place* is the index of a word.
    """

    text: str
    language: str
    words: tuple[Word, ...]
    #: Whether the question has this very word, by its terms.
    same: tuple[bool, ...]
    #: Whether it is a content word, and the question has it or a content word related to it.
    matched: tuple[bool, ...]
    #: The places of the matched words, ascending.
    hits: tuple[int, ...]
    #: How many commas and words for "and" stand before each word, counted from the beginning.
    boundaries_before: tuple[int, ...]
    #: What it mentions, but for the numbers that count it and whoever says it.
    mentions: tuple[Mention, ...]
    #: Whoever says it, where it is a line of a conversation.
    speaker: Mention | None
    table: Highlight

    @classmethod
    def of(cls, quote: AnalysedText, question: QuestionWords) -> "QuoteWords":
        """Return the words of a quote, compared with those of a question."""
        quote_words = _words(quote, foreign=question.foreign)
        question_terms = terms_of(question.words)
        related = _related_in_sound if question.foreign else _related
        content = [word.text for word in question.words if word.is_content]
        same = tuple(not word.terms.isdisjoint(question_terms) for word in quote_words)
        matched = tuple(
            word.is_content and (is_same or any(related(word.text, asked_for) for asked_for in content))
            for word, is_same in zip(quote_words, same, strict=True)
        )
        known = table(quote.language, Highlight)
        joining = known.clauses.joining
        boundaries = (
            "," in quote.text[word.end : after.start] or word.text in joining
            for word, after in pairwise(quote_words)
        )
        numbering, label = _NUMBERING.match(quote.text), _SPEAKER.match(quote.text)
        begin = max(numbering.end() if numbering else 0, label.end() if label else 0)
        return cls(
            quote.text,
            quote.language,
            quote_words,
            same,
            matched,
            tuple(place for place, is_matched in enumerate(matched) if is_matched),
            tuple(accumulate(boundaries, initial=0)),
            tuple(mention for mention in quote.mentions if _is_said(mention, quote.text, begin)),
            Mention(Kind.NAME, *label.span("name")) if label else None,
            known,
        )

    def of_kind(self, *kinds: Kind) -> list[Mention]:
        """Return the mentions of some kinds that hold a word."""
        return [mention for mention in self.mentions if mention.kind in kinds and self.within(mention)]

    def within(self, stretch: Mention | Span) -> range:
        """Return the places of the words in a stretch of the text, those included that it cuts."""
        first = bisect_right(self.words, stretch.start, key=lambda word: word.end)
        return range(first, max(first, bisect_left(self.words, stretch.end, key=lambda word: word.start)))

    def share(self, mention: Mention) -> float:
        """Return which part of a mention's content words the question has too, from 0 to 1."""
        content = [place for place in self.within(mention) if self.words[place].is_content]
        return sum(self.same[place] for place in content) / len(content) if content else 0.0

    def distance(self, mention: Mention) -> float:
        """Return the mean distance, in words, from a mention to the matched words nearest to it.

        The mean is harmonic, since the nearest word says most; a comma or an "and" between counts as a word.
        A quote without any matched word is as far away as it has words.
        """
        own = self.within(mention)
        before, after = bisect_left(self.hits, own[0]), bisect_right(self.hits, own[-1])
        distances = [self._apart(place, own[0]) for place in self.hits[max(0, before - BESIDE) : before]]
        distances += [self._apart(own[-1], place) for place in self.hits[after : after + BESIDE]]
        nearest = sorted(distances)[:BESIDE]
        return len(nearest) / sum(1 / apart for apart in nearest) if nearest else float(len(self.words))

    def _apart(self, start: int, end: int) -> int:
        """Return how far apart two words are, commas and words for "and" between them counted as well."""
        return end - start + self.boundaries_before[end] - self.boundaries_before[start]

    def follows(self, start: int, phrases: Iterable[str]) -> bool:
        """Whether any of these phrases stands right before a place in the text, in code points."""
        before = " " + self.text[:start].lower().replace("ё", "е").rstrip(' \u00a0«“"(')
        return any(before.endswith(f" {phrase}") for phrase in phrases)

    def gap(self, place: int) -> str:
        """Return the text between a word and the next, or the end."""
        end = self.words[place + 1].start if place + 1 < len(self.words) else len(self.text)
        return self.text[self.words[place].end : end]


def _is_said(mention: Mention, text: str, begin: int) -> bool:
    """Whether a mention stands behind a label or number, no word that just begins there, no unit: 40 MW."""
    alone = mention.kind is Kind.NAME and " " not in text[mention.start : mention.end]
    if alone and mention.end - mention.start <= _LONGEST_UNIT and _AMOUNT.search(text[: mention.start]):
        return False
    return mention.start > begin or (mention.start == begin and not (begin and alone))


def _related(word: str, candidate: str) -> bool:
    """Whether two words of one language begin alike."""
    shared = _shared(word, candidate)
    return shared >= _RELATED_LETTERS and shared >= _RELATED_PART * max(len(word), len(candidate))


def _related_in_sound(word: str, candidate: str) -> bool:
    """Whether two words, of whichever languages, begin with the same sounds."""
    word, candidate = _sound(word), _sound(candidate)
    shared = _shared(word, candidate)
    return shared >= _RELATED_SOUNDS and shared >= _RELATED_SOUND_PART * min(len(word), len(candidate))


def _shared(word: str, candidate: str) -> int:
    """Return how many letters two words have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, candidate, strict=False)))


@lru_cache(maxsize=4_096)
def _sound(word: str) -> str:
    return latin(word)
