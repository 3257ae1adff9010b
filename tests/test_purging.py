"""What is purged is in no file any more: not with the articles, nor in the index, vectors and history."""

from pathlib import Path

from bot.assembly import Derek, assemble
from bot.config import Config, IndexKind, IndexSettings, SemanticSettings
from retrieval.articles import Article
from tests.semantic.test_bundled import needs_model
from tests.support.documents import document_of

SECRET = "The zyzzyvaxes of Qwertyville cost 77 tenge."
WORDS = (b"zyzzyv", b"qwertyv")


def files_with_a_secret(folder: Path) -> set[str]:
    def holds(content: bytes) -> bool:
        return any(word in content.lower() for word in WORDS)

    return {path.name for path in folder.rglob("*") if path.is_file() and holds(path.read_bytes())}


def added(derek: Derek, key: str, text: str) -> str:
    article = Article(key=key, text=text, language="en")
    derek.chat("console").add([document_of(article)], key)
    return article.id


@needs_model
def test_what_is_purged_is_in_no_file(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "derek", index=IndexSettings(kind=IndexKind.DISK))
    assert config.semantic == SemanticSettings()
    with assemble(config) as derek:
        assert derek.semantic_index
        removed, kept = added(derek, "secret", SECRET), added(derek, "pier", f"{SECRET} The pier is long.")
        added(derek, "pier", "The pier is long.")
        derek.semantic_index.follow()
        for _ in range(2):
            answer = derek.chat("console").ask("What do they cost in tenge?").answer
            assert answer.citations[0].quote == SECRET
        known = len_of_vectors(config.folder)
        derek.chat("console").remove(removed)
        assert "articles.sqlite3" in {
            name.removesuffix("-wal") for name in files_with_a_secret(config.folder)
        }
        purged = {piece.document.article.id for piece in derek.purge()}
        assert removed in purged
        assert len_of_vectors(config.folder) < known
        assert derek.store.get(kept).text == "The pier is long."
        assert "long" in derek.chat("console").ask("Is the pier long?").answer.citations[0].quote
    assert files_with_a_secret(config.folder) == set()


def len_of_vectors(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / "vectors").rglob("*.rows"))
