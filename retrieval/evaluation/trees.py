"""Trees: folders of documents as people keep them, and questions judged on them.

A tree is a folder, and a file of questions, one JSON object a line: {"question", "answers"}, where each
answer is the path of a file below the folder and where in its text what answers begins and ends. So questions
can be kept without the documents, which are others' work.
"""

import json
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from retrieval.articles import Article, Sentence, StoredSentence, normalise
from retrieval.changes import Change, batches
from retrieval.errors import ArticleError, JudgedSetError
from retrieval.evaluation.runs import JudgedSentences
from retrieval.index.protocol import Index
from retrieval.ingest.files import read_file
from retrieval.ingest.folders import contents_of

#: What stands in the text of a file and is not read: targets of links, attributes and tags.
_UNREAD = re.compile(r"\]\([^)]*\)|\{[^}]*\}|<[^>]*>")

#: The least share of what answers that a part of it must have to answer by itself, and the least letters of
#: that part. Chosen by eye.
_PART, _LEAST = 0.4, 15


@dataclass(frozen=True, slots=True)
class TreeQuestion:
    """A question on a tree, and the letters and digits of each passage that answers it."""

    text: str
    answers: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.text or not all(self.answers) or not self.answers:
            raise ValueError("a judged question has a text and answers")

    def is_answered_by(self, quote: str) -> bool:
        """Whether a quote is what answers, holds it, or is most of it."""
        quoted = letters(quote)
        return any(
            answer in quoted or (quoted in answer and len(quoted) >= max(_LEAST, _PART * len(answer)))
            for answer in self.answers
        )


def letters(text: str) -> str:
    """Return the letters and digits of a text that are read, whatever marks it has.

    >>> letters("See [the **Rope**](rope.md) 2")
    'seetherope2'
    """
    read = unicodedata.normalize("NFKC", _UNREAD.sub("]", text)).casefold()
    return "".join(filter(str.isalnum, read))


def read_tree(questions: Path, folder: Path) -> list[TreeQuestion]:
    """Return the questions of a file on the documents of a folder.

    Raises `JudgedSetError` where a line is no question, or what answers it is not there.
    """
    try:
        lines = questions.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JudgedSetError(questions, str(error)) from error
    return [_question(questions, number, line, folder) for number, line in enumerate(lines, 1)]


def _question(questions: Path, number: int, line: str, folder: Path) -> TreeQuestion:
    try:
        row = json.loads(line)
        return TreeQuestion(
            normalise(row["question"]),
            tuple(_passage(folder / name, start, end) for name, start, end in row["answers"]),
        )
    except OSError as error:
        raise JudgedSetError(questions, f"line {number}: {error.filename} cannot be read") from error
    except (ValueError, KeyError, TypeError) as error:
        raise JudgedSetError(questions, f"line {number} is no question with its answers") from error


def _passage(path: Path, start: int, end: int) -> str:
    return letters(path.read_text("utf-8", "replace")[start:end])


def fill_tree(index: Index, folder: Path) -> JudgedSentences:
    """Put the documents below a folder into an empty index; files that cannot be read are left out."""
    changes: dict[str, Change] = {}
    for path in contents_of(folder).readable:
        with suppress(ArticleError):
            for document in read_file(path):
                change = Change(document.article.id, document.article, document.units)
                changes.setdefault(document.article.digest, change)
    index.update(batches(enumerate(changes.values(), 1)))
    sentences, said = {}, {}
    for change in changes.values():
        if article := change.article:
            for unit in change.sentences:
                sentences[article.id, unit.number] = _stored(article, unit)
            for indexed in change.answering:
                said[article.id, indexed.number] = indexed.said(article.text)
    return JudgedSentences({place: f"{place[0]} {place[1]}" for place in sentences}, sentences, said)


def _stored(article: Article, unit: Sentence) -> StoredSentence:
    return StoredSentence(
        article.digest,
        article.language,
        unit.span,
        unit.span.of(article.text),
        title=article.title,
        published=article.published,
        kind=unit.kind,
        above=unit.above,
        origin=article.origin,
        locator=unit.locator,
    )
