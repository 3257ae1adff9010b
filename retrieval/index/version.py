"""What tells this way of making terms from any other."""

from functools import cache
from importlib.metadata import version

#: The number of this way of making terms: raised whenever a text's terms change, so that every index is
#: made anew. `tests/golden/analysis.toml` pins the terms that belong to it.
ANALYSIS = 3

#: The libraries that take part in making terms: another version of theirs may make others.
_LIBRARIES = ("PyStemmer", "babel")


@cache
def analysis_mark() -> str:
    """Return what tells this way of making terms from any other: `ANALYSIS` and the libraries' versions."""
    return " ".join([str(ANALYSIS), *(f"{library} {version(library)}" for library in _LIBRARIES)])
