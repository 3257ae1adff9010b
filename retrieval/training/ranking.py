"""Train the weights that order candidates and give the best one a probability; write them as data.

DEREK_EVAL=FOLDER DEREK_TREES=FOLDER python -m retrieval.training.ranking [--words] [--trust] [--check]

The weights for words and meaning together, or those for words alone.

There are two steps: *ordering*, a conditional logit over the candidates of a question, and *trust*, a
logistic regression on the features of the first of them, which gives the probability that it answers.

Besides the judged sets there are trees of documents, whose questions are in `trees` beside this module; its
README.md says where the documents are to be had. DEREK_TREES names the folder with a folder for each.

Sets with an open licence only: those in `ORDER` and `TRUST`. selqa-test's answers are kept apart, wikiqa-dev
and trecqa are for research and only watched. --check writes nothing: it prints hit@1 by cross-validation on
the sets trained on, whose articles are parted by their topic, and what each group of features adds.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from retrieval.index.bm25 import Floats
from retrieval.ranking.features import BY_MEANING, GROUPS
from retrieval.ranking.ranker import confidence_features, contributions
from retrieval.ranking.weights import Linear, Weights
from retrieval.training.examples import EVERYDAY, TREES, Example, chance, examples
from retrieval.training.inputs import judged_sets, trees

RANKING = Path(__file__).parents[1] / "ranking"

#: The sets and parts of them that ordering is trained on, each with the weight of all its questions together,
#: chosen by eye. In "both" the same articles stand in English and Russian, in "parted" each in one of these,
#: so that half of the answers are in the other language.
ORDER = {
    ("xdev-en", "whole"): 1.0, ("xdev-ru", "whole"): 1.0, ("kazdev", "whole"): 1.0,
    ("xdev-en2ru", "whole"): 1.5, ("xdev-ru2en", "whole"): 1.5,
    ("both", "whole"): 1.0, ("both", "small"): 0.5, ("parted", "whole"): 1.0, ("parted", "small"): 0.5,
    ("selqa-dev", "whole"): 2.0, ("nqg-squad-test", "whole"): 1.5, ("danetqa-ru", "whole"): 0.3,
}  # fmt: skip

#: The sets and parts of them that trust is trained on: "whole", without "half" of the articles, the same with
#: "slips" of typing, with half of the answers "gone", and in "small" collections that hold the question's
#: topic or are "away" from it.
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

#: The same of trees, with the weight of all their questions together: documents are asked in other words than
#: they use, and what answers has others of the same part beside it. Of 1, 3 and 6 in training by words, 3 and
#: 6 answered most questions on other trees.
TRUST_TREES = {(TREES, "whole"): 3.0, (TREES, "gone"): 1.5, (TREES, "away"): 1.5}

#: The same of everyday collections, which are what people ask about: of 0, 1.5, 3, 6 and 12 for all three
#: parts together 12 told best, with meaning, what answers in a collection that was left out.
TRUST_EVERYDAY = {(EVERYDAY, "whole"): 12.0, (EVERYDAY, "gone"): 4.0, (EVERYDAY, "away"): 4.0}

#: With meaning, sets whose questions people asked in their own words have a greater weight: it brings a point
#: or two of hit@1 on these, and none on others.
ORDER_BY_MEANING = ORDER | {("selqa-dev", "whole"): 4.0, ("kazdev", "whole"): 2.0}

#: The sets that are measured only, and not trained on.
WATCHED = ("selqa-test", "wikiqa-dev", "trecqa-dev", "trecqa-train", "headline-nerel", TREES)

#: The penalty of a squared weight, in ordering and in trust, and how many rounds ordering takes. Stronger and
#: weaker penalties gained nothing in cross-validation.
_PENALTY, _TRUST_PENALTY, _ROUNDS = 0.02, 10.0, 60

#: The features that trust looks at, by words and, further, by meaning.
TRUSTED_WORDS = (
    "score", "lead", "chance", "mixed", "coverage", "share", "missing", "numbers", "named_article",
    "named_unknown", "type_any", "type_none", "pairs", "near", "density",
    "other", "other_score", "other_lead", "other_mixed", "other_coverage",
)  # fmt: skip

TRUSTED_MEANING = (
    "cosine", "cosine_article", "cosine_gap", "cosine_z", "cosine_lead", "other_cosine",
    "recall", "precision",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of weights: the features they are for, and the sets they are learned from with their weights."""

    name: str
    features: tuple[str, ...]
    trusted: tuple[str, ...]
    order: Mapping[tuple[str, str], float]
    trust: Mapping[tuple[str, str], float]
    #: How much higher the score of a sentence in another language has to be than that of a sentence in the
    #: question's own: the least, in steps of a half, at which small collections lose no more than a hundredth
    #: or two of the answers in the question's own language.
    own_first: float

    @property
    def path(self) -> Path:
        """Where the weights are kept."""
        return RANKING / f"weights_{self.name}.json"


