"""Learn which run of words in a quote is its short answer; write the weights as data.

DEREK_EVAL=FOLDER DEREK_ANSWERS=FOLDER python -m retrieval.training.spans [--check]

DEREK_ANSWERS names a folder with the short answers that the judged sets leave out, as their own projects have
them on GitHub: `xquad.en.json` and `xquad.ru.json` (google-deepmind/xquad, CC BY-SA 4.0), `dev-v2.0.json`
(chrischute/squad, `data`, half of SQuAD 2.0, CC BY-SA 4.0),
`kazqad-reading-comprehension-v1.0-kk-validation.jsonl` (IS2AI/KazQAD, `data/reading-comprehension`, CC BY-SA
4.0), `dev.tsv` and `wiki-sentences.tsv` (uwnlp/qamr, `data/full` and `data`, MIT). Of these only the
questions of the sets in `SETS` are learned from.

The weights are those of a conditional logit over the runs of a quote (Adam, Kingma and Ba 2015). --check
writes nothing: it prints by cross-validation over topics how many answers are exact, overlap and are wrong.
"""

import json
import os
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.answers.runs import Runs, standard
from retrieval.answers.span_model import PARTS, ReadQuote, SpanModel, placed, softmax
from retrieval.articles import Span, flowing, normalise
from retrieval.evaluation.everyday import EverydayQuestion
from retrieval.evaluation.judged import read_judged_set
from retrieval.ingest.files import read_file
from retrieval.ingest.folders import contents_of
from retrieval.questions.answer_types import KINDS, expected
from retrieval.questions.question import Question
from retrieval.semantic.embedder import TokenEmbedder
from retrieval.semantic.interaction import interaction_model
from retrieval.semantic.quantisation import Floats32
from retrieval.training.descent import Adam, descend
from retrieval.training.examples import EVERYDAY, everyday_collections, fold_of, topic
from retrieval.training.inputs import judged_sets, token_embedder

#: The sets that are learned from: how much one question counts, the language of quotes, and the file of the
#: answers.
SETS: Mapping[str, tuple[float, str, str]] = {
    "xdev-en": (1.0, "en", "xquad.en.json"),
    "xdev-ru": (1.0, "ru", "xquad.ru.json"),
    "xdev-en2ru": (0.5, "ru", "xquad.ru.json"),
    "xdev-ru2en": (0.5, "en", "xquad.en.json"),
    "squad2-train": (1.0, "en", "dev-v2.0.json"),
    "kazdev": (2.0, "kk", "kazqad-reading-comprehension-v1.0-kk-validation.jsonl"),
    "qamr-dev": (1.0, "en", ""),
    EVERYDAY: (3.0, "", ""),
}

#: How many of QAMR's questions are learned from: they are many, and all on 499 sentences.
_MOST = 6_000

#: How many dimensions what is asked for and words are compared in, the rate, the number of rounds, and the
#: penalty of a squared weight. Of 16 and 32 dimensions 32 found more; a penalty of .001 lost by a point.
_RANK, _RATE, _ROUNDS, _PENALTY = 32, 2e-3, 4, 1e-4

#: Into how many parts topics fall in cross-validation.
_FOLDS = 4

_ANSWERS = Path(__file__).parents[1] / "answers"


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, the sentence that answers it, and where in it the short answers stand that people gave."""

    set_name: str
    topic: str
    question: str
    quote: str
    language: str
    answers: tuple[Span, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A question as it is weighed, and which runs are what people answered."""

    answered: Answered
    read: ReadQuote
    right: NDArray[np.bool_]

    @property
    def is_typed(self) -> bool:
        """Whether the question asks for a kind of mention."""
        types = expected(self.answered.question, Question.plain(self.answered.question).language)
        return not types.isdisjoint(KINDS)


def answers_folder() -> Path:
    """Return the folder with the short answers, which the environment names.

    Raises `click.ClickException`.
    """
    folder = os.environ.get("DEREK_ANSWERS")
    if not folder:
        raise click.ClickException("DEREK_ANSWERS does not name the folder with the short answers")
    return Path(folder)


