"""The short answer inside a quote: the words in it that are marked.

question ─ expected types ─▶ mentions of these kinds in the quote ─ those that the question does not say
                                            itself ─▶ the one nearest to the question's words
an open question ─▶ the phrase after the words that the question ends with, or the words that say which
                    thing is meant, or the phrase after most of its words, or a name beside them

In a quote a *place* is the index of a word, and a word is *matched* if the question says it too.

A wrong mark misleads more than none helps, so whatever is doubtful stays unmarked. How languages ask and
answer is data, in each one's `highlight.toml`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, takewhile

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.analysis.mentions import Kind, Mention
from retrieval.analysis.numbers import number_keys
from retrieval.analysis.places import place_keys
from retrieval.answers.wording import BESIDE, QuestionWords, QuoteWords, Word, terms_of
from retrieval.articles import Span
from retrieval.questions.answer_types import AnswerType

_CLAUSE_END = re.compile(r"[.;:!?](?=\W|$)|[()\[\]—«»“”\"/]|\s[–-]\s")
_DIGIT = re.compile(r"\d")
#: What stands between the numbers of a list.
_LISTING = re.compile(r"\s*[,(/]\s*")
#: A year as dates have it: 476, 1931.
_YEAR = re.compile(r"(?<!\d)\d{3,4}(?!\d)")
#: What follows a number that counts nothing: an ordinal, 19-го, or a time of day, 9:30; and what stands
#: before it.
_COUNTS_NOTHING = re.compile(r"(?<=\d)(?:-[^\W_]|:\d\d(?!\d))")
_PART_BEFORE = re.compile(r"\d[:-]$|\+$")

# The numbers below were chosen by eye. With them 22 answers to the seed questions are marked, none of them
# wrongly (tests/answers/test_highlight.py). Distances are those of `QuoteWords.distance`.

#: The longest quote that is looked at, in characters: a longer one is a list or a table, where what stands
#: nearest says nothing.
_LONGEST_QUOTE = 2_000

#: The greatest distance, in words, of the question's words from what is quoted and answers an open question.
_QUOTED_WITHIN = 3.0

#: The greatest distance, in words, at which one of several names still answers. Numbers and dates have no
#: such limit, since a sentence has fewer of them.
_NAME_WITHIN = 10.0

#: How many words a name may stand away from the word for a role that it is the name of: the president of
#: France, N.
_ROLE_WITHIN = 4

#: How many words farther away than the nearest number all others must be. Measured on everyday collections:
#: of 0, 1 and 3 words, 13, 9 and 8 of the marks were wrong, and 130, 125 and 124 right.
_NUMBER_LEAD = 1.0

#: How many words nearer an amount of money counts where the question does not say what is counted.
_MONEY_BONUS = 2.0

#: How many words nearer a date counts for each of its characters: of two as near, the longer one.
_DATE_BONUS = 0.05

#: How many words nearer a number counts if what is counted follows right away; farther on, that much divided
#: by how many words on it stands.
_COUNTED_BONUS = 3.0

#: How many words farther away a number counts that begins a bracket, which says once more what stands before
#: it.
_BRACKET_PENALTY = 2.0

#: How many words nearer a name of a person counts that has several words, and one after a word that leads to
#: who did something.
_FULL_NAME_BONUS, _AGENT_BONUS = 1.5, 2.0

#: How many words nearer a name counts that is a country's or a city's, and one that stands as names of places
#: do beside what the question says was done.
_PLACE_BONUS, _LOCATED_BONUS = 2.0, 2.0

#: How many words farther away a mention counts that the question repeats in full; in part, by its share.
_REPETITION_PENALTY = 3

#: Lengths in words: up to the first a phrase may be a name; from the second on it is cut at a comma; with
#: more than the third nothing is marked.
_NAME_LENGTH, _CUT_LENGTH, _LONGEST_PHRASE = 5, 10, 24

#: How many different words of the question, and which part of its content words, must be matched among the
#: last `_WINDOW` words of a quote before what answers an open question.
_LEAST_HITS, _LEAST_PART, _WINDOW = 3, 0.6, 10

#: How many words before a noun are looked at for those that say which one it is.
_MODIFIERS = 6

_INNER = re.compile(r"[\s,.;:–—-]*(.*?)[\s,;:–—-]*", re.DOTALL)
#: What belongs to a number that it stands right before: $5, −20.
_SIGN = re.compile(r"(?:[$€£¥₸₽]|(?<!\S)[−+-])$")

#: What finds the answer to a question of one type, or of none, in a quote.
_Finder = Callable[[QuestionWords, QuoteWords], Span | None]


def highlight(question: AnalysedText, quote: AnalysedText) -> Span | None:
    """Return where in a quote the short answer to a question stands, or None if that is not clear.

    >>> question = AnalysedText.of("When did it open?", "en")
    >>> highlight(question, AnalysedText.of("The bridge opened in May 1931.", "en"))
    Span(start=21, end=29)
    """
    if len(quote.text) > _LONGEST_QUOTE:
        return None
    question_words = QuestionWords.of(question, quote.language)
    quote_words = QuoteWords.of(quote, question_words)
    types = question_words.types
    finders = [_FINDERS[type_] for type_ in _FINDERS if type_ in types] if types else _OPEN
    span = next(filter(None, (find(question_words, quote_words) for find in finders)), None)
    return span and _trimmed(quote.text, span)


def _trimmed(quote: str, span: Span) -> Span | None:
    """Return a span of a quote without punctuation around it, but with the sign of a currency before it."""
    inner = _INNER.fullmatch(span.of(quote))
    if not inner or not inner[1]:
        return None
    start, end = span.start + inner.start(1), span.start + inner.end(1)
    signed = _SIGN.search(quote, 0, start) if quote[start].isdigit() else None
    return Span(signed.start() if signed else start, end)


def _fresh(question: QuestionWords, quote: QuoteWords, kind: Kind) -> list[Mention]:
    """Return the mentions of a kind that the question does not make itself, in words or in figures."""
    mentions = [mention for mention in quote.of_kind(kind) if quote.share(mention) < 1]
    if kind is Kind.NAME:
        return [_without_title(question, quote, mention) for mention in mentions]
    if kind is Kind.QUOTED or not question.numbers:
        return mentions
    keys = [number_keys(quote.text[mention.start : mention.end]) for mention in mentions]
    return [
        mention
        for mention, own in zip(mentions, keys, strict=True)
        if not own or not question.numbers.issuperset(own)
    ]


def _without_title(question: QuestionWords, quote: QuoteWords, name: Mention) -> Mention:
    """Return a name without the common words before it that the question says: President Tokayev."""
    common = terms_of(word for word in question.words if not word.capital)
    for place in quote.within(name):
        word = quote.words[place]
        if not quote.same[place] or (word.start > 0 and common.isdisjoint(word.terms)):
            return Mention(name.kind, max(word.start, name.start), name.end)
    return name


def _nearest(
    quote: QuoteWords,
    mentions: Iterable[Mention],
    bonus: Callable[[Mention], float] = lambda _: 0.0,
    *,
    lead: float = 0.0,
) -> Span | None:
    """Return the mention nearest to the question's words, or None if another one is as near.

    A `bonus` is how many words nearer a mention counts, and the `lead` how many words the others must be
    farther.
    """

    def distance(mention: Mention) -> float:
        return quote.distance(mention) + _REPETITION_PENALTY * quote.share(mention) - bonus(mention)

    ranked = sorted((distance(mention), mention.start, mention.end) for mention in mentions)
    best = {quote.text[start:end] for apart, start, end in ranked if apart <= ranked[0][0] + lead}
    return Span(*ranked[0][1:]) if len(best) == 1 else None


def _nearest_name(
    question: QuestionWords,
    quote: QuoteWords,
    mentions: Sequence[Mention],
    bonus: Callable[[Mention], float] = lambda _: 0.0,
) -> Span | None:
    """Return the name nearest to the question's words, or None if there are several and all are far away.

    In another language most words are not matched, so distance says nothing there.
    """
    span = _nearest(quote, mentions, bonus)
    if _are_listed(quote, mentions):
        return None
    if span is None or question.foreign or len(mentions) == 1:
        return span
    return span if quote.distance(Mention(Kind.NAME, span.start, span.end)) <= _NAME_WITHIN else None


def _are_listed(quote: QuoteWords, names: Sequence[Mention]) -> bool:
    """Whether three or more names stand in a list, so that any may be meant: Almaty, Oral and Yakutsk."""
    ordered = sorted((name.start, name.end) for name in names)
    listed = 0
    for (_, end), (start, _) in pairwise(ordered):
        between = quote.text[end:start].strip(" ,")
        apart = end <= start and (not between or between in quote.table.clauses.joining)
        listed = listed + 1 if apart else 0
        if listed > 1:
            return True
    return False


def _money(question: QuestionWords, quote: QuoteWords) -> Span | None:
    return _nearest(quote, _fresh(question, quote, Kind.MONEY), lead=_NUMBER_LEAD)


def _percent(question: QuestionWords, quote: QuoteWords) -> Span | None:
    return _nearest(quote, _fresh(question, quote, Kind.PERCENT))


def _date(question: QuestionWords, quote: QuoteWords) -> Span | None:
    """Return the nearest date, of two as near the longer; only one with a year if a year is asked for."""
    mentions = _fresh(question, quote, Kind.DATE)
    if question.says_day:
        mentions = [mention for mention in mentions if _DIGIT.search(quote.text, mention.start, mention.end)]
    if question.says(question.table.years):
        mentions = [mention for mention in mentions if _YEAR.search(quote.text[mention.start : mention.end])]
    return _nearest(quote, mentions, lambda mention: _DATE_BONUS * (mention.end - mention.start))


def _number(question: QuestionWords, quote: QuoteWords) -> Span | None:
    """Return the number that the counted things follow, or else the nearest one.

    Percentages are taken only where there is no other number, amounts of money only where the question
    counts no things, and dates and ordinals never.
    """
    percentages, not_counts = quote.of_kind(Kind.PERCENT), quote.of_kind(Kind.DATE, Kind.MONEY)
    numbers = [
        number
        for number in _fresh(question, quote, Kind.NUMBER)
        if not _inside(number, not_counts) and not _counts_nothing(quote.text, number)
    ]
    plain = [number for number in numbers if not _inside(number, percentages)]
    counted = terms_of(question.after(question.table.counted)[:BESIDE])

    def before_counted(number: Mention) -> float:
        last = quote.within(number)[-1]
        following = quote.words[last + 1 : last + 2 + BESIDE]
        in_digits, again = quote.text[number.start].isdigit(), quote.text[: number.start].endswith("(")
        matches = (
            _COUNTED_BONUS / apart
            for apart, word in enumerate(following, 1)
            if not word.terms.isdisjoint(counted)
        )
        return in_digits - _BRACKET_PENALTY * again + sum(matches)

    if _asks_an_amount(question) and (money := _fresh(question, quote, Kind.MONEY)):
        amounts = [number for number in plain if not _before_word(quote, number)]
        return _nearest(quote, [*amounts, *money], lambda amount: _MONEY_BONUS * (amount.kind is Kind.MONEY))
    span = _nearest(quote, plain or numbers, before_counted, lead=_NUMBER_LEAD)
    if span and any(_is_listed_with(quote, span, number) for number in numbers):
        return None
    whole = (Span(share.start, share.end) for share in percentages if span and share.start == span.start)
    return next(whole, span)


def _is_listed_with(quote: QuoteWords, span: Span, number: Mention) -> bool:
    """Whether a number stands beside another one in a list, so that either may be meant: 80 (92)."""
    first, second = sorted([(span.start, span.end), (number.start, number.end)])
    return _LISTING.fullmatch(quote.text, first[1], second[0]) is not None


def _counts_nothing(text: str, number: Mention) -> bool:
    """Whether a number is an ordinal or part of a time of day."""
    before = text[max(0, number.start - 2) : number.start]
    return _COUNTS_NOTHING.match(text, number.end) is not None or _PART_BEFORE.search(before) is not None


def _asks_an_amount(question: QuestionWords) -> bool:
    """Whether a question asks how much was done, and not how much or many of a thing."""
    places = (place for place, word in enumerate(question.words) if word.text in question.table.amounts)
    place = next(places, None)
    if place is None:
        return False
    following = question.words[place + 1 : place + 2]
    verbs = tuple(question.table.verb_endings)
    return all(not word.is_content or word.text.endswith(verbs) for word in following)


def _inside(mention: Mention, containers: Iterable[Mention]) -> bool:
    """Whether a mention lies within one of some others."""
    return any(outer.start <= mention.start and mention.end <= outer.end for outer in containers)


def _reason(_: QuestionWords, quote: QuoteWords) -> Span | None:
    """Return the nearest reason, with the clause that belongs to it: we cannot see, who calls."""
    span = _nearest(quote, quote.of_kind(Kind.REASON))
    if span is None:
        return None
    following = quote.within(Span(span.end, len(quote.text)))
    if not following or quote.text[span.end : quote.words[following[0]].start] != ", ":
        return span
    if quote.words[following[0]].text not in quote.table.clauses.subordinate:
        return span
    end = _CLAUSE_END.search(quote.text, span.end)
    whole = Span(span.start, end.start() if end else len(quote.text))
    return whole if len(quote.within(whole)) <= _LONGEST_PHRASE else span


def _person(question: QuestionWords, quote: QuoteWords) -> Span | None:
    """Return the nearest name of a person, one of several words first.

    Without any name, that is the first word of the quote if a matched one follows it.
    """
    names = _joined(
        quote, [name for name in _names(question, quote) if _may_be_person(question, quote, name)]
    )
    if role := _role(question):
        places = [place for place in quote.hits if not quote.words[place].terms.isdisjoint(role)]
        names = [name for name in names if any(_beside(quote, name, place) for place in places)]
    alone = quote.matched[:2] == (False, True) and quote.words[0].is_content and quote.gap(0) == " "
    if (
        not names
        and alone
        and not any(name.start == quote.words[0].start for name in quote.of_kind(Kind.NAME))
    ):
        return Span(quote.words[0].start, quote.words[0].end)

    def bonus(name: Mention) -> float:
        several = len(quote.within(name)) > 1
        led_to = quote.follows(name.start, quote.table.names.agents_after)
        return _FULL_NAME_BONUS * several + _AGENT_BONUS * led_to

    if not names and quote.speaker and quote.share(quote.speaker) < 1:
        return Span(quote.speaker.start, quote.speaker.end)
    return _nearest_name(question, quote, names, bonus)


def _may_be_person(question: QuestionWords, quote: QuoteWords, name: Mention) -> bool:
    """Whether a name may be a person's: no place's, no institution's, and none that the question has."""
    typed_small = not any(word.capital for word in question.words)
    named = terms_of(word for word in question.words if word.is_content and (word.capital or typed_small))
    own = [quote.words[place] for place in quote.within(name)]
    # By the last word somebody is known; the first may be anybody's.
    again = own[-1].capital and not named.isdisjoint(own[-1].terms)
    if again and not place_keys(own[-1].text, quote.language):
        return False
    kinds = quote.table.names.kinds
    return not any(word.text in kinds for word in own) and not _of_place(quote, name)


