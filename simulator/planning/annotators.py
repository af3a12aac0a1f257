"""Who labels which volumes: shares of a plan that take about as long, each of them spread over the groups."""

from collections import defaultdict

from ..errors import ProjectError
from .visits import ProjectPlan

__all__ = ["MOST_ANNOTATORS", "read_names", "share_out"]

MOST_ANNOTATORS = 50
"""More are no names but a wrong column."""


def read_names(text: str) -> tuple[str, ...]:
    """Read names that are parted by commas or semicolons; one that stands there twice counts once.

    Raises
    ------
    ProjectError
        If there are too many.

    Examples
    --------
    >>> read_names("Anna, Ben  K.;Anna,")
    ('Anna', 'Ben K.')
    """
    parts = (" ".join(part.split()) for part in text.replace(";", ",").split(","))
    names = tuple(dict.fromkeys(filter(None, parts)))
    if len(names) > MOST_ANNOTATORS:
        raise ProjectError(
            f"{len(names)} annotators are named, expected at most {MOST_ANNOTATORS}; name fewer"
        )
    return names


def share_out(plan: ProjectPlan) -> tuple[str, ...]:
    """Say who labels each volume of a plan.

    Each goes to whoever has the fewest hours so far, in all and among test or training volumes of its group: so that
    one annotator's habits are not one hospital's, and shares stay even wherever the work stops.

    Returns
    -------
    tuple of str
        A name a visit; "" where the project names nobody. A plan that goes on longer begins with the same ones.
    """
    names = plan.answer.project.annotators or ("",)
    hours: defaultdict[tuple[str, ...], float] = defaultdict(float)
    shares: list[str] = []
    for visit in plan.visits:
        kind = visit.role, visit.volume.group
        name = min(names, key=lambda one: hours[one,] + hours[one, *kind])
        hours[name,] += visit.hours
        hours[name, *kind] += visit.hours
        shares.append(name)
    return tuple(shares)
