"""Where the project's own files lie, and the judged data."""

import os
from pathlib import Path

from click import ClickException

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
SEEDS = ROOT / "seeds"


def judged_folder() -> Path:
    """Return the folder of judged questions and gold data.

    Raises `ClickException` where DEREK_EVAL names none.
    """
    folder = os.environ.get("DEREK_EVAL")
    if not folder:
        raise ClickException("DEREK_EVAL does not name the folder with the judged data")
    return Path(folder)
