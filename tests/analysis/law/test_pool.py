"""The chance of the pool, on runs whose volumes differ by a known amount."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulator.analysis.law.pool import USUAL, estimate_volume_variance, pool_variance
from simulator.analysis.law.space import Space
from simulator.records import DatasetReference
from tests.studies import small_study

N_POOL = 50


def make_runs(of_volume, *, own=0.03, n_seeds=40, seed=0):
    """Trainings on some volumes of one pool, each of which makes ln(1 − Dice) a little larger or smaller."""
    generator = np.random.default_rng(seed)
    volumes = generator.normal(0, np.sqrt(of_volume), N_POOL)
    rows = []
    for n in (2, 5, 10, 20, 35, 50):
        for _ in range(n_seeds):
            chosen = generator.choice(volumes, n, replace=False).mean()
            lacking = -1.2 + chosen + generator.normal(0, own)
            rows.append({"n_volumes": n, "diversity": n / N_POOL, "dice": 1 - np.exp(lacking)})
    virtues = {"completeness": 1.0, "quality": 1.0, "proxy": "interpolation", "sampling": "random"}
    return pd.DataFrame(rows).assign(n_pool=N_POOL, **virtues)


@pytest.mark.parametrize("of_volume", [0.03, 0.15])
def test_what_one_volume_does_is_found_again(of_volume):
    found = [estimate_volume_variance(make_runs(of_volume, seed=seed)) for seed in range(10)]
    assert np.mean(found) == pytest.approx(of_volume, rel=0.2)


def test_where_volumes_do_nothing_little_is_found():
    assert estimate_volume_variance(make_runs(0.0)) < 0.003


def test_too_few_seeds_tell_nothing():
    assert estimate_volume_variance(make_runs(0.15, n_seeds=2)) == USUAL


def test_few_volumes_are_drawn_with_more_chance_than_many_and_none_is_without():
    few, many = pool_variance(0.1, n_volumes=np.array([5, 10_000]), n_measured=50)
    assert few == pytest.approx(0.1 * (1 / 5 + 1 / 50))
    assert many == pytest.approx(0.1 / 50, rel=0.01)


def test_carried_over_to_other_volumes_an_interval_is_wider(monkeypatch):
    study = small_study()
    n_pool, n_slices = study.pool
    none = pd.DataFrame({"quality": [], "proxy": [], "achieved_quality": [], "spacing": []})
    here = DatasetReference(name="hers", fingerprint="b" * 64, axis=2, labels=(1,), n_pool=n_pool, n_test=1)
    space = Space(reference=here, protocol="fast", n_slices=n_slices, ways=none)

    def width(of_volume):
        carried = replace(study, space=space, is_carried=True)
        monkeypatch.setattr("simulator.analysis.study.estimate_volume_variance", lambda runs: of_volume)
        predicted = carried.recommend(hours=3).predicted
        offers = carried.candidates
        assert (offers["expected_low"] < offers["expected"]).all()
        return predicted.high - predicted.low, float(
            (offers["expected_high"] - offers["expected_low"]).mean()
        )

    for narrow, wide in zip(width(0.0), width(0.15), strict=True):
        assert wide > 1.3 * narrow
