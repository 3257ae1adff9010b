"""Questions that lean on the one before, as "And gas?", "А в 2022 году?" and "Ол қашан болды?" do.

question ─ marks, pronouns, what it names itself ─▶ does it lean?
previous ─ content words, without those that the question puts others in the place of ─▶ carried

In doubt a question stands alone: carrying too much misleads more than carrying nothing does. How languages
do it is data, in each one's `followups.toml`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.analysis.mentions import Kind
from retrieval.analysis.places import place_keys
from retrieval.analysis.words import function_words
from retrieval.articles import one_line
from retrieval.languages import KNOWN
from retrieval.languages.detection import language_of_question
from retrieval.languages.tables import Followups, FollowupWords, table
from retrieval.questions.antecedents import asks_who, may_stand_for

#: A question with more content words than these says itself what it is about; one with a mark, or with a word
#: that may mean nothing, has even fewer.
_MOST, _FEW = 6, 3

#: How many questions before a follow-up are looked back over for one that stands alone. Chosen by eye.
CHAIN = 4


@dataclass(frozen=True, slots=True)
class EarlierQuestion:
    """A question that was asked before, and the language that it is in by itself.

    `answered` is the fingerprint of the sentence that was cited first for it, and `names` are the words of
    those in that sentence which answer it. `topic` is what it was taken to be about, if it asked nothing.
    """

    text: str
    language: str
    answered: str | None = None
    names: tuple[str, ...] = ()
    topic: str | None = None

    @classmethod
    def of(cls, text: str) -> Self:
        """Return a text as an earlier question."""
        text = one_line(text)
        return cls(text, language_of_question(text))


@dataclass(frozen=True, slots=True)
class Followup:
    """A question that leans on another one, and the words of that one that it goes on with.

    Raises `ValueError` without any words to go on with.
    """

    question: AnalysedText
    previous: AnalysedText
    #: The distinct words.
    carried: AnalysedText
    #: Whether it only names what the previous question is asked of anew: "And in 2022?"
    elliptical: bool
    #: What is asked, said in one: that question's words as they stand there, but no replaced ones.
    whole: AnalysedText
    #: Of the carried words those of names that answered it.
    names: tuple[str, ...] = ()
    #: What it names, if it does no more than that, and whether it does so as a topic: "What about gas?"
    topic: str = ""
    is_about: bool = False

    def __post_init__(self) -> None:
        if not self.carried.words:
            raise ValueError("there are no words to carry over")

    @property
    def expecting(self) -> AnalysedText:
        """The one of the two questions that says what kind of answer is expected."""
        return self.previous if self.elliptical else self.question


@dataclass(frozen=True, slots=True)
class _Read:
    """A question without the words that it begins and ends with because it goes on."""

    text: AnalysedText
    words: Sequence[str]
    #: How many words it begins with so.
    begins: int
    #: What says what it is about: neither function word, question word nor pronoun.
    content: Sequence[str]
    asks: bool
    marked: bool
    table: Followups

    @classmethod
    def of(cls, text: AnalysedText) -> Self:
        """Return a question's words as its grammar reads them."""
        known = table(text.language, Followups)
        marks, listed = known.marks, known.words
        beginnings = sorted((*marks.topics, *marks.leads), key=len, reverse=True)
        firsts = (tuple(beginning.split()) for beginning in beginnings)
        begins = next((len(first) for first in firsts if text.words[: len(first)] == first), 0)
        words = text.words[begins:]
        marked = begins > 0
        if words and words[-1] in marks.tails:
            words, marked = words[:-1], True
        silent = {
            *function_words(text.language),
            *listed.asking,
            *listed.pronouns,
            *listed.ambiguous_pronouns,
            *listed.vague,
            *listed.prepositions,
            *listed.to_the_bot,
        }
        content = [word for word in words if word not in silent]
        asks = not set(listed.asking).isdisjoint(words)
        return cls(text, words, begins, content, asks, marked, known)

    @property
    def language(self) -> str:
        """The language that it is read in."""
        return self.text.language

    @property
    def listed(self) -> FollowupWords:
        """The words of the language's table."""
        return self.table.words

    def has(self, some_words: Iterable[str]) -> list[int]:
        """Return where any of these words stand."""
        listed = set(some_words)
        return [place for place, word in enumerate(self.words) if word in listed]

    def within(self, phrases: Iterable[str]) -> set[int]:
        """Return where the words of any of these phrases stand, if the whole phrase does."""
        return {
            place
            for phrase in map(tuple, map(str.split, phrases))
            for start in range(len(self.words) - len(phrase) + 1)
            if self.words[start : start + len(phrase)] == phrase
            for place in range(start, start + len(phrase))
        }


