"""What people ask of a project's answer, said in one or two sentences: each finding has its own."""

import math
from functools import singledispatch

from ..formats import (
    format_count,
    format_dice,
    format_gain_interval,
    format_given_hours,
    format_hours,
    format_interval,
    format_share,
)
from ..planning.project import ProjectAnswer
from ..planning.questions import Finding
from ..planning.questions.already import GoingOn
from ..planning.questions.drawing import Difference
from ..planning.questions.how_many import ENOUGH, HowMany
from ..planning.questions.more_hours import MoreHours
from ..planning.questions.other_plans import OtherPlan, OtherPlans
from ..planning.questions.target import TargetFound
from ..planning.questions.two_annotators import Mix, TwoAnnotators
from ..records import Virtues
from .answers import describe_slices
from .projects import say_labeling
from .spans import Sentence, join, strong, words

__all__ = ["say_finding", "say_nothing_known"]


@singledispatch
def say_finding(found: Finding, answer: ProjectAnswer) -> Sentence:
    """Say what came back of a question.

    Parameters
    ----------
    found : Finding
        Of one of `simulator.planning.questions.QUESTIONS`.
    answer : ProjectAnswer
        That it was asked of.

    Returns
    -------
    Sentence
    """
    raise NotImplementedError(f"nothing says a {type(found).__name__} of {answer.project.name}")


def say_nothing_known(title: str) -> Sentence:
    """Say that a question has no answer here."""
    return words(f"{title}: nothing can be said, as the hours are too few or nothing like it was measured.")


@say_finding.register
def _(found: OtherPlans, answer: ProjectAnswer) -> Sentence:
    others = [
        words(_name_plan(plan, answer), f" {_say_difference(plan.difference)}")
        for plan in found.plans
        if plan.difference is not None
    ]
    same = [_name_plan(plan, answer) for plan in found.plans if plan.difference is None]
    hours = format_given_hours(answer.project.hours)
    compared = (
        words(f"Spent otherwise, the same {hours} give: ", join(others, by="; "), ".") if others else ()
    )
    itself = words("The plan itself is ", same[0], ".") if same else ()
    return join([compared, itself])


def _name_plan(plan: OtherPlan, answer: ProjectAnswer) -> Sentence:
    n_all = answer.study.pool[0]
    if plan.name == "all volumes sparsely" and plan.n_volumes < n_all:
        return words(strong(f"{plan.n_volumes:,} volumes sparsely"), f" ({_slices(plan.every)})")
    count = "" if plan.n_volumes == n_all else f"{plan.n_volumes:,}, "
    return words(strong(plan.name), f" ({count}{_slices(plan.every)})")


@say_finding.register
def _(found: MoreHours, answer: ProjectAnswer) -> Sentence:
    more = f"{found.hours:g} more {'hour' if found.hours == 1 else 'hours'}"
    if found.is_same and found.is_limit:
        return words(f"Not known: so many volumes were never measured, and {more} could only label more.")
    if found.is_same and answer.project.hours >= answer.hours_of_all:
        return words(strong("Not worth it"), ": the hours that there are pay for labeling everything.")
    gain = found.gain
    verdict = "Not worth it" if gain.is_none else "Worth it" if gain.is_sure else "Perhaps worth it"
    added = f": {more} add {max(gain.dice, 0):.3f}{format_gain_interval(gain.low, gain.high)}."
    if found.is_same:
        return words(strong(verdict), f"{added} The plan stays as it is.")
    becomes = words(
        "The plan becomes ",
        say_labeling(found.n_volumes, found.every, answer=answer),
        f": Dice {format_dice(found.dice)}{format_interval(found.low, found.high)}.",
    )
    return join([words(strong(verdict), added), becomes])


@say_finding.register
def _(found: TargetFound, answer: ProjectAnswer) -> Sentence:
    # As it was asked for: rounded, 0.845 would be another question.
    target = f"Dice {f'{found.target:.3f}'.removesuffix('0')}"
    now: Sentence = ()
    if found.chance_now is not None:
        chance = strong(_describe_chance(found.chance_now))
        now = words(f"The plan for {format_given_hours(answer.project.hours)} has a chance of ", chance, ".")
    if found.n_volumes is None or found.every is None or found.hours is None:
        best = format_dice(math.floor(found.best * 100) / 100)
        return join([words(f"{target} is out of reach here: the best that is expected gives {best}."), now])
    likely = "" if found.chance is None else f"; the chance is {_describe_chance(found.chance)} then"
    takes = words(
        f"{target} takes ",
        strong(format_hours(found.hours)),
        ": ",
        say_labeling(found.n_volumes, found.every, answer=answer),
        f"{likely}.",
    )
    return join([takes, now])


