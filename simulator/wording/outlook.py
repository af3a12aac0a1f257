"""How settled the answers on a data set are, in words, and what more trainings would bring."""

from ..analysis.law.choosing import Outlook
from ..formats import format_count
from ..store import Ending

N_MORE = 6
"""Further trainings of which it is said what they would bring."""

__all__ = ["N_MORE", "describe_outlook", "say_open"]

LEAST = 0.001
"""A difference below this is none."""


def describe_outlook(now: Outlook, *, after: Outlook, n_more: int, ending: Ending | None) -> str:
    """Say why trainings ended, how settled the answers are, and what more would bring.

    Parameters
    ----------
    now, after : Outlook
        By what is there, and as it is expected after more trainings.
    n_more : int
        Those.
    ending : {"settled", "exhausted", "unprepared"} or None
        Why no more was asked for; None where all that were allowed are used.

    Returns
    -------
    str
    """
    why = {
        "settled": "Settled. ",
        "exhausted": "Nothing is left to train. ",
        "unprepared": "The slices of the data set are gone, so no more could be trained. ",
        None: "",
    }[ending]
    return f"{why}{say_open(now)}{_say_more(now, after, n_more) if ending in (None, 'settled') else ''}"


def say_open(now: Outlook) -> str:
    """Say how far the answers are from sure: "Expected Dice is known to ±0.012; …"."""
    return (
        f"Expected Dice is known to ±{now.halfwidth:.3f} on average; another choice would gain "
        f"at most {max(now.regret, LEAST):.3f}, with 90\u00a0% certainty."
    )


def _say_more(now: Outlook, after: Outlook, n_more: int) -> str:
    gained = now.halfwidth - after.halfwidth
    if gained < LEAST:
        return f" {format_count(n_more, 'training').capitalize()} more would change little."
    return f" {format_count(n_more, 'training').capitalize()} more would make that ±{after.halfwidth:.3f}."
