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
from retrieval.analysis.words import function_word_idf, words
from retrieval.index.bm25 import Floats, Level
from retrieval.index.candidates import Candidate
from retrieval.questions.answer_types import KINDS, AnswerType
from retrieval.questions.question import Question
from retrieval.semantic.alignment import align, token_similarity
from retrieval.semantic.language_vectors import SentenceSimilarity
from retrieval.semantic.similarity import Similarity

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

#: How many words at most may stand between two that belong together. Chosen by eye; the weights were
#: learned with it.
_NEAR = 3

#: How many mentions of what is expected, and how many names for a question that expects nothing, count at
#: most: further ones say no more. Chosen by eye; the weights were learned with them.
_MOST_EXPECTED, _MOST_NAMES = 2, 3

#: From which place in an article on it makes no difference how far on a sentence stands. Chosen by eye; the
#: weights were learned with it.
_LAST_PLACE = 10

#: What BM25 scores are divided by, so that their values lie near 1. Chosen by eye.
_RAW = 10

#: What a spread of cosines counts at least, lest a handful that are all alike be told apart. Chosen by eye.
_LEAST_SPREAD = 0.02


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
    forms = () if foreign else (stems(word, language) for word in words(text))
    mentioned = tuple(
        _Mentioned(mention.kind)
        if mention.kind in (Kind.REASON, Kind.CAUSE)
        else _Mentioned(
            mention.kind,
            _known_by(text[mention.start : mention.end], language, mention.kind, foreign=foreign),
        )
        for mention in mentions(text, language)
    )
    return _Facts(tuple(stems_of_word[0] for stems_of_word in forms if stems_of_word), mentioned)


def _known_by(text: str, language: str, kind: Kind, *, foreign: bool) -> frozenset[str]:
    """Return the stems, or beside a foreign question the keys, of the words of a mention."""
    mentioned = words(text)
    if not foreign:
        return frozenset(forms[0] for word in mentioned if (forms := stems(word, language)))
    keys = frozenset(key for word in mentioned for key in word_terms(word, language).key)
    return keys if kind is Kind.NAME else keys.union(common_keys(text, mentioned, language))


def columns(
    question: Question, candidates: Sequence[Candidate], texts: Sequence[str], read: Container[int]
) -> Columns:
    """Return the values of the candidates of one language, in their order, whose texts are `texts`.

    An array of one value a candidate for each feature. What a text says is read in the places `read` only;
    the others count as saying nothing.
    """
    foreign, language = candidates[0].foreign, candidates[0].language
    asked_stems = () if foreign else question.stems(language)
    values = {**_scored(candidates), **_covered(candidates)}
    facts = [
        _facts(text, language, foreign=foreign) if place in read else _Facts((), ())
        for place, text in enumerate(texts)
    ]
    values |= _ordered(asked_stems, facts)
    known = question.keys if foreign else frozenset(asked_stems)
    values |= _expected(question.expected_types, known, facts, values)
    return values


def similarity_columns(
    languages: Sequence[str], similarities: Sequence[SentenceSimilarity | None], values: Columns
) -> Columns:
    """Return the values of how near the question is to each candidate, those of a language side by side.

    `languages` and `similarities` have an entry a candidate, and `values` are their other features. One
    without a vector counts as the mean of its language.
    """
    has_vector = np.array([similarity is not None for similarity in similarities])
    rows = np.array([_row(similarity) for similarity in similarities], np.float64)
    language_of = np.array(languages)
    z, gap, rank, article_gap, coverage = (np.zeros(len(rows)) for _ in range(5))
    for language in np.unique(language_of):
        same = language_of == language
        mean = rows[same & has_vector].mean(axis=0) if (same & has_vector).any() else np.zeros(4)
        rows[same & ~has_vector] = mean
        cosines = rows[same, 0]
        z[same] = (cosines - cosines.mean()) / (cosines.std() + _LEAST_SPREAD)
        gap[same], rank[same] = cosines - cosines.max(), _ranks(cosines)
        article_gap[same] = rows[same, 1] - rows[same, 1].max()
        coverage[same] = values["coverage"][same].max()
    return {
        "cosine": rows[:, 0], "cosine_gap": gap, "cosine_rank": rank, "cosine_z": z,
        "cosine_pool_gap": rows[:, 0] - rows[:, 0].max(), "cosine_pool_rank": _ranks(rows[:, 0]),
        "cosine_article": rows[:, 1], "cosine_article_gap": article_gap,
        "cosine_before": rows[:, 2], "cosine_after": rows[:, 3],
        "cosine_unworded": rows[:, 0] * (1 - coverage), "cosine_gap_unworded": gap * (1 - coverage),
        "mixed_gap_worded": values["mixed_gap"] * coverage,
        "coverage_gap_worded": values["coverage_gap"] * coverage,
    }  # fmt: skip


