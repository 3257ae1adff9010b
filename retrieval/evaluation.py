"""How good the answers are: judged questions, and the measures that papers print.

A judged set is a folder: `sentences.jsonl` {"id", "doc", "lang", "text"} in document order,
`questions.jsonl` {"id", "text"}, `qrels.tsv` question id, sentence id, 1, and perhaps
`unanswerable.jsonl`, questions that the set does not answer. The language of a question is not told
to the pipeline.
"""

import json
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from retrieval.articles import Article, Sentence, SentenceKind, Span, normalise
from retrieval.centred import Embedded
from retrieval.embeddings import Embedder
from retrieval.errors import JudgedSetError
from retrieval.index import Candidate, Change, Index, batches
from retrieval.lexicon import Lexicon, meaningful
from retrieval.middles import middles, word_middles
from retrieval.nearness import Likeness, Likenesses, Nearness, unlike
from retrieval.quantised import Quantised
from retrieval.rank import Held, Searcher

#: A question's sentences, the best first, each with its score.
Ranking = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Sentences, questions by their id, and the ids of the sentences that answer each."""

    name: str
    sentences: Sequence[Mapping[str, str]]
    questions: Mapping[str, str]
    relevant: Mapping[str, frozenset[str]]
    unanswerable: Mapping[str, str]

    def limited_to(self, ids: Iterable[str]) -> "JudgedSet":
        """Return the set with only these of its answerable questions."""
        wanted = set(ids)
        kept = {name: text for name, text in self.questions.items() if name in wanted}
        return JudgedSet(self.name, self.sentences, kept, self.relevant, self.unanswerable)


def read_judged_set(folder: Path) -> JudgedSet:
    """Return the judged set in a folder.

    Raises `JudgedSetError`.
    """
    questions = {row["id"]: row["text"] for row in _rows(folder / "questions.jsonl", "id", "text")}
    relevant: defaultdict[str, set[str]] = defaultdict(set)
    for number, line in enumerate(_lines(folder / "qrels.tsv"), 1):
        fields = line.split("\t")
        if len(fields) != 3:
            raise JudgedSetError(folder / "qrels.tsv", f"line {number} is no question, sentence and 1")
        relevant[fields[0]].add(fields[1])
    unanswerable = folder / "unanswerable.jsonl"
    return JudgedSet(
        name=folder.resolve().name,
        sentences=list(_rows(folder / "sentences.jsonl", "id", "doc", "lang", "text")),
        questions={name: text for name, text in questions.items() if name in relevant},
        relevant={name: frozenset(ids) for name, ids in relevant.items()},
        unanswerable={row["id"]: row["text"] for row in _rows(unanswerable, "id", "text")}
        if unanswerable.exists()
        else {},
    )


def read_ids(path: Path) -> list[str]:
    """Return the question ids in a file, one a line.

    Raises `JudgedSetError`.
    """
    return [line.strip() for line in _lines(path)]


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text("utf-8").split("\n") if line.strip()]
    except OSError as error:
        raise JudgedSetError(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise JudgedSetError(path, "it is not UTF-8") from error


def _rows(path: Path, *names: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(path), 1):
        try:
            row = json.loads(line)
            yield {name: str(row[name]) for name in names}
        except (ValueError, KeyError, TypeError) as error:
            raise JudgedSetError(path, f"line {number} is no object with {', '.join(names)}") from error


@dataclass(frozen=True, slots=True)
class Filled:
    """What an index was filled with: each sentence's id and text, article after article.

    Both go by article id and number; `languages` are those of the articles.
    """

    ids: Mapping[tuple[str, int], str]
    texts: Mapping[tuple[str, int], str]
    languages: Mapping[str, str]

    def read(self, candidates: Iterable[Candidate]) -> list[Held]:
        """Return what the candidates hold; judged sets have no titles."""
        return [Held(self.texts[one.article_id, one.number]) for one in candidates]

    def likenesses(self, embedder: Embedder) -> Likenesses:
        """Return what tells how near a question is to the sentences."""
        rows = Quantised.of(embedder.embed_passages(list(self.texts.values())))
        articles, start = [], 0
        for article_id, places in groupby(self.texts, key=itemgetter(0)):
            numbers = [number for _, number in places]
            own = rows[start : (start := start + len(numbers))]
            articles.append(Embedded(article_id, self.languages[article_id], numbers, own))
        nearness = Nearness(embedder.dimensions, middles(embedder.name))
        nearness.update(articles)
        lexicon = Lexicon(embedder.embed_words, known := word_middles(embedder.name))
        if known:  # All together, which is faster than for each question what its candidates say.
            embedder.embed_passages(meaningful(self.texts.values()))

        def likeness(text: str, language: str) -> Likeness:
            return Likeness(nearness.snapshot, lexicon, embedder.embed_queries([text])[0], language)

        return likeness


def fill(index: Index, sentences: Iterable[Mapping[str, str]]) -> Filled:
    """Put a set's sentences into an index as they are."""
    ids: dict[tuple[str, int], str] = {}
    found: dict[tuple[str, int], str] = {}
    languages: dict[str, str] = {}
    changes: list[Change] = []
    for name, rows in groupby(sentences, key=lambda row: row["doc"]):
        document = list(rows)
        texts = [normalise(row["text"]) for row in document]
        if not "".join(texts).strip():
            continue
        article = Article(key=name, text="\n".join(texts), language=document[0]["lang"])
        units, start = [], 0
        for number, (row, text) in enumerate(zip(document, texts, strict=True)):
            units.append(Sentence(article.id, number, Span(start, start + len(text)), SentenceKind.SENTENCE))
            ids[article.id, number] = row["id"]
            found[article.id, number] = text
            start += len(text) + 1
        languages[article.id] = article.language
        changes.append(Change(article.id, article, units))
    index.update(batches(enumerate(changes, 1)))
    return Filled(ids, found, languages)


