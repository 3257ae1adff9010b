"""Print how often the right sentence still comes first when a question was typed with slips.

DEREK_EVAL=FOLDER python tests/benchmarks/bench_slips.py

The slips are seeded: two letters changed about, one left out, doubled or another in its place, in the
longest word; ё without its dots; Kazakh і typed as и or as Latin i; the whole question in another
keyboard layout. Each is asked as users ask it, with the whole pipeline.
"""

import os
import random
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

from bot.assembly import passing_index
from retrieval.articles import normalise
from retrieval.evaluation import JudgedSet, fill, read_judged_set
from retrieval.rank import Searcher

SETS = ("xdev-en", "xdev-ru", "kazdev")

Slip = Callable[[str, random.Random], str]


def in_layout(question: str, _: random.Random) -> str:
    """Return what the keys of a question write in another layout: Latin for Cyrillic, and back."""
    layouts = tomllib.loads(files("retrieval.languages").joinpath("keyboards.toml").read_text("utf-8"))
    latin, russian, kazakh = (
        "".join(layouts[name]["plain"] + layouts[name]["shift"]) for name in ("qwerty", "russian", "kazakh")
    )
    if question.isascii():
        return question.translate(str.maketrans(latin, russian))
    own = kazakh if set(question.lower()) & set("әғқңөұүһі") else russian
    return question.translate(str.maketrans(own, latin))


def in_longest_word(change: Callable[[str, int], str]) -> Slip:
    """Return the slip that changes the longest word at a place of its inside."""

    def slip(question: str, chance: random.Random) -> str:
        word = max(question.split(), key=len)
        return question.replace(word, change(word, chance.randrange(1, max(2, len(word) - 2))), 1)

    return slip


LETTER_SLIPS: tuple[Slip, ...] = (
    in_longest_word(lambda word, at: word[:at] + word[at : at + 2][::-1] + word[at + 2 :]),
    in_longest_word(lambda word, at: word[:at] + word[at + 1 :]),
    in_longest_word(lambda word, at: word[: at + 1] + word[at:]),
    in_longest_word(lambda word, at: word[:at] + "аe"[word.isascii()] + word[at + 1 :]),
)
SLIPS: dict[str, Slip] = {
    "none": lambda question, _: question,
    **dict(zip(("changed about", "left out", "doubled", "another"), LETTER_SLIPS, strict=True)),
    "no ё": lambda question, _: question.replace("ё", "е").replace("Ё", "Е"),
    "і as и": lambda question, _: question.replace("і", "и").replace("І", "И"),
    "і as i": lambda question, _: question.replace("і", "i").replace("І", "I"),
    "layout": in_layout,
}


def measured(judged: JudgedSet) -> Iterator[str]:
    """Yield one line of figures for each slip that the set's questions can hold."""
    with passing_index() as index:
        filled = fill(index, judged.sentences)
        for name, slip in SLIPS.items():
            chance = random.Random(1)  # noqa: S311  slips, not secrets
            typed = {number: slip(text, chance) for number, text in judged.questions.items()}
            changed = [number for number, text in typed.items() if text != judged.questions[number]]
            if not changed and name != "none":
                continue
            right = {True: 0, False: 0}
            for number in changed or typed:
                for slipped, text in ((True, typed[number]), (False, judged.questions[number])):
                    best = next(iter(Searcher(index, filled.read).find(normalise(text)).evidence), None)
                    right[slipped] += bool(
                        best and filled.ids[best.article_id, best.number] in judged.relevant[number]
                    )
            count = len(changed or typed)
            yield (
                f"{judged.name:10}{name:16}{count:5} questions  hit@1 {right[True] / count:.3f},"
                f" rightly typed {right[False] / count:.3f}"
            )


def main() -> None:
    """Print one line for each set and slip."""
    folder = os.environ.get("DEREK_EVAL")
    if not folder:
        sys.exit("DEREK_EVAL does not name the folder with the judged data")
    for name in SETS:
        for line in measured(read_judged_set(Path(folder) / "sets" / name)):
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
