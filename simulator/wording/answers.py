"""Answers in words, which pages and command line share: plain text, without markup or colour."""

import math
from collections.abc import Iterable

from ..analysis.recommendation.values import Estimate, Recommendation, Strategy, TargetCost
from ..effort import EffortMeasure
from ..formats import format_dice, format_interval, format_share, format_spacing
from ..records import Virtues
from ..statistics.uncertainty import SURE
from ..virtues import PROXIES, title_of

__all__ = [
    "describe_budget",
    "describe_copying",
    "describe_drawing",
    "describe_estimate",
    "describe_frequency",
    "describe_left_over",
    "describe_phantom",
    "describe_proxies",
    "describe_quality",
    "describe_recommendation",
    "describe_slices",
    "describe_strategy",
    "describe_sureness",
    "describe_target",
    "describe_unpriced",
    "describe_untried",
    "describe_volumes",
]


PHANTOM = "phantom"

ORDINALS = ("", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def describe_budget(recommendation: Recommendation, *, measure: EffortMeasure) -> str:
    """Say the budget, and what it is in slices: "20 % of the full effort (309 of 1,548 slices)".

    The count is given where the measure counts slices and a strategy says how many there are.
    """
    text = measure.unit.say(recommendation.budget)
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
    """Say how exactly: "drawn exactly", "at 90 % quality", "outlined in a hurry at 90 % quality"."""
    if strategy.virtues.quality == 1:
        return "drawn exactly"
    how = f"{title_of(strategy.virtues.proxy).lower()} " if strategy.spacing is None else ""
    return f"{how}at {format_share(strategy.achieved_quality)} quality"


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
        "This spends only 30 % of the full effort. Nothing measured between there and 35 % is better: keep the rest.",
        or, where the budget is beyond the full effort, "All is paid for: …".
    """
    strategy, budget = recommendation.strategy, recommendation.budget
    if strategy is None or recommendation.left_over < budget / 20:
        return ""
    write = measure.unit.write
    full = recommendation.full_effort
    if full is not None and budget > full:
        rest = write(recommendation.left_over)
        return f"All is paid for: labeling everything takes {write(full)}. This leaves {rest}."
    spent, whole = measure.unit.say(strategy.effort), write(budget)
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
    return f"{target} needs {measure.unit.say(cost.strategy.effort)}."


def describe_phantom(names: Iterable[str]) -> str:
    """Say what the phantom is no evidence of; "" where it is not among data sets of these names."""
    return (
        "The phantom is generated: it shows the tool, it is no evidence about anatomy."
        if PHANTOM in names
        else ""
    )


def describe_proxies() -> str:
    """List the ways of losing quality by name, with what becomes of masks: "contour (outlined in a hurry)"."""
    return ", ".join(f"{proxy.name} ({proxy.title.lower()})" for proxy in PROXIES.values())


def describe_unpriced(proxy: str, *, measure: EffortMeasure) -> str:
    """Say that masks of a proxy have no price in some unit, so that only exact ones are counted; "" if they have one.

    Hours and slices drawn are known where key slices are drawn; where every slice is, only less exactly, hours are
    known if the proxy says which share of the time that takes.
    """
    way = PROXIES[proxy]
    is_timed = measure.share_of is None and way.outlining_share is not None
    if measure.domain != "all" or way.has_key_slices or is_timed:
        return ""
    masks = way.title.lower()
    return f"{measure.title} has no price for masks {masks}: only exact ones are counted here."


def describe_recommendation(recommendation: Recommendation, *, measure: EffortMeasure) -> str:
    """Say the answer in one or two sentences, for every status.

    Returns
    -------
    str
    """
    return _SENTENCES[recommendation.status](recommendation, measure)


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
        f"Nothing near {measure.unit.say(recommendation.budget)} has been measured. "
        f"{dice}which strategy gets there has to be simulated."
    )


def _say_too_cheap(recommendation: Recommendation, measure: EffortMeasure) -> str:
    needed = measure.unit.say(measure.unit.round_up(recommendation.cheapest_effort or 0.0))
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
