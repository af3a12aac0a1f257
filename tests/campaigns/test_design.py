import pytest

from simulator.analysis.saturation.diversity import MIN_POINTS
from simulator.campaigns.design import design_for_paper
from simulator.records import Virtues

CURVE = (1.0, 0.88, 0.8, 0.72, 0.66, 0.6, 0.55)


def test_every_figure_has_its_lines():
    design = set(design_for_paper(CURVE))
    assert 80 <= len(design) <= 110
    assert Virtues.full() in design
    assert Virtues(diversity=0.2, completeness=1.0, quality=0.8) in design
    assert Virtues(diversity=1.0, completeness=0.2, quality=1.0) in design
    assert Virtues(diversity=1.0, completeness=0.2, quality=0.85) in design


@pytest.mark.parametrize("n", [5, 10, 15])
def test_every_so_many_slices_alone_have_points_enough_for_a_line_of_figure_6(n):
    on_line = {
        virtues.diversity
        for virtues in design_for_paper(CURVE)
        if virtues.sampling == "equidistant" and virtues.completeness == pytest.approx(1 / n, abs=1e-6)
    }
    assert len(on_line) >= MIN_POINTS


@pytest.mark.parametrize("spacing", [2, 3, 5, 7])
def test_key_slices_are_once_interpolated_and_once_alone(spacing):
    design = set(design_for_paper(CURVE))
    assert Virtues(diversity=1.0, completeness=1.0, quality=CURVE[spacing - 1]) in design
    assert Virtues(diversity=1.0, completeness=1 / spacing, quality=1.0, sampling="equidistant") in design


def test_each_combination_is_asked_once_and_always_the_same():
    design = design_for_paper(CURVE)
    assert len(set(design)) == len(design)
    assert design == design_for_paper(CURVE)


def test_what_a_data_set_cannot_be_as_bad_as_is_left_out():
    design = design_for_paper((1.0, 0.97, 0.94))
    assert min(virtues.quality for virtues in design) >= 0.94
    assert any(virtues.quality == 0.95 for virtues in design)


def test_a_structure_of_one_slice_has_no_interpolation():
    assert {virtues.quality for virtues in design_for_paper((1.0,))} == {1.0}


def test_nothing_worse_is_asked_for_than_is_reached():
    qualities = (1.0, 0.8, 0.7123454)
    assert min(virtues.quality for virtues in design_for_paper(qualities)) >= min(qualities)
