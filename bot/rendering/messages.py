"""What is to be shown of answers and articles: as blocks of text for people, as JSON for programs."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal

from bot.chats.calibration import Calibration
from bot.chats.chat import MOST_QUESTIONS, Turn
from bot.chats.feedback import JudgedAnswer, Missed, fault_of
from bot.chats.history import Asked
from bot.chats.settings import SettingError, SettingFault
from bot.phrases import Courtesy, CourtesyKind, Phrases
from bot.rendering.blocks import Block, Fragment, Role, paragraph, to_text
from bot.rendering.links import at_sentence
from retrieval.answers.citations import Citation, Passage, Status, VerifiedAnswer
from retrieval.answers.explanations import Explanation
from retrieval.articles import SOFT_HYPHEN, Article, SentenceKind, Span, cells, unwrapped
from retrieval.errors import (
    AmbiguousArticleError,
    ChangedArticleError,
    DerekError,
    EmptyArticleError,
    EmptyQuestionError,
    QuestionTooLongError,
    UnknownArticleError,
    UnreadableFileError,
    UnreadablePageError,
)
from retrieval.filters import NO_FILTER, Filter
from retrieval.semantic.semantic_index import SemanticIndex
from retrieval.storage.store import CatalogueEntry, Summary

#: What counts for less is no reason worth telling.
_LEAST_REASON = 0.1

#: From which probability on what was not found is said to be there perhaps. Chosen by eye: half of what an
#: answer needs by default.
_PERHAPS = 0.08

#: How many characters behind a quote are folded with it at most.
_LONGEST_AFTER = 500

#: How many characters of a title are shown at most, how many of a heading, and how many headings.
_LONGEST_TITLE, _LONGEST_HEAD, _HEADS = 200, 60, 2

#: The codes of a text that is in no language, as one of numbers, and of one whose language nobody knows.
_NO_LANGUAGE = frozenset({"und", "zxx"})


def courtesy(said: Courtesy, held: Summary, phrases: Phrases) -> list[Block]:
    """Return what is said to a message that asks nothing of the articles, in its language."""
    phrases = phrases.in_language(said.language)
    if said.kind is CourtesyKind.CONTENTS:
        return summary(held, phrases)
    kind = said.kind
    return [paragraph(phrases(kind))]


def courtesy_to_json(
    said: Courtesy, message: str, reply: Iterable[Block], message_id: object
) -> dict[str, Any]:
    """Return what is said to such a message as a program reads it."""
    return {
        "id": message_id,
        "question": message,
        "language": said.language,
        "status": "small_talk",
        "kind": str(said.kind),
        "reply": to_text(reply),
    }


def turn(turn: Turn, phrases: Phrases, beside: "Beside | None" = None) -> list[Block]:
    """Return a turn of a chat, in the language of its question, or that of the phrases if it has none.

    A single word may be of several languages, so what is said about one is in that of the phrases, too.
    One of several questions of a message stands above its answer, and those that were left out below. What is
    shown `beside` the citations is nothing by default.
    """
    phrases = phrases_for(turn.answer, phrases)
    blocks = answer(
        turn.answer,
        phrases,
        empty=turn.empty,
        admitted=turn.admitted,
        fence=turn.fence,
        beside=beside or NOTHING_BESIDE,
    )
    if turn.is_one_of_several:
        blocks.insert(0, paragraph(turn.answer.question, Role.STRONG))
    if turn.left_out:
        first = shortened(turn.left_out[0])
        text = phrases("questions-left", limit=MOST_QUESTIONS, count=len(turn.left_out), question=first)
        blocks.append(paragraph(text))
    return blocks


def phrases_for(answer: VerifiedAnswer, phrases: Phrases) -> Phrases:
    """Return the phrases in which an answer is told."""
    is_word = answer.topic is not None and len(answer.topic.split()) == 1
    return phrases if is_word else phrases.in_language(answer.language)


def asked(piece: Asked, phrases: Phrases) -> list[Block]:
    """Return a question that was asked, when, and what was given to it, if that is known."""
    when = phrases("asked-at", at=piece.at.astimezone())
    blocks = [Block((Fragment(f"{when} · "), Fragment(piece.question, Role.STRONG)))]
    if given := piece.given:
        text = unwrapped(given.quote) if given.quote else phrases("asked-in-vain")
        blocks.append(Block((Fragment(text),), quoted=bool(given.quote), tight=True))
        if given.source:
            blocks.append(Block((Fragment(shortened(given.source), Role.TITLE),), tight=True))
    return blocks


def missed(piece: Missed, phrases: Phrases) -> Block:
    """Return one line of what was missed: the question, how often it was asked, and what was wrong."""
    details = [
        phrases("missed-times", count=piece.times) if piece.times > 1 else None,
        phrases("date", day=piece.at.astimezone().date()),
        _votes(piece.judged, phrases) if piece.judged else phrases("asked-in-vain").rstrip("."),
    ]
    return Block(
        (
            Fragment(_asked_with(piece.question, piece.carried), Role.STRONG),
            Fragment("".join(f" · {detail}" for detail in details if detail)),
        )
    )


def judged(piece: JudgedAnswer, phrases: Phrases) -> list[Block]:
    """Return a question, the sentence that was shown for it, and how many people judged that how."""
    return [
        Block((Fragment(_asked_with(piece.question, piece.carried), Role.STRONG),)),
        Block((Fragment(unwrapped(piece.shown.quote)),), quoted=True, tight=True),
        Block((Fragment(_votes(piece, phrases)),), tight=True),
    ]


def _asked_with(question: str, carried: str | None) -> str:
    """Return a question, and what it went on with, without which nobody else understands it."""
    return f"{shortened(question)} ({_listed(carried)})" if carried else shortened(question)


def _votes(piece: JudgedAnswer, phrases: Phrases) -> str:
    """Return how many people judged a sentence how, and what most of them find wrong."""
    fault = fault_of(piece.faults)
    parts = (
        f"👍 {piece.good}" if piece.good else None,
        f"👎 {piece.bad}" if piece.bad else None,
        phrases(f"fault-{fault}") if fault else None,
    )
    return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is shown beside citations: the file and line of each, and by its number what stands around it.

    What stands around is shown before and after a quote, or, `folded`, within the same block behind it.
    """

    origins: bool = False
    passages: Mapping[int, Passage] = field(default_factory=dict)
    folded: bool = False


