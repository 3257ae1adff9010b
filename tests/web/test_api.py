"""The API: it answers as the command line does, adds what it is sent once, and says what is wrong."""

import json
from typing import Any

import pytest

from tests.support.command import derek as run
from tests.web.conftest import Served

QUESTION = "How many joint Kazakh-Russian enterprises are there?"
BRIDGE = "Turgay bridge opens\n\nThe bridge over the Turgay cost 12 million dollars.\n"


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = response.json()
    assert set(told) == {"type", "title", "status", "detail"}
    assert told["status"] == status
    return told


def test_a_question_is_answered_as_the_command_line_answers_it(served: Served) -> None:
    said = served.client.post("/api/v1/ask", json={"question": QUESTION}, headers=served.reading).json()
    printed = run("--data", served.derek.config.folder, "ask", "--json", QUESTION)
    assert said == json.loads(printed.out)
    assert said["status"] == "answered"
    address = {"q": QUESTION}
    assert served.client.get("/api/v1/ask", params=address, headers=served.reading).json() == said


def test_what_limits_and_goes_before_a_question_is_heeded(served: Served) -> None:
    def ask(**asking: Any) -> dict[str, Any]:
        given = {"question": "Who met Mishustin?", **asking}
        answer: dict[str, Any] = served.client.post("/api/v1/ask", json=given, headers=served.reading).json()
        return answer

    assert all(one["source"] == "Kazpravda.kz" for one in ask(sources=["Kazpravda.kz"])["citations"])
    assert ask(languages=["de"])["citations"] == []
    assert ask(since="2022-01-01", until="2022-12-31")["citations"][0]["published"] == "2022-02-13"
    assert len(ask(limit=1)["citations"]) == 1
    assert ask(limit=1, offset=1)["citations"][0]["number"] == 2
    followed = ask(question="And where?", previous=["Who met Mishustin?"])
    assert "mishustin" in followed["carried"].lower()
    assert ask(question="energy", topic=True)["topic"] == "energy"


def test_what_is_remembered_can_be_judged(served: Served) -> None:
    asked = {"question": QUESTION, "remember": True}
    number = served.client.post("/api/v1/ask", json=asked, headers=served.reading).json()["id"]
    judged = {"id": number, "verdict": "bad", "fault": "sentence"}
    assert served.client.post("/api/v1/feedback", json=judged, headers=served.reading).status_code == 204
    (told,) = served.client.get("/api/v1/feedback", headers=served.keeping).json()
    assert (told["question"], told["bad"]) == (QUESTION, 1)
    (missed,) = served.client.get("/api/v1/missed", headers=served.keeping).json()
    assert missed["question"] == QUESTION
    # Nobody judges what somebody else asked.
    problem(served.client.post("/api/v1/feedback", json=judged, headers=served.keeping), 404)


def test_a_text_is_added_asked_about_and_taken_back(served: Served) -> None:
    added = served.client.post("/api/v1/articles", json={"text": BRIDGE}, headers=served.keeping)
    assert added.status_code == 201
    edit, (receipt,) = added.json()["edit"], added.json()["receipts"]
    assert (receipt["outcome"], added.json()["samples"]) == ("added", 5)
    asked = {"question": "How much did the bridge cost?"}
    answer = served.client.post("/api/v1/ask", json=asked, headers=served.reading).json()
    cited = answer["citations"][0]
    whole = served.client.get(f"/api/v1/articles/{cited['article_id']}", headers=served.reading).json()
    assert whole["text"][cited["start"] : cited["end"]] == cited["quote"]
    undone = served.client.post(f"/api/v1/edits/{edit}/undo", headers=served.keeping)
    assert undone.json()["receipts"][0]["outcome"] == "removed"
    problem(served.client.post(f"/api/v1/edits/{edit}/undo", headers=served.keeping), 409)
    assert served.client.get("/api/v1/articles", headers=served.reading).json()["total"] == 5


