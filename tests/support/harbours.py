"""A corpus on which it is known how sure Derek is of what, and people who judge his answers."""

from collections.abc import Iterable, Iterator

from bot.assembly import Derek
from bot.chats.feedback import Judgement, Verdict
from retrieval.articles import Article
from tests.support.documents import keep

TOWNS = [
    "Aral",
    "Balkhash",
    "Atyrau",
    "Aktau",
    "Kuryk",
    "Bautino",
    "Karatau",
    "Turgay",
    "Zaysan",
    "Ulytau",
    "Kulsary",
    "Emba",
    "Shalkar",
    "Arys",
    "Ridder",
    "Semey",
    "Pavlodar",
    "Kokshetau",
    "Taraz",
    "Shymkent",
]

#: What is asked of each town: with a confidence of some .8, .3, and .1, which is not enough for an answer.
SURE = "How many berths has the harbour of {}?"
UNSURE = "When was the harbour of {} painted?"
NEAR = "How many people live in {}?"

GOOD, BAD = Judgement(Verdict.GOOD), Judgement(Verdict.BAD)


def fill(derek: Derek) -> None:
    """Put the towns in the place of all articles."""
    for entry in derek.store.catalogue():
        derek.store.remove(entry.article_id)
    for number, town in enumerate(TOWNS, 3):
        text = f"The harbour of {town} has {number} berths. The mayor of {town} likes apples."
        keep(derek.store, Article(key=town, text=text, language="en"))
    derek.index.catch_up()


def asked(question: str, towns: Iterable[str] = TOWNS) -> Iterator[str]:
    """Yield a question about each town."""
    return (question.format(town) for town in towns)


def judge(derek: Derek, questions: Iterable[str], judgement: Judgement, person: str = "ann") -> None:
    """Ask questions, each in a chat of its own, and judge what is shown."""
    for question in questions:
        chat = derek.chat(f"{person} {question}")
        assert chat.judge(chat.ask(question).number, person, judgement), question