def followup_after(question: AnalysedText, previous: Sequence[EarlierQuestion]) -> Followup | None:
    """Return what a question goes on with after the previous ones, the oldest first; each is one line.

    Those may go on themselves; what says nothing to go on with is passed over: "Really?"

    >>> before = [EarlierQuestion("How much did trade grow in 2021?", "en")]
    >>> followup = followup_after(AnalysedText.of("And in 2022?", "en"), before)
    >>> followup.carried.text, followup.expecting.text
    ('trade grow', 'How much did trade grow in 2021?')
    """
    about: _About | None = None
    for earlier in previous[-CHAIN:]:
        text = AnalysedText.of(earlier.text, earlier.language)
        followup = _follow_up(text, about) if about else None
        if about and followup:
            about = _About.of(followup, earlier.names, about)
        elif _specific(_Read.of(text)):
            about = _About(text, earlier.names, asks_who(text))
    return _follow_up(question, about) if about else None


@dataclass(frozen=True, slots=True)
class _About:
    """What a question may go on with: an earlier one said in one.

    `names` are the words of those that answered it, of a `person` if it asked who, which a pronoun may stand
    for. `passing` are words that it went on with itself without being about them, so that the next question
    does not; `put` are those that it put in the place of others, and the next may put others in theirs.
    """

    text: AnalysedText
    names: tuple[str, ...] = ()
    person: bool = False
    passing: frozenset[str] = frozenset()
    put: frozenset[str] = frozenset()

    @classmethod
    def of(cls, followup: Followup, names: tuple[str, ...], before: Self) -> Self:
        """Return what a question may go on with after a follow-up, which some names answered.

        If none did, a pronoun stands for the same as its own did.
        """
        person = asks_who(followup.expecting)
        if not names and not followup.elliptical:
            names, person = before.names, before.person
        whole = followup.whole
        if followup.names:
            said = whole.text.removesuffix(" ".join(followup.names)).rstrip()
            whole = AnalysedText.of(said, whole.language)
        if followup.elliptical:
            put = frozenset(_Read.of(followup.question).content)
            return cls(whole, names, person, put=put)
        previous = _Read.of(followup.previous)
        passing = frozenset(previous.content) - frozenset(_lasting(previous.content, followup.previous))
        return cls(whole, names, person, passing)


def _follow_up(question: AnalysedText, about: _About) -> Followup | None:
    """Return what a question, in the language that it is in by itself, goes on with."""
    previous = about.text
    question = question.in_language(_language(question, previous.language))
    read, earlier = _Read.of(question), _Read.of(previous)
    if question.language not in KNOWN or question.words == previous.words or not _leans(read):
        return None
    replaces = not read.asks and not read.has(read.listed.pronouns)
    elliptical = replaces and not read.has(read.listed.ambiguous_pronouns) and not _asks_whether(read)
    kept = _not_replaced(earlier, read) if replaces else _specific(earlier)
    kept = [word for word in dict.fromkeys(kept) if word not in read.content]
    left_out = about.passing | about.put if elliptical else about.passing
    kept = [word for word in kept if word not in left_out] or kept
    if not kept:
        return None
    left = _left(earlier, kept, whole=elliptical)
    names: tuple[str, ...] = ()
    if not replaces and may_stand_for(read.words, question.language, person=about.person):
        said = {*kept, *question.words}
        names = tuple(word for word in about.names if word not in said)
    whole = f"{left}, {_bare(read)}" if elliptical else " ".join((question.text, left, *names))
    if names:
        # They say of whom; what else is kept only led to them.
        kept = _lasting(kept, previous)
    named = " ".join(read.content)
    return Followup(
        question,
        previous,
        AnalysedText.of(" ".join((*kept, *names)), previous.language),
        elliptical,
        AnalysedText.of(whole, previous.language if elliptical else question.language),
        names,
        named if elliptical and not all(map(str.isdigit, read.content)) else "",
        _is_about(read),
    )


def _is_about(read: _Read) -> bool:
    """Whether a question begins or ends as one does that names a topic: "What about gas?"."""
    topics = {*map(tuple, map(str.split, read.table.marks.topics))}
    return read.text.words[: read.begins] in topics or len(read.text.words) > read.begins + len(read.words)


