"""Names that answered a question: a pronoun of the next one stands for them where it can."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.assembly import Derek, assemble_folder
from bot.chats.chat import Turn
from bot.config import Config, EmbedderKind, SemanticSettings
from retrieval.articles import Span
from retrieval.questions.antecedents import names_answering
from retrieval.questions.followups import EarlierQuestion, followup_after
from tests.support.analysing import analysed

ORDALIA = [
    "Президент Ордалии — Айдар Омаров.",
    "Омарова избрали в 2019 году.",
    "Столица Ордалии — город Тобол.",
    "Тобол основан в 1790 году.",
    "В Тоболе живут 40 тысяч человек.",
]


def carried(question: str, previous: EarlierQuestion) -> list[str]:
    followup = followup_after(analysed(question, previous.language), [previous])
    assert followup
    return followup.carried.text.split()


@contextmanager
def talk(folder: Path, sentences: list[str]) -> Iterator[Derek]:
    """Give a Derek that goes by words alone on one article of these sentences."""
    (folder / "article.txt").write_text("\n".join(sentences), "utf-8")
    words_alone = SemanticSettings(kind=EmbedderKind.NONE)
    with assemble_folder(Config(semantic=words_alone), folder) as (derek, _):
        yield derek


def ask_in_a_row(derek: Derek, *questions: str) -> list[Turn]:
    chat = derek.chat("a", resumes=False)
    return [chat.ask(question) for question in questions]


@pytest.mark.parametrize(
    ("question", "quote", "short_answer", "names"),
    [
        ("Who is the mayor of Aral?", "The mayor of Aral is Ann Lee.", "Ann Lee", ["ann", "lee"]),
        ("Who is the mayor of Aral?", "The mayor of Aral is Ann Lee.", None, ["ann", "lee"]),
        ("Кто президент Ордалии?", ORDALIA[0], None, ["айдар", "омаров"]),
        ("Столица Ордалии?", ORDALIA[2], "Тобол", ["тобол"]),
        ("Арал қаласының әкімі кім?", "Арал қаласының әкімі – Ерлан Сейітов.", None, ["ерлан", "сейітов"]),
        ("When was Ann Lee elected?", "Ann Lee was elected in May 2019.", "in May 2019", []),
        ("Who met whom?", "Ann Lee met Bob Roe in Batken.", None, []),
    ],
)
def test_names_that_answer_are_new_and_stand_in_the_short_answer_or_alone(
    question: str, quote: str, short_answer: str | None, names: list[str]
) -> None:
    start = quote.index(short_answer) if short_answer else 0
    span = Span(start, start + len(short_answer)) if short_answer else None
    language = "en" if question.isascii() else "kk" if "қ" in question else "ru"
    answering = names_answering(analysed(question, language), analysed(quote, language), span)
    assert list(answering) == names


@pytest.mark.parametrize(
    ("previous", "names", "question", "stands"),
    [
        ("Who founded Fort Aral?", ("ann", "lee"), "When was she born?", True),
        ("Who founded Fort Aral?", ("ann", "lee"), "When was it attacked?", False),
        ("Where does the Aral railway end?", ("batken",), "How many people live there?", True),
        ("Where does the Aral railway end?", ("batken",), "When was he born?", False),
        ("Кто основал Арал?", ("омаров",), "Когда он родился?", True),
        ("Кто основал Арал?", ("омаров",), "Сколько там людей?", False),
        ("Где кончается дорога?", ("баткен",), "Сколько там людей?", True),
        ("Арал қаласын кім салды?", ("омаров",), "Ол қашан туды?", True),
        ("Арал қаласын кім салды?", ("омаров",), "Осында қанша адам тұрады?", False),
    ],
)
def test_a_pronoun_stands_for_a_name_of_its_own_kind(
    previous: str, names: tuple[str, ...], question: str, stands: bool
) -> None:
    earlier = EarlierQuestion.of(previous)
    words = carried(question, EarlierQuestion(earlier.text, earlier.language, names=names))
    assert set(names).issubset(words) is stands


def test_what_names_something_else_goes_on_without_the_names() -> None:
    earlier = EarlierQuestion("Who is the mayor of Aral?", "en", names=("ann", "lee"))
    assert "lee" not in carried("And of Batken?", earlier)


def test_a_pronoun_stands_for_the_same_as_that_of_the_question_before(tmp_path: Path) -> None:
    questions = ("Кто президент Ордалии?", "Когда его избрали?", "А столица?", "Когда она основана?")
    with talk(tmp_path, ORDALIA) as derek:
        turns = ask_in_a_row(derek, *questions, "Сколько там живёт людей?")
    assert [turn.answer.citations[0].quote for turn in turns[:4]] == ORDALIA[:4]
    assert [(turn.answer.carried or "").split() for turn in turns] == [
        [],
        ["ордалии", "айдар", "омаров"],
        ["избрали", "ордалии"],
        ["ордалии", "тобол"],
        ["ордалии", "тобол"],
    ]


@pytest.mark.parametrize(
    ("sentences", "questions"),
    [
        (
            [
                "The novel “Grey Harbour” was written by Marta Vold.",
                "Vold was born in 1921 in a fishing village.",
                "Grey Harbour was first printed in 1950.",
                "Ingrid Moe was born in 1930.",
                "The film of the novel was made by Ingrid Moe.",
            ],
            {"Who wrote Grey Harbour?": 0, "When was she born?": 1, "When was it first printed?": 2},
        ),
        (
            [
                "Арал қаласының әкімі – Ерлан Сейітов.",
                "Бәкіров 2011 жылы сайланды.",
                "Сейітов 2019 жылы сайланды.",
                "Теміржол Баткенде аяқталады.",
                "Омбыда 90 мың адам тұрады.",
                "Баткенде 40 мың адам тұрады.",
            ],
            {
                "Арал қаласының әкімі кім?": 0,
                "Ол қашан сайланды?": 2,
                "Теміржол қайда аяқталады?": 3,
                "Онда қанша адам тұрады?": 5,
            },
        ),
        (ORDALIA, dict(zip(["Кто президент Ордалии?", "Когда его избрали?"], range(2), strict=True))),
    ],
)
def test_a_question_with_a_pronoun_is_answered_of_whom_the_last_answer_named(
    tmp_path: Path, sentences: list[str], questions: dict[str, int]
) -> None:
    with talk(tmp_path, sentences) as derek:
        turns = ask_in_a_row(derek, *questions)
    assert [turn.answer.citations[0].quote for turn in turns] == [
        sentences[place] for place in questions.values()
    ]


def test_names_are_remembered_across_sessions(tmp_path: Path) -> None:
    with talk(tmp_path, ORDALIA) as derek:
        derek.chat("b").ask("Кто президент Ордалии?")
        assert "омаров" in (derek.chat("b").ask("Когда его избрали?").answer.carried or "")
        assert "омаров" not in (derek.chat("c").ask("Когда его избрали?").answer.carried or "")
