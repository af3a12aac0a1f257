"""The study of the factories' records, made once: its draws of chance take longer than most questions to it."""

from functools import cache

from simulator.analysis import Study, make_study
from simulator.effort import Prices
from tests.factories import make_table

__all__ = ["RUNS", "small_study"]

RUNS = make_table()


@cache
def small_study() -> Study:
    """Make the study of `RUNS` at usual prices."""
    return make_study(RUNS, prices=Prices())
