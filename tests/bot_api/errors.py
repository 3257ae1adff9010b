"""What the Bot API answers when it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """Raised by a method to answer with an error; carries what Telegram would write."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})

    def json(self) -> dict[str, Any]:
        """Return the body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(complaint: str) -> ApiError:
    """Return the error for a request that Telegram itself refuses, in its words."""
    return ApiError(400, f"Bad Request: {complaint}")


def beyond_the_fake(complaint: str) -> ApiError:
    """Return the error for a request that this fake refuses where Telegram might be lenient."""
    return ApiError(400, f"Bad Request: [fake Bot API] {complaint}")


TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
