"""The vectors of one language's sentences, centred: what they all have in common is taken away.

An encoder gives all sentences of a language something in common, by which a question is nearer to any
sentence in its own language than to its answer in another. Without the mean of its language, a vector
says what tells its sentence from others.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.semantic.binary_codes import BinaryCodes
from retrieval.semantic.centroids import NEGLIGIBLE, Floats
from retrieval.semantic.pages import filled
from retrieval.semantic.quantisation import Codes, Floats32, QuantisedVectors

Places = NDArray[np.intp]

#: How many rows stand in a page. One page as floats fits into a processor's cache, which is why
#: comparing bytes takes less time than floats would: measured, 1,024 to 4,096 are alike.
_PAGE = 2_048

#: Up to how many rows each is compared with a question, and how many of more, those with the closest binary
#: codes, are. Measured: docs/decisions/0007-binary-codes.md.
_COMPARED, _LIKELIEST = 65_536, 4_096

#: How many rows the prior counts for in the mean of a language. Chosen by eye: what a few articles have in
#: common is their topic.
_PRIOR = 200

#: What 32 bits may be wrong by, for a vector at distance 1 from the mean.
_ERROR = 2e-6

#: Decimals that a cosine is rounded to, so that what is equal is equal in any order of adding up.
_DECIMALS = 9


@dataclass(frozen=True, slots=True, eq=False)
class ArticleVectors:
    """An article's sentences that may answer: their numbers, ascending, and a row for each.

    A zero row means that there is no vector for the sentence, or not yet.
    """

    article_id: str
    language: str
    numbers: Sequence[int]
    rows: QuantisedVectors

    def __post_init__(self) -> None:
        if len(self.numbers) != len(self.rows):
            raise ValueError(f"{len(self.numbers)} sentences have {len(self.rows)} rows")
        if any(number >= other for number, other in zip(self.numbers, self.numbers[1:], strict=False)):
            raise ValueError("the numbers of an article's sentences ascend")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A sentence, and how near it is: the cosine between it and the question, both centred."""

    article_id: str
    number: int
    cosine: float

    @property
    def order(self) -> tuple[float, str, int]:
        """The key that they ascend by, so that equal ones never reorder."""
        return (-self.cosine, self.article_id, self.number)


@dataclass(frozen=True, slots=True)
class SentenceSimilarity:
    """How near a question is to a sentence, to the centroid of its article, and to what stands beside it.

    `before` and `after` are those of the nearest sentences in the article that have a vector.
    """

    sentence: float
    article: float
    before: float | None = None
    after: float | None = None


class ArticleSimilarity(NamedTuple):
    """How near a question is to the centroid of an article's centred rows, and to each of its sentences."""

    article_id: str
    cosine: float
    numbers: Sequence[int]
    cosines: Sequence[float]


class RowRange(NamedTuple):
    """Where an article's rows begin, and the numbers of the sentences that they are of."""

    start: int
    numbers: NDArray[np.int32]

    @property
    def places(self) -> Places:
        """The rows' places."""
        return np.arange(self.start, self.start + len(self.numbers))


