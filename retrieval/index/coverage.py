"""What of a question's words a sentence holds, and what stands around it, apart from any score.

A score adds up; it cannot tell a sentence that holds the question's one rare name from another that holds
three common words. These values can, and an index has all of them at hand when it scores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis.query_terms import QueryWord
from retrieval.analysis.terms import Field
from retrieval.index.bm25 import PARAMETERS, FieldScores, Floats, Integers, Level, MixtureWeights, idf

Booleans = NDArray[np.bool_]


class TermCoverage(NamedTuple):
    """How one sentence meets the question.

    Coverage is the share of the content words held, each counted by its idf; `before` and `after` are the
    neighbours' scores as shares of what a sentence could reach. What the article does not have is 0.
    """

    #: Of the sentence; of it and the one before; of what stands around it; of its article.
    coverage: float
    coverage_before: float
    coverage_around: float
    coverage_article: float
    #: Whether the rarest of the words that anything holds stands in the sentence, and in its article.
    rarest: float
    rarest_article: float
    #: The share of the words held, each counted alike, and how many are not.
    share: float
    missing: float
    #: The share of the question's numbers held, a half if it has none.
    numbers: float
    #: The share of the words of its names held, by the sentence and by its article, a half if it has none;
    #: and the share that no article holds.
    named: float
    named_article: float
    named_unknown: float
    before: float
    after: float
    #: How many words the sentence has; its place among its article's sentences, and how many those are.
    length: float
    place: float
    sentences: float


class Coverages(NamedTuple):
    """How sentences meet the question, and the idf of each of its content words."""

    sentences: Sequence[TermCoverage]
    idfs: Mapping[str, float]


def coverages(
    scored: Mapping[Field, FieldScores], mixture: MixtureWeights, at: Integers, words: Sequence[QueryWord]
) -> Coverages:
    """Return how the sentences `at` these places meet the question's content words."""
    if not len(at):
        return Coverages([], {})
    texts = scored[Field.STEM].sentences
    sizes = texts.sizes()
    owner = np.repeat(np.arange(len(sizes)), sizes)[at]
    place = at - texts.starts[owner]
    has, above, called, word_idf, known = _holding(scored, words)

    own = (has | above)[:, at] | called[:, owner]
    before = own | (has[:, np.maximum(at - 1, 0)] & (place > 0))
    held = replace(
        texts,
        frequencies=has.astype(np.float64),
        contexts=above.astype(np.float64),
        names=called.astype(np.float64),
    )
    around, article = (held.around().frequencies > 0)[:, at], (held.whole().frequencies > 0)[:, owner]
    rarest = int(np.argmax(np.where(known, word_idf, -1.0))) if known.any() else None
    number = np.array([_is_number(word) for word in words], np.bool_)
    named = np.array([word.named for word in words], np.bool_)
    columns = (
        *(word_idf @ part / max(float(word_idf.sum()), 1e-9) for part in (own, before, around, article)),
        *(part[rarest] if rarest is not None else np.zeros(len(at)) for part in (own, article)),
        own.sum(axis=0) / max(len(words), 1),
        len(words) - own.sum(axis=0),
        *(_share(part[which]) for part, which in ((own, number), (own, named), (article, named))),
        np.full(len(at), 1 - known[named].mean() if named.any() else 0.0),
        *_neighbours(scored, mixture, at, (place > 0, place + 1 < sizes[owner])),
        texts.lengths[at],
        place,
        sizes[owner],
    )
    rounded = np.round(word_idf, 9).tolist()
    idfs = {word.word: value for word, value in zip(words, rounded, strict=True) if word.word}
    return Coverages([TermCoverage(*row) for row in np.round(np.stack(columns, axis=1), 9).tolist()], idfs)


def _is_number(word: QueryWord) -> bool:
    return any(map(str.isdigit, "".join(word.terms.key or word.terms.stem)))


def _share(has: Booleans) -> Floats:
    """Return what share of some words each sentence holds, a half if there are none: (words, sentences)."""
    share: Floats = has.mean(axis=0) if len(has) else np.full(has.shape[1], 0.5)
    return share


#: The fields whose terms stand for whole words.
_OF_WORDS = (Field.STEM, Field.KEY)


def _holding(
    scored: Mapping[Field, FieldScores], words: Sequence[QueryWord]
) -> tuple[Booleans, Booleans, Booleans, Floats, Booleans]:
    """Return which sentences, contexts and names hold each word in any way; each word's idf; if any does.

    The shapes are (words, sentences) twice, (words, articles), and (words,). A word's idf is that of the
    commonest term that it may stand as.
    """
    sentences = scored[Field.STEM]
    has = np.zeros((len(words), len(sentences.sentences.lengths)), np.bool_)
    above = np.zeros_like(has)
    called = np.zeros((len(words), len(sentences.sentences.starts)), np.bool_)
    with_it = np.zeros(len(words), np.int64)
    for field in _OF_WORDS:
        if (of_field := scored.get(field)) is None:
            continue
        rows = {term: row for row, term in enumerate(of_field.terms)}
        for place, word in enumerate(words):
            if own := [rows[term] for term in word.terms.of(field) if term in rows]:
                has[place] |= (of_field.sentences.frequencies[own] > 0).any(axis=0)
                above[place] |= (of_field.sentences.contexts[own] > 0).any(axis=0)
                called[place] |= (of_field.sentences.names[own] > 0).any(axis=0)
                with_it[place] = max(with_it[place], of_field.collection.sentences_with[own].max())
    return has, above, called, idf(with_it, sentences.collection.sentences), with_it > 0


def _neighbours(
    scored: Mapping[Field, FieldScores],
    mixture: MixtureWeights,
    at: Integers,
    there: tuple[Booleans, Booleans],
) -> tuple[Floats, Floats]:
    """Return the scores of the sentences before and after these, where there are such in the article.

    They are shares of what a sentence with every word would score.
    """
    parts = [(Level.SENTENCE, field) for field in _OF_WORDS if field in scored]
    scores = np.sum([mixture[part] * scored[part[1]].scores[Level.SENTENCE] for part in parts], axis=0)
    reachable = sum(
        mixture[part]
        * (PARAMETERS[part][0] + 1)
        * scored[part[1]].collection.weighted_idf(Level.SENTENCE).sum()
        for part in parts
    )
    beside = (np.maximum(at - 1, 0), np.minimum(at + 1, len(scores) - 1))
    before, after = (
        np.where(is_there, scores[place], 0) / max(float(reachable), 1e-9)
        for is_there, place in zip(there, beside, strict=True)
    )
    return before, after
