"""The commands that serve by HTTP, and those about keys."""

import json
import re
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.support.command import derek
from tests.support.running import DEREK, free_port
from tests.support.waiting import until

QUESTION = "How many joint Kazakh-Russian enterprises are there?"


def test_one_request_needs_no_network() -> None:
    answer = derek("serve", "--get", "/api/v1/ask?q=How+many+joint+Kazakh-Russian+enterprises+are+there%3F")
    assert (answer.code, answer.err) == (0, "")
    assert json.loads(answer.out) == json.loads(derek("ask", "--json", QUESTION).out)
    missing = derek("serve", "--get", "api/v1/articles/ffffffff")
    assert (missing.code, json.loads(missing.out)["status"]) == (1, 404)


def test_keys_are_made_listed_and_revoked() -> None:
    assert derek("key", "new", "a", "--role", "administrator", "--in", "hr").code == 2
    made = derek("key", "new", "newsroom", "--in", "hr")
    assert re.fullmatch(r"derek_[\w-]{43}\n", made.out)
    assert derek("key", "list").out == "1 newsroom · may ask · collections: hr\n"
    (line,) = derek("key", "list", "--json").lines
    assert (line["name"], line["role"], line["in"], line["revoked"]) == (
        "newsroom",
        "reader",
        ["hr"],
        None,
    )
    taken = derek("key", "new", "newsroom")
    assert (taken.code, "another key is called so" in taken.error) == (2, True)
    assert derek("key", "revoke", "newsroom").code == 0
    assert derek("key", "list").out.endswith("revoked\n")
    unknown = derek("key", "revoke", "newsroom")
    assert (unknown.code, "derek key list" in unknown.error) == (2, True)


def test_it_serves_until_it_is_stopped(tmp_path: Path) -> None:
    port = free_port()
    command = [str(DEREK), "--data", str(tmp_path / "data"), "serve", "--listen", f"127.0.0.1:{port}"]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as served,
        ExitStack() as stack,
    ):
        stack.callback(served.kill)
        assert served.stdout
        said = served.stdout.readline()
        (link,) = re.findall(r"http://127\.0\.0\.1:\d+/sign-in\?link=\S+", said)
        page = f"http://127.0.0.1:{port}"
        until(lambda: _answers(page), 30)
        with httpx.Client(base_url=page, follow_redirects=True) as browser:
            assert browser.get("/").status_code == 401
            secret = link.partition("link=")[2]
            assert browser.post("/sign-in", data={"link": secret}).status_code == 200
            assert (
                "joint Kazakh-Russian enterprises operating" in browser.get("/", params={"q": QUESTION}).text
            )
        taken = derek("serve", "--listen", f"127.0.0.1:{port}")
        assert (taken.code, str(port) in taken.error) == (3, True)
        served.send_signal(signal.SIGTERM)
        assert served.wait(30) == 0
        assert served.stderr
        assert secret not in served.stderr.read()


def _answers(page: str) -> bool:
    try:
        return httpx.get(f"{page}/api/v1/health").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("place", ["nowhere", "127.0.0.1:99999", ":80"])
def test_where_nothing_can_listen_is_said(place: str) -> None:
    refused = derek("serve", "--listen", place)
    assert (refused.code, "listen" in refused.error) == (3, True)
