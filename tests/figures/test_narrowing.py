"""How surer each training made the answers: the chart's numbers, and that both themes draw them."""

import pytest

from simulator.analysis.law.choosing import SURE_HALFWIDTH
from simulator.figures import DARK, LIGHT
from simulator.figures.narrowing import WIDEST, draw_narrowing, narrowing_data


def test_each_training_has_a_point_and_the_target_is_where_answers_are_sure():
    data = narrowing_data([0.4, 0.05, 0.02], most=24)
    assert data.counts == (1, 2, 3)
    assert data.halfwidths == (0.4, 0.05, 0.02)
    assert data.target == SURE_HALFWIDTH
    assert data.most == 24


def test_the_end_can_be_read_however_wide_the_beginning_is():
    assert narrowing_data([3.0, 0.02], most=24).top == WIDEST
    assert narrowing_data([0.03, 0.02], most=24).top == pytest.approx(0.0345)
    assert narrowing_data([0.001], most=24).top > SURE_HALFWIDTH
    figure = draw_narrowing(narrowing_data([3.0, 0.02], most=24), palette=LIGHT)
    assert tuple(figure.data[-1].y) == (WIDEST, 0.02)
    assert figure.data[-1].text[0] == "after 1: ±3.000"


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize(("halfwidths", "most"), [([], 24), ([0.2], 1), ([0.2] * 30, 24)])
def test_any_number_of_trainings_is_drawn(halfwidths, most, palette):
    figure = draw_narrowing(narrowing_data(halfwidths, most=most), palette=palette)
    assert len(figure.data[-1].x) == len(halfwidths)
    assert figure.layout.xaxis.range[1] > max(most, len(halfwidths))
    assert all(tick == round(tick) for tick in figure.layout.xaxis.tickvals)
