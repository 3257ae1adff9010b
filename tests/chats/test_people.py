"""People, groups, invitations, the code of pairing and the audit log: what is decided holds, and how long."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chats.admission import MOST_USES, Invitation
from bot.chats.audit import Act
from bot.chats.people import People
from bot.chats.persons import MOST_REQUESTS, Asking, LastAdministratorError, Person, Standing
from bot.chats.places import PlaceState
from bot.config import IMPERSONAL
from retrieval.errors import CollectionNameError

OWNER, OLGA, BEK, GROUP = 1, 7, 8, -100


class Clock:
    """Tells a time that tests move on."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **time: float) -> None:
        self.time += timedelta(**time)


@pytest.fixture(name="clock")
def moving_clock() -> Clock:
    return Clock()


@pytest.fixture(name="people")
def empty_people(tmp_path: Path, clock: Clock) -> Iterator[People]:
    with closing(People(tmp_path / "people.sqlite3", frozenset({OWNER}), clock)) as people:
        yield people


@pytest.fixture(name="unowned")
def people_without_an_owner(tmp_path: Path, clock: Clock) -> Iterator[People]:
    with closing(People(tmp_path / "unowned.sqlite3", now=clock)) as people:
        yield people


def acts(people: People) -> list[tuple[int, Act, str]]:
    return [(entry.by, entry.act, entry.on) for entry in reversed(people.log.entries(100))]


# People


def test_of_whom_nothing_is_known_nothing_was_decided(people: People) -> None:
    assert people.persons.get(OLGA) == Person(OLGA)
    assert people.persons.all() == []
    assert people.persons.administrators() == {OWNER}


@pytest.mark.parametrize("number", [*sorted(IMPERSONAL), 0, -5])
def test_what_is_no_persons_id_is_no_person(people: People, number: int) -> None:
    with pytest.raises(ValueError, match="no person's id"):
        Person(number)
    with pytest.raises(ValueError, match="no person's id"):
        people.persons.ask(number, 1)


def test_a_standing_is_kept_with_who_gave_it_and_when(people: People, clock: Clock, tmp_path: Path) -> None:
    people.persons.meet(OLGA, "Olga \n(@olga)", "ru")
    people.persons.settle(OLGA, Standing.READER, OWNER)
    olga = Person(OLGA, "Olga (@olga)", "ru", Standing.READER, OWNER, clock.time)
    assert people.persons.get(OLGA) == olga
    people.close()
    with closing(People(tmp_path / "people.sqlite3")) as again:
        assert again.persons.all() == [olga]


def test_every_change_of_a_standing_is_in_the_log_once(people: People) -> None:
    for standing in (
        *(Standing.READER, Standing.READER, Standing.ADMINISTRATOR, Standing.READER, Standing.REFUSED),
        *(Standing.ADMINISTRATOR, Standing.REFUSED, Standing.BLOCKED),
    ):
        people.persons.settle(OLGA, standing, OWNER)
    done = [act for _, act, _ in acts(people)]
    assert done == [Act.ADMIT, Act.PROMOTE, Act.DEMOTE, Act.DISMISS, Act.PROMOTE, Act.DISMISS, Act.BLOCK]


def test_the_only_administrator_stays_unless_the_settings_name_one(people: People, unowned: People) -> None:
    for each in (people, unowned):
        each.persons.settle(OLGA, Standing.ADMINISTRATOR, OWNER)
    people.persons.settle(OLGA, Standing.READER, OWNER)
    for standing in (Standing.READER, Standing.REFUSED, Standing.BLOCKED):
        with pytest.raises(LastAdministratorError):
            unowned.persons.settle(OLGA, standing, OLGA)
    assert unowned.persons.administrators() == {OLGA}
    unowned.persons.settle(BEK, Standing.ADMINISTRATOR, OLGA)
    unowned.persons.settle(OLGA, Standing.REFUSED, BEK)
    assert unowned.persons.administrators() == {BEK}


def test_a_person_asks_once_a_day(people: People, clock: Clock) -> None:
    assert people.persons.ask(OLGA, 1) is Asking.NEW
    assert people.persons.ask(OLGA, 1) is Asking.NEW, "the same message, worked on again"
    assert people.persons.ask(OLGA, 2) is Asking.KNOWN
    clock.pass_by(hours=25)
    assert people.persons.ask(OLGA, 3) is Asking.NEW
    assert people.persons.decide(OLGA, Standing.REFUSED, OWNER, 4)
    assert people.persons.ask(OLGA, 5) is Asking.KNOWN
    clock.pass_by(hours=25)
    assert people.persons.ask(OLGA, 6) is Asking.NEW


