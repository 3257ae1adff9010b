"""The page for readers: asking, the articles, signing in, and the language of all that."""

from http import HTTPStatus
from pathlib import Path as FilePath
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.staticfiles import StaticFiles

from bot.chats.access import Role
from bot.chats.feedback import Judgement
from bot.phrases import LANGUAGES, Phrases, courtesy
from bot.rendering import messages
from bot.rendering.blocks import to_text
from bot.web.articles import catalogue, copies_of
from bot.web.asking import AnsweredQuestion, ask
from bot.web.forms import CitedPlace, JudgementForm
from bot.web.models import AskQuery, CatalogueQuery
from bot.web.places import in_its_place, original
from bot.web.problems import Problem
from bot.web.reading import ReadPage
from bot.web.templating import LANGUAGE_COOKIE, page, phrases_of
from bot.web.visitors import COOKIE, SECURE_COOKIE, Visitor, cookie_of, site_of, visitor
from retrieval.answers.citations import Citation, fingerprint_of
from retrieval.errors import ChangedArticleError, DerekError, UnknownArticleError
from retrieval.questions.followups import CHAIN

router = APIRouter(include_in_schema=False)

STATIC = StaticFiles(directory=FilePath(__file__).parent / "static")

#: How many articles stand on a page of the catalogue, and how many citations further results have.
_LISTED, _FURTHER = 50, 10

#: How long a chosen language is kept, and how long a browser stays signed in, in seconds.
_YEAR, _WEEK = 365 * 86_400, 7 * 86_400

_Visitor = Annotated[Visitor, Depends(visitor)]


#: The number of a question, an edit or a key.
Number = Annotated[int, Path(ge=1, le=2**53)]


def reading_visitor(request: Request, visitor: _Visitor) -> Visitor:
    """Return who looks at a page, if they may read; others are told how to sign in."""
    if visitor.role < Role.READER:
        raise Problem(HTTPStatus.UNAUTHORIZED, "unauthorised", phrases_of(request)("web-sign-in-first"))
    return visitor


_Reader = Annotated[Visitor, Depends(reading_visitor)]


def is_page(request: Request) -> bool:
    """Whether a request is for a page that somebody looks at, and not a program's."""
    path = request.url.path.removeprefix(site_of(request).settings.root_path)
    return not path.startswith(("/api/", "/mcp", "/static/"))


def trouble(request: Request, problem: Problem) -> Response:
    """Return a page that says what went wrong."""
    try:
        who = visitor(request)
    except DerekError:  # What keeps people cannot be read.
        who = Visitor(site_of(request), Role.STRANGER)
    response = page(request, who, "trouble", {"problem": problem}, problem.status)
    response.headers.update(problem.headers)
    return response


# Asking


@router.get("/")
def get_ask_page(request: Request, visitor: _Reader) -> Response:
    """Return the page on which questions are asked, and answered where one stands in the address."""
    summary = visitor.site.derek.store.summary(visitor.fence)
    content: dict[str, Any] = {"summary": summary, "asking": None, "answer": None, "said": None}
    given = request.query_params
    if not given.get("q", "").strip():
        return page(request, visitor, "ask", content)
    phrases, asking = phrases_of(request), _asking(given.multi_items())
    if said := courtesy(asking.q):
        told = to_text(messages.courtesy(said, summary, phrases.in_language(said.language)))
        return page(request, visitor, "ask", content | {"said": told, "asking": asking})
    shown = asking.asking(remember=True).model_copy(update={"limit": _FURTHER if asking.offset else None})
    asked = ask(visitor, shown, f"page/{given}")
    content |= {"asking": asking, "answer": _shown(visitor, asked, asking, phrases)}
    return page(request, visitor, "ask", content)


def _asking(given: list[tuple[str, str]]) -> AskQuery:
    """Return what is asked by an address; raises a problem for what cannot be."""
    values: dict[str, Any] = {}
    for name, value in given:
        if not value.strip() or name not in AskQuery.model_fields:
            continue
        if name in ("language", "source", "collection", "previous"):
            values.setdefault(name, []).append(value)
        else:
            values[name] = value
    if "previous" in values:
        values["previous"] = values["previous"][-CHAIN:]
    try:
        return AskQuery.model_validate(values)
    except ValidationError as error:
        wrong = "; ".join(f"{one['loc'][-1] if one['loc'] else 'q'}: {one['msg']}" for one in error.errors())
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", wrong) from error


def _shown(visitor: Visitor, asked: AnsweredQuestion, asking: AskQuery, phrases: Phrases) -> dict[str, Any]:
    """Return an answer as its page shows it."""
    answer = asked.answer
    spoken = messages.phrases_for(answer, phrases)
    empty = not answer.citations and visitor.site.derek.answerer.is_empty(visitor.fence)
    again = [(name, value) for name, value in _address(asking) if name != "offset"]
    limits = [(name, value) for name, value in again if name not in ("q", "previous", "topic", "limit")]
    previous = [*asking.previous, asking.q][-CHAIN:]
    return {
        "is_found": answer.status == "answered",
        "language": answer.language,
        "preface": to_text(
            messages.preface(answer, spoken, empty=empty, admitted=asked.admitted, fence=visitor.fence)
        )
        if not asking.offset
        else "",
        "citations": [_cited(visitor, asked, citation, spoken) for citation in answer.citations],
        "further": urlencode([*again, ("offset", asking.offset + len(answer.citations))])
        if answer.further and answer.citations
        else None,
        "number": asked.number if answer.citations else None,
        "previous": previous,
        "limits": limits,
    }


