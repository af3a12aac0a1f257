import pytest

from simulator.analysis import make_study
from simulator.effort import MEASURES, Prices
from simulator.errors import RequestError
from tests.factories import make_table
from tests.studies import RUNS, small_study

SLICES = MEASURES["slices-drawn"]


def ask(target, runs=RUNS):
    study = small_study() if runs is RUNS else make_study(runs, prices=Prices())
    return study.effort_of_target(target, measure=SLICES)


def test_the_cheapest_strategy_that_reaches_it():
    cost = ask(0.85)
    offers = small_study().at(SLICES).offers
    assert cost.strategy.effort == offers.loc[offers["expected"] >= 0.85, "effort"].min()
    assert cost.estimate.dice >= 0.85
    assert cost.estimate.kind == "predicted"
    assert 0.4 < cost.reach_share <= 1


def test_what_is_harder_costs_more():
    efforts = [ask(target).strategy.effort for target in (0.6, 0.7, 0.8, 0.86, 0.88)]
    assert efforts == sorted(efforts)


def test_out_of_reach_names_the_best():
    cost = ask(0.99)
    assert cost.strategy is None
    assert cost.best_dice == pytest.approx(0.8827, abs=1e-3)


def test_nothing_measured():
    assert ask(0.8, make_table([])).best_dice is None


@pytest.mark.parametrize("target", [0, -0.1, 1.1, float("nan")])
def test_no_target_is_refused(target):
    with pytest.raises(RequestError, match="the target is a Dice above 0 and at most 1"):
        ask(target)
