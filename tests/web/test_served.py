"""Where it is served: behind a proxy, below a path, and beside another process on one folder."""

from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from bot.assembly import Derek, assemble
from bot.chats.keys import CONSOLE
from bot.chats.persons import Standing
from bot.config import Config, WebSettings
from bot.web.application import application
from bot.web.serving import serving
from tests.conftest import WORDS_ALONE
from tests.support.running import free_port


def served_at(**settings: object) -> WebSettings:
    return WebSettings.model_validate({"listen": f"127.0.0.1:{free_port()}", **settings})


def test_below_a_path_all_links_lead_there(derek: Derek) -> None:
    settings = served_at(root_path="/derek")
    with serving(derek, settings), httpx.Client(base_url=f"http://{settings.listen}") as browser:
        link = derek.people.keys.link(CONSOLE)
        # The proxy takes off what stands before.
        signed = browser.post("/sign-in", data={"link": link})
        assert signed.headers["location"] == "/derek/"
        told = browser.get("/", params={"q": "Who met Mishustin?"}).text
        assert 'href="/derek/static/derek.css"' in told
        assert 'href="/derek/articles/' in told
        assert 'href="/articles' not in told
        assert 'value="/?q=Who' in told
        assert browser.get("/nothing").status_code == 404
        missing = browser.get("/static/nothing")
        assert missing.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("proxies", "is_secure"), [(["127.0.0.1"], True), ([], False), (["10.9.8.7"], False)]
)
def test_only_a_named_proxy_says_how_somebody_asks(derek: Derek, proxies: list[str], is_secure: bool) -> None:
    settings = served_at(proxies=proxies)
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.1.2.3"}
    with serving(derek, settings), httpx.Client(base_url=settings.address) as browser:
        told = browser.get("/api/v1/health", headers=forwarded)
    assert ("strict-transport-security" in told.headers) is is_secure


def test_what_another_process_adds_is_answered_from(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "derek", semantic=WORDS_ALONE)
    with assemble(config) as one, assemble(config) as other:
        secret, _ = one.people.keys.create("a", Standing.ADMINISTRATOR, CONSOLE)
        key = {"Authorization": f"Bearer {secret}"}
        with (
            TestClient(application(one, WebSettings()), "http://localhost", headers=key) as here,
            TestClient(application(other, WebSettings()), "http://localhost", headers=key) as there,
        ):
            given = {"text": "Turgay bridge\n\nThe bridge over the Turgay cost 12 million."}
            edit = here.post("/api/v1/articles", json=given).json()["edit"]
            asked = {"question": "How much did the Turgay bridge cost?"}
            assert there.post("/api/v1/ask", json=asked).json()["status"] == "answered"
            assert there.post(f"/api/v1/edits/{edit}/undo").status_code == 200
            assert "12 million" not in here.post("/api/v1/ask", json=asked).text


def test_what_is_no_proxy_is_refused() -> None:
    with pytest.raises(ValueError, match="proxies"):
        WebSettings.model_validate({"proxies": ["nonsense"]})