@dataclass(frozen=True, slots=True)
class Run:
    """What the pipeline answered: the ranking of each question, and what a question cost."""

    rankings: Mapping[str, Ranking]
    ms_p50: float


def run(index: Index, judged: JudgedSet, embedder: Embedder | None = None) -> Run:
    """Ask an empty index, filled with the set, all of the set's questions.

    Raises `EmbedderError`.
    """
    filled = fill(index, judged.sentences)
    searcher = Searcher(index, filled.read, filled.likenesses(embedder) if embedder else unlike)
    rankings: dict[str, Ranking] = {}
    times = []
    # An index that builds itself on the first question is not to be timed by it.
    searcher.find("?")
    for name, text in (*judged.questions.items(), *judged.unanswerable.items()):
        began = time.perf_counter()
        evidence = searcher.find(normalise(text)).evidence
        times.append(1000 * (time.perf_counter() - began))
        rankings[name] = [
            (filled.ids[piece.article_id, piece.number], piece.probability) for piece in evidence
        ]
    return Run(rankings, statistics.median(times) if times else 0.0)


def write_run(answered: Run, path: Path) -> None:
    """Write the rankings as lines of question id, sentence id and score, parted by tabs.

    Raises `JudgedSetError`.
    """
    lines = (
        f"{question}\t{sentence}\t{score!r}\n"
        for question, ranking in answered.rankings.items()
        for sentence, score in ranking
    )
    try:
        path.write_text("".join(lines), "utf-8")
    except OSError as error:
        raise JudgedSetError(path, error.strerror or str(error)) from error


def measure(judged: JudgedSet, answered: Run) -> dict[str, Any]:
    """Return the flat table of figures; `auroc` is None without unanswerable questions."""
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
        "MAP": sum(found / rank for found, rank in enumerate(ranks, 1)) / len(relevant),
    }


def _answerability(judged: JudgedSet, rankings: Mapping[str, Ranking]) -> float | None:
    """Return how often an answerable question's best score lies above an unanswerable one's."""
    if not judged.unanswerable or not judged.questions:
        return None
    answerable = [_best(rankings[name]) for name in judged.questions]
    return round(auroc(answerable, [_best(rankings[name]) for name in judged.unanswerable]), 4)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return how often a positive lies above a negative, ties counted half."""
    above = sum((one > other) + 0.5 * (one == other) for one in positive for other in negative)
    return above / (len(positive) * len(negative))


@dataclass(frozen=True, slots=True)
class Risk:
    """What a threshold does: the share of questions answered, and how many of those rightly.

    `refused` and `wrongly_refused` are the shares of unanswerable and of answerable questions below it.
    """

    threshold: float
    answered: float
    right: float | None
    refused: float | None
    wrongly_refused: float | None


#: The thresholds that a risk–coverage curve is shown at.
THRESHOLDS = (0.0, 0.1, 0.17, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9)


def risks(judged: JudgedSet, rankings: Mapping[str, Ranking]) -> list[Risk]:
    """Return the risk–coverage curve (El-Yaniv and Wiener 2010) of the first citations."""
    asked = [(name, judged.relevant[name]) for name in judged.questions]
    asked += [(name, frozenset()) for name in judged.unanswerable]
    firsts = [(_best(rankings[name]), ids, {one for one, _ in rankings[name][:1]}) for name, ids in asked]

    def share(rows: Sequence[bool]) -> float | None:
        return round(statistics.fmean(rows), 4) if rows else None

    return [
        Risk(
            threshold,
            share([score >= threshold for score, _, _ in firsts]) or 0.0,
            share([bool(ids & first) for score, ids, first in firsts if score >= threshold]),
            share([score < threshold for score, ids, _ in firsts if not ids]),
            share([score < threshold for score, ids, _ in firsts if ids]),
        )
        for threshold in THRESHOLDS
    ]


def curve(judged: JudgedSet, answered: Run) -> Iterator[str]:
    """Yield the lines of a table that shows the risk–coverage curve; a dash is a share of none."""
    yield "min_confidence  answered  right of these  unanswerable refused  answerable refused"
    for one in risks(judged, answered.rankings):
        shares = (one.answered, one.right, one.refused, one.wrongly_refused)
        told = ["–" if share is None else f"{share:.3f}" for share in shares]
        yield f"{one.threshold:>14.2f}  {told[0]:>8}  {told[1]:>14}  {told[2]:>20}  {told[3]:>18}"


def _best(ranking: Ranking) -> float:
    return ranking[0][1] if ranking else 0.0
