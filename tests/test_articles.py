"""Articles: spans, the one form of text that all offsets count in, and articles as values."""

import unicodedata
from datetime import date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from retrieval.articles import (
    Article,
    Sentence,
    SentenceKind,
    Span,
    collection_name,
    digest,
    first_title,
    normalise,
)
from retrieval.errors import CollectionNameError, EmptyArticleError
from retrieval.ingest.plain import plain_units
from tests.support.texts import ANY_TEXT, ARTICLES


def article(text: str = "A text.", key: str = "a test") -> Article:
    return Article(key=key, text=text, language="en")


# Spans


@pytest.mark.parametrize(("start", "end"), [(1, 0), (-1, 0), (-2, -1), (5, 4)])
def test_a_span_refuses_to_end_before_it_starts_or_to_start_before_the_text(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"from {start} to {end}"):
        Span(start, end)


@given(ANY_TEXT, st.integers(0, 50), st.integers(0, 50))
def test_a_span_is_a_slice_counted_in_code_points(text: str, start: int, length: int) -> None:
    assert Span(start, start + length).of(text) == text[start : start + length]


def test_spans_are_values_that_ascend_by_where_they_start() -> None:
    assert Span(1, 2) == Span(1, 2)
    assert sorted([Span(2, 3), Span(0, 9), Span(0, 1)]) == [Span(0, 1), Span(0, 9), Span(2, 3)]
    with pytest.raises(AttributeError):
        Span(1, 2).start = 0  # type: ignore[misc]


# The form of a text


@given(ANY_TEXT)
@example("\ufeff\ufeffA text behind two byte order marks.")
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(ANY_TEXT)
def test_a_normalised_text_can_be_stored_sent_and_shown(text: str) -> None:
    found = normalise(text)
    found.encode()
    assert unicodedata.is_normalized("NFC", found)
    assert {char for char in found if unicodedata.category(char) in ("Cc", "Cs")} <= {"\t", "\n", "\x85"}


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff")))
def test_a_text_without_controls_is_only_composed(text: str) -> None:
    assert normalise(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("\r\r\n\n", "\n\n\n"),
        ("\ufeffMarked.", "Marked."),
        ("Zero\ufeffwidth", "Zero\ufeffwidth"),
        ("a\x00b\x1bc\x7fd\x9fe", "a b c d e"),
        ("form\x0cfeed\x0bline", "form feed line"),
        ("a\tb", "a\tb"),
        ("half \ud83d of a pair", "half \ufffd of a pair"),
        ("и\u0306 е\u0308 e\u0301", "й ё é"),
        ("  spaces  stay \n\n", "  spaces  stay \n\n"),
        ("ﬁ ² … ＡＢＣ", "ﬁ ² … ＡＢＣ"),
    ],
)
def test_normalising_changes_line_ends_controls_and_composition_and_nothing_else(
    text: str, expected: str
) -> None:
    assert normalise(text) == expected


# Articles


@pytest.mark.parametrize("text", ["", " ", "\n\t \u2003\n"])
def test_an_article_without_text_is_refused_by_its_title_or_key(text: str) -> None:
    with pytest.raises(EmptyArticleError, match="a test: there is no text"):
        article(text)
    with pytest.raises(EmptyArticleError, match="News: there is no text"):
        Article(key="a test", text=text, language="en", title="News")


@pytest.mark.parametrize("text", ["one\r\ntwo", "a\x00b", "и\u0306", "\ufeffMarked."])
def test_a_text_that_is_not_normalised_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="normalised before"):
        article(text)


@pytest.mark.parametrize("language", ["", "EN", "english", "e", "en-GB", "ен"])
def test_a_language_is_named_by_its_code(language: str) -> None:
    with pytest.raises(ValidationError, match="language"):
        Article(key="a test", text="A text.", language=language)


def test_an_article_is_frozen_and_has_no_other_fields() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        article().text = "Another."
    with pytest.raises(ValidationError, match="extra"):
        Article.model_validate({"key": "a", "text": "A.", "language": "en", "author": "nobody"})


