"""Settings to a ready Derek: the only module that names concrete engines."""

import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bot import __version__
from bot.chats.access import TELEGRAM, fence_of
from bot.chats.calibration import Calibration, calibration_in
from bot.chats.chat import Chat
from bot.chats.feedback import Shown
from bot.chats.history import ANYBODY, Asker, History
from bot.chats.people import People
from bot.chats.waiting import WaitingQuestions
from bot.config import Config, EmbedderKind, IndexKind, SemanticSettings, cache_folder, embeddings_key
from retrieval.answers.answerer import Answerer
from retrieval.articles import digest
from retrieval.background import Worker
from retrieval.copies.near_duplicates import NearDuplicates
from retrieval.errors import StoreUnusableError
from retrieval.evaluation.cached_embedder import CachedEmbedder
from retrieval.filters import NO_FILTER, Filter
from retrieval.index.auto import AutoIndex
from retrieval.index.disk import is_index
from retrieval.index.follower import IndexFollower
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import Index
from retrieval.index.version import analysis_mark
from retrieval.ingest.adding import add_file, add_folder, add_text, is_pipe, piped
from retrieval.ingest.folders import contents_of, is_folder
from retrieval.ingest.samples import make_room, sample_documents
from retrieval.semantic.embedder import Embedder, TokenEmbedder
from retrieval.semantic.embedders.bundled import BundledEmbedder, Engine
from retrieval.semantic.embedders.known import KnowingEmbedder, KnownVectors
from retrieval.semantic.semantic_index import SemanticIndex, erase
from retrieval.semantic.similarity import words_only
from retrieval.semantic.token_store import KnownTokens, forget_tokens
from retrieval.storage.database import Database, copy_database
from retrieval.storage.edits import Removed
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import CatalogueEntry, Store

if TYPE_CHECKING:
    from retrieval.ingest.web.feeds import Feeds
    from retrieval.ingest.web.fetching import Fetcher
    from retrieval.ingest.web.following import Following
    from retrieval.ingest.web.pages import Pages
    from retrieval.ingest.web.robots import Robots
    from retrieval.ingest.web.sitemaps import Sitemaps

_log = logging.getLogger(__name__)

#: What Derek is called where it fetches pages.
_AGENT = f"Derek/{__version__}"

#: What is in the data folder; all but the index and the signatures is in a backup of it.
STORE, HISTORY, PEOPLE, VECTORS = "articles.sqlite3", "history.sqlite3", "people.sqlite3", "vectors"
WAITING = "waiting.sqlite3"
PAGES, FEEDS = "pages.sqlite3", "feeds.sqlite3"
JOURNAL = "telegram.sqlite3"
SIGNATURES = "signatures.sqlite3"
_INDEX = "index"

#: What anybody but the owner may do with a file.
_OTHERS = stat.S_IRWXG | stat.S_IRWXO

#: How often to look for what is to be done in the background, and how long to wait for its end, in seconds.
_PAUSE, _ENDING = 1.0, 5.0

#: How long to wait between two looks for a feed that is to be asked, in seconds, each of which asks one at
#: most; and for the end of that, and of what takes as little, which takes up nothing that is lost.
_BETWEEN_FEEDS, _SHORT_ENDING = 10.0, 0.5

#: How long to wait between two looks for articles that became too old, in seconds.
_BETWEEN_EXPIRIES = 3600.0

#: With how many threads the bundled model computes at most: its matrices are small.
_MOST_THREADS = 4

#: How many sentences are held in memory: a rebuild and a question each stay well under 100 ms.
SMALL = 1_000


