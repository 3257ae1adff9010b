"""The fake Bot API shows Telegram's rules, and an unmodified python-telegram-bot works against it."""

import asyncio
import inspect
import json
import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from html import escape
from typing import Any

import httpx
import hypothesis.strategies as st
import pytest
from hypothesis import given
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.error import NetworkError, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from tests.support.bot_api import (
    BotApi,
    Chat,
    Fault,
    FromChannel,
    FromHidden,
    FromUser,
    Message,
    User,
    WaitedInVainError,
    drop_after,
    drop_before,
    flood,
    gateway,
    private,
    refused,
    slow,
)
from tests.support.bot_api.html import parse
from tests.support.bot_api.peer import Peer
from tests.support.bot_api.requests import SIGNATURES
from tests.support.bot_api.updates import KINDS

ANN = User(7, "Ann", "ru", "ann")
BOB = User(8, "Bob")
HOME = private(ANN)
GROUP = Chat(-100, "supergroup", "Readers")


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi(repeat_bound=0.2) as running:
        running.open(HOME)
        yield running


def call(api: BotApi, method: str, token: str | None = None, **parameters: Any) -> dict[str, Any]:
    address = f"{api.base_url}{token or api.token}/{method}"
    answer: dict[str, Any] = httpx.post(address, json=parameters, timeout=10).json()
    return answer


def refusal(api: BotApi, method: str, **parameters: Any) -> str:
    answer = call(api, method, **parameters)
    assert answer["ok"] is False, answer
    return str(answer["description"]).removeprefix("Bad Request: ")


def result(api: BotApi, method: str, **parameters: Any) -> Any:
    answer = call(api, method, **parameters)
    assert answer["ok"] is True, answer
    return answer["result"]


def latest_update(api: BotApi) -> dict[str, Any]:
    """Return the latest update the bot would see."""
    update: dict[str, Any] = result(api, "getUpdates", offset=-1)[0]
    return update


# ---- text -----------------------------------------------------------------------------------------------

WELL_FORMED = [
    ("plain", "plain", []),
    ("  \n trimmed \n", "trimmed", []),
    ("<b>😀</b><i>x</i>", "😀x", [("bold", 0, 2), ("italic", 2, 1)]),
    (" <b> trimmed </b> ", "trimmed", [("bold", 0, 7)]),
    ("a &lt;b&gt; &amp; &quot;&#33;&#x1F600; &nbsp;&copy", 'a <b> & "!😀 &nbsp;&copy', []),
    (
        "<strong>a</strong><em>b</em><ins>c</ins>",
        "abc",
        [("bold", 0, 1), ("italic", 1, 1), ("underline", 2, 1)],
    ),
    ("<del>a</del> <strike>b</strike>", "a b", [("strikethrough", 0, 1), ("strikethrough", 2, 1)]),
    ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
    ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
    ("<b>a<i>b</i></b>", "ab", [("bold", 0, 1), ("bold", 1, 1), ("italic", 1, 1)]),
    ("<b>a</b><b>c</b>", "ac", [("bold", 0, 2)]),
    ("<code>a<b>c</b></code>", "ac", [("code", 0, 2)]),
    ('<a href="nowhere">a</a>', "a", []),
    ("<b></b>x", "x", []),
    (
        "<i>x</i>" + "<b>a</b> " * 120,
        "x" + "a " * 119 + "a",
        [("italic", 0, 1)] + [("bold", 1 + 2 * n, 1) for n in range(99)],
    ),
]


