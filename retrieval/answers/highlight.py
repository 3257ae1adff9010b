"""The short answer inside a quote: the words in it that are marked.

question ─ expected types ─▶ mentions of these kinds in the quote ─ those that the question does not say
                                            itself ─▶ the one nearest to the question's words
an open question ─▶ what follows the words that it ends with, or tells the thing that it asks for from
                    others, or follows all its words, or is called so beside them

A wrong mark misleads more than none helps, so whatever is doubtful stays unmarked. How languages ask and
answer is data, in each one's `highlight.toml`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from retrieval.analysis.mentions import Kind, Mention
from retrieval.analysis.numbers import number_keys
from retrieval.analysis.places import place_keys
from retrieval.answers.wording import BESIDE, QuestionWords, QuoteWords, Word, terms_of
from retrieval.articles import Span
from retrieval.questions.answer_types import AnswerType

_CLAUSE_END = re.compile(r"[.;:!?](?=\W|$)|[()\[\]—«»“”\"/]|\s[–-]\s")
#: A year as dates have it: 476, 1931.
_YEAR = re.compile(r"(?<!\d)\d{3,4}(?!\d)")
#: What follows a number that tells which one, and counts nothing: 19-го.
_ORDINAL = re.compile(r"(?<=\d)-[^\W\d_]")

#: Of so many characters, a quote is a list or a table, where what stands nearest says nothing.
_LONGEST_QUOTE = 2_000

#: So near on an average must the question's words be to what is quoted, if it answers an open question.
_NEAR = 3.0

#: Farther away on an average, one of several names answers no question; numbers and dates do, they are fewer.
_FARTHEST = 10.0

#: So many words away from what tells who somebody is, their name may stand: the president of France, N.
_BESIDE_ROLE = 4

#: An amount of money is worth so many words, where what is counted is not said.
_MONEY_FIRST = 2.0

#: A mention that the question says itself, in part, counts as so many words farther away.
_SAID = 3

#: What is quoted may be a name if it has no more words; a longer phrase is cut at a comma; a still longer
#: one marks nothing any more.
_NAME_LENGTH, _CUT_LENGTH, _LONGEST = 5, 10, 24

#: How many of the question's words, and how large a part of them, must stand so near before what answers it.
_FEWEST, _MOST_OF, _WINDOW = 3, 0.6, 10

#: So many words before a noun may say which one it is.
_MODIFIERS = 6

_INNER = re.compile(r"[\s,.;:–—-]*(.*?)[\s,;:–—-]*", re.DOTALL)
_CURRENCIES = frozenset("$€£¥₸₽")

#: Finds the answer to a question of one type, or of none, in a quote.
_Finder = Callable[[QuestionWords, QuoteWords], Span | None]


def highlight(question: str, question_language: str, quote: str, quote_language: str) -> Span | None:
    """Return where in a quote the short answer to a question stands, or None if that is not clear.

    >>> highlight("When did it open?", "en", "The bridge opened in May 1931.", "en")
    Span(start=21, end=29)
    """
    if len(quote) > _LONGEST_QUOTE:
        return None
    asked = QuestionWords.of(question, question_language, quote_language)
    said = QuoteWords.of(quote, quote_language, asked)
    finders = [_FINDERS[type_] for type_ in _FINDERS if type_ in asked.types] if asked.types else _OPEN
    span = next(filter(None, (find(asked, said) for find in finders)), None)
    return span and _trimmed(quote, span)


def _trimmed(quote: str, span: Span) -> Span | None:
    """Return the span without the signs around it, but with the one that makes it money."""
    inner = _INNER.fullmatch(span.of(quote))
    if not inner or not inner[1]:
        return None
    start, end = span.start + inner.start(1), span.start + inner.end(1)
    return Span(start - (start > 0 and quote[start - 1] in _CURRENCIES), end)


def _fresh(asked: QuestionWords, said: QuoteWords, kind: Kind) -> list[Mention]:
    """Return the mentions of a kind that the question does not make itself, in words or in figures."""
    found = [one for one in said.of_kind(kind) if said.share(one) < 1]
    if kind is Kind.NAME:
        return [_without_title(asked, said, one) for one in found]
    if kind is Kind.QUOTED or not asked.numbers:
        return found
    keys = [number_keys(said.text[one.start : one.end]) for one in found]
    return [one for one, has in zip(found, keys, strict=True) if not has or not asked.numbers.issuperset(has)]


def _without_title(asked: QuestionWords, said: QuoteWords, name: Mention) -> Mention:
    """Return a name without the common words before it that the question says: President Tokayev."""
    common = terms_of(word for word in asked.words if not word.capital)
    for place in said.within(name):
        word = said.words[place]
        if not said.same[place] or (word.start > 0 and common.isdisjoint(word.terms)):
            return Mention(name.kind, max(word.start, name.start), name.end)
    return name


def _nearest(
    said: QuoteWords, found: Iterable[Mention], bonus: Callable[[Mention], float] = lambda _: 0.0
) -> Span | None:
    """Return the mention nearest to the question's words; none, if two that differ are as near."""
    ranked = sorted(
        (said.distance(one) + _SAID * said.share(one) - bonus(one), one.start, one.end) for one in found
    )
    best = {said.text[start:end] for apart, start, end in ranked if apart == ranked[0][0]}
    return Span(*ranked[0][1:]) if len(best) == 1 else None


