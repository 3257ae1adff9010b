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


@given(
    languages=st.frozensets(st.sampled_from(["en", "ru", "kk"])),
    sources=st.frozensets(st.sampled_from(["Мир 24", "мир 24", "Reuters"])),
    days=st.lists(st.none() | DAYS, min_size=2, max_size=2),
    article=st.builds(
        Article,
        key=st.just("a"),
        text=st.just("Wheat."),
        language=st.sampled_from(["en", "ru", "kk"]),
        source=st.sampled_from([None, "Мир 24", "МИР 24", "Reuters"]),
        published=st.none() | DAYS,
    ),
)
def test_an_article_is_admitted_if_each_limit_by_itself_admits_it(
    languages: frozenset[str], sources: frozenset[str], days: list[date | None], article: Article
) -> None:
    since, until = days if None in days else sorted(filter(None, days))
    each = [Filter(languages), Filter(sources=sources), Filter(since=since), Filter(until=until)]
    together = Filter(languages, sources, since, until)
    assert together.admits(article) is all(one.admits(article) for one in each)
