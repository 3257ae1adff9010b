"""Filters: which articles may answer, whoever asks them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles import Article
from retrieval.filters import Filter

DAY = date(2022, 2, 13)
ARTICLE = Article(key="a", text="Wheat.", language="en", source="Мир 24", published=DAY)


@pytest.mark.parametrize(
    ("chosen", "admitted"),
    [
        (Filter(), True),
        (Filter(languages=frozenset({"en", "de"})), True),
        (Filter(languages=frozenset({"de"})), False),
        (Filter(sources=frozenset({"МИР 24", "Reuters"})), True),
        (Filter(sources=frozenset({"Мир"})), False),
        (Filter(since=DAY), True),
        (Filter(since=DAY + timedelta(1)), False),
        (Filter(until=DAY), True),
        (Filter(until=DAY - timedelta(1)), False),
        (Filter(since=DAY, until=DAY), True),
    ],
)
def test_an_article_is_admitted_by_what_is_told_of_it(chosen: Filter, *, admitted: bool) -> None:
    assert chosen.admits(ARTICLE) is admitted


def test_what_is_not_told_of_an_article_is_in_no_limit() -> None:
    untold = Article(key="a", text="Wheat.", language="en")
    assert Filter(languages=frozenset({"en"})).admits(untold)
    assert not Filter(sources=frozenset({"Мир 24"})).admits(untold)
    assert not Filter(since=DAY).admits(untold)
    assert not Filter(until=DAY).admits(untold)


DAYS = st.dates(DAY - timedelta(2), DAY + timedelta(2))
NAMES = st.sampled_from(["hr", "it", "кадры"])
COLLECTIONS = st.none() | st.frozensets(NAMES)


@given(
    languages=st.frozensets(st.sampled_from(["en", "ru", "kk"])),
    sources=st.frozensets(st.sampled_from(["Мир 24", "мир 24", "Reuters"])),
    days=st.lists(st.none() | DAYS, min_size=2, max_size=2),
    collections=COLLECTIONS,
    article=st.builds(
        Article,
        key=st.just("a"),
        text=st.just("Wheat."),
        language=st.sampled_from(["en", "ru", "kk"]),
        source=st.sampled_from([None, "Мир 24", "МИР 24", "Reuters"]),
        published=st.none() | DAYS,
        collection=st.none() | NAMES,
    ),
)
def test_an_article_is_admitted_if_each_limit_by_itself_admits_it(
    languages: frozenset[str],
    sources: frozenset[str],
    days: list[date | None],
    collections: frozenset[str] | None,
    article: Article,
) -> None:
    since, until = days if None in days else sorted(filter(None, days))
    each = [
        Filter(languages),
        Filter(sources=sources),
        Filter(since=since),
        Filter(until=until),
        Filter(collections=collections),
    ]
    together = Filter(languages, sources, since, until, collections)
    assert together.admits(article) is all(one.admits(article) for one in each)


@given(
    own=st.builds(Filter, collections=COLLECTIONS),
    fence=st.builds(Filter, collections=COLLECTIONS),
    name=st.none() | NAMES,
)
def test_a_filter_within_a_fence_admits_nothing_outside_of_it(
    own: Filter, fence: Filter, name: str | None
) -> None:
    within = own.within(fence)
    assert fence.admits_collection(name) or not within.admits_collection(name)
    assert within.within(fence) == within
    if own.admits_collection(name) and fence.admits_collection(name):
        assert within.admits_collection(name)


def test_what_lies_in_no_fence_does_not_narrow_it() -> None:
    fence = Filter(collections=frozenset({"hr"}))
    assert Filter(collections=frozenset({"it"})).within(fence) == fence
    assert (
        Filter(collections=frozenset({"it"})).within(Filter(collections=frozenset())).collections
        == frozenset()
    )
    assert Filter(collections=frozenset({"HR"})) == fence
