"""The conversation on a terminal, or on whatever is piped into one."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from bot.assembly import Derek
from bot.chats.chat import Turn
from bot.chats.settings import SettingError
from bot.phrases import Phrases, courtesy
from bot.rendering import messages
from bot.rendering.blocks import Block, Role, paragraph, to_text
from retrieval.answers.citations import Citation
from retrieval.errors import ChangedArticleError, QuestionError, UnknownArticleError
from retrieval.filters import NO_FILTER, Filter

if TYPE_CHECKING:
    from rich.text import Text

CHAT = "console"

_STYLES = {
    Role.STRONG: "bold",
    Role.TITLE: "cyan",
    Role.CODE: "yellow",
    Role.MARK: "bold green",
}


def show(blocks: Iterable[Block], stream: TextIO) -> None:
    """Write blocks to a stream, in colour on a terminal that has it."""
    if not stream.isatty():
        stream.write(to_text(blocks) + "\n")
        return
    from rich.console import Console  # noqa: PLC0415  on a terminal only: 50 ms
    from rich.padding import Padding  # noqa: PLC0415

    console = Console(file=stream, highlight=False)
    for number, block in enumerate(blocks):
        if number and not block.tight:
            console.print()
        console.print(Padding(_styled(block), (0, 0, 0, 2)) if block.quoted else _styled(block))


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

    def __init__(self, derek: Derek, phrases: Phrases, stream: TextIO, fence: Filter = NO_FILTER) -> None:
        """Answer from the collections of the `fence`, until the conversation ends."""
        self._derek, self._phrases, self._stream = derek, phrases, stream
        self._chat = derek.chat(CHAT, resumes=False, fence=fence)
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
        welcome = paragraph(self._phrases("console-welcome", articles=self._chat.summary().articles))
        admitted, _ = self._chat.settings()
        show([welcome, *messages.limited(admitted, self._phrases, self._chat.fence)], self._stream)
        if interactive:
            _recall(self._chat.recent(200))

    def reply(self, line: str) -> None:
        """Answer one line of the conversation."""
        name, _, rest = line.partition(" ")
        try:
            if said := courtesy(line):
                show(messages.courtesy(said, self._chat.summary(), self._phrases), self._stream)
            elif name in self._commands:
                self._commands[name](rest.strip())
            elif line.startswith("/"):
                self._say(self._phrases("console-unknown", command=name))
            else:
                self._ask(line)
        except (QuestionError, SettingError) as error:
            self._say(messages.trouble(error, self._phrases))

    def _say(self, text: str) -> None:
        show([paragraph(text)], self._stream)

    def _ask(self, message: str) -> None:
        for count, turn in enumerate(self._chat.ask_each(message)):
            if count:
                self._stream.write("\n")
            self._turn, self._shown = turn, list(turn.answer.citations)
            show(messages.turn(turn, self._phrases), self._stream)

    def _more(self, _: str) -> None:
        if self._turn is None:
            self._say(self._phrases("console-ask-first"))
            return
        further = self._chat.more(self._turn.number, len(self._shown))
        if further is None or not further.citations:
            self._say(self._phrases("no-more"))
            return
        self._shown += further.citations
        show(messages.more(further, self._phrases.in_language(further.language)), self._stream)

    def _why(self, number: str) -> None:
        if (citation := self._cited(number)) and self._turn:
            try:
                explanation = self._chat.why(self._turn.number, citation)
            except UnknownArticleError:
                self._say(self._phrases("changed-article"))
                return
            if explanation is None:
                self._say(self._phrases("forgotten-question"))
            else:
                show(messages.explanation(explanation, self._phrases), self._stream)

    def _open(self, number: str) -> None:
        if citation := self._cited(number):
            try:
                whole = self._chat.open(
                    citation.article_id, citation.span, citation.fingerprint, neighbours=sys.maxsize
                )
            except (UnknownArticleError, ChangedArticleError):
                self._say(self._phrases("changed-article"))
            else:
                marks = ("", "") if self._stream.isatty() else (">>> ", " <<<")
                blocks = messages.passage(whole, self._phrases, marks)
                show([*blocks, *messages.place(whole.article.origin, whole.locator)], self._stream)

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
        show(messages.settings(admitted, self._phrases, usage=not wanted), self._stream)

    def _status(self, _: str) -> None:
        index = self._derek.index
        index.catch_up()
        show(messages.status(len(index), self._derek.semantic_index, self._phrases), self._stream)

    def _help(self, _: str) -> None:
        self._say(self._phrases("console-help"))


def chat(derek: Derek, phrases: Phrases, fence: Filter = NO_FILTER) -> None:
    """Hold a conversation on standard input and output until the input, or the user, ends it."""
    conversation = Conversation(derek, phrases, sys.stdout, fence)
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
