"""What is said of prices: where they decide, and what a log of times tells of them."""

import math
from collections.abc import Mapping
from types import MappingProxyType

from ..effort import PRICES, get_preset
from ..formats import DASH, JOINER, format_count
from ..planning.times.calibration import Calibration, Limits
from ..planning.times.sweep import PriceSweep, Turn
from ..records import Project, Update
from .spans import Sentence, join, strong, words

__all__ = [
    "describe_price",
    "describe_price_source",
    "describe_seconds",
    "describe_told",
    "describe_work",
    "say_calibration",
    "say_paces",
    "say_price_source",
    "say_price_sweep",
    "say_rows",
]

THINNER = 1.5
"""Change of the rhythm over a range of prices, as a factor, from which it is worth a sentence."""


WHY_STAYED: Mapping[str, str] = MappingProxyType(
    {
        "opening_minutes": "too few rows hold one, or all have as many slices",
        "finding_minutes": "too few rows hold one, or all have as many slices",
        "checking_seconds": "a log of outlines holds none",
        "review_seconds": "a log of outlines holds none",
        "outlining_percent": "too few rows are of less exact outlines",
    }
)
"""Price that a log may leave as it was → why."""


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


def say_price_source(project: Project) -> Sentence:
    """Say where a project's prices come from: from a log, as long as nobody changed them, else from its preset."""
    told = _find_log(project)
    if told is not None:
        work = ", ".join(_split_title(name)[0] for name in told.prices)
        return words(f"By {told.source}: {work}. Undo on Progress takes that back.")
    return words(get_preset(project.preset).source)


def describe_price_source(project: Project) -> str:
    """Say in a word or two where a project's prices come from: "Source: a time log"."""
    if _find_log(project) is not None:
        return "Source: a time log"
    return "Source, partly a guess" if get_preset(project.preset).is_guess else "Source"


def _find_log(project: Project) -> Update | None:
    """Find the update whose log set the prices; None where somebody changed them since."""
    logs = (update for update in reversed(project.updates) if update.prices and not update.stages)
    told = next(logs, None)
    return told if told is not None and told.prices.items() <= project.prices.items() else None


def say_calibration(found: Calibration) -> Sentence:
    """Say what a log of times told.

    Returns
    -------
    Sentence
        "120 rows tell: drawing a slice 41 seconds (36–47), opening a volume 2.1 minutes (1.4–3.1). They do not tell,
        so it stays: checking a copy."
    """
    told = [words(f"{_split_title(name)[0]} {describe_told(name, found)}") for name in found.limits]
    capped = f" {format_count(found.n_capped, 'idle row')} counted as usual ones." if found.n_capped else ""
    stayed = ", ".join(_split_title(name)[0] for name in found.stayed)
    rest = f" Not told, and so as before: {stayed}." if stayed else ""
    return words(f"{format_count(found.n_rows, 'row')} tell: ", *join(told, by=", "), f".{capped}{rest}")


def say_rows(found: Calibration) -> Sentence:
    """Say how much a log holds: "120 rows in 15 visits to a volume. 3 idle rows count as usual ones."."""
    idle = (
        "1 idle row counts as a usual one"
        if found.n_capped == 1
        else f"{found.n_capped} idle rows count as usual ones"
    )
    capped = f" {idle}." if found.n_capped else ""
    rows, visits = format_count(found.n_rows, "row"), format_count(found.n_visits, "visit")
    return words(strong(rows), f" in {visits} to a volume.{capped}")


def say_paces(found: Calibration) -> Sentence:
    """Say how fast each annotator is; nothing where there is one.

    Returns
    -------
    Sentence
        "Ada takes 0.71 times the usual time (0.66–0.76), Bob 1.4 (1.3–1.5)."
    """
    if len(found.paces) < 2:
        return ()
    first, *others = (
        (pace.annotator or "nobody named", f"{_round(pace.factor.value)}", _interval(pace.factor))
        for pace in found.paces
    )
    rest = [words(strong(name), f" {factor} {limits}") for name, factor, limits in others]
    name, factor, limits = first
    return words(
        join([words(strong(name), f" takes {factor} times the usual time {limits}"), *rest], by=", "), "."
    )


def describe_work(name: str) -> str:
    """Name what a price is of: "Drawing a slice"."""
    return PRICES[name].title.partition(", ")[0]


def describe_price(name: str, value: float) -> str:
    """Write a price with its unit: "30 seconds"."""
    _, unit = _split_title(name)
    return f"{_round(value)}{'' if unit.startswith('%') else ' '}{unit}"


def describe_told(name: str, found: Calibration) -> str:
    """Write what a log told of a price, or why it stays: "41 seconds (36–47)"."""
    if name not in found.limits:
        return f"stays: {WHY_STAYED[name]}"
    one = found.limits[name]
    return f"{describe_price(name, one.value)} {_interval(one)}"


def _interval(one: Limits) -> str:
    return f"({_round(one.low)}{JOINER}{DASH}{JOINER}{_round(one.high)})"


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
