"""The measures that papers print, of one run on a judged set."""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval.evaluation.judged import JudgedSet
from retrieval.evaluation.runs import Ranking, Run


def measure(judged: JudgedSet, answered: Run) -> dict[str, Any]:
    """Return the figures of a run by their names, means over the questions; `auroc` may be None.

    It is None where the set has no unanswerable questions. `ms_p50` is a median, in milliseconds.
    """
    rows = [_measures(answered.rankings[name], judged.relevant[name]) for name in judged.questions]
    means = {name: statistics.fmean(row[name] for row in rows) for name in rows[0]} if rows else {}
    return {
        "set": judged.name,
        "questions": len(rows),
        **{name: round(value, 4) for name, value in means.items()},
        "auroc": _answerability(judged, answered.rankings),
        "ms_p50": round(answered.ms_p50, 2),
    }


def _measures(ranking: Ranking, relevant: frozenset[str]) -> dict[str, float]:
    """Return the measures of one question, all of binary relevance."""
    ranks = [rank for rank, (name, _) in enumerate(ranking, 1) if name in relevant]
    first = ranks[0] if ranks else math.inf
    gain = sum(1 / math.log2(rank + 1) for rank in ranks if rank <= 10)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(10, len(relevant)) + 1))
    return {
        "hit@1": float(first <= 1),
        "hit@3": float(first <= 3),
        "hit@10": float(first <= 10),
        "MRR@10": 1 / first if first <= 10 else 0.0,
        "nDCG@10": gain / ideal,
        "MAP": sum(count / rank for count, rank in enumerate(ranks, 1)) / len(relevant),
    }


def _answerability(judged: JudgedSet, rankings: Mapping[str, Ranking]) -> float | None:
    """Return the AUROC of the best scores: of answerable questions against unanswerable ones."""
    if not judged.unanswerable or not judged.questions:
        return None
    answerable = [_best(rankings[name]) for name in judged.questions]
    return round(auroc(answerable, [_best(rankings[name]) for name in judged.unanswerable]), 4)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the area under the ROC curve: the share of pairs whose positive is the higher, ties half."""
    higher = sum((high > low) + 0.5 * (high == low) for high in positive for low in negative)
    return higher / (len(positive) * len(negative))


@dataclass(frozen=True, slots=True)
class Risk:
    """What a threshold does: the share of questions answered, and the share of these answered rightly.

    `refused` and `wrongly_refused` are the shares of unanswerable and of answerable questions below it. A
    share of no questions is None.
    """

    threshold: float
    answered: float
    right: float | None
    refused: float | None
    wrongly_refused: float | None


#: The thresholds that a risk–coverage curve is shown at: round numbers, and .17 by which Derek refuses.
THRESHOLDS = (0.0, 0.1, 0.17, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9)


def risks(judged: JudgedSet, rankings: Mapping[str, Ranking]) -> list[Risk]:
    """Return the risk–coverage curve (El-Yaniv and Wiener 2010) of the first citations."""
    answers = [(name, judged.relevant[name]) for name in judged.questions]
    answers += [(name, frozenset()) for name in judged.unanswerable]
    firsts = [
        (_best(rankings[name]), relevant, {sentence for sentence, _ in rankings[name][:1]})
        for name, relevant in answers
    ]

    def share(rows: Sequence[bool]) -> float | None:
        return round(statistics.fmean(rows), 4) if rows else None

    return [
        Risk(
            threshold,
            share([score >= threshold for score, _, _ in firsts]) or 0.0,
            share([bool(relevant & first) for score, relevant, first in firsts if score >= threshold]),
            share([score < threshold for score, relevant, _ in firsts if not relevant]),
            share([score < threshold for score, relevant, _ in firsts if relevant]),
        )
        for threshold in THRESHOLDS
    ]


def curve(judged: JudgedSet, answered: Run) -> Iterator[str]:
    """Yield the lines of a table that shows the risk–coverage curve; a dash is a share of none."""
    yield "min_confidence  answered  right of these  unanswerable refused  answerable refused"
    for risk in risks(judged, answered.rankings):
        shares = (risk.answered, risk.right, risk.refused, risk.wrongly_refused)
        cells = ["–" if share is None else f"{share:.3f}" for share in shares]
        yield f"{risk.threshold:>14.2f}  {cells[0]:>8}  {cells[1]:>14}  {cells[2]:>20}  {cells[3]:>18}"


def _best(ranking: Ranking) -> float:
    """Return the score of the first sentence, or 0 if nothing was found."""
    return ranking[0][1] if ranking else 0.0
