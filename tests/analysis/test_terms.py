"""Terms: what articles and questions are found by."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from retrieval.analysis.numbers import read_numbers
from retrieval.analysis.query_terms import foreign_query_terms, query_terms, query_words
from retrieval.analysis.terms import Field, character_ngrams, common_keys, common_terms, terms, word_terms
from retrieval.analysis.translations import translations
from retrieval.analysis.transliteration import latin
from retrieval.analysis.words import function_words, tokens, words
from retrieval.languages import KNOWN, UNDETERMINED
from retrieval.languages.tables import Words, table
from tests.support.analysing import analysed
from tests.support.texts import ANY_TEXT

LANGUAGES = st.sampled_from([*KNOWN, UNDETERMINED, "de"])
PLAIN = st.text("abcxyzабвёжқңөіABCXYZАБВЁЖҚҢӨІ0189 .,!?-_'’«»()\n")


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
def test_the_words_of_two_lines_are_those_of_each(first: str, second: str) -> None:
    assert words(f"{first}\n{second}") == words(first) + words(second)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Trade grew.", ["Trade", "grew"]),
        # What belongs to a word without being compared stands within it.
        ("Kazakhstan’s O'Neil", ["Kazakhstan’s", "O'Neil"]),
        ("за\u0301мок Москва\u0301 co\u00adope", ["за\u0301мок", "Москва\u0301", "co\u00adope"]),
        ("ﬁne ½ Straße", ["ﬁne", "½", "½", "Straße"]),
        # Of signs that are one letter only together, and of scripts without spaces, the whole run.
        ("ｶﾞｽ北京市 gas", ["ｶﾞｽ北京市"] * 4 + ["gas"]),
    ],
)
def test_a_token_stands_where_its_word_is_written(text: str, places: list[str]) -> None:
    assert [text[token.start : token.end] for token in tokens(text)] == places


MIXED = st.text("аёи\u0301\u0308\u0307һ’'s中国ガｶﾞ½ﬁAbİß_- .\u00ad\u1100\u1161\u11a8กั")


@given(ANY_TEXT | MIXED)
def test_tokens_are_the_words_of_a_text_in_their_places(text: str) -> None:
    found = tokens(text)
    assert [token.text for token in found] == words(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    for first, second in pairwise(found):
        assert first.start <= second.start
        assert first.end <= second.end


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
def test_stems_are_those_of_all_words(text: str, language: str, expected: list[str]) -> None:
    assert list(terms(text, language).stem) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("a", ["_a_"]),
        ("of", ["_of_"]),
        ("rye", ["_rye", "rye_"]),
        ("barley", ["_bar", "barl", "arle", "rley", "ley_"]),
        # The same word in two scripts has the same grams.
        ("астана", ["_ast", "asta", "stan", "tana", "ana_"]),
        ("astana", ["_ast", "asta", "stan", "tana", "ana_"]),
        ("26", ["_26_"]),
    ],
)
def test_grams_are_each_four_letters_in_latin(word: str, expected: list[str]) -> None:
    assert list(character_ngrams(word)) == expected


@given(ANY_TEXT)
def test_grams_join_to_their_word(text: str) -> None:
    for word in words(text):
        grams = character_ngrams(word)
        assert grams
        assert "".join((grams[0][:3], *(gram[3:] for gram in grams))) == f"_{latin(word)}_"


@given(ANY_TEXT, LANGUAGES)
@example("¼S", "en")
def test_terms_are_those_of_each_word_and_of_several_together(text: str, language: str) -> None:
    text_terms, parts = terms(text, language), [word_terms(word, language) for word in words(text)]
    common = common_terms(text, words(text), language)
    assert text_terms.stem == (*(term for part in parts for term in part.stem), *common.stem)
    assert text_terms.gram == tuple(term for part in parts for term in part.gram)
    assert text_terms.key == (*(term for part in parts for term in part.key), *common.key)
    assert common.key == common_keys(text, words(text), language)
    amounts = read_numbers(text, words(text)).amounts
    assert common.stem == tuple(dict.fromkeys(amount.word for amount in amounts))
    for field in Field:
        assert text_terms.of(field) == getattr(text_terms, field.value)


@given(ANY_TEXT, LANGUAGES)
def test_a_text_with_words_has_stems_and_grams(text: str, language: str) -> None:
    text_terms = terms(text, language)
    assert bool(text_terms.stem) is bool(text_terms.gram) is bool(words(text))


@pytest.mark.parametrize("language", KNOWN)
def test_a_function_word_is_nobodys_name(language: str) -> None:
    assert not any(word_terms(word, language).key for word in function_words(language))


# What a question asks for


@pytest.mark.parametrize(
    ("question", "language", "content", "function"),
    [
        ("Who is the president of Mongolia?", "en", ["presid", "mongolia"], ["who", "is", "the", "of"]),
        (
            "How many joint enterprises are there?",
            "en",
            ["joint", "enterpris"],
            ["how", "mani", "are", "there"],
        ),
        ("Кто встретился с Токаевым в Москве?", "ru", ["встрет", "токаев", "москв"], ["кто", "с", "в"]),
        ("Сколько её предприятий?", "ru", ["предприят"], ["скольк", "е"]),
        ("Қазақстан президенті кім?", "kk", ["қазақстан", "президент"], ["кім"]),
        ("Wer ist der Präsident?", "de", ["wer", "ist", "der", "präsident"], []),
        # If there are no others, function words are what is asked for.
        ("Who are you?", "en", ["who", "are", "you"], []),
        ("Кто он?", "ru", ["кто", "он"], []),
        ("Бұл кім?", "kk", ["бұл", "кім"], []),
    ],
)
def test_function_words_are_asked_for_too_but_count_less(
    question: str, language: str, content: list[str], function: list[str]
) -> None:
    weights = query_terms(analysed(question, language))[Field.STEM]
    assert list(weights.items()) == [(term, 1.0) for term in content] + [(term, 0.4) for term in function]


@given(ANY_TEXT, LANGUAGES)
def test_a_question_asks_articles_in_its_language_for_all_its_stems_and_grams(
    text: str, language: str
) -> None:
    assume(not read_numbers(text).amounts)
    query, text_terms = query_terms(analysed(text, language)), terms(text, language)
    assert set(query) == {Field.STEM, Field.GRAM}
    for field, weights in query.items():
        assert set(weights) == set(text_terms.of(field))
        assert set(weights.values()) <= {1.0, 0.4}
        content = {
            term
            for word in analysed(text, language).content_words
            for term in word_terms(word, language).of(field)
        }
        assert {term for term, weight in weights.items() if weight == 1} == content


@given(ANY_TEXT, st.permutations(KNOWN))
def test_a_question_asks_articles_in_another_language_for_its_content_words(
    text: str, languages: list[str]
) -> None:
    language, other, _ = languages
    query = foreign_query_terms(analysed(text, language), other)
    assert set(query) == {Field.KEY, Field.STEM, Field.GRAM}
    content = [word_terms(word, language) for word in analysed(text, language).content_words]
    assert set(query[Field.GRAM]) == {gram for word in content for gram in word.gram}
    own = {key for word in content for key in word.key}
    assert own | set(common_keys(text, words(text), language)) <= set(query[Field.KEY])
    own_stems = {stem for word in content for stem in word.stem}
    translated = {term for stem in own_stems for term in translations(stem, language, other)}
    assert set(query[Field.STEM]) == translated
    assert all(0 < weight <= 1 for weights in query.values() for weight in weights.values())


@given(ANY_TEXT, st.permutations(KNOWN))
def test_the_words_of_a_question_stand_for_what_it_asks_for(text: str, languages: list[str]) -> None:
    language, other, _ = languages
    assume(not read_numbers(text).amounts)
    question = analysed(text, language)
    query, foreign_words = foreign_query_terms(question, other), query_words(question, other)
    for field in (Field.KEY, Field.STEM):
        assert {term for word in foreign_words for term in word.terms.of(field)} == set(query[field])
    assert len(query_words(question, language)) == len(question.content_words)


def test_the_words_of_names_are_told_apart() -> None:
    began, war, turgay = query_words(analysed("Когда началась война за Тургай?", "ru"), "en")
    assert [word.named for word in (began, war, turgay)] == [False, False, True]
    assert "war" in war.terms.stem


def test_a_name_is_asked_for_by_the_same_key_in_two_languages() -> None:
    russian = foreign_query_terms(analysed("Кто такой Мишустин?", "ru"), "en")[Field.KEY]
    assert set(russian) & set(terms("Mikhail Mishustin came to Almaty.", "en").key)


@given(ANY_TEXT | PLAIN, LANGUAGES, LANGUAGES)
def test_an_analysed_text_is_the_same_in_whichever_language_it_was_taken_apart(
    text: str, language: str, other: str
) -> None:
    moved, straight = analysed(text, language).in_language(other), analysed(text, other)
    assert moved == straight
    assert moved.tokens == straight.tokens
    assert moved.words == tuple(words(text))
    assert moved.content_words == straight.content_words
    assert moved.common_keys == common_keys(text, words(text), other)


def test_the_words_of_a_mention_are_those_that_stand_in_it() -> None:
    text = "Whom did Ann Lee's son call O’Neil in «New York» on May 5?"
    whole = analysed(text)
    assert whole.mentions
    for mention in whole.mentions:
        assert list(whole.words_within(mention)) == words(text[mention.start : mention.end])


@given(ANY_TEXT, LANGUAGES)
def test_content_words_are_words_of_the_question_each_once(text: str, language: str) -> None:
    content = analysed(text, language).content_words
    assert set(content) <= set(words(text))
    assert len(content) == len(set(content))
    assert bool(content) is bool(words(text))


def test_a_term_asked_for_twice_is_asked_for_once_and_in_the_order_asked() -> None:
    stems = query_terms(analysed("Presidents of Mongolia: which president?", "en"))[Field.STEM]
    assert list(stems) == ["presid", "mongolia", "of", "which"]


def test_a_term_that_a_function_word_shares_with_another_word_counts_in_full() -> None:
    # "Being" is a function word, and its grams "_bei", "bein" and "eing" are also those of "beings".
    weights = query_terms(analysed("being beings", "en"))[Field.GRAM]
    assert weights["_bei"] == weights["ings"] == 1.0


def test_a_number_is_asked_for_however_it_is_written_and_not_by_its_parts() -> None:
    for text in ("15,000 tonnes", "15 000 tonnes", "15 thousand tonnes", "15000 tonnes"):
        assert list(query_terms(analysed(text, "en"))[Field.STEM]) in (["15000", "tonn"], ["tonn", "15000"])
        assert "15000" in terms(text, "en").stem
    day = query_terms(analysed("Какая ярмарка открылась 03.05.2025?", "ru"))[Field.STEM]
    assert {"m05d03", "2025"} <= set(day)
    assert not {"03", "05"} & set(day)
    # What stands elsewhere too is asked for.
    assert "15" in query_terms(analysed("Are 15 of 15,000 red?", "en"))[Field.STEM]


def test_a_question_without_words_asks_for_nothing() -> None:
    assert query_terms(analysed("?!", "en")) == {Field.STEM: {}, Field.GRAM: {}}
    assert foreign_query_terms(analysed("?!", "en"), "ru") == {Field.KEY: {}, Field.STEM: {}, Field.GRAM: {}}


@pytest.mark.parametrize("language", KNOWN)
def test_function_words_are_written_as_words_come_out(language: str) -> None:
    listed = table(language, Words).function
    assert len(listed) == len(set(listed))
    assert [word for word in listed if words(word) != [word]] == []
