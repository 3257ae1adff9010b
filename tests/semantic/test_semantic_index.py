"""Meaning: vectors follow the articles, and whatever fails, answers go on by words and nothing is lost."""

import json
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from bot.assembly import Derek, assemble
from bot.config import Config
from retrieval.answers.answerer import Answerer
from retrieval.answers.citations import Answer
from retrieval.answers.searcher import Searcher
from retrieval.articles import Article, digest
from retrieval.background import Worker
from retrieval.errors import (
    EmbedderMismatchError,
    EmbedderUnreachableError,
    VectorsMismatchError,
    VectorsUnusableError,
)
from retrieval.filters import Filter
from retrieval.index.memory import MemoryIndex
from retrieval.ingest.files import read_bytes
from retrieval.questions.question import Question
from retrieval.semantic.embedders.bundled import BundledEmbedder
from retrieval.semantic.embedders.server import Server, ServerEmbedder
from retrieval.semantic.semantic_index import Coverage, SemanticIndex, erase
from retrieval.semantic.vector_store import VectorStore
from retrieval.storage.store import Store
from tests.support.answering import answerer_on
from tests.support.corpus import Corpus
from tests.support.documents import keep
from tests.support.embeddings_server import Answer as ServerAnswer
from tests.support.embeddings_server import EmbeddingsServer, Request, embeddings, vector, well

#: What nothing is a word of, and yet means what a sentence does: the server's vector of it is the same.
WHEAT, RYE, OATS = "Farmers sold wheat to China.", "Rye grew well.", "Мост открыли в мае 1931 года."
ALIKE = {"zzz": WHEAT, "yyy": RYE, "xxx": OATS}


def alike(request: Request) -> ServerAnswer:
    """Answer with vectors, those of `ALIKE` being the same."""
    return well({**request, "input": [ALIKE.get(text, text) for text in request["input"]]})


def article(key: str, *lines: str, language: str = "en", **fields: object) -> Article:
    return Article.model_validate({"key": key, "text": "\n".join(lines), "language": language} | fields)


def many(key: str, count: int) -> Article:
    return article(key, *(f"Wheat number {number} of {key} grew." for number in range(count)))


Opening = Callable[..., SemanticIndex]


@pytest.fixture
def opening(server: EmbeddingsServer, store: Store, tmp_path: Path) -> Iterator[Opening]:
    """Give what opens the meaning of the store, as often as a process does."""
    opened: list[SemanticIndex] = []

    def opening(
        model: str = "m",
        url: str = server.url,
        timeout: float = 30,
        rest: float = 30,
        clock: Callable[[], float] = time.monotonic,
    ) -> SemanticIndex:
        embedder = ServerEmbedder(Server(url, model, timeout=timeout))
        opened.append(SemanticIndex(store, embedder, tmp_path / "vectors", rest=rest, clock=clock))
        return opened[-1]

    server.answer = alike
    yield opening
    for semantic_index in opened:
        semantic_index.close()


def embedded(server: EmbeddingsServer) -> list[str]:
    """Return the texts that were embedded, beside those that only ask what the server is."""
    return [text for request in server.requests for text in request["input"] if text != "Derek"]


def nearest(semantic_index: SemanticIndex, text: str) -> list[tuple[str, int]]:
    similarity = semantic_index.similarity(text, "en")
    assert similarity
    neighbours = sorted(
        (neighbour for near in similarity.nearest(9).values() for neighbour in near),
        key=lambda neighbour: neighbour.order,
    )
    return [(neighbour.article_id, neighbour.number) for neighbour in neighbours]


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


# What is embedded


def test_a_sentence_is_found_by_its_meaning_once_all_are_embedded(store: Store, opening: Opening) -> None:
    grain, bridge = article("grain", WHEAT, RYE), article("bridge", OATS, language="ru")
    keep(store, grain)
    keep(store, bridge)
    semantic_index = opening()
    assert semantic_index.similarity("zzz", "en") is None, "nothing is embedded yet"
    semantic_index.follow()
    assert semantic_index.coverage == Coverage(3, 3)
    assert nearest(semantic_index, "yyy")[0] == (grain.id, 1)
    assert nearest(semantic_index, "xxx")[0] == (bridge.id, 0)


