import numpy as np
import pytest

from simulator.analysis import make_study
from simulator.effort import Prices
from simulator.planning import Inventory, InventoryVolume, make_plan, recommend_for
from tests.factories import make_reference


def make_volume(number, *, first=5, n_labeled=30, name=None):
    n_slices = first + n_labeled + 10
    return InventoryVolume(
        id=f"{number:012x}",
        name=name or f"volume_{number:03d}",
        axis=2,
        n_slices=n_slices,
        slices=np.arange(first, first + n_labeled),
        positions_mm=-100 + 2.5 * np.arange(n_slices),
    )


def make_inventory(sizes=(30,) * 40, *, reference=True):
    """The pool of the factories' reference, or a list of volumes of other sizes."""
    volumes = tuple(make_volume(i, n_labeled=size, first=5 + i % 3) for i, size in enumerate(sizes))
    return Inventory(name="toy", reference=make_reference() if reference else None, volumes=volumes)


PRICES = Prices()
_studies = {}


def study_of(runs, *, prices=PRICES, proxy="interpolation"):
    """Make the study of runs; at usual prices once, since its draws of chance take longer than a plan."""
    if prices != PRICES:
        # Only what is said of chance hangs on the number of draws.
        return make_study(runs, prices=prices, proxy=proxy, n_draws=100)
    key = (id(runs), proxy)
    if key not in _studies:
        _studies[key] = runs, make_study(runs, prices=prices, proxy=proxy)
    return _studies[key][1]


def plan_for(inventory, runs, *, measure, budget, prices, proxy="interpolation"):
    """From the question to the plan."""
    study = study_of(runs, prices=prices, proxy=proxy)
    answer = recommend_for(inventory, study, measure=measure, budget=budget)
    return make_plan(inventory, recommendation=answer, prices=prices, budget=budget)


@pytest.fixture
def inventory():
    return make_inventory()