@pytest.mark.parametrize("standing", [Standing.READER, Standing.ADMINISTRATOR, Standing.BLOCKED])
def test_who_is_in_or_blocked_does_not_ask(people: People, clock: Clock, standing: Standing) -> None:
    people.persons.settle(OLGA, standing, OWNER)
    clock.pass_by(days=30)
    assert people.persons.ask(OLGA, 1) is Asking.KNOWN
    assert people.persons.get(OLGA).standing is standing


def test_so_many_ask_at_once_and_old_requests_are_forgotten(people: People, clock: Clock) -> None:
    asking = [people.persons.ask(1_000 + number, number) for number in range(MOST_REQUESTS + 1)]
    assert asking == [Asking.NEW] * MOST_REQUESTS + [Asking.FULL]
    people.persons.meet(1_000, "Somebody", "en")
    clock.pass_by(days=8)
    assert people.persons.ask(OLGA, 99) is Asking.NEW
    assert [person.id for person in people.persons.all()] == [OLGA]
    assert people.persons.get(1_000).name == ""


def test_a_request_is_answered_once(people: People) -> None:
    people.persons.ask(OLGA, 1)
    assert people.persons.decide(OLGA, Standing.READER, OWNER, 2)
    assert people.persons.decide(OLGA, Standing.READER, OWNER, 2), "the same press, worked on again"
    assert not people.persons.decide(OLGA, Standing.BLOCKED, BEK, 3)
    assert not people.persons.decide(BEK, Standing.READER, OWNER, 4), "who never asked"
    assert people.persons.get(OLGA).standing is Standing.READER
    assert acts(people) == [(OWNER, Act.ADMIT, str(OLGA))]
    with pytest.raises(ValueError, match="not answered by"):
        people.persons.decide(OLGA, Standing.ADMINISTRATOR, OWNER, 5)


def test_whom_administrators_let_in_they_may_limit(people: People) -> None:
    assert not people.persons.limit(OLGA, frozenset({"hr"}), OWNER)
    people.persons.settle(OLGA, Standing.READER, OWNER)
    assert people.persons.limit(OLGA, frozenset({"HR", "it"}), OWNER)
    assert people.collections(OLGA) == frozenset({"hr", "it"})
    with pytest.raises(CollectionNameError):
        people.persons.limit(OLGA, frozenset({"h r"}), OWNER)
    people.persons.limit(OLGA, None, OWNER)
    assert people.collections(OLGA) is None


# Groups


def test_a_group_is_asked_about_once_and_allowed_or_refused(people: People, clock: Clock) -> None:
    assert people.places.get(GROUP) is None
    assert people.places.enter(GROUP, "Editors", OLGA, 1)
    assert people.places.enter(GROUP, "Editors", OLGA, 1), "the same update, worked on again"
    assert not people.places.enter(GROUP, "Editors", OLGA, 2)
    assert people.places.settle(GROUP, PlaceState.ALLOWED, OWNER)
    assert not people.places.settle(GROUP, PlaceState.ALLOWED, OWNER)
    clock.pass_by(days=9)
    assert not people.places.enter(GROUP, "Editors", OLGA, 3), "it was allowed, and Derek never left it"
    place = people.places.get(GROUP)
    assert place
    assert (place.title, place.state, place.by) == ("Editors", PlaceState.ALLOWED, OWNER)
    assert acts(people) == [(OWNER, Act.ADMIT_GROUP, str(GROUP))]


def test_an_allowed_group_that_derek_left_is_asked_about_again_and_a_refused_one_is_not(
    people: People,
) -> None:
    people.places.settle(GROUP, PlaceState.ALLOWED, OWNER, "Editors")
    people.places.leave(GROUP)
    assert people.places.all() == []
    assert people.places.enter(GROUP, "Editors", OLGA, 1)
    people.places.settle(GROUP, PlaceState.REFUSED, OWNER)
    people.places.leave(GROUP)
    assert not people.places.enter(GROUP, "Editors", OLGA, 2)
    assert [place.state for place in people.places.all()] == [PlaceState.REFUSED]


