"""MCP by the official client: over HTTP with a key, on pipes, and only what the key may."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from bot.assembly import Derek
from bot.chats.keys import CONSOLE
from bot.chats.persons import Standing
from bot.config import WebSettings
from bot.web.serving import serving
from tests.support.running import DEREK, free_port
from tests.web.conftest import Served

QUESTION = "How many joint Kazakh-Russian enterprises are there?"


@contextmanager
def listening(derek: Derek) -> Iterator[str]:
    settings = WebSettings(listen=f"127.0.0.1:{free_port()}")
    with serving(derek, settings):
        yield f"http://{settings.listen}/mcp"


def over_http(url: str, secret: str, use: Callable[[Client], Coroutine[Any, Any, Any]]) -> Any:
    async def run() -> Any:
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {secret}"}) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            return await use(client)

    return asyncio.run(run())


async def names(client: Client) -> set[str]:
    return {tool.name for tool in (await client.list_tools()).tools}


def test_a_question_is_answered_with_its_citation(derek: Derek) -> None:
    secret, _ = derek.people.keys.create("reader", Standing.READER, CONSOLE)

    async def use(client: Client) -> None:
        assert await names(client) == {"ask", "search", "read"}
        answer = await client.call_tool("ask", {"question": QUESTION})
        assert not answer.is_error
        assert answer.structured_content
        cited = answer.structured_content["citations"][0]
        assert "3 325 joint" in cited["quote"]
        text = answer.content[0].text  # type: ignore[union-attr]  # a text
        assert cited["quote"] in text
        assert cited["article_id"] in text
        found = await client.call_tool("search", {"topic": "energy", "limit": 2})
        assert len((found.structured_content or {})["citations"]) == 2
        read = await client.call_tool("read", {"article_id": cited["article_id"], "first": 1, "count": 2})
        assert [one["number"] for one in (read.structured_content or {})["passages"]] == [1, 2]
        for tool, given in (("ask", {"question": "?!"}), ("read", {"article_id": "ffffffff"}), ("ask", {})):
            assert (await client.call_tool(tool, given)).is_error
        assert (await client.call_tool("add", {"text": "x"})).is_error

    with listening(derek) as url:
        over_http(url, secret, use)
    assert derek.store.count_articles() == 5


def test_an_administrator_adds(derek: Derek) -> None:
    secret, _ = derek.people.keys.create("administrator", Standing.ADMINISTRATOR, CONSOLE)

    async def use(client: Client) -> None:
        assert await names(client) == {"ask", "search", "read", "add"}
        added = await client.call_tool("add", {"text": "Turgay bridge\n\nThe bridge cost 12 million."})
        assert (added.structured_content or {})["outcome"] == "added"
        answer = await client.call_tool("ask", {"question": "How much did the bridge cost?"})
        assert (answer.structured_content or {})["status"] == "answered"

    with listening(derek) as url:
        over_http(url, secret, use)


@pytest.mark.parametrize("shown", ["none", "wrong", "revoked"])
def test_nobody_else_is_let_in(served: Served, shown: str) -> None:
    keys = served.derek.people.keys
    revoked, _ = keys.create("old", Standing.ADMINISTRATOR, CONSOLE)
    keys.revoke("old", CONSOLE)
    headers = {
        "none": {},
        "wrong": served.as_("derek_wrong"),
        "revoked": served.as_(revoked),
    }[shown]
    called = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask", "arguments": {}}}
    accepted = {"Accept": "application/json, text/event-stream"}
    for method in ("GET", "POST", "DELETE"):
        response = served.client.request(method, "/mcp", json=called, headers=headers | accepted)
        assert response.status_code == 401
    foreign = {"Origin": "https://evil.example"}
    response = served.client.post("/mcp", json=called, headers=served.keeping | accepted | foreign)
    assert response.status_code == 403


def test_on_pipes_it_answers_as_well(tmp_path: Path) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text('[semantic]\nkind = "none"\n', "utf-8")
    command = ["--config", str(settings), "--data", str(tmp_path / "derek"), "mcp"]

    async def run(*more: str) -> set[str]:
        parameters = StdioServerParameters(command=str(DEREK), args=[*command, *more])
        async with Client(stdio_client(parameters)) as client:
            answer = await client.call_tool("ask", {"question": QUESTION})
            assert "3 325 joint" in json.dumps(answer.structured_content)
            return await names(client)

    assert asyncio.run(run()) == {"ask", "search", "read"}
    assert asyncio.run(run("--role", "administrator")) == {"ask", "search", "read", "add"}