WORDS = Kind(
    "words",
    tuple(name for group, names in GROUPS.items() for name in names if group not in BY_MEANING),
    TRUSTED_WORDS,
    ORDER,
    dict.fromkeys(TRUST, 1.0) | TRUST_TREES | TRUST_EVERYDAY,
    1.5,
)
MEANING = Kind(
    "meaning",
    tuple(name for names in GROUPS.values() for name in names),
    TRUSTED_WORDS + TRUSTED_MEANING,
    ORDER_BY_MEANING,
    {(name, part): 3.0 if name == "selqa-dev" else 1.0 for name, part in TRUST}
    | TRUST_TREES
    | TRUST_EVERYDAY,
    1.0,
)


class Lists:
    """Examples as arrays: the standardised features of each candidate, twice, and one column more.

    `values` has shape (examples, candidates, 2 · features + 1): the features of candidates in the question's
    language, those of candidates in another, and whether it is in another; the rest of each row is 0. `right`
    and `present` have shape (examples, candidates); where `present` is False there is no candidate.
    """

    def __init__(self, chosen: Sequence[Example], counts: Floats, names: Sequence[str]) -> None:
        self.names, self.counts = tuple(names), counts
        rows = [np.stack([example.pool.values[name] for name in names], axis=1) for example in chosen]
        same = [example.pool.same for example in chosen]
        every, own = np.concatenate(rows), np.concatenate(same) > 0
        self.moments = [(every[part].mean(axis=0), every[part].std(axis=0) + 1e-3) for part in (own, ~own)]
        width = max(map(len, rows))
        self.values = np.zeros((len(rows), width, 2 * len(names) + 1), np.float32)
        self.right = np.zeros((len(rows), width), np.bool_)
        self.present = np.zeros((len(rows), width), np.bool_)
        for place, (row, is_own, example) in enumerate(zip(rows, same, chosen, strict=True)):
            parts = [np.clip((row - mean) / spread, -5, 5) for mean, spread in self.moments]
            mask = is_own[:, np.newaxis]
            self.values[place, : len(row)] = np.hstack([parts[0] * mask, parts[1] * (1 - mask), 1 - mask])
            self.right[place, : len(row)] = example.right
            self.present[place, : len(row)] = True

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
        """Return the gradient of the mean loss of some examples, of the shape of the weights."""
        values, right = self.values[chosen], self.right[chosen]
        scores = np.where(self.present[chosen], values @ weights.astype(np.float32), -np.inf)
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        wanted = share * right / np.maximum((share * right).sum(axis=1, keepdims=True), 1e-9)
        pull = (share - wanted) * self.counts[chosen, np.newaxis]
        slope: Floats = np.tensordot(pull, values, 2) / len(chosen)
        return slope


def ordering(
    sets: Mapping[tuple[str, str], Sequence[Example]], kind: Kind, names: Sequence[str]
) -> tuple[Linear, Linear]:
    """Return the weights that order candidates: for the question's language, and for the others.

    They are trained on the examples of `sets`, for the features of these names.
    """
    chosen: list[Example] = []
    counts: list[float] = []
    for part, every in sets.items():
        usable = [example for example in every if example.right.any()]
        chosen += usable
        counts += [kind.order[part] / len(usable)] * len(usable)
    return Lists(chosen, np.array(counts) / np.mean(counts), names).fitted()


