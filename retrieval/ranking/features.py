"""What a ranking weighs: each candidate's values, by what the index says of it and by its text.

candidates of one language ─┬ scores, and how they compare with the best
                            ├ match: coverage, numbers, neighbours, place
                            └ text ─ facts ─▶ word order, expected kinds of answer, shape
"""

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from retrieval.analysis.mentions import Kind, mentions
from retrieval.analysis.stems import stems
from retrieval.analysis.terms import Field, common_keys, word_terms
from retrieval.analysis.words import content_words, function_word_idf, words
from retrieval.index.bm25 import Floats, Level
from retrieval.index.candidates import Candidate
from retrieval.languages import KNOWN
from retrieval.questions.answer_types import KINDS, AnswerType, expected
from retrieval.questions.followups import Followup
from retrieval.semantic.alignment import align, token_similarity
from retrieval.semantic.neighbours import SentenceSimilarity
from retrieval.semantic.word_vectors import WordVectors

#: The values of candidates by the names that weights are known by, an array each.
Columns = Mapping[str, Floats]

#: What features are about, for explanations and for measuring what each group adds.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "words": (
        "sentence_main", "sentence_main_top", "sentence_main_raw", "coverage", "coverage_gap", "rarest",
        "share", "missing",
    ),
    "translations": (
        "sentence_translated", "sentence_translated_top", "sentence_translated_raw", "around_translated",
        "around_translated_top", "article_translated", "article_translated_top",
    ),
    "letters": ("sentence_gram", "sentence_gram_top", "sentence_gram_raw"),
    "context": (
        "around_main", "around_main_top", "around_gram", "around_gram_top", "article_main",
        "article_main_top", "article_gram", "article_gram_top", "coverage_before", "coverage_around",
        "coverage_article", "rarest_article", "before", "after",
    ),
    "together": ("mixed", "mixed_raw", "mixed_top", "mixed_gap", "mixed_rank"),
    "order": ("pairs", "near", "run", "density"),
    "kind": (
        "type_number", "type_percent", "type_money", "type_date", "type_person", "type_organisation",
        "type_place", "type_reason", "type_definition", "type_any", "type_none", "open_names", "names",
        "figures", "quoted",
    ),
    "named": ("numbers", "names_met", "named", "named_article"),
    "place": ("place", "first", "sentences", "length"),
    "meaning": (
        "cosine", "cosine_gap", "cosine_rank", "cosine_pool_gap", "cosine_pool_rank", "cosine_z",
        "cosine_article", "cosine_article_gap", "cosine_before", "cosine_after",
        "cosine_unworded", "cosine_gap_unworded", "mixed_gap_worded", "coverage_gap_worded",
    ),
    "alignment": ("recall", "recall_gap", "precision", "precision_gap"),
}  # fmt: skip

#: The groups that there are only where it is known what texts mean.
BY_MEANING = ("meaning", "alignment")

#: So many words may stand between two that belong together.
_NEAR = 3


@dataclass(frozen=True, slots=True)
class QuestionFeatures:
    """A question as its candidates' texts are compared with it."""

    #: Its own words, and its language.
    words: tuple[str, ...]
    language: str
    #: Those words that are telling, and those that it goes on with, in their order, each with its language;
    #: and the keys of all of them.
    telling: tuple[tuple[str, str], ...]
    keys: frozenset[str]
    types: frozenset[AnswerType]

    @classmethod
    def of(cls, question: str, language: str, followup: Followup | None = None) -> "QuestionFeatures":
        """Return what is compared of a question in a language, and of the words that it goes on with."""
        parts = [(question, language)]
        telling = [(word, language) for word in content_words(question, language)]
        types = expected(question, language)
        if followup:
            carried = followup.carried
            parts.append((carried.text, carried.language))
            telling = [(word, carried.language) for word in words(carried.text)] + telling
            types = expected(followup.expecting, followup.expecting_language)
        keys = {key for word, spoken in telling for key in word_terms(word, spoken).key}
        keys.update(key for text, spoken in parts for key in common_keys(text, words(text), spoken))
        own = tuple(dict.fromkeys(words(question)))
        return cls(own, language, tuple(telling), frozenset(keys), types)

    def stems(self, language: str) -> tuple[str, ...]:
        """Return the stems of its telling words as articles in a language have them."""
        held = (stems(word, spoken if language in KNOWN else language) for word, spoken in self.telling)
        return tuple(one[0] for one in held if one)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a sentence's text says by itself."""

    #: The first stem of each word, in their order; none beside a foreign question.
    stems: tuple[str, ...]
    mentioned: tuple["_Mentioned", ...]


class _Mentioned(NamedTuple):
    """What is mentioned: its kind, and what its words are known by."""

    kind: Kind
    terms: frozenset[str] = frozenset()


@lru_cache(maxsize=4_096)
def _facts(text: str, language: str, *, foreign: bool) -> _Facts:
    """Return what a text says; beside a foreign question, words are known by keys and not by stems."""
    held = () if foreign else (stems(word, language) for word in words(text))
    mentioned = tuple(
        _Mentioned(one.kind)
        if one.kind in (Kind.REASON, Kind.CAUSE)
        else _Mentioned(one.kind, _known_by(text[one.start : one.end], language, one.kind, foreign=foreign))
        for one in mentions(text, language)
    )
    return _Facts(tuple(found[0] for found in held if found), mentioned)


