"""Intervals and draws: their laws, and coverage on synthetic worlds (of 500 repetitions: docs/method.md)."""

import time

import numpy as np
import pytest
from scipy import stats

from simulator.analysis.combinations import combination_codes
from simulator.statistics.shrinkage import Shrinkage, virtue_features
from simulator.statistics.uncertainty import (
    Uncertainty,
    draw_performance,
    estimate_uncertainty,
    interval_of,
    smallest_gain,
    student_halfwidth,
)
from tests.worlds import World, published_design, saturating

DESIGN = published_design()


def uncertainty_of(cube, *, seed_sd=0.0, seed_dof=40):
    """Uncertainty of combinations without any surface: (n, n_test) means, one deviation over seeds."""
    by_volume = np.asarray(cube, dtype=float)
    dice = by_volume.mean(axis=1)
    n = len(dice)
    return Uncertainty(
        dice=dice,
        by_volume=by_volume,
        seed_variance=np.full(n, seed_sd**2),
        seed_dof=seed_dof,
        residual_by_volume=np.zeros_like(by_volume),
        shrinkage=Shrinkage(weight=np.ones(n), surface=dice, root=np.zeros((n, 1))),
    )


def test_with_one_test_volume_chance_is_unknown_and_no_mean_is_shrunk():
    runs = World(DESIGN, saturating, n_test=1).draw(np.random.default_rng(0))
    codes = combination_codes(runs)
    combinations = runs.groupby(codes).first()
    uncertainty = estimate_uncertainty(runs, codes, combinations)
    assert not uncertainty.is_known
    assert (uncertainty.expected == uncertainty.dice).all()


class TestStudentHalfwidth:
    def test_without_seeds_it_is_the_t_interval_over_volumes(self):
        values = np.array([[0.80, 0.83, 0.84, 0.78]])
        low, high = stats.t.interval(0.9, 3, loc=values.mean(), scale=stats.sem(values[0]))
        assert student_halfwidth(np.zeros(1), values, seed_dof=9) == pytest.approx((high - low) / 2)

    def test_without_volumes_it_is_the_t_interval_over_seeds(self):
        halfwidth = student_halfwidth(np.array([1e-4]), np.full((1, 5), 0.8), seed_dof=7)
        assert halfwidth == pytest.approx(stats.t.ppf(0.95, 7) * 0.01)

    def test_unknown_chance_gives_no_interval(self):
        assert np.isnan(student_halfwidth(np.array([np.nan]), np.ones((1, 3)), seed_dof=0)).all()

    def test_no_chance_at_all_gives_a_point(self):
        assert student_halfwidth(np.zeros(1), np.full((1, 4), 0.8), seed_dof=4) == 0


class TestDraws:
    def test_same_seed_same_draws_around_the_means(self):
        uncertainty = uncertainty_of(np.random.default_rng(2).normal(0.8, 0.05, (4, 30)), seed_sd=0.01)
        draws = draw_performance(uncertainty, n_draws=4000)
        assert draws.measured.mean(axis=1) == pytest.approx(uncertainty.dice, abs=2e-3)
        assert (draws.measured == draw_performance(uncertainty, n_draws=4000).measured).all()
        assert (draws.measured != draw_performance(uncertainty, n_draws=4000, seed=1).measured).any()

    def test_their_spread_is_that_of_the_analytic_interval(self):
        uncertainty = uncertainty_of(np.random.default_rng(3).normal(0.8, 0.05, (3, 12)), seed_sd=0.01)
        halfwidth = student_halfwidth(uncertainty.seed_variance, uncertainty.by_volume, seed_dof=40)
        low, high = np.quantile(draw_performance(uncertainty, n_draws=20_000).measured, [0.05, 0.95], axis=1)
        assert (high - low) / 2 == pytest.approx(halfwidth, rel=0.06)

    def test_what_combinations_share_cancels_in_their_difference(self):
        shared = np.random.default_rng(4).normal(0.8, 0.1, 40)
        draws = draw_performance(uncertainty_of([shared + 0.01, shared]))
        assert draws.measured.std(axis=1).min() > 0.01
        assert interval_of(draws.measured[0] - draws.measured[1]) == pytest.approx((0.01, 0.01))

    def test_seeds_do_not_cancel(self):
        shared = np.full(40, 0.8)
        draws = draw_performance(uncertainty_of([shared, shared], seed_sd=0.01))
        assert np.std(draws.measured[0] - draws.measured[1]) == pytest.approx(0.01 * np.sqrt(2), rel=0.1)

    def test_one_test_volume_has_no_chance_that_could_be_seen(self):
        draws = draw_performance(uncertainty_of([[0.7], [0.8]]))
        assert draws.measured.std(axis=1) == pytest.approx(0)

    def test_with_one_seed_each_they_know_of_volumes_alone(self):
        world = World(DESIGN, saturating, n_seeds=1)
        uncertainty = estimate_uncertainty(
            world.draw(np.random.default_rng(5)), world.codes, world.combinations
        )
        draws = draw_performance(uncertainty)
        assert not draws.is_known
        assert (draws.expected == draws.measured).all()

    def test_weights_mix_combinations(self):
        draws = draw_performance(uncertainty_of(np.random.default_rng(6).random((2, 9))))
        mixed = draws.mix([(0, 0.25), (1, 0.75)])
        assert mixed == pytest.approx(0.25 * draws.expected[0] + 0.75 * draws.expected[1])
        assert draws.centre([(0, 0.25), (1, 0.75)]) == pytest.approx(np.dot([0.25, 0.75], draws.centres))

    def test_a_thousand_draws_of_a_large_campaign_take_less_than_three_seconds(self):
        generator = np.random.default_rng(7)
        grid = [v for v in DESIGN if v.quality < 1 or v.completeness < 1][:50]
        world = World(grid, saturating, n_seeds=5, n_test=50)
        runs, codes = world.draw(generator), world.codes
        big = np.concatenate([codes + 50 * k for k in range(10)])
        many = type(runs)({name: list(runs[name]) * 10 for name in ("dice", "volume_dice")})
        combinations = world.combinations.loc[np.tile(np.arange(50), 10)].reset_index(drop=True)
        start = time.process_time()
        draws = draw_performance(estimate_uncertainty(many, big, combinations), n_draws=1000)
        assert draws.expected.shape == (500, 1000)
        assert time.process_time() - start < 3


