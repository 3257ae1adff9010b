"""Markdown: the words stay as they stand, the marks around them go."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles import SentenceKind
from retrieval.ingest.blocks import joined
from retrieval.ingest.files import read_bytes
from retrieval.ingest.markdown import read_markdown
from tests.support.structures import outline, structures
from tests.support.texts import ANY_TEXT


def text(markdown: str) -> str:
    return joined(read_markdown(markdown).blocks)[0]


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
        ("- one\n- two", "- one\n- two"),
        ("- one\n- two\n* three", "- one\n- two\n\n- three"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("3) three\n4) four", "3. three\n4. four"),
        ("1. one\n   - inner\n   - other\n2. two", "1. one\n- inner\n- other\n2. two"),
        ("- one\n  goes on\n- two", "- one goes on\n- two"),
        ("- one  \n  broken\n- two", "- one\nbroken\n- two"),
        ("- one\n\n  Its second paragraph.\n- two", "- one\n\nIts second paragraph.\n\n- two"),
        # Quotations, tables, code blocks, rules.
        ("> It grew.\n> It will grow.", "It grew. It will grow."),
        ("> - one\n> - two", "- one\n- two"),
        ("| Year | Trade |\n|:--|--:|\n| 2021 | 24 *bn* |", "Year | Trade\n2021 | 24 bn"),
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


# Structure


def units(markdown: str) -> Iterator[str]:
    """Return the outline of a document, a sign in the place of each line break."""
    [document] = read_bytes(markdown.encode(), Path("a.md"), "a")
    return outline(document, lambda text: text.replace("\n", "⏎"))


@pytest.mark.parametrize(("markdown", "expected"), structures("markdown.toml", "markdown"))
def test_units_are_what_the_format_says(markdown: str, expected: str) -> None:
    assert list(units(markdown)) == expected.splitlines()


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("It is [[People/Omarov|Omarov]]'s, [[Port of Oral]]'s.", "It is Omarov's, Port of Oral's."),
        ("See [[Dock#Hours]].", "See Dock > Hours."),
        ("It lifts ==40 tonnes==. ^crane-fact", "It lifts 40 tonnes."),
        ("If a == b and c==d then so.", "If a == b and c==d then so."),
        ("It is %%a secret%% red.", "It is red."),
        ("%% a private comment %%\n\nRed.", "Red."),
        ("%%\nprivate\n\nmore\n%%\n\nRed.", "Red."),
        ("It is 5%% of 10%%.", "It is 5%% of 10%%."),
        ("The pier is ~~long~~ short.", "The pier is short."),
        ("- [ ] Paint the gate\n- [x] Sleep", "- Paint the gate\n- Sleep"),
        ("# Dock {#dock-oral}\n\nIt lifts 40 tonnes{.link target=_blank}.", "Dock\n\nIt lifts 40 tonnes."),
        ("{{< notice >}}\nIt is red.\n{{< /notice >}}", "It is red."),
        ("{% raw %}It is red.{% endraw %}", "It is red."),
        ("{{ include('dock.md') }}\n\nIt is red.", "It is red."),
        ("[[_TOC_]]\n\n[TOC]\n\nIt is red.", "It is red."),
        ("It opens at nine. :smile:", "It opens at nine."),
        ("It opens at 10:30:45.", "It opens at 10:30:45."),
        ("import Tabs from '@theme/Tabs';\n\nIt is red.", "It is red."),
        ("<script>\nlet a = 1;\n</script>\n\nIt is red.", "It is red."),
        ("<style>p { color: red }</style>\n\nIt is red.", "It is red."),
        ("It cost $5.3 billion and $6 more.", "It cost $5.3 billion and $6 more."),
        ("So $a + b$ is it.", "So a + b is it."),
        ("It was built in 1960.[^a]\n\n[^a]: See there.", "It was built in 1960.\n\nSee there."),
        ("![[picture.png]]\n\nRed.", "Red."),
        ("- import from CSV\n- export to PDF\n\nexport is taxed at 5%.",
         "- import from CSV\n- export to PDF\n\nexport is taxed at 5%."),
        ("import 'a.css'\nimport X from \"x\"\n\nexport const a = 1;\n\nRed.", "Red."),
        ("Use `{{ title }}`, `:smile:`, `{#id}`, `[ ] `.", "Use {{ title }}, :smile:, {#id}, [ ] ."),
        ("[x] marks the spot. In JSON {{ a }} is one.", "[x] marks the spot. In JSON {{ a }} is one."),
        ("%%draft%% One.\n\nTwo.\n\n%%todo%%\n\nEnd.", "One.\n\nTwo.\n\nEnd."),
        ("A $100 note and a 50$ note: $A/$B.", "A $100 note and a 50$ note: $A/$B."),
        ("$$\nE=mc^2\n$$ (eq1)\n\nRed.", "E=mc^2\n\nRed."),
    ],
)  # fmt: skip
def test_marks_of_other_tools_go_and_words_stay(markdown: str, expected: str) -> None:
    assert text(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "title"),
    [
        ("# gettext\n\nIt prints.", "gettext"),
        ("# What is ownership?\n\nRules.", "What is ownership?"),
        ("# Добро пожаловать!\n\nДа.", "Добро пожаловать!"),
        ("# 3. Gates\n\nRed.", "3. Gates"),
        ("# `dockctl start`\n\nIt starts.", "dockctl start"),
        ("Some words first.\n\n# Dock\n\nRed.", "Dock"),
        ("## Dock\n\nRed.", "Dock"),
        ("---\ntitle: Harbour\n---\n# Dock\n\nRed.", "Harbour"),
        ("Red.\n\n## Later\n\nBlue.", "Pump start order"),
        ("Red.", "Pump start order"),
    ],
)
def test_an_article_is_called_by_its_heading_or_else_by_its_file(markdown: str, title: str) -> None:
    [document] = read_bytes(markdown.encode(), Path("Pump start order.md"), "a")
    assert document.article.title == title


@pytest.mark.parametrize(
    "mark",
    ["%%a\n", "%%a\n\n", " ==a==", "==a ", "{%", "{{< ", "[[", "$", ":::a\n", "> ", "- [", "**", "`", "~~"],
)
def test_a_mark_that_is_repeated_takes_no_longer_than_it_is_long(mark: str) -> None:
    """Twice as many took four times as long, from an opening mark to the end of the text each time."""
    read_markdown(mark * (40_000 // len(mark)))


@pytest.mark.parametrize("item", ["- {} deep", "> {} deep"])
def test_what_is_nested_is_read_as_deep_as_anybody_nests(item: str) -> None:
    levels = range(1, 31)
    nested = "\n".join(f"{'  ' * level}{item.format(level)}" for level in levels)
    read = text(nested)
    assert all(f"{level} deep" in read for level in levels)


def test_quotations_without_end_are_read_as_far_as_they_go() -> None:
    assert text("Red.\n\n" + "> " * 3_000 + "deep") == "Red."


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
    assert joined(document.blocks)[0] == "Heading\n\nIt grew."


@pytest.mark.parametrize("start", ["\ufeff---\n", "---  \n", "---\r\n"])
def test_front_matter_may_begin_as_editors_write_it(start: str) -> None:
    assert read_markdown(f"{start}title: A\n---\nIt grew.").front_matter == {"title": "A"}


@pytest.mark.parametrize(
    "markdown",
    [
        "No front matter.\n---\ntitle: A\n---\n",
        "---\n\nQ: How long?\nA: Two years.\n\n---\n\nMore.",
        "---\ntitle: A\nIt never ends.",
        "---\n- a\n- list\n---\nIt grew.",
        "---\njust words\n---\nIt grew.",
        "---\n? [a]\n: b\n---\nIt grew.",
        "----\ntitle: A\n----\nIt grew.",
    ],
)
def test_what_is_no_table_of_front_matter_stays_text(markdown: str) -> None:
    document = read_markdown(markdown)
    assert document.front_matter == {}
    assert markdown.rsplit(maxsplit=1)[-1].strip("-") in joined(document.blocks)[0]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("---\n---", {}),
        ("---\ntitle: [unclosed\n---", {}),
        ("---\ntitle: !!python/object:os.system x\n---", {}),
        ("---\ntitle: Dock: a way\ndate: 2024-05-03\n---", {"title": "Dock: a way", "date": "2024-05-03"}),
        ("---\ntitle: Dock\nlink: {{ site.url }}\n---", {"title": "Dock"}),
        ("---\ntitle:\tDock\n\ttags: a\n---", {"title": "Dock", "tags": "a"}),
        ("\n---\ntitle: Dock\n---", {"title": "Dock"}),
        ("---\ntitle: Dock\n...", {"title": "Dock"}),
        ("---\nalias: |\n  a\n  ---\n  b\n---", {"alias": "a\n---\nb\n"}),
        ("---\ntitle: 1.10\naliases: [3.10, yes]\n---", {"title": "1.10", "aliases": ["3.10", "yes"]}),
        ("---\ntitle: A\u2028B\n---", {"title": "A\u2028B"}),
        ("---\ndate: !!timestamp 2024-02-30\ntitle: Dock\n---", {"title": "Dock"}),
        ("---\ntitle: Dock\ncount: !!int many\n---", {"title": "Dock"}),
        ("---\ntitle: Dock\ndeep: " + "[" * 3_000 + "\n---", {"title": "Dock"}),
        ("+++\ntitle = \"Dock\"\ndate = 2024-05-03\n+++", {"title": "Dock", "date": date(2024, 5, 3)}),
        ("+++\ntitle = Dock\ndate = 2024-05-03\n+++", {"title": "Dock", "date": "2024-05-03"}),
    ],
)  # fmt: skip
def test_a_faulty_table_is_read_as_far_as_it_goes_and_is_no_text(table: str, told: dict[str, object]) -> None:
    document = read_markdown(f"{table}\nIt grew.\n")
    assert document.front_matter == told
    assert [(block.text, block.line) for block in document.blocks] == [("It grew.", table.count("\n") + 2)]


@pytest.mark.parametrize("day", ["2024-02-30", "2024-13-45", "0000-00-00", "2024-13-45T10:00:00Z", "soon"])
def test_a_day_that_there_is_not_is_left_out_and_nothing_else(day: str) -> None:
    content = f"---\ntitle: Harbour\ndate: {day}\n---\nIt grew.\n".encode()
    [document] = read_bytes(content, Path("a.md"), "a")
    article = document.article
    assert (article.title, article.published, article.text) == ("Harbour", None, "It grew.")


# Laws


@given(ANY_TEXT | st.text("-*_`#>|[]()!<>&;\\ \n\t1.ab", max_size=60))
def test_any_text_is_markdown_and_hides_no_paragraph_after_it(markdown: str) -> None:
    document = read_markdown(f"{markdown}\n\nBarley came.")
    # Only footnotes come later than what they stand in.
    blocks = [block for block in document.blocks if block.kind is not SentenceKind.FOOTNOTE]
    assert joined(blocks)[0].endswith("Barley came.")
    assert all(name == name.lower() for name in document.front_matter)


WORDS = st.lists(st.from_regex(r"[a-zа-яәө]{1,8}", fullmatch=True), min_size=1, max_size=6)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_plain_paragraphs_come_out_as_they_are(paragraphs: list[list[str]]) -> None:
    plain = "\n\n".join(" ".join(words) for words in paragraphs)
    assert text(plain) == plain
