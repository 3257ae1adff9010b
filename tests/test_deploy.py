"""What `deploy` holds agrees with the code: its commands, paths, exit codes and port."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pytest
import yaml

from bot.cli.commands import commands
from bot.cli.exit_codes import EXIT_CODES
from bot.config import TOKEN_VARIABLE, Config, ConfigError
from bot.telegram.application import END
from bot.telegram.errors import BrokenError, TelegramTroubleError, TokenRefusedError
from retrieval.errors import DerekError, StoreError
from tests.support.paths import ROOT

DEPLOY = ROOT / "deploy"
UNIT, DOCKERFILE = DEPLOY / "derek.service", (DEPLOY / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def understood(words: Sequence[str]) -> dict[str, object]:
    """Return the options of a command line of ours that begins `derek` and ends `run`."""
    program, *arguments = words
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert PurePosixPath(program).name in scripts
    with commands.make_context(program, list(arguments)) as context:
        name, run, rest = commands.resolve_command(context, [*context._protected_args, *context.args])
        assert (name, rest) == ("run", [])
        assert run
        return dict(context.params)


@pytest.fixture(name="unit")
def service_section() -> configparser.SectionProxy:
    """Give the unit's main section; of a setting that stands twice, the last."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names are told apart by their letters
    parser.read_string(UNIT.read_text("utf-8"))
    return parser["Service"]


def test_the_unit_runs_a_command_that_there_is_in_the_folder_that_it_owns(
    unit: configparser.SectionProxy,
) -> None:
    options = understood(shlex.split(unit["ExecStart"]))
    state = Path("/var/lib") / unit["StateDirectory"]
    assert isinstance(data := options["data"], Path)
    assert data.parent == state, "the folder is made whole, beside where it will be"
    assert f"HOME={state}" in unit["Environment"]
    assert TOKEN_VARIABLE in UNIT.read_text("utf-8")


def test_the_unit_restarts_what_may_get_better_and_nothing_else(unit: configparser.SectionProxy) -> None:
    final = set(map(int, unit["RestartPreventExitStatus"].split()))
    assert final == {EXIT_CODES[kind] for kind in (ConfigError, StoreError, TokenRefusedError, DerekError)}
    assert not final & {EXIT_CODES[TelegramTroubleError], EXIT_CODES[BrokenError]}
    assert unit["Restart"] == "on-failure"
    assert int(unit["TimeoutStopSec"]) > END


def test_the_unit_is_hardened(unit: configparser.SectionProxy) -> None:
    for name, value in {
        "DynamicUser": "yes",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "CapabilityBoundingSet": "",
    }.items():
        assert unit[name] == value


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    text = UNIT.read_text("utf-8").replace("/opt/derek/bin/derek", "/bin/true")
    copy = tmp_path / UNIT.name
    copy.write_text(text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False, timeout=120
    )
    assert not [line for line in done.stderr.splitlines() if UNIT.name in line]


def instruction(name: str) -> list[str]:
    """Return what stands behind each instruction of a name, its lines joined."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{name} +(.*)$", joined, flags=re.MULTILINE)


def test_the_image_runs_a_command_that_there_is_as_nobody_of_note() -> None:
    [entry], [command], [volume], [user] = map(instruction, ("ENTRYPOINT", "CMD", "VOLUME", "USER"))
    options = understood([*json.loads(entry), *json.loads(command)])
    assert isinstance(data := options["data"], Path)
    assert data.parent == Path(volume)
    assert int(user) > 0
    assert "[semantic]" in DOCKERFILE, "the model is in it"


def test_the_image_is_built_of_what_there_is_and_sent_nothing_else() -> None:
    sent = set(re.findall("^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8"), re.MULTILINE))
    copied = {name for line in instruction("COPY") if "--from" not in line for name in line.split()[:-1]}
    assert copied == sent
    assert all((ROOT / name).exists() for name in sent)


def test_the_image_asks_for_its_health_where_that_is_told() -> None:
    [written] = re.findall(r"printf '(.*?)' > (\S+)", DOCKERFILE)
    settings = Config.model_validate(tomllib.loads(written[0].replace("\\n", "\n")))
    [entry], [check], [port] = map(instruction, ("ENTRYPOINT", "HEALTHCHECK", "EXPOSE"))
    assert settings.health.place == ("127.0.0.1", int(port))
    assert f"http://{settings.health.listen}/healthz" in check
    assert written[1] in entry


def test_compose_is_about_this_image() -> None:
    service = COMPOSE["services"]["derek"]
    context = DEPLOY / service["build"]["context"]
    assert (context / service["build"]["dockerfile"]).resolve() == DEPLOY / "Dockerfile"
    [mounted] = service["volumes"]
    name, _, place = mounted.partition(":")
    assert name in COMPOSE["volumes"]
    assert [place] == instruction("VOLUME")
    assert int(service["stop_grace_period"].removesuffix("s")) > END
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True


def test_the_documents_tell_of_each_file() -> None:
    told = (ROOT / "docs" / "operating.md").read_text("utf-8")
    for name in ("derek.service", "Dockerfile", "compose.yaml"):
        assert f"deploy/{name}" in told
