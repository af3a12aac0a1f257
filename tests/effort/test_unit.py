import pytest

from simulator.effort import MEASURES
from simulator.errors import RequestError

HOURS, COST, SLICES = (MEASURES[name].unit for name in ("hours", "cost", "slices-drawn"))


@pytest.mark.parametrize(
    ("unit", "text", "amount"),
    [
        (HOURS, "8", 8),
        (HOURS, " 2.5 hours", 2.5),
        (HOURS, "90min", 1.5),
        (HOURS, "1e3", 1000),
        (COST, "500", 500),
        (COST, "500 euros", 500),
        (SLICES, "0.2", 0.2),
        (SLICES, "20 %", 0.2),
        (SLICES, "20\u00a0%", 0.2),
    ],
)
def test_a_budget_is_read_with_its_word_or_without(unit, text, amount):
    assert unit.read(text) == pytest.approx(amount)


@pytest.mark.parametrize("text", ["", "eight", "8 days", "2,5", "1,240 euros", "20 % %", "0x10"])
@pytest.mark.parametrize("unit", [HOURS, COST, SLICES], ids=lambda unit: unit.name)
def test_what_is_no_number_is_refused_with_what_would_be_one(unit, text):
    with pytest.raises(
        RequestError, match=r"a budget is .*, got '.*'; write a number with a point, alone or"
    ):
        unit.read(text)


@pytest.mark.parametrize(
    ("unit", "amount", "said"),
    [
        (HOURS, 2.5, "2.5 hours"),
        (COST, 8000, "8,000 euros"),
        (COST, 0.5, "0.50 euros"),
        (SLICES, 0.2, "20\u00a0% of the full effort"),
    ],
)
def test_an_amount_is_said_in_its_unit(unit, amount, said):
    assert unit.say(amount) == said


@pytest.mark.parametrize("full", [0.3, 3.0, 11.33, 190.0, 12345.0])
def test_slider_of_hours_has_round_steps(full):
    step = HOURS.step_for(full)
    low, end = HOURS.range_for(full, budget=HOURS.nearest(full / 5, full_effort=full))
    assert low == step
    assert full <= end < full + 1.01 * step
    assert 20 <= end / step <= 101
    assert HOURS.range_for(full, budget=7 * full)[1] >= 7 * full


@pytest.mark.parametrize(
    ("budget", "low", "end"), [(2.2, 0.2, 114.2), (40, 2, 114), (0.5, 0.5, 114.5), (301, 1, 301)]
)
def test_a_slider_can_stand_on_any_budget(budget, low, end):
    assert HOURS.range_for(113.33, budget=budget) == (pytest.approx(low), pytest.approx(end))


def test_a_slider_of_shares_ends_at_all():
    assert SLICES.range_for(1.0, budget=1.0) == (0.01, 1)
    assert SLICES.range_for(1.0, budget=0.415) == (pytest.approx(0.005), 1)
    assert SLICES.nearest(1.7, full_effort=1.0) == 1
    assert SLICES.nearest(0.0001, full_effort=1.0) == 0.01
