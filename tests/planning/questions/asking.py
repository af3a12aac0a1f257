"""Projects to ask, in a world whose truth is known."""

from functools import cache

from simulator.planning.project import answer_project
from simulator.planning.questions import QUESTIONS
from simulator.records import Virtues
from tests.factories import SMALL_GRID, make_records, make_reference, make_table
from tests.planning.test_project import answer
from tests.records.test_project import make_project

__all__ = ["HURRIED", "STATES", "answer", "ask", "hurried"]

HURRIED = (
    *SMALL_GRID,
    *(
        Virtues(diversity=d, completeness=1.0, quality=q, proxy="contour")
        for d in (0.1, 0.3, 0.6, 1.0)
        for q in (0.7, 0.8, 0.9)
    ),
)
"""What was measured with outlines in a hurry, too."""


def ask(name, found, **typed):
    return QUESTIONS[name].ask(found, typed)


@cache
def hurried(**changes):
    """Answer a project on a data set where outlines in a hurry were measured."""
    return answer_on(make_table(make_records(HURRIED)), **changes)


@cache
def alone():
    """Answer a project on a data set with one test volume, which says nothing of chance."""
    return answer_on(make_table(make_records(reference=make_reference(n_test=1))))


def answer_on(table, **changes):
    facts = {"reference": "toy", "hours": 10.0, "n_volumes": 40, "n_slices": 30.0, **changes}
    return answer_project(make_project(**facts), table)


STATES = {
    "usual": lambda: answer(),
    "hurried": lambda: hurried(),
    "too few hours": lambda: answer(hours=0.5),
    "no hours": lambda: answer(hours=0.0),
    "hardly any hours": lambda: answer(hours=2.0),
    "hours beyond everything": lambda: answer(hours=1e6),
    "one volume": lambda: answer(n_volumes=1),
    "two volumes": lambda: answer(n_volumes=2),
    "three volumes": lambda: answer(n_volumes=3, hours=5.0),
    "more volumes than were measured": lambda: answer(n_volumes=400, hours=1000.0),
    "one slice": lambda: answer(n_slices=1.0),
    "none for testing": lambda: answer(n_testing=0),
    "one test volume": alone,
}
"""Whatever a project may be like."""
