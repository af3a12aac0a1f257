import pytest

from tests.planning.questions.asking import answer, ask


def test_it_costs_what_the_cheapest_takes_that_is_expected_to_reach_it():
    found = ask("target", answer(), dice=0.8)
    enough = answer(hours=found.hours + 1e-6).recommendation
    assert enough.near_optimal["expected"].max() >= 0.8
    assert answer(hours=found.hours - 0.01).recommendation.near_optimal["expected"].max() < 0.8


def test_the_chance_rises_with_the_hours_and_falls_with_the_target():
    chances = [ask("target", answer(hours=hours), dice=0.8).chance_now for hours in (2.0, 3.0, 5.0)]
    assert chances == sorted(chances)
    assert chances[0] < 0.5 < chances[-1]
    asked = [ask("target", answer(), dice=dice).chance_now for dice in (0.5, 0.84, 0.95)]
    assert asked[0] > 0.95
    assert asked == sorted(asked, reverse=True)


def test_the_chance_of_the_pool_is_in_it():
    """Where only this pool is asked for, the plan's Dice is surer, so a target near it is missed less often by far."""
    found = answer(hours=3.0)
    low, high = found.recommendation.predicted.low, found.recommendation.predicted.high
    assert ask("target", found, dice=round(low, 6)).chance_now == pytest.approx(0.95, abs=0.02)
    assert ask("target", found, dice=round(high, 6)).chance_now == pytest.approx(0.05, abs=0.02)


def test_out_of_reach_says_what_is_not():
    found = ask("target", answer(), dice=0.98)
    assert found.n_volumes is found.hours is found.chance is None
    assert found.best < 0.98


def test_it_is_answered_where_the_hours_are_too_few_for_a_plan():
    found = ask("target", answer(hours=0.5), dice=0.8)
    assert found.hours > 0.5
    assert found.chance_now is None
