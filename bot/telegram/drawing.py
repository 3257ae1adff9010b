"""Messages as they look in Telegram, made of what the journal kept, at the moment when they are sent."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.assembly import Derek
from bot.chats.access import TELEGRAM, Access, ChatKind, Role, Subject
from bot.chats.chat import Chat
from bot.phrases import Phrases
from bot.rendering import messages, waiting
from bot.rendering.blocks import Block, Message, paragraph, to_messages
from bot.telegram.outgoing import Answered, Button, Continued, Keyboard, Listener, Outgoing, Said, button
from retrieval.answers.citations import Citation, Status, VerifiedAnswer
from retrieval.errors import ArticleError

#: How many further citations a page holds.
PAGE = 3

#: How much a button may send back, in bytes: https://core.telegram.org/bots/api#inlinekeyboardbutton
LONGEST_DATA = 64


#: Blocks, the buttons under them, and the number of the question that they answer.
_Shown: TypeAlias = tuple[list[Block], Keyboard, int | None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Messages, the buttons under the last of them, and the number of the question that they answer."""

    parts: tuple[Message, ...]
    keyboard: Keyboard = ()
    question: int | None = None


def drawn(outgoing: Outgoing, derek: Derek, *, is_repeated: bool = False) -> Drawn:
    """Return something as it is sent now: of an answer, what stands in the articles at this moment.

    Raises `StoreError`.
    """
    if not _may_be_sent(outgoing, derek):
        return Drawn(())
    phrases = Phrases(outgoing.language)
    blocks, keyboard, question = _shown(outgoing, derek, phrases)
    if blocks and is_repeated and outgoing.target.replaces is None:
        blocks = [paragraph(phrases("sent-again")), *blocks]
    parts = to_messages(blocks)
    # What takes the place of one message is one message.
    return Drawn(tuple(parts if outgoing.target.replaces is None else parts[:1]), keyboard, question)


def _may_be_sent(outgoing: Outgoing, derek: Derek) -> bool:
    """Whether the role by which this was asked for is still held in the chat; in a group, that all ask."""
    if outgoing.role is None:
        return True
    access, chat = Access(derek.config.telegram, derek.people), outgoing.target.chat
    if chat > 0:
        return access.role_of_person(chat) >= outgoing.role
    return access.role_of(Subject(None, chat, ChatKind.GROUP)) >= min(outgoing.role, Role.READER)


def _shown(outgoing: Outgoing, derek: Derek, phrases: Phrases) -> _Shown:
    match outgoing:
        case Said():
            if outgoing.shows and not _chat(outgoing, derek).has(*outgoing.shows):
                return [paragraph(phrases("changed-article"))], (), None
            return list(outgoing.blocks), outgoing.keyboard, None
        case Answered(listener=Listener() as listener):
            return _told(outgoing, listener, derek, phrases)
        case Answered():
            chat = _chat(outgoing, derek)
            turn = chat.restored(outgoing.turn)
            words, question = messages.phrases_for(turn.answer, phrases), turn.number
            if outgoing.is_short and turn.answer.status is Status.NOT_FOUND and not turn.is_one_of_several:
                turn = replace(turn, answer=turn.answer.model_copy(update={"citations": ()}))
            blocks = messages.turn(turn, phrases, _beside(turn.answer, chat))
            keyboard = buttons(turn.answer, question, 0, words)
            if turn.answer.status is Status.NOT_FOUND and question is not None:
                keyboard = [*keyboard, _waiting(question, words)]
            offered = [[_adopting(words)]] if outgoing.offers else []
            return blocks, [*keyboard, *offered], question
        case Continued():
            chat = _chat(outgoing, derek)
            further = chat.restored_further(outgoing.further)
            answer, words = further.answer, phrases.in_language(further.answer.language)
            blocks = messages.more(answer, words, _beside(answer, chat)) or [paragraph(words("no-more"))]
            return blocks, buttons(answer, further.number, further.offset, words), further.number


def _told(outgoing: Answered, listener: Listener, derek: Derek, phrases: Phrases) -> _Shown:
    """Return an answer that somebody waits for; nothing where it may not be told any more, or is none now."""
    access = Access(derek.config.telegram, derek.people)
    if access.role_in(listener.person, outgoing.target.chat) < Role.READER:
        return [], (), None
    chat = _chat(outgoing, derek)
    turn = chat.restored(outgoing.turn)
    if turn.answer.status is not Status.ANSWERED:
        return [], (), None
    words = phrases.in_language(turn.answer.language)
    heading = waiting.heading(turn.answer.question, words, is_standing=listener.is_standing)
    blocks = [heading, *messages.turn(turn, phrases, _beside(turn.answer, chat))]
    return blocks, buttons(turn.answer, None, 0, words), None


def _chat(outgoing: Outgoing, derek: Derek) -> Chat:
    return derek.chat(f"{TELEGRAM}{outgoing.target.chat}")


def _beside(answer: VerifiedAnswer, chat: Chat) -> messages.Beside:
    """Return what is folded behind each citation: the sentences that follow it in its article."""
    passages = {}
    for citation in answer.citations:
        with suppress(ArticleError):  # What went meanwhile has nothing behind it.
            passages[citation.number] = chat.open(citation.article_id, citation.span, citation.fingerprint)
    return messages.Beside(passages=passages, folded=True)


def buttons(answer: VerifiedAnswer, number: int | None, offset: int, phrases: Phrases) -> Keyboard:
    """Return the buttons under citations for the question of a number, the first `offset` left out.

    There is one for the context of each, and those for further ones, for those before, and for the reasons.
    """
    rows = [[_context(citation, answer, number, offset, phrases) for citation in answer.citations]]
    if number is None:
        return rows if answer.citations else ()
    moves = []
    if offset:
        moves.append(button(phrases("button-back"), "back", number, max(0, offset - PAGE)))
    if answer.citations and answer.further:
        moves.append(button(phrases("button-more"), "more", number, offset + len(answer.citations)))
    if answer.citations:
        moves.append(button(phrases("button-why"), "why", number, offset))
    # The first sentence of an answer is judged, where it stands.
    judged = judging(number) if answer.citations and not offset else []
    return [row for row in (*rows, [*judged, *moves]) if row]


def _waiting(number: int, phrases: Phrases) -> list[Button]:
    """Return the button by which somebody is told the answer to a question once there is one."""
    return [button(phrases("button-wait"), "wait", number)]


def _adopting(phrases: Phrases) -> Button:
    """Return the button that makes an article of the message that an answer replies to."""
    return button(phrases("button-adopt"), "adopt")


def judging(number: int | str) -> list[Button]:
    """Return the buttons that judge the answer to the question of a number."""
    return [button("👍", "good", number), button("👎", "bad", number)]


def _context(
    citation: Citation, answer: VerifiedAnswer, number: int | None, offset: int, phrases: Phrases
) -> Button:
    """Return the button that shows a citation among its neighbours, and knows the way back where it can."""
    only = len(answer.citations) == 1
    text = phrases("button-context") + ("" if only else f" [{citation.number}]")
    place = ("context", citation.article_id, citation.span.start, citation.span.end, citation.fingerprint)
    back = () if number is None else (number, offset)
    data = button(text, *place, *back)
    return data if len((data.data or "").encode()) <= LONGEST_DATA else button(text, *place)
