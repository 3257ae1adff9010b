"""A Derek to an application that answers by HTTP: the API, the page and MCP behind one guard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from bot import __version__
from bot.assembly import Derek
from bot.chats.keys import Holder
from bot.config import WebSettings
from bot.rendering import messages
from bot.web import api, keeping, pages
from bot.web.guard import Guard, too_large
from bot.web.problems import Problem, ProblemDetails
from bot.web.templating import phrases_of
from bot.web.tools import Tools
from bot.web.visitors import Site, may_send
from retrieval.errors import DerekError

#: How many requests are worked on at once; the others wait. More than the cores only make each slower.
_AT_ONCE = 8

_DESCRIPTION = "Answers questions with sentences that really stand in your articles, each with its source."


def application(
    derek: Derek, settings: WebSettings, *, guest: Holder | None = None, host: str | None = None
) -> ASGIApp:
    """Return what serves a Derek at a host, by default the one of the settings.

    A `guest` is let in without a key or signing in.
    """
    site = Site(derek, settings, guest)
    tools = Tools(site)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = _AT_ONCE
        async with tools.running():
            yield

    served = FastAPI(
        title="Derek",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        # A path with and one without a slash at its end are two; leading from one to the other tells of both.
        redirect_slashes=False,
    )
    served.state.site = site
    served.include_router(api.router)
    served.include_router(pages.router)
    served.include_router(keeping.router)
    served.mount("/static", pages.STATIC, name="static")
    served.add_route("/mcp", tools, methods=["GET", "POST", "DELETE"], include_in_schema=False)  # type: ignore[arg-type]  # an application
    _answer_with_problems(served)
    served.openapi = lambda: _openapi(served)  # type: ignore[method-assign]  # so FastAPI is extended

    def check(request: Request) -> None:
        request.scope["app"] = served  # As it sets it itself, a moment later.
        may_send(request, is_page=pages.is_page(request))

    return Guard(served, settings, host or settings.place[0], site.known, check)


def _answer_with_problems(served: FastAPI) -> None:
    """Let what goes wrong be told as a problem, or on a page to who looks at pages."""

    def respond(request: Request, problem: Problem) -> Response:
        return pages.trouble(request, problem) if pages.is_page(request) else problem.response()

    @served.exception_handler(Problem)
    async def told(request: Request, problem: Problem) -> Response:
        return respond(request, problem)

    @served.exception_handler(DerekError)
    async def failed(request: Request, error: DerekError) -> Response:
        problem = Problem.of(error)
        if pages.is_page(request):
            problem.detail = messages.trouble(error, phrases_of(request))
        return respond(request, problem)

    @served.exception_handler(RequestValidationError)
    async def refused(request: Request, error: RequestValidationError) -> Response:
        return respond(request, Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", _wrong(error)))

    @served.exception_handler(HTTPException)
    async def unknown(request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return respond(request, too_large())
        detail = f"{request.method} {request.url.path}: {error.detail}"
        return respond(
            request, Problem(status, status.phrase.lower().replace(" ", "-"), detail, error.headers)
        )

    @served.exception_handler(Exception)
    async def broken(request: Request, _: Exception) -> Response:
        detail = "this is a fault of Derek, which its log tells of; look whether it was done all the same"
        return respond(request, Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "fault", detail))


def _wrong(error: RequestValidationError) -> str:
    """Return what is wrong with a request: where, and what; not what it said."""
    return "; ".join(
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors()
    )


def _openapi(served: FastAPI) -> dict[str, object]:
    """Return the description of the API, with the problems that it tells and the keys that open it."""
    if not served.openapi_schema:
        schema = get_openapi(
            title=served.title, version=served.version, description=_DESCRIPTION, routes=served.routes
        )
        components = schema.setdefault("components", {})
        details = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        components.setdefault("schemas", {})["ProblemDetails"] = details
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{"key": []}, {}] if served.state.site.settings.open else [{"key": []}]
        served.openapi_schema = schema
    return served.openapi_schema
