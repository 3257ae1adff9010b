"""Tables of values: each row a unit under its header, whatever parts the values."""

import csv
from contextlib import suppress
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles import BETWEEN_CELLS, SentenceKind
from retrieval.errors import FileFault
from retrieval.ingest.blocks import Block
from retrieval.ingest.formats.delimited import read
from retrieval.ingest.readings import UnreadableContentError

words = st.text("abcdefgh XYZабвгд0123456789.", min_size=1, max_size=12).filter(str.strip)


def blocks_of(text: str) -> tuple[Block, ...]:
    [reading] = read(text.encode())
    return reading.blocks


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_rows_stand_under_the_header_and_know_their_numbers(delimiter: str) -> None:
    lines = (("Model", "Power, kW"), ("Ertis-4", "12"), ("", ""), ("Ertis-6", "18"))
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    header, *rows = blocks_of(text.getvalue())
    assert (header.kind, header.text) == (SentenceKind.HEADER, f"Model{BETWEEN_CELLS}Power, kW")
    assert [(row.kind, row.text, row.locator) for row in rows] == [
        (SentenceKind.ROW, f"Ertis-4{BETWEEN_CELLS}12", "row 2"),
        (SentenceKind.ROW, f"Ertis-6{BETWEEN_CELLS}18", "row 4"),
    ]


@given(st.integers(2, 5).flatmap(lambda width: st.lists(st.lists(words, min_size=width, max_size=width))))
def test_every_cell_is_read_as_it_was_written(rows: list[list[str]]) -> None:
    text = StringIO()
    csv.writer(text).writerows(rows)
    read_rows = [block.text.split(BETWEEN_CELLS) for block in blocks_of(text.getvalue())]
    assert read_rows == [[" ".join(cell.split()) for cell in row] for row in rows]


def test_a_value_may_go_over_several_lines() -> None:
    _, row = blocks_of('Name,Note\nErtis,"Keep dry.\nRun at night."\n')
    assert row.text == f"Ertis{BETWEEN_CELLS}Keep dry. Run at night."


def test_a_value_may_be_as_long_as_it_likes() -> None:
    _, row = blocks_of(f"Name,Note\nErtis,{'long ' * 40_000}\n")
    assert len(row.text) > 131_072


def test_a_table_has_a_largest_number_of_rows() -> None:
    with pytest.raises(UnreadableContentError) as raised:
        read(b"a,b\n" * 100_001)
    assert (raised.value.fault, raised.value.detail) == (FileFault.EXCESS, "100,000 rows")


@given(st.text('",;\t|\n\r ab', max_size=500))
def test_noise_is_read_or_refused_in_words(noise: str) -> None:
    with suppress(UnreadableContentError):
        read(noise.encode())
