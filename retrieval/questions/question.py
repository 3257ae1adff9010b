"""A question, analysed once: what it asks, in which language, of which days, and what it goes on with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.analysis.stems import stems
from retrieval.analysis.terms import word_terms
from retrieval.analysis.words import words
from retrieval.articles import one_line
from retrieval.errors import EmptyQuestionError, QuestionTooLongError
from retrieval.filters import Filter
from retrieval.languages import KNOWN
from retrieval.languages.detection import language_of_question
from retrieval.questions.answer_types import AnswerType, asks_for_several, expected
from retrieval.questions.courtesies import without_courtesies
from retrieval.questions.followups import CHAIN, EarlierQuestion, Followup, followup_after
from retrieval.questions.keyboards import readings
from retrieval.questions.periods import period_of
from retrieval.questions.topics import is_bare, named_topic

#: No question is longer, in code points; whatever is was pasted by mistake.
LONGEST_QUESTION = 2_000


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked, taken apart once and passed down unchanged.

    `text` is the question in the form of articles' text, its white space folded; `without_period` is what is
    left of it without courtesies and without the words that only say which days articles are to be of, in the
    language that it is in by itself, and `period` is those days. `given` are the fingerprints of the
    sentences that were just given, to a question that asks the same of something else: "And in 2022?"
    Where `is_topic`, nothing is asked: it is to be told what there is on what `without_period` names.
    """

    text: str
    without_period: AnalysedText
    period: Filter = field(default_factory=Filter)
    followup: Followup | None = None
    given: frozenset[str] = frozenset()
    is_topic: bool = False

    @classmethod
    def of(cls, text: str, previous: Sequence[EarlierQuestion] = ()) -> Self:
        """Return what a text asks after the `previous` questions, the oldest of them first.

        Raises `EmptyQuestionError` and `QuestionTooLongError`.
        """
        text = _checked(text)
        rest, period, topic = _taken_apart(text)
        without_period = AnalysedText.of(topic or rest, language_of_question(rest))
        if topic:
            return cls(text, without_period, period, is_topic=True)
        # The courtesies and the periods of earlier questions are nothing asked about.
        earlier = [
            replace(question, text=question.topic or _subject_of(question.text)) for question in previous
        ]
        followup = followup_after(without_period, earlier)
        if followup and followup.topic and previous[-1].topic:
            return replace(cls.about(followup.topic), text=text)
        if followup and followup.elliptical and period == Filter():
            # "And since 2023?" limits nothing by itself, but does at the end of the question it goes on with.
            _, period = period_of(followup.whole.text)
        asks_anew = followup is not None and followup.elliptical
        answered = (question.answered for question in previous[-CHAIN:] if asks_anew)
        given = frozenset(filter(None, answered))
        is_topic = followup is None and is_bare(rest)
        return cls(text, without_period, period, followup, given, is_topic)

    @classmethod
    def about(cls, text: str) -> Self:
        """Return a text as a topic: whatever there is on it is wanted.

        Raises `EmptyQuestionError` and `QuestionTooLongError`.
        """
        text = _checked(text)
        rest, period, topic = _taken_apart(text)
        named = topic or rest
        return cls(text, AnalysedText.of(named, language_of_question(rest)), period, is_topic=True)

    @classmethod
    def plain(cls, text: str, language: str | None = None) -> Self:
        """Return a text as a question that limits nothing and goes on with nothing, and may have no words."""
        return cls(text, AnalysedText.of(text, language or language_of_question(text)))

    @property
    def analysed(self) -> AnalysedText:
        """What it says itself, in the language that it is taken to be in.

        Of a few words, that is perhaps the language of the question before.
        """
        return self.followup.question if self.followup else self.without_period

    @property
    def language(self) -> str:
        """The language that it is taken to be in."""
        return self.analysed.language

    @property
    def carried(self) -> AnalysedText | None:
        """The words of earlier questions that it goes on with."""
        return self.followup.carried if self.followup else None

    @property
    def whole(self) -> AnalysedText:
        """What is asked, said in one: with what it goes on with, if it does."""
        return self.followup.whole if self.followup else self.without_period

    @property
    def as_topic(self) -> "Question | None":
        """What it is if nothing answers it together with those before: "What about gas?" names a topic."""
        if self.followup is None or not (self.followup.topic and self.followup.is_about):
            return None
        return replace(Question.about(self.followup.topic), text=self.text, period=self.period)

    @property
    def text_to_embed(self) -> str:
        """What is compared by its meaning: the carried words, and what is asked."""
        return f"{self.carried.text} {self.analysed.text}" if self.carried else self.analysed.text

    @cached_property
    def content_words(self) -> tuple[tuple[str, str], ...]:
        """The carried words and then its own that tell what it is about, each with its language."""
        carried = self.carried
        own = ((word, self.language) for word in self.analysed.content_words)
        before = ((word, carried.language) for word in carried.words) if carried else ()
        return (*before, *own)

    @cached_property
    def keys(self) -> frozenset[str]:
        """What its content words, names, places and numbers are known by in every language."""
        of_words = (key for word, language in self.content_words for key in word_terms(word, language).key)
        of_carried = self.carried.common_keys if self.carried else ()
        return frozenset((*of_words, *self.analysed.common_keys, *of_carried))

    @cached_property
    def expected_types(self) -> frozenset[AnswerType]:
        """The kinds of answer that it asks for."""
        expecting = self.followup.expecting if self.followup else self.without_period
        return expected(expecting.text, expecting.language)

    @cached_property
    def asks_for_several(self) -> bool:
        """Whether it asks for all there is of something."""
        expecting = self.followup.expecting if self.followup else self.without_period
        return asks_for_several(expecting.text, expecting.language)

    def stems(self, language: str) -> tuple[str, ...]:
        """Return the first stem of each content word, as articles in a language have it."""
        of_words = (
            stems(word, spoken if language in KNOWN else language) for word, spoken in self.content_words
        )
        return tuple(forms[0] for forms in of_words if forms)

    def readings(self) -> Iterator["Question"]:
        """Yield the questions that the same keys write in other keyboard layouts; of a follow-up none."""
        if self.followup is None:
            for reading in readings(self.without_period.text):
                yield replace(self, without_period=AnalysedText.of(reading, language_of_question(reading)))

    def as_earlier(
        self, answered: str | None = None, names: tuple[str, ...] = (), topic: str | None = None
    ) -> EarlierQuestion:
        """Return what later questions may go on with; `answered`, `names` and `topic` as there."""
        return EarlierQuestion(self.text, self.without_period.language, answered, names, topic)


def _taken_apart(text: str) -> tuple[str, Filter, str | None]:
    """Return what a text asks, of which days, and the topic that it names if it asks to be told of one."""
    # "Tell me" is a courtesy before a question, and before a topic says that it is one.
    for asked in (text, without_courtesies(text)):
        rest, period = period_of(asked)
        if topic := named_topic(rest):
            return rest, period, topic
    return rest, period, None


def _subject_of(text: str) -> str:
    """Return what an earlier question was about."""
    rest, _, topic = _taken_apart(text)
    return topic or rest


def _checked(text: str) -> str:
    if len(text) > LONGEST_QUESTION:
        raise QuestionTooLongError(len(text), LONGEST_QUESTION)
    text = one_line(text)
    if len(text) > LONGEST_QUESTION:  # Some letters grow when they are normalised.
        raise QuestionTooLongError(len(text), LONGEST_QUESTION)
    if not words(text):
        raise EmptyQuestionError
    return text
