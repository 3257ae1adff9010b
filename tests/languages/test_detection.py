"""Detection: which language an article, or a question, is in."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Who is Тоқаев?"),
        ("en", "who is тоқаев"),
        ("en", "Who wrote «Война и мир»?"),
        ("en", "When did Қасым-Жомарт Тоқаев speak in Kazan?"),
        ("ru", "Где находится город Өскемен?"),
        ("ru", "Когда открыт музей Тоқаева?"),
        ("ru", "Расскажи про Ұлытау"),
        ("ru", "Что такое JSON API?"),
        ("ru", "Кто такой Elon Musk?"),
        ("ru", "Как настроить end-to-end шифрование?"),
        ("kk", "Тоқаев кім?"),
        ("kk", "Өскемен қайда?"),
        ("kk", "JSON деген не?"),
        ("kk", "ҚазМұнайГаз не істейді?"),
    ],
)
def test_a_name_in_other_letters_does_not_decide_the_language_of_a_question(
    language: str, question: str
) -> None:
    assert language_of_question(question) == language


#: What names are made of here: those of no language, by letters nearer to Shona or Swahili than to English.
SYLLABLES = st.sampled_from(["zo", "ra", "ki", "mu", "nda", "tse", "wa", "shi", "ngo", "be", "hwe", "cha"])
NAMES = st.lists(SYLLABLES, min_size=2, max_size=4).map("".join).map(str.capitalize)
SENTENCES = st.sampled_from(
    [
        "{} sold the wheat of {} to {} in the spring.",
        "The gate of {} was built by {} and it stands near the {}.",
        "{} met {} at the bridge of {}, and they were not alone.",
    ]
)


@given(SENTENCES, st.tuples(NAMES, NAMES, NAMES))
def test_english_stays_english_whatever_names_are_in_it(sentence: str, names: tuple[str, str, str]) -> None:
    assert language_of_article(sentence.format(*names)) == "en"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "Der Bürgermeister von Wien traf in Berlin Gäste, und was er sagte, war so an sich neu.",
        ),
        (
            "nl",
            "De burgemeester was in Den Haag om te spreken over het land en hij was blij.",
        ),
        (
            "pl",
            "Burmistrz Warszawy pojechał do Krakowa i wrócił do domu, a potem zrobił to samo.",
        ),
        ("fr", "Le maire de Paris est en réunion avec des amis, on dit que tout va bien."),
        (
            "it",
            "Il sindaco di Roma è stato a Milano per un incontro in cui ha parlato di come si fa.",
        ),
    ],
)
def test_words_that_english_shares_with_another_language_do_not_make_it_english(
    language: str, text: str
) -> None:
    assert language_of_article(text) == language


@pytest.mark.parametrize("name", ["xdev-en", "xdev-ru", "kazdev"])
def test_the_language_of_judged_questions_is_detected(judged: Path, name: str) -> None:
    lines = (judged / "sets" / name / "questions.jsonl").read_text("utf-8").splitlines()
    questions = map(json.loads, lines)
    right = [language_of_question(question["text"]) == question["lang"] for question in questions]
    assert sum(right) / len(right) >= 0.99
