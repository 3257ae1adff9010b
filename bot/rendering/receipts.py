"""What is to be shown of what became of articles: added, taken out, brought back."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from babel.dates import format_date

from bot.phrases import Phrases
from bot.rendering.messages import name, shortened
from retrieval.articles import Article
from retrieval.storage.edits import Removed
from retrieval.storage.receipts import Outcome, Receipt


class Deed(StrEnum):
    """What was done with articles that were not added: undone, done again, or taken out with their files."""

    UNDO = "undo"
    REDO = "redo"
    PRUNE = "prune"


#: What becomes of articles by other deeds than adding.
UNADDED = frozenset({Outcome.REMOVED, Outcome.RESTORED, Outcome.KEPT})

#: What is counted and not told of by itself.
UNTOLD = frozenset({Outcome.UNCHANGED})


def told(receipt: Receipt, phrases: Phrases, *, deed: Deed = Deed.UNDO) -> str:
    """Return what became of one article, in a sentence; if it was not added, by a `deed`."""
    title = shortened(receipt.title or receipt.name)
    if receipt.outcome in UNADDED:
        manner = f"{deed}-{receipt.outcome}"
        return phrases(f"deed-{manner}", name=title)
    text = phrases(
        f"receipt-{receipt.outcome}",
        name=title,
        sentences=phrases("receipt-sentences", count=receipt.sentences),
        id=receipt.article_id or "",
        reason=receipt.reason or "",
        path=receipt.name,
    )
    sentences = [text]
    if receipt.former:
        sentences.append(phrases("receipt-former", name=shortened(receipt.former)))
    if receipt.twin:
        sentences.append(phrases("receipt-twin", file=shortened(receipt.twin)))
    if receipt.encoding:
        sentences.append(phrases("receipt-encoding", encoding=receipt.encoding))
    if receipt.faults:
        sentences.append(phrases("receipt-faults", count=receipt.faults))
    return " ".join(sentences)


def removed(articles: Iterable[Article], phrases: Phrases) -> str:
    """Return that articles were removed, a line each."""
    return "\n".join(phrases("removed", name=name(article, phrases)) for article in articles)


def in_trash(piece: Removed, phrases: Phrases) -> str:
    """Return one line of the trash: what was removed, and when."""
    day = format_date(piece.at.astimezone().date(), "medium", phrases.language)
    article = piece.document.article
    return phrases("trash-line", name=name(article, phrases), id=article.id, day=day)


def listed(names: Iterable[str]) -> str:
    """Return names as a list, a line each."""
    return "\n".join(f"  {shortened(name)}" for name in names)


def total(receipts: Iterable[Receipt], phrases: Phrases) -> str:
    """Return how many articles became what, in one line."""
    counts = Counter(receipt.outcome for receipt in receipts)
    parts = (phrases(f"total-{outcome}", count=counts[outcome]) for outcome in Outcome if counts[outcome])
    return phrases("total", parts=" · ".join(parts))


def any_failed(receipts: Iterable[Receipt]) -> bool:
    """Whether anything could not be added."""
    return any(receipt.outcome is Outcome.FAILED for receipt in receipts)
