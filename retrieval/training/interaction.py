"""Learn how the tokens of questions and sentences are compared, and how much that counts; write it as data.

DEREK_EVAL=FOLDER DEREK_TREES=FOLDER python -m retrieval.training.interaction [--check]

The weights of the ranking are learned first (`retrieval/training/ranking.py`), and stay as they are. Of each
question the best candidates by these are read token by token. Projections begin with the principal components
of the tokens' states and are moved by a conditional logit over the candidates, as are the weights of both
scores (Adam, Kingma and Ba 2015). Trust in the first candidate is scaled anew afterwards.

Sets with an open licence only, those in `SETS`; DEREK_TREES names the folder of the documents of trees.
--check writes nothing: it prints hit@1 by cross-validation over topics, before and after, and that of sets
that are watched only.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from retrieval.articles import digest
from retrieval.index.bm25 import Floats
from retrieval.ranking.ranker import RESCORED, confidence_features, contributions
from retrieval.ranking.weights import InteractionWeights, weights
from retrieval.semantic.embedder import TokenEmbedder
from retrieval.semantic.interaction import InteractionModel, centred, shares, word_rows
from retrieval.semantic.quantisation import Floats32
from retrieval.semantic.token_vectors import TokenVectors
from retrieval.training.descent import Adam, descend
from retrieval.training.examples import EVERYDAY, TREES, Example, examples, fold_of
from retrieval.training.inputs import token_embedder
from retrieval.training.ranking import RANKING, logistic

#: The sets that are learned from, each with how much one of its questions counts: there are few in Kazakh,
#: few that people asked in their own words, and few about documents as people have them.
SETS: Mapping[str, float] = {
    "xdev-en": 1.0, "xdev-ru": 1.0, "xdev-en2ru": 1.0, "xdev-ru2en": 1.0, "kazdev": 4.0, "selqa-dev": 2.0,
    EVERYDAY: 3.0, TREES: 3.0,
}  # fmt: skip

#: The sets that are only watched.
WATCHED = ("wikiqa-dev",)

#: The sets and parts of them that trust is scaled by, each with how much all of its questions count together:
#: the documents that people have count as much as encyclopaedias, where trust is easier.
TRUSTED: Mapping[tuple[str, str], float] = {
    (name, part): 1.0 for name in ("xdev-en", "xdev-ru", "kazdev") for part in ("whole", "half", "gone")
} | {
    (EVERYDAY, "whole"): 6.0, (EVERYDAY, "gone"): 3.0, (EVERYDAY, "away"): 3.0,
    (TREES, "whole"): 3.0, (TREES, "gone"): 1.5, (TREES, "away"): 1.5,
}  # fmt: skip

#: Into how many parts topics fall where what is learned from some is tried on others.
_FOLDS = 3

#: How many dimensions are kept. With 64 principal components the same came first as with all 384.
DIMENSIONS = 64

#: Languages with so few questions have the centroids of all.
_FEW = 30

#: The rate and the number of rounds, how strongly projections are held where they begin, and the importance
#: of tokens at nothing. Of .05, .15 and .3 for the former, .05 lost in cross-validation in Kazakh and on what
#: people typed, and with .3 most came first in everyday collections and trees together.
_RATE, _ROUNDS, _HELD, _IMPORTANCE_HELD = 2e-3, 5, 0.3, 0.002

_SEMANTIC = Path(__file__).parents[1] / "semantic"


@dataclass(frozen=True, slots=True, eq=False)
class Rescored:
    """A question with its best candidates: their scores, which of them are right, and the tokens of all."""

    set_name: str
    topic: str
    scores: Floats
    right: NDArray[np.bool_]
    #: Which weight the interaction of each candidate has.
    weight: NDArray[np.int64]
    question: Floats32
    passages: Sequence[Floats32]


class States:
    """The states of tokens that are words, by text; kept in a folder, since they take a while."""

    def __init__(self, embedder: TokenEmbedder) -> None:
        self._embedder = embedder
        self._folder = user_cache_path("derek") / "eval" / "states"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._known: dict[str, NDArray[np.float16]] = {}

    def of(self, task: str, texts: Iterable[str]) -> dict[str, NDArray[np.float16]]:
        """Return the states of texts, a "query" or a "passage" each."""
        wanted = list(dict.fromkeys(texts))
        embed = self._embedder.embed_query_tokens if task == "query" else self._embedder.embed_passage_tokens
        for start in range(0, len(wanted), _KEPT):
            self._read(task, wanted[start : start + _KEPT], embed)
        return {text: self._known[f"{task} {text}"] for text in wanted}

    def _read(self, task: str, texts: Sequence[str], embed: "_Embed") -> None:
        missing = [text for text in texts if f"{task} {text}" not in self._known]
        if not missing:
            return
        path = self._folder / f"{digest(task + ' '.join(missing))[:24]}.npz"
        if path.exists():
            with np.load(path) as stored:
                rows = [stored[str(number)] for number in range(len(missing))]
        else:
            read = zip(embed(missing), missing, strict=True)
            rows = [word_rows(tokens, text).astype(np.float16) for tokens, text in read]
            np.savez(path, **{str(number): row for number, row in enumerate(rows)})
        self._known |= {f"{task} {text}": row for text, row in zip(missing, rows, strict=True)}


#: Returns the tokens of texts.
_Embed = Callable[[Sequence[str]], Sequence[TokenVectors]]

#: How many texts are kept in one file.
_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Trained:
    """What was learned: the projections, the importance of tokens, and the weights of both scores."""

    question: Floats32
    passage: Floats32
    importance: Floats32
    weights: Floats32


class Learner:
    """Projections and weights while they are learned."""

    def __init__(self, start: Floats32, names: int) -> None:
        self.question, self.passage = start.copy(), start.copy()
        self.importance = np.zeros(len(start), np.float32)
        self.weights = np.array([1.0, *[10.0] * names], np.float32)
        self._starts = [part.copy() for part in self.parts]
        self._adam = Adam(self.parts)

    @property
    def parts(self) -> list[Floats32]:
        """What is learned, in the order of the gradients."""
        return [self.question, self.passage, self.importance, self.weights]

    def scores(self, example: Rescored) -> Floats:
        """Return the scores of candidates, by both."""
        interactions = np.array([pair.value for pair in self._pairs(example)[2]])
        total: Floats = self.weights[0] * example.scores + self.weights[example.weight] * interactions
        return total

    def _pairs(self, example: Rescored) -> tuple[Floats32, Floats32, list["_Pair"]]:
        """Return the lengths and weights of a question's tokens, and how each candidate meets them."""
        projected = example.question @ self.question
        lengths = np.linalg.norm(projected, axis=1, keepdims=True) + np.float32(1e-6)
        rows = projected / lengths
        share = shares(example.question, self.importance)
        return lengths, share, [_Pair.of(rows, share, states, self.passage) for states in example.passages]

    def gradients(self, example: Rescored) -> list[Floats32]:
        """Return the gradients of the loss of one question."""
        lengths, share, pairs = self._pairs(example)
        interactions = np.array([pair.value for pair in pairs])
        scores = self.weights[0] * example.scores + self.weights[example.weight] * interactions
        chance = np.exp(scores - scores.max())
        chance /= chance.sum()
        wanted = chance * example.right
        pull = chance - wanted / wanted.sum()
        of_weights = np.zeros_like(self.weights)
        of_weights[0] = pull @ example.scores
        np.add.at(of_weights, example.weight, pull * interactions)
        of_rows, of_share = np.zeros_like(pairs[0].rows), np.zeros_like(share)
        of_passage = np.zeros_like(self.passage)
        for own, pair, states in zip(
            pull * self.weights[example.weight], pairs, example.passages, strict=True
        ):
            of_rows += own * share[:, np.newaxis] * pair.passage[pair.best]
            of_share += own * pair.likeness
            of_passage += pair.gradient(own * share, states)
        projected = (of_rows - (of_rows * pairs[0].rows).sum(axis=1, keepdims=True) * pairs[0].rows) / lengths
        of_question = example.question.T @ projected
        of_importance = example.question.T @ (share * (of_share - share @ of_share))
        return [of_question, of_passage, of_importance, of_weights]

    def move(self, gradients: Sequence[Floats32], rate: float) -> None:
        """Take one step, held where the parts began."""
        held = (_HELD, _HELD, _IMPORTANCE_HELD, 0.0)
        slopes = [
            gradient + np.float32(own) * (part - start)
            for gradient, own, part, start in zip(gradients, held, self.parts, self._starts, strict=True)
        ]
        self._adam.move(self.parts, slopes, (rate, rate, 10 * rate, 20 * rate))


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """A question's tokens and a candidate's: which is the best for each, and how alike they are."""

    rows: Floats32
    passage: Floats32
    lengths: Floats32
    best: NDArray[np.intp]
    likeness: Floats32
    value: float

    @classmethod
    def of(cls, rows: Floats32, share: Floats32, states: Floats32, projection: Floats32) -> "_Pair":
        projected = states @ projection
        lengths = np.linalg.norm(projected, axis=1, keepdims=True) + np.float32(1e-6)
        passage = projected / lengths
        products = rows @ passage.T
        best = products.argmax(axis=1)
        likeness = products[np.arange(len(rows)), best]
        return cls(rows, passage, lengths, best, likeness, float(share @ likeness))

    def gradient(self, pull: Floats32, states: Floats32) -> Floats32:
        """Return the gradient of the projection, given how each token of the question pulls."""
        of_passage = np.zeros_like(self.passage)
        np.add.at(of_passage, self.best, pull[:, np.newaxis] * self.rows)
        used = np.unique(self.best)
        own, rows = of_passage[used], self.passage[used]
        slope: Floats32 = states[used].T @ (
            (own - (own * rows).sum(1, keepdims=True) * rows) / self.lengths[used]
        )
        return slope


