"""The page: answers with a way to the very sentence, articles with addresses, and nobody's script is run."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chats.keys import CONSOLE
from bot.chats.persons import Standing
from bot.phrases import LANGUAGES, Phrases
from bot.web import pages
from retrieval.articles import digest
from tests.web.conftest import Served

QUESTION = "How many joint Kazakh-Russian enterprises are there?"
LONGEST = 100_000


class Read(HTMLParser):
    """What stands in a page: its elements with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def token(served: Served) -> str:
    return digest(f"form {served.client.cookies['derek']}")[:32]


def sent(served: Served, path: str, **given: Any) -> Read:
    """Return the page that something which was sent leads to."""
    response = served.client.post(path, **given)
    assert response.status_code == 303, response.text
    return page(served, response.headers["location"])


def page(served: Served, path: str, **query: Any) -> Read:
    response = served.client.get(path, params=query or None)
    assert response.status_code == 200, response.text
    assert len(response.content) <= LONGEST
    return Read(response.text)


def keep(served: Served, text: str, name: str = "article.md") -> str:
    given = {"files": [("files", (name, text.encode()))]}
    added = served.client.post("/api/v1/files", headers=served.keeping, **given)  # type: ignore[arg-type]  # files
    article: str = added.json()["receipts"][0]["article_id"]
    return article


def test_a_citation_leads_to_its_marked_sentence(signed_in: Served) -> None:
    answer = page(signed_in, "/", q=QUESTION)
    (link,) = [one["href"] for one in answer.of("a") if (one.get("href") or "").startswith("/articles/0")][:1]
    assert link
    path, _, place = link.partition("#")
    article = signed_in.client.get(path)
    assert f'<span id="{place}" class="unit cited"><mark>There are 7 791 enterprises' in article.text


def test_of_an_article_that_was_changed_nothing_is_marked(signed_in: Served) -> None:
    article = keep(signed_in, "# Bridge\n\nThe bridge cost 12 million.\n")
    read = page(signed_in, f"/articles/{article}", s=1, n=1, f="00000000")
    assert not read.of("mark")
    assert Phrases("en")("web-changed") in read.text


def test_the_page_speaks_the_language_of_the_browser_until_another_is_chosen(signed_in: Served) -> None:
    client = signed_in.client
    for wanted, language in (("ru-RU,ru;q=0.9", "ru"), ("kk", "kk"), ("de, en;q=0.5", "en"), ("fr", "en")):
        said = client.get("/", headers={"Accept-Language": wanted}).text
        assert f'<html lang="{language}">' in said
        assert Phrases(language)("web-ask-heading") in said
    client.post("/language", data={"language": "kk"})
    assert '<html lang="kk">' in client.get("/", headers={"Accept-Language": "ru"}).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_can_be_had_in_every_language(signed_in: Served, language: str) -> None:
    signed_in.client.post("/language", data={"language": language})
    for path in ("/", "/articles", "/add", "/feeds", "/feedback", "/access", "/log", "/numbers", "/sign-in"):
        read = page(signed_in, path)
        assert len(read.of("h1")) == 1
        assert not [one for one in read.of("script") if "src" not in one]
        assert not [attributes for _, attributes in read.elements if {"style", "onclick"} & attributes.keys()]


def test_what_is_not_there_is_said_in_the_language_of_the_question(signed_in: Served) -> None:
    read = page(signed_in, "/", q="Что едят верблюды зимой?")
    assert Phrases("ru")("not-found") in read.text


def test_a_greeting_is_returned(signed_in: Served) -> None:
    assert "Derek" in page(signed_in, "/", q="Hello!").text


def test_a_question_has_an_address_with_its_limits(signed_in: Served) -> None:
    read = page(signed_in, "/", q="Who met Mishustin?", source="Kazpravda.kz", language="en")
    assert {one.get("value") for one in read.of("option") if "selected" in one} == {"Kazpravda.kz", "en"}
    assert "Akorda" not in re.sub(r"Akorda press service \(1\)", "", read.text)


def test_a_question_goes_on_with_the_one_before(signed_in: Served) -> None:
    read = page(signed_in, "/", q="And where?", previous="Who met Mishustin?")
    assert "mishustin" in read.text.casefold()
    assert [one["value"] for one in read.of("input") if one.get("name") == "previous"] == [
        "Who met Mishustin?",
        "And where?",
    ]


def test_looking_again_counts_once(signed_in: Served) -> None:
    for _ in range(3):
        page(signed_in, "/", q=QUESTION)
    assert signed_in.derek.history.days(1)[0].asked == 1


def test_an_answer_is_judged(signed_in: Served) -> None:
    read = page(signed_in, "/", q=QUESTION)
    (form,) = [one for one in read.of("form") if (one.get("action") or "").startswith("/feedback/")]
    given = {"verdict": "bad", "token": token(signed_in), "back": "/?q=x"}
    response = signed_in.client.post(form["action"] or "", data=given)
    assert (response.status_code, response.headers["location"]) == (303, "/?q=x")
    assert QUESTION in page(signed_in, "/feedback").text


