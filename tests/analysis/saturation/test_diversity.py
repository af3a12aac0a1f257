from types import SimpleNamespace

import numpy as np
import pytest

from simulator.analysis.saturation.diversity import (
    estimate_saturation,
    local_gains,
    nearest_line,
    saturation_counts,
)
from simulator.analysis.study import make_study
from simulator.effort import Prices
from simulator.records import Virtues
from tests.factories import true_dice
from tests.worlds import World, published_design, saturating

DESIGN = published_design()


def growing(virtues):
    """Every doubling of the volumes gains 0.04, to the end."""
    return 0.6 + 0.04 * np.log2(virtues.diversity * 48) - 0.3 * (1 - virtues.quality)


def flat(virtues):
    """More than a few volumes gain nothing."""
    return 0.85 - 0.1 * max(0.0, 0.15 - virtues.diversity) - 0.3 * (1 - virtues.quality)


def lines_of(world, generator, *, n_draws=400):
    return estimate_saturation(make_study(world.draw(generator), prices=Prices(), n_draws=n_draws))


def test_the_gain_is_a_slope_over_about_a_doubling():
    n = np.array([2.0, 4.0, 8.0, 10.0])
    values = np.log2(n)[:, None] * np.array([[0.02, 0.0]])
    assert local_gains(n, values) == pytest.approx(np.array([[0.02, 0.0]] * 3))


def test_the_count_is_where_a_rise_ends():
    n = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    ends = {3.0: 3.0, 8.0: 8.0, 99.0: np.inf}
    values = np.stack([0.05 * np.minimum(np.log2(n), np.log2(end)) for end in ends], axis=1)
    assert saturation_counts(n, values) == pytest.approx(list(ends.values()), rel=0.05)


def test_what_never_rises_is_saturated_from_the_start():
    assert saturation_counts(np.array([1.0, 2.0, 4.0, 8.0]), np.full((4, 2), 0.8)).tolist() == [1.0, 1.0]


def test_a_line_for_each_setting_with_enough_points():
    lines = lines_of(World(DESIGN, saturating), np.random.default_rng(0))
    settings = [(line.completeness, line.quality, line.sampling) for line in lines]
    assert settings[0] == (1.0, 1.0, "random")
    assert len(set(settings)) == len(settings) == 13
    assert all((np.diff(line.n_volumes) > 0).all() for line in lines)
    few = World([v for v in DESIGN if v.diversity in (0.1, 0.4, 1.0)], saturating)
    assert lines_of(few, np.random.default_rng(0)) == ()


@pytest.mark.slow
@pytest.mark.parametrize(("truth", "right"), [(growing, "growing"), (flat, "saturated")])
def test_states_are_right_or_undecided(truth, right):
    world, generator = World(DESIGN, truth), np.random.default_rng(1)
    states = [line.state for _ in range(8) for line in lines_of(world, generator)]
    assert set(states) <= {right, "undecided"}
    assert states.count(right) > len(states) / 4


def test_with_one_seed_nothing_is_decided():
    lines = lines_of(World(DESIGN, growing, n_seeds=1), np.random.default_rng(2))
    assert {line.state for line in lines} == {"undecided"}
    assert all(np.isnan([line.gain_low, line.gain_high]).all() for line in lines)


@pytest.mark.parametrize(
    "truth",
    [
        pytest.param(saturating, id="power", marks=pytest.mark.slow),
        pytest.param(true_dice, id="exponential", marks=pytest.mark.slow),
        pytest.param(growing, id="logarithm", marks=pytest.mark.slow),
    ],
)
def test_gains_are_covered(truth):
    world, generator = World(DESIGN, truth), np.random.default_rng(3)
    hits = []
    for _ in range(15):
        for line in lines_of(world, generator):
            true = world.truth[line.rows["combination"]] / world.truth[world.row()]
            gain = local_gains(line.n_volumes, true[:, None])[-1, 0]
            hits.append(line.gain_low <= gain <= line.gain_high)
    assert np.mean(hits) >= 0.85


def test_the_nearest_line_has_the_same_quality_and_the_nearest_completeness():
    def line(completeness, quality=1.0, sampling="random"):
        return SimpleNamespace(
            completeness=completeness, quality=quality, proxy="interpolation", sampling=sampling
        )

    lines = [line(1.0), line(0.2), line(0.2, sampling="equidistant"), line(1.0, 0.8)]
    wanted = {
        (0.3, 1.0, "random"): 1,
        (0.3, 1.0, "equidistant"): 2,
        (0.8, 1.0, "random"): 0,
        (0.3, 0.9, "random"): 1,
        (1.0, 0.8, "random"): 3,
    }
    for (completeness, quality, sampling), place in wanted.items():
        virtues = Virtues(diversity=0.5, completeness=completeness, quality=quality, sampling=sampling)
        assert nearest_line(lines, virtues) is lines[place]
    assert nearest_line([], Virtues.full()) is None
