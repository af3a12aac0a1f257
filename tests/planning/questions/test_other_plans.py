import pytest

from tests.planning.questions.asking import answer, ask


def test_each_way_spends_the_same_hours_on_volumes_of_another_number():
    found = answer(hours=5.0)
    plans = {plan.name: plan for plan in ask("other-plans", found).plans}
    assert list(plans) == ["whole volumes", "all volumes sparsely", "an even split"]
    whole, all_of_them, half = plans.values()
    assert (whole.every, all_of_them.n_volumes, half.n_volumes) == (1, 36, 18)
    for plan in plans.values():
        hours = found.testing_hours + plan.n_volumes * (2 * 60 + 30 / plan.every * 30) / 3600
        assert hours <= 5.0 + 1e-6
    assert whole.n_volumes * (2 * 60 + 30 * 30) / 3600 > 5.0 - found.testing_hours - (2 * 60 + 30 * 30) / 3600


def test_differences_are_to_the_plan_and_have_the_intervals_of_what_is_drawn_together():
    found = answer(hours=5.0)
    for plan in ask("other-plans", found).plans:
        difference = plan.difference
        if difference is None:
            continue
        assert difference.dice == pytest.approx(plan.dice - found.recommendation.predicted.dice)
        assert difference.low < difference.dice < difference.high
        # Test volumes are the same for both, so a difference is surer than either.
        assert difference.high - difference.low < 2 * (
            found.recommendation.predicted.high - found.recommendation.predicted.low
        )


def test_what_is_the_plan_is_no_other():
    (whole,) = (plan for plan in ask("other-plans", answer(hours=1e6)).plans if plan.name == "whole volumes")
    assert whole.difference is None
    assert "Whole volumes" not in ask("other-plans", answer(hours=1e6)).chart.names
