"""Documents of every kind that Derek reads, a few sentences in each, as many as are wanted."""

import json
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from random import Random

from tests.ingest.formats.test_docx import paragraph as word_paragraph
from tests.ingest.formats.test_epub import epub, xhtml
from tests.ingest.formats.test_odt import odt
from tests.ingest.formats.test_pptx import paragraph as slide_paragraph
from tests.ingest.formats.test_pptx import pptx, shape, slide
from tests.ingest.formats.test_spreadsheet import sheet, xlsx
from tests.support.packages import docx, package
from tests.support.pdf_writer import HEIGHT, Text, pdf, wrapped

_THINGS = ("lamp", "pier", "crane", "bridge", "harbour", "ferry", "gate", "bell", "clock", "mast")
_COLOURS = ("green", "red", "yellow", "blue", "white")

#: How many paragraphs a document has.
_PARAGRAPHS = 5


def paragraphs(number: int) -> list[str]:
    """Return the paragraphs of the document of this number, which no other one has."""
    chance = Random(number)  # noqa: S311  no secret
    return [
        f"The {chance.choice(_THINGS)} number {number}-{part} is {chance.choice(_COLOURS)}."
        f" It was made in {chance.randint(1900, 2025)} and cost {chance.randint(10, 9_999)} tenge."
        for part in range(_PARAGRAPHS)
    ]


def _html(said: list[str]) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in said)
    return f"<html><head><title>Report</title></head><body><h1>Report</h1>{body}</body></html>".encode()


def _pdf(said: list[str]) -> bytes:
    lines = [line for text in said for line in (*wrapped(text, 60), "")]
    placed = [Text(72, HEIGHT - 72 - 14 * row, line) for row, line in enumerate(lines) if line]
    return pdf([placed])


def _mail(said: list[str]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Ada <ada@example.org>", "Bo <bo@example.org>"
    message["Subject"], message["Date"] = "Report", "Sat, 03 May 2025 10:00:00 +0500"
    message["Message-ID"] = f"<{abs(hash(said[0]))}@example.org>"
    message.set_content("\n\n".join(said))
    return message.as_bytes()


def _feed(said: list[str]) -> bytes:
    items = "".join(f"<item><guid>{text}</guid><description>{text}</description></item>" for text in said[:1])
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


def _book(said: list[str]) -> bytes:
    return epub({"a.xhtml": xhtml("".join(f"<p>{text}</p>" for text in said))}, "<dc:title>Report</dc:title>")


def _text(said: list[str]) -> bytes:
    return "\n\n".join(said).encode()


#: What makes a document of paragraphs, by the end of its file's name.
MAKERS: Mapping[str, Callable[[list[str]], bytes]] = {
    ".txt": _text,
    ".md": lambda said: b"# Report\n\n" + _text(said),
    ".html": _html,
    ".pdf": _pdf,
    ".docx": lambda said: docx("".join(map(word_paragraph, said))),
    ".odt": lambda said: odt("".join(f"<text:p>{text}</text:p>" for text in said)),
    ".epub": _book,
    ".pptx": lambda said: pptx(slide(shape(*map(slide_paragraph, said)))),
    ".xlsx": lambda said: xlsx(
        {"Report": sheet(["What", "Said"], *([str(at), text] for at, text in enumerate(said)))}
    ),
    ".csv": lambda said: "\n".join(
        ["what,said", *(f'{at},"{text}"' for at, text in enumerate(said))]
    ).encode(),
    ".json": lambda said: json.dumps({"title": "Report", "text": "\n\n".join(said)}).encode(),
    ".jsonl": lambda said: json.dumps({"title": "Report", "text": "\n\n".join(said)}).encode() + b"\n",
    ".eml": _mail,
    ".mbox": lambda said: b"From ada@example.org Sat May  3 10:00:00 2025\n" + _mail(said) + b"\n",
    ".rss": _feed,
    ".zip": lambda said: package({"report.html": _html(said), "report.txt": _text(said[:1])}),
}
