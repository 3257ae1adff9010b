"""What only says again what was asked: a stated question, a title, an entry of a list. It is no answer."""

from functools import lru_cache

from retrieval.analysis.stems import stems
from retrieval.analysis.words import function_words, words
from retrieval.articles import LIST_MARK, SentenceKind, StoredSentence, is_question
from retrieval.languages import KNOWN
from retrieval.questions.answer_types import AnswerType
from retrieval.questions.question import Question

#: Which part of the content words of a question that an article states must be those of what is asked, for it
#: to be the same question. Chosen by eye.
_SAME_QUESTION = 0.5

#: What is a sentence, and says something even with the words of the question: "Did it grow?", "It grew."
_SAYING = frozenset({SentenceKind.SENTENCE, SentenceKind.QUOTATION, SentenceKind.FOOTNOTE, SentenceKind.CODE})


def _unmarked(text: str) -> str:
    """Return the text of an item without the mark that it begins with."""
    mark = LIST_MARK.match(text)
    return text[mark.end() :] if mark else text


@lru_cache(maxsize=64)
def _asked(question: Question, language: str) -> frozenset[str]:
    """Return the forms of what a question asks for, as they are compared with a text in a language."""
    asked = ((word, spoken if language in KNOWN else language) for word, spoken in question.content_words)
    return frozenset(form for word, spoken in asked for form in stems(word, spoken))


def echoes(question: Question, sentence: StoredSentence) -> bool:
    """Whether a sentence says nothing beyond the question, or asks the same."""
    asks = is_question(sentence.text)
    if not asks and (sentence.kind in _SAYING or AnswerType.YES_NO in question.expected_types):
        return False
    language = sentence.language
    known, function = _asked(question, language), function_words(language)
    content = [word for word in dict.fromkeys(words(_unmarked(sentence.text))) if word not in function]
    told = [not known.isdisjoint(stems(word, language)) for word in content]
    if asks:
        return sum(told) >= _SAME_QUESTION * len(told)
    return all(told)
