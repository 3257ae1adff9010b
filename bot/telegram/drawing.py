"""Messages as they look in Telegram, made of what the journal kept, at the moment when they are sent."""

from dataclasses import dataclass

from bot.assembly import Derek
from bot.chats.access import TELEGRAM
from bot.phrases import Phrases
from bot.rendering import messages
from bot.rendering.blocks import Block, Message, paragraph, to_messages
from bot.telegram.outgoing import Answered, Button, Continued, Keyboard, Outgoing, Said
from retrieval.answers.citations import VerifiedAnswer


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
    phrases = Phrases(outgoing.language)
    blocks, keyboard, question = _shown(outgoing, derek, phrases)
    if is_repeated and outgoing.target.replaces is None:
        blocks = [paragraph(phrases("sent-again")), *blocks]
    return Drawn(tuple(to_messages(blocks)), keyboard, question)


def _shown(outgoing: Outgoing, derek: Derek, phrases: Phrases) -> tuple[list[Block], Keyboard, int | None]:
    chat = derek.chat(f"{TELEGRAM}{outgoing.target.chat}")
    match outgoing:
        case Said():
            return list(outgoing.blocks), outgoing.keyboard, None
        case Answered():
            turn = chat.restored(outgoing.turn)
            words = phrases.in_language(turn.answer.language)
            buttons = _buttons(turn.answer, turn.number, len(turn.answer.citations), words)
            return messages.turn(turn, phrases), buttons, turn.number
        case Continued():
            further = chat.restored_further(outgoing.further)
            words = phrases.in_language(further.answer.language)
            shown = further.offset + len(further.answer.citations)
            buttons = _buttons(further.answer, further.number, shown, words)
            blocks = messages.more(further.answer, words) or [paragraph(words("no-more"))]
            return blocks, buttons, further.number


def _buttons(answer: VerifiedAnswer, number: int | None, shown: int, phrases: Phrases) -> Keyboard:
    """Return the buttons under an answer: the context of each citation, and further ones if there are."""
    if not answer.citations:
        return ()
    only = len(answer.citations) == 1
    rows = [
        [
            Button(
                text=phrases("button-context") + ("" if only else f" [{citation.number}]"),
                data=f"context:{citation.article_id}:{citation.span.start}:{citation.span.end}"
                f":{citation.fingerprint}",
            )
            for citation in answer.citations
        ]
    ]
    if answer.further and number is not None:
        rows.append([Button(text=phrases("button-more"), data=f"more:{number}:{shown}")])
    return rows