@say_finding.register
def _(found: HowMany, answer: ProjectAnswer) -> Sentence:
    interval = "" if found.low is None or found.high is None else f" ({found.low:,} to {found.high:,})"
    bound = "At least " if found.is_at_least else "At most " if found.is_at_most else ""
    count = strong(format_count(found.n_volumes, "volume"), "diversity")
    verb = "comes" if found.n_volumes == 1 else "come"
    all_of_them = f"{found.n_most:,}" if found.is_at_least else f"all {found.n_most:,}"
    enough = words(
        bound,
        count,
        f"{interval}, ",
        strong(_slices(found.every), "completeness"),
        f", {verb} within {ENOUGH:g} of what {all_of_them} give; that takes {format_hours(found.hours)}.",
    )
    limit = f"What more than {found.n_most:,} volumes add was never measured." if found.is_at_least else ""
    return join([enough, limit])


@say_finding.register
def _(found: TwoAnnotators, answer: ProjectAnswer) -> Sentence:
    if found.least_quality is None:
        unknown = "Not known here: what less exact outlines cost was "
        if not found.known_on:
            return words(f"{unknown}measured on no organ yet; Simulate can, with masks outlined in a hurry.")
        where = " and ".join(found.known_on)
        return words(f"{unknown}measured on {where} alone. Choose that under Most like mine to see it there.")
    least = format_share(found.least_quality)
    never = f"Masks with less than {least} overlap alone were never measured there."
    is_open = all(mix.share < 1 for mix in found.mixes)
    if len(found.mixes) < 2:
        return words(f"Not known. {never}")
    best, second = found.mixes[:2]
    mix = second if best.share == 0 else best
    difference = mix.difference
    if difference.is_none:
        verdict = "A second annotator changes nothing that shows"
    elif best.share == 0:
        verdict = "The careful one alone does best"
    else:
        verdict = f"A second annotator {'pays' if difference.is_sure else 'may pay'}"
    gives = f" would give {_say_difference(difference, than=' than', like=' as')} the careful one alone."
    return join([words(strong(verdict), ": ", _name_mix(mix, found), gives), never if is_open else ""])


def _name_mix(mix: Mix, found: TwoAnnotators) -> Sentence:
    """Name who labels what: "22 volumes outlined exactly and 32 at 90 % overlap, every fifth slice, give"."""
    exactly = f"{format_count(mix.n_careful, 'volume')} outlined exactly"
    quickly = f"at {format_share(found.quality)} overlap"
    if not mix.n_careful:
        who = f"{format_count(mix.n_quick, 'volume')} {quickly}"
    else:
        who = f"{exactly} and {mix.n_quick:,} {quickly}" if mix.n_quick else exactly
    return words(strong(who), f", {_slices(mix.every)},")


@say_finding.register
def _(found: GoingOn, answer: ProjectAnswer) -> Sentence:
    begun = f"With {format_count(found.n_labeled, 'volume')} labeled already"
    if not found.n_more:
        left = "only the test volumes are" if answer.n_testing else "nothing is"
        what = words(f"{begun}, {left} left: ")
    else:
        what = words(
            f"{begun}: label ",
            strong(format_count(found.n_more, "more volume"), "diversity"),
            ", ",
            strong(_slices(found.every), "completeness"),
            f", in {format_hours(found.hours)}: ",
        )
    dice = words("Dice ", strong(format_dice(found.dice)), format_interval(found.low, found.high))
    if found.difference is None:
        return words(what, dice, ".")
    beside = words(
        what, dice, ", ", f"{_say_difference(found.difference, than=' than', like=' as')} from nothing."
    )
    # Where the same hours give as much from nothing, other hours for as much would be a second answer.
    needed = found.hours_from_nothing
    if found.difference.is_none or needed is None or needed <= found.hours:
        return beside
    return join([beside, f"Whoever starts from nothing needs {format_hours(needed)} for as much."])


def _say_difference(difference: Difference | None, *, than: str = "", like: str = "") -> str:
    """Say a difference: "0.012 less (−0.020 to −0.004)", "perhaps 0.012 less (…)", "as much"."""
    if difference is None or difference.is_none:
        return f"as much{like}"
    is_unsure = difference.low is not None and not difference.is_sure
    side = "less" if difference.dice < 0 else "more"
    interval = format_gain_interval(difference.low, difference.high)
    return f"{'perhaps ' if is_unsure else ''}{abs(difference.dice):.3f} {side}{interval}{than}"


def _slices(every: int) -> str:
    return describe_slices(Virtues(diversity=1.0, completeness=1 / every, quality=1.0))


def _describe_chance(share: float) -> str:
    """Say how likely something is: "3 in 10"."""
    if share < 0.05:
        return "less than 1 in 20"
    if share > 0.95:
        return "more than 19 in 20"
    return f"{min(9, max(1, round(10 * share)))} in 10"
