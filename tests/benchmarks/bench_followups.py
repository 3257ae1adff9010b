"""Print how often the second of two questions is answered rightly, with the first one known and without.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_followups [--lexical] [-v] [--write]

With the bundled model, or by words alone.
The cases are those of tests/golden/followups: half of them were looked at while the rules were made, half
were kept apart. Those over the sample articles are asked there, the others in their judged set. With -v,
what became of each is printed too.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Literal

import click

from bot.assembly import assemble, passing_index, remembering
from bot.config import Config, EmbedderKind, SemanticSettings
from retrieval.analysis.analysed_text import AnalysedText
from retrieval.answers.answerer import Answerer
from retrieval.answers.highlight import highlight
from retrieval.answers.searcher import Searcher
from retrieval.evaluation.judged import read_judged_set
from retrieval.evaluation.runs import fill
from retrieval.questions.antecedents import names_answering
from retrieval.questions.followups import EarlierQuestion, followup_after
from retrieval.questions.question import Question
from retrieval.semantic.embedder import Embedder
from retrieval.semantic.embedders.bundled import BundledEmbedder
from retrieval.semantic.similarity import words_only
from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.tables import Cell, Table
from tests.support.answering import answered
from tests.support.followup_cases import Case, cases, follow_up
from tests.support.paths import judged_folder

#: Whether the right sentence came first, and among the first three, without the first question and with it.
Outcome = tuple[bool, bool, bool, bool]

Half = Literal["tuned", "kept"]

HALVES: tuple[Half, ...] = ("tuned", "kept")


def on_samples(answerer: Answerer, case: Case) -> Outcome:
    """Ask the sample articles."""
    places = []
    for previous in ([], [answered(answerer, case.previous)]):
        found = answerer.ask(case.question, limit=3, previous=previous).citations
        right = [case.evidence is not None and case.evidence in one.quote for one in found]
        places += [any(right[:1]), any(right)]
    return (places[0], places[1], places[2], places[3])


def first_answered(searcher: Searcher, text: str) -> EarlierQuestion:
    """Return a text as a question that was asked of a judged set and answered."""
    question = Question.of(text)
    names = tuple[str, ...]()
    evidence = searcher.find(question).evidence
    if evidence and evidence[0].probability >= Config().answers.min_confidence:
        first = evidence[0].sentence
        if first.language == question.language:
            quote = AnalysedText.of(first.text, first.language)
            names = names_answering(question.whole, quote, highlight(question.whole, quote))
    return question.as_earlier(names=names)


def in_sets(folder: Path, every: Sequence[Case], embedder: Embedder | None) -> Iterator[tuple[Case, Outcome]]:
    """Ask the judged sets."""
    for name in sorted({case.set for case in every if case.set}):
        judged = read_judged_set(folder / "sets" / name)
        with passing_index() as index:
            filled = fill(index, judged.sentences)
            similarity_of = filled.similarity_of(embedder) if embedder else words_only
            searcher = Searcher.over(index, filled, similarity_of)
            for case in (case for case in every if case.set == name):
                places = []
                alone = Question.plain(case.question)
                before = first_answered(searcher, case.previous)
                after = followup_after(alone.analysed, [before])
                for followup in (None, after):
                    found = searcher.find(replace(alone, followup=followup)).evidence[:3]
                    right = [filled.ids[one.place] in case.relevant for one in found]
                    places += [any(right[:1]), any(right)]
                yield case, (places[0], places[1], places[2], places[3])


def outcomes(
    folder: Path, every: Sequence[Case], embedder: Embedder | None
) -> Iterator[tuple[Case, Outcome]]:
    """Yield what became of each case."""
    with ExitStack() as stack:
        place = stack.enter_context(tempfile.TemporaryDirectory())
        kind = EmbedderKind.BUNDLED if embedder else EmbedderKind.NONE
        config = Config(data=Path(place) / "derek", semantic=SemanticSettings(kind=kind))
        derek = stack.enter_context(assemble(config))
        if derek.semantic_index:
            derek.semantic_index.follow()
        for case in every:
            if not case.set:
                yield case, on_samples(derek.answerer, case)
    yield from in_sets(folder, every, embedder)


def counts(half: str, outcome_of: Sequence[tuple[Case, Outcome]]) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each language, and for those that lean on the first question and those that do not."""
    for title, chosen in (
        *(
            (language, [row for row in outcome_of if row[0].lang == language])
            for language in ("en", "ru", "kk")
        ),
        ("leaning", [row for row in outcome_of if row[0].follows]),
        ("alone", [row for row in outcome_of if not row[0].follows]),
    ):
        first, three, first_with, three_with = (
            sum(column) for column in zip(*(outcome for _, outcome in chosen), strict=True)
        )
        yield half, title, len(chosen), first, first_with, three, three_with


def tables(outcomes_of: Mapping[Half, Sequence[tuple[Case, Outcome]]], *, verbose: bool) -> Iterator[Table]:
    """Yield how many cases went well, which questions were taken for what they are not, and every case."""
    yield Table.of(
        "The right sentence, without the first question and with it",
        ("half", "kind", "cases", "first without", "first with", "among three without", "among three with"),
        (row for half, outcome_of in outcomes_of.items() for row in counts(half, outcome_of)),
    )
    asked = [(half, case, outcome) for half, rows in outcomes_of.items() for case, outcome in rows]
    yield Table.of(
        "Taken wrongly",
        ("half", "case", "first question", "second question"),
        (
            (half, case.id, case.previous, case.question)
            for half, case, _ in asked
            if (follow_up(case.question, case.previous) is not None) is not case.follows
        ),
    )
    if verbose:
        yield Table.of(
            "Every case",
            (
                "half",
                "case",
                "first without",
                "among three without",
                "first with",
                "among three with",
                "asked",
            ),
            (
                (half, case.id, *map(int, outcome), f"{case.previous} {case.question}")
                for half, case, outcome in asked
            ),
        )


def measure(folder: Path, *, lexical: bool, verbose: bool) -> Iterator[Table]:
    """Yield the tables of both halves."""
    with ExitStack() as stack:
        embedder = None
        if not lexical:
            bundled = remembering(BundledEmbedder(threads=os.cpu_count() or 1))
            embedder = stack.enter_context(closing(bundled))
        outcomes_of = {half: list(outcomes(folder, cases(half), embedder)) for half in HALVES}
    yield from tables(outcomes_of, verbose=verbose)


@click.command()
@click.option("--lexical", is_flag=True, help="Compare words alone, and not meanings.")
@click.option("-v", "--verbose", is_flag=True, help="Print what became of each case.")
@writing
def main(lexical: bool, verbose: bool, write: bool) -> None:
    """Print how often the second of two questions is answered rightly."""
    begun = begin("followups-lexical" if lexical else "followups", "-v" if verbose else "")
    publish(begun, measure(judged_folder(), lexical=lexical, verbose=verbose), write=write)


if __name__ == "__main__":
    main()
