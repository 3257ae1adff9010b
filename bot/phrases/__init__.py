"""What the bot itself says; articles' own words never pass through here.

`en.ftl`, `ru.ftl` and `kk.ftl` hold the phrases, a Fluent file a language, from which `Phrases` gives them.
`courtesies.toml` holds the messages that only greet, thank or ask about the bot, which `courtesy` knows.
"""

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from fluent.runtime import FluentBundle, FluentResource

#: The languages that the bot speaks; the first stands in for any other.
LANGUAGES = ("en", "ru", "kk")

#: Fluent refuses to fill in more, lest a phrase of phrases grow without end.
_LONGEST_VALUE = 1_000


class Phrases:
    """The phrases of one language, by their names.

    >>> Phrases("en")("receipt-sentences", count=1)
    '1 sentence'
    """

    def __init__(self, language: str | None) -> None:
        """Take the phrases of `language` (ru, ru-RU, ru_RU.UTF-8), English where it is not spoken."""
        code = re.split("[-_.@]", (language or "").lower())[0]
        self.language = code if code in LANGUAGES else LANGUAGES[0]

    def in_language(self, language: str) -> "Phrases":
        """Return the phrases of another language if it is spoken, else these."""
        return Phrases(language) if language in LANGUAGES else self

    def __call__(self, name: str, /, **values: Any) -> str:
        """Return a phrase with its values filled in; a name that there is not is a KeyError."""
        bundle = _bundle(self.language)
        pattern = bundle.get_message(name).value
        if pattern is None:
            raise KeyError(name)
        fitting = {key: _cut(value) if isinstance(value, str) else value for key, value in values.items()}
        text, errors = bundle.format_pattern(pattern, fitting)
        if errors:
            raise errors[0]
        # CLDR joins the groups of a number with a no-break space, which nobody can type or search.
        return str(text).replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else f"{value[: _LONGEST_VALUE - 1]}…"


@cache
def _bundle(language: str) -> FluentBundle:
    # The marks that isolate right-to-left values are visible boxes in some terminals.
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(files(__name__).joinpath(f"{language}.ftl").read_text("utf-8")))
    return bundle


class CourtesyKind(StrEnum):
    """What a message is that asks nothing of the articles."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    #: It asks who is spoken to, or what that can do; or what there is to be asked about.
    IDENTITY = "identity"
    CONTENTS = "contents"
    #: Further results are wanted; or it answers a question that nobody asked.
    MORE = "more"
    ASSENT = "assent"


class Courtesy(NamedTuple):
    """A message that asks nothing of the articles, and its language."""

    kind: CourtesyKind
    language: str


@cache
def _courtesies() -> dict[str, Courtesy]:
    table = tomllib.loads(files(__name__).joinpath("courtesies.toml").read_text("utf-8"))
    return {
        phrase: Courtesy(CourtesyKind(kind), language)
        for kind, languages in table.items()
        for language, phrases in languages.items()
        for phrase in phrases
    }


def courtesy(text: str) -> Courtesy | None:
    """Return what a message is that only greets, thanks or asks about the bot; None if it says more."""
    if text.lstrip().startswith("/"):
        return None
    phrase = " ".join("".join(letter if letter.isalpha() else " " for letter in text.casefold()).split())
    return _courtesies().get(phrase)
