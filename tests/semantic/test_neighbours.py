"""The nearest sentences are those that a plain computation finds, whatever came and went before."""

import threading
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.semantic.centroids import Centroid, Centroids
from retrieval.semantic.language_vectors import ArticleVectors, Neighbour, SentenceSimilarity
from retrieval.semantic.neighbours import Snapshot, VectorIndex
from retrieval.semantic.quantisation import Floats32, QuantisedVectors

DIMENSIONS = 12
LANGUAGES = ("en", "ru", "kk", "und")

Floats = NDArray[np.float64]
Places = dict[tuple[str, int], Floats]


def unit(rows: NDArray[np.floating]) -> Floats:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    result: Floats = np.divide(rows, lengths, out=np.zeros(rows.shape), where=lengths > 0)
    return result


def vectors(seed: int, count: int, dimensions: int = DIMENSIONS) -> Floats32:
    """Return vectors that have much in common, as an encoder's have."""
    chance = np.random.default_rng(seed)
    common = np.linspace(-1, 2, dimensions)
    return unit(common + chance.standard_normal((count, dimensions))).astype(np.float32)


def article(name: str, language: str, seed: int, count: int, zero: bool = False) -> ArticleVectors:
    """Return an article whose sentences' numbers have gaps; `zero` leaves every third without a vector."""
    rows = vectors(seed, count)
    if zero:
        rows[::3] = 0
    return ArticleVectors(
        name, language, [number * 3 // 2 for number in range(count)], QuantisedVectors.of(rows)
    )


CENTROIDS: Centroids = {
    "en": Centroid(vectors(1_000, 1)[0] * 0.8, vectors(1_003, 1)[0] * 0.8),
    "kk": Centroid(vectors(1_001, 1)[0] * 0.6, vectors(1_004, 1)[0] * 0.5),
    "fr": Centroid(vectors(1_002, 1)[0] * 0.7, vectors(1_005, 1)[0] * 0.7),
}

ARTICLES = st.builds(
    article,
    st.sampled_from("abcdefgh"),
    st.sampled_from(LANGUAGES),
    st.integers(0, 30),
    st.integers(0, 9),
    st.booleans(),
)
QUESTIONS = st.integers(0, 50).map(lambda seed: vectors(seed, 1)[0])


class Naive:
    """The same, computed as it is defined."""

    def __init__(self, articles: Sequence[ArticleVectors], centroids: Centroids) -> None:
        last = {article.article_id: article for article in articles}
        self._centroids = centroids
        self.languages = {article.article_id: article.language for article in last.values()}
        self.rows: dict[str, Places] = {}
        for article in last.values():
            for number, row in zip(article.numbers, article.rows.floats().astype(np.float64), strict=True):
                if row.any():
                    self.rows.setdefault(article.language, {})[article.article_id, number] = row
        self.means = {language: self._mean(language) for language in {*self.rows, *centroids}}

    def _mean(self, language: str) -> Floats:
        rows = list(self.rows.get(language, {}).values())
        total: Floats = np.sum([np.zeros(DIMENSIONS), *rows], axis=0)
        centroid = self._centroids.get(language)
        prior = centroid.sentences if centroid else np.zeros(DIMENSIONS)
        mean: Floats = (total + 200 * prior) / (len(rows) + 200)
        return mean

    def centred(self, row: Floats, language: str) -> Floats:
        return unit(row - self.means.get(language, np.zeros(DIMENSIONS)))

    def centred_query(self, vector: Floats32, language: str) -> Floats:
        mean = self.means.get(language, np.zeros(DIMENSIONS))
        if centroid := self._centroids.get(language):
            mean = (mean + centroid.questions) / 2
        return unit(vector.astype(np.float64) - mean)

    def cosine(self, vector: Floats32, language: str, place: tuple[str, int]) -> float:
        article_language = self.languages[place[0]]
        row = self.centred(self.rows[article_language][place], article_language)
        return float(row @ self.centred_query(vector, language))

    def article(self, vector: Floats32, language: str, name: str) -> float:
        article_language = self.languages[name]
        article_rows = [
            self.centred(row, article_language)
            for place, row in self.rows[article_language].items()
            if place[0] == name
        ]
        return float(unit(np.mean(article_rows, axis=0)) @ self.centred_query(vector, language))

    def check(
        self, nearest: Mapping[str, Sequence[Neighbour]], vector: Floats32, language: str, limit: int
    ) -> None:
        assert nearest.keys() == self.rows.keys()
        for name, near in nearest.items():
            cosines = sorted(
                (self.cosine(vector, language, place) for place in self.rows[name]), reverse=True
            )
            assert [neighbour.cosine for neighbour in near] == pytest.approx(cosines[:limit], abs=1e-6)
            for neighbour in near:
                place = neighbour.article_id, neighbour.number
                assert neighbour.cosine == pytest.approx(self.cosine(vector, language, place), abs=1e-6)
            assert list(near) == sorted(near, key=lambda neighbour: neighbour.order)
            assert len({(neighbour.article_id, neighbour.number) for neighbour in near}) == len(near)


def snapshot(articles: Sequence[ArticleVectors], centroids: Centroids = CENTROIDS) -> Snapshot:
    vector_index = VectorIndex(DIMENSIONS, centroids)
    vector_index.update(articles)
    return vector_index.snapshot


@given(
    articles=st.lists(ARTICLES, max_size=8),
    vector=QUESTIONS,
    language=st.sampled_from([*LANGUAGES, "fr", "de"]),
    limit=st.integers(1, 20),
    centroids=st.sampled_from([CENTROIDS, {}]),
)
def test_it_finds_what_a_plain_computation_finds(
    articles: list[ArticleVectors], vector: Floats32, language: str, limit: int, centroids: Centroids
) -> None:
    naive = Naive(articles, centroids)
    moment = snapshot(articles, centroids)
    assert len(moment) == sum(map(len, naive.rows.values()))
    naive.check(moment.search(vector, language, limit), vector, language, limit)


@given(
    articles=st.lists(ARTICLES, max_size=8),
    vector=QUESTIONS,
    wanted=st.frozensets(st.sampled_from("abcdefgh")),
)
def test_only_admitted_articles_are_searched_and_centred_by_all(
    articles: list[ArticleVectors], vector: Floats32, wanted: frozenset[str]
) -> None:
    moment = snapshot(articles)
    unfiltered = moment.search(vector, "ru", 1_000)
    expected = {
        language: [neighbour for neighbour in near if neighbour.article_id in wanted]
        for language, near in unfiltered.items()
    }
    filtered = moment.search(vector, "ru", 1_000, wanted.__contains__)
    assert filtered == {language: near for language, near in expected.items() if near}
    few = moment.search(vector, "ru", 2, wanted.__contains__)
    assert few == {language: near[:2] for language, near in filtered.items()}


@given(
    articles=st.lists(ARTICLES, max_size=8), vector=QUESTIONS, language=st.sampled_from([*LANGUAGES, "fr"])
)
def test_what_is_told_of_a_place_is_what_a_plain_computation_tells(
    articles: list[ArticleVectors], vector: Floats32, language: str
) -> None:
    naive, moment = Naive(articles, CENTROIDS), snapshot(articles)
    places = [place for rows in naive.rows.values() for place in rows]
    similarities = moment.sentences(vector, language, places)
    for place, cosines in zip(places, similarities, strict=True):
        name, number = place
        assert cosines is not None
        language_rows = naive.rows[naive.languages[name]]
        numbers = sorted(number for article_id, number in language_rows if article_id == name)
        at = numbers.index(number)
        before = numbers[at - 1] if at else None
        after = numbers[at + 1] if at + 1 < len(numbers) else None
        assert cosines.sentence == pytest.approx(naive.cosine(vector, language, place), abs=1e-6)
        assert cosines.article == pytest.approx(naive.article(vector, language, name), abs=1e-6)
        for beside, cosine in ((before, cosines.before), (after, cosines.after)):
            wanted = None if beside is None else naive.cosine(vector, language, (name, beside))
            assert cosine == (wanted and pytest.approx(wanted, abs=1e-6))
    near = {
        (neighbour.article_id, neighbour.number): neighbour.cosine
        for neighbours in moment.search(vector, language, 1_000).values()
        for neighbour in neighbours
    }
    assert near == {
        place: similarity.sentence
        for place, similarity in zip(places, similarities, strict=True)
        if similarity
    }


def test_of_a_place_without_a_vector_nothing_is_told() -> None:
    moment = snapshot([article("a", "en", 1, 5, zero=True)])
    vector = vectors(7, 1)[0]
    places = [("a", 0), ("a", 1), ("a", 2), ("b", 0), ("a", 1)]
    similarities = moment.sentences(vector, "en", places)
    assert [similarity is None for similarity in similarities] == [True, False, True, True, False]
    assert moment.sentences(vector, "en", []) == []


STEPS = st.lists(
    st.tuples(st.lists(ARTICLES, max_size=4), st.frozensets(st.sampled_from("abcdefgh"), max_size=3)),
    max_size=8,
)


@settings(max_examples=50)
@given(steps=STEPS, vector=QUESTIONS)
def test_one_that_followed_changes_finds_what_one_made_anew_finds(
    steps: list[tuple[list[ArticleVectors], frozenset[str]]], vector: Floats32
) -> None:
    vector_index, by_id = VectorIndex(DIMENSIONS, CENTROIDS), dict[str, ArticleVectors]()
    former: list[tuple[Snapshot, object]] = []
    for came, went in steps:
        vector_index.update(came, went)
        by_id = {name: article for name, article in by_id.items() if name not in went}
        by_id |= {article.article_id: article for article in came}
        now = vector_index.snapshot.search(vector, "kk", 5)
        rebuilt = snapshot(list(by_id.values())).search(vector, "kk", 5)
        assert now == rebuilt
        former.append((vector_index.snapshot, now))
    for earlier, neighbours in former:
        assert earlier.search(vector, "kk", 5) == neighbours, "a snapshot never changes"


def test_over_many_pages_it_finds_the_same_and_gives_room_back() -> None:
    sizes = [700, 1, 2_500, 30, 3_000, 900, 5_000]
    articles = [article(f"{number}", "en", number, size) for number, size in enumerate(sizes)]
    vector_index, vector = VectorIndex(DIMENSIONS), vectors(77, 1)[0]
    vector_index.update(articles)
    Naive(articles, {}).check(vector_index.snapshot.search(vector, "en", 100), vector, "en", 100)
    pages = len(vector_index.snapshot.by_language["en"].pages)
    for gone in range(len(articles) - 1, 1, -1):
        vector_index.update([], [f"{gone}"])
        left = articles[:gone]
        Naive(left, {}).check(vector_index.snapshot.search(vector, "en", 50), vector, "en", 50)
        assert vector_index.snapshot.sentences(vector, "en", [("0", 6)]) == pytest.approx(
            snapshot(left, {}).sentences(vector, "en", [("0", 6)])
        )
    assert len(vector_index.snapshot.by_language["en"].pages) < pages / 4


class Many:
    """More sentences than are each compared: about topics, and with something in common."""

    def __init__(self, count: int, dimensions: int = 128) -> None:
        chance = np.random.default_rng(count)
        topics = chance.standard_normal((count // 50, dimensions))
        rows = topics[chance.integers(0, len(topics), count)] + chance.standard_normal((count, dimensions))
        self.rows = unit(rows + chance.standard_normal(dimensions)).astype(np.float32)
        self.articles = [
            ArticleVectors(f"{at:06}", "en", range(len(part)), QuantisedVectors.of(part))
            for at in range(0, count, 1_000)
            for part in [self.rows[at : at + 1_000]]
        ]
        self.vector_index = VectorIndex(dimensions)

    def search(self, vector: Floats32, limit: int, *articles: str) -> list[Neighbour]:
        admitted = articles.__contains__ if articles else None
        return self.vector_index.snapshot.search(vector, "en", limit, admitted).get("en", [])

    def plain(self, vector: Floats32) -> dict[tuple[str, int], float]:
        """Return how near every sentence is, as it is defined."""
        mean = self.rows.astype(np.float64).sum(0) / (len(self.rows) + 200)
        cosines = unit(self.rows - mean) @ unit(vector - mean)
        return {(f"{at // 1_000 * 1_000:06}", at % 1_000): float(cosine) for at, cosine in enumerate(cosines)}


@pytest.mark.slow
def test_of_very_many_nearly_all_of_the_nearest_are_found_and_told_right() -> None:
    many = Many(140_000)
    for at in range(0, 140, 20):  # Their signs are told anew on the way.
        many.vector_index.update(many.articles[at : at + 20])
    assert many.vector_index.snapshot.by_language["en"].binary_codes
    shared = 0
    for at in range(0, 140_000, 14_000):
        vector = many.rows[at]
        plain = many.plain(vector)
        neighbours = many.search(vector, 24)
        assert neighbours[0].number == at % 1_000, "a sentence is nearest to itself"
        assert neighbours == sorted(neighbours, key=lambda neighbour: neighbour.order)
        for neighbour in neighbours:
            assert neighbour.cosine == pytest.approx(plain[neighbour.article_id, neighbour.number], abs=3e-3)
        best = sorted(plain, key=plain.__getitem__, reverse=True)[:24]
        shared += len({(neighbour.article_id, neighbour.number) for neighbour in neighbours} & {*best})
    assert shared >= 0.95 * 10 * 24


def test_of_very_many_those_that_are_gone_or_not_admitted_are_not_found() -> None:
    many = Many(80_000)
    many.vector_index.update(many.articles)
    vector = many.rows[3_000]
    neighbours = many.search(vector, 80_000, "002000", "003000", "004000")
    assert len(neighbours) == 3_000
    assert many.search(vector, 30, "002000", "003000", "004000") == neighbours[:30]
    assert many.search(vector, 1)[0] == neighbours[0]
    many.vector_index.update([], ["003000"])
    assert "003000" not in {neighbour.article_id for neighbour in many.search(vector, 100)}
    assert not many.search(vector, 100, "003000")
    many.vector_index.update(many.articles[3:4])
    assert (many.search(vector, 1)[0].article_id, many.search(vector, 1)[0].number) == ("003000", 0)
    many.vector_index.update([], [article.article_id for article in many.articles[10:]])
    assert len(many.search(vector, 80_000)) == 10_000


def test_the_same_sentence_in_many_articles_is_found_in_their_order() -> None:
    names = [f"{number:03}" for number in range(300)]
    moment = snapshot([article(name, "en", 5, 10) for name in reversed(names)])
    neighbours = moment.search(vectors(5, 1)[0], "en", 20)["en"]
    assert [neighbour.article_id for neighbour in neighbours] == names[:20]
    assert len({neighbour.cosine for neighbour in neighbours}) == 1


def test_what_is_equally_near_is_found_in_order_though_32_bits_cannot_tell() -> None:
    # A vector whose dimensions change places is as near as before to one that is the same in each.
    turned = [np.roll(vectors(6, 1, 384)[0], places) for places in range(384)]
    vector_index = VectorIndex(384)
    vector_index.update(
        ArticleVectors(f"{number:03}", "en", [0], QuantisedVectors.of(row[None]))
        for number, row in reversed(list(enumerate(turned)))
    )
    vector = np.full(384, 384**-0.5, np.float32)
    for limit in (1, 10, 100, 383):
        neighbours = vector_index.snapshot.search(vector, "de", limit)["en"]
        assert [neighbour.article_id for neighbour in neighbours] == [
            f"{number:03}" for number in range(limit)
        ]


def test_what_does_not_differ_from_the_mean_is_near_to_nothing() -> None:
    mean = QuantisedVectors.of(vectors(3, 1)).floats()[0].astype(np.float64)
    rows = np.concatenate([vectors(3, 1), vectors(4, 1)])
    moment = snapshot(
        [ArticleVectors("a", "en", [0], QuantisedVectors.of(rows[:1]))], {"en": Centroid(mean, mean)}
    )
    assert [neighbour.cosine for neighbour in moment.search(rows[1], "en", 5)["en"]] == [0]
    assert moment.sentences(rows[1], "en", [("a", 0)]) == [SentenceSimilarity(0, 0)]
    assert moment.search(mean.astype(np.float32), "en", 5) == {}


def test_what_says_nothing_finds_nothing() -> None:
    moment = snapshot([article("a", "en", 1, 5)])
    nothing = np.zeros(DIMENSIONS, np.float32)
    assert moment.search(nothing, "en", 5) == {}
    assert moment.sentences(nothing, "en", [("a", 0)]) == [SentenceSimilarity(0, 0, None, 0)]
    assert moment.search(vectors(1, 1)[0], "en", 0) == {}
    assert snapshot([]).search(vectors(1, 1)[0], "en", 5) == {}
    assert snapshot([article("a", "en", 1, 1, zero=True)]).search(vectors(1, 1)[0], "en", 5) == {}


def test_centring_takes_away_what_a_language_has_in_common() -> None:
    chance = np.random.default_rng(8)
    topics = chance.standard_normal((400, 64))
    common = {language: chance.standard_normal(64) * 3 for language in ("en", "ru")}
    means = {language: unit(shared) * 0.9 for language, shared in common.items()}
    vector_index = VectorIndex(64, {language: Centroid(mean, mean) for language, mean in means.items()})
    for language, shared in common.items():
        rows = unit(topics + shared + 0.3 * chance.standard_normal(topics.shape)).astype(np.float32)
        vector_index.update([ArticleVectors(language, language, range(400), QuantisedVectors.of(rows))])
    questions = unit(topics + common["en"] + 0.3 * chance.standard_normal(topics.shape)).astype(np.float32)
    hits = 0
    for at in range(0, 400, 10):
        nearest = vector_index.snapshot.search(questions[at], "en", 2)
        pool = sorted(
            (neighbour for near in nearest.values() for neighbour in near),
            key=lambda neighbour: neighbour.order,
        )
        hits += {(neighbour.article_id, neighbour.number) for neighbour in pool[:2]} == {
            ("en", at),
            ("ru", at),
        }
    assert hits >= 36, "the nearest two in both languages are those of the topic"


def test_searching_goes_on_while_articles_come_and_go() -> None:
    vector_index, vector = VectorIndex(DIMENSIONS, CENTROIDS), vectors(9, 1)[0]
    # Each state is told by what a question finds: only whole ones may be seen.
    states = [
        [article(name, "en", 10 * state + at, 40) for at, name in enumerate("abc")] for state in range(5)
    ]
    expected = [snapshot(state).search(vector, "en", 7) for state in states]
    vector_index.update(states[0])
    done, seen = threading.Event(), []

    def search() -> None:
        while not done.is_set():
            now = vector_index.snapshot
            neighbours = now.search(vector, "en", 7)
            seen.append(neighbours in expected and neighbours == now.search(vector, "en", 7))

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for turn in range(300):
        vector_index.update(states[turn % 5])
    done.set()
    for thread in threads:
        thread.join()
    assert seen
    assert all(seen)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="2 sentences have 1 rows"):
        ArticleVectors("a", "en", [1, 2], QuantisedVectors.of(vectors(1, 1)))
    with pytest.raises(ValueError, match="ascend"):
        ArticleVectors("a", "en", [2, 1], QuantisedVectors.of(vectors(1, 2)))
    with pytest.raises(ValueError, match="12 dimensions"):
        snapshot([]).search(np.zeros(3, np.float32), "en", 5)
    with pytest.raises(ValueError, match="12 dimensions"):
        VectorIndex(DIMENSIONS, {"en": Centroid(np.zeros(3), np.zeros(3))})
    with pytest.raises(ValueError, match="12 dimensions"):
        VectorIndex(DIMENSIONS, {"en": Centroid(np.zeros(DIMENSIONS), np.zeros(3))})
