"""Markup: its blocks say what a reader of the page sees, and nothing is lost or glued together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from retrieval.articles import SentenceKind
from retrieval.ingest.blocks import LOWEST, Block
from retrieval.ingest.formats.markup import blocks_of


def blocks(markup: str, locator: str | None = None) -> list[Block]:
    return blocks_of(html.document_fromstring(f"<html><body>{markup}</body></html>"), locator)


def texts(markup: str) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for block in blocks(markup)]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<h2>Fees</h2><p>It is free.</p>", [("heading", "Fees"), ("sentence", "It is free.")]),
        ("<p>One <b>wo</b>rd,\n two</p>", [("sentence", "One word, two")]),
        ("a&nbsp;b&shy;c<div>d</div>e", [("sentence", "a bc"), ("sentence", "d"), ("sentence", "e")]),
        ("<ul><li>a<ul><li>b</ul><li><p>c<p>d</ul>",
         [("bullet", "- a"), ("bullet", "- b"), ("bullet", "- c"), ("sentence", "d")]),
        ("<ol start=3><li>a<li value=9>b<li>c</ol>",
         [("bullet", "3. a"), ("bullet", "9. b"), ("bullet", "10. c")]),
        ("<dl><dt>Term<dd>What it is.</dl>", [("heading", "Term"), ("sentence", "What it is.")]),
        ("<details><summary>Why?</summary>So.</details>", [("heading", "Why?"), ("sentence", "So.")]),
        ("<blockquote>Said so.</blockquote>", [("quotation", "Said so.")]),
        ("<pre>a\n  b</pre>", [("code", "a\n  b")]),
        ("<figure><img><figcaption>A ship</figcaption></figure>", [("caption", "A ship")]),
        ("<p>10<sup>6</sup> m<sup>2</sup>, H<sub>2</sub>O, 1<sup>st</sup></p>",
         [("sentence", "10⁶ m², H₂O, 1st")]),
        ("<p>a<br>b<br><br>c</p>", [("sentence", "a\nb"), ("sentence", "c")]),
        ("<p>Tel: 12<br>Fax: 13</p>", [("pair", "Tel: 12"), ("pair", "Fax: 13")]),
        ("<p>Bring:<br>• a cup<br>• a spoon</p>",
         [("sentence", "Bring:"), ("bullet", "• a cup"), ("bullet", "• a spoon")]),
        ("<p>a<script>b</script><style>c</style>d</p><noscript>e</noscript>", [("sentence", "ad")]),
        ("<aside role=doc-footnote><p>See above.</aside>", [("footnote", "See above.")]),
    ],
)  # fmt: skip
def test_markup_becomes_blocks(markup: str, expected: list[tuple[str, str]]) -> None:
    assert texts(markup) == expected


def test_a_table_is_its_rows_with_what_spans_them_in_each() -> None:
    table = (
        "<table><caption>Ferries</caption><tr><th>Name<th>Day<tr><td rowspan=2>Ertis<td>1 | 2<tr><td>3"
        "<tr><td colspan=2>none</table>"
    )
    assert texts(table) == [
        ("caption", "Ferries"),
        ("header", "Name | Day"),
        ("row", "Ertis | 1|2"),
        ("row", "Ertis | 3"),
        ("row", "none"),
    ]


def test_a_table_that_lays_out_a_page_is_no_table() -> None:
    layout = "<table><tr><td>Menu<td><h1>Title</h1><p>It opened.</table>"
    assert texts(layout) == [("sentence", "Menu"), ("heading", "Title"), ("sentence", "It opened.")]


def test_what_spans_many_makes_no_huge_table() -> None:
    row = "<tr><td colspan=999 rowspan=999999>aaaaaaaaaaaaaaaaaaaa<td>b"
    assert sum(len(block.text) for block in blocks("<table>" + row * 2_000)) < 400_000


def test_notes_and_items_tell_what_stands_within_them() -> None:
    summary, within, outside = blocks("<details><summary>Why?</summary><p>So.</details><p>Else.")
    assert (summary.depth, within.notes) == (LOWEST, summary.notes)
    assert (len(summary.notes), outside.notes) == (1, ())
    item, rest = blocks("<ul><li><p>a<p>b</ul>")
    assert item.items == rest.items != ()


def test_blocks_say_where_they_stand() -> None:
    assert [block.locator for block in blocks("<p>a<p>b")] == ["paragraph 1", "paragraph 2"]
    assert [block.locator for block in blocks("<p>a<p>b", "chapter 3")] == ["chapter 3", "chapter 3"]


def test_markup_of_xml_is_read_as_well() -> None:
    page = (
        b"<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>A</h1><!-- x --><p>b<br/>c</p></body></html>"
    )
    assert [block.text for block in blocks_of(etree.fromstring(page))] == ["A", "b\nc"]


def test_no_depth_is_too_deep() -> None:
    parser = html.HTMLParser(huge_tree=True)
    page = html.document_fromstring("<body>" + "<div><blockquote>" * 900 + "deep", parser=parser)
    assert [block.text for block in blocks_of(page)] == ["deep"]


@given(st.lists(st.sampled_from([
    "<p>", "</p>", "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "<th>", "</table>", "<b>", "</b>",
    "<br>", "<h2>", "</h2>", "<dl>", "<dt>", "<dd>", "</dl>", "<pre>", "</pre>", "<blockquote>",
    "</blockquote>", "<details>", "<summary>", "</details>", "<sup>", "word", " other ", "7",
])))  # fmt: skip
def test_every_word_stands_in_a_block_once(pieces: list[str]) -> None:
    found = " ".join(block.text for block in blocks("".join(pieces)) if block.kind is not SentenceKind.ROW)
    rows = " ".join(block.text for block in blocks("".join(pieces)) if block.kind is SentenceKind.ROW)
    assert (found + rows).count("word") == pieces.count("word")
