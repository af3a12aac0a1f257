import time

import numpy as np
import pytest
from scipy import stats

from simulator.analysis.combinations import combination_codes
from simulator.analysis.uncertainty import (
    Resamples,
    interval_of,
    performance_cube,
    resample_means,
    seed_halfwidths,
)
from simulator.records import Virtues
from tests.factories import make_records, make_table


def test_one_groups_interval_is_the_t_interval():
    values = np.array([0.80, 0.83, 0.84, 0.78])
    low, high = stats.t.interval(0.9, 3, loc=values.mean(), scale=stats.sem(values))
    halfwidth = seed_halfwidths(values, np.zeros(4, dtype=int), n_groups=1)[0]
    assert halfwidth == pytest.approx((high - low) / 2)


def test_groups_share_their_deviation_but_not_their_number():
    values = np.array([0.8, 0.82, 0.5, 0.52, 0.52, 0.5, 0.9])
    halfwidths = seed_halfwidths(values, np.array([0, 0, 1, 1, 1, 1, 2]), n_groups=4)
    assert halfwidths[0] / halfwidths[1] == pytest.approx(np.sqrt(2))
    assert halfwidths[2] == pytest.approx(2 * halfwidths[1])
    assert np.isnan(halfwidths[3])


def test_single_seeds_have_no_interval():
    assert np.isnan(seed_halfwidths(np.array([0.8, 0.7]), np.array([0, 1]), n_groups=2)).all()


def test_the_pooled_interval_covers_as_often_as_it_says():
    generator = np.random.default_rng(1)
    codes = np.repeat(np.arange(6), 3)
    truth = np.linspace(0.5, 0.9, 6)
    hits = []
    for _ in range(600):
        values = truth[codes] + generator.normal(0, 0.02, 18)
        means = np.bincount(codes, values) / 3
        hits.append(np.abs(means - truth) <= seed_halfwidths(values, codes, n_groups=6))
    assert np.mean(hits) == pytest.approx(0.9, abs=0.02)


def test_a_cube_holds_every_volume_where_it_belongs():
    runs = make_table()
    codes = combination_codes(runs)
    cube = performance_cube(runs, codes, np.array([5, 2]))
    assert cube.shape == (2, 3, 10)
    for place, combination in enumerate((5, 2)):
        for seed in range(3):
            row = runs[(codes == combination) & (runs["seed"] == seed)].iloc[0]
            assert (cube[place, seed] == row["volume_dice"]).all()


def test_the_mean_over_resamples_is_the_mean_and_same_seed_same_draws():
    cube = np.random.default_rng(2).random((4, 5, 30))
    means = resample_means(cube, n_resamples=4000)
    assert means.mean(axis=1) == pytest.approx(cube.mean(axis=(1, 2)), abs=0.01)
    assert (means == resample_means(cube, n_resamples=4000)).all()
    assert (means != resample_means(cube, n_resamples=4000, seed=1)).any()


@pytest.mark.parametrize(("n_seeds", "n_test"), [(3, 10), (5, 10), (2, 10)])
def test_few_seeds_are_not_made_surer_than_they_are(n_seeds, n_test):
    """The variance over resamples is on average that of the mean over seeds."""
    generator = np.random.default_rng(3)
    cubes = np.broadcast_to(generator.normal(0.8, 0.02, (200, n_seeds, 1)), (200, n_seeds, n_test))
    variance = resample_means(cubes, n_resamples=1000).var(axis=1).mean()
    assert variance == pytest.approx(0.02**2 / n_seeds, rel=0.15)


def test_what_combinations_share_cancels_in_their_difference():
    generator = np.random.default_rng(4)
    shared = 0.8 + generator.normal(0, 0.1, (1, 1, 40))
    means = resample_means(np.concatenate([shared + 0.01, shared]) + np.zeros((1, 3, 1)))
    assert means.std(axis=1).min() > 0.01
    assert interval_of(means[0] - means[1]) == pytest.approx((0.01, 0.01))


@pytest.mark.parametrize(
    ("of_seeds", "of_volumes"), [(0.008, 0.005), (0.002, 0.02)], ids=["seeds", "volumes"]
)
def test_the_interval_of_a_gain_covers_about_as_often_as_it_says(of_seeds, of_volumes):
    """Three seeds, 36 test volumes, no true difference: 90 % is meant; with few seeds it is somewhat less."""
    generator = np.random.default_rng(7)
    hits = []
    for _ in range(150):
        shared = 0.8 + generator.normal(0, 0.05, (1, 1, 36))
        seeds, volumes = generator.normal(0, of_seeds, (2, 3, 1)), generator.normal(0, of_volumes, (2, 1, 36))
        means = resample_means(
            shared + seeds + volumes + generator.normal(0, 0.02, (2, 3, 36)), n_resamples=400
        )
        low, high = interval_of(means[0] - means[1])
        hits.append(low <= 0 <= high)
    assert 0.8 <= np.mean(hits) <= 0.99


def test_a_combination_without_the_drawn_seeds_keeps_its_own():
    cube = np.random.default_rng(5).random((2, 3, 6))
    cube[1, 1:] = np.nan
    means = resample_means(cube, n_resamples=200)
    assert np.isfinite(means).all()
    single = resample_means(cube[1:], n_resamples=200)
    assert means[1] == pytest.approx(single[0])


def test_one_seed_and_one_volume_always_give_the_same():
    assert resample_means(np.full((1, 1, 1), 0.7), n_resamples=5) == pytest.approx(np.full((1, 5), 0.7))


def test_weights_mix_combinations():
    runs = make_table(make_records([Virtues.full(), Virtues(diversity=0.3, completeness=1.0, quality=1.0)]))
    resamples = Resamples.of(runs, combination_codes(runs), [0, 1, 1])
    mixed = resamples.mix([(0, 0.25), (1, 0.75)])
    assert mixed == pytest.approx(0.25 * resamples.mix([(0, 1.0)]) + 0.75 * resamples.mix([(1, 1.0)]))


def test_a_thousand_resamples_of_a_large_campaign_take_less_than_three_seconds():
    cube = np.random.default_rng(6).random((500, 5, 50))
    start = time.process_time()
    assert resample_means(cube, n_resamples=1000).shape == (500, 1000)
    assert time.process_time() - start < 3
