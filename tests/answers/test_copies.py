"""Answers from copies of one article: what they say alike is cited once, from the earliest."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from bot.phrases import Phrases
from bot.rendering import messages
from bot.rendering.blocks import to_text
from retrieval.answers.answerer import Answerer
from retrieval.answers.citations import Answer, Status
from retrieval.articles import Article
from retrieval.copies.near_duplicates import NearDuplicates
from retrieval.storage.store import Store
from tests.support.answering import answerer_on
from tests.support.documents import keep

OPENED = "The bridge over the Ertis at Pavlodar was opened on Friday after four years of building."
PAID = "It is 1,200 metres long and cost 45 billion tenge, which the budget of Pavlodar region paid."
DROVE = "Akim Asain Baikhanov and builders from Karaganda were the first to drive across the new road."
STAYS = "The old bridge of 1966 stays open for trams and for people on foot until next May."
WAITED = "Drivers who come from Aksu used to wait for an hour and a half on most mornings."

QUESTION = "How much did the bridge at Pavlodar cost?"


def article(key: str, *lines: str, day: date | None = None) -> Article:
    return Article(key=key, text="\n".join(lines), language="en", title=lines[0], published=day)


WIRE = article("wire", "Pavlodar has a new bridge", OPENED, PAID, DROVE, STAYS, day=date(2025, 10, 3))
PAPER = article(
    "paper",
    "A bridge for Pavlodar",
    "Good news for all who live on the right bank.",
    OPENED,
    PAID.replace("1,200", "1 200").replace(", which", " – which"),
    DROVE,
    STAYS,
    WAITED,
    day=date(2025, 10, 4),
)
RADIO = article(
    "radio",
    "Ertis crossed",
    OPENED,
    PAID.replace("paid.", "paid, the ministry said."),
    STAYS,
    DROVE,
    day=date(2025, 10, 5),
)
CORRECTED = article(
    "corrected",
    "Pavlodar has a new bridge (corrected)",
    *(OPENED, PAID.replace("45", "54"), DROVE, STAYS),
    day=date(2025, 10, 6),
)


@pytest.fixture(name="near")
def near_duplicates_of_the_store(store: Store, tmp_path: Path) -> Iterator[NearDuplicates]:
    near = NearDuplicates(store, tmp_path / "signatures.sqlite3")
    yield near
    near.close()


def answerer(store: Store, near: NearDuplicates, articles: Sequence[Article]) -> Answerer:
    for one in articles:
        keep(store, one)
    return answerer_on(store, copies=near.pairs)


def prices(answer: Answer) -> list[tuple[str, str, int]]:
    """Return which citations tell a price: their articles, what it is, and in how many others that stands."""
    return [
        (citation.article_id, price, citation.copies)
        for citation in answer.citations
        for price in ("45 billion", "54 billion")
        if price in citation.quote
    ]


def test_the_earliest_is_cited_and_the_others_are_counted_in_whatever_order_they_came(
    store: Store, near: NearDuplicates
) -> None:
    for order in permutations([WIRE, PAPER, RADIO]):
        answer = answerer(store, near, order).ask(QUESTION)
        assert answer.status is Status.ANSWERED
        assert prices(answer) == [(WIRE.id, "45 billion", 2)]
        assert answer.citations[0].quote.endswith(PAID)
        for one in order:
            store.remove(one.id)


def test_what_is_said_alike_by_articles_that_are_no_copies_stays_apart(
    store: Store, near: NearDuplicates
) -> None:
    other = article(
        "other",
        "What bridges cost",
        "Semey built one for the price of a stadium, and Oral wants two of them within seven years.",
        PAID.replace("1,200", "1 200"),
        "Engineers from Seoul drew most of them, and Kostanay, Taraz and Aktau sent 300 workers each.",
        "Ferries carried 90 cars an hour in Soviet days, as Dina Omarova remembers, a captain of 72.",
        "Whoever lives in Ekibastuz or Ridder still waits for any crossing at all, and for 2031.",
    )
    answer = answerer(store, near, [WIRE, other]).ask(QUESTION)
    assert {copies for _, _, copies in prices(answer)} == {0}


def test_a_correction_is_cited_beside_what_it_corrects(store: Store, near: NearDuplicates) -> None:
    answer = answerer(store, near, [WIRE, PAPER, CORRECTED]).ask(QUESTION)
    assert sorted(prices(answer)) == sorted([(WIRE.id, "45 billion", 1), (CORRECTED.id, "54 billion", 0)])


def test_an_answer_is_surer_where_its_copies_are_known(store: Store, near: NearDuplicates) -> None:
    among_copies = answerer(store, near, [WIRE, PAPER, RADIO]).ask(QUESTION)
    without = answerer_on(store).ask(QUESTION)
    assert len(prices(without)) == 3
    assert among_copies.confidence > without.confidence


def test_what_became_of_an_article_counts_from_the_next_question_on(
    store: Store, near: NearDuplicates
) -> None:
    asked = answerer(store, near, [WIRE, PAPER, RADIO])
    store.remove(WIRE.id, store.begin_edit())
    assert prices(asked.ask(QUESTION)) == [(PAPER.id, "45 billion", 1)]
    store.undo()
    assert prices(asked.ask(QUESTION)) == [(WIRE.id, "45 billion", 2)]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "also in 2 other"), ("ru", "также в 2 других"), ("kk", "тағы 2 мақалада")]
)
def test_a_message_says_in_how_many_others_it_stands(
    store: Store, near: NearDuplicates, language: str, said: str
) -> None:
    asked = answerer(store, near, [WIRE, PAPER, RADIO])
    answer = asked.verify(asked.ask(QUESTION))
    assert said in to_text(messages.answer(answer, Phrases(language)))
