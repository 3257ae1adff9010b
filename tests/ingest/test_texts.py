"""Texts: what a bare text tells about itself, and what metadata tells about it."""

from datetime import date

import pytest
from hypothesis import given

from retrieval.articles import Article, normalise
from retrieval.errors import EmptyArticleError
from retrieval.ingest import texts
from retrieval.ingest.dates import parse_date
from retrieval.ingest.texts import NO_METADATA, Metadata
from tests.support.texts import ANY_TEXT

FEBRUARY = date(2024, 2, 22)


def read_text(text: str, key: str | None = None, metadata: Metadata = NO_METADATA) -> Article:
    return texts.read_text(text, key, metadata).article


# Dates


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("13 июн. 2005", date(2005, 6, 13)),
        ("13 сен. 2005 19:13", date(2005, 9, 13)),
        ("13 мар. 2005", date(2005, 3, 13)),
        ("13 май. 2005", date(2005, 5, 13)),
        ("13 июл. 2005", date(2005, 7, 13)),
        ("13 ноя. 2005", date(2005, 11, 13)),
        ("Обновлено 13 июн. 2005", date(2005, 6, 13)),
        ("3-мамыр, 2025 жыл", date(2025, 5, 3)),
        ("2025 жылдың 3 мамыры", date(2025, 5, 3)),
        ("2025 жылдың 3 қыркүйегі", date(2025, 9, 3)),
        ("2025/03/05", date(2025, 3, 5)),
        ("2025.03.05", date(2025, 3, 5)),
        ("30-Sep-2025", date(2025, 9, 30)),
        ("Last updated: 3 May 2025", date(2025, 5, 3)),
    ],
)
def test_a_line_of_a_date_dates_the_text(line: str, day: date) -> None:
    for language in ("en", "ru", "kk"):
        text = f"Title stands here\n\n{line}\n\nThe dock opens at nine. It is red."
        assert read_text(text, "a", Metadata(language=language)).published == day


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-22",
        "2024-2-22",
        "2024-02-22T10:00:00Z",
        "22.02.2024",
        "22/02/2024",
        "22.2.2024, 10:00",
        "Published: 22/02/2024",
        # Only the other reading exists.
        "02/22/2024",
        "22 February 2024",
        "February 22, 2024",
        "February 22 2024",
        "Feb. 22, 2024, 7:50 a.m.",
        "22 feb 2024",
        "Thursday, 22 FEBRUARY 2024",
        "22 февраля 2024",
        "22 февраля 2024 года, 10:00",
        "22 ФЕВРАЛЯ 2024 Г.",
        "22 февр. 2024 г.",
        "22 Февраль 2024",
        "22 ақпан 2024",
        "22 Ақпан, 2024",
        "22 ақп. 2024 ж.",
        "Жарияланды: 22 ақпан 2024 жыл",
        "2024/02/22",
        "2024.02.22",
        "22-Feb-2024",
        "22-ақпан, 2024 жыл",
        "2024 жылдың 22 ақпаны",
        "Last updated: 22 February 2024",
    ],
)
def test_a_date_is_read_however_it_is_written(text: str) -> None:
    assert parse_date(text) == FEBRUARY


@pytest.mark.parametrize("text", ["2024 жылғы 22 ақпан", "2024 ж. 22 ақпан", "2024 жыл, 22 ақпан"])
def test_a_kazakh_date_may_begin_with_its_year(text: str) -> None:
    assert parse_date(text) == FEBRUARY


