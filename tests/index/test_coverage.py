"""Matching: what of a question's words a sentence holds, and what stands around it."""

import pytest

from retrieval.index.coverage import TermCoverage
from tests.support.corpus import Corpus

BRIDGE = {
    "bridge": [
        "The Turgay bridge was opened in 1931.",
        "It was built of steel.",
        "Crowds came.",
        "The mayor spoke.",
    ],
    "tunnel": ["A tunnel of steel was opened in Almaty.", "The bridge is near."],
}


@pytest.fixture(scope="module", name="corpus")
def corpus_of_bridges() -> Corpus:
    return Corpus(BRIDGE)


def coverage(corpus: Corpus, question: str, text: str) -> TermCoverage:
    return next(candidate.coverage for candidate, sentence in corpus.read(question) if sentence.text == text)


def test_coverage_grows_with_what_stands_around(corpus: Corpus) -> None:
    second = coverage(corpus, "Was the Turgay bridge built of steel?", BRIDGE["bridge"][1])
    assert (
        0 < second.coverage < second.coverage_before == second.coverage_around == second.coverage_article == 1
    )


def test_an_article_is_covered_by_its_own_sentences_only(corpus: Corpus) -> None:
    tunnel = coverage(corpus, "Was the Turgay bridge built of steel?", BRIDGE["tunnel"][0])
    assert tunnel.coverage_article < 1


def test_a_term_that_nothing_holds_is_lacking_and_counts_against_coverage(corpus: Corpus) -> None:
    known = coverage(corpus, "Turgay bridge", BRIDGE["bridge"][0])
    unknown = coverage(corpus, "Turgay bridge xylophone", BRIDGE["bridge"][0])
    assert (known.coverage, known.missing, known.share) == (1, 0, 1)
    assert unknown.coverage < 1
    assert unknown.missing == 1
    assert unknown.share == pytest.approx(2 / 3)


def test_the_rarest_term_is_told_apart(corpus: Corpus) -> None:
    question = "Turgay steel"
    assert coverage(corpus, question, BRIDGE["bridge"][0]).rarest == 1
    second = coverage(corpus, question, BRIDGE["bridge"][1])
    assert (second.rarest, second.rarest_article) == (0, 1)
    assert coverage(corpus, question, BRIDGE["tunnel"][0]).rarest_article == 0


def test_a_term_that_nothing_holds_is_not_the_rarest(corpus: Corpus) -> None:
    for number, rarest in ((0, 1), (1, 0)):
        known = coverage(corpus, "Turgay steel", BRIDGE["bridge"][number])
        unknown = coverage(corpus, "Turgay steel xylophone", BRIDGE["bridge"][number])
        assert known.rarest == unknown.rarest == rarest


def test_what_stands_before_is_in_the_same_article() -> None:
    lines = ["The bridge is long.", "Nobody came.", "It is of steel."]
    corpus = Corpus({key: [f"{line} {key}" for line in lines] for key in ("one", "two", "three")})
    coverages = {
        sentence.text: candidate.coverage for candidate, sentence in corpus.read("Is the bridge of steel?")
    }
    for key in ("one", "two", "three"):
        first, last = (coverages[f"{lines[place]} {key}"] for place in (0, 2))
        assert 0 < first.coverage == first.coverage_before < first.coverage_around == 1
        assert 0 < last.coverage == last.coverage_before < last.coverage_around == 1


def test_numbers_are_counted_apart(corpus: Corpus) -> None:
    assert coverage(corpus, "bridge 1931", BRIDGE["bridge"][0]).numbers == 1
    assert coverage(corpus, "bridge 1931", BRIDGE["tunnel"][1]).numbers == 0
    assert coverage(corpus, "bridge", BRIDGE["bridge"][0]).numbers == 0.5


def test_names_are_counted_by_sentence_by_article_and_when_nothing_has_them(corpus: Corpus) -> None:
    second = coverage(corpus, "Of what is the Turgay bridge?", BRIDGE["bridge"][1])
    assert (second.named, second.named_article, second.named_unknown) == (0, 1, 0)
    mixed = coverage(corpus, "Is the bridge of Turgay or of Astana?", BRIDGE["bridge"][0])
    assert (mixed.named, mixed.named_unknown) == (0.5, 0.5)
    nameless = coverage(corpus, "a bridge", BRIDGE["bridge"][0])
    assert (nameless.named, nameless.named_article, nameless.named_unknown) == (0.5, 0.5, 0)


def test_neighbours_stop_at_the_ends_of_an_article(corpus: Corpus) -> None:
    first = coverage(corpus, "steel tunnel bridge mayor", BRIDGE["tunnel"][0])
    assert first.before == 0 < first.after
    assert (first.place, first.sentences) == (0, 2)


def test_a_word_is_held_in_another_language_by_its_key_or_by_its_translation() -> None:
    text = "Правительство встретилось в Тургае."
    foreign = coverage(Corpus({"мост": [text, "Он длинный."]}), "Did the government of Turgay resign?", text)
    assert foreign.share == pytest.approx(2 / 3)
    assert (foreign.missing, foreign.named) == (1, 1)
    assert 0 < foreign.coverage < 1
