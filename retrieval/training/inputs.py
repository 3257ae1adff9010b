"""What training reads: the judged sets, their vectors, and an index to put them into."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from platformdirs import user_cache_path

from retrieval.evaluation.cached_embedder import CachedEmbedder
from retrieval.index.disk.index import DiskIndex
from retrieval.index.protocol import Index
from retrieval.index.version import analysis_mark
from retrieval.semantic.embedder import Embedder, TokenEmbedder
from retrieval.semantic.embedders.bundled import BundledEmbedder


def judged_sets() -> Path:
    """Return the folder of the judged sets, which the environment names.

    Raises `click.ClickException`.
    """
    folder = os.environ.get("DEREK_EVAL")
    if not folder:
        raise click.ClickException("DEREK_EVAL does not name the folder with the judged data")
    return Path(folder) / "sets"


def trees() -> Path:
    """Return the folder with a folder of documents for each tree, which the environment names.

    Raises `click.ClickException`.
    """
    folder = os.environ.get("DEREK_TREES")
    if not folder:
        raise click.ClickException(
            "DEREK_TREES does not name the folder of documents; retrieval/training/trees/README.md says which"
        )
    return Path(folder)


def token_embedder() -> TokenEmbedder:
    """Return the bundled model, which tells of tokens."""
    return BundledEmbedder(threads=os.cpu_count() or 1)


def cached_embedder() -> Embedder:
    """Return the bundled model, whose vectors of any text are kept where `derek eval` keeps them."""
    return CachedEmbedder(token_embedder(), user_cache_path("derek") / "eval")


@contextmanager
def temporary_index() -> Iterator[Index]:
    """Give an empty index on disk of which nothing is kept."""
    with tempfile.TemporaryDirectory(prefix="derek-") as folder:
        index = DiskIndex(Path(folder), analysis_mark())
        try:
            yield index
        finally:
            index.close()