class Derek:
    """Everything that a conversation needs, ready to be asked; it owns what works in the background."""

    def __init__(  # noqa: PLR0913  all that it owns
        self,
        config: Config,
        store: Store,
        answerer: Answerer,
        semantic_index: SemanticIndex | None,
        near_duplicates: NearDuplicates,
        *,
        written: Path,
    ) -> None:
        """Own all of these; `written` is the folder of what is written while questions are answered."""
        self.config, self.store, self.answerer = config, store, answerer
        self.semantic_index, self.near_duplicates = semantic_index, near_duplicates
        self._written = written
        #: What goes on in the background, and for how long its end is waited for, in seconds.
        self._workers: dict[str, tuple[Worker, float]] = {}
        self._passing: tempfile.TemporaryDirectory[str] | None = None

    @cached_property
    def history(self) -> History:
        """The questions asked, opened when a conversation first needs them.

        Where the file cannot be used, what is asked is remembered until this process ends.
        """
        try:
            return History(self._writable(HISTORY))
        except StoreUnusableError as error:
            _log.warning("%s; what is asked is remembered until the end of this process only", error)
            self._passing = tempfile.TemporaryDirectory(prefix="derek-")
            return History(Path(self._passing.name) / HISTORY)

    @property
    def calibration(self) -> Calibration | None:
        """What the least confidence was calibrated to, where that holds: what the settings say goes first."""
        return _calibration(self.config)

    @cached_property
    def people(self) -> People:
        """Who may ask where, opened when that is first to be known."""
        return People(self._writable(PEOPLE), self.config.telegram.administrators)

    @cached_property
    def waiting(self) -> WaitingQuestions:
        """The questions that people wait for an answer to, opened when that is first to be known."""
        return WaitingQuestions(self._writable(WAITING))

    @cached_property
    def pages(self) -> "Pages":
        """The pages of the network, opened when one is first to be fetched."""
        from retrieval.ingest.web.pages import Pages  # noqa: PLC0415  a third of a second to load
        from retrieval.ingest.web.visits import Visits  # noqa: PLC0415

        return Pages(self._fetcher, self._robots, Visits(self._writable(PAGES)))

    @cached_property
    def sitemaps(self) -> "Sitemaps":
        """The lists of pages that sites have."""
        from retrieval.ingest.web.sitemaps import Sitemaps  # noqa: PLC0415  as above

        return Sitemaps(self._fetcher, self._robots)

    @cached_property
    def feeds(self) -> "Feeds":
        """The feeds that are followed, opened when that is first to be known."""
        from retrieval.ingest.web.feeds import Feeds  # noqa: PLC0415  as above

        return Feeds(self._writable(FEEDS))

    @cached_property
    def following(self) -> "Following":
        """The following of the feeds."""
        from retrieval.ingest.web.following import Following  # noqa: PLC0415  as above

        return Following(self.store, self.feeds, self._fetcher, self.pages)

    @cached_property
    def _robots(self) -> "Robots":
        from retrieval.ingest.web.robots import Robots  # noqa: PLC0415  as above

        return Robots(self._fetcher.fetch, _AGENT)

    @cached_property
    def _fetcher(self) -> "Fetcher":
        from retrieval.ingest.web.addresses import network_named  # noqa: PLC0415  as above
        from retrieval.ingest.web.fetching import Fetcher  # noqa: PLC0415

        return Fetcher(_AGENT, allowed=[network_named(network) for network in self.config.fetch.allow])

    def _writable(self, name: str) -> Path:
        """Return where a database can be written, with what is in it."""
        kept = self.config.folder / name
        if self._written != self.config.folder and kept.exists():
            copy_database(kept, self._written / name)
        return self._written / name

    @property
    def index(self) -> IndexFollower:
        """The index of the articles, opened when it is first asked."""
        return self.answerer.index

    @property
    def index_folder(self) -> Path:
        """Where the index is, once it is on disk."""
        return self._written / _INDEX

    def chat(  # noqa: PLR0913  what a conversation needs, and how it is held
        self,
        chat_id: str,
        *,
        resumes: bool = True,
        fence: Filter = NO_FILTER,
        limits: Filter = NO_FILTER,
        asker: Asker = ANYBODY,
        key: str | None = None,
    ) -> Chat:
        """Return the conversation of an id; one that does not resume begins with nothing asked before.

        It is answered from the collections of the `fence` only, and of those that the settings and
        administrators leave it; the `limits` are there instead of its own until it ends. What is done under a
        `key` is done once.
        """
        if chat_id.startswith(TELEGRAM):
            ids = self.history.ids(chat_id)
            fence = fence.within(fence_of(self.config.telegram, ids, self.people.collections))
        return Chat(
            chat_id,
            self.answerer,
            self.history,
            self.config.answers.citations,
            resumes=resumes,
            fence=fence,
            limits=limits,
            asker=asker,
            key=key,
        )

    def start(self) -> None:
        """Begin what goes on in the background, once: following feeds, signing and embedding articles."""
        if self._workers or self.store.only_reads:
            return
        work: dict[str, tuple[Callable[[], None], float, float]] = {
            "feeds": (self._follow_feeds, _BETWEEN_FEEDS, _SHORT_ENDING),
            "retention": (self._expire, _BETWEEN_EXPIRIES, _SHORT_ENDING),
            "near duplicates": (self.near_duplicates.follow, _PAUSE, _ENDING),
        }
        if self.semantic_index:
            work["semantic index"] = self.semantic_index.keep_up, _PAUSE, _ENDING
        for name, (step, pause, ending) in work.items():
            self._workers[name] = Worker(name, step, pause), ending
            self._workers[name][0].start()

    def _follow_feeds(self) -> None:
        """Take in what is new in the feed that is to be asked next, if it is time for one."""
        # Where none was ever followed, nothing is loaded for it.
        if (self.config.folder / FEEDS).exists() and (feed := self.feeds.due()):
            edit = self.store.begin_edit()
            for receipt in self.following.check(feed, edit):
                if receipt.outcome is Outcome.FAILED:
                    _log.warning("a feed failed: %s", receipt.reason)
            make_room(self.store, edit)

    def purge(self) -> list[Removed]:
        """Empty the trash, and leave nothing of what was in it in any file; return it.

        An index on disk is made anew when it is next needed. Raises `StoreError`.
        """
        gone = self.store.purge()
        self.history.forget_quotes(self._stands)
        for name in (JOURNAL, WAITING):
            if (self.config.folder / name).exists():
                with closing(Database(self.config.folder / name)) as database:
                    database.erase()
        if self.semantic_index:
            self.semantic_index.drop_gone()
        else:
            forget_tokens(self.config.folder / VECTORS)
        self.near_duplicates.forget()
        if is_index(self.index_folder):
            erase_index(self.config)
        return gone

    def _stands(self, shown: Shown) -> bool:
        """Whether a sentence that was shown still stands where it stood."""
        return self.store.slice(shown.article_id, shown.span) == shown.quote

    def _expire(self) -> None:
        """Take out what became too old, and count it."""
        if receipts := self.expire():
            _log.info("retention: %d articles became too old and are in the trash", len(receipts))

    def expire(self) -> list[Receipt]:
        """Take out the articles that are older than the settings keep them; return what became of each."""
        kept, now = self.config.retention, datetime.now(UTC)
        receipts = []
        if kept.feeds and (self.config.folder / FEEDS).exists():
            for url, days in kept.feeds.items():
                receipts += self.store.expire(now - timedelta(days=days), self.feeds.articles(url))
        if kept.days is not None:
            receipts += self.store.expire(now - timedelta(days=kept.days))
        return receipts

    def close(self) -> None:
        """End what goes on in the background, and close the files."""
        self.near_duplicates.stop()
        if self.semantic_index:
            self.semantic_index.stop()
        # Whoever still waits for a slow server is left to the end of the process.
        ended = {name: worker.stop(patience) for name, (worker, patience) in self._workers.items()}
        if self.semantic_index and ended.get("semantic index", True):
            self.semantic_index.close()
        if ended.get("near duplicates", True):
            self.near_duplicates.close()
        self.index.close()
        self.store.close()
        for opened in {"history", "people", "waiting", "pages", "feeds", "_fetcher"} & self.__dict__.keys():
            getattr(self, opened).close()
        if self._passing:
            self._passing.cleanup()
        if self._written != self.config.folder:
            shutil.rmtree(self._written, ignore_errors=True)
        else:
            _make_private(self.config.folder)  # The index and the vectors make files of their own.

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def assemble(config: Config) -> Derek:
    """Return a Derek on the data folder, which is made with the sample articles if there is none.

    Raises `StoreError` and `ConfigError`.
    """
    if not config.folder.exists():
        _make_folder(config)
    return _derek(config)


