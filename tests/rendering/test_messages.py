"""Messages: whatever is in an article, Telegram takes them, and nothing of a quote is lost."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.assembly import Derek, assemble
from bot.chats.settings import SettingError, SettingFault
from bot.config import Config
from bot.phrases import LANGUAGES, Phrases
from bot.rendering import messages
from bot.rendering.blocks import (
    LONGEST_MESSAGE,
    Block,
    Fragment,
    Message,
    Role,
    paragraph,
    to_messages,
    to_text,
)
from bot.rendering.receipts import told
from retrieval.answers.citations import Citation, Passage, Status, VerifiedAnswer
from retrieval.answers.explanations import Explanation
from retrieval.articles import Article, SentenceKind, Span, normalise, unwrapped
from retrieval.errors import (
    AmbiguousArticleError,
    ChangedArticleError,
    DerekError,
    EmptyArticleError,
    EmptyQuestionError,
    FileFault,
    QuestionTooLongError,
    StoreTooNewError,
    UnknownArticleError,
    UnreadableFileError,
)
from retrieval.filters import Filter
from retrieval.languages import UNDETERMINED
from retrieval.questions.question import Question
from retrieval.ranking.ranker import REASONS
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import CatalogueEntry, Summary
from tests.support.bot_api.entities import utf16_length, utf16_slice
from tests.support.bot_api.html import checked, parse
from tests.support.paths import GOLDEN

MESSAGES = GOLDEN / "messages"

#: What Telegram takes of a message before it is parsed.
LONGEST_RAW = 32_768

#: Enough to be cut twice.
LONGEST_TEXT = 9_000

# What failed may be long: that is no failure of its own.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

#: The laws are many, and what is long takes long.
enough = settings(max_examples=60)

# Texts

MARKUP = [
    "<b>",
    "</b>",
    "<",
    ">",
    "&",
    "&amp;",
    "&#x41;",
    "&lt",
    '"',
    "'",
    "</blockquote>",
    "<a href=x>",
    "{ $x }",
]
SCRIPTS = [
    "слово",
    "сөз",
    "كلمة",
    "שלום",
    "語",
    "ไทย",
    "e\u0301",
    "\u0301\u0302",
    "\u202e",
    "\u200f",
    "😀",
    "🇰🇿",
]
LINKS = ["https://t.me/start", "/start", "@derek", "#tag", "http://[::1]", "tg://user?id=1", "javascript:x"]
PLAIN = ["word", "a", ".", "! ", " ", "  ", "\n", "\u00a0", "\u2028", "\t", "1", "[1]", "·"]
PIECES = st.sampled_from([*MARKUP, *SCRIPTS, *LINKS, *PLAIN])
SHORT = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40)
# One piece many times over is a text without the white space, or the end, that a cut would wish for.
LONG = st.builds(
    lambda first, piece, count, last: first + (piece * count)[:LONGEST_TEXT] + last,
    SHORT,
    PIECES,
    st.integers(1, 2 * LONGEST_MESSAGE),
    SHORT,
)
#: Whatever may stand in an article.
TEXTS = (SHORT | LONG).map(normalise)
WORDED = TEXTS.filter(str.strip)
LONG_WORDED = LONG.map(normalise).filter(str.strip)
#: What may be told about one: none, or anything at all.
OPTIONAL_TEXTS = st.none() | TEXTS
URLS = st.none() | st.just("https://example.org/a?b=1&c='2'") | TEXTS
CODES = st.sampled_from([*LANGUAGES, "de", "zh", UNDETERMINED])
SPOKEN = st.sampled_from([Phrases(language) for language in LANGUAGES])
DAYS = st.none() | st.dates()
SHARES = st.floats(0, 1)


@st.composite
def citations(draw: st.DrawFn, quotes: st.SearchStrategy[str] = WORDED) -> Citation:
    quote = draw(quotes)
    start = draw(st.integers(0, 10_000))
    edges = sorted(draw(st.tuples(*[st.integers(0, len(quote))] * 2)))
    return Citation(
        number=draw(st.integers(1, 99)),
        article_id="0123456789ab",
        title=draw(OPTIONAL_TEXTS),
        source=draw(OPTIONAL_TEXTS),
        url=draw(URLS),
        published=draw(DAYS),
        language=draw(CODES),
        kind=draw(st.sampled_from(SentenceKind)),
        path=tuple(draw(st.lists(st.text(" |ab"), max_size=2))),
        span=Span(start, start + len(quote)),
        quote=quote,
        highlight=draw(st.none() | st.just(Span(edges[0], edges[1]))),
        score=draw(SHARES),
    )


@st.composite
def answers(draw: st.DrawFn, quotes: st.SearchStrategy[str] = WORDED) -> VerifiedAnswer:
    cited = tuple(draw(st.lists(citations(quotes), max_size=3)))
    return VerifiedAnswer(
        question=draw(WORDED),
        language=draw(CODES),
        status=draw(st.sampled_from(Status)) if cited else Status.NOT_FOUND,
        confidence=draw(SHARES),
        citations=cited,
        reading=draw(st.none() | WORDED),
        carried=draw(st.none() | WORDED),
        since=draw(DAYS),
        until=draw(DAYS),
    )


@st.composite
def chat_limits(draw: st.DrawFn) -> Filter:
    since, until = sorted(draw(st.tuples(st.dates(), st.dates())))
    languages, names = st.frozensets(CODES), st.frozensets(TEXTS, max_size=25)
    ends = st.sampled_from([(since, None), (None, until), (since, until), (None, None)])
    return Filter(draw(languages), draw(names), *draw(ends))


ARTICLES = st.builds(
    Article,
    key=st.just("a test"),
    text=WORDED,
    language=CODES,
    title=OPTIONAL_TEXTS,
    source=OPTIONAL_TEXTS,
    url=URLS,
    published=DAYS,
)
PASSAGES = st.builds(Passage, article=ARTICLES, before=TEXTS, quote=WORDED, after=TEXTS)
EXPLANATIONS = st.builds(
    Explanation,
    shared=st.lists(TEXTS, max_size=5).map(tuple),
    missing=st.lists(TEXTS, max_size=5).map(tuple),
    reasons=st.lists(st.tuples(st.sampled_from(REASONS), st.floats(-50, 50))).map(tuple),
    score=SHARES,
    threshold=SHARES,
    carried=st.none() | WORDED,
)
RECEIPTS = st.builds(
    Receipt,
    name=TEXTS,
    outcome=st.sampled_from(Outcome),
    article_id=st.none() | st.just("0123456789ab"),
    title=OPTIONAL_TEXTS,
    sentences=st.integers(0, 100_000),
    reason=OPTIONAL_TEXTS,
)
HOLDINGS = st.builds(
    CatalogueEntry,
    article_id=st.just("0123456789ab"),
    title=OPTIONAL_TEXTS,
    source=OPTIONAL_TEXTS,
    published=DAYS,
    language=CODES,
    added=st.just(datetime(2024, 2, 22, tzinfo=UTC)),
    sentences=st.integers(0, 100_000),
)
SUMMARIES = st.builds(
    Summary,
    articles=st.integers(0, 100_000),
    sentences=st.integers(0, 10_000_000),
    answerable=st.integers(0, 10_000_000),
    first=DAYS,
    last=DAYS,
    sources=st.lists(st.tuples(TEXTS, st.integers(1, 9_999)), max_size=25).map(tuple),
    languages=st.lists(st.tuples(CODES, st.integers(1, 9_999)), max_size=5).map(tuple),
)


# What Telegram takes


def without_space(text: str) -> str:
    return "".join(text.split())


def assert_telegram_takes(blocks: Iterable[Block]) -> list[Message]:
    """Check that blocks become messages that Telegram takes, and that these say all that the blocks do."""
    shown = list(blocks)
    sent = to_messages(shown)
    for message in sent:
        text, _ = parse(message.html)
        assert text == message.plain
        assert text.strip()
        assert utf16_length(text) <= LONGEST_MESSAGE
        assert len(message.html.encode()) <= LONGEST_RAW
    assert without_space("".join(message.plain for message in sent)) == without_space(to_text(shown))
    return sent


def marked(sent: Iterable[Message], kind: str) -> Iterator[str]:
    """Yield what is marked so in messages."""
    for message in sent:
        text, entities = parse(message.html)
        for entity in entities:
            if entity.type == kind:
                yield utf16_slice(text, entity.offset, entity.length)


@enough
@given(answers(), SPOKEN, chat_limits())
def test_telegram_takes_any_answer(verified: VerifiedAnswer, phrases: Phrases, limits: Filter) -> None:
    assert_telegram_takes(messages.answer(verified, phrases, admitted=limits))
    assert_telegram_takes(messages.more(verified, phrases))


@enough
@given(PASSAGES, SPOKEN)
def test_telegram_takes_any_passage(passage: Passage, phrases: Phrases) -> None:
    assert_telegram_takes(messages.passage(passage, phrases))


@given(ARTICLES, SPOKEN, st.none() | st.integers(1, 4_000))
def test_telegram_takes_any_article(whole: Article, phrases: Phrases, longest: int | None) -> None:
    assert_telegram_takes(messages.article(whole, phrases, longest))


@enough
@given(EXPLANATIONS, SPOKEN)
def test_telegram_takes_any_explanation(explanation: Explanation, phrases: Phrases) -> None:
    assert_telegram_takes(messages.explanation(explanation, phrases))


@given(RECEIPTS, SPOKEN)
def test_telegram_takes_any_receipt(receipt: Receipt, phrases: Phrases) -> None:
    assert_telegram_takes([paragraph(told(receipt, phrases))])


@enough
@given(st.lists(HOLDINGS, max_size=10), SPOKEN)
def test_telegram_takes_any_page_of_the_catalogue(entries: list[CatalogueEntry], phrases: Phrases) -> None:
    assert_telegram_takes([messages.holding(entry, phrases) for entry in entries])


@enough
@given(SUMMARIES, SPOKEN)
@example(
    Summary(20, 400, 380, None, None, tuple((f"Source {n} " * 10, 1) for n in range(20)), (("en", 20),)),
    Phrases("en"),
)
def test_telegram_takes_any_summary(summary: Summary, phrases: Phrases) -> None:
    assert_telegram_takes(messages.summary(summary, phrases))


@pytest.mark.parametrize("code", ["zxx", UNDETERMINED])
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "no language recognised"), ("ru", "язык не распознан"), ("kk", "тілі танылмады")],
)
def test_of_a_text_in_no_language_that_is_said(code: str, language: str, said: str) -> None:
    assert messages.language_name(code, Phrases(language)) == said


FRAGMENTS = st.builds(Fragment, TEXTS, st.sampled_from(Role))
LINKED = st.builds(Fragment, TEXTS, st.sampled_from(Role), URLS)
BLOCKS = st.builds(
    lambda before, link, after, quoted, tight: Block((*before, link, *after), quoted, tight),
    *(st.lists(FRAGMENTS, max_size=2), LINKED, st.lists(FRAGMENTS, max_size=2), st.booleans(), st.booleans()),
)


@given(st.lists(BLOCKS, max_size=6))
@example([Block((Fragment("x" * 4_095), Fragment("😀" * 3_000)))])
@example([Block((Fragment("x" * 4_096), Fragment("y")), quoted=True)])
@example([Block((Fragment(" " * 9_000), Fragment("y")), quoted=True)])
@example([Block((Fragment("&" * 4_096, Role.TITLE, "https://example.org/" + "&" * 20_000),))])
def test_telegram_takes_any_blocks(blocks: list[Block]) -> None:
    assert_telegram_takes(blocks)


# What is lost: nothing


@enough
@given(answers(LONG_WORDED), SPOKEN)
def test_a_quote_cut_over_several_messages_is_whole(verified: VerifiedAnswer, phrases: Phrases) -> None:
    sent = assert_telegram_takes(messages.more(verified, phrases))
    quoted = "".join(marked(sent, "blockquote"))
    shown = (fragment.text for citation in verified.citations for fragment in shown_as(citation))
    assert without_space(quoted) == without_space("".join(shown))


def test_a_quote_is_cut_at_white_space() -> None:
    sent = assert_telegram_takes([Block((Fragment("word " * 2_000),), quoted=True)])
    assert len(sent) == 3
    assert {word for message in sent for word in message.plain.split()} == {"word"}


def test_short_blocks_share_a_message_and_long_ones_begin_another() -> None:
    blocks = [paragraph(letter * 1_500) for letter in "abc"]
    assert [len(message.plain) for message in to_messages(blocks)] == [3_002, 1_500]


def test_nothing_to_say_is_no_message() -> None:
    assert to_messages([]) == []
    assert to_messages([paragraph(" \n"), Block(())]) == []


# How it looks


@given(citations(SHORT.map(normalise).filter(str.strip)), SPOKEN)
def test_the_highlight_is_bold(citation: Citation, phrases: Phrases) -> None:
    assume(citation.kind not in (SentenceKind.CODE, SentenceKind.ROW))
    verified = VerifiedAnswer(
        question="?", language="en", status=Status.ANSWERED, confidence=1, citations=(citation,)
    )
    bold = "".join(marked(to_messages(messages.answer(verified, phrases)), "bold"))
    assert bold == (unwrapped(citation.highlight.of(citation.quote)) if citation.highlight else "")


def shown_as(cited: Citation) -> tuple[Fragment, ...]:
    """Return what is shown of a citation's quote."""
    answer = VerifiedAnswer(
        question="?", language="en", status=Status.ANSWERED, confidence=1, citations=(cited,)
    )
    quoted, _ = messages.answer(answer, Phrases("en"))
    return quoted.fragments