def _nearest_name(
    asked: QuestionWords,
    said: QuoteWords,
    found: Sequence[Mention],
    bonus: Callable[[Mention], float] = lambda _: 0.0,
) -> Span | None:
    """Return the name nearest to the question's words; none of several, if even that one stands far away.

    In another language most of the words are met by none, so nothing is far away there.
    """
    span = _nearest(said, found, bonus)
    if span is None or asked.foreign or len(found) == 1:
        return span
    return span if said.distance(Mention(Kind.NAME, span.start, span.end)) <= _FARTHEST else None


def _money(asked: QuestionWords, said: QuoteWords) -> Span | None:
    return _nearest(said, _fresh(asked, said, Kind.MONEY))


def _percent(asked: QuestionWords, said: QuoteWords) -> Span | None:
    return _nearest(said, _fresh(asked, said, Kind.PERCENT))


def _date(asked: QuestionWords, said: QuoteWords) -> Span | None:
    """Return the nearest date, the fuller the better; one that has a year, if that is asked for."""
    found = _fresh(asked, said, Kind.DATE)
    if asked.says("years"):
        found = [one for one in found if _YEAR.search(said.text[one.start : one.end])]
    return _nearest(said, found, lambda one: 0.05 * (one.end - one.start))


def _number(asked: QuestionWords, said: QuoteWords) -> Span | None:
    """Return the number that the counted things follow, or else the nearest one.

    Shares count only where there is no other number, money only where no thing is counted; dates and ordinals
    not at all.
    """
    shares, other = said.of_kind(Kind.PERCENT), said.of_kind(Kind.DATE, Kind.MONEY)
    found = [
        one
        for one in _fresh(asked, said, Kind.NUMBER)
        if not _inside(one, other) and not _ORDINAL.match(said.text, one.end)
    ]
    plain = [one for one in found if not _inside(one, shares)]
    counted = terms_of(asked.after("counted")[:BESIDE])

    def beside(one: Mention) -> float:
        last = said.within(one)[-1]
        following = said.words[last + 1 : last + 2 + BESIDE]
        in_digits, again = said.text[one.start].isdigit(), said.text[: one.start].endswith("(")
        met = (3.0 / apart for apart, word in enumerate(following, 1) if not word.terms.isdisjoint(counted))
        return in_digits - 2.0 * again + sum(met)

    if _asks_an_amount(asked) and (money := _fresh(asked, said, Kind.MONEY)):
        amounts = [one for one in plain if not _before_word(said, one)]
        return _nearest(said, [*amounts, *money], lambda one: _MONEY_FIRST * (one.kind is Kind.MONEY))
    span = _nearest(said, plain or found, beside)
    return next((Span(one.start, one.end) for one in shares if span and one.start == span.start), span)


def _asks_an_amount(asked: QuestionWords) -> bool:
    """Whether a question asks how much was done, and not how much or many of a thing."""
    places = (place for place, word in enumerate(asked.words) if word.text in asked.table["amounts"])
    place = next(places, None)
    if place is None:
        return False
    following = asked.words[place + 1 : place + 2]
    verbs = tuple(asked.table["verb_endings"])
    return all(not word.telling or word.text.endswith(verbs) for word in following)


def _inside(one: Mention, others: Iterable[Mention]) -> bool:
    return any(other.start <= one.start and one.end <= other.end for other in others)


def _reason(_: QuestionWords, said: QuoteWords) -> Span | None:
    return _nearest(said, said.of_kind(Kind.REASON))


