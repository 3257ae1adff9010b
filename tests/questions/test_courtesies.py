"""Courtesies: what is said around a question is left out of it, and nothing of what is asked."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from bot.assembly import Derek
from retrieval.articles import one_line
from retrieval.questions.courtesies import without_courtesies
from retrieval.questions.question import Question
from tests.support.texts import ANY_TEXT


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("Hello! Could you please tell me, who invited Tokayev? Thanks in advance!", "who invited Tokayev?"),
        ("Hi, who met Putin?", "who met Putin?"),
        ("Thanks, and on gas?", "and on gas?"),
        ("ok and electricity?", "and electricity?"),
        ("Great, and gas?", "and gas?"),
        ("Спасибо, а в 2022 году?", "а в 2022 году?"),
        ("Понятно, а в 2020?", "а в 2020?"),
        ("Рахмет, ал газ ше?", "ал газ ше?"),
        ("Hello Derek, who met Putin?", "who met Putin?"),
        ("Өтінемін айтыңызшы, көпір қанша тұрады?", "көпір қанша тұрады?"),
        ("hey who met putin", "who met putin"),
        ("Please tell me who met Putin", "who met Putin"),
        ("Who met Putin, please?", "Who met Putin"),
        ("Who met Putin? Thanks!", "Who met Putin?"),
        ("Excuse me, where is the port?", "where is the port?"),
        ("I would like to know how many boats came. Thank you very much!", "how many boats came."),
        ("Подскажите, пожалуйста, кто пригласил Токаева в Казань?", "кто пригласил Токаева в Казань?"),
        (
            "Здравствуйте! Скажите пожалуйста кто встретил Мишустина? Заранее спасибо!",
            "кто встретил Мишустина?",
        ),
        ("Can you please let me know when the port opened?", "when the port opened?"),
        ("I have a question: who met Putin? Kind regards", "who met Putin?"),
        ("У меня есть вопрос: кто встретил Путина? С уважением", "кто встретил Путина?"),
        ("Менің сұрағым бар: Тоқаевты кім шақырды? Құрметпен", "Тоқаевты кім шақырды?"),
        ("Добрый день, не подскажете, сколько там предприятий?", "сколько там предприятий?"),
        ("Сәлеметсіз бе! Айтыңызшы, Тоқаевты кім шақырды? Алдын ала рахмет!", "Тоқаевты кім шақырды?"),
        ("Тоқаевты Қазанға кім шақырды, айтып жіберіңізші?", "Тоқаевты Қазанға кім шақырды"),
        ("Мишустинмен кім кездесті, айта аласыз ба?", "Мишустинмен кім кездесті"),
    ],
)
def test_what_is_said_around_a_question_is_left_out(message: str, asked: str) -> None:
    assert without_courtesies(message) == asked
    assert Question.of(message).without_period.text == asked
    assert Question.of(message).text == message


@pytest.mark.parametrize(
    "message",
    [
        "Thanks", "please", "Hello!", "Спасибо", "Рахмет!", "Hi there",
        "Tell me about gas",
        "Could you tell me the price of gas?",
        "When was she on Cheers",
        "What man deserves thanks?",
        "Hi carbon dioxide concentrations cause what?",
        "Кто сказал спасибо?",
        "Who said please?",
    ],
)  # fmt: skip
def test_what_asks_nothing_besides_and_what_is_asked_about_is_left_as_it_is(message: str) -> None:
    assert without_courtesies(message) == message


@given(ANY_TEXT)
def test_of_any_text_a_part_is_left_as_it_stands_there(text: str) -> None:
    assert without_courtesies(text) in one_line(text)


@pytest.mark.parametrize("name", ["xdev-en", "xdev-ru", "kazdev", "selqa-dev", "danetqa-ru", "boolq-dev"])
def test_judged_questions_have_no_courtesies(judged: Path, name: str) -> None:
    lines = (judged / "sets" / name / "questions.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    assert [text for text in texts if without_courtesies(text) != text] == []


@pytest.mark.parametrize(
    ("plain", "courteous"),
    [
        (
            "Who invited Tokayev to Kazan?",
            "Hello! Could you please tell me, who invited Tokayev to Kazan? Thanks in advance!",
        ),
        ("Кто пригласил Токаева в Казань?", "Подскажите, пожалуйста, кто пригласил Токаева в Казань?"),
        ("Тоқаевты Қазанға кім шақырды?", "Сәлеметсіз бе! Айтыңызшы, Тоқаевты Қазанға кім шақырды?"),
    ],
)
def test_a_courteous_question_is_answered_as_a_plain_one_is(derek: Derek, plain: str, courteous: str) -> None:
    expected, found = derek.answerer.ask(plain), derek.answerer.ask(courteous)
    assert [one.quote for one in found.citations] == [one.quote for one in expected.citations]
    assert found.status is expected.status