def alignment_columns(
    question: Question,
    candidates: Sequence[Candidate],
    texts: Sequence[str],
    read: Collection[int],
    similarity: Similarity,
) -> Columns:
    """Return the values of how the words of the question and of each candidate meet by what they mean.

    Not those that it goes on with: what a follow-up asks for is what it says itself.
    Those in the places `read` are compared; the others count as the worst of them.
    """
    words_at = {place: list(dict.fromkeys(words(texts[place]))) for place in read}
    question_words = question.analysed.distinct_words
    of_question = similarity.token_vectors(question_words, question.language)
    alignments = {}
    for language in {candidates[place].language for place in words_at}:
        words_of = {place: own for place, own in words_at.items() if candidates[place].language == language}
        distinct = list(dict.fromkeys(word for own in words_of.values() for word in own))
        cosines = token_similarity(of_question, similarity.token_vectors(distinct, language))
        column = {word: number for number, word in enumerate(distinct)}
        for place, own in words_of.items():
            idfs = [_idf(word, question.language, candidates[place]) for word in question_words]
            alignments[place] = align(cosines[:, [column[word] for word in own]], idfs)
    worst = np.min(list(alignments.values()), axis=0)
    rows = np.array([alignments.get(place, worst) for place in range(len(candidates))], np.float64)
    gaps = rows - rows.max(axis=0)
    return {
        "recall": rows[:, 0], "recall_gap": gaps[:, 0], "precision": rows[:, 1], "precision_gap": gaps[:, 1],
    }  # fmt: skip


def _idf(word: str, language: str, candidate: Candidate) -> float:
    """Return how much a question's word counts among the sentences that a candidate is one of."""
    return candidate.idfs.get(word) or function_word_idf(language).get(word, 0.0)


def _row(similarity: SentenceSimilarity | None) -> tuple[float, float, float, float]:
    if similarity is None:
        return 0.0, 0.0, 0.0, 0.0
    return similarity.sentence, similarity.article, similarity.before or 0.0, similarity.after or 0.0


def _ranks(values: Floats) -> Floats:
    """Return one over the rank of each value, the greatest first."""
    ranks: Floats = 1 / (1 + np.count_nonzero(values > values[:, np.newaxis], axis=1))
    return ranks


def _scored(candidates: Sequence[Candidate]) -> dict[str, Floats]:
    """Return the scores of each level and field, and mixed, as shares of the reachable and of the best."""
    values = {name: np.zeros(len(candidates)) for name in GROUPS["translations"]}
    max_score = candidates[0].max_score
    keys = list(candidates[0].scores)
    of_stems = "translated" if candidates[0].foreign else "main"
    names = {Field.GRAM: "gram", Field.KEY: "main", Field.STEM: of_stems}
    scores = np.array([[candidate.scores[key] for key in keys] for candidate in candidates])
    for place, (level, field) in enumerate(keys):
        name = f"{level}_{names[field]}"
        column = scores[:, place]
        values[name] = column / max_score
        values[f"{name}_top"] = column / max(column.max(), 1e-9)
        if level is Level.SENTENCE:
            values[f"{name}_raw"] = column / _RAW
    mixed = np.array([candidate.score for candidate in candidates])
    values["mixed"] = mixed / max_score
    values["mixed_raw"] = mixed / _RAW
    values["mixed_top"] = mixed / max(mixed.max(), 1e-9)
    values["mixed_gap"] = (mixed - mixed.max()) / _RAW
    values["mixed_rank"] = _ranks(mixed)
    return values


