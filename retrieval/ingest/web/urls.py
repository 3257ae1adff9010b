"""Addresses of pages as people write them."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

#: What addresses carry for those who count visitors, and no server needs.
_COUNTING = ("utm_", "fbclid", "gclid", "yclid", "mc_cid", "mc_eid")


def is_address(name: str) -> bool:
    """Whether a name is the address of a page."""
    return urlsplit(name).scheme.lower() in ("http", "https")


def page_key(url: str) -> str:
    """Return the key of the article that stands at an address, written in whichever way.

    >>> page_key("HTTPS://Example.com:443/a?utm_source=x&id=1#top")
    'url:https://example.com/a?id=1'
    """
    parts = urlsplit(url)
    host, port = (parts.hostname or "").lower(), parts.port
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    place = host if port in (None, usual) else f"{host}:{port}"
    wanted = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    query = urlencode([(name, value) for name, value in wanted if not name.startswith(_COUNTING)])
    return f"url:{urlunsplit((parts.scheme, place, parts.path or '/', query, ''))}"
