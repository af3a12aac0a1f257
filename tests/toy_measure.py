"""A measure of effort that is in no registry: what adding one file and one line does everywhere is tried with it."""

import simulator.effort
from simulator.effort import EffortMeasure, Unit


def write_clicks(clicks):
    return f"{clicks:,.0f} clicks"


CLICKS = EffortMeasure(
    name="clicks",
    title="Mouse clicks",
    unit=Unit(
        name="clicks",
        title="mouse clicks",
        asked="a number of clicks",
        write=write_clicks,
        words={"": 1.0, "clicks": 1.0},
        grain=1.0,
        sign="clicks",
    ),
    formula="volumes × 10 + slices drawn × 40 + slices copied",
    domain="all",
    source="made up",
    share_of=None,
    compute=lambda runs, prices: (
        10.0 * runs["n_volumes"] + 40.0 * runs["n_slices_drawn"] + 1.0 * runs["n_slices_copied"]
    ).astype("float64"),
    full=lambda runs, prices: 10.0 * runs["n_volumes"].max() + 40.0 * runs["n_labeled_slices_pool"].max(),
)
"""Of the pool of `tests.factories`, 40 volumes of 30 slices, everything takes 48,400."""


def add_clicks(monkeypatch):
    """Add the measure to the registry, as one line there would."""
    monkeypatch.setitem(simulator.effort._MEASURES, CLICKS.name, CLICKS)
