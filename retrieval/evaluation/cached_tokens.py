"""Tokens of sentences kept on disk from one run to the next, read when they are first compared."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from retrieval.articles import digest
from retrieval.semantic.embedder import TokenEmbedder
from retrieval.semantic.interaction import InteractionOf, interaction_model
from retrieval.semantic.token_store import TokenStore, open_tokens


class CachedTokens:
    """What compares questions and sentences token by token; it reads no sentence twice."""

    def __init__(self, embedder: TokenEmbedder, folder: Path) -> None:
        """Open nothing yet; the tokens are, or are to be, in `folder`."""
        self._embedder, self._folder = embedder, folder

    @cached_property
    def _kept(self) -> TokenStore:
        return open_tokens(self._folder, self._embedder.name)

    def interaction_of(
        self, text: str, language: str, said_at: Callable[[tuple[str, int]], tuple[str, str]]
    ) -> InteractionOf:
        """Return what tells how sentences answer a question; `said_at` gives their texts and languages."""

        def interactions(places: Sequence[tuple[str, int]]) -> list[float]:
            said = {digest(own): (own, spoken) for own, spoken in map(said_at, places)}
            missing = [said[own] for own in self._kept.missing(said)]
            tokens = self._embedder.embed_passage_tokens([own for own, _ in missing])
            model = interaction_model()
            pairs = zip(tokens, missing, strict=True)
            self._kept.add(model.passages((read, own, spoken) for read, (own, spoken) in pairs))
            (read,) = self._embedder.embed_query_tokens([text])
            query = model.question(read, text, language)
            kept = self._kept.tokens(said)
            return [query.interaction(kept[digest(said_at(place)[0])].rows) for place in places]

        return interactions

    def close(self) -> None:
        """Close the file, if it was opened."""
        if "_kept" in self.__dict__:
            self._kept.close()
