"""Rows in pages of one size: what follows shares the pages of what was before, and nothing is copied."""

from collections.abc import Sequence
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound="np.generic[Any]")


def filled(
    pages: Sequence[NDArray[Number]],
    size: int,
    rows: NDArray[Number],
    page: int,
    order: Literal["C", "F"] = "C",
) -> Sequence[NDArray[Number]]:
    """Return pages of `page` rows each with more rows behind the first `size`.

    What stands before is left alone, and what stood behind is written over: only one may follow each.
    """
    result = list(pages)
    at = 0
    while at < len(rows):
        number, place = divmod(size + at, page)
        if number == len(result):
            result.append(np.empty((page, rows.shape[1]), rows.dtype, order))
        part = rows[at : at + page - place]
        result[number][place : place + len(part)] = part
        at += len(part)
    return result
