"""Print what documents answer to the questions that they state themselves.

python -m tests.benchmarks.bench_headings FOLDER [--count N] [--meaning] [-v]

Asked are, word for word, the headings of three words and more and the questions of the articles below a
folder, if no other says the same; of an article with a `question` in its front matter, that one. The right
answer stands under what was asked: in its part of the article, or in its article. An echo is the question
given as its own answer.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from bot.assembly import Derek, assemble_folder
from bot.config import Config, EmbedderKind, SemanticSettings
from retrieval.answers.citations import Citation, Status
from retrieval.articles import Sentence, SentenceKind
from tests.benchmarks.tables import Table, to_text

_ASKED = frozenset({SentenceKind.HEADING, SentenceKind.QUESTION})

#: How many words a heading must have to ask for anything in particular: not "Example".
_LEAST = 3


@dataclass(frozen=True, slots=True)
class Stated:
    """A question that an article states, and where its answer stands: in some units, or anywhere in it."""

    text: str
    article_id: str
    units: frozenset[int] | None

    def is_answered_by(self, citation: Citation, units: tuple[Sentence, ...]) -> bool:
        """Whether a citation stands under the question."""
        if citation.article_id != self.article_id:
            return False
        return self.units is None or any(
            unit.span == citation.span and unit.number in self.units for unit in units
        )

    def is_echoed_by(self, citation: Citation) -> bool:
        """Whether a citation only says it again."""
        return self.text.rstrip("?") in citation.quote and len(citation.quote) <= len(self.text) + 8


def stated(derek: Derek) -> Iterator[Stated]:
    """Yield the questions that the articles state: in the front matter, or else in the text."""
    for entry in derek.store.catalogue():
        article, units = derek.store.read(entry.article_id)
        if article.names:
            yield Stated(article.names[0], article.id, None)
            continue
        for unit in units:
            text = unit.span.of(article.text).lstrip("0123456789. ")
            below = (other for other in units if unit.number in other.above and other.kind.answers)
            numbers = frozenset(other.number for other in below)
            if unit.kind in _ASKED and numbers and len(text.split()) >= _LEAST:
                yield Stated(text, article.id, numbers)


def unique(questions: Iterable[Stated]) -> list[Stated]:
    """Return the questions that are stated once, in an order of their own."""
    every = sorted(questions, key=lambda question: (question.article_id, question.text))
    counts = Counter(question.text.casefold() for question in every)
    return [question for question in every if counts[question.text.casefold()] == 1]


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--count", default=100, show_default=True, help="How many questions to ask, drawn by chance.")
@click.option("--meaning", is_flag=True, help="Compare meanings as well, which embeds all sentences first.")
@click.option("-v", "--verbose", is_flag=True, help="Print those that were not answered rightly.")
def main(folder: Path, count: int, meaning: bool, verbose: bool) -> None:
    """Ask, and print one row."""
    kind = EmbedderKind.BUNDLED if meaning else EmbedderKind.NONE
    with tempfile.TemporaryDirectory() as data:
        config = Config(data=Path(data) / "derek", semantic=SemanticSettings(kind=kind))
        with assemble_folder(config, folder) as (derek, _):
            derek.index.follow()
            if derek.semantic_index:
                derek.semantic_index.follow()
            every = unique(stated(derek))
            drawn = random.Random(1).sample(every, min(count, len(every)))  # noqa: S311  not secret
            answered, echoed, first, among = 0, 0, 0, 0
            for question in drawn:
                answer = derek.answerer.ask(question.text)
                cited = answer.citations if answer.status is Status.ANSWERED else ()
                units = derek.store.sentences(question.article_id)
                right = [question.is_answered_by(citation, units) for citation in cited]
                answered += bool(cited)
                echoed += any(map(question.is_echoed_by, cited[:1]))
                first, among = first + any(right[:1]), among + any(right)
                if verbose and not any(right[:1]):
                    click.echo(f"{question.text}\n    {cited[0].quote if cited else '–'}", err=True)
    columns = ("questions", "asked", "answered", "echoed", "right first", "among three")
    row = (len(every), len(drawn), answered, echoed, first, among)
    click.echo(to_text(Table.of("Questions that documents state", columns, [row])))


if __name__ == "__main__":
    main()
