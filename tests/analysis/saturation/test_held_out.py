import numpy as np
import pytest
from scipy.stats import t

from simulator.analysis.saturation.held_out import smallest_gain
from simulator.statistics.shrinkage import Shrinkage
from simulator.statistics.uncertainty import Chances


def make_chances(by_volume, seed_variance, *, seed_dof=10):
    by_volume = np.array(by_volume)
    n = len(by_volume)
    return Chances(
        dice=by_volume.mean(axis=1),
        by_volume=by_volume,
        seed_variance=np.array(seed_variance),
        seed_dof=seed_dof,
        residual_by_volume=np.zeros_like(by_volume),
        shrinkage=Shrinkage(weight=np.ones(n), surface=by_volume.mean(axis=1), root=np.zeros((n, 1))),
    )


def gain(chances, n_held_out, *, n_seeds=(3, 3)):
    return smallest_gain(chances, before=0, after=1, n_seeds=n_seeds, n_held_out=n_held_out)


def test_it_is_students_interval_of_paired_differences():
    chances = make_chances([[0.7, 0.8, 0.9], [0.72, 0.8, 0.94]], [0.0, 0.0])
    wanted = t.ppf(0.95, 9) * np.std([0.02, 0.0, 0.04], ddof=1) / np.sqrt(10)
    assert gain(chances, 10) == pytest.approx(wanted)


def test_what_all_volumes_share_makes_no_gain_unclear():
    chances = make_chances([[0.3, 0.6, 0.9], [0.35, 0.65, 0.95]], [0.0, 0.0])
    assert gain(chances, 5) == pytest.approx(0, abs=1e-12)


def test_more_volumes_tell_smaller_gains_down_to_the_chance_of_trainings():
    chances = make_chances([[0.7, 0.8, 0.9], [0.72, 0.8, 0.94]], [1e-4 / 3, 1e-4 / 3])
    gains = [gain(chances, n) for n in (5, 10, 100, 100_000)]
    assert gains == sorted(gains, reverse=True)
    # One training each: the variance of one seed twice.
    assert gains[-1] == pytest.approx(t.ppf(0.95, 99_999) * np.sqrt(2e-4), rel=1e-3)


def test_one_test_volume_or_one_seed_says_nothing():
    assert gain(make_chances([[0.7], [0.8]], [0.0, 0.0]), 10) is None
    assert gain(make_chances([[0.7, 0.8], [0.8, 0.9]], [0.0, 0.0], seed_dof=0), 10) is None
