"""The words that pages and command line share: plain text, without markup or colour.

Counts round down, Dice has two decimals, gains three and a sign with a true minus, shares are whole with a no-break
space before %, ranges have an en dash that no line breaks at.
"""

import math
from collections.abc import Iterable, Mapping

import numpy as np

from ..effort import EffortMeasure
from ..records import Virtues
from ..virtues import PROXIES
from .uncertainty import SURE, interval_of
from .values import Estimate, Recommendation, Strategy, TargetCost

__all__ = [
    "MOST",
    "describe_budget",
    "describe_copying",
    "describe_drawing",
    "describe_effort",
    "describe_estimate",
    "describe_frequency",
    "describe_left_over",
    "describe_phantom",
    "describe_quality",
    "describe_recommendation",
    "describe_slices",
    "describe_strategy",
    "describe_sureness",
    "describe_target",
    "describe_unpriced",
    "describe_untried",
    "describe_volumes",
    "format_count",
    "format_dice",
    "format_drawn",
    "format_effort",
    "format_gain",
    "format_gain_interval",
    "format_gain_range",
    "format_hours",
    "format_interval",
    "format_options",
    "format_ordinal",
    "format_range",
    "format_share",
    "format_spacing",
]

MOST = 0.95
"""Share of full performance whose cost the titles of charts say."""

PHANTOM = "phantom"

