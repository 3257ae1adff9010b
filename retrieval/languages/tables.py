"""What is known of each language, typed: every table that a language's folder may hold, and what it says.

A table is a TOML file named like its class in small letters. A key that no class knows fails when the file is
read; a table or key that a language leaves out is empty, as every table of an unknown language is. How the
words of a table are written, its file says.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.languages import KNOWN

#: Words or phrases, in the order in which they are tried.
Phrases = tuple[str, ...]

#: Phrases in groups that only say to a reader what they have in common.
Groups = Mapping[str, Phrases]


def phrases_of(groups: Groups) -> Iterator[str]:
    """Yield the phrases of all groups."""
    return (phrase for group in groups.values() for phrase in group)


class _Part(BaseModel):
    """A part of a table."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LanguageTable(_Part):
    """A table of a language."""


class Topics(LanguageTable):
    """How people ask to be told of a subject: what they say before it, and behind it."""

    before: Phrases = ()
    behind: Phrases = ()


class Words(LanguageTable):
    """Words that hold sentences together and say little themselves."""

    function: Phrases = ()


class Idfs(LanguageTable):
    """How rare each of these words is among sentences of the news: its idf, in nats."""

    function: Mapping[str, float] = {}


class Boundaries(LanguageTable):
    """Where sentences don't end, though a full stop says so."""

    borrows: Phrases = ()
    years: Phrases = ()
    never_ends: Groups = {}
    ends_before_starter: Groups = {}
    ends_before_capital: Groups = {}
    ends_after_number: Groups = {}
    measures: Groups = {}
    starters: Groups = {}
    lettered: Groups = {}
    word_ends: Groups = {}
    speech: Groups = {}


class Copies(LanguageTable):
    """How what is passed on may differ and still say the same, and what makes it say something else.

    `negates_by_endings` says that a word's ending may be what negates it: no word may differ then.
    """

    negates_by_endings: bool = False
    joining: Phrases = ()
    turning: Phrases = ()
    reporting: Phrases = ()


class Courtesies(LanguageTable):
    """What people say around a question, which asks nothing."""

    greetings: Phrases = ()
    acknowledgements: Phrases = ()
    requests: Phrases = ()
    closings: Phrases = ()


class _Dates(_Part):
    months: Phrases = ()
    days: Phrases = ()
    others: Phrases = ()
    made: Phrases = ()
    changed: Phrases = ()

    @property
    def words(self) -> Phrases:
        """All words that a date may have."""
        return (*self.months, *self.days, *self.others)


class _Credits(_Part):
    labels: Phrases = ()
    notices: Phrases = ()


class _Compounds(_Part):
    first: Phrases = ()
    second: Phrases = ()


class _Sections(_Part):
    words: Phrases = ()


class Lines(LanguageTable):
    """Lines that say nothing of a subject: dates, and credits, whose `notices` are regular expressions.

    `made` are the words that say of a document that something was done to it on a day, `changed` those of
    them that say that it was changed.

    And what keeps its hyphen at the end of a line, the first parts of compounds and the second ones, and the
    words for the parts of a text.
    """

    dates: _Dates = _Dates()
    credits: _Credits = _Credits()
    compounds: _Compounds = _Compounds()
    sections: _Sections = _Sections()


class _Marks(_Part):
    leads: Phrases = ()
    topics: Phrases = ()
    tails: Phrases = ()


class _FollowupPhrases(_Part):
    about: Phrases = ()
    empty: Phrases = ()
    empty_before_names: Phrases = ()
    now: Phrases = ()


class FollowupWords(_Part):
    """The words that say whether a question leans on another, and on what of it."""

    asking: Phrases = ()
    pronouns: Phrases = ()
    ambiguous_pronouns: Phrases = ()
    pronouns_of_persons: Phrases = ()
    pronouns_of_things: Phrases = ()
    verbs: Phrases = ()
    particles: Phrases = ()
    happening: Phrases = ()
    vague: Phrases = ()
    further: Phrases = ()
    to_the_bot: Phrases = ()
    general: Phrases = ()
    relational: Phrases = ()
    prepositions: Phrases = ()
    relative_days: Phrases = ()


class _FollowupClauses(_Part):
    joining: Phrases = ()
    saying: Phrases = ()
    articles: Phrases = ()
    verb_endings: Phrases = ()


class _Roles(_Part):
    same: Mapping[str, str] = {}
    cases: tuple[Phrases, ...] = ()


class Followups(LanguageTable):
    """How a question leans on the one before it."""

    marks: _Marks = _Marks()
    phrases: _FollowupPhrases = _FollowupPhrases()
    words: FollowupWords = FollowupWords()
    clauses: _FollowupClauses = _FollowupClauses()
    roles: _Roles = _Roles()


class QuestionPhrases(_Part):
    """The words and endings by which a question asks for a short answer."""

    counted: Phrases = ()
    amounts: Phrases = ()
    verb_endings: Phrases = ()
    things: Phrases = ()
    empty: Phrases = ()
    years: Phrases = ()
    helping: Phrases = ()


class _HighlightNames(_Part):
    agents_after: Phrases = ()
    kinds: Phrases = ()
    adjectives: Phrases = ()
    qualifying: Phrases = ()


class _HighlightPlaces(_Part):
    prepositions: Phrases = ()
    endings: Phrases = ()


class _Means(_Part):
    prepositions: Phrases = ()


class _Definitions(_Part):
    copulas: Phrases = ()
    indefinite: Phrases = ()


class _HighlightClauses(_Part):
    joining: Phrases = ()
    beginnings: Phrases = ()
    subordinate: Phrases = ()
    leading: Phrases = ()
    pointing: Phrases = ()
    vague: Phrases = ()
    adverbs: Phrases = ()