def test_an_article_needs_a_key_and_a_moment_with_a_time_zone() -> None:
    with pytest.raises(ValidationError, match="key"):
        article(key="")
    with pytest.raises(ValidationError, match="added"):
        Article(key="a", text="A.", language="en", added=datetime(2024, 1, 1))  # noqa: DTZ001  the point
    assert article().added.tzinfo is not None


@given(ARTICLES, ARTICLES)
def test_an_id_depends_on_the_key_alone_and_a_digest_on_the_text_alone(one: Article, other: Article) -> None:
    assert other.model_copy(update={"key": one.key}).id == one.id
    assert other.model_copy(update={"text": one.text}).digest == one.digest == digest(one.text)
    assert (one.id == other.id) is (one.key == other.key)
    assert (one.digest == other.digest) is (one.text == other.text)


def test_a_copy_with_another_key_or_text_has_another_id_and_digest() -> None:
    one = article("A text.", "a")
    named = (one.id, one.digest)
    assert one.model_copy(update={"key": "b", "text": "Another."}).id != named[0]
    assert one.model_copy(update={"key": "b", "text": "Another."}).digest == digest("Another.") != named[1]


def test_an_id_is_short_and_stays_what_it_was_when_it_was_given_out() -> None:
    assert article(key="seed:mir24-putin-tokaev-kazan.txt").id == "1f8e9faf300f"


@given(ARTICLES)
def test_an_article_comes_back_from_json_the_same(one: Article) -> None:
    assert Article.model_validate_json(one.model_dump_json()) == one
    assert Article.model_validate(one.model_dump()) == one


def test_a_date_without_a_time_is_kept_as_a_day() -> None:
    told = Article(key="a", text="A.", language="en", published=date(2024, 2, 22))
    assert '"published":"2024-02-22"' in told.model_dump_json()


# Titles and kinds


def test_the_first_title_of_a_text_is_its_title() -> None:
    found = article("13 February 2022\nTrade grows\n\nIt grew by a tenth.\nIt will grow again.\n")
    assert first_title(found.text, plain_units(found)) == "Trade grows"


def test_a_text_may_have_no_title() -> None:
    found = article("It grew by a tenth. It will grow again.")
    assert first_title(found.text, plain_units(found)) is None
    assert first_title("Anything", ()) is None


def test_of_two_titles_the_first_counts() -> None:
    units = [
        Sentence("a", 0, Span(0, 3), SentenceKind.TITLE),
        Sentence("a", 1, Span(4, 7), SentenceKind.TITLE),
    ]
    assert first_title("One Two", units) == "One"


def test_what_only_leads_to_what_is_said_does_not_answer() -> None:
    assert {kind for kind in SentenceKind if not kind.answers} == {
        SentenceKind.CREDIT,
        SentenceKind.DATE,
        SentenceKind.HEADING,
        SentenceKind.HEADER,
        SentenceKind.QUESTION,
    }


# Collections


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("hr", "hr"),
        (" HR\n", "hr"),
        ("Кадры-2", "кадры-2"),
        ("И\u0306ОД_1", "йод_1"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("x" * 40, "x" * 40),
    ],
)
def test_a_collection_is_called_by_a_word_without_regard_to_case(told: str, name: str) -> None:
    assert collection_name(told) == collection_name(name) == name
    assert Article(key="a", text="Wheat.", language="en", collection=told).collection == name


@pytest.mark.parametrize(
    "told", ["", " ", "hr dept", "hr/it", "a.b", "x" * 41, "any", "ANY", "\x1b[1m", "\ud800"]
)
def test_what_is_no_word_names_no_collection(told: str) -> None:
    with pytest.raises(CollectionNameError, match="use letters, digits, - and _, 40 at most"):
        collection_name(told)
    with pytest.raises(ValidationError):
        Article(key="a", text="Wheat.", language="en", collection=told)
