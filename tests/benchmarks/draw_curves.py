"""Draw how the cost of a question grows with the corpus, beside this file.

python -m tests.benchmarks.draw_curves SENTENCES...

Each size is measured by `bench_index`, whose figures are kept as curves.json; without sizes, what is
kept is only drawn again.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import click

KEPT = Path(__file__).with_name("curves.json")
DRAWN = Path(__file__).with_name("curves.svg")


def measured(size: int) -> dict[str, object]:
    """Return the figures of all engines at one size."""
    with tempfile.TemporaryDirectory() as place:
        figures = Path(place) / "figures.json"
        command = [sys.executable, "-m", "tests.benchmarks.bench_index", str(size), "--json", str(figures)]
        subprocess.run(command, check=False)
        table: dict[str, object] = json.loads(figures.read_text("utf-8"))
        return table


def draw(kept: list[dict[str, object]]) -> None:
    """Draw the median of a question, and the memory that is no file's, over the size of the corpus."""
    import matplotlib as mpl  # noqa: PLC0415  only for this

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "derek"
    from matplotlib import pyplot as plt  # noqa: PLC0415  after the choice above

    figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for axis, key, title in zip(
        axes, ("p50_ms", "rss_mb"), ("a question, median, ms", "memory without mapped files, MB"), strict=True
    ):
        curves: dict[str, list[tuple[int, float]]] = {}
        for one in kept:
            for name, figures in one["engines"].items():  # type: ignore[attr-defined]  # read from JSON
                curves.setdefault(name, []).append((one["sentences"], figures[key]))  # type: ignore[arg-type]
        for name, points in curves.items():
            axis.plot(
                *zip(*points, strict=True), marker="o", label=name, linewidth=3 if "Derek" in name else 1
            )
        axis.set(xscale="log", yscale="log", xlabel="sentences", title=title)
        axis.grid(visible=True, alpha=0.3)
    axes[0].legend(fontsize="small")
    figure.savefig(DRAWN, metadata={"Date": None})


@click.command()
@click.argument("sizes", type=int, nargs=-1)
def main(sizes: tuple[int, ...]) -> None:
    """Measure the sizes, keep the figures, draw."""
    kept = [measured(size) for size in sizes] if sizes else json.loads(KEPT.read_text("utf-8"))
    KEPT.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    draw(kept)


if __name__ == "__main__":
    main()
