"""What the three commands that answer questions share in tests."""

import pytest

from simulator.records import Virtues
from simulator.store import open_store
from tests.factories import make_record, make_records, make_reference


def store_records(settings, records):
    with open_store(settings) as store:
        for record in records:
            store.add_record(record)


def store_toy(settings):
    """Store the small campaign, and one record of another data set cut in two ways."""
    twice = [
        make_record(reference=make_reference(name="twice", digit=d, n_pool=n))
        for d, n in (("b", 40), ("c", 20))
    ]
    store_records(settings, [*make_records(), *twice])


def store_proxies(settings):
    """Store the small campaign, and three combinations of lower quality by each of the other proxies."""
    grid = [
        Virtues(diversity=d, completeness=1.0, quality=0.9, proxy=proxy)
        for d in (0.1, 0.3, 0.6)
        for proxy in ("shape", "contour")
    ]
    store_records(settings, [*make_records(), *make_records(grid)])


def refuse(run, *arguments, code=2):
    """Run a command that has to fail, and give its one line."""
    done = run(*arguments)
    assert done.code == code
    assert done.lines == []
    assert len(done.errors) == 1
    return done.errors[0]


BAD_QUESTIONS = pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["toy", "--effort", "days"], "effort must be one of hours, cost, slices-drawn"),
        (["toy", "--effort", "hours", "--protocol", "quick"], "protocol must be one of fast, paper, smoke"),
        (["toy", "--effort", "hours", "--protocol", "paper"], "measured are aaaaaaaa"),
        (
            ["liver", "--effort", "hours"],
            "nothing has been measured on liver, and it is neither a folder nor in",
        ),
        (["Task04_Hippocampus", "--effort", "hours"], "nothing has been measured on Task04_Hippocampus yet"),
        (
            ["x\udcff", "--effort", "hours"],
            "nothing has been measured on x?, and it is neither a folder nor in",
        ),
        (
            ["a" * 5000, "--effort", "hours"],
            "it is neither a folder nor in the catalogue; datasets list shows",
        ),
        (["toy", "--effort", "hours", "--axis", "7"], "--axis must be 0, 1 or 2; got 7"),
        (["toy", "--effort", "hours", "--pool", "0"], "--pool must be 1 or more volumes; got 0"),
        (["twice", "--effort", "hours"], "twice was measured in 2 ways: bbbbbbbb (axis 2, labels 1, 40 pool"),
        (["./nowhere/liver", "--effort", "hours"], "nowhere/liver"),
        (["toy", "--effort", "hours", "--labels", "2"], "cut like this"),
        (
            ["toy", "--effort", "hours", "--drawing-seconds", "-1"],
            "drawing_seconds must be a number from 0 to 1e",
        ),
        (
            ["toy", "--effort", "hours", "--opening-minutes", "nan"],
            "opening_minutes must be a number from 0 to 1e",
        ),
        (["toy"], "--effort"),
    ],
)
