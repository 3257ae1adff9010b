"""Data folders and files for the commands."""

import shutil
from pathlib import Path

import pytest

from bot.assembly import assemble
from bot.config import Config, EmbedderKind, SemanticSettings
from tests.support.command import BRIDGE


@pytest.fixture(name="template", scope="session")
def folder_with_samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "derek"
    assemble(Config(data=folder, semantic=SemanticSettings(kind=EmbedderKind.NONE))).close()
    return folder


@pytest.fixture(name="home")
def default_data_folder(tmp_path: Path) -> Path:
    """Name the data folder that is used where none is named; it is not there yet."""
    return tmp_path / "home" / "data" / "derek"


@pytest.fixture(name="data")
def default_data_folder_with_samples(home: Path, template: Path) -> Path:
    shutil.copytree(template, home)
    return home


@pytest.fixture(name="file")
def article_file(tmp_path: Path) -> Path:
    path = tmp_path / "bridge.txt"
    path.write_text(BRIDGE)
    return path
