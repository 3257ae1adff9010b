"""The page in a real browser: as a person uses it, with and without its script, and by assistive technology.

It needs Chromium (Debian: chromium) and playwright's Python package; with axe-core (npm), whose script the
environment names in DEREK_AXE, each page is judged by it as well.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.assembly import Derek, assemble
from bot.chats.keys import CONSOLE
from bot.config import Config, WebSettings
from bot.phrases import Phrases
from bot.web.serving import serving
from retrieval.ingest.files import read_bytes
from tests.conftest import WORDS_ALONE
from tests.support.running import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: --group browser")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = os.environ.get("DEREK_AXE")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]

QUESTION = "How many joint Kazakh-Russian enterprises are there?"
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
PAGES = (
    "/",
    f"/?q={QUESTION}",
    "/?q=camels in winter",
    "/articles",
    "/add",
    "/feeds",
    "/feedback",
    "/access",
    "/log",
    "/numbers",
    "/sign-in",
    "/nothing",
)


@dataclass(frozen=True, slots=True)
class Site:
    """A page that is served, and the browser that looks at it."""

    derek: Derek
    url: str
    browser: "Browser"

    def link(self) -> str:
        """Return an address that signs in."""
        return f"{self.url}/sign-in?link={self.derek.people.keys.link(CONSOLE)}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = WebSettings(listen=f"127.0.0.1:{free_port()}", requests_per_minute=100_000)
    folder = tmp_path_factory.mktemp("site") / "derek"
    with (
        assemble(Config(data=folder, semantic=WORDS_ALONE)) as derek,
        serving(derek, settings),
        sync_api.sync_playwright() as driver,
    ):
        # A sandbox, and much shared memory, a container has not.
        options = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=options)
        yield Site(derek, settings.address, browser)
        browser.close()


def opened(site: Site, **options: Any) -> "Page":
    """Return a window in which an administrator is signed in; what fails in it fails the test."""
    context = site.browser.new_context(**{"viewport": DESKTOP, "locale": "en"} | options)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(site.link())
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url(f"{site.url}/")
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    return page


def ask(page: "Page", site: Site, question: str) -> None:
    page.goto(site.url)
    page.get_by_role("searchbox").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")


@pytest.mark.parametrize(
    ("language", "question", "quote"),
    [
        ("en", QUESTION, "joint Kazakh-Russian enterprises"),
        ("ru", "Кто пригласил Токаева в Казань?", "по приглашению Владимира Путина"),
        ("kk", "Токаев Путин", "Токаев"),
    ],
)
def test_a_citation_is_followed_to_its_sentence(site: Site, language: str, question: str, quote: str) -> None:
    page = opened(site, locale=language)
    ask(page, site, question)
    assert page.locator("html").get_attribute("lang") == language
    citation = page.locator(".citation").first
    assert quote in citation.inner_text()
    citation.locator(".source a").first.click()
    page.wait_for_url("**/articles/**#s*")
    marked = page.locator(".cited mark").first
    assert quote in marked.inner_text()
    box, height = marked.bounding_box(), page.evaluate("innerHeight")
    assert box
    assert 0 <= box["y"] < height


def test_what_stands_around_is_unfolded_in_place(site: Site) -> None:
    page = opened(site)
    ask(page, site, QUESTION)
    around = page.locator(".citation .around").first
    assert not around.locator("p").is_visible()
    around.locator("summary").click()
    assert "Eurasian Economic Union" in around.locator("p").inner_text()
    page.locator(".citation .why summary").first.click()
    assert "enterprises" in page.locator(".citation .why p").first.inner_text()


def test_a_file_is_added_asked_about_and_taken_back(site: Site, tmp_path: Path) -> None:
    page, file = opened(site), tmp_path / "bridge.txt"
    file.write_text("Turgay bridge\n\nThe bridge over the Turgay cost 12 million dollars.\n", "utf-8")
    page.goto(f"{site.url}/add")
    page.locator("#files").set_input_files(str(file))
    page.locator("#drop button").click()
    page.wait_for_url("**/receipts/**")
    assert "Turgay bridge" in page.locator(".receipts").inner_text()
    receipts = page.url
    undo = page.get_by_role("button", name=Phrases("en")("button-undo"))
    other = page.context.new_page()
    ask(other, site, "How much did the Turgay bridge cost?")
    assert "12 million dollars" in other.locator(".citation").first.inner_text()
    undo.click()
    page.wait_for_url(lambda url: url != receipts)
    ask(other, site, "How much did the Turgay bridge cost?")
    assert "12 million" not in other.content()


def test_a_unit_of_a_long_article_is_found_by_its_address_alone(site: Site) -> None:
    text = "Long\n\n" + "\n\n".join(f"Sentence number {number} says what it says." for number in range(3_000))
    (document,) = read_bytes(text.encode(), Path("long.txt"), "long")
    article = site.derek.store.put(document).article_id
    page = opened(site)
    page.goto(f"{site.url}/articles/{article}#s2500")
    page.wait_for_url("**s=2500#s2500")
    assert "Sentence number 24" in page.locator("#s2500").inner_text()
    site.derek.store.undo()


def test_files_are_dropped(site: Site) -> None:
    page = opened(site)
    page.goto(f"{site.url}/add")
    page.evaluate(
        """() => {
        const data = new DataTransfer();
        data.items.add(new File(["A town.\\n\\nIt grew."], "town.txt"));
        const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true });
        document.getElementById("drop").dispatchEvent(drop);
        }"""
    )
    assert page.evaluate("document.getElementById('files').files[0].name") == "town.txt"


def test_it_works_without_its_script(site: Site) -> None:
    page = opened(site, java_script_enabled=False)
    ask(page, site, QUESTION)
    page.locator(".citation .source a").first.click()
    page.wait_for_url("**/articles/**#s*")
    assert page.locator(".cited mark").count() == 1
    page.go_back()
    page.locator("#follow").fill("And how many in Russia?")
    page.locator(".follow button").click()
    page.wait_for_url("**previous=**")
    page.get_by_role("button", name="русский").click()
    page.wait_for_url("**previous=**")
    assert page.locator("html").get_attribute("lang") == "ru"


def test_it_is_used_by_keyboard_alone(site: Site) -> None:
    page = opened(site)
    page.goto(f"{site.url}/")
    page.locator("body").click()
    page.keyboard.press("/")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    reached: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.tagName, e.getAttribute('href') || e.innerText || '', s.outlineStyle]; })()"
        )
        reached.append(focused[1])
        assert focused[0] == "BODY" or focused[2] != "none", f"nobody sees that {focused} has the focus"
        if "/articles/" in focused[1]:
            page.keyboard.press("Enter")
            page.wait_for_url("**/articles/**#s*")
            return
    pytest.fail(f"the citation is not reached: {reached}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_light_and_dark(site: Site, scheme: str) -> None:
    page = opened(site, viewport=PHONE, color_scheme=scheme)
    article = site.derek.store.catalogue(1)[0].article_id
    for path in (*PAGES, f"/articles/{article}"):
        page.goto(site.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (paper == "rgb(255, 255, 255)") is (scheme == "light")


def test_a_page_is_small_and_asks_for_little(site: Site) -> None:
    page = opened(site)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    for path in PAGES:
        requests.clear()
        page.goto(site.url + path)
        assert len(requests) <= 3, requests
        assert all(url.startswith(site.url) for url in requests)


def test_what_somebody_wrote_runs_nowhere(site: Site) -> None:
    page = opened(site)
    hostile = '<img src=x onerror="alert(1)"><script>alert(2)</script>\u202e{{ 7*7 }}'
    page.goto(f"{site.url}/add")
    page.locator("#named").fill(f"Title {hostile}")
    page.locator("#text").fill(f"The town {hostile} grew.\n\nIt has a mill {hostile}.")
    page.locator("#in-text + button").click()
    page.wait_for_url("**/receipts/**")
    for path in ("/articles", f"/?q=Which town has a mill {hostile}?", "/log", "/feedback", "/"):
        page.goto(site.url + path)
        assert page.locator("img").count() == 0
        assert page.locator("script").count() == 1
    page.goto(f"{site.url}/articles")
    page.get_by_role("link", name="Title").first.click()
    assert hostile in page.locator("h1").inner_text()
    page.get_by_role("button", name=Phrases("en")("web-remove")).click()
    page.get_by_role("button", name=Phrases("en")("button-undo")).click()
    assert page.locator("img").count() == 0


@pytest.mark.skipif(AXE is None, reason="DEREK_AXE does not name axe-core's script: npm install axe-core")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(site: Site, scheme: str) -> None:
    assert AXE
    # axe's script is none of the page's, which its policy keeps out.
    page = opened(site, color_scheme=scheme, bypass_csp=True)
    article = site.derek.store.catalogue(1)[0].article_id
    for path in (*PAGES, f"/articles/{article}?s=2&n=1"):
        page.goto(site.url + path)
        page.add_script_tag(path=AXE)
        faults = page.evaluate("axe.run()")["violations"]
        told = {
            fault["id"]: [node["html"] for node in fault["nodes"]][:3]
            for fault in faults
            if fault["impact"] in ("serious", "critical")
        }
        assert told == {}, path
