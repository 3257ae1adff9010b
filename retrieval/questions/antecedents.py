"""The names by which a question was answered, which a pronoun of the next one may stand for."""

from collections.abc import Iterable

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.analysis.mentions import Kind
from retrieval.analysis.stems import stems
from retrieval.analysis.words import function_words
from retrieval.articles import Span
from retrieval.languages.tables import Followups, table
from retrieval.questions.answer_types import AnswerType, expected


def names_answering(
    question: AnalysedText, quote: AnalysedText, short_answer: Span | None
) -> tuple[str, ...]:
    """Return the words of the names by which a sentence answers a question in the same language.

    They stand in the short answer, or are the only name of the sentence that the question does not have.

    >>> question = AnalysedText.of("Who is the mayor of Aral?", "en")
    >>> names_answering(question, AnalysedText.of("The mayor of Aral is Ann Lee.", "en"), None)
    ('ann', 'lee')
    """
    language = quote.language
    asked = {stem for word in question.words for stem in stems(word, language)} | function_words(language)
    names: list[list[str]] = []
    for mention in quote.mentions:
        if mention.kind in (Kind.NAME, Kind.QUOTED) and (
            short_answer is None or (mention.start < short_answer.end and short_answer.start < mention.end)
        ):
            name = quote.words_within(mention)
            new = [word for word in name if word not in asked and asked.isdisjoint(stems(word, language))]
            names += [new] if new else []
    if short_answer is None and len(names) != 1:
        return ()
    return tuple(dict.fromkeys(word for name in names for word in name))


def asks_who(question: AnalysedText) -> bool:
    """Whether a question asks for a person, so that the names which answer it are of one."""
    return AnswerType.PERSON in expected(question.text, question.language)


def may_stand_for(question_words: Iterable[str], language: str, *, person: bool) -> bool:
    """Whether a pronoun among a question's words may stand for a `person`, or else for another name."""
    listed = table(language, Followups).words
    others = set(listed.pronouns_of_things if person else listed.pronouns_of_persons)
    return not ({*listed.pronouns, *listed.ambiguous_pronouns} - others).isdisjoint(question_words)