def _person(asked: QuestionWords, said: QuoteWords) -> Span | None:
    """Return the nearest name of a person, a fuller one first; else the word before the question's first."""
    found = _joined(said, [one for one in _names(asked, said) if _may_be_person(asked, said, one)])
    if role := _role(asked):
        places = [place for place in said.hits if not said.words[place].terms.isdisjoint(role)]
        found = [one for one in found if any(_beside(said, one, place) for place in places)]
    alone = said.met[:2] == (False, True) and said.words[0].telling and said.gap(0) == " "
    if not found and alone and not any(one.start == said.words[0].start for one in said.of_kind(Kind.NAME)):
        return Span(said.words[0].start, said.words[0].end)

    def likely(one: Mention) -> float:
        several = len(said.within(one)) > 1
        return 1.5 * several + 2.0 * said.follows(one.start, said.table["names"]["agents_after"])

    return _nearest_name(asked, said, found, likely)


def _may_be_person(asked: QuestionWords, said: QuoteWords, name: Mention) -> bool:
    """Whether a name is not that of a place, nor of something of a kind, nor of whom the question names."""
    typed_small = not any(word.capital for word in asked.words)
    named = terms_of(word for word in asked.words if word.telling and (word.capital or typed_small))
    own = [said.words[place] for place in said.within(name)]
    # By the last word somebody is known; the first may be anybody's.
    again = own[-1].capital and not named.isdisjoint(own[-1].terms)
    if again and not place_keys(own[-1].text, said.language):
        return False
    kinds = said.table["names"]["kinds"]
    return not any(word.text in kinds for word in own) and not _of_place(said, name)


def _role(asked: QuestionWords) -> frozenset[str]:
    """Return what the one word is known by that tells who is asked for, if one does: the president of X."""
    telling = [word for word in asked.words if word.telling and not place_keys(word.text, asked.language)]
    return telling[0].terms if len(telling) == 1 and not asked.foreign else frozenset()


def _beside(said: QuoteWords, one: Mention, place: int) -> bool:
    """Whether a name stands so near a word that it may be that of whom the word tells."""
    own = said.within(one)
    return min(abs(place - own[0]), abs(place - own[-1])) <= _BESIDE_ROLE


def _organisation(asked: QuestionWords, said: QuoteWords) -> Span | None:
    return _nearest_name(asked, said, _called(asked, said, _names(asked, said)))


def _place(asked: QuestionWords, said: QuoteWords) -> Span | None:
    """Return the nearest name that stands as places do, if any does, or else any other.

    Where something is, no name says that only tells another thing from others; which place it is, it may.
    """
    found = _names(asked, said)
    located = [one for one in found if _located(said, one)]
    if not asked.says("things"):
        telling = [one for one in _joined(said, found) if _before_word(said, one)]
        found = [one for one in found if _of_place(said, one) or not _inside(one, telling)]

    def likely(one: Mention) -> float:
        return 2.0 * _of_place(said, one) + 2.0 * (_located(said, one) and _beside_verb(said, one))

    return _nearest_name(asked, said, located or found, likely)


def _beside_verb(said: QuoteWords, one: Mention) -> bool:
    """Whether only its preposition, or its case, parts a place from a word of the question: held in Rome."""
    own = said.within(one)
    place = own[-1] + 1 if said.table["places"]["endings"] else own[0] - 2
    return 0 <= place < len(said.words) and _common(said, place)


def _names(asked: QuestionWords, said: QuoteWords) -> list[Mention]:
    """Return the names that the question does not say, and that are no adjectives: the German army."""
    adjectives = tuple(said.table["names"]["adjectives"])

    def modifies(one: Mention) -> bool:
        return _before_word(said, one) and said.words[said.within(one)[-1]].text.endswith(adjectives)

    def tells(one: Mention) -> bool:
        return any(said.words[place].telling for place in said.within(one))

    fresh = _fresh(asked, said, Kind.NAME)
    return [one for one in fresh if tells(one) and not modifies(one)]


def _before_word(said: QuoteWords, one: Mention) -> bool:
    """Whether a telling word follows right away, which may be what is meant: the Kenyan village, 10 years."""
    last = said.within(one)[-1]
    return last + 1 < len(said.words) and said.gap(last) == " " and said.words[last + 1].telling


def _called(asked: QuestionWords, said: QuoteWords, names: Iterable[Mention]) -> list[Mention]:
    """Return what is quoted and short enough for a name, and the names that stand outside of it."""
    quoted = [one for one in _fresh(asked, said, Kind.QUOTED) if len(said.within(one)) <= _NAME_LENGTH]
    return [*quoted, *(name for name in names if not _inside(name, quoted))]