def _role(question: QuestionWords) -> frozenset[str]:
    """Return the terms of the role that is asked for: the only content word of "Who is the president of X?".

    There are none if the question has several content words, or is in another language than the quote.
    """
    content = [
        word for word in question.words if word.is_content and not place_keys(word.text, question.language)
    ]
    return content[0].terms if len(content) == 1 and not question.foreign else frozenset()


def _beside(quote: QuoteWords, name: Mention, place: int) -> bool:
    """Whether a name stands so near the word for a role that it may be whose role that is."""
    own = quote.within(name)
    return min(abs(place - own[0]), abs(place - own[-1])) <= _ROLE_WITHIN


def _organisation(question: QuestionWords, quote: QuoteWords) -> Span | None:
    return _nearest_name(question, quote, _called(question, quote, _names(question, quote)))


def _place(question: QuestionWords, quote: QuoteWords) -> Span | None:
    """Return the nearest name that stands as names of places do, if any does, or else the nearest of all.

    Unless the question asks for a thing, as "Which city?" does, a name is left out that only says which
    thing the word after it means: the Kenyan village.
    """
    names = [name for name in _names(question, quote) if not _is_asked_about(question, quote, name)]
    located = [name for name in names if _located(quote, name)]
    if not question.says(question.table.things):
        modifiers = [name for name in _joined(quote, names) if _before_word(quote, name)]
        names = [name for name in names if _of_place(quote, name) or not _inside(name, modifiers)]

    def bonus(name: Mention) -> float:
        at_verb = _located(quote, name) and _beside_verb(quote, name)
        return _PLACE_BONUS * _of_place(quote, name) + _LOCATED_BONUS * at_verb

    return _nearest_name(question, quote, located or names, bonus)


