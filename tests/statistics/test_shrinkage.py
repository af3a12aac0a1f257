import numpy as np
import pandas as pd
import pytest

from simulator.statistics.shrinkage import LARGEST_SHIFT, MIN_COMBINATIONS, N_KNOTS, shrink, virtue_features


def combinations_of(*rows):
    names = ["diversity", "completeness", "quality", "proxy", "sampling"]
    return pd.DataFrame([(*row, "interpolation", "random")[:5] for row in rows], columns=names)


GRID = combinations_of(*[(d, c, q) for d in (0.1, 0.3, 1.0) for c in (0.2, 1.0) for q in (0.8, 0.9, 1.0)])


def test_features_are_centred_and_constant_ones_are_left_out():
    features = virtue_features(GRID)
    assert (features[:, 0] == 1).all()
    assert features[:, 1:].mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert features[:, 1:].std(axis=0) == pytest.approx(1)
    exact = virtue_features(combinations_of(*[(d, 1.0, 1.0) for d in (0.1, 0.2, 0.5, 1.0)]))
    assert exact.shape == (4, 2 + N_KNOTS)


def test_another_proxy_and_sampling_get_a_slope_of_their_own():
    more = pd.concat([GRID, GRID.assign(proxy="shape", sampling="equidistant")], ignore_index=True)
    assert virtue_features(more).shape[1] == virtue_features(GRID).shape[1] + 2


def test_what_is_only_chance_is_drawn_to_the_mean():
    generator = np.random.default_rng(0)
    values = 0.8 + generator.normal(0, 0.01, len(GRID))
    shrunk = shrink(values, np.full(len(GRID), 1e-4), virtue_features(GRID)).apply(values)
    assert np.ptp(shrunk) < 0.5 * np.ptp(values)
    assert shrunk.mean() == pytest.approx(values.mean(), abs=2e-3)


def test_what_is_no_chance_stays():
    generator = np.random.default_rng(1)
    values = 0.8 + generator.normal(0, 0.05, len(GRID))
    shrinkage = shrink(values, np.full(len(GRID), 1e-8), virtue_features(GRID))
    assert shrinkage.apply(values) == pytest.approx(values, abs=1e-4)
    assert (shrinkage.weight > 0.99).all()


def test_the_noisier_the_less_is_left():
    generator = np.random.default_rng(2)
    variances = np.geomspace(1e-6, 1e-3, len(GRID))
    values = 0.8 + generator.normal(0, 0.02, len(GRID))
    assert (np.diff(shrink(values, variances, virtue_features(GRID)).weight) < 0).all()


@pytest.mark.parametrize("case", ["few", "unknown", "no chance", "equal"])
def test_nothing_is_done_where_nothing_is_known(case):
    n = MIN_COMBINATIONS - 1 if case == "few" else len(GRID)
    values = np.full(n, 0.8) if case == "equal" else np.linspace(0.7, 0.9, n)
    variances = np.full(n, {"unknown": np.nan, "no chance": 0.0}.get(case, 1e-4))
    shrinkage = shrink(values, variances, virtue_features(GRID.iloc[:n]))
    assert shrinkage.apply(values) == pytest.approx(values)
    assert (shrinkage.weight == 1).all()


def test_a_smooth_law_is_found_and_halves_the_error():
    generator = np.random.default_rng(3)
    features = virtue_features(GRID)
    truth = 0.8 + features[:, 1:] @ np.linspace(0.02, -0.01, features.shape[1] - 1)
    errors = []
    for _ in range(40):
        values = truth + generator.normal(0, 0.01, len(truth))
        shrunk = shrink(values, np.full(len(truth), 1e-4), features).apply(values)
        errors.append([((values - truth) ** 2).mean(), ((shrunk - truth) ** 2).mean()])
    measured, expected = np.mean(errors, axis=0)
    assert expected < 0.8 * measured


def test_a_mean_that_the_surface_does_not_fit_keeps_near_itself():
    """Training breaks down at one combination: its neighbours, all alike, must not talk that away."""
    generator = np.random.default_rng(4)
    values = 0.8 + generator.normal(0, 0.002, len(GRID))
    values[0] -= 0.15
    errors = np.full(len(GRID), 0.002)
    errors[0] = 0.03
    shrinkage = shrink(values, errors**2, virtue_features(GRID))
    shifts = np.abs(shrinkage.apply(values) - values)
    assert abs(values[0] - shrinkage.surface[0]) > 3 * errors[0]
    assert shifts[0] == pytest.approx(LARGEST_SHIFT * errors[0])
    assert (shifts <= LARGEST_SHIFT * errors + 1e-12).all()