def test_what_neighbours_share_does_not_hang_on_the_order_of_features(monkeypatch):
    """A grid of few values has features that depend on one another."""
    grid = [
        v
        for v in DESIGN
        if v.diversity in {0.1, 0.4, 1.0} and v.quality in {0.8, 1.0} and v.completeness > 0.3
    ]
    world = World(grid, saturating)
    runs = world.draw(np.random.default_rng(8))
    features = virtue_features(world.combinations)
    assert np.linalg.matrix_rank(features) < min(features.shape)
    first = estimate_uncertainty(runs, world.codes, world.combinations)
    monkeypatch.setattr(
        "simulator.statistics.uncertainty.virtue_features", lambda rows: virtue_features(rows)[:, ::-1]
    )
    monkeypatch.setattr("simulator.statistics.uncertainty.shrink", lambda *_: first.shrinkage)
    second = estimate_uncertainty(runs, world.codes, world.combinations)
    assert np.abs(first.residual_by_volume).max() > 0.001
    assert second.residual_by_volume == pytest.approx(first.residual_by_volume, abs=1e-9)


@pytest.mark.parametrize(
    ("n_test", "noise"),
    [
        pytest.param(36, 1.0, id="hippocampus", marks=pytest.mark.slow),
        pytest.param(10, 2.0, id="phantom"),
    ],
)
def test_intervals_cover_as_often_as_they_say(n_test, noise):
    """60 campaigns of 95 combinations; nominal 0.9."""
    world, generator = World(DESIGN, saturating, n_test=n_test, noise=noise), np.random.default_rng(8)
    truth, full = world.truth, world.row()
    dice, normalized, gains, winners, naive = [], [], [], [], []
    for _ in range(60):
        uncertainty = estimate_uncertainty(world.draw(generator), world.codes, world.combinations)
        draws = draw_performance(uncertainty, n_draws=400)
        dice.append(_holds(draws.measured, truth))
        ratio = _holds(draws.measured / draws.measured[full], truth / truth[full])
        normalized.append(np.delete(ratio, full))
        order = generator.permutation(len(truth))
        gains.append(
            _holds(draws.measured - draws.measured[order], truth - truth[order])[
                order != np.arange(len(truth))
            ]
        )
        for found, expected, centre in (
            (naive, draws.measured, uncertainty.dice),
            (winners, draws.expected, uncertainty.expected),
        ):
            best = centre.argmax()
            gain = expected[best] - expected.mean(axis=0)
            found.append(_holds(gain[None], truth[None, best] - truth.mean()))
    assert 0.85 <= np.mean(dice) <= 0.95
    assert 0.85 <= np.mean(normalized) <= 0.95
    assert 0.85 <= np.mean(np.concatenate(gains)) <= 0.95
    assert np.mean(winners) >= 0.85 > np.mean(naive)


def gain(uncertainty, n_test, *, n_seeds=(3, 3)):
    return smallest_gain(uncertainty, before=0, after=1, n_seeds=n_seeds, n_test=n_test)


def test_the_smallest_gain_is_students_interval_of_paired_differences():
    uncertainty = uncertainty_of([[0.7, 0.8, 0.9], [0.72, 0.8, 0.94]])
    wanted = stats.t.ppf(0.95, 9) * np.std([0.02, 0.0, 0.04], ddof=1) / np.sqrt(10)
    assert gain(uncertainty, 10) == pytest.approx(wanted)


def test_what_all_volumes_share_makes_no_gain_unclear():
    assert gain(uncertainty_of([[0.3, 0.6, 0.9], [0.35, 0.65, 0.95]]), 5) == pytest.approx(0, abs=1e-12)


def test_more_volumes_tell_smaller_gains_down_to_the_noise_of_trainings():
    uncertainty = uncertainty_of([[0.7, 0.8, 0.9], [0.72, 0.8, 0.94]], seed_sd=np.sqrt(1e-4 / 3))
    gains = [gain(uncertainty, n) for n in (5, 10, 100, 100_000)]
    assert gains == sorted(gains, reverse=True)
    # One training each: the variance of one seed twice.
    assert gains[-1] == pytest.approx(stats.t.ppf(0.95, 99_999) * np.sqrt(2e-4), rel=1e-3)


def test_one_test_volume_or_one_seed_says_nothing_of_a_gain():
    assert gain(uncertainty_of([[0.7], [0.8]]), 10) is None
    assert gain(uncertainty_of([[0.7, 0.8], [0.8, 0.9]], seed_dof=0), 10) is None


def _holds(draws, truth):
    low, high = np.quantile(draws, [0.05, 0.95], axis=1)
    return (low <= truth) & (truth <= high)
