"""What a project's pages, command and sheet say: her volumes, her slices, her hours."""

import math
from itertools import groupby

from ..analysis import Strategy, TargetCost
from ..analysis.recommendation.recommend import NEAR
from ..formats import format_count, format_dice, format_hours, format_interval, format_ordinal
from ..planning.going_on import Gain, NextPlan, find_saturation
from ..planning.progress import Progress, VolumeProgress
from ..planning.project import ProjectAnswer
from ..planning.visits import ProjectPlan
from .answers import describe_frequency, describe_slices, say_as_good
from .spans import Sentence, Span, aside, join, strong, words

__all__ = [
    "describe_basis",
    "say_next",
    "say_other_plans",
    "say_plan",
    "say_progress",
    "say_project",
    "say_project_hours",
    "say_shown_gain",
    "say_strategy_here",
    "say_target_hours",
    "say_to_look_at",
    "say_too_few",
]


MOST_NAMED = 8
"""Slices that a sentence names."""


def say_project(answer: ProjectAnswer) -> Sentence:
    """Say what to label, in one sentence, or why there is nothing to say.

    Returns
    -------
    Sentence
        "With 40 hours: label 54 volumes, every fourth slice (about 14 each), outlined exactly, and 6 in full for
        testing. Expected Dice 0.82 (0.77–0.86), if your volumes are like Mandible, CT."
    """
    strategy, predicted = answer.strategy, answer.recommendation.predicted
    if strategy is None or predicted is None:
        return words(say_too_few(answer))
    testing = f", and {answer.n_testing:,} in full for testing" if answer.n_testing else ""
    return words(
        f"With {format_hours(answer.project.hours)}: label ",
        say_strategy_here(strategy, answer),
        f"{testing}. Expected Dice ",
        strong(format_dice(predicted.dice)),
        format_interval(predicted.low, predicted.high),
        ", ",
        aside(describe_basis(answer)),
        ".",
    )


def say_strategy_here(strategy: Strategy, answer: ProjectAnswer) -> Sentence:
    """Say a strategy in her terms: "54 volumes, every fourth slice (about 14 each), outlined exactly"."""
    n_slices = max(1, round(answer.n_slices / strategy.every))
    return words(
        strong(_count_volumes(strategy.n_volumes, answer), "diversity"),
        ", ",
        strong(describe_slices(strategy.virtues), "completeness"),
        f" (about {n_slices:,} each), ",
        strong("outlined exactly", "quality"),
    )


def describe_basis(answer: ProjectAnswer) -> str:
    """Say what the expectation rests on: "if your volumes are like Mandible, CT", "from other organs"."""
    if answer.reference is None:
        return "from other organs"
    basis = f"if your volumes are like {answer.reference.title}"
    predicted = answer.recommendation.predicted
    is_beyond = predicted is not None and predicted.kind == "beyond"
    return f"{basis}; beyond what was measured there" if is_beyond else basis


def say_project_hours(answer: ProjectAnswer) -> Sentence:
    """Say what the plan leaves of the hours, and what else is as good; nothing where there is no plan."""
    if answer.strategy is None:
        return ()
    return join([_say_left(answer), say_as_good(answer.recommendation)])


def say_too_few(answer: ProjectAnswer) -> str:
    """Say why there is no plan: too few hours for the test volumes or beside them, or too few volumes."""
    project, cheapest = answer.project, answer.recommendation.cheapest_effort
    given = f"{format_hours(project.hours)} {'is' if project.hours == 1 else 'are'} too few"
    if answer.testing_hours >= project.hours:
        alone = "test volume alone takes" if answer.n_testing == 1 else "test volumes alone take"
        which = "the one" if answer.n_testing == 1 else f"the {answer.n_testing:,}"
        return f"{given}: {which} {alone} {format_hours(answer.testing_hours)}."
    if cheapest is not None:
        needed = format_hours(answer.testing_hours + cheapest)
        return f"{given}: the least plan that can be judged takes {needed}, test volumes and all."
    n = project.size - answer.n_testing
    return (
        f"{format_count(n, 'volume')} to learn from: nothing so small was measured, so no plan can be judged."
    )


def say_shown_gain(answer: ProjectAnswer) -> str:
    """Say which differences the test volumes can show: "6 test volumes show differences of 0.03 or more."; or ""."""
    if answer.shown_gain is None:
        return ""
    # Rounded up: what is said to show does.
    least = math.ceil(100 * answer.shown_gain) / 100
    return f"{answer.n_testing:,} test volumes show differences of {least:.2f} or more."


