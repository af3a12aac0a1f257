"""The line that stands wherever results of the quick protocol are shown: how well it stands in for the paper's."""

from simulator.analysis.agreement import describe_agreement
from simulator.protocols import FAST
from simulator.settings import Settings

from .escape import escape
from .reading import read_agreement
from .theme import small_print

__all__ = ["show_protocol"]


def show_protocol(protocol: str, *, settings: Settings) -> None:
    """Say which protocol the results are of; of the quick one, how well it agrees with the paper's."""
    if protocol == FAST.name:
        small_print(f"Protocol {escape(describe_agreement(read_agreement(settings)))}.")
    else:
        small_print(f"Protocol {escape(protocol)}.")
