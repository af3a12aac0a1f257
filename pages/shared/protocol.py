"""The line that stands wherever results of the quick protocol are shown: how well it stands in for the paper's."""

from simulator.analysis.agreement import STAND_IN, describe_protocol
from simulator.settings import Settings

from .escape import escape
from .reading import read_agreement
from .theme import small_print

__all__ = ["show_protocol"]


def show_protocol(protocol: str, *, settings: Settings) -> None:
    """Say which protocol the results are of; of the quick one, how well it agrees with the paper's."""
    agreement = read_agreement(settings) if protocol == STAND_IN else None
    small_print(f"Protocol {escape(describe_protocol(protocol, agreement))}.")
