"""Documents written as Markdown: read again, they say the same."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles import Article, Document
from retrieval.errors import EmptyArticleError
from retrieval.ingest.files import read_bytes
from retrieval.ingest.samples import sample_documents
from retrieval.ingest.texts import Metadata, read_text
from retrieval.ingest.writing import to_markdown


def read(markdown: str) -> Document:
    [document] = read_bytes(markdown.encode(), Path("article.md"), "key")
    return document


def words(text: str) -> list[str]:
    """Return what of a text is no mark."""
    return re.findall(r"\w+", text)


MARKDOWN = """\
---
title: "Pumps"
---

# Pumps

All pumps of the works, with *prices*.

## Ertis

- Ertis-4 is quiet. It has 12 kW.
    - It floats.
- Ertis-6

1. Open the valve.
2. Start it.

| Pump | Power, kW | Price |
| --- | --- | --- |
| Ertis-4 | 12 | 900 000 |
| Ertis-6 | 18 | 1 200 000 |

> It has never failed.

```
pump --start
pump --stop
```

Power: 12 kW\\
Weight: 80 kg
"""


def test_what_stood_in_markdown_stands_in_it_again() -> None:
    document = read(MARKDOWN)
    again = read(to_markdown(document))
    assert again.article.text == document.article.text
    assert [(unit.kind, unit.depth) for unit in again.units] == [
        (unit.kind, unit.depth) for unit in document.units
    ]
    assert to_markdown(again) == to_markdown(document)


def test_what_is_known_of_an_article_stands_at_the_top() -> None:
    known = Metadata(
        "On: #1", 'The "Note"', "https://example.org/a?b=1#c", date(2025, 5, 3), "en", names=("Q",)
    )
    document = read_text("It has 12 berths.", "key", known)
    again = read(to_markdown(document)).article
    for name in ("title", "source", "url", "published", "language", "names", "text"):
        assert getattr(again, name) == getattr(document.article, name), name


@pytest.mark.parametrize("document", sample_documents(), ids=lambda document: document.article.key)
def test_a_plain_text_is_told_by_its_units(document: Document) -> None:
    again = read(to_markdown(document))
    assert again.article.text.split() == document.article.text.split()
    assert [unit.kind for unit in again.units] == [unit.kind for unit in document.units]


@pytest.mark.parametrize(
    "line",
    [
        "# no heading", "- no item at all - is it?", "1. one", "12) twelve", "a) letter", "(iv) roman",
        "> no mail", "2 * 3 * 4 = 24", "a *b* c", "snake_case and _this_", "`code`", "<b>bold</b> if 1 < 2",
        "[[link]] [a](b)", "![picture](a.png)", "&amp; & co.", "C:\\temp\\new", "~~gone~~ ~5 km",
        "==mark== %%none%%",
        "{{ macro", "$5 and $6^2$", "[^1] note", "| a | b |", "::: note", "!!! warning", "---",
        "+++", "***", "===", ": term", "x^2^ H~2~O", "#tag", "[ ] task", "[x] task", "[TOC]", "<!-- none -->",
        "<details>", "^block-id", ":smile", "* star", "+ plus", "https://a.org/b_c_d*e",
    ],
)  # fmt: skip
def test_what_looks_like_markdown_is_words(line: str) -> None:
    text = f"The notes of May\n\nThe first line is plain.\n\n{line}\n\nThe last line is plain, too."
    document = read_text(text, "key", Metadata("Notes", language="en"))
    assert words(read(to_markdown(document)).article.text) == words(text)


SIGNS = st.text(st.sampled_from(list("ab1.)-+*_#>|`~<!&;[](){}$^=%:\\/\n \t\"'?,—§é")), max_size=60)


@given(SIGNS)
def test_no_words_are_lost_whatever_stands_between_them(text: str) -> None:
    try:
        document = read_text(text, "key", Metadata("Notes", language="en"))
    except EmptyArticleError:
        return
    if not any(map(str.isalnum, text)):
        return
    assert words(read(to_markdown(document)).article.text) == words(document.article.text)


def test_an_article_without_units_is_written_as_it_is() -> None:
    article = Article(key="key", text="One line.\n\nAnother.", language="en", title="Lines")
    assert words(to_markdown(Document(article, (), 0)))[-3:] == ["One", "line", "Another"]
