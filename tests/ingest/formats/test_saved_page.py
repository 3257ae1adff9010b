"""Pages that a browser saved with their pictures in one file."""

from base64 import b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingest.encodings import NotTextError, UndecidedEncodingError
from retrieval.ingest.formats.saved_page import read
from retrieval.ingest.readings import UnreadableContentError

SAVED = (
    b"Snapshot-Content-Location: https://example.kz/1\nMIME-Version: 1.0\n"
    b"Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: image/png\n\nx\n"
    b"--b\nContent-Type: text/html; charset=windows-1251\nContent-Transfer-Encoding: base64\n\n"
    + b64encode("<h1>Мост</h1><p>Мост открыт.</p>".encode("cp1251"))
    + b"\n--b--\n"
)


def test_the_page_is_read_with_the_address_that_it_was_saved_from() -> None:
    (reading,) = read(SAVED)
    assert [block.text for block in reading.blocks] == ["Мост", "Мост открыт."]
    assert reading.metadata.url == "https://example.kz/1"


def test_what_holds_no_page_is_refused() -> None:
    with pytest.raises(UnreadableContentError, match="no page"):
        read(b"Subject: a\n\nb")


@given(st.integers(0, len(SAVED)), st.binary(max_size=30))
def test_no_damage_does_more_than_that_it_is_refused(place: int, junk: bytes) -> None:
    with suppress(UnreadableContentError, NotTextError, UndecidedEncodingError):
        read(SAVED[:place] + junk + SAVED[place:])