@pytest.mark.parametrize(
    ("quote", "header", "highlight", "shown"),
    [
        ("Ertis-4 | 12 | 900", "Pump | Power, kW | Price", None, "Ertis-4 — Power, kW: 12 · Price: 900"),
        ("Ertis-4 | 12 | 900", "Pump | Power, kW | Price", "900", "Ertis-4 — Power, kW: 12 · Price: *900*"),
        ("Ertis-4 | 12 | 9", "Pump | Power, kW | Price", "Ertis-4", "*Ertis-4* — Power, kW: 12 · Price: 9"),
        ("Ertis-4 |  | 900", "Pump | Power, kW | Price", None, "Ertis-4 — Price: 900"),
        ("Ertis-4 | 12 | 900", "Pump |  | Price", None, "Ertis-4 — 12 · Price: 900"),
        # Of a header that does not fit, nobody can tell what it says of which.
        ("Ertis-4 | 12 | 900", "Pump | Price", None, "Ertis-4 | 12 | 900"),
        ("Pier | 40 m", None, None, "Pier | 40 m"),
    ],
)
def test_a_row_is_shown_with_the_names_of_its_columns(
    quote: str, header: str | None, highlight: str | None, shown: str
) -> None:
    start = quote.index(highlight) if highlight else 0
    cited = citation(
        1,
        quote,
        "en",
        kind=SentenceKind.ROW,
        path=("Prices", header) if header else (),
        highlight=Span(start, start + len(highlight)) if highlight else None,
    )
    parts = [f"*{part.text}*" if part.role is Role.MARK else part.text for part in shown_as(cited)]
    assert "".join(parts) == shown