def test_a_sentence_is_embedded_with_what_it_stands_under(
    store: Store, opening: Opening, server: EmbeddingsServer
) -> None:
    [document] = read_bytes(b"# Pumps\n\n## Price\n\n900 tenge.\n\nAsk us.\n", Path("a.md"), "a")
    store.put(document)
    semantic_index = opening()
    semantic_index.follow()
    assert sorted(embedded(server)) == ["Pumps", "Pumps\nPrice\n900 tenge.", "Pumps\nPrice\nAsk us."]


def test_what_comes_changes_and_goes_is_followed(store: Store, opening: Opening) -> None:
    grain, bridge = article("grain", WHEAT, RYE), article("bridge", OATS)
    keep(store, grain)
    semantic_index = opening()
    semantic_index.follow()
    keep(store, bridge)
    keep(store, article("grain", RYE))
    semantic_index.follow()
    assert semantic_index.coverage == Coverage(2, 2)
    assert set(nearest(semantic_index, "zzz")) == {(grain.id, 0), (bridge.id, 0)}
    store.remove(grain.id)
    semantic_index.follow()
    assert nearest(semantic_index, "zzz") == [(bridge.id, 0)]
    store.remove(bridge.id)
    semantic_index.follow()
    assert semantic_index.coverage == Coverage(0, 0)
    assert semantic_index.similarity("zzz", "en") is None


def test_no_sentence_is_embedded_twice(store: Store, opening: Opening, server: EmbeddingsServer) -> None:
    keep(store, article("grain", WHEAT, RYE))
    opening().follow()
    assert sorted(embedded(server)) == [WHEAT, RYE]
    keep(store, article("again", RYE, OATS, WHEAT))
    later = opening()
    later.follow()
    assert sorted(embedded(server)) == sorted([WHEAT, RYE, OATS])
    assert later.coverage == Coverage(5, 5)


def test_what_does_not_answer_is_not_embedded(
    store: Store, opening: Opening, server: EmbeddingsServer
) -> None:
    keep(store, article("grain", "13 February 2022. BAQYTTY NUR", "", WHEAT))
    opening().follow()
    answering = [sentence for sentence in store.sentences(article("grain", "x").id) if sentence.kind.answers]
    assert len(embedded(server)) == len(answering)


def test_a_text_that_has_no_vector_is_not_asked_for_again(
    store: Store, opening: Opening, server: EmbeddingsServer
) -> None:
    server.answer = lambda request: (400, [b"bad"]) if RYE in request["input"] else alike(request)
    grain = article("grain", *(f"Wheat {number} grew." for number in range(20)), RYE)
    keep(store, grain)
    semantic_index = opening()
    semantic_index.follow()
    assert semantic_index.coverage == Coverage(21, 21)
    assert (grain.id, 20) not in nearest(semantic_index, "Wheat 3 grew.")
    count = len(embedded(server))
    opening().follow()
    assert len(embedded(server)) == count


def test_progress_rises_to_the_last_sentence(store: Store, opening: Opening) -> None:
    for key in "abc":
        keep(store, many(key, 70))
    progress: list[tuple[int, int]] = []
    semantic_index = opening()
    semantic_index.follow(lambda done, total: progress.append((done, total)))
    assert progress == sorted(progress)
    assert progress[-1] == (210, 210)
    assert len(progress) > 3


def test_only_so_much_is_embedded_at_once_as_was_allowed(store: Store, opening: Opening) -> None:
    keep(store, many("a", 70))
    semantic_index = opening()
    semantic_index.catch_up(69)
    assert semantic_index.coverage == Coverage(0, 70)
    assert not semantic_index.coverage.is_sufficient
    semantic_index.catch_up(70)
    assert semantic_index.coverage == Coverage(70, 70)


def test_it_takes_no_longer_than_was_allowed(
    store: Store, opening: Opening, server: EmbeddingsServer
) -> None:
    for key in "abcd":
        keep(store, many(key, 60))
    # By this clock a request takes a second, and the first one only asks what the server is.
    semantic_index = opening(clock=lambda: float(len(server.requests)))
    semantic_index.catch_up(240, None, 2.5)
    assert 0 < semantic_index.coverage.embedded < 240
    assert semantic_index.fault is None
    semantic_index.catch_up(240)
    assert semantic_index.coverage == Coverage(240, 240)


