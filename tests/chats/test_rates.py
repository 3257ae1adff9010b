"""Rates: so much a spell, one word about it, and silence until it is over."""

import pytest

from bot.chats.rates import Pace, Rates

ANN, BEK, GROUP = ("person", 7), ("person", 8), ("chat", -5)


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture(name="clock")
def moving_clock() -> Clock:
    return Clock()


@pytest.fixture(name="rates")
def three_a_minute(clock: Clock) -> Rates:
    return Rates(3, clock)


def test_what_is_too_much_is_told_once_until_the_spell_is_over(rates: Rates, clock: Clock) -> None:
    paces = [rates.pace([ANN]) for _ in range(6)]
    assert paces == [Pace.ANSWERED] * 3 + [Pace.TOLD] + [Pace.SILENT] * 2
    clock.time = 59.9
    assert rates.pace([ANN]) is Pace.SILENT
    clock.time = 60
    assert rates.pace([ANN]) is Pace.ANSWERED


def test_every_spell_has_its_own_word(rates: Rates, clock: Clock) -> None:
    for start in (0, 60, 120):
        clock.time = start
        assert [rates.pace([ANN]) for _ in range(5)].count(Pace.TOLD) == 1


def test_one_person_holds_up_no_other_in_another_chat(rates: Rates) -> None:
    for _ in range(9):
        rates.pace([ANN])
    assert rates.pace([BEK]) is Pace.ANSWERED


def test_a_chat_counts_for_all_in_it_together(rates: Rates) -> None:
    assert [rates.pace([person, GROUP]) for person in (ANN, BEK, ANN, BEK, ANN)] == [
        *[Pace.ANSWERED] * 3,
        Pace.TOLD,
        Pace.SILENT,
    ]


def test_a_person_counts_in_all_chats_together(rates: Rates) -> None:
    paces = [rates.pace([ANN, ("chat", -number)]) for number in range(5)]
    assert paces == [Pace.ANSWERED] * 3 + [Pace.TOLD, Pace.SILENT]


def test_what_is_over_is_not_kept(rates: Rates, clock: Clock) -> None:
    for number in range(1_000):
        rates.pace([("person", number)])
    clock.time = 60
    rates.pace([ANN])
    assert len(rates._spells) == 1


def test_who_is_forgotten_begins_anew(rates: Rates) -> None:
    for _ in range(5):
        rates.pace([ANN])
    rates.forget(ANN)
    assert rates.pace([ANN]) is Pace.ANSWERED