def learned(chosen: Sequence[Rescored], start: Floats32) -> Learner:
    """Return what is learned from questions, some of whose candidates are right and some are not."""
    learner = Learner(start, len(InteractionWeights.NAMES))
    usable = [example for example in chosen if example.right.any() and not example.right.all()]
    descend(learner, usable, lambda example: SETS[example.set_name], _RATE, _ROUNDS)
    return learner


def principal(chosen: Sequence[Rescored]) -> Floats32:
    """Return the projection on the principal components of the tokens of candidates."""
    rows = np.concatenate([passage for example in chosen[::4] for passage in example.passages[:2]])
    components: Floats32 = np.linalg.svd(rows.T @ rows)[0][:, :DIMENSIONS].astype(np.float32)
    return components


class Reader:
    """Reads examples token by token, with what their languages have in common taken away."""

    def __init__(self, states: States, every: Mapping[str, Sequence[Example]]) -> None:
        self._states = states
        pairs = [pair for chosen in every.values() for example in chosen for pair in _best(example)]
        asked = [example.question for chosen in every.values() for example in chosen]
        questions = {(question.text_to_embed, question.language) for question in asked}
        self.questions = _centroids(states, "query", questions)
        self.passages = _centroids(states, "passage", set(pairs))

    def read(self, name: str, chosen: Sequence[Example]) -> Iterator[Rescored]:
        """Yield the questions of a set with their best candidates."""
        learned_before = weights(meaning=True)
        asked = self._states.of("query", (example.question.text_to_embed for example in chosen))
        said = self._states.of("passage", (text for example in chosen for text, _ in _best(example)))
        for example in chosen:
            question = example.question
            scores = contributions(example.pool, learned_before).sum(axis=1)
            order = _order(scores)
            kinds = [InteractionWeights.place(question, bool(own)) for own in example.pool.same[order]]
            rows = asked[question.text_to_embed].astype(np.float32)
            passages = [(said[text].astype(np.float32), own) for text, own in _best(example)]
            yield Rescored(
                name,
                example.topic,
                scores[order],
                example.right[order],
                1 + np.array(kinds),
                centred(rows, self.questions, question.language),
                [centred(states, self.passages, own) for states, own in passages],
            )