def test_how_far_it_is_is_known_before_the_store_is_looked_through(store: Store, opening: Opening) -> None:
    keep(store, many("a", 70))
    semantic_index = opening()
    semantic_index.catch_up(20)
    assert semantic_index.coverage == Coverage(0, 70)
    store.remove(many("a", 70).id)
    keep(store, article("grain", WHEAT))
    semantic_index.catch_up(20)
    assert semantic_index.coverage == Coverage(1, 1)


def test_until_nine_tenths_are_embedded_words_alone_are_compared(
    store: Store, opening: Opening, server: EmbeddingsServer
) -> None:
    for key in "abcd":
        keep(store, many(key, 60))
    # The first request asks what the server is, and each of the others is a batch.
    server.answer = lambda request: alike(request) if len(server.requests) < 5 else (503, [b"busy"])
    semantic_index = opening()
    with pytest.raises(EmbedderUnreachableError):
        semantic_index.follow()
    server.answer = alike
    again = opening()
    again.catch_up(0)
    assert 0 < again.coverage.embedded < 0.9 * 240
    assert again.similarity("zzz", "en") is None
    again.follow()
    assert again.similarity("zzz", "en")
    # What was embedded before the server failed is kept.
    assert len(embedded(server)) < 240 + 100


def test_vectors_of_what_is_gone_are_dropped_when_they_are_many(
    store: Store, opening: Opening, tmp_path: Path
) -> None:
    large = many("large", 1_200)
    keep(store, large)
    keep(store, article("grain", WHEAT, RYE))
    semantic_index = opening()
    semantic_index.follow()
    store.remove(large.id)
    semantic_index.follow()
    with VectorStore(tmp_path / "vectors", "m", 8) as vectors:
        assert len(vectors) == 2
    assert nearest(semantic_index, "zzz")


def test_in_the_background_articles_are_embedded_as_they_come(
    store: Store, opening: Opening, server: EmbeddingsServer
) -> None:
    keep(store, article("grain", WHEAT))
    semantic_index = opening(timeout=300)
    worker = Worker("semantic index", semantic_index.keep_up, 0.1)
    worker.start()
    wait_for(lambda: semantic_index.coverage == Coverage(1, 1))
    keep(store, article("rye", RYE))
    wait_for(lambda: semantic_index.coverage == Coverage(2, 2))
    slow = threading.Event()
    server.answer = lambda request: (slow.wait(300), alike(request))[1]
    keep(store, article("bridge", OATS))
    wait_for(lambda: OATS in embedded(server))
    began = time.monotonic()
    semantic_index.stop()
    # Whether the request in progress ends now depends on where its thread stood: nobody waits for it.
    worker.stop(0.5)
    assert time.monotonic() - began < 40
    slow.set()
    assert worker.stop(60)


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


# Words


def known(semantic_index: SemanticIndex, *named: str) -> list[bool]:
    """Return whether each word is known to mean something, as far as articles' words are."""
    similarity = semantic_index.similarity("Qwerty?", "en")
    assert similarity
    return [bool(row.any()) for row in similarity.token_vectors(named, "en").rows]


@pytest.fixture
def wordy(server: EmbeddingsServer, opening: Opening) -> Callable[[], SemanticIndex]:
    """Give what opens the meaning of the store by a model whose words can be compared."""
    server.answer = lambda request: (200, [json.dumps(embeddings(request, 384, model=None)).encode()])
    return lambda: opening(BundledEmbedder.name)


def test_the_words_of_a_sentence_are_embedded_before_it_and_once(
    store: Store, wordy: Callable[[], SemanticIndex], server: EmbeddingsServer
) -> None:
    keep(store, article("grain", "Farmers sold 12 tons."))
    semantic_index = wordy()
    semantic_index.follow()
    assert embedded(server) == ["farmers", "sold", "tons", "Farmers sold 12 tons."]
    server.requests.clear()
    keep(store, article("more", "Farmers sold wheat."))
    semantic_index.follow()
    assert embedded(server) == ["wheat", "Farmers sold wheat."]
    server.requests.clear()
    question, later = "Who sold tons to Peru in 1931?", "And Peru?"
    assert semantic_index.similarity(question, "en")
    assert semantic_index.similarity(later, "en")
    assert embedded(server) == [question, "who", "to", "peru", "in", later, "and"]


