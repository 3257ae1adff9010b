"""The measurements that are kept: the tables of the benchmarks, and what they were measured on.

python -m tests.benchmarks.measurements [--check]

Each is kept in docs/measurements twice, as JSON and as Markdown, and tables.md links to all. Printed are the
tables as they are kept or, with --check, whether each is older than the code that it measured. Exits with 1
when any is, or is missing.
"""

import hashlib
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click
from pydantic import TypeAdapter

from tests.benchmarks.tables import Table, escaped, to_markdown, to_text
from tests.support.paths import ROOT

KEPT = ROOT / "docs" / "measurements"

#: What makes each measurement, but for --write.
COMMANDS: Mapping[str, str] = {
    "sentences": "python -m tests.benchmarks.bench_sentences",
    "start": "python -m tests.benchmarks.bench_start",
    "embed": "python -m tests.benchmarks.bench_embed",
    "ask": "python -m tests.benchmarks.bench_ask",
    "refusal": "python -m tests.benchmarks.bench_refusal",
    "slips": "python -m tests.benchmarks.bench_slips",
    "parts": "python -m tests.benchmarks.bench_parts",
    "agreement": "python -m tests.benchmarks.bench_agreement",
    "followups": "python -m tests.benchmarks.bench_followups",
    "followups-lexical": "python -m tests.benchmarks.bench_followups --lexical",
    "threads": "python -m tests.benchmarks.bench_threads",
    "vectors": "OMP_NUM_THREADS=1 python -m tests.benchmarks.bench_vectors",
    "quality": "python -m tests.quality.gate",
    "quality-lexical": "python -m tests.quality.gate --lexical",
}

#: Where a change makes the code another one than its commit says.
_CODE = ("retrieval", "bot", "seeds", "tests")

#: The files of a package that decide what it does: its modules, and the data that they read.
_SUFFIXES = frozenset({".py", ".toml", ".json", ".tsv"})

#: An import of the project's own, also one in a script that a benchmark runs in a process of its own.
_IMPORT = re.compile(r"^(?:from|import) ((?:bot|retrieval|tests)(?:\.\w+)*)", flags=re.MULTILINE)

#: What decides where a table stands and how it looks, not what it says.
_PRESENTATION = frozenset({"tests.benchmarks.measurements", "tests.benchmarks.tables", "tests.support.paths"})


@dataclass(frozen=True, slots=True)
class Machine:
    """What times depend on; None is what the system does not tell."""

    processor: str | None
    cores: int | None
    memory_gb: float | None
    python: str

    def __str__(self) -> str:
        cores = f"{self.cores} cores" if self.cores else None
        memory = f"{self.memory_gb} GB" if self.memory_gb else None
        return ", ".join(filter(None, (self.processor, cores, memory, f"Python {self.python}")))


@dataclass(frozen=True, slots=True)
class Measurement:
    """Tables, and when, at which commit and on which machine a command measured them."""

    name: str
    command: str
    date: datetime
    #: A short hash, with a "+" where the code was not as the commit has it; None without Git.
    commit: str | None
    machine: Machine
    #: The digest of the code that was measured.
    code: str
    tables: tuple[Table, ...]

    @property
    def origin(self) -> str:
        """When, at which commit and on which machine, on one line."""
        return f"{self.date:%Y-%m-%d} · {self.commit or 'no commit'} · {self.machine}"


_JSON = TypeAdapter(Measurement)


def page(measurement: Measurement) -> str:
    """Return a measurement as Markdown."""
    head = f"# {measurement.name}\n\n{escaped(measurement.origin)}\n\n`{measurement.command}`\n"
    return "\n".join([head, *map(to_markdown, measurement.tables)])


def contents(measurements: Iterable[Measurement]) -> str:
    """Return the page that links to those of the measurements."""
    links = (f"- [{each.name}]({each.name}.md): {escaped(each.origin)}\n" for each in measurements)
    return "# Tables\n\n`make measures` writes this list with them.\n\n" + "".join(links)


def write_measurement(folder: Path, measurement: Measurement) -> None:
    """Keep a measurement in a folder, and link to it from the page of contents."""
    file = folder / f"{measurement.name}.json"
    file.write_bytes(_JSON.dump_json(measurement, indent=1) + b"\n")
    file.with_suffix(".md").write_text(page(measurement), "utf-8")
    (folder / "tables.md").write_text(contents(read_measurements(folder).values()), "utf-8")


