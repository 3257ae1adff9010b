"""BM25 of a sentence, of what stands around it and of its article, and the recipe that mixes them.

A sentence alone is a short text: the names that a question gives often stand in the sentence before,
or only in the title. So a candidate is scored on three levels, each with Lucene's BM25 (Robertson and
Zaragoza 2009, idf = ln(1 + (N - n + .5) / (n + .5))), in each field of its terms.

Every engine brings term frequencies of the same shape: a row a term of the question, a column a
sentence, the sentences of an article side by side in their order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis.terms import Field

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: How many sentences before and after one belong to what stands around it. Chosen by eye; what the level
#: brings is measured in docs/decisions/0003-exact-scores.md.
_AROUND = 2


#: How much less what a sentence stands under counts for it with each sentence that comes before it there:
#: what follows a heading at once says most to it. Chosen by eye.
_FADING = 0.05


class Level(StrEnum):
    """How much of an article is scored."""

    SENTENCE = "sentence"
    AROUND = "around"
    ARTICLE = "article"


#: k1 and b. Sentences are short: a term that comes again, or a few words more, say little. Hence less of both
#: than the usual 1.2 and .75, which were found for documents. Chosen by eye; only the scores as a whole are
#: measured, in docs/decisions/0003-exact-scores.md.
PARAMETERS: Mapping[tuple[Level, Field], tuple[float, float]] = {
    (Level.SENTENCE, Field.STEM): (0.6, 0.2),
    (Level.SENTENCE, Field.GRAM): (0.9, 0.4),
    (Level.SENTENCE, Field.KEY): (0.6, 0.2),
    (Level.AROUND, Field.STEM): (0.9, 0.4),
    (Level.AROUND, Field.GRAM): (0.9, 0.4),
    (Level.ARTICLE, Field.STEM): (0.9, 0.4),
    (Level.ARTICLE, Field.GRAM): (0.9, 0.4),
    (Level.AROUND, Field.KEY): (0.9, 0.4),
    (Level.ARTICLE, Field.KEY): (0.9, 0.4),
}

#: What the score of each level and field counts.
MixtureWeights = Mapping[tuple[Level, Field], float]

#: The mixtures for articles in the question's language and in any other. The weights of the n-grams were
#: chosen on the judged sets, the others by eye; what each level and field adds is measured in
#: docs/decisions/0003-exact-scores.md.
SAME_LANGUAGE: MixtureWeights = {
    (Level.SENTENCE, Field.STEM): 1.0,
    (Level.SENTENCE, Field.GRAM): 0.25,
    (Level.AROUND, Field.STEM): 0.5,
    (Level.AROUND, Field.GRAM): 0.125,
    (Level.ARTICLE, Field.STEM): 0.5,
    (Level.ARTICLE, Field.GRAM): 0.125,
}
OTHER_LANGUAGE: MixtureWeights = {
    (Level.SENTENCE, Field.KEY): 1.0,
    (Level.SENTENCE, Field.GRAM): 0.5,
    (Level.AROUND, Field.KEY): 0.25,
    (Level.AROUND, Field.GRAM): 0.125,
    (Level.ARTICLE, Field.KEY): 0.25,
    (Level.SENTENCE, Field.STEM): 2.0,
    (Level.AROUND, Field.STEM): 0.5,
    (Level.ARTICLE, Field.STEM): 0.5,
    (Level.ARTICLE, Field.GRAM): 0.125,
}


@dataclass(frozen=True, slots=True)
class CollectionStatistics:
    """What is known of all the sentences of one language, in one field.

    `mean` is the mean length of a text on each level, in terms. `sentences_with` and `articles_with`
    count, for each term of a question, those that hold it; `weights` are what the terms count.
    """

    sentences: int
    articles: int
    mean: Mapping[Level, float]
    sentences_with: Integers
    articles_with: Integers
    weights: Floats

    def weighted_idf(self, level: Level) -> Floats:
        """Return the weighted idf of each term; around a sentence, terms are as rare as in sentences."""
        if level is Level.ARTICLE:
            return self.weights * idf(self.articles_with, self.articles)
        return self.weights * idf(self.sentences_with, self.sentences)


@dataclass(frozen=True, slots=True)
class TermFrequencies:
    """Sentences of whole articles, side by side: `starts` says where each article begins.

    `contexts` are the frequencies in the context of each sentence, and `context_lengths` how long that is;
    `names` those in what each article is called, likewise.
    """

    frequencies: Floats
    lengths: Floats
    starts: Integers
    contexts: Floats
    context_lengths: Floats
    names: Floats
    name_lengths: Floats

    @classmethod
    def bare(cls, frequencies: Floats, lengths: Floats, starts: Integers) -> Self:
        """Return sentences that stand in no context, in articles without a name."""
        nothing, none = np.zeros((len(frequencies), len(starts))), np.zeros(len(starts))
        return cls(
            frequencies, lengths, starts, np.zeros_like(frequencies), np.zeros_like(lengths), nothing, none
        )

    def score(self, collection: CollectionStatistics, level: Level, field: Field) -> Floats:
        """Return each sentence's BM25 score on one level."""
        if level is Level.SENTENCE:
            texts = self.within()
        elif level is Level.AROUND:
            texts = self.around()
        else:
            texts = self.whole()
        k1, b = PARAMETERS[level, field]
        norm = k1 * (1 - b + b * texts.lengths / (collection.mean[level] or 1))
        weights = texts.frequencies * (k1 + 1)
        weights /= texts.frequencies + norm
        scores: Floats = collection.weighted_idf(level) @ weights
        return np.repeat(scores, self.sizes()) if level is Level.ARTICLE else scores

    def within(self) -> "TermFrequencies":
        """Return each sentence with its context and the names of its article, as one text.

        The farther below what it stands under, the less that counts.
        """
        contexts = self.contexts
        if contexts.any():
            contexts = 1 / (1 + _FADING * self._below()) * contexts
        names, name_lengths = self._names()
        return TermFrequencies.bare(
            self.frequencies + contexts + names,
            self.lengths + self.context_lengths + name_lengths,
            self.starts,
        )

    def _names(self) -> tuple[Floats, Floats]:
        """Return what the names of its article say for each sentence, and how long that is."""
        sizes = self.sizes()
        return np.repeat(self.names, sizes, axis=1), np.repeat(self.name_lengths, sizes)

    def _below(self) -> Integers:
        """Return how many sentences stand in the same context right before each one."""
        places = np.arange(len(self.lengths))
        first = np.ones(len(places), np.bool_)
        first[1:] = (self.contexts[:, 1:] != self.contexts[:, :-1]).any(axis=0)
        first[self.starts] = True
        below: Integers = places - np.maximum.accumulate(np.where(first, places, 0))
        return below

    def around(self) -> "TermFrequencies":
        """Return what stands around each sentence in its article, and above it, the sentence included."""
        places = np.arange(len(self.lengths))
        sizes = self.sizes()
        first = np.maximum(places - _AROUND, np.repeat(self.starts, sizes))
        last = np.minimum(places + _AROUND + 1, np.repeat(self.starts + sizes, sizes))
        names, name_lengths = self._names()
        return TermFrequencies.bare(
            _running(self.frequencies, first, last) + self.contexts + names,
            _running(self.lengths, first, last) + self.context_lengths + name_lengths,
            self.starts,
        )

    def whole(self) -> "TermFrequencies":
        """Return the articles, each as one text; of their contexts, what the fullest of them has."""
        contexts = np.maximum.reduceat(self.contexts, self.starts, axis=1)
        return TermFrequencies.bare(
            np.add.reduceat(self.frequencies, self.starts, axis=1) + contexts + self.names,
            np.add.reduceat(self.lengths, self.starts),
            np.arange(len(self.starts)),
        )

    def sizes(self) -> Integers:
        """Return how many sentences each article has."""
        return np.diff(np.append(self.starts, len(self.lengths)))


