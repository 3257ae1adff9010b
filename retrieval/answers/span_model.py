"""Which run of words in a quote is the short answer: learned weights, and what tokens mean where they stand.

The score of a run is a weighted sum of what speaks for it (`runs.py`) and of products of two projections, of
what the question asks for and of the words at the run's ends, in it and beside it. What it asks for is the
mean of its tokens' states, of which some count more: "who", "which river". Scores become shares of one; a run
is marked if it and those that overlap it have enough of it together, or else what the rules mark.

So extractive readers score spans (Lee et al., "Learning recurrent span representations for extractive
question answering", 2016), but nothing reads question and quote together: the tokens of both are there
already. The weights are data, written by `retrieval/training/spans.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.analysis.mentions import Kind
from retrieval.analysis.stems import stems
from retrieval.answers.highlight import highlight
from retrieval.answers.runs import Runs, standard, values_of
from retrieval.answers.wording import QuestionWords, QuoteWords
from retrieval.articles import Span
from retrieval.languages import KNOWN
from retrieval.questions.answer_types import AnswerType
from retrieval.questions.question import Question
from retrieval.semantic.interaction import PassageTokens, QueryTokens
from retrieval.semantic.quantisation import Floats32

#: The types of answer that are left to `highlight`: they are clauses, longer than runs, or have no words.
_BY_RULE = frozenset({AnswerType.REASON, AnswerType.DEFINITION, AnswerType.MANNER, AnswerType.YES_NO})

#: How much of the whole the best run and those that overlap it must have to be marked; and those that overlap
#: what the rules mark, for that to be marked where no run is so certain. Measured by cross-validation: of .7
#: to .85 and .25 to .55, with these as many typed questions of XQuAD have a mark as by the rules alone, and a
#: third fewer of the marks are wrong (docs/decisions/0022-short-answers.md).
_CERTAIN, _LIKELY = 0.75, 0.45

#: Which part of a quote's words must have tokens. A lone sign may have none.
_LEAST_READ = 0.8

#: Which words of a run, and beside it, are compared with what the question asks for.
PARTS = ("first", "last", "mean", "before", "behind")


@dataclass(frozen=True, slots=True, eq=False)
class ReadQuote:
    """A question and a quote as they are weighed: runs with what speaks for each, and the rows of tokens.

    `values` has a row for each run, `words` one for each word of the quote, `states` one for each token of
    the question; `by_rule` is what `highlight` marks.
    """

    quote: QuoteWords
    runs: Runs
    values: Mapping[str, Floats32]
    words: Floats32
    states: Floats32
    by_rule: Span | None

    @classmethod
    def of(
        cls, question: AnalysedText, quote: AnalysedText, asked: QueryTokens, tokens: PassageTokens
    ) -> "ReadQuote":
        """Return a question and a quote, given the tokens of both."""
        question_words = QuestionWords.of(question, quote.language)
        quote_words = QuoteWords.of(quote, question_words)
        runs = Runs.of(quote_words)
        words = tokens.of_words([(word.start, word.end) for word in quote_words.words], len(quote.text))
        likeness = (words @ asked.rows.T).max(axis=1, initial=-1.0)
        by_rule = highlight(question, quote)
        values = values_of(question_words, quote_words, runs, likeness, by_rule)
        return cls(quote_words, runs, values, words, asked.states, by_rule)

    @property
    def is_whole(self) -> bool:
        """Whether nearly all words have tokens: of a long text only so many characters are read."""
        return bool(self.words.any(axis=1).mean() >= _LEAST_READ) if len(self.words) else False

    def span(self, run: int) -> Span:
        """Return where in the quote a run stands."""
        words = self.quote.words
        return Span(words[self.runs.first[run]].start, words[self.runs.last[run]].end)

    def certainty(self, span: Span, shares: Floats32) -> float:
        """Return the share of all runs together that overlap a span."""
        places = self.quote.within(span)
        return float(shares[self.runs.covering((places[0], places[-1]))[1]].sum()) if places else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class SpanModel:
    """The learned weights: of values, with mean and spread, and of the question's tokens; projections.

    `question` and `passage` have a projection for each of `PARTS`.
    """

    names: Sequence[str]
    mean: Floats32
    spread: Floats32
    weights: Floats32
    importance: Floats32
    question: Floats32
    passage: Floats32

    def select(self, read: ReadQuote) -> Span | None:
        """Return where the short answer stands, or None if that is not clear."""
        if not len(read.runs) or not len(read.states):
            return None
        shares = self.shares(read)
        best = read.span(self.best(read, shares))
        if read.certainty(best, shares) >= _CERTAIN:
            return None if _counts_one_of_two(read.quote, best) else best
        likely = read.by_rule and read.certainty(read.by_rule, shares) >= _LIKELY
        return read.by_rule if likely else None

    @staticmethod
    def best(read: ReadQuote, shares: Floats32) -> int:
        """Return the run with the greatest share; one that cuts no number, name or date, if there is any."""
        whole = np.where(read.values["cuts"] > 0, np.float32(-1), shares)
        return int(whole.argmax())

    def shares(self, read: ReadQuote) -> Floats32:
        """Return the share of each run, 1 together."""
        scores = standard(read.values, self.mean, self.spread) @ self.weights
        counts = softmax(read.states @ self.importance)
        asked = counts @ read.states
        for part, question, passage in zip(PARTS, self.question, self.passage, strict=True):
            scores = scores + placed(read.runs, part, read.words @ passage @ (asked @ question))
        return softmax(scores)

    def to_bytes(self) -> bytes:
        """Return the model as it is kept, in half precision."""
        content = BytesIO()
        halves = {
            name: getattr(self, name).astype(np.float16) for name in ("importance", "question", "passage")
        }
        whole = {name: getattr(self, name) for name in ("mean", "spread", "weights")}
        np.savez(content, names=np.array(self.names), **halves, **whole)
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "SpanModel":
        """Return a model that was kept so."""
        with np.load(BytesIO(content), allow_pickle=False) as stored:
            rows = {name: stored[name].astype(np.float32) for name in _ARRAYS}
            return cls(names=stored["names"].tolist(), **rows)


_ARRAYS = ("mean", "spread", "weights", "importance", "question", "passage")


def _counts_one_of_two(quote: QuoteWords, span: Span) -> bool:
    """Whether a span is a number, and another one counts the same: "over 100 countries – 104 countries"."""
    counted: dict[bool, set[str]] = {True: set(), False: set()}
    for number in quote.of_kind(Kind.NUMBER):
        behind = quote.within(number)[-1] + 1
        if behind < len(quote.words):
            is_meant = number.start < span.end and span.start < number.end
            counted[is_meant].update(stems(quote.words[behind].text, quote.language)[:1])
    return not counted[True].isdisjoint(counted[False])


def softmax(scores: Floats32) -> Floats32:
    """Return shares of one in proportion to the softmax of scores."""
    raised = np.exp(scores - scores.max(initial=-np.inf))
    shares: Floats32 = (raised / raised.sum()).astype(np.float32)
    return shares


def placed(runs: Runs, part: str, products: Floats32) -> Floats32:
    """Return for each run the product of those words of it that a part means."""
    match part:
        case "first":
            return products[runs.first]
        case "last":
            return products[runs.last]
        case "before":
            return runs.beside(products, -1)
        case "behind":
            return runs.beside(products, 1)
    means: Floats32 = (runs.sums(products) / runs.lengths).astype(np.float32)
    return means


def may_select(question: Question, quote: AnalysedText) -> bool:
    """Whether the model may say what answers: a question that asks for words, in languages that it knows."""
    return bool(
        {question.language, quote.language} <= set(KNOWN)
        and question.content_words
        and question.expected_types.isdisjoint(_BY_RULE)
    )


@cache
def span_model() -> SpanModel:
    """Return the model that Derek comes with."""
    return SpanModel.from_bytes(files("retrieval.answers").joinpath("spans.npz").read_bytes())
