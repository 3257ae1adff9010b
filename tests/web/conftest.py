"""A Derek on the sample articles that answers by HTTP, and who may come in."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.assembly import Derek, assemble
from bot.chats.keys import CONSOLE
from bot.chats.persons import Standing
from bot.config import Config, WebSettings
from bot.web.application import application
from tests.conftest import WORDS_ALONE

#: Under which name the page is asked.
ORIGIN = "http://localhost"


@dataclass(frozen=True, slots=True)
class Served:
    """A Derek with what serves it, and the secrets of keys that open it."""

    derek: Derek
    client: TestClient
    reader: str
    administrator: str

    def as_(self, secret: str, **headers: str) -> dict[str, str]:
        """Return the headers of a request with a key."""
        return {"Authorization": f"Bearer {secret}", **headers}

    @property
    def reading(self) -> dict[str, str]:
        """The headers of somebody who may read."""
        return self.as_(self.reader)

    @property
    def keeping(self) -> dict[str, str]:
        """The headers of an administrator."""
        return self.as_(self.administrator)


@pytest.fixture
def derek(tmp_path: Path) -> Iterator[Derek]:
    """Give a Derek on a new folder with the sample articles; it goes by words."""
    with assemble(Config(data=tmp_path / "derek", semantic=WORDS_ALONE)) as opened:
        yield opened


@pytest.fixture
def served(derek: Derek) -> Iterator[Served]:
    """Give what lets nobody in without a key or a link."""
    yield from serving(derek, WebSettings())


@pytest.fixture
def open_to_all(derek: Derek) -> Iterator[Served]:
    """Give what everybody may read."""
    yield from serving(derek, WebSettings(open=True))


def serving(derek: Derek, settings: WebSettings) -> Iterator[Served]:
    keys = derek.people.keys
    reader, _ = keys.create("reader", Standing.READER, CONSOLE)
    administrator, _ = keys.create("administrator", Standing.ADMINISTRATOR, CONSOLE)
    served = application(derek, settings.model_copy(update={"requests_per_minute": 100_000}))
    with TestClient(served, ORIGIN, raise_server_exceptions=False, follow_redirects=False) as client:
        yield Served(derek, client, reader, administrator)


@pytest.fixture
def signed_in(served: Served) -> Served:
    """Give the same with a browser in which an administrator is signed in."""
    link = served.derek.people.keys.link(CONSOLE)
    response = served.client.post("/sign-in", data={"link": link})
    assert response.status_code == 303
    return served
