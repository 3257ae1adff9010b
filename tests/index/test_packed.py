"""Packed terms: numbers that count as the terms themselves do."""

import hashlib
import json
import tomllib
from collections import Counter
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval import languages
from retrieval.analysis.terms import Field, terms
from retrieval.articles import Article, Sentence, SentenceKind, Span, one_line
from retrieval.changes import Change, IndexedSentence
from retrieval.index.packed import ArticleTerms, PackedTerms, analyse, frequencies, term_hash
from retrieval.index.version import ANALYSIS, analysis_mark
from retrieval.languages import KNOWN
from tests.index.index_contract import VERSIONS, article, units
from tests.support.language_tables import language_table
from tests.support.paths import GOLDEN
from tests.support.texts import ANY_TEXT

ARTICLES = st.lists(VERSIONS, min_size=1, max_size=4)


def analysed(article: Article, sentences: list[Sentence]) -> ArticleTerms:
    change = Change(article.id, article, sentences)
    return analyse(article.text, article.language, change.answering, change.names)


def packed(article: Article) -> PackedTerms:
    return PackedTerms.of(analysed(article, units(article)))


def numbers(line: str, language: str) -> list[int]:
    """Return the numbers of all terms of a sentence, field after field."""
    line_terms = terms(line, language)
    return [term_hash(field, term) for field in Field for term in line_terms.of(field)]


@given(ANY_TEXT, st.sampled_from(["en", "ru", "kk", "de", "und"]))
def test_a_sentence_is_its_terms_field_after_field(text: str, language: str) -> None:
    line = one_line(text) or "…"
    sample = article("a", line, language=language)
    packed_terms = packed(sample)
    line_terms = terms(sample.text, language)
    if line_terms.stem:
        assert packed_terms.own.hashes.tolist() == numbers(sample.text, language)
        assert packed_terms.own.lengths.tolist() == [[len(line_terms.of(field)) for field in Field]]
    else:
        assert len(packed_terms.numbers) == len(packed_terms.own.hashes) == len(packed_terms.own.lengths) == 0


@given(VERSIONS)
def test_an_engine_is_given_the_same_terms_as_texts(article: Article) -> None:
    for sentence, line in zip(
        analysed(article, units(article)).sentences, article.text.split("\n"), strict=True
    ):
        line_terms = terms(line, article.language)
        for text, field in zip(sentence.own.texts, Field, strict=True):
            assert text.split() == [f"{article.language}:{term}" for term in line_terms.of(field)]


@given(ARTICLES)
def test_what_is_kept_comes_back_several_as_if_they_were_one(articles: list[Article]) -> None:
    before = [packed(article) for article in articles]
    after = PackedTerms.joined([PackedTerms.from_bytes(*part.to_bytes()) for part in before])
    assert after.numbers.tolist() == [number for part in before for number in part.numbers.tolist()]
    assert after.own.lengths.tolist() == [row for part in before for row in part.own.lengths.tolist()]
    assert after.own.hashes.tolist() == [hashed for part in before for hashed in part.own.hashes.tolist()]
    assert after.context.sizes.tolist() == [0] * len(after.numbers)


def test_only_what_answers_and_has_words_is_kept() -> None:
    wheat = article("a", "Wheat grew.", "…", "Photo by Rye", "Oats fell.")
    kinds = [SentenceKind.SENTENCE, SentenceKind.SENTENCE, SentenceKind.CREDIT]
    assert PackedTerms.of(analysed(wheat, units(wheat, kinds))).numbers.tolist() == [0, 3]


def test_a_sentence_is_kept_with_the_terms_of_what_it_stands_under() -> None:
    pump = article("a", "Pumps", "How much is Ertis-4?", "It costs 900 tenge.", "Ask us.")
    heading, question, *others = units(pump, [SentenceKind.HEADING, SentenceKind.QUESTION])
    sentences = [heading, question, *(replace(sentence, above=(0, 1)) for sentence in others)]
    packed_of = PackedTerms.of(analysed(pump, sentences))
    assert packed_of.numbers.tolist() == [2, 3], "headings and questions are context only"
    context = numbers("Pumps\nHow much is Ertis-4?", "en")
    assert packed_of.context.sizes.tolist() == [len(context), len(context)]
    assert packed_of.context.hashes.tolist() == context * 2
    wanted = [term_hash(Field.STEM, "pump")]
    assert frequencies(packed_of.own, np.array(wanted, np.uint32)).tolist() == [[0, 0]]
    assert frequencies(packed_of.context, np.array(wanted, np.uint32)).tolist() == [[1, 1]]
    counts = dict(zip(*(part.tolist() for part in packed_of.document_frequencies()), strict=True))
    assert counts[wanted[0]] == 2
    assert packed_of.documents(Field.STEM)[0][-len(terms("Pumps\nHow much is Ertis-4?", "en").stem) :] == [
        term_hash(Field.STEM, term) for term in terms("Pumps\nHow much is Ertis-4?", "en").stem
    ]
    again = PackedTerms.from_bytes(*packed_of.to_bytes())
    assert again.context.hashes.tolist() == packed_of.context.hashes.tolist()


