import numpy as np
import pytest

from simulator.analysis.recommendation.branches import find_branches, lead_of
from simulator.analysis.study import make_study
from simulator.effort import MEASURES, Prices
from simulator.records import Virtues
from tests.factories import make_records, make_table

FULL = Virtues.full()
HALF = Virtues(diversity=0.5, completeness=0.5, quality=1.0)
MORE = Virtues(diversity=0.7, completeness=0.5, quality=1.0)
MOST = Virtues(diversity=1.0, completeness=0.5, quality=1.0)
DENSER = Virtues(diversity=0.5, completeness=0.8, quality=1.0)
WHOLE = Virtues(diversity=0.5, completeness=1.0, quality=1.0)
# A spacing of 2 draws 15 of 30 slices, as a completeness of a half does.
FILLED = Virtues(diversity=0.5, completeness=1.0, quality=0.9)
SPARSE = Virtues(diversity=0.5, completeness=1.0, quality=0.6)


def branches(grid, *, of, **options):
    runs = make_table(make_records(grid, **options))
    study = make_study(runs, prices=Prices(), n_draws=1000)
    combinations = study.at(MEASURES["hours"]).combinations
    virtues = combinations[["diversity", "completeness", "quality"]]
    (number,) = np.flatnonzero((virtues == [of.diversity, of.completeness, of.quality]).all(axis=1))
    return find_branches(combinations, study.draws, number=int(number))


def test_each_direction_is_its_next_measured_step():
    found = {
        b.direction: b.strategy.virtues
        for b in branches((HALF, MORE, MOST, DENSER, WHOLE, FILLED, FULL), of=HALF)
    }
    assert found == {"volumes": MORE, "slices": DENSER, "filling": FILLED}


def test_only_the_same_drawn_slices_are_filled_in():
    assert [b.direction for b in branches((HALF, SPARSE, MOST), of=HALF)] == ["volumes"]


def test_what_was_copied_is_drawn_next():
    found = {b.direction: b.strategy.virtues for b in branches((SPARSE, FILLED, WHOLE, FULL), of=SPARSE)}
    assert found == {"slices": FILLED}


def test_after_everything_there_is_nothing():
    assert branches((HALF, MORE, FULL), of=FULL) == ()


def test_gain_and_hours_are_differences():
    runs = make_table(make_records((HALF, MORE, FULL), noise=0.0))
    combinations = make_study(runs, prices=Prices()).at(MEASURES["hours"]).combinations
    (branch,) = branches((HALF, MORE, FULL), of=HALF, noise=0.0)
    by = combinations.set_index(["diversity", "completeness"])
    assert branch.extra == pytest.approx(by["effort"][0.7, 0.5] - by["effort"][0.5, 0.5])
    assert branch.gain == pytest.approx(by["expected"][0.7, 0.5] - by["expected"][0.5, 0.5])
    assert branch.rate == pytest.approx(branch.gain / branch.extra)
    assert branch.low <= branch.gain <= branch.high


def test_the_largest_gain_an_hour_stands_first():
    found = branches((HALF, MORE, MOST, DENSER, WHOLE, FILLED, FULL), of=HALF)
    rates = [branch.rate for branch in found]
    assert rates == sorted(rates, reverse=True)
    low, high = lead_of(found[0], found[-1])
    assert low < found[0].rate - found[-1].rate < high


def test_without_a_second_seed_no_gain_is_measurable():
    for branch in branches((HALF, MORE, DENSER, FULL), of=HALF, n_seeds=1):
        assert branch.low is None
        assert not branch.is_measurable
