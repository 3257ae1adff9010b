"""Feeds that are followed: when each is asked, and what of it is known."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from retrieval.ingest.readings import UnreadableContentError
from retrieval.ingest.web.contents import Validators
from retrieval.ingest.web.feeds import Feed, Feeds
from retrieval.ingest.web.opml import feeds_in, opml

NEWS, LOG = "https://news.example/feed", "https://log.example/atom"


class Clock:
    """A clock that tests put forward."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def later(self, **period: float) -> None:
        self.now += timedelta(**period)


@pytest.fixture(name="clock")
def clock_of_a_test() -> Clock:
    return Clock()


@pytest.fixture(name="feeds")
def feeds_in_a_file(tmp_path: Path, clock: Clock) -> Iterator[Feeds]:
    with closing(Feeds(tmp_path / "feeds.sqlite3", clock, Random(1))) as feeds:  # noqa: S311  no secret
        yield feeds


def only(feeds: Feeds) -> Feed:
    [feed] = feeds.all()
    return feed


def test_a_feed_is_followed_once_and_asked_at_once(feeds: Feeds) -> None:
    assert feeds.add(NEWS, "News", "press")
    assert not feeds.add(NEWS)
    feed = only(feeds)
    assert (feed.title, feed.collection, feed.checked, feed.entries) == ("News", "press", None, 0)
    assert feeds.due() == feed


def test_a_feed_that_was_read_is_asked_again_in_about_half_an_hour(feeds: Feeds, clock: Clock) -> None:
    feeds.add(NEWS)
    feeds.succeeded(NEWS, "News", Validators("1", None))
    assert feeds.due() is None
    feed = only(feeds)
    assert (feed.title, feed.validators, feed.checked) == ("News", Validators("1", None), clock.now)
    assert timedelta(minutes=20) < feed.due - clock.now < timedelta(minutes=40)
    clock.later(minutes=40)
    assert feeds.due() == feed


def test_the_feed_that_waits_longest_comes_first(feeds: Feeds, clock: Clock) -> None:
    feeds.add(NEWS)
    clock.later(seconds=1)
    feeds.add(LOG)
    first = feeds.due()
    assert first
    assert first.url == NEWS
    feeds.failed(NEWS, "gone")
    second = feeds.due()
    assert second
    assert second.url == LOG


def test_a_feed_that_fails_is_told_of_once_and_asked_more_and_more_seldom(feeds: Feeds, clock: Clock) -> None:
    feeds.add(NEWS)
    pauses = []
    for time in range(12):
        assert feeds.failed(NEWS, "its server answers 500") is (time == 0)
        pauses.append(only(feeds).due - clock.now)
    assert only(feeds).failures == 12
    assert all(pause < timedelta(days=1.3) for pause in pauses)
    assert pauses[4] > 4 * pauses[0]
    assert pauses[-1] > timedelta(hours=19)
    feeds.succeeded(NEWS, None, Validators())
    assert (only(feeds).failures, only(feeds).trouble) == (0, None)
    assert feeds.failed(NEWS, "again"), "it is new again"


def test_entries_are_known_as_long_as_they_may_come_again(feeds: Feeds, clock: Clock) -> None:
    feeds.add(NEWS)
    feeds.add(LOG)
    feeds.see(NEWS, ["1", "2"])
    assert feeds.unknown(NEWS, ["1", "2", "3"]) == {"3"}
    assert feeds.unknown(LOG, ["1"]) == {"1"}
    clock.later(days=300)
    feeds.see(NEWS, ["2"])
    clock.later(days=300)
    feeds.see(NEWS, [])
    assert feeds.unknown(NEWS, ["1", "2"]) == {"1"}


def test_what_is_followed_no_more_is_forgotten(feeds: Feeds) -> None:
    feeds.add(NEWS)
    feeds.see(NEWS, ["1"])
    assert feeds.remove(NEWS)
    assert not feeds.remove(NEWS)
    feeds.see(NEWS, ["2"])
    feeds.add(NEWS)
    assert feeds.unknown(NEWS, ["1", "2"]) == {"1", "2"}


def test_a_list_that_is_written_is_read_again() -> None:
    feeds = [(NEWS, 'Новости & "слухи"'), (LOG, None)]
    assert feeds_in(opml(feeds).encode()) == [(NEWS, 'Новости & "слухи"'), (LOG, LOG)]


def test_lists_of_other_programs_are_read_without_a_declaration_and_in_folders() -> None:
    outline = (
        "<outline text='Қазақша'><outline text='Жаңалық' xmlUrl=' https://a.example/rss '/>"
        "<outline text='Gone' xmlUrl='http://[bad'/></outline>"
    )
    content = f"<opml version='1.0'><body>{outline}</body></opml>".encode()
    assert feeds_in(content) == [("https://a.example/rss", "Жаңалық")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no list",
        b"<opml/>",
        b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><outline text="&x;"/></opml>',
    ],
)
def test_what_names_no_feed_is_said_to_name_none(content: bytes) -> None:
    with pytest.raises(UnreadableContentError):
        feeds_in(content)