def test_names_are_kept_once_and_found_with_the_first_sentence() -> None:
    text = "It weighs a tonne. It is red."
    pump = Article(key="a", text=text, language="en", title="Ertis-6 pump", names=("dredger",))
    sentences = [Sentence(pump.id, 0, Span(0, 18), SentenceKind.SENTENCE)]
    sentences.append(Sentence(pump.id, 1, Span(19, len(text)), SentenceKind.SENTENCE))
    packed_of = PackedTerms.of(analysed(pump, sentences))
    names = numbers("Ertis-6 pump\ndredger", "en")
    assert packed_of.names.hashes.tolist() == names
    assert packed_of.context.sizes.tolist() == [0, 0]
    wanted = term_hash(Field.STEM, "dredger")
    assert [wanted in document for document in packed_of.documents(Field.STEM)] == [True, False]
    assert dict(zip(*(part.tolist() for part in packed_of.document_frequencies()), strict=True))[wanted] == 1
    assert PackedTerms.from_bytes(*packed_of.to_bytes()).names.hashes.tolist() == names


def test_nothing_is_packed_as_nothing() -> None:
    nothing = PackedTerms.of(ArticleTerms([]))
    assert nothing.own.lengths.shape == nothing.context.lengths.shape == (0, len(Field))
    assert [part.tolist() for part in nothing.document_frequencies()] == [[], []]


@given(VERSIONS, st.sampled_from(list(Field)))
def test_a_sentence_is_a_document_of_its_terms_in_each_field(article: Article, field: Field) -> None:
    documents = packed(article).documents(field)
    expected = [
        [term_hash(field, term) for term in terms(line, article.language).of(field)]
        for line in article.text.split("\n")
    ]
    assert documents == expected
    assert packed(article).own.lengths_of(field).tolist() == list(map(len, expected))


@given(ARTICLES)
def test_a_term_is_held_by_as_many_sentences_as_hold_it(articles: list[Article]) -> None:
    for sample in articles:
        counted = Counter(
            hashed for line in sample.text.split("\n") for hashed in set(numbers(line, sample.language))
        )
        hashes, counts = packed(sample).document_frequencies()
        assert dict(zip(hashes.tolist(), counts.tolist(), strict=True)) == counted
        assert hashes.tolist() == sorted(counted)


@given(ARTICLES, st.data())
def test_frequencies_are_those_that_counting_finds(articles: list[Article], data: st.DataObject) -> None:
    sentences = [
        Counter(numbers(line, article.language)) for article in articles for line in article.text.split("\n")
    ]
    known = sorted({hashed for counted in sentences for hashed in counted})
    # Some that share their low half with a term, and some that stand nowhere.
    near = st.sampled_from(known).map(lambda hashed: hashed ^ 0x80000000)
    hashes = sorted(data.draw(st.sets(st.sampled_from(known) | near | st.integers(0, 2**32 - 1), min_size=1)))
    rows = PackedTerms.joined(list(map(packed, articles))).own
    counts = frequencies(rows, np.array(hashes, np.uint32))
    assert counts.tolist() == [[counted[hashed] for counted in sentences] for hashed in hashes]


@given(st.sampled_from(list(Field)), ANY_TEXT)
def test_a_number_has_32_bits_and_tells_fields_apart(field: Field, term: str) -> None:
    assert 0 <= term_hash(field, term) < 2**32
    assert len({term_hash(other, term) for other in Field}) == len(Field)


def test_the_terms_of_the_analysis_are_those_that_its_number_stands_for() -> None:
    """Whoever changes how terms are made raises ANALYSIS, or indexes keep what no question asks for."""
    pinned = tomllib.loads((GOLDEN / "analysis.toml").read_text("utf-8"))
    assert pinned["terms"] == digest_of_terms(pinned["texts"])
    assert pinned["tables"] == digest_of_tables(), "the data that terms are made with"
    assert pinned["analysis"] == ANALYSIS, "pin both digests anew for the new number"


def digest_of_terms(texts: dict[str, list[str]]) -> str:
    """Return a digest of what an index keeps of the golden texts of each language."""
    analyses = [
        [
            (sentence.number, *sentence.own)
            for sentence in analyse(text, language, [IndexedSentence(number, Span(0, len(text)))]).sentences
        ]
        for language, own in sorted(texts.items())
        for number, text in enumerate(own)
    ]
    assert all(analyses), "a golden text without terms pins nothing"
    return hashlib.sha256(repr(analyses).encode()).hexdigest()[:16]


def digest_of_tables() -> str:
    """Return a digest of the entries, comments left out, of all tables that take part in making terms."""
    names = ("names", "numbers", "suffixes", "words")
    folder = files(languages)
    tables = {
        f"{language}/{name}": language_table(language, name)
        for language in KNOWN
        for name in names
        if folder.joinpath(language, f"{name}.toml").is_file()
    }
    tables["transliteration"] = tomllib.loads(folder.joinpath("transliteration.toml").read_text("utf-8"))
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()[:16]


def test_another_version_of_a_library_that_makes_terms_is_another_analysis() -> None:
    assert analysis_mark() == f"{ANALYSIS} PyStemmer {version('PyStemmer')} babel {version('babel')}"
