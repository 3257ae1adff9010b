"""What can go wrong with articles and questions, each error composing its own sentence.

    DerekError
    ├── ArticleError
    │   ├── EmptyArticleError        nothing but white space
    │   ├── UnreadableFileError      missing, forbidden, not text, of an unknown kind or encoding
    │   ├── UnreadablePageError      a page that is not there, not public, too large or too slow
    │   ├── FolderGoneError          a folder that articles came from is not there, or empty
    │   ├── UnknownArticleError      no article has this id
    │   ├── AmbiguousArticleError    several articles' ids begin so
    │   ├── CollectionNameError      no collection can be called so
    │   └── ChangedArticleError      the cited passage no longer stands in its article
    ├── QuestionError
    │   ├── EmptyQuestionError
    │   └── QuestionTooLongError
    ├── BackupError                  a backup cannot be made, read, or put in place
    ├── UnwritableFileError          a file, or a folder of them, cannot be written
    ├── JudgedSetError               a set of judged questions cannot be read
    ├── EmbedderError
    │   ├── EmbedderMissingError     the bundled model is not installed, or cannot run here
    │   ├── EmbedderUnreachableError the server of embeddings is down, slow, or refuses
    │   └── EmbedderMismatchError    another model answers, or in other dimensions, than before
    └── StoreError
        ├── StoreUnusableError       the database cannot be opened or written
        ├── StoreTooNewError         a newer Derek wrote it
        ├── IndexUnusableError       the index cannot be written; the articles are safe
        ├── IndexTooNewError         a newer Derek wrote the index
        ├── IndexBusyError           another process is writing the index
        ├── IndexDamagedError        the index lost what it held, and is to be built anew
        ├── VectorsUnusableError     the sentences' vectors cannot be read or written; the articles are safe
        └── VectorsMismatchError     they were made by another model

The text of each is meant for the person who asked: what happened, to which thing, why, what to do.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path


class DerekError(Exception):
    """The root: whatever Derek reports in words instead of a traceback."""


class ArticleError(DerekError):
    """Something is wrong with one article; others are not affected."""


class EmptyArticleError(ArticleError):
    """An article holds no text."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name}: there is no text in it, so nothing was added")


class FileFault(StrEnum):
    """Why a file cannot be read as an article."""

    KIND = "kind"
    ADDRESS = "address"
    SIZE = "size"
    NOT_TEXT = "not-text"
    SYSTEM = "system"
    #: Its encoding cannot be told, the one that was named is none, or its bytes are nothing in that.
    UNDECIDED = "undecided"
    ENCODING = "encoding"
    UNFIT = "unfit"
    #: It names a collection that none can be called.
    COLLECTION = "collection"
    #: It wants a password; its pages are pictures; what its text layer says is no text; it is broken.
    LOCKED = "locked"
    SCANNED = "scanned"
    GARBLED = "garbled"
    DAMAGED = "damaged"
    #: It holds more of something than is read; what reads it takes too long, or dies of it.
    EXCESS = "excess"
    SLOW = "slow"
    FATAL = "fatal"


class UnreadableFileError(ArticleError):
    """A file cannot be read as an article.

    `detail` is what it may be or hold at most, what the system said, which encodings it may be in, was to be
    in or is not in, what it names, or what is broken.
    """

    _REASONS: Mapping[FileFault, str] = {
        FileFault.KIND: "files of this kind cannot be read; save it as {detail}",
        FileFault.ADDRESS: "no file is at this address; `derek add` takes pages, by https:// or http://",
        FileFault.SIZE: "it is larger than {detail}; cut it into its articles",
        FileFault.NOT_TEXT: "it is not text; save it as text in UTF-8",
        FileFault.SYSTEM: "{detail}; check its name and your rights to it",
        FileFault.UNDECIDED: "its encoding cannot be told, it may be {detail}; "
        "name it with --encoding, or save the file in UTF-8",
        FileFault.ENCODING: "there is no encoding {detail}; name one such as windows-1251, koi8-r or cp866",
        FileFault.UNFIT: "it is not in {detail}; name another one with --encoding, or none",
        FileFault.COLLECTION: "no collection can be called {detail}; use letters, digits, - and _, "
        "40 at most, or name another one with --in",
        FileFault.LOCKED: "it is protected by a password; save it without one",
        FileFault.SCANNED: "its pages are pictures without text; have their text recognised (OCR) first",
        FileFault.GARBLED: "the text in it cannot be read, though its pages show some; have it recognised "
        "(OCR), or save it from the program that wrote it",
        FileFault.DAMAGED: "it is damaged: {detail}; open it in the program that wrote it, and save it again",
        FileFault.EXCESS: "it holds more than {detail}; part it into smaller files",
        FileFault.SLOW: "to read it takes longer than {detail}; part it into smaller files",
        FileFault.FATAL: "what reads it ran out of memory or broke down; it may be damaged, or made to do "
        "harm",
    }

    def __init__(self, path: Path | str, fault: FileFault, detail: str = "") -> None:
        self.name, self.path, self.fault, self.detail = str(path), Path(path), fault, detail
        super().__init__(f"{path}: {self._REASONS[fault].format(detail=detail)}")


