"""What measures of effort and presets of prices promise, as checks to call: by our tests on each, by yours on your own.

Each check takes the entry and asserts; `check_measure` calls all of those of a measure.
"""

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from ..errors import RequestError
from .measure import EffortMeasure
from .presets import WAYS, Preset
from .prices import PRICES, Prices
from .unit import Unit

__all__ = ["check_efforts", "check_measure", "check_preset", "check_prices", "check_unit"]

N_POOL, N_SLICES = 40, 30
"""Volumes of the pool that efforts are checked on, and slices of each."""

AMOUNTS = (0.004, 0.02, 0.2, 0.5, 1.0)
"""Shares of the full effort that are written and read."""


def check_measure(measure: EffortMeasure) -> None:
    """Check a measure of effort.

    Parameters
    ----------
    measure : EffortMeasure

    Raises
    ------
    AssertionError
        If it breaks a law that pages, figures and commands rely on.
    """
    assert measure.name == measure.name.lower().replace(" ", "-"), (
        "the name is an option: lower case, no spaces"
    )
    check_efforts(measure)
    check_prices(measure)
    check_unit(measure.unit, full_effort=measure.full(make_runs(), Prices()))


def check_preset(preset: Preset) -> None:
    """Check that a preset's prices are prices, lie in its range and have a source that says which of it is a guess.

    Parameters
    ----------
    preset : Preset

    Raises
    ------
    AssertionError
        If it breaks what pages and the sweep of prices rely on.
    """
    assert preset.title, "a preset has a title"
    assert preset.way in WAYS, "the way of labeling is one of those that pages can say"
    prices = Prices(**preset.prices)
    assert "drawing_seconds" in preset.prices, "a preset says what a slice takes"
    assert 0 < preset.low <= prices.drawing_seconds <= preset.high, "a slice's price lies in its range"
    assert preset.source.endswith("."), "the source is said in sentences"
    assert "doi:" in preset.source or "arXiv:" in preset.source, "and names what can be looked up"
    assert preset.is_guess == ("guess" in preset.source), "what rests on a guess says so"


def check_efforts(measure: EffortMeasure) -> None:
    """Check that efforts are numbers inside the domain, NaN outside, grow with volumes and end at the full effort."""
    runs, prices = make_runs(), Prices()
    before = runs.copy()
    effort = measure.compute(runs, prices)
    pd.testing.assert_frame_equal(runs, before)
    assert effort.dtype == np.float64, "efforts are float64"
    assert effort.index.equals(runs.index), "efforts keep the index of the runs"
    inside = {
        "all": pd.Series(True, index=runs.index),
        "completeness = 1": runs["completeness"] == 1,
        "quality = 1": runs["quality"] == 1,
    }[measure.domain]
    assert (effort.notna() == inside).all(), "an effort is NaN exactly outside the domain"
    is_full = runs[["diversity", "completeness", "quality"]].eq(1).all(axis=1)
    full = measure.full(runs, prices)
    assert math.isclose(effort[is_full].iloc[0], full), "full virtues take the full effort"
    is_exact = (runs["completeness"] == 1) & (runs["quality"] == 1)
    steps = effort[is_exact].diff().dropna()
    assert (steps > 0).all(), "more volumes never take less"
    if measure.share_of is not None:
        assert full == measure.unit.most, "a share of everything is all there can be"


def check_prices(measure: EffortMeasure) -> None:
    """Check that exactly the prices that a measure names decide it, so that pages show all of them and no other."""
    runs, usual = pd.concat([make_runs(), _make_outlined()], ignore_index=True), Prices()
    before = measure.compute(runs, usual)
    for name in PRICES:
        dearer = replace(usual, **{name: 2 * getattr(usual, name) or 50.0})
        is_deciding = not measure.compute(runs, dearer).equals(before)
        assert is_deciding == (name in measure.prices), f"prices of {measure.name} and {name}"


def check_unit(unit: Unit, *, full_effort: float) -> None:
    """Check that amounts are read as they are written, and that what is no budget is refused."""
    for amount in (share * full_effort for share in AMOUNTS):
        text = unit.write(amount)
        assert unit.say(amount).startswith(text), "what is said begins with what is written"
        if amount > unit.grain:
            read = unit.read(text.replace(",", ""))
            assert math.isclose(read, amount, rel_tol=0.05, abs_tol=unit.grain / 2), (
                f"{text} is read as {read}"
            )
        assert amount * (1 - 1e-6) <= unit.round_up(amount) < amount + unit.grain, (
            "rounded up by less than a grain"
        )
    for budget in (0.0, -1.0, math.nan, math.inf, 1.01 * unit.most):
        assert _is_refused(unit, budget), f"{budget} is a budget"


def _make_outlined() -> pd.DataFrame:
    """Make runs in which every slice was drawn, only less exactly."""
    inexact = make_runs().query("quality < 1")
    return inexact.assign(n_slices_drawn=np.nan, n_slices_copied=0, proxy="contour")


def make_runs() -> pd.DataFrame:
    """Make runs that achieved some virtues, on a pool of volumes of one size, in the columns that a measure reads."""
    combinations = [
        (diversity, completeness, quality)
        for diversity in (0.1, 0.3, 0.6, 1.0)
        for completeness in (0.1, 0.5, 1.0)
        for quality in (0.7, 1.0)
    ]
    diversity, completeness, quality = np.array(combinations).T
    n_volumes = np.round(diversity * N_POOL).astype(int)
    n_used = n_volumes * np.round(completeness * N_SLICES).astype(int)
    n_drawn = np.where(quality == 1, n_used, np.ceil(n_used / 3).astype(int))
    return pd.DataFrame(
        {
            "diversity": diversity,
            "completeness": completeness,
            "quality": quality,
            "achieved_quality": quality,
            "n_volumes": n_volumes,
            "n_pool": N_POOL,
            "n_slices_drawn": n_drawn,
            "n_slices_copied": n_used - n_drawn,
            "n_slices_used": n_used,
            "n_labeled_slices_pool": N_POOL * N_SLICES,
        }
    )


def _is_refused(unit: Unit, budget: float) -> bool:
    try:
        unit.check(budget)
    except RequestError:
        return True
    return False
