"""What the sentences of a store mean: vectors made of them little by little, kept beside it, and compared.

store ─ changes ─▶ sentences, words ─ missing ─▶ embedder ─▶ vectors at rest
                       └──────────── rows ◀─────────────────────┘
                                      └─▶ vector index, word vectors ─▶ similarities

Answers need none of this. Until nearly all sentences have a vector, and whenever the model or the vectors
fail, there are no similarities, and words alone are compared.
"""

import logging
import math
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple, Self

import numpy as np

from retrieval.analysis.words import words
from retrieval.articles import Article, digest
from retrieval.background import REST, Progress
from retrieval.changes import IndexedSentence, batches_since, change_of
from retrieval.errors import (
    DerekError,
    EmbedderError,
    EmbedderMismatchError,
    EmbedderMissingError,
    ModelFault,
    StoreError,
    VectorsMismatchError,
)
from retrieval.semantic.centroids import centroids, word_centroids
from retrieval.semantic.embedder import Embedder, TokenEmbedder
from retrieval.semantic.interaction import PassageTokens, QueryTokens, interaction_model
from retrieval.semantic.language_vectors import ArticleVectors
from retrieval.semantic.neighbours import VectorIndex
from retrieval.semantic.quantisation import Floats32
from retrieval.semantic.similarity import Similarity, SnapshotSimilarity
from retrieval.semantic.token_store import KnownTokens, TokenStore, forget_tokens, open_tokens
from retrieval.semantic.vector_store import VectorStore
from retrieval.semantic.word_vectors import WordVectors, words_to_embed
from retrieval.storage.store import Store

#: How many sentences are embedded before they are kept: two seconds' work, which an end may cost.
_BATCH = 48

#: How many words are embedded before they are kept, for the same reason.
_WORDS = 256

#: What the folder of the words' vectors is called, in that of the sentences'.
_WORDS_FOLDER = "words"

#: How many percent of the sentences have a vector, at least, where similarities are used. Chosen by eye.
_SUFFICIENT_PERCENT = 90

#: Vectors of sentences that are gone are dropped when they are more than these, and than a quarter.
_STALE = 1_000

#: What does not get better by trying again.
_LASTING = (EmbedderMissingError, EmbedderMismatchError, VectorsMismatchError)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the sentences that may answer have been embedded."""

    embedded: int
    sentences: int

    def __post_init__(self) -> None:
        if not 0 <= self.embedded <= self.sentences:
            raise ValueError(f"{self.embedded} of {self.sentences} sentences cannot be embedded")

    @property
    def share(self) -> float:
        """Which part of the sentences has been embedded; all, where there are none."""
        return self.embedded / self.sentences if self.sentences else 1.0

    @property
    def is_sufficient(self) -> bool:
        """Whether similarities are worth having: where most have none, the few that do would come first."""
        return self.sentences > 0 and 100 * self.embedded >= _SUFFICIENT_PERCENT * self.sentences


#: What is known of an article whose sentences are not.
_NONE: tuple[str, dict[int, str]] = ("", {})


class _Opened(NamedTuple):
    """The vectors of sentences and of words at rest, and those in memory; tokens only where they are kept."""

    vectors: VectorStore
    tokens: TokenStore | None
    words: VectorStore
    vector_index: VectorIndex
    word_vectors: WordVectors


class _Lines(NamedTuple):
    """An article's sentences that may answer: their numbers, their texts, and the digests of these."""

    article_id: str
    language: str
    numbers: Sequence[int]
    texts: Sequence[str]
    digests: Sequence[str]
    article_digest: str

    @classmethod
    def of(cls, article: Article, answering: Sequence[IndexedSentence]) -> Self:
        """Return those sentences of an article that answer."""
        texts = [sentence.said(article.text) for sentence in answering]
        numbers = [sentence.number for sentence in answering]
        digests = [digest(text) for text in texts]
        return cls(article.id, article.language, numbers, texts, digests, article.digest)


def erase(folder: Path, embedder: Embedder) -> None:
    """Drop all vectors in a folder, whatever state they are in; those to come will be the embedder's.

    Raises `EmbedderError` and `VectorsUnusableError`.
    """
    for part in (folder, folder / _WORDS_FOLDER):
        VectorStore.anew(part, embedder.name, embedder.dimensions).close()
    forget_tokens(folder)


