"""Detection: which language an article, or a question, is in."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given

from retrieval.languages import KNOWN, UNDETERMINED
from retrieval.languages.detection import language_of_article, language_of_question
from tests.support.paths import ROOT
from tests.support.texts import ANY_TEXT

ARTICLES = {
    "en": "The presidents agreed on new areas of cooperation. Trade between the countries grew by a tenth.",
    "ru": "Президенты договорились о новых направлениях сотрудничества. Торговля выросла на десятую часть.",
    "kk": "Президенттер ынтымақтастықтың жаңа бағыттары туралы келісті. Сауда көлемі оннан бірге өсті.",
    "de": "Die Präsidenten einigten sich auf neue Felder der Zusammenarbeit. Der Handel wuchs erneut.",
    "fr": "Les présidents se sont mis d'accord sur de nouveaux domaines de coopération entre leurs pays.",
    "tr": "Cumhurbaşkanları yeni iş birliği alanlarında anlaştı. İki ülke arasındaki ticaret onda bir arttı.",
    "zh": "两国总统就新的合作领域达成一致。两国之间的贸易额增长了十分之一。",
    "ja": "両国の大統領は新しい協力分野について合意した。貿易額は一割増えた。",
    "ar": "اتفق الرئيسان على مجالات جديدة للتعاون بين البلدين، ونما حجم التجارة بمقدار العشر.",
    "he": "הנשיאים הסכימו על תחומים חדשים של שיתוף פעולה, והסחר בין המדינות גדל בעשירית.",
    "el": "Οι πρόεδροι συμφώνησαν σε νέους τομείς συνεργασίας και το εμπόριο αυξήθηκε κατά ένα δέκατο.",
    "ko": "두 나라 대통령은 새로운 협력 분야에 합의했다. 무역 규모는 십 분의 일 증가했다.",
}

QUESTIONS = {
    "en": [
        "Who met Putin in Moscow?",
        "how many joint enterprises are there",
        "Tokayev",
        "Wer traf Putin in Moskau?",  # nobody here speaks German: Latin letters are read as English
    ],
    "ru": [
        # A function word shows it.
        "Кто встретился с Токаевым?",
        "Где состоялась встреча?",
        "ЧТО ОБСУДИЛИ ПРЕЗИДЕНТЫ?",
        "Сколько совместных предприятий?",
        "Who is Токаев и что он сказал?",
        # None does: the model has to.
        "Назовите президента Татарстана",
        "Столица Казахстана?",
        "Товарооборот России",
        "Перечислите крупные проекты сотрудничества",
    ],
    "kk": [
        "Қазақстан президенті кім?",
        "Кездесу қай қалада өтті?",
        "ҚАЗАҚСТАННЫҢ АСТАНАСЫ",
        "Путин мен Тоқаев Мәскеуде не туралы сөйлесті?",
        # Not one letter of its own.
        "Финка деген не?",
        "Абай кандай акын болган?",
        "Астана калай аталады?",
    ],
    UNDETERMINED: [
        "",
        "   ",
        "?!…",
        "2022",
        "26 %",
        "№ 5",
        "😀",
        "🇰🇿 5 + 3",
        "谁在莫斯科会见了普京？",
        "من التقى بوتين؟",
        "ποιος;",
    ],
}


@pytest.mark.parametrize(("language", "text"), ARTICLES.items())
def test_an_article_may_be_in_any_language(language: str, text: str) -> None:
    assert language_of_article(text) == language


@pytest.mark.parametrize("text", ["", " \n", "2022", "26 % – 5.3 $", "😀", "—", "...", "№ 12/34"])
def test_an_article_without_letters_is_in_no_language(text: str) -> None:
    assert language_of_article(text) == UNDETERMINED


def test_an_article_shows_its_language_at_its_beginning() -> None:
    text = 60 * ARTICLES["ru"] + 600 * ARTICLES["en"]
    assert language_of_article(text) == "ru"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Talks"),
        ("en", "Trade grew by 26 percent."),
        ("ru", "Переговоры"),
        ("ru", "Торговля выросла на 26 процентов."),
        ("kk", "Келіссөздер"),
        ("kk", "Сауда 26 пайызға өсті."),
    ],
)
def test_a_short_article_is_taken_to_be_in_a_language_that_is_known(language: str, text: str) -> None:
    assert language_of_article(text) == language


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in QUESTIONS.items() for text in texts]
)
def test_a_question_is_in_one_of_the_languages_that_are_known_or_in_none(language: str, text: str) -> None:
    assert language_of_question(text) == language


@given(ANY_TEXT)
@example("İ")
@example("×")
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert language_of_question(text) in {*KNOWN, UNDETERMINED}
    assert language_of_article(text).isalpha()


def test_letters_and_function_words_decide_without_loading_the_model() -> None:
    questions = ["Who is it?", "Кто это?", "Бұл кім?", "谁？", "2022"]
    program = (
        "import sys\n"
        "from retrieval.languages.detection import language_of_question\n"
        f"print(*map(language_of_question, {questions!r}), 'py3langid' in sys.modules)"
    )
    root = ROOT
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root
    )
    assert run.stdout.split() == ["en", "ru", "kk", UNDETERMINED, UNDETERMINED, "False"]


@pytest.mark.parametrize("name", ["xdev-en", "xdev-ru", "kazdev"])
def test_the_language_of_judged_questions_is_detected(judged: Path, name: str) -> None:
    lines = (judged / "sets" / name / "questions.jsonl").read_text("utf-8").splitlines()
    questions = map(json.loads, lines)
    right = [language_of_question(question["text"]) == question["lang"] for question in questions]
    assert sum(right) / len(right) >= 0.99