NOTHING_BESIDE = Beside()


def answer(  # noqa: PLR0913  all that may stand around the citations
    verified: VerifiedAnswer,
    phrases: Phrases,
    *,
    empty: bool = False,
    admitted: Filter = NO_FILTER,
    fence: Filter = NO_FILTER,
    beside: Beside = NOTHING_BESIDE,
) -> list[Block]:
    """Return an answer: its citations, or the word that there is none with the nearest passages.

    Above them stands how the question was read, with which words of earlier ones, and from when articles
    may be, if that is not as it seems. `empty` says that there are no articles at all, `admitted` what the
    chat it was asked in lets answer, `fence` what may answer there at most, and `beside` what is shown with
    each citation.
    """
    above = preface(verified, phrases, empty=empty, admitted=admitted, fence=fence)
    return above + more(verified, phrases, beside)


def preface(
    verified: VerifiedAnswer,
    phrases: Phrases,
    *,
    empty: bool = False,
    admitted: Filter = NO_FILTER,
    fence: Filter = NO_FILTER,
) -> list[Block]:
    """Return what stands above the citations of an answer, as `answer` says."""
    if empty:
        return [paragraph(phrases("no-articles"), Role.STRONG)]
    blocks: list[Block] = []
    if verified.reading:
        blocks.append(paragraph(phrases("read-as", reading=verified.reading)))
    if verified.carried:
        blocks.append(paragraph(phrases("read-with", words=_listed(verified.carried))))
    if verified.status is Status.NOT_FOUND:
        near = verified.citations and verified.confidence >= _PERHAPS
        blocks.append(paragraph(phrases("perhaps") if near else phrases("not-found"), Role.STRONG))
        blocks += _looked_in(verified, admitted, fence, phrases)
        if verified.citations and not near:
            blocks.append(paragraph(_nearest(verified.mentioned, phrases)))
    elif verified.topic:
        blocks.append(paragraph(phrases("on-topic", topic=shortened(verified.topic)), Role.STRONG))
        blocks += _looked_in(verified, admitted, fence, phrases)
    elif period := _period(verified.since, verified.until, phrases):
        blocks.append(Block((Fragment(phrases("only-articles", period=period)),), tight=bool(blocks)))
    return blocks