ORDINALS = ("", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

NBSP, JOINER, DASH, MINUS = "\u00a0", "\u2060", "\u2013", "\u2212"


def format_count(number: int, noun: str) -> str:
    """Count things.

    Examples
    --------
    >>> format_count(1, "slice"), format_count(1548, "slice")
    ('1 slice', '1,548 slices')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def format_ordinal(number: int) -> str:
    """Write an ordinal number.

    Examples
    --------
    >>> [format_ordinal(n) for n in (2, 3, 5, 12, 21)]
    ['2nd', '3rd', '5th', '12th', '21st']
    """
    teens = number // 10 % 10 == 1
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def format_dice(dice: float) -> str:
    """Write a Dice with two decimals.

    Examples
    --------
    >>> format_dice(0.8333)
    '0.83'
    """
    return f"{dice:.2f}"


def format_gain(gain: float) -> str:
    """Write a gain with sign and three decimals.

    Examples
    --------
    >>> format_gain(-0.0024), format_gain(0.0)
    ('−0.002', '+0.000')
    """
    text = f"{gain:+.3f}"
    return ("+0.000" if text == "-0.000" else text).replace("-", MINUS)


def format_gain_range(low: float, high: float) -> str:
    r"""Write an interval of gains: a dash between two minus signs could not be read.

    Examples
    --------
    >>> format_gain_range(-0.0124, 0.034)
    '−0.012 to +0.034'
    """
    return f"{format_gain(low)} to {format_gain(high)}"


def format_gain_interval(low: float | None, high: float | None) -> str:
    r"""Write an interval of gains as it stands behind its middle; "" where chance is unknown.

    Examples
    --------
    >>> format_gain_interval(-0.0124, 0.034), format_gain_interval(None, None)
    (' (−0.012 to +0.034)', '')
    """
    return "" if low is None or high is None or math.isnan(low) else f" ({format_gain_range(low, high)})"


def format_drawn(draws: np.ndarray) -> str:
    """Write a gain that was drawn, with its 90 % interval: "+0.013 (+0.004 to +0.022)"."""
    return f"{format_gain(float(np.mean(draws)))}{format_gain_interval(*interval_of(draws))}"


def format_share(share: float) -> str:
    r"""Write a share as whole percent; below 1 % with one decimal.

    Examples
    --------
    >>> format_share(0.2)
    '20\xa0%'
    """
    percent = 100 * share
    return f"{percent:.1f}{NBSP}%" if 0.05 <= percent < 0.95 else f"{percent:.0f}{NBSP}%"


def format_spacing(spacing: float) -> str:
    """Write the spacing of key slices: at most one decimal.

    Examples
    --------
    >>> format_spacing(5.0), format_spacing(2.4801)
    ('one slice in 5', 'one slice in 2.5')
    """
    return f"one slice in {_short(spacing)}"


def format_hours(hours: float) -> str:
    """Write hours: whole from ten on, with one decimal below, minutes below one hour.

    Examples
    --------
    >>> format_hours(19.4), format_hours(2.5), format_hours(1), format_hours(0.25)
    ('19 hours', '2.5 hours', '1 hour', '15 minutes')
    """
    if hours < 1:
        minutes = round(hours * 60)
        if minutes < 60:
            return f"{minutes} minute{'' if minutes == 1 else 's'}"
        hours = 1.0
    number = f"{hours:.0f}" if hours >= 9.95 else _short(hours)
    return f"{number} hour{'' if number == '1' else 's'}"


def format_options(options: Mapping[str, object]) -> list[str]:
    """Write options of a command, without those that are None.

    Examples
    --------
    >>> format_options({"budget": 0.2, "pool": None})
    ['--budget', '0.2']
    """
    return [
        word for name, value in options.items() if value is not None for word in (f"--{name}", f"{value}")
    ]


def format_range(low: float, high: float) -> str:
    r"""Write an interval of Dice.

    Examples
    --------
    >>> format_range(0.811, 0.838)
    '0.81\u2060–\u20600.84'
    """
    return f"{format_dice(low)}{JOINER}{DASH}{JOINER}{format_dice(high)}"


def format_interval(low: float | None, high: float | None) -> str:
    r"""Write an interval of Dice as it stands behind its middle; "" where chance is unknown.

    Examples
    --------
    >>> format_interval(0.811, 0.838), format_interval(None, None)
    (' (0.81\u2060–\u20600.84)', '')
    """
    return "" if low is None or high is None or math.isnan(low) else f" ({format_range(low, high)})"


def format_effort(effort: float, *, measure: EffortMeasure) -> str:
    """Write an effort in the measure's unit: "19 hours", "20 %"."""
    return format_hours(effort) if measure.unit == "hours" else format_share(effort)


def describe_effort(effort: float, *, measure: EffortMeasure) -> str:
    """Say an effort in the measure's unit: "19 hours", "20 % of the full effort"."""
    text = format_effort(effort, measure=measure)
    return text if measure.unit == "hours" else f"{text} of the full effort"


def describe_budget(recommendation: Recommendation, *, measure: EffortMeasure) -> str:
    """Say the budget, and what it is in slices: "20 % of the full effort (309 of 1,548 slices)".

    The count is given where the measure counts slices and a strategy says how many there are.
    """
    text = describe_effort(recommendation.budget, measure=measure)
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
    """Say how exactly: "drawn exactly", "at 90 % quality", "outlined at 90 % quality"."""
    if strategy.virtues.quality == 1:
        return "drawn exactly"
    how = "outlined at" if strategy.spacing is None else "at"
    return f"{how} {format_share(strategy.achieved_quality)} quality"


def describe_drawing(strategy: Strategy) -> str:
    """Say what is drawn where the rest is filled in: "one slice in 5 drawn"; "" where nothing is filled in."""
    if strategy.spacing is None or strategy.virtues.quality == 1:
        return ""
    return f"{format_spacing(strategy.spacing)} drawn"


def describe_copying(strategy: Strategy) -> str:
    """Say what is drawn and what becomes of the rest: "one slice in 5 drawn, the rest copied from its neighbour".

    Returns
    -------
    str
        "" where nothing is filled in.
    """
    drawing, known = describe_drawing(strategy), PROXIES.get(strategy.virtues.proxy)
    return f"{drawing}, the rest {known.filling if known else 'filled in'}" if drawing else ""


def describe_strategy(strategy: Strategy) -> str:
    """Say a strategy in one phrase.

    Returns
    -------
    str
        "29 of 48 volumes, every third slice, drawn exactly", or "all 48 volumes, every slice, at 90 % quality (one
        slice in 2.5 drawn, the rest copied from its neighbour)".
    """
    copying = describe_copying(strategy)
    parts = [describe_volumes(strategy), describe_slices(strategy.virtues), describe_quality(strategy)]
    return ", ".join(parts) + (f" ({copying})" if copying else "")


def describe_estimate(estimate: Estimate) -> str:
    """Say what is expected: "Dice 0.83 (0.81–0.84), 96 % of what full labeling gives"."""
    text = f"Dice {format_dice(estimate.dice)}{format_interval(estimate.low, estimate.high)}"
    if estimate.normalized is not None:
        text += f", {format_share(estimate.normalized)} of what full labeling gives"
    return text


def describe_left_over(recommendation: Recommendation, *, measure: EffortMeasure) -> str:
    """Say what the strategy leaves of the budget; "" where that is less than a twentieth.

    Returns
    -------
    str
        "This spends only 30 % of the full effort. Nothing measured between there and 35 % … is better: keep the rest."
    """
    strategy, budget = recommendation.strategy, recommendation.budget
    if strategy is None or recommendation.left_over < budget / 20:
        return ""
    if budget > (recommendation.full_effort or budget):
        rest = describe_effort(recommendation.left_over, measure=measure)
        return f"This leaves {rest}: the budget pays for more than labeling the whole pool."
    spent = describe_effort(strategy.effort, measure=measure)
    whole = describe_effort(budget, measure=measure)
    # Where something in between is likely better, keeping the rest would be no advice.
    advice = "" if describe_untried(recommendation) else ": keep the rest"
    return f"This spends only {spent}. Nothing measured between there and {whole} is better{advice}."


def describe_sureness(recommendation: Recommendation) -> str:
    """Say how often the recommended strategy is best: "Best in 8 of 10 resamples"; "" without alternatives.

    Where another one wins more often, although it is worse on average, that is said.

    With one seed each, what another training would have given is unknown, and resamples of test volumes alone would
    sound too sure; with one test volume, so would those of seeds.
    """
    if recommendation.alternatives and not recommendation.best_share:
        return f"Unknown with one {'seed each' if recommendation.n_seeds < 2 else 'test volume'}"
    if len(recommendation.best_share) < 2:
        return ""
    share = recommendation.best_share["recommended"]
    if share >= SURE:
        return "Best in nearly every resample"
    other = max(recommendation.alternatives, key=lambda way: recommendation.best_share.get(way.name, 0.0))
    if share < recommendation.best_share[other.name]:
        return f"No worse, as far as can be told, than “{other.title.lower()}”"
    return f"Best in {math.floor(10 * share + 1e-6)} of 10 resamples"


def describe_untried(recommendation: Recommendation) -> str:
    """Say which obvious strategy, interpolated between measured ones, is better than the recommended; "" if none."""
    better = [
        way
        for way in recommendation.alternatives
        if way.estimate.kind == "interpolated" and way.gain < 0 and way.is_measurable
    ]
    if not better:
        return ""
    way = min(better, key=lambda other: other.gain)
    more = "" if way.gain > -0.0005 else f" by {-way.gain:.3f} Dice"
    return (
        f"Between what was measured, “{way.title.lower()}” is likely better{more}: simulate nearby to know."
    )


def describe_frequency(share: float) -> str:
    """Say in how many resamples something is so: "nearly every resample", "8 of 10 resamples"."""
    if share >= SURE:
        return "nearly every resample"
    return "hardly any resample" if share < 0.1 else f"{math.floor(10 * share + 1e-6)} of 10 resamples"


def describe_target(cost: TargetCost, *, measure: EffortMeasure) -> str:
    """Say what a target costs: "Dice 0.85 needs 40 % of the full effort", or that it is out of reach."""
    # As it was asked for: rounded, 0.845 would be another question.
    target = f"Dice {f'{cost.target:.3f}'.removesuffix('0')}"
    if cost.best_dice is None:
        return f"{target}: nothing has been measured yet."
    if cost.strategy is None:
        is_close = format_dice(cost.best_dice) == format_dice(cost.target)
        best = f"{cost.best_dice:.3f}" if is_close else format_dice(cost.best_dice)
        return f"{target} is out of reach here: the best measured gives {best}."
    return f"{target} needs {describe_effort(cost.strategy.effort, measure=measure)}."


def describe_phantom(names: Iterable[str]) -> str:
    """Say what the phantom is no evidence of; "" where it is not among data sets of these names."""
    return (
        "The phantom is generated: it shows the tool, it is no evidence about anatomy."
        if PHANTOM in names
        else ""
    )


def describe_unpriced(proxy: str, *, measure: EffortMeasure) -> str:
    """Say that masks of a proxy have no price in some unit, so that only exact ones are counted; "" if they have one.

    Hours and slices drawn are known where key slices are drawn, not where an outline is hurried.
    """
    if measure.domain != "all" or PROXIES[proxy].has_key_slices:
        return ""
    masks = PROXIES[proxy].title.lower()
    return f"{measure.title} has no price for masks {masks}: only exact ones are counted here."


def describe_recommendation(recommendation: Recommendation, *, measure: EffortMeasure) -> str:
    """Say the answer in one or two sentences, for every status.

    Returns
    -------
    str
    """
    return _SENTENCES[recommendation.status](recommendation, measure)


def _short(number: float) -> str:
    """Write a number with at most one decimal."""
    return f"{number:.1f}".removesuffix(".0")


def _say_answer(recommendation: Recommendation, measure: EffortMeasure) -> str:
    strategy, predicted = recommendation.strategy, recommendation.predicted
    if strategy is None or predicted is None:
        raise ValueError("an answer has a strategy")
    parts = [
        f"With {describe_budget(recommendation, measure=measure)}: label {describe_strategy(strategy)}.",
        f"Expected {describe_estimate(predicted)}.",
        describe_left_over(recommendation, measure=measure),
    ]
    return " ".join(part for part in parts if part)


def _say_gap(recommendation: Recommendation, measure: EffortMeasure) -> str:
    likely = recommendation.likely
    dice = (
        ""
        if likely is None
        else f"Between its measured neighbours, Dice {format_dice(likely.dice)} is likely; "
    )
    return (
        f"Nothing near {describe_effort(recommendation.budget, measure=measure)} has been measured. "
        f"{dice}which strategy gets there has to be simulated."
    )


def _say_too_cheap(recommendation: Recommendation, measure: EffortMeasure) -> str:
    # Rounded up: a budget that is spent as it is said has to be enough.
    step = 10 if measure.unit == "hours" else 100
    enough = math.ceil(step * (recommendation.cheapest_effort or 0.0) - 1e-6) / step
    needed = describe_effort(enough, measure=measure)
    return f"Nothing this cheap has been measured: the cheapest needs {needed}."


def _say_one_record(recommendation: Recommendation, measure: EffortMeasure) -> str:
    n = recommendation.n_combinations
    counted = "One combination has" if n == 1 else "Two combinations have"
    text = f"{counted} been measured; an answer needs at least three."
    if recommendation.strategy is None or recommendation.predicted is None:
        return text
    dice = format_dice(recommendation.predicted.dice)
    return f"{text} So far: {describe_strategy(recommendation.strategy)}, gave Dice {dice}."


def _say_empty(recommendation: Recommendation, measure: EffortMeasure) -> str:
    name = "this data set" if recommendation.dataset is None else recommendation.dataset.name
    return (
        f"Nothing has been measured on {name} that {measure.title.lower()} can price, so there is no answer to give. "
        f"{len(recommendation.suggestions)} combinations give a first answer."
    )


_SENTENCES = {
    "answer": _say_answer,
    "gap": _say_gap,
    "too-cheap": _say_too_cheap,
    "one-record": _say_one_record,
    "empty": _say_empty,
}
