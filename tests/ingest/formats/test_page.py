"""Pages: what they are about is read, what their site puts around it is not, and no page does harm."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles import SentenceKind
from retrieval.errors import FileFault
from retrieval.ingest.encodings import NotTextError, UndecidedEncodingError
from retrieval.ingest.formats.page import Fetched, read, read_page
from retrieval.ingest.readings import Reading, UnreadableContentError

STORIES = "".join(f"<li><a href=/{n}>Another story number {n} about nothing</a></li>" for n in range(9))
ARTICLE = """<h1>Turgay bridge opens</h1>
<p>A new bridge over the Turgay opened on 3 May 2025, the office of the governor said in a statement.</p>
<h2>Money</h2>
<p>The bridge cost 12 million dollars and is 420 metres long, and the builders worked three years on it.</p>
<ul><li>The old bridge was closed in 2021 after a flood.</li><li>A ferry ran in its place until May.</li></ul>
<p>Lorries may cross it from June on, as soon as the tests of its bearings are done and written down.</p>"""
NEWS = f"""<html lang=en><head><title>Turgay bridge opens | Sample News</title>
<meta property=og:site_name content="Sample News"><link rel=canonical href=/bridge>
<script src=/app.js></script>
<script type=application/ld+json>
{{"@type": "NewsArticle", "datePublished": "2025-05-03T10:00:00+05:00"}}
</script>
</head><body><header><nav><ul>{STORIES}</ul></nav></header><article>{ARTICLE}</article>
<div class=related><h3>Read also</h3><ul>{STORIES}</ul></div>
<footer>All rights reserved.</footer></body></html>"""


def page(content: str, url: str | None = None) -> Reading:
    (reading,) = read_page(Fetched(content.encode(), url))
    return reading


def texts(content: str) -> list[str]:
    return [block.text for block in page(content).blocks]


def test_news_are_read_without_their_site() -> None:
    news = page(NEWS, "https://example.kz/bridge?from=feed")
    assert [block.kind.value for block in news.blocks] == [
        "title", "sentence", "heading", "sentence", "bullet", "bullet", "sentence"
    ]  # fmt: skip
    assert news.metadata.title == news.blocks[0].text == "Turgay bridge opens"
    assert news.metadata.source == "Sample News"
    assert news.metadata.url == "https://example.kz/bridge"
    assert news.metadata.published == date(2025, 5, 3)
    assert news.metadata.language == "en"
    assert not any("story" in block.text or "rights" in block.text for block in news.blocks)


def test_a_document_of_no_site_is_read_whole() -> None:
    manual = "<h1>Pump</h1><p>Short.</p><table><tr><th>Part<th>Price<tr><td>Seal<td>3</table><pre>run</pre>"
    assert texts(f"<title>Pump manual</title><body>{manual}") == [
        "Pump", "Short.", "Part | Price", "Seal | 3", "run"
    ]  # fmt: skip


def test_questions_head_their_answers() -> None:
    faq = page("<details><summary>Is it free?</summary><p>It is.</details><dl><dt>Who?<dd>All.</dl>").blocks
    headings = [block.text for block in faq if block.kind is SentenceKind.HEADING]
    assert headings == ["Is it free?", "Who?"]


def test_a_page_that_is_plain_text_is_read_as_such() -> None:
    text = "The keeper of the old light lit its lamp every evening, and\nput it out in the morning."
    (block,) = page(f"<body><pre>{text}</pre>").blocks
    assert block.kind is SentenceKind.SENTENCE


def test_a_page_in_a_form_is_no_form() -> None:
    assert "It opened." in texts("<form><h1>Bridge</h1><p>It opened.</p></form><form><p>Send</p></form>")


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>A — B | Site</title>", "A — B"),
        ("<title>A - Site</title><meta property=og:site_name content=Site>", "A"),
        ("<title>Site: A</title><meta property=og:title content='A &amp; B'>", "A & B"),
        ("", None),
    ],
)
def test_the_title_is_without_the_site(head: str, title: str | None) -> None:
    assert page(f"<html><head>{head}</head><body><p>It opened.").metadata.title == title


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("<meta property=article:published_time content=2025-05-03T10:00:00Z>", date(2025, 5, 3)),
        ("<meta name=dcterms.date content=2025-05-03>", date(2025, 5, 3)),
        ("<article><time datetime=2025-05-03>Saturday</time></article>", date(2025, 5, 3)),
        ("<article><time datetime=2025-05-03></time></article><article></article>", None),
        ("<meta name=date content=0001-01-01>", None),
        ("<meta name=date content=2999-01-01>", None),
        ("<p>Posted 3 May 2025</p>", None),
        ("<script type=application/ld+json>{</script>", None),
    ],
)
def test_only_a_day_that_is_stated_for_programs_is_taken(stated: str, day: date | None) -> None:
    assert page(f"{stated}<p>It opened.").metadata.published == day


@pytest.mark.parametrize(
    ("lang", "language"), [("ru-RU", "ru"), ("en", None), ("russian", None), ("", None), ("und-x", "und")]
)
def test_a_language_that_is_evidently_wrong_is_left_out(lang: str, language: str | None) -> None:
    assert page(f"<html lang='{lang}'><body><p>Мост открыт вчера.").metadata.language == language


RUSSIAN = "<p>Мост через Тургай открыт третьего мая, сообщили в акимате области.</p>"


@pytest.mark.parametrize(
    ("before", "codec", "charset"),
    [
        ("", "utf-8", None),
        ("<meta charset=windows-1251>", "cp1251", None),
        ("<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>", "koi8-r", None),
        ("<meta charset=utf-8>", "cp1251", None),
        ("<meta charset=koi8-r>", "cp1251", "windows-1251"),
        ("", "cp1251", "none-such"),
        ("", "utf-16", "windows-1251"),
    ],
)
def test_the_charset_is_that_of_the_header_the_page_or_the_letters(
    before: str, codec: str, charset: str | None
) -> None:
    (reading,) = read_page(Fetched((before + RUSSIAN).encode(codec), charset=charset))
    assert reading.blocks[0].text == RUSSIAN[3:-4]


@pytest.mark.parametrize(
    ("content", "fault", "detail"),
    [
        (b"<div " + b" a" * 2_000 + b">", FileFault.EXCESS, "attributes"),
        (b"<p>a</p>" * 2_000_000, FileFault.EXCESS, "10 MB"),
        (b"<div>" * 100_000, FileFault.DAMAGED, "nested too deep"),
        (b"<b>" * 3_000 + b"a", FileFault.DAMAGED, "nested too deep"),
        (b"<div id=root></div><script src=a.js></script>", FileFault.DAMAGED, "JavaScript"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, fault: FileFault, detail: str) -> None:
    with pytest.raises(UnreadableContentError, match=detail) as caught:
        read(content)
    assert caught.value.fault is fault


def test_no_entity_is_opened() -> None:
    page = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p>A &x; B</p>"
    assert "root:" not in str(read(page))


def test_nothing_is_in_an_empty_page() -> None:
    assert [reading for reading in read(b"  ") + read(b"<html></html>") if reading.blocks] == []


@given(st.integers(0, len(NEWS)), st.binary(max_size=30))
def test_no_damage_does_more_than_that_a_page_is_refused(place: int, junk: bytes) -> None:
    content = NEWS.encode()
    for damaged in (content[:place], content[:place] + junk + content[place:], junk):
        with suppress(UnreadableContentError, NotTextError, UndecidedEncodingError):
            read(damaged)


@pytest.mark.parametrize("title", ["It grew - Turgay Times", "TURGAY-TIMES.KZ :: It grew"])
def test_a_site_that_its_server_is_called_by_is_no_part_of_a_title(title: str) -> None:
    content = f"<html><head><title>{title}</title></head><body><p>{ARTICLE}</p></body></html>".replace(
        "h1", "b"
    )
    assert page(content, "https://www.turgay-times.kz/a").metadata.title == "It grew"
    assert page(content, "https://example.org/a").metadata.title == title
