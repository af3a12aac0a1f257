"""What a project's pages, command and sheet say: her volumes, her slices, her hours."""

import math
from itertools import groupby

from ..analysis import Strategy
from ..formats import (
    format_count,
    format_dice,
    format_given_hours,
    format_hours,
    format_interval,
    format_ordinal,
)
from ..planning.going_on import Gain, NextPlan, find_saturation
from ..planning.progress import Progress, VolumeProgress
from ..planning.project import ProjectAnswer
from ..planning.visits import ProjectPlan
from ..records import Project, Virtues
from .answers import describe_slices, say_as_good
from .spans import Sentence, Span, aside, join, strong, words

__all__ = [
    "describe_basis",
    "say_cost",
    "say_labeling",
    "say_next",
    "say_plan",
    "say_progress",
    "say_project",
    "say_project_hours",
    "say_shown_gain",
    "say_strategy_here",
    "say_to_look_at",
    "say_too_few",
    "say_volume",
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
        f"With {format_given_hours(answer.project.hours)}: label ",
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
    return say_labeling(strategy.n_volumes, strategy.every, answer=answer)


def say_labeling(n_volumes: int, every: int, *, answer: ProjectAnswer) -> Sentence:
    """Say so many volumes and every how manieth slice of them as `say_strategy_here` does."""
    n_slices = max(1, round(answer.n_slices / every))
    virtues = Virtues(diversity=1.0, completeness=1 / every, quality=1.0)
    return words(
        strong(_count_volumes(n_volumes, answer), "diversity"),
        ", ",
        strong(describe_slices(virtues), "completeness"),
        f" (about {n_slices:,} each), ",
        strong("outlined exactly", "quality"),
    )


def describe_basis(answer: ProjectAnswer) -> str:
    """Say what the expectation rests on: "if your volumes are like Mandible, CT", "from other organs"."""
    if answer.reference is None:
        return "from other organs"
    if answer.reference.is_hers:
        return "measured on your volumes"
    basis = f"if your volumes are like {answer.reference.title}"
    predicted = answer.recommendation.predicted
    is_beyond = predicted is not None and predicted.kind == "beyond"
    return f"{basis}; beyond what was measured there" if is_beyond else basis


def say_project_hours(answer: ProjectAnswer) -> Sentence:
    """Say what the plan leaves of the hours, and what else is as good; nothing where there is no plan."""
    if answer.strategy is None:
        return ()
    cost = say_cost(answer.hours_used, answer.project)
    return join([_say_left(answer), cost, say_as_good(answer.recommendation)])


def say_cost(hours: float, project: Project) -> Sentence:
    """Say what hours cost: "33 hours cost about 1,300, at 40 an hour."; nothing where nobody said what one costs."""
    if project.wage is None:
        return ()
    verb = "costs" if format_hours(hours) == "1 hour" else "cost"
    return words(
        f"{format_hours(hours).capitalize()} {verb} about ",
        strong(_round(hours * project.wage)),
        f", at {project.wage:,g} an hour.",
    )


def _round(amount: float) -> str:
    """Write an amount to two digits: more of them no estimate of hours knows."""
    digits = 1 - math.floor(math.log10(amount)) if amount > 0 else 0
    return f"{round(amount, digits):,.{max(0, digits)}f}"


def say_too_few(answer: ProjectAnswer) -> str:
    """Say why there is no plan: too few hours for the test volumes or beside them, or too few volumes."""
    project, cheapest = answer.project, answer.recommendation.cheapest_effort
    given = f"{format_given_hours(project.hours)} {'is' if project.hours == 1 else 'are'} too few"
    if answer.testing_hours >= project.hours:
        if not answer.n_testing:
            return f"{given} for any plan."
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
    left = _number_of(answer.hours_left, behind=answer.hours_used)
    if project.hours >= answer.hours_of_all:
        if answer.hours_used > 0.99 * answer.hours_of_all:
            return words(
                "That takes ", takes, f"; the other {left} are not needed: everything is labeled then."
            )
        everything = answer.hours_of_all
        return words(
            "That takes ", takes, f"; even labeling all in full takes only {format_hours(everything)}."
        )
    if (n := answer.n_more_testing) > 0:
        more = f"use the {left} left to keep {format_count(n, 'more volume')} for testing"
        return words("That takes ", takes, f"; {more}.")
    return words(
        "That takes ", takes, f"; more, up to {format_given_hours(project.hours)}, gains nothing that shows."
    )


def _number_of(hours: float, *, behind: float) -> str:
    """Write hours without their unit where another amount beside them says it: "7", "40 minutes"."""
    text = format_hours(hours)
    return text.removesuffix(" hours").removesuffix(" hour") if "hour" in format_hours(behind) else text


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
    if not progress.n_slices and not progress.hours and not progress.scores:
        volumes = strong(format_count(n_all, "volume"), "diversity")
        n_test = len(progress.volumes) - n_all
        testing = f" and {n_test:,} for testing" if n_test else ""
        return words(
            "Nothing has come back yet: ",
            volumes,
            f"{testing} to label, {format_hours(progress.plan.hours)} of work.",
        )
    spent = _number_of(progress.hours, behind=answer.project.hours)
    labeled = strong(f"{progress.n_done:,} of {format_count(n_all, 'volume')}", "diversity")
    given = format_given_hours(answer.project.hours)
    state = words(
        f"After {spent} of {given}, ", labeled, f" {'is' if progress.n_done == 1 else 'are'} labeled."
    )
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
        return words(
            "The plan stands. Expected Dice in the end ", _say_dice(following), ".", _say_over(following)
        )
    before = progress.plan.answer.prices.drawing_seconds
    after = following.prices.drawing_seconds
    dearer = f"A slice takes {after:.0f} s, not {before:.0f}. " if round(after) != round(before) else ""
    left = format_hours(max(0.0, progress.plan.answer.project.hours - progress.hours))
    if not following.n_volumes:
        return words(
            f"{dearer}For the {left} left: end what is begun. Expected Dice ",
            _say_dice(following),
            ".",
            _say_over(following),
        )
    return words(
        f"{dearer}{'So for' if dearer else 'For'} the {left} left: ",
        strong(format_count(following.n_volumes, "more volume"), "diversity"),
        ", ",
        strong(_describe_rhythm(following.every), "completeness"),
        ". Expected Dice ",
        _say_dice(following),
        ".",
        _say_over(following),
    )


def _say_over(following: NextPlan) -> str:
    """Say what the hours that stay over could do; nothing where none do."""
    if not following.hours_over:
        return ""
    over = format_hours(following.hours_over)
    if following.is_at_limit:
        return f" {over} stay over: so many volumes were never measured, what more would add is not known."
    if following.n_more_testing:
        return f" {over} stay over: keep {format_count(following.n_more_testing, 'more volume')} for testing."
    return f" {over} stay over, and gain nothing that shows."


def say_to_look_at(one: VolumeProgress) -> Sentence:
    """Say what of a volume is missing, or was labeled instead: "CT_0018: slices 2, 6 are missing."."""
    name = strong(one.visit.volume.name)
    verb = "is" if len(one.missing) == 1 else "are"
    missing = f": {_name_slices(one.missing)} {verb} missing"
    count = "was labeled instead, and counts" if len(one.extra) == 1 else "were labeled instead, and count"
    instead = f"; {_name_slices(one.extra)} {count}" if one.extra else ""
    return words(name, f"{missing}{instead}.")


def say_volume(one: VolumeProgress) -> Sentence:
    """Say of a volume how it stands and what to do: "CT_0018: to do. Label every 4th slice, 7 in all."."""
    name = strong(one.visit.volume.name)
    role = "; it is for testing" if one.visit.role == "test" else ""
    if one.state == "done":
        return words(name, f": labeled{role}. Nothing to do.")
    if one.state == "begun":
        return join([say_to_look_at(one), "Label what is missing."])
    if one.state == "elsewhere":
        return join([say_to_look_at(one), "Label the missing ones only where the others were a mistake."])
    n = one.visit.n_slices + one.visit.n_looks
    planned = (
        f", about {n:,.0f} in all" if one.visit.slices is None else f", {len(one.visit.slices):,} in all"
    )
    return words(name, f": to do{role}. Label {_describe_rhythm(one.visit.every)}{planned}.")


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