@dataclass(frozen=True, eq=False)
class LanguageVectors:
    """The rows of one language at one moment; never changed, though those that follow share its pages.

    A row is there if its scale is not 0. `articles` stand in the order of their rows, `total` is the sum
    of all rows, and `prior` is what the mean is taken to be as long as there are few. `binary_codes`
    say which may be near when there are too many to compare each.
    """

    prior: Floats
    total: Floats
    scales: Floats32 = field(default_factory=lambda: np.zeros(0, np.float32))
    pages: Sequence[Codes] = ()
    articles: Mapping[str, RowRange] = field(default_factory=dict)
    binary_codes: BinaryCodes | None = None

    @classmethod
    def empty(cls, prior: Floats) -> Self:
        """Return a section without rows."""
        return cls(prior, np.zeros_like(prior))

    def __len__(self) -> int:
        """Return how many rows there are."""
        return int(np.count_nonzero(self.scales))

    @cached_property
    def mean(self) -> Floats:
        """What the rows are centred by: their mean, as if there were some more whose mean is the prior.

        What few articles have in common is their topic, which is not to be taken away.
        """
        mean: Floats = (self.total + _PRIOR * self.prior) / (len(self) + _PRIOR)
        return mean

    def changed(self, went: Collection[str], came: Sequence[ArticleVectors]) -> "LanguageVectors":
        """Return the section that follows: without some articles, and with others behind the rest.

        To be called once at most on each section: the rows that come are written into pages that both share,
        and a second call would write over those of the first.
        """
        total, former_scales, articles = self.total.copy(), self.scales.copy(), dict(self.articles)
        for row_range in filter(None, [articles.pop(article_id, None) for article_id in went]):
            total -= self._sum(row_range.places)
            former_scales[row_range.places] = 0
        size = len(former_scales)
        codes, scales = [np.zeros((0, len(total)), np.int8)], [np.zeros(0, np.float32)]
        for article in came:
            embedded = np.flatnonzero(article.rows.scales)
            if len(embedded):
                total += article.rows.scales.astype(np.float64) @ article.rows.codes
                articles[article.article_id] = RowRange(size, np.asarray(article.numbers, np.int32)[embedded])
                codes.append(article.rows.codes[embedded])
                scales.append(article.rows.scales[embedded])
                size += len(embedded)
        rows = QuantisedVectors(np.concatenate(codes), np.concatenate(scales))
        pages = filled(self.pages, len(former_scales), rows.codes, _PAGE)
        binary_codes = self.binary_codes.followed_by(rows) if self.binary_codes else None
        all_scales = np.concatenate([former_scales, rows.scales])
        following = LanguageVectors(self.prior, total, all_scales, pages, articles, binary_codes)
        if size > max(_PAGE, 2 * len(following)):
            following = following._compacted()
        return following._signed()

    def nearest(self, query: Floats, limit: int, admitted: Callable[[str], bool] | None) -> list[Neighbour]:
        """Return the nearest sentences of admitted articles, the nearest first.

        They are looked for by their signs, if there are so many, or in 32 bits; and those that may be among
        them are compared again in 64.
        """
        at = np.flatnonzero((self.scales > 0) & self._admitted(admitted))
        if self.binary_codes:
            at = self.binary_codes.closest_by_hamming(query, at, _LIKELIEST)
        elif len(at) > limit:
            at = self._likely(query, at, limit)
        cosines = np.concatenate([np.zeros(0), *(part for part, _, _ in self._compared(at, query))])
        if len(at) > limit:
            best = cosines >= np.partition(cosines, len(at) - limit)[len(at) - limit]
            at, cosines = at[best], cosines[best]
        neighbours = [
            Neighbour(*self._sentence(place), cosine)
            for place, cosine in zip(at.tolist(), cosines.tolist(), strict=True)
        ]
        return sorted(neighbours, key=lambda neighbour: neighbour.order)[:limit]

    def within(self, query: Floats, article_ids: Sequence[str]) -> Iterator[ArticleSimilarity]:
        """Yield, for each of these articles, how near its sentences are, and it as a whole."""
        row_ranges = [self.articles[article_id] for article_id in article_ids]
        sizes = [len(row_range.numbers) for row_range in row_ranges]
        owners = np.repeat(np.arange(len(sizes)), sizes)
        centroids = np.zeros((len(sizes), len(query)))
        cosines = np.zeros(len(owners))
        done = 0
        for part, rows, weights in self._compared(
            np.concatenate([row_range.places for row_range in row_ranges]), query
        ):
            block = slice(done, done + len(part))
            cosines[block] = part
            starts = np.flatnonzero(np.diff(owners[block], prepend=-1))
            sums = np.add.reduceat(rows * weights[:, None], starts)
            sums -= np.outer(np.add.reduceat(weights, starts), self.mean)
            centroids[owners[block][starts]] += sums
            done += len(part)
        lengths = np.linalg.norm(centroids, axis=1)
        whole = np.divide(centroids @ query, lengths, out=np.zeros(len(sizes)), where=lengths >= NEGLIGIBLE)
        parts = np.split(cosines, np.cumsum(sizes)[:-1])
        for article_id, row_range, cosine, part in zip(article_ids, row_ranges, whole, parts, strict=True):
            yield ArticleSimilarity(
                article_id, round(float(cosine), _DECIMALS), row_range.numbers.tolist(), part.tolist()
            )

    @cached_property
    def distances(self) -> Floats32:
        """How far each row is from the mean; infinitely, and so near to nothing, if that cannot be told."""
        squares = 1 - 2 * self._products(self.mean) + np.float32(self.mean @ self.mean)
        measurable = (self.scales > 0) & (squares >= NEGLIGIBLE**2)
        distances: Floats32 = np.sqrt(squares, out=np.full_like(squares, np.inf), where=measurable)
        return distances

    @cached_property
    def _starts(self) -> Places:
        return np.fromiter(
            (row_range.start for row_range in self.articles.values()), np.intp, len(self.articles)
        )

    @cached_property
    def _ids(self) -> Sequence[str]:
        return tuple(self.articles)

    def _compacted(self) -> "LanguageVectors":
        """Return the section without room for rows that are gone."""
        places = np.flatnonzero(self.scales)
        pages: Sequence[Codes] = ()
        for at in range(0, len(places), _PAGE):
            pages = filled(pages, at, self._codes(places[at : at + _PAGE]), _PAGE)
        starts = np.cumsum([0, *(len(row_range.numbers) for row_range in self.articles.values())]).tolist()
        articles = {
            article_id: RowRange(start, row_range.numbers)
            for start, (article_id, row_range) in zip(starts, self.articles.items(), strict=False)
        }
        return LanguageVectors(self.prior, self.total, self.scales[places], pages, articles)

    def _signed(self) -> "LanguageVectors":
        """Return the section with the signs of its rows, if they are too many to compare each.

        They are told anew when there are twice as many, since the mean moves.
        """
        size = len(self.scales)
        if size <= (2 * self.binary_codes.born if self.binary_codes else _COMPARED):
            return self
        binary_codes = BinaryCodes(self.mean, size)
        for number, codes in enumerate(self.pages):
            scales = self.scales[number * _PAGE : (number + 1) * _PAGE]
            binary_codes = binary_codes.followed_by(QuantisedVectors(codes[: len(scales)], scales))
        return replace(self, binary_codes=binary_codes)

    def _likely(self, query: Floats, at: Places, limit: int) -> Places:
        """Return those of the rows that may be among the nearest, as far as 32 bits tell."""
        scores = (self._products(query) - np.float32(self.mean @ query)) / self.distances
        slack = np.float32(_ERROR) / self.distances**2
        least = np.partition((scores - slack)[at], len(at) - limit)[len(at) - limit]
        likely: Places = at[(scores + slack)[at] >= least]
        return likely

    def _sum(self, places: Places) -> Floats:
        """Return the sum of the rows at these places."""
        total = np.zeros_like(self.prior)
        for at in range(0, len(places), _PAGE):
            block = places[at : at + _PAGE]
            total += self.scales[block].astype(np.float64) @ self._codes(block)
        return total

    def _sentence(self, place: int) -> tuple[str, int]:
        """Return whose row stands there."""
        article_id = self._ids[int(np.searchsorted(self._starts, place, "right")) - 1]
        start, numbers = self.articles[article_id]
        return article_id, int(numbers[place - start])

    def _admitted(self, admitted: Callable[[str], bool] | None) -> NDArray[np.bool_]:
        """Return which rows are of admitted articles; rows that are not there may be said to be."""
        if admitted is None:
            return np.ones(len(self.scales), np.bool_)
        flags = np.fromiter(map(admitted, self._ids), np.bool_, len(self._ids))
        ends = np.append(self._starts, len(self.scales))
        return np.append(np.zeros(ends[0], np.bool_), np.repeat(flags, np.diff(ends)))

    def _compared(self, places: Places, query: Floats) -> Iterator[tuple[Floats, Floats, Floats]]:
        """Yield cosines, rows and weights of the places, as many at a time as a page has.

        Cosines, of shape (places,), are those between the query, which is centred, and the rows without the
        mean. Rows, (places, dimensions), still have the mean in them. Weights, (places,), are one over each
        row's distance from the mean. A row that does not differ from it has the cosine and the weight 0.
        """
        against = np.stack([query, self.mean], axis=1)
        for at in range(0, len(places), _PAGE):
            block = places[at : at + _PAGE]
            rows = self._codes(block).astype(np.float64)
            rows *= self.scales[block, None]
            near, common = (rows @ against).T
            squares = 1 - 2 * common + self.mean @ self.mean
            weights = np.zeros(len(block))
            np.power(squares, -0.5, out=weights, where=squares >= NEGLIGIBLE**2)
            yield ((near - self.mean @ query) * weights).round(_DECIMALS), rows, weights

    def _products(self, vector: Floats) -> Floats32:
        """Return the product of each row and a vector."""
        products = np.empty(len(self.scales), np.float32)
        wanted = vector.astype(np.float32)
        page = np.empty((_PAGE, len(vector)), np.float32)
        for number, codes in enumerate(self.pages):
            part = products[number * _PAGE : (number + 1) * _PAGE]
            np.copyto(page[: len(part)], codes[: len(part)])
            np.dot(page[: len(part)], wanted, out=part)
        products *= self.scales
        return products

    def _codes(self, places: Places) -> Codes:
        codes = np.empty((len(places), len(self.prior)), np.int8)
        pages = places // _PAGE
        starts = np.flatnonzero(np.diff(pages, prepend=-1)).tolist()
        for start, end in zip(starts, [*starts[1:], len(places)], strict=True):
            codes[start:end] = self.pages[int(pages[start])][places[start:end] % _PAGE]
        return codes
