import numpy as np
import pytest

from simulator.analysis.saturation.quality import estimate_knee, fit_broken_lines
from simulator.analysis.study import make_study
from simulator.effort import Prices
from tests.worlds import World, published_design, saturating

DESIGN = published_design()


def bending(at, *, below=0.6, above=0.05):
    def truth(virtues):
        exact = saturating(virtues.model_copy(update={"quality": 1.0}))
        return exact - above * (1 - max(virtues.quality, at)) - below * max(at - virtues.quality, 0)

    return truth


def knee_of(world, generator, **options):
    return estimate_knee(make_study(world.draw(generator), prices=Prices(), n_draws=300, **options))


def test_exact_broken_lines_are_found_whatever_their_levels():
    quality = np.tile(np.linspace(0.7, 1.0, 7), 2)
    line = np.repeat([0, 1], 7)
    values = 0.5 + 0.2 * line + 0.8 * np.minimum(quality, 0.85) + 0.1 * np.maximum(quality - 0.85, 0)
    knee, below, above = fit_broken_lines(
        quality, line, np.stack([values, values - 0.3], axis=1), steps=np.unique(quality)
    )
    assert knee == pytest.approx(0.85)
    assert below == pytest.approx(0.8)
    assert above == pytest.approx(0.1)


@pytest.mark.slow
@pytest.mark.parametrize("at", [0.82, 0.9])
def test_a_knee_is_covered(at):
    world, generator = World(DESIGN, bending(at, below=0.4)), np.random.default_rng(0)
    knees = [knee_of(world, generator) for _ in range(25)]
    assert np.mean([knee.quality for knee in knees]) == pytest.approx(at, abs=0.01)
    assert np.mean([knee.low <= at <= knee.high for knee in knees]) >= 0.8
    assert all(knee.share > 0.99 for knee in knees)


def test_a_bend_below_the_second_lowest_quality_is_said_to_be_at_the_end():
    knees = [knee_of(World(DESIGN, bending(at, below=1.0)), np.random.default_rng(0)) for at in (0.76, 0.9)]
    assert [knee.place for knee in knees] == ["at or below", "at"]


def test_a_bend_above_the_second_highest_quality_is_said_to_be_at_the_end():
    assert knee_of(World(DESIGN, bending(0.97, below=1.0)), np.random.default_rng(0)).place == "at or above"


def test_a_knee_says_which_spacing_it_has():
    """The worlds' key slices lie 1 + 10 (1 - q) apart."""
    knee = knee_of(World(DESIGN, bending(0.9)), np.random.default_rng(0))
    assert knee.spacing == pytest.approx(1 + 10 * (1 - knee.quality), abs=0.1)


def test_where_quality_pays_nowhere_a_fall_beyond_is_no_knee():
    world = World(DESIGN, bending(0.9, below=-0.1, above=-0.6), noise=0.2)
    knees = [knee_of(world, np.random.default_rng(seed)) for seed in range(5)]
    assert not any(knee.is_clear or knee.is_flat_above for knee in knees)


def test_a_curve_that_steepens_has_no_knee_in_any_draw():
    knee = knee_of(World(DESIGN, bending(0.9, below=0.1, above=1.0), noise=0.1), np.random.default_rng(0))
    assert knee.share == 0
    assert np.isnan([knee.quality, knee.low, knee.high]).all()
    assert knee.spacing is None


@pytest.mark.slow
def test_a_straight_line_has_no_knee_for_sure():
    world, generator = World(DESIGN, bending(0.9, below=0.3, above=0.3)), np.random.default_rng(1)
    knees = [knee_of(world, generator) for _ in range(10)]
    assert 0.2 < np.mean([knee.share for knee in knees]) < 0.8


@pytest.mark.parametrize("case", ["four qualities", "one seed", "another proxy"])
def test_thin_data_have_none(case):
    grid = [v for v in DESIGN if v.quality not in (0.8, 0.85)] if case == "four qualities" else DESIGN
    world = World(grid, saturating, n_seeds=1 if case == "one seed" else 3)
    options = {"proxy": "contour"} if case == "another proxy" else {}
    assert knee_of(world, np.random.default_rng(2), **options) is None
