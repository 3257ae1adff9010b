"""Print how often the second of two questions is answered rightly, with the first one known and without.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_followups [--lexical] [-v]

With the bundled model, or by words alone.
The cases are those of tests/golden/followups: half of them were looked at while the rules were made, half
were kept apart. Those over the sample articles are asked there, the others in their judged set.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Literal

from bot.assembly import assemble, passing_index, remembering
from bot.config import Config, EmbedderKind, SemanticSettings
from retrieval.answers.answerer import Answerer
from retrieval.answers.searcher import Searcher
from retrieval.evaluation.judged import read_judged_set
from retrieval.evaluation.runs import fill
from retrieval.questions.question import Question
from retrieval.semantic.embedder import Embedder
from retrieval.semantic.embedders.bundled import BundledEmbedder
from retrieval.semantic.similarity import words_only
from tests.support.answering import earlier
from tests.support.followup_cases import Case, cases, follow_up

#: Whether the right sentence came first, and among the first three, without the first question and with it.
Outcome = tuple[bool, bool, bool, bool]


def on_samples(answerer: Answerer, case: Case) -> Outcome:
    """Ask the sample articles."""
    places = []
    for previous in ([], earlier(case.previous)):
        found = answerer.ask(case.question, limit=3, previous=previous).citations
        right = [case.evidence is not None and case.evidence in one.quote for one in found]
        places += [any(right[:1]), any(right)]
    return (places[0], places[1], places[2], places[3])


def in_sets(every: list[Case], embedder: Embedder | None) -> Iterator[tuple[Case, Outcome]]:
    """Ask the judged sets."""
    for name in sorted({case.set for case in every if case.set}):
        judged = read_judged_set(Path(os.environ["DEREK_EVAL"]) / "sets" / name)
        with passing_index() as index:
            filled = fill(index, judged.sentences)
            similarity_of = filled.similarity_of(embedder) if embedder else words_only
            searcher = Searcher.over(index, filled, similarity_of)
            for case in (case for case in every if case.set == name):
                places = []
                alone = Question.plain(case.question)
                for followup in (None, follow_up(case.question, case.previous)):
                    found = searcher.find(replace(alone, followup=followup)).evidence[:3]
                    right = [filled.ids[one.article_id, one.number] in case.relevant for one in found]
                    places += [any(right[:1]), any(right)]
                yield case, (places[0], places[1], places[2], places[3])


def outcomes(which: Literal["tuned", "kept"], embedder: Embedder | None) -> Iterator[tuple[Case, Outcome]]:
    """Yield what became of each case."""
    every = cases(which)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        kind = EmbedderKind.BUNDLED if embedder else EmbedderKind.NONE
        config = Config(data=Path(folder) / "derek", semantic=SemanticSettings(kind=kind))
        derek = stack.enter_context(assemble(config))
        if derek.semantic_index:
            derek.semantic_index.follow()
        for case in every:
            if not case.set:
                yield case, on_samples(derek.answerer, case)
    yield from in_sets(every, embedder)


def main() -> None:
    """Print a line for each half and language, and which questions were taken for what they are not."""
    if not os.environ.get("DEREK_EVAL"):
        sys.exit("DEREK_EVAL does not name the folder with the judged data")
    lexical = "--lexical" in sys.argv
    embedder = None if lexical else remembering(BundledEmbedder(threads=os.cpu_count() or 1))
    for which in ("tuned", "kept"):
        found = list(outcomes(which, embedder))
        for title, chosen in (
            *(
                (language, [one for one in found if one[0].lang == language])
                for language in ("en", "ru", "kk")
            ),
            ("leaning", [one for one in found if one[0].follows]),
            ("alone", [one for one in found if not one[0].follows]),
        ):
            first, three, first_with, three_with = (
                sum(column) for column in zip(*(one[1] for one in chosen), strict=True)
            )
            sys.stdout.write(
                f"{which:6}{title:8}{len(chosen):3} cases: first {first} without, {first_with} with;"
                f" among three {three} without, {three_with} with\n"
            )
        for case, _ in found:
            if (follow_up(case.question, case.previous) is not None) is not case.follows:
                sys.stdout.write(f"   taken wrongly: {case.id} {case.previous} {case.question}\n")
        if "-v" in sys.argv:
            for case, places in found:
                sys.stdout.write(f"   {case.id} {places}  {case.previous} {case.question}\n")
    if embedder:
        embedder.close()


if __name__ == "__main__":
    main()
