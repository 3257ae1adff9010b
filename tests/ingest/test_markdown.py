"""Markdown: the words stay as they stand, the marks around them go."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.sentences import sentences
from retrieval.articles import SentenceKind
from retrieval.ingest.files import read_bytes
from retrieval.ingest.markdown import read_markdown
from retrieval.ingest.texts import read_text
from tests.support.texts import ANY_TEXT


def text(markdown: str) -> str:
    return read_markdown(markdown).text.strip()


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# Trade grows\n\nIt grew.", "Trade grows\n\nIt grew."),
        ("## Trade grows ##\nIt grew.", "Trade grows\n\nIt grew."),
        ("Trade grows\n===========\nIt grew.", "Trade grows\n\nIt grew."),
        ("One.\n\n\n\nTwo.", "One.\n\nTwo."),
        # A soft break is a space, a hard one a break.
        ("One\nand two.", "One and two."),
        ("One  \nTwo", "One\nTwo"),
        ("One\\\nTwo", "One\nTwo"),
        # Emphasis, links, images, code.
        ("It *grew* by **a _tenth_**.", "It grew by a tenth."),
        ("See [the *source*](https://kz/1 'A title').", "See the source."),
        ("See [the source][1].\n\n[1]: https://kz/1", "See the source."),
        ("See <https://kz/1>.", "See https://kz/1."),
        ("![Tokayev in **Kazan**](photo.jpg)", "Tokayev in Kazan"),
        ("Run `a * b` now.", "Run a * b now."),
        # Characters that only look like marks, or are written with them.
        ("5 \\* 3, snake_case_word, 2 * 3 * 4", "5 * 3, snake_case_word, 2 * 3 * 4"),
        ("R&amp;D &laquo;Дружба&raquo; &#8470; 5", "R&D «Дружба» № 5"),
        # Lists.
        ("- one\n- two\n* three", "- one\n- two\n- three"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("3) three\n4) four", "3. three\n4. four"),
        ("1. one\n   - inner\n   - other\n2. two", "1. one\n- inner\n- other\n2. two"),
        ("- one\n  goes on\n- two", "- one goes on\n- two"),
        ("- one  \n  broken\n- two", "- one\nbroken\n- two"),
        ("- one\n\n  Its second paragraph.\n- two", "- one\n\nIts second paragraph.\n\n- two"),
        # Quotations, tables, code blocks, rules.
        ("> It grew.\n> It will grow.", "It grew. It will grow."),
        ("> - one\n> - two", "- one\n- two"),
        ("| Year | Trade |\n|:--|--:|\n| 2021 | 24 *bn* |", "Year\nTrade\n2021\n24 bn"),
        ("```python\nx = *1*\n\ny = 2\n```", "x = *1*\n\ny = 2"),
        ("    x = *1*", "x = *1*"),
        ("One.\n\n---\n\nTwo.", "One.\n\nTwo."),
        # HTML: the tags go, the words stay.
        ("It <b>grew</b>.<!-- aside -->", "It grew."),
        ("", ""),
    ],
)
def test_markdown_comes_out_as_its_words(markdown: str, expected: str) -> None:
    assert text(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("-\n\nA paragraph.", "A paragraph."),
        ("- one\n-\n\nA paragraph.", "- one\nA paragraph."),
        ("- ```\n  code\n  ```\n\nA paragraph.", "code\nA paragraph."),
    ],
)
def test_a_paragraph_after_a_list_is_no_item_of_it(markdown: str, expected: str) -> None:
    assert [line for line in text(markdown).split("\n") if line] == expected.split("\n")


@pytest.mark.parametrize("markdown", ["One<br>two", "One<br/>two", "One<br />two"])
def test_a_break_in_html_does_not_join_the_words_around_it(markdown: str) -> None:
    assert text(markdown).split() == ["One", "two"]


def test_words_in_a_block_of_html_stay() -> None:
    assert "It grew by a tenth." in text("<div align='center'>\nIt grew by a tenth.\n</div>\n\nAnd so on.")


def test_code_in_a_paragraph_keeps_what_would_be_marks_elsewhere() -> None:
    assert text("`**not bold**` and `[no](link)`") == "**not bold** and [no](link)"


def test_headings_and_items_are_told_from_sentences_afterwards() -> None:
    markdown = (
        "# Trade grows\n\nIt grew.\n\n## Outlook\n\nIt will grow again. So they say.\n\n- Wheat.\n- Rye.\n"
    )
    article = read_text(read_markdown(markdown).text, "a").article
    assert article.title == "Trade grows"
    assert [(unit.kind, unit.span.of(article.text)) for unit in sentences(article)] == [
        (SentenceKind.TITLE, "Trade grows"),
        (SentenceKind.SENTENCE, "It grew."),
        (SentenceKind.HEADING, "Outlook"),
        (SentenceKind.SENTENCE, "It will grow again."),
        (SentenceKind.SENTENCE, "So they say."),
        (SentenceKind.BULLET, "- Wheat."),
        (SentenceKind.BULLET, "- Rye."),
    ]


# Front matter


def test_front_matter_is_parted_from_the_text() -> None:
    document = read_markdown(
        "---\ntitle: Trade grows\nDate: 2024-02-22\ntags: [a, b]\n---\n# Heading\n\nIt grew.\n"
    )
    assert document.front_matter == {
        "title": "Trade grows",
        "date": "2024-02-22",
        "tags": ["a", "b"],
    }
    assert document.text.strip() == "Heading\n\nIt grew."


@pytest.mark.parametrize("start", ["\ufeff---\n", "---  \n", "---\r\n"])
def test_front_matter_may_begin_as_editors_write_it(start: str) -> None:
    assert read_markdown(f"{start}title: A\n---\nIt grew.").front_matter == {"title": "A"}


@pytest.mark.parametrize(
    "markdown",
    [
        "No front matter.\n---\ntitle: A\n---\n",
        "\n---\ntitle: A\n---\nIt grew.",
        "---\ntitle: A\nIt never ends.",
        "---\n- a\n- list\n---\nIt grew.",
        "---\njust words\n---\nIt grew.",
        "---\n---\nIt grew.",
        "---\ntitle: [unclosed\n---\nIt grew.",
        "---\n? [a]\n: b\n---\nIt grew.",
        "---\ntitle: !!python/object:os.system x\n---\nIt grew.",
        "----\ntitle: A\n----\nIt grew.",
    ],
)
def test_what_is_no_table_of_front_matter_stays_text(markdown: str) -> None:
    document = read_markdown(markdown)
    assert document.front_matter == {}
    assert markdown.rsplit(maxsplit=1)[-1].strip("-") in document.text


@pytest.mark.parametrize("day", ["2024-02-30", "2024-13-45", "0000-00-00", "2024-13-45T10:00:00Z", "soon"])
def test_a_day_that_there_is_not_is_left_out_and_nothing_else(day: str) -> None:
    content = f"---\ntitle: Harbour\ndate: {day}\n---\nIt grew.\n".encode()
    [document] = read_bytes(content, Path("a.md"), "a")
    article = document.article
    assert (article.title, article.published, article.text) == ("Harbour", None, "It grew.\n")


@pytest.mark.parametrize(
    "yaml",
    [
        "date: !!timestamp 2024-02-30",
        "count: !!int many",
        "number: " + "9" * 5_000,
        "deep: " + "[" * 3_000,
    ],
    ids=["no-such-day", "no-number", "endless-number", "deep"],
)
def test_front_matter_that_yaml_cannot_make_values_of_stays_text(yaml: str) -> None:
    document = read_markdown(f"---\n{yaml}\n---\nIt grew.")
    assert document.front_matter == {}
    assert "It grew." in document.text


# Laws


@given(ANY_TEXT | st.text("-*_`#>|[]()!<>&;\\ \n\t1.ab", max_size=60))
def test_any_text_is_markdown_and_hides_no_paragraph_after_it(markdown: str) -> None:
    document = read_markdown(f"{markdown}\n\nBarley came.")
    assert document.text.rstrip().endswith("Barley came.")
    assert all(name == name.lower() for name in document.front_matter)


WORDS = st.lists(st.from_regex(r"[a-zа-яәө]{1,8}", fullmatch=True), min_size=1, max_size=6)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_plain_paragraphs_come_out_as_they_are(paragraphs: list[list[str]]) -> None:
    plain = "\n\n".join(" ".join(words) for words in paragraphs)
    assert text(plain) == plain
