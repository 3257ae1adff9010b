"""Sentences that say the same in other words, and those that differ in what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.copies.sameness import Saying
from tests.support.texts import ANY_TEXT


def say_the_same(language: str, one: str, other: str) -> bool:
    own, others = Saying.of(one, language), Saying.of(other, language)
    assert own.is_said_by(others) == others.is_said_by(own)
    return own.is_said_by(others)


SAME = [
    ("en", "The minister said that trade grew by 15 percent.", "The minister stated that trade grew by 15%."),
    ("en", "Farmers sold 15,000 tonnes in June.", "Farmers sold 15 000 tonnes in June, the ministry said."),
    (
        "en",
        "The big old bridge over the river was opened on 3 May 2025 by the mayor.",
        "The old bridge over the river was opened on May 3, 2025 by the mayor.",
    ),
    ("en", "The firm bought a plant in Omsk.", "The firm purchased a plant in Omsk."),
    ("ru", "Министр заявил, что торговля выросла на 15 %.", "Министр сообщил, что торговля выросла на 15%."),
    ("ru", "Пожар уничтожил 12 домов, сообщает «Вестник».", "Пожар уничтожил 12 домов."),
    ("ru", "В Алматы за сутки выявили пять тысяч больных.", "В Алматы за сутки выявили 5 тыс. больных."),
    ("ru", "Ещё один поезд «Тулпар» — в Семее.", "Еще один поезд “Тулпар” – в Семее."),
    ("kk", "Президент «Қазақстан» халқына жолдау жасады.", "Президент “Қазақстан” халқына жолдау жасады."),
    ("kk", "Екі елдің саудасы 15 000 тоннаға жетті.", "Екі елдің саудасы 15000 тоннаға жетті."),
    ("uk", "Міст відкрили 3 травня.", "Міст відкрили 3 травня!"),
]

#: What is corrected later: in one of the two it is another number, name, day, direction, or the opposite.
CORRECTED = [
    ("en", "The fire killed 12 people in Almaty.", "The fire killed 13 people in Almaty."),
    ("en", "The fire killed 12 people in Almaty.", "The fire killed 12 people in Atyrau."),
    ("en", "The fire killed 12 people.", "The fire injured 12 people."),
    ("en", "The court acquitted the former mayor.", "The court convicted the former mayor."),
    ("en", "Russia beat China in the final on Sunday.", "China beat Russia in the final on Sunday."),
    ("en", "Police attacked rioters in the square.", "Police were attacked by rioters in the square."),
    ("en", "The company will buy the plant.", "The company bought the plant."),
    ("en", "The company will buy the plant.", "The company will not buy the plant."),
    ("en", "Exports to China rose by 5 percent.", "Exports from China rose by 5 percent."),
    ("en", "Exports to China rose by 5 percent.", "Exports to China fell by 5 percent."),
    ("en", "It cost 10 dollars.", "It cost 10 euros."),
    ("en", "It cost 10 dollars.", "It cost 10 million dollars."),
    ("en", "It grew by 10.", "It grew by 10%."),
    ("en", "About 100 people died.", "100 people died."),
    ("en", "The talks begin on Monday.", "The talks begin on Tuesday."),
    ("ru", "Суд оправдал мэра.", "Суд осудил мэра."),
    ("ru", "Погибли 12 человек.", "Пострадали 12 человек."),
    ("ru", "Экспорт в Китай вырос на 5%.", "Экспорт из Китая вырос на 5%."),
    ("ru", "Экспорт вырос на 5%.", "Экспорт снизился на 5%."),
    ("ru", "Компания купит завод.", "Компания не купит завод."),
    ("ru", "Встреча пройдёт в понедельник.", "Встреча пройдёт во вторник."),
    ("ru", "Матч выиграла Россия у Китая.", "Матч выиграл Китай у России."),
    ("ru", "Министр Иванов уволен.", "Министр Петров уволен."),
    ("ru", "Иванов стал министром.", "Петров стал министром."),
    ("kk", "Президент Астанаға барды.", "Президент Астанаға бармады."),
    ("kk", "Президент Астанаға барды.", "Президент Алматыға барды."),
    ("kk", "12 адам қаза тапты.", "12 адам жараланды."),
    ("uk", "Міст відкрили.", "Міст закрили."),
]


@pytest.mark.parametrize(("language", "one", "other"), SAME)
def test_what_differs_in_wording_only_says_the_same(language: str, one: str, other: str) -> None:
    assert say_the_same(language, one, other)


@pytest.mark.parametrize(("language", "one", "other"), CORRECTED)
def test_a_correction_is_not_what_was_said_before(language: str, one: str, other: str) -> None:
    assert not say_the_same(language, one, other)


@given(ANY_TEXT, st.sampled_from(["en", "ru", "kk", "und"]))
def test_a_sentence_says_what_it_says(text: str, language: str) -> None:
    assert say_the_same(language, text, text)


@given(ANY_TEXT, ANY_TEXT, st.sampled_from(["en", "ru", "kk", "und"]))
def test_two_sentences_say_the_same_whichever_comes_first(one: str, other: str, language: str) -> None:
    say_the_same(language, one, other)
