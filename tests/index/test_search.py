"""What an engine is asked for: the rarest of a question's terms, and how many of the best sentences."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from retrieval.changes import Batch, Change
from retrieval.filters import Filter
from retrieval.index.memory import MemoryIndex, MemoryReader
from retrieval.index.protocol import WeightedTerm
from retrieval.index.query import Query
from retrieval.index.search import search
from retrieval.index.statistics import DocumentFrequency
from tests.index.index_contract import HARVEST, RUSSIAN, units
from tests.support.analysing import analysed


@dataclass(frozen=True, slots=True)
class CrowdedReader(MemoryReader):
    """A reader to which each term is more common than it is, and which notes what it is asked for."""

    sentences: int = 1
    requests: list[tuple[str, list[str], int]] = field(default_factory=list)

    def document_frequencies(self, language: str, hashes: Collection[int]) -> Mapping[int, DocumentFrequency]:
        """Return a frequency for each term that any sentence holds."""
        known = super(CrowdedReader, self).document_frequencies(language, hashes)
        return {
            hashed: DocumentFrequency(self.sentences * frequency.sentences, frequency.articles)
            for hashed, frequency in known.items()
        }

    def best_articles(
        self, language: str, terms: Sequence[WeightedTerm], admitted: Filter, count: int
    ) -> Collection[str]:
        """Return what memory finds."""
        self.requests.append((language, [term.term for term in terms], count))
        return super(CrowdedReader, self).best_articles(language, terms, admitted, count)


class CrowdedIndex(MemoryIndex):
    """An index whose terms are common."""

    def __init__(self, sentences: int) -> None:
        super().__init__()
        self.sentences = sentences
        self.requests: list[tuple[str, list[str], int]] = []

    @contextmanager
    def reader(self) -> Iterator[MemoryReader]:
        """Give the index as it is now."""
        with super().reader() as reader:
            yield CrowdedReader(reader.languages, self.sentences, self.requests)


def requests(text: str, language: str, sentences: int, limit: int = 1) -> dict[str, tuple[list[str], int]]:
    """Return the terms and the count that each language is asked for."""
    index = CrowdedIndex(sentences)
    changes = [Change(article.id, article, units(article)) for article in (HARVEST, RUSSIAN)]
    index.update([Batch(changes, 1)])
    search(index, Query(analysed(text, language), limit))
    return {name: (terms, count) for name, terms, count in index.requests}


QUESTION = "Where did barley and wheat fall, and who sold rye?"


def test_terms_are_asked_for_from_the_rarest_on_until_they_are_too_common_together() -> None:
    every, some, rarest = (requests(QUESTION, "en", count)["en"][0] for count in (1, 30_000, 200_000))
    assert len(every) > len(some) == 3
    assert some == every[:3]
    assert rarest == every[:1], "the rarest is asked for, however common"


@pytest.mark.parametrize(("limit", "same", "other"), [(1, 32, 16), (100, 100, 50)])
def test_another_language_is_asked_for_half_as_many_sentences(limit: int, same: int, other: int) -> None:
    counts = {
        language: count
        for language, (_, count) in requests("Торговля пшеницей: wheat", "ru", 1, limit).items()
    }
    assert counts == {"ru": same, "en": other}
