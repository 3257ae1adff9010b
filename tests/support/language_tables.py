"""The tables of languages as they stand in their files."""

import tomllib
from importlib.resources import files
from typing import Any


def language_table(language: str, name: str) -> dict[str, Any]:
    """Return what the file of a table says."""
    path = files("retrieval.languages").joinpath(language, f"{name}.toml")
    return tomllib.loads(path.read_text("utf-8"))