def test_so_many_groups_wait_at_once(people: People, clock: Clock) -> None:
    waiting = [people.places.enter(-1_000 - number, "x", OLGA, number) for number in range(MOST_REQUESTS + 1)]
    assert waiting == [True] * MOST_REQUESTS + [False]
    clock.pass_by(days=8)
    assert people.places.enter(GROUP, "Editors", OLGA, 99)


@pytest.mark.parametrize("met_before", [False, True])
def test_a_group_under_a_new_id_keeps_what_was_decided(people: People, met_before: bool) -> None:
    people.places.settle(-5, PlaceState.ALLOWED, OWNER, "Editors")
    people.places.limit(-5, frozenset({"hr"}), OWNER)
    if met_before:
        people.places.enter(GROUP, "Editors", OLGA, 1)
        people.places.leave(-5)
    for _ in range(2):
        people.places.rename(-5, GROUP)
    place = people.places.get(GROUP)
    assert place
    assert (place.state, place.collections) == (PlaceState.ALLOWED, frozenset({"hr"}))
    assert not place.is_left
    assert people.places.get(-5) is None


# Invitations


def test_an_invitation_lets_so_many_in_and_no_more(people: People) -> None:
    token, invitation = people.invitations.invite(Standing.READER, OWNER, 2)
    assert people.invitations.all() == [invitation]
    for person in (OLGA, OLGA, BEK):
        assert people.invitations.accept(token, person) is Standing.READER
    assert people.invitations.accept(token, 9) is None
    assert people.persons.get(9).standing is None
    assert people.invitations.all() == []
    assert acts(people)[1:] == [(OLGA, Act.JOIN, "1"), (BEK, Act.JOIN, "1")]


def test_an_invitation_expires_and_can_be_withdrawn(people: People, clock: Clock) -> None:
    old, _ = people.invitations.invite(Standing.READER, OWNER)
    clock.pass_by(days=7)
    new, invitation = people.invitations.invite(Standing.READER, OWNER)
    people.invitations.withdraw(invitation.number, OWNER)
    assert [people.invitations.accept(token, OLGA) for token in (old, new, "made-up")] == [None] * 3
    assert people.invitations.all() == []


def test_an_invitation_never_takes_anything_away(people: People) -> None:
    people.persons.settle(OLGA, Standing.ADMINISTRATOR, OWNER)
    token, _ = people.invitations.invite(Standing.READER, OWNER)
    assert people.invitations.accept(token, OLGA) is Standing.ADMINISTRATOR
    assert people.invitations.accept(token, BEK) is Standing.READER, "Olga has not used it up"
    token, _ = people.invitations.invite(Standing.ADMINISTRATOR, OWNER)
    assert people.invitations.accept(token, BEK) is Standing.ADMINISTRATOR


def test_who_was_refused_or_removed_comes_in_by_a_later_invitation_only(people: People, clock: Clock) -> None:
    token, _ = people.invitations.invite(Standing.READER, OWNER, 5)
    people.invitations.accept(token, OLGA)
    clock.pass_by(minutes=1)
    people.persons.settle(OLGA, Standing.REFUSED, OWNER)
    people.forget(OLGA)
    assert people.invitations.accept(token, OLGA) is None
    clock.pass_by(minutes=1)
    later, _ = people.invitations.invite(Standing.READER, OWNER)
    assert people.invitations.accept(later, OLGA) is Standing.READER


def test_who_is_blocked_comes_in_by_no_invitation(people: People) -> None:
    people.persons.settle(OLGA, Standing.BLOCKED, OWNER)
    token, _ = people.invitations.invite(Standing.ADMINISTRATOR, OWNER)
    assert people.invitations.accept(token, OLGA) is None


def test_the_invitations_of_a_former_administrator_let_nobody_in(people: People) -> None:
    people.persons.settle(OLGA, Standing.ADMINISTRATOR, OWNER)
    token, _ = people.invitations.invite(Standing.ADMINISTRATOR, OLGA)
    people.persons.settle(OLGA, Standing.READER, OWNER)
    assert people.invitations.all() == []
    assert people.invitations.accept(token, BEK) is None


def test_what_no_invitation_can_be_is_refused(people: People, clock: Clock) -> None:
    for standing, uses in ((Standing.BLOCKED, 1), (Standing.READER, MOST_USES + 1), (Standing.READER, -1)):
        with pytest.raises(ValueError, match="nobody is invited"):
            Invitation(1, standing, OWNER, clock.time, uses)