def test_code_is_shown_as_code() -> None:
    cited = citation(1, "a = 1\n\nb = 2", "en", kind=SentenceKind.CODE)
    assert shown_as(cited) == (Fragment("a = 1\n\nb = 2", Role.CODE),)


@enough
@given(PASSAGES, SPOKEN)
def test_the_cited_sentence_is_bold_among_its_neighbours(passage: Passage, phrases: Phrases) -> None:
    sent = assert_telegram_takes(messages.passage(passage, phrases))
    quote = unwrapped(passage.quote)
    assert without_space("".join(marked(sent, "bold"))) == without_space(quote)
    assert without_space("".join(marked(sent, "blockquote"))) == without_space(
        passage.before + quote + passage.after
    )


@pytest.mark.parametrize(
    "url", ["https://example.org/a?b=1&c=<d>", "https://example.org/'\"", "http://example.org/&amp;"]
)
def test_a_title_leads_to_its_article(url: str) -> None:
    (message,) = to_messages([Block((Fragment("Title", Role.TITLE, url),))])
    (link,) = (entity for entity in parse(message.html)[1] if entity.type == "text_link")
    assert link.detail == checked(url)


@enough
@given(answers(), SPOKEN)
def test_plain_text_holds_every_quote_as_it_stands_and_in_order(
    verified: VerifiedAnswer, phrases: Phrases
) -> None:
    rest = to_text(messages.answer(verified, phrases))
    assert "<blockquote>" not in rest or "<blockquote>" in str(verified)
    for citation in verified.citations:
        parts = [fragment.text for fragment in shown_as(citation)]
        _, number, rest = rest.partition(f"{''.join(parts)}\n[{citation.number}] ")
        assert number


