import numpy as np
import pandas as pd
import pytest

from simulator.analysis.frontier.advice import compare_advice, same_ranges
from simulator.wording.evidence import say_advice
from simulator.wording.spans import plain


def points(*rows):
    """Points of a frontier: effort, expected, diversity, completeness, quality."""
    return pd.DataFrame(rows, columns=["effort", "expected", "diversity", "completeness", "quality"])


FEW_THEN_ALL = points((0.1, 0.7, 0.1, 1.0, 1.0), (0.5, 0.9, 1.0, 0.5, 1.0), (1.0, 0.91, 1.0, 1.0, 1.0))
SPARSE_THEN_ALL = points((0.2, 0.7, 1.0, 0.2, 1.0), (0.5, 0.9, 1.0, 0.5, 1.0), (1.0, 0.89, 1.0, 1.0, 1.0))


def test_the_same_data_set_twice_agrees_from_the_first_budget_that_pays():
    advice = compare_advice([FEW_THEN_ALL, FEW_THEN_ALL], full_efforts=[1.0, 1.0])
    assert advice.is_same.all()
    assert advice.budgets[0] == pytest.approx(0.1)
    assert plain(say_advice(advice)) == (
        "From 10\u00a0% of the full effort on, both data sets get the same advice at every budget."
    )


def test_budgets_are_shares_of_each_ones_full_effort():
    in_hours = FEW_THEN_ALL.assign(effort=FEW_THEN_ALL["effort"] * 20)
    assert compare_advice([FEW_THEN_ALL, in_hours], full_efforts=[1.0, 20.0]).is_same.all()


def test_advice_differs_where_the_best_affordable_strategies_do():
    advice = compare_advice([FEW_THEN_ALL, SPARSE_THEN_ALL], full_efforts=[1.0, 1.0])
    # From 0.2 on both can pay for something; what is dearer and no better is not recommended.
    assert advice.budgets[0] == pytest.approx(0.2)
    assert same_ranges(advice) == [pytest.approx((0.5, 0.99))]
    assert advice.differing == {"diversity": 30, "completeness": 31, "quality": 0}
    assert plain(say_advice(advice)) == (
        "With 50\u2060–\u206099\u00a0% of the full effort, both data sets get the same advice; with other budgets they "
        "differ mostly in how many slices of each."
    )


@pytest.mark.parametrize(("quality", "is_same"), [(0.9, True), (0.89, False)])
def test_quality_may_differ_by_a_tenth(quality, is_same):
    other = FEW_THEN_ALL.assign(quality=quality)
    advice = compare_advice([FEW_THEN_ALL, other, FEW_THEN_ALL], full_efforts=[1.0] * 3)
    assert advice.is_same.all() == is_same
    assert "all 3 data sets" in plain(say_advice(advice))
    assert plain(say_advice(advice)).startswith("At no budget") != is_same


@pytest.mark.parametrize(("diversity", "is_same"), [(0.15, True), (0.16, False)])
def test_volumes_may_differ_by_half(diversity, is_same):
    one, other = FEW_THEN_ALL.iloc[:1], FEW_THEN_ALL.iloc[:1].assign(diversity=diversity)
    assert compare_advice([one, other], full_efforts=[1.0, 1.0]).is_same.all() == is_same


def test_many_ranges_are_counted_not_listed():
    efforts = np.arange(1, 101) / 100
    rows = [(e, e, 1.0, 1.0, 1.0) for e in efforts]
    odd = [(e, e, 1.0, 1.0 if i % 2 else 0.1, 1.0) for i, e in enumerate(efforts)]
    text = plain(say_advice(compare_advice([points(*rows), points(*odd)], full_efforts=[1.0, 1.0])))
    assert text.startswith("At 50 of 100 budgets, scattered from 2\u00a0% to 100\u00a0% of the full effort")


def test_no_common_budget_is_said():
    dear = FEW_THEN_ALL.assign(effort=FEW_THEN_ALL["effort"] * 20)
    assert "No budget pays" in plain(
        say_advice(compare_advice([FEW_THEN_ALL, dear], full_efforts=[1.0, 1.0]))
    )
