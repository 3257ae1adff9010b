"""`derek log`: what administrators did in Telegram, on the command line."""

from contextlib import closing
from pathlib import Path

from bot.assembly import PEOPLE
from bot.chats.audit import Act
from bot.chats.people import People
from bot.chats.persons import Standing
from tests.support.command import derek


def test_what_was_done_is_shown_the_newest_last(data: Path) -> None:
    assert derek("log").out == "Nothing was done yet.\n"
    with closing(People(data / PEOPLE)) as people:
        people.persons.meet(7, "Olga", "ru")
        people.persons.settle(7, Standing.READER, 1)
        people.log.note(1, Act.ADD, "06c440b382dd")
    first, second = derek("log").out.splitlines()
    assert first.endswith(" · 1 let Olga in")
    assert second.endswith(" · 1 added or changed article 06c440b382dd")
    assert derek("log", "-n", "1").out.splitlines() == [second]
    lines = derek("log", "--json").lines
    assert [(line["by"], line["act"], line["on"]) for line in lines] == [
        (1, "admit", "7"),
        (1, "add", "06c440b382dd"),
    ]


def test_what_came_by_http_was_done_by_a_holder(data: Path) -> None:
    derek("key", "new", "newsroom")
    (line,) = derek("log", "--json").lines
    assert (line["act"], line["on"], line["holder"]) == ("key", "1 newsroom", "console:0")
    assert derek("log").out.rstrip().endswith("console made the key 1 newsroom")