def _is_asked_about(question: QuestionWords, quote: QuoteWords, name: Mention) -> bool:
    """Whether a name is that of a country or a city that the question names, perhaps in its own language."""
    return not question.places.isdisjoint(place_keys(quote.text[name.start : name.end], quote.language))


def _beside_verb(quote: QuoteWords, name: Mention) -> bool:
    """Whether a place stands right beside a matched word, but for its preposition: held in Rome."""
    own = quote.within(name)
    place = own[-1] + 1 if quote.table.places.endings else own[0] - 2
    return 0 <= place < len(quote.words) and _common(quote, place)


def _names(question: QuestionWords, quote: QuoteWords) -> list[Mention]:
    """Return the names that the question does not say, without adjectives (the German army)."""
    adjectives = tuple(quote.table.names.adjectives)

    def is_adjective(name: Mention) -> bool:
        return _before_word(quote, name) and quote.words[quote.within(name)[-1]].text.endswith(adjectives)

    def has_content(name: Mention) -> bool:
        return any(quote.words[place].is_content for place in quote.within(name))

    fresh = _fresh(question, quote, Kind.NAME)
    return [name for name in fresh if has_content(name) and not is_adjective(name)]


def _before_word(quote: QuoteWords, mention: Mention) -> bool:
    """Whether a content word follows right away, which may be what is meant: the Kenyan village, 10 years."""
    last = quote.within(mention)[-1]
    return last + 1 < len(quote.words) and quote.gap(last) == " " and quote.words[last + 1].is_content


