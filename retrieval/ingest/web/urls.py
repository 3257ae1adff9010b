"""Addresses of pages as people write them."""

from urllib.parse import urlsplit, urlunsplit

#: What addresses carry for those who count visitors, and no server needs.
_COUNTING = ("utm_", "fbclid", "gclid", "yclid", "mc_cid", "mc_eid")


def is_address(name: str) -> bool:
    """Whether a name is the address of a page, as far as it can be read as one."""
    try:
        parts = urlsplit(name)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def page_key(url: str) -> str:
    """Return the key of the article that stands at an address, written in whichever way.

    Raises `ValueError` for what is none.

    >>> page_key("HTTPS://Example.com:443/a?utm_source=x&id=1#top")
    'url:https://example.com/a?id=1'
    """
    parts = urlsplit(url)
    host, port = (parts.hostname or "").lower(), parts.port
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    place = host if port in (None, usual) else f"{host}:{port}"
    # As it is written: in which encoding its bytes are, is for its server to know.
    wanted = [part for part in parts.query.split("&") if part and not part.startswith(_COUNTING)]
    return f"url:{urlunsplit((parts.scheme, place, parts.path or '/', '&'.join(wanted), ''))}"