def test_words_whose_vectors_were_lost_are_embedded_again_when_they_were_asked_for(
    store: Store, wordy: Callable[[], SemanticIndex], server: EmbeddingsServer, tmp_path: Path
) -> None:
    keep(store, article("grain", WHEAT))
    wordy().follow()
    for path in (tmp_path / "vectors" / "words").glob("*.rows"):
        path.write_bytes(bytes(path.stat().st_size))
    server.requests.clear()
    semantic_index = wordy()
    semantic_index.follow()
    assert embedded(server) == []
    assert known(semantic_index, "farmers", "china", "12") == [False, False, False]
    server.requests.clear()
    semantic_index.follow()
    assert embedded(server) == ["china", "farmers"]
    assert known(semantic_index, "farmers", "china", "12", "wheat") == [True, True, False, False]


def test_words_that_were_deleted_are_embedded_again_when_there_are_few(
    store: Store, wordy: Callable[[], SemanticIndex], server: EmbeddingsServer, tmp_path: Path
) -> None:
    keep(store, article("grain", WHEAT, RYE))
    former = wordy()
    former.follow()
    former.close()
    for path in (tmp_path / "vectors" / "words").iterdir():
        path.unlink()
    server.requests.clear()
    wordy().catch_up(1)
    assert embedded(server) == []
    semantic_index = wordy()
    semantic_index.catch_up(2)
    assert sorted(embedded(server)) == ["china", "farmers", "grew", "rye", "sold", "to", "well", "wheat"]
    assert known(semantic_index, "farmers", "rye") == [True, True]