@pytest.mark.parametrize(("html", "text", "entities"), WELL_FORMED)
def test_html_becomes_text_and_entities(
    api: BotApi, html: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    sent = result(api, "sendMessage", chat_id=7, text=html, parse_mode="HTML")
    assert sent["text"] == text
    assert [(e["type"], e["offset"], e["length"]) for e in sent.get("entities", [])] == entities
    [message] = api.messages(HOME)
    assert (message.text, message.html) == (text, html)


def test_links_and_languages_are_kept_with_their_entities(api: BotApi) -> None:
    html = '<a href="https://E.com?a=1&amp;b">x</a><pre><code class="language-py">y</code></pre>'
    sent = result(api, "sendMessage", chat_id=7, text=html, parse_mode="html")
    assert sent["entities"] == [
        {"type": "text_link", "offset": 0, "length": 1, "url": "https://e.com/?a=1&b"},
        {"type": "pre", "offset": 1, "length": 1, "language": "py"},
    ]


UNPARSED = "can't parse entities: "
ILL_FORMED = [
    ("", "message text is empty"),
    (" \n ", "text must be non-empty"),
    ("<b></b>", "text must be non-empty"),
    ("ж" * 16_385, "text is too long"),
    ("ж" * 4_097, "message is too long"),
    ("<b>a", UNPARSED + 'Can\'t find end tag corresponding to start tag "b"'),
    ("я <x>", UNPARSED + 'Unsupported start tag "x" at byte offset 3'),
    ("1 < 2", UNPARSED + 'Unsupported start tag "" at byte offset 2'),
    ("1 <2", UNPARSED + "Unclosed start tag at byte offset 2"),
    ("<b>x</i>", UNPARSED + 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("</b>", UNPARSED + "Unexpected end tag at byte offset 0"),
    ("<b>x</b", UNPARSED + "Unclosed end tag at byte offset 4"),
    ("<a href=x,y>x</a>", UNPARSED + "Unexpected end of name token at byte offset 8"),
    ('<a href="x>x</a>', UNPARSED + "Unclosed start tag at byte offset 0"),
    ("<b =x>x</b>", UNPARSED + 'Empty attribute name in the tag "b" at byte offset 0'),
    ("<span>x</span>", UNPARSED + 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<tg-emoji>x</tg-emoji>", UNPARSED + "Invalid custom emoji identifier specified"),
    ("&#xD800;", UNPARSED + "Text contains invalid Unicode characters after decoding HTML entities, "
     "check for unmatched surrogate code units"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "complaint"), ILL_FORMED)
def test_a_text_telegram_refuses_is_refused_in_its_words(api: BotApi, html: str, complaint: str) -> None:
    assert refusal(api, "sendMessage", chat_id=7, text=html, parse_mode="HTML") == complaint
    assert api.messages(HOME) == []


def test_a_message_may_have_as_many_code_points_as_telegram_counts(api: BotApi) -> None:
    assert len(result(api, "sendMessage", chat_id=7, text="😀" * 4_096)["text"]) == 4_096
    assert result(api, "sendMessage", chat_id=7, text="<b>" + "ж" * 4_096 + "</b>", parse_mode="HTML")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_comes_back_word_for_word(text: str) -> None:
    assert parse(escape(text, quote=False)) == (text, ())


# ---- parameters -----------------------------------------------------------------------------------------

BUTTON = {"text": "More", "callback_data": "more"}
HELLO: dict[str, Any] = {"chat_id": 7, "text": "x"}
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"text": "x"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": 9, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": 7}, "message text is empty"),
    ("sendMessage", HELLO | {"parse_mode": "BBCode"}, "unsupported parse_mode"),
    ("sendMessage", HELLO | {"message_thread_id": 3}, "message thread not found"),
    ("sendMessage", HELLO | {"reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    ("sendMessage", HELLO | {"reply_parameters": "{"}, "can't parse reply parameters JSON object"),
    (
        "sendMessage",
        HELLO | {"disable_web_page_preview": True},
        "[fake Bot API] sendMessage has no parameter disable_web_page_preview",
    ),
    (
        "sendMessage",
        HELLO | {"link_preview_options": {"disabled": 1}},
        "[fake Bot API] unknown in link_preview_options: ['disabled']",
    ),
    ("sendChatAction", {"chat_id": 7, "action": "thinking"}, "wrong parameter action in request"),
    ("editMessageText", {"chat_id": 7, "message_id": 99, "text": "x"}, "message to edit not found"),
    ("deleteMessage", {"chat_id": 7, "message_id": 99}, "message to delete not found"),
    (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        "query is too old and response timeout expired or query ID is invalid",
    ),
    ("setMyCommands", {"commands": [{"command": "Ask", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
    (
        "setMyCommands",
        {"commands": [{"command": "ask", "description": ""}]},
        "BOT_COMMAND_DESCRIPTION_INVALID",
    ),
    ("setMyCommands", {"commands": [], "language_code": "russian"}, "invalid language code specified"),
    ("setMyDescription", {"description": "x" * 513}, "description is too long"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "short description is too long"),
    ("getFile", {"file_id": "nothing"}, "invalid file_id"),
    ("getChatMember", {"chat_id": 7, "user_id": 99}, "PARTICIPANT_ID_INVALID"),
    (
        "getUpdates",
        {"allowed_updates": ["messages"]},
        "[fake Bot API] unknown in allowed_updates: ['messages']",
    ),
    ("setWebhook", {"url": "http://example.com/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    (
        "setWebhook",
        {"url": "https://example.com:8080/"},
        "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
    ),
    ("setWebhook", {"url": "https://e.com/", "secret_token": "a" * 257}, "secret token is too long"),
    (
        "setWebhook",
        {"url": "https://e.com/", "secret_token": "a b"},
        "secret token contains unallowed characters",
    ),
]


@pytest.mark.parametrize(("method", "parameters", "complaint"), REFUSED)
def test_a_request_telegram_refuses_is_refused_in_its_words(
    api: BotApi, method: str, parameters: dict[str, Any], complaint: str
) -> None:
    assert refusal(api, method, **parameters) == complaint
    assert [(c.method, c.ok) for c in api.calls()] == [(method, False)]


@pytest.mark.parametrize(
    ("button", "complaint"),
    [
        ({"text": "x", "callback_data": "я" * 33}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "x", "url": "nowhere"}, "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
        ({"text": "", "callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
    ],
)
def test_a_button_telegram_refuses_is_refused(api: BotApi, button: dict[str, str], complaint: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    assert refusal(api, "sendMessage", chat_id=7, text="x", reply_markup=markup) == complaint


@pytest.mark.parametrize(
    ("token", "method", "code", "description"),
    [
        ("42:TEST", "sendNothing", 404, "Not Found"),
        ("42:OTHER", "getMe", 401, "Unauthorized"),
        ("no token", "getMe", 404, "Not Found"),
        ("42", "getMe", 404, "Not Found"),
    ],
)
def test_strangers_and_unknown_methods_are_turned_away(
    api: BotApi, token: str, method: str, code: int, description: str
) -> None:
    answer = call(api, method, token)
    assert answer == {"ok": False, "error_code": code, "description": description}


# What python-telegram-bot adds to each method for itself.
EXTRAS = {"self", "read_timeout", "write_timeout", "connect_timeout", "pool_timeout", "api_kwargs"}
EXTRAS |= {"reply_to_message_id", "allow_sending_without_reply", "disable_web_page_preview", "current_offset"}


@pytest.mark.parametrize("method", SIGNATURES)
def test_every_method_has_the_parameters_python_telegram_bot_knows(method: str) -> None:
    written = getattr(Bot, re.sub("([A-Z])", r"_\1", method).lower())
    assert set(SIGNATURES[method]) == set(inspect.signature(written).parameters) - EXTRAS


def test_updates_are_of_the_kinds_python_telegram_bot_knows() -> None:
    assert set(Update.ALL_TYPES) == KINDS


def test_methods_may_be_called_in_any_case_and_way(api: BotApi) -> None:
    address = f"{api.base_url}42:TEST/sendmessage"
    assert httpx.get(address, params={"chat_id": 7, "text": "x"}).json()["ok"]
    assert httpx.post(address, data={"chat_id": "7", "text": "x", "protect_content": "true"}).json()["ok"]
    assert api.calls("sendMessage")[1].parameters == {"chat_id": 7, "text": "x", "protect_content": True}


# ---- messages -------------------------------------------------------------------------------------------


def test_edits_change_what_stands_and_refuse_what_is_the_same(api: BotApi) -> None:
    markup = {"inline_keyboard": [[BUTTON]]}
    sent = result(api, "sendMessage", chat_id=7, text="<b>a</b>", parse_mode="HTML", reply_markup=markup)
    target = {"chat_id": 7, "message_id": sent["message_id"]}
    same = refusal(
        api, "editMessageText", **target, text="<strong>a</strong>", parse_mode="HTML", reply_markup=markup
    )
    assert same.startswith("message is not modified: ")
    result(api, "editMessageText", **target, text="b", reply_markup=markup)
    assert [(m.text, m.buttons) for m in api.messages(7)] == [("b", ("More",))]
    result(api, "editMessageReplyMarkup", **target)
    assert refusal(api, "editMessageReplyMarkup", **target).startswith("message is not modified: ")
    assert api.messages(7)[0].buttons == ()
    result(api, "deleteMessage", **target)
    assert api.messages(7) == []


def test_only_the_bots_own_messages_are_edited(api: BotApi) -> None:
    greeting = api.message(GROUP, ANN, "hello")
    other = {"chat_id": GROUP.id, "message_id": greeting.id}
    assert refusal(api, "editMessageText", **other, text="x") == "message can't be edited"
    assert refusal(api, "deleteMessage", **other) == "message can't be deleted"


def test_a_reply_carries_what_it_replies_to_one_level_deep(api: BotApi) -> None:
    first = api.message(HOME, ANN, "first")
    second = api.message(HOME, ANN, "second", reply_to=first)
    sent = result(api, "sendMessage", chat_id=7, text="x", reply_parameters={"message_id": second.id})
    assert sent["reply_to_message"]["text"] == "second"
    assert "reply_to_message" not in sent["reply_to_message"]
    assert latest_update(api)["message"]["reply_to_message"]["text"] == "first"
    lost = {"message_id": 99, "allow_sending_without_reply": True}
    assert "reply_to_message" not in result(api, "sendMessage", chat_id=7, text="x", reply_parameters=lost)


@pytest.mark.parametrize(
    ("quote", "mode", "position"),
    [
        ("wide", None, 5),
        ("wide <b>wor</b>", "HTML", 5),
        ("😀", None, 16),
        ("wide wor", None, None),
        ("Wide", None, None),
        ("narrow", None, None),
        ("x" * 1_025, None, None),
    ],
)
def test_a_quote_is_found_word_for_word_and_mark_for_mark(
    api: BotApi, quote: str, mode: str | None, position: int | None
) -> None:
    html = "<i>The</i>  wide <b>world</b> 😀" + "x" * 1_025
    source = result(api, "sendMessage", chat_id=7, text=html, parse_mode="HTML")
    reply = {"message_id": source["message_id"], "quote": quote} | (
        {"quote_parse_mode": mode} if mode else {}
    )
    if position is None:
        assert (
            refusal(api, "sendMessage", chat_id=7, text="x", reply_parameters=reply) == "QUOTE_TEXT_INVALID"
        )
    else:
        sent = result(api, "sendMessage", chat_id=7, text="x", reply_parameters=reply)
        assert sent["quote"]["position"] == position


def test_a_bot_that_was_put_out_may_not_write(api: BotApi) -> None:
    api.my_chat_member(HOME, ANN, "kicked")
    assert latest_update(api)["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert call(api, "sendMessage", chat_id=7, text="x") == {
        "ok": False,
        "error_code": 403,
        "description": "Forbidden: bot was blocked by the user",
    }
    api.my_chat_member(HOME, ANN, "member", "kicked")
    assert result(api, "sendMessage", chat_id=7, text="x")
    api.open(GROUP)
    assert result(api, "leaveChat", chat_id=GROUP.id)
    assert refusal(api, "sendChatAction", chat_id=GROUP.id, action="typing").startswith("Forbidden: ")


def test_a_group_that_became_a_supergroup_says_where_it_went(api: BotApi) -> None:
    old = Chat(-5, "group", "Readers")
    new = api.migrate(old, -1005, ANN)
    answer = call(api, "sendMessage", chat_id=old.id, text="x")
    assert answer["parameters"] == {"migrate_to_chat_id": -1005}
    assert [u["message"]["chat"]["id"] for u in api.pending_updates] == [old.id, new.id]
    assert result(api, "sendMessage", chat_id=new.id, text="x")


def test_members_are_what_they_were_appointed(api: BotApi) -> None:
    api.open(GROUP, ANN)
    api.appoint(GROUP, BOB)
    assert result(api, "getChatMember", chat_id=GROUP.id, user_id=ANN.id)["status"] == "member"
    assert [m["user"]["id"] for m in result(api, "getChatAdministrators", chat_id=GROUP.id)] == [BOB.id]
    assert result(api, "getChat", chat_id=GROUP.id)["title"] == "Readers"


def test_flood_limits_are_kept_where_a_test_asks_for_them() -> None:
    with BotApi(flood_limits=True) as api:
        api.open(HOME)
        assert call(api, "sendMessage", chat_id=7, text="x")["ok"]
        refused_now = call(api, "sendMessage", chat_id=7, text="x")
        assert (refused_now["error_code"], refused_now["parameters"]) == (429, {"retry_after": 1})


# ---- what people do -------------------------------------------------------------------------------------


def test_commands_and_mentions_are_marked_in_what_users_write(api: BotApi) -> None:
    message = api.message(GROUP, ANN, "😀 /ask@derek_bot what is @x1 a/b /c", thread_id=12)
    assert message.marked("bot_command") == ("/ask@derek_bot", "/c")
    assert message.marked("mention") == ("@x1",)
    assert (message.thread_id, message.entities[0].offset) == (12, 3)
    assert result(api, "sendMessage", chat_id=GROUP.id, text="x", message_thread_id=12)["is_topic_message"]


def test_messages_count_per_chat_and_updates_count_upwards(api: BotApi) -> None:
    ids = [api.message(chat, ANN, "x").id for chat in (HOME, GROUP, HOME)]
    assert ids == [1, 1, 2]
    updates = [u["update_id"] for u in result(api, "getUpdates")]
    assert updates == sorted(set(updates))
    assert len(updates) == 3


@pytest.mark.parametrize(
    ("act", "kind", "field"),
    [
        (lambda api: api.edited_message(api.message(HOME, ANN, "x"), "y"), "edited_message", "edit_date"),
        (lambda api: api.photo(HOME, ANN, "look"), "message", "photo"),
        (lambda api: api.sticker(HOME, ANN), "message", "sticker"),
        (lambda api: api.voice(HOME, ANN), "message", "voice"),
        (lambda api: api.document(HOME, ANN, "a.md", b"x", caption="c"), "message", "document"),
        (lambda api: api.inline_query(ANN, "what"), "inline_query", "query"),
        (lambda api: api.message(Chat(-9, "channel"), ANN, "post"), "channel_post", "sender_chat"),
        (lambda api: api.forward(HOME, ANN, "f", FromUser(BOB)), "message", "forward_origin"),
        (lambda api: api.forward(HOME, ANN, "f", FromHidden("B.")), "message", "forward_origin"),
        (
            lambda api: api.forward(HOME, ANN, "f", FromChannel(Chat(-9, "channel"), 5)),
            "message",
            "forward_origin",
        ),
    ],
)
def test_what_people_do_is_what_python_telegram_bot_reads(
    api: BotApi, act: Callable[[BotApi], object], kind: str, field: str
) -> None:
    act(api)
    update = Update.de_json(latest_update(api), None)
    assert getattr(getattr(update, kind), field)


def test_a_button_is_pressed_by_its_text_and_answered_once(api: BotApi) -> None:
    result(api, "sendMessage", chat_id=7, text="x", reply_markup={"inline_keyboard": [[BUTTON]]})
    [message] = api.messages(7)
    with pytest.raises(AssertionError, match="no button 'Less'"):
        api.press(message, "Less", ANN)
    pressed = api.press(message, "More", ANN)
    query = latest_update(api)["callback_query"]
    assert (query["id"], query["data"], query["message"]["message_id"]) == (pressed, "more", message.id)
    assert api.unanswered == {pressed}
    assert result(api, "answerCallbackQuery", callback_query_id=pressed)
    assert refusal(api, "answerCallbackQuery", callback_query_id=pressed).startswith("query is too old")
    late = api.press(message, "More", ANN)
    api.expire(late)
    assert refusal(api, "answerCallbackQuery", callback_query_id=late).startswith("query is too old")


def test_inline_queries_take_fifty_results(api: BotApi) -> None:
    query_id = api.inline_query(ANN, "what")
    article = {"type": "article", "title": "t", "input_message_content": {"message_text": "x"}}
    many = [article | {"id": str(n)} for n in range(51)]
    assert refusal(api, "answerInlineQuery", inline_query_id=query_id, results=many) == "RESULTS_TOO_MUCH"
    assert result(api, "answerInlineQuery", inline_query_id=query_id, results=many[:50], is_personal=True)


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (
            {"results": [{"type": "article", "id": "1", "title": "t"}]},
            "input message content is not specified",
        ),
        ({"results": [{"type": "photo", "id": "1"}]}, "[fake Bot API] results of type 'photo'"),
        ({"button": {"text": "Open", "start_parameter": "no way"}}, "START_PARAM_INVALID"),
        (
            {"button": {"text": "Open"}},
            "[fake Bot API] the button of inline results opens either an app or the bot",
        ),
        (
            {"button": {"text": "x" * 65, "start_parameter": "x"}},
            "[fake Bot API] the text of the button of inline results has 1 to 64 characters",
        ),
    ],
)
def test_what_cannot_be_shown_inline_is_refused(api: BotApi, broken: dict[str, Any], complaint: str) -> None:
    query = {"inline_query_id": api.inline_query(ANN, "what"), "results": []}
    assert refusal(api, "answerInlineQuery", **query | broken) == complaint


def test_files_are_fetched_by_their_path_up_to_twenty_megabytes(api: BotApi) -> None:
    sent = api.document(HOME, ANN, "notes.md", b"# Notes", "text/markdown")
    path = result(api, "getFile", file_id=sent.json["document"]["file_id"])["file_path"]
    assert httpx.get(f"{api.base_file_url}42:TEST/{path}").content == b"# Notes"
    assert httpx.get(f"{api.base_file_url}42:TEST/documents/other").status_code == 404
    big = api.document(HOME, ANN, "big.txt", b"", size=20 * 1024 * 1024 + 1)
    assert refusal(api, "getFile", file_id=big.json["document"]["file_id"]) == "file is too big"


def test_commands_are_kept_per_scope_and_language(api: BotApi) -> None:
    commands = [{"command": "ask", "description": "Спросить"}]
    scope = {"type": "all_group_chats"}
    assert result(api, "setMyCommands", commands=commands, scope=scope, language_code="ru")
    assert result(api, "getMyCommands", scope=scope, language_code="ru") == commands
    assert result(api, "getMyCommands") == []
    assert list(api.commands) == [(json.dumps(scope), "ru")]
    result(api, "deleteMyCommands", scope=scope, language_code="ru")
    assert api.commands == {}


# ---- getUpdates -----------------------------------------------------------------------------------------


def in_background(api: BotApi, **parameters: Any) -> tuple[threading.Thread, list[dict[str, Any]]]:
    answers: list[dict[str, Any]] = []
    poll = threading.Thread(target=lambda: answers.append(call(api, "getUpdates", **parameters)))
    poll.start()
    api.wait_until_listening()
    return poll, answers


def test_a_poll_waits_and_an_offset_acknowledges(api: BotApi) -> None:
    poll, answers = in_background(api, timeout=5)
    api.message(HOME, ANN, "x")
    poll.join()
    [update] = answers[0]["result"]
    assert result(api, "getUpdates", limit=1) == [update]
    assert result(api, "getUpdates", offset=update["update_id"] + 1) == []
    assert api.pending_updates == ()


def test_a_new_poll_ends_the_old_one(api: BotApi) -> None:
    poll, answers = in_background(api, timeout=5)
    assert result(api, "getUpdates", offset=5) == []
    poll.join()
    assert answers[0]["error_code"] == 409
    assert answers[0]["description"].startswith("Conflict: terminated by other getUpdates request; make sure")


def test_who_asks_the_same_again_at_once_has_to_wait(api: BotApi) -> None:
    result(api, "getUpdates", offset=5)
    result(api, "getUpdates", offset=6)
    began = time.monotonic()
    result(api, "getUpdates", offset=6)
    assert time.monotonic() - began >= 0.2


def test_only_wanted_kinds_are_queued_and_the_wish_is_remembered(api: BotApi) -> None:
    result(api, "getUpdates", allowed_updates=["callback_query"])
    message = api.message(HOME, ANN, "x")
    result(api, "getUpdates", offset=3)
    api.callback(message, "d", ANN)
    assert [set(u) for u in api.pending_updates] == [{"update_id", "callback_query"}]


# ---- webhooks -------------------------------------------------------------------------------------------


def test_a_webhook_ends_polling_and_deleting_it_allows_it_again(api: BotApi) -> None:
    poll, answers = in_background(api, timeout=5)
    result(api, "setWebhook", url="http://127.0.0.1:9/", secret_token="a-Z_0")
    poll.join()
    assert answers[0]["description"] == "Conflict: terminated by setWebhook request"
    assert refusal(api, "getUpdates").startswith(
        "Conflict: can't use getUpdates method while webhook is active"
    )
    assert result(api, "getWebhookInfo")["url"] == "http://127.0.0.1:9/"
    result(api, "deleteWebhook")
    assert result(api, "getUpdates") == []


# ---- the journal ----------------------------------------------------------------------------------------


def test_waiting_in_vain_shows_what_happened_instead(api: BotApi) -> None:
    result(api, "sendMessage", chat_id=7, text="so it goes")
    with pytest.raises(WaitedInVainError, match=r"no 2 messages in 7 within 0\.05 s; journal[^$]*so it goes"):
        api.wait_for_messages(7, 2, timeout=0.05)
    sent = api.wait_for(lambda c: c.message is not None and c.message.text == "so it goes")
    assert sent.parameters == {"chat_id": 7, "text": "so it goes"}


def test_waiting_within_the_bots_own_loop_is_refused(api: BotApi) -> None:
    async def wrong() -> None:
        api.wait_for_messages(7)

    with pytest.raises(RuntimeError, match=r"asyncio\.to_thread"):
        asyncio.run(wrong())


# ---- an unmodified python-telegram-bot ------------------------------------------------------------------

Server = BotApi | Peer
Context = ContextTypes.DEFAULT_TYPE


async def echo(update: Update, _: Context) -> None:
    assert update.effective_message is not None
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Shout", callback_data="shout")]])
    text = f"<b>{update.effective_message.text}</b>"
    plain = LinkPreviewOptions(is_disabled=True)
    await update.effective_message.reply_html(
        text, reply_markup=keyboard, do_quote=True, link_preview_options=plain, protect_content=True
    )


async def read(update: Update, _: Context) -> None:
    assert update.effective_message is not None
    assert update.effective_message.document is not None
    file = await update.effective_message.document.get_file()
    content = bytes(await file.download_as_bytearray()).decode()
    await update.effective_message.reply_text(f"read {content}")


async def shout(update: Update, _: Context) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("done")
    await update.callback_query.edit_message_text("LOUD")


@asynccontextmanager
async def echo_bot(api: Server, webhook: int | None = None) -> AsyncIterator[None]:
    builder = Application.builder().token(api.token).base_url(api.base_url).base_file_url(api.base_file_url)
    app = builder.build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    app.add_handler(MessageHandler(filters.Document.ALL, read))
    app.add_handler(CallbackQueryHandler(shout))
    assert app.updater is not None
    async with app:
        await app.start()
        if webhook is None:
            await app.updater.start_polling(allowed_updates=Update.ALL_TYPES, poll_interval=0)
        else:
            url = f"http://127.0.0.1:{webhook}/hook"
            await app.updater.start_webhook(
                "127.0.0.1", webhook, "/hook", webhook_url=url, secret_token="s-1"
            )
        yield
        await app.updater.stop()
        await app.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def scenario(api: Server) -> None:
    """Ask, press the button, send a file: written once, for every server."""
    api.wait_until_listening()
    api.message(HOME, ANN, "hello")
    [answer] = api.wait_for_messages(HOME, 1)
    assert (answer.text, answer.html, answer.buttons) == ("hello", "<b>hello</b>", ("Shout",))
    api.press(answer, "Shout", ANN)
    api.wait_until(lambda: api.messages(HOME)[0].text == "LOUD")
    assert [c.ok for c in api.wait_for_calls("answerCallbackQuery")] == [True]
    api.document(HOME, ANN, "notes.txt", b"the notes")
    assert api.wait_for_messages(HOME, 2)[1].text == "read the notes"


def run_scenario(api: Server, webhook: int | None = None) -> None:
    async def main() -> None:
        async with echo_bot(api, webhook):
            await asyncio.to_thread(scenario, api)

    asyncio.run(main())


@pytest.mark.parametrize("by", ["polling", "webhook"])
@pytest.mark.parametrize("server", [BotApi, Peer])
def test_an_unmodified_bot_answers(server: type[BotApi] | type[Peer], by: str) -> None:
    with BotApi(repeat_bound=0.1) if server is BotApi else Peer() as api:
        run_scenario(api, free_port() if by == "webhook" else None)
        assert [message.text for message in api.messages(HOME)] == ["LOUD", "read the notes"]


def test_a_webhook_gets_every_update_again_until_it_takes_it(api: BotApi) -> None:
    port = free_port()
    result(api, "setWebhook", url=f"http://127.0.0.1:{port}/hook", secret_token="s-1")
    for text in ("one", "two"):
        api.message(HOME, ANN, text)
    api.wait_until(lambda: "last_error_message" in result(api, "getWebhookInfo"))

    async def main() -> list[Message]:
        async with echo_bot(api, port):
            return await asyncio.to_thread(api.wait_for_messages, HOME, 2)

    assert [message.text for message in asyncio.run(main())] == ["one", "two"]
    assert api.pending_updates == ()


# ---- faults ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "status", "sent"),
    [
        (flood(3), 429, 0),
        (gateway(), 502, 0),
        (gateway(504), 504, 0),
        (refused(401), 401, 0),
        (refused(404), 404, 0),
        (drop_before(), None, 0),
        (drop_after(), None, 1),
        (slow(0.1), 200, 1),
    ],
)
def test_a_planned_fault_happens_once_as_planned(
    api: BotApi, fault: Fault, status: int | None, sent: int
) -> None:
    api.fail("sendMessage", fault)
    parameters = {"chat_id": 7, "text": "x"}

    def send() -> int | None:
        try:
            return httpx.post(f"{api.base_url}42:TEST/sendMessage", json=parameters).status_code
        except httpx.TransportError:
            return None

    assert (send(), len(api.messages(7)), api.faults_left) == (status, sent, 0)
    assert api.calls("sendMessage")[0].parameters == parameters
    assert (send(), len(api.messages(7))) == (200, sent + 1)


def test_python_telegram_bot_sees_faults_as_telegrams(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else RetryAfter warns of its own future

    async def main() -> None:
        async with Application.builder().token("42:TEST").base_url(api.base_url).build().bot as bot:
            api.fail("sendMessage", flood(3))
            with pytest.raises(RetryAfter):
                await bot.send_message(7, "x")
            for fault in (gateway(), drop_before()):
                api.fail("sendMessage", fault)
                with pytest.raises(NetworkError):
                    await bot.send_message(7, "x")

    asyncio.run(main())
    assert api.messages(7) == []


def test_the_server_closes_though_someone_still_waits() -> None:
    began = time.monotonic()
    with BotApi() as api:
        poll, answers = in_background(api, timeout=30)
    poll.join()
    assert answers[0]["result"] == []
    assert time.monotonic() - began < 20
