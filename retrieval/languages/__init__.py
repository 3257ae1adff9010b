"""The languages that Derek knows: which one a text is in, and what is known of each, as data.

What is known of a language stands in TOML files in a folder named by its code, so that whoever
speaks the language can correct it without reading code.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

#: The languages with knowledge of their own; every other is split and found by its words alone.
KNOWN = ("en", "ru", "kk")

#: What a text is called whose language nobody could tell.
UNDETERMINED = "und"


@cache
def knowledge(language: str, name: str) -> dict[str, Any]:
    """Return the table `name`.toml of a known `language`."""
    return tomllib.loads(files(__name__).joinpath(language, f"{name}.toml").read_text("utf-8"))


def entries(groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the words of a table whose words stand in groups."""
    return (word for group in groups.values() for word in group)
