"""What a shell completes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.command import Result, article_ids, derek
from tests.support.running import DEREK


def completed(*words: str) -> list[str]:
    """Return what the last word may become, each behind its kind, as a bash script is told."""
    told = derek(_DEREK_COMPLETE="bash_complete", COMP_WORDS=" ".join(words), COMP_CWORD=str(len(words) - 1))
    assert (told.code, told.err) == (0, "")
    return told.out.split()


@pytest.mark.parametrize(
    ("words", "may_be"),
    [
        (("derek", "sh"), ["plain,show"]),
        (("derek", "--co"), ["plain,--config", "plain,--color"]),
        (("derek", "--color", "n"), ["plain,never"]),
        (
            ("derek", "help", "re"),
            [f"plain,{name}" for name in ("redo", "refresh", "reindex", "remove", "restore")],
        ),
        (("derek", "completion", "b"), ["plain,bash"]),
        (("derek", "add", "brid"), ["file,brid"]),
        (("derek", "sync", "no"), ["dir,no"]),
        (("derek", "--data", "no"), ["dir,no"]),
        (("derek", "Who", "met", "--sin"), ["plain,--since"]),
        (("derek", "lst", "x"), []),
    ],
)
def test_commands_options_and_paths_are_completed(words: tuple[str, ...], may_be: list[str]) -> None:
    assert completed(*words) == may_be


@pytest.mark.parametrize("command", ["show", "remove"])
def test_ids_of_articles_are_completed(data: Path, command: str) -> None:
    ids = article_ids(data)
    assert set(completed("derek", command, "")) == {f"plain,{article_id}" for article_id in ids}
    assert completed("derek", "--data", str(data), command, "06C4") == ["plain,06c440b382dd"]
    with_titles = derek(_DEREK_COMPLETE="zsh_complete", COMP_WORDS=f"derek {command} 06", COMP_CWORD="2")
    assert with_titles.out.splitlines() == ["plain", "06c440b382dd", "Akorda press service"]


def test_without_a_data_folder_or_with_a_damaged_one_nothing_is_completed_and_nothing_made(
    home: Path, tmp_path: Path
) -> None:
    assert completed("derek", "show", "") == []
    assert not home.exists()
    home.mkdir(parents=True)
    assert completed("derek", "show", "") == []
    assert list(home.iterdir()) == []
    (home / "articles.sqlite3").write_bytes(b"no database" * 1_000)
    assert completed("derek", "show", "") == []
    assert completed("derek", "--config", str(tmp_path / "missing.toml"), "show", "") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_one(shell: str, tmp_path: Path) -> None:
    printed = derek("completion", shell)
    assert (printed.code, printed.err) == (0, "")
    assert f"_DEREK_COMPLETE={shell}_complete" in printed.out
    if shutil.which(shell):
        script = tmp_path / "script"
        script.write_text(printed.out)
        assert subprocess.run([shell, "-n", script], capture_output=True, check=False).stderr == b""


def test_bash_completes_by_its_script(data: Path) -> None:
    typed = "COMP_WORDS=(derek show 06); COMP_CWORD=2; _derek_completion derek"
    script = f'PATH="$0:$PATH"; eval "$(derek completion bash)"; {typed}; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", script, DEREK.parent], capture_output=True, check=False, timeout=120)
    assert done.stdout.decode() == "06c440b382dd\n"


def test_a_shell_that_is_not_known_is_refused() -> None:
    refused = derek("completion", "csh")
    assert (refused.code, refused.out) == (2, "")
    assert "bash" in refused.error
    assert derek(_DEREK_COMPLETE="csh_complete") == Result(1, "", "")
