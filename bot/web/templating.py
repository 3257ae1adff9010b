"""Pages from templates: what every one of them is given, in the language of whoever looks at it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.chats.access import Role
from bot.phrases import LANGUAGES, Phrases
from bot.rendering.messages import language_name, shortened
from bot.web.visitors import Visitor

#: The cookie with the language that somebody chose.
LANGUAGE_COOKIE = "derek-language"

_ENVIRONMENT = Environment(
    loader=PackageLoader("bot.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["shortened"] = shortened


def phrases_of(request: Request) -> Phrases:
    """Return the phrases in the language that was chosen, or else that the browser wants most."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return Phrases(chosen)
    wanted = request.headers.get("accept-language", "")
    for part in wanted.split(","):
        code = part.partition(";")[0].strip().lower().partition("-")[0]
        if code in LANGUAGES:
            return Phrases(code)
    return Phrases(None)


def _here(request: Request, root: str) -> str:
    """Return the address of a page, which one that was sent something has not."""
    if request.method != "GET":
        return "/"
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path.removeprefix(root)}{query}"


def page(
    request: Request,
    visitor: Visitor,
    name: str,
    content: Mapping[str, Any],
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """Return the page of a template, filled in."""
    phrases = phrases_of(request)
    root = visitor.site.settings.root_path
    text = _ENVIRONMENT.get_template(f"{name}.html").render(
        t=phrases,
        language=phrases.language,
        languages=[(code, language_name(code, Phrases(code))) for code in LANGUAGES],
        language_of=lambda code: language_name(code, phrases),
        root=root,
        here=_here(request, root),
        visitor=visitor,
        may_read=visitor.role >= Role.READER,
        may_keep=visitor.role >= Role.ADMINISTRATOR,
        form_token=visitor.form_token,
        **content,
    )
    return HTMLResponse(text, int(status))
