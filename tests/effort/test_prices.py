import math

import pytest

from simulator.effort import PRICES, Prices
from simulator.errors import RequestError


@pytest.mark.parametrize("price", ["opening_minutes", "drawing_seconds", "checking_seconds", "expert_wage"])
@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf, 1e308])
def test_a_price_that_is_none_is_refused_by_name(price, value):
    with pytest.raises(RequestError, match=rf"{price} must be a number from 0 to 1e\+06"):
        Prices(**{price: value})


@pytest.mark.parametrize("checking", [0, 5])
def test_free_exact_labeling_is_refused(checking):
    with pytest.raises(RequestError, match="exact labeling is free"):
        Prices(opening_minutes=0, drawing_seconds=0, checking_seconds=checking)


def test_an_expert_who_works_for_nothing_is_refused():
    with pytest.raises(RequestError, match="give expert_wage a price"):
        Prices(expert_wage=0)
    assert Prices(assistant_wage=0).assistant_wage == 0


def test_one_price_is_enough():
    assert Prices(opening_minutes=0, drawing_seconds=1, checking_seconds=0).drawing_seconds == 1


def test_finding_is_paid_once_a_volume_and_review_once_a_drawn_slice():
    work = {"n_volumes": 6.0, "n_slices_drawn": 120.0, "n_slices_copied": 60.0}
    more = Prices(finding_minutes=5, review_seconds=3).hours(**work) - Prices().hours(**work)
    assert more == pytest.approx(6 * 5 / 60 + 120 * 3 / 3600)


def test_a_volume_in_which_the_structure_has_to_be_found_is_not_free():
    assert Prices(opening_minutes=0, drawing_seconds=0, finding_minutes=1).volume_minutes == 1


def test_every_price_has_a_source_or_is_called_a_guess():
    assert set(PRICES) == set(Prices.__dataclass_fields__)
    assert all(0 <= getattr(Prices(), name) <= price.most for name, price in PRICES.items())
    not_counted = {name for name in PRICES if not getattr(Prices(), name)}
    assert not_counted == {"finding_minutes", "review_seconds", "outlining_percent"}
    assert 15 <= Prices().drawing_seconds <= 40
    assert all("guess" in price.source or "not known" in price.source for price in PRICES.values())
