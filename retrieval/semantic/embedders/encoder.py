"""The bundled model in NumPy: tokens to what each means where it stands, and to the vector of the text.

Texts are computed one by one: a library of linear algebra adds in another order when a matrix has another
height, and the same text is to have the same vector in any company.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

import numpy as np

from retrieval.semantic.embedder import Float32Rows
from retrieval.semantic.embedders.model_file import ModelFile

#: After which of the twelve layers a token's state says best what it means: measured with questions and the
#: sentences that answer them. The last ones turn to what the whole text means.
_TOKEN_LAYER = 10

#: The error function as Eigen approximates it in single precision: a quotient of polynomials in the square,
#: highest power first, off by less than 1e-6; beyond the range it is ±1.
_ERF_RANGE = np.float32(4)
_ERF_NUMERATOR = np.array(
    [
        -2.72614225801306e-10,
        2.77068142495902e-08,
        -2.10102402082508e-06,
        -5.69250639462346e-05,
        -7.34990630326855e-04,
        -2.95459980854025e-03,
        -1.60960333262415e-02,
    ],
    np.float32,
)
_ERF_DENOMINATOR = np.array(
    [
        -1.45660718464996e-05,
        -2.13374055278905e-04,
        -1.68282697438203e-03,
        -7.37332916720468e-03,
        -1.42647390514189e-02,
    ],
    np.float32,
)


#: How many rows stay in the cache of a core meanwhile.
_GELU_ROWS = 32

#: Where each of several texts stands in rows of all their tokens.
_Places = Sequence[slice]


@dataclass(frozen=True, slots=True)
class _Dense:
    """A matrix to multiply rows with from the right, and what is added."""

    weights: Float32Rows
    bias: Float32Rows

    def of(self, rows: Float32Rows, places: _Places) -> Float32Rows:
        product = np.empty((len(rows), len(self.bias)), np.float32)
        for place in places:
            np.matmul(rows[place], self.weights, out=product[place])
        product += self.bias
        return product


@dataclass(frozen=True, slots=True)
class _Norm:
    """What scales rows to the same mean and variance."""

    weights: Float32Rows
    bias: Float32Rows
    epsilon: float

    def scale(self, rows: Float32Rows) -> Float32Rows:
        """Scale rows in place, and return them."""
        rows -= rows.mean(axis=1, keepdims=True)
        variances = np.einsum("ij,ij->i", rows, rows)[:, None] / np.float32(rows.shape[1])
        rows /= np.sqrt(variances + np.float32(self.epsilon))
        rows *= self.weights
        rows += self.bias
        return rows


@dataclass(frozen=True, slots=True)
class _Layer:
    heads: int
    attention: _Dense
    attended: _Dense
    attention_norm: _Norm
    inner: _Dense
    outer: _Dense
    outer_norm: _Norm

    def of(self, states: Float32Rows, places: _Places) -> Float32Rows:
        """Return what the next layer reads, a row a token."""
        parts = self.attention.of(states, places)
        mixed = np.empty_like(states)
        for place in places:
            mixed[place] = self._mixed(parts[place])
        attended = self.attended.of(mixed, places)
        attended += states
        states = self.attention_norm.scale(attended)
        inner = self.inner.of(states, places)
        for start in range(0, len(inner), _GELU_ROWS):
            _gelu(inner[start : start + _GELU_ROWS])
        outer = self.outer.of(inner, places)
        outer += states
        return self.outer_norm.scale(outer)

    def _mixed(self, parts: Float32Rows) -> Float32Rows:
        """Return what each token of a text takes from all, by queries, keys and values side by side."""
        count, width = len(parts), parts.shape[1] // 3
        queries, keys, values = parts.reshape(count, 3, self.heads, -1).transpose(1, 2, 0, 3)
        shares: Float32Rows = queries @ keys.transpose(0, 2, 1)
        shares -= shares.max(axis=2, keepdims=True)
        np.exp(shares, out=shares)
        mixed: Float32Rows = shares @ values
        mixed /= shares.sum(axis=2, keepdims=True)
        return mixed.transpose(1, 0, 2).reshape(count, width)


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a text means, of length 1, and each of its tokens where it stands."""

    vector: Float32Rows
    tokens: Float32Rows


class _Stretch(NamedTuple):
    """The mean of the last states of some tokens, and an earlier state of each."""

    mean: Float32Rows
    tokens: Float32Rows


