"""Embed the sample articles, and write the vectors and the tokens as data beside them.

python -m retrieval.training.samples
"""

from importlib.resources import as_file, files

import click

from retrieval.changes import Change
from retrieval.ingest.samples import sample_documents
from retrieval.semantic.embedders.known import KnownVectors
from retrieval.semantic.interaction import interaction_model
from retrieval.semantic.token_store import KnownTokens
from retrieval.semantic.word_vectors import words_to_embed
from retrieval.training.inputs import cached_embedder, token_embedder


def sentences_of_samples() -> dict[str, str]:
    """Return what is embedded of the sentences of the sample articles, each with its language."""
    return {
        sentence.said(document.article.text): document.article.language
        for document in sample_documents()
        for sentence in Change(document.article.id, document.article, document.units).answering
    }


def texts_of_samples() -> list[str]:
    """Return what is embedded of the sample articles: their sentences, and the words of these."""
    said = list(sentences_of_samples())
    return [*said, *words_to_embed(said)]


@click.command()
def main() -> None:
    """Embed and write them."""
    texts = texts_of_samples()
    embedder = cached_embedder()
    try:
        with as_file(files("seeds") / "vectors.npz") as path:
            KnownVectors.write(path, embedder, texts)
            click.echo(f"{path.name}: {len(texts)} texts, {path.stat().st_size} bytes")
    finally:
        embedder.close()
    tokens = token_embedder()
    try:
        said = sentences_of_samples()
        read = zip(tokens.embed_passage_tokens(list(said)), said, said.values(), strict=True)
        with as_file(files("seeds") / "tokens.npz") as path:
            KnownTokens.write(path, interaction_model().passages(read), tokens.name)
            click.echo(f"{path.name}: {len(said)} sentences, {path.stat().st_size} bytes")
    finally:
        tokens.close()


if __name__ == "__main__":
    main()