def answered(name: str) -> list[Answered]:
    """Return the questions of a set whose answer stands in the sentence that answers."""
    if name == EVERYDAY:
        return list(_of_everyday())
    if name == "qamr-dev":
        return sorted(_of_qamr(), key=lambda one: zlib.crc32(one.question.encode()))[:_MOST]
    _, language, file = SETS[name]
    answers = _answers_in(answers_folder() / file)
    judged = read_judged_set(judged_sets() / name)
    sentences = {row["id"]: row for row in judged.sentences}
    found = []
    for number, text in judged.questions.items():
        for sentence in sorted(judged.relevant[number]):
            quote = sentences[sentence]["text"]
            given = answers.get(number) or answers.get(text) or ()
            if spans := tuple(_spans(quote, given)):
                about = topic(sentences[sentence]["doc"])
                found.append(Answered(name, about, normalise(text), quote, language, spans))
                break
    return found


def _spans(quote: str, answers: Sequence[str]) -> Iterator[Span]:
    for answer in dict.fromkeys(answers):
        # An ending may follow, as in Kazakh; a beginning is no answer's.
        for match in re.finditer(rf"(?<!\w){re.escape(answer)}", quote) if answer.strip() else ():
            yield Span(*match.span())


def _answers_in(path: Path) -> dict[str, list[str]]:
    """Return the answers in a file under the number of each question, or its text."""
    answers: dict[str, list[str]] = {}
    if path.suffix == ".jsonl":
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            answers.setdefault(row["id"].partition("#")[0], []).extend(row["answers"]["text"])
        return answers
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for row in paragraph["qas"]:
                texts = [answer["text"] for answer in row["answers"]]
                answers |= {row["id"]: texts, row["question"]: texts}
    return answers


def _of_everyday() -> Iterator[Answered]:
    """Yield the questions on everyday collections whose short answer is known."""
    for folder in everyday_collections():
        units = [
            (flowing(unit.span.of(document.article.text)), document.article.language)
            for path in contents_of(folder / "articles").readable
            for document in read_file(path)
            for unit in document.units
        ]
        for line in (folder / "questions.jsonl").read_text("utf-8").splitlines():
            row, judged = json.loads(line), EverydayQuestion.of(line)
            for quote, language in units:
                spans = tuple(_spans(quote, row["short"])) if judged.is_answered_by(quote) else ()
                if spans:
                    yield Answered(EVERYDAY, folder.name, judged.text, quote, language, spans)
                    break


def _of_qamr() -> Iterator[Answered]:
    """Yield QAMR's questions that everybody answered, with a run of words each, or one with a gap."""
    sentences = {}
    for line in (answers_folder() / "wiki-sentences.tsv").read_text("utf-8").splitlines():
        name, text = line.split("\t")
        sentences[name] = written(text.split(" "))
    for line in (answers_folder() / "dev.tsv").read_text("utf-8").splitlines():
        name, _, _, _, _, question, answer, *others = line.split("\t")
        given = [answer, *(other.partition(":")[2] for other in others)]
        if not all(re.fullmatch(r"[\d ]+", one) for one in given):
            continue
        text, places = sentences[name]
        runs = (sorted(map(int, one.split())) for one in given)
        spans = {
            Span(places[run[0]].start, places[run[-1]].end) for run in runs if run[-1] - run[0] <= len(run)
        }
        if spans:
            yield Answered(
                "qamr-dev", name, f"{question.rstrip(' ?')}?", text, "en", tuple(sorted(spans, key=_order))
            )


def _order(span: Span) -> tuple[int, int]:
    return span.start, span.end


#: What stands for marks where words are parted from them, and what has no space before it and after it.
_MARKS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": "“", "''": "”"}
_CLOSING = frozenset(",.;:?!)]”%") | {"'s", "n't", "'", "'re", "'ve", "'ll", "'d"}
_OPENING = frozenset("([“$£")


def written(parted: Sequence[str]) -> tuple[str, list[Span]]:
    """Return a text whose words and marks were parted as it was written, and where each of these stands.

    >>> written(["It", "grew", "-LRB-", "by", "5", "%", "-RRB-", "."])[0]
    'It grew (by 5%).'
    """
    text, places, before = "", [], "("
    for part in (_MARKS.get(part, part) for part in parted):
        text += "" if part in _CLOSING or before in _OPENING else " "
        places.append(Span(len(text), len(text) + len(part)))
        text += part
        before = part
    return text, places


