"""Kill Derek again and again, let Telegram fail in every way, and print what was lost: it is to be nothing.

python -m tests.benchmarks.bench_faults [--kills N] [--questions N] [--seconds S] [--seed N]

Exits with 1 when anything was lost, came out of order or was done twice without a word.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from tests.benchmarks.tables import Table, to_text
from tests.support.bot_api import BotApi, User, gateway, private, refused
from tests.support.faults import QUESTIONS, Met, Storm, Stream, Trouble, locked, meet, storm, troubles
from tests.support.running import RunningDerek

_ANN = User(7, "Ann", "en", "ann")

#: How many chats ask, and how many documents an administrator adds meanwhile.
_CHATS, _DOCUMENTS = 50, 100


def _storms(questions: int, kills: int, seconds: float, seed: int) -> Iterator[tuple[str, Storm]]:
    """Yield what becomes of a stream by polling and at the webhook."""
    for way in ("polling", "webhook"):
        with tempfile.TemporaryDirectory() as place:
            stream = Stream(questions, _CHATS, _DOCUMENTS, seconds)
            yield way, storm(Path(place), stream, kills, seed, by_webhook=way == "webhook")


def _all_met() -> Iterator[Met]:
    """Yield what becomes of each fault in the table, and of two that are not Telegram's."""
    with (
        tempfile.TemporaryDirectory() as place,
        BotApi(repeat_bound=0.05) as api,
        RunningDerek(Path(place), api.url),
    ):
        api.wait_until_listening(60)
        for number, trouble in enumerate(troubles(), 100):
            yield meet(api, trouble, number)
        with locked(Path(place) / "data" / "history.sqlite3"):
            yield _beside(api, "history locked", 900)


def _beside(api: BotApi, name: str, number: int) -> Met:
    """Return what becomes of questions beside something that fails without Telegram."""
    return meet(api, Trouble(name, "sendMessage", gateway(), 0), number)


def _revoked() -> bool:
    """Whether Derek ends with 4 when its token is revoked, and answers what came then after a new start."""
    question, beginning = next(iter(QUESTIONS.items()))
    with tempfile.TemporaryDirectory() as place, BotApi(repeat_bound=0.05) as api:
        api.open(private(_ANN), _ANN)
        with RunningDerek(Path(place), api.url) as derek:
            api.wait_until_listening(60)
            api.fail("getUpdates", refused(401), 3)
            api.message(private(_ANN), _ANN, question)
            code = derek.wait(60)
            derek.restart()
            [answer] = api.wait_for_messages(private(_ANN), 1, 60)
            return code == 4 and beginning in answer.text


def _shown(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.1f}"


@click.command()
@click.option("--kills", default=200, help="How often the process is killed, in each way.")
@click.option("--questions", default=2_000, help="How many questions are asked meanwhile.")
@click.option("--seconds", default=420.0, help="In how many seconds these are asked.")
@click.option("--seed", default=1, help="Which random moments and questions.")
def main(kills: int, questions: int, seconds: float, seed: int) -> None:
    """Print both tables; the last one is that of the kills."""
    met = list(_all_met())
    rows = [
        (
            one.name,
            _shown(one.first),
            _shown(one.other),
            one.messages,
            one.apologies,
            "yes" if one.is_well else "NO",
        )
        for one in met
    ]
    columns = ("fault", "answered after s", "another after s", "messages", "regrets", "well")
    click.echo(to_text(Table.of("Faults", columns, rows)))
    is_over = _revoked()
    click.echo(f"401 for good: {'ends with 4, answered after the next start' if is_over else 'LOST'}\n")
    storms = list(_storms(questions, kills, seconds, seed))
    measures: list[tuple[str, Callable[[Storm], int]]] = [
        ("kills", lambda storm: storm.kills),
        ("questions", lambda storm: storm.asked),
        ("lost", lambda storm: storm.lost),
        ("out of order", lambda storm: storm.out_of_order),
        ("sent again, marked", lambda storm: storm.repeated),
        ("twice, unmarked", lambda storm: storm.twice_unmarked),
        ("documents added", lambda storm: storm.added),
        ("documents lost", lambda storm: storm.additions_lost),
        ("documents twice", lambda storm: storm.additions_twice),
        ("set aside", lambda storm: storm.set_aside),
        ("strange messages", lambda storm: len(storm.strange)),
        ("seconds", lambda storm: round(storm.seconds)),
    ]
    by_measure: list[tuple[str | int, ...]] = [
        (name, *(measure(became) for _, became in storms)) for name, measure in measures
    ]
    click.echo(to_text(Table.of("Kills", ("", *(way for way, _ in storms)), by_measure)))
    for _, became in storms:
        for text in became.strange[:10]:
            click.echo(f"strange: {text}")
    if not (is_over and all(one.is_well for one in met) and all(became.is_calm for _, became in storms)):
        sys.exit(1)


if __name__ == "__main__":
    main()
