"""Links that lead to the very sentence."""

from urllib.parse import quote, urlsplit

#: How many words at the beginning and at the end of a sentence tell where it stands.
_WORDS = 4

#: Where a page is a message, which needs no finding in it.
_MESSAGES = frozenset({"t.me", "telegram.me", "telegram.dog"})


def at_sentence(url: str, sentence: str) -> str:
    """Return a link to a page that shows it at a sentence.

    How such a link is written says https://wicg.github.io/scroll-to-text-fragment/

    >>> at_sentence("https://example.org/news", "The bridge was opened in 1931.")
    'https://example.org/news#:~:text=The%20bridge%20was%20opened%20in%201931.'
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # Somebody wrote it, and it is none.
        return url
    words = sentence.split()
    if parts.scheme not in ("http", "https") or parts.hostname in _MESSAGES or not words:
        return url
    ends = [words] if len(words) <= 2 * _WORDS else [words[:_WORDS], words[-_WORDS:]]
    # A hyphen has a meaning of its own in such a link.
    text = ",".join(quote(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    return f"{url}{'' if parts.fragment else '#'}:~:text={text}"
