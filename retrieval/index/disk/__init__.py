"""The index on disk, for corpora that memory would be too small or too slow for.

tantivy (`documents`) finds the articles of the best sentences; their packed terms, and how common each term
is, stand in SQLite (`statistics`). `reader` reads the two as they are at one moment; `index` keeps them in
step, and empties both when they are damaged or out of date.
"""

from pathlib import Path

#: The file of an index's folder without which there is no index in it.
DATABASE = "terms.sqlite3"


def is_index(folder: Path) -> bool:
    """Whether there is an index in a folder, whatever state it is in."""
    return (folder / DATABASE).exists()
