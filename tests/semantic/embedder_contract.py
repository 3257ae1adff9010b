"""What turning texts into vectors means, as tests that every embedder runs."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from retrieval.semantic.embedder import Embedder, Float32Rows

TEXTS = [
    "Who met Mishustin in Astana?",
    "Сколько совместных предприятий у Казахстана и России?",
    "Қазақстан мен Ресей арасындағы сауда қанша өсті?",
    "26%",
    "…",
]

#: What has nothing to say, if only to a machine.
BLANK = ["", " ", "\n\t\r", "\u00a0\u2003", "\0", "\ud800", "\0 \udfff\ud800 "]

#: What has brought libraries down, and what might.
ODD = {
    "one letter for a phrase": "\ufdfa" * 20,
    "very many of them": "\ufdfa" * 2_000,
    "NUL": "before\0after",
    "lone surrogates": "before\ud800\udfffafter",
    "100 KB": "Нефть и газ. " * 5_000,
    "one word": "а" * 20_000,
    "code points from everywhere": "".join(map(chr, range(1, 0x20000, 127))),
    "marks": "e" + "\u0301" * 200,
    "joined": "👩\u200d👩\u200d👧" * 40,
    "backwards": "\u202eabc\u202d\u2066" * 50,
    "private": "\ue000\U000f0000\U0010ffff" * 50,
    "nothing to see": "\u200b\u200c\ufeff\u00ad",
    "controls": "\x01\x02\x1b[31m\x7f\x85",
    "JSON": '"}],"input":["\\ud800\\u0000',
    "markup": "</s><s><pad><unk><mask>▁query: passage: ",
}

#: Those that take a model seconds.
LONG = {"very many of them", "100 KB", "code points from everywhere", "one word"}

Embed = Callable[[Sequence[str]], Float32Rows]


def lengths(rows: Float32Rows) -> Float32Rows:
    norms: Float32Rows = np.linalg.norm(rows, axis=1)
    return norms


class EmbedderContract:
    """The meaning of `Embedder`; the tests of one subclass it and give the one fixture `embedder`."""

    @pytest.fixture(params=["queries", "passages", "words"])
    def embed(self, embedder: Embedder, request: pytest.FixtureRequest) -> Embed:
        embeds: dict[str, Embed] = {
            "queries": embedder.embed_queries,
            "passages": embedder.embed_passages,
            "words": embedder.embed_words,
        }
        return embeds[request.param]

    def test_it_says_what_it_is(self, embedder: Embedder) -> None:
        assert embedder.name == embedder.name.strip() != ""
        assert embedder.dimensions > 1

    def test_each_text_has_a_row_of_length_one(self, embedder: Embedder, embed: Embed) -> None:
        rows = embed(TEXTS)
        assert rows.shape == (len(TEXTS), embedder.dimensions)
        assert rows.dtype == np.float32
        assert lengths(rows) == pytest.approx(1, abs=1e-6)

    def test_the_same_text_has_the_same_row_in_any_company(self, embed: Embed) -> None:
        rows = embed(TEXTS)
        assert np.array_equal(rows, embed(TEXTS))
        assert np.array_equal(rows[::-1], embed(TEXTS[::-1]))
        assert np.array_equal(rows, np.concatenate([embed([text]) for text in TEXTS]))

    def test_a_word_has_the_row_that_it_has_as_a_passage(self, embedder: Embedder) -> None:
        assert np.array_equal(embedder.embed_words(TEXTS), embedder.embed_passages(TEXTS))

    def test_other_texts_have_other_rows(self, embed: Embed) -> None:
        similarity = embed(TEXTS) @ embed(TEXTS).T
        assert (similarity.argmax(axis=1) == range(len(TEXTS))).all()

    def test_more_texts_than_go_at_a_time_keep_their_order(self, embed: Embed) -> None:
        rows = embed(TEXTS)
        assert np.array_equal(embed([*TEXTS, *BLANK, *TEXTS * 3])[-len(TEXTS) :], rows)

    def test_no_texts_have_no_rows(self, embedder: Embedder, embed: Embed) -> None:
        rows = embed([])
        assert rows.shape == (0, embedder.dimensions)
        assert rows.dtype == np.float32

    def test_what_says_nothing_has_a_row_of_zeros(self, embedder: Embedder, embed: Embed) -> None:
        rows = embed([*BLANK, TEXTS[0], *BLANK])
        assert np.flatnonzero(lengths(rows)).tolist() == [len(BLANK)]
        assert embed([""]).shape == (1, embedder.dimensions)

    @pytest.mark.parametrize(
        "kind", [pytest.param(kind, marks=[pytest.mark.slow] if kind in LONG else []) for kind in ODD]
    )
    def test_odd_texts_do_no_harm(self, embedder: Embedder, kind: str) -> None:
        rows = embedder.embed_passages([TEXTS[0], ODD[kind], TEXTS[1]])
        assert np.isfinite(rows).all()
        assert lengths(rows) == pytest.approx([1, 1, 1], abs=1e-6)
        assert np.array_equal(rows[::2], embedder.embed_passages(TEXTS[:2]))

    def test_threads_may_share_it(self, embedder: Embedder) -> None:
        questions, passages = embedder.embed_queries(TEXTS), embedder.embed_passages(TEXTS)
        with ThreadPoolExecutor(4) as pool:
            both = [
                (pool.submit(embedder.embed_queries, [text]), pool.submit(embedder.embed_passages, [text]))
                for text in TEXTS * 2
            ]
        for number, (question, passage) in enumerate(both):
            assert np.array_equal(question.result()[0], questions[number % len(TEXTS)])
            assert np.array_equal(passage.result()[0], passages[number % len(TEXTS)])
