"""The likeliest rows are those that differ in the fewest signs, counted one by one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.semantic.binary_codes import BinaryCodes, Floats, Places
from retrieval.semantic.quantisation import QuantisedVectors


def rows(seed: int, count: int, dimensions: int) -> QuantisedVectors:
    """Return rows that have something in common."""
    values = 0.3 + np.random.default_rng(seed).standard_normal((count, dimensions))
    return QuantisedVectors.of((values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32))


def counted(quantised: QuantisedVectors, mean: Floats, vector: Floats) -> Places:
    """Return in how many signs each row differs."""
    differing: Places = np.sum((quantised.floats() > mean.astype(np.float32)) != (vector > 0), axis=1)
    return differing


@given(
    seed=st.integers(0, 1_000),
    counts=st.lists(st.integers(0, 9), min_size=1, max_size=5),
    dimensions=st.sampled_from([1, 7, 8, 63, 64, 65, 384, 1_000]),
    count=st.integers(1, 12),
    data=st.data(),
)
def test_the_likeliest_differ_in_the_fewest_signs(
    seed: int, counts: list[int], dimensions: int, count: int, data: st.DataObject
) -> None:
    mean = np.full(dimensions, 0.01)
    parts = [rows(seed + at, size, dimensions) for at, size in enumerate(counts)]
    binary_codes = BinaryCodes(mean, sum(counts))
    for part in parts:
        binary_codes = binary_codes.followed_by(part)
    quantised = QuantisedVectors(
        np.concatenate([part.codes for part in parts]), np.concatenate([part.scales for part in parts])
    )
    vector = np.random.default_rng(seed).standard_normal(dimensions)
    chosen = data.draw(st.sets(st.integers(0, len(quantised) - 1))) if len(quantised) else set()
    places = np.array(sorted(chosen), np.intp)
    differing = counted(quantised, mean, vector)[places]
    closest = binary_codes.closest_by_hamming(vector, places, count)
    last = sorted(differing)[:count][-1] if len(places) else 0
    assert closest.tolist() == [
        place for place, many in zip(places.tolist(), differing, strict=True) if many <= last
    ]


@settings(max_examples=5)
@given(st.integers(0, 1_000))
def test_over_many_pages_those_before_stay_what_they_were(seed: int) -> None:
    mean, vector = np.zeros(100), np.random.default_rng(seed).standard_normal(100)
    quantised = rows(seed, 20_000, 100)
    first = BinaryCodes(mean, 9_000).followed_by(quantised[:9_000])
    before = first.closest_by_hamming(vector, np.arange(9_000), 50)
    second = first.followed_by(quantised[9_000:])
    differing = counted(quantised, mean, vector)
    closest = second.closest_by_hamming(vector, np.arange(20_000), 50)
    assert sorted(differing[closest]) == sorted(differing)[: len(closest)]
    assert len(closest) >= 50
    assert first.closest_by_hamming(vector, np.arange(9_000), 50).tolist() == before.tolist()
