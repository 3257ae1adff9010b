"""Pages: what readers wrote below them and what leads elsewhere is none of their text."""

import pytest

from retrieval.articles import SentenceKind
from retrieval.ingest.blocks import Block
from retrieval.ingest.formats.page import Fetched, read_page
from retrieval.ingest.formats.page_company import leave_out_comments, without_links
from retrieval.ingest.formats.trees import tree_of

SAID = "The bridge over the Turgay was opened on the third of May by those who had built it. " * 15


@pytest.mark.parametrize("name", ["comments", "comment-list", "post-comments", "respond", "x comments-area"])
def test_comments_are_left_out(name: str) -> None:
    page = f"<body><article><p>{SAID}</p></article><div class='{name}'><p>I like it.</p></div></body>"
    [reading] = read_page(Fetched(page.encode()))
    assert [block.text for block in reading.blocks] == [SAID.strip()]


@pytest.mark.parametrize("name", ["commentary", "comments-open-letter", "respondent", "no-comment-please"])
def test_what_is_only_called_alike_stays(name: str) -> None:
    tree = tree_of(f"<body><p>{SAID}</p><div id='{name}'>It is green.</div></body>")
    assert tree is not None
    leave_out_comments(tree)
    assert "It is green." in tree.text_content()


def test_comments_that_are_the_page_stay() -> None:
    inner = f"<div class=comment>{SAID}</div>" * 3
    tree = tree_of(f"<body><h1>Bridges</h1><div class=comments>{inner}</div></body>")
    assert tree is not None
    leave_out_comments(tree)
    assert SAID in tree.text_content()


def block(text: str, kind: SentenceKind = SentenceKind.SENTENCE) -> Block:
    return Block(kind, text, 1)


def test_links_in_a_row_go_with_their_heading_and_a_single_one_stays() -> None:
    links = ("Pumps are sold again", "Water is in the well", "The bridge is open")
    blocks = [
        block(SAID),
        block("The bridge is open"),
        block("It is green."),
        block("Read also", SentenceKind.HEADING),
        block("03.05.2025 10:00 Pumps are sold again"),
        block("- Water is in the well", SentenceKind.BULLET),
        block("It is long."),
    ]
    kept = [one.text for one in without_links(blocks, links)]
    assert kept == [SAID, "The bridge is open", "It is green.", "It is long."]


def test_a_page_of_links_stays_one() -> None:
    links = [f"The bridge over river number {n}" for n in range(9)]
    assert len(without_links(list(map(block, links)), links)) == 9
