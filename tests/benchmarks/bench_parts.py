"""Print what each part of the score adds: hit@1 with that part, and all before it.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_parts [--write]
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click
import numpy as np

from bot.assembly import passing_index
from bot.config import IndexKind
from retrieval.analysis.query_terms import foreign_query_terms
from retrieval.analysis.terms import Field, terms
from retrieval.articles import normalise
from retrieval.evaluation.judged import JudgedSet, read_judged_set
from retrieval.evaluation.runs import fill
from retrieval.index.bm25 import SAME_LANGUAGE, Level
from retrieval.index.candidates import Candidate
from retrieval.index.memory import LuceneBM25
from retrieval.index.query import Query
from retrieval.index.search import search
from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.tables import Cell, Table
from tests.support.analysing import analysed
from tests.support.paths import judged_folder

SAME = ("xdev-en", "xdev-ru", "kazdev", "selqa-test", "nqg-squad-test", "headline-nerel", "wikiqa-dev")
OTHER = ("xdev-en2ru", "xdev-ru2en")

_SENTENCE, _AROUND, _ARTICLE = Level.SENTENCE, Level.AROUND, Level.ARTICLE

PARTS: Mapping[str, Sequence[tuple[Level, Field]]] = {
    "stems": [(_SENTENCE, Field.STEM)],
    "+ 4-grams": [(_SENTENCE, Field.GRAM)],
    "+ the article": [(_ARTICLE, Field.STEM), (_ARTICLE, Field.GRAM)],
    "+ what stands around": [(_AROUND, Field.STEM), (_AROUND, Field.GRAM)],
}

#: The marks that keys begin with which come in: what has none is a name, @ a place, # a number.
KEYS: Mapping[str, str] = {
    "4-grams": "",
    "+ names": "n",
    "+ places": "n@",
    "+ numbers, money, dates": "n@#",
    "+ translations": "n@#t",
}


def same_language(judged: JudgedSet) -> dict[str, float]:
    """Return hit@1 with one part more each time, of candidates found with all of them."""
    right = dict.fromkeys(PARTS, 0)
    with passing_index(IndexKind.DISK) as index:
        ids = fill(index, judged.sentences).ids
        for name, text in judged.questions.items():
            asked = analysed(normalise(text))
            found = search(index, Query(asked, 200))
            parts: list[tuple[Level, Field]] = []
            for part, more in PARTS.items():
                parts += more
                best = max(found, key=lambda one: _mixed(one, parts), default=None)
                right[part] += bool(best and ids[best.place] in judged.relevant[name])
    return {part: count / len(judged.questions) for part, count in right.items()}


def _mixed(candidate: Candidate, parts: Sequence[tuple[Level, Field]]) -> float:
    return sum(SAME_LANGUAGE[part] * candidate.scores.get(part, 0.0) for part in parts)


def other_language(judged: JudgedSet) -> dict[str, float]:
    """Return hit@1 with one kind of keys more each time, every sentence scored."""
    held = [terms(row["text"], row["lang"]) for row in judged.sentences]
    names = [row["id"] for row in judged.sentences]
    grams = LuceneBM25([one.gram for one in held], Field.GRAM)
    stems = LuceneBM25([one.stem for one in held], Field.STEM)
    figures = {}
    for part, marks in KEYS.items():
        keys = LuceneBM25([[*_marked(one.key, marks), "?"] for one in held], Field.KEY)
        right = 0
        written_in = judged.sentences[0]["lang"]
        for name, text in judged.questions.items():
            asked = foreign_query_terms(analysed(normalise(text)), written_in)
            wanted = dict.fromkeys(_marked(asked[Field.KEY], marks), 1.0)
            scores = keys.weighted_scores(wanted) + 0.5 * grams.weighted_scores(asked[Field.GRAM])
            if "t" in marks:
                scores += 2 * stems.weighted_scores(asked[Field.STEM])
            right += names[int(np.argmax(scores))] in judged.relevant[name]
        figures[part] = right / len(judged.questions)
    return figures


def _marked(keys: Iterable[str], marks: str) -> list[str]:
    return [key for key in keys if (key[0] if key[0] in "@#" else "n") in marks]


def table(
    title: str, folder: Path, sets: Sequence[str], measured: Callable[[JudgedSet], dict[str, float]]
) -> Table:
    """Return a table with a column for each set and a row for each part."""
    figures = {name: measured(read_judged_set(folder / "sets" / name)) for name in sets}
    parts = next(iter(figures.values()))
    rows: list[list[Cell]] = [[part, *(round(figures[name][part], 3) for name in sets)] for part in parts]
    return Table.of(title, ("with", *sets), rows)


def measure(folder: Path) -> Iterator[Table]:
    """Yield a table of what is asked in the language of the articles, and one of what is not."""
    yield table("hit@1 in the same language", folder, SAME, same_language)
    yield table("hit@1 in another language", folder, OTHER, other_language)


@click.command()
@writing
def main(write: bool) -> None:
    """Print what each part of the score adds."""
    publish(begin("parts"), measure(judged_folder()), write=write)


if __name__ == "__main__":
    main()
