"""Measurements: how tables are shown and kept, and when one is older than the code that it measured."""

import re
import string
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.measurements import (
    COMMANDS,
    KEPT,
    Machine,
    Measurement,
    code_digest,
    contents,
    fault,
    measured_files,
    page,
    read_measurements,
    this_commit,
    this_machine,
    write_measurement,
)
from tests.benchmarks.tables import Table, to_text
from tests.support.paths import ROOT

TABLE = Table.of(
    "hit@1 of *slips*",
    ("slip", "questions", "hit@1", "auroc"),
    [("none", 1_590, 0.9, None), ("ё | е", 7, 0.857, 1.0)],
)
MEASUREMENT = Measurement(
    name="slips",
    command="python -m tests.benchmarks.bench_slips",
    date=datetime(2026, 2, 13, 12, 30, tzinfo=UTC),
    commit="0123abc+",
    machine=Machine("AMD EPYC", 2, 7.8, "3.11.7"),
    code="89abcdef01234567",
    tables=(TABLE,),
)

#: Whatever may stand in a file.
TEXTS = st.text(st.characters(codec="utf-8"))
CELLS = st.none() | TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 4))
    row = st.lists(CELLS, min_size=width, max_size=width)
    return Table.of(draw(TEXTS), draw(st.lists(TEXTS, min_size=width, max_size=width)), draw(st.lists(row)))


MACHINES = st.builds(
    Machine,
    processor=st.none() | TEXTS,
    cores=st.none() | st.integers(1, 512),
    memory_gb=st.none() | st.floats(0, 1e6),
    python=TEXTS,
)
MEASUREMENTS = st.builds(
    Measurement,
    name=st.text(string.ascii_lowercase, min_size=1),
    command=TEXTS,
    date=st.datetimes(timezones=st.just(UTC)),
    commit=st.none() | TEXTS,
    machine=MACHINES,
    code=TEXTS,
    tables=st.lists(tables(), max_size=3).map(tuple),
)


def test_a_terminal_shows_figures_below_each_other_with_as_many_decimals() -> None:
    assert to_text(TABLE) == (
        "hit@1 of *slips*\n"
        "  slip   questions  hit@1  auroc\n"
        "  none       1,590  0.900      –\n"
        "  ё | е          7  0.857    1.0\n"
    )


def test_a_page_says_when_at_which_commit_where_and_how_its_tables_were_measured() -> None:
    assert page(MEASUREMENT) == (
        "# slips\n"
        "\n"
        "2026-02-13 · 0123abc+ · AMD EPYC, 2 cores, 7.8 GB, Python 3.11.7\n"
        "\n"
        "`python -m tests.benchmarks.bench_slips`\n"
        "\n"
        "## hit@1 of \\*slips\\*\n"
        "\n"
        "| slip | questions | hit@1 | auroc |\n"
        "|---|---:|---:|---:|\n"
        "| none | 1,590 | 0.900 | – |\n"
        "| ё \\| е | 7 | 0.857 | 1.0 |\n"
    )


def test_a_machine_that_tells_nothing_of_itself_is_shown_too() -> None:
    assert str(Machine(None, None, None, "3.14.0")) == "Python 3.14.0"


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        (("set", "hit@1"), ("kazdev",)),  # too few
        (("set", "hit@1"), ("kazdev", 0.5, 0.5)),  # too many
        ((), ()),
        (("set", "hit@1"), ("kazdev", float("nan"))),  # JSON has none
        (("set", "hit@1"), ("kazdev", float("inf"))),
    ],
)
def test_a_table_refuses_what_is_no_row_of_it(columns: tuple[str, ...], row: tuple[str | float, ...]) -> None:
    with pytest.raises(ValueError, match="slips: "):
        Table.of("slips", columns, [row])


@given(MEASUREMENTS)
def test_what_is_written_is_read_as_it_was(measurement: Measurement) -> None:
    with TemporaryDirectory() as folder:
        write_measurement(Path(folder), measurement)
        read = read_measurements(Path(folder))[measurement.name]

    assert read == measurement
    assert repr(read.tables) == repr(measurement.tables)  # 1 is 1.0 to ==, and −0.0 is 0.0


@given(tables())
def test_every_row_of_a_table_is_one_line(table: Table) -> None:
    measurement = Measurement("any", "", MEASUREMENT.date, None, MEASUREMENT.machine, "", (table,))
    assert page(measurement).partition("---")[2].count("\n") == len(table.rows) + 1


def test_the_page_of_contents_links_to_all_that_are_kept(tmp_path: Path) -> None:
    write_measurement(tmp_path, MEASUREMENT)

    written = (tmp_path / "tables.md").read_text("utf-8")
    assert written == contents([MEASUREMENT])
    assert re.findall(r"\]\((.+)\)", written) == ["slips.md"]
    assert (tmp_path / "slips.md").read_text("utf-8") == page(MEASUREMENT)


