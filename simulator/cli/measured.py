"""Options and lines that commands on what was measured share."""

from typing import Annotated

import typer

from ..analysis.agreement import STAND_IN, find_agreement
from ..effort import MEASURES, EffortMeasure
from ..settings import Settings
from ..store import read_comparisons
from ..wording.answers import describe_phantom, describe_proxies, describe_unpriced
from ..wording.protocols import describe_protocol
from .printing import say

__all__ = [
    "INTERVALS",
    "BudgetOption",
    "EffortOption",
    "ProxyOption",
    "print_protocol",
    "print_unpriced",
]


def _name_units() -> str:
    """Say what a budget is by each measure: "hours of work for hours, …"."""
    by_unit: dict[str, list[str]] = {}
    for measure in MEASURES.values():
        by_unit.setdefault(measure.unit.asked, []).append(measure.name)
    return "; ".join(f"{asked} for {', '.join(names)}" for asked, names in by_unit.items())


EffortOption = Annotated[
    str, typer.Option("--effort", metavar="NAME", help=f"How effort is measured: {', '.join(MEASURES)}.")
]
BudgetOption = Annotated[
    str, typer.Option("--budget", metavar="B", help=f"In the effort's unit: {_name_units()}.")
]
ProxyOption = Annotated[
    str,
    typer.Option(
        "--proxy",
        metavar="NAME",
        help=f"Which way of losing quality is considered beside exact masks: {describe_proxies()}.",
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
