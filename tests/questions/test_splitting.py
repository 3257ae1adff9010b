"""Several questions of one message: each is answered by itself, and no word of them is lost."""

import pytest
from hypothesis import given

from bot.assembly import Derek
from bot.chats.chat import MOST_QUESTIONS
from retrieval.questions.splitting import questions_in
from tests.support.texts import ANY_TEXT


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("Who met Putin?", ["Who met Putin?"]),
        ("Who met Putin? And when?", ["Who met Putin?", "And when?"]),
        ("Кто приехал? Когда это было? Спасибо!", ["Кто приехал?", "Когда это было? Спасибо!"]),
        ("Really? Who met Putin?", ["Really? Who met Putin?"]),
        ("He came by sea. Who met him? Where was that?", ["He came by sea. Who met him?", "Where was that?"]),
        ("What is https://example.org/?a=b about?", ["What is https://example.org/?a=b about?"]),
        ("no question at all", ["no question at all"]),
        ("", [""]),
    ],
)
def test_the_questions_of_a_message_are_parted(message: str, questions: list[str]) -> None:
    assert questions_in(message) == questions


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("Who is the mayor?\nWhen is the gate open", ["Who is the mayor?", "When is the gate open"]),
        ("Кто мэр? А когда его избрали", ["Кто мэр?", "А когда его избрали"]),
        ("Қақпа қашан ашылады? Кім әкім", ["Қақпа қашан ашылады?", "Кім әкім"]),
        ("Who is the mayor\nWhen is it open\nthanks", ["Who is the mayor", "When is it open\nthanks"]),
        ("Who is it? Please tell me when it opens", ["Who is it?", "Please tell me when it opens"]),
    ],
)
def test_a_question_without_its_mark_is_parted_too(message: str, questions: list[str]) -> None:
    assert questions_in(message) == questions


@pytest.mark.parametrize(
    "message",
    [
        "Who was the mayor\nwhen the gate\nopened?",
        "Кто написал книгу,\nКогда жил автор",
        "Who is he? What a day!",
        "The plan that\nWhen done gives",
        "I was there\nWhen does it open?",
        'Who said "Who am I?" in Moscow?',
        "Кто сказал «Кто я такой?» в Москве?",
        "What is the answer to «why? because» said by Tokayev?",
        "Кім «Мен кіммін?» деп айтты?",
    ],
)
def test_what_goes_on_with_a_question_is_not_parted_from_it(message: str) -> None:
    assert len(questions_in(message)) == 1


def test_a_question_that_ends_in_a_quotation_ends_there() -> None:
    assert questions_in("Who wrote “Quo vadis?” And when?") == ["Who wrote “Quo vadis?”", "And when?"]
    assert questions_in('Who wrote "Quo vadis?" Was it Ann?') == ['Who wrote "Quo vadis?"', "Was it Ann?"]


@pytest.mark.parametrize("filler", [" ", "?", "\n", '"', "(", "who is it\n", "Who is it\n", "Hello, ", "? "])
def test_a_long_message_is_parted_as_fast_as_it_is_read(filler: str) -> None:
    # Did the time grow with the square of the length, the suite's own limit would end this.
    message = f"Who {filler * (60_000 // len(filler))}x"
    assert questions_in(message)


@given(ANY_TEXT)
def test_no_letter_of_a_message_is_lost(text: str) -> None:
    assert "".join("".join(questions_in(text)).split()) == "".join(text.split())


def test_several_questions_of_a_message_are_answered_one_by_one(derek: Derek) -> None:
    turns = list(
        derek.chat("a").ask_each("What did the sides agree on oil? And on gas? Кто встретил Мишустина?")
    )
    assert [turn.answer.question for turn in turns] == [
        "What did the sides agree on oil?",
        "And on gas?",
        "Кто встретил Мишустина?",
    ]
    assert [turn.answer.carried for turn in turns] == [None, "sides agree", None]
    assert derek.chat("a").recent(9) == [turn.answer.question for turn in turns]


def test_questions_beyond_the_limit_are_named_as_left_out(derek: Derek) -> None:
    questions = [f"Who met guest {number}?" for number in range(MOST_QUESTIONS + 2)]
    turns = list(derek.chat("a").ask_each(" ".join(questions)))
    assert [turn.answer.question for turn in turns] == questions[:MOST_QUESTIONS]
    assert [list(turn.left_out) for turn in turns] == [[]] * (MOST_QUESTIONS - 1) + [
        questions[MOST_QUESTIONS:]
    ]
    exactly = derek.chat("a").ask_each(" ".join(questions[:MOST_QUESTIONS]))
    assert not any(turn.left_out for turn in exactly)


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("Tell me about the pool. Who likes tennis?", ["Tell me about the pool.", "Who likes tennis?"]),
        ("gas\nTell me about the pool\ntunnel\n", ["gas", "Tell me about the pool", "tunnel"]),
        (
            "Tell me about the pool.\nTell me about the tunnel.\n",
            ["Tell me about the pool.", "Tell me about the tunnel."],
        ),
        ("The plan that\nwas made", ["The plan that\nwas made"]),
    ],
)
def test_topics_are_parts_of_a_message(message: str, parts: list[str]) -> None:
    assert questions_in(message) == parts
