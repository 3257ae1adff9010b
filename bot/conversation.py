"""The conversation on a terminal, or on whatever is piped into one."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from bot.assembly import Derek
from bot.chats.chat import Turn
from bot.chats.feedback import AnswerFault, Judgement, Verdict
from bot.chats.settings import SettingError
from bot.console import CHAT, Colour, show
from bot.phrases import CourtesyKind, Phrases, courtesy
from bot.rendering import messages
from bot.rendering.blocks import Block, paragraph, to_text
from bot.rendering.receipts import listed, told, total
from retrieval.answers.citations import Citation
from retrieval.errors import (
    ArticleError,
    ChangedArticleError,
    QuestionError,
    StoreError,
    UnknownArticleError,
)
from retrieval.filters import NO_FILTER, Filter
from retrieval.ingest.adding import add_file, add_folder
from retrieval.ingest.files import path_named
from retrieval.ingest.folders import contents_of
from retrieval.ingest.samples import SampleRoom
from retrieval.ingest.texts import NO_METADATA, Metadata
from retrieval.storage.receipts import Receipt

#: How many articles are named that would be changed.
_SHOWN = 10

#: What ends a conversation.
_ENDS = ("/quit", "/exit", "/q")


class Conversation:
    """A chat in the console: questions, and commands."""

    def __init__(
        self,
        derek: Derek,
        phrases: Phrases,
        stream: TextIO,
        colour: Colour = Colour.AUTO,
        limits: Filter = NO_FILTER,
    ) -> None:
        """Answer from what the `limits` admit, until the conversation ends; their collections fence it in."""
        self._derek, self._phrases, self._stream, self._colour = derek, phrases, stream, colour
        fence = Filter(collections=limits.collections)
        self._chat = derek.chat(CHAT, resumes=False, fence=fence, limits=replace(limits, collections=None))
        self._turn: Turn | None = None
        self._shown: list[Citation] = []
        #: What was asked, and what was shown for it.
        self._record: list[tuple[str, list[Block]]] = []
        #: What limited the answers before each change of that, and the last edit of the articles by then.
        self._limits_before: list[tuple[Filter, int | None]] = []
        self._commands: Mapping[str, Callable[[str], None]] = {
            "/why": self._why,
            "/open": self._open,
            "/more": self._more,
            "/good": self._good,
            "/bad": self._bad,
            "/search": self._search,
            "/list": self._list,
            "/show": self._show_article,
            "/add": self._add,
            "/undo": self._undo,
            "/history": self._history,
            "/save": self._save,
            "/settings": self._settings,
            "/status": self._status,
            "/help": self._help,
        }

    def welcome(self, *, interactive: bool) -> None:
        """Say what there is to be asked; let the arrow keys bring back what was asked in other sessions."""
        welcome = paragraph(self._phrases("console-welcome", articles=self._chat.summary().articles))
        admitted, _ = self._chat.settings()
        self._show([welcome, *messages.limited(admitted, self._phrases, self._chat.fence)])
        if interactive:
            _begin_editing(self._chat.recent(200), self.completions)

    def reply(self, line: str) -> None:
        """Answer one line of the conversation."""
        name, _, rest = line.partition(" ")
        name = name.lower()
        try:
            said = courtesy(line)
            if said and said.kind is CourtesyKind.MORE and self._turn:
                self._more("")
            elif said:
                self._show(messages.courtesy(said, self._chat.summary(), self._phrases))
            elif name in self._commands:
                self._commands[name](rest.strip())
            elif line.startswith("/"):
                self._say(self._phrases("console-unknown", command=name))
            else:
                self._ask(line)
        except (QuestionError, SettingError, ArticleError, StoreError) as error:
            self._say(messages.trouble(error, self._phrases))

    def _show(self, blocks: Iterable[Block]) -> None:
        show(blocks, self._stream, self._colour)

    def _say(self, text: str) -> None:
        self._show([paragraph(text)])

    def _ask(self, message: str) -> None:
        for count, turn in enumerate(self._chat.ask_each(message)):
            if count:
                self._stream.write("\n")
            self._show_turn(turn)

    def _show_turn(self, turn: Turn) -> None:
        self._turn, self._shown = turn, list(turn.answer.citations)
        blocks = messages.turn(turn, self._phrases)
        self._record.append((turn.answer.question, blocks))
        self._show(blocks)

    def _more(self, _: str) -> None:
        if self._turn is None:
            self._say(self._phrases("console-ask-first"))
            return
        further = self._chat.more(self._turn.number, len(self._shown))
        if further is None or not further.answer.citations:
            self._say(self._phrases("no-more"))
            return
        self._shown += further.answer.citations
        blocks = messages.more(further.answer, self._phrases.in_language(further.answer.language))
        self._record[-1][1].extend(blocks)
        self._show(blocks)

    def _search(self, topic: str) -> None:
        self._show_turn(self._chat.search(topic))

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

    def _good(self, _: str) -> None:
        self._judge(Judgement(Verdict.GOOD))

    def _bad(self, why: str) -> None:
        """Keep that the last answer is bad, and why, if that is said."""
        fault = next((fault for fault in AnswerFault if why and fault.startswith(why.lower())), None)
        if why and fault is None:
            self._say(self._phrases("console-bad-usage"))
        else:
            self._judge(Judgement(Verdict.BAD, fault))

    def _judge(self, judgement: Judgement) -> None:
        """Keep what is thought of the last answer."""
        if self._turn is None:
            self._say(self._phrases("console-ask-first"))
        elif self._chat.judge(self._turn.number, CHAT, judgement):
            self._say(self._phrases("judged"))
        else:
            self._say(self._phrases("judged-nothing"))

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

    def _list(self, _: str) -> None:
        entries = self._chat.catalogue()
        self._show(replace(messages.holding(entry, self._phrases), tight=True) for entry in entries)
        if not entries:
            self._say(self._phrases("no-articles"))

    def _show_article(self, name: str) -> None:
        """Show an article by the beginning of its id, or of its title."""
        if not name:
            self._say(self._phrases("show-usage"))
            return
        article = self._chat.article(name)
        self._show([*messages.article(article, self._phrases), *messages.place(article.origin)])

    def _add(self, name: str) -> None:
        """Add a file, or the files below a folder; they are embedded in the background."""
        if not name:
            self._say(self._phrases("console-add-usage"))
            return
        path, store = path_named(name).expanduser(), self._derek.store
        edit, only = store.begin_edit(), tuple(self._chat.fence.collections or ())
        metadata = Metadata(collection=only[0]) if len(only) == 1 else NO_METADATA
        room = SampleRoom(store, edit)
        receipts = (
            add_folder(store, contents_of(path), edit, metadata)
            if path.is_dir()
            else add_file(store, path, edit, metadata)
        )
        self._tell(room.made_by(receipts))
        if room.gone:
            self._say(self._phrases("samples-gone", count=len(room.gone)))
        self._derek.index.catch_up()

    def _undo(self, said: str) -> None:
        """Take the last change back, of the settings or of the articles.

        What changes more than one article is to be asked for twice.
        """
        if self._limits_before and self._limits_before[-1][1] == self._last_edit():
            before, _ = self._limits_before.pop()
            admitted, _ = self._chat.limit(before)
            self._show(messages.settings(admitted, self._phrases))
            return
        store = self._derek.store
        with store.rehearsing():
            expected = store.undo()
        if len(expected) > 1 and said != "!":
            names = listed([receipt.title or receipt.name for receipt in expected[:_SHOWN]])
            self._say(self._phrases("console-undo-many", count=len(expected), names=names))
            return
        self._tell(self._chat.undo())

    def _tell(self, became: Iterable[Receipt]) -> None:
        """Say what became of articles."""
        results = list(became)
        self._say(
            "\n".join(told(receipt, self._phrases) for receipt in results) or self._phrases("nothing-undo")
        )
        if len(results) > 1:
            self._say(total(results, self._phrases))

    def _history(self, _: str) -> None:
        recent = self._chat.recent(20)
        lines = (f"{number}. {question}" for number, question in enumerate(recent, 1))
        self._say("\n".join(lines) or self._phrases("console-ask-first"))

    def _save(self, name: str) -> None:
        """Write the conversation so far to a file as Markdown; a file that is there is left alone."""
        if not name:
            self._say(self._phrases("console-save-usage"))
            return
        if not self._record:
            self._say(self._phrases("console-ask-first"))
            return
        path = Path(name).expanduser()
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(markdown_of(self._record))
        except OSError as error:
            self._say(self._phrases("console-unsaved", name=name, reason=error.strerror or str(error)))
        else:
            self._say(self._phrases("console-saved", name=str(path)))

    def completions(self, line: str) -> list[str]:
        """Return how a line that begins so may go on: commands, and of these what they take."""
        command, gap, rest = line.partition(" ")
        if not gap:
            return [name for name in (*self._commands, "/quit") if line and name.startswith(line)]
        match command:
            case "/show":
                entries = self._chat.catalogue()
                choices = [
                    choice for entry in entries for choice in (entry.title, entry.article_id) if choice
                ]
            case "/settings":
                summary = self._chat.summary()
                choices = [f"source {source}" for source, _ in summary.sources]
                choices += [f"lang {code}" for code, _ in summary.languages] + ["since ", "until ", "clear"]
            case "/bad":
                choices = [fault.value for fault in AnswerFault]
            case "/add" | "/save":
                place = Path(rest or ".").expanduser()
                folder = place if rest.endswith("/") or not rest else place.parent
                shown = rest[: rest.rfind("/") + 1]
                choices = [f"{shown}{path.name}{'/' * path.is_dir()}" for path in _below(folder)]
            case _:
                choices = []
        return [f"{command} {choice}" for choice in choices if choice.lower().startswith(rest.lower())]

    def _settings(self, wanted: str) -> None:
        """Show which articles may answer, or change that."""
        before, _ = self._chat.settings()
        admitted, _ = self._chat.settings(wanted)
        if admitted != before:
            self._limits_before.append((before, self._last_edit()))
        self._show(messages.settings(admitted, self._phrases, usage=not wanted))

    def _last_edit(self) -> int | None:
        """Return the number of the last edit of the articles that was not undone."""
        undoable, _ = self._derek.store.last_edits()
        return undoable

    def _status(self, _: str) -> None:
        index = self._derek.index
        index.catch_up()
        meaning, calibration = self._derek.semantic_index, self._derek.calibration
        self._show(messages.status(len(index), meaning, self._phrases, calibration=calibration))

    def _help(self, _: str) -> None:
        self._say(self._phrases("console-help"))


def chat(derek: Derek, phrases: Phrases, colour: Colour = Colour.AUTO, limits: Filter = NO_FILTER) -> None:
    """Hold a conversation on standard input and output until the input, or the user, ends it."""
    conversation = Conversation(derek, phrases, sys.stdout, colour, limits)
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    conversation.welcome(interactive=interactive)
    while True:
        try:
            line = _line(interactive)
            if line is None or line.lower().partition(" ")[0] in _ENDS:
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


def markdown_of(record: Iterable[tuple[str, Sequence[Block]]]) -> str:
    """Return questions and what was shown for each as Markdown, quotes as quotations."""
    parts = []
    for question, blocks in record:
        parts.append(f"## {' '.join(question.split())}\n")
        for block in blocks:
            text = to_text([block])
            parts.append("\n".join(f"> {line}" for line in text.splitlines()) if block.quoted else text)
            parts.append("")
    return "\n".join(parts).rstrip("\n") + "\n"


def _below(folder: Path) -> list[Path]:
    """Return what is in a folder; nothing if that cannot be read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _begin_editing(questions: Sequence[str], completions: Callable[[str], list[str]]) -> None:
    """Let the arrow keys bring earlier questions back and Tab complete, where the terminal can."""
    try:
        import readline  # noqa: PLC0415  not on every platform, and only for people
    except ImportError:
        return
    for question in questions:
        readline.add_history(question)

    def complete(text: str, state: int) -> str | None:
        choices = completions(text)
        return choices[state] if state < len(choices) else None

    readline.set_completer_delims("")
    readline.set_completer(complete)
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