def test_where_the_words_cannot_be_read_the_answers_go_on(
    store: Store, wordy: Callable[[], SemanticIndex], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep(store, article("grain", WHEAT))
    wordy().follow()
    semantic_index = wordy()
    semantic_index.follow()
    (rows,) = (tmp_path / "vectors" / "words").glob("*.rows")
    rows.unlink()
    rows.mkdir()
    similarity = semantic_index.similarity("Qwerty?", "en")
    assert similarity
    assert not similarity.token_vectors(["farmers"], "en").rows.any()
    assert isinstance(semantic_index.fault, VectorsUnusableError)
    assert "answering by words alone" in caplog.text
    assert semantic_index.similarity("Qwerty?", "en") is None


def test_erased_there_is_no_vector_left_of_sentences_or_words(
    store: Store, wordy: Callable[[], SemanticIndex], server: EmbeddingsServer, tmp_path: Path
) -> None:
    keep(store, article("grain", WHEAT))
    wordy().follow()
    with closing(ServerEmbedder(Server(server.url, "other"))) as embedder:
        erase(tmp_path / "vectors", embedder)
        for folder in ("vectors", "vectors/words"):
            with VectorStore(tmp_path / folder, "other", 384) as vectors:
                assert len(vectors) == 0


def test_words_that_no_sentence_has_are_dropped_with_the_sentences(
    store: Store, wordy: Callable[[], SemanticIndex], tmp_path: Path
) -> None:
    large = many("large", 1_200)
    keep(store, large)
    keep(store, article("grain", WHEAT))
    semantic_index = wordy()
    semantic_index.follow()
    store.remove(large.id)
    semantic_index.follow()
    with VectorStore(tmp_path / "vectors" / "words", BundledEmbedder.name, 384) as vectors:
        assert len(vectors) == len({"farmers", "sold", "wheat", "to", "china"})


# Crashes, and several processes

FOLLOWING = """
import sys
from pathlib import Path
from retrieval.semantic.semantic_index import SemanticIndex
from retrieval.semantic.embedders.server import Server, ServerEmbedder
from retrieval.storage.store import Store
folder, url = Path(sys.argv[1]), sys.argv[2]
with Store(folder / "articles.sqlite3") as store:
    print("on", flush=True)
    SemanticIndex(store, ServerEmbedder(Server(url, "m")), folder / "vectors").follow()
"""


def following(folder: Path, url: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", FOLLOWING, folder, url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "on\n"
    return process


def check_all(store: Store, tmp_path: Path, count: int) -> None:
    texts = [
        sentence.span.of(store.get(entry.article_id).text)
        for entry in store.catalogue()
        for sentence in store.sentences(entry.article_id)
    ]
    assert len(texts) == count
    with VectorStore(tmp_path / "vectors", "m", 8) as vectors:
        rows = vectors.rows([digest(text) for text in texts])
    wanted = np.array([vector(text, 8) for text in texts])
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    assert np.sum(rows * wanted, axis=1).min() > 0.99


@pytest.mark.slow
def test_killed_at_any_moment_it_goes_on_where_it_was(
    store: Store, opening: Opening, server: EmbeddingsServer, tmp_path: Path
) -> None:
    for key in "abcdef":
        keep(store, many(key, 80))
    chance = random.Random(5)  # noqa: S311  moments, not secrets
    never = threading.Event()
    server.answer = lambda request: (never.wait(0.02), alike(request))[1]
    for _ in range(int(os.environ.get("DEREK_KILLS", "5"))):
        process = following(tmp_path, server.url)
        time.sleep(chance.uniform(0, 0.3))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    semantic_index = opening()
    semantic_index.follow()
    assert semantic_index.coverage == Coverage(480, 480)
    check_all(store, tmp_path, 480)


def test_two_processes_may_embed_the_same_articles(
    store: Store, opening: Opening, server: EmbeddingsServer, tmp_path: Path
) -> None:
    for key in "abcdef":
        keep(store, many(key, 80))
    processes = [following(tmp_path, server.url) for _ in range(2)]
    opening().follow()
    assert [process.wait(60) for process in processes] == [0, 0]
    for process in processes:
        process.communicate()
    check_all(store, tmp_path, 480)


# Faults


@pytest.fixture
def answerer(store: Store, opening: Opening) -> Iterator[Callable[[SemanticIndex], Answerer]]:
    """Give what answers by words and by a meaning."""
    keep(store, article("grain", WHEAT, RYE, source="Fields"))
    keep(store, article("bridge", OATS, language="ru", source="Roads", collection="roads"))
    made: list[Answerer] = []

    def answerer(semantic_index: SemanticIndex) -> Answerer:
        made.append(
            answerer_on(store, MemoryIndex(), min_confidence=0, similarity_of=semantic_index.similarity)
        )
        return made[-1]

    yield answerer
    for opened in made:
        opened.index.close()


def test_what_has_no_word_in_common_answers_by_its_meaning(
    opening: Opening, answerer: Callable[[SemanticIndex], Answerer]
) -> None:
    semantic_index = opening()
    semantic_answerer = answerer(semantic_index)
    assert quotes(semantic_answerer.ask("zzz")) == []
    semantic_index.follow()
    assert quotes(semantic_answerer.ask("zzz"))[0] == WHEAT
    assert quotes(semantic_answerer.ask("xxx"))[0] == OATS


def test_only_articles_that_a_filter_admits_answer_by_their_meaning(
    opening: Opening, answerer: Callable[[SemanticIndex], Answerer]
) -> None:
    semantic_index = opening()
    semantic_index.follow()
    semantic_answerer = answerer(semantic_index)
    roads = frozenset({"roads"})
    for admitted in (Filter(sources=roads), Filter(frozenset({"ru"})), Filter(collections=roads)):
        assert quotes(semantic_answerer.ask("zzz", admitted=admitted)) == [OATS]


def refusing(status: int) -> Callable[[Request], ServerAnswer]:
    return lambda _: (status, [b"no"])


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusing(503), EmbedderUnreachableError),
        (refusing(401), EmbedderUnreachableError),
        (lambda _: (200, [b"no JSON"]), EmbedderUnreachableError),
        (lambda request: (200, [json.dumps(embeddings(request, 9)).encode()]), EmbedderMismatchError),
        (lambda request: (200, [json.dumps(embeddings(request, model="n")).encode()]), EmbedderMismatchError),
    ],
    ids=["down", "wrong key", "no embeddings", "other dimensions", "another model"],
)
def test_when_the_server_fails_words_answer(  # noqa: PLR0913, PLR0917  a fixture each
    store: Store,
    opening: Opening,
    answerer: Callable[[SemanticIndex], Answerer],
    server: EmbeddingsServer,
    caplog: pytest.LogCaptureFixture,
    answer: Callable[[Request], ServerAnswer],
    kind: type[Exception],
) -> None:
    semantic_index = opening()
    semantic_index.follow()
    semantic_answerer = answerer(semantic_index)
    server.answer = answer
    for _ in range(3):
        assert quotes(semantic_answerer.ask("Who sold wheat to China?"))[0] == WHEAT
    assert isinstance(semantic_index.fault, kind)
    assert len([record for record in caplog.records if "answering by words alone" in record.message]) == 1, (
        "once"
    )
    assert semantic_index.coverage.is_sufficient, "nothing is lost"
    keep(store, article("oats", "Oats were sold to Mongolia."))
    semantic_index.catch_up(100)
    assert quotes(semantic_answerer.ask("What was sold to Mongolia?"))[0] == "Oats were sold to Mongolia."