def _called(question: QuestionWords, quote: QuoteWords, names: Iterable[Mention]) -> list[Mention]:
    """Return what stands in quotation marks and is short enough for a name, and the names outside of it."""
    quoted = [
        mention
        for mention in _fresh(question, quote, Kind.QUOTED)
        if len(quote.within(mention)) <= _NAME_LENGTH
    ]
    return [*quoted, *(name for name in names if not _inside(name, quoted))]


def _joined(quote: QuoteWords, names: Sequence[Mention]) -> list[Mention]:
    """Return names, two as one where only an "and" stands between them."""
    joined: list[Mention] = []
    for name in names:
        if joined and quote.text[joined[-1].end : name.start].strip() in quote.table.clauses.joining:
            joined[-1] = Mention(name.kind, joined[-1].start, name.end)
        else:
            joined.append(name)
    return joined


def _of_place(quote: QuoteWords, name: Mention) -> bool:
    """Whether a name is that of a country or a city; one of three words only contains it: Bank of England."""
    text = quote.text[name.start : name.end]
    return len(quote.within(name)) < 3 and bool(place_keys(text, quote.language))


def _located(quote: QuoteWords, name: Mention) -> bool:
    """Whether a name stands after a preposition of place, or in a case of place."""
    places = quote.table.places
    text = quote.text[name.start : name.end]
    return quote.follows(name.start, places.prepositions) or text.endswith(tuple(places.endings))


