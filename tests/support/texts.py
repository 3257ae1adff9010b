"""Strategies of hypothesis for texts and articles of every kind."""

from datetime import UTC

from hypothesis import strategies as st

from retrieval.articles import Article, normalise

# Any text at all: lone surrogates too, and what has to be normalised more often than chance has it.
ODDITIES = st.sampled_from(
    ["\ufeff", "\r", "\r\n", "\n", "\x00", "\x0b", "\x1b", "\x7f", "\x85", "\x9f", "\u2028", "e\u0301",
     "\u0438\u0306", "\u0301", "\ud800", "\udfff", "\U0001f1f0\U0001f1ff", "\u200d", "\u202e", "ﷺ", "각", " "]
)  # fmt: skip
ANY_TEXT = st.text(st.characters(exclude_categories=())) | st.lists(ODDITIES | st.text()).map("".join)

# What may stand in a field beside the text.
LABELS = st.none() | st.text(min_size=1, max_size=40)
ARTICLES = st.builds(
    Article,
    key=st.text(min_size=1, max_size=40),
    text=ANY_TEXT.map(normalise).map(lambda text: text.removeprefix("\ufeff")).filter(str.strip),
    language=st.sampled_from(["en", "ru", "kk", "de", "und", "zh"]),
    title=LABELS,
    source=LABELS,
    url=LABELS,
    published=st.none() | st.dates(),
    collection=st.sampled_from([None, "hr", "it", "кадры"]),
    names=st.lists(st.text(max_size=20), max_size=3).map(tuple),
    added=st.datetimes(timezones=st.just(UTC)),
)
