import pytest

from simulator.analysis.recommendation.branches import find_branches, lead_of
from simulator.analysis.study import make_study
from simulator.effort import MEASURES, Prices
from simulator.records import Virtues
from tests.factories import make_records, make_reference, make_table

HOURS = MEASURES["hours"]
FULL = Virtues.full()
HALF = Virtues(diversity=0.5, completeness=0.5, quality=1.0)
MORE = Virtues(diversity=0.7, completeness=0.5, quality=1.0)
MOST = Virtues(diversity=1.0, completeness=0.5, quality=1.0)
DENSER = Virtues(diversity=0.5, completeness=0.8, quality=1.0)
WHOLE = Virtues(diversity=0.5, completeness=1.0, quality=1.0)
# A spacing of 2 draws 15 of 30 slices, as a completeness of a half does.
FILLED = Virtues(diversity=0.5, completeness=1.0, quality=0.9)
SPARSE = Virtues(diversity=0.5, completeness=1.0, quality=0.6)


def hours(grid, **options):
    return make_study(make_table(make_records(grid, **options)), prices=Prices(), n_draws=1000).at(HOURS)


def branches(grid, *, of, **options):
    priced = hours(grid, **options)
    return find_branches(priced, now=priced.offer_of(of))


def test_each_direction_is_its_next_step_that_takes_a_quarter_more():
    found = {b.direction: b for b in branches((HALF, MORE, MOST, DENSER, WHOLE, FILLED, FULL), of=HALF)}
    before = hours((HALF, FULL)).offer_of(HALF)["effort"]
    assert set(found) == {"volumes", "slices", "filling"}
    # 20 volumes, every second slice: the next are 25 volumes, or more slices in as many.
    assert found["volumes"].strategy.n_volumes == 25
    assert found["volumes"].strategy.every == 2
    assert found["slices"].strategy.virtues == DENSER
    assert found["filling"].strategy.virtues == FILLED
    assert all(found[name].extra > 0.249 * before for name in ("volumes", "slices"))


def test_what_was_not_measured_can_be_gone_on_from():
    priced = hours((HALF, MORE, MOST, DENSER, WHOLE, FILLED, FULL))
    now = priced.offers[(priced.offers["n_volumes"] == 25) & (priced.offers["completeness"] == 0.5)].iloc[0]
    assert not now["is_measured"]
    assert {b.direction for b in find_branches(priced, now=now)} >= {"volumes", "slices"}


def test_only_the_same_drawn_slices_are_filled_in():
    assert "filling" not in {b.direction for b in branches((HALF, SPARSE, MOST), of=HALF)}


def test_what_was_copied_is_drawn_next():
    found = {b.direction: b.strategy.virtues for b in branches((SPARSE, FILLED, WHOLE, FULL), of=SPARSE)}
    assert found["slices"] == FILLED


def test_after_everything_there_is_nothing():
    assert branches((HALF, MORE, FULL), of=FULL) == ()


def test_gain_and_hours_are_differences():
    priced = hours((HALF, MORE, FULL), noise=0.0)
    now = priced.offer_of(HALF)
    for branch in find_branches(priced, now=now):
        then = priced.offer_of(branch.strategy.virtues)
        assert branch.extra == pytest.approx(then["effort"] - now["effort"])
        assert branch.gain == pytest.approx(then["expected"] - now["expected"])
        assert branch.rate == pytest.approx(branch.gain / branch.extra)
        assert branch.low <= branch.gain <= branch.high


def test_the_largest_gain_an_hour_stands_first():
    found = branches((HALF, MORE, MOST, DENSER, WHOLE, FILLED, FULL), of=HALF)
    rates = [branch.rate for branch in found]
    assert rates == sorted(rates, reverse=True)
    low, high = lead_of(found[0], found[-1])
    assert low < found[0].rate - found[-1].rate < high


def test_with_one_test_volume_no_gain_is_measurable():
    one = make_reference(n_test=1)
    for branch in branches((HALF, MORE, DENSER, FULL), of=HALF, reference=one):
        assert branch.low is None
        assert not branch.is_measurable