def logistic(values: Floats, labels: Floats, counts: Floats, penalty: float) -> tuple[Floats, float]:
    """Return the weights and the bias of a logistic regression, by Newton's method.

    `values` has shape (examples, features); `labels`, 0 or 1, and `counts` have shape (examples,).
    """
    rows = np.column_stack([values, np.ones(len(values))])
    cost = np.diag([penalty] * values.shape[1] + [0.0])
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        chance_ = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (counts * (chance_ - labels)) + cost @ weights
        curve = (rows * (counts * chance_ * (1 - chance_))[:, np.newaxis]).T @ rows + cost
        weights -= np.linalg.solve(curve, slope)
    return weights[:-1], float(weights[-1])


def trust(by: Weights, kind: Kind) -> Weights:
    """Return the weights together with those for the probability that the first citation answers.

    A first regression is on whether any sentence answers, since a question that the articles do not answer is
    to be refused; a second one scales its log-odds to whether the first citation does.
    """
    rows, right, answerable, counts, later = [], [], [], [], []
    for part, count in kind.trust.items():
        every = examples(*part, meaning=kind is MEANING)
        for example in every:
            scores = contributions(example.pool, by).sum(axis=1)
            order = np.argsort(-scores, kind="stable")
            features = confidence_features(example.pool, scores, int(order[0]))
            rows.append([features[name][0] for name in kind.trusted])
            right.append(float(example.right[order[0]]))
            answerable.append(float(example.answerable))
            counts.append(count / len(every))
            later.append([(scores[order[0]] - scores[place], example.right[place]) for place in order[1:4]])
    values, weight = np.array(rows), np.array(counts) / np.mean(counts)
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    standard = np.clip((values - mean) / spread, -5, 5)
    weights, bias = logistic(standard, np.array(answerable), weight, _TRUST_PENALTY)
    odds = standard @ weights + bias
    # Whether the first citation is in another language has a weight of its own here, since trust in it may be
    # too high or too low as a whole.
    other = kind.trusted.index("other")
    (scale, apart), shift = logistic(
        np.column_stack([odds, standard[:, other]]), np.array(right), weight, 0.0
    )
    weights, bias = scale * weights, scale * bias + shift
    weights[other] += apart
    linear = Linear(kind.trusted, mean, spread, weights, bias)
    return Weights(by.same, by.other, linear, _slope_of(standard @ weights + bias, later))


def _slope_of(odds: Floats, later: Sequence[Sequence[tuple[float, bool]]]) -> float:
    """Return by how much log-odds fall for a point of score less, by maximum likelihood.

    `later` holds, of each question, by how much the scores of the second to fourth citation are less than
    that of the first, and whether they answer.
    """
    rows = [
        (first, less, right)
        for first, citations in zip(odds, later, strict=True)
        for less, right in citations
    ]
    first, less, right = np.array(rows).T

    def loss(slope: float) -> float:
        signed = np.where(right > 0, -1, 1) * (first - slope * less)
        return float(np.logaddexp(0, signed).sum())

    return float(min(np.arange(0.2, 3.0, 0.1), key=loss))


def trained(
    sets: Mapping[tuple[str, str], Sequence[Example]], kind: Kind, names: Sequence[str] = ()
) -> Weights:
    """Return weights for ordering by the named features, or by all; those for trust are empty yet."""
    same, other = ordering(sets, kind, names or kind.features)
    nothing = np.zeros(0)
    other = replace(other, bias=other.bias - kind.own_first)
    return Weights(same, other, Linear((), nothing, nothing, nothing, 0.0), 1.0)


def hits(by: Weights, questions: Iterable[Example]) -> list[bool]:
    """Return for each question whether the first candidate is right."""
    return [bool(example.right[_first(by, example)]) for example in questions]


def _first(by: Weights, example: Example) -> int:
    """Return the index of the candidate with the highest score."""
    return int(np.argmax(contributions(example.pool, by).sum(axis=1)))


def own_first(by: Weights, questions: Iterable[Example]) -> tuple[list[bool], list[bool]]:
    """Return two lists: of questions that their own language answers, and of those that only another does.

    The first says whether the first candidate is in the question's language, the second whether it is right.
    """
    own, other = [], []
    for example in questions:
        first = _first(by, example)
        if (example.right & (example.pool.same > 0)).any():
            own.append(bool(example.pool.same[first]))
        elif example.answerable:
            other.append(bool(example.right[first]))
    return own, other


