"""Train the weights that order candidates and say how sure the best one is; write them as data.

DEREK_EVAL=FOLDER python -m tests.quality.train [--check]

Sets with an open licence only: those in `ORDER` and `TRUST`. selqa-test's answers are kept apart, wikiqa-dev
and trecqa are for research and only watched. --check writes nothing: it prints hit@1 by cross-validation on
the sets trained on, whose articles are parted by their topic, and what each group of features adds.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

import click
import numpy as np
from numpy.typing import NDArray

from bot.assembly import passing_index
from bot.config import IndexKind
from retrieval.articles import normalise
from retrieval.evaluation import JudgedSet, fill, read_judged_set
from retrieval.features import GROUPS, Asked
from retrieval.index import Query
from retrieval.languages.detection import language_of_question
from retrieval.rank import LIMIT, Linear, Pool, Weights, contributions, standings
from retrieval.scores import Floats
from tests.benchmarks.bench_slips import LETTER_SLIPS

WEIGHTS = Path(__file__).parents[2] / "retrieval" / "weights.json"

#: What ordering is trained on, and how much each set counts. In "both" the same articles stand in English
#: and Russian, in "parted" each in one of the two, so that half of the answers are in the other language.
ORDER = {
    ("xdev-en", "whole"): 1.0, ("xdev-ru", "whole"): 1.0, ("kazdev", "whole"): 1.0,
    ("xdev-en2ru", "whole"): 1.5, ("xdev-ru2en", "whole"): 1.5,
    ("both", "whole"): 1.0, ("both", "small"): 0.5, ("parted", "whole"): 1.0, ("parted", "small"): 0.5,
    ("selqa-dev", "whole"): 2.0, ("nqg-squad-test", "whole"): 1.5, ("danetqa-ru", "whole"): 0.3,
}  # fmt: skip

#: By how much a sentence in another language must be better than one in the question's own: so much that in
#: small collections no more than a hundredth of the answers in one's own language is lost to the other.
_OWN_FIRST = 1.5

#: What trust is trained on: whole, without half of the articles, then also with slips of typing, or in small
#: collections that hold the question's topic or are away from it; or without half of the answers.
TRUST = (
    *((name, "whole") for name in ("xdev-en", "xdev-ru", "kazdev", "selqa-dev", "parted")),
    *((name, "half") for name in ("xdev-en", "xdev-ru", "kazdev", "selqa-dev", "danetqa-ru")),
    *((name, "gone") for name in ("xdev-en", "xdev-ru", "kazdev", "selqa-dev")),
    *((name, "small") for name in ("xdev-en", "xdev-ru", "kazdev", "parted")),
    *((name, "away") for name in ("xdev-en", "xdev-ru", "kazdev", "parted")),
    *((name, "slips") for name in ("xdev-en", "xdev-ru", "kazdev", "selqa-dev")),
    ("xdev-en2ru", "half"),
    ("xdev-ru2en", "half"),
)

#: What is only looked at.
WATCHED = ("selqa-test", "wikiqa-dev", "trecqa-dev", "trecqa-train", "headline-nerel")

#: No set brings more questions than this; an article longer than so many sentences is cut.
_MOST, _LONGEST = 3_000, 12

#: Into how many small collections a set falls, as a beginner's is.
_COLLECTIONS = 6

#: What a squared weight costs, in ordering and in trust, and how many rounds ordering takes.
_PENALTY, _TRUST_PENALTY, _ROUNDS = 0.02, 10.0, 60

#: What trust looks at; the probability that the best candidate is the one comes from the score.
TRUSTED = (
    "score", "lead", "chance", "mixed", "coverage", "share", "lacking", "numbers", "named_article",
    "named_unknown", "type_any", "type_none", "pairs", "near", "density",
    "other", "other_score", "other_lead", "other_mixed", "other_coverage",
)  # fmt: skip

FEATURES = tuple(name for names in GROUPS.values() for name in names)


@dataclass(frozen=True, slots=True)
class Example:
    """A question's candidates, which of them answer, and whether anything in the collection does."""

    pool: Pool
    right: NDArray[np.bool_]
    answerable: bool
    topic: str


