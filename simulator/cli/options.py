"""Arguments and options that several commands share, spelled once.

A command takes them as annotations (``dataset: DatasetArgument``), so that DATASET, ``--axis``,
``--labels`` and ``--pool`` mean the same wherever they stand.
"""

from typing import Annotated

import typer

from ..errors import RequestError
from ..protocols import PROTOCOLS
from ..records import canonical_json
from .printing import say_json

__all__ = [
    "AxisOption",
    "DatasetArgument",
    "JsonOption",
    "LabelsOption",
    "PoolOption",
    "PriorOption",
    "ProtocolOption",
    "parse_seed",
    "print_json",
]

DatasetArgument = Annotated[
    str, typer.Argument(metavar="DATASET", help="A catalogue name (phantom, …) or a folder.")
]
AxisOption = Annotated[
    int | None, typer.Option("--axis", metavar="N", help="Array axis to slice across: 0, 1 or 2.")
]
LabelsOption = Annotated[
    str | None,
    typer.Option(
        "--labels", metavar="1,3", help="Labels joined to the foreground, numbers or names; default all."
    ),
]
PoolOption = Annotated[
    int | None,
    typer.Option("--pool", metavar="N", help="Volumes to label from; default all that are not test."),
]
PriorOption = Annotated[
    bool,
    typer.Option(
        "--prior/--no-prior",
        help="Whether published data sets say what to expect of one that is not among them.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ProtocolOption = Annotated[
    str,
    typer.Option("--protocol", metavar="NAME", help=f"How models are trained: {', '.join(PROTOCOLS)}."),
]


def parse_seed(seed: int) -> int:
    """Check a seed.

    Raises
    ------
    RequestError
        If it is negative or does not fit 31 bits.
    """
    if not 0 <= seed < 2**31:
        raise RequestError(f"--seed must be from 0 to {2**31 - 1}; got {seed}")
    return seed


def print_json(value: object) -> None:
    """Print one line of canonical JSON to stdout."""
    say_json(canonical_json(value))
