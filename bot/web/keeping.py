"""The page for administrators: adding, feeds, feedback, who comes in, what was done, and numbers."""

import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile

from bot.chats.access import Access, Role
from bot.chats.chat import Addition
from bot.chats.history import DayOfQuestions
from bot.chats.keys import CONSOLE
from bot.chats.persons import Standing
from bot.phrases import Phrases
from bot.rendering import messages, people
from bot.rendering.blocks import to_text
from bot.rendering.feeds import feed_line
from bot.rendering.receipts import told
from bot.web.adding import add_files, add_link, add_text
from bot.web.deeds import follow_feed, leave_feed, remove_article, undo_edit
from bot.web.forms import TextForm
from bot.web.models import AddedText
from bot.web.pages import Number, reading_visitor, redirect
from bot.web.plots import Plot, plotted
from bot.web.problems import Problem
from bot.web.templating import page, phrases_of
from bot.web.visitors import Deed, Line, LinesIn, Visitor
from retrieval.articles import collection_name
from retrieval.errors import CollectionNameError
from retrieval.ingest.web.urls import is_address
from retrieval.storage.receipts import CHANGING, Outcome, Receipt

router = APIRouter(include_in_schema=False)

#: How much of each list stands on its page, and how many days the numbers are of.
_LISTED, _DAYS = 100, 30

#: How many questions with their quotes, and how many keys, stand on a page.
_SHOWN, _KEYS = 50, 200

#: Of how many edits it is remembered what became of the articles.
_MOST_DEEDS = 1_000


def keeping_visitor(request: Request, visitor: Annotated[Visitor, Depends(reading_visitor)]) -> Visitor:
    """Return who looks at a page, if they may change what there is."""
    if visitor.role < Role.ADMINISTRATOR:
        raise Problem(HTTPStatus.FORBIDDEN, "forbidden", phrases_of(request)("web-administrators-only"))
    return visitor


_Keeper = Annotated[Visitor, Depends(keeping_visitor)]
_Token = Annotated[str, Form()]


@router.get("/add")
def get_add_page(request: Request, visitor: _Keeper) -> Response:
    """Return the page on which articles are added."""
    collections = [name for name, _ in visitor.site.derek.store.summary(visitor.fence).collections]
    return page(request, visitor, "add", {"collections": collections})


@router.post("/add/text")
def post_text(request: Request, form: Annotated[TextForm, Form()], visitor: _Keeper) -> Response:
    """Add a text that was written or pasted."""
    visitor.check_form(form.token)
    if not form.text.strip():
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "empty", phrases_of(request)("add-empty"))
    collection = _collection(form.collection)
    added = AddedText(text=form.text, title=form.title.strip() or None, collection=collection)
    return _added(request, visitor, add_text(visitor, added))


