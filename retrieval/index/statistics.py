"""What is known of all the sentences of a language together: how many, how long, and what terms they hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis.terms import Field
from retrieval.index.bm25 import CollectionStatistics, Floats, Integers, Level
from retrieval.index.packed import Hashes, PackedTerms

_FIELDS = tuple(Field)

#: How many sentences a collection counts as having at least: the idf of a handful says how few there are, and
#: not how rare a word is. Measured on small folders: docs/decisions/0016-small-collections.md.
_FEWEST = 20


class DocumentFrequency(NamedTuple):
    """How many sentences, and how many articles, of a language hold a term."""

    sentences: int
    articles: int


@dataclass(slots=True)
class LanguageStatistics:
    """What is known of all the sentences of one language.

    `terms` and `around` are how many terms all sentences hold, and all that stands around them, by field.
    """

    sentences: int = 0
    articles: int = 0
    terms: list[int] = field(default_factory=lambda: [0] * len(Field))
    around: list[int] = field(default_factory=lambda: [0] * len(Field))

    def count(self, packed: PackedTerms, starts: Integers, sign: int) -> None:
        """Count articles in, or out again, whose sentences begin at `starts`."""
        self.sentences += sign * len(packed.numbers)
        self.articles += sign * len(starts)
        for place, name in enumerate(_FIELDS):
            texts = packed.term_frequencies(name, starts)
            self.terms[place] += sign * int(texts.lengths.sum())
            self.around[place] += sign * int(texts.around().lengths.sum())

    def collection(
        self, name: Field, frequencies: Sequence[DocumentFrequency], usual: Sequence[float], weights: Floats
    ) -> CollectionStatistics:
        """Return what scoring wants to know of one field; few sentences count as if there were more.

        Those that are missing hold each term as often as is `usual`, a share from 0 to 1.
        """
        place = _FIELDS.index(name)
        sentences_with, articles_with = np.array(frequencies, np.int64).reshape(-1, 2).T
        missing = max(0, _FEWEST - self.sentences)
        if missing:
            sentences_with = sentences_with + np.rint(missing * np.array(usual)).astype(np.int64)
        return CollectionStatistics(
            self.sentences + missing,
            self.articles,
            {
                Level.SENTENCE: self.terms[place] / self.sentences,
                Level.AROUND: self.around[place] / self.sentences,
                Level.ARTICLE: self.terms[place] / self.articles,
            },
            sentences_with,
            articles_with,
            weights,
        )


#: The distinct terms of an article, how many of its sentences hold each, and 1 if it came, -1 if it went.
ArticleFrequencies = tuple[Hashes, NDArray[np.int64], int]


def document_frequencies(articles: Sequence[ArticleFrequencies]) -> Iterator[tuple[int, DocumentFrequency]]:
    """Yield each term with how many more sentences and articles hold it by these articles."""
    hashes, places = np.unique(np.concatenate([terms for terms, _, _ in articles]), return_inverse=True)
    sentences = np.bincount(places, np.concatenate([counts * sign for _, counts, sign in articles]))
    holding = np.bincount(places, np.concatenate([np.full(len(terms), sign) for terms, _, sign in articles]))
    frequencies = map(
        DocumentFrequency, sentences.astype(np.int64).tolist(), holding.astype(np.int64).tolist()
    )
    return zip(hashes.tolist(), frequencies, strict=True)
