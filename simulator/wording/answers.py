"""Answers in words, which pages and command line share: phrases as text, sentences as spans."""

import math
from collections.abc import Callable, Iterable

import pandas as pd

from ..analysis.recommendation.values import Estimate, Recommendation, Strategy
from ..effort import EffortMeasure, Prices
from ..formats import (
    format_dice,
    format_gain,
    format_gain_interval,
    format_interval,
    format_share,
    format_spacing,
)
from ..records import Virtues
from ..virtues import PROXIES, title_of
from .missing import say_missing
from .spans import Sentence, Span, join, plain, strong, words

__all__ = [
    "describe_budget",
    "describe_copying",
    "describe_freedom",
    "describe_gain",
    "describe_labeling",
    "describe_phantom",
    "describe_quality",
    "describe_slices",
    "describe_strategy",
    "describe_unpriced",
    "describe_volumes",
    "say_answer",
    "say_as_good",
    "say_estimate",
    "say_left_over",
    "say_strategy",
    "shorten_strategy",
]

PHANTOM = "phantom"

ORDINALS = ("", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def describe_budget(recommendation: Recommendation, *, measure: EffortMeasure) -> str:
    """Say the budget, and what it is in slices: "20 % of the full effort (309 of 1,548 slices)".

    The count is given where the measure counts slices and a strategy says how many there are.
    """
    text = measure.unit.say_given(recommendation.budget)
    if measure.share_of != "n_labeled_slices_pool" or recommendation.strategy is None:
        return text
    n_pool = recommendation.strategy.n_slices_pool
    return f"{text} ({math.floor(recommendation.budget * n_pool + 1e-6):,} of {n_pool:,} slices)"


def describe_volumes(strategy: Strategy) -> str:
    """Say how many volumes: "29 of 48 volumes", "all 48 volumes"."""
    if strategy.n_volumes >= strategy.n_pool:
        return f"all {strategy.n_pool} volumes" if strategy.n_pool > 1 else "the one volume"
    return f"{strategy.n_volumes} of {strategy.n_pool} volumes"


def describe_slices(virtues: Virtues) -> str:
    """Say which slices of a volume join the training set.

    Returns
    -------
    str
        "every slice", "every third slice", "one slice in 15", or where the portion is no such rhythm "40 % of the
        slices".

    Examples
    --------
    >>> describe_slices(Virtues(diversity=1.0, completeness=0.333333, quality=1.0))
    'every third slice'
    """
    if virtues.completeness == 1:
        return "every slice"
    step = round(1 / virtues.completeness)
    if step < 2 or abs(1 / virtues.completeness - step) > 0.02 * step:
        return f"{format_share(virtues.completeness)} of the slices"
    return f"every {ORDINALS[step]} slice" if step < len(ORDINALS) else f"one slice in {step}"


def describe_quality(strategy: Strategy) -> str:
    """Say how exactly: "outlined exactly", "at 90 % quality", "outlined in a hurry at 90 % quality"."""
    if strategy.virtues.quality == 1:
        return "outlined exactly"
    how = f"{title_of(strategy.virtues.proxy).lower()} " if strategy.spacing is None else ""
    return f"{how}at {format_share(strategy.achieved_quality)} quality"


def describe_labeling(strategy: Strategy) -> str:
    """Say what is labeled where the rest is filled in: "one slice in 5 labeled"; "" where nothing is filled in."""
    if strategy.spacing is None or strategy.virtues.quality == 1:
        return ""
    return f"{format_spacing(strategy.spacing)} labeled"


def describe_copying(strategy: Strategy) -> str:
    """Say what becomes of the rest: "one slice in 5 labeled, the rest copied from its neighbour"; "" if nothing."""
    labeling, known = describe_labeling(strategy), PROXIES.get(strategy.virtues.proxy)
    return f"{labeling}, the rest {known.filling if known else 'filled in'}" if labeling else ""


def say_strategy(strategy: Strategy) -> Sentence:
    """Say a strategy in one phrase, each virtue in its colour.

    Returns
    -------
    Sentence
        "29 of 48 volumes, every third slice, outlined exactly", or "all 48 volumes, every slice, at 90 % quality (one
        slice in 2.5 labeled, the rest copied from its neighbour)".
    """
    copying = describe_copying(strategy)
    parts = (
        strong(describe_volumes(strategy), "diversity"),
        strong(describe_slices(strategy.virtues), "completeness"),
        strong(describe_quality(strategy), "quality"),
    )
    return words(join(parts, by=", "), f" ({copying})" if copying else "")


def describe_strategy(strategy: Strategy) -> str:
    """Say a strategy where no colour can stand: in tables, and where a chart is pointed at."""
    return plain(say_strategy(strategy))


def shorten_strategy(strategy: Strategy) -> str:
    """Say a strategy in a table's cell: "48 volumes, every slice, quality 77 % (one slice in 5 labeled)"."""
    virtues = strategy.virtues
    is_spaced = virtues.sampling == "equidistant" and virtues.completeness < 1
    labeling = describe_labeling(strategy)
    parts = [
        f"{strategy.n_volumes:,} volume{'' if strategy.n_volumes == 1 else 's'}",
        describe_slices(virtues) + (", evenly spaced" if is_spaced else ""),
    ]
    if virtues.quality < 1:
        parts.append(
            f"quality {format_share(strategy.achieved_quality)}" + (f" ({labeling})" if labeling else "")
        )
    return ", ".join(parts)


def say_estimate(estimate: Estimate) -> Sentence:
    """Say what is expected: "Dice 0.83 (0.81–0.84), 96 % of what full labeling gives"."""
    dice: tuple[str | Span, ...] = (
        "Dice ",
        strong(format_dice(estimate.dice)),
        format_interval(estimate.low, estimate.high),
    )
    if estimate.normalized is None:
        return words(*dice)
    return words(*dice, ", ", strong(format_share(estimate.normalized)), " of what full labeling gives")


def say_answer(recommendation: Recommendation, *, measure: EffortMeasure, title: str = "") -> Sentence:
    """Say the answer, or where there is none what is missing.

    Parameters
    ----------
    recommendation : Recommendation
    measure : EffortMeasure
    title : str, default=""
        Of a data set that nothing was measured on.

    Returns
    -------
    Sentence
    """
    strategy, predicted = recommendation.strategy, recommendation.predicted
    if recommendation.status != "answer" or strategy is None or predicted is None:
        return words(say_missing(recommendation, measure=measure, title=title))
    budget = describe_budget(recommendation, measure=measure)
    kind = {"predicted": ", predicted.", "prior": ", as on other organs."}.get(predicted.kind, ".")
    return words(
        f"With {budget}: label ", say_strategy(strategy), ". Expected ", say_estimate(predicted), kind
    )


def say_left_over(recommendation: Recommendation, *, measure: EffortMeasure) -> Sentence:
    """Say what the strategy leaves of the budget; nothing where that is less than a twentieth.

    Returns
    -------
    Sentence
        "This spends only 30 % of the full effort. More, up to 35 %, gains nothing that shows: keep the rest.", or,
        where the budget is beyond the full effort, "All is paid for: …".
    """
    strategy, budget, full = recommendation.strategy, recommendation.budget, recommendation.full_effort
    if recommendation.status != "answer" or strategy is None or recommendation.left_over < budget / 20:
        return ()
    if full is not None and budget > full:
        everything, rest = map(measure.unit.write, (full, recommendation.left_over))
        return words(f"All is paid for: labeling everything takes {everything}. This leaves {rest}.")
    spent, whole = measure.unit.say(strategy.effort), measure.unit.write_given(budget)
    return words(f"This spends only {spent}. More, up to {whole}, gains nothing that shows: keep the rest.")


def say_as_good(recommendation: Recommendation) -> Sentence:
    """Say what else is as good: "As good: 30 to 48 volumes, every 5th to 8th slice."; nothing if only one is.

    Only strategies of the recommended one's kind are counted: exact outlines, or the same quality by the same proxy.
    """
    if recommendation.status != "answer" or recommendation.strategy is None:
        return ()
    if recommendation.expected_regret is None:
        return words("How sure this is cannot be told with one test volume.")
    volumes, steps = _count_alike(recommendation, recommendation.strategy)
    if volumes.nunique() == steps.nunique() == 1:
        return ()
    return words(
        "As good: ",
        strong(f"{_range(volumes.min(), volumes.max(), str)} volumes", "diversity"),
        ", ",
        strong(_say_steps(int(steps.min()), int(steps.max())), "completeness"),
        ".",
    )


def describe_freedom(recommendation: Recommendation) -> str:
    """Say how many volumes do as well, as a title: "30 to 48 volumes do as well"; the question where that is one."""
    if recommendation.strategy is not None and recommendation.expected_regret is not None:
        volumes, _ = _count_alike(recommendation, recommendation.strategy)
        if volumes.min() < volumes.max():
            return f"{_range(volumes.min(), volumes.max(), str)} volumes do as well"
    return "How many volumes, how many slices?"


def _count_alike(
    recommendation: Recommendation, strategy: Strategy
) -> tuple["pd.Series[int]", "pd.Series[int]"]:
    """Volumes and rhythms of what is as good and of the strategy's kind."""
    virtues, near = strategy.virtues, recommendation.near_optimal
    alike = near[(near["quality"] == virtues.quality) & (near["proxy"] == virtues.proxy)]
    return alike["n_volumes"].round().astype(int), (1 / alike["completeness"]).round().astype(int)


def _say_steps(least: int, most: int) -> str:
    """Say a range of rhythms: "every slice", "every to every 3rd slice", "every 5th to 8th slice"."""
    if most == 1:
        return "every slice"
    if least == 1:
        return f"every slice to every {_ordinal(most)}"
    return f"every {_range(least, most, _ordinal)} slice"


def _range(least: int, most: int, write: Callable[[int], str]) -> str:
    return write(least) if least == most else f"{write(least)} to {write(most)}"


def _ordinal(number: int) -> str:
    """Write a rank in figures: "2nd", "3rd", "11th"."""
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def describe_gain(
    gain: float, low: float | None, high: float | None, *, is_measurable: bool, otherwise: str = "as good"
) -> str:
    """Write a gain in Dice with its interval; where that, as it is written, holds 0, it is `otherwise`."""
    if low is None or high is None:
        return "unknown"
    is_some = is_measurable and (round(low, 3) > 0 or round(high, 3) < 0)
    return f"{format_gain(gain)}{format_gain_interval(low, high)}" if is_some else otherwise


def describe_phantom(names: Iterable[str]) -> str:
    """Say what the phantom is no evidence of; "" where it is not among data sets of these names."""
    return "The phantom is generated: it is no evidence about anatomy." if PHANTOM in names else ""


def describe_unpriced(proxy: str, *, measure: EffortMeasure, prices: Prices) -> str:
    """Say that masks of a proxy have no price in some unit, so that only exact ones are counted; "" if they have one.

    Hours and slices drawn are known where key slices are drawn; where every slice is, only less exactly, hours are
    known if the proxy or a price says which share of the time that takes.
    """
    way = PROXIES[proxy]
    is_timed = measure.share_of is None and bool(way.outlining_share or prices.outlining_percent)
    if measure.domain != "all" or way.has_key_slices or is_timed:
        return ""
    masks = way.title.lower()
    return f"{measure.title} has no price for masks {masks}: only exact ones are counted here."
