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
