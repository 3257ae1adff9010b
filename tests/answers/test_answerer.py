"""Answers: each a citation that stands in its article, whatever is asked and whoever changes the store."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.assembly import Derek, assemble
from bot.config import Config
from retrieval.analysis.words import words
from retrieval.answers.answerer import Answerer
from retrieval.answers.citations import Answer, Citation, Status
from retrieval.articles import Article, Span, one_line
from retrieval.errors import (
    ChangedArticleError,
    EmptyQuestionError,
    IndexUnusableError,
    QuestionTooLongError,
    UnknownArticleError,
)
from retrieval.filters import NO_FILTER, Filter
from retrieval.index.disk.index import DiskIndex
from retrieval.index.memory import MemoryIndex, MemoryReader
from retrieval.ingest.samples import sample_documents
from retrieval.questions.keyboards import readings
from retrieval.questions.periods import period_of
from retrieval.questions.question import LONGEST_QUESTION, Question
from retrieval.storage.store import Store
from tests.support.analysing import analysed
from tests.support.answering import answerer_on, earlier
from tests.support.documents import keep
from tests.support.texts import ANY_TEXT


@pytest.fixture(scope="module", name="samples")
def derek_for_laws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Derek]:
    """Give a Derek on the sample articles, which nobody changes."""
    with assemble(Config(data=tmp_path_factory.mktemp("laws") / "derek")) as derek:
        yield derek


def article(key: str, *lines: str, **fields: object) -> Article:
    return Article.model_validate({"key": key, "text": "\n".join(lines), "language": "en"} | fields)


def rewritten(article: Article, text: str) -> Article:
    return Article.model_validate(article.model_dump() | {"text": text})


def answerer(store: Store, *articles: Article, min_confidence: float = 0.17) -> Answerer:
    for article in articles:
        keep(store, article)
    return answerer_on(store, MemoryIndex(), min_confidence=min_confidence)


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


WHEAT = article(
    "wheat",
    "Wheat harvest rose by a tenth. Farmers sold wheat to China.",
    "Nobody planted rye this year.",
    title="Wheat",
    source="Kazinform",
    url="https://kz/1",
    published=date(2022, 2, 13),
)


def check(answer: Answer, store: Store, *, limit: int = 3, offset: int = 0) -> None:
    """Hold an answer against the laws."""
    assert bool(answer.citations) or answer.status is Status.NOT_FOUND
    assert len(answer.citations) <= limit
    assert 0 <= answer.confidence <= 1
    assert [citation.number for citation in answer.citations] == [
        offset + place for place in range(1, len(answer.citations) + 1)
    ]
    scores = [citation.score for citation in answer.citations]
    # On a topic, the best sentence of each article comes before the second of any.
    assert scores == sorted(scores, reverse=True) or answer.topic is not None
    assert all(0 <= score <= 1 for score in scores)
    if not offset and scores:
        assert scores[0] == answer.confidence
    for citation in answer.citations:
        article = store.get(citation.article_id)
        assert citation.quote == citation.span.of(article.text)
        cited = citation.span
        units = [
            unit
            for unit in store.sentences(citation.article_id)
            if unit.span.start < cited.end and cited.start < unit.span.end
        ]
        assert (units[0].span.start, units[-1].span.end) == (cited.start, cited.end)
        assert all(unit.kind.answers for unit in units)
        assert (citation.title, citation.source, citation.url) == (article.title, article.source, article.url)
        assert (citation.published, citation.language) == (article.published, article.language)
    assert len({citation.quote.casefold() for citation in answer.citations}) == len(answer.citations)


# Laws

VOCABULARY = sorted({word for document in sample_documents() for word in words(document.article.text)})
QUESTIONS = (
    st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=12).map(" ".join)
    | st.sampled_from([document.article.text for document in sample_documents()]).flatmap(
        lambda text: st.integers(0, len(text) - 1).map(lambda start: text[start : start + 200])
    )
    | ANY_TEXT
)
HOSTILE = [
    "a" * 1_000_000, "\x00" * 2_000, "Tokayev\x00met\x00Putin", "\ud800", "Tokayev \udfff met", "\u202eنيتوب",
    "مرحبا؟", "🇰🇿🇷🇺", "👩‍👩‍👧 Tokayev", "<b>Tokayev</b>&amp;<script>alert(1)</script>",
    "'; DROP TABLE article; --", "\ufeff\ufeffTokayev", "İ", "ﷺ" * 2_000, "\u0301" * 2_000, "%s %d {0} {}",
    "Tokayev " * 249, "谁在莫斯科会见了普京", "\u2028Tokayev\u2029", "Z\u0337\u0322\u0350algo Tokayev",
    "²", "①", "ﬁ", "_", "' ' '", "/start", "1" * 2_000, "\\", "NaN",
]  # fmt: skip


@settings(max_examples=150)
@given(question=QUESTIONS, limit=st.integers(1, 3), offset=st.sampled_from([0, 0, 1, 3, 7]))
def test_whatever_is_asked_the_answer_keeps_the_laws(
    samples: Derek, question: str, limit: int, offset: int
) -> None:
    try:
        answer = samples.answerer.ask(question, limit=limit, offset=offset)
    except EmptyQuestionError:
        assert not words(question)
    except QuestionTooLongError:
        assert len(question) > LONGEST_QUESTION
    else:
        check(answer, samples.store, limit=limit, offset=offset)
        assert dict(samples.answerer.verify(answer)) == dict(answer)
        assert Answer.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize("question", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_question_gets_an_answer_or_the_right_error(samples: Derek, question: str) -> None:
    if len(question) > LONGEST_QUESTION:
        with pytest.raises(QuestionTooLongError):
            samples.answerer.ask(question)
    elif not words(one_line(question)):
        with pytest.raises(EmptyQuestionError):
            samples.answerer.ask(question)
    else:
        answer = samples.answerer.ask(question)
        check(answer, samples.store)
        answer.question.encode()
        assert "\x00" not in answer.question
        if "Tokayev" in question and answer.citations:
            assert any("Tokayev" in quote for quote in quotes(answer)), "what else is in it hides no name"


def test_most_hostile_questions_are_answered_and_some_are_refused() -> None:
    short = [question for question in HOSTILE if len(question) <= LONGEST_QUESTION]
    empty = [question for question in short if not words(one_line(question))]
    assert 0 < len(HOSTILE) - len(short) < len(empty) < len(short) - len(empty)


def test_the_same_question_gets_the_same_answer(samples: Derek) -> None:
    question = "Who met Putin in Moscow?"
    assert samples.answerer.ask(question) == samples.answerer.ask(f"  {question}\n")


# Questions


@pytest.mark.parametrize("question", ["", "   ", "?", "…\n", "😀", "\x00", "\ufeff", "«»", "_", "\u0301"])
def test_a_question_without_words_is_empty(samples: Derek, question: str) -> None:
    with pytest.raises(EmptyQuestionError, match="write it in words"):
        samples.answerer.ask(question)


def test_a_question_may_be_long_but_not_too_long(samples: Derek) -> None:
    assert samples.answerer.ask("Putin " * (LONGEST_QUESTION // 6)).citations
    assert samples.answerer.ask("a" * LONGEST_QUESTION).status is Status.NOT_FOUND
    with pytest.raises(QuestionTooLongError, match=r"2,001 characters; ask it in at most 2,000"):
        samples.answerer.ask("a" * (LONGEST_QUESTION + 1))
    # It counts as it is kept: this letter is one that becomes two.
    with pytest.raises(QuestionTooLongError, match="2,002 characters"):
        samples.answerer.ask("\u0958" * (LONGEST_QUESTION // 2 + 1))


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Who met Putin?", "en"),
        ("Кто встретился с Путиным?", "ru"),
        ("Путинмен кім кездесті?", "kk"),
        ("2022", "und"),
    ],
)
def test_an_answer_says_in_which_language_it_was_asked(samples: Derek, question: str, language: str) -> None:
    answer = samples.answerer.ask(question)
    assert (answer.question, answer.language) == (question, language)


# Answering


def test_an_answer_cites_what_it_knows_of_its_source(store: Store) -> None:
    answer = answerer(store, WHEAT).ask("Who sold wheat to China?")
    assert answer.status is Status.ANSWERED
    first = answer.citations[0]
    assert (first.number, first.quote) == (1, "Farmers sold wheat to China.")
    assert (first.title, first.source, first.url) == ("Wheat", "Kazinform", "https://kz/1")
    assert (first.published, first.language, first.article_id) == (date(2022, 2, 13), "en", WHEAT.id)
    assert first.score == answer.confidence
    check(answer, store)


def test_a_question_nothing_is_known_of_is_honestly_not_found(store: Store) -> None:
    answer = answerer(store, WHEAT).ask("Who discovered Mongolia?")
    assert (answer.status, answer.confidence, answer.citations) == (Status.NOT_FOUND, 0.0, ())


def test_without_articles_nothing_is_found(store: Store) -> None:
    assert answerer(store).ask("Who sold wheat?").status is Status.NOT_FOUND


def test_what_is_not_sure_enough_is_not_found_but_cited_as_nearest(store: Store) -> None:
    unsure = answerer(store, WHEAT, min_confidence=0.99).ask("Who sold wheat to Mongolia?")
    assert unsure.status is Status.NOT_FOUND
    assert quotes(unsure)[0] == "Farmers sold wheat to China."
    assert 0 < unsure.confidence < 0.99
    sure = answerer(store, min_confidence=0.0).ask("Who sold wheat to Mongolia?")
    assert (sure.status, quotes(sure)) == (Status.ANSWERED, quotes(unsure))


def test_a_sentence_that_several_articles_hold_is_cited_once(store: Store) -> None:
    other = article("other", "FARMERS SOLD WHEAT TO CHINA.", "Wheat was cheap.")
    answer = answerer(store, WHEAT, other).ask("Who sold wheat to China?", limit=3)
    assert [quote.casefold() for quote in quotes(answer)].count("farmers sold wheat to china.") == 1
    check(answer, store)


def every_citation(answerer: Answerer, question: str, chosen: Filter = NO_FILTER) -> list[Citation]:
    """Return the first answer's citations and all further ones."""
    citations = list(answerer.ask(question, admitted=chosen).citations)
    while further := answerer.ask(question, offset=len(citations), admitted=chosen).citations:
        citations += further
    return citations


