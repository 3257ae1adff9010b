"""A conversation, whichever front end it is held in."""

import pytest

from bot.assembly import Derek
from bot.chats.settings import SettingError
from retrieval.answers.citations import Status
from retrieval.articles import Article
from retrieval.errors import ChangedArticleError, EmptyQuestionError, UnknownArticleError
from retrieval.filters import Filter
from retrieval.storage.receipts import Outcome
from tests.support.answering import answered
from tests.support.documents import document_of, keep

OIL, GAS = "What did the sides agree on oil?", "And on gas?"


def test_a_question_is_answered_and_remembered(derek: Derek) -> None:
    turn = derek.chat("a").ask(OIL)
    assert turn.answer.status is Status.ANSWERED
    assert turn.number
    assert derek.history.question("a", turn.number) == OIL
    assert (turn.admitted, turn.empty) == (Filter(), False)


def test_what_is_no_question_is_not_remembered(derek: Derek) -> None:
    with pytest.raises(EmptyQuestionError):
        derek.chat("a").ask("?!")
    assert derek.chat("a").recent(9) == []


def test_a_question_goes_on_with_those_before_it_in_its_chat(derek: Derek) -> None:
    derek.chat("a").ask(OIL)
    assert derek.chat("a").ask(GAS).answer.carried == "sides agree"
    assert derek.chat("b").ask(GAS).answer.carried is None


def test_a_chat_that_does_not_resume_goes_on_with_its_own_questions_only(derek: Derek) -> None:
    derek.chat("a").ask(OIL)
    fresh = derek.chat("a", resumes=False)
    assert fresh.ask(GAS).answer.carried is None
    fresh.ask(OIL)
    turn = fresh.ask(GAS)
    assert turn.answer.carried == "sides agree"
    explanation = fresh.why(turn.number, turn.answer.citations[0])
    assert explanation
    assert explanation.carried == "sides agree"


def test_further_citations_are_for_the_question_as_it_was_asked_then(derek: Derek) -> None:
    chat = derek.chat("a")
    chat.ask(OIL)
    turn = chat.ask(GAS)
    chat.ask("Who met Mishustin?")
    further = derek.chat("a").more(turn.number, 1)
    assert further
    expected = derek.answerer.ask(GAS, offset=1, previous=[answered(derek.answerer, OIL)])
    assert dict(further.answer) == dict(expected)


def test_a_question_of_another_chat_has_neither_further_citations_nor_reasons(derek: Derek) -> None:
    turn = derek.chat("a").ask(OIL)
    assert derek.chat("b").more(turn.number, 1) is None
    assert derek.chat("b").why(turn.number, turn.answer.citations[0]) is None


def test_only_the_articles_that_a_chat_admits_answer_in_it(derek: Derek) -> None:
    chat = derek.chat("a")
    admitted, summary = chat.settings("lang ru")
    assert admitted == Filter(frozenset({"ru"}))
    assert summary.articles == 5
    turn = chat.ask("Кто пригласил Токаева в Казань?")
    assert turn.admitted == admitted
    assert {citation.language for citation in turn.answer.citations} == {"ru"}
    assert chat.switch("lang", "ru", on=False)[0] == chat.clear()[0] == Filter()
    with pytest.raises(SettingError):
        chat.settings("lang nowhere")


def test_an_added_article_answers_at_once_and_can_be_taken_back(derek: Derek) -> None:
    chat = derek.chat("a")
    article = Article(key="harbour", text="The Aral harbour has 12 berths.", language="en")
    added = chat.add([document_of(article)], "harbour.txt")
    assert [receipt.outcome for receipt in added.receipts] == [Outcome.ADDED]
    citation = chat.ask("How many berths has the Aral harbour?").answer.citations[0]
    assert citation.quote == article.text
    assert chat.open(citation.article_id, citation.span, citation.fingerprint).quote == article.text
    with pytest.raises(ChangedArticleError):
        chat.open(citation.article_id, citation.span, "00000000")
    assert [receipt.outcome for receipt in chat.undo(added.number)] == [Outcome.REMOVED]
    with pytest.raises(UnknownArticleError):
        chat.remove(article.id)


