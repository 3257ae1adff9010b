"""Word vectors: what words mean beside what their language has in common; only what must be is read."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.semantic.quantisation import Floats32
from retrieval.semantic.word_vectors import WordVectors, words_to_embed

COMMON = {"en": np.full(16, 0.15), "kk": np.linspace(-0.2, 0.2, 16)}


def row(word: str) -> NDArray[np.float64]:
    row = np.random.default_rng(list(word.encode())).standard_normal(16)
    return row / np.linalg.norm(row)


class Shelf:
    """Where words' rows are read from, and which were."""

    def __init__(self, *missing: str) -> None:
        self.missing, self.read = set(missing), list[list[str]]()

    def __call__(self, named: Sequence[str]) -> Floats32:
        self.read.append(list(named))
        rows = [np.zeros(16) if word in self.missing else row(word) for word in named]
        return np.array(rows, np.float32).reshape(len(named), 16)


def test_a_word_means_what_its_language_does_not_have_in_common() -> None:
    word_vectors = WordVectors(Shelf("nothing"), COMMON)
    for language, centroid in {**COMMON, "fr": (COMMON["en"] + COMMON["kk"]) / 2}.items():
        tokens = word_vectors.of_words(["wheat", "nothing", "1931", "rye"], language)
        assert tokens.words == ["wheat", "nothing", "1931", "rye"]
        for at, word in ((0, "wheat"), (3, "rye")):
            wanted = row(word) - centroid
            assert tokens.rows[at] == pytest.approx(wanted / np.linalg.norm(wanted), abs=1e-6)
        assert not tokens.rows[1:3].any()


def test_where_no_centroid_is_known_words_mean_nothing_and_none_is_read() -> None:
    shelf = Shelf()
    word_vectors = WordVectors(shelf, {})
    assert not word_vectors.of_words(["wheat", "rye"], "en").rows.any()
    assert word_vectors.unknown(["wheat"]) == []
    assert word_vectors.missing() == []
    assert shelf.read == []


def test_a_word_is_read_once_while_it_is_in_use() -> None:
    shelf = Shelf()
    word_vectors = WordVectors(shelf, COMMON)
    word_vectors.unknown(["wheat", "rye", "12", "wheat"])
    word_vectors.of_words(["rye", "wheat"], "en")
    assert shelf.read == [["wheat", "rye"]]
    for start in range(0, 9_000, 500):
        word_vectors.unknown(
            [
                *(
                    f"word{chr(97 + number % 26)}{number:x}".translate(LETTERS)
                    for number in range(start, start + 500)
                ),
                "rye",
            ]
        )
    shelf.read.clear()
    word_vectors.unknown(["rye"])
    assert shelf.read == []
    word_vectors.unknown(["wheat"])
    assert shelf.read == [["wheat"]]


#: Words with digits are numbers, which are not read.
LETTERS = str.maketrans("0123456789", "ghijklmnop")


def test_what_has_no_row_is_told_until_it_is_remembered() -> None:
    shelf = Shelf("peru", "chile")
    word_vectors = WordVectors(shelf, COMMON)
    assert word_vectors.unknown(["wheat", "peru", "1931", "peru"]) == ["peru"]
    assert word_vectors.missing() == [], "a question's word is none of the articles'"
    word_vectors.put(["peru"], np.array([row("peru")], np.float32))
    assert word_vectors.unknown(["peru"]) == []
    assert word_vectors.of_words(["peru"], "en").rows.any()
    word_vectors.of_words(["chile", "wheat"], "en")
    assert word_vectors.missing() == ["chile"]
    assert word_vectors.missing() == []


def test_the_distinct_words_of_texts() -> None:
    assert words_to_embed(["Мост открыли в 1931 году.", "Жаңа мост, 5G."]) == [
        "мост", "открыли", "в", "году", "жаңа",
    ]  # fmt: skip
    assert words_to_embed([]) == []
