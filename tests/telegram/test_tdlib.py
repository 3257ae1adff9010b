"""Telegram's own parser as the judge of our HTML: TDLib's, called offline.

DEREK_TDLIB names its library, libtdjson.so of the npm package prebuilt-tdlib.
"""

import ctypes
import json
import os
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
BLOCKS = st.builds(
    Block, st.lists(FRAGMENTS, min_size=1, max_size=4).map(tuple), st.booleans(), st.booleans()
)


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


def test_the_judge_does_refuse(parse: Callable[[str], dict[str, Any]]) -> None:
    assert parse("<b>open")["@type"] == "error"
