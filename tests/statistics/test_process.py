from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from simulator.statistics import process
from simulator.statistics.process import Normal, Observations, fit_process

PRIOR = Normal(mean=np.zeros(2), deviation=np.ones(2))
SCALES = Normal(
    mean=np.array([np.log(0.1), np.log(0.02), np.log(0.05), 0.0, 0.0]),
    deviation=np.array([1.0, 1.0, 0.5, 0.2, 0.4]),
)
PLACES = np.linspace(-1, 1, 12)


def line(parameters, inputs):
    """A line: its tangent is itself."""
    return parameters[0] + parameters[1] * inputs[:, 0], np.column_stack([np.ones(len(inputs)), inputs[:, 0]])


def observe(means, *, squares=0.0, n_runs=1, places=PLACES):
    n = len(places)
    return Observations(
        inputs=places[:, None],
        log_size=np.zeros(n),
        means=np.asarray(means, dtype=float),
        squares=np.full(n, squares),
        n_runs=np.full(n, n_runs),
        variances=np.zeros(n),
    )


def fit(observations):
    return fit_process(observations, curve=line, prior=PRIOR, scales=SCALES)


def _give(observations):
    start, spread = process._linearise(line, np.array([0.1, 0.2]), PRIOR, observations.inputs)
    apart = process._differ(observations.inputs, observations.inputs)
    return process._Given(observations, apart, observations.means - start, spread @ spread.T, SCALES)


def test_without_observations_it_is_its_prior():
    known = fit(observe([], places=np.zeros(0))).predict(np.array([[2.0]]))
    assert known.mean == pytest.approx(0)
    # Deviations are raised to their root mean squares, as they are after a fit.
    assert known.covariance[0, 0] == pytest.approx(1 + 4 + (0.1**2 + 0.02**2) * np.e)


def test_a_line_is_found_and_goes_on():
    generator = np.random.default_rng(0)
    known = fit(observe(0.3 + 0.5 * PLACES + generator.normal(0, 0.02, 12))).predict(np.array([[0.0], [1.5]]))
    assert known.mean == pytest.approx([0.3, 1.05], abs=0.06)
    # What lies outside is known less.
    assert known.covariance[1, 1] > 2 * known.covariance[0, 0]


def test_what_is_known_is_linear_in_what_was_observed():
    observations = observe(0.3 + 0.5 * PLACES + 0.05 * np.sin(9 * PLACES))
    fitted = fit(observations)
    before = fitted.predict(observations.inputs, which=np.arange(12))
    moved = replace(observations, means=observations.means + np.eye(12)[3] * 0.01)
    after = replace(fitted, observations=moved).predict(observations.inputs, which=np.arange(12))
    assert after.mean - before.mean == pytest.approx(0.01 * before.weights[:, 3])


def test_only_an_observed_points_own_scatter_is_known():
    generator = np.random.default_rng(1)
    observations = observe(generator.normal(0, 0.2, 12), squares=1e-6, n_runs=50)
    fitted = fit(observations)
    seen = fitted.predict(observations.inputs, which=np.arange(12))
    unseen = fitted.predict(observations.inputs)
    assert np.abs(seen.mean - observations.means).max() < 0.02
    assert (np.diag(seen.covariance) < np.diag(unseen.covariance)).all()


def test_repetitions_tell_noise_from_scatter():
    values = np.random.default_rng(2).normal(0, 0.1, 12)
    quiet, loud = (fit(observe(values, squares=square, n_runs=3)) for square in (1e-5, 2e-2))
    assert quiet.noise(np.zeros(1)) < 0.03 < 0.07 < loud.noise(np.zeros(1))
    shrunk = [np.std(f.predict(PLACES[:, None], which=np.arange(12)).mean) for f in (quiet, loud)]
    assert shrunk[0] == pytest.approx(values.std(), rel=0.05)
    assert shrunk[1] < 0.8 * values.std()


def test_noise_that_every_repetition_shares_shrinks_too():
    observations = observe(np.random.default_rng(3).normal(0, 0.1, 12), squares=1e-5, n_runs=3)
    shared = replace(observations, variances=np.full(12, 0.01))
    spread = [
        np.std(fit(o).predict(PLACES[:, None], which=np.arange(12)).mean) for o in (observations, shared)
    ]
    assert spread[1] < 0.8 * spread[0]


def test_the_same_point_may_be_observed_twice():
    observations = observe(np.array([0.1, 0.2, 0.3]), places=np.array([0.0, 0.0, 1.0]))
    assert np.isfinite(fit(observations).predict(observations.inputs, which=np.arange(3)).mean).all()


def test_the_gradient_is_that_of_the_cost():
    observations = observe(np.sin(3 * PLACES), squares=0.01, n_runs=3)
    given = _give(observations)
    numeric = approx_fprime(SCALES.mean, lambda scales: process._cost(scales, given)[0], 1e-7)
    assert process._cost(SCALES.mean, given)[1] == pytest.approx(numeric, rel=1e-3, abs=1e-3)


def test_a_search_that_steps_too_far_is_led_back():
    """By scales so large that numbers do not tell neighbours apart."""
    given = _give(observe(np.zeros(12), places=np.zeros(12)))
    far = SCALES.mean + np.array([30.0, -15.0, -30.0, 0.0, 0.0])
    cost, gradient = process._cost(far, given)
    assert cost > process._cost(SCALES.mean, given)[0]
    assert (gradient * (far - SCALES.mean) >= 0).all()


@pytest.mark.parametrize("n_runs", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_intervals_hold_the_truth_as_often_as_they_say(n_runs):
    """100 worlds; nominal 0.9, at points that were observed and between them."""
    generator, hits = np.random.default_rng(4), []
    between = np.linspace(-0.9, 0.9, 7)
    every = np.concatenate([PLACES, between])
    for _ in range(100):
        centre, width = generator.uniform(-1, 1), generator.uniform(0.7, 1.3)
        truth = generator.normal() + generator.normal() * every + 0.1 * np.sin((every - centre) / width)
        runs = truth[:12] + generator.normal(0, 0.05, (n_runs, 12))
        observations = observe(runs.mean(axis=0), n_runs=n_runs)
        squares = ((runs - runs.mean(axis=0)) ** 2).sum(axis=0)
        fitted = fit(replace(observations, squares=squares))
        which = np.concatenate([np.arange(12), np.full(7, -1)])
        known = fitted.predict(every[:, None], which=which)
        hits.append(np.abs(known.mean - truth) < 1.645 * np.sqrt(np.diag(known.covariance)))
    assert 0.85 <= np.mean(hits) <= 0.97
