"""The contract is importable, holds for a measure of one's own, and catches what is wrong with one."""

from dataclasses import replace

import pytest

from simulator.effort import MEASURES
from simulator.effort.contract import check_measure
from tests.toy_measure import CLICKS

HOURS = MEASURES["hours"]


def test_a_measure_of_ones_own_keeps_it():
    check_measure(CLICKS)


@pytest.mark.parametrize(
    ("measure", "broken"),
    [
        (replace(CLICKS, name="Mouse clicks"), "the name is an option"),
        (replace(CLICKS, domain="quality = 1"), "exactly outside the domain"),
        (replace(CLICKS, full=lambda runs, prices: 1.0), "full virtues take the full effort"),
        (replace(CLICKS, compute=lambda runs, prices: -CLICKS.compute(runs, prices)), "full virtues"),
        (replace(CLICKS, compute=lambda runs, prices: runs["n_volumes"]), "float64"),
        (replace(CLICKS, share_of="n_pool"), "all there can be"),
        (replace(HOURS, prices=("opening_minutes",)), "prices of hours and finding_minutes"),
        (replace(CLICKS, prices=("expert_wage",)), "prices of clicks and expert_wage"),
        (replace(CLICKS, unit=replace(CLICKS.unit, words={"": 0.5, "clicks": 0.5})), "is read as"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_breaks_it_is_named(measure, broken):
    with pytest.raises(AssertionError, match=broken):
        check_measure(measure)