def _definition(_: QuestionWords, quote: QuoteWords) -> Span | None:
    """Return what stands after a word of the question and then a dash, or a word for "is"."""
    copulas = "|".join(map(re.escape, quote.table.definitions.copulas)) or "(?!)"
    is_ = re.compile(rf"(?:\s*\([^()]*\))?(?:\s*[–—-]\s+(?:(?:{copulas})\s)?|,?\s(?:{copulas})\s)")
    for place, same in enumerate(quote.same):
        if (
            same
            and quote.words[place].is_content
            and (match := is_.match(quote.text, quote.words[place].end))
        ):
            end = _CLAUSE_END.search(quote.text, match.end())
            span = Span(match.end(), end.start() if end else len(quote.text))
            return span if 1 < len(quote.within(span)) <= _LONGEST_PHRASE else None
    return None


def _manner(_: QuestionWords, quote: QuoteWords) -> Span | None:
    """Return the phrase that begins with a preposition of means, if it follows words of the question."""
    means = "|".join(map(re.escape, quote.table.means.prepositions)) or "(?!)"
    for match in re.finditer(rf"(?<=\w )(?:{means}) (?=[^\W\d_])", quote.text):
        before = quote.within(Span(0, match.start()))
        span = _following(quote, quote.within(Span(0, match.end()))[-1])
        if (
            span
            and any(quote.matched[place] for place in before[-BESIDE:])
            and quote.text[span.start].islower()
        ):
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


