"""Keys and sign-ins: secrets are told once, kept as digests, and open nothing after they were revoked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chats.keys import CONSOLE, HolderKind, KeyNameError, UnknownKeyError
from bot.chats.people import People
from bot.chats.persons import Standing

OWNER = 7


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **time: float) -> None:
        self.moment += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(tmp_path: Path, clock: Clock) -> Iterator[People]:
    opened = People(tmp_path / "people.sqlite3", frozenset({OWNER}), clock)
    yield opened
    opened.close()


def test_a_key_lets_its_holder_in_until_it_is_revoked(people: People) -> None:
    secret, key = people.keys.create(" news\nroom ", Standing.READER, CONSOLE, frozenset({"hr"}))
    holder = people.keys.holder(secret)
    assert holder == key.holder
    assert (holder.id, holder.name, holder.collections) == ("key:1", "news room", frozenset({"hr"}))
    assert people.keys.holder(secret + "x") is None
    assert people.keys.revoke("news room", CONSOLE).number == 1
    assert people.keys.holder(secret) is None
    with pytest.raises(UnknownKeyError):
        people.keys.revoke("news room", CONSOLE)
    assert [str(entry.act) for entry in people.log.entries(9)] == ["revoke", "key"]


def test_no_secret_stands_in_the_file(people: People, tmp_path: Path) -> None:
    secret, _ = people.keys.create("a", Standing.READER, CONSOLE)
    link = people.keys.link(CONSOLE)
    session = people.keys.sign_in(link)
    assert session
    written = b"".join(path.read_bytes() for path in tmp_path.glob("people*"))
    assert not [one for one in (secret, link, session) if one.encode() in written]


def test_a_key_is_revoked_by_its_number_even_if_another_is_called_so(people: People) -> None:
    people.keys.create("one", Standing.READER, CONSOLE)
    people.keys.create("1", Standing.READER, CONSOLE)
    assert people.keys.revoke(1, CONSOLE).name == "one"
    assert people.keys.revoke("1", CONSOLE).number == 2


@pytest.mark.parametrize("name", ["", " \n", "x" * 81, "taken"])
def test_what_no_key_can_be_called(people: People, name: str) -> None:
    people.keys.create("taken", Standing.READER, CONSOLE)
    with pytest.raises(KeyNameError):
        people.keys.create(name, Standing.READER, CONSOLE)


def test_nobody_is_let_in_as_somebody_who_may_not(people: People) -> None:
    with pytest.raises(ValueError, match="blocked"):
        people.keys.create("a", Standing.BLOCKED, CONSOLE)


def test_the_name_of_a_revoked_key_is_free(people: People) -> None:
    people.keys.create("a", Standing.READER, CONSOLE)
    people.keys.revoke("a", CONSOLE)
    _, key = people.keys.create("a", Standing.READER, CONSOLE)
    assert [one.revoked is None for one in people.keys.all()] == [True, False]
    assert key.number == 2


def test_a_link_holds_once_and_for_ten_minutes(people: People, clock: Clock) -> None:
    link = people.keys.link(CONSOLE)
    session = people.keys.sign_in(link)
    assert session
    assert people.keys.signed_in(session) == CONSOLE
    assert people.keys.sign_in(link) is None
    late = people.keys.link(CONSOLE)
    clock.pass_(minutes=10)
    assert people.keys.sign_in(late) is None


def test_a_browser_stays_signed_in_for_a_week(people: People, clock: Clock) -> None:
    session = people.keys.sign_in(people.keys.link(CONSOLE)) or ""
    clock.pass_(days=6, hours=23)
    assert people.keys.signed_in(session) == CONSOLE
    clock.pass_(hours=1)
    assert people.keys.signed_in(session) is None
    other = people.keys.sign_in(people.keys.link(CONSOLE)) or ""
    people.keys.sign_out(other)
    assert people.keys.signed_in(other) is None


def test_who_is_signed_in_may_do_what_they_may_do_now(people: People) -> None:
    holder = people.keys.person(OWNER)
    assert holder
    assert (holder.kind, holder.standing) == (HolderKind.PERSON, Standing.ADMINISTRATOR)
    assert people.keys.person(99) is None
    people.persons.settle(5, Standing.ADMINISTRATOR, OWNER)
    fifth = people.keys.person(5)
    assert fifth
    session = people.keys.sign_in(people.keys.link(fifth)) or ""
    people.persons.settle(5, Standing.READER, OWNER)
    now = people.keys.signed_in(session)
    assert now
    assert now.standing is Standing.READER
    people.persons.settle(5, Standing.BLOCKED, OWNER)
    assert people.keys.signed_in(session) is None


def test_a_key_was_used_when_it_was_shown(people: People, clock: Clock) -> None:
    secret, key = people.keys.create("a", Standing.READER, CONSOLE)
    assert key.used is None
    clock.pass_(hours=1)
    people.keys.holder(secret)
    assert people.keys.all()[0].used == clock()
