import numpy as np
import pytest

from simulator.statistics.seeds import MIN_GROUPS, estimate_seed_variance


def estimate(values, codes, *, n_groups):
    return estimate_seed_variance(
        np.asarray(values), np.asarray(codes), n_slices=np.ones(n_groups), n_volumes=np.ones(n_groups)
    )


def test_few_combinations_share_one_variance():
    seeds = estimate([0.80, 0.84, 0.5, 0.52, 0.51], [0, 0, 1, 1, 1], n_groups=3)
    squares = 2 * 0.02**2 + 2 * 0.01**2
    assert seeds.variance == pytest.approx(np.full(3, squares / 3))
    assert seeds.dof == 3


def test_single_seeds_say_nothing():
    seeds = estimate([0.8, 0.7], [0, 1], n_groups=2)
    assert np.isnan(seeds.variance).all()
    assert seeds.dof == 0


def test_equal_seeds_have_no_variance():
    assert (estimate(np.full(40, 0.8), np.repeat(np.arange(20), 2), n_groups=20).variance == 0).all()


def test_many_combinations_follow_a_law_in_their_counts():
    generator = np.random.default_rng(0)
    n_slices = np.geomspace(10, 2000, 60)
    n_volumes = generator.permutation(np.geomspace(2, 48, 60))
    codes = np.repeat(np.arange(60), 3)
    true = 0.03 * (n_slices / 10) ** -0.5 * (n_volumes / 2) ** -0.2
    found = []
    for _ in range(30):
        values = 0.8 + generator.normal(0, true[codes])
        seeds = estimate_seed_variance(values, codes, n_slices=n_slices, n_volumes=n_volumes)
        found.append(np.sqrt(seeds.variance))
    assert np.median(found, axis=0) == pytest.approx(true, rel=0.2)
    assert seeds.dof == 118


def test_the_law_explains_what_was_seen_in_all():
    generator = np.random.default_rng(1)
    codes = np.repeat(np.arange(MIN_GROUPS), 4)
    values = generator.normal(0.8, 0.02, len(codes))
    seeds = estimate_seed_variance(
        values, codes, n_slices=np.geomspace(5, 500, MIN_GROUPS), n_volumes=np.full(MIN_GROUPS, 7.0)
    )
    squares = [((values[codes == k] - values[codes == k].mean()) ** 2).sum() for k in range(MIN_GROUPS)]
    assert np.sum(squares / seeds.variance) == pytest.approx(3 * MIN_GROUPS)


def test_one_combination_without_any_chance_does_not_break_the_law():
    generator = np.random.default_rng(2)
    codes = np.repeat(np.arange(20), 3)
    values = generator.normal(0.8, 0.01, 60)
    values[:3] = 0.8
    seeds = estimate_seed_variance(
        values, codes, n_slices=np.geomspace(5, 500, 20), n_volumes=np.geomspace(1, 40, 20)
    )
    assert (seeds.variance > 0).all()
    assert np.isfinite(seeds.variance).all()