def test_the_same_request_adds_once(served: Served) -> None:
    headers = served.as_(served.administrator, **{"Idempotency-Key": "one"})
    first = served.client.post("/api/v1/articles", json={"text": BRIDGE}, headers=headers)
    again = served.client.post("/api/v1/articles", json={"text": BRIDGE}, headers=headers)
    assert first.json() == again.json()
    third = served.client.post("/api/v1/articles", json={"text": BRIDGE}, headers=served.keeping)
    assert (third.status_code, third.json()["receipts"][0]["outcome"]) == (200, "duplicate")


def test_the_same_key_of_an_article_updates_it(served: Served) -> None:
    for text, outcome in ((BRIDGE, "added"), (BRIDGE.replace("12", "13"), "updated")):
        given = {"text": text, "key": "bridge"}
        told = served.client.post("/api/v1/articles", json=given, headers=served.keeping).json()
        assert told["receipts"][0]["outcome"] == outcome
    assert served.client.get("/api/v1/articles", headers=served.reading).json()["total"] == 1


def test_files_are_one_edit_and_each_fault_has_a_receipt(served: Served) -> None:
    files = [
        ("files", ("../../bridge.txt", BRIDGE.encode())),
        ("files", ("note.md", b"# Note\n\nThe ferry is red.\n")),
        ("files", ("broken.pdf", b"%PDF-1.7 nothing")),
    ]
    added = served.client.post("/api/v1/files", files=files, headers=served.keeping)
    assert added.status_code == 201
    outcomes = {receipt["outcome"] for receipt in added.json()["receipts"]}
    assert outcomes == {"added", "failed"}
    listed = served.client.get("/api/v1/articles", headers=served.reading).json()["articles"]
    assert {article["origin"] for article in listed} == {"bridge.txt", "note.md"}


def test_files_that_cannot_be_read_are_a_problem(served: Served) -> None:
    files = [("files", ("broken.pdf", b"%PDF-1.7 nothing"))]
    told = problem(served.client.post("/api/v1/files", files=files, headers=served.keeping), 422)
    assert "broken.pdf" in told["detail"]
    assert served.client.get("/api/v1/articles", headers=served.reading).json()["total"] == 5


def test_an_address_inside_is_not_asked(served: Served) -> None:
    given = {"url": "http://127.0.0.1:1/secret"}
    told = problem(served.client.post("/api/v1/links", json=given, headers=served.keeping), 422)
    assert "not in public" in told["detail"]


def test_an_article_goes_into_the_trash_and_comes_back(served: Served) -> None:
    listed = served.client.get("/api/v1/articles", headers=served.reading).json()["articles"]
    article = listed[0]["id"]
    gone = served.client.delete(f"/api/v1/articles/{article}", headers=served.keeping)
    assert gone.json()["receipts"][0]["outcome"] == "removed"
    problem(served.client.get(f"/api/v1/articles/{article}", headers=served.reading), 404)
    served.client.post(f"/api/v1/edits/{gone.json()['edit']}/undo", headers=served.keeping)
    assert served.client.get(f"/api/v1/articles/{article}", headers=served.reading).status_code == 200


def test_units_stand_where_they_say(served: Served) -> None:
    for listed in served.client.get("/api/v1/articles", headers=served.reading).json()["articles"]:
        path = f"/api/v1/articles/{listed['id']}"
        text = served.client.get(path, headers=served.reading).json()["text"]
        passages = served.client.get(f"{path}/passages", headers=served.reading).json()["passages"]
        assert passages
        assert all(text[one["start"] : one["end"]] == one["text"] for one in passages)


def test_the_catalogue_is_paged_and_searched(served: Served) -> None:
    def listed(**wanted: Any) -> dict[str, Any]:
        found: dict[str, Any] = served.client.get(
            "/api/v1/articles", params=wanted, headers=served.reading
        ).json()
        return found

    assert listed(limit=2)["total"] == 5
    pages = [listed(limit=2, offset=offset)["articles"] for offset in (0, 2, 4)]
    assert len({one["id"] for page in pages for one in page}) == 5
    assert [one["source"] for one in listed(title="MOSCOW")["articles"]] == ["Kazakhstan Today"]
    assert listed(language="ru")["total"] == 1