def _stranded(question: QuestionWords, quote: QuoteWords) -> Span | None:
    """Return what follows the preposition that a question ends with: aimed at? – aimed at growth."""
    if question.foreign or len(question.words) < 2:
        return None
    verb, preposition = question.words[-2:]
    for place, (word, after) in enumerate(zip(quote.words, quote.words[1:], strict=False), 1):
        leads = after.text == preposition.text and after.text in quote.table.clauses.leading
        if leads and not word.terms.isdisjoint(verb.terms):
            return _following(quote, place)
    return None


def _thing(question: QuestionWords, quote: QuoteWords) -> Span | None:
    """Return the words that say which thing it is: which corridors? – the North-South corridors."""
    run = max(_runs(quote, question.after(question.table.things)), key=len, default=None)
    if not run:
        return None
    end = quote.words[run[-1]].end
    for mention in quote.of_kind(Kind.NAME, Kind.QUOTED):
        between = quote.text[end : mention.start]  # empty, which is no space, if the mention is before
        if quote.share(mention) < 1 and re.fullmatch(r" [«“\"]?", between):
            return Span(mention.start, mention.end)
    first = _first_modifier(quote, run[0])
    start = quote.words[first].start
    if first == run[0] or quote.follows(start, quote.table.definitions.indefinite):
        return None
    return Span(start, quote.words[run[0]].start)


def _runs(quote: QuoteWords, things: Sequence[Word]) -> Iterator[range]:
    """Yield the places of each run of words in a quote that begins as `things` do."""
    for start in range(len(quote.words)):
        pairs = zip(quote.words[start:], things, strict=False)
        same = takewhile(lambda pair: not pair[0].terms.isdisjoint(pair[1].terms), pairs)
        if length := len(list(same)):
            yield range(start, start + length)


def _first_modifier(quote: QuoteWords, head: int) -> int:
    """Return the place of the first word that says which one the noun at `head` means, or `head` itself."""
    clauses = quote.table.clauses
    first = head
    for place in range(head - 1, max(-1, head - 1 - _MODIFIERS), -1):
        word = quote.words[place]
        if quote.gap(place) not in (" ", "-", "–", ", ") or quote.matched[place] or word.text.isdigit():
            break
        if word.is_content and _qualifies(quote, place):
            first = place
        elif word.text not in clauses.joining:
            break
    taken = [quote.words[place] for place in range(max(0, first - 1), head)]
    plain = [word.text for word in taken if not word.capital]
    vague = {*clauses.vague, *clauses.beginnings}.intersection(plain)
    return head if vague or any(word.endswith(tuple(clauses.adverbs)) for word in plain) else first


