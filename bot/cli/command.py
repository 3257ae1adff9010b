"""A command: its help is a whole sentence also in the overview, and words too many may be a question."""

import shlex
from collections.abc import Iterable

import click


class _Told(click.Command):
    """A command whose help is a whole sentence in the overview."""

    def get_short_help_str(self, limit: int = 0) -> str:  # noqa: ARG002  nothing is cut off
        """Return the first sentence of the help."""
        return super().get_short_help_str(limit=1_000)


class CommandGroup(_Told, click.Group):
    """A command with commands of its own."""


class Command(_Told):
    """A command of Derek's."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the arguments; of words too many, say how they are asked as a question."""
        words = [self.name or "", *args]
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            raise click.UsageError(
                f"{self.name!r} cannot take {' '.join(ctx.args)!r}; "
                f"to ask it as a question: {asking_for(words)}",
                ctx,
            )
        return rest


def asking_for(words: Iterable[str]) -> str:
    """Return the command that asks words as a question."""
    question = " ".join(word for word in words if not word.startswith("-"))
    quoted = shlex.quote(question) if set('"$`!\\') & set(question) else f'"{question}"'
    return f"derek ask {quoted}"