def _address(asking: AskQuery) -> list[tuple[str, str]]:
    """Return a question as it stands in an address."""
    pairs = []
    for name, value in asking.model_dump(mode="json", exclude_defaults=True).items():
        pairs += [(name, str(one)) for one in value] if isinstance(value, list) else [(name, str(value))]
    return pairs


def _cited(visitor: Visitor, asked: AnsweredQuestion, citation: Citation, phrases: Phrases) -> dict[str, Any]:
    """Return a citation as it is shown: its quote, where it leads, what stands around it, and why."""
    try:
        passage = visitor.chat().open(citation.article_id, citation.span, citation.fingerprint)
        around = (passage.before.strip(), passage.after.strip())
    except (UnknownArticleError, ChangedArticleError):  # Changed this very moment.
        around = ("", "")
    explained = visitor.site.derek.answerer.explain(asked.question, citation)
    return {
        "number": citation.number,
        "language": citation.language,
        "quote": messages.quoted(citation),
        "source": list(
            messages.source(citation, asked.answer.language, phrases, in_its_place(visitor, citation))
        ),
        "origin": original(citation.url, citation.quote),
        "before": around[0],
        "after": around[1],
        "why": to_text(messages.explanation(explained, phrases)),
    }


@router.post("/feedback/{number}")
def post_judgement(
    request: Request, number: Number, form: Annotated[JudgementForm, Form()], visitor: _Reader
) -> Response:
    """Keep what somebody thinks of an answer, and lead back to it."""
    visitor.check_form(form.token)
    if not visitor.chat().judge(number, visitor.id, Judgement(form.verdict)):
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-question", phrases_of(request)("web-question-gone"))
    return redirect(request, form.back)


# Reading


@router.get("/articles")
def get_catalogue_page(
    request: Request, visitor: _Reader, title: str = "", offset: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> Response:
    """Return a page of the articles, those added last first, or those with something in their titles."""
    wanted = CatalogueQuery(limit=_LISTED, offset=offset, title=title[:200] or None)
    total, entries = catalogue(visitor, wanted)
    content = {"entries": entries, "total": total, "offset": offset, "title": title, "step": _LISTED}
    return page(request, visitor, "articles", content)


@router.get("/articles/{article_id}")
def get_article_page(
    request: Request, article_id: str, cited: Annotated[CitedPlace, Query()], visitor: _Reader
) -> Response:
    """Return an article, with what was cited marked, as long as that stands there."""
    chat = visitor.chat()
    article, units = visitor.site.derek.store.read(chat.article(article_id).id)
    meant = units[cited.s : cited.s + cited.n]
    quote = article.text[meant[0].span.start : meant[-1].span.end] if meant else ""
    stands = bool(meant) and cited.f in ("", fingerprint_of(quote))
    content = {
        "article": article,
        "name": messages.name(article, phrases_of(request)),
        "read": ReadPage.of(article, units, cited.s, len(meant) if stands else 0),
        "is_changed": bool(cited.n) and not stands,
        "original": original(article.url, quote if stands else ""),
        "copies": copies_of(visitor, article.id),
    }
    return page(request, visitor, "article", content)


# Signing in


@router.get("/sign-in")
def get_sign_in(request: Request, visitor: _Visitor, link: str = "") -> Response:
    """Return the page that asks to be signed in; looking at it uses no link up."""
    return page(request, visitor, "sign_in", {"link": link})


@router.post("/sign-in")
def post_sign_in(request: Request, link: Annotated[str, Form(max_length=200)]) -> Response:
    """Sign a browser in by a link that holds once."""
    session = site_of(request).derek.people.keys.sign_in(link)
    if session is None:
        raise Problem(HTTPStatus.FORBIDDEN, "spent-link", phrases_of(request)("web-link-spent"))
    response = redirect(request, "/")
    _set_cookie(request, response, cookie_of(request), session, _WEEK)
    return response


@router.post("/sign-out")
def post_sign_out(request: Request, visitor: _Visitor, token: Annotated[str, Form()] = "") -> Response:
    """Sign a browser out."""
    visitor.check_form(token)
    if visitor.session:
        visitor.site.derek.people.keys.sign_out(visitor.session)
    response = redirect(request, "/")
    for name in (COOKIE, SECURE_COOKIE):
        response.delete_cookie(name, path="/")
    return response


@router.post("/language")
def post_language(
    request: Request, language: Annotated[str, Form()], back: Annotated[str, Form()] = "/"
) -> Response:
    """Speak a language in this browser from now on."""
    response = redirect(request, back)
    if language in LANGUAGES:
        _set_cookie(request, response, LANGUAGE_COOKIE, language, _YEAR)
    return response


def _set_cookie(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    """Set a cookie that no script reads, and with TLS nothing else carries."""
    is_secure = request.url.scheme == "https"
    response.set_cookie(name, value, seconds, httponly=True, samesite="lax", secure=is_secure, path="/")


def redirect(request: Request, path: str) -> RedirectResponse:
    """Return what leads to a path of the page's own; to its beginning instead of anywhere else."""
    root = site_of(request).settings.root_path
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return RedirectResponse(f"{root}{path if is_own else '/'}", HTTPStatus.SEE_OTHER)