@pytest.mark.parametrize("text", ["February 22nd, 2024", "22nd of February 2024", "22nd February 2024"])
def test_an_english_day_may_be_an_ordinal(text: str) -> None:
    assert parse_date(text) == FEBRUARY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3 Sept. 2021", date(2021, 9, 3)),
        ("Sept 3, 2021", date(2021, 9, 3)),
        ("3 сен 2021", date(2021, 9, 3)),
        ("22 фев 2024", FEBRUARY),
        ("5 ноя. 2020", date(2020, 11, 5)),
    ],
)
def test_a_month_is_read_in_every_short_form_that_a_date_line_may_have(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize(
    "names",
    [
        "January February March April May June July August September October November December",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    ],
)
def test_every_month_has_its_name(names: str, month: int) -> None:
    assert parse_date(f"1 {names.split()[month - 1]} 2020") == date(2020, month, 1)


def test_of_two_readings_the_day_comes_first() -> None:
    assert parse_date("05/02/2024") == date(2024, 2, 5)


def test_where_the_month_comes_first_it_does_so_with_slashes_alone() -> None:
    assert parse_date("05/02/2024", month_first=True) == date(2024, 5, 2)
    assert parse_date("05.02.2024", month_first=True) == date(2024, 2, 5)
    assert parse_date("22/02/2024", month_first=True) == FEBRUARY


def test_the_other_dates_of_an_article_decide_which_number_is_the_month() -> None:
    american = read_text("Quay open\n03/05/2025\nThe ferry comes again on 12/25/2025.")
    british = read_text("Quay open\n03/05/2025\nThe ferry comes again on 25/12/2025.")
    assert american.published == date(2025, 3, 5)
    assert british.published == date(2025, 5, 3)


@pytest.mark.parametrize(
    "text", ["22 февраля 2024, обновлено 2024-02-25", "22.02.2024 – 2024-02-25", "22 Feb 2024 (25.02.2024)"]
)
def test_of_two_dates_the_first_counts(text: str) -> None:
    assert parse_date(text) == FEBRUARY


@pytest.mark.parametrize(
    "text",
    [
        *("", "None", "2024", "1234567", "February 2024", "22 February", "12 apples 2024"),
        *("31/31/2024", "30.02.2024", "2024-13-45", "0000-01-01", "99 февраля 2024"),
    ],
)
def test_what_is_no_day_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@given(ANY_TEXT)
def test_no_text_is_too_odd_to_look_for_a_date_in(text: str) -> None:
    assert parse_date(text) is None or isinstance(parse_date(text), date)


# Texts


def test_title_date_and_language_are_read_off_the_text() -> None:
    article = read_text("Торговля выросла\n22 февраля 2024\n\nОна выросла на десятую часть.\n", "a")
    assert (article.title, article.published, article.language) == ("Торговля выросла", FEBRUARY, "ru")
    assert (article.key, article.source, article.url) == ("a", None, None)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Trade grows\nFeb. 22, 2024, 7:50 a.m.\n\nIt grew by a tenth.\n", "en"),
        ("22 февраля 2024 года, 10:00\n\nТорговля выросла на десятую часть.\n", "ru"),
        ("Сауда өсті\n22 ақпан 2024 ж.\n\nОл оннан бірге өсті.\n", "kk"),
    ],
)
def test_a_line_that_is_nothing_but_a_date_says_when_it_was_published(text: str, language: str) -> None:
    article = read_text(text, "a")
    assert (article.published, article.language) == (FEBRUARY, language)


def test_a_date_inside_a_sentence_does_not() -> None:
    assert read_text("They met on 22 February 2024 in Kazan. They agreed.", "a").published is None


def test_the_first_line_with_a_whole_date_counts() -> None:
    text = "Trade grows\nToday, 10:30\n22.02.2024\n25.02.2024\n\nIt grew by a tenth.\n"
    assert read_text(text, "a").published == FEBRUARY


def test_a_text_may_tell_nothing_but_its_language() -> None:
    article = read_text("Trade grew by a tenth. It will grow again.", "a")
    assert (article.title, article.published, article.language) == (None, None, "en")


def test_metadata_goes_before_what_is_read_off() -> None:
    text = "Торговля выросла\n22 февраля 2024\n\nОна выросла на десятую часть.\n"
    metadata = Metadata("Given", "Kazinform", "https://kz/1", date(2020, 1, 1), "kk")
    article = read_text(text, "a", metadata)
    assert (article.title, article.source, article.url) == ("Given", "Kazinform", "https://kz/1")
    assert (article.published, article.language) == (date(2020, 1, 1), "kk")
    assert read_text(text, "a", Metadata(source="Kazinform")).title == "Торговля выросла"


def test_of_two_tellers_the_first_is_completed_by_the_other() -> None:
    first = Metadata(title="First", published=FEBRUARY)
    other = Metadata("Other", "Source", None, date(2020, 1, 1), "ru")
    assert first.over(other) == Metadata("First", "Source", None, FEBRUARY, "ru")
    assert NO_METADATA.over(other) == other.over(NO_METADATA) == other


def test_a_text_is_normalised_once_on_arrival() -> None:
    assert read_text("\ufeffOne.\r\nTwo\x00three.", "a").text == "One.\nTwo three."


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", "\x00\x01", " \u2003"])
def test_a_text_of_nothing_is_no_article(text: str) -> None:
    with pytest.raises(EmptyArticleError, match="a: there is no text in it"):
        read_text(text, "a")


@given(ANY_TEXT)
def test_any_text_is_an_article_or_empty(text: str) -> None:
    try:
        article = read_text(text, "a")
    except EmptyArticleError:
        assert not normalise(text).strip()
    else:
        assert article.text == normalise(text)
        article.model_dump_json()
