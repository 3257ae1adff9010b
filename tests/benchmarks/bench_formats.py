"""Print how much of a document stays what it is in other formats, as pandoc writes them.

python -m tests.benchmarks.bench_formats [FOLDER] [-v]

FOLDER has documents in Markdown, and is that of Derek's own ones by default. Each is read as it is and as
pandoc writes it in each format; a unit is exact where its text is the same, and its kind as well. What a
format has no word for may be another kind there: rich text of pandoc's knows no quotations.
"""

import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from retrieval.articles import SentenceKind
from retrieval.ingest.files import read_file
from tests.benchmarks.tables import Table, to_text

FORMATS = ("docx", "odt", "epub", "html", "rtf")

#: Markdown as Derek reads it, to pandoc.
_MARKDOWN = "gfm+footnotes+definition_lists+yaml_metadata_block"

#: What is another kind though it is the same: a first heading is a title where no other is.
_AS = {SentenceKind.TITLE: SentenceKind.HEADING}

Unit = tuple[SentenceKind, str]


def units_of(path: Path) -> Counter[Unit]:
    """Return the units of a file, each with its kind, and how often it stands there."""
    return Counter(
        (_AS.get(unit.kind, unit.kind), " ".join(unit.span.of(document.article.text).split()))
        for document in read_file(path)
        for unit in document.units
    )


def written(path: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield a document in each format, as pandoc writes it."""
    for name in FORMATS:
        target = folder / f"{path.stem}.{name}"
        command = ["pandoc", "--standalone", "--from", _MARKDOWN, str(path), "--output", str(target)]
        subprocess.run(command, check=True, capture_output=True)
        yield name, target


def texts(units: Counter[Unit]) -> Counter[str]:
    """Return the texts of units, whatever their kinds."""
    counted: Counter[str] = Counter()
    for (_, text), times in units.items():
        counted[text] += times
    return counted


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default="docs")
@click.option("-v", "verbose", is_flag=True, help="Show what is missing, and what there is in its place.")
def main(folder: Path, *, verbose: bool) -> None:
    """Print the table, or why there is none."""
    if shutil.which("pandoc") is None:
        click.echo("Skipped: pandoc is not installed, and it writes what is read here.")
        return
    expected, exact, alike, found = (Counter[str]() for _ in range(4))
    for path in sorted(folder.rglob("*.md")):
        own = units_of(path)
        with TemporaryDirectory() as temporary:
            for name, target in written(path, Path(temporary)):
                read = units_of(target)
                expected[name] += own.total()
                found[name] += read.total()
                exact[name] += (texts(own) & texts(read)).total()
                alike[name] += (own & read).total()
                if verbose:
                    _show(target.name, own, read)
    rows = tuple(
        (
            name,
            expected[name],
            round(exact[name] / max(1, expected[name]), 3),
            round(exact[name] / max(1, found[name]), 3),
            round(alike[name] / max(1, expected[name]), 3),
        )
        for name in FORMATS
    )
    columns = ("format", "units", "read exactly", "of those read", "and as their kind")
    click.echo(to_text(Table("Units of Markdown that pandoc wrote in other formats", columns, rows)))


def _show(name: str, own: Counter[Unit], read: Counter[Unit]) -> None:
    for sign, units in (("-", own - read), ("+", read - own)):
        for kind, text in units:
            click.echo(f"{name} {sign} {kind.value}: {text}")


if __name__ == "__main__":
    main()
