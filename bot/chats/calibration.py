"""The least confidence that was fitted to what people thought of the answers."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from retrieval.errors import StoreUnusableError
from retrieval.storage.database import Database


@dataclass(frozen=True, slots=True)
class Calibration:
    """A least confidence, to how many judged answers it was fitted, and when."""

    min_confidence: float
    judged: int
    at: datetime

    def __post_init__(self) -> None:
        if not 0 <= self.min_confidence <= 1:
            raise ValueError("a confidence lies between 0 and 1")


def calibration_in(history: Path) -> Calibration | None:
    """Return what was fitted, by the file of a history, which is not made if there is none.

    No answer fails for want of it: an older Derek's history has none, and a damaged one says so itself when
    something is to be remembered.
    """
    if not history.exists():
        return None
    database = Database(history)
    try:
        rows = database.rows("SELECT min_confidence, judged, at FROM calibration")
    except StoreUnusableError:
        return None
    finally:
        database.close()
    return next((Calibration(least, judged, datetime.fromisoformat(at)) for least, judged, at in rows), None)