@pytest.fixture(name="tree")
def tree_of_code(tmp_path: Path) -> Path:
    """Give a project with a benchmark that imports a module of tests, and one that also measures the bot."""
    files = {
        "retrieval/analysis/words.py": "WORDS = 1\n",
        "retrieval/languages/en/words.toml": "words = 1\n",
        "retrieval/notes.txt": "none of the code\n",
        "bot/assembly.py": "import retrieval.analysis.words\n",
        "tests/benchmarks/bench_words.py": "from tests.benchmarks.corpus import words\n",
        "tests/benchmarks/bench_start.py": 'STEPS = """\nfrom bot.assembly import assemble\n"""\n',
        "tests/benchmarks/corpus.py": "from tests.support.paths import ROOT\n",
        "tests/support/paths.py": "ROOT = 1\n",
    }
    for name, text in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("benchmark", "file", "is_measured"),
    [
        ("bench_words", "retrieval/analysis/words.py", True),
        ("bench_words", "retrieval/languages/en/words.toml", True),
        ("bench_words", "retrieval/notes.txt", False),
        ("bench_words", "bot/assembly.py", False),
        ("bench_words", "tests/benchmarks/bench_words.py", True),
        ("bench_words", "tests/benchmarks/corpus.py", True),
        ("bench_words", "tests/benchmarks/bench_start.py", False),
        ("bench_words", "tests/support/paths.py", False),
        ("bench_start", "retrieval/analysis/words.py", True),
        ("bench_start", "bot/assembly.py", True),  # named in a script that runs elsewhere
        ("bench_start", "tests/benchmarks/corpus.py", False),
    ],
)
def test_a_table_is_older_than_the_code_once_a_measured_file_changes(
    benchmark: str, file: str, is_measured: bool, tree: Path
) -> None:
    command = f"python -m tests.benchmarks.{benchmark} --lexical"
    before = Measurement(
        "any", command, MEASUREMENT.date, None, MEASUREMENT.machine, code_digest(tree, command), ()
    )
    assert fault(before, command, code_digest(tree, command)) is None

    (tree / file).write_text("CHANGED = 1\n", "utf-8")

    wrong = fault(before, command, code_digest(tree, command))
    assert wrong == ("older than the code: of 2026-02-13" if is_measured else None)


def test_code_that_moves_from_one_file_to_another_is_other_code(tree: Path) -> None:
    command = "python -m tests.benchmarks.bench_words"
    before = code_digest(tree, command)
    (tree / "retrieval/analysis/words.py").rename(tree / "retrieval/analysis/terms.py")
    assert code_digest(tree, command) != before


def test_a_table_that_is_missing_or_measured_otherwise_is_at_fault() -> None:
    assert fault(None, MEASUREMENT.command, MEASUREMENT.code) == "missing"
    assert fault(MEASUREMENT, f"{MEASUREMENT.command} --every", MEASUREMENT.code) == (
        "measured otherwise: python -m tests.benchmarks.bench_slips"
    )


def test_where_there_is_no_repository_there_is_no_commit(tmp_path: Path) -> None:
    assert this_commit(tmp_path) is None


def test_this_machine_tells_its_python() -> None:
    assert re.fullmatch(r"3\.\d+\.\S+", this_machine().python)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_code_of_every_benchmark_is_there(name: str) -> None:
    files = measured_files(ROOT, COMMANDS[name].partition(" -m ")[2].split()[0])
    assert {ROOT / "retrieval/articles.py", ROOT / "retrieval/ranking/weights_words.json"} <= set(files)


def test_make_measures_writes_every_table_and_the_documents_name_it() -> None:
    recipe = (ROOT / "Makefile").read_text("utf-8").partition("\nmeasures:")[2].partition("\n\n")[0]
    run = [f"{line} " for line in re.findall(r"^\t@(.+) --write$", recipe, flags=re.MULTILINE)]
    assert [line.replace("$(BIN)/", "").strip() for line in run] == list(COMMANDS.values())
    named = re.findall(r"^\| `([^`]+)` \|", (KEPT / "README.md").read_text("utf-8"), flags=re.MULTILINE)
    assert named == list(COMMANDS.values())


def test_the_tables_that_are_kept_are_as_make_measures_wrote_them() -> None:
    measurements = read_measurements(KEPT)
    assert measurements.keys() <= COMMANDS.keys()
    for name, measurement in measurements.items():
        assert (KEPT / f"{name}.md").read_text("utf-8") == page(measurement)
