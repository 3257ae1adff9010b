"""Draw what the page looks like, in light and dark, on a desktop and on a phone.

python -m tests.benchmarks.record_web FOLDER

It needs Chromium and playwright (`make browser`), and serves the sample articles on loopback.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from bot.assembly import Derek, assemble
from bot.chats.keys import CONSOLE
from bot.config import Config, WebSettings
from bot.web.serving import serving
from tests.support.running import free_port

_DESKTOP, _PHONE = {"width": 1_000, "height": 760}, {"width": 360, "height": 700}


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture of a path, in a language, as large as a screen."""

    name: str
    path: str
    language: str = "en"
    screen: str = "desktop"


def _pictures(derek: Derek) -> Iterator[_Picture]:
    yield _Picture("answer", "/?q=How many joint Kazakh-Russian enterprises are there?")
    yield _Picture("answer-phone", "/?q=Кто пригласил Токаева в Казань?", "ru", "phone")
    yield _Picture("refusal", "/?q=Түйелер қыста не жейді?", "kk")
    answer = derek.answerer.ask("How many joint Kazakh-Russian enterprises are there?")
    cited = answer.citations[0]
    units = derek.store.sentences(cited.article_id)
    number = next(unit.number for unit in units if unit.span == cited.span)
    where = f"/articles/{cited.article_id}?s={number}&n=1&f={cited.fingerprint}#s{number}"
    yield _Picture("article", where)
    yield _Picture("articles", "/articles", "ru")
    yield _Picture("adding", "/add")
    yield _Picture("access", "/access")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def main(folder: Path) -> None:
    """Write the pictures into a folder."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  not everybody has it
    except ImportError:
        chromium = None
    if chromium is None:
        sys.exit("Chromium or playwright is not installed: apt-get install chromium; make browser")
    folder.mkdir(parents=True, exist_ok=True)
    settings = WebSettings(listen=f"127.0.0.1:{free_port()}")
    with (
        tempfile.TemporaryDirectory() as place,
        assemble(Config(data=Path(place) / "derek")) as derek,
        serving(derek, settings),
        sync_playwright() as driver,
    ):
        derek.index.follow()
        if derek.semantic_index:
            derek.semantic_index.follow()
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for picture in _pictures(derek):
            for scheme in ("light", "dark"):
                _draw(browser, derek, settings.address, picture, scheme, folder)
                click.echo(f"{picture.name}-{scheme}.png")
        browser.close()


def _draw(  # noqa: PLR0913, PLR0917  all that a picture is made of
    browser: Any, derek: Derek, site: str, picture: _Picture, scheme: str, folder: Path
) -> None:
    screen = _PHONE if picture.screen == "phone" else _DESKTOP
    context = browser.new_context(viewport=screen, color_scheme=scheme, locale=picture.language)
    page = context.new_page()
    page.goto(f"{site}/sign-in?link={derek.people.keys.link(CONSOLE)}")
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url(f"{site}/")
    page.goto(site + picture.path)
    page.screenshot(path=folder / f"{picture.name}-{scheme}.png")
    context.close()


if __name__ == "__main__":
    main()