def examples(every: Sequence[Answered], embedder: TokenEmbedder) -> list[Example]:
    """Return questions as they are weighed, but for those whose sentence has no run of words."""
    model = interaction_model()
    pairs = list(dict.fromkeys((one.quote, one.language) for one in every))
    said = dict(zip(pairs, embedder.embed_passage_tokens([quote for quote, _ in pairs]), strict=True))
    questions = [Question.plain(one.question) for one in every]
    asked = embedder.embed_query_tokens([question.text_to_embed for question in questions])
    made = []
    for one, question, tokens in zip(every, questions, asked, strict=True):
        query = model.question(tokens, question.text_to_embed, question.language)
        passage = model.passage(said[one.quote, one.language], one.quote, one.language)
        quote = AnalysedText.of(one.quote, one.language)
        read = ReadQuote.of(question.whole, quote, query, passage)
        if len(read.runs) and len(query.states):
            made.append(Example(one, read, _right(read, one.answers)))
    return made


def _right(read: ReadQuote, answers: Sequence[Span]) -> NDArray[np.bool_]:
    right = np.zeros(len(read.runs), np.bool_)
    for answer in answers:
        if places := read.quote.within(answer):
            right |= read.runs.covering((places[0], places[-1]))[0]
    return right


class Learner:
    """Weights while they are learned."""

    def __init__(self, chosen: Sequence[Example]) -> None:
        rows = np.concatenate([np.stack(list(one.read.values.values()), 1) for one in chosen[::7]])
        self._mean, self._spread = rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-3)
        self.names = list(chosen[0].read.values)
        random = np.random.default_rng(0)
        states, words = chosen[0].read.states.shape[1], chosen[0].read.words.shape[1]
        self.weights = np.zeros(len(self.names), np.float32)
        self.importance = np.zeros(states, np.float32)
        self.question = random.normal(0, 0.05, (len(PARTS), states, _RANK)).astype(np.float32)
        self.passage = random.normal(0, 0.05, (len(PARTS), words, _RANK)).astype(np.float32)
        self._adam = Adam(self.parts)

    @property
    def parts(self) -> list[Floats32]:
        """What is learned, in the order of the gradients."""
        return [self.weights, self.importance, self.question, self.passage]

    def model(self) -> SpanModel:
        """Return what is learned so far, as it is kept."""
        weights, importance, question, passage = self.parts
        model = SpanModel(self.names, self._mean, self._spread, weights, importance, question, passage)
        return SpanModel.from_bytes(model.to_bytes())

    def gradients(self, example: Example) -> list[Floats32]:
        """Return the gradients of the loss of one question."""
        read = example.read
        states, words, runs = read.states, read.words, read.runs
        values = standard(read.values, self._mean, self._spread)
        counts = softmax(states @ self.importance)
        asked = counts @ states
        wanted = [asked @ question for question in self.question]
        found = [words @ passage for passage in self.passage]
        scores = values @ self.weights
        for part, one, other in zip(PARTS, found, wanted, strict=True):
            scores = scores + placed(runs, part, one @ other)
        shares = softmax(scores)
        right = shares * example.right
        pull = shares - right / right.sum()
        of_question, of_passage = np.zeros_like(self.question), np.zeros_like(self.passage)
        of_asked = np.zeros_like(asked)
        for place, part in enumerate(PARTS):
            own = _pulled(runs, part, pull)
            of_passage[place] = np.outer(words.T @ own, wanted[place])
            of_wanted = found[place].T @ own
            of_question[place] = np.outer(asked, of_wanted)
            of_asked += self.question[place] @ of_wanted
        of_importance = states.T @ (counts * (states @ of_asked - asked @ of_asked))
        return [values.T @ pull, of_importance, of_question, of_passage]

    def move(self, gradients: Sequence[Floats32], rate: float) -> None:
        """Take one step, towards nothing by the penalty."""
        slopes = [
            gradient + np.float32(_PENALTY) * part
            for gradient, part in zip(gradients, self.parts, strict=True)
        ]
        self._adam.move(self.parts, slopes, (5 * rate, 5 * rate, rate, rate))


