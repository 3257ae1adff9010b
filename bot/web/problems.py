"""What goes wrong, as a program reads it: problem details (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from bot.chats.keys import KeyNameError, UnknownKeyError
from retrieval.errors import (
    AmbiguousArticleError,
    ArticleError,
    ChangedArticleError,
    DerekError,
    FileFault,
    QuestionError,
    StoreError,
    UnknownArticleError,
    UnreadableFileError,
)

#: How a problem's type begins, which is a name and leads nowhere (RFC 9457, 3.1.1).
_TYPE = "urn:derek:problem:"

MEDIA_TYPE = "application/problem+json"

#: Which status an error has, by its class, the narrower ones first.
_STATUS: Mapping[type[DerekError], HTTPStatus] = {
    UnknownArticleError: HTTPStatus.NOT_FOUND,
    UnknownKeyError: HTTPStatus.NOT_FOUND,
    AmbiguousArticleError: HTTPStatus.CONFLICT,
    ChangedArticleError: HTTPStatus.GONE,
    KeyNameError: HTTPStatus.CONFLICT,
    ArticleError: HTTPStatus.UNPROCESSABLE_ENTITY,
    QuestionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
}


class ProblemDetails(BaseModel):
    """Why a request was not answered."""

    type: str = Field(description="A name for this kind of problem.", examples=[f"{_TYPE}unknown-article"])
    title: str = Field(description="What the status means.", examples=["Not Found"])
    status: int = Field(description="The status of the response.", examples=[404])
    detail: str = Field(
        description="What happened, to which thing, why, and what to do.",
        examples=["no article has the id '0f3a'; `derek list` shows the ids there are"],
    )


class Problem(Exception):  # noqa: N818  it is told, and is no fault of Derek's
    """A request that is not answered: its status, what kind of problem it is, and what to do about it."""

    def __init__(
        self, status: HTTPStatus, kind: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status, self.kind, self.detail = status, kind, detail
        self.headers = dict(headers or {})
        super().__init__(detail)

    @classmethod
    def of(cls, error: DerekError) -> "Problem":
        """Return what an error of Derek's is to whoever asked."""
        status = next(
            (status for kind, status in _STATUS.items() if isinstance(error, kind)),
            HTTPStatus.INTERNAL_SERVER_ERROR,
        )
        if isinstance(error, UnreadableFileError) and error.fault is FileFault.SIZE:
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return cls(status, _named(type(error).__name__.removesuffix("Error")), str(error))

    @property
    def details(self) -> ProblemDetails:
        """The problem as it is told."""
        return ProblemDetails(
            type=f"{_TYPE}{self.kind}", title=self.status.phrase, status=int(self.status), detail=self.detail
        )

    def response(self) -> JSONResponse:
        """Return the problem as a response."""
        return JSONResponse(
            self.details.model_dump(), int(self.status), headers=self.headers, media_type=MEDIA_TYPE
        )


def _named(camel: str) -> str:
    """Return a name in words that hyphens join.

    >>> _named("UnknownArticle")
    'unknown-article'
    """
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in camel).lstrip("-")


def unauthorised(detail: str) -> Problem:
    """Return that somebody must say first who they are."""
    return Problem(HTTPStatus.UNAUTHORIZED, "unauthorised", detail, {"WWW-Authenticate": "Bearer"})


def forbidden(detail: str) -> Problem:
    """Return that somebody may not do what they ask."""
    return Problem(HTTPStatus.FORBIDDEN, "forbidden", detail)


def responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return how OpenAPI describes the problems that a route may answer with."""
    every = {
        *statuses,
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {int(status): {"description": status.phrase, "content": content} for status in sorted(every)}