def read_measurements(folder: Path) -> dict[str, Measurement]:
    """Return the measurements that are kept in a folder, by name."""
    return {file.stem: _JSON.validate_json(file.read_bytes()) for file in sorted(folder.glob("*.json"))}


def measured_files(root: Path, module: str) -> list[Path]:
    """Return the files that a benchmark measures: the packages and the modules of tests that it imports."""
    files: set[Path] = set()
    packages, waiting = {"retrieval"}, [module]
    while waiting:
        file = root / f"{waiting.pop().replace('.', '/')}.py"
        if file in files:
            continue
        files.add(file)
        imported = set(_IMPORT.findall(file.read_text("utf-8"))) - _PRESENTATION
        waiting += [name for name in imported if name.startswith("tests.")]
        packages |= {name.partition(".")[0] for name in imported} - {"tests"}
    for package in packages:
        files |= {path for path in (root / package).rglob("*") if path.suffix in _SUFFIXES}
    return sorted(files)


def code_digest(root: Path, command: str) -> str:
    """Return what tells the code that a command measures from other code."""
    digest = hashlib.sha256()
    for file in measured_files(root, command.partition(" -m ")[2].split()[0]):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def fault(measurement: Measurement | None, command: str, code: str) -> str | None:
    """Return what is wrong with a measurement as it is kept, or None."""
    if measurement is None:
        return "missing"
    if measurement.command != command:
        return f"measured otherwise: {measurement.command}"
    return None if measurement.code == code else f"older than the code: of {measurement.date:%Y-%m-%d}"


def this_machine() -> Machine:
    """Return what this machine is, as far as the system tells."""
    model = re.search(r"^model name\s*:\s*(.+)$", _system("/proc/cpuinfo"), flags=re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+) kB$", _system("/proc/meminfo"), flags=re.MULTILINE)
    return Machine(
        processor=model[1].strip() if model else platform.processor() or platform.machine() or None,
        cores=os.cpu_count(),
        memory_gb=round(int(memory[1]) / 2**20, 1) if memory else None,
        python=platform.python_version(),
    )


def _system(file: str) -> str:
    try:
        return Path(file).read_text("utf-8", errors="replace")
    except OSError:  # Only Linux has it.
        return ""


def this_commit(root: Path) -> str | None:
    """Return the short hash of the commit, with a "+" where the code is not as it has it.

    It is None where there is no Git.
    """
    try:
        commit = _git(root, "rev-parse", "--short", "HEAD")
        return f"{commit}+" if _git(root, "status", "--short", "--", *_CODE) else commit
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


#: The option of every benchmark.
writing = click.option("--write", is_flag=True, help="Keep the tables in docs/measurements.")


def begin(name: str, options: str = "") -> Measurement:
    """Return a measurement of the code as it is now, without tables.

    `options` are those that the command was run with beside its usual ones.
    """
    return Measurement(
        name=name,
        command=f"{COMMANDS[name]} {options}".strip(),
        date=datetime.now(UTC).replace(microsecond=0),
        commit=this_commit(ROOT),
        machine=this_machine(),
        code=code_digest(ROOT, COMMANDS[name]),
        tables=(),
    )


def publish(begun: Measurement, tables: Iterable[Table], *, write: bool) -> None:
    """Print each table as soon as it is there and, if that is wanted, keep them all."""
    measurement = replace(begun, tables=tuple(_printed(tables)))
    if write:
        write_measurement(KEPT, measurement)


def _printed(tables: Iterable[Table]) -> Iterator[Table]:
    for table in tables:
        click.echo(to_text(table))
        yield table


@click.command()
@click.option("--check", is_flag=True, help="Say which tables are missing, or older than the code.")
def main(check: bool) -> None:
    """Print the tables that are kept, or whether the code is still the one that they measured."""
    measurements = read_measurements(KEPT)
    if not check:
        for measurement in measurements.values():
            click.echo(f"{measurement.name}: {measurement.origin}\n")
            for table in measurement.tables:
                click.echo(to_text(table))
        return
    faults = {
        name: fault(measurements.get(name), command, code_digest(ROOT, command))
        for name, command in COMMANDS.items()
    }
    for name, wrong in faults.items():
        click.echo(f"{name:18}" + (f"{wrong}; run {COMMANDS[name]} --write" if wrong else "current"))
    sys.exit(any(faults.values()))


if __name__ == "__main__":
    main()
