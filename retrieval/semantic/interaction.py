"""Late interaction: how well the tokens of a sentence answer those of a question, each read in its context.

Of each token of a question the most alike one of the sentence is found (Khattab and Zaharia, "ColBERT", SIGIR
2020). The model's states are taken as they are; what is learned is how they are projected to a few dimensions
in which answers are near questions, and how much each token of a question counts. That is data, written by
`retrieval/training/interaction.py`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from retrieval.articles import digest
from retrieval.semantic.quantisation import Floats32
from retrieval.semantic.token_vectors import TokenVectors

#: The tokens of a passage, a row each of whole numbers from -127 to 127.
Int8Rows = NDArray[np.int8]

#: Tells how well sentences answer a question, by article id and number; None where that is not known of all.
InteractionOf = Callable[[Sequence[tuple[str, int]]], Sequence[float] | None]

#: Gives the tokens of a question and of a sentence, by its article id and number, and the digest of the
#: article; None if they are unknown.
TokensOf = Callable[[tuple[str, int], str], "tuple[QueryTokens, PassageTokens] | None"]

#: What a row of length 1 is multiplied by to be kept in whole numbers.
_SCALE = 127.0

#: Between which exponents the weights of tokens are kept.
_FURTHEST = 8.0


def no_interaction(_places: Sequence[tuple[str, int]]) -> None:
    """Know of no sentence how well it answers."""


def no_tokens(_place: tuple[str, int], _digest: str) -> None:
    """Know the tokens of no sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class PassageTokens:
    """The tokens of a text, a row each, and where they stand.

    `before_end` has a row for each: how many characters before the text's end it begins, and ends. So what a
    text ends with is found without what stands before it.
    """

    rows: Int8Rows
    before_end: NDArray[np.uint16]

    def __post_init__(self) -> None:
        if self.before_end.shape != (len(self.rows), 2):
            raise ValueError(f"{len(self.rows)} tokens do not stand in {len(self.before_end)} places")

    def of_words(self, words: Sequence[tuple[int, int]], length: int) -> Floats32:
        """Return a row for each word, the mean of its tokens' at length 1; zeros for one that has none.

        Words stand from a character to another of the last `length` ones of the text.
        """
        starts, ends = length - self.before_end.astype(np.int64).T
        first, last = np.array(words, np.int64).reshape(-1, 2).T
        parts = (starts < last[:, np.newaxis]) & (ends > first[:, np.newaxis])
        return unit(parts.astype(np.float32) @ self.rows.astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class QueryTokens:
    """The tokens of a question: a row of length 1 each, how much each counts, 1 together, and its state."""

    rows: Floats32
    weights: Floats32
    states: Floats32

    def interaction(self, passage: Int8Rows) -> float:
        """Return how well a passage answers, at most 1: the best of its tokens for each, weighted."""
        if not len(passage) or not len(self.rows):
            return 0.0
        likeness = (self.rows @ passage.T.astype(np.float32)).max(axis=1) / _SCALE
        return round(float(self.weights @ likeness), 6)


@dataclass(frozen=True, slots=True, eq=False)
class InteractionModel:
    """What projects the states of tokens, of questions and of passages, and says how much a token counts.

    The centroids are those of languages, and under "" that of all others. Projections have a column for each
    dimension that is kept, and `importance` a number for each of the states'.
    """

    mark: str
    question_centroids: Mapping[str, Floats32]
    passage_centroids: Mapping[str, Floats32]
    question_projection: Floats32
    passage_projection: Floats32
    importance: Floats32

    def question(self, tokens: TokenVectors, text: str, language: str) -> QueryTokens:
        """Return the tokens of a question, of those that are words."""
        return self.question_of(word_rows(tokens, text), language)

    def question_of(self, states: Floats32, language: str) -> QueryTokens:
        """Return the tokens of a question, given the states of its words."""
        rows = centred(states, self.question_centroids, language)
        return QueryTokens(unit(rows @ self.question_projection), shares(rows, self.importance), rows)

    def passage(self, tokens: TokenVectors, text: str, language: str) -> PassageTokens:
        """Return the tokens of what may answer, of those that are words."""
        are_words = word_tokens(tokens, text)
        rows = np.rint(_SCALE * self.passage_of(tokens.rows[are_words], language)).astype(np.int8)
        spans = np.array([(span.start, span.end) for span in tokens.spans], np.int64).reshape(-1, 2)
        # No more than a thousand characters are read, so that what stands farther off has no tokens.
        before_end = np.clip(len(text) - spans[are_words], 0, np.iinfo(np.uint16).max).astype(np.uint16)
        return PassageTokens(rows, before_end)

    def passage_of(self, states: Floats32, language: str) -> Floats32:
        """Return rows of length 1, given the states of the words of what may answer."""
        return unit(centred(states, self.passage_centroids, language) @ self.passage_projection)

    def passages(self, read: Iterable[tuple[TokenVectors, str, str]]) -> dict[str, PassageTokens]:
        """Return the tokens of texts under their digests, given as they were read, with text and language."""
        return {digest(text): self.passage(tokens, text, language) for tokens, text, language in read}

    def to_bytes(self) -> bytes:
        """Return the model as it is kept, in half precision."""
        arrays = {
            "question_projection": self.question_projection,
            "passage_projection": self.passage_projection,
            "importance": self.importance,
            **{f"question {language}": row for language, row in self.question_centroids.items()},
            **{f"passage {language}": row for language, row in self.passage_centroids.items()},
        }
        content = BytesIO()
        np.savez(content, **{name: array.astype(np.float16) for name, array in arrays.items()})  # type: ignore[arg-type]  # by name
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "InteractionModel":
        """Return a model that was kept so."""
        with np.load(BytesIO(content), allow_pickle=False) as stored:
            arrays = {name: stored[name].astype(np.float32) for name in stored.files}

        def centroids(side: str) -> dict[str, Floats32]:
            own = [name for name in arrays if name.startswith(f"{side} ")]
            return {name.partition(" ")[2]: arrays[name] for name in own}

        numbers = b"".join(arrays[name].tobytes() for name in sorted(arrays))
        return cls(
            digest(numbers.hex())[:12],
            centroids("question"),
            centroids("passage"),
            arrays["question_projection"],
            arrays["passage_projection"],
            arrays["importance"],
        )


def shares(rows: Floats32, importance: Floats32) -> Floats32:
    """Return how much each token of a question counts, 1 together."""
    exponents: Floats32 = np.exp(np.clip(rows @ importance, -_FURTHEST, _FURTHEST))
    return exponents / exponents.sum() if len(exponents) else exponents


def word_rows(tokens: TokenVectors, text: str) -> Floats32:
    """Return the rows of the tokens with a letter or a digit; of all, where none has one."""
    return tokens.rows[word_tokens(tokens, text)]


def word_tokens(tokens: TokenVectors, text: str) -> NDArray[np.bool_]:
    """Return which tokens have a letter or a digit; all, where none has one."""
    are_words = np.array([any(map(str.isalnum, span.of(text))) for span in tokens.spans], np.bool_)
    return are_words if are_words.any() else np.ones_like(are_words)


def centred(rows: Floats32, centroids: Mapping[str, Floats32], language: str) -> Floats32:
    """Return what is left of each row without what its language has in common, at length 1."""
    return unit(rows - centroids.get(language, centroids[""]))


def unit(rows: Floats32) -> Floats32:
    """Return rows at length 1; those of no length stay so."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Floats32 = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return scaled


@cache
def interaction_model() -> InteractionModel:
    """Return the model that Derek comes with, for the states of the bundled embedder."""
    return InteractionModel.from_bytes(files("retrieval.semantic").joinpath("interaction.npz").read_bytes())