@dataclass(frozen=True, slots=True)
class FieldScores:
    """What a question asks in one field, and how the sentences of one language scored in it."""

    terms: Sequence[str]
    sentences: TermFrequencies
    collection: CollectionStatistics
    scores: Mapping[Level, Floats]


def top_k(
    scores: Mapping[tuple[Level, Field], Floats],
    mixture: MixtureWeights,
    limit: int,
    near: NDArray[np.bool_] | None = None,
) -> tuple[Integers, Floats]:
    """Return the places of the sentences that score best in the mixture, and their mixed scores.

    Only those that share a term with the question, or stand beside such, and whatever is `near`; equal
    scores in their places' order.
    """
    # What two engines add up in another order must not differ.
    mixed = np.round(np.sum([weight * scores[key] for key, weight in mixture.items()], axis=0), 9)
    sharing = np.any([scores[key] > 0 for key in mixture if key[0] is not Level.ARTICLE], axis=0)
    places = _descending(np.flatnonzero(sharing), mixed)[:limit]
    if near is not None:
        places = _descending(np.union1d(places, np.flatnonzero(near)), mixed)
    return places, mixed[places]


def _descending(places: Integers, mixed: Floats) -> Integers:
    return places[np.argsort(-mixed[places], kind="stable")]


def _running(values: Floats, first: Integers, last: Integers) -> Floats:
    """Return the sums of `values` from `first` to before `last`, along the last axis."""
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1), dtype=np.float64)
    np.cumsum(values, axis=-1, out=sums[..., 1:])
    return sums[..., last] - sums[..., first]


def idf(frequency: Integers, total: int) -> Floats:
    """Return Lucene's idf of terms that stand in `frequency` of `total` texts."""
    idfs: Floats = np.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
    return idfs


def max_score(mixture: MixtureWeights, collections: Mapping[Field, CollectionStatistics]) -> float:
    """Return what the mixed score of a text full of every term of the question tends to."""
    return float(
        sum(
            weight * (PARAMETERS[level, field][0] + 1) * collections[field].weighted_idf(level).sum()
            for (level, field), weight in mixture.items()
        )
    )