class PageFault(StrEnum):
    """Why a page cannot be had from the network."""

    ADDRESS = "address"
    #: It is not in public: at an address of one's own network, or of the machine itself.
    INSIDE = "inside"
    UNREACHABLE = "unreachable"
    STATUS = "status"
    REDIRECTS = "redirects"
    #: It is packed in a way that was not asked for; it is larger, or takes longer, than a page may.
    CODING = "coding"
    SIZE = "size"
    SLOW = "slow"
    #: Its server asks programs to leave it alone; what it is cannot be read.
    ROBOTS = "robots"
    KIND = "kind"


class UnreadablePageError(ArticleError):
    """A page cannot be had from the network.

    `detail` is what the network or the server said, what the page may be at most, or of which type it is.
    """

    _REASONS: Mapping[PageFault, str] = {
        PageFault.ADDRESS: "this is no address of a page; write one that begins with http:// or https://",
        PageFault.INSIDE: "this address is not in public, so nothing was asked of it; whoever runs Derek can "
        "allow it in the settings: [fetch] allow",
        PageFault.UNREACHABLE: "it cannot be reached ({detail}); check the address, and try again later",
        PageFault.STATUS: "its server answers {detail}; check the address in a browser",
        PageFault.REDIRECTS: "it leads on to another page more than {detail} times; name the last one",
        PageFault.CODING: "it comes packed as {detail}, which was not asked for; save it, and add the file",
        PageFault.SIZE: "it is larger than {detail}; save it, and add its parts as files",
        PageFault.SLOW: "it takes longer than {detail}; try again later, or save it and add the file",
        PageFault.ROBOTS: "its server asks programs not to fetch it (robots.txt); save it, and add the file",
        PageFault.KIND: "it is {detail}, which cannot be read; save it as a file of another kind",
    }

    def __init__(self, url: str, fault: PageFault, detail: str = "") -> None:
        self.url, self.fault, self.detail = url, fault, detail
        super().__init__(f"{url}: {self._REASONS[fault].format(detail=detail)}")


class FolderGoneError(ArticleError):
    """A folder that articles came from is not there, or nothing is in it: its disk may be missing."""

    def __init__(self, folder: Path, articles: int) -> None:
        self.folder, self.articles = folder, articles
        count = "an article" if articles == 1 else f"{articles:,} articles"
        super().__init__(
            f"{folder}: there is no such folder, or nothing in it, though {count} came from it, so nothing "
            f"was changed; mount its disk, or take them out: derek add --prune {folder}"
        )


class UnknownArticleError(ArticleError, LookupError):
    """No stored article has this id."""

    def __init__(self, article_id: str) -> None:
        self.article_id = article_id
        super().__init__(f"no article has the id {article_id!r}; `derek list` shows the ids there are")


class AmbiguousArticleError(ArticleError, LookupError):
    """The beginning of an id fits several articles."""

    def __init__(self, article_id: str, matches: Sequence[str]) -> None:
        self.article_id, self.matches = article_id, tuple(matches)
        super().__init__(
            f"several articles' ids begin with {article_id!r} ({', '.join(self.matches)}); give more of it"
        )


class CollectionNameError(ArticleError, ValueError):
    """No collection can be called so."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"no collection can be called {name!r}; use letters, digits, - and _, 40 at most, and not 'any'"
        )


class ChangedArticleError(ArticleError):
    """An article was changed since a passage of it was cited."""

    def __init__(self, article_id: str) -> None:
        self.article_id = article_id
        super().__init__(f"the article {article_id!r} was changed since it was cited; ask again")


class QuestionError(DerekError, ValueError):
    """A question that cannot be asked."""


class EmptyQuestionError(QuestionError):
    """A question without a single letter or digit."""

    def __init__(self) -> None:
        super().__init__("the question is empty; write it in words")


class QuestionTooLongError(QuestionError):
    """A question longer than any question is."""

    def __init__(self, length: int, limit: int) -> None:
        self.length, self.limit = length, limit
        super().__init__(f"the question has {length:,} characters; ask it in at most {limit:,}")


class BackupError(DerekError):
    """A backup cannot be made of this, is none that can be used, or cannot be put in place."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        self.path, self.reason, self.remedy = path, reason, remedy
        super().__init__(f"{path}: {reason}; {remedy}")


