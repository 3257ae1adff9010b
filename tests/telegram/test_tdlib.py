"""Telegram's own parser as the judge of our HTML: TDLib's, called offline.

DEREK_TDLIB names its library, libtdjson.so of the npm package prebuilt-tdlib.
"""

import ctypes
import json
import os
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.blocks import Block, Fragment, Role, to_messages

MARKUP = [
    "<b>",
    "</b>",
    "<",
    ">",
    "&",
    "&amp;",
    "&#39;",
    "&lt;i>",
    '"',
    "'",
    "</blockquote>",
    "<!--",
    "\u202e",
    "\u0301",
]
LETTERS = [
    "слово ",
    "word ",
    "сөз ",
    "\n",
    " ",
    "👩‍👩‍👧‍👦",
    "𝔘",
    "语",
    "@name",
    "/start",
    "https://a.kz/?a=1&b=2",
]
TEXT = st.lists(st.sampled_from([*MARKUP, *LETTERS]), max_size=40).map("".join) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), max_size=60
)
URLS = st.none() | TEXT | st.just("https://example.org/a?b=<c>&d='e'")
FRAGMENTS = st.builds(Fragment, TEXT, st.sampled_from(Role), URLS)
FLAGS = (st.booleans(), st.booleans(), st.booleans())
BLOCKS = st.builds(Block, st.lists(FRAGMENTS, min_size=1, max_size=4).map(tuple), *FLAGS)

#: How many answers are made up by chance, more than hypothesis would have the time for.
MANY = 100_000


@pytest.fixture(name="parse", scope="session")
def tdlib() -> Callable[[str], dict[str, Any]]:
    path = os.environ.get("DEREK_TDLIB")
    if not path:
        pytest.skip("DEREK_TDLIB does not name TDLib's library")
    library = ctypes.CDLL(path)
    library.td_execute.restype = ctypes.c_char_p
    library.td_execute.argtypes = [ctypes.c_char_p]
    library.td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')

    def parse(html: str) -> dict[str, Any]:
        request = {"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}}
        answer: dict[str, Any] = json.loads(library.td_execute(json.dumps(request).encode()))
        return answer

    return parse


@given(st.lists(BLOCKS, max_size=6))
def test_telegram_reads_our_html_as_the_text_that_we_meant(
    parse: Callable[[str], dict[str, Any]], blocks: list[Block]
) -> None:
    for message in to_messages(blocks):
        read = parse(message.html)
        assert read["@type"] == "formattedText", read
        assert read["text"] == message.plain
        assert len(read["text"].encode("utf-16-le")) // 2 <= 4096


def made_up(chance: random.Random) -> list[Block]:
    """Return the blocks of an answer as articles of noise would have it."""

    def text() -> str:
        return "".join(chance.choices([*MARKUP, *LETTERS], k=chance.randrange(12)))

    def fragment() -> Fragment:
        url = chance.choice([None, None, text(), "https://example.org/a?b=<c>&d='e'#:~:text=a%20b"])
        return Fragment(text(), chance.choice(list(Role)), url)

    return [
        Block(
            tuple(fragment() for _ in range(chance.randrange(1, 4))),
            *(chance.random() < 0.5 for _ in range(3)),
        )
        for _ in range(chance.randrange(1, 4))
    ]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_thousand_answers_are_read_as_they_were_meant(
    parse: Callable[[str], dict[str, Any]],
) -> None:
    chance, count = random.Random(7), 0  # noqa: S311  nothing that is to be secret
    while count < MANY:
        for message in to_messages(made_up(chance)):
            read = parse(message.html)
            assert (read["@type"], read.get("text")) == ("formattedText", message.plain), message.html
            count += 1


def test_the_judge_does_refuse(parse: Callable[[str], dict[str, Any]]) -> None:
    assert parse("<b>open")["@type"] == "error"
