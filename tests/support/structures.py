"""Documents of golden files, and their units written as those files write them."""

import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from retrieval.articles import Document
from tests.support.paths import GOLDEN


def structures(name: str, source: str) -> list[Any]:
    """Return the cases of a golden file: the text that each has under `source`, and its units."""
    golden = tomllib.loads((GOLDEN / name).read_text("utf-8"))["structure"]
    return [pytest.param(case[source], case["units"], id=case["name"]) for case in golden]


def outline(document: Document, written: Callable[[str], str]) -> Iterator[str]:
    """Yield each unit as its kind, its text as `written` and what it stands under, the innermost first."""
    texts = [written(unit.span.of(document.article.text)) for unit in document.units]
    for unit, text in zip(document.units, texts, strict=True):
        yield " < ".join((f"{unit.kind}: {text}", *(texts[number] for number in reversed(unit.above))))
