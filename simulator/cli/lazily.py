"""Commands that are imported when they are asked for: a quick one does not wait for the libraries of a slow one.

The file of a command lies in its group's package, is named like it, and defines ``app``, a `typer.Typer`.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

__all__ = ["make_group"]


def make_group(package: str, commands: Mapping[str, str]) -> type[TyperGroup]:
    """Make the group of some commands.

    Parameters
    ----------
    package : str
        Where their files lie.
    commands : mapping of str to str
        Command → what it does, in the order to list them.

    Returns
    -------
    type of TyperGroup
        For ``typer.Typer(cls=…)``.
    """
    return type("_Group", (_Lazily,), {"package": package, "does": commands})


class _Lazily(TyperGroup):
    package: ClassVar[str]
    does: ClassVar[Mapping[str, str]]

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.does)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | TyperGroup | None:
        """Say what a command is for: a list of commands loads none of them."""
        if cmd_name not in self.does:
            return None
        return TyperCommand(cmd_name, help=self.does[cmd_name], short_help=self.does[cmd_name])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] in self.does:
            return args[0], self._load(args[0]), args[1:]
        if args and not args[0].startswith("-"):
            raise _UnknownCommand(f"no command {args[0]!r}; the commands are {', '.join(self.does)}", ctx)
        return super().resolve_command(ctx, args)

    def _load(self, name: str) -> TyperCommand | TyperGroup:
        noun: typer.Typer = import_module(f".{name}", self.package).app
        command: Any = typer.main.get_command(noun)
        command.name, command.short_help = name, self.does[name]
        command.help = command.help or self.does[name]
        return command  # type: ignore[no-any-return]


class _UnknownCommand(TyperException):
    exit_code = 2

    def __init__(self, message: str, ctx: Any) -> None:
        super().__init__(message)
        self.ctx = ctx