class Highlight(LanguageTable):
    """How a question asks for a short answer, and how a quote leads to it."""

    question: QuestionPhrases = QuestionPhrases()
    names: _HighlightNames = _HighlightNames()
    places: _HighlightPlaces = _HighlightPlaces()
    means: _Means = _Means()
    definitions: _Definitions = _Definitions()
    clauses: _HighlightClauses = _HighlightClauses()


class PeriodDates(_Part):
    """How a language writes days, months and years in a question."""

    whole: Phrases = ()
    parts: Phrases = ()
    when: Phrases = ()
    ordinals: Phrases = ()
    endings: Phrases = ()
    endings_in: Phrases = ()


class PeriodBounds(_Part):
    """How a language says where a period begins and ends."""

    between: Phrases = ()
    since: Phrases = ()
    after: Phrases = ()
    until: Phrases = ()
    before: Phrases = ()
    during: Phrases = ()


class ArticlesBefore(_Part):
    """Words for articles that a period follows."""

    many: Phrases
    taken: Phrases
    alone: Phrases
    kept: Phrases
    published: Phrases
    go_on: Phrases


class ArticlesAfter(_Part):
    """Words for articles that follow a period."""

    many: Phrases
    published: Phrases


class Periods(LanguageTable):
    """How a question limits when the articles were published."""

    months: Mapping[str, Phrases] = {}
    dates: PeriodDates = PeriodDates()
    bounds: PeriodBounds = PeriodBounds()
    bounds_of_articles: PeriodBounds = PeriodBounds()
    articles_before: ArticlesBefore | None = None
    articles_after: ArticlesAfter | None = None


class _Numerals(_Part):
    words: Phrases = ()
    multipliers: Phrases = ()


class _Units(_Part):
    words: Phrases = ()


class WrittenDates(_Part):
    """How a language writes dates in an article."""

    months: Phrases = ()
    ordinals: Phrases = ()
    written: Phrases = ("{year}",)


class _Joining(_Part):
    joining: Phrases = ()


class _Reasons(_Part):
    follows: Phrases = ()
    precedes: Phrases = ()
    signs: Phrases = ()


class Mentions(LanguageTable):
    """What in a text may be a short answer; a currency stands in `Numbers` too."""

    numerals: _Numerals = _Numerals()
    percent: _Units = _Units()
    money: _Units = _Units()
    dates: WrittenDates = WrittenDates()
    names: _Joining = _Joining()
    reasons: _Reasons = _Reasons()


class Endings(_Part):
    """Endings that follow certain stems, and those with which a word may be whole."""

    after: Phrases
    take: Phrases
    shortest: int
    whole: Phrases


class _Never(_Part):
    places: Phrases = ()


class Names(LanguageTable):
    """Which endings are no part of a name, and what else countries and cities are called."""

    endings: tuple[Endings, ...] = ()
    declension: Mapping[str, Phrases] = {}
    also: Mapping[str, Phrases] = {}
    never: _Never = _Never()


class _Attached(_Part):
    endings: Phrases = ()


class _NumberEndings(_Part):
    of_stems: Phrases = ()
    of_months: Phrases = ()
    suffixes: Phrases = ()


class _Percent(_Part):
    stems: Phrases = ()


class _Unsure(_Part):
    months: Phrases = ()


class _Between(_Part):
    words: Phrases = ()


class Numbers(LanguageTable):
    """Numbers, money, percentages and months, so that they are known in another language too.

    A currency stands here by its code, and in `Mentions` as what may be an answer.
    """

    joined: Mapping[str, str] = {}
    attached: _Attached = _Attached()
    cardinals: Mapping[str, Phrases] = {}
    endings: _NumberEndings = _NumberEndings()
    multipliers: Mapping[str, Phrases] = {}
    percent: _Percent = _Percent()
    money: Mapping[str, Phrases] = {}
    months: Mapping[str, Phrases] = {}
    unsure: _Unsure = _Unsure()
    between: _Between = _Between()


class Leaning(LanguageTable):
    """What sentences begin with that lean on the one before them, as regular expressions."""

    starts: Phrases = ()


class Questions(LanguageTable):
    """The phrases that ask for each type of answer, and those that ask for several things at once."""

    types: Mapping[str, Phrases] = {}
    several: Phrases = ()


class Suffixes(LanguageTable):
    """The endings of a language that piles them up, by what they say."""

    case: Phrases = ()
    possessive_case: Phrases = ()
    possessive: Phrases = ()
    plural: Phrases = ()
    without_harmony: Phrases = ()
    loan_endings: Phrases = ()
    devoiced: Mapping[str, str] = {}


#: All the tables that there are.
TABLES = (
    Boundaries,
    Copies,
    Courtesies,
    Followups,
    Highlight,
    Idfs,
    Leaning,
    Lines,
    Mentions,
    Names,
    Numbers,
    Periods,
    Questions,
    Suffixes,
    Topics,
    Words,
)

_Table = TypeVar("_Table", bound=LanguageTable)


def table(language: str, kind: type[_Table]) -> _Table:
    """Return a table of a language; an empty one, if that is unknown or leaves it out.

    Raises `ValueError` if the file says what no table of this kind does.
    """
    return cast("_Table", _read_once(language, kind))


@cache
def _read_once(language: str, kind: type[LanguageTable]) -> LanguageTable:
    name = f"{kind.__name__.lower()}.toml"
    path = files("retrieval.languages").joinpath(language, name)
    if language not in KNOWN or not path.is_file():
        return kind()
    return read_table(path.read_text("utf-8"), kind, f"{language}/{name}")


def read_table(text: str, kind: type[_Table], name: str) -> _Table:
    """Return the table that a TOML text says; `name` is for the error.

    Raises `ValueError`.
    """
    try:
        return kind.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ValueError(f"{name}: {error}") from error
