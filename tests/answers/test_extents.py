"""What is quoted with a sentence that answers: the one that it leans on, or the whole list that it is of."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers.citations import Citation, Status
from retrieval.answers.extents import leans
from retrieval.ingest.files import read_bytes
from retrieval.questions.question import Question
from retrieval.storage.store import Store
from tests.support.answering import answerer_on

RECIPE = """# Pancakes

## Ingredients

- 200 g flour
- 2 eggs
- 300 ml milk

## Steps

1. Mix the flour and the salt.
2. Beat the eggs with the milk.
   Do it slowly.

The dough may rest in the fridge. It keeps for two days there. The following go on top of pancakes:

* honey
* smoked fish
"""

VISIT = """# Визит

Министр Ахметов прибыл в Орал. Он подписал соглашение о дороге.

Он вернулся вечером.

## Документы для поездки

- паспорт
- виза
"""


def keep(store: Store, text: str, name: str = "a.md") -> None:
    for document in read_bytes(text.encode(), Path(name), name):
        store.put(document)


def first(store: Store, text: str, question: str, name: str = "a.md") -> Citation:
    """Return the first citation for a question on one document."""
    keep(store, text, name)
    answer = answerer_on(store, min_confidence=0.0001).ask(question)
    assert answer.status is Status.ANSWERED
    citation = answer.citations[0]
    assert store.slice(citation.article_id, citation.span) == citation.quote
    return citation


def items(citation: Citation) -> list[str]:
    return [item.of(citation.quote) for item in citation.items]


def test_a_list_is_quoted_whole_where_it_is_asked_for(store: Store) -> None:
    citation = first(store, RECIPE, "What are the ingredients?")
    assert items(citation) == ["- 200 g flour", "- 2 eggs", "- 300 ml milk"]
    assert citation.highlight is None


def test_an_item_of_several_sentences_stays_one(store: Store) -> None:
    text = "# Pump\n\n## Resetting the pump\n\n1. Close the valve.\n2. Hold the key.\n   Count to ten.\n"
    citation = first(store, text, "What are the steps for resetting the pump?")
    assert items(citation) == ["1. Close the valve.", "2. Hold the key. Count to ten."]


def test_the_steps_of_what_is_asked_how_to_do_are_quoted_whole(store: Store) -> None:
    text = "# Lentil soup\n\n## Method\n\n1. Chop the onion.\n2. Fry it.\n3. Add the lentils and water.\n"
    assert len(items(first(store, text, "How do I make lentil soup?"))) == 3


def test_news_in_a_list_are_read_one_by_one(store: Store) -> None:
    news = "\n".join(
        f"- The {name} of the city was opened in the middle of May, after a year of work and a long wait."
        for name in ("bridge", "square", "library")
    )
    assert not first(store, f"# City\n\n## Culture\n\n{news}\n", "Which things of culture are there?").items


def test_an_item_that_says_what_is_asked_answers_alone(store: Store) -> None:
    citation = first(store, RECIPE, "What do I mix with the salt?")
    assert citation.quote == "1. Mix the flour and the salt."
    assert not citation.items


def test_who_asks_for_one_thing_is_told_one(store: Store) -> None:
    assert first(store, RECIPE, "How much flour is among the ingredients?").quote == "- 200 g flour"


def test_what_leads_to_a_list_is_answered_by_the_list(store: Store) -> None:
    assert items(first(store, RECIPE, "What may go on top?")) == ["- honey", "- smoked fish"]


def test_a_russian_list_is_quoted_whole(store: Store) -> None:
    assert items(first(store, VISIT, "Какие нужны документы?", "b.md"))[:2] == ["- паспорт", "- виза"]


def test_a_list_of_long_items_is_read_item_by_item(store: Store) -> None:
    long = [f"- The {name} council of the town met in the old hall to {'talk ' * 25}." for name in "abc"]
    citation = first(store, "\n".join(["# Town", "", "## Meetings", "", *long]), "Which meetings were there?")
    assert citation.quote.count("\n") == 0


def test_a_sentence_that_leans_is_quoted_with_the_one_before(store: Store) -> None:
    citation = first(store, RECIPE, "How long does it keep?")
    assert citation.quote == "The dough may rest in the fridge. It keeps for two days there."
    assert citation.highlight is None or citation.highlight.of(citation.quote) in citation.quote[34:]


def test_the_mark_moves_with_the_sentence(store: Store) -> None:
    text = "# Trip\n\nAnna Berg came to Oral. She left on 5 May 2021 for Taraz.\n"
    citation = first(store, text, "When did she leave?")
    assert citation.quote.startswith("Anna Berg")
    assert citation.highlight
    assert citation.highlight.of(citation.quote) == "5 May 2021"


def test_what_was_quoted_with_another_is_not_cited_again(store: Store) -> None:
    keep(store, RECIPE)
    answer = answerer_on(store, min_confidence=0.0001).ask(
        "How long may the dough rest in the fridge?", limit=10
    )
    spans = [(citation.span.start, citation.span.end) for citation in answer.citations]
    assert all(
        end <= other or stop <= start
        for place, (start, end) in enumerate(spans)
        for other, stop in spans[place + 1 :]
    )


def test_what_is_quoted_opens_among_its_neighbours(store: Store) -> None:
    keep(store, RECIPE)
    answerer = answerer_on(store, min_confidence=0.0001)
    citation = answerer.ask("What are the ingredients?").citations[0]
    passage = answerer.passage(citation.article_id, citation.span)
    assert passage.quote == citation.quote
    assert "Ingredients" in passage.before
    assert "Steps" in passage.after
    assert answerer.verify(answerer.ask("What are the ingredients?")).citations


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It keeps for two days there."),
        ("en", "“They signed it,” he said."),
        ("en", "This means that rent rises."),
        ("en", "According to him, prices fell."),
        ("ru", "Он подписал соглашение."),
        ("ru", "По его словам, цены упали."),
        ("ru", "— Это решение приняли вчера."),
        ("kk", "Ол келісімге қол қойды."),
        ("kk", "Олар Оралға барды."),
    ],
)
def test_sentences_that_lean(language: str, text: str) -> None:
    assert leans(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It was agreed to expand the corridors."),
        ("en", "It is well known that iron rusts."),
        ("en", "It took an hour to climb."),
        ("en", "This year marks an anniversary."),
        ("en", "Itself a relic, the mill stands."),
        ("ru", "В этом году построят мост."),
        ("ru", "Это известно всем."),
        ("ru", "Онега впадает в море."),
        ("kk", "Бұл жылы көпір салынады."),
        ("kk", "Олжас Оралға барды."),
        ("de", "Er kam gestern."),
        ("en", ""),
    ],
)
def test_sentences_that_stand_alone(language: str, text: str) -> None:
    assert not leans(text, language)


@given(st.text(), st.sampled_from(["en", "ru", "kk", "xx"]))
def test_any_text_can_be_asked_whether_it_leans(text: str, language: str) -> None:
    assert leans(text, language) in (True, False)


@pytest.mark.parametrize(
    "question",
    [
        "What are the ingredients?", "Which documents do I need?", "Who attended the meeting?",
        "How do I reset it?", "Which blue forms must I sign?", "What should I bring?", "List the members",
        "What does the fee include?", "Какие нужны документы?",
        "Кто присутствовал на собрании?", "Что нужно взять с собой?", "Как сбросить пароль?",
        "Назовите участников", "Қандай құжаттар керек?", "Не керек?", "Қалай тіркелуге болады?",
    ],
)  # fmt: skip
def test_questions_for_several_things(question: str) -> None:
    assert Question.of(question).asks_for_several


@pytest.mark.parametrize(
    "question",
    [
        "What is the price?", "Who wrote it?", "What happens then?", "When does it open?",
        "How much is the bus?", "Which bus goes there?", "What does it cost?", "How many rooms are there?",
        "Сколько стоит билет?", "Как называется город?", "Кто директор?",
        "Какой город больше?", "Как долго это длится?", "Кім директор?", "Қашан ашылады?", "Бағасы қанша?",
    ],
)  # fmt: skip
def test_questions_for_one_thing(question: str) -> None:
    assert not Question.of(question).asks_for_several
