"""All that a project's answer can rest on, best first: how sure each would make it, and how like it is."""

from contextlib import suppress
from dataclasses import dataclass

import pandas as pd

from ..errors import NotMeasuredError
from .likeness import Likeness, rank_references
from .project import ProjectAnswer, answer_by
from .references import PHANTOM, find_references

__all__ = ["Choice", "list_choices"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing that a project's answer can rest on.

    Parameters
    ----------
    likeness : Likeness or None
        Of a reference; None for the law of all data sets.
    halfwidth : float or None
        Half the 90 % interval of the Dice of what it would recommend; None where the hours pay for nothing, or chance
        is not known.
    """

    likeness: Likeness | None
    halfwidth: float | None


def list_choices(answer: ProjectAnswer, table: pd.DataFrame) -> tuple[Choice, ...]:
    """List what a project's answer can rest on.

    Parameters
    ----------
    answer : ProjectAnswer
    table : DataFrame
        The store's run table.

    Returns
    -------
    tuple of Choice
        References like these volumes, the law of all, references unlike them; the phantom only if it is the answer's,
        or there is no other. The first of a process fits a law for each, which takes a second or two; later ones take
        milliseconds, whatever the hours.
    """
    project = answer.project
    ranked = [
        likeness
        for likeness in rank_references(project, find_references(table, measured=project.measured))
        if likeness.reference.dataset.name != PHANTOM or likeness.reference == answer.reference
    ]
    choices = [
        Choice(
            likeness=likeness,
            halfwidth=answer_by(project, table, reference=likeness.reference).halfwidth,
        )
        for likeness in ranked
    ]
    n_like = sum(likeness.is_like for likeness in ranked)
    with suppress(NotMeasuredError):
        of_all = answer_by(project, table, reference=None).halfwidth
        choices.insert(n_like, Choice(likeness=None, halfwidth=of_all))
    return tuple(choices)