def test_many_copies_of_a_sentence_do_not_hide_the_others(store: Store) -> None:
    copies = [article(f"copy {n}", "Farmers sold wheat to China.", f"Number {n}.") for n in range(30)]
    others = article("other", "Farmers sold wheat to Iran.", "Merchants sold wheat to China.")
    citations = every_citation(answerer(store, *copies, others), "Which farmers sold wheat to China?")
    assert {citation.quote for citation in citations[:3]} == {
        "Farmers sold wheat to China.",
        "Farmers sold wheat to Iran.",
        "Merchants sold wheat to China.",
    }


def test_a_limit_and_an_offset_leaf_through_the_same_citations(samples: Derek) -> None:
    question = "Russia and Kazakhstan trade cooperation"
    citations = every_citation(samples.answerer, question)
    assert len(citations) > 9
    assert [citation.number for citation in citations] == list(range(1, len(citations) + 1))
    for offset in range(3, 8):
        (citation,) = samples.answerer.ask(question, limit=1, offset=offset).citations
        assert citation == citations[offset]


def test_a_first_answer_leaves_out_what_is_less_than_a_quarter_as_sure(store: Store) -> None:
    lines = [
        ("Farmers sold wheat to China.", "Farmers sold rye to China.", "Farmers grew wheat."),
        ("The old bridge was opened in 1931.", "It was painted in 1950.", "Nobody crossed the bridge."),
        ("The tunnel was opened in May 1931.", "Millers bought oats in China."),
    ]
    memory_answerer = answerer(
        store, *(article(f"{number}", *sentences) for number, sentences in enumerate(lines))
    )
    shares = []
    for question in ("Who sold wheat to China?", "Who sold wheat?", "When was the bridge opened?", "wheat"):
        answer = memory_answerer.ask(question, limit=100)
        every = every_citation(memory_answerer, question)
        kindred = [citation for citation in every if citation.score >= answer.confidence / 4]
        assert answer.citations == tuple(kindred)
        assert answer.further is (len(kindred) < len(every))
        shares += [citation.score / answer.confidence for citation in every]
    # Else the law would say nothing of what is a little surer, or less so, than a quarter.
    assert any(0.25 < share < 0.5 for share in shares)
    assert any(0.15 < share < 0.25 for share in shares)


