"""What every command begins with: the settings that it goes by, and Derek, its index up to date."""

import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from bot import console
from bot.assembly import Derek, assemble
from bot.config import Config, EmbedderKind, SemanticSettings, load
from bot.console import Colour
from bot.rendering.blocks import Block, paragraph
from retrieval.background import Progress
from retrieval.changes import Follower
from retrieval.ingest.recut import recut
from retrieval.semantic.semantic_index import SemanticIndex

#: After how many seconds it is said what is waited for.
_SILENT = 1.0

#: How many sentences are embedded before a command goes on that adds articles, or asks those of a folder:
#: then people expect work to be done. Other questions wait for nothing.
AT_ONCE_WHEN_ADDED = 2_000

#: How long each of them may take, in seconds, with its words: three times as long as on an idle machine with
#: two cores, where hardly any word was known before.
_SECONDS = 0.15


#: What a terminal is shown meanwhile.
INDEXING, EMBEDDING = "building the index", "embedding sentences"


@dataclass
class Session:
    """What the options before the command say, and the Derek that they lead to."""

    config_path: Path | None
    data: Path | None
    debug: bool = False
    colour: Colour = Colour.AUTO
    quiet: bool = False
    pages: bool = True

    @cached_property
    def config(self) -> Config:
        """The settings, with the folder that the command line names."""
        config = load(self.config_path)
        return config.model_copy(update={"data": self.data}) if self.data else config

    def ask_with(self, min_confidence: float) -> None:
        """Let an answer be as probable as this at least, whatever the settings say."""
        answers = self.config.answers.model_copy(update={"min_confidence": min_confidence})
        self.config = self.config.model_copy(update={"answers": answers})

    def go_by_words(self) -> None:
        """Let no meanings be compared, whatever the settings say."""
        words = SemanticSettings(kind=EmbedderKind.NONE)
        self.config = self.config.model_copy(update={"semantic": words})

    def show(self, blocks: Iterable[Block]) -> None:
        """Write blocks to standard output."""
        console.show(blocks, sys.stdout, self.colour)

    def page(self, blocks: Iterable[Block]) -> None:
        """Write what may be long to standard output, as `page_text` does."""
        self.page_text(console.drawn(blocks, sys.stdout, self.colour))

    def page_text(self, text: str) -> None:
        """Write a text to standard output, through a pager where that is a terminal with fewer lines."""
        lines = text.count("\n")
        if self.pages and sys.stdout.isatty() and lines >= shutil.get_terminal_size().lines and _may_page():
            click.echo_via_pager(text.removesuffix("\n"), True if self.colour is Colour.ALWAYS else None)
        else:
            sys.stdout.write(text)

    def derek(self) -> Derek:
        """Return a Derek on the data folder."""
        return assemble(self.config)

    def hint(self, text: str) -> None:
        """Say on standard error what is worth knowing and no error."""
        if not self.quiet:
            click.echo(f"derek: {text}", err=True)

    def done(self, text: str) -> None:
        """Say on standard output what was done."""
        if not self.quiet:
            self.show([paragraph(text)])

    @contextmanager
    def ready(self) -> Iterator[Derek]:
        """Give a Derek that knows all articles."""
        with self.derek() as derek:
            self.catch_up(derek, 0)
            yield derek

    def catch_up(self, derek: Derek, at_once: int) -> None:
        """Let a Derek know all articles; of more new sentences than `at_once`, only the words."""
        self.catch_up_by_words(derek)
        if derek.semantic_index:
            with self._bar(EMBEDDING) as progress:
                derek.semantic_index.catch_up(at_once, progress, at_once * _SECONDS)

    def take_in(self, derek: Derek) -> None:
        """Let a Derek know what was just added; who breaks that off is told how to go on."""
        try:
            with self._bar("looking for copies") as progress:
                derek.near_duplicates.follow(progress)
            self.catch_up(derek, AT_ONCE_WHEN_ADDED)
        except KeyboardInterrupt:
            self.hint("what was added is kept, and what of it is embedded; `derek embed` embeds the rest")
            raise
        self.tell_what_lacks(derek.semantic_index)

    def catch_up_by_words(self, derek: Derek) -> None:
        """Let a Derek know the words of all articles, as far as the index can be written now."""
        self._recut(derek)
        with self._bar(INDEXING) as progress:
            derek.index.catch_up(progress)

    def follow(self, derek: Derek, follower: Follower, label: str) -> None:
        """Let one of a Derek's followers know all articles; a terminal is shown how far it is, under a label.

        Raises `DerekError` if it does not get there.
        """
        self._recut(derek)
        with self._bar(label) as progress:
            follower.follow(progress)

    def _recut(self, derek: Derek) -> None:
        """Cut articles anew that older rules cut; until then they answer as they were cut."""
        with self._bar("cutting articles anew") as progress:
            recut(derek.store, progress)

    def tell_what_lacks(self, semantic_index: SemanticIndex | None) -> None:
        """Say that words alone are compared, where that is for want of time; a fault was told before."""
        if semantic_index is None or semantic_index.fault or semantic_index.coverage.is_sufficient:
            return
        if sentences := semantic_index.coverage.sentences:
            done = semantic_index.coverage.embedded
            self.hint(
                f"{done:,} of {sentences:,} sentences are embedded, so answers go by words alone; "
                "`derek embed` embeds the rest"
            )

    @contextmanager
    def _bar(self, label: str) -> Iterator[Progress]:
        """Give what draws a bar on a terminal, and says a line elsewhere, once somebody waits for it."""
        began = time.monotonic()
        with ExitStack() as stack:
            bars: list[Any] = []
            told = self.quiet

            def draw(done: int, total: int) -> None:
                nonlocal told
                if not told and done < total and time.monotonic() > began + _SILENT:
                    told = True
                    if sys.stderr.isatty():
                        bar = click.progressbar(length=total, label=label, file=sys.stderr)
                        bars.append(stack.enter_context(bar))
                    else:
                        self.hint(f"{label}, {done:,} of {total:,} so far")
                for drawn in bars:
                    drawn.update(done - drawn.pos)

            yield draw


def _may_page() -> bool:
    """Let DEREK_PAGER go before PAGER, where click looks; whether that names more than `cat`, or nothing."""
    pager = os.environ.get("DEREK_PAGER", os.environ.get("PAGER"))
    if pager is None:
        return True
    os.environ["PAGER"] = pager
    return pager.strip() not in ("", "cat")


#: Hands a command the session that the group made.
pass_session = click.make_pass_decorator(Session)
