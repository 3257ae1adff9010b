"""Who may do what by HTTP: every route and tool, for everybody who may come."""

import json
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from bot.assembly import Derek
from bot.chats.keys import CONSOLE, KeyNameError
from bot.chats.persons import Standing
from bot.config import WebSettings
from bot.web import api, keeping, pages
from bot.web.application import application
from bot.web.guard import Guard
from retrieval.articles import digest
from tests.web.conftest import Served

#: Everybody who may come.
NOBODY, READER, ADMINISTRATOR = "nobody", "reader", "administrator"

#: Who may use a route, its path, and what is sent.
Use = tuple[str, str, dict[str, Any]]

#: The routes of the API, with what makes them succeed.
API: dict[tuple[str, str], Use] = {
    ("POST", "/api/v1/ask"): (READER, "/api/v1/ask", {"json": {"question": "Who met Putin?"}}),
    ("GET", "/api/v1/ask"): (READER, "/api/v1/ask?q=Who+met+Putin", {}),
    ("GET", "/api/v1/articles"): (READER, "/api/v1/articles", {}),
    ("POST", "/api/v1/articles"): (
        ADMINISTRATOR,
        "/api/v1/articles",
        {"json": {"text": "A town.\n\nIt grew."}},
    ),
    ("POST", "/api/v1/files"): (
        ADMINISTRATOR,
        "/api/v1/files",
        {"files": [("files", ("a.txt", b"A town.\n\nIt grew."))]},
    ),
    ("POST", "/api/v1/links"): (
        ADMINISTRATOR,
        "/api/v1/links",
        {"json": {"url": "http://127.0.0.1:1/"}},
    ),
    ("GET", "/api/v1/articles/{article_id}"): (READER, "/api/v1/articles/ARTICLE", {}),
    ("GET", "/api/v1/articles/{article_id}/passages"): (READER, "/api/v1/articles/ARTICLE/passages", {}),
    ("DELETE", "/api/v1/articles/{article_id}"): (ADMINISTRATOR, "/api/v1/articles/ARTICLE", {}),
    ("POST", "/api/v1/edits/{number}/undo"): (ADMINISTRATOR, "/api/v1/edits/999/undo", {}),
    ("GET", "/api/v1/feeds"): (ADMINISTRATOR, "/api/v1/feeds", {}),
    ("POST", "/api/v1/feeds"): (ADMINISTRATOR, "/api/v1/feeds", {"json": {"url": "https://example.org/f"}}),
    ("DELETE", "/api/v1/feeds"): (ADMINISTRATOR, "/api/v1/feeds?url=x", {}),
    ("POST", "/api/v1/feedback"): (READER, "/api/v1/feedback", {"json": {"id": 99, "verdict": "good"}}),
    ("GET", "/api/v1/feedback"): (ADMINISTRATOR, "/api/v1/feedback", {}),
    ("GET", "/api/v1/missed"): (ADMINISTRATOR, "/api/v1/missed", {}),
    ("GET", "/api/v1/status"): (READER, "/api/v1/status", {}),
    ("GET", "/api/v1/health"): (NOBODY, "/api/v1/health", {}),
}

#: The same of the page, which is opened by a session; what changes something needs a form's token, too.
PAGES: dict[tuple[str, str], Use] = {
    ("GET", "/"): (READER, "/", {}),
    ("POST", "/feedback/{number}"): (READER, "/feedback/99", {"data": {"verdict": "good"}}),
    ("GET", "/articles"): (READER, "/articles", {}),
    ("GET", "/articles/{article_id}"): (READER, "/articles/ARTICLE", {}),
    ("GET", "/sign-in"): (NOBODY, "/sign-in", {}),
    ("POST", "/sign-out"): (READER, "/sign-out", {"data": {}}),
    ("POST", "/language"): (NOBODY, "/language", {"data": {"language": "kk"}}),
    ("GET", "/add"): (ADMINISTRATOR, "/add", {}),
    ("POST", "/add/text"): (ADMINISTRATOR, "/add/text", {"data": {"text": "A town.\n\nIt grew."}}),
    ("POST", "/add/files"): (
        ADMINISTRATOR,
        "/add/files",
        {"data": {}, "files": [("files", ("a.txt", b"A town.\n\nIt grew."))]},
    ),
    ("POST", "/add/link"): (ADMINISTRATOR, "/add/link", {"data": {"url": "http://127.0.0.1:1/"}}),
    ("POST", "/articles/{article_id}/remove"): (ADMINISTRATOR, "/articles/ARTICLE/remove", {"data": {}}),
    ("POST", "/edits/{number}/undo"): (ADMINISTRATOR, "/edits/999/undo", {"data": {}}),
    ("GET", "/receipts/{name}"): (ADMINISTRATOR, "/receipts/x", {}),
    ("GET", "/feeds"): (ADMINISTRATOR, "/feeds", {}),
    ("POST", "/feeds"): (ADMINISTRATOR, "/feeds", {"data": {"url": "https://example.org/f"}}),
    ("POST", "/feeds/remove"): (ADMINISTRATOR, "/feeds/remove", {"data": {"url": "x"}}),
    ("GET", "/feedback"): (ADMINISTRATOR, "/feedback", {}),
    ("GET", "/access"): (ADMINISTRATOR, "/access", {}),
    ("POST", "/access/keys"): (ADMINISTRATOR, "/access/keys", {"data": {"name": "n", "standing": "reader"}}),
    ("POST", "/access/keys/{number}/revoke"): (ADMINISTRATOR, "/access/keys/99/revoke", {"data": {}}),
    ("GET", "/log"): (ADMINISTRATOR, "/log", {}),
    ("GET", "/numbers"): (ADMINISTRATOR, "/numbers", {}),
}