def _nearest(mentioned: Sequence[str], phrases: Phrases) -> str:
    """Return what the passages are that do not answer: on the topic, if they speak of what is asked."""
    words = ", ".join(f"“{shortened(word, _LONGEST_HEAD)}”" for word in mentioned)
    return phrases("nearest-speaking", words=words) if words else phrases("nearest")


def _looked_in(verified: VerifiedAnswer, admitted: Filter, fence: Filter, phrases: Phrases) -> list[Block]:
    """Return what kept articles from answering: the question's own period, and what the chat admits."""
    undated = phrases("looked-undated", count=verified.undated) if verified.undated else ""
    left_out = [Block((Fragment(undated),), tight=True)] if undated else []
    if (verified.since, verified.until) == (admitted.since, admitted.until):
        return limited(admitted, phrases, fence) + left_out
    # The question named another period, which went before the chat's.
    admitted = replace(admitted, since=None, until=None)
    period = _period(verified.since, verified.until, phrases)
    blocks = [Block((Fragment(phrases("looked-only", period=period)),), tight=True)] if period else []
    return blocks + left_out + limited(admitted, phrases, fence)


def limited(admitted: Filter, phrases: Phrases, fence: Filter = NO_FILTER) -> list[Block]:
    """Return that only some articles answer in a chat, and which; nothing if all do.

    What the `fence` alone leaves out, the chat cannot change.
    """
    if not admitted:
        return []
    parts = (
        _languages(admitted, phrases),
        _sources(admitted),
        _in_collections(admitted, phrases),
        _period(admitted.since, admitted.until, phrases),
    )
    limits = " · ".join(part for part in parts if part)
    text = (
        phrases("limited-fenced", limits=limits) if admitted == fence else phrases("limited", limits=limits)
    )
    return [Block((Fragment(text),), tight=True)]


def settings(admitted: Filter, phrases: Phrases, *, usage: bool = False) -> list[Block]:
    """Return which articles may answer in a chat, and perhaps how to change that."""
    lines = (
        phrases("about-languages", languages=_languages(admitted, phrases) or phrases("any")),
        phrases("about-sources", sources=_sources(admitted) or phrases("any")),
        phrases("about-collections", collections=_collections(admitted, phrases) or phrases("any")),
        phrases("settings-dates", period=_period(admitted.since, admitted.until, phrases) or phrases("any")),
    )
    blocks = [Block((Fragment(line),), tight=True) for line in lines]
    return [
        paragraph(phrases("settings"), Role.STRONG),
        *blocks,
        *([paragraph(phrases("settings-usage"))] if usage else []),
    ]


def _languages(admitted: Filter, phrases: Phrases) -> str:
    return ", ".join(language_name(code, phrases) for code in sorted(admitted.languages))


def _sources(admitted: Filter) -> str:
    return _enumerated([shortened(source) for source in sorted(admitted.sources)])


def _collections(admitted: Filter, phrases: Phrases) -> str:
    if admitted.collections is None:
        return ""
    return _enumerated(sorted(admitted.collections)) or phrases("none")


def _in_collections(admitted: Filter, phrases: Phrases) -> str:
    """Return the collections, said to be that: they are told from sources by nothing else."""
    names = _collections(admitted, phrases)
    return phrases("in-collections", names=names) if names else ""


def _period(since: date | None, until: date | None, phrases: Phrases) -> str:
    """Return the days from one to another, both included, or nothing if any day will do."""
    match since, until:
        case None, None:
            return ""
        case _, None:
            bounds = "since"
        case None, _:
            bounds = "until"
        case _:
            bounds = "day" if since == until else "between"
    return phrases(f"period-{bounds}", since=since, until=until)