def _joined(said: QuoteWords, names: Sequence[Mention]) -> list[Mention]:
    """Return names, those between which there is only an "and" as one."""
    joined: list[Mention] = []
    for one in names:
        if joined and said.text[joined[-1].end : one.start].strip() in said.table["clauses"]["joining"]:
            joined[-1] = Mention(one.kind, joined[-1].start, one.end)
        else:
            joined.append(one)
    return joined


def _of_place(said: QuoteWords, one: Mention) -> bool:
    """Whether a name is that of a country or a city; a longer one only has it in it: Bank of England."""
    return len(said.within(one)) < 3 and bool(place_keys(said.text[one.start : one.end], said.language))


def _located(said: QuoteWords, one: Mention) -> bool:
    """Whether a name stands after a preposition of place, or in a case of place."""
    places = said.table["places"]
    text = said.text[one.start : one.end]
    return said.follows(one.start, places["prepositions"]) or text.endswith(tuple(places["endings"]))


def _definition(_: QuestionWords, said: QuoteWords) -> Span | None:
    """Return what stands after the thing itself and a dash, or a word for "is"."""
    copulas = "|".join(map(re.escape, said.table["definitions"]["copulas"])) or "(?!)"
    is_ = re.compile(rf"(?:\s*\([^()]*\))?(?:\s*[–—-]\s+(?:(?:{copulas})\s)?|,?\s(?:{copulas})\s)")
    for place, same in enumerate(said.same):
        if same and said.words[place].telling and (match := is_.match(said.text, said.words[place].end)):
            end = _CLAUSE_END.search(said.text, match.end())
            span = Span(match.end(), end.start() if end else len(said.text))
            return span if 1 < len(said.within(span)) <= _LONGEST else None
    return None


def _manner(_: QuestionWords, said: QuoteWords) -> Span | None:
    """Return by what means, if that follows words of the question."""
    means = "|".join(map(re.escape, said.table["means"]["prepositions"])) or "(?!)"
    for match in re.finditer(rf"(?<=\w )(?:{means}) (?=[^\W\d_])", said.text):
        before = said.within(Span(0, match.start()))
        span = _following(said, said.within(Span(0, match.end()))[-1])
        if span and any(said.met[place] for place in before[-BESIDE:]) and said.text[span.start].islower():
            return span
    return None


#: In the order in which they are tried: where one type is as clear as another, the narrower one.
_FINDERS: Mapping[AnswerType, _Finder] = {
    AnswerType.MONEY: _money,
    AnswerType.PERCENT: _percent,
    AnswerType.DATE: _date,
    AnswerType.NUMBER: _number,
    AnswerType.REASON: _reason,
    AnswerType.DEFINITION: _definition,
    AnswerType.ORGANISATION: _organisation,
    AnswerType.PLACE: _place,
    AnswerType.PERSON: _person,
    AnswerType.MANNER: _manner,
}


def _stranded(asked: QuestionWords, said: QuoteWords) -> Span | None:
    """Return what follows the preposition that a question ends with: aimed at? – aimed at growth."""
    if asked.foreign or len(asked.words) < 2:
        return None
    verb, preposition = asked.words[-2:]
    for place, (word, after) in enumerate(zip(said.words, said.words[1:], strict=False), 1):
        leads = after.text == preposition.text and after.text in said.table["clauses"]["leading"]
        if leads and not word.terms.isdisjoint(verb.terms):
            return _following(said, place)
    return None


def _thing(asked: QuestionWords, said: QuoteWords) -> Span | None:
    """Return what tells one thing from others of its kind: which corridors? – the North-South corridors."""
    run = max(_runs(said, asked.after("things")), key=len, default=None)
    if not run:
        return None
    end = said.words[run[-1]].end
    for one in said.of_kind(Kind.NAME, Kind.QUOTED):
        if said.share(one) < 1 and one.start >= end and re.fullmatch(r" [«“\"]?", said.text[end : one.start]):
            return Span(one.start, one.end)
    first = _first_modifier(said, run[0])
    start = said.words[first].start
    if first == run[0] or said.follows(start, said.table["definitions"]["indefinite"]):
        return None
    return Span(start, said.words[run[0]].start)


