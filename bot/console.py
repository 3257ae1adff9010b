"""The conversation on a terminal, or on whatever is piped into one."""

import io
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TextIO

from bot.assembly import Derek
from bot.chats.chat import Turn
from bot.chats.settings import SettingError
from bot.phrases import CourtesyKind, Phrases, courtesy
from bot.rendering import messages
from bot.rendering.blocks import Block, Role, paragraph, to_text
from retrieval.answers.citations import Citation
from retrieval.errors import ChangedArticleError, QuestionError, UnknownArticleError

if TYPE_CHECKING:
    from rich.text import Text

CHAT = "console"

_STYLES = {
    Role.STRONG: "bold",
    Role.TITLE: "cyan",
    Role.CODE: "yellow",
    Role.MARK: "bold green",
}


class Colour(StrEnum):
    """When there is colour: on a terminal that has it, or always, or never."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"

    def is_seen(self, stream: TextIO) -> bool:
        """Whether what is marked by colour stands out on a stream."""
        return self is Colour.ALWAYS or (self is Colour.AUTO and stream.isatty())


def usual_colour(environment: Mapping[str, str] = os.environ) -> Colour:
    """Return when there is colour by the variables that programs agree on; the first that is set decides.

    >>> usual_colour({"FORCE_COLOR": "1", "NO_COLOR": "1"})
    <Colour.NEVER: 'never'>
    """
    if environment.get("NO_COLOR"):
        return Colour.NEVER
    if any(environment.get(name, "") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return Colour.ALWAYS
    return Colour.NEVER if environment.get("CLICOLOR") == "0" else Colour.AUTO


def show(blocks: Iterable[Block], stream: TextIO, colour: Colour = Colour.AUTO) -> None:
    """Write blocks to a stream, in colour where that is wanted."""
    stream.write(drawn(blocks, stream, colour))


def drawn(blocks: Iterable[Block], stream: TextIO, colour: Colour = Colour.AUTO) -> str:
    """Return what is written to show blocks on a stream; lines are broken to fit a terminal only."""
    terminal = stream.isatty()
    if not terminal and colour is not Colour.ALWAYS:
        return to_text(blocks) + "\n"
    from rich.console import Console  # noqa: PLC0415  where there is colour only: 50 ms
    from rich.padding import Padding  # noqa: PLC0415

    text = io.StringIO()
    console = Console(
        file=text,
        force_terminal=True,
        highlight=False,
        soft_wrap=not terminal,
        no_color=False if colour is Colour.ALWAYS else None,
        color_system=_SYSTEMS[colour],
    )
    for number, block in enumerate(blocks):
        if number and not block.tight:
            console.print()
        indented = block.quoted and terminal
        console.print(Padding(_styled(block), (0, 0, 0, 2)) if indented else _styled(block))
    return text.getvalue()


#: The colours that rich draws with; those of every terminal suffice where it is not asked which it is.
_SYSTEMS: Mapping[Colour, Literal["auto", "standard"] | None] = {
    Colour.AUTO: "auto",
    Colour.ALWAYS: "standard",
    Colour.NEVER: None,
}


def _styled(block: Block) -> "Text":
    from rich.text import Text  # noqa: PLC0415

    return Text.assemble(
        *(
            (fragment.text, f"link {fragment.url}" if fragment.url else _STYLES.get(fragment.role, ""))
            for fragment in block.fragments
        )
    )


class Conversation:
    """A chat in the console: questions, and commands about the last answer."""

    def __init__(self, derek: Derek, phrases: Phrases, stream: TextIO, colour: Colour = Colour.AUTO) -> None:
        self._derek, self._phrases, self._stream, self._colour = derek, phrases, stream, colour
        self._chat = derek.chat(CHAT, resumes=False)
        self._turn: Turn | None = None
        self._shown: list[Citation] = []
        self._commands = {
            "/why": self._why,
            "/open": self._open,
            "/more": self._more,
            "/history": self._history,
            "/settings": self._settings,
            "/status": self._status,
            "/help": self._help,
        }

    def welcome(self, *, interactive: bool) -> None:
        """Say what there is to be asked; let the arrow keys bring back what was asked in other sessions."""
        welcome = paragraph(self._phrases("console-welcome", articles=self._derek.store.summary().articles))
        admitted, _ = self._chat.settings()
        self._show([welcome, *messages.limited(admitted, self._phrases)])
        if interactive:
            _recall(self._chat.recent(200))

    def reply(self, line: str) -> None:
        """Answer one line of the conversation."""
        name, _, rest = line.partition(" ")
        try:
            said = courtesy(line)
            if said and said.kind is CourtesyKind.MORE and self._turn:
                self._more("")
            elif said:
                self._show(messages.courtesy(said, self._derek.store.summary(), self._phrases))
            elif name in self._commands:
                self._commands[name](rest.strip())
            elif line.startswith("/"):
                self._say(self._phrases("console-unknown", command=name))
            else:
                self._ask(line)
        except (QuestionError, SettingError) as error:
            self._say(messages.trouble(error, self._phrases))

    def _show(self, blocks: Iterable[Block]) -> None:
        show(blocks, self._stream, self._colour)

    def _say(self, text: str) -> None:
        self._show([paragraph(text)])

    def _ask(self, message: str) -> None:
        for count, turn in enumerate(self._chat.ask_each(message)):
            if count:
                self._stream.write("\n")
            self._turn, self._shown = turn, list(turn.answer.citations)
            self._show(messages.turn(turn, self._phrases))

    def _more(self, _: str) -> None:
        if self._turn is None:
            self._say(self._phrases("console-ask-first"))
            return
        further = self._chat.more(self._turn.number, len(self._shown))
        if further is None or not further.citations:
            self._say(self._phrases("no-more"))
            return
        self._shown += further.citations
        self._show(messages.more(further, self._phrases.in_language(further.language)))

    def _why(self, number: str) -> None:
        if (citation := self._cited(number)) and self._turn:
            explanation = self._chat.why(self._turn.number, citation)
            if explanation is None:
                self._say(self._phrases("forgotten-question"))
            else:
                self._show(messages.explanation(explanation, self._phrases))

    def _open(self, number: str) -> None:
        if citation := self._cited(number):
            try:
                whole = self._chat.open(
                    citation.article_id, citation.span, citation.fingerprint, neighbours=sys.maxsize
                )
            except (UnknownArticleError, ChangedArticleError):
                self._say(self._phrases("changed-article"))
            else:
                marks = ("", "") if self._colour.is_seen(self._stream) else (">>> ", " <<<")
                blocks = messages.passage(whole, self._phrases, marks)
                self._show([*blocks, *messages.place(whole.article.origin, whole.locator)])

    def _cited(self, number: str) -> Citation | None:
        """Return the citation of this number, the first if none is given; say so if there is none."""
        if self._turn is None:
            self._say(self._phrases("console-ask-first"))
            return None
        wanted = number or "1"
        citation = next((shown for shown in self._shown if str(shown.number) == wanted), None)
        if citation is None:
            self._say(self._phrases("console-no-citation", number=wanted))
        return citation

    def _history(self, _: str) -> None:
        self._say("\n".join(self._chat.recent(20)) or self._phrases("console-ask-first"))

    def _settings(self, wanted: str) -> None:
        """Show which articles may answer, or change that."""
        admitted, _ = self._chat.settings(wanted)
        self._show(messages.settings(admitted, self._phrases, usage=not wanted))

    def _status(self, _: str) -> None:
        index = self._derek.index
        index.catch_up()
        self._show(messages.status(len(index), self._derek.semantic_index, self._phrases))

    def _help(self, _: str) -> None:
        self._say(self._phrases("console-help"))


def chat(derek: Derek, phrases: Phrases, colour: Colour = Colour.AUTO) -> None:
    """Hold a conversation on standard input and output until the input, or the user, ends it."""
    conversation = Conversation(derek, phrases, sys.stdout, colour)
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    conversation.welcome(interactive=interactive)
    while True:
        try:
            line = _line(interactive)
            if line is None or line == "/quit":
                return
            if line:
                conversation.reply(line)
        except KeyboardInterrupt:  # It drops what was being typed, or asked, and not the conversation.
            if not interactive:
                raise
            sys.stdout.write("\n")


def _line(interactive: bool) -> str | None:
    """Return the next line, None at the end; a piped question is shown as if it had been typed."""
    if interactive:
        try:
            return input("\n> ").strip()
        except EOFError:
            return None
    line = sys.stdin.readline()
    if not line:
        return None
    if line.strip():
        sys.stdout.write(f"\n> {line.strip()}\n")
    return line.strip()


def _recall(questions: Sequence[str]) -> None:
    """Let the arrow keys bring earlier questions back, where the terminal can."""
    try:
        import readline  # noqa: PLC0415  not on every platform, and only for people
    except ImportError:
        return
    for question in questions:
        readline.add_history(question)