def more(verified: VerifiedAnswer, phrases: Phrases, beside: Beside = NOTHING_BESIDE) -> list[Block]:
    """Return the citations alone, with what is to be shown beside them."""
    return [
        block
        for citation in verified.citations
        for block in (
            *_citation(citation, verified.language, phrases, beside),
            *(place(citation.origin, citation.locator) if beside.origins else ()),
        )
    ]


def _citation(citation: Citation, question_language: str, phrases: Phrases, beside: Beside) -> list[Block]:
    link = at_sentence(citation.url, citation.quote) if citation.url else None
    below = (
        Fragment(f"[{citation.number}] "),
        *source(citation, question_language, phrases, link),
    )
    around = beside.passages.get(citation.number)
    return [*_quotation(citation, around, folded=beside.folded), Block(below, tight=True)]


def alone(citation: Citation, question_language: str, phrases: Phrases, link: str) -> list[Block]:
    """Return a citation by itself, with a source that leads to the `link`."""
    below = tuple(source(citation, question_language, phrases, link))
    return [*_quotation(citation, None, folded=False), Block(below, tight=True)]


def heading(citation: Citation, phrases: Phrases) -> tuple[str, str]:
    """Return a citation as it stands in a list: its quote, shortened, and where that is from."""
    details = (
        citation.source or citation.title or phrases("untitled"),
        phrases("date", day=citation.published) if citation.published else None,
    )
    return shortened(unwrapped(citation.quote)), " · ".join(shortened(part) for part in details if part)


def source(
    citation: Citation, question_language: str, phrases: Phrases, link: str | None
) -> Iterator[Fragment]:
    """Yield where a citation stands: its article, which leads to the `link`, its headings and its date."""
    # A title that is cited itself need not be said again, where there is a source to name.
    title = None if citation.source and citation.title == citation.quote else citation.title
    details = [
        citation.source if title else None,
        phrases("date", day=citation.published) if citation.published else None,
        language_name(citation.language, phrases) if citation.language != question_language else None,
        phrases("also-in", count=citation.copies) if citation.copies else None,
    ]
    named = title or citation.source or phrases("untitled")
    yield Fragment(shortened(named), Role.TITLE, link)
    yield from (Fragment(f" › {shortened(head, _LONGEST_HEAD)}") for head in _heads(citation))
    yield from (Fragment(f" · {detail}") for detail in details if detail)


def _quotation(citation: Citation, around: Passage | None, *, folded: bool) -> list[Block]:
    """Return a quote with what stands around it: in blocks of their own, or folded behind it."""
    quote = Block(quoted(citation), quoted=True)
    if around is None:
        return [quote]
    if folded:
        after = shortened(_hyphenated(around.after), _LONGEST_AFTER) if around.after.strip() else ""
        more = (Fragment(f"\n{after}"),) if after else ()
        return [replace(quote, fragments=quote.fragments + more, folded=bool(after))]
    return [
        *_neighbours(around.before),
        replace(quote, tight=bool(around.before.strip())),
        *(replace(block, tight=True) for block in _neighbours(around.after)),
    ]


def _neighbours(text: str) -> list[Block]:
    """Return what stands before or after a quote, told from it by dots; nothing if there is nothing."""
    flat = " ".join(_hyphenated(text).split())
    return [Block((Fragment(f"… {flat} …"),), quoted=True)] if flat else []


def _heads(citation: Citation) -> Sequence[str]:
    """Return the headings that a citation stands under, without the title of its article: the innermost ones.

    The header of a table is shown with its row.
    """
    above = citation.path[:-1] if citation.kind is SentenceKind.ROW else citation.path
    heads = [head.rstrip(" :") for head in above if head != citation.title]
    return heads[-_HEADS:]