ROLES = [
    "The billing module has three roles: clerk, approver and auditor.",
    "The approver signs invoices above 1,000 tenge in the billing module.",
    "The auditor reads all invoices in the billing module.",
]


@pytest.mark.parametrize("resumes", [True, False])
def test_a_follow_up_does_not_get_the_answer_just_given_again(derek: Derek, resumes: bool) -> None:
    keep(derek.store, Article(key="billing", text="\n".join(ROLES), language="en"))
    chat = derek.chat("a", resumes=resumes)
    turns = [
        chat.ask(question)
        for question in (
            "What roles does the billing module have?",
            "what about the approver role ?",
            "and the auditor?",
        )
    ]
    assert [turn.answer.citations[0].quote for turn in turns] == ROLES
    offset, quotes = len(turns[1].answer.citations), list[str]()
    while (further := chat.more(turns[1].number, offset)) and further.answer.citations:
        quotes += [citation.quote for citation in further.answer.citations]
        offset += len(further.answer.citations)
    assert quotes[-1] == ROLES[0], "it is left for last, not lost"


def test_the_same_question_gets_the_same_answer_again(derek: Derek) -> None:
    chat = derek.chat("a")
    first, second = chat.ask(OIL), chat.ask(OIL)
    assert first.answer.citations == second.answer.citations


def test_each_turn_says_whether_its_message_asked_more(derek: Derek) -> None:
    chat = derek.chat("a")
    # With a combining breve the question is read otherwise than it is written, and is one all the same.
    for message, several in (
        (OIL, [False]),
        ("Какои\u0306 мост открыли?", [False]),
        (f"{OIL} And gas?", [True] * 2),
    ):
        assert [turn.is_one_of_several for turn in chat.ask_each(message)] == several


BAURSAKI = (
    "Baursaki are small pieces of fried dough.",
    "Baursaki keep for three days in a closed box.",
)


@pytest.mark.parametrize("resumes", [True, False])
@pytest.mark.parametrize(
    ("topic", "further", "named"),
    [
        ("gas", "And oil?", "oil"),
        ("Tell me about gas", "What about oil?", "oil"),
        ("Расскажи о спорте", "А про образование?", "образование"),
        ("Газ туралы айтып бер", "Қазақстан ше?", "қазақстан"),
    ],
)
def test_what_follows_a_topic_is_one_itself(
    derek: Derek, resumes: bool, topic: str, further: str, named: str
) -> None:
    chat = derek.chat("a", resumes=resumes)
    chat.ask(topic)
    turn = chat.ask(further)
    assert (turn.answer.topic, turn.answer.carried, turn.answer.question) == (named, None, further)
    assert turn.answer.status is Status.ANSWERED
    more = chat.more(turn.number, len(turn.answer.citations))
    assert more
    assert more.answer.topic == named


@pytest.mark.parametrize("resumes", [True, False])
def test_a_new_topic_is_named_where_nothing_answers_it_together_with_the_question_before(
    derek: Derek, resumes: bool
) -> None:
    keep(derek.store, Article(key="b", text="\n\n".join(BAURSAKI), language="en", title="Baursaki"))
    chat = derek.chat("a", resumes=resumes)
    chat.ask("What did the sides agree on oil?")
    turn = chat.ask("What about baursaki?")
    assert (turn.answer.topic, turn.answer.carried) == ("baursaki", None)
    assert [citation.quote for citation in turn.answer.citations] == list(BAURSAKI)
    following = chat.ask("How long do they keep?")
    assert (following.answer.carried, following.answer.citations[0].quote) == ("baursaki", BAURSAKI[1])
    assert chat.ask("What about camels?").answer.status is Status.NOT_FOUND
