"""Derek as a process of its own, told to talk to a Bot API on loopback."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from tests.support.bot_api.server import TEST_TOKEN

DEREK = Path(sys.executable).parent / "derek"


def keep_samples(folder: Path) -> None:
    """Put an own article beside the sample articles, which would make room for the first one."""
    own = folder / "own.txt"
    own.write_text("A note\n\nThe kettle of the office is in the cupboard.\n", "utf-8")
    added = [str(DEREK), "--data", str(folder / "data"), "add", "--keep-samples", str(own)]
    subprocess.run(added, check=True, capture_output=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningDerek:
    """`derek run` on a data folder; leaving the context stops it as a service manager would."""

    def __init__(  # noqa: PLR0913  the settings that tests vary
        self,
        folder: Path,
        server: str,
        *,
        token: str = TEST_TOKEN,
        administrators: tuple[int, ...] = (),
        webhook_port: int | None = None,
        collections: str = "",
        secret: str | None = None,
        access: str = "open",
        questions_per_minute: int = 1_000,
        debug: bool = False,
        log_texts: bool = False,
        health_port: int | None = None,
        web_port: int | None = None,
    ) -> None:
        self._config = folder / "config.toml"
        self._log = folder / "log.txt"
        self._environment = {"DEREK_TELEGRAM_TOKEN": token}
        if secret:
            self._environment["DEREK_WEBHOOK_SECRET"] = secret
        self._arguments = [*(["--debug"] if debug else []), "--data", str(folder / "data")]
        self._arguments += ["--config", str(self._config), "run"]
        settings = [
            "[semantic]",
            'kind = "none"',
            "[telegram]",
            f'api = "{server}"',
            f'access = "{access}"',
            f"questions_per_minute = {questions_per_minute}",
            f"administrators = {list(administrators)}",
            f"log_texts = {str(log_texts).lower()}",
        ]
        if webhook_port:
            settings += ["[telegram.webhook]", f'url = "http://127.0.0.1:{webhook_port}/hook"']
            settings += [f"port = {webhook_port}"]
            self._arguments.append("--webhook")
        settings += ["[telegram.collections]", collections]
        if health_port:
            settings += ["[health]", f'listen = "127.0.0.1:{health_port}"']
        if web_port:
            settings += ["[web]", f'listen = "127.0.0.1:{web_port}"', "open = true"]
        self._config.write_text("\n".join(settings), "utf-8")
        self._process: subprocess.Popen[bytes]

    def __enter__(self) -> "RunningDerek":
        environment = os.environ | self._environment
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [DEREK, *self._arguments], stderr=log, stdout=log, env=environment
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is not None:
            error.add_note(f"what Derek logged:\n{self.log}")

    @property
    def log(self) -> str:
        """What it has written to its standard streams so far."""
        return self._log.read_text("utf-8")

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._process.pid

    def wait(self, timeout: float = 120) -> int:
        """Return its exit code once it has ended by itself."""
        return self._process.wait(timeout)

    def kill(self) -> None:
        """End it at once, where it would otherwise answer all that still waits."""
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        """Start it again after it ended."""
        self.__enter__()

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(120)