def test_beyond_the_last_citation_nothing_is_found(store: Store) -> None:
    beyond = answerer(store, WHEAT).ask("Who sold wheat?", offset=50)
    assert (beyond.status, beyond.citations) == (Status.NOT_FOUND, ())


# Filters


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (Filter(), {"a", "b", "c"}),
        (Filter(languages=frozenset({"de"})), {"c"}),
        (Filter(sources=frozenset({"МИР 24"})), {"b"}),
        (Filter(since=date(2023, 1, 1)), {"b"}),
        (Filter(until=date(2023, 1, 1)), {"a"}),
        (Filter(languages=frozenset({"fr"})), set()),
    ],
)
def test_only_what_a_filter_admits_is_cited(store: Store, chosen: Filter, expected: set[str]) -> None:
    first = article("a", "Wheat rose.", source="Kazinform", published=date(2022, 2, 13))
    second = article("b", "Wheat fell.", source="Мир 24", published=date(2024, 2, 22))
    third = article("c", "Wheat wuchs.", language="de")
    memory_answerer = answerer(store, first, second, third)
    assert {citation.article_id for citation in every_citation(memory_answerer, "wheat", chosen)} == {
        article(key, "x").id for key in expected
    }
    check(memory_answerer.ask("wheat", admitted=chosen), store)