def _pulled(runs: Runs, part: str, pull: Floats32) -> Floats32:
    """Return how each word is pulled, given how each run is."""
    pulled = np.zeros(runs.count + 1, np.float64)
    match part:
        case "first":
            np.add.at(pulled, runs.first, pull)
        case "last":
            np.add.at(pulled, runs.last, pull)
        case "before":
            np.add.at(pulled, np.where(runs.first > 0, runs.first - 1, runs.count), pull)
        case "behind":
            np.add.at(pulled, runs.last + 1, pull)
        case _:
            np.add.at(pulled, runs.first, pull / runs.lengths)
            np.add.at(pulled, runs.last + 1, -pull / runs.lengths)
            pulled = np.cumsum(pulled)
    words: Floats32 = pulled[: runs.count].astype(np.float32)
    return words


def learned(chosen: Sequence[Example]) -> Learner:
    """Return what is learned from questions."""
    usable = [example for example in chosen if example.right.any()]
    learner = Learner(usable)
    descend(learner, usable, lambda example: SETS[example.answered.set_name][0], _RATE, _ROUNDS)
    return learner


@dataclass(frozen=True, slots=True)
class Judged:
    """How right the best run is, and what is marked: 2 for just the answer, 1 if it overlaps it."""

    set_name: str
    is_typed: bool
    found: int
    marked: int | None
    by_rule: int | None

    @classmethod
    def of(cls, example: Example, model: SpanModel) -> "Judged":
        """Return how a model answers a question."""
        read, answered_by = example.read, example.answered
        best = read.span(model.best(read, model.shares(read)))
        marked = model.select(read)
        return cls(
            answered_by.set_name,
            example.is_typed,
            _rightness(best, answered_by),
            _rightness(marked, answered_by) if marked else None,
            _rightness(read.by_rule, answered_by) if read.by_rule else None,
        )


def _rightness(span: Span, answered_by: Answered) -> int:
    found = _words(span.of(answered_by.quote))
    right = [_words(answer.of(answered_by.quote)) for answer in answered_by.answers]
    return 2 if found in right else int(any(Counter(found) & Counter(answer) for answer in right))


def _words(text: str) -> list[str]:
    return re.sub(r"\b(a|an|the)\b", " ", " ".join(re.findall(r"\w+", text.casefold()))).split()


def cross_validated(every: Sequence[Example]) -> list[Judged]:
    """Return how the questions of all sets are answered by what was learned on other topics."""

    def fold(example: Example) -> int:
        return fold_of(example.answered.topic, _FOLDS)

    judged = []
    for number in range(_FOLDS):
        model = learned([example for example in every if fold(example) != number]).model()
        judged += [Judged.of(example, model) for example in every if fold(example) == number]
    return judged


def _shown(judged: Sequence[Judged]) -> None:
    for name in SETS:
        for is_typed, group in ((True, "typed"), (False, "open")):
            own = [one for one in judged if one.set_name == name and one.is_typed == is_typed]
            found = [one.found for one in own]
            click.echo(
                f"{name}, {group}: {len(own)} questions, best {_shares(found, len(own))}; "
                f"marked {_shares([one.marked for one in own], len(own))}; "
                f"by rule {_shares([one.by_rule for one in own], len(own))}"
            )


def _shares(rightness: Sequence[int | None], count: int) -> str:
    """Return which part of questions have a run, an exact one, one that overlaps the answer, a wrong one."""
    some = [one for one in rightness if one is not None]
    numbers = (len(some), some.count(2), len(some) - some.count(0), some.count(0))
    return "/".join(f"{number / count:.2f}" for number in numbers)


@click.command()
@click.option("--check", "checks", is_flag=True, help="Write nothing, and print what is found.")
def main(checks: bool) -> None:
    """Learn and write, or check."""
    embedder = token_embedder()
    try:
        every = examples([one for name in SETS for one in answered(name)], embedder)
    finally:
        embedder.close()
    if checks:
        _shown(cross_validated(every))
        return
    content = learned(every).model().to_bytes()
    (_ANSWERS / "spans.npz").write_bytes(content)
    click.echo(f"spans.npz: {len(content)} bytes, from {len(every)} questions")


if __name__ == "__main__":
    main()
