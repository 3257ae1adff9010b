"""Contents of the network as they were fetched, and by what it is told whether they changed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a server tells whether a content changed: RFC 9110, section 8.8."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Return what asks for the content only if it changed."""
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A content from the network: where it was at last, its type if the server says one, its validators."""

    url: str
    content: bytes
    media_type: str
    charset: str | None = None
    validators: Validators = Validators()
