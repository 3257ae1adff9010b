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

    The last of the pages is written into: what stands before is left alone, what stood behind is written
    over. So the same pages must not be filled twice, or the second rows take the place of the first.
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
