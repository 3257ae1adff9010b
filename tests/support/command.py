"""The command `derek`: how it ends, and what it writes."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.assembly import assemble
from bot.config import Config
from tests.support.forking import run_derek

BRIDGE = (
    "Turgay bridge opens\n\nThe bridge over the Turgay was opened on 3 May. It cost 12 million dollars.\n"
)
BRIDGE_QUESTION = "How many dollars did the Turgay bridge cost?"


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line that it complains in."""
        assert "Traceback" not in self.err
        (line,) = self.err.splitlines()
        return line

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def derek(*arguments: str | bytes | Path, given: str | bytes = b"", **environment: str) -> Result:
    assert "pytest" in os.environ["HOME"], "the tester's own articles are none of the tests' business"
    done = run_derek(
        [os.fsdecode(argument) for argument in arguments],
        given.encode() if isinstance(given, str) else given,
        os.environ | environment,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def article_ids(data: Path) -> set[str]:
    with assemble(Config(data=data)) as there:
        return {entry.article_id for entry in there.store.catalogue()}
