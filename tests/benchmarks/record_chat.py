"""Record what the commonest things look like in a chat, as pictures of the real messages, light and dark.

python -m tests.benchmarks.record_chat FOLDER

Derek runs as a process of its own over the strict fake Bot API; what stands in the chats then is drawn as a
page, and shown by Chromium, which it needs (Debian: chromium and fonts-noto-color-emoji). Each picture is
`CHAT-light.png` or `CHAT-dark.png`.
"""

import html
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from tests.support.bot_api import BotApi, Chat, Message, User, private
from tests.support.running import RunningDerek

_ANN = User(7, "Ann", "en", "ann")
_OLGA = User(8, "Ольга", "ru", "olga")
_AIDA = User(9, "Аида", "kk", "aida")
_GROUP = Chat(-100, "supergroup", "Редакция")

#: How long to wait for an answer, in seconds.
_PATIENCE = 60.0

_BRIDGE = """\
Turgay bridge opens

3 May 2025

The bridge over the Turgay took two years. It cost 12 million dollars.
"""

#: The tags that a kind of entity is drawn with.
_TAGS: Mapping[str, tuple[str, str]] = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "code": ("<code>", "</code>"),
    "text_link": ("<u>", "</u>"),
    "mention": ("<u>", "</u>"),
    "bot_command": ("<u>", "</u>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote class=folded>", "</blockquote>"),
}

_PAGE = """<!doctype html><meta charset=utf-8><style>
body {{ margin: 0; padding: 14px; width: 392px; font: 15px/1.35 'DejaVu Sans', sans-serif;
  background: {ground}; color: {ink} }}
.row {{ display: flex; margin: 5px 0 }}
.row.own {{ justify-content: flex-end }}
.bubble {{ max-width: 330px; padding: 7px 10px; border-radius: 14px; background: {bubble};
  white-space: pre-wrap; overflow-wrap: anywhere }}
.own .bubble {{ background: {own} }}
.from {{ color: {accent}; font-weight: bold; font-size: 13px }}
.reply {{ border-left: 3px solid {accent}; padding-left: 7px; margin-bottom: 3px; font-size: 13px;
  opacity: .75; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }}
blockquote {{ margin: 2px 0; padding: 3px 8px; border-left: 3px solid {accent}; background: {quote};
  border-radius: 4px }}
blockquote.folded {{ display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical;
  overflow: hidden }}
.keys {{ max-width: 350px }}
.keys div {{ display: flex; gap: 4px; margin-top: 4px }}
.keys span {{ flex: 1; text-align: center; padding: 6px 4px; border-radius: 8px; background: {key};
  font-size: 13px }}
u {{ text-decoration: none; color: {accent} }}
</style><body>{rows}</body>"""

_LOOKS: Mapping[str, Mapping[str, str]] = {
    "light": {
        "ground": "#c8d8c0",
        "ink": "#111",
        "bubble": "#fff",
        "own": "#e6fad2",
        "accent": "#2a7bbd",
        "quote": "#eef5fb",
        "key": "#8fa889aa",
    },
    "dark": {
        "ground": "#0e1621",
        "ink": "#f0f3f6",
        "bubble": "#182533",
        "own": "#2b5278",
        "accent": "#6ab3f3",
        "quote": "#1f3247",
        "key": "#27384b",
    },
}