def catalogue(config: Config) -> list[CatalogueEntry]:
    """Return the articles in the data folder, the newest first; where there is no such folder, none is made.

    Raises `StoreError`.
    """
    path = config.folder / STORE
    if not path.is_file():
        return []
    with Store(path) as store:
        return store.catalogue()


@contextmanager
def assemble_folder(config: Config, place: Path | str) -> Iterator[tuple[Derek, list[Receipt]]]:
    """Give a Derek on a file, those below a folder, or the page at an address, and what became of each.

    Only the vectors are kept, in the cache folder, so that the next question need not wait for them.
    """
    name = place if isinstance(place, str) else str(place.resolve())
    vectors = cache_folder() / "asked" / digest(name)[:16]
    with (
        tempfile.TemporaryDirectory(prefix="derek-") as folder,
        _derek(config.model_copy(update={"data": Path(folder)}), vectors) as derek,
    ):
        yield derek, list(_added(derek, place))


def _added(derek: Derek, place: Path | str) -> Iterator[Receipt]:
    store = derek.store
    if isinstance(place, str):
        yield from derek.pages.add(store, place, None)
    elif is_folder(place):
        yield from add_folder(store, contents_of(place), None)
    elif is_pipe(place):
        yield add_text(store, piped(place), None)
    else:
        yield from add_file(store, place, None)


