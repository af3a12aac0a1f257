"""Flags of a registry: a command takes all of them as one argument, and a new entry is named nowhere else."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

__all__ = ["with_flags"]


def with_flags(
    command: Callable[..., None],
    *,
    argument: str,
    flags: Sequence[inspect.Parameter],
    gather: Callable[[Mapping[str, Any]], object],
) -> Callable[..., None]:
    """Give a command flags in the place of one of its arguments.

    Parameters
    ----------
    command : callable
    argument : str
        Its keyword argument that the flags stand for.
    flags : sequence of Parameter
        Keyword-only, annotated as typer reads them.
    gather : callable
        Makes that argument of what was given, by the names of the flags.

    Returns
    -------
    callable
    """
    signature = inspect.signature(command)

    @wraps(command)
    def flagged(*args: Any, **options: Any) -> None:
        given = {flag.name: options.pop(flag.name) for flag in flags}
        command(*args, **{argument: gather(given)}, **options)

    parameters = [
        parameter
        for own in signature.parameters.values()
        for parameter in (flags if own.name == argument else [own])
    ]
    # What typer reads to find out which arguments and options there are.
    vars(flagged)["__signature__"] = signature.replace(parameters=parameters)
    return flagged
