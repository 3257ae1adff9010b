"""The best candidates are put in order once more by how their tokens answer, where that is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from retrieval.answers.searcher import Searcher
from retrieval.questions.question import Question
from retrieval.ranking.ranker import RESCORED, Evidence
from retrieval.ranking.weights import interaction_weights
from retrieval.semantic.interaction import InteractionOf, no_interaction
from tests.ranking.test_ranker import likeness_to
from tests.support.corpus import Corpus

LINES = [f"The lamp number {number} of the pier is red." for number in range(12)]


@dataclass
class Liking:
    """Finds that one sentence answers better than all others, and remembers which it was asked about."""

    wanted: tuple[str, int]
    asked: Sequence[tuple[str, int]] = ()

    def __call__(self, places: Sequence[tuple[str, int]]) -> list[float]:
        self.asked = places
        return [0.9 if place == self.wanted else 0.1 for place in places]


@pytest.fixture(name="corpus")
def corpus_of_lamps() -> Corpus:
    return Corpus({"lamps": LINES})


def found(corpus: Corpus, interaction: InteractionOf) -> list[Evidence]:
    likeness = replace(likeness_to(corpus, min(corpus.lines)), interaction=interaction)
    searcher = Searcher.over(corpus.index, corpus, lambda *_: likeness)
    return list(searcher.find(Question.plain("Which lamp of the pier is red?")).evidence)


def places(evidence: Sequence[Evidence]) -> list[tuple[str, int]]:
    return [piece.place for piece in evidence]


def test_the_best_are_compared_and_the_one_that_answers_best_comes_first(corpus: Corpus) -> None:
    before = found(corpus, no_interaction)
    for wanted in places(before)[1:RESCORED]:
        liking = Liking(wanted)
        after = found(corpus, liking)
        assert list(liking.asked) == places(before)[:RESCORED]
        assert after[0].place == wanted
        assert after[0].reasons["meaning"] > before[places(before).index(wanted)].reasons["meaning"]


def test_what_answers_alike_stands_as_it_stood(corpus: Corpus) -> None:
    before = found(corpus, no_interaction)
    assert places(found(corpus, lambda asked: [0.4] * len(asked))) == places(before)


def test_what_is_not_known_of_all_changes_nothing(corpus: Corpus) -> None:
    assert found(corpus, lambda _: None) == found(corpus, no_interaction)


def test_the_better_the_first_answers_the_surer_it_is(corpus: Corpus) -> None:
    first = found(corpus, no_interaction)[0].place

    def sureness(value: float) -> float:
        return found(corpus, lambda asked: [value if place == first else 0.1 for place in asked])[
            0
        ].probability

    assert sureness(0.2) < sureness(0.5) < sureness(0.9)


def test_each_kind_of_sentence_has_its_weight() -> None:
    weights = interaction_weights()
    assert len(weights.interactions) == len(weights.NAMES)
    assert min(weights.interactions) > 0
    assert 0 < weights.score <= 1.5
