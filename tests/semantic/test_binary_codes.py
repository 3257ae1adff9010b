"""The likeliest rows are those that differ in the fewest signs, counted one by one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.semantic.binary_codes import BinaryCodes, Floats, Places
from retrieval.semantic.quantisation import QuantisedVectors


def rows(seed: int, count: int, dimensions: int) -> QuantisedVectors:
    """Return rows that have something in common."""
    held = 0.3 + np.random.default_rng(seed).standard_normal((count, dimensions))
    return QuantisedVectors.of((held / np.linalg.norm(held, axis=1, keepdims=True)).astype(np.float32))


def counted(held: QuantisedVectors, mean: Floats, asked: Floats) -> Places:
    """Return in how many signs each row differs."""
    differing: Places = np.sum((held.floats() > mean.astype(np.float32)) != (asked > 0), axis=1)
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
    held = QuantisedVectors(
        np.concatenate([part.codes for part in parts]), np.concatenate([part.scales for part in parts])
    )
    asked = np.random.default_rng(seed).standard_normal(dimensions)
    chosen = data.draw(st.sets(st.integers(0, len(held) - 1))) if len(held) else set()
    places = np.array(sorted(chosen), np.intp)
    differing = counted(held, mean, asked)[places]
    found = binary_codes.closest_by_hamming(asked, places, count)
    last = sorted(differing)[:count][-1] if len(places) else 0
    assert found.tolist() == [
        place for place, many in zip(places.tolist(), differing, strict=True) if many <= last
    ]


@settings(max_examples=5)
@given(st.integers(0, 1_000))
def test_over_many_pages_those_before_stay_what_they_were(seed: int) -> None:
    mean, asked = np.zeros(100), np.random.default_rng(seed).standard_normal(100)
    held = rows(seed, 20_000, 100)
    first = BinaryCodes(mean, 9_000).followed_by(held[:9_000])
    before = first.closest_by_hamming(asked, np.arange(9_000), 50)
    every = first.followed_by(held[9_000:])
    differing = counted(held, mean, asked)
    found = every.closest_by_hamming(asked, np.arange(20_000), 50)
    assert sorted(differing[found]) == sorted(differing)[: len(found)]
    assert len(found) >= 50
    assert first.closest_by_hamming(asked, np.arange(9_000), 50).tolist() == before.tolist()
