"""Feeds as they are listed."""

from babel.dates import format_date

from bot.phrases import Phrases
from bot.rendering.messages import shortened
from retrieval.ingest.web.feeds import Feed


def feed_line(feed: Feed, phrases: Phrases) -> str:
    """Return what a feed is called, how many of its entries are known, and how it was when last asked."""
    name = f"{shortened(feed.title)} – {feed.url}" if feed.title else feed.url
    if feed.trouble:
        state = phrases("feed-trouble", count=feed.failures, reason=feed.trouble)
    elif feed.checked is None:
        state = phrases("feed-new")
    else:
        day = format_date(feed.checked.astimezone().date(), "medium", phrases.language)
        state = phrases("feed-well", count=feed.entries, day=day)
    return f"{name}: {state}"
