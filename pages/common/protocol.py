"""The line that stands wherever results are shown: how they were measured, and what they are no evidence of."""

from collections.abc import Iterable

from simulator.analysis.agreement import STAND_IN
from simulator.settings import Settings
from simulator.wording.answers import describe_phantom
from simulator.wording.protocols import describe_protocol

from .escape import escape
from .records import read_agreement
from .theme import small_print

__all__ = ["show_protocol"]


def show_protocol(protocol: str, *, names: Iterable[str], settings: Settings) -> None:
    """Say which protocol the results are of, and how well the quick one agrees with the paper's.

    Parameters
    ----------
    protocol : str
    names : iterable of str
        Of the data sets that are shown.
    settings : Settings
    """
    agreement = read_agreement(settings) if protocol == STAND_IN else None
    small_print(f"Protocol {escape(describe_protocol(protocol, agreement))}. {describe_phantom(names)}")
