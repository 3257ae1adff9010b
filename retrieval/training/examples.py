"""Judged questions to examples: the candidates of each, weighed, and which of them answer."""

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from retrieval.answers.searcher import Searcher
from retrieval.articles import normalise
from retrieval.evaluation.everyday import EverydayQuestion, read_everyday
from retrieval.evaluation.judged import JudgedSet, read_judged_set
from retrieval.evaluation.runs import fill
from retrieval.evaluation.slips import LETTER_SLIPS
from retrieval.evaluation.trees import TreeQuestion, fill_tree, read_tree
from retrieval.questions.question import Question
from retrieval.ranking.ranker import Pool
from retrieval.semantic.embedder import Embedder
from retrieval.semantic.similarity import words_only
from retrieval.training.inputs import cached_embedder, judged_sets, temporary_index, trees

#: What the trees of documents are called among the sets, and where the questions on them are.
TREES, _TREES = "trees", Path(__file__).parent / "trees"

#: What the everyday collections are called among the sets, and where they are.
EVERYDAY, _EVERYDAY = "everyday", Path(__file__).parent / "everyday"

#: Those of the trees that are asked with meaning: two cores embed these within half an hour.
_EMBEDDED_TREES = frozenset({"guide", "handbook", "kk", "starlight-ru", "wash-ru"})

#: The most questions that a set brings, and how many sentences an article has where a set has no articles.
#: Chosen by eye.
_MOST, _LONGEST = 3_000, 12

#: Into how many small collections a set falls, each as small as a beginner's. Chosen by eye.
_COLLECTIONS = 6


@dataclass(frozen=True, slots=True)
class Example:
    """A question's candidates, which of them answer, and whether anything in the collection does.

    `right` has shape (candidates,), in the order of the pool, and `said` is what was embedded of each.
    """

    pool: Pool
    right: NDArray[np.bool_]
    answerable: bool
    topic: str
    question: Question
    said: Sequence[str]


def chance(text: str) -> float:
    """Return a number in [0, 1) that is always the same for a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) / 2**32


def fold_of(topic: str, folds: int) -> int:
    """Return which of so many parts a topic falls to in cross-validation."""
    return zlib.crc32(topic.encode()) % folds


def without(judged: JudgedSet, part: str) -> JudgedSet:
    """Return a part of a set: "whole", "half", "slips" or "gone", as `TRUST` describes them."""
    rows = judged.sentences
    if part in ("half", "slips"):
        rows = [row for row in rows if chance(row["doc"]) < 0.5]
    if part == "gone":
        unanswered = [name for name in judged.questions if chance("gone " + name) < 0.5]
        gone = {sentence for name in unanswered for sentence in judged.relevant[name]}
        rows = [row for row in rows if row["id"] not in gone]
    left = {row["id"] for row in rows}
    relevant = {name: ids & left for name, ids in judged.relevant.items()}
    questions = judged.questions
    if part == "slips":
        questions = {name: _slipped(text) for name, text in questions.items()}
    return JudgedSet(judged.name, rows, questions, relevant, {})


def _slipped(question: str) -> str:
    """Return a question with a slip in its longest word, and another in the longest of the rest."""
    random = Random(question)  # noqa: S311  slips, not secrets
    words = question.split()
    for place in sorted(range(len(words)), key=lambda place: -len(words[place]))[:2]:
        words[place] = random.choice(LETTER_SLIPS)(words[place], random)
    return " ".join(words)


@cache
def read(name: str) -> JudgedSet:
    """Return a judged set by its name, or the two made of the same articles in two languages."""
    folder = judged_sets()
    if name in ("both", "parted"):  # of xdev-en and xdev-ru
        return _joined(name, read("xdev-en"), read("xdev-ru"))
    judged = read_judged_set(folder / name)
    chosen = sorted(judged.questions, key=chance)[:_MOST]
    rows: Sequence[Mapping[str, str]] = judged.sentences
    if len({row["doc"] for row in rows}) == 1:
        rows = [{**row, "doc": f"{row['doc']} {place // _LONGEST}"} for place, row in enumerate(rows)]
    return JudgedSet(name, rows, judged.questions, judged.relevant, {}).limited_to(chosen)


def _joined(name: str, english: JudgedSet, russian: JudgedSet) -> JudgedSet:
    rows = [*english.sentences, *russian.sentences]
    if name == "parted":
        rows = [row for row in rows if (chance(topic(row["doc"], whole=True)) < 0.5) == (row["lang"] == "en")]
    left = {row["id"] for row in rows}
    questions, relevant = {}, {}
    for judged in (english, russian):
        for number, text in judged.questions.items():
            questions[f"{judged.name} {number}"] = text
            # Where both languages answer, the question's own is to come first.
            either = english.relevant[number] | russian.relevant[number]
            relevant[f"{judged.name} {number}"] = judged.relevant[number] & left or either & left
    return JudgedSet(name, rows, questions, relevant, {})


def topic(document: str, *, whole: bool = False) -> str:
    """Return what an article is about, which is the same in both languages."""
    named = document.split(":", 1)[-1]
    return named if whole else named.split("/")[0]


@cache
def examples(name: str, part: str = "whole", *, meaning: bool) -> Sequence[Example]:
    """Return the questions of a set, of the trees or of the everyday collections that find anything."""
    if name == TREES:
        return list(_examples_of_trees(part, meaning=meaning))
    if name == EVERYDAY:
        return list(_examples_of_everyday(part, meaning=meaning))
    if part not in ("small", "away"):
        return list(_examples_of(without(read(name), part), name, meaning=meaning))
    judged = without(read(name), "half")
    away = 1 if part == "away" else 0
    collections = (
        _collection(judged, number, (number + away) % _COLLECTIONS) for number in range(_COLLECTIONS)
    )
    return [
        example for collection in collections for example in _examples_of(collection, name, meaning=meaning)
    ]


def _collection(judged: JudgedSet, number: int, about: int) -> JudgedSet:
    """Return the articles of a set whose topics fall to one collection, and the questions about another's."""
    document = {row["id"]: row["doc"] for row in read(judged.name).sentences}

    def falls(document: str, to: int) -> bool:
        return int(chance("collection " + topic(document)) * _COLLECTIONS) == to

    rows = [row for row in judged.sentences if falls(row["doc"], number)]
    left = {row["id"] for row in rows}
    questions = [
        name
        for name in judged.questions
        if any(falls(document[sentence], about) for sentence in read(judged.name).relevant[name])
    ]
    relevant = {name: ids & left for name, ids in judged.relevant.items()}
    return JudgedSet(judged.name, rows, judged.questions, relevant, {}).limited_to(questions)