def test_plain_text_parts_paragraphs_by_an_empty_line_unless_they_are_tight() -> None:
    title, rest = paragraph("Title"), paragraph("Rest")
    assert to_text([title, Block(rest.fragments, tight=True), rest]) == "Title\nRest\n\nRest"
    assert to_text([]) == ""


@enough
@given(answers(), SPOKEN)
def test_a_title_takes_one_short_line(verified: VerifiedAnswer, phrases: Phrases) -> None:
    for citation in verified.citations:
        about = messages.more(verified.model_copy(update={"citations": (citation,)}), phrases)[1]
        assert len(about.fragments[1].text) <= 200
        assert len(about.fragments[1].text.splitlines()) <= 1


@enough
@given(TEXTS, SPOKEN)
def test_every_error_is_put_into_words(text: str, phrases: Phrases) -> None:
    path = Path("/") / (text.replace("\0", " ") or "x")
    errors: list[DerekError] = [
        EmptyQuestionError(),
        QuestionTooLongError(3_000, 2_000),
        EmptyArticleError(text),
        *(UnreadableFileError(path, fault, text) for fault in FileFault),
        UnknownArticleError(text),
        AmbiguousArticleError("0", ("0123456789ab", "0123456789ac")),
        ChangedArticleError("0123456789ab"),
        *(SettingError(fault, text, [text, "en"]) for fault in SettingFault),
        StoreTooNewError(path, 2, 1),
    ]
    for error in errors:
        sentence = messages.trouble(error, phrases)
        assert sentence.strip()
        assert_telegram_takes([paragraph(sentence)])
        if phrases.language != "en" and not isinstance(error, StoreTooNewError | UnreadableFileError):
            assert re.search("[а-я]", sentence), f"{error!r} is said in English"


