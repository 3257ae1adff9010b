"""What only says again what was asked is no answer."""

import pytest

from retrieval.answers.echoes import echoes
from retrieval.articles import SentenceKind, Span, StoredSentence
from retrieval.questions.question import Question

SENTENCE, TITLE, BULLET, ROW = (
    SentenceKind.SENTENCE,
    SentenceKind.TITLE,
    SentenceKind.BULLET,
    SentenceKind.ROW,
)


def stored(text: str, kind: SentenceKind, language: str) -> StoredSentence:
    return StoredSentence("digest", language, Span(0, len(text)), text, kind=kind)


@pytest.mark.parametrize(
    ("question", "text", "kind", "language", "is_echo"),
    [
        # A stated question, word by word or nearly so.
        ("How do I reset the pump?", "How do I reset the pump?", SENTENCE, "en", True),
        ("How is the pump reset?", "How can I reset a pump?", SENTENCE, "en", True),
        ("Сколько длится гарантия?", "«Сколько длится гарантия?»", SENTENCE, "ru", True),
        ("Тоқаевты кім шақырды?", "Тоқаевты кім шақырды?", SENTENCE, "kk", True),
        ("How do I reset the pump?", "Will the water be off on Sunday?", SENTENCE, "en", False),
        ("How do I reset the pump?", "Hold the blue key for ten seconds.", SENTENCE, "en", False),
        # In somebody else's words, a question is what was said.
        ("What did Ann ask Tom?", 'Ann asked Tom: "Where are you going?"', SENTENCE, "en", False),
        ("Where are you going?", '"Where are you going?"', SENTENCE, "en", True),
        # A title, or an entry of a list, that says no more than the question.
        ("Что такое тело запроса?", "Тело запроса", TITLE, "ru", True),
        ("How do I install the pump?", "- Install the pump", BULLET, "en", True),
        ("What is a rope?", "2. Rope", BULLET, "en", True),
        ("Who is the harbour master?", "- Aidar Omarov, the harbour master", BULLET, "en", False),
        ("How much does Ertis-4 cost?", "Ertis-4 | 12 | 900 000", ROW, "en", False),
        ("Who met in Moscow?", "Tokayev and Putin meet in Moscow", TITLE, "en", False),
        # To be said yes or no to, that is an answer; so is a sentence.
        ("Did trade grow?", "Trade grows", TITLE, "en", False),
        ("What grew?", "Trade grew.", SENTENCE, "en", False),
        ("When did trade grow?", "Trade grew.", SENTENCE, "en", False),
    ],
)
def test_a_sentence_that_says_no_more_than_the_question_echoes_it(
    question: str, text: str, kind: SentenceKind, language: str, *, is_echo: bool
) -> None:
    assert echoes(Question.of(question), stored(text, kind, language)) is is_echo
