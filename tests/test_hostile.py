"""Hostile input: whatever is asked or added, an answer or a refusal in words, and never a broken message."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.assembly import Derek, assemble
from bot.config import Config
from bot.phrases import LANGUAGES, Phrases, courtesy
from bot.rendering import messages
from bot.rendering.blocks import LONGEST_MESSAGE, Block, paragraph, to_messages, to_text
from bot.rendering.receipts import told
from retrieval.answers.citations import VerifiedAnswer
from retrieval.articles import Article, normalise
from retrieval.errors import ArticleError, QuestionError
from retrieval.index.memory import MemoryIndex
from retrieval.ingest.files import read_bytes
from retrieval.ingest.texts import Metadata, read_text
from retrieval.questions.question import LONGEST_QUESTION, Question
from retrieval.storage.store import Store
from tests.support.answering import answerer_on
from tests.support.bot_api.entities import utf16_length
from tests.support.bot_api.html import parse
from tests.support.documents import keep

# What failed may be long: that is no failure of its own.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

#: How many questions, and how many articles and files; `make slow` asks more.
QUESTIONS, ARTICLES = int(os.environ.get("DEREK_QUESTIONS", "100")), 40

ENDS = ["", " ", "\n", "?", "!", "...", "\r\n", "\u2028", "\u2029", "\u0085", "\t"]
CONTROLS = [
    "\0",
    "\x1b[2J",
    "\x07",
    "\x9b",
    "\x7f",
    "\ufeff",
    "\ufeff\ufeff",
    "\u200b",
    "\u00ad",
    "\u202e",
    "\u2066",
]
BROKEN = ["\ud800", "\udfff", "\udc80\udc81", "\ufffd", "\uffff", "\U0010ffff", "\ue000"]
EMOJI = ["😀", "👩\u200d👩\u200d👧", "🇰🇿", "❤\ufe0f", "1\ufe0f\u20e3"]
MARKS = ["\u0301", "e\u0301\u0302\u0303", "\u0344", "Z" + "\u0335" * 50, "\u0958", "ﷺ", "ﬁ", "İ", "ß", "ǆ"]
SCRIPTS = [
    "漢字",
    "ひらがな",
    "한국어",
    "ไทย",
    "မြန်မာ",
    "العربية",
    "עברית",
    "हिन्दी",
    "ქართული",
    "ελληνικά",
    "Ĉu",
    "łódź",
]
MARKUP = [
    "<b>",
    "</b>",
    "<script>",
    "&lt;",
    "&#0;",
    "&#xD800;",
    "<!--",
    "]]>",
    "<a href='",
    '">',
    "{ $name }",
    "{{",
    "%s",
    "\\",
]
LINKS = ["https://t.me/bot?start=/start", "http://x/start", "/start", "/ask", "@derek_bot", "tg://user?id=1"]
SYNTAX = ["' OR 1=1 --", "; DROP TABLE article;", "NULL", "NaN", "1e999", "-0", "²", "٣", "½", "Ⅷ"]
WORDS = [
    "Who met Putin", "trade", "increase", "percent", "Tokayev", "Кто", "Казань", "Токаев", "кездесті",
    "сөйлем", "bridge", "Wie viel kostet", "¿Quién?", "the", "is", "и", "ма", "2022", "26", "президент",
]  # fmt: skip
PIECES = st.sampled_from(
    [*ENDS, *CONTROLS, *BROKEN, *EMOJI, *MARKS, *SCRIPTS, *MARKUP, *LINKS, *SYNTAX, *WORDS, " ", " "]
)
ANYTHING = st.text(st.characters(), max_size=80)
#: Surrogates included: JSON, Telegram and command lines can all carry them.
TEXTS = (
    st.lists(PIECES, max_size=25).map("".join)
    | st.lists(PIECES, max_size=25).map(" ".join)
    | ANYTHING
    | st.builds(lambda piece, count: piece * count, PIECES, st.sampled_from([2, 50, 700, LONGEST_QUESTION]))
)

CITED = {
    "number", "quote", "items", "highlight", "article_id", "title", "source", "url", "published", "language",
    "kind", "path", "origin", "locator", "start", "end", "score", "reasons", "copies",
}  # fmt: skip


@pytest.fixture(name="samples", scope="module")
def derek_for_many_questions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Derek]:
    with assemble(Config(data=tmp_path_factory.mktemp("hostile") / "derek")) as derek:
        yield derek


@pytest.fixture(name="store", scope="module")
def store_without_articles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("hostile") / "articles.sqlite3") as store:
        yield store


def assert_showable(blocks: list[Block]) -> None:
    """Check that blocks can be sent by Telegram and written to a stream."""
    to_text(blocks).encode()
    for message in to_messages(blocks):
        text, _ = parse(message.html)
        assert text == message.plain
        assert text.strip()
        assert utf16_length(text) <= LONGEST_MESSAGE
        assert len(message.html.encode()) <= 32_768


def assert_sound(found: VerifiedAnswer, store: Store) -> None:
    """Check that an answer cites what stands there, and can be shown in every form."""
    for one in found.citations:
        assert one.span.of(store.get(one.article_id).text) == one.quote
    assert_showable(messages.answer(found, Phrases(found.language)))
    written = json.dumps(messages.to_json(found), ensure_ascii=False, allow_nan=False).encode()
    for cited in json.loads(written)["citations"]:
        assert cited.keys() == CITED


# Questions


@settings(max_examples=QUESTIONS)
@given(question=TEXTS)
@example(question="\u0958" * 1_500 + " Putin")
@example(question="\ufeff\ufeff Who met Putin?")
@example(question="ﷺ" * LONGEST_QUESTION)
def test_any_question_is_answered_or_refused_in_words(samples: Derek, question: str) -> None:
    answerer = samples.answerer
    said = courtesy(question)
    assert said is None or said.language in LANGUAGES
    try:
        found = answerer.verify(answerer.ask(question))
    except QuestionError as error:
        for language in LANGUAGES:
            assert_showable([paragraph(messages.trouble(error, Phrases(language)))])
        return
    assert_sound(found, samples.store)
    # Buttons and /more ask again what was asked.
    again = answerer.ask(found.question, offset=len(found.citations))
    assert again.question == found.question
    for one in found.citations[:1]:
        assert_showable(
            messages.explanation(answerer.explain(Question.of(found.question), one), Phrases("en"))
        )
        passage = answerer.passage(one.article_id, one.span)
        assert passage.before + passage.quote + passage.after in passage.article.text


# Articles


def assert_answers_from(store: Store, article: Article, question: str) -> None:
    """Check that an article can be kept, asked about, cited from, shown and taken back."""
    addition = store.begin_edit()
    receipt = keep(store, article, addition)
    try:
        assert store.get(article.id) == article
        answerer = answerer_on(store, MemoryIndex(), min_confidence=0)
        for asked in (question, article.text[:200]):
            with suppress(QuestionError):
                assert_sound(answerer.verify(answerer.ask(asked)), store)
        phrases = Phrases("en")
        assert_showable([paragraph(told(receipt, phrases))])
        assert_showable([messages.holding(one, phrases) for one in store.catalogue()])
        assert_showable(messages.article(article, phrases))
        assert_showable(messages.summary(store.summary(), phrases))
        for sentence in store.sentences(article.id)[:20]:
            assert_showable(messages.passage(answerer.passage(article.id, sentence.span), phrases))
    finally:
        store.undo(addition)
    assert store.catalogue() == []


@settings(max_examples=ARTICLES)
@given(
    text=TEXTS,
    told=st.builds(
        Metadata, *[st.none() | TEXTS] * 3, st.none() | st.dates(), st.sampled_from([None, "en", "kk"])
    ),
    question=TEXTS,
)
@example(text="\ufeff\ufeffOwls sleep by day.", told=Metadata(language="en"), question="owls")
@example(text="Owls sleep.", told=Metadata("\ud800", "\0", "\x1b[2J", language="en"), question="owls")
def test_any_article_is_kept_and_cited_or_refused_in_words(
    store: Store, text: str, told: Metadata, question: str
) -> None:
    try:
        article = read_text(text, "a test", told).article
    except ArticleError:
        assert not normalise(text).strip()
        return
    assert_answers_from(store, article, question)


BYTES = st.binary(max_size=200) | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))
FRONT = st.dictionaries(
    st.sampled_from(["title", "source", "url", "date", "language", "other"]),
    TEXTS | st.none() | st.integers() | st.dates() | st.datetimes() | st.lists(st.text(), max_size=2),
)


@settings(max_examples=ARTICLES)
@given(content=BYTES, name=st.sampled_from(["a.txt", "a.md"]))
@example(content=b"\xef\xbb\xbf" * 3 + b"Owls sleep by day.", name="a.txt")
@example(content=b'---\ntitle: "\\ud800"\n---\nOwls sleep by day.', name="a.md")
@example(content=b'---\ntitle: "\\0\\e[2J"\n---\nOwls sleep by day.', name="a.md")
@example(content=b"---\ndate: 2020-99-99\n---\nOwls sleep by day.", name="a.md")
@example(content=b"---\nlanguage: zzz\n? [a]\n: b\n---\nOwls sleep by day.", name="a.md")
@example(content=b"- " * 3_000 + b"deep", name="a.md")
@example(content=b"---\na: " + b"[" * 3_000 + b"\n---\nOwls sleep by day.", name="a.md")
@example(content=b"\xff\xfe\x00\xd8\x41\x00", name="a.txt")
def test_any_file_is_kept_and_cited_or_refused_in_words(store: Store, content: bytes, name: str) -> None:
    try:
        [document] = read_bytes(content, Path(name), "a test")
    except ArticleError as error:
        assert_showable([paragraph(messages.trouble(error, Phrases("en")))])
        return
    assert_answers_from(store, document.article, "owls")


@settings(max_examples=ARTICLES)
@given(front=FRONT)
def test_any_front_matter_tells_something_or_nothing(store: Store, front: dict[str, object]) -> None:
    content = f"---\n{yaml.safe_dump(front)}---\nOwls sleep by day.\n".encode("utf-8", "surrogatepass")
    [document] = read_bytes(content, Path("a.md"), "a test")
    assert_answers_from(store, document.article, "owls")