def _count_volumes(n_volumes: int, answer: ProjectAnswer) -> str:
    n_all = answer.project.size
    if n_volumes + answer.n_testing >= n_all:
        return format_count(n_volumes, "volume")
    return f"{n_volumes:,} of {n_all:,} volumes"


def _say_left(answer: ProjectAnswer) -> Sentence:
    project, takes = answer.project, strong(format_hours(answer.hours_used))
    if not answer.leaves_hours:
        return ()
    if answer.is_at_limit:
        return words(
            "That takes ", takes, ". So many volumes were never measured: what more would add is not known."
        )
    left = _number_of(answer.hours_left)
    if project.hours >= answer.hours_of_all:
        if answer.hours_used > 0.99 * answer.hours_of_all:
            return words("That takes ", takes, f"; the other {left} are not needed: all is labeled.")
        everything = answer.hours_of_all
        return words(
            "That takes ", takes, f"; even labeling all in full takes only {format_hours(everything)}."
        )
    if (n := answer.n_more_testing) > 0:
        more = f"use the {left} left to keep {format_count(n, 'more volume')} for testing"
        return words("That takes ", takes, f"; {more}.")
    return words(
        "That takes ", takes, f"; more, up to {format_hours(project.hours)}, gains nothing that shows."
    )


def _number_of(hours: float) -> str:
    """Write hours without their unit where another amount of them stands before: "7", "40 minutes"."""
    return format_hours(hours).removesuffix(" hours").removesuffix(" hour")


def say_other_plans(answer: ProjectAnswer) -> Sentence:
    """Say what the same hours give, spent as people do without asking: whole volumes, or all volumes sparsely."""
    predicted, offers = answer.recommendation.predicted, answer.recommendation.offers
    if predicted is None:
        return ()
    paid = offers[offers["effort"] <= answer.recommendation.budget]
    n_most = paid["n_volumes"].max()
    ways = (
        ("Whole volumes, one after another", paid[paid["completeness"] == 1].nlargest(1, "effort")),
        ("All volumes, sparsely", paid[paid["n_volumes"] == n_most].nlargest(1, "effort")),
    )
    lines = []
    for title, rows in ways:
        for _, row in rows.iterrows():
            loss = predicted.dice - float(row["expected"])
            rhythm = _describe_rhythm(round(1 / row["completeness"]))
            counts = f"{format_count(round(row['n_volumes']), 'volume')}, {rhythm}"
            verdict = (
                "as good" if abs(loss) < NEAR else f"{loss:.3f} less" if loss > 0 else f"{-loss:.3f} more"
            )
            lines.append(
                words(strong(title), f" ({counts}): Dice {format_dice(float(row['expected']))}, {verdict}.")
            )
    return join(lines, by="  ")


def say_target_hours(cost: TargetCost, answer: ProjectAnswer) -> Sentence:
    """Say what a target Dice takes on her volumes, test volumes and all, and how likely it is reached then."""
    target = f"Dice {f'{cost.target:.3f}'.removesuffix('0')}"
    if cost.strategy is None:
        best = 0.0 if cost.best_dice is None else cost.best_dice
        return words(f"{target} is out of reach here: the best that is expected gives {format_dice(best)}.")
    hours = strong(format_hours(answer.testing_hours + cost.strategy.effort))
    chance = (
        "" if cost.reach_share is None else f" It is reached then in {describe_frequency(cost.reach_share)}."
    )
    return words(f"{target} takes ", hours, ": ", say_strategy_here(cost.strategy, answer), f".{chance}")


def say_progress(progress: Progress) -> Sentence:
    """Say how far a project is.

    Returns
    -------
    Sentence
        "After 19 of 40 hours, 24 of 54 volumes are labeled. Dice 0.78, as expected (0.76–0.82), and not saturated: 10
        more volumes add 0.01 (0.01–0.02)."
    """
    answer = progress.plan.answer
    n_all = sum(one.visit.role == "train" for one in progress.volumes)
    if not progress.n_slices and not progress.hours:
        volumes = strong(format_count(n_all, "volume"), "diversity")
        return words(
            "Nothing has come back yet: ", volumes, f" in {format_hours(answer.project.hours)} to go."
        )
    spent = f"After {_number_of(progress.hours)} of {format_hours(answer.project.hours)}, "
    labeled = strong(f"{progress.n_done:,} of {format_count(n_all, 'volume')}", "diversity")
    state = words(spent, labeled, f" {'is' if progress.n_done == 1 else 'are'} labeled.")
    if not progress.scores:
        return join([state, "No model was scored yet."])
    return join([state, _say_score(progress)])