def _order(scores: Floats) -> NDArray[np.intp]:
    order: NDArray[np.intp] = np.argsort(-scores, kind="stable")[:RESCORED]
    return order


def _best(example: Example) -> list[tuple[str, str]]:
    """Return the texts and the languages of the best candidates, the best first."""
    order = _order(contributions(example.pool, weights(meaning=True)).sum(axis=1))
    return [(example.said[place], example.pool.candidates[place].language) for place in order]


def _centroids(states: States, task: str, texts: set[tuple[str, str]]) -> dict[str, Floats32]:
    """Return the centroids of the tokens of each language, and under "" the mean of these."""
    rows = states.of(task, sorted(text for text, _ in texts))
    by_language: dict[str, list[Floats32]] = {}
    for text, language in sorted(texts):
        if len(rows[text]):
            by_language.setdefault(language, []).append(rows[text].astype(np.float32).mean(axis=0))
    centroids = {name: np.mean(own, axis=0) for name, own in by_language.items() if len(own) > _FEW}
    return centroids | {"": np.mean(list(centroids.values()), axis=0)}


def scaled_trust(
    by: InteractionWeights, parted: Sequence[tuple[InteractionModel, InteractionWeights]], states: States
) -> InteractionWeights:
    """Return the weights with those by which trust in the first candidate is scaled.

    `parted` is what was learned without the topics of each part: what a question was learned from says
    nothing of how far one that was not is to be trusted.
    """
    before, rows, right, counts = weights(meaning=True), [], [], []
    for (name, part), count in TRUSTED.items():
        every = examples(name, part, meaning=True)
        asked = states.of("query", (example.question.text_to_embed for example in every))
        said = states.of("passage", (text for example in every for text, _ in _best(example)))
        for example in every:
            model, own = parted[fold_of(example.topic, len(parted))]
            scores = contributions(example.pool, before).sum(axis=1)
            order = _order(scores)
            states_of_question = asked[example.question.text_to_embed].astype(np.float32)
            query = model.question_of(states_of_question, example.question.language)
            passages = [
                model.passage_of(said[text].astype(np.float32), language) for text, language in _best(example)
            ]
            values = [float(query.weights @ (query.rows @ rows.T).max(axis=1)) for rows in passages]
            interactions = dict(zip(order.tolist(), values, strict=True))
            rescored = own.rescored(scores, interactions, example.question, example.pool.same)
            first = int(np.argmax(rescored))
            features = confidence_features(example.pool, rescored, first)
            trust = before.confidence
            odds = float((trust.standard(features) @ trust.weights)[0] + trust.bias)
            rows.append(own.trusted(odds, interactions, first))
            right.append(float(example.right[first]))
            counts.append(count / len(every))
    scale, bias = logistic(np.array(rows), np.array(right), np.array(counts) / np.mean(counts), 1.0)
    return by.with_trust(scale.tolist(), bias)