def test_a_filter_whose_days_are_in_the_wrong_order_is_refused() -> None:
    with pytest.raises(ValueError, match="no day lies between 2024-01-02 and 2024-01-01"):
        Filter(since=date(2024, 1, 2), until=date(2024, 1, 1))
    Filter(since=date(2024, 1, 1), until=date(2024, 1, 1))


def test_of_a_sentence_in_several_articles_the_earliest_is_cited_and_the_others_counted(store: Store) -> None:
    line, days = (
        "Wheat rose by a tenth in June.",
        (date(2024, 2, 1), date(2022, 2, 13), None, date(2023, 5, 5)),
    )
    copies = [
        article(str(number), f"Paper {number}", line, f"Number {number} ends here.", published=day)
        for number, day in enumerate(days)
    ]
    memory_answerer = answerer(store, *copies)
    answer = memory_answerer.ask("How much did wheat rise in June?")
    first = answer.citations[0]
    assert (first.quote, first.article_id, first.copies) == (line, copies[1].id, 3)
    assert [citation.quote for citation in answer.citations].count(line) == 1
    check(answer, store)


def test_a_sentence_that_one_article_holds_twice_is_in_no_other(store: Store) -> None:
    line = "Wheat rose by a tenth in June."
    memory_answerer = answerer(store, article("a", line, "", line))
    assert memory_answerer.ask("How much did wheat rise in June?").citations[0].copies == 0


# At the moment of sending


def test_an_answer_that_stands_is_sent_as_it_is(store: Store) -> None:
    memory_answerer = answerer(store, WHEAT)
    answer = memory_answerer.ask("Who sold wheat?")
    assert dict(memory_answerer.verify(answer)) == dict(answer)


def test_of_an_article_removed_since_nothing_is_sent(store: Store) -> None:
    memory_answerer = answerer(store, WHEAT)
    answer = memory_answerer.ask("Who sold wheat?")
    store.remove(WHEAT.id)
    sent = memory_answerer.verify(answer)
    assert (sent.status, sent.confidence, sent.citations) == (Status.NOT_FOUND, 0.0, ())
    assert (sent.question, sent.language) == (answer.question, answer.language)


def test_of_an_article_changed_since_only_what_still_stands_in_its_place_is_sent(store: Store) -> None:
    memory_answerer = answerer(store, article("a", "Farmers sold wheat.", "Millers sold wheat too."))
    answer = memory_answerer.ask("Who sold wheat?")
    assert len(answer.citations) == 2
    keep(store, article("a", "Farmers sold wheat.", "Millers sold nothing after all."))
    sent = memory_answerer.verify(answer)
    assert quotes(sent) == ["Farmers sold wheat."]
    assert sent.status is Status.ANSWERED
    keep(store, article("a", "In brief.", "Farmers sold wheat."))
    assert memory_answerer.verify(answer).citations == ()


def test_an_article_changed_elsewhere_is_still_cited(store: Store) -> None:
    memory_answerer = answerer(store, WHEAT)
    answer = memory_answerer.ask("Who sold wheat to China?")
    keep(store, rewritten(WHEAT, WHEAT.text + "\nAnd so on."))
    assert dict(memory_answerer.verify(answer)) == dict(answer)


def test_what_is_left_of_an_answer_is_as_sure_as_its_first_citation(store: Store) -> None:
    farmers = article("a", "Farmers sold cheap wheat to China.")
    other = article("b", "Millers sold some wheat to China, cheap.")
    rest = article("c", "Rye grew.", "Oats fell.", "Nobody planted barley.", "It rained.")
    memory_answerer = answerer(store, farmers, other, rest, min_confidence=0.1)
    answer = memory_answerer.ask("Who sold cheap wheat to China?")
    first, second = answer.citations
    assert {first.article_id, second.article_id} == {farmers.id, other.id}
    store.remove(first.article_id)
    sent = memory_answerer.verify(answer)
    assert quotes(sent) == [second.quote]
    assert sent.confidence == sent.citations[0].score < answer.confidence


