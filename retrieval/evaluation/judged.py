"""Judged sets: sentences, questions, and which sentences answer which.

A judged set is a folder: `sentences.jsonl` {"id", "doc", "lang", "text"} in document order,
`questions.jsonl` {"id", "text"}, `qrels.tsv` question id, sentence id, 1, and perhaps
`unanswerable.jsonl`, questions that the set does not answer. The pipeline does not learn the language of a
question from it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import JudgedSetError


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Sentences, questions by their id, and the ids of the sentences that answer each.

    A sentence is a row with the keys "id", "doc", "lang" and "text".
    """

    name: str
    sentences: Sequence[Mapping[str, str]]
    questions: Mapping[str, str]
    relevant: Mapping[str, frozenset[str]]
    unanswerable: Mapping[str, str]

    def limited_to(self, ids: Iterable[str]) -> "JudgedSet":
        """Return the set with only these of its answerable questions."""
        wanted = set(ids)
        kept = {name: text for name, text in self.questions.items() if name in wanted}
        return JudgedSet(self.name, self.sentences, kept, self.relevant, self.unanswerable)


def read_judged_set(folder: Path) -> JudgedSet:
    """Return the judged set in a folder.

    Raises `JudgedSetError`.
    """
    questions = {row["id"]: row["text"] for row in _rows(folder / "questions.jsonl", "id", "text")}
    relevant: defaultdict[str, set[str]] = defaultdict(set)
    for number, line in enumerate(_lines(folder / "qrels.tsv"), 1):
        fields = line.split("\t")
        if len(fields) != 3:
            raise JudgedSetError(folder / "qrels.tsv", f"line {number} is no question, sentence and 1")
        relevant[fields[0]].add(fields[1])
    unanswerable = folder / "unanswerable.jsonl"
    return JudgedSet(
        name=folder.resolve().name,
        sentences=list(_rows(folder / "sentences.jsonl", "id", "doc", "lang", "text")),
        questions={name: text for name, text in questions.items() if name in relevant},
        relevant={name: frozenset(ids) for name, ids in relevant.items()},
        unanswerable={row["id"]: row["text"] for row in _rows(unanswerable, "id", "text")}
        if unanswerable.exists()
        else {},
    )


def read_ids(path: Path) -> list[str]:
    """Return the question ids in a file, one a line.

    Raises `JudgedSetError`.
    """
    return [line.strip() for line in _lines(path)]


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text("utf-8").split("\n") if line.strip()]
    except OSError as error:
        raise JudgedSetError(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise JudgedSetError(path, "it is not UTF-8") from error


def _rows(path: Path, *names: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(path), 1):
        try:
            row = json.loads(line)
            yield {name: str(row[name]) for name in names}
        except (ValueError, KeyError, TypeError) as error:
            raise JudgedSetError(path, f"line {number} is no object with {', '.join(names)}") from error
