"""The numbers of the charts of Procedure."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulator.figures import DARK
from simulator.figures.branches import branches_data, unit_of_rates
from simulator.figures.coverage import coverage_data
from simulator.figures.gains import draw_gains
from simulator.figures.lines import draw_lines
from simulator.planning import Coverage


def make_coverage(*, least=3, most=40, by_label=None):
    counts = np.arange(1, most + 1)
    share = np.where(counts < least, 0.5, 1.0)
    return Coverage(
        n_slices=counts, share=share, share_spread=np.ones(most), by_label=by_label, least=least, n_volumes=9
    )


def test_coverage_is_shown_up_to_twice_what_is_enough():
    data = coverage_data(make_coverage())
    assert [line.label for line in data.lines] == ["covered"]
    assert len(data.lines[0].x) == 12
    assert data.lines[0].y.tolist() == [50.0, 50.0, *[100.0] * 10]
    assert data.mark == 3
    assert len(coverage_data(make_coverage(least=10)).lines[0].x) == 20
    assert len(coverage_data(make_coverage(most=5)).lines[0].x) == 5


def test_labels_that_are_missed_most_have_lines():
    seen = {label: np.linspace(first, 1, 40) for label, first in ((1, 0.5), (2, 0.9), (3, 0.1), (4, 1.0))}
    data = coverage_data(make_coverage(by_label=seen))
    assert [line.label for line in data.lines] == ["covered", "label 3", "label 1", "no long gap"]
    assert len(draw_lines(data, palette=DARK).layout.annotations) == 4


def make_branch(direction, rate, *, is_known=True):
    rates = rate + np.linspace(-0.001, 0.001, 101)
    return SimpleNamespace(direction=direction, rate=rate, rates=rates, low=-1.0 if is_known else None)


def test_gains_are_given_for_a_readable_number_of_hours():
    assert [unit_of_rates([make_branch("volumes", rate)]) for rate in (0.02, 0.002, 0.0002, 0.0)] == [
        1,
        10,
        10,
        10,
    ]
    data = branches_data([make_branch("volumes", 0.002), make_branch("filling", -0.001)])
    assert data.budgets == ("More volumes", "Filled in")
    assert data.gains == pytest.approx((0.02, -0.01))
    assert data.lows[0] == pytest.approx(0.02 - 0.009)
    assert draw_gains(data, palette=DARK).layout.xaxis.title.text == "Dice gained in 10 hours of work"


def test_without_seeds_there_are_no_intervals():
    data = branches_data([make_branch("slices", 0.02, is_known=False)])
    assert (data.lows, data.highs) == ((None,), (None,))
