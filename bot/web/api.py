"""The API: questions, articles, feeds, feedback and status, as JSON."""

import hashlib
from collections.abc import Iterable
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Header, Path, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from bot import __version__
from bot.chats.chat import Addition
from bot.chats.feedback import Judgement
from bot.rendering.messages import to_json
from bot.web.adding import add_files, add_link, add_text
from bot.web.articles import catalogue, copies_of, units_of
from bot.web.asking import ask
from bot.web.deeds import follow_feed, leave_feed, remove_article, undo_edit
from bot.web.models import (
    MOST_LISTED,
    AddedLink,
    AddedText,
    AdditionOut,
    AnswerOut,
    ArticleOut,
    Asking,
    AskQuery,
    CatalogueOut,
    CatalogueQuery,
    Collection,
    EditOut,
    FeedbackIn,
    FeedIn,
    FeedOut,
    HealthOut,
    JudgedOut,
    MissedOut,
    PassagesOut,
    ReceiptOut,
    StatusOut,
    WholeArticleOut,
)
from bot.web.problems import Problem, responses, unauthorised
from bot.web.visitors import Administrator, Reader
from retrieval.articles import digest
from retrieval.errors import PageFault, UnreadablePageError
from retrieval.ingest.web.urls import is_address
from retrieval.storage.receipts import CHANGING, Outcome, Receipt
from retrieval.storage.store import CatalogueEntry

router = APIRouter(prefix="/api/v1")

#: The most files of one request.
_MOST_FILES = 50

#: What is there already is no news.
_ADDED: dict[int | str, dict[str, Any]] = {
    200: {"model": AdditionOut, "description": "All of it was there already"}
}

ArticleId = Annotated[
    str,
    Path(
        pattern=r"^[0-9a-f]{4,64}$",
        description="An article's id, or how it begins.",
        examples=["9fa3a7ea7052"],
    ),
]
Offset = Annotated[int, Query(ge=0, le=10**9)]


def _idempotency_key(
    request: Request,
    key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)] = None,
) -> str | None:
    """Return by what a request that is sent again is known: it is done once. Another one is another one."""
    return key and f"{request.method} {request.url.path}/{key}"


Key = Annotated[str | None, Depends(_idempotency_key)]


def _once(key: str | None, sent: BaseModel | str) -> str | None:
    """Return by what a request is known with what it sends: other content is another request."""
    content = sent if isinstance(sent, str) else sent.model_dump_json()
    return key and f"{key}/{digest(content)[:16]}"


# Questions


@router.post("/ask", response_model=AnswerOut, responses=responses(), tags=["questions"])
def post_ask(asking: Asking, caller: Reader, key: Key = None) -> JSONResponse:
    """Answer a question with sentences that stand in the articles, each with its source."""
    if caller.holder is None:  # Of whom nothing is known, nothing is remembered.
        asking = asking.model_copy(update={"remember": False})
    asked = ask(caller, asking, _once(key, asking))
    return JSONResponse(to_json(asked.answer, asked.number))


@router.get("/ask", response_model=AnswerOut, responses=responses(), tags=["questions"])
def get_ask(request: Request, asked: Annotated[AskQuery, Query()], caller: Reader) -> Response:
    """Answer a question, as the same with POST does; nothing of it is remembered."""
    return tagged(request, to_json(ask(caller, asked.asking()).answer))


# Articles


@router.get("/articles", response_model=CatalogueOut, responses=responses(), tags=["articles"])
def get_articles(request: Request, wanted: Annotated[CatalogueQuery, Query()], caller: Reader) -> Response:
    """List the articles, those added last first."""
    total, entries = catalogue(caller, wanted)
    listed = CatalogueOut(
        total=total, offset=wanted.offset, articles=[listed_article(entry) for entry in entries]
    )
    return tagged(request, listed.model_dump(mode="json"))