def _left(read: _Read, kept: Sequence[str], *, whole: bool) -> str:
    """Return a question's words as they stand in it: of the content ones those that are kept.

    Prepositions before these are left too, and of a `whole` question all that tells nothing.
    """
    prepositions = set(read.listed.prepositions)
    text = read.text.text
    left: list[str] = []
    stays, end = whole, len(text)
    for token in reversed(read.text.tokens):
        if token.text in read.content:
            stays = token.text in kept
        if stays if token.text in read.content or token.text in prepositions else whole:
            left.append(text[token.start : end])
        end = token.start
    return "".join(reversed(left)).rstrip(" ,.?!…")


def _bare(read: _Read) -> str:
    """Return a question without the words that it begins and ends with because it goes on."""
    own = read.text.tokens[read.begins :][: len(read.words)]
    return read.text.text[own[0].start : own[-1].end] if own else read.text.text


def _language(question: AnalysedText, before: str) -> str:
    """Return the language of a question; that of the one before, if it is too short to tell another."""
    own, text = question.language, question.text
    if not any(map(str.isalpha, text)):
        return before
    if {own, before} == {"ru", "kk"} and len(question.words) <= _FEW:
        tailed = [code for code in (own, before) if question.words[-1] in table(code, Followups).marks.tails]
        letters = set(text.lower()) & set("әғқңөұүһі")
        return tailed[0] if tailed else own if letters else before
    if own == "ru" and question.words[-1] in table("kk", Followups).marks.tails:
        return "kk"
    return own


def _leans(read: _Read) -> bool:
    if read.has(read.listed.to_the_bot) or read.within(read.table.phrases.now) or len(read.content) > _MOST:
        return False
    if not read.content:
        return read.asks or read.marked or bool(read.has(read.listed.pronouns))
    named = _places_of_names(read)
    if _points_back(read, named) or (all(map(str.isdigit, read.content)) and not _asks_what_happened(read)):
        return True
    few = len(read.content) <= _FEW
    if read.marked and few and not read.asks:
        return True
    return few and not named and (_says_little(read) or _asks_further(read))


def _asks_whether(read: _Read) -> bool:
    """Whether a question is one to be said yes or no to."""
    listed = read.listed
    return not set(read.words[:1]).isdisjoint(listed.verbs) or bool(read.has(listed.particles))


def _asks_what_happened(read: _Read) -> bool:
    """Whether a question needs no more than a year: "What happened in 2010?"."""
    return read.asks and not read.marked and bool(read.has(read.listed.happening))


def _says_little(read: _Read) -> bool:
    """Whether a question asks something, but nothing of it says about what."""
    listed = read.listed
    if read.asks and not set(read.content) - {*listed.general, *listed.relational}:
        # How many there are, there are in all.
        return read.marked or not read.within(read.table.phrases.empty)
    if len(read.content) != 1:
        return False
    first, second = (*read.words, "", "")[:2]
    if first in listed.prepositions and second in listed.asking:
        return True
    # What prepositions say elsewhere, a case says here: "Қай матчта?"
    return first in listed.asking and [*read.words[1:]] == read.content and bool(_case(second, read.table))


def _asks_further(read: _Read) -> bool:
    """Whether more of the same is asked for, as "What else was opened?" does."""
    further = read.listed.further
    return read.asks and len(read.content) == 1 and not set(further).isdisjoint(read.text.words)


def _points_back(read: _Read, named: Sequence[int]) -> bool:
    """Whether a pronoun stands for what was said before, and not for a name that the question gives first."""
    relative_days = set(read.listed.relative_days)
    content = set(read.content) - set(read.listed.general)
    places = read.has(read.listed.pronouns)
    if len(read.content) <= _FEW:
        # What somebody says about it is about something else than who says it.
        if read.within(read.table.phrases.about):
            return True
        phrases = read.table.phrases
        empty = read.within((*phrases.empty, *phrases.empty_before_names) if named else phrases.empty)
        places += [
            place
            for place in read.has(read.listed.ambiguous_pronouns)
            if place not in empty and not _joins_clauses(read, place)
        ]
    return any(
        all(place < name for name in named)
        # One verb may come before it; of two words one may be what it stands for.
        and sum(word in content for word in read.words[:place]) <= 1
        and not _in_second_clause(read, place)
        and not relative_days & set(read.words[place + 1 : place + 2])
        for place in places
    )


