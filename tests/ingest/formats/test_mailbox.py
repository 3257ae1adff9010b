"""Mailboxes: each mail is a document, and one that cannot be read costs itself only."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import FileFault
from retrieval.ingest.encodings import NotTextError, UndecidedEncodingError
from retrieval.ingest.formats.mailbox import read
from retrieval.ingest.readings import Enclosed, Reading, Refused, UnreadableContentError

BOX = b"""From a@b Sat May  3 10:00:00 2025
Subject: One
Message-ID: <1@b>

It opened.

From here on it is open.
>From there too.

From a@b Sat May  3 10:00:00 2025
Subject: Two

It closed.

From a@b Sat May  3 10:00:00 2025
Subject: One
Message-ID: <1@b>

It opened.
"""


def mails_of(content: bytes) -> list[Reading]:
    return [mail for mail in read(content) if isinstance(mail, Reading)]


def test_each_mail_is_a_document_by_its_id_or_its_subject() -> None:
    readings = mails_of(BOX)
    parts = [reading.part for reading in readings]
    assert (parts[0], len(set(parts))) == ("1@b", 3)
    assert [reading.metadata.title for reading in readings] == ["One", "Two", "One"]
    assert "\n".join(block.text for block in readings[0].blocks).endswith("open.\nFrom there too.")
    assert {block.locator for block in readings[1].blocks} == {"message 2"}


def test_windows_line_ends_part_mails_as_well() -> None:
    assert len(read(BOX.replace(b"\n", b"\r\n"))) == 3


def test_a_mail_that_cannot_be_read_costs_itself_only() -> None:
    broken = BOX.replace(b"It closed.", bytes(range(32)) * 9)
    assert [reading.metadata.title for reading in mails_of(broken)] == ["One", "One"]
    assert [one.name for one in read(broken) if isinstance(one, Refused)] == ["message 2"]


def test_what_is_attached_says_to_which_mail() -> None:
    attached = (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nIt opened.\n--b\nContent-Type: text/csv\n"
        b"Content-Disposition: attachment; filename=a.csv\n\nName,Age\n\n--b--\n"
    )
    box = BOX.replace(b"Message-ID: <1@b>\n\nIt opened.\n", b"Message-ID: <1@b>\n" + attached)
    enclosed = [one for one in read(box) if isinstance(one, Enclosed)]
    places = [(one.part.partition("/")[2], one.place) for one in enclosed]
    assert places == [("a.csv", "attachment a.csv of message 1"), ("a.csv", "attachment a.csv of message 3")]
    assert enclosed[0].part == "1@b/a.csv"


@pytest.mark.parametrize(
    ("content", "fault"),
    [(b"From nobody", FileFault.DAMAGED), (b"From a\nA: b\n\nc\n\n" * 5_001, FileFault.EXCESS)],
)
def test_what_is_no_mailbox_or_a_huge_one_is_refused(content: bytes, fault: FileFault) -> None:
    with pytest.raises(UnreadableContentError) as caught:
        read(content)
    assert caught.value.fault is fault


@given(st.integers(0, len(BOX)), st.binary(max_size=30))
def test_no_damage_does_more_than_that_a_mailbox_is_refused(place: int, junk: bytes) -> None:
    with suppress(UnreadableContentError, NotTextError, UndecidedEncodingError):
        read(BOX[:place] + junk + BOX[place:])
