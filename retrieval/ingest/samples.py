"""The sample articles that every new data folder begins with."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files

from retrieval.articles import Document
from retrieval.ingest.texts import Metadata, read_text


def sample_documents() -> Iterator[Document]:
    """Yield the sample articles with what is known about them."""
    folder = files("seeds")
    for entry in tomllib.loads((folder / "articles.toml").read_text("utf-8"))["article"]:
        name = entry.pop("file")
        yield read_text((folder / name).read_bytes().decode("utf-8"), f"seed:{name}", Metadata(**entry))