def test_a_slow_server_is_waited_for_once(
    opening: Opening, answerer: Callable[[SemanticIndex], Answerer], server: EmbeddingsServer
) -> None:
    opening().follow()
    waited = threading.Event()
    semantic_index = opening(timeout=0.3)
    semantic_index.catch_up(0)
    server.answer = lambda request: (waited.wait(60), alike(request))[1]
    semantic_answerer = answerer(semantic_index)
    began = time.monotonic()
    for _ in range(40):
        assert quotes(semantic_answerer.ask("Who sold wheat to China?"))[0] == WHEAT
    assert time.monotonic() - began < 40
    assert "longer than 0.3 seconds" in str(semantic_index.fault)
    waited.set()


def test_a_server_that_is_not_there_at_the_start_is_told_of(
    store: Store, opening: Opening, caplog: pytest.LogCaptureFixture
) -> None:
    keep(store, article("grain", WHEAT))
    semantic_index = opening(url="http://127.0.0.1:9/v1")
    semantic_index.catch_up(100)
    assert isinstance(semantic_index.fault, EmbedderUnreachableError)
    assert "http://127.0.0.1:9/v1/embeddings" in caplog.text
    semantic_index.check()
    assert isinstance(semantic_index.fault, EmbedderUnreachableError)


def test_a_server_that_is_back_is_asked_again(
    opening: Opening, server: EmbeddingsServer, answerer: Callable[[SemanticIndex], Answerer]
) -> None:
    semantic_index = opening(rest=3)
    semantic_index.follow()
    semantic_answerer = answerer(semantic_index)
    semantic_answerer.ask("zzz")  # The first question takes longer than others.
    server.answer = refusing(503)
    semantic_answerer.ask("zzz")
    server.answer = alike
    assert quotes(semantic_answerer.ask("zzz")) == [], "what failed is left alone for a while"
    wait_for(lambda: quotes(semantic_answerer.ask("zzz"))[:1] == [WHEAT])
    assert semantic_index.fault is None


def test_a_renamed_model_is_an_error_that_names_the_way_out(
    opening: Opening, answerer: Callable[[SemanticIndex], Answerer], caplog: pytest.LogCaptureFixture
) -> None:
    opening().follow()
    semantic_index = opening(model="other")
    semantic_index.catch_up(100)
    assert isinstance(semantic_index.fault, VectorsMismatchError)
    assert "derek embed --anew" in caplog.text
    assert quotes(answerer(semantic_index).ask("Who sold wheat to China?"))[0] == WHEAT
    back = opening()
    back.catch_up(0)
    assert back.coverage.is_sufficient, "nothing is lost"


def damage(folder: Path, how: str) -> None:
    (rows,) = folder.glob("*.rows")
    database = folder / "vectors.sqlite3"
    if how == "truncated":
        rows.write_bytes(rows.read_bytes()[:21])
    elif how == "overwritten":
        rows.write_bytes(b"\x00" * rows.stat().st_size)
    elif how == "rows deleted":
        rows.unlink()
    elif how == "all deleted":
        for path in (*folder.glob("*.*"), *folder.glob("words/*")):
            path.unlink()
    else:
        database.write_bytes(b"no database at all" * 400)


