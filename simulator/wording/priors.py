"""What other data sets say of one, in words."""

from ..analysis.law.choosing import Outlook
from ..analysis.law.prior import Prior

__all__ = ["N_FIRST", "describe_prior", "say_provisional"]

N_FIRST = 8
"""Trainings of which it is said what they would settle, before there is any."""


def describe_prior(prior: Prior) -> str:
    """Say which data sets the expectations began with; "" where none did."""
    if not prior.names:
        return ""
    return f"Expectations began with what was measured on {', '.join(prior.names)}."


def say_provisional(after: Outlook, *, n: int) -> str:
    """Say what trainings on the data set itself would make of an answer that rests on others."""
    return (
        "Nothing has been measured on these volumes themselves: this is what other organs showed. "
        f"{n} trainings here would make it about \u00b1\u00a0{after.halfwidth:.2f}."
    )
