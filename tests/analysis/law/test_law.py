import time

import numpy as np
import pytest

from simulator.analysis.law.curve import coordinates
from simulator.analysis.law.law import coordinates_of
from simulator.analysis.law.prior import LEAST_DEVIATION, NO_PRIOR, learn_prior
from simulator.analysis.study import make_study
from simulator.effort import Prices
from simulator.records import Virtues
from tests.factories import make_records, make_table
from tests.worlds import World, published_design, saturating

DESIGN = published_design()
COUNTS = ["n_volumes", "n_slices_used", "achieved_quality"]


def study_of(runs, n_draws=400):
    return make_study(runs, prices=Prices(), n_draws=n_draws)


def holds(draws, truth):
    low, high = np.quantile(draws, [0.05, 0.95], axis=1)
    return (low <= truth) & (truth <= high)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_test", "noise"),
    [
        pytest.param(36, 1.0, id="hippocampus"),
        pytest.param(10, 2.0, id="phantom"),
    ],
)
def test_intervals_cover_as_often_as_they_say(n_test, noise):
    """60 campaigns of 95 configurations; nominal 0.9."""
    world, generator = World(DESIGN, saturating, n_test=n_test, noise=noise), np.random.default_rng(8)
    truth, full = world.truth, world.row()
    dice, expected, normalized, gains, winners, naive = [], [], [], [], [], []
    for _ in range(60):
        study = study_of(world.draw(generator))
        draws = study.draws
        dice.append(holds(draws.measured, truth))
        expected.append(holds(draws.expected, truth))
        normalized.append(np.delete(holds(draws.measured / draws.measured[full], truth / truth[full]), full))
        order = generator.permutation(len(truth))
        is_pair = order != np.arange(len(truth))
        gains.append(holds(draws.measured - draws.measured[order], truth - truth[order])[is_pair])
        readings = (
            (naive, draws.measured, study.uncertainty.dice),
            (winners, draws.expected, draws.centres),
        )
        for found, values, centres in readings:
            best = centres.argmax()
            gain = values[best] - values.mean(axis=0)
            found.append(holds(gain[None], truth[None, best] - truth.mean()))
    for found in (dice, expected, normalized, np.concatenate(gains)):
        assert 0.85 <= np.mean(found) <= 0.95
    assert np.mean(winners) >= 0.85 > np.mean(naive)


def test_what_is_expected_is_nearer_to_the_truth_than_what_was_measured():
    world, generator, errors = World(DESIGN, saturating), np.random.default_rng(1), []
    for _ in range(5):
        combinations = study_of(world.draw(generator), n_draws=1).combinations
        errors.append(
            np.square(combinations[["dice", "expected"]].to_numpy() - world.truth[:, None]).mean(axis=0)
        )
    measured, expected = np.mean(errors, axis=0)
    assert expected < 0.8 * measured


def test_what_was_not_trained_is_predicted_with_its_width():
    """24 trainings of 95, one seed each."""
    world, generator, hits, errors = World(DESIGN, saturating), np.random.default_rng(2), [], []
    inputs = coordinates_of(world.table.groupby(world.codes)[COUNTS].mean())
    for _ in range(20):
        is_in = generator.permutation(len(world.truth)) < 24
        runs = world.draw(generator)
        study = study_of(runs[is_in[world.codes] & (runs["seed"] == 0)])
        truth = world.truth[~is_in]
        low, high = study.law.limits(inputs[~is_in])
        hits.append((low <= truth) & (truth <= high))
        errors.append(np.abs(study.law.expect(inputs[~is_in]) - truth).mean())
    assert np.mean(errors) < 0.012
    assert 0.85 <= np.mean(hits) <= 0.97


def test_a_training_that_breaks_down_is_believed():
    """Neighbours, all well, must not talk away what three seeds agree on."""
    records = make_records(DESIGN, noise=0.002)
    broken = next(v for v in DESIGN if v.diversity == 0.4 and v.completeness == 1 and v.quality == 1)
    runs = make_table([r for r in records if r.virtues != broken] + list(make_records([broken], dice=0.5)))
    row = study_of(runs).row_of(broken)
    assert row["expected"] == pytest.approx(row["dice"], abs=0.03)


@pytest.mark.parametrize("dice", [0.0, 1.0])
def test_models_that_see_nothing_or_all_are_no_error(dice):
    study = study_of(make_table(make_records(DESIGN[:12], dice=dice)))
    assert study.combinations["expected"].to_numpy() == pytest.approx(dice, abs=0.02)
    assert np.isfinite(study.draws.expected).all()


def test_one_configuration_is_expected_near_where_it_was_measured():
    study = study_of(make_table(make_records([Virtues.full()])))
    assert study.combinations["expected"].iloc[0] == pytest.approx(
        study.combinations["dice"].iloc[0], abs=0.02
    )


def test_with_one_test_volume_other_patients_stay_unseen():
    study = study_of(World(DESIGN, saturating, n_test=1).draw(np.random.default_rng(0)))
    assert not study.draws.is_known
    assert study.law.shared == pytest.approx(0)


def test_beyond_what_was_measured_it_knows_less():
    world = World(DESIGN, saturating)
    runs = world.draw(np.random.default_rng(3))
    study = study_of(runs[runs["n_volumes"] <= 20])
    inputs = coordinates(np.array([20, 48]), np.array([600, 1440]), np.ones(2))
    spread = np.sqrt(np.diag(study.law.process.predict(inputs).covariance))
    assert spread[1] > 1.3 * spread[0]


def test_along_a_line_neighbours_move_together_where_their_own_scatter_is_left_out():
    study = study_of(World(DESIGN, saturating).draw(np.random.default_rng(0)), n_draws=4000)
    line = study.candidates[study.candidates["completeness"] == 1].nsmallest(12, "n_volumes")
    own, smooth = (
        np.log(1 - study.draw(line, is_smooth=is_smooth).expected[-len(line) :])
        for is_smooth in (False, True)
    )
    steps, smooth_steps = (np.diff(drawn, axis=0).var(axis=1) for drawn in (own, smooth))
    assert steps - smooth_steps == pytest.approx(2 * study.law.process.own_variance, rel=0.3)
    assert (smooth_steps < steps / 2).any()


def test_a_prior_from_other_data_sets_has_their_mean_and_is_never_sure():
    studies = [study_of(World(DESIGN, saturating).draw(np.random.default_rng(k))) for k in range(2)]
    others = {f"set {k}": (study.law.process, study.ranges) for k, study in enumerate(studies)}
    prior = learn_prior(others)
    assert prior.parameters.mean == pytest.approx(
        np.mean([study.law.process.parameters for study in studies], axis=0)
    )
    assert (prior.parameters.deviation >= LEAST_DEVIATION).all()
    assert prior.names == ("set 0", "set 1")
    twice = np.log(2) * np.array([1, 1, 0, 1])
    assert prior.ranges.high == pytest.approx(studies[0].ranges.high + twice)
    assert prior.ranges.low == pytest.approx(studies[0].ranges.low - twice)
    assert learn_prior(dict(list(others.items())[:1])) is NO_PRIOR


def test_a_fit_takes_no_time_that_a_page_would_notice():
    runs = World(DESIGN, saturating).draw(np.random.default_rng(0))
    study_of(runs).law  # noqa: B018 (what is loaded once is loaded)
    start = time.process_time()
    study_of(runs).law  # noqa: B018
    assert time.process_time() - start < 0.5
