"""What came in and what is to go out: written down, done once, and taken up again after a process died."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from bot.chats.journal import MOST_DEATHS, Journal, Lane, Received

BOT = 42


@pytest.fixture(name="path")
def journal_path(tmp_path: Path) -> Path:
    return tmp_path / "telegram.sqlite3"


@pytest.fixture(name="journal")
def open_journal(path: Path) -> Iterator[Journal]:
    with closing(Journal(path, BOT)) as journal:
        yield journal


def update(number: int, chat: int = 7, thread: int | None = None, person: int = 7) -> Received:
    return Received(
        number, chat, thread, person, json.dumps({"update_id": number, "text": f"secret {number}"})
    )


def died(journal: Journal) -> None:
    """Let the process die and another one begin, as far as the journal knows of it."""
    journal.recover()


# What came in


def test_an_update_that_comes_twice_is_taken_once(journal: Journal) -> None:
    assert journal.receive([update(1), update(2)]) == [update(1), update(2)]
    assert journal.receive([update(2), update(3)]) == [update(3)]
    journal.finish(1)
    assert journal.receive([update(1)]) == []


def test_that_an_update_was_done_is_known_for_some_days_only(path: Path) -> None:
    now = 1_000.0
    with closing(Journal(path, BOT, lambda: now)) as journal:
        journal.receive([update(1), update(2)])
        journal.finish(1)
        now += 86_400
        assert journal.receive([update(1)]) == []
        now += 2 * 86_400
        assert journal.receive([update(3), update(1)]) == [update(3), update(1)], (
            "its number is another's now"
        )
        assert journal.receive([update(2)]) == [], "what waits is not forgotten"


def test_two_bots_count_their_updates_themselves(path: Path, journal: Journal) -> None:
    journal.receive([update(1)])
    with closing(Journal(path, 43)) as other:
        assert other.receive([update(1)]) == [update(1)]
        other.finish(1)
    assert journal.recover().updates == (update(1),)


def test_what_was_not_done_is_taken_up_again_in_order(path: Path, journal: Journal) -> None:
    journal.receive([update(3), update(1), update(2)])
    journal.begin(2)
    journal.finish(1)
    with closing(Journal(path, BOT)) as after:
        waiting = after.recover()
    assert waiting.updates == (update(2), update(3))
    assert waiting.suspects == {2: 0}


def test_what_was_let_go_in_good_order_is_no_suspect(journal: Journal) -> None:
    journal.receive([update(1)])
    journal.begin(1)
    journal.release(1)
    assert journal.recover().suspects == {}


def test_what_the_process_dies_of_alone_is_set_aside_and_nothing_else(journal: Journal) -> None:
    journal.receive([update(1), update(2)])
    journal.begin(1)
    journal.begin(2)
    for death in range(MOST_DEATHS):
        assert journal.recover().suspects == {1: death, 2: 0}
        journal.begin(1, alone=True)
    waiting = journal.recover()
    assert (waiting.set_aside, waiting.updates) == ((1,), (update(2),))
    assert journal.set_aside_ids() == [1]
    assert journal.recover().set_aside == ()


@pytest.mark.parametrize("deaths", range(MOST_DEATHS))
def test_fewer_deaths_set_nothing_aside(journal: Journal, deaths: int) -> None:
    journal.receive([update(1)])
    for _ in range(deaths):
        journal.begin(1, alone=True)
        journal.recover()
    assert journal.recover().updates == (update(1),)


def test_what_was_being_worked_on_beside_others_is_no_proof(journal: Journal) -> None:
    journal.receive([update(1)])
    for _ in range(5 * MOST_DEATHS):
        journal.begin(1)
        assert journal.recover().updates == (update(1),)


def test_a_lane_is_a_thread_of_a_chat_or_a_person_without_one() -> None:
    assert update(1, person=8).lane == update(2, person=9).lane == Lane(7, None, None)
    assert update(1, thread=5).lane != update(1).lane
    assert Received(1, None, None, 8, "{}").lane != Received(1, None, None, 9, "{}").lane


# What is to go out


def test_what_an_update_is_answered_with_waits_until_it_was_sent(path: Path, journal: Journal) -> None:
    journal.receive([update(1)])
    [first, second] = journal.finish(1, [(7, "a"), (8, "b")])
    with closing(Journal(path, BOT)) as after:
        assert after.to_send() == [first, second]
        after.sent(first.number, 100)
    assert journal.to_send() == [second]


def test_what_was_being_sent_may_have_been_delivered(journal: Journal) -> None:
    [queued] = journal.queue([(7, "a")])
    journal.begin_sending(queued.number, is_repeated=False)
    assert [one.is_repeated for one in journal.to_send()] == [True]
    journal.not_sent(queued.number)
    assert [one.is_repeated for one in journal.to_send()] == [False]


def test_of_a_message_in_parts_those_that_were_delivered_are_known(journal: Journal) -> None:
    [queued] = journal.queue([(7, "a")])
    journal.begin_sending(queued.number, is_repeated=False)
    journal.sent_part(queued.number, 1)
    assert [(one.parts, one.is_repeated) for one in journal.to_send()] == [(1, False)]


def test_what_waits_for_a_group_goes_to_the_supergroup(journal: Journal) -> None:
    journal.queue([(-5, "a"), (7, "b")])
    journal.rename(-5, -1005)
    assert [one.chat for one in journal.to_send()] == [-1005, 7]


def test_a_message_is_known_by_the_question_that_it_answers(journal: Journal) -> None:
    [queued] = journal.queue([(7, "a")])
    journal.sent(queued.number, 100, asked_in=99, question=5)
    assert journal.question_of(7, 100) == 5
    assert journal.answers_to(7, 99) == [100]
    assert journal.question_of(8, 100) is None


def test_what_happened_is_counted(journal: Journal) -> None:
    queued = journal.queue([(7, "a"), (7, "b"), (7, "c")])
    journal.begin_sending(queued[0].number, is_repeated=True)
    journal.sent(queued[0].number, 100)
    journal.drop([queued[1].number, queued[2].number], "unreachable")
    assert journal.tallies() == {"repeated": 1, "sent": 1, "unreachable": 2}


def test_of_several_writes_one_that_fails_undoes_only_itself(journal: Journal) -> None:
    def fail() -> None:
        journal.receive([update(2)])
        raise ValueError

    results = journal.together(
        [lambda: journal.receive([update(1)]), fail, lambda: journal.queue([(7, "a")])]
    )
    assert isinstance(results[1], ValueError)
    assert journal.recover().updates == (update(1),)
    assert len(journal.to_send()) == 1


# What is forgotten


def test_what_was_done_is_not_in_the_file_any_more(path: Path, journal: Journal) -> None:
    journal.together([lambda: journal.receive([update(1), update(2, person=8)])])
    journal.together([lambda: journal.finish(1)])
    journal.close()
    content = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert b"secret 1" not in content
    assert b"secret 2" in content


def test_of_who_wishes_to_be_forgotten_nothing_is_left(path: Path, journal: Journal) -> None:
    journal.receive([update(1, chat=-5, person=8), update(2, person=7)])
    journal.queue([(8, "to secret 8"), (7, "to secret 7")])
    journal.forget(8)
    assert [received.update_id for received in journal.recover().updates] == [2]
    assert [one.chat for one in journal.to_send()] == [7]
    journal.close()
    content = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert b"secret 1" not in content
    assert b"to secret 8" not in content


# Laws

_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "begin", "finish", "release", "die"]),
        st.integers(min_value=1, max_value=5),
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(steps=_STEPS)
def test_whatever_happens_each_update_is_done_or_waits(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    path = tmp_path_factory.mktemp("journal") / "telegram.sqlite3"
    came, done, answers = set[int](), set[int](), 0
    with closing(Journal(path, BOT)) as journal:
        for step, number in steps:
            match step:
                case "receive":
                    journal.receive([update(number)])
                    came.add(number)
                case "begin" if number in came:
                    journal.begin(number)
                case "release" if number in came:
                    journal.release(number)
                case "finish" if number in came - done:
                    journal.finish(number, [(7, str(number))])
                    done.add(number)
                    answers += 1
                case "die":
                    died(journal)
        assert {received.update_id for received in journal.recover().updates} == came - done
        assert len(journal.to_send()) == answers
