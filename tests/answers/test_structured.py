"""What documents with a structure answer: never the question itself, and what stands under it."""

from pathlib import Path

import pytest

from retrieval.articles import SentenceKind
from retrieval.ingest.files import read_bytes
from retrieval.storage.store import Store
from tests.support.answering import answerer_on

FAQ = """# Questions

## How do I reset the pump?

Hold the blue key for ten seconds until the lamp goes out.

## Where can I buy spare seals?

Our shops in Oral and Taraz sell them.
"""

INTERVIEW = """# Interview

1. ### What is a chain

   A chain is a row of links in one file.

2. ### What is a rope

   A rope is a bundle of threads.
"""

ITEMS = """- **How long is the warranty?**

  Two years on the motor.

- **Who pays for the way back?**

  The buyer does.
"""

BOLD = """# Вопросы

**Сколько длится гарантия?**

Два года на мотор и корпус.

**Где купить уплотнения?**

Их продают магазины в Уральске.
"""

CONTENTS = """# Handbook

- [Install the pump](#i)
- [Reset the pump](#r)

## Install the pump

Bolt it to the floor with four M8 screws.

## Reset the pump

Hold the blue key for ten seconds.
"""

TITLED = """# Тело запроса

Так зовут данные, которые клиент отправляет серверу.
"""

TABLE = """# Prices

| Pump | Power, kW | Price |
|---|---|---|
| Ertis-4 | 12 | 900 000 |
| Ertis-6 | 18 | 1 200 000 |

The prices hold until May.
"""

CODE = """# Formats

## What a packet is

A light form of text that carries data between a client and a server.

```js
const packet = Packet.parse(packetString);  // What is a packet: { name: "John" }
```
"""


@pytest.mark.parametrize(
    ("markdown", "question", "first"),
    [
        (FAQ, "How do I reset the pump?", "Hold the blue key for ten seconds until the lamp goes out."),
        (FAQ, "Where can I buy spare seals?", "Our shops in Oral and Taraz sell them."),
        (INTERVIEW, "What is a chain?", "A chain is a row of links in one file."),
        (INTERVIEW, "What is a rope?", "A rope is a bundle of threads."),
        (ITEMS, "How long is the warranty?", "Two years on the motor."),
        (ITEMS, "Who pays for the way back?", "The buyer does."),
        (BOLD, "Сколько длится гарантия?", "Два года на мотор и корпус."),
        (BOLD, "Где купить уплотнения?", "Их продают магазины в Уральске."),
        (CONTENTS, "How do I install the pump?", "Bolt it to the floor with four M8 screws."),
        (CONTENTS, "How do I reset the pump?", "Hold the blue key for ten seconds."),
        (TITLED, "Что такое тело запроса?", "Так зовут данные, которые клиент отправляет серверу."),
        (TABLE, "How much does Ertis-4 cost?", "Ertis-4 | 12 | 900 000"),
        (TABLE, "What is the price of the Ertis-6 pump?", "Ertis-6 | 18 | 1 200 000"),
        (CODE, "What is a packet?", "A light form of text that carries data between a client and a server."),
    ],
)
def test_what_stands_under_a_question_comes_first_and_the_question_never(
    store: Store, markdown: str, question: str, first: str
) -> None:
    for document in read_bytes(markdown.encode(), Path("a.md"), "a"):
        store.put(document)
    cited = answerer_on(store, min_confidence=0).ask(question).citations
    assert cited[0].quote == first
    assert not any(citation.quote.rstrip("?").casefold() in question.casefold() for citation in cited)


def test_a_question_in_the_midst_of_a_text_is_not_its_own_answer(store: Store) -> None:
    text = "Who founded Fort Aral? Many ask that. It was founded by Ann Lee in 1824.\n"
    for document in read_bytes(text.encode(), Path("a.txt"), "a"):
        store.put(document)
    cited = answerer_on(store, min_confidence=0).ask("Who founded Fort Aral?").citations
    assert cited[0].quote == "Many ask that. It was founded by Ann Lee in 1824."
    assert "Who founded Fort Aral?" not in {citation.quote for citation in cited}


def test_code_gives_way_to_what_is_said_about_it(store: Store) -> None:
    title, heading, prose, code = CODE.strip().split("\n\n")
    for document in read_bytes("\n\n".join((title, heading, code, prose)).encode(), Path("a.md"), "a"):
        store.put(document)
    cited = answerer_on(store, min_confidence=0).ask("What is a packet?").citations
    assert cited[0].quote == prose


@pytest.mark.parametrize(
    "told", ["title: Ertis-{} pump", "question: How is Ertis-{}?", "aliases: [Ertis-{}]", ""]
)
def test_what_an_article_is_called_outside_of_its_text_is_searched(store: Store, told: str) -> None:
    for number in (4, 6, 8):
        table = told.format(number)
        text = f"---\n{table}\n---\nIt moves {number}0 tonnes of water an hour.\n"
        name = "a.md" if told else f"Ertis-{number} pump.md"
        for document in read_bytes(text.encode(), Path(name), str(number)):
            store.put(document)
    first = (
        answerer_on(store, min_confidence=0).ask("How much water does the Ertis-6 pump move?").citations[0]
    )
    assert first.quote == "It moves 60 tonnes of water an hour."


def test_a_citation_tells_what_it_is_and_what_it_stands_under(store: Store) -> None:
    for document in read_bytes(TABLE.encode(), Path("a.md"), "a"):
        store.put(document)
    first = answerer_on(store, min_confidence=0).ask("How much does Ertis-4 cost?").citations[0]
    assert (first.kind, first.path) == (SentenceKind.ROW, ("Prices", "Pump | Power, kW | Price"))
