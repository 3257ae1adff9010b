"""How a question's time divides among the stages of its way, by Python's own profiler."""

import cProfile
import pstats
from collections.abc import Callable, Mapping, Sequence

#: The function that each stage is, by its file's end and its name; what it calls is its own.
STAGES: Mapping[str, tuple[str, str]] = {
    "model": ("semantic/embedders/bundled.py", "embed_queries"),
    "words": ("semantic/embedders/bundled.py", "embed_words"),
    "near": ("semantic/neighbours.py", "search"),
    "search": ("index/search.py", "search"),
    "read": ("storage/store.py", "stored_sentences"),
    "features": ("ranking/features.py", "columns"),
    "align": ("ranking/features.py", "alignment_columns"),
    "rank": ("ranking/ranker.py", "rank"),
    "highlight": ("answers/highlight.py", "highlight"),
}


def shares(ask: Callable[[str], object], asked: Sequence[str]) -> dict[str, float]:
    """Return what share of the time each stage takes, and "rest" what is in none."""
    profile = cProfile.Profile()
    for question in asked:
        profile.runcall(ask, question)
    stats = pstats.Stats(profile)
    taken = dict.fromkeys(STAGES, 0.0)
    for (file, _, name), (*_, cumulative, _) in stats.stats.items():  # type: ignore[attr-defined]  # not in typeshed
        for stage, (end, function) in STAGES.items():
            if name == function and file.endswith(end):
                taken[stage] += cumulative
    taken["rank"] -= taken["features"] + taken["align"]  # which it calls
    whole = stats.total_tt  # type: ignore[attr-defined]  # not in typeshed
    return {stage: time / whole for stage, time in taken.items()} | {"rest": 1 - sum(taken.values()) / whole}


def shown(found: Mapping[str, float], milliseconds: float) -> str:
    """Return a line that shows the shares of so many milliseconds."""
    return "  ".join(f"{stage} {share * milliseconds:.1f}" for stage, share in found.items())