def check(every: Mapping[str, Sequence[Rescored]], folds: int = _FOLDS) -> None:
    """Print hit@1 before and after, by cross-validation over topics, and of what is only watched."""
    found: dict[str, list[tuple[bool, bool]]] = {}
    start = principal([example for name in SETS for example in every[name]])
    for fold in range(folds):
        chosen = [e for name in SETS for e in every[name] if fold_of(e.topic, folds) != fold]
        learner = learned(chosen, start)
        for name, own in every.items():
            for example in own:
                if example.right.any() and (name in WATCHED or fold_of(example.topic, folds) == fold):
                    after = bool(example.right[int(learner.scores(example).argmax())])
                    found.setdefault(name, []).append((bool(example.right[0]), after))
    for name, pairs in found.items():
        before, after = np.mean(pairs, axis=0)
        click.echo(f"{name}: {len(pairs)} answered among the best, first {before:.3f} -> {after:.3f}")


def _written(reader: Reader, learner: Learner) -> tuple[bytes, InteractionWeights]:
    """Return what was learned: the model as it is kept, in half precision, and the weights of both scores."""
    model = InteractionModel(
        "", reader.questions, reader.passages, learner.question, learner.passage, learner.importance
    )
    return model.to_bytes(), InteractionWeights.of(learner.weights.tolist())


@click.command()
@click.option("--check", "checks", is_flag=True, help="Write nothing, and print hit@1 by cross-validation.")
def main(checks: bool) -> None:
    """Learn and write, or check."""
    embedder = token_embedder()
    states = States(embedder)
    names = [*SETS, *(WATCHED if checks else ())]
    asked = {name: examples(name, meaning=True) for name in names}
    reader = Reader(states, {name: asked[name] for name in SETS})
    every = {name: list(reader.read(name, asked[name])) for name in names}
    if checks:
        check(every)
        return
    chosen = [example for name in SETS for example in every[name]]
    start = principal(chosen)
    content, by = _written(reader, learned(chosen, start))
    (_SEMANTIC / "interaction.npz").write_bytes(content)
    parted = []
    for fold in range(_FOLDS):
        learner = learned([example for example in chosen if fold_of(example.topic, _FOLDS) != fold], start)
        stored, own = _written(reader, learner)
        parted.append((InteractionModel.from_bytes(stored), own))
    by = scaled_trust(by, parted, states)
    table = by.to_table() | {"learned_from": [f"{name}: {len(every[name])} questions" for name in SETS]}
    (RANKING / "weights_interaction.json").write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    click.echo(f"interaction.npz: {len(content)} bytes, from {len(chosen)} questions")
    embedder.close()


if __name__ == "__main__":
    main()
