"""Topics: what a message asks to be told of, and what is a question all the same."""

import pytest
from hypothesis import given

from retrieval.questions.question import Question
from retrieval.questions.topics import is_bare, named_topic
from tests.support.texts import ANY_TEXT


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Tell me about gas", "gas"),
        ("Please tell us a bit more about the Alley of Astana.", "the Alley of Astana"),
        ("Can you tell me everything about education?", "education"),
        ("What do you know about Kamaz?", "Kamaz"),
        ("What do the articles say about oil?", "oil"),
        ("I want to know about the pandemic", "the pandemic"),
        ("Do you have anything on tourism?", "tourism"),
        ("show me sentences about oil!", "oil"),
        ("Search for nuclear plants", "nuclear plants"),
        ("Расскажи о спорте", "спорте"),
        ("Расскажите, пожалуйста, про выборы в Киргизии.", "выборы в Киргизии"),
        ("Что известно о Росатоме?", "Росатоме"),
        ("Есть что-нибудь о туризме?", "туризме"),
        ("Газ туралы айтып бер", "Газ"),
        ("Білім жүйесі туралы не білесің?", "Білім жүйесі"),
        ("Қамаз туралы ақпарат бар ма?", "Қамаз"),
    ],
)
def test_what_is_to_be_told_of_is_the_topic(text: str, topic: str) -> None:
    assert named_topic(text) == topic
    question = Question.of(text)
    assert (question.is_topic, question.without_period.text) == (True, topic)


@pytest.mark.parametrize(
    "text",
    [
        "Tell me about it",
        "Расскажи о нём",
        "Tell me, who met Putin?",
        "Tell me about how the bridge was built",
        "What is there on the table?",
        "Who was told about gas?",
        "Кто рассказал о газе?",
        "Газ туралы кім айтты?",
        "Что такое Росатом?",
        "How much gas is supplied?",
        "gas?",
    ],
)
def test_what_asks_is_no_topic(text: str) -> None:
    assert named_topic(text) is None
    assert not is_bare(text)
    assert not Question.of(text).is_topic


@pytest.mark.parametrize("text", ["gas", "Kamaz", "$5.3 billion", "Astana alley", "мұнай", "Игры будущего"])
def test_a_name_alone_is_a_topic(text: str) -> None:
    assert is_bare(text)
    assert Question.of(text).is_topic


def test_a_few_words_that_go_on_with_a_question_are_none() -> None:
    asked = Question.of("How much oil was exported in 2021?").as_earlier()
    assert not Question.of("and in 2022", [asked]).is_topic
    assert Question.of("Tell me about gas", [asked]).carried is None


def test_what_goes_on_with_a_topic_carries_what_it_was_and_not_how_it_was_asked() -> None:
    asked = Question.of("Tell me about the Kamaz plant").as_earlier()
    carried = Question.of("When was it opened?", [asked]).carried
    assert carried is not None
    assert "tell" not in carried.words
    assert "kamaz" in carried.words


@given(ANY_TEXT)
def test_any_text_may_be_looked_through_for_a_topic(text: str) -> None:
    topic = named_topic(text)
    assert topic is None or topic in text


@pytest.mark.parametrize(
    "text",
    [
        "is Putin married",
        "есть ли бассейн",
        "Газ бағасы қанша",
        "зауыт салынды ма",
        "Бұл мақала не туралы",
        "Расскажи о том, кто встретил Путина",
        "Tell me about the president: when was he born?",
        "Articles about the mayor were written by whom?",
        "Search warrant requirements?",
    ],
)
def test_what_asks_further_in_is_no_topic(text: str) -> None:
    assert not Question.of(text).is_topic