def _in_second_clause(read: _Read, place: int) -> bool:
    """Whether a pronoun may stand for a word of the clause before its own: "who is abai and where was he"."""
    before = [at for at, word in enumerate(read.words[:place]) if word in read.content]
    joints = {*read.listed.asking, *read.table.marks.leads}
    return bool(before) and not joints.isdisjoint(read.words[before[-1] + 1 : place])


def _joins_clauses(read: _Read, place: int) -> bool:
    """Whether a word only begins a clause: "said that trade grew", "the bridge that opened"."""
    clauses = read.table.clauses
    before, after = read.words[:place], read.words[place + 1 :]
    if read.words[place] not in clauses.joining or not after or not set(before[-1:]) & set(read.content):
        return False
    if after[0] in read.listed.prepositions:
        return False
    if after[0] in read.listed.verbs or after[0].endswith(tuple(clauses.verb_endings)):
        return True
    return not set(before[-2:-1]).isdisjoint(clauses.articles) or (
        before[-1] in clauses.saying and len(after) > 1
    )


def _places_of_names(read: _Read) -> list[int]:
    """Return where the words of names stand among a question's words."""
    named = _named(read.text, Kind.NAME, Kind.QUOTED)
    return [place for place, word in enumerate(read.words) if word in named and word in read.content]


def _named(text: AnalysedText, *kinds: Kind) -> set[str]:
    """Return the content words of the names in a text, which are mentions of some kinds."""
    return {
        word
        for mention in text.mentions
        if mention.kind in kinds
        for word in text.words_within(mention)
        if word not in function_words(text.language)
    }


def _lasting(content: Sequence[str], text: AnalysedText) -> list[str]:
    """Return those content words of a text that are of names, places or numbers."""
    # Said in one, a question may have marks in its midst, behind which any word has a capital.
    named = _named(AnalysedText.of(text.text.replace("?", ""), text.language), Kind.NAME, Kind.QUOTED)
    return [word for word in content if word in named or word.isdigit() or place_keys(word, text.language)]


def _specific(read: _Read) -> list[str]:
    """Return the content words of a question but the general ones, which ask for something of a kind."""
    general = set(read.listed.general)
    return [word for word in read.content if word not in general]


def _not_replaced(earlier: _Read, read: _Read) -> list[str]:
    """Return the content words of the previous question that a question puts nothing in the place of."""
    here, there = _roles(earlier), _roles(read)
    gone = {
        word
        for word, role in here.items()
        if any(role == other and word.isdigit() == new.isdigit() for new, other in there.items())
    }
    if any(map(str.isdigit, there)):
        periods = set(earlier.listed.relative_days)
        gone |= {word for word in earlier.content if word.isdigit() or word in periods}
    if any(place_keys(word, read.language) for word in there):
        names = {word for word in here if not word.isdigit()}
        if gone.isdisjoint(names):
            gone |= {word for word in names if place_keys(word, earlier.language)}
    if not gone and "" in there.values():
        gone |= _subject(earlier)
    return [word for word in earlier.content if word not in gone]


def _subject(read: _Read) -> set[str]:
    """Return the word that a question begins with, in a language whose endings tell that it is the subject.

    Its capital does not tell whether it is a name.
    """
    cased = bool(read.table.roles.cases)
    return {word for word in read.words[:1] if cased and not word.isdigit() and not _case(word, read.table)}


def _roles(read: _Read) -> dict[str, str]:
    """Return the words of a question that say who, where or when, each with the sign of its part in it.

    That is the preposition before it, or the case that it ends in; a name may have neither.
    """
    listed, language = read.listed, read.language
    named = _named(read.text, Kind.NAME)
    silent = {*function_words(language), *listed.asking, *listed.vague}
    roles: dict[str, str] = {}
    role = ""
    for word in read.text.words:
        if word in listed.prepositions:
            role = read.table.roles.same.get(word, word)
        elif word in silent and not word.isdigit() and word not in named:
            role = ""
        else:
            known = word in named or word.isdigit() or bool(place_keys(word, language))
            if role or known:
                roles[word] = role or _case(word, read.table)
            if read.table.roles.cases:
                role = ""
    return roles


def _case(word: str, known: Followups) -> str:
    """Return the first ending of the case that a word is in, in a language whose endings tell that."""
    for endings in known.roles.cases:
        if word.endswith(tuple(endings)):
            return str(endings[0])
    return ""