def _examples_of(judged: JudgedSet, name: str, *, meaning: bool) -> Iterator[Example]:
    """Yield the examples of a collection that is part of the set of that name, if they have candidates."""
    document = {row["id"]: row["doc"] for row in read(name).sentences}
    with temporary_index() as index:
        filled = fill(index, judged.sentences)
        searcher = Searcher.over(index, filled, filled.similarity_of(_embedder()) if meaning else words_only)
        for number, text in judged.questions.items():
            question = Question.plain(normalise(text))
            candidates, similarity = searcher.candidates(question)
            if not candidates:
                continue
            pool = Pool.of(question, candidates, similarity)
            ids = [filled.ids[candidate.place] for candidate in pool.candidates]
            relevant = judged.relevant[number]
            answer = next(iter(read(name).relevant[number]), "")
            right = np.array([sentence in relevant for sentence in ids])
            said = [filled.said[candidate.place] for candidate in pool.candidates]
            about = topic(document.get(answer, number))
            yield Example(pool, right, bool(relevant), about, question, said)


def _examples_of_trees(part: str, *, meaning: bool) -> Iterator[Example]:
    """Yield the examples of all trees, if they have candidates.

    In the part "gone" what answers is left out, in "away" the questions are on another tree in the language.
    """
    names = [path.stem for path in sorted(_TREES.glob("*.jsonl"))]
    if meaning:
        names = [name for name in names if name in _EMBEDDED_TREES]
    asked = {name: read_tree(_TREES / f"{name}.jsonl", trees() / name) for name in names}
    for name, own in asked.items():
        questions = _questions_away(asked, name) if part == "away" else own
        yield from _examples_below(trees() / name, questions, part, name, meaning=meaning)


def _examples_below(
    folder: Path,
    questions: Iterable[TreeQuestion | EverydayQuestion],
    part: str,
    name: str,
    *,
    meaning: bool,
) -> Iterator[Example]:
    """Yield the examples of questions asked of the documents below a folder, if they have candidates.

    What answers is left out in all parts but the "whole".
    """
    with temporary_index() as index:
        filled = fill_tree(index, folder)
        similarity_of = filled.similarity_of(_embedder()) if meaning else words_only
        searcher = Searcher.over(index, filled, similarity_of)
        for judged in questions:
            question = Question.plain(judged.text)
            candidates, similarity = searcher.candidates(question)
            if part != "whole":
                candidates = [pair for pair in candidates if not judged.is_answered_by(pair[1].text)]
            if candidates:
                pool = Pool.of(question, candidates, similarity)
                right = [judged.is_answered_by(sentence.text) for sentence in pool.sentences]
                said = [filled.said[candidate.place] for candidate in pool.candidates]
                is_answerable = part == "whole" and bool(judged.answers)
                yield Example(pool, np.array(right), is_answerable, name, question, said)


def _questions_away(asked: Mapping[str, Sequence[TreeQuestion]], name: str) -> Sequence[TreeQuestion]:
    """Return the questions on the next tree in the same language; none if there is no other."""

    def language(tree: str) -> str:
        return Counter(Question.plain(question.text).language for question in asked[tree]).most_common(1)[0][
            0
        ]

    names = list(asked)
    at = names.index(name)
    others = [*names[at + 1 :], *names[:at]]
    return next((asked[other] for other in others if language(other) == language(name)), ())


def everyday_collections() -> list[Path]:
    """Return the folders of the everyday collections."""
    return sorted(path.parent for path in _EVERYDAY.glob("*/questions.jsonl"))


def _examples_of_everyday(part: str, *, meaning: bool) -> Iterator[Example]:
    """Yield the examples of all everyday collections, if they have candidates.

    In the part "gone" what answers is left out, in "away" the questions are on the next collection.
    """
    folders = everyday_collections()
    for number, folder in enumerate(folders):
        asked = folders[(number + 1) % len(folders)] if part == "away" else folder
        questions = [
            question for question in read_everyday(asked) if question.is_answerable or part == "whole"
        ]
        yield from _examples_below(folder / "articles", questions, part, folder.name, meaning=meaning)


@cache
def _embedder() -> Embedder:
    return cached_embedder()