def test_no_token_is_in_the_file(people: People, tmp_path: Path) -> None:
    token, _ = people.invitations.invite(Standing.READER, OWNER)
    people.close()
    assert token.encode() not in (tmp_path / "people.sqlite3").read_bytes()


# Pairing


def test_the_code_makes_the_first_administrator_once(unowned: People) -> None:
    code = unowned.pairing.open()
    assert code
    assert len(code.replace("-", "")) == 8
    assert unowned.pairing.pair(code.replace("-", " "), OLGA) == (True, None)
    assert unowned.persons.administrators() == {OLGA}
    assert unowned.pairing.pair(code, BEK) == (False, None)
    assert unowned.pairing.open() is None
    assert acts(unowned) == [(OLGA, Act.PAIR, str(OLGA))]


def test_where_the_settings_name_an_administrator_there_is_no_code(people: People) -> None:
    assert people.pairing.open() is None
    assert people.pairing.pair("0000-0000", OLGA) == (False, None)


def test_an_administrator_who_comes_by_another_way_ends_the_pairing(unowned: People) -> None:
    code = unowned.pairing.open()
    assert code
    unowned.persons.settle(BEK, Standing.ADMINISTRATOR, BEK)
    assert unowned.pairing.pair(code, OLGA) == (False, None)


def test_a_code_expires(unowned: People, clock: Clock) -> None:
    code = unowned.pairing.open()
    assert code
    clock.pass_by(hours=1)
    assert unowned.pairing.pair(code, OLGA) == (False, None)


def test_five_wrong_codes_replace_the_right_one(unowned: People) -> None:
    code = unowned.pairing.open()
    assert code
    wrong = "1" * 8 if code[0] != "1" else "2" * 8
    for _ in range(4):
        assert unowned.pairing.pair(wrong, OLGA) == (False, None)
    paired, renewed = unowned.pairing.pair("", OLGA)
    assert not paired
    assert renewed
    assert unowned.pairing.pair(code, OLGA) == (False, None)
    assert unowned.pairing.pair(renewed, OLGA) == (True, None)


def test_a_new_start_replaces_the_code(unowned: People) -> None:
    first, second = unowned.pairing.open(), unowned.pairing.open()
    assert first
    assert second
    assert unowned.pairing.pair(first, OLGA) == (False, None)
    assert unowned.pairing.pair(second, OLGA) == (True, None)


@pytest.mark.parametrize("impersonal", sorted(IMPERSONAL))
def test_nobody_pairs_in_the_name_of_a_group(unowned: People, impersonal: int) -> None:
    code = unowned.pairing.open()
    assert code
    with pytest.raises(ValueError, match="no person's id"):
        unowned.pairing.pair(code, impersonal)


# Forgetting


@pytest.mark.parametrize("standing", [Standing.READER, Standing.REFUSED, Standing.BLOCKED, Standing.ASKED])
def test_of_a_forgotten_person_the_decision_alone_is_left(
    people: People, tmp_path: Path, standing: Standing
) -> None:
    if standing is Standing.ASKED:
        people.persons.ask(OLGA, 1)
    else:
        people.persons.settle(OLGA, standing, OWNER)
    for name in ("Olga Secretova (@secretova)", "Olya Secretova (@secretova)", "Olga (@secretova)"):
        people.persons.meet(OLGA, name, "ru")
    people.persons.meet(BEK, "Bek", "kk")
    people.forget(OLGA)
    olga = people.persons.get(OLGA)
    assert (olga.name, olga.language) == ("", None)
    assert olga.standing is standing
    assert people.persons.get(BEK).name == "Bek"
    for path in tmp_path.glob("people.sqlite3*"):
        assert b"ecretova" not in path.read_bytes(), path


# The log


def test_the_log_tells_the_newest_first_and_page_by_page(people: People, clock: Clock) -> None:
    for number in range(5):
        clock.pass_by(minutes=1)
        people.log.note(OWNER, Act.ADD, number)
    assert [entry.on for entry in people.log.entries(2)] == ["4", "3"]
    assert [entry.on for entry in people.log.entries(2, 2)] == ["2", "1"]
    assert people.log.entries(1)[0].at == clock.time
