"""The commands' group, and the options that stand before them."""

import difflib
import sys
from pathlib import Path

import click

from bot import __version__
from bot.cli import articles, asking, editing, evaluating, keeping, serving, syncing, upkeep
from bot.cli.session import Session


def _named(_: click.Context, __: click.Parameter, value: str | None) -> Path | None:
    """Refuse the empty name of a folder, which a variable that is not set leaves behind."""
    if value is None:
        return None
    if not value.strip():
        raise click.BadParameter("the folder has no name; is a variable empty?")
    return Path(value)


class _Commands(click.Group):
    """Commands, of which `ask` need not be named: whatever is no command is a question."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            alike = difflib.get_close_matches(name, self.list_commands(ctx), 1, 0.7)
            if alike and len(args) == 1:
                raise click.UsageError(
                    f"there is no command {name!r}; did you mean {alike[0]!r}? "
                    f"To ask it as a question: derek ask {name}"
                )
            args = ["ask", *args]
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True
)
@click.option("--config", type=click.Path(path_type=Path), help="Settings file instead of the default one.")
@click.option(
    "--data",
    envvar="DEREK_DATA",
    show_envvar=True,
    callback=_named,
    metavar="PATH",
    help="Folder of articles instead of the default one.",
)
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
@click.version_option(__version__, prog_name="derek", message="%(prog)s %(version)s")
@click.pass_context
def commands(context: click.Context, config: Path | None, data: Path | None, debug: bool) -> None:
    """Answer questions with sentences that really stand in your articles, each with its source.

    A question needs no command: derek "Who met Putin?"
    """
    context.obj = Session(config, data, debug=debug)
    if context.invoked_subcommand is None:
        if sys.stdin.isatty():
            click.echo(context.get_help())
        else:
            context.invoke(asking.ask)


@commands.command(name="help")
@click.pass_context
def help_(context: click.Context) -> None:
    """Show this."""
    click.echo(commands.get_help(context.parent or context))


for _command in (
    asking.ask,
    asking.search,
    asking.chat,
    articles.add,
    syncing.sync,
    articles.list_,
    articles.show,
    editing.remove,
    editing.undo,
    editing.redo,
    editing.trash,
    editing.restore,
    editing.purge,
    keeping.backup,
    keeping.export_,
    keeping.history,
    articles.about,
    upkeep.status,
    upkeep.embed,
    upkeep.reindex,
    upkeep.doctor,
    evaluating.evaluate,
    serving.run,
):
    commands.add_command(_command)
