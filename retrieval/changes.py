"""The numbered changes of a store's articles, and what follows them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from retrieval.articles import Article, Sentence, SentenceKind, Span, flowing, is_question
from retrieval.background import Progress
from retrieval.errors import UnknownArticleError


class IndexedSentence(NamedTuple):
    """A sentence that can be found: its number, where it stands, and the words of what it stands under.

    `title` is that of its article, unless it is the sentence itself.
    """

    number: int
    span: Span
    context: str = ""
    title: str = ""

    def said(self, text: str) -> str:
        """Return what it says in a text, behind its article's title and what it stands under."""
        parts = (self.title, self.context, flowing(self.span.of(text)))
        return "\n".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Change:
    """An article that came, in place of what stood under its id, or that went."""

    article_id: str
    article: Article | None = None
    sentences: Sequence[Sentence] = ()

    @property
    def names(self) -> str:
        """What the article is called, a name a line: its title, and what else it is known by."""
        return "\n".join(name for name in self._names() if not is_question(name))

    @property
    def answering(self) -> list[IndexedSentence]:
        """The sentences whose kind answers, each with the words of its context.

        These are the questions by which the article is called, and what the sentence stands under but for the
        title, which is one of the names.
        """
        if self.article is None:
            return []
        text = self.article.text
        asked = [name for name in self._names() if is_question(name)]
        heads = {
            unit.number: unit.span.of(text) for unit in self.sentences if unit.kind is not SentenceKind.TITLE
        }

        def context(sentence: Sentence) -> str:
            return "\n".join((*asked, *(heads[number] for number in sentence.above if number in heads)))

        def title(sentence: Sentence) -> str:
            named = self.article.title if self.article else None
            return "" if named is None or named in (*asked, sentence.span.of(text)) else named

        return [
            IndexedSentence(sentence.number, sentence.span, context(sentence), title(sentence))
            for sentence in self.sentences
            if sentence.kind.answers
        ]

    def _names(self) -> Iterator[str]:
        """Yield what the article is called, but for a title that is only guessed from its lines."""
        if self.article is None:
            return
        guessed = {
            unit.span.of(self.article.text)
            for unit in self.sentences
            if unit.kind is SentenceKind.TITLE and not unit.depth
        }
        for name in dict.fromkeys((self.article.title, *self.article.names)):
            if name and name not in guessed:
                yield name


@dataclass(frozen=True, slots=True)
class Batch:
    """All changes after one number and up to another, which a follower takes in together."""

    changes: Sequence[Change]
    seen: int
    after: int = 0


class ChangeSource(Protocol):
    """What is followed: articles whose changes are numbered."""

    def changes(self, since: int) -> list[tuple[int, str]]:
        """Return the ids of the articles changed after `since`, each with its newest change's number."""

    def read(self, article_id: str) -> tuple[Article, tuple[Sentence, ...]]:
        """Return an article and its sentences.

        Raises `UnknownArticleError`.
        """


class Follower(Protocol):
    """What is made of the articles of a source and kept where that is, whichever process changed them."""

    def follow(self, progress: Progress | None = None) -> None:
        """Take in what changed since it last did; `progress` is told how far it is.

        What was taken in before an error is kept. Raises `DerekError`.
        """

    def close(self) -> None:
        """Let go of files and threads; it follows no more."""


#: How many sentences at least are taken in together, since a commit costs the same for few.
_BATCH = 5_000


def batches_since(source: ChangeSource, since: int, progress: Progress | None = None) -> Iterator[Batch]:
    """Yield the changes of a source after a number, so much at a time as is soon taken in.

    `progress` is told how many of the changes were, whenever the next batch is asked for.
    """
    changed = source.changes(since)
    places = {number: place for place, (number, _) in enumerate(changed, 1)}
    changes = ((number, change_of(source, article_id)) for number, article_id in changed)
    for batch in batches(changes, since):
        yield batch
        if progress:
            progress(places[batch.seen], len(changed))


def change_of(source: ChangeSource, article_id: str) -> Change:
    """Return what became of an article: as it is now, or that it went."""
    try:
        return Change(article_id, *source.read(article_id))
    except UnknownArticleError:
        return Change(article_id)


def batches(changes: Iterable[tuple[int, Change]], after: int = 0) -> Iterator[Batch]:
    """Group numbered changes, which ascend from `after`, into batches that are soon taken in."""
    batch: list[Change] = []
    sentences = 0
    number = after
    for number, change in changes:
        batch.append(change)
        sentences += len(change.sentences)
        if sentences >= _BATCH:
            yield Batch(batch, number, after)
            batch, sentences, after = [], 0, number
    if batch:
        yield Batch(batch, number, after)