def _derek(config: Config, vectors: Path | None = None) -> Derek:
    """Return a Derek on a data folder that is there; its vectors may be in another one."""
    _make_private(config.folder)
    store = Store(config.folder / STORE)
    try:
        written = Path(tempfile.mkdtemp(prefix="derek-")) if store.only_reads else config.folder
        embedder = make_embedder(config.semantic)
        semantic_index = (
            _semantic_index(store, embedder, vectors or config.folder / VECTORS, config.semantic)
            if embedder
            else None
        )
        near_duplicates = NearDuplicates(store, written / SIGNATURES)
        calibration = _calibration(config)
        answerer = Answerer(
            store,
            IndexFollower(store, lambda: _index(config, written)),
            min_confidence=calibration.min_confidence if calibration else config.answers.min_confidence,
            similarity_of=semantic_index.similarity if semantic_index else words_only,
            copies=near_duplicates.pairs,
        )
        return Derek(config, store, answerer, semantic_index, near_duplicates, written=written)
    except BaseException:
        store.close()
        raise


def _calibration(config: Config) -> Calibration | None:
    """Return what was calibrated, unless the settings or the command line name a least confidence."""
    return None if config.answers.names_min_confidence else calibration_in(config.folder / HISTORY)


def _make_private(folder: Path) -> None:
    """Let the owner alone read what is in a data folder, which an older Derek may have left to others.

    What others put there stays as it is, and so does what belongs to somebody else.
    """
    names = (STORE, HISTORY, PEOPLE, WAITING, JOURNAL, PAGES, FEEDS, SIGNATURES)
    databases = (folder / f"{name}{end}" for name in names for end in ("", "-wal", "-shm"))
    below = (path for name in (VECTORS, _INDEX) for path in (folder / name, *(folder / name).rglob("*")))
    for path in (folder, *databases, *below):
        with suppress(OSError):
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & _OTHERS:
                path.chmod(mode & ~_OTHERS)


def _index(config: Config, written: Path) -> Index:
    """Return the index of a data folder, or a copy of it in the folder where it can be written."""
    folder = config.folder / _INDEX
    if written != config.folder and is_index(folder):
        shutil.copytree(folder, written / _INDEX, copy_function=shutil.copyfile)
    return make_index(config.index.kind, written / _INDEX)


def make_index(kind: IndexKind, folder: Path) -> Index:
    """Return the index of a kind that is, or is to be, in `folder`."""
    if kind is IndexKind.MEMORY:
        return MemoryIndex()
    if kind is IndexKind.DISK:
        return _disk(folder)
    return AutoIndex(SMALL, lambda: _disk(folder), large=is_index(folder))


def erase_index(config: Config) -> None:
    """Delete the index, whatever state it is in; the next one that follows the articles makes it anew.

    Raises `IndexUnusableError`.
    """
    from retrieval.index.disk.index import erase  # noqa: PLC0415  a small corpus never needs it

    erase(config.folder / _INDEX)