class Meanwhile(MemoryIndex):
    """An index during whose search somebody changes the store, as another process may."""

    def __init__(self, change: Callable[[], object]) -> None:
        super().__init__()
        self._change = change

    @contextmanager
    def reader(self) -> Iterator[MemoryReader]:
        with super().reader() as reader:
            yield reader
        self._change()


def test_of_an_article_changed_while_it_was_found_no_sentence_is_cited_until_the_next_question(
    store: Store,
) -> None:
    keep(store, article("a", "Farmers sold wheat to China.", "Nobody sold rye."))
    change = article("a", "Photo: Aisha Omarova", "Farmers sold wheat to China.", "Nobody sold rye.")
    memory_answerer = answerer_on(store, Meanwhile(lambda: keep(store, change)), min_confidence=0.22)
    answer = memory_answerer.ask("Who sold wheat?")
    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())
    answer = memory_answerer.ask("Who sold wheat?")
    check(answer, store)
    assert quotes(answer)[0] == "Farmers sold wheat to China."


def test_an_article_removed_while_it_was_found_is_not_cited(store: Store) -> None:
    keep(store, WHEAT)
    memory_answerer = answerer_on(
        store, Meanwhile(lambda: store.catalogue() and store.remove(WHEAT.id)), min_confidence=0.2
    )
    answer = memory_answerer.ask("Who sold wheat?")
    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())


def test_answers_stay_whole_while_articles_change_all_the_time(store: Store) -> None:
    versions = [
        article("a", "Wheat.", "Rye and barley were sold to everybody who asked for wheat.", "Oats fell."),
        article("a", "Nobody sold wheat or rye to anybody at all that year.", "Wheat rose."),
        article("a", "In brief: wheat."),
    ]
    units = {line for version in versions for line in version.text.split("\n")}
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            for version in versions:
                keep(store, version)

    memory_answerer = answerer(store, versions[0])
    changing = threading.Thread(target=change)
    changing.start()
    try:
        cited = {quote for _ in range(150) for quote in quotes(memory_answerer.ask("Who sold wheat or rye?"))}
    finally:
        stop.set()
        changing.join()
    assert cited
    assert cited <= units


# Passages


LINES = [f"Sentence {number} is here." for number in range(6)]


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("neighbours", [0, 1, 2, 9])
def test_a_passage_is_a_slice_of_the_article_around_the_quote(
    store: Store, place: int, neighbours: int
) -> None:
    sample = article("a", *LINES)
    memory_answerer = answerer(store, sample)
    unit = store.sentences(sample.id)[place]
    passage = memory_answerer.passage(sample.id, unit.span, neighbours)
    assert passage.article == sample
    assert passage.quote == LINES[place]
    around = LINES[max(0, place - neighbours) : place + neighbours + 1]
    assert passage.before + passage.quote + passage.after == "\n".join(around)
    assert sample.text[: unit.span.start].endswith(passage.before)
    assert sample.text[unit.span.end :].startswith(passage.after)


def test_a_passage_has_two_neighbours_on_either_side(store: Store) -> None:
    sample = article("a", *LINES)
    memory_answerer = answerer(store, sample)
    passage = memory_answerer.passage(sample.id, store.sentences(sample.id)[2].span)
    assert passage.before.split("\n") == [*LINES[:2], ""]
    assert passage.after.split("\n") == ["", *LINES[3:5]]


def test_a_passage_of_no_article_is_unknown(store: Store) -> None:
    with pytest.raises(UnknownArticleError):
        answerer(store).passage("000000000000", Span(0, 5))


def test_a_passage_that_is_no_sentence_any_more_was_changed(store: Store) -> None:
    memory_answerer = answerer(store, WHEAT)
    cited = memory_answerer.ask("Who sold wheat to China?").citations[0]
    assert memory_answerer.passage(cited.article_id, cited.span).quote == cited.quote
    keep(store, rewritten(WHEAT, "In brief. " + WHEAT.text))
    with pytest.raises(ChangedArticleError, match="was changed since it was cited; ask again"):
        memory_answerer.passage(cited.article_id, cited.span)
    with pytest.raises(ChangedArticleError):
        memory_answerer.passage(cited.article_id, Span(0, 100_000))


