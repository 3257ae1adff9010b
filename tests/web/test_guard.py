"""What is refused before it is looked at: other hosts, other origins, too much at once."""

import pytest
from starlette.testclient import TestClient

from bot.assembly import Derek
from bot.chats.keys import CONSOLE
from bot.chats.persons import Standing
from bot.config import WebSettings
from bot.web.application import application
from bot.web.guard import MOST_BYTES
from tests.web.conftest import Served


def test_a_name_that_leads_here_by_a_trick_is_not_answered(served: Served) -> None:
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::"):
        answer = served.client.get("/api/v1/health", headers={"Host": host})
        assert answer.status_code == 421, host
    for host in ("localhost:8765", "127.0.0.1", "[::1]:8765", "LOCALHOST"):
        assert served.client.get("/api/v1/health", headers={"Host": host}).status_code == 200, host


def test_another_origin_changes_nothing(served: Served) -> None:
    given = {"text": "A text.\n\nIt says something."}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        answer = served.client.post("/api/v1/articles", json=given, headers=served.keeping | headers)
        assert answer.status_code == 403, headers
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert served.client.post("/api/v1/articles", json=given, headers=served.keeping | own).status_code == 201


def test_a_request_that_is_too_large_adds_nothing(served: Served) -> None:
    said = {"Content-Length": str(MOST_BYTES + 1)}
    answer = served.client.post("/api/v1/articles", content=b"{}", headers=served.keeping | said)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:derek:problem:too-large")

    def parts() -> object:
        yield b'{"text": "'
        for _ in range(MOST_BYTES // 2**20 + 1):
            yield b"x" * 2**20

    unsaid = served.client.post("/api/v1/articles", content=parts(), headers=served.keeping)  # type: ignore[arg-type]  # an iterator
    assert unsaid.status_code == 413
    assert served.client.get("/api/v1/articles", headers=served.reading).json()["total"] == 5


def test_who_asks_too_often_is_told_to_wait(derek: Derek) -> None:
    limited = application(derek, WebSettings(open=True, requests_per_minute=3))
    with TestClient(limited, "http://localhost") as client:
        statuses = [client.get("/api/v1/health").status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        assert client.get("/api/v1/health").headers["retry-after"] == "60"
        # What somebody makes up is no other one.
        for number in range(3):
            assert client.get("/", headers={"Authorization": f"Bearer {number}"}).status_code == 429


def test_a_key_that_holds_is_counted_by_itself(derek: Derek) -> None:
    secret, _ = derek.people.keys.create("a", Standing.READER, CONSOLE)
    key = {"Authorization": f"Bearer {secret}"}
    with TestClient(application(derek, WebSettings(requests_per_minute=3)), "http://localhost") as client:
        assert client.get("/api/v1/status", headers=key).status_code == 200
        for _ in range(3):
            client.get("/api/v1/health")
        statuses = [client.get("/api/v1/status", headers=key).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]


def test_who_asks_for_the_head_gets_no_body(served: Served) -> None:
    head = served.client.head("/api/v1/health")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == served.client.get("/api/v1/health").headers["content-length"]


@pytest.mark.parametrize("path", ["/", "/api/v1/health", "/static/derek.css", "/nothing", "/mcp"])
def test_every_answer_bears_what_keeps_it_safe(served: Served, path: str) -> None:
    headers = served.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers
    assert "cache-control" in headers


def test_by_tls_it_is_only_to_be_had_by_tls(derek: Derek) -> None:
    with TestClient(application(derek, WebSettings()), "https://localhost") as client:
        assert "strict-transport-security" in client.get("/api/v1/health").headers
        session = client.post("/sign-in", data={"link": derek.people.keys.link(CONSOLE)})
        cookie = session.history[0].headers["set-cookie"] if session.history else ""
        assert cookie.startswith("__Host-derek=")
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))


def test_other_names_are_answered_where_the_settings_name_them(derek: Derek) -> None:
    settings = WebSettings.model_validate({"url": "https://derek.example.org", "listen": "0.0.0.0:80"})
    with TestClient(application(derek, settings), "http://localhost") as client:
        for host, status in (("derek.example.org", 200), ("evil.example", 421), ("localhost", 200)):
            assert client.get("/api/v1/health", headers={"Host": host}).status_code == status


def test_who_may_send_nothing_is_not_read(served: Served) -> None:
    large = b'{"question": [' + b"[]," * 50_000 + b"[]]}"
    sent = {"Content-Type": "application/json"}
    began = served.client.post("/api/v1/ask", content=large, headers=sent)
    assert began.status_code == 401
    assert served.client.post("/api/v1/ask", content=large, headers=served.reading | sent).status_code == 422
    assert served.client.post("/add/text", content=b"x" * 100_000).status_code == 401


def test_one_key_is_one_key_however_it_is_written(derek: Derek) -> None:
    secret, _ = derek.people.keys.create("a", Standing.READER, CONSOLE)
    with TestClient(application(derek, WebSettings(requests_per_minute=3)), "http://localhost") as client:
        statuses = [
            client.get(
                "/api/v1/status", headers={"Authorization": f"Bearer{' ' * spaces}{secret}"}
            ).status_code
            for spaces in range(1, 7)
        ]
    # The first is counted by the address: nobody knew yet that the key holds.
    assert statuses == [200, 200, 200, 200, 429, 429]
