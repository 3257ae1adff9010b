"""Mails: what was written is told from what was quoted, whatever they are encoded in."""

from base64 import b64encode
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles import SentenceKind, unwrapped
from retrieval.errors import FileFault
from retrieval.ingest.encodings import NotTextError, UndecidedEncodingError
from retrieval.ingest.formats.mail import read
from retrieval.ingest.readings import Reading, UnreadableContentError

SAID = "Мост через Тургай открыт третьего мая, сообщили в акимате области."


def mail(body: str | bytes, *heads: str) -> Reading:
    content = body if isinstance(body, bytes) else body.encode()
    before = "\r\n".join(["Subject: Bridge", "Date: Sat, 3 May 2025 23:30:00 +0500", *heads])
    reading = read(before.encode() + b"\r\n\r\n" + content)[0]
    assert isinstance(reading, Reading)
    return reading


def said(reading: Reading) -> list[tuple[str, str]]:
    return [(block.kind.value, unwrapped(block.text)) for block in reading.blocks[1:]]


def test_a_mail_is_called_by_its_subject_and_dated_by_its_sender() -> None:
    read = mail("It opened.")
    assert (read.metadata.title, read.metadata.published) == ("Bridge", date(2025, 5, 3))
    assert (read.blocks[0].kind, read.blocks[0].text) == (SentenceKind.TITLE, "Bridge")
    assert read.metadata.source is None, "nobody asked for the sender"


@pytest.mark.parametrize("stated", ["yesterday", "Sat, 3 May 1970 00:00:00 +0000", "", "=?x?y?z?="])
def test_a_day_that_cannot_be_is_none(stated: str) -> None:
    (reading,) = read(f"Subject: a\nDate: {stated}\n\nIt opened.".encode())
    assert isinstance(reading, Reading)
    assert reading.metadata.published is None


def test_wrapped_lines_are_joined_and_quoted_ones_apart() -> None:
    body = (
        "The bridge over the river opened on the third of May and the builders\n"
        "went home after three years of work, as the office of the governor\nsaid on Monday.\n\n"
        "> When does the bridge over the river open to lorries and to the\n> heavy cranes?\n\nIn June.\n"
        "-- \nAnn Lee\nBridges Ltd.\n"
    )
    joined = (
        "The bridge over the river opened on the third of May and the builders went home after three years"
        " of work, as the office of the governor said on Monday."
    )
    assert said(mail(body)) == [
        ("sentence", joined),
        ("quotation", "When does the bridge over the river open to lorries and to the heavy cranes?"),
        ("sentence", "In June."),
    ]


def test_a_signature_that_is_quoted_ends_with_its_quotation() -> None:
    assert said(mail("> Is it open?\n> -- \n> Bob\n\nIt is.\n")) == [
        ("quotation", "Is it open?"),
        ("sentence", "It is."),
    ]


@pytest.mark.parametrize(
    ("body", "delsp", "text"),
    [("One line \nof two.\nNext.", "no", "One line of two."), ("未 \n来です。\nNext.", "yes", "未来です。")],
)
def test_flowed_lines_go_on(body: str, delsp: str, text: str) -> None:
    read = mail(body, f"Content-Type: text/plain; charset=utf-8; format=flowed; delsp={delsp}")
    assert read.blocks[1].text.split("\n")[0] == text


@pytest.mark.parametrize(
    ("codec", "charset", "encoding"),
    [
        ("koi8-r", "koi8-r", None),
        ("cp1251", "", "windows-1251"),
        ("cp1251", "us-ascii", "windows-1251"),
        ("cp1251", "no-such", "windows-1251"),
        ("cp1251", "utf-8", "windows-1251"),
        ("utf-8", "us-ascii", None),
    ],
)
def test_a_charset_that_is_missing_or_wrong_is_guessed(
    codec: str, charset: str, encoding: str | None
) -> None:
    heads = [f"Content-Type: text/plain; charset={charset}"] if charset else []
    read = mail(SAID.encode(codec), *heads, "Content-Transfer-Encoding: 8bit")
    assert (read.blocks[1].text, read.encoding) == (SAID, encoding)


@pytest.mark.parametrize("subject", [
    b"=?koi8-r?B?" + b64encode("Мост открыт".encode("koi8-r")) + b"?=", "Мост открыт".encode("cp1251"),
    "Мост открыт".encode(),
])  # fmt: skip
def test_a_subject_is_read_in_whatever_it_is(subject: bytes) -> None:
    (reading,) = read(b"Subject: " + subject + b"\n\n" + SAID.encode("cp1251"))
    assert isinstance(reading, Reading)
    assert reading.metadata.title == "Мост открыт"


def test_of_plain_text_and_markup_the_text_is_read_as_the_mail_and_nothing_attached() -> None:
    parts = (
        "--b\nContent-Type: text/html\n\n<p>Marked up.</p>\n"
        "--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nAttached.\n"
    )
    multipart = "Content-Type: multipart/mixed; boundary=b"
    assert said(mail(parts + "--b--", multipart)) == [("sentence", "Marked up.")]
    plain = "--b\nContent-Type: text/plain\n\nPlain.\n"
    assert said(mail(parts + plain + "--b--", multipart)) == [("sentence", "Plain.")]


def test_what_has_no_heads_is_no_mail() -> None:
    with pytest.raises(UnreadableContentError) as caught:
        read(b"\nhello")
    assert caught.value.fault is FileFault.DAMAGED


@given(st.lists(st.sampled_from([
    b"Subject: ", b"Date: ", b"Content-Type: ", b"multipart/mixed; boundary=", b"text/html; charset=", b"b",
    b"\n", b"\n\n", b"--b", b"--b--", b"=?utf-8?Q?=FF?=", b"=?x?B?/?=", b"Content-Transfer-Encoding: ",
    b"base64", b";", b"quoted-printable", b"x-uuencode", b"begin 666 a\n#0V%T\n", b"\xff", b"\x00", b"\"",
    b"(", b"<p>", b"message/rfc822",
    b"Content-Disposition: ", b"filename*0*=", b"''%", b"=", b",", b":", b"utf-7", b"idna", b"[", b"@",
])))  # fmt: skip
def test_no_mail_does_more_than_that_it_is_refused(pieces: list[bytes]) -> None:
    with suppress(UnreadableContentError, NotTextError, UndecidedEncodingError):
        read(b"".join(pieces))


@given(st.binary(max_size=200))
def test_nor_do_any_bytes(content: bytes) -> None:
    with suppress(UnreadableContentError, NotTextError, UndecidedEncodingError):
        read(b"Subject: a\n" + content)


@pytest.mark.parametrize(
    "attribution",
    [
        "3 марта 2025 г. в 9:00 Борис <b@example.org> написал(а):",
        "On Sun, 2 Mar 2025 at 10:00, Anna Smith wrote:",
        "On Sunday the second of March in the morning Anna Smith <anna@example.org>\nwrote:",
        "> 2025 ж. 2 наурыз, 10:00, Асан жазды:",
    ],
)
def test_who_wrote_what_is_quoted_is_not_told(attribution: str) -> None:
    depth = attribution.startswith(">") + 1
    reading = mail(f"The pump is mended.\n\n{attribution}\n{'>' * depth} Is it?\n")
    text = " ".join(block.text for block in reading.blocks)
    assert "The pump is mended." in text
    assert "Is it?" in text
    assert not [name for name in ("Борис", "Anna", "Асан", "example.org") if name in text]