@router.post(
    "/articles",
    response_model=AdditionOut,
    status_code=HTTPStatus.CREATED,
    responses=_ADDED | responses(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    tags=["articles"],
)
def post_article(added: AddedText, caller: Administrator, key: Key = None) -> JSONResponse:
    """Add a text; it can be asked about when this returns."""
    return _added(add_text(caller, added, _once(key, added)))


@router.post(
    "/files",
    response_model=AdditionOut,
    status_code=HTTPStatus.CREATED,
    responses=_ADDED | responses(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    tags=["articles"],
)
def post_files(
    caller: Administrator,
    files: Annotated[list[UploadFile], File(min_length=1, max_length=_MOST_FILES)],
    collection: Annotated[Collection | None, Form()] = None,
    key: Key = None,
) -> JSONResponse:
    """Add files, as one edit; of those that cannot be read the receipts say why."""
    read = [(file.filename or "file", file.file.read()) for file in files]
    sent = "".join(f"{name} {hashlib.sha256(content).hexdigest()} " for name, content in read)
    return _added(add_files(caller, read, collection or None, _once(key, sent)))


@router.post(
    "/links",
    response_model=AdditionOut,
    status_code=HTTPStatus.CREATED,
    responses=_ADDED | responses(),
    tags=["articles"],
)
def post_link(added: AddedLink, caller: Administrator, key: Key = None) -> JSONResponse:
    """Add the page at an address, unless it is not in public."""
    return _added(add_link(caller, added.url, added.collection, _once(key, added)))


@router.get(
    "/articles/{article_id}",
    response_model=WholeArticleOut,
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    tags=["articles"],
)
def get_article(request: Request, article_id: ArticleId, caller: Reader) -> Response:
    """Return an article with its text."""
    derek = caller.site.derek
    article = caller.chat().article(article_id)
    whole = WholeArticleOut(
        id=article.id,
        title=article.title,
        source=article.source,
        url=article.url,
        published=article.published,
        language=article.language,
        collection=article.collection,
        origin=article.origin,
        added=article.added,
        sentences=sum(unit.kind.answers for unit in derek.store.sentences(article.id)),
        text=article.text,
        copies=[copy.id for copy in copies_of(caller, article.id)],
    )
    return tagged(request, whole.model_dump(mode="json"))


@router.get(
    "/articles/{article_id}/passages",
    response_model=PassagesOut,
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    tags=["articles"],
)
def get_passages(request: Request, article_id: ArticleId, caller: Reader) -> Response:
    """Return the units of an article: its sentences, headings and rows, with where they stand."""
    article, passages = units_of(caller, article_id)
    return tagged(request, PassagesOut(article_id=article.id, passages=passages).model_dump(mode="json"))


@router.delete(
    "/articles/{article_id}",
    response_model=EditOut,
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    tags=["articles"],
)
def delete_article(article_id: ArticleId, caller: Administrator) -> JSONResponse:
    """Put an article into the trash; the edit can be undone."""
    removal = remove_article(caller, article_id)
    receipts = [
        Receipt(article.title or article.key, Outcome.REMOVED, article.id, article.title)
        for article in removal.articles
    ]
    return JSONResponse(_edit(removal.number, receipts).model_dump(mode="json"))


@router.post(
    "/edits/{number}/undo",
    response_model=EditOut,
    responses=responses(HTTPStatus.CONFLICT),
    tags=["articles"],
)
def post_undo(
    number: Annotated[int, Path(ge=1, le=2**53)], caller: Administrator, key: Key = None
) -> JSONResponse:
    """Take an addition or a removal back."""
    receipts = undo_edit(caller, number, key)
    if not receipts:
        detail = f"there is nothing of the edit {number} to be undone; it was undone before, or is none"
        raise Problem(HTTPStatus.CONFLICT, "nothing-to-undo", detail)
    return JSONResponse(_edit(number, receipts).model_dump(mode="json"))


# Feeds


@router.get("/feeds", response_model=list[FeedOut], responses=responses(), tags=["feeds"])
def get_feeds(caller: Administrator) -> list[FeedOut]:
    """List the feeds that are followed, and how each of them is."""
    return [FeedOut.model_validate(feed, from_attributes=True) for feed in caller.site.derek.feeds.all()]


@router.post(
    "/feeds",
    response_model=FeedOut,
    status_code=HTTPStatus.CREATED,
    responses=responses(),
    tags=["feeds"],
)
def post_feed(feed: FeedIn, caller: Administrator) -> FeedOut:
    """Follow a feed; what it shows is taken in soon. One that is followed already stays as it is."""
    if not is_address(feed.url):
        raise UnreadablePageError(feed.url, PageFault.ADDRESS)
    feeds = caller.site.derek.feeds
    follow_feed(caller, feed.url, feed.collection)
    (followed,) = [one for one in feeds.all() if one.url == feed.url]
    return FeedOut.model_validate(followed, from_attributes=True)


@router.delete(
    "/feeds",
    status_code=HTTPStatus.NO_CONTENT,
    responses=responses(HTTPStatus.NOT_FOUND),
    tags=["feeds"],
)
def delete_feed(url: Annotated[str, Query(max_length=2_000)], caller: Administrator) -> Response:
    """Follow a feed no more; the articles that came from it stay."""
    if not leave_feed(caller, url):
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-feed", f"no feed is followed at {url!r}")
    return Response(status_code=HTTPStatus.NO_CONTENT)


# Feedback


@router.post(
    "/feedback",
    status_code=HTTPStatus.NO_CONTENT,
    responses=responses(HTTPStatus.NOT_FOUND),
    tags=["feedback"],
)
def post_feedback(feedback: FeedbackIn, caller: Reader) -> Response:
    """Say what you think of the answer to a question of yours that is remembered."""
    if caller.holder is None:
        raise unauthorised("whose answer this is cannot be told without a key")
    judgement = Judgement(feedback.verdict, feedback.fault)
    if not caller.chat().judge(feedback.id, caller.id, judgement):
        detail = f'you asked no question {feedback.id} that was answered; ask it with "remember": true'
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-question", detail)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get("/feedback", response_model=list[JudgedOut], responses=responses(), tags=["feedback"])
def get_feedback(
    caller: Administrator, limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50, offset: Offset = 0
) -> list[JudgedOut]:
    """List the sentences that people judged, those judged last first."""
    return [
        JudgedOut(
            question=judged.question,
            carried=judged.carried,
            article_id=judged.shown.article_id,
            start=judged.shown.span.start,
            end=judged.shown.span.end,
            quote=judged.shown.quote,
            confidence=judged.confidence,
            good=judged.good,
            bad=judged.bad,
            at=judged.at,
        )
        for judged in caller.site.derek.history.feedback.judged()[offset : offset + limit]
    ]


@router.get("/missed", response_model=list[MissedOut], responses=responses(), tags=["feedback"])
def get_missed(
    caller: Administrator,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
    offset: Offset = 0,
) -> list[MissedOut]:
    """List the questions that went without a good answer, those asked last first."""
    return [
        MissedOut(question=missed.question, carried=missed.carried, at=missed.at, times=missed.times)
        for missed in caller.site.derek.history.feedback.missed(limit, offset)
    ]


# Status


@router.get("/status", response_model=StatusOut, responses=responses(), tags=["status"])
def get_status(caller: Reader) -> StatusOut:
    """Return what there is to answer from, and how far it can be found."""
    derek = caller.site.derek
    summary, index = derek.store.summary(caller.fence), derek.semantic_index
    return StatusOut(
        version=__version__,
        articles=summary.articles,
        sentences=summary.answerable,
        indexed=summary.answerable if caller.fence else len(derek.index),
        embedded=index.coverage.share if index else None,
        languages=dict(summary.languages),
        sources=dict(summary.sources),
        collections=dict(summary.collections),
    )


@router.get("/health", response_model=HealthOut, tags=["status"])
async def get_health() -> HealthOut:
    """Say that requests are answered; everybody may ask, however many questions wait."""
    return HealthOut()


def tagged(request: Request, content: Any) -> Response:
    """Return a JSON response with a tag of its content; nothing but that if whoever asks has it already."""
    response = JSONResponse(content)
    tag = f'"{digest(bytes(response.body).hex())[:32]}"'
    response.headers.update({"ETag": tag, "Cache-Control": "private, no-cache"})
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        headers = {name: response.headers[name] for name in ("etag", "cache-control")}
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return response


def listed_article(entry: CatalogueEntry) -> ArticleOut:
    """Return an article of the catalogue as it is listed."""
    return ArticleOut(
        id=entry.article_id,
        title=entry.title,
        source=entry.source,
        published=entry.published,
        language=entry.language,
        collection=entry.collection,
        origin=entry.origin,
        added=entry.added,
        sentences=entry.sentences,
    )


def _added(addition: Addition) -> JSONResponse:
    """Return what became of an addition: a problem where nothing of it could be read."""
    receipts = addition.receipts
    if receipts and all(receipt.outcome is Outcome.FAILED for receipt in receipts):
        reasons = "; ".join(receipt.reason or receipt.name for receipt in receipts)
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable", reasons)
    changed = any(receipt.outcome in CHANGING for receipt in receipts)
    content = AdditionOut(edit=addition.number, receipts=_receipts(receipts), samples=addition.samples)
    return JSONResponse(content.model_dump(mode="json"), HTTPStatus.CREATED if changed else HTTPStatus.OK)


def _edit(number: int, receipts: Iterable[Receipt]) -> EditOut:
    return EditOut(edit=number, receipts=_receipts(receipts))


def _receipts(receipts: Iterable[Receipt]) -> list[ReceiptOut]:
    return [ReceiptOut.model_validate(receipt, from_attributes=True) for receipt in receipts]
