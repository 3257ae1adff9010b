"""The API keeps to its description: requests made from it bring no fault, and nothing that is not described.

It needs schemathesis, which `make browser` installs. DEREK_SECONDS says how long it is tried.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.assembly import assemble
from bot.chats.keys import CONSOLE
from bot.chats.persons import Standing
from bot.config import Config, WebSettings
from bot.web.serving import serving
from tests.conftest import WORDS_ALONE
from tests.support.running import free_port

pytest.importorskip("schemathesis", reason="schemathesis is not installed: make browser")

#: For how long by default, in seconds.
_SECONDS = 30

#: What is looked for. That a key is really asked for is tried for every route in test_access.py.
_CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,unsupported_method,use_after_free"
)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_api_keeps_to_its_description(tmp_path: Path) -> None:
    seconds = int(os.environ.get("DEREK_SECONDS", str(_SECONDS)))
    settings = WebSettings(listen=f"127.0.0.1:{free_port()}", requests_per_minute=100_000)
    with assemble(Config(data=tmp_path / "derek", semantic=WORDS_ALONE)) as derek, serving(derek, settings):
        key, _ = derek.people.keys.create("tester", Standing.ADMINISTRATOR, CONSOLE)
        command = [
            *(str(Path(sys.executable).parent / "schemathesis"), "run"),
            f"{settings.address}/api/v1/openapi.json",
            *("--header", f"Authorization: Bearer {key}", "--checks", _CHECKS),
            *("--max-time", str(seconds), "--seed", "1", "--no-color"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-20_000:]
