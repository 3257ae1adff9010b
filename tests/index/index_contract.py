"""What an index of sentences means, as tests that every engine runs."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.analysis.terms import Field, terms
from retrieval.articles import Article, Sentence, SentenceKind, Span
from retrieval.changes import Batch, Change
from retrieval.filters import Filter
from retrieval.index.candidates import Candidate
from retrieval.index.packed import term_hash
from retrieval.index.protocol import Index, WeightedTerm
from retrieval.index.query import Query
from retrieval.index.search import search
from tests.support.analysing import analysed

# Several engines run the same inherited test, each with a factory that makes fresh indexes.
contract = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.function_scoped_fixture],
)


def article(  # noqa: PLR0913  what an article may have
    key: str,
    *lines: str,
    language: str = "en",
    source: str | None = None,
    collection: str | None = None,
    published: date | None = None,
    title: str | None = None,
    names: Sequence[str] = (),
) -> Article:
    """Return an article, each line of which is a sentence."""
    return Article(
        key=key,
        text="\n".join(lines),
        language=language,
        source=source,
        collection=collection,
        published=published,
        title=title,
        names=tuple(names),
    )


def units(
    article: Article, kinds: Sequence[SentenceKind] = (), default: SentenceKind = SentenceKind.SENTENCE
) -> list[Sentence]:
    """Return the lines of an article as sentences of these kinds, the rest of the default one."""
    sentences, start = [], 0
    for number, line in enumerate(article.text.split("\n")):
        kind = kinds[number] if number < len(kinds) else default
        sentences.append(Sentence(article.id, number, Span(start, start + len(line)), kind))
        start += len(line) + 1
    return sentences


def query(
    text: str,
    limit: int = 100,
    filter: Filter | None = None,  # noqa: A002  as Query calls it
    language: str | None = None,
) -> Query:
    """Return a query in the language that its text is in."""
    return Query(analysed(text, language), limit, filter or Filter())


def put(index: Index, article: Article, sentences: Sequence[Sentence]) -> None:
    index.update([Batch([Change(article.id, article, sentences)], index.seen + 1)])


def take(index: Index, article_id: str) -> None:
    index.update([Batch([Change(article_id)], index.seen + 1)])


def fill(index: Index, articles: Iterable[Article]) -> None:
    changes = [Change(article.id, article, units(article)) for article in articles]
    index.update([Batch(changes, index.seen + 1)])


def places(candidates: Iterable[Candidate]) -> list[tuple[str, int]]:
    return [candidate.place for candidate in candidates]


LINE = "The wheat harvest rose."
HARVEST = article("harvest", LINE, "Barley fell.", "Nobody sold rye.")
TRADE = article("trade", "Trade in wheat rose by 26 percent.", "Both countries trade rye and barley.")
RUSSIAN = article("торговля", "Торговля пшеницей выросла.", "Ячменя не продавали.", language="ru")
GERMAN = article("handel", "Der Handel mit Weizen wuchs.", "Roggen blieb liegen.", language="de")

# What may be done to an index, on few articles, so that it often meets the same one again.
WORDS = st.sampled_from(["wheat", "rye", "barley", "oats", "trade", "grew", "the", "26", "пшеница", "рожь"])
LINES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
VERSIONS = st.builds(
    lambda key, lines, language: article(key, *lines, language=language),
    st.sampled_from("abcde"),
    st.lists(LINES, min_size=1, max_size=4),
    st.sampled_from(["en", "ru", "de"]),
)
REMOVALS = st.sampled_from("abcde")
CHANGES = st.lists(VERSIONS | REMOVALS, max_size=14)
QUESTIONS = ["wheat", "rye and barley", "пшеница или рожь", "the trade grew by 26", "oats wheat rye"]


def ending(changes: Iterable[Article | str]) -> list[Article]:
    """Return the articles that changes leave."""
    left: dict[str, Article] = {}
    for change in changes:
        if isinstance(change, Article):
            left[change.key] = change
        else:
            left.pop(change, None)
    return list(left.values())


def same_candidates(
    index: Index, other: Index, questions: Sequence[str] = QUESTIONS, limit: int = 100
) -> None:
    """Hold one index against another: the same candidates, as sure."""
    assert len(index) == len(other)
    for question in questions:
        candidates, others = search(index, query(question, limit)), search(other, query(question, limit))
        assert [(c.article_id, c.number, c.digest) for c in candidates] == [
            (c.article_id, c.number, c.digest) for c in others
        ]
        for left, right in zip(candidates, others, strict=True):
            # tantivy's side is scored in 32 bits, rank-bm25's in 64.
            assert left.score == pytest.approx(right.score, rel=1e-6)
            assert left.max_score == pytest.approx(right.max_score)
            assert left.scores == pytest.approx(right.scores, rel=1e-6)


class IndexContract:
    """The meaning of `Index`; an engine's tests subclass it and give the one fixture `new_index`.

    `new_index` is a function that returns a fresh empty index each time it is called.
    """

    @pytest.fixture
    def index(self, new_index: Callable[[], Index]) -> Index:
        return new_index()

    # Finding

    def test_sentences_are_found_by_their_terms(self, index: Index) -> None:
        fill(index, [HARVEST, TRADE])
        candidates = search(index, query("How much did trading in wheat rise?"))
        assert places(candidates)[0] == (TRADE.id, 0)
        assert {(TRADE.id, 0), (TRADE.id, 1), (HARVEST.id, 0)} <= set(places(candidates))

    def test_a_sentence_that_no_shared_term_stands_near_is_not_found(self, index: Index) -> None:
        fill(index, [HARVEST, TRADE])
        assert search(index, query("Who discovered Mongolia?")) == []
        fill(index, [article("long", "Maize.", "Tea.", "Milk.", "Salt.")])
        assert [candidate.number for candidate in search(index, query("maize"))] == [0, 1, 2]
        assert search(index, query("?!")) == []
        assert search(index, query("")) == []

    def test_the_empty_index_finds_nothing(self, index: Index) -> None:
        assert search(index, query("wheat")) == []
        assert len(index) == 0

    def test_scores_are_positive_and_reach_their_ceiling_at_most(self, index: Index) -> None:
        fill(index, [HARVEST, TRADE, RUSSIAN, GERMAN])
        for question in ("wheat", "rye barley wheat trade", "торговля пшеницей", "Handel wheat"):
            candidates = search(index, query(question))
            assert candidates
            assert all(0 < candidate.score <= candidate.max_score for candidate in candidates)

    def test_a_sentence_that_holds_more_of_the_question_scores_higher(self, index: Index) -> None:
        fill(index, [article("a", "Wheat oats rye.", "Wheat oats tea.", "Wheat milk tea.")])
        candidates = search(index, query("wheat oats rye"))
        assert [candidate.number for candidate in candidates] == [0, 1, 2]
        assert candidates[0].score > candidates[1].score > candidates[2].score
        assert len({candidate.max_score for candidate in candidates}) == 1

    def test_a_rarer_term_tells_more(self, index: Index) -> None:
        fill(index, [article("a", "Wheat grew.", "Wheat fell.", "Rye fell.", "Wheat rose.")])
        assert places(search(index, query("wheat rye")))[0][1] == 2

    # What is near

    def test_what_is_near_comes_besides_whatever_its_words(self, index: Index) -> None:
        fill(index, [HARVEST, TRADE, RUSSIAN, GERMAN])
        near = frozenset({(HARVEST.id, 2), (RUSSIAN.id, 1), (TRADE.id, 0)})
        for question in ("trade in wheat", "Weizen", "Who discovered Mongolia?", "?!"):
            plain = search(index, query(question))
            candidates = search(index, replace(query(question), near=near))
            assert set(places(candidates)) == {*places(plain), *near}
            assert candidates == sorted(candidates, key=lambda candidate: candidate.order)
            assert {candidate for candidate in candidates if candidate.place in places(plain)} == set(plain)

    def test_what_is_near_does_not_count_towards_the_limit(self, index: Index) -> None:
        fill(index, [HARVEST, TRADE])
        candidates = search(index, replace(query("wheat", 1), near=frozenset({(TRADE.id, 1)})))
        assert set(places(candidates)) == {places(search(index, query("wheat", 1)))[0], (TRADE.id, 1)}

    def test_what_is_near_but_not_there_is_not_found(self, index: Index) -> None:
        fill(index, [HARVEST])
        near = frozenset({(HARVEST.id, 99), (TRADE.id, 0), ("no article", 0)})
        assert search(index, replace(query("Who discovered Mongolia?"), near=near)) == []

    # What answers

    def test_only_kinds_that_answer_are_found(self, index: Index) -> None:
        wheat = article("a", *(f"wheat {kind}" for kind in SentenceKind))
        put(index, wheat, units(wheat, list(SentenceKind)))
        answering = {number for number, kind in enumerate(SentenceKind) if kind.answers}
        assert {candidate.number for candidate in search(index, query("wheat"))} == answering
        assert len(index) == len(answering) == len(SentenceKind) - 5

    def test_a_sentence_is_found_by_what_it_stands_under(self, index: Index) -> None:
        lines = ("Pumps", "How much is Ertis-4?", "It costs money.", "It costs money.", "Nobody sells it.")
        pumps = article("a", *lines)
        above = {2: (0, 1), 3: (0, 1), 4: (0,)}
        kinds = [SentenceKind.TITLE, SentenceKind.QUESTION]
        put(index, pumps, [replace(unit, above=above.get(unit.number, ())) for unit in units(pumps, kinds)])
        put(index, other := article("b", "Pumps stand here.", "They are red."), units(other))
        found = search(index, query("How much is Ertis-4?"))
        places = [candidate.place for candidate in found]
        assert places[:2] == [(pumps.id, 2), (pumps.id, 3)], "the nearer one first"
        assert found[0].coverage.coverage == 1
        take(index, pumps.id)
        assert other.id in {candidate.article_id for candidate in search(index, query("pumps"))}
        assert not search(index, query("Ertis-4"))

    def test_a_sentence_is_found_by_what_its_article_is_called(self, index: Index) -> None:
        for number in (4, 6):
            text = "It moves 60 tonnes an hour."
            named = article(str(number), text, title=f"Ertis-{number} pump", names=["seal"])
            put(index, named, units(named))
        first, second = search(index, query("How much does the Ertis-6 pump move?"))
        assert first.article_id == article("6", "x").id
        assert first.score > second.score
        assert len(search(index, query("seals"))) == 2

    def test_what_does_not_answer_does_not_change_scores(self, new_index: Callable[[], Index]) -> None:
        bare, credited = new_index(), new_index()
        shorter = article("a", "Wheat grew.", "Rye fell.")
        longer = article("a", "Wheat grew.", "Rye fell.", "Photo by Wheat Rye", "wheat wheat wheat")
        put(bare, shorter, units(shorter))
        put(credited, longer, units(longer, [SentenceKind.SENTENCE] * 2, SentenceKind.CREDIT))
        candidates = search(credited, query("wheat rye"))
        assert {candidate.digest for candidate in candidates} == {longer.digest}
        assert [replace(candidate, digest=shorter.digest) for candidate in candidates] == search(
            bare, query("wheat rye")
        )

    def test_a_sentence_without_a_word_is_never_found_and_not_counted(self, index: Index) -> None:
        fill(index, [article("a", "…", "Wheat grew.", "— !")])
        assert places(search(index, query("wheat …"))) == [(article("a", "x").id, 1)]
        assert len(index) == 1

    # Order

    def test_candidates_come_by_share_of_the_ceiling_article_and_number(self, index: Index) -> None:
        fill(index, [HARVEST, TRADE, RUSSIAN, GERMAN])
        candidates = search(index, query("wheat rye пшеница Weizen 26"))
        assert len(candidates) > 4
        assert candidates == sorted(
            candidates,
            key=lambda candidate: (
                -candidate.score / candidate.max_score,
                candidate.article_id,
                candidate.number,
            ),
        )

    @contract
    @given(order=st.permutations("abcdef"))
    def test_equal_scores_never_reorder(self, new_index: Callable[[], Index], order: Sequence[str]) -> None:
        index = new_index()
        fill(index, [article(key, "Wheat grew.", "Wheat grew.") for key in order])
        expected = sorted((article(key, "x").id, number) for key in "abcdef" for number in (0, 1))
        assert places(search(index, query("wheat"))) == expected

    def test_the_same_question_gets_the_same_candidates_again(self, index: Index) -> None:
        fill(index, [HARVEST, TRADE])
        assert search(index, query("wheat and rye")) == search(index, query("wheat and rye"))

    @pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
    def test_a_limit_gives_the_first_ones_of_each_language(self, index: Index, limit: int) -> None:
        fill(index, [HARVEST, TRADE, RUSSIAN])
        everything = search(index, query("wheat rye barley пшеница", 1_000))
        candidates = search(index, query("wheat rye barley пшеница", limit))
        for language in ("en", "ru"):
            first = [candidate for candidate in everything if candidate.language == language][:limit]
            assert [candidate for candidate in candidates if candidate.language == language] == first

    # Reading

    def test_a_reader_says_how_common_terms_are(self, index: Index) -> None:
        fill(index, [article("a", "Wheat grew.", "Wheat, wheat!"), article("b", "Wheat."), RUSSIAN])
        wheat, rye = (term_hash(Field.STEM, word) for word in ("wheat", "rye"))
        with index.reader() as reader:
            known = reader.statistics()
            assert reader.document_frequencies("en", [wheat, rye]) == {wheat: (3, 2)}
            assert reader.document_frequencies("ru", [wheat]) == {}
        assert {language: (own.sentences, own.articles) for language, own in known.items()} == {
            "en": (3, 2), "ru": (2, 1)
        }  # fmt: skip

    def test_a_reader_gives_the_terms_of_the_articles_in_a_language(self, index: Index) -> None:
        fill(index, [HARVEST, TRADE, RUSSIAN])
        with index.reader() as reader:
            (packed,) = reader.packed_articles("en", {HARVEST.id, RUSSIAN.id, "no article"})
        assert (packed.article_id, packed.digest) == (HARVEST.id, HARVEST.digest)
        assert packed.terms.numbers.tolist() == [0, 1, 2]
        documents = packed.terms.documents(Field.STEM)
        assert documents[0] == [term_hash(Field.STEM, term) for term in terms(LINE, "en").stem]

    def test_a_reader_gives_the_articles_of_the_best_sentences(self, index: Index) -> None:
        fill(index, [article("a", "Wheat and rye."), article("b", "Wheat again."), article("c", "Oats.")])
        best, other, none = (article(key, "x").id for key in "abc")
        query_terms = [WeightedTerm(Field.STEM, "rye", 1.0), WeightedTerm(Field.STEM, "wheat", 1.0)]
        with index.reader() as reader:
            assert best in reader.best_articles("en", query_terms, Filter(), 1)
            assert set(reader.best_articles("en", query_terms, Filter(), 10)) == {best, other}
            elsewhere = [WeightedTerm(Field.STEM, "oat", 1.0)]
            assert set(reader.best_articles("en", elsewhere, Filter(), 10)) == {none}

    def test_a_reader_sees_one_moment(self, index: Index) -> None:
        fill(index, [HARVEST])
        with index.reader() as reader:
            thread = threading.Thread(target=take, args=[index, HARVEST.id])
            thread.start()
            thread.join()
            assert reader.statistics()["en"].sentences == 3
            assert len(reader.packed_articles("en", [HARVEST.id])) == 1
        with index.reader() as reader:
            assert reader.statistics() == {}

    # Changing

    def test_the_same_id_replaces_what_stood_under_it(self, index: Index) -> None:
        fill(index, [article("a", "Wheat grew.", "Rye fell."), article("a", "Oats grew.")])
        assert search(index, query("wheat rye")) == []
        assert places(search(index, query("oats"))) == [(article("a", "x").id, 0)]
        assert len(index) == 1

    def test_an_article_may_change_its_language(self, index: Index) -> None:
        fill(index, [article("a", "Wheat."), article("a", "Wheat.", language="de")])
        assert search(index, query("wheat", filter=Filter(languages=frozenset({"en"})))) == []
        assert len(search(index, query("wheat"))) == len(index) == 1

    def test_an_article_may_be_replaced_by_one_in_which_nothing_answers(self, index: Index) -> None:
        fill(index, [article("a", "Wheat grew."), article("a", "…")])
        assert search(index, query("wheat")) == []
        assert len(index) == 0

    def test_what_is_removed_is_not_found(self, index: Index) -> None:
        fill(index, [HARVEST, TRADE])
        take(index, TRADE.id)
        assert {article_id for article_id, _ in places(search(index, query("wheat rye trade")))} == {
            HARVEST.id
        }
        assert len(index) == 3
        take(index, HARVEST.id)
        assert search(index, query("wheat rye trade")) == []
        assert len(index) == 0

    def test_removing_what_is_not_there_is_no_error(self, index: Index) -> None:
        take(index, "000000000000")
        take(index, "no id at all ' \" % _")
        fill(index, [HARVEST])
        take(index, TRADE.id)
        take(index, HARVEST.id)
        take(index, HARVEST.id)
        assert len(index) == 0

    def test_what_was_removed_may_come_back(self, new_index: Callable[[], Index]) -> None:
        steady, changed = new_index(), new_index()
        fill(steady, [HARVEST, TRADE])
        fill(changed, [HARVEST, TRADE])
        take(changed, TRADE.id)
        put(changed, TRADE, units(TRADE))
        assert search(changed, query("wheat rye trade")) == search(steady, query("wheat rye trade"))

    @contract
    @given(changes=CHANGES, peek=st.booleans())
    def test_an_index_changed_step_by_step_is_as_one_built_from_scratch(
        self, new_index: Callable[[], Index], changes: list[Article | str], peek: bool
    ) -> None:
        changed, built = new_index(), new_index()
        for change in changes:
            if isinstance(change, Article):
                put(changed, change, units(change))
            else:
                take(changed, article(change, "x").id)
            if peek:  # an engine may do its work when it is asked
                search(changed, query("wheat"))
        fill(built, ending(changes))
        assert len(changed) == len(built)
        for question in QUESTIONS:
            assert search(changed, query(question)) == search(built, query(question))

    # Languages

    def test_an_article_in_an_unknown_language_is_found_by_its_words(self, index: Index) -> None:
        fill(
            index,
            [
                GERMAN,
                article("x", "Ħobż u għaġina.", language="und"),
                article("z", "小麦增长了。", language="zh"),
            ],
        )
        assert places(search(index, query("Wuchs der WEIZEN?")))[0] == (GERMAN.id, 0)
        assert places(search(index, query("għaġina"))) == [(article("x", "x").id, 0)]
        assert places(search(index, query("小麦"))) == [(article("z", "x").id, 0)]

    def test_languages_do_not_change_each_others_scores(self, new_index: Callable[[], Index]) -> None:
        alone, together = new_index(), new_index()
        fill(alone, [HARVEST, TRADE])
        fill(together, [RUSSIAN, HARVEST, GERMAN, TRADE, article("d", "Wheat wheat.", language="de")])
        english = {HARVEST.id, TRADE.id}
        candidates = search(together, query("trade in wheat"))
        assert [candidate for candidate in candidates if candidate.article_id in english] == search(
            alone, query("trade in wheat")
        )

    # Filters

    @pytest.mark.parametrize(
        ("chosen", "expected"),
        [
            (Filter(), "abcd"),
            (Filter(languages=frozenset({"en"})), "abc"),
            (Filter(languages=frozenset({"de", "ru"})), "d"),
            (Filter(languages=frozenset({"fr"})), ""),
            (Filter(sources=frozenset({"kazinform"})), "a"),
            (Filter(sources=frozenset({"МИР 24", "KAZINFORM"})), "ab"),
            (Filter(sources=frozenset({"Reuters"})), ""),
            (Filter(since=date(2022, 2, 13)), "ab"),
            (Filter(since=date(2022, 2, 14)), "b"),
            (Filter(until=date(2022, 2, 13)), "a"),
            (Filter(since=date(2022, 2, 13), until=date(2024, 2, 22)), "ab"),
            (Filter(since=date(2025, 1, 1)), ""),
            (Filter(languages=frozenset({"en"}), sources=frozenset({"мир 24"}), since=date(2024, 1, 1)), "b"),
            (Filter(sources=frozenset({"мир 24"}), until=date(2023, 1, 1)), ""),
            (Filter(collections=frozenset({"hr"})), "ad"),
            (Filter(collections=frozenset({"HR", "кадры"})), "abd"),
            (Filter(collections=frozenset({"h"})), ""),
            (Filter(collections=frozenset()), ""),
            (Filter(frozenset({"de"}), collections=frozenset({"hr"})), "d"),
            (Filter(since=date(2022, 2, 13), collections=frozenset({"hr"})), "a"),
        ],
    )
    def test_a_filter_leaves_out_and_changes_no_score(
        self, index: Index, chosen: Filter, expected: str
    ) -> None:
        articles = {
            "a": article("a", "Wheat grew.", "Wheat.", source="Kazinform", published=date(2022, 2, 13)),
            "b": article("b", "Wheat fell by a half.", source="Мир 24", published=date(2024, 2, 22)),
            "c": article("c", "Nobody sold wheat or rye."),
            "d": article("d", "Der wheat wuchs.", language="de"),
        }
        for key, collection in (("a", "hr"), ("b", "кадры"), ("d", "hr")):
            articles[key] = articles[key].model_copy(update={"collection": collection})
        fill(index, articles.values())
        admitted = {articles[key].id for key in expected}
        everything = search(index, query("wheat"))
        candidates = search(index, query("wheat", filter=chosen))
        assert candidates == [candidate for candidate in everything if candidate.article_id in admitted]
        assert {candidate.article_id for candidate in candidates} == admitted

    def test_a_limit_counts_only_what_the_filter_admits(self, index: Index) -> None:
        fill(index, [article(f"a{number}", "Wheat.", source="Many") for number in range(20)])
        fill(index, [article("b", "Wheat and a long rest of the sentence.", source="One")])
        candidates = search(index, query("wheat", 3, Filter(sources=frozenset({"One"}))))
        assert places(candidates) == [(article("b", "x").id, 0)]

    def test_a_filter_sees_what_an_article_is_now(self, index: Index) -> None:
        fill(index, [article("a", "Wheat.", source="Old"), article("a", "Wheat.", source="New")])
        assert search(index, query("wheat", filter=Filter(sources=frozenset({"Old"})))) == []
        assert len(search(index, query("wheat", filter=Filter(sources=frozenset({"New"}))))) == 1
        fill(index, [article("a", "Wheat.", collection="hr"), article("a", "Wheat.", collection="it")])
        assert search(index, query("wheat", filter=Filter(collections=frozenset({"hr"})))) == []
        assert len(search(index, query("wheat", filter=Filter(collections=frozenset({"it"}))))) == 1

    # Threads

    def test_many_threads_may_search_while_articles_come_and_go(self, index: Index) -> None:
        fill(index, [HARVEST, article("gone", "Wheat wheat wheat.")])
        take(index, article("gone", "x").id)
        coming = [article(f"c{number}", "Wheat came.", "Rye went.") for number in range(12)]
        known = {HARVEST.id: 3} | {newcomer.id: 2 for newcomer in coming}
        stop, faults = threading.Event(), list[BaseException]()

        def keep_searching() -> None:
            try:
                while not stop.is_set():
                    found_places = places(search(index, query("wheat rye")))
                    assert (HARVEST.id, 0) in found_places, "what stays is found at any time"
                    assert len(set(found_places)) == len(found_places)
                    assert all(number < known.get(article_id, 0) for article_id, number in found_places), (
                        found_places
                    )
            except BaseException as error:
                faults.append(error)

        threads = [threading.Thread(target=keep_searching) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            for newcomer in coming * 3:
                put(index, newcomer, units(newcomer))
                take(index, coming[0].id)
                assert coming[0].id not in {place[0] for place in places(search(index, query("wheat")))}
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        if faults:
            raise faults[0]
        fresh_order = search(index, query("wheat rye"))
        assert {place[0] for place in places(fresh_order)} == {
            article.id for article in (HARVEST, *coming[1:])
        }
