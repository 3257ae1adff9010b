"""Count which letters follow which in each language, for telling encodings apart.

DEREK_EVAL=FOLDER python -m retrieval.training.letters FOLDER

English, Russian and Kazakh are counted in judged sets with an open licence; FOLDER has a text in UTF-8 for
each further language, named by its code, as de.txt, with a sentence in each line.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import click

from retrieval.articles import normalise
from retrieval.evaluation.judged import read_judged_set
from retrieval.ingest.letters import KINDS, SHAPES, as_row, costs_in, folded, kind_of, shape_of
from retrieval.training.inputs import judged_sets

LETTERS = Path(__file__).parents[1] / "ingest" / "letters.json"

#: The sets that letters are counted in. Of kazdev the first half: the other one measures.
COUNTED_IN = {
    "en": ("flores-ru2en", "xdev-en", "selqa-dev"),
    "ru": ("flores-en2ru", "danetqa-ru"),
    "kk": ("flores-en2kk", "kazdev"),
}
_HALVED = "kazdev"

#: How often a character stands in a million to be a symbol of its own, and how many counts the frequency of
#: a letter by itself weighs where it is asked what follows another. Chosen by eye.
_LEAST_IN_A_MILLION, _BACKOFF = 3, 10

#: Texts in old encodings have ASCII in place of these, so each text is counted in both ways.
_IN_ASCII = str.maketrans({"«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "’": "'", "–": "-", "—": "-"})


def counted(lines: Iterable[str]) -> tuple[dict[str, object], Counter[tuple[int, int]]]:
    """Return the letters of a language as they are kept, and how often which shape follows which."""
    lines = [f" {normalise(line)} " for line in lines]
    text = "".join([*lines, *(line.translate(_IN_ASCII) for line in lines)])
    pairs = Counter(pairwise(text))
    single = Counter(map(folded, text))
    least = len(text) * _LEAST_IN_A_MILLION / 1e6
    symbols = sorted(char for char, count in single.items() if count >= least)
    names = [*symbols, *KINDS]
    place = {name: at for at, name in enumerate(names)}

    def place_of(char: str) -> int:
        small = folded(char)
        return place[small] if small in place else place[kind_of(small)]

    shapes: Counter[tuple[int, int]] = Counter()
    table = [[0.0] * len(names) for _ in names]
    for (before, after), count in pairs.items():
        table[place_of(before)][place_of(after)] += count
        shapes[shape_of(before), shape_of(after)] += count
    costs = costs_in([as_row(_costs(row, names, table)) for row in table])
    usual, spread = _usual(pairs, lambda before, after: costs[place_of(before)][place_of(after)])
    return {"symbols": symbols, "costs": [as_row(list(row)) for row in costs]} | {
        "usual": round(usual, 2),
        "spread": round(spread, 2),
    }, shapes


def _costs(row: Sequence[float], names: Sequence[str], table: Sequence[Sequence[float]]) -> list[float]:
    """Return what each symbol costs behind one behind which they were counted so often."""
    every = [sum(column) + 0.5 for column in zip(*table, strict=True)]
    total, here = sum(every), sum(row)
    return [
        -math.log((count + _BACKOFF * alone / total) / (here + _BACKOFF) / KINDS.get(name, 1))
        for name, count, alone in zip(names, row, every, strict=True)
    ]


def _usual(pairs: Counter[tuple[str, str]], cost: Callable[[str, str], float]) -> tuple[float, float]:
    """Return the mean and the standard deviation of what pairs with a letter outside of ASCII cost."""
    costs = [(cost(*pair), count) for pair, count in pairs.items() if not "".join(pair).isascii()]
    total = sum(count for _, count in costs)
    mean = sum(one * count for one, count in costs) / total
    return mean, math.sqrt(sum((one - mean) ** 2 * count for one, count in costs) / total)


def _texts(sets: Path, folder: Path) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for language, names in COUNTED_IN.items():
        texts[language] = []
        for name in names:
            sentences = [row["text"] for row in read_judged_set(sets / name).sentences]
            texts[language] += sentences[: len(sentences) // 2] if name == _HALVED else sentences
    for path in sorted(folder.glob("*.txt")):
        texts[path.stem] = path.read_text("utf-8").splitlines()
    return texts


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Write the letters of each language."""
    languages, shapes = {}, Counter[tuple[int, int]]()
    for language, lines in _texts(judged_sets(), folder).items():
        languages[language], of_language = counted(lines)
        shapes.update(of_language)
    places = range(len(SHAPES))
    rows = []
    for before in places:
        counts = [shapes[before, after] + 0.5 for after in places]
        rows.append(as_row([-math.log(count / sum(counts)) for count in counts]))
    LETTERS.write_text(
        json.dumps({"shapes": rows, "languages": languages}, ensure_ascii=False) + "\n", "utf-8"
    )
    click.echo(f"{LETTERS.name}: {', '.join(languages)}")


if __name__ == "__main__":
    main()