def _drawn(text: str, message: Message) -> str:
    """Return a text with its entities as HTML."""
    units = text.encode("utf-16-le")
    begins: dict[int, str] = {}
    ends: dict[int, str] = {}
    for entity in sorted(message.entities, key=lambda one: -one.length):
        before, after = _TAGS.get(entity.type, ("", ""))
        begins[entity.offset] = begins.get(entity.offset, "") + before
        ends[entity.end] = after + ends.get(entity.end, "")
    parts, last = [], 0
    for place in sorted({*begins, *ends, len(units) // 2}):
        parts.append(html.escape(units[2 * last : 2 * place].decode("utf-16-le")))
        parts.append(ends.get(place, "") + begins.get(place, ""))
        last = place
    # A quotation is a block already, and needs no line of its own besides.
    return "".join(parts).replace("</blockquote>\n", "</blockquote>")


def _row(message: Message, chat: Chat) -> str:
    """Return a message as a row of the page."""
    own = not message.from_bot
    named = "Derek" if message.from_bot else str(message.json.get("from", {}).get("first_name", ""))
    head = f"<div class=from>{html.escape(named)}</div>" if chat.id < 0 else ""
    above = message.json.get("reply_to_message")
    reply = f"<div class=reply>{html.escape(str(above.get('text', '')))}</div>" if above else ""
    document = message.json.get("document")
    text = f"📎 {html.escape(document['file_name'])}" if document else _drawn(message.text, message)
    rows = (message.reply_markup or {}).get("inline_keyboard", ())
    keys = "".join(f"<div>{''.join(map(_key, row))}</div>" for row in rows)
    bubble = f"<div class=bubble>{head}{reply}{text}</div>"
    return f"<div class='row{' own' if own else ''}'><div>{bubble}<div class=keys>{keys}</div></div></div>"


def _key(button: Mapping[str, Any]) -> str:
    return f"<span>{html.escape(str(button['text']))}</span>"


def _in_english(api: BotApi) -> None:
    """Ask, look around, be told that there is no answer, add an article and ask that."""
    home = private(_ANN)
    _say(api, home, _ANN, "How many joint Kazakh-Russian enterprises are there?")
    _say(api, home, _ANN, "And who invited Tokayev to Kazan?")
    answer = api.messages(home)[-1]
    api.press(answer, "Why?", _ANN)
    api.wait_until(lambda: "← Back" in api.messages(home)[-1].buttons, _PATIENCE)
    _say(api, home, _ANN, "When was the bridge over the Turgay opened?")
    count = len(api.messages(home))
    api.document(home, _ANN, "bridge.txt", _BRIDGE.encode())
    api.wait_for_messages(home, count + 1, _PATIENCE)
    _say(api, home, _ANN, "How much did the bridge over the Turgay cost?")
    api.press(api.messages(home)[-1], "👎", _ANN)
    api.wait_until(lambda: len(api.messages(home)[-1].buttons) > 5, _PATIENCE)


def _in_a_group(api: BotApi) -> None:
    """Ask in a group, talk about the answer, and ask what is not there."""
    _say(api, _GROUP, _OLGA, "@derek_bot кто пригласил Токаева в Казань?")
    answer = api.messages(_GROUP)[-1]
    api.message(_GROUP, _AIDA, "ого, спасибо", reply_to=answer)
    _say(api, _GROUP, _OLGA, "Derek, сколько стоит литр бензина?")
    _say(api, _GROUP, _AIDA, "/ask@derek_bot Мишустин кім?")


def _in_kazakh(api: BotApi) -> None:
    """Ask in Kazakh, and limit which articles may answer."""
    home = private(_AIDA)
    for text in ("/start", "Тоқаев Қазанға не үшін барды?", "газ", "/settings since 2022"):
        _say(api, home, _AIDA, text)


def _asked_in(api: BotApi) -> None:
    """Ask as a stranger, be let in by an administrator, and ask again."""
    stranger = User(11, "Тимур", "ru", "timur")
    home, office = private(stranger), private(_ANN)
    count = len(api.messages(office))
    _say(api, home, stranger, "Кто пригласил Токаева в Казань?")
    request = api.wait_for_messages(office, count + 1, _PATIENCE)[-1]
    api.press(request, request.buttons[0], _ANN)
    api.wait_for_messages(home, 2, _PATIENCE)
    _say(api, home, stranger, "Кто пригласил Токаева в Казань?")


def _say(api: BotApi, chat: Chat, user: User, text: str) -> None:
    count = len(api.messages(chat))
    api.message(chat, user, text)
    api.wait_for_messages(chat, count + 1, _PATIENCE)


#: What each picture shows: which chat, what happens in it, and whether everybody may ask.
_PICTURES: Mapping[str, tuple[Chat, Callable[[BotApi], None], str]] = {
    "english": (private(_ANN), _in_english, "open"),
    "group": (_GROUP, _in_a_group, "open"),
    "kazakh": (private(_AIDA), _in_kazakh, "open"),
    "stranger": (private(User(11, "Тимур", "ru", "timur")), _asked_in, "private"),
}


def _pages() -> Iterator[tuple[str, str, str]]:
    """Yield the name, the look and the page of each picture."""
    for name, (chat, happen, access) in _PICTURES.items():
        with tempfile.TemporaryDirectory() as place, BotApi(repeat_bound=0.05) as api:
            for user in (_ANN, _OLGA, _AIDA):
                api.open(private(user), user)
            api.open(_GROUP, _OLGA, _AIDA)
            with RunningDerek(Path(place), api.url, administrators=(_ANN.id,), access=access):
                api.wait_until_listening(_PATIENCE)
                happen(api)
            rows = "".join(_row(message, chat) for message in api.conversation(chat))
        for look, colours in _LOOKS.items():
            yield name, look, _PAGE.format(rows=rows, **colours)


def _picture(chromium: str, page: Path, picture: Path) -> None:
    """Let Chromium make a picture of a page, as high as the page is."""
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    probe = [*command, "--virtual-time-budget=1000", "--dump-dom", page.as_uri()]
    with page.open("a", encoding="utf-8") as file:
        file.write("<script>document.title = document.body.scrollHeight</script>")
    dom = subprocess.run(probe, capture_output=True, check=True, text=True).stdout
    height = dom.split("<title>")[1].split("</title>")[0]
    size = [f"--window-size=420,{height}", f"--screenshot={picture}"]
    subprocess.run([*command, *size, page.as_uri()], capture_output=True, check=True)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def main(folder: Path) -> None:
    """Write the pictures into a folder."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is not installed: apt-get install chromium fonts-noto-color-emoji")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        for name, look, page in _pages():
            file = Path(place) / f"{name}-{look}.html"
            file.write_text(page, "utf-8")
            _picture(chromium, file, folder / f"{name}-{look}.png")
            click.echo(f"{name}-{look}.png")


if __name__ == "__main__":
    main()