class Encoder:
    """A BERT, ready to compute with; the vectors of words, which are most of it, stay in the file."""

    def __init__(self, model: ModelFile) -> None:
        self._shape = shape = model.shape
        self._words = model.rows("emb.word", shape.dimensions)
        types = model.numbers("emb.type", shape.dimensions)
        self._positions = model.numbers("emb.pos", shape.dimensions) + types[0]
        self._norm = _norm(model, "emb.ln")
        self._layers = [_layer(model, number) for number in range(shape.layers)]
        self._ends = np.array([model.vocabulary.start, model.vocabulary.end])

    def encode(self, texts: Sequence[Sequence[int]]) -> list[Encoded]:
        """Return what texts of so many tokens mean; those that are too long at once are read in stretches."""
        longest = self._shape.positions - len(self._ends)
        bounds = [[*range(0, max(len(tokens), 1), longest), len(tokens)] for tokens in texts]
        stretches = [
            tokens[start:end]
            for tokens, ends in zip(texts, bounds, strict=True)
            for start, end in pairwise(ends)
        ]
        read = self._read(stretches)
        return [_joined(list(islice(read, len(ends) - 1))) for ends in bounds]

    def _read(self, stretches: Sequence[Sequence[int]]) -> Iterator[_Stretch]:
        ends = [0, *accumulate(len(tokens) + len(self._ends) for tokens in stretches)]
        places = [slice(start, end) for start, end in pairwise(ends)]
        states = self._norm.scale(np.concatenate([self._embedded(tokens) for tokens in stretches]))
        token_states = states
        for number, layer in enumerate(self._layers, start=1):
            states = layer.of(states, places)
            if number == _TOKEN_LAYER:
                token_states = states
        for place in places:
            yield _Stretch(states[place].mean(axis=0), token_states[place][1:-1])

    def _embedded(self, tokens: Sequence[int]) -> Float32Rows:
        ids = np.insert(self._ends, 1, tokens)
        rows = self._words.floats(ids)
        rows += self._positions[: len(ids)]
        return rows


def _joined(stretches: Sequence[_Stretch]) -> Encoded:
    """Return what a text means by what its stretches do, each by its length."""
    lengths = [max(len(stretch.tokens), 1) for stretch in stretches]
    vector: Float32Rows = np.average([stretch.mean for stretch in stretches], axis=0, weights=lengths)
    vector /= np.linalg.norm(vector)
    return Encoded(vector.astype(np.float32), np.concatenate([stretch.tokens for stretch in stretches]))


def _gelu(rows: Float32Rows) -> None:
    """Multiply each number with the share of a normal distribution that lies below it."""
    argument = rows * np.float32(0.5**0.5)
    np.clip(argument, -_ERF_RANGE, _ERF_RANGE, out=argument)
    squares = argument * argument
    share = _polynomial(squares, _ERF_NUMERATOR)
    share *= argument
    share /= _polynomial(squares, _ERF_DENOMINATOR)
    share += 1
    share *= np.float32(0.5)
    rows *= share


def _polynomial(rows: Float32Rows, coefficients: Float32Rows) -> Float32Rows:
    value: Float32Rows = rows * coefficients[0]
    for coefficient in coefficients[1:-1]:
        value += coefficient
        value *= rows
    value += coefficients[-1]
    return value


def _dense(model: ModelFile, *names: str, columns: int) -> _Dense:
    """Return matrices that read the same rows as one."""
    bias = np.concatenate([model.numbers(f"{name}.b") for name in names])
    weights = np.empty((columns, len(bias)), np.float32)
    for part, name in zip(np.split(weights, len(names), axis=1), names, strict=True):
        part[:] = model.rows(f"{name}.w", columns).floats().T
    return _Dense(weights, bias)


def _norm(model: ModelFile, name: str) -> _Norm:
    return _Norm(model.numbers(f"{name}.w"), model.numbers(f"{name}.b"), model.shape.epsilon)


def _layer(model: ModelFile, number: int) -> _Layer:
    dimensions, heads = model.shape.dimensions, model.shape.heads
    q, k, v, attended, inner, outer = (f"l{number}.{name}" for name in ("q", "k", "v", "ao", "fi", "fo"))
    attention = _dense(model, q, k, v, columns=dimensions)
    # What queries and keys have in common is made smaller by this, here once and for all.
    for numbers in (attention.weights, attention.bias):
        numbers[..., :dimensions] *= np.float32((dimensions // heads) ** -0.5)
    return _Layer(
        heads=heads,
        attention=attention,
        attended=_dense(model, attended, columns=dimensions),
        attention_norm=_norm(model, f"l{number}.aln"),
        inner=_dense(model, inner, columns=dimensions),
        outer=_dense(model, outer, columns=model.shape.inner),
        outer_norm=_norm(model, f"l{number}.oln"),
    )