def _known_by(said: str, language: str, kind: Kind, *, foreign: bool) -> frozenset[str]:
    found = words(said)
    if not foreign:
        return frozenset(held[0] for word in found if (held := stems(word, language)))
    keys = frozenset(key for word in found for key in word_terms(word, language).key)
    return keys if kind is Kind.NAME else keys.union(common_keys(said, found, language))


def columns(
    asked: QuestionFeatures, candidates: Sequence[Candidate], texts: Sequence[str], read: Container[int]
) -> Columns:
    """Return the values of the candidates of one language, in their order, whose texts are `texts`.

    What a text says is read in the places `read` only; the others count as saying nothing.
    """
    foreign, language = candidates[0].foreign, candidates[0].language
    told = () if foreign else asked.stems(language)
    found = {**_scored(candidates), **_matched(candidates)}
    facts = [
        _facts(text, language, foreign=foreign) if place in read else _Facts((), ())
        for place, text in enumerate(texts)
    ]
    found |= _ordered(told, facts)
    found |= _expected(asked.types, asked.keys if foreign else frozenset(told), facts, found)
    return found


def alike(languages: Sequence[str], cosines: Sequence[SentenceSimilarity | None], found: Columns) -> Columns:
    """Return the values of how near the question is to each candidate, those of a language side by side.

    One without a vector counts as the middle of its language.
    """
    told = np.array([one is not None for one in cosines])
    rows = np.array([_row(one) for one in cosines], np.float64)
    spoken = np.array(languages)
    z, gap, rank, article_gap, best = (np.zeros(len(rows)) for _ in range(5))
    for language in np.unique(spoken):
        mine = spoken == language
        centroid = rows[mine & told].mean(axis=0) if (mine & told).any() else np.zeros(4)
        rows[mine & ~told] = centroid
        own = rows[mine, 0]
        z[mine] = (own - own.mean()) / (own.std() + 0.02)
        gap[mine], rank[mine] = own - own.max(), _ranks(own)
        article_gap[mine] = rows[mine, 1] - rows[mine, 1].max()
        best[mine] = found["coverage"][mine].max()
    return {
        "cosine": rows[:, 0], "cosine_gap": gap, "cosine_rank": rank, "cosine_z": z,
        "cosine_pool_gap": rows[:, 0] - rows[:, 0].max(), "cosine_pool_rank": _ranks(rows[:, 0]),
        "cosine_article": rows[:, 1], "cosine_article_gap": article_gap,
        "cosine_before": rows[:, 2], "cosine_after": rows[:, 3],
        "cosine_unworded": rows[:, 0] * (1 - best), "cosine_gap_unworded": gap * (1 - best),
        "mixed_gap_worded": found["mixed_gap"] * best, "coverage_gap_worded": found["coverage_gap"] * best,
    }  # fmt: skip


def aligned(
    asked: QuestionFeatures,
    candidates: Sequence[Candidate],
    texts: Sequence[str],
    read: Collection[int],
    word_vectors: WordVectors,
) -> Columns:
    """Return the values of how the words of the question and of each candidate meet by what they mean.

    Not those that it goes on with: what a follow-up asks for is what it says itself.
    Those in the places `read` are compared; the others count as the worst of them.
    """
    said = {place: list(dict.fromkeys(words(texts[place]))) for place in read}
    question = word_vectors.of_words(asked.words, asked.language)
    met = {}
    for language in {candidates[place].language for place in said}:
        mine = {place: found for place, found in said.items() if candidates[place].language == language}
        every = list(dict.fromkeys(word for found in mine.values() for word in found))
        near = token_similarity(question, word_vectors.of_words(every, language))
        column = {word: at for at, word in enumerate(every)}
        for place, found in mine.items():
            idfs = [_idf(word, asked.language, candidates[place]) for word in asked.words]
            met[place] = align(near[:, [column[word] for word in found]], idfs)
    worst = np.min(list(met.values()), axis=0)
    rows = np.array([met.get(place, worst) for place in range(len(candidates))], np.float64)
    gaps = rows - rows.max(axis=0)
    return {
        "recall": rows[:, 0], "recall_gap": gaps[:, 0], "precision": rows[:, 1], "precision_gap": gaps[:, 1],
    }  # fmt: skip


def _idf(word: str, language: str, candidate: Candidate) -> float:
    """Return how much a question's word counts among the sentences that a candidate is one of."""
    return candidate.idfs.get(word) or function_word_idf(language).get(word, 0.0)


def _row(one: SentenceSimilarity | None) -> tuple[float, float, float, float]:
    if one is None:
        return 0.0, 0.0, 0.0, 0.0
    return one.sentence, one.article, one.before or 0.0, one.after or 0.0


def _ranks(values: Floats) -> Floats:
    """Return one over the rank of each value, the greatest first."""
    ranks: Floats = 1 / (1 + np.count_nonzero(values > values[:, np.newaxis], axis=1))
    return ranks


