"""What ``project`` says of an answer and of what came back: sentences for people, JSON for scripts."""

from dataclasses import asdict

from .. import campaigns  # which loads what counts processors only where that is asked for
from ..formats import format_count, format_hours
from ..planning.choices import Choice, list_choices
from ..planning.distance import find_distance
from ..planning.going_on import NextPlan, go_on
from ..planning.own_measure import OwnMeasure, foresee_own_measure
from ..planning.progress import Progress
from ..planning.project import ProjectAnswer
from ..planning.references import NO_REFERENCE
from ..planning.visits import ProjectPlan, plan_project
from ..wording.likeness import say_choices, say_distance, say_own_measure, say_reason
from ..wording.projects import say_next, say_progress, say_project, say_project_hours, say_to_look_at
from ..wording.spans import join, plain
from .answers import offer_as_json
from .options import print_json
from .printing import say

__all__ = [
    "describe_plan",
    "print_answer",
    "print_progress",
    "print_references",
    "project_as_json",
    "references_as_json",
]

MOST_NAMED = 20
"""Volumes that are named one by one."""


def print_answer(answer: ProjectAnswer, *, json: bool) -> None:
    """Print what to label."""
    if json:
        print_json(project_as_json(answer))
        return
    say(plain(join([say_project(answer), say_project_hours(answer)])))


def print_references(answer: ProjectAnswer) -> None:
    """Print all that an answer could rest on, the most like first, and what measuring on her own would bring."""
    choices, own = list_choices(answer, answer.table), _foresee(answer)
    for one, said in zip(choices, say_choices(choices), strict=True):
        say(f"{plain(said)} ({say_reason(one.likeness)}).")
    say(f"project measure: {say_own_measure(own)}." if own.is_offered else say_own_measure(own))


def _foresee(answer: ProjectAnswer) -> OwnMeasure:
    return foresee_own_measure(answer, answer.table, n_workers=campaigns.count_processors())


def print_progress(progress: Progress, *, json: bool) -> None:
    """Print how far a project is, how to go on, and which volumes to look at."""
    following = go_on(progress)
    if json:
        print_json(_progress_as_json(progress, following))
        return
    say(plain(say_progress(progress)))
    if (distance := find_distance(progress.plan.answer)) is not None:
        say(say_distance(distance))
    if following is not None:
        say(plain(say_next(following, progress)))
    for one in progress.to_look_at[:MOST_NAMED]:
        say(plain(say_to_look_at(one)))


def describe_plan(made: ProjectPlan) -> str:
    """Say what a hand-over holds: "60 volumes, 6 of them for testing, 33 hours"."""
    n_test = sum(visit.role == "test" for visit in made.visits)
    n_train = len(made.visits) - n_test
    testing = f", {n_test:,} of them for testing" if n_test else ""
    left_out = f", {format_count(len(made.left_out), 'volume')} left out" if made.left_out else ""
    return f"{format_count(n_train + n_test, 'volume')}{testing}{left_out}, {format_hours(made.hours)}"


def project_as_json(answer: ProjectAnswer) -> dict[str, object]:
    """Lay a project's answer out as scripts read it."""
    strategy, predicted = answer.strategy, answer.recommendation.predicted
    left_out = plan_project(answer).left_out if strategy is not None else ()
    return {
        "name": answer.project.name,
        "status": answer.recommendation.status,
        "reference": None if answer.reference is None else answer.reference.dataset.name,
        "volumes": {
            "n": answer.project.size,
            "n_slices": answer.n_slices,
            "is_estimated": answer.is_estimated,
        },
        "strategy": None
        if strategy is None
        else {"n_volumes": strategy.n_volumes, "n_slices": strategy.n_slices, "every": strategy.every},
        "testing": {
            "n_volumes": answer.n_testing,
            "hours": answer.testing_hours,
            "shows": answer.shown_gain,
        },
        "hours": {"budget": answer.project.hours, "used": answer.hours_used, "left": answer.hours_left},
        "cost": None if answer.project.wage is None else answer.hours_used * answer.project.wage,
        "predicted": None
        if predicted is None
        else {"dice": predicted.dice, "low": predicted.low, "high": predicted.high, "kind": predicted.kind},
        "near_optimal": [offer_as_json(row) for _, row in answer.recommendation.near_optimal.iterrows()],
        "left_out": [{"volume": one.volume.name, "why": one.why} for one in left_out],
    }


def references_as_json(answer: ProjectAnswer) -> dict[str, object]:
    """Lay out all that an answer could rest on as scripts read it."""
    return {
        "references": [_choice_as_json(one) for one in list_choices(answer, answer.table)],
        "own_measure": asdict(_foresee(answer)),
    }


def _choice_as_json(choice: Choice) -> dict[str, object]:
    """Lay out what an answer could rest on as scripts read it."""
    likeness = choice.likeness
    return {
        "reference": NO_REFERENCE if likeness is None else likeness.reference.dataset.name,
        "fingerprint": None if likeness is None else likeness.reference.dataset.fingerprint,
        "halfwidth": choice.halfwidth,
        "is_like": None if likeness is None else likeness.is_like,
        "traits": [
            {"what": trait.what, "reference": trait.theirs, "project": trait.hers, "is_alike": trait.is_alike}
            for trait in (() if likeness is None else likeness.traits)
        ],
    }


def _progress_as_json(progress: Progress, following: NextPlan | None) -> dict[str, object]:
    """Lay out how far a project is as scripts read it."""
    states: dict[str, int] = dict.fromkeys(("done", "begun", "elsewhere", "to do"), 0)
    for one in progress.volumes:
        states[one.state] += 1
    return {
        "name": progress.plan.answer.project.name,
        "volumes": states,
        "n_slices": progress.n_slices,
        "hours": {
            "budget": progress.plan.answer.project.hours,
            "spent": progress.hours,
            "measured": progress.is_measured,
        },
        "to_look_at": [
            {"volume": one.visit.volume.name, "missing": list(one.missing), "extra": list(one.extra)}
            for one in progress.to_look_at
        ],
        "next": None
        if following is None
        else {
            "n_volumes": following.n_volumes,
            "every": following.every,
            "hours": following.hours,
            "is_same": following.is_same,
            "dice": following.dice,
            "low": following.low,
            "high": following.high,
        },
    }