def _covered(candidates: Sequence[Candidate]) -> dict[str, Floats]:
    """Return the fields of each candidate's term coverage, counts as logarithms and places up to ten."""
    rows = zip(*(candidate.coverage for candidate in candidates), strict=True)
    names = candidates[0].coverage._fields
    values = {name: np.array(row, np.float64) for name, row in zip(names, rows, strict=True)}
    values["coverage_gap"] = values["coverage"] - values["coverage"].max()
    values["length"] = np.log1p(values["length"])
    values["first"] = (values["place"] == 0) * 1.0
    values["place"] = np.minimum(values["place"], _LAST_PLACE) / _LAST_PLACE
    values["sentences"] = np.log1p(values["sentences"])
    return values


def _ordered(question_stems: tuple[str, ...], facts: Sequence[_Facts]) -> dict[str, Floats]:
    """Return how far the question's stems stand in the sentence as they stand in the question."""
    rows = np.zeros((len(facts), 4))
    if question_stems:
        following = set(pairwise(question_stems))
        for row, of_sentence in enumerate(facts):
            rows[row] = _order(question_stems, following, of_sentence.stems)
    return dict(zip(("pairs", "near", "run", "density"), rows.T, strict=True))


def _order(
    question_stems: tuple[str, ...], following: set[tuple[str, str]], stems: tuple[str, ...]
) -> tuple[float, float, float, float]:
    """Return four shares from 0 to 1 that say how the question's stems stand in a sentence.

    Of its pairs of neighbours, those that are neighbours here, and those that are near; of its stems, how
    many stand here in a row; and of the words from the first of them here to the last, how many these are.
    """
    wanted = set(question_stems)
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
        longest / len(question_stems),
        distinct / width if distinct > 1 else 0,
    )


def _expected(
    types: frozenset[AnswerType], known: frozenset[str], facts: Sequence[_Facts], values: Columns
) -> dict[str, Floats]:
    """Return whether the sentence mentions what is expected, not counting what is known from the question."""
    fresh: dict[Kind, Floats] = {kind: np.zeros(len(facts)) for kind in Kind}
    names_met = np.zeros(len(facts))
    for row, of_sentence in enumerate(facts):
        for kind, terms in of_sentence.mentioned:
            if not terms or not terms <= known:
                fresh[kind][row] += 1
            if kind is Kind.NAME and terms & known:
                names_met[row] += 1
    columns: dict[str, Floats] = {}
    matched = np.zeros(len(facts))
    asks = 0
    for type_, kinds in KINDS.items():
        value = np.zeros(len(facts))
        if type_ in types:
            found = sum(np.minimum(fresh[kind], _MOST_EXPECTED) for kind in kinds)
            value = np.minimum(found, _MOST_EXPECTED) / _MOST_EXPECTED
            matched = np.maximum(matched, value)
            asks += 1
        columns[f"type_{type_}"] = value
    columns["type_any"] = matched if asks else np.full(len(facts), 0.5)
    columns["type_none"] = (matched == 0) * 1.0 if asks else np.zeros(len(facts))
    columns["type_definition"] = (AnswerType.DEFINITION in types) * values["first"]
    columns["open_names"] = (asks == 0) * np.minimum(fresh[Kind.NAME], _MOST_NAMES) / _MOST_NAMES
    columns["names"] = np.log1p(fresh[Kind.NAME])
    columns["names_met"] = np.log1p(names_met)
    columns["figures"] = np.log1p(fresh[Kind.NUMBER] + fresh[Kind.DATE])
    columns["quoted"] = np.minimum(fresh[Kind.QUOTED], 1)
    return columns
