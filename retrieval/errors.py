"""What can go wrong with articles and questions, each error composing its own sentence.

    DerekError
    ├── ArticleError
    │   ├── EmptyArticleError        nothing but white space
    │   ├── UnreadableFileError      missing, forbidden, a folder, not text, of an unknown kind
    │   ├── UnknownArticleError      no article has this id
    │   └── AmbiguousArticleError    several articles' ids begin so
    ├── QuestionError
    │   ├── EmptyQuestionError
    │   └── QuestionTooLongError
    └── StoreError
        ├── StoreUnusableError       the database cannot be opened or written
        └── StoreTooNewError         a newer Derek wrote it

The text of each is meant for the person who asked: what happened, to which thing, why, what to do.
"""

from collections.abc import Sequence
from pathlib import Path


class DerekError(Exception):
    """The root: whatever Derek reports in words instead of a traceback."""


class ArticleError(DerekError):
    """Something is wrong with one article; others are not affected."""


class EmptyArticleError(ArticleError, ValueError):
    """An article holds no text."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name}: there is no text in it, so nothing was added")


class UnreadableFileError(ArticleError):
    """A file cannot be read as an article."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        self.path, self.reason, self.remedy = path, reason, remedy
        super().__init__(f"{path}: {reason}; {remedy}")


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