@enough
@given(answers(), SPOKEN, chat_limits())
def test_what_limited_an_answer_is_said_where_nothing_was_found(
    verified: VerifiedAnswer, phrases: Phrases, limits: Filter
) -> None:
    text = to_text(messages.answer(verified, phrases, admitted=limits))
    if verified.status is Status.ANSWERED:
        assert verified.since or verified.until or phrases("only-articles", period="")[:12] not in text
        return
    for day in (verified.since, verified.until):
        assert day is None or str(day.year) in text
    for code in limits.languages:
        assert messages.language_name(code, phrases) in text


@enough
@given(answers(), EXPLANATIONS, SPOKEN)
def test_what_a_follow_up_was_understood_with_is_said_above_all_else(
    verified: VerifiedAnswer, why: Explanation, phrases: Phrases
) -> None:
    verified = verified.model_copy(update={"reading": None})
    for name, carried, blocks in (
        ("read-with", verified.carried, messages.answer(verified, phrases)),
        ("why-carried", why.carried, messages.explanation(why, phrases)),
    ):
        if carried is not None:
            assert to_text(blocks[:1]) == phrases(name, words=", ".join(carried.split()))


# The machine's view

#: Every field of an answer and of a citation, of which only the span is written as two.
ANSWER_KEYS = {"id", *VerifiedAnswer.model_fields}
CITATION_KEYS = {*Citation.model_fields, "start", "end"} - {"span"}


@enough
@given(answers(), st.none() | st.integers() | st.text() | st.lists(st.integers()))
def test_json_has_the_keys_of_the_design_and_says_what_the_answer_says(
    verified: VerifiedAnswer, name: object
) -> None:
    written = messages.to_json(verified, name)
    assert json.loads(json.dumps(written)) == written
    assert written.keys() == ANSWER_KEYS
    assert written["id"] == name
    assert (written["question"], written["language"]) == (verified.question, verified.language)
    assert written["status"] in ("answered", "not_found")
    assert 0 <= written["confidence"] <= 1
    for entry, cited in zip(written["citations"], verified.citations, strict=True):
        assert entry.keys() == CITATION_KEYS
        mark = entry["highlight"]
        assert (mark is None) == (cited.highlight is None)
        assert mark is None or (
            list(mark) == ["start", "end"] and 0 <= mark["start"] <= mark["end"] <= len(entry["quote"])
        )
        assert entry["published"] == (cited.published and str(cited.published))
        assert entry["end"] - entry["start"] == len(entry["quote"])
        assert entry["score"] == pytest.approx(cited.score, abs=1e-4)
        assert entry["reasons"] == pytest.approx(dict(cited.reasons), abs=1e-2)


