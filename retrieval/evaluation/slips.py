"""Slips of typing, made on purpose for measuring and training: what people type for what they mean."""

import random
import tomllib
from collections.abc import Callable
from importlib.resources import files

#: Makes of a question the same question with a slip, whose place chance decides.
Slip = Callable[[str, random.Random], str]


def in_layout(question: str, _: random.Random) -> str:
    """Return what the keys of a question write in another layout: Latin for Cyrillic, and back."""
    layouts = tomllib.loads(files("retrieval.languages").joinpath("keyboards.toml").read_text("utf-8"))
    latin, russian, kazakh = (
        "".join(layouts[name]["plain"] + layouts[name]["shift"]) for name in ("qwerty", "russian", "kazakh")
    )
    if question.isascii():
        return question.translate(str.maketrans(latin, russian))
    cyrillic = kazakh if set(question.lower()) & set("әғқңөұүһі") else russian
    return question.translate(str.maketrans(cyrillic, latin))


def in_longest_word(change: Callable[[str, int], str]) -> Slip:
    """Return the slip that changes the longest word at a place of its inside."""

    def slip(question: str, chance: random.Random) -> str:
        word = max(question.split(), key=len)
        return question.replace(word, change(word, chance.randrange(1, max(2, len(word) - 2))), 1)

    return slip


#: Two letters changed about, a letter left out, one doubled, and another in its place.
LETTER_SLIPS: tuple[Slip, ...] = (
    in_longest_word(lambda word, at: word[:at] + word[at : at + 2][::-1] + word[at + 2 :]),
    in_longest_word(lambda word, at: word[:at] + word[at + 1 :]),
    in_longest_word(lambda word, at: word[: at + 1] + word[at:]),
    in_longest_word(lambda word, at: word[:at] + "аe"[word.isascii()] + word[at + 1 :]),
)
#: All slips by their names; "none" is what the others are compared with.
SLIPS: dict[str, Slip] = {
    "none": lambda question, _: question,
    **dict(zip(("changed about", "left out", "doubled", "another"), LETTER_SLIPS, strict=True)),
    "no ё": lambda question, _: question.replace("ё", "е").replace("Ё", "Е"),
    "і as и": lambda question, _: question.replace("і", "и").replace("І", "И"),
    "і as i": lambda question, _: question.replace("і", "i").replace("І", "I"),
    "layout": in_layout,
}
