"""Import the module of a command only when the command runs, so that help and completion are fast."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_group


class LazyCommand(TyperCommand):
    """A command that is known by its name and summary until it is used."""

    def __init__(self, name: str, place: str, summary: str) -> None:
        """`place` is a module in commands/ and the function or the group in it, such as `backup:restore`."""
        super().__init__(name, help=summary, rich_markup_mode=None)
        self._place = place

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Parse the arguments with the command itself, which the context then runs."""
        return self.load().make_context(info_name, args, parent, **extra)

    def load(self) -> Any:
        """Return the command itself; a setting that prevents the import ends the program with one line."""
        module, _, attribute = self._place.partition(":")
        try:
            command = getattr(import_module(f"hubtrends.commands.{module}"), attribute)
        except ValueError as error:
            from hubtrends.unloadable import report_setting

            raise typer.Exit(report_setting(error)) from None
        holder = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
        if isinstance(command, typer.Typer):
            holder.add_typer(command, name=self.name)
        else:
            holder.command(self.name)(command)
        (loaded,) = get_group(holder).commands.values()
        return loaded