def test_a_passage_is_not_shown_for_another_sentence_that_now_stands_in_its_place(store: Store) -> None:
    memory_answerer = answerer(store, article("a", "Farmers sold wheat.", "It rained."))
    cited = memory_answerer.ask("Who sold wheat?").citations[0]
    assert (
        memory_answerer.passage(cited.article_id, cited.span, fingerprint=cited.fingerprint).quote
        == cited.quote
    )
    keep(store, article("a", "Farmers sold maize.", "It rained."))
    assert memory_answerer.passage(cited.article_id, cited.span).quote == "Farmers sold maize."
    former = memory_answerer.passage(cited.article_id, cited.span, fingerprint=cited.fingerprint)
    assert (former.quote, former.after.strip()) == (cited.quote, "It rained.")
    assert former.until
    store.purge()
    with pytest.raises(ChangedArticleError):
        memory_answerer.passage(cited.article_id, cited.span, fingerprint=cited.fingerprint)


# Explanations


def test_an_explanation_names_the_telling_words_shared_and_those_lacking(store: Store) -> None:
    memory_answerer = answerer(store, WHEAT)
    question = "Which farmer sells WHEAT to Mongolia, wheat?"
    answer = memory_answerer.ask(question)
    explanation = memory_answerer.explain(Question.of(question), answer.citations[0])
    assert explanation.shared == ("farmer", "wheat")
    assert explanation.missing == ("sells", "mongolia")
    assert (explanation.score, explanation.threshold) == (answer.citations[0].score, 0.17)
    assert dict(explanation.reasons).keys() >= {"words", "kind", "named", "language"}


@settings(max_examples=50)
@example(question="0E\x1b2")
@given(question=QUESTIONS.filter(lambda text: len(text) <= LONGEST_QUESTION and bool(words(text))))
def test_an_explanation_parts_the_telling_words_of_the_question(samples: Derek, question: str) -> None:
    for citation in samples.answerer.ask(question).citations:
        explanation = samples.answerer.explain(Question.of(question), citation)
        rest, _ = period_of(Question.of(question).text)
        expected = [analysed(text).content_words for text in (rest, *readings(rest))]
        assert sorted(explanation.shared + explanation.missing) in map(sorted, expected)


# Follow-ups

OIL = "What did the sides agree on oil?"


def test_a_follow_up_goes_on_with_the_words_of_the_question_before(samples: Derek) -> None:
    answer = samples.answerer.ask("And on gas?", previous=earlier(OIL))
    assert answer.carried == "sides agree"
    assert answer.citations[0].quote.startswith("- Prospects for gas cooperation were discussed")
    assert samples.answerer.ask("And on gas?").carried is None


@pytest.mark.parametrize("question", ["Who met Mishustin in Moscow?", "Кто пригласил Токаева в Казань?"])
def test_a_question_that_stands_alone_is_answered_as_if_it_were_the_first(
    samples: Derek, question: str
) -> None:
    alone = samples.answerer.ask(question)
    assert samples.answerer.ask(question, previous=earlier(OIL)) == alone
    explained = [
        samples.answerer.explain(Question.of(question, before), alone.citations[0])
        for before in ([], earlier(OIL))
    ]
    assert explained[0] == explained[1]
    assert explained[0].carried is None


def test_the_period_of_an_earlier_question_is_no_word_of_it(samples: Derek) -> None:
    answer = samples.answerer.ask("And Putin?", previous=earlier("Who met Mishustin? since 2022"))
    assert (answer.carried, answer.since) == ("met", None)


@pytest.mark.parametrize(
    ("question", "previous", "shared", "lacking"),
    [
        (
            "By what share?",
            "Did the wheat harvest of Mongolia fall?",
            ("wheat", "harvest"),
            ("mongolia", "fall", "share"),
        ),
        ("And rye?", "Who sold wheat to China?", ("sold", "wheat", "china"), ("rye",)),
        ("А Китаю?", "Что продали Монголии?", ("продали", "китаю"), ()),
        ("When?", "Who sold wheat to China?", ("sold", "wheat", "china"), ()),
    ],
)
def test_an_explanation_counts_the_words_that_a_follow_up_carries(
    store: Store, question: str, previous: str, shared: tuple[str, ...], lacking: tuple[str, ...]
) -> None:
    memory_answerer = answerer(store, WHEAT)
    answer = memory_answerer.ask(question, previous=earlier(previous))
    explained = memory_answerer.explain(Question.of(question, earlier(previous)), answer.citations[0])
    assert explained.carried == answer.carried
    assert explained.shared == shared
    assert explained.missing == lacking


