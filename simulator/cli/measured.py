"""Options and lines that commands on what was measured share."""

from typing import Annotated

import typer

from ..analysis.agreement import STAND_IN, find_agreement
from ..effort import MEASURES, PRICE_SOURCES, EffortMeasure
from ..settings import Settings
from ..store import read_comparisons
from ..virtues import PROXIES
from ..wording.answers import describe_phantom, describe_unpriced
from ..wording.protocols import describe_protocol
from .printing import say

__all__ = [
    "INTERVALS",
    "BudgetOption",
    "CheckingOption",
    "DrawingOption",
    "EffortOption",
    "OpeningOption",
    "ProxyOption",
    "print_protocol",
    "print_unpriced",
]

EffortOption = Annotated[
    str, typer.Option("--effort", metavar="NAME", help=f"How effort is measured: {', '.join(MEASURES)}.")
]
BudgetOption = Annotated[
    float, typer.Option("--budget", metavar="B", help="Hours for the effort 'hours', else a share in (0, 1].")
]
ProxyOption = Annotated[
    str,
    typer.Option(
        "--proxy",
        metavar="NAME",
        help=f"Which way of losing quality is considered beside exact masks: {', '.join(PROXIES)}.",
    ),
]
OpeningOption = Annotated[
    float,
    typer.Option(
        "--opening-minutes", metavar="MIN", help=f"Opening one volume. {PRICE_SOURCES['opening_minutes']}"
    ),
]
DrawingOption = Annotated[
    float,
    typer.Option(
        "--drawing-seconds", metavar="SEC", help=f"Drawing one slice. {PRICE_SOURCES['drawing_seconds']}"
    ),
]
CheckingOption = Annotated[
    float,
    typer.Option(
        "--checking-seconds",
        metavar="SEC",
        help=f"Checking one copied slice. {PRICE_SOURCES['checking_seconds']}",
    ),
]


INTERVALS = (
    "In brackets: 90 % intervals over seeds and test volumes, for this pool. A gain whose interval holds 0 cannot be "
    "told from none."
)
"""What is said once below an answer, so that no number stands alone."""


def print_protocol(protocol: str, *, dataset: str, settings: Settings) -> None:
    """Say under which protocol results were measured, how well the quick one agrees with the paper's, and of what."""
    agreement = find_agreement(read_comparisons(settings.published)) if protocol == STAND_IN else None
    say(f"Protocol {describe_protocol(protocol, agreement)}.")
    note = describe_phantom([dataset])
    if note:
        say(note)


def print_unpriced(proxy: str, *, measure: EffortMeasure) -> None:
    """Say where masks of a proxy have no price in a unit, so that they are left out."""
    note = describe_unpriced(proxy, measure=measure)
    if note:
        say(note)