def quoted(citation: Citation) -> tuple[Fragment, ...]:
    """Return a quote as it is shown: code and lists in lines, a row with the names of its columns."""
    quote = citation.quote
    if citation.items:
        return (Fragment("\n".join(unwrapped(item.of(quote)) for item in citation.items)),)
    if citation.kind is SentenceKind.CODE:
        return (Fragment(quote, Role.CODE),)
    if citation.kind is SentenceKind.ROW and citation.path:
        header, row = citation.path[-1], cells(quote)
        names = [name.of(header) for name in cells(header)]
        if len(names) == len(row) > 1:
            return tuple(_row(citation, row, names))
    return tuple(_marked(citation, Span(0, len(quote))))


def _row(citation: Citation, row: Sequence[Span], names: Sequence[str]) -> Iterator[Fragment]:
    """Yield the cells of a row, all but the first behind the names of their columns."""
    yield from _marked(citation, row[0])
    between = " — "
    for cell, name in zip(row[1:], names[1:], strict=True):
        if cell.end > cell.start:
            yield Fragment(f"{between}{name}: " if name else between)
            yield from _marked(citation, cell)
            between = " · "


def _marked(citation: Citation, part: Span) -> Iterator[Fragment]:
    """Yield a part of a quote, the short answer marked."""
    quote, mark = citation.quote, citation.highlight or Span(part.end, part.end)
    start = min(max(mark.start, part.start), part.end)
    end = min(max(mark.end, start), part.end)
    yield from (
        fragment
        for fragment in (
            Fragment(unwrapped(quote[part.start : start])),
            Fragment(unwrapped(quote[start:end]), Role.MARK),
            Fragment(unwrapped(quote[end : part.end])),
        )
        if fragment.text
    )


def trouble(error: DerekError, phrases: Phrases) -> str:  # noqa: PLR0911  a sentence for each error
    """Return what went wrong in the words of the phrases, or in the error's own."""
    match error:
        case EmptyQuestionError():
            return phrases("question-empty")
        case QuestionTooLongError():
            return phrases("question-too-long", length=error.length, limit=error.limit)
        case EmptyArticleError():
            return (
                phrases("empty-article", name=shortened(Path(error.name).name))
                if error.name
                else phrases("add-empty")
            )
        case UnreadableFileError():
            return phrases(f"unreadable-{error.fault}", name=shortened(error.path.name), detail=error.detail)
        case UnreadablePageError():
            return phrases(f"page-{error.fault}", url=shortened(error.url), detail=error.detail)
        case UnknownArticleError():
            return phrases("unknown-article", id=shortened(error.article_id))
        case AmbiguousArticleError():
            return phrases("ambiguous-article", id=error.article_id, matches=", ".join(error.matches))
        case ChangedArticleError():
            return phrases("changed-article")
        case SettingError():
            return _setting_trouble(error, phrases)
    return str(error)


def _setting_trouble(error: SettingError, phrases: Phrases) -> str:
    choices = [shortened(choice) for choice in error.choices]
    if error.fault is SettingFault.LANGUAGE:
        choices = [f"{code} ({language_name(code, phrases)})" for code in choices]
    chosen = _enumerated(choices) or phrases("none")
    return phrases(f"setting-{error.fault}", said=shortened(error.word), choices=chosen)


def name(article: Article | CatalogueEntry, phrases: Phrases) -> str:
    """Return what an article is called."""
    return shortened(article.title or article.source or phrases("untitled"))


def _details(article: Article | CatalogueEntry, phrases: Phrases) -> list[str]:
    """Return what is known of an article beside its name."""
    details = [
        article.source if article.title else None,
        phrases("date", day=article.published) if article.published else None,
        language_name(article.language, phrases),
        phrases("in-collection", name=article.collection) if article.collection else None,
    ]
    return [detail for detail in details if detail]


def place(origin: str | None, locator: str | None = None) -> list[Block]:
    """Return the line that says which file or page something was read from, if any: `faq.md:12`.

    It is for who keeps the articles; a path is no business of those who ask.
    """
    if origin is None:
        return []
    line = locator.removeprefix("line ") if locator else ""
    url = Path(origin).as_uri() if origin.startswith("/") else None
    return [Block((Fragment(f"{origin}:{line}" if line else origin, Role.CODE, url),), tight=True)]