@settings(max_examples=30)
@given(question=QUESTIONS.filter(lambda text: len(text) <= 200 and bool(words(text))), before=QUESTIONS)
def test_whatever_was_asked_before_an_explanation_tells_of_the_same_words_as_the_answer(
    samples: Derek, question: str, before: str
) -> None:
    answer = samples.answerer.ask(question, previous=earlier(before))
    check(answer, samples.store)
    for citation in answer.citations:
        explanation = samples.answerer.explain(Question.of(question, earlier(before)), citation)
        assert explanation.carried == answer.carried
        assert set(words(explanation.carried or "")) <= {*explanation.shared, *explanation.missing}


# Following the store


def test_what_another_process_changes_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "articles.sqlite3"
    with Store(path) as store, Store(path) as elsewhere:
        memory_answerer = answerer(store)
        assert memory_answerer.ask("Who sold wheat?").status is Status.NOT_FOUND
        keep(elsewhere, WHEAT)
        assert "Farmers sold wheat to China." in quotes(memory_answerer.ask("Who sold wheat?"))
        keep(elsewhere, article("wheat", "Millers sold wheat."), elsewhere.begin_edit())
        assert quotes(memory_answerer.ask("Who sold wheat?")) == ["Millers sold wheat."]
        elsewhere.undo()
        assert "Farmers sold wheat to China." in quotes(memory_answerer.ask("Who sold wheat?"))
        elsewhere.remove(WHEAT.id)
        assert memory_answerer.ask("Who sold wheat?").citations == ()


WORDS = st.sampled_from(
    ["wheat", "rye", "barley", "oats", "sold", "grew", "the", "пшеница", "рожь", "продали"]
)
VERSIONS = st.builds(
    lambda key, lines, language: article(key, *lines, language=language),
    st.sampled_from("abcd"),
    st.lists(
        st.lists(WORDS, min_size=1, max_size=4).map(lambda line: f"{' '.join(line)}."), min_size=1, max_size=4
    ),
    st.sampled_from(["en", "ru"]),
)
STEPS = st.lists(VERSIONS | st.sampled_from(["a", "b", "c", "d", "undo", "ask"]), max_size=12)


@settings(max_examples=40)
@given(steps=STEPS)
def test_an_index_rebuilt_from_the_store_answers_as_the_one_that_followed_it(
    steps: Sequence[Article | str],
) -> None:
    with TemporaryDirectory() as folder, Store(Path(folder) / "articles.sqlite3") as store:
        followed = answerer(store, min_confidence=0.2)
        for step in steps:
            if isinstance(step, Article):
                keep(store, step, store.begin_edit())
            elif step == "undo":
                store.undo()
            elif step == "ask":
                followed.ask("wheat")
            elif any(entry.article_id == article(step, "x").id for entry in store.catalogue()):
                store.remove(article(step, "x").id)
        rebuilt = answerer(store, min_confidence=0.2)
        for question in ("Who sold the wheat?", "rye and barley", "Кто продал рожь?", "пшеница oats"):
            answer = followed.ask(question)
            assert answer == rebuilt.ask(question)
            check(answer, store)


