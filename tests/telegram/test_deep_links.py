"""Links to passages: what they are made of, and what opening one shows."""

import re
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.assembly import Derek
from bot.phrases import Phrases
from bot.telegram.admission import OPENED as INVITED
from bot.telegram.deep_links import Place, decode, encode, link_to
from bot.telegram.passages import OPENED
from retrieval.answers.citations import Citation
from retrieval.articles import Span
from tests.support.recording import Call, feed, message, texts

ENTERPRISES = "How many joint Kazakh-Russian enterprises are there?"

en = Phrases("en")


def hexadecimal(digits: int) -> st.SearchStrategy[str]:
    return st.text("0123456789abcdef", min_size=digits, max_size=digits)


PLACES = st.builds(
    lambda article_id, start, length, fingerprint: Place(
        article_id, Span(start, start + length), fingerprint
    ),
    hexadecimal(12),
    st.integers(0, 999_999_999),
    st.integers(1, 999_999_999),
    hexadecimal(8),
)


# Payloads


@given(PLACES)
def test_a_payload_leads_to_the_place_that_it_was_made_of_and_telegram_takes_it(place: Place) -> None:
    payload = encode(place)
    assert decode(payload) == place
    assert re.fullmatch("[A-Za-z0-9_-]{1,64}", payload)
    assert re.match(OPENED, f"/start {payload}")


ALMOST = st.from_regex(
    r"c_[0-9a-f]{11,13}_[0-9a-zA-Z]{0,8}_[0-9a-zA-Z]{0,8}_[0-9a-f]{7,9}\n?", fullmatch=True
)


@given(st.text() | ALMOST)
@example("c_0123456789ab_00_1_89abcdef")
@example("c_0123456789ab_0_0_89abcdef")
@example("c_0123456789ab_zzzzzz_1_89abcdef")
@example("c_0123456789ab_0_1_89abcdef\n")
@example("c_0123456789AB_0_1_89abcdef")
def test_whatever_is_no_payload_leads_nowhere(text: str) -> None:
    place = decode(text)
    assert place is None or encode(place) == text


@given(st.binary(min_size=16, max_size=16))
def test_no_invitation_is_taken_for_a_link_to_a_passage(token: bytes) -> None:
    sent = f"/start {urlsafe_b64encode(token).rstrip(b'=').decode()}"
    assert re.match(INVITED, sent)
    assert not re.match(OPENED, sent)


@pytest.mark.parametrize(
    ("article_id", "span", "fingerprint"),
    [
        ("0123", Span(0, 1), "89abcdef"),
        ("0123456789ab", Span(1, 1), "89abcdef"),
        ("0123456789ab", Span(0, 36**6), "89abcdef"),
        ("0123456789ab", Span(0, 1), "89abcdeg"),
    ],
)
def test_what_is_no_place_of_a_quote_is_refused(article_id: str, span: Span, fingerprint: str) -> None:
    with pytest.raises(ValueError, match="no quote stands"):
        Place(article_id, span, fingerprint)


# Opening one


def cited(derek: Derek) -> Citation:
    return derek.chat("telegram:7").ask(ENTERPRISES).answer.citations[0]


def opened(derek: Derek, place: Place, **more: Any) -> list[Call]:
    [payload] = link_to(place, "derek_bot").split("https://t.me/derek_bot?start=")[1:]
    return feed(derek, message(text=f"/start {payload}", **more))


def test_a_link_shows_its_sentence_among_its_neighbours(derek: Derek) -> None:
    citation = cited(derek)
    [text] = texts(opened(derek, Place.of(citation)))
    assert f"<b>{citation.quote}</b>" in text
    assert text.startswith("<i>")


def test_a_link_into_an_article_that_was_changed_says_so(derek: Derek) -> None:
    citation = cited(derek)
    other = Place(citation.article_id, citation.span, "00000000")
    assert texts(opened(derek, other)) == [en("changed-article")]


def test_a_link_into_an_article_that_is_gone_says_so(derek: Derek) -> None:
    citation = cited(derek)
    derek.store.remove(citation.article_id)
    assert texts(opened(derek, Place.of(citation))) == [en("unknown-article", id=citation.article_id)]
