"""Terms: what articles and questions are found by."""

import doctest
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import retrieval.stems
import retrieval.terms
from retrieval.languages import KNOWN, UNDETERMINED, knowledge
from retrieval.terms import query_terms, telling_words, terms, words
from tests.test_articles import ANY_TEXT

LANGUAGES = st.sampled_from([*KNOWN, UNDETERMINED, "de"])
PLAIN = st.text("abcxyzабвёжқңөіABCXYZАБВЁЖҚҢӨІ0189 .,!?-_'’«»()\n")


@pytest.mark.parametrize("module", [retrieval.terms, retrieval.stems])
def test_the_examples_in_docstrings_are_true(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 1
    assert result.failed == 0


# Words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tokayev met Putin.", ["tokayev", "met", "putin"]),
        ("", []),
        ("?! … — «»", []),
        # Numbers are words too.
        ("rose by 26 percent, 3 325 in all", ["rose", "by", "26", "percent", "3", "325", "in", "all"]),
        ("COVID-19", ["covid", "19"]),
        ("snake_case", ["snake", "case"]),
        ("akorda.kz", ["akorda", "kz"]),
        # A possessive ending goes, however its apostrophe is written; another apostrophe joins.
        ("Kazakhstan's Kazakhstan’s KAZAKHSTAN’S", ["kazakhstan"] * 3),
        ("the presidents' talks", ["the", "presidents", "talks"]),
        ("Qur’an Qur'an Qurʼan", ["quran"] * 3),
        ("O'Neil's house", ["oneil", "house"]),
        ("'quoted' ‘quoted’", ["quoted", "quoted"]),
        # Ё is е to whoever asks; й is not и.
        ("Королёв королев КОРОЛЁВ", ["королев"] * 3),
        ("ёлка е\u0308лка", ["елка", "елка"]),
        ("край и\u0306", ["край", "й"]),
        # Stress marks and soft hyphens are for the eye.
        ("за\u0301мок замо\u0301к", ["замок", "замок"]),
        ("co\u00adope\u00adra\u00adtion", ["cooperation"]),
        ("é e\u0301", ["é", "é"]),
        # What is the same letter in another form is the same.
        ("ﬁne Ｔｏｋａｙｅｖ ①", ["fine", "tokayev", "1"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        # Scripts without spaces: pairs of letters.
        ("北京", ["北京"]),
        ("北京市", ["北京", "京市"]),
        ("中", ["中"]),
        ("在北京2022年", ["在北", "北京", "2022", "年"]),
        ("Tokayev在北京", ["tokayev", "在北", "北京"]),
        ("東京タワー", ["東京", "京タ", "タワ", "ワー"]),
    ],
)
def test_words_are_what_stands_between_spaces_and_marks(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(ANY_TEXT)
def test_words_are_not_empty_and_hold_no_spaces_or_marks(text: str) -> None:
    assert all(word and word.isalnum() for word in words(text))


@given(ANY_TEXT)
def test_words_do_not_depend_on_how_the_letters_are_composed(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


@given(PLAIN)
def test_words_do_not_depend_on_capitals(text: str) -> None:
    assert words(text.upper()) == words(text.lower()) == words(text)


@given(ANY_TEXT, ANY_TEXT)
def test_the_words_of_two_lines_are_those_of_each(one: str, other: str) -> None:
    assert words(f"{one}\n{other}") == words(one) + words(other)


@given(PLAIN)
def test_words_are_made_of_themselves(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


@pytest.mark.parametrize("name", ["İstanbul", "İSTANBUL"])
def test_a_capital_with_a_dot_is_one_letter(name: str) -> None:
    assert words(name) == ["istanbul"]


# Terms


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The presidents agreed", "en", ["the", "presid", "agre"]),
        ("Президенты договорились", "ru", ["президент", "договор"]),
        ("Токаев прибыл", "ru", ["тока", "токаев", "приб"]),
        ("Президенттер Астанада", "kk", ["президент", "астана"]),
        ("Präsidenten einigten sich", "de", ["präsidenten", "einigten", "sich"]),
        ("26 %", UNDETERMINED, ["26"]),
    ],
)
def test_terms_are_the_stems_of_all_words(text: str, language: str, expected: list[str]) -> None:
    assert terms(text, language) == expected


@given(ANY_TEXT, LANGUAGES)
def test_a_question_asks_only_for_terms_of_its_words(text: str, language: str) -> None:
    asked, held = query_terms(text, language), terms(text, language)
    assert set(asked) <= set(held)
    assert len(asked) == len(set(asked))
    assert bool(asked) is bool(held)


# What a question asks for


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("Who is the president of Mongolia?", "en", ["presid", "mongolia"]),
        ("How many joint enterprises are there?", "en", ["joint", "enterpris"]),
        ("Кто встретился с Токаевым в Москве?", "ru", ["встрет", "токаев", "москв"]),
        ("Сколько её предприятий?", "ru", ["предприят"]),
        ("Қазақстан президенті кім?", "kk", ["қазақстан", "президент"]),
        ("Wer ist der Präsident?", "de", ["wer", "ist", "der", "präsident"]),
    ],
)
def test_function_words_are_not_asked_for(question: str, language: str, expected: list[str]) -> None:
    assert query_terms(question, language) == expected


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("Who are you?", "en", ["who", "are", "you"]),
        ("Кто он?", "ru", ["кто", "он"]),
        ("Бұл кім?", "kk", ["бұл", "кім"]),
    ],
)
def test_function_words_are_asked_for_if_there_are_no_others(
    question: str, language: str, expected: list[str]
) -> None:
    assert query_terms(question, language) == expected


@given(ANY_TEXT, LANGUAGES)
def test_telling_words_are_words_of_the_question_each_once(text: str, language: str) -> None:
    told = telling_words(text, language)
    assert set(told) <= set(words(text))
    assert len(told) == len(set(told))
    assert bool(told) is bool(words(text))


def test_a_term_asked_for_twice_is_asked_for_once_and_in_the_order_asked() -> None:
    assert query_terms("Presidents of Mongolia: which president?", "en") == ["presid", "mongolia"]


def test_a_question_without_words_asks_for_nothing() -> None:
    assert query_terms("?!", "en") == []


@pytest.mark.parametrize("language", KNOWN)
def test_function_words_are_written_as_words_come_out(language: str) -> None:
    listed = knowledge(language, "words")["function"]
    assert len(listed) == len(set(listed))
    assert [word for word in listed if words(word) != [word]] == []