@router.post("/add/files")
def post_files(
    request: Request,
    visitor: _Keeper,
    files: Annotated[list[UploadFile], File()],
    token: _Token = "",
    collection: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Add files that were chosen or dropped."""
    visitor.check_form(token)
    read = [(file.filename, file.file.read()) for file in files if file.filename]
    if not read:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "empty", phrases_of(request)("web-no-files"))
    return _added(request, visitor, add_files(visitor, read, _collection(collection)))


@router.post("/add/link")
def post_link(
    request: Request,
    visitor: _Keeper,
    url: Annotated[str, Form(max_length=2_000)],
    token: _Token = "",
    collection: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Add the page at an address."""
    visitor.check_form(token)
    return _added(request, visitor, add_link(visitor, url.strip(), _collection(collection)))


def _collection(name: str) -> str | None:
    try:
        return collection_name(name) if name.strip() else None
    except CollectionNameError as error:
        raise Problem.of(error) from error


def _added(request: Request, visitor: Visitor, addition: Addition) -> Response:
    """Lead to the page that says what became of what was added."""

    def lines(phrases: Phrases) -> list[Line]:
        told_of = [(told(receipt, phrases), _standing(receipt)) for receipt in addition.receipts]
        if addition.samples:
            told_of.append((phrases("samples-gone", count=addition.samples), None))
        return told_of

    changed = any(receipt.outcome in CHANGING for receipt in addition.receipts)
    return _leading(request, visitor, lines, addition.number if changed else None)


def _leading(request: Request, visitor: Visitor, lines: LinesIn, edit: int | None) -> Response:
    """Lead to a page that tells what was done, which may be loaded again without doing it again."""
    deeds = visitor.site.deeds
    while len(deeds) >= _MOST_DEEDS:
        deeds.pop(next(iter(deeds)), None)
    name = secrets.token_urlsafe(9)
    deeds[name] = Deed(visitor.id, lines, edit)
    return redirect(request, f"/receipts/{name}")


@router.get("/receipts/{name}")
def get_receipts_page(request: Request, name: str, visitor: _Keeper) -> Response:
    """Return what became of articles, to who did it, as long as that is remembered."""
    deed, phrases = visitor.site.deeds.get(name), phrases_of(request)
    if deed is None or deed.by != visitor.id:
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-receipts", phrases("web-receipts-gone"))
    content = {"lines": deed.lines(phrases), "edit": deed.edit}
    return page(request, visitor, "receipts", content)


@router.post("/articles/{article_id}/remove")
def post_removal(request: Request, article_id: str, visitor: _Keeper, token: _Token = "") -> Response:
    """Put an article into the trash."""
    visitor.check_form(token)
    removal = remove_article(visitor, article_id)
    articles = removal.articles

    def lines(phrases: Phrases) -> list[Line]:
        return [(phrases("removed", name=messages.name(article, phrases)), None) for article in articles]

    return _leading(request, visitor, lines, removal.number)


@router.post("/edits/{number}/undo")
def post_undo(request: Request, number: Number, visitor: _Keeper, token: _Token = "") -> Response:
    """Take an addition or a removal back."""
    visitor.check_form(token)
    receipts = undo_edit(visitor, number)

    def lines(phrases: Phrases) -> list[Line]:
        told_of = [(told(receipt, phrases), _standing(receipt)) for receipt in receipts]
        return told_of or [(phrases("nothing-undo"), None)]

    return _leading(request, visitor, lines, None)


def _standing(receipt: Receipt) -> str | None:
    """Return the id of an article that can be read now."""
    return receipt.article_id if receipt.outcome not in (Outcome.REMOVED, Outcome.FAILED) else None


@router.get("/feeds")
def get_feeds_page(request: Request, visitor: _Keeper) -> Response:
    """Return the feeds that are followed, and how each of them is."""
    phrases = phrases_of(request)
    feeds = [(feed, feed_line(feed, phrases)) for feed in visitor.site.derek.feeds.all()]
    return page(request, visitor, "feeds", {"feeds": feeds})


@router.post("/feeds")
def post_feed(
    request: Request,
    visitor: _Keeper,
    url: Annotated[str, Form(max_length=2_000)],
    token: _Token = "",
    collection: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Follow a feed."""
    visitor.check_form(token)
    url = url.strip()
    if not is_address(url) or not url.isprintable():
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "address", phrases_of(request)("web-no-address"))
    follow_feed(visitor, url, _collection(collection))
    return redirect(request, "/feeds")


@router.post("/feeds/remove")
def post_feed_removal(
    request: Request, visitor: _Keeper, url: Annotated[str, Form(max_length=2_000)], token: _Token = ""
) -> Response:
    """Follow a feed no more."""
    visitor.check_form(token)
    leave_feed(visitor, url)
    return redirect(request, "/feeds")


@router.get("/feedback")
def get_feedback_page(request: Request, visitor: _Keeper) -> Response:
    """Return what people thought of answers, and which questions went without a good one."""
    feedback = visitor.site.derek.history.feedback
    content = {"judged": feedback.judged()[:_SHOWN], "missed": feedback.missed(_SHOWN)}
    return page(request, visitor, "feedback", content)


@router.get("/access")
def get_access_page(request: Request, visitor: _Keeper) -> Response:
    """Return who may come in: people, groups and keys."""
    return _access(request, visitor)


def _access(request: Request, visitor: Visitor, secret: str | None = None) -> Response:
    derek, phrases = visitor.site.derek, phrases_of(request)
    members = Access(derek.config.telegram, derek.people).members()
    places = derek.people.places.all()
    content = {
        "members": [to_text([people.member(member, phrases)]) for member in members],
        "places": [to_text([people.place(place, phrases)]) for place in places],
        "keys": derek.people.keys.all()[:_KEYS],
        "secret": secret,
    }
    return page(request, visitor, "access", content)


@router.post("/access/keys")
def post_key(
    request: Request,
    visitor: _Keeper,
    name: Annotated[str, Form(max_length=200)],
    standing: Annotated[Literal["reader", "administrator"], Form()],
    token: _Token = "",
) -> Response:
    """Make a key, whose secret is shown now and never again."""
    visitor.check_form(token)
    keys, by = visitor.site.derek.people.keys, visitor.holder or CONSOLE
    secret, _ = keys.create(name, Standing(standing), by)
    return _access(request, visitor, secret)


@router.post("/access/keys/{number}/revoke")
def post_revocation(request: Request, number: Number, visitor: _Keeper, token: _Token = "") -> Response:
    """Let a key open nothing any more."""
    visitor.check_form(token)
    visitor.site.derek.people.keys.revoke(number, visitor.holder or CONSOLE)
    return redirect(request, "/access")


@router.get("/log")
def get_log_page(
    request: Request, visitor: _Keeper, offset: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> Response:
    """Return what administrators did, the newest first."""
    phrases, kept = phrases_of(request), visitor.site.derek.people
    entries = kept.log.entries(_LISTED + 1, offset)
    lines = [to_text([people.entry(entry, kept, phrases)]) for entry in entries[:_LISTED]]
    further = offset + _LISTED if len(entries) > _LISTED else None
    return page(request, visitor, "log", {"lines": lines, "further": further})


@router.get("/numbers")
def get_numbers_page(request: Request, visitor: _Keeper) -> Response:
    """Return how many questions were asked day by day, which part was answered, and how long that took."""
    days = visitor.site.derek.history.days(_DAYS)

    def plot(value: Callable[[DayOfQuestions], float | None]) -> Plot:
        return plotted([(day.day.isoformat(), value(day)) for day in days])

    plots = [
        ("web-asked", plot(lambda day: day.asked)),
        (
            "web-answered-share",
            plot(lambda day: round(100 * day.answered / day.asked) if day.asked else None),
        ),
        ("web-took", plot(lambda day: None if day.took is None else round(day.took))),
    ]
    return page(request, visitor, "numbers", {"plots": plots})
