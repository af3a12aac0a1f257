"""Intervals and draws, and their laws."""

import numpy as np
import pytest
from scipy import stats

from simulator.statistics.uncertainty import (
    Draws,
    Uncertainty,
    draw_chance,
    estimate_uncertainty,
    interval_of,
    smallest_gain,
    student_halfwidth,
)
from tests.worlds import World, published_design, saturating

DESIGN = published_design()


def uncertainty_of(cube, *, seed_sd=0.0, seed_dof=40):
    """Uncertainty of combinations: (n, n_test) means, one deviation over seeds."""
    by_volume = np.asarray(cube, dtype=float)
    dice = by_volume.mean(axis=1)
    n = len(dice)
    return Uncertainty(
        dice=dice,
        by_volume=by_volume,
        seed_variance=np.full(n, seed_sd**2),
        seed_dof=seed_dof,
    )


def test_with_one_test_volume_chance_is_unknown():
    world = World(DESIGN, saturating, n_test=1)
    runs = world.draw(np.random.default_rng(0))
    assert not estimate_uncertainty(runs, world.codes, world.combinations).is_known


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
        draws = draw_chance(uncertainty, n_draws=4000)
        assert draws.measured.mean(axis=1) == pytest.approx(uncertainty.dice, abs=2e-3)
        assert (draws.measured == draw_chance(uncertainty, n_draws=4000).measured).all()
        assert (draws.measured != draw_chance(uncertainty, n_draws=4000, seed=1).measured).any()

    def test_their_spread_is_that_of_the_analytic_interval(self):
        uncertainty = uncertainty_of(np.random.default_rng(3).normal(0.8, 0.05, (3, 12)), seed_sd=0.01)
        halfwidth = student_halfwidth(uncertainty.seed_variance, uncertainty.by_volume, seed_dof=40)
        low, high = np.quantile(draw_chance(uncertainty, n_draws=20_000).measured, [0.05, 0.95], axis=1)
        assert (high - low) / 2 == pytest.approx(halfwidth, rel=0.06)

    def test_what_combinations_share_cancels_in_their_difference(self):
        shared = np.random.default_rng(4).normal(0.8, 0.1, 40)
        draws = draw_chance(uncertainty_of([shared + 0.01, shared]))
        assert draws.measured.std(axis=1).min() > 0.01
        assert interval_of(draws.measured[0] - draws.measured[1]) == pytest.approx((0.01, 0.01))

    def test_seeds_do_not_cancel(self):
        shared = np.full(40, 0.8)
        draws = draw_chance(uncertainty_of([shared, shared], seed_sd=0.01))
        assert np.std(draws.measured[0] - draws.measured[1]) == pytest.approx(0.01 * np.sqrt(2), rel=0.1)

    def test_one_test_volume_has_no_chance_that_could_be_seen(self):
        draws = draw_chance(uncertainty_of([[0.7], [0.8]]))
        assert draws.measured.std(axis=1) == pytest.approx(0)

    def test_with_one_seed_each_they_know_of_volumes_alone(self):
        world = World(DESIGN, saturating, n_seeds=1)
        uncertainty = estimate_uncertainty(
            world.draw(np.random.default_rng(5)), world.codes, world.combinations
        )
        centred = uncertainty.by_volume - uncertainty.dice[:, None]
        chance = draw_chance(uncertainty)
        assert not uncertainty.is_known
        assert chance.measured == pytest.approx(uncertainty.dice[:, None] + centred @ chance.patients)

    def test_weights_mix_combinations(self):
        values = np.random.default_rng(6).random((2, 9))
        draws = Draws(measured=values, expected=values, centres=values.mean(axis=1), is_known=True)
        assert draws.mix([(0, 0.25), (1, 0.75)]) == pytest.approx(0.25 * values[0] + 0.75 * values[1])
        assert draws.centre([(0, 0.25), (1, 0.75)]) == pytest.approx(np.dot([0.25, 0.75], draws.centres))


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
