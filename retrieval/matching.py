"""What of a question's terms a sentence holds, and what stands around it, apart from any score.

A score adds up; it cannot tell a sentence that holds the question's one rare name from another that holds
three common words. These values can, and an index has all of them at hand when it scores.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from retrieval.scores import PARAMETERS, FieldScores, Floats, Integers, Level, idf
from retrieval.terms import FUNCTION_WEIGHT, Field, Terms


class Match(NamedTuple):
    """How one sentence meets the question.

    Coverage is the share of the telling terms held, each counted by its idf; `before` and `after` are the
    neighbours' scores as shares of what a sentence could reach. What the article does not have is 0.
    """

    #: Of the sentence; of it and the one before; of what stands around it; of its article.
    coverage: float
    coverage_before: float
    coverage_around: float
    coverage_article: float
    #: Whether the rarest of the terms that anything holds stands in the sentence, and in its article.
    rarest: float
    rarest_article: float
    #: The share of the terms held, each counted alike, and how many are not.
    share: float
    lacking: float
    #: The share of the question's numbers held, a half if it has none.
    numbers: float
    #: The share of the words of its names held, by the sentence and by its article, a half if it has none;
    #: and the share that no article holds.
    named: float
    named_article: float
    named_unknown: float
    before: float
    after: float
    #: How many terms the sentence has; its place among its article's sentences, and how many those are.
    length: float
    place: float
    sentences: float


def matches(field: Field, scored: FieldScores, at: Integers, names: Sequence[Terms]) -> list[Match]:
    """Return how the sentences `at` these places meet the terms that one field is asked for.

    `names` are the terms of each word that the question writes as part of a name.
    """
    held, collection, scores = scored.sentences, scored.collection, scored.scores[Level.SENTENCE]
    if not len(at):
        return []
    telling = np.flatnonzero(collection.weights > FUNCTION_WEIGHT)
    has = held.frequencies[telling] > 0
    sizes = held.sizes()
    owner = np.repeat(np.arange(len(sizes)), sizes)[at]
    place = at - held.starts[owner]
    worth = collection.weights[telling] * idf(collection.sentences_with[telling], collection.sentences)
    known = np.flatnonzero(collection.sentences_with[telling])
    total = max(float(worth.sum()), 1e-9)

    own = has[:, at]
    before = own | (has[:, np.maximum(at - 1, 0)] & (place > 0))
    around = (held.around().frequencies[telling] > 0)[:, at]
    article = (np.add.reduceat(has, held.starts, axis=1) > 0)[:, owner]
    rarest = known[np.argmax(worth[known])] if len(known) else None
    number = np.array([any(map(str.isdigit, scored.terms[term])) for term in telling.tolist()], np.bool_)
    held_count = own.sum(axis=0)
    count = len(telling)
    reachable = collection.rarity(Level.SENTENCE).sum() * (PARAMETERS[Level.SENTENCE, field][0] + 1)
    most = max(float(reachable), 1e-9)
    columns = (
        *(worth @ part / total for part in (own, before, around, article)),
        *(part[rarest] if rarest is not None else np.zeros(len(at)) for part in (own, article)),
        held_count / max(count, 1),
        count - held_count,
        own[number].mean(axis=0) if number.any() else np.full(len(at), 0.5),
        *_names(field, scored, owner, at, names),
        np.where(place > 0, scores[np.maximum(at - 1, 0)], 0) / most,
        np.where(place + 1 < sizes[owner], scores[np.minimum(at + 1, len(scores) - 1)], 0) / most,
        held.lengths[at],
        place,
        sizes[owner],
    )
    return [Match(*row) for row in np.round(np.stack(columns, axis=1), 9).tolist()]


def _names(
    field: Field, scored: FieldScores, owner: Integers, at: Integers, names: Sequence[Terms]
) -> tuple[Floats, Floats, Floats]:
    """Return the share of names held by each sentence, by its article, and by no article at all."""
    rows = {term: row for row, term in enumerate(scored.terms)}
    asked = [[rows[term] for term in one.of(field) if term in rows] for one in names]
    asked = [found for found in asked if found]
    if not asked:
        return np.full(len(at), 0.5), np.full(len(at), 0.5), np.zeros(len(at))
    held = np.array([scored.sentences.frequencies[found].any(axis=0) for found in asked])
    articles = np.add.reduceat(held, scored.sentences.starts, axis=1) > 0
    known = np.array([scored.collection.sentences_with[found].any() for found in asked])
    return held[:, at].mean(axis=0), articles[:, owner].mean(axis=0), np.full(len(at), 1 - known.mean())
