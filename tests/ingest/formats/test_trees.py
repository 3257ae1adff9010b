"""Trees of pages: what the eye takes for paragraphs are such, and nothing is lost over it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from retrieval.ingest.formats.trees import parted


def body_of(markup: str) -> html.HtmlElement:
    return html.document_fromstring(f"<html><body>{markup}</body></html>").find("body")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<div>a<br><br>b</div>", "<div><p>a</p><p>b</p></div>"),
        ("<div>a <br> <br/>b <b>c</b> d<br>e</div>", "<div><p>a </p><p>b <b>c</b> d<br>e</p></div>"),
        ("<p>a<br><br>b</p>", "<div><p>a</p><p>b</p></div>"),
        ("<div>a<br><br><ul><li>b</ul>c</div>", "<div><p>a</p><ul><li>b</li></ul><p>c</p></div>"),
        ("<div>a<br>b</div>", "<div>a<br>b</div>"),
    ],
)
def test_what_two_line_breaks_part_are_paragraphs(markup: str, expected: str) -> None:
    body = parted(body_of(markup))
    assert html.tostring(body, encoding="unicode") == f"<body>{expected}</body>"


@given(
    st.lists(st.sampled_from(["<div>", "</div>", "<br>", "<br><br>", " ", "a", "<b>b</b>", "<p>c", "<i>"]))
)
def test_no_word_is_lost_and_none_moves(pieces: list[str]) -> None:
    markup = "".join(pieces) or "a"
    before, after = body_of(markup), parted(body_of(markup))
    assert "".join(before.text_content().split()) == "".join(after.text_content().split())