def say_plan(plan: ProjectPlan) -> Sentence:
    """Say the plan that annotators work by, as it stands.

    Returns
    -------
    Sentence
        "The plan: 4 volumes in full for testing, 10 volumes, every slice, then 12 volumes, every 4th slice; 6 hours."
    """
    n_test = sum(visit.role == "test" for visit in plan.visits)
    testing = f"{format_count(n_test, 'volume')} in full for testing, " if n_test else ""
    rhythms = groupby(visit.every for visit in plan.visits if visit.role == "train")
    stages = [
        words(
            strong(format_count(len(list(group)), "volume"), "diversity"),
            ", ",
            strong(_describe_rhythm(every), "completeness"),
        )
        for every, group in rhythms
    ]
    return words(f"The plan: {testing}", *join(stages, by=", then "), f"; {format_hours(plan.hours)}.")


def _describe_rhythm(every: int) -> str:
    return "every slice" if every == 1 else f"every {format_ordinal(every)} slice"


def say_next(following: NextPlan, progress: Progress) -> Sentence:
    """Say how to go on: "The plan stands.", or what is other than it, and why."""
    if following.is_same:
        return words("The plan stands. Expected Dice in the end ", _say_dice(following), ".")
    before = progress.plan.answer.prices.drawing_seconds
    after = following.prices.drawing_seconds
    dearer = f"A slice takes {after:.0f} s, not {before:.0f}. " if round(after) != round(before) else ""
    left = format_hours(max(0.0, progress.plan.answer.project.hours - progress.hours))
    if not following.n_volumes:
        return words(
            f"{dearer}For the {left} left: end what is begun. Expected Dice ", _say_dice(following), "."
        )
    return words(
        f"{dearer}{'So for' if dearer else 'For'} the {left} left: ",
        strong(format_count(following.n_volumes, "more volume"), "diversity"),
        ", ",
        strong(_describe_rhythm(following.every), "completeness"),
        ". Expected Dice ",
        _say_dice(following),
        ".",
    )


def say_to_look_at(one: VolumeProgress) -> Sentence:
    """Say what of a volume is missing, or was labeled instead: "CT_0018: slices 2, 6 are missing."."""
    name = strong(one.visit.volume.name)
    verb = "is" if len(one.missing) == 1 else "are"
    missing = f": {_name_slices(one.missing)} {verb} missing"
    instead = f"; {_name_slices(one.extra)} were labeled instead, and count" if one.extra else ""
    return words(name, f"{missing}{instead}.")


def _name_slices(slices: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, slices[:MOST_NAMED]))
    return f"slice{'' if len(slices) == 1 else 's'} {shown}{' …' if len(slices) > MOST_NAMED else ''}"


def _say_dice(following: NextPlan) -> Sentence:
    return words(strong(format_dice(following.dice)), format_interval(following.low, following.high))


def _say_score(progress: Progress) -> Sentence:
    score = progress.scores[-1]
    near = min(progress.plan.milestones, key=lambda one: abs(one.n_volumes - score.n_volumes), default=None)
    judged: tuple[str | Span, ...] = ()
    if near is not None and near.low is not None and near.high is not None:
        span = format_interval(near.low, near.high)
        if score.dice < near.low:
            judged = (", ", strong("below what was expected"), span, ": look at the masks before going on")
        else:
            judged = (", as expected" if score.dice <= near.high else ", better than expected", span)
    gain = find_saturation(progress)
    saturation = () if gain is None or score.dice < (near.low or 0 if near else 0) else _say_gain(gain)
    return words("Dice ", strong(format_dice(score.dice)), *judged, saturation, ".")


def _say_gain(gain: Gain) -> Sentence:
    """Say whether more volumes would show."""
    if gain.is_saturated:
        return words(", and ", strong("saturated"), f": {gain.n_volumes} more volumes add less than 0.01")
    span = format_interval(gain.low, gain.high)
    return words(
        ", and ",
        strong("not saturated"),
        f": {gain.n_volumes} more volumes add {format_dice(gain.dice)}{span}",
    )