@pytest.mark.parametrize("how", ["truncated", "overwritten", "rows deleted", "all deleted"])
def test_lost_vectors_are_made_anew(
    opening: Opening, answerer: Callable[[SemanticIndex], Answerer], tmp_path: Path, how: str
) -> None:
    former = opening()
    former.follow()
    former.close()
    damage(tmp_path / "vectors", how)
    semantic_index = opening()
    semantic_index.catch_up(100)
    assert semantic_index.coverage == Coverage(3, 3)
    assert quotes(answerer(semantic_index).ask("zzz"))[0] == WHEAT


def test_a_database_of_vectors_that_is_none_is_told_of_and_words_answer(
    opening: Opening, answerer: Callable[[SemanticIndex], Answerer], tmp_path: Path
) -> None:
    former = opening()
    former.follow()
    former.close()
    damage(tmp_path / "vectors", "database")
    semantic_index = opening()
    semantic_index.catch_up(100)
    assert isinstance(semantic_index.fault, VectorsUnusableError)
    assert "derek embed --anew" in str(semantic_index.fault)
    assert quotes(answerer(semantic_index).ask("Who sold wheat to China?"))[0] == WHEAT
    VectorStore.anew(tmp_path / "vectors", "m", 8).close()
    again = opening()
    again.catch_up(100)
    assert again.coverage == Coverage(3, 3)


@pytest.mark.parametrize("how", ["truncated", "overwritten", "rows deleted", "all deleted", "database"])
def test_what_happens_to_the_files_meanwhile_does_not_keep_questions_from_being_answered(
    store: Store, opening: Opening, answerer: Callable[[SemanticIndex], Answerer], tmp_path: Path, how: str
) -> None:
    semantic_index = opening()
    semantic_index.follow()
    semantic_answerer = answerer(semantic_index)
    damage(tmp_path / "vectors", how)
    assert quotes(semantic_answerer.ask("zzz"))[0] == WHEAT
    keep(store, article("oats", "Oats were sold to Mongolia."))
    semantic_index.catch_up(100)
    assert quotes(semantic_answerer.ask("What was sold to Mongolia?"))[0] == "Oats were sold to Mongolia."


@pytest.mark.parametrize(
    ("done", "sentences", "enough"),
    [(0, 0, False), (0, 1, False), (1, 1, True), (89, 100, False), (90, 100, True), (899, 1_000, False)],
)
def test_nine_tenths_of_the_sentences_are_enough(done: int, sentences: int, *, enough: bool) -> None:
    assert Coverage(done, sentences).is_sufficient is enough


@pytest.mark.parametrize(("done", "sentences"), [(-1, 3), (4, 3)])
def test_more_than_there_is_cannot_be_embedded(done: int, sentences: int) -> None:
    with pytest.raises(ValueError, match="cannot be embedded"):
        Coverage(done, sentences)


def test_without_a_likeness_words_alone_are_compared() -> None:
    index = MemoryIndex()
    assert Searcher.over(index, Corpus({})).find(Question.plain("zzz")).evidence == []


# The model that Derek comes with


@pytest.fixture(name="samples", scope="module")
def derek_on_embedded_samples(
    embedded_samples: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Derek]:
    folder = tmp_path_factory.mktemp("samples") / "derek"
    shutil.copytree(embedded_samples, folder)
    with assemble(Config(data=folder)) as derek:
        assert derek.semantic_index
        derek.semantic_index.catch_up(0)
        yield derek


@pytest.mark.parametrize(
    ("question", "language", "words"),
    [
        ("Сколько совместных казахстанско-российских предприятий?", "en", "3 325 joint"),
        ("Бірлескен қазақ-ресей кәсіпорындары қанша?", "en", "3 325 joint"),
        ("Why did Tokayev come to Kazan?", "ru", "по приглашению Владимира Путина"),
        ("Тоқаевты Қазанға кім шақырды?", "ru", "по приглашению Владимира Путина"),
    ],
)
def test_a_question_is_answered_from_another_language(
    samples: Derek, question: str, language: str, words: str
) -> None:
    first = samples.answerer.ask(question).citations[0]
    assert first.language == language
    assert words in first.quote


def test_the_samples_are_embedded_whole(samples: Derek, caplog: pytest.LogCaptureFixture) -> None:
    assert samples.semantic_index
    assert samples.semantic_index.coverage == Coverage(len(samples.index), len(samples.index))
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