def chance(text: str) -> float:
    """Return a number in [0, 1) that is always the same for a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) / 2**32


def without(judged: JudgedSet, part: str) -> JudgedSet:
    """Return a set "whole", without "half" of its articles, with "slips" then, or with answers "gone"."""
    rows = judged.sentences
    if part in ("half", "slips"):
        rows = [row for row in rows if chance(row["doc"]) < 0.5]
    if part == "gone":
        asked = [name for name in judged.questions if chance("gone " + name) < 0.5]
        gone = {sentence for name in asked for sentence in judged.relevant[name]}
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
    folder = Path(os.environ["DEREK_EVAL"]) / "sets"
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
def examples(name: str, part: str = "whole") -> Sequence[Example]:
    """Return the questions of a set that find anything, with their candidates."""
    if part not in ("small", "away"):
        return list(_asked(without(read(name), part), name))
    judged = without(read(name), "half")
    away = 1 if part == "away" else 0
    collections = (
        _collection(judged, number, (number + away) % _COLLECTIONS) for number in range(_COLLECTIONS)
    )
    return [one for collection in collections for one in _asked(collection, name)]


def _collection(judged: JudgedSet, number: int, about: int) -> JudgedSet:
    """Return those articles of a set whose topics fall to a number, and the questions about another's."""
    document = {row["id"]: row["doc"] for row in read(judged.name).sentences}

    def falls(document: str, to: int) -> bool:
        return int(chance("collection " + topic(document)) * _COLLECTIONS) == to

    rows = [row for row in judged.sentences if falls(row["doc"], number)]
    left = {row["id"] for row in rows}
    asked = [
        name
        for name in judged.questions
        if any(falls(document[one], about) for one in read(judged.name).relevant[name])
    ]
    relevant = {name: ids & left for name, ids in judged.relevant.items()}
    return JudgedSet(judged.name, rows, judged.questions, relevant, {}).limited_to(asked)


def _asked(judged: JudgedSet, name: str) -> Iterator[Example]:
    document = {row["id"]: row["doc"] for row in read(name).sentences}
    with passing_index(IndexKind.DISK) as index:
        filled = fill(index, judged.sentences)
        for number, text in judged.questions.items():
            asked = normalise(text)
            language = language_of_question(asked)
            candidates = index.search(Query(asked, language, LIMIT))
            if not candidates:
                continue
            held = list(zip(candidates, filled.read(candidates), strict=True))
            pool = Pool.of(Asked.of(asked, language), held)
            ids = [filled.ids[one.article_id, one.number] for one in pool.candidates]
            relevant = judged.relevant[number]
            of = next(iter(read(name).relevant[number]), "")
            right = np.array([one in relevant for one in ids])
            yield Example(pool, right, bool(relevant), topic(document.get(of, number)))


