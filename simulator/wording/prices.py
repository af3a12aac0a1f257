"""What is said of prices: where they decide."""

import math

from ..effort import PRICES
from ..formats import DASH, JOINER, format_count
from ..planning.calibration import Calibration, Limits
from ..planning.price_sweep import PriceSweep, Turn
from .spans import Sentence, join, strong, words

__all__ = ["describe_seconds", "say_calibration", "say_price_sweep"]

THINNER = 1.5
"""Change of the rhythm over a range of prices, as a factor, from which it is worth a sentence."""


def say_price_sweep(sweep: PriceSweep) -> Sentence:
    """Say where the price of a slice decides how many volumes to label.

    Parameters
    ----------
    sweep : PriceSweep

    Returns
    -------
    Sentence
        "Above 140 s a slice, fewer volumes win.", or, where it decides nothing, "From 20 to 200 s a slice the same
        volumes win."; behind it what becomes of the slices, if that changes by half. Empty where the hours are too few
        for anything at the present price.
    """
    if sweep.now is None:
        return ()
    if sweep.turns:
        return join(_say_turn(turn) for turn in sweep.turns)
    low, high = describe_seconds(sweep.low).removesuffix(" s"), describe_seconds(sweep.high)
    same = words(f"From {low} to {high} a slice the same ", strong("volumes", "diversity"), " win.")
    return join([same, _say_rhythm(sweep)])


def say_calibration(found: Calibration) -> Sentence:
    """Say what a log of times told.

    Returns
    -------
    Sentence
        "120 rows tell: drawing a slice 41 seconds (36–47), opening a volume 2.1 minutes (1.4–3.1). They do not tell,
        so it stays: checking a copy."
    """
    told = [words(_describe_limits(name, one)) for name, one in found.limits.items()]
    capped = f" {format_count(found.n_capped, 'idle row')} counted as usual ones." if found.n_capped else ""
    stayed = ", ".join(_split_title(name)[0] for name in found.stayed)
    rest = f" Not told, and so as before: {stayed}." if stayed else ""
    return words(f"{format_count(found.n_rows, 'row')} tell: ", *join(told, by=", "), f".{capped}{rest}")


def _describe_limits(name: str, one: Limits) -> str:
    what, unit = _split_title(name)
    separator = "" if unit.startswith("%") else " "
    value, low, high = map(_round, (one.value, one.low, one.high))
    return f"{what} {value}{separator}{unit} ({low}{JOINER}{DASH}{JOINER}{high})"


def _split_title(name: str) -> tuple[str, str]:
    """Split a price's title into what is done and its unit."""
    what, _, unit = PRICES[name].title.partition(", ")
    return what[0].lower() + what[1:], unit


def describe_seconds(seconds: float) -> str:
    """Write what a slice takes to two digits.

    Examples
    --------
    >>> [describe_seconds(seconds) for seconds in (0.75, 8.31, 23.4, 141.2)]
    ['0.75 s', '8.3 s', '23 s', '140 s']
    """
    return f"{_round(seconds)} s"


def _round(number: float) -> str:
    return f"{round(number, 1 - math.floor(math.log10(number))):g}" if number > 0 else "0"


def _say_turn(turn: Turn) -> Sentence:
    price = f"{turn.side.capitalize()} {describe_seconds(turn.seconds)} a slice, "
    if turn.what == "too few hours":
        return words(price, "the hours are too few.")
    return words(price, strong(f"{turn.what} volumes", "diversity"), " win.")


def _say_rhythm(sweep: PriceSweep) -> Sentence:
    first, last = sweep.points[0], sweep.points[-1]
    if last.every < THINNER * first.every:
        return ()
    return words(
        "Their ",
        strong("slices", "completeness"),
        f" thin out, from {_every(first.every)} to {_every(last.every)}.",
    )


def _every(step: int) -> str:
    return "every one" if step == 1 else f"one in {step}"