class UnwritableFileError(DerekError):
    """A file, or a folder of files, cannot be written."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}; check that its folder exists, is writable and not full")


class JudgedSetError(DerekError):
    """A file of a judged set is missing or malformed."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}; a judged set is laid out as `derek eval --help` says")


class EmbedderError(DerekError):
    """Texts cannot be compared by what they mean; finding them by their words needs none of it."""


class ModelFault(StrEnum):
    """Why the bundled model cannot be used."""

    INSTALLATION = "installation"
    PROCESSOR = "processor"
    PROCESS = "process"


class EmbedderMissingError(EmbedderError):
    """The bundled model is not there; `detail` is what Python, the processor or its process said."""

    _REASONS: Mapping[ModelFault, str] = {
        ModelFault.INSTALLATION: "is not installed ({detail}): pip install 'derek[semantic]'",
        ModelFault.PROCESSOR: "needs a processor with {detail} for its own library, which this one lacks; "
        'set [semantic] engine to "auto"',
        ModelFault.PROCESS: "cannot run here, its process {detail}; "
        'free memory, or set [semantic] kind to "server" or "none"',
    }

    def __init__(self, fault: ModelFault, detail: str) -> None:
        self.fault, self.detail = fault, detail
        super().__init__(f"the bundled model {self._REASONS[fault].format(detail=detail)}")


class EmbedderUnreachableError(EmbedderError):
    """The server of embeddings does not answer, or not with embeddings."""

    def __init__(self, url: str, reason: str, remedy: str) -> None:
        self.url, self.reason, self.remedy = url, reason, remedy
        super().__init__(f"{url}: {reason}; {remedy}")


class EmbedderMismatchError(EmbedderError):
    """The model is not the expected one, so that its vectors do not compare with those there are."""

    def __init__(self, name: str, found: str, expected: str, remedy: str) -> None:
        self.name, self.found, self.expected, self.remedy = name, found, expected, remedy
        super().__init__(f"{name}: found {found}, expected {expected}; {remedy}")


class StoreError(DerekError):
    """The database of articles cannot be used."""


class StoreUnusableError(StoreError):
    """The database cannot be opened, read or written."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(
            f"{path}: {reason}; check that the folder exists, is writable and not full, "
            "or name another one with --data"
        )


class StoreTooNewError(StoreError):
    """The database was written by a newer Derek."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        self.path, self.found, self.known = path, found, known
        super().__init__(
            f"{path}: its format is version {found}, this Derek knows up to {known}; upgrade Derek"
        )


class IndexUnusableError(StoreError):
    """The index cannot be opened or written; nothing is lost, since it follows the articles."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(
            f"{path}: {reason}; the articles are safe, only the index cannot be written: "
            "check that the folder is writable and not full"
        )


class IndexTooNewError(StoreError):
    """The index was written by a newer Derek."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        self.path, self.found, self.known = path, found, known
        super().__init__(
            f"{path}: its format is version {found}, this Derek knows up to {known}; "
            "upgrade Derek, or build the index anew: derek reindex"
        )


class IndexBusyError(StoreError):
    """Another process is writing the index."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path}: another Derek is writing it; try again when that is done")


class IndexDamagedError(StoreError):
    """The index cannot be read; it was emptied, to be filled from the articles again."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: the index was damaged ({reason}); it is built anew from the articles")


class VectorsUnusableError(StoreError):
    """The sentences' vectors cannot be opened, read or written; they can be made anew from the articles."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(
            f"{path}: {reason}; the articles are safe, only their sentences' vectors cannot be used: "
            "check that the folder is writable and not full, or make them anew: derek embed --anew"
        )


class VectorsMismatchError(StoreError):
    """The sentences' vectors were made by another model than the one that questions are asked with."""

    def __init__(self, path: Path, found: str, wanted: str) -> None:
        self.path, self.found, self.wanted = path, found, wanted
        super().__init__(
            f"{path}: the sentences' vectors are those of {found}, not of {wanted}; "
            "name that model in the settings again, or make them anew: derek embed --anew"
        )