def test_what_did_not_change_is_not_sent_again(served: Served) -> None:
    first = served.client.get("/api/v1/articles", headers=served.reading)
    headers = served.as_(served.reader, **{"If-None-Match": first.headers["etag"]})
    again = served.client.get("/api/v1/articles", headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    served.client.post("/api/v1/articles", json={"text": BRIDGE}, headers=served.keeping)
    assert served.client.get("/api/v1/articles", headers=headers).status_code == 200


def test_feeds_are_followed_and_left(served: Served) -> None:
    given = {"url": "https://example.org/feed.xml", "collection": "news"}
    assert served.client.post("/api/v1/feeds", json=given, headers=served.keeping).status_code == 201
    (feed,) = served.client.get("/api/v1/feeds", headers=served.keeping).json()
    assert (feed["url"], feed["collection"], feed["failures"]) == (given["url"], "news", 0)
    where = {"url": given["url"]}
    assert served.client.delete("/api/v1/feeds", params=where, headers=served.keeping).status_code == 204
    problem(served.client.delete("/api/v1/feeds", params=where, headers=served.keeping), 404)


def test_what_is_done_is_noted_with_the_key(served: Served) -> None:
    served.client.post("/api/v1/articles", json={"text": BRIDGE}, headers=served.keeping)
    acts = [(str(entry.act), entry.holder) for entry in served.derek.people.log.entries(3)]
    assert acts[0] == ("add", "key:2")


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        ("/api/v1/ask", {}, 422, "question"),
        ("/api/v1/ask", {"question": "?!"}, 422, "write it in words"),
        ("/api/v1/ask", {"question": "x" * 2_001}, 422, "2000"),
        ("/api/v1/ask", {"question": "x", "limit": 0}, 422, "limit"),
        ("/api/v1/ask", {"question": "x", "since": "2024-02-30"}, 422, "since"),
        ("/api/v1/ask", {"question": "x", "since": "2024-02-02", "until": "2024-01-01"}, 422, "no day"),
        ("/api/v1/ask", {"question": "x", "colour": "red"}, 422, "colour"),
        ("/api/v1/articles", {"text": " \n "}, 422, "no text"),
        ("/api/v1/articles", {"text": "x", "collection": "a b"}, 422, "collection"),
        ("/api/v1/articles", {"text": "x", "url": "javascript:alert(1)"}, 422, "url"),
        ("/api/v1/feeds", {"url": "https://"}, 422, "url"),
        ("/api/v1/nothing", {}, 404, "/api/v1/nothing"),
        ("/api/v1/status", {}, 405, "POST"),
    ],
)
def test_what_is_wrong_is_said(
    served: Served, path: str, body: dict[str, Any], status: int, told: str
) -> None:
    assert told in problem(served.client.post(path, json=body, headers=served.keeping), status)["detail"]


def test_what_is_wrong_does_not_repeat_what_was_sent(served: Served) -> None:
    told = served.client.post(
        "/api/v1/ask", json={"question": "x", "limit": "my own secret"}, headers=served.reading
    ).text
    assert "secret" not in told


def test_a_body_that_is_no_json_is_a_problem(served: Served) -> None:
    headers = served.as_(served.reader, **{"Content-Type": "application/json"})
    problem(served.client.post("/api/v1/ask", content=b"{", headers=headers), 422)


def test_status_tells_what_there_is(served: Served) -> None:
    told = served.client.get("/api/v1/status", headers=served.reading).json()
    assert (told["articles"], told["languages"], told["embedded"]) == (5, {"en": 4, "ru": 1}, None)


def test_everything_is_described(served: Served) -> None:
    described = served.client.get("/api/v1/openapi.json").json()
    assert set(described["paths"]) >= {"/api/v1/ask", "/api/v1/articles/{article_id}", "/api/v1/feedback"}
    assert not [path for path in described["paths"] if not path.startswith("/api/v1/")]
    assert described["security"] == [{"key": []}]


def test_other_content_under_the_same_key_is_added_too(served: Served) -> None:
    headers = served.as_(served.administrator, **{"Idempotency-Key": "one"})
    for text in (BRIDGE, BRIDGE.replace("12", "13")):
        told = served.client.post("/api/v1/articles", json={"text": text}, headers=headers).json()
        assert told["receipts"][0]["outcome"] == "added"
    assert served.client.get("/api/v1/articles", headers=served.reading).json()["total"] == 2