@pytest.fixture(name="samples", scope="module")
def derek_for_many_questions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Derek]:
    with assemble(Config(data=tmp_path_factory.mktemp("messages") / "derek")) as derek:
        yield derek


QUESTION_WORDS = [
    "Tokayev",
    "trade",
    "year",
    "joint",
    "Казань",
    "Токаев",
    "встреча",
    "игры",
    "2022",
    "Rosatom",
]


@settings(max_examples=40)
@given(words=st.lists(st.sampled_from(QUESTION_WORDS), min_size=1, max_size=6))
def test_offsets_slice_the_articles_text(samples: Derek, words: list[str]) -> None:
    topic = Question.about(" ".join(["Putin", *words]))
    answer = messages.to_json(samples.answerer.verify(samples.answerer.answer(topic)))
    assert answer["citations"]
    for citation in answer["citations"]:
        text = samples.store.get(citation["article_id"]).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]


# Golden cases


def citation(number: int, quote: str, language: str, **fields: Any) -> Citation:
    known: dict[str, Any] = {"title": None, "source": None, "url": None, "published": None} | fields
    return Citation(
        number=number,
        article_id="0123456789ab",
        language=language,
        span=Span(0, len(quote)),
        quote=quote,
        score=0.9,
        **known,
    )


RUSSIAN = citation(
    1,
    "Все мы в ожидании президентских выборов, которые состоятся 17 марта в России.",
    "ru",
    title="Путин и Токаев отметили успешное развитие отношений",
    source="МИР 24",
    url="https://example.org/news?id=1&lang=ru",
    published=date(2024, 2, 22),
    highlight=Span(59, 67),
)
ENGLISH = citation(
    2, "Trade <grew> by 26% & more.", "en", title="Trade <grew> by 26% & more.", source="Akorda"
)
KAZAKH = citation(3, "Өткен жылы тауар айналымы өсті.", "kk")


FIRST, LAST = date(2022, 1, 1), date(2024, 2, 29)
ADMITTED = Filter(frozenset({"ru", "kk"}), frozenset({"МИР 24", "A <b>"}), since=FIRST)

#: What each case cites, what else is known of the answer, and what its chat admits.
GOLDEN_CASES: dict[str, tuple[tuple[Citation, ...], dict[str, Any], Filter]] = {
    "answered": ((RUSSIAN, ENGLISH, KAZAKH), {}, Filter()),
    "nearest": ((RUSSIAN,), {}, Filter()),
    "perhaps": ((RUSSIAN,), {"confidence": 0.1}, Filter()),
    "topic": ((RUSSIAN, ENGLISH), {"topic": "выборы <россии>", "since": FIRST}, Filter()),
    "nothing": ((), {}, Filter()),
    "read": ((RUSSIAN,), {"reading": "Когда <выборы>?", "since": FIRST, "until": LAST}, Filter()),
    "carried": ((RUSSIAN,), {"carried": "выборы <россии>", "since": FIRST}, Filter()),
    "carried-nearest": ((RUSSIAN,), {"carried": "goals score"}, ADMITTED),
    "day": ((RUSSIAN,), {"since": LAST, "until": LAST}, ADMITTED),
    "until": ((), {"until": LAST}, Filter()),
    "limited": ((RUSSIAN,), {"since": FIRST}, ADMITTED),
    "both": ((), {"since": FIRST, "until": LAST}, ADMITTED),
}


def golden_answer(case: str, language: str) -> VerifiedAnswer:
    cited, fields, _ = GOLDEN_CASES[case]
    answered = case in ("answered", "read", "carried", "day", "topic")
    status, confidence = (Status.ANSWERED, 0.5) if answered else (Status.NOT_FOUND, 0.05)
    known = {"confidence": confidence, **fields}
    return VerifiedAnswer(question="?", language=language, status=status, citations=cited, **known)


@pytest.mark.parametrize("case", GOLDEN_CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_golden_answers_look_as_written(case: str, language: str) -> None:
    limits = GOLDEN_CASES[case][2]
    blocks = messages.answer(golden_answer(case, language), Phrases(language), admitted=limits)
    written = (MESSAGES / f"{language}-{case}.txt").read_text("utf-8")
    html, separator, text = written.partition("\n===\n")
    assert separator
    assert [message.html for message in assert_telegram_takes(blocks)] == [html]
    assert to_text(blocks) + "\n" == text
