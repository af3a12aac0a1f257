"""Options and lines that commands on what was measured share."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from ..analysis import Estimate, Recommendation, Study
from ..analysis.agreement import STAND_IN, estimate_agreement
from ..analysis.prospect import look_ahead
from ..datasets import KNOWN_NAMES
from ..effort import MEASURES, EffortMeasure, Prices
from ..formats import format_options
from ..settings import Settings
from ..store import read_comparisons
from ..virtues import describe_proxies
from ..wording.answers import describe_phantom, describe_unpriced
from ..wording.priors import N_FIRST, describe_prior, say_provisional
from ..wording.protocols import describe_protocol
from .printing import say

__all__ = [
    "INTERVALS",
    "BudgetOption",
    "EffortOption",
    "ProxyOption",
    "print_basis",
    "print_protocol",
    "print_suggestions",
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


INTERVALS = "In brackets: 90 % intervals over seeds and test volumes, for this pool."
"""What is said once below an answer, so that no number stands alone."""


def print_protocol(protocol: str, *, dataset: str, settings: Settings) -> None:
    """Say under which protocol results were measured, how well the quick one agrees with the paper's, and of what."""
    agreement = estimate_agreement(read_comparisons(settings.published)) if protocol == STAND_IN else None
    say(f"Protocol {describe_protocol(protocol, agreement)}.")
    note = describe_phantom([dataset])
    if note:
        say(note)


def print_basis(study: Study, estimate: Estimate | None) -> None:
    """Say what the intervals of an answer cover, and what other data sets have to do with it."""
    if estimate is not None and estimate.low is not None:
        say(
            "\n"
            + ("In brackets: 90 % of what other organs showed." if estimate.kind == "prior" else INTERVALS)
        )
    if study.runs.empty:
        say(say_provisional(look_ahead(study).after(N_FIRST), n=N_FIRST))
    if study.prior.names:
        say(f"{describe_prior(study.prior)} --no-prior leaves that out.")


def print_unpriced(proxy: str, *, measure: EffortMeasure, prices: Prices) -> None:
    """Say where masks of a proxy have no price in a unit, so that they are left out."""
    note = describe_unpriced(proxy, measure=measure, prices=prices)
    if note:
        say(note)


def print_suggestions(answer: Recommendation, *, dataset: str, cut: Mapping[str, str | int | None]) -> None:
    """Print what to simulate as commands that can be copied, on the data set as it was asked for.

    Parameters
    ----------
    answer : Recommendation
    dataset : str
    cut : mapping of str to str, int or None
        Further options.
    """
    if dataset not in KNOWN_NAMES and not Path(dataset).is_dir():
        say(f"\n{dataset} is known here by its records only: where it stands below, write its folder.")
    say("\nTo measure it:" if answer.status == "answer" else "\nTo simulate:")
    protocol = STAND_IN if answer.status == "trial" else answer.protocol
    for virtues in answer.suggestions:
        options = format_options({**virtues.model_dump(), "protocol": protocol, **cut, "seed": 0})
        say(shlex.join(["python", "-m", "simulator", "simulate", dataset, *options]))