def _qualifies(quote: QuoteWords, place: int) -> bool:
    """Whether a word can say which one is meant, by its ending, its capital or a hyphen after it."""
    endings = tuple(quote.table.names.qualifying)
    word = quote.words[place]
    capital = place > 0 and word.capital
    return not endings or word.text.endswith(endings) or capital or quote.gap(place) == "-"


def _object(question: QuestionWords, quote: QuoteWords) -> Span | None:
    """Return the phrase after most of the words of a question about what was done to something."""
    if question.foreign or not question.says(question.table.helping):
        return None
    if any(_runs(quote, question.after(question.table.things))):
        return None
    content = sum(word.is_content for word in question.words)
    best, most = None, _LEAST_HITS - 1
    for place in quote.hits:
        count = len({quote.words[hit].text for hit in quote.hits if place - _WINDOW < hit <= place})
        if count > most and count >= _LEAST_PART * content and (span := _following(quote, place)):
            best, most = span, count
    return best


def _following(quote: QuoteWords, place: int) -> Span | None:
    """Return the rest of the clause after a word, prepositions and articles left out.

    There is none if it begins with a matched word or a pronoun, has one word only, or is too long.
    """
    clauses = quote.table.clauses
    leading = takewhile(lambda word: word.text in clauses.leading, quote.words[place + 1 :])
    first = place + 1 + len(list(leading))
    if first >= len(quote.words) or quote.matched[first] or quote.words[first].text in clauses.pointing:
        return None
    if any(_CLAUSE_END.search(quote.gap(before)) for before in range(place, first)):
        return None
    last = first
    while last + 1 < len(quote.words):
        gap = quote.gap(last)
        cut = "," in gap and last - first >= _CUT_LENGTH
        if cut or _CLAUSE_END.search(gap) or quote.words[last + 1].text in clauses.beginnings:
            break
        last += 1
    return (
        Span(quote.words[first].start, quote.words[last].end) if 1 <= last - first < _LONGEST_PHRASE else None
    )


def _named(question: QuestionWords, quote: QuoteWords) -> Span | None:
    """Return what is in quotation marks near the question's words, or a name that one of them describes."""
    if question.foreign or question.says(question.table.helping):
        return None
    names = [name for name in _names(question, quote) if not _of_place(quote, name)]
    called = _called(question, quote, _joined(quote, names))
    near = [
        mention
        for mention in called
        if mention.kind is Kind.QUOTED and quote.distance(mention) <= _QUOTED_WITHIN
    ]
    described = (mention for mention in called if mention not in near and _is_described(quote, mention))
    return _nearest(quote, [*near, *described])


def _is_described(quote: QuoteWords, mention: Mention) -> bool:
    """Whether a matched word says what a name is: the parasite T.; T., a parasite; T. was found."""
    places = quote.within(mention)
    before, after = places[0] - 1, places[-1] + 1
    ends = after == len(quote.words)
    if before >= 0 and _common(quote, before) and quote.gap(before) in (" ", ", ", " ("):
        return ends or quote.gap(after - 1) != " " or not quote.words[after].is_content
    if ends or (quote.gap(after - 1) == ", " and _common(quote, after)):
        return not ends
    is_ = quote.table.definitions.copulas
    return quote.words[after].text in is_ and any(quote.matched[after + 1 : after + 2])


def _common(quote: QuoteWords, place: int) -> bool:
    """Whether a word is matched, and is part of no name or date."""
    word = quote.words[place]
    dated = any(date.start <= word.start < date.end for date in quote.of_kind(Kind.DATE))
    return quote.matched[place] and not word.capital and not dated


#: For questions of no type, in the order in which they are tried, the surest first.
_OPEN: Sequence[_Finder] = (_stranded, _thing, _object, _named)
