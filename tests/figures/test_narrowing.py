import pytest

from simulator.analysis.law.choosing import Outlook
from simulator.figures.narrowing import draw_narrowing, narrowing_data
from simulator.figures.palette import LIGHT


def outlooks(*halfwidths):
    return [Outlook(regret=0.01, halfwidth=halfwidth) for halfwidth in halfwidths]


def test_it_shows_each_training_and_leaves_room_for_those_to_come():
    data = narrowing_data(outlooks(0.05, 0.03), n_most=24)
    assert data.halfwidths == (0.05, 0.03)
    assert (data.n_most, data.enough) == (24, 0.01)
    assert data.high == pytest.approx(0.055)
    assert narrowing_data(outlooks(0.001), n_most=24).high >= data.enough


def test_the_drawing_has_its_points():
    data = narrowing_data(outlooks(0.05, 0.03, 0.02), n_most=2)
    figure = draw_narrowing(data, palette=LIGHT)
    assert list(figure.data[0].x) == [1, 2, 3]
    assert list(figure.data[0].y) == [0.05, 0.03, 0.02]
    assert figure.layout.xaxis.range[1] == 3.5
