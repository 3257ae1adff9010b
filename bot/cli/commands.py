"""The commands' group, and the options that stand before them."""

import logging
import sys
from pathlib import Path

import click

from bot import __version__
from bot.cli import (
    articles,
    asking,
    auditing,
    completing,
    editing,
    evaluating,
    fetching,
    judging,
    keeping,
    keys,
    manual,
    serving,
    syncing,
    upkeep,
)
from bot.cli.command import Command, asking_for
from bot.cli.mistyped import alike, slip
from bot.cli.session import Session
from bot.console import Colour, usual_colour


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
            names = self.list_commands(ctx)
            alone = all(word.startswith("-") for word in args[1:])
            meant = alike(name, names) if alone else slip(name, names)
            if meant and not ctx.resilient_parsing:
                unknown = self.unknown(ctx, name, meant)
                raise click.UsageError(f"{unknown} To ask it as a question: {asking_for(args)}")
            args = ["ask", *args]
        return super().resolve_command(ctx, args)

    def unknown(self, ctx: click.Context, name: str, meant: str | None = None) -> str:
        """Return that there is no such command, and which one may be meant."""
        meant = meant or alike(name, self.list_commands(ctx))
        return f"there is no command {name!r}" + (f"; did you mean {meant!r}?" if meant else "")


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
    shell_complete=completing.folders,
    help="Folder of articles instead of the default one.",
)
@click.option(
    "--color",
    type=click.Choice([colour.value for colour in Colour]),
    default=Colour.AUTO.value,
    help="When there is colour; auto heeds NO_COLOR and FORCE_COLOR.",
)
@click.option(
    "--no-pager",
    is_flag=True,
    help="Let long texts run on; else DEREK_PAGER or PAGER shows them on a terminal.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but answers, failures and errors.")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
@click.version_option(__version__, prog_name="derek", message="%(prog)s %(version)s")
@click.pass_context
def commands(  # noqa: PLR0913  one parameter an option
    context: click.Context,
    *,
    config: Path | None,
    data: Path | None,
    color: str,
    no_pager: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Answer questions with sentences that really stand in your articles, each with its source.

    A question needs no command: derek "Who met Putin?"
    """
    colour = Colour(color)
    if colour is Colour.AUTO:
        colour = usual_colour()
    context.obj = Session(config, data, debug, colour, quiet, pages=not no_pager)
    if quiet:
        logging.getLogger().setLevel(logging.ERROR)
    if context.invoked_subcommand is None:
        if sys.stdin.isatty():
            context.obj.page_text(f"{context.get_help()}\n")
        else:
            context.invoke(asking.ask)


def _command_names(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    return [name for name in commands.list_commands(context) if name.startswith(begun)]


@commands.command(name="help", cls=Command)
@click.argument("name", required=False, metavar="[COMMAND]", shell_complete=_command_names)
@click.pass_context
def help_(context: click.Context, name: str | None) -> None:
    """Show this, or what a command does and takes."""
    root = context.find_root()
    text = root.get_help()
    if name is not None:
        command = commands.get_command(root, name)
        if command is None:
            raise click.UsageError(commands.unknown(root, name), root)
        text = command.get_help(click.Context(command, root, name))
    root.obj.page_text(f"{text}\n")


for _command in (
    asking.ask,
    asking.search,
    asking.chat,
    articles.add,
    syncing.sync,
    fetching.refresh,
    fetching.feed,
    articles.list_,
    articles.show,
    editing.remove,
    editing.undo,
    editing.redo,
    editing.trash,
    editing.expire,
    editing.restore,
    editing.purge,
    keeping.backup,
    keeping.export_,
    keeping.history,
    auditing.log,
    articles.about,
    upkeep.status,
    upkeep.embed,
    upkeep.reindex,
    upkeep.doctor,
    judging.feedback,
    judging.calibrate,
    evaluating.evaluate,
    serving.run,
    serving.serve,
    serving.model_context,
    keys.key,
    completing.completion,
    manual.man,
):
    commands.add_command(_command)
