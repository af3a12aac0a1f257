"""The command line: one noun a file, one line of registration, and one place where errors become exit codes.

Exit code 0, 1 (it failed) or 2 (bad arguments or bad input); then stderr has exactly one line that says
what, where, and what to do.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from types import MappingProxyType
from typing import Any

import typer
from typer.exceptions import TyperException

from ..errors import InputError, LabelwiseError
from ..remedies import remedy_for
from .lazily import make_group
from .printing import say

__all__ = ["COMMANDS", "main"]

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "datasets": "list, inspect, prepare or download data sets",
        "simulate": "run one simulation, or read it from the store",
        "campaign": "run many simulations, watch them, cancel them",
        "frontier": "the best that each effort gave",
        "recommend": "the best strategy for a budget",
        "plan": "which slices to label, as a file",
        "project": "your own volumes and hours: what to label, the files for it, and how far it is",
        "reproduce": "the paper's figures and a verdict on each of its conclusions",
        "records": "export or import the store's records",
        "doctor": "what is installed, which folders are used, what is wrong",
    }
)
"""Noun → what it does; the noun is also the name of its file."""


INTERRUPTED = 130
"""Exit code that typer makes of Ctrl-C."""


app = typer.Typer(
    cls=make_group(__name__, COMMANDS),
    add_completion=False,
    help="Labelwise: what should be labeled for a budget?",
)


@app.callback()
def _simulator() -> None:
    """Say what should be labeled for a budget."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, default=None
        The arguments after ``python -m simulator``; None takes those of this process.

    Returns
    -------
    int
        The exit code.
    """
    _write_what_can_be_written()
    # On small matrices OpenBLAS's second thread only waits, and costs as much again; read when NumPy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    command = typer.main.get_command(app)
    try:
        code = command.main(arguments, prog_name="python -m simulator", standalone_mode=False)
    except InputError as error:
        return _say(error, code=2)
    except LabelwiseError as error:
        return _say(error, code=1)
    except TyperException as error:
        context: Any = getattr(error, "ctx", None)
        path = "python -m simulator" if context is None else context.command_path
        return _say(
            f"{error.format_message().rstrip('.')}; {path} --help shows what it takes", code=error.exit_code
        )
    except OSError as error:
        where = error.filename or "this machine"
        return _say(
            f"{error.strerror or error}: {where}; {remedy_for(error)}, or choose another place", code=1
        )
    if code == INTERRUPTED:
        return _say("interrupted; what is recorded is kept, run the same command again to go on", code=code)
    return code if isinstance(code, int) else 0


def _write_what_can_be_written() -> None:
    """Write a question mark for a letter that the terminal's encoding lacks, rather than stop there."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _say(message: object, *, code: int) -> int:
    """Write one line to stderr, whatever line breaks and control characters a message brings."""
    say(" ".join(str(message).split()), is_aside=True)
    return code
