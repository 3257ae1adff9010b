"""What administrators do by HTTP besides adding: each deed is done and noted, by a program or on the page."""

from bot.chats.audit import Act
from bot.chats.chat import Removal
from bot.web.visitors import Visitor
from retrieval.storage.receipts import Receipt


def note(visitor: Visitor, act: Act, what: object) -> None:
    """Note in the log what a visitor did."""
    visitor.site.derek.people.log.note(0, act, what or "–", visitor.id)


def remove_article(visitor: Visitor, article_id: str) -> Removal:
    """Put an article, named by its id or how that begins, into the trash.

    Raises `UnknownArticleError` and `AmbiguousArticleError`.
    """
    found = visitor.chat().article(article_id).id
    removal = visitor.chat().remove(found)
    note(visitor, Act.REMOVE, found)
    return removal


def undo_edit(visitor: Visitor, number: int, key: str | None = None) -> list[Receipt]:
    """Take an edit back, once under a `key`; return what became of its articles, nothing if there is none."""
    receipts = visitor.chat(key=key).undo(number)
    if receipts:
        note(visitor, Act.UNDO, number)
    return receipts


def follow_feed(visitor: Visitor, url: str, collection: str | None) -> None:
    """Follow a feed, unless it is followed already."""
    if visitor.site.derek.feeds.add(url, None, collection):
        note(visitor, Act.FOLLOW, url)


def leave_feed(visitor: Visitor, url: str) -> bool:
    """Follow a feed no more; return whether it was followed."""
    left = visitor.site.derek.feeds.remove(url)
    if left:
        note(visitor, Act.UNFOLLOW, url)
    return left