def validated(kind: Kind, names: Sequence[str] = (), folds: int = 5) -> Iterator[tuple[str, float]]:
    """Yield hit@1 of each set trained on, by cross-validation over topics, then of those watched.

    For the articles parted between two languages, also how often the question's own comes first where it
    answers, and how many are right where only the other does.
    """
    meaning = kind is MEANING
    right: dict[tuple[str, str], list[bool]] = {part: [] for part in kind.order}
    own: list[bool] = []
    other: list[bool] = []
    for fold in range(folds):
        every = {part: examples(*part, meaning=meaning) for part in kind.order}
        by = trained(
            {
                part: [example for example in questions if _fold(example, folds) != fold]
                for part, questions in every.items()
            },
            kind,
            names,
        )
        for part, questions in every.items():
            left_out = [example for example in questions if _fold(example, folds) == fold]
            right[part] += [
                hit for example, hit in zip(left_out, hits(by, left_out), strict=True) if example.answerable
            ]
            if part in (("both", "whole"), ("parted", "whole")):
                firsts = own_first(by, left_out)
                own += firsts[0]
                other += firsts[1]
    yield from ((name, float(np.mean(hit))) for (name, size), hit in right.items() if size == "whole")
    yield from (("own first", float(np.mean(own))), ("only other", float(np.mean(other))))
    by = trained({part: examples(*part, meaning=meaning) for part in kind.order}, kind, names)
    yield from ((name, float(np.mean(hits(by, examples(name, meaning=meaning))))) for name in WATCHED)


def _fold(example: Example, folds: int) -> int:
    """Return the fold of cross-validation that an example is in, the same for all of a topic."""
    return int(chance(example.topic) * folds)


def check(kind: Kind) -> None:
    """Print the cross-validation, with all features and without each group."""
    parts: dict[str, Sequence[str]] = {"all": kind.features}
    for group, left_out in GROUPS.items():
        parts[f"- {group}"] = [name for name in kind.features if name not in left_out]
    for title, names in parts.items():
        if title != "all" and len(names) == len(kind.features):
            continue
        figures = dict(validated(kind, names))
        if title == "all":
            click.echo(f"{'':14}" + "".join(f"{name[:11]:>12}" for name in figures))
        click.echo(f"{title:14}" + "".join(f"{figure:12.3f}" for figure in figures.values()))


def written(by: Weights, kind: Kind, ordered: Sequence[str]) -> str:
    """Return the weights as they are stored; `ordered` says what the order was learned from."""

    def linear(step: Linear) -> dict[str, object]:
        columns = zip(step.mean, step.spread, step.weights, strict=True)
        features = {
            name: [float(f"{value:.6g}") for value in column]
            for name, column in zip(step.names, columns, strict=True)
        }
        return {"bias": round(step.bias, 6), "features": features}

    about = {
        "made by": "make train",
        "features": "each has its mean, its standard deviation and its weight",
        "ordering": ordered,
        "trust": [f"{name}, {part}, weight {count:g}" for (name, part), count in kind.trust.items()],
        "penalty": [_PENALTY, _TRUST_PENALTY],
    }
    parts = {"same": linear(by.same), "other": linear(by.other), "confidence": linear(by.confidence)}
    lines = json.dumps({"about": about, **parts, "slope": round(by.slope, 3)}, indent=1)
    return lines + "\n"


@click.command()
@click.option("--words", is_flag=True, help="Those for words alone.")
@click.option("--trust", "only_trust", is_flag=True, help="How far the first is trusted; the order stays.")
@click.option("--check", "checking", is_flag=True, help="Cross-validate, and write nothing.")
def main(words: bool, only_trust: bool, checking: bool) -> None:
    """Train, and write the weights."""
    judged_sets()
    trees()
    kind = WORDS if words else MEANING
    if checking:
        check(kind)
        return
    if only_trust:
        stored = kind.path.read_text("utf-8")
        by, ordered = Weights.read(stored), json.loads(stored)["about"]["ordering"]
    else:
        sets = {part: examples(*part, meaning=kind is MEANING) for part in kind.order}
        by = trained(sets, kind)
        ordered = [
            f"{name}, {part}: {len(sets[name, part])} questions, weight {count}"
            for (name, part), count in kind.order.items()
        ]
    kind.path.write_text(written(trust(by, kind), kind, ordered), "utf-8")
    click.echo(f"{kind.path.name}: {len(kind.features)} features")


if __name__ == "__main__":
    main()