@contextmanager
def passing_index(kind: IndexKind = IndexKind.AUTO) -> Iterator[Index]:
    """Give an empty index of which nothing is kept."""
    with tempfile.TemporaryDirectory(prefix="derek-") as place:
        index = make_index(kind, Path(place) / _INDEX)
        try:
            yield index
        finally:
            index.close()


def make_embedder(settings: SemanticSettings) -> Embedder | None:
    """Return what compares texts by their meaning; None to go by words alone.

    Nothing is started or asked before it is needed. Raises `ConfigError`.
    """
    if settings.kind is EmbedderKind.NONE:
        return None
    if settings.kind is EmbedderKind.BUNDLED:
        threads = min(os.cpu_count() or 1, _MOST_THREADS)
        embedder = BundledEmbedder(threads=threads, engine=Engine(settings.engine))
        return KnowingEmbedder(embedder, KnownVectors(Path(str(files("seeds") / "vectors.npz"))))
    from retrieval.semantic.embedders.server import Server, ServerEmbedder  # noqa: PLC0415  httpx takes .1 s to import

    wanted = settings.model_dump(exclude={"tokens", "kind", "engine"}, mode="json")
    key = embeddings_key()
    return ServerEmbedder(Server(**wanted), key.get_secret_value() if key else None)


def _semantic_index(
    store: Store, embedder: Embedder, folder: Path, settings: SemanticSettings
) -> SemanticIndex:
    """Return the index of what sentences mean, with their tokens if these are to be kept."""
    return SemanticIndex(
        store,
        embedder,
        folder,
        tokens=_token_embedder(embedder, settings),
        known_tokens=KnownTokens(Path(str(files("seeds") / "tokens.npz"))),
    )


def _token_embedder(embedder: Embedder, settings: SemanticSettings) -> TokenEmbedder | None:
    """Return what gives the tokens of texts, if they are to be kept."""
    inner = embedder.embedder if isinstance(embedder, KnowingEmbedder) else embedder
    return inner if settings.tokens and isinstance(inner, TokenEmbedder) else None


def erase_vectors(config: Config) -> None:
    """Drop the vectors of all sentences, whatever state they are in, to be made anew by the configured model.

    Raises `EmbedderError`, and `VectorsUnusableError`.
    """
    if embedder := make_embedder(config.semantic):
        with closing(embedder):
            erase(config.folder / VECTORS, embedder)


def remembering(embedder: Embedder, *, tokens: bool = False) -> Embedder:
    """Return an embedder whose vectors of any text are kept in a cache folder, for measuring and training.

    With `tokens`, those are compared as well. Raises `EmbedderError` and `VectorsUnusableError`.
    """
    # What is known by heart is no matter here, and hides who tells of tokens.
    inner = embedder.embedder if isinstance(embedder, KnowingEmbedder) else embedder
    return CachedEmbedder(inner, cache_folder() / "eval", tokens=tokens)


def _disk(folder: Path) -> Index:
    from retrieval.index.disk.index import DiskIndex  # noqa: PLC0415  a small corpus never needs it

    return DiskIndex(folder, analysis_mark())


def _make_folder(config: Config) -> None:
    """Make the data folder with the sample articles and their vectors in it, whole or not at all."""
    folder = config.folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise StoreUnusableError(folder, error.strerror or str(error)) from error
    try:
        with Store(draft / STORE) as store:
            for document in sample_documents():
                store.put(document)
            if config.semantic.kind is EmbedderKind.BUNDLED and (embedder := make_embedder(config.semantic)):
                # These are known, and cost nothing; another model's come as all others do.
                with closing(
                    _semantic_index(store, embedder, draft / VECTORS, config.semantic)
                ) as semantic_index:
                    semantic_index.catch_up(SMALL)
        os.rename(draft, folder)  # noqa: PTH104  Path.rename would read the same and says no more
    except OSError as error:
        # Another process was faster: its folder serves as well.
        if not (folder / STORE).exists():
            raise StoreUnusableError(folder, error.strerror or str(error)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
