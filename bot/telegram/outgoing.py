"""Messages that are to be sent, as the journal keeps them: what they say, not yet how it looks."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.chats.access import Role
from bot.chats.chat import KeptFurther, KeptTurn
from bot.rendering.blocks import Block


class Button(BaseModel):
    """A button under a message: its text, and the data that it sends or the address that it opens."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(min_length=1)
    data: str | None = None
    url: str | None = None


def button(text: str, *data: object) -> Button:
    """Return a button that sends back its data, joined by colons; Telegram takes 64 bytes of it."""
    return Button(text=text, data=":".join(map(str, data)))


#: Buttons, row after row.
Keyboard = Sequence[Sequence[Button]]


class Target(BaseModel):
    """Where a message goes: a chat, its topic, the message that it replies to or that it replaces."""

    model_config = ConfigDict(frozen=True)

    chat: int
    thread: int | None = None
    reply_to: int | None = None
    replaces: int | None = None
    #: The message that it answers, whether or not it is shown as a reply to it.
    asked_in: int | None = None
    #: Whether it takes the place of what answered that message before, if anything did.
    renews: bool = False


class _Outgoing(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    target: Target
    #: The language of what the bot itself says in it.
    language: str
    #: What one must be let do where it goes, when it is sent; None where everybody is told it.
    role: Role | None = None


class Said(_Outgoing):
    """What the bot itself says, or shows of an article."""

    kind: Literal["said"] = "said"
    #: Whose text it shows: the id of an article, and the digest of its text as it was.
    shows: tuple[str, str] | None = None
    blocks: tuple[Block, ...]
    keyboard: tuple[tuple[Button, ...], ...] = ()


class Listener(BaseModel):
    """Who is told an answer long after asking; `is_standing` says whether the question is kept for good."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: int
    is_standing: bool = False


class Answered(_Outgoing):
    """A question's answer, to be verified when it is sent; in short, that there is none is one line.

    With a listener, it is sent only while it may be told there, and still answers.
    """

    kind: Literal["answered"] = "answered"
    turn: KeptTurn
    is_short: bool = False
    listener: Listener | None = None
    #: Whether the message that it replies to may be made an article.
    offers: bool = False


class Continued(_Outgoing):
    """Further citations for a question, to be verified when they are sent."""

    kind: Literal["continued"] = "continued"
    further: KeptFurther


Outgoing = Said | Answered | Continued


def is_withdrawal(outgoing: Outgoing) -> bool:
    """Whether something says nothing, in the place of a message: that is to be gone."""
    return isinstance(outgoing, Said) and not outgoing.blocks and outgoing.target.replaces is not None


_ADAPTER: TypeAdapter[Outgoing] = TypeAdapter(Annotated[Outgoing, Field(discriminator="kind")])


def to_json(outgoing: Outgoing) -> str:
    """Return a message as the journal keeps it."""
    return outgoing.model_dump_json()


def kept(messages: Iterable[Outgoing]) -> list[tuple[int, str]]:
    """Return messages as the journal takes them: each the chat that it goes to, and itself as JSON."""
    return [(message.target.chat, to_json(message)) for message in messages]


def from_json(text: str) -> Outgoing:
    """Return a message that the journal kept.

    Raises `pydantic.ValidationError` for one that another Derek wrote otherwise.
    """
    return _ADAPTER.validate_json(text)