#: Signs in, for which a link is needed and no role: it has tests of its own.
APART = {("POST", "/sign-in")}

#: What a route answers that was reached: there may be nothing to be done.
REACHED = {200, 201, 204, 303, 404, 409, 422}


def test_every_route_stands_in_the_tables(served: Served) -> None:
    routers = (api.router, pages.router, keeping.router)
    routes = {
        (method, route.path)
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert routes == API.keys() | PAGES.keys() | APART
    guard = served.client.app
    assert isinstance(guard, Guard)
    others = {getattr(route, "path", None) for route in guard.application.routes}
    # MCP has its tests of its own, and the rest is open to everybody.
    assert others == {None, "/api/v1/openapi.json", "/static", "/mcp"}


def article_of(served: Served) -> str:
    return served.derek.store.catalogue(1)[0].article_id


@pytest.mark.parametrize("route", API, ids=" ".join)
def test_who_may_use_a_route_of_the_api(served: Served, route: tuple[str, str]) -> None:
    role, path, sent = API[route]
    path = path.replace("ARTICLE", article_of(served))
    revoked, _ = served.derek.people.keys.create("revoked", Standing.ADMINISTRATOR, CONSOLE)
    served.derek.people.keys.revoke("revoked", CONSOLE)
    before = served.derek.store.changes(0)

    def status(headers: dict[str, str]) -> int:
        return served.client.request(route[0], path, headers=headers, **sent).status_code

    is_open, is_read = role == NOBODY, role == READER
    assert (status({}) in REACHED) is is_open
    for secret in ("derek_wrong", revoked, "", "a b", "derek_" + "x" * 5_000):
        assert (status(served.as_(secret)) in REACHED) is is_open, secret
    assert (status({"Authorization": f"Basic {served.administrator}"}) in REACHED) is is_open
    if not is_open:
        assert status({}) == 401
        assert (status(served.reading) in REACHED) is is_read
    if not is_read and not is_open:
        assert status(served.reading) == 403
    if route[0] != "GET":
        assert status(served.keeping | {"Origin": "https://evil.example"}) == 403
        assert served.derek.store.changes(0) == before
    assert status(served.keeping) in REACHED


@pytest.mark.parametrize("route", PAGES, ids=" ".join)
def test_who_may_use_a_page(served: Served, route: tuple[str, str]) -> None:
    role, path, sent = PAGES[route]
    path, keys = path.replace("ARTICLE", article_of(served)), served.derek.people.keys
    before = served.derek.store.changes(0)

    def status(session: str | None, token: str | None = None, **headers: str) -> int:
        served.client.cookies.clear()
        if session:
            served.client.cookies.set("derek", session)
        given = dict(sent)
        if "data" in sent:
            given["data"] = sent["data"] | ({} if token is None else {"token": token})
        return served.client.request(route[0], path, headers=headers, **given).status_code

    sessions = {}
    for standing in (Standing.READER, Standing.ADMINISTRATOR):
        _, key = keys.create(f"{standing} of the page", standing, CONSOLE)
        sessions[standing] = keys.sign_in(keys.link(key.holder)) or ""
    tokens = {standing: _token(session) for standing, session in sessions.items()}
    administrator = sessions[Standing.ADMINISTRATOR]
    is_open = role == NOBODY
    assert (status(None) in REACHED) is is_open
    assert (status("wrong") in REACHED) is is_open
    if role == ADMINISTRATOR:
        assert status(sessions[Standing.READER], tokens[Standing.READER]) == 403
    if route[0] == "POST":
        if not is_open:
            # A form of another page, of nobody's, and another session's.
            for token in (None, "", "x", tokens[Standing.READER]):
                assert status(administrator, token) == 403, token
        assert status(administrator, tokens[Standing.ADMINISTRATOR], Origin="https://evil.example") == 403
        assert served.derek.store.changes(0) == before
    standing = Standing.READER if role == READER else Standing.ADMINISTRATOR
    assert status(sessions[standing], tokens[standing]) in REACHED


def _token(session: str) -> str:
    return digest(f"form {session}")[:32]


def test_a_key_opens_no_page_and_a_session_no_api(served: Served) -> None:
    assert served.client.get("/", headers=served.keeping).status_code == 401
    keys = served.derek.people.keys
    served.client.cookies.set("derek", keys.sign_in(keys.link(CONSOLE)) or "")
    assert served.client.get("/").status_code == 200
    assert served.client.get("/api/v1/status").status_code == 401


def test_where_reading_is_open_nobody_changes_anything(open_to_all: Served) -> None:
    article = article_of(open_to_all)
    for (method, route), (role, path, sent) in API.items():
        own = path.replace("ARTICLE", article)
        status = open_to_all.client.request(method, own, **sent).status_code
        # Whose answer is judged cannot be told.
        assert (status in REACHED) is (role != ADMINISTRATOR and route != "/api/v1/feedback"), route
    # A wrong key is not as good as none.
    assert open_to_all.client.get("/api/v1/status", headers=open_to_all.as_("x")).status_code == 401
    assert open_to_all.client.get("/").status_code == 200
    assert open_to_all.client.get("/add").status_code == 403


def test_a_key_for_a_collection_tells_of_no_other(served: Served) -> None:
    for name, text in (
        ("hr", "Leave.\n\nLeave is 26 days."),
        ("it", "Passwords.\n\nPasswords last 90 days."),
    ):
        given = {"text": text, "collection": name, "key": name}
        served.client.post("/api/v1/articles", json=given, headers=served.keeping)
    secret, _ = served.derek.people.keys.create("hr", Standing.READER, CONSOLE, frozenset({"hr"}))
    own = served.as_(secret)
    listed = served.client.get("/api/v1/articles", headers=own).json()
    assert [one["collection"] for one in listed["articles"]] == ["hr"]
    for asked in (
        {"question": "How long do passwords last?"},
        {"question": "passwords", "collections": ["it"]},
    ):
        answer = served.client.post("/api/v1/ask", json=asked, headers=own).json()
        assert "assword" not in json.dumps(answer["citations"])
    every = served.client.get("/api/v1/articles", headers=served.reading).json()["articles"]
    (other,) = [one["id"] for one in every if one["collection"] == "it"]
    for path in (f"/api/v1/articles/{other}", f"/api/v1/articles/{other}/passages"):
        assert served.client.get(path, headers=own).status_code == 404
    status = served.client.get("/api/v1/status", headers=own).json()
    assert (status["articles"], status["collections"]) == (1, {"hr": 1})


def test_an_administrator_is_not_limited_to_collections(served: Served) -> None:
    keys, people = served.derek.people.keys, served.derek.people
    with pytest.raises(KeyNameError):
        keys.create("hr", Standing.ADMINISTRATOR, CONSOLE, frozenset({"hr"}))
    # Whom Telegram knows as one who hears of some collections only, reads these on the page.
    people.persons.settle(7, Standing.ADMINISTRATOR, 1)
    people.persons.limit(7, frozenset({"hr"}), 1)
    holder = keys.person(7)
    assert holder
    assert (holder.standing, holder.collections) == (Standing.READER, frozenset({"hr"}))


def test_over_tls_only_what_came_over_tls_signs_in(derek: Derek) -> None:
    session = derek.people.keys.sign_in(derek.people.keys.link(CONSOLE)) or ""
    with TestClient(application(derek, WebSettings()), "https://localhost") as client:
        client.cookies.set("derek", session)
        assert client.get("/").status_code == 401
        client.cookies.set("__Host-derek", session)
        assert client.get("/").status_code == 200


def test_a_link_signs_in_once(served: Served) -> None:
    keys = served.derek.people.keys
    link = keys.link(CONSOLE)
    # To look at where it leads uses nothing up.
    assert served.client.get("/sign-in", params={"link": link}).status_code == 200
    assert served.client.post("/sign-in", data={"link": link}).status_code == 303
    served.client.cookies.clear()
    assert served.client.post("/sign-in", data={"link": link}).status_code == 403
    assert served.client.post("/sign-in", data={"link": "wrong"}).status_code == 403


def test_who_signed_out_is_out(signed_in: Served) -> None:
    session = signed_in.client.cookies["derek"]
    signed_in.client.post("/sign-out", data={"token": _token(session)})
    signed_in.client.cookies.set("derek", session)
    assert signed_in.client.get("/").status_code == 401


def test_a_revoked_key_signs_its_browsers_out(served: Served) -> None:
    keys = served.derek.people.keys
    _, key = keys.create("page", Standing.ADMINISTRATOR, CONSOLE)
    served.client.cookies.set("derek", keys.sign_in(keys.link(key.holder)) or "")
    assert served.client.get("/add").status_code == 200
    keys.revoke("page", CONSOLE)
    assert served.client.get("/add").status_code == 401


def test_nothing_leads_out_of_the_page(signed_in: Served) -> None:
    for back in (
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "evil",
        "/ok\r\nSet-Cookie: x=1",
    ):
        response = signed_in.client.post("/language", data={"language": "ru", "back": back})
        assert response.headers["location"] == "/", back
        assert "x=1" not in response.headers.get("set-cookie", "")


def test_no_path_leads_out_of_the_folder(served: Served) -> None:
    for path in (
        "/static/../application.py",
        "/static/%2e%2e/application.py",
        "/static/..%2fapplication.py",
        "/static//etc/passwd",
        "/static/%00",
        "/articles/../../etc/passwd",
    ):
        assert served.client.get(path, headers=served.reading).status_code in (401, 404), path
