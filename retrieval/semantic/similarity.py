"""How near one question is to sentences and to words, by what they mean: what the ranking asks."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

from retrieval.filters import NO_FILTER, Filter
from retrieval.semantic.alignment import TokenVectors
from retrieval.semantic.interaction import (
    InteractionOf,
    PassageTokens,
    QueryTokens,
    TokensOf,
    no_interaction,
    no_tokens,
)
from retrieval.semantic.language_vectors import Neighbour, SentenceSimilarity
from retrieval.semantic.neighbours import Snapshot
from retrieval.semantic.quantisation import Floats32
from retrieval.semantic.word_vectors import WordVectors


class Similarity(Protocol):
    """How near one question is to the sentences of one moment, whatever holds their vectors."""

    def nearest(self, count: int) -> Mapping[str, Sequence[Neighbour]]:
        """Return the `count` nearest sentences in each language of articles, the nearest first."""

    def sentences(self, places: Sequence[tuple[str, int]]) -> list[SentenceSimilarity | None]:
        """Return how near sentences are, by article id and number; None for one that has no vector."""

    def token_vectors(self, words: Sequence[str], language: str) -> TokenVectors:
        """Return what each of some words of a language means."""

    def interactions(self, places: Sequence[tuple[str, int]]) -> Sequence[float] | None:
        """Return how well sentences answer token by token, by article id and number.

        None where that is not known of all of them.
        """

    def tokens(self, place: tuple[str, int], digest: str) -> tuple[QueryTokens, PassageTokens] | None:
        """Return the tokens of the question and of a sentence of the article whose text has this digest.

        None where these are not known.
        """

    def among(self, admitted: Filter) -> "Similarity":
        """Return the same, of which only the sentences that a filter admits are among the nearest."""


#: Gives how near a question in a language is to the sentences; None while only words can be compared.
SimilarityOf = Callable[[str, str], Similarity | None]


def words_only(_text: str, _language: str) -> None:
    """Give no similarity: words alone are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class SnapshotSimilarity:
    """A `Similarity` to the sentences of a snapshot.

    `vector` is what a question in `language` means, a row of length 1, `interaction` tells how sentences
    answer it token by token, and `tokens_of` what the tokens are. `article_ids` gives the ids of the articles
    that all of a filter but its languages admits.
    """

    snapshot: Snapshot
    word_vectors: WordVectors
    vector: Floats32
    language: str
    article_ids: Callable[[Filter], Collection[str]]
    admitted: Filter = NO_FILTER
    interaction: InteractionOf = no_interaction
    tokens_of: TokensOf = no_tokens

    def nearest(self, count: int) -> Mapping[str, Sequence[Neighbour]]:
        """Return the nearest sentences, as `Snapshot.search` does."""
        admitted, languages = self.admitted, self.admitted.languages
        among = None
        if admitted != Filter(languages):
            among = self.article_ids(admitted).__contains__
        neighbours = self.snapshot.search(self.vector, self.language, count, among)
        return {name: near for name, near in neighbours.items() if not languages or name in languages}

    def sentences(self, places: Sequence[tuple[str, int]]) -> list[SentenceSimilarity | None]:
        """Return how near sentences are, as `Snapshot.sentences` does."""
        return self.snapshot.sentences(self.vector, self.language, places)

    def token_vectors(self, words: Sequence[str], language: str) -> TokenVectors:
        """Return what each of some words of a language means."""
        return self.word_vectors.of_words(words, language)

    def interactions(self, places: Sequence[tuple[str, int]]) -> Sequence[float] | None:
        """Return how well sentences answer, as `interaction` tells."""
        return self.interaction(places)

    def tokens(self, place: tuple[str, int], digest: str) -> tuple[QueryTokens, PassageTokens] | None:
        """Return the tokens of the question and of a sentence of the article whose text has this digest.

        None where these are not known.
        """
        return self.tokens_of(place, digest)

    def among(self, admitted: Filter) -> Self:
        """Return the same, of which only the sentences that a filter admits are among the nearest."""
        return replace(self, admitted=admitted)