class Lists:
    """Examples as one array: standardised features of each candidate, those of other languages apart."""

    def __init__(self, chosen: Sequence[Example], counts: Floats, names: Sequence[str]) -> None:
        self.names, self.counts = tuple(names), counts
        rows = [np.stack([one.pool.values[name] for name in names], axis=1) for one in chosen]
        same = [one.pool.same for one in chosen]
        every, which = np.concatenate(rows), np.concatenate(same) > 0
        self.moments = [
            (every[part].mean(axis=0), every[part].std(axis=0) + 1e-3) for part in (which, ~which)
        ]
        width = max(map(len, rows))
        self.values = np.zeros((len(rows), width, 2 * len(names) + 1), np.float32)
        self.right = np.zeros((len(rows), width), np.bool_)
        self.there = np.zeros((len(rows), width), np.bool_)
        for place, (row, own, one) in enumerate(zip(rows, same, chosen, strict=True)):
            parts = [np.clip((row - mean) / spread, -5, 5) for mean, spread in self.moments]
            mask = own[:, np.newaxis]
            self.values[place, : len(row)] = np.hstack([parts[0] * mask, parts[1] * (1 - mask), 1 - mask])
            self.right[place, : len(row)] = one.right
            self.there[place, : len(row)] = True

    def fitted(self) -> tuple[Linear, Linear]:
        """Return the weights of a conditional logit, by Adam (Kingma and Ba 2015)."""
        weights = np.zeros(self.values.shape[2])
        mean, square, step = np.zeros_like(weights), np.zeros_like(weights), 0
        random = np.random.default_rng(0)
        for round_ in range(_ROUNDS):
            rate = 0.02 * (0.5 * (1 + np.cos(np.pi * round_ / _ROUNDS)) + 0.01)
            for chosen in np.array_split(random.permutation(len(self.values)), len(self.values) // 256 + 1):
                slope = self._slope(chosen, weights) + _PENALTY * weights
                step += 1
                mean = 0.9 * mean + 0.1 * slope
                square = 0.999 * square + 0.001 * slope * slope
                weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        count = len(self.names)
        same = Linear(self.names, *self.moments[0], weights[:count], 0.0)
        return same, Linear(self.names, *self.moments[1], weights[count:-1], float(weights[-1]))

    def _slope(self, chosen: NDArray[np.int64], weights: Floats) -> Floats:
        values, right = self.values[chosen], self.right[chosen]
        scores = np.where(self.there[chosen], values @ weights.astype(np.float32), -np.inf)
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        wanted = share * right / np.maximum((share * right).sum(axis=1, keepdims=True), 1e-9)
        pull = (share - wanted) * self.counts[chosen, np.newaxis]
        slope: Floats = np.tensordot(pull, values, 2) / len(chosen)
        return slope


def ordering(
    sets: Mapping[tuple[str, str], Sequence[Example]], names: Sequence[str] = FEATURES
) -> tuple[Linear, Linear]:
    """Return the weights that order candidates, trained on the examples of sets by their names."""
    chosen: list[Example] = []
    counts: list[float] = []
    for place, found in sets.items():
        usable = [one for one in found if one.right.any()]
        chosen += usable
        counts += [ORDER[place] / len(usable)] * len(usable)
    return Lists(chosen, np.array(counts) / np.mean(counts), names).fitted()


def logistic(values: Floats, labels: Floats, counts: Floats, penalty: float) -> tuple[Floats, float]:
    """Return the weights and the bias of a logistic regression, by Newton's method."""
    rows = np.column_stack([values, np.ones(len(values))])
    cost = np.diag([penalty] * values.shape[1] + [0.0])
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        chance_ = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (counts * (chance_ - labels)) + cost @ weights
        curve = (rows * (counts * chance_ * (1 - chance_))[:, np.newaxis]).T @ rows + cost
        weights -= np.linalg.solve(curve, slope)
    return weights[:-1], float(weights[-1])


def trust(by: Weights) -> Weights:
    """Return the weights with those that say how probably the first citation answers.

    A regression on whether anything could, since whoever asks what the articles do not hold is to be told
    so; then its log-odds are put on the scale of whether the first citation does.
    """
    rows, right, answerable, counts, later = [], [], [], [], []
    for name, part in TRUST:
        found = examples(name, part)
        for one in found:
            scores = contributions(one.pool, by).sum(axis=1)
            order = np.argsort(-scores, kind="stable")
            standing = standings(one.pool, scores, int(order[0]))
            rows.append([standing[name_][0] for name_ in TRUSTED])
            right.append(float(one.right[order[0]]))
            answerable.append(float(one.answerable))
            counts.append(1 / len(found))
            later.append([(scores[order[0]] - scores[place], one.right[place]) for place in order[1:4]])
    values, weight = np.array(rows), np.array(counts) / np.mean(counts)
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    standard = np.clip((values - mean) / spread, -5, 5)
    weights, bias = logistic(standard, np.array(answerable), weight, _TRUST_PENALTY)
    odds = standard @ weights + bias
    # What is trusted too much, or too little, in other languages is put right by itself.
    other = TRUSTED.index("other")
    (scale, apart), shift = logistic(
        np.column_stack([odds, standard[:, other]]), np.array(right), weight, 0.0
    )
    weights, bias = scale * weights, scale * bias + shift
    weights[other] += apart
    linear = Linear(TRUSTED, mean, spread, weights, bias)
    return Weights(by.same, by.other, linear, _slope_of(standard @ weights + bias, later))


def _slope_of(odds: Floats, later: Sequence[Sequence[tuple[float, bool]]]) -> float:
    """Return by what log-odds fall with the score, so that citations after the first are likeliest."""
    rows = [(first, less, right) for first, found in zip(odds, later, strict=True) for less, right in found]
    first, less, right = np.array(rows).T

    def loss(slope: float) -> float:
        signed = np.where(right > 0, -1, 1) * (first - slope * less)
        return float(np.logaddexp(0, signed).sum())

    return float(min(np.arange(0.2, 3.0, 0.1), key=loss))


def trained(sets: Mapping[tuple[str, str], Sequence[Example]], names: Sequence[str] = FEATURES) -> Weights:
    """Return weights for ordering, whose trust is still to be found."""
    same, other = ordering(sets, names)
    nothing = np.zeros(0)
    other = replace(other, bias=other.bias - _OWN_FIRST)
    return Weights(same, other, Linear((), nothing, nothing, nothing, 0.0), 1.0)


def hits(by: Weights, found: Iterable[Example]) -> list[bool]:
    """Return for each question whether the first candidate is right."""
    return [bool(one.right[np.argmax(contributions(one.pool, by).sum(axis=1))]) for one in found]


def validated(names: Sequence[str] = FEATURES, folds: int = 5) -> Iterator[tuple[str, float]]:
    """Yield hit@1 of each set trained on, by cross-validation over topics, then of those watched."""
    right: dict[tuple[str, str], list[bool]] = {place: [] for place in ORDER}
    for fold in range(folds):
        kept = {
            place: [one for one in examples(*place) if int(chance(one.topic) * folds) != fold]
            for place in ORDER
        }
        by = trained(kept, names)
        for place in ORDER:
            left = [one for one in examples(*place) if int(chance(one.topic) * folds) == fold]
            right[place] += [found for one, found in zip(left, hits(by, left), strict=True) if one.answerable]
    yield from ((name, float(np.mean(found))) for (name, part), found in right.items() if part == "whole")
    by = trained({place: examples(*place) for place in ORDER}, names)
    yield from ((name, float(np.mean(hits(by, examples(name))))) for name in WATCHED)


def check() -> None:
    """Print the cross-validation, with all features and without each group."""
    parts = {"all": FEATURES} | {
        f"- {group}": tuple(name for name in FEATURES if name not in left_out)
        for group, left_out in GROUPS.items()
    }
    for title, names in parts.items():
        figures = dict(validated(names))
        if title == "all":
            click.echo(f"{'':12}" + "".join(f"{name[:11]:>12}" for name in figures))
        click.echo(f"{title:12}" + "".join(f"{figure:12.3f}" for figure in figures.values()))


def written(by: Weights) -> str:
    """Return the weights as they are stored."""

    def linear(one: Linear) -> dict[str, object]:
        columns = zip(one.mean, one.spread, one.weights, strict=True)
        features = {
            name: [float(f"{value:.6g}") for value in column]
            for name, column in zip(one.names, columns, strict=True)
        }
        return {"bias": round(one.bias, 6), "features": features}

    about = {
        "made by": "make train",
        "features": "each has its mean, its standard deviation and its weight",
        "ordering": [
            f"{name}, {part}: {len(examples(name, part))} questions, weight {count}"
            for (name, part), count in ORDER.items()
        ],
        "trust": [f"{name}, {part}" for name, part in TRUST],
        "penalty": [_PENALTY, _TRUST_PENALTY],
    }
    parts = {"same": linear(by.same), "other": linear(by.other), "confidence": linear(by.confidence)}
    lines = json.dumps({"about": about, **parts, "slope": round(by.slope, 3)}, indent=1)
    return lines + "\n"


@click.command()
@click.option("--check", "checking", is_flag=True, help="Cross-validate, and write nothing.")
def main(checking: bool) -> None:
    """Train, and write the weights."""
    if not os.environ.get("DEREK_EVAL"):
        raise click.ClickException("DEREK_EVAL does not name the folder with the judged data")
    if checking:
        check()
        return
    by = trust(trained({place: examples(*place) for place in ORDER}))
    WEIGHTS.write_text(written(by), "utf-8")
    click.echo(f"{WEIGHTS.name}: {len(FEATURES)} features, slope {by.slope:.1f}")


if __name__ == "__main__":
    main()