def article(whole: Article, phrases: Phrases, longest: int | None = None, start: int = 0) -> list[Block]:
    """Return an article under its title and what is known of it; of its text perhaps a part only."""
    end = len(whole.text) if longest is None else start + longest
    text = _hyphenated(whole.text[start:end])
    text = f"{'… ' if start else ''}{text}{' …' if end < len(whole.text) else ''}"
    return [
        Block((Fragment(name(whole, phrases), Role.TITLE, whole.url),)),
        Block((Fragment(" · ".join(_details(whole, phrases))),), tight=True),
        paragraph(text),
    ]


def _hyphenated(text: str) -> str:
    """Return a text with its lines as they stand, with hyphens where they break a word."""
    return text.replace(f"{SOFT_HYPHEN}\n", "-\n")


def passage(passage: Passage, phrases: Phrases, marks: tuple[str, str] = ("", "")) -> list[Block]:
    """Return a cited sentence marked among its neighbours, under its article's title.

    `marks` go around it where nothing else can make it stand out.
    """
    before, after = marks
    quoted = (
        Fragment(_hyphenated(passage.before) + before),
        Fragment(unwrapped(passage.quote), Role.MARK),
        Fragment(after + _hyphenated(passage.after)),
    )
    return [
        Block((Fragment(name(passage.article, phrases), Role.TITLE, passage.article.url),)),
        Block(tuple(part for part in quoted if part.text), quoted=True, tight=True),
        *([paragraph(phrases("passage-former", day=passage.until.date()))] if passage.until else []),
    ]


def explanation(explanation: Explanation, phrases: Phrases) -> list[Block]:
    """Return why a sentence was cited."""
    better = [reason for reason in explanation.reasons if reason[1] >= _LEAST_REASON]
    worse = [reason for reason in explanation.reasons if reason[1] <= -_LEAST_REASON]
    lines = [
        *([phrases("why-carried", words=_listed(explanation.carried))] if explanation.carried else []),
        phrases("why-shared", words=", ".join(explanation.shared) or phrases("none")),
        phrases("why-lacking", words=", ".join(explanation.missing) or phrases("none")),
        *([phrases("why-better", reasons=_reasons(better, phrases))] if better else []),
        *([phrases("why-worse", reasons=_reasons(worse, phrases))] if worse else []),
        phrases("why-score", score=_not_rounded_up(explanation.score), threshold=explanation.threshold),
    ]
    return [Block((Fragment(line),), tight=number > 0) for number, line in enumerate(lines)]


def _not_rounded_up(share: float) -> float:
    """Return a share in tenths of a per cent, so that none below the threshold looks as if it reached it."""
    return math.floor(1_000 * share + 1e-6) / 1_000


def _listed(carried: str) -> str:
    """Return the words that a follow-up carries over, set apart: they are no sentence."""
    return ", ".join(carried.split())


def _reasons(reasons: Iterable[tuple[str, float]], phrases: Phrases) -> str:
    """Return what each group of features added, the weightiest first."""
    ordered = sorted(reasons, key=lambda reason: -abs(reason[1]))
    return ", ".join(
        f"{phrases(f'reason-{name}')} {format_decimal(weight, '+0.0;−0.0', phrases.language)}"
        for name, weight in ordered
    )


def no_articles(phrases: Phrases) -> Block:
    """Return the word that there are no articles."""
    return paragraph(phrases("no-articles"))


def holding(entry: CatalogueEntry, phrases: Phrases, number: int | None = None) -> Block:
    """Return one line of the catalogue, under its number if it has one."""
    details = [*_details(entry, phrases), phrases("receipt-sentences", count=entry.sentences)]
    return Block(
        (
            Fragment(f"{number}. " if number else ""),
            Fragment(entry.article_id, Role.CODE),
            Fragment(" "),
            Fragment(name(entry, phrases), Role.TITLE),
            Fragment("".join(f" · {detail}" for detail in details)),
        )
    )