def test_what_was_added_can_be_undone(signed_in: Served) -> None:
    given = {"text": "Turgay bridge\n\nThe bridge cost 12 million.", "token": token(signed_in)}
    added = sent(signed_in, "/add/text", data=given)
    assert "Turgay bridge" in added.text
    (undo,) = [one["action"] for one in added.of("form") if "undo" in (one["action"] or "")]
    undone = sent(signed_in, undo or "", data={"token": token(signed_in)})
    assert "Turgay bridge" in undone.text
    assert signed_in.derek.store.count_articles() == 5
    log = page(signed_in, "/log").text
    assert "console" in log


def test_a_file_that_cannot_be_read_is_named(signed_in: Served) -> None:
    files = [("files", ("broken.pdf", b"%PDF-1.7 nothing")), ("files", ("town.txt", b"A town.\n\nIt grew."))]
    told = sent(signed_in, "/add/files", data={"token": token(signed_in)}, files=files).text
    assert "broken.pdf" in told
    assert "Added" in told


def test_a_key_is_shown_once(signed_in: Served) -> None:
    given = {"name": "newsroom", "standing": "reader", "token": token(signed_in)}
    shown = Read(signed_in.client.post("/access/keys", data=given).text)
    (secret,) = re.findall(r"derek_[\w-]{43}", shown.text)
    assert signed_in.derek.people.keys.holder(secret)
    assert secret not in page(signed_in, "/access").text
    again = signed_in.client.post("/access/keys", data=given)
    assert (again.status_code, "newsroom" in again.text) == (409, True)


def test_an_article_that_is_long_is_read_page_by_page(signed_in: Served) -> None:
    text = "# Long\n\n" + "\n\n".join(f"Sentence number {n} says that {n} is a number." for n in range(3_000))
    article = keep(signed_in, text)
    first = page(signed_in, f"/articles/{article}")
    starts = [one["href"] for one in first.of("a") if re.search(r"\?s=\d+$", one.get("href") or "")]
    assert len(starts) > 3
    seen = set()
    for link in dict.fromkeys(starts):
        seen |= {one["id"] for one in page(signed_in, link or "").of("span") if one.get("id")}
    units = signed_in.derek.store.sentences(article)
    assert seen == {f"s{unit.number}" for unit in units}
    late = page(signed_in, f"/articles/{article}", s=2_900, n=1)
    assert len(late.of("mark")) == 1


def test_every_unit_is_shown_once_with_its_address(signed_in: Served) -> None:
    article = keep(
        signed_in,
        "# Pump\n\nIt pumps. It is red.\n\n## Use\n\n- Open it.\n  - Slowly.\n- Close it.\n\n"
        "| Pump | kW |\n|---|---|\n| E4 | 12 |\n\n> Quoted.\n\n```\ncode <b>\n```\n",
    )
    read = page(signed_in, f"/articles/{article}")
    ids = [one["id"] for _, one in read.elements if re.fullmatch(r"s\d+", one.get("id") or "")]
    assert ids == [f"s{unit.number}" for unit in signed_in.derek.store.sentences(article)]
    assert [len(read.of(tag)) for tag in ("h1", "h2", "h3", "li", "tr", "th", "td", "pre")] == [
        1, 1, 1, 3, 2, 2, 2, 1,
    ]  # fmt: skip


def test_a_page_stays_small_whatever_an_article_is_made_of(signed_in: Served) -> None:
    for text in (
        "\n".join(f"- {number % 10}" for number in range(6_000)),
        "\n\n".join(f"Сөйлем <&> {number} мұнда айтылған & жазылған." for number in range(2_000)),
    ):
        article = keep(signed_in, f"# Long\n\n{text}\n")
        page(signed_in, f"/articles/{article}")
        page(signed_in, f"/articles/{article}", s=1_500, n=1)


def test_what_is_no_address_of_the_web_is_no_link(signed_in: Served) -> None:
    article = keep(signed_in, '---\nurl: "javascript:alert(1)"\n---\n# Mill\n\nThe mill of Oral is blue.\n')
    for read in (page(signed_in, "/", q="Which mill is blue?"), page(signed_in, f"/articles/{article}")):
        assert "mill" in read.text
        assert not [one for one in read.of("a") if (one.get("href") or "").startswith("javascript")]


def test_a_refusal_without_passages_leads_no_further(signed_in: Served) -> None:
    read = page(signed_in, "/", q="camels winter")
    assert not [one for one in read.of("a") if one.get("class") == "more"] or read.of("blockquote")