class SemanticIndex:
    """A `Follower` that keeps the vectors of a store's sentences; may be used by many threads at once."""

    def __init__(  # noqa: PLR0913  what is followed and with what, and what tests vary
        self,
        store: Store,
        embedder: Embedder,
        folder: Path,
        *,
        tokens: TokenEmbedder | None = None,
        known_tokens: KnownTokens | None = None,
        rest: float = REST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open and embed nothing yet; the vectors are, or are to be, in `folder`.

        With an embedder of `tokens`, which gives vectors that compare with the other's, those are kept as
        well, and questions are compared with them; those that are known are not made. What failed is left
        alone for `rest` seconds by the `clock`, which also says how long embedding takes.
        """
        self._rest, self._clock = rest, clock
        self._store, self._embedder, self._folder = store, embedder, folder
        self._tokens, self._known_tokens = tokens, known_tokens
        #: The digest of each article, and its sentences' by their numbers; only where tokens are kept.
        self._digests: dict[str, tuple[str, dict[int, str]]] = {}
        self._tokens_fail = False
        #: The articles whose sentences may lack tokens.
        self._unread: set[str] = set()
        self._opened: _Opened | None = None
        self._seen = 0
        #: How many sentences of each article may answer, and how many of them lack a vector.
        self._counts: dict[str, tuple[int, int]] = {}
        self._coverage = Coverage(0, 0)
        self._words_lost = False
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._fault: DerekError | None = None
        self._rest_until = 0.0

    @property
    def fault(self) -> DerekError | None:
        """What is wrong with the model or the vectors, if anything was when they were last needed."""
        return self._fault

    @property
    def coverage(self) -> Coverage:
        """How far embedding is, as far as the articles are known."""
        return self._coverage

    @property
    def model(self) -> str:
        """The name of the model."""
        return self._embedder.name

    def similarity(self, text: str, language: str) -> Similarity | None:
        """Return how near a question in a language is to the sentences, None while that cannot be told."""
        opened = self._opened
        if opened is None or self._rests() or not self.coverage.is_sufficient:
            return None
        try:
            unknown = opened.word_vectors.unknown(words(text))
            vector, query = self._question(opened, text, language)
            if unknown and vector.any():
                opened.word_vectors.put(unknown, self._embedder.embed_words(unknown))
        except DerekError as error:
            self._failed(error)
            return None
        self._works(EmbedderError)
        if not vector.any():
            return None
        snapshot, article_ids = opened.vector_index.snapshot, self._store.article_ids
        similarity = SnapshotSimilarity(snapshot, opened.word_vectors, vector, language, article_ids)
        if query is None or opened.tokens is None:
            return similarity
        return replace(
            similarity,
            interaction=partial(self._interactions, opened.tokens, query),
            tokens_of=partial(self._tokens_of, opened.tokens, query),
        )

    def _question(self, opened: _Opened, text: str, language: str) -> tuple[Floats32, QueryTokens | None]:
        """Return the vector of a question, and its tokens where there are any to compare them with."""
        if self._tokens is None or not self._has_tokens(opened):
            return self._embedder.embed_queries([text])[0], None
        (read,) = self._tokens.embed_query_tokens([text])
        return read.vector, interaction_model().question(read, text, language)

    def _interactions(
        self, store: TokenStore, query: QueryTokens, places: Sequence[tuple[str, int]]
    ) -> list[float] | None:
        """Return how sentences answer a question; None unless the tokens of all of them are kept."""
        tokens = self._kept(store, places)
        return None if None in tokens else [query.interaction(own.rows) for own in tokens if own]

    def _tokens_of(
        self, store: TokenStore, query: QueryTokens, place: tuple[str, int], article_digest: str
    ) -> tuple[QueryTokens, PassageTokens] | None:
        """Return the tokens of a question and of a sentence; None unless these are kept, of this text."""
        if self._digests.get(place[0], _NONE)[0] != article_digest:
            return None
        (tokens,) = self._kept(store, [place])
        return (query, tokens) if tokens else None

    def _kept(self, store: TokenStore, places: Sequence[tuple[str, int]]) -> list[PassageTokens | None]:
        """Return the tokens of sentences, None for those of which none are kept or can be read."""
        digests = [self._digests.get(article_id, _NONE)[1].get(number, "") for article_id, number in places]
        try:
            tokens = store.tokens(set(digests))
        except StoreError as error:
            self._forgo_tokens(error)
            return [None] * len(places)
        return [tokens.get(own) for own in digests]

    def _has_tokens(self, opened: _Opened) -> bool:
        """Whether there are any tokens that can be read."""
        try:
            return opened.tokens is not None and not self._tokens_fail and not opened.tokens.is_empty
        except StoreError as error:
            self._forgo_tokens(error)
            return False

    def _forgo_tokens(self, error: StoreError) -> None:
        """Compare no tokens from now on: that they cannot be read is no reason to forgo vectors."""
        if not self._tokens_fail and not self._closing.is_set():
            _log.warning("%s; sentences are not compared token by token", error)
        self._tokens_fail = True

    def catch_up(self, most: int, progress: Progress | None = None, seconds: float = math.inf) -> None:
        """Take in what was embedded before, and embed the rest if that is no more than `most` sentences.

        It ends when the `seconds` are over, or soon after. What fails is logged, and left alone for a while.
        """
        until = self._clock() + seconds
        try:
            with self._lock:
                if self._is_far_behind(most):
                    return
                self._load()
                missing = self._coverage.sentences - self._coverage.embedded
                if (self._coverage.sentences if self._words_lost else missing) <= most:
                    self._embed(progress, until)
        except DerekError as error:
            self._failed(error)

    def follow(self, progress: Progress | None = None) -> None:
        """Embed whatever is not embedded yet; `progress` is told how many of how many sentences are.

        What was embedded before an error, or before the process ended, is kept. Raises `EmbedderError` and
        `StoreError`.
        """
        with self._lock:
            self._load()
            self._embed(progress)
            self._learn(self._open(), [])
            self._read_tokens(self._open(), progress)
            self._drop_stale()

    def drop_gone(self) -> None:
        """Drop the vectors of all that no article says any more.

        Raises `EmbedderError` and `StoreError`.
        """
        with self._lock:
            self._load()
            opened = self._open()
            self._keep_known(opened)
            opened.vectors.erase()
            opened.words.erase()
            if opened.tokens is not None:
                opened.tokens.erase()
            else:
                forget_tokens(self._folder)

    def check(self) -> None:
        """Take in what was embedded before, and ask the model: what is wrong is the `fault` then."""
        try:
            with self._lock:
                if not self._is_far_behind(0):
                    self._load()
            self._embedder.embed_queries(["Derek"])
        except DerekError as error:
            self._fault = error

    def keep_up(self) -> None:
        """Follow the store once more, unless what failed is to be left alone; what fails is logged."""
        try:
            if not self._rests():
                self.follow()
                self._works(StoreError)
        except DerekError as error:
            self._failed(error)
        except RuntimeError:  # What is closed embeds nothing more.
            if not self._closing.is_set():
                raise

    def stop(self) -> None:
        """End what goes on: nothing is embedded from now on, and nothing is lost."""
        self._closing.set()
        self._embedder.close()

    def close(self) -> None:
        """Let go of the model and of the files."""
        self.stop()
        if self._opened:
            self._opened.vectors.close()
            self._opened.words.close()
            if self._opened.tokens is not None:
                self._opened.tokens.close()

    def _rests(self) -> bool:
        """Whether what failed is to be left alone."""
        return isinstance(self._fault, _LASTING) or self._clock() < self._rest_until

    def _failed(self, error: DerekError) -> None:
        """Note what is wrong, once; that the model is not installed was somebody's choice."""
        if self._closing.is_set():
            return
        if str(error) != str(self._fault):
            chosen = isinstance(error, EmbedderMissingError) and error.fault is ModelFault.INSTALLATION
            _log.log(logging.INFO if chosen else logging.WARNING, "%s; answering by words alone", error)
        self._fault = error
        self._rest_until = self._clock() + self._rest

    def _works(self, kind: type[DerekError]) -> None:
        """Forget what was wrong, if it was of a kind that is put right."""
        if isinstance(self._fault, kind):
            self._fault = None

    def _open(self) -> _Opened:
        if self._opened is None:
            model, dimensions = self._embedder.name, self._embedder.dimensions
            with ExitStack() as opening:
                vectors = opening.enter_context(VectorStore(self._folder, model, dimensions))
                if tokens := self._open_tokens():
                    opening.callback(tokens.close)
                words = opening.enter_context(VectorStore(self._folder / _WORDS_FOLDER, model, dimensions))
                opening.pop_all()
            self._words_lost = bool(word_centroids(model) and len(vectors) and not len(words))
            word_vectors = WordVectors(partial(self._word_rows, words), word_centroids(model))
            vector_index = VectorIndex(dimensions, centroids(model))
            self._opened = _Opened(vectors, tokens, words, vector_index, word_vectors)
        return self._opened

    def _open_tokens(self) -> TokenStore | None:
        """Return the tokens; None where none are kept, or where they cannot be opened, which is no fault."""
        if self._tokens is None:
            return None
        try:
            return open_tokens(self._folder, self._tokens.name)
        except StoreError as error:
            self._forgo_tokens(error)
            return None

    def _word_rows(self, vectors: VectorStore, named: Sequence[str]) -> Floats32:
        """Return the rows of words, zeros if they cannot be read: that is no reason not to answer."""
        try:
            if not self._closing.is_set():
                return vectors.rows([digest(word) for word in named])
        except DerekError as error:
            self._failed(error)
        return np.zeros((len(named), vectors.dimensions), np.float32)

    def _is_far_behind(self, most: int) -> bool:
        """Whether so few sentences are embedded that to look at each of them would be for nothing."""
        if self._counts:
            return False
        sentences, known = self._store.count_answerable(), len(self._open().vectors)
        if sentences - known <= most or 2 * known >= sentences:
            return False
        self._coverage = Coverage(known, sentences)
        return True

    def _load(self) -> None:
        """Take in the articles that changed, with those of their vectors that there are."""
        opened = self._open()
        for batch in batches_since(self._store, self._seen):
            came = [_Lines.of(change.article, change.answering) for change in batch.changes if change.article]
            gone = [change.article_id for change in batch.changes if not change.article]
            self._take_in(opened, came, gone)
            self._seen = batch.seen

    def _lines(self, article_ids: Iterable[str]) -> Iterator[_Lines]:
        """Yield the sentences of articles, of those that did not go meanwhile."""
        changes = (change_of(self._store, article_id) for article_id in article_ids)
        return (_Lines.of(change.article, change.answering) for change in changes if change.article)

    def _take_in(self, opened: _Opened, came: Sequence[_Lines], gone: Collection[str] = ()) -> None:
        """Let articles be found by the vectors that their sentences have."""
        digests = [text_digest for lines in came for text_digest in lines.digests]
        rows = opened.vectors.quantised(digests)
        missing = frozenset(opened.vectors.missing(digests))
        articles, start = [], 0
        for lines in came:
            article_rows = rows[start : (start := start + len(lines.numbers))]
            articles.append(ArticleVectors(lines.article_id, lines.language, lines.numbers, article_rows))
        opened.vector_index.update(articles, gone)
        counts = dict(self._counts)
        for article_id in gone:
            counts.pop(article_id, None)
        for lines in came:
            counts[lines.article_id] = (
                len(lines.texts),
                sum(text_digest in missing for text_digest in lines.digests),
            )
        self._counts = counts
        if opened.tokens is not None:
            for article_id in gone:
                self._digests.pop(article_id, None)
            self._digests |= {
                lines.article_id: (
                    lines.article_digest,
                    dict(zip(lines.numbers, lines.digests, strict=True)),
                )
                for lines in came
            }
            self._unread.difference_update(gone)
            self._unread.update(lines.article_id for lines in came)
        total = sum(count for count, _ in counts.values())
        self._coverage = Coverage(total - sum(missing for _, missing in counts.values()), total)

    def _embed(self, progress: Progress | None, until: float = math.inf) -> None:
        """Embed the sentences that lack a vector, some articles at a time, until then or until closed."""

        def is_over() -> bool:
            return self._closing.is_set() or self._clock() > until

        opened = self._open()
        if self._words_lost:
            self._learn_all(opened, is_over)
        for group in self._missing(opened):
            missing = {
                text_digest: text
                for lines in group
                for text_digest, text in zip(lines.digests, lines.texts, strict=True)
            }
            language_of = {own: lines.language for lines in group for own in lines.digests}
            wanted = opened.vectors.missing(list(missing))
            for start in range(0, len(wanted), _BATCH):
                if is_over():
                    break
                batch = wanted[start : start + _BATCH]
                texts = [missing[text_digest] for text_digest in batch]
                # First, so that where a sentence has a vector its words have theirs.
                self._learn(opened, texts)
                opened.vectors.add(batch, self._read(opened, texts, [language_of[own] for own in batch]))
                self._works(EmbedderError)
                if progress:
                    done = self._coverage.embedded + start + len(batch)
                    progress(min(done, self._coverage.sentences), self._coverage.sentences)
            self._take_in(opened, group)
            if is_over():
                return
            self._load()

    def _read(self, opened: _Opened, texts: Sequence[str], languages: Sequence[str]) -> Floats32:
        """Return the vectors of texts, and keep their tokens first, if tokens are kept."""
        if self._tokens is None or opened.tokens is None:
            return self._embedder.embed_passages(texts)
        known = self._known_tokens and self._known_tokens.tokens(list(map(digest, texts)), self._tokens.name)
        if known:
            opened.tokens.add(known)
            return self._embedder.embed_passages(texts)
        read = self._tokens.embed_passage_tokens(texts)
        opened.tokens.add(interaction_model().passages(zip(read, texts, languages, strict=True)))
        return np.stack([tokens.vector for tokens in read])

    def _read_tokens(self, opened: _Opened, progress: Progress | None) -> None:
        """Keep the tokens of sentences that were embedded before tokens were kept, until closed."""
        if opened.tokens is None or not self._unread:
            return
        done = len(opened.tokens)
        for lines in self._lines(sorted(self._unread)):
            text_of = dict(zip(lines.digests, lines.texts, strict=True))
            missing = opened.tokens.missing(lines.digests)
            for start in range(0, len(missing), _BATCH):
                if self._closing.is_set():
                    return
                texts = [text_of[own] for own in missing[start : start + _BATCH]]
                self._read(opened, texts, [lines.language] * len(texts))
                done += len(texts)
                if progress:
                    progress(min(done, self._coverage.sentences), self._coverage.sentences)
            self._unread.discard(lines.article_id)

    def _learn(self, opened: _Opened, texts: Sequence[str]) -> None:
        """Embed the words of texts that lack a vector, and those that were asked for in vain."""
        named = {digest(word): word for word in (*words_to_embed(texts), *opened.word_vectors.missing())}
        if not named or not word_centroids(self.model):
            return
        wanted = opened.words.missing(list(named))
        for start in range(0, len(wanted), _WORDS):
            block = wanted[start : start + _WORDS]
            opened.words.add(
                block, self._embedder.embed_passages([named[word_digest] for word_digest in block])
            )

    def _learn_all(self, opened: _Opened, is_over: Callable[[], bool]) -> None:
        """Embed the words of the sentences that have a vector, whose own vectors are lost."""
        for lines in self._lines(self._counts):
            if is_over():
                return
            self._learn(opened, lines.texts)
        self._words_lost = False

    def _missing(self, opened: _Opened) -> Iterator[list[_Lines]]:
        """Yield articles that lack vectors, so many together as make a batch."""
        names = [article_id for article_id, (_, missing) in self._counts.items() if missing]
        # Two processes on one store begin in different places.
        Random(os.getpid()).shuffle(names)  # noqa: S311  nothing that is to be secret
        group: list[_Lines] = []
        missing = 0
        for lines in self._lines(names):
            group.append(lines)
            # Another process may have embedded them meanwhile.
            missing += len(opened.vectors.missing(lines.digests))
            if missing >= _BATCH:
                yield group
                group, missing = [], 0
        if group:
            yield group

    def _drop_stale(self) -> None:
        """Drop the vectors of sentences that are gone, when they are many."""
        opened = self._open()
        stale = len(opened.vectors) - self.coverage.sentences
        if stale > max(_STALE, self.coverage.sentences // 4):
            self._keep_known(opened)

    def _keep_known(self, opened: _Opened) -> None:
        """Drop the vectors of all but the sentences and the words that there are."""
        sentences, named = set[str](), set[str]()
        for lines in self._lines(self._counts):
            sentences.update(lines.digests)
            named.update(words_to_embed(lines.texts))
        opened.vectors.keep(sentences)
        if opened.tokens is not None:
            opened.tokens.keep(sentences)
        opened.words.keep([digest(word) for word in named])