def _runs(said: QuoteWords, things: Sequence[Word]) -> Iterator[range]:
    """Yield the places in a quote where the first of these words stands, and others after it as they do."""
    for start in range(len(said.words)):
        pairs = zip(said.words[start:], things, strict=False)
        alike = takewhile(lambda pair: not pair[0].terms.isdisjoint(pair[1].terms), pairs)
        if length := len(list(alike)):
            yield range(start, start + length)


def _first_modifier(said: QuoteWords, head: int) -> int:
    """Return where the words that say which one a noun means begin: at the noun itself, if none do."""
    clauses = said.table["clauses"]
    first = head
    for place in range(head - 1, max(-1, head - 1 - _MODIFIERS), -1):
        word = said.words[place]
        if said.gap(place) not in (" ", "-", "–", ", ") or said.met[place] or word.text.isdigit():
            break
        if word.telling and _qualifies(said, place):
            first = place
        elif word.text not in clauses["joining"]:
            break
    taken = [said.words[place] for place in range(max(0, first - 1), head)]
    plain = [word.text for word in taken if not word.capital]
    vague = {*clauses["vague"], *clauses["beginnings"]}.intersection(plain)
    return head if vague or any(word.endswith(tuple(clauses["adverbs"])) for word in plain) else first


def _qualifies(said: QuoteWords, place: int) -> bool:
    """Whether a word can say which, as far as its ending, a capital or a hyphen shows that."""
    endings = tuple(said.table["names"]["qualifying"])
    word = said.words[place]
    capital = place > 0 and word.capital
    return not endings or word.text.endswith(endings) or capital or said.gap(place) == "-"


def _object(asked: QuestionWords, said: QuoteWords) -> Span | None:
    """Return what a quote goes on with that has said most of a question about what was done to something."""
    if asked.foreign or not asked.says("helping") or any(_runs(said, asked.after("things"))):
        return None
    asks = sum(word.telling for word in asked.words)
    best, most = None, _FEWEST - 1
    for place in said.hits:
        count = len({said.words[hit].text for hit in said.hits if place - _WINDOW < hit <= place})
        if count > most and count >= _MOST_OF * asks and (span := _following(said, place)):
            best, most = span, count
    return best


def _following(said: QuoteWords, place: int) -> Span | None:
    """Return the rest of the clause after a word, from where it says anything new."""
    clauses = said.table["clauses"]
    leading = takewhile(lambda word: word.text in clauses["leading"], said.words[place + 1 :])
    first = place + 1 + len(list(leading))
    if first >= len(said.words) or said.met[first] or said.words[first].text in clauses["pointing"]:
        return None
    if any(_CLAUSE_END.search(said.gap(before)) for before in range(place, first)):
        return None
    last = first
    while last + 1 < len(said.words):
        gap = said.gap(last)
        cut = "," in gap and last - first >= _CUT_LENGTH
        if cut or _CLAUSE_END.search(gap) or said.words[last + 1].text in clauses["beginnings"]:
            break
        last += 1
    return Span(said.words[first].start, said.words[last].end) if 1 <= last - first < _LONGEST else None


def _named(asked: QuestionWords, said: QuoteWords) -> Span | None:
    """Return what is quoted near the question's words, or a name of which one of them says what it is."""
    if asked.foreign or asked.says("helping"):
        return None
    names = [one for one in _names(asked, said) if not _of_place(said, one)]
    found = _called(asked, said, _joined(said, names))
    near = [one for one in found if one.kind is Kind.QUOTED and said.distance(one) <= _NEAR]
    return _nearest(said, [*near, *(one for one in found if one not in near and _told(said, one))])


def _told(said: QuoteWords, one: Mention) -> bool:
    """Whether a word of the question says what a name is: the parasite T.; T., a parasite; T. was found."""
    places = said.within(one)
    before, after = places[0] - 1, places[-1] + 1
    ends = after == len(said.words)
    if before >= 0 and _common(said, before) and said.gap(before) in (" ", ", ", " ("):
        return ends or said.gap(after - 1) != " " or not said.words[after].telling
    if ends or (said.gap(after - 1) == ", " and _common(said, after)):
        return not ends
    is_ = said.table["definitions"]["copulas"]
    return said.words[after].text in is_ and any(said.met[after + 1 : after + 2])


def _common(said: QuoteWords, place: int) -> bool:
    """Whether a word is the question's, and no name or date."""
    word = said.words[place]
    dated = any(date.start <= word.start < date.end for date in said.of_kind(Kind.DATE))
    return said.met[place] and not word.capital and not dated


#: For questions of no type, the surest first.
_OPEN: Sequence[_Finder] = (_stranded, _thing, _object, _named)