def summary(summary: Summary, phrases: Phrases) -> list[Block]:
    """Return what the articles hold, in figures."""
    if not summary.articles:
        return [paragraph(phrases("no-articles"))]
    lines = [
        phrases(
            "about",
            articles=summary.articles,
            count=summary.sentences,
            answerable=summary.answerable,
        )
    ]
    if summary.first and summary.last:
        lines.append(phrases("about-dates", first=summary.first, last=summary.last))
    if summary.sources:
        lines.append(phrases("about-sources", sources=_tally(summary.sources)))
    if summary.collections:
        lines.append(phrases("about-collections", collections=_tally(summary.collections)))
    named = [(language_name(code, phrases), count) for code, count in summary.languages]
    lines.append(phrases("about-languages", languages=_tally(named)))
    return [paragraph(line) for line in lines]


def status(
    count: int,
    semantic_index: SemanticIndex | None,
    phrases: Phrases,
    *,
    calibration: Calibration | None = None,
    reason: bool = True,
) -> list[Block]:
    """Return how many sentences can be found, by words and by meaning, and what answers were calibrated to.

    With `reason`, also what is wrong with the model or the vectors, if anything is.
    """
    lines = [phrases("status-words", count=count), *_status_of_meaning(semantic_index, phrases, reason)]
    if calibration:
        values = {"least": calibration.min_confidence, "count": calibration.judged}
        day = calibration.at.astimezone().date()
        lines.append(phrases("status-calibrated", day=day, **values))
    return [paragraph(line) for line in lines]


def _status_of_meaning(semantic_index: SemanticIndex | None, phrases: Phrases, reason: bool) -> list[str]:
    if semantic_index is None:
        return [phrases("status-off")]
    lines = []
    done = semantic_index.coverage
    if done.sentences:
        share = _not_rounded_up(done.embedded / done.sentences)
        lines.append(phrases("status-meaning", embedded=done.embedded, sentences=done.sentences, share=share))
    if semantic_index.fault:
        lines += [phrases("status-trouble"), *([str(semantic_index.fault)] if reason else [])]
    elif done.sentences and not done.is_sufficient:
        lines.append(phrases("status-waiting"))
    return lines


def _tally(counts: Sequence[tuple[str, int]]) -> str:
    return _enumerated([f"{shortened(name)} ({count})" for name, count in counts])


def _enumerated(names: Sequence[str], shown: int = 20) -> str:
    return ", ".join(names[:shown]) + (", …" if len(names) > shown else "")


def language_name(code: str, phrases: Phrases) -> str:
    """Return what a language is called in the language of the phrases; its code if that is not known."""
    if code in _NO_LANGUAGE:
        return phrases("no-language")
    try:
        return str(Locale(phrases.language).languages.get(code, code))
    except UnknownLocaleError:
        return code


def shortened(text: str, longest: int = _LONGEST_TITLE) -> str:
    """Return a title or a name on one line, no longer than is shown of one."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def to_json(
    verified: VerifiedAnswer, question_id: object = None, beside: Beside = NOTHING_BESIDE
) -> dict[str, Any]:
    """Return an answer as a program reads it; offsets are half-open, in code points.

    `reading`, `carried`, `since` and `until` say how the question was understood, where that is not as it
    was written, and `further` whether there are more citations. A citation whose neighbours are shown beside
    it has them as `before` and `after`.
    """
    written = verified.model_dump(mode="json", exclude={"citations"})
    return {
        "id": question_id,
        **written,
        "confidence": round(verified.confidence, 4),
        "citations": [
            _citation_json(citation) | _around(beside.passages.get(citation.number))
            for citation in verified.citations
        ],
    }


def _around(passage: Passage | None) -> dict[str, str]:
    return {"before": passage.before.strip(), "after": passage.after.strip()} if passage else {}


def _citation_json(citation: Citation) -> dict[str, Any]:
    written = citation.model_dump(mode="json", exclude={"span"})
    return written | {
        "start": citation.span.start,
        "end": citation.span.end,
        "score": round(citation.score, 4),
        "reasons": {name: round(share, 2) for name, share in citation.reasons},
    }