def test_who_asks_on_asks_of_the_same_articles(signed_in: Served) -> None:
    read = page(signed_in, "/", q="Who met Mishustin?", source="Kazpravda.kz", since="2022-01-01")
    hidden = {one["name"]: one["value"] for one in read.of("input") if one.get("type") == "hidden"}
    assert (hidden["source"], hidden["since"]) == ("Kazpravda.kz", "2022-01-01")


def test_what_became_of_articles_may_be_looked_at_again(signed_in: Served) -> None:
    given = {"text": "Turgay bridge\n\nThe bridge cost 12 million.", "token": token(signed_in)}
    where = signed_in.client.post("/add/text", data=given).headers["location"]
    first = page(signed_in, where)
    (back,) = {one["value"] for one in first.of("input") if one.get("name") == "back"}
    assert back == where
    signed_in.client.post("/language", data={"language": "ru", "back": back})
    again = page(signed_in, where)
    assert Phrases("ru")("web-became") in again.text
    assert [one for one in again.of("form") if "undo" in (one["action"] or "")]
    assert signed_in.derek.store.count_articles() == 1
    # It is nobody else's, and what there is none of is said.
    keys = signed_in.derek.people.keys
    _, key = keys.create("other", Standing.ADMINISTRATOR, CONSOLE)
    signed_in.client.cookies.clear()
    signed_in.client.cookies.set("derek", keys.sign_in(keys.link(key.holder)) or "")
    assert signed_in.client.get(where).status_code == 404
    assert signed_in.client.get("/receipts/nothing").status_code == 404


@pytest.mark.parametrize("path", ["/edits/{}/undo", "/feedback/{}", "/access/keys/{}/revoke"])
def test_a_number_that_is_too_large_is_no_fault(signed_in: Served, path: str) -> None:
    given = {"token": token(signed_in), "verdict": "good"}
    assert signed_in.client.post(path.format(2**70), data=given).status_code == 422


def test_a_question_that_is_too_long_is_said_to_be(signed_in: Served) -> None:
    assert signed_in.client.get("/", params={"q": "Hello! " * 500}).status_code == 422


def test_what_is_wrong_is_said_in_the_language_of_the_page(signed_in: Served) -> None:
    signed_in.client.post("/language", data={"language": "kk"})
    told = signed_in.client.get("/articles/ffffffff").text
    assert Phrases("kk")("unknown-article", id="ffffffff") in html.unescape(told)


def test_files_of_one_name_are_articles_of_their_own(signed_in: Served) -> None:
    files = [("files", ("notes.txt", f"The {name} is red.".encode())) for name in ("boat", "mill")]
    told = sent(signed_in, "/add/files", data={"token": token(signed_in)}, files=files).text
    assert told.count("Added") == 2
    assert signed_in.derek.store.count_articles() == 2


HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>",
        "' onmouseover='alert(1)", "{{ 7 * 7 }}", "{% raw %}", "</title><script>alert(1)</script>",
        "javascript:alert(1)", "\u202egnp.exe", "&lt;b&gt;", "<!--", "]]>", "\u2028", "</textarea><b>",
    ]
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(HOSTILE | st.text(min_size=1, max_size=20), min_size=1, max_size=4), name=HOSTILE)
def test_nothing_that_somebody_wrote_becomes_an_element(
    signed_in: Served, parts: list[str], name: str
) -> None:
    written = " ".join(parts)
    given = {"text": f"A town {written}\n\nThe town of {written} grew.", "title": f"T {written}"[:200]}
    headers = signed_in.keeping
    added = signed_in.client.post("/api/v1/articles", json=given | {"source": name[:200]}, headers=headers)
    files = [("files", (f"{name}.txt", f"The village {written} shrank.".encode()))]
    signed_in.client.post("/api/v1/files", files=files, headers=headers)
    article = added.json()["receipts"][0]["article_id"]
    for path, query in (
        ("/articles", {}),
        ("/articles", {"title": name}),
        ("/", {"q": f"town {written}"[:2_000]}),
        (f"/articles/{article}" if article else "/articles", {}),
        ("/feedback", {}),
        ("/log", {}),
    ):
        response = signed_in.client.get(path, params=query)
        assert response.status_code in (200, 422)
        read = Read(response.text)
        assert [one.get("src") for one in read.of("script")] == ["/static/derek.js"]
        assert {tag for tag, _ in read.elements} <= _ELEMENTS
        for _, attributes in read.elements:
            assert not [one for one in attributes if one.startswith("on") or one == "style"]
            assert not (attributes.get("href") or "").lstrip().lower().startswith("javascript:")


#: The elements that the templates have, where the level of a heading and the kind of a cell are filled in.
_ELEMENTS = (
    {
        tag
        for template in (Path(pages.__file__).parent / "templates").iterdir()
        for tag in re.findall(r"<([a-z]+[0-9]?)", template.read_text("utf-8"))
    }
    | {f"h{level}" for level in range(2, 7)}
    | {"th", "td"}
)