def _scored(candidates: Sequence[Candidate]) -> dict[str, Floats]:
    found = {name: np.zeros(len(candidates)) for name in GROUPS["translations"]}
    max_score = candidates[0].max_score
    keys = list(candidates[0].scores)
    of_stems = "translated" if candidates[0].foreign else "main"
    names = {Field.GRAM: "gram", Field.KEY: "main", Field.STEM: of_stems}
    values = np.array([[one.scores[key] for key in keys] for one in candidates])
    for place, (level, field) in enumerate(keys):
        name = f"{level}_{names[field]}"
        column = values[:, place]
        found[name] = column / max_score
        found[f"{name}_top"] = column / max(column.max(), 1e-9)
        if level is Level.SENTENCE:
            found[f"{name}_raw"] = column / 10
    mixed = np.array([one.score for one in candidates])
    found["mixed"] = mixed / max_score
    found["mixed_raw"] = mixed / 10
    found["mixed_top"] = mixed / max(mixed.max(), 1e-9)
    found["mixed_gap"] = (mixed - mixed.max()) / 10
    found["mixed_rank"] = 1 / (1 + np.count_nonzero(mixed > mixed[:, np.newaxis], axis=1))
    return found


def _matched(candidates: Sequence[Candidate]) -> dict[str, Floats]:
    found = {
        name: np.array(column, np.float64)
        for name, column in zip(
            candidates[0].match._fields, zip(*(one.match for one in candidates), strict=True), strict=True
        )
    }
    found["coverage_gap"] = found["coverage"] - found["coverage"].max()
    found["length"] = np.log1p(found["length"])
    found["first"] = (found["place"] == 0) * 1.0
    found["place"] = np.minimum(found["place"], 10) / 10
    found["sentences"] = np.log1p(found["sentences"])
    return found


def _ordered(asked: tuple[str, ...], facts: Sequence[_Facts]) -> dict[str, Floats]:
    """Return how far the question's stems stand in the sentence as they stand in the question."""
    rows = np.zeros((len(facts), 4))
    if asked:
        following = set(pairwise(asked))
        for row, one in enumerate(facts):
            rows[row] = _order(asked, following, one.stems)
    return dict(zip(("pairs", "near", "run", "density"), rows.T, strict=True))


def _order(
    asked: tuple[str, ...], following: set[tuple[str, str]], stems: tuple[str, ...]
) -> tuple[float, float, float, float]:
    wanted = set(asked)
    hits = [(place, stem) for place, stem in enumerate(stems) if stem in wanted]
    if not hits:
        return 0, 0, 0, 0
    pairs, near = set(), set()
    longest = run = 0
    last = -2
    for number, (place, stem) in enumerate(hits):
        run = run + 1 if place == last + 1 else 1
        longest, last = max(longest, run), place
        for later, other in hits[number + 1 : number + 1 + _NEAR]:
            if later - place > _NEAR:
                break
            if (stem, other) in following:
                near.add((stem, other))
                if later == place + 1:
                    pairs.add((stem, other))
    possible = max(len(following), 1)
    width = hits[-1][0] - hits[0][0] + 1
    distinct = len({stem for _, stem in hits})
    return (
        len(pairs) / possible,
        len(near) / possible,
        longest / len(asked),
        distinct / width if distinct > 1 else 0,
    )


def _expected(
    types: frozenset[AnswerType], known: frozenset[str], facts: Sequence[_Facts], found: Columns
) -> dict[str, Floats]:
    """Return whether the sentence mentions what is expected, not counting what is known from the question."""
    fresh: dict[Kind, Floats] = {kind: np.zeros(len(facts)) for kind in Kind}
    names_met = np.zeros(len(facts))
    for row, one in enumerate(facts):
        for kind, said in one.mentioned:
            if not said or not said <= known:
                fresh[kind][row] += 1
            if kind is Kind.NAME and said & known:
                names_met[row] += 1
    columns: dict[str, Floats] = {}
    matched = np.zeros(len(facts))
    asks = 0
    for type_, kinds in KINDS.items():
        value = np.zeros(len(facts))
        if type_ in types:
            value = np.minimum(sum(np.minimum(fresh[kind], 2) for kind in kinds), 2) / 2
            matched = np.maximum(matched, value)
            asks += 1
        columns[f"type_{type_}"] = value
    columns["type_any"] = matched if asks else np.full(len(facts), 0.5)
    columns["type_none"] = (matched == 0) * 1.0 if asks else np.zeros(len(facts))
    columns["type_definition"] = (AnswerType.DEFINITION in types) * found["first"]
    columns["open_names"] = (asks == 0) * np.minimum(fresh[Kind.NAME], 3) / 3
    columns["names"] = np.log1p(fresh[Kind.NAME])
    columns["names_met"] = np.log1p(names_met)
    columns["figures"] = np.log1p(fresh[Kind.NUMBER] + fresh[Kind.DATE])
    columns["quoted"] = np.minimum(fresh[Kind.QUOTED], 1)
    return columns
