"""What the three commands that answer questions share in tests."""

import atexit
import shutil
import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from simulator.records import Virtues
from simulator.settings import Settings
from simulator.store import open_store
from tests.factories import make_record, make_records, make_reference


def store_records(settings, records):
    with open_store(settings) as store:
        for record in records:
            store.add_record(record)


def store_toy(settings):
    """Store the small campaign, and one record of another data set cut in two ways."""
    shutil.copytree(_keep(_make_toy), settings.cache)


def _make_toy():
    twice = [
        make_record(reference=make_reference(name="twice", digit=d, n_pool=n))
        for d, n in (("b", 40), ("c", 20))
    ]
    return [*make_records(), *twice]


def store_proxies(settings):
    """Store the small campaign, and three combinations of lower quality by each of the other proxies."""
    shutil.copytree(_keep(_make_proxies), settings.cache)


def _make_proxies():
    grid = [
        Virtues(diversity=d, completeness=1.0, quality=0.9, proxy=proxy)
        for d in (0.1, 0.3, 0.6)
        for proxy in ("shape", "contour")
    ]
    return [*make_records(), *make_records(grid)]


_folders = ExitStack()
atexit.register(_folders.close)


@cache
def _keep(make):
    """Store records once, in a folder that is there while this process is: writing takes longer than copying."""
    folder = Path(_folders.enter_context(tempfile.TemporaryDirectory()))
    store_records(Settings(cache=folder / "cache", published=folder / "published"), make())
    return folder / "cache"


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
