"""A bare text to a document: its units, and what is not told about it is read off it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from retrieval.articles import (
    Article,
    Document,
    Original,
    Sentence,
    SentenceKind,
    digest,
    first_title,
    normalise,
)
from retrieval.ingest.blocks import Block, joined, units
from retrieval.ingest.dates import day_of
from retrieval.ingest.plain import plain_text, plain_units
from retrieval.languages.detection import language_of_article

#: The number of the rules by which texts are cut into units, raised whenever the units of a text change, so
#: that stored articles are cut anew. `tests/golden/segmentation.toml` pins the units that belong to it.
SEGMENTATION = 6


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is told about an article by whoever adds it; None where nothing is."""

    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: date | None = None
    language: str | None = None
    origin: str | None = None
    names: tuple[str, ...] = ()
    collection: str | None = None

    def over(self, other: "Metadata") -> "Metadata":
        """Return this, completed by `other` where nothing is told here."""
        return Metadata(
            title=self.title or other.title,
            source=self.source or other.source,
            url=self.url or other.url,
            published=self.published or other.published,
            language=self.language or other.language,
            origin=self.origin or other.origin,
            names=(*self.names, *other.names),
            collection=self.collection or other.collection,
        )


NO_METADATA = Metadata()


def read_text(
    text: str,
    key: str | None = None,
    metadata: Metadata = NO_METADATA,
    *,
    original: Original | None = None,
) -> Document:
    """Return `text` as a document; what its metadata lacks of title, date and language is read off it.

    Without a `key` it came from nowhere in particular, and only the same text is the same article.
    Raises `EmptyArticleError`.
    """
    text = normalise(text)
    language = metadata.language or language_of_article(text)
    article = _article(plain_text(text, language), key or f"text:{digest(text)}", metadata, language)
    return _completed(article, plain_units(article), original)


def read_blocks(
    blocks: Iterable[Block],
    key: str | None = None,
    metadata: Metadata = NO_METADATA,
    *,
    original: Original | None = None,
) -> Document:
    """Return blocks as a document, as `read_text` does."""
    text, placed = joined(blocks)
    prose = "\n".join(span.of(text) for block, span in placed if block.kind is not SentenceKind.CODE)
    article = _article(text, key, metadata, metadata.language or language_of_article(prose or text))
    return _completed(article, units(article, placed), original)


def _article(text: str, key: str | None, metadata: Metadata, language: str) -> Article:
    return Article(
        key=key or f"text:{digest(text)}",
        text=text,
        language=language,
        title=metadata.title,
        source=metadata.source,
        url=metadata.url,
        published=metadata.published,
        origin=metadata.origin,
        names=metadata.names,
        collection=metadata.collection,
    )


def _completed(article: Article, own: tuple[Sentence, ...], original: Original | None) -> Document:
    """Return an article as a document, with the title and the date that stand in its text if none is told."""
    read = {
        "title": article.title or first_title(article.text, own),
        "published": article.published or day_of(article.text, own, article.language),
    }
    # A copy would not be checked.
    return Document(Article.model_validate(dict(article) | read), own, SEGMENTATION, original)