def test_many_threads_may_ask_at_once(derek: Derek) -> None:
    questions = [
        "Who met Putin in Moscow?",
        "О чём договорились Путин и Токаев?",
        "How did trade turnover rise?",
    ]
    expected = [derek.answerer.ask(question) for question in questions]
    fresh = answerer_on(derek.store, MemoryIndex(), min_confidence=derek.answerer.min_confidence)
    answers: list[list[Answer]] = []
    threads = [
        threading.Thread(target=lambda: answers.append([fresh.ask(question) for question in questions]))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 6


# Judged questions


def test_questions_on_the_samples_are_answered_by_the_judged_sentence(judged: Path, derek: Derek) -> None:
    lines = (judged / "seed_questions.jsonl").read_text("utf-8").splitlines()
    questions: list[dict[str, Any]] = [json.loads(line) for line in lines]
    own = [
        question
        for question in questions
        if question["answerable"] and question["lang"] == question["source_lang"]
    ]
    places = [place(derek.answerer.ask(question["question"]), question["evidence"]) for question in own]
    assert places
    assert sum(number == 1 for number in places) / len(places) >= 0.9


def place(answer: Answer, evidence: str) -> int:
    """Return the number of the citation that holds the evidence, white space folded; 0 if none does."""
    if answer.status is not Status.ANSWERED:
        return 0
    wanted = " ".join(evidence.split())
    return next(
        (citation.number for citation in answer.citations if wanted in " ".join(citation.quote.split())), 0
    )


# The short answer


def test_the_short_answer_is_marked_where_the_articles_answer(samples: Derek) -> None:
    (first, *_) = samples.answerer.ask("How many joint Kazakh-Russian enterprises are there?").citations
    assert first.highlight
    assert first.highlight.of(first.quote) == "3 325"


def test_nothing_is_marked_where_the_articles_do_not_answer(store: Store) -> None:
    unsure = answerer(store, WHEAT, min_confidence=0.99).ask("Who sold wheat to China?")
    assert unsure.citations
    assert all(citation.highlight is None for citation in unsure.citations)


# The index behind the answers


@pytest.fixture(name="on_disk")
def answerer_on_disk(store: Store, tmp_path: Path) -> Iterator[Answerer]:
    """Give an Answerer whose index is on disk and knows one article."""
    keep(store, WHEAT)
    opened = answerer_on(store, DiskIndex(tmp_path / "index", "analysis"), min_confidence=0)
    opened.index.follow()
    yield opened
    opened.index.close()


BARLEY = article("barley", "Barley was sold to Mongolia.")


def test_while_another_process_writes_the_index_answers_come_from_what_it_holds(
    store: Store, on_disk: Answerer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = sqlite3.connect(tmp_path / "index" / "terms.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    keep(store, BARLEY)
    began = time.monotonic()
    assert quotes(on_disk.ask("Who sold wheat to China?"))[0] == "Farmers sold wheat to China."
    assert time.monotonic() - began < 30, "nobody who asks waits for what another process is doing"
    other.rollback()
    other.close()
    assert quotes(on_disk.ask("What was sold to Mongolia?"))[0] == "Barley was sold to Mongolia."


def test_while_the_index_cannot_be_written_answers_come_from_what_it_holds(
    store: Store, on_disk: Answerer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (generation,) = [path for path in (tmp_path / "index").iterdir() if path.is_dir()]
    time.sleep(1.5)  # The writer is kept for a second.
    lock = generation / ".tantivy-writer.lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()  # Not even root can open a folder as a file.
    keep(store, BARLEY)
    assert quotes(on_disk.ask("Who sold wheat to China?"))[0] == "Farmers sold wheat to China."
    assert "only the index cannot be written" in caplog.text
    with pytest.raises(IndexUnusableError):
        on_disk.index.follow()
    lock.rmdir()
    assert quotes(on_disk.ask("What was sold to Mongolia?"))[0] == "Barley was sold to Mongolia."


@pytest.mark.parametrize("when", ["before", "while open"])
def test_an_index_that_was_damaged_is_built_anew_and_answers(
    store: Store, tmp_path: Path, on_disk: Answerer, when: str
) -> None:
    expected = quotes(on_disk.ask("Who sold wheat to China?"))
    if when == "before":
        on_disk.index.close()
    for path in (tmp_path / "index").rglob("*"):
        if path.is_file() and path.suffix != ".sqlite3":
            path.unlink()
    if when == "before":
        on_disk = answerer_on(store, DiskIndex(tmp_path / "index", "analysis"), min_confidence=0)
    assert quotes(on_disk.ask("Who sold wheat to China?")) == expected
    keep(store, BARLEY)
    assert quotes(on_disk.ask("What was sold to Mongolia?"))[0] == "Barley was sold to Mongolia."
    assert quotes(on_disk.ask("Who sold wheat to China?"))[0] == expected[0]
    on_disk.index.close()


def test_progress_is_told_up_to_the_last_article(store: Store) -> None:
    for number in range(30):
        keep(store, article(f"{number}", f"Wheat number {number} grew."))
    progress: list[tuple[int, int]] = []
    followed = answerer(store)
    followed.index.follow(lambda done, total: progress.append((done, total)))
    assert progress == sorted(progress)
    assert progress[-1] == (30, 30)
    followed.index.follow(lambda done, total: progress.append((done, total)))
    assert progress[-1] == (30, 30)
