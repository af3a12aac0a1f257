from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from simulator.analysis.agreement import estimate_agreement
from simulator.analysis.claims import CLAIMS
from simulator.analysis.study import make_study
from simulator.effort import Prices
from simulator.records import Virtues
from simulator.wording.protocols import describe_agreement, describe_protocol
from tests.factories import make_record, make_table, true_dice

GRID = [Virtues(diversity=d, completeness=c, quality=1.0) for d in (0.1, 0.3, 1.0) for c in (0.1, 0.4, 1.0)]


def make_runs(*, fast=true_dice, own=(0, 1), again=(2, 3), paper_noise=0.003, seconds=(12.5, 12.5)):
    """Records of `fast`, of `paper` with the same seeds, and of `paper` with others."""
    records = [make_record(v, seed=s, protocol="fast", dice=fast(v)) for v in GRID for s in own]
    records += [
        make_record(v, seed=s, protocol="paper", noise=paper_noise) for v in GRID for s in (*own, *again)
    ]
    runs = make_table(records)
    runs["seconds"] = np.where(runs["protocol"] == "fast", *seconds)
    return runs


def test_a_fair_stand_in_is_one():
    agreement = estimate_agreement(make_runs(fast=lambda v: true_dice(v) - 0.02, seconds=(10.0, 300.0)))
    assert agreement.is_fair
    assert agreement.n_combinations == len(GRID)
    assert agreement.seeds == (0, 1)
    assert agreement.rank > 0.95
    assert agreement.rank_of_itself > 0.95
    assert agreement.difference < 0.02
    assert agreement.n_reversals == 0
    assert agreement.cost == pytest.approx(1 / 30)
    assert "a fair stand-in" in describe_agreement(agreement)


@pytest.mark.parametrize(
    ("case", "broken", "said"),
    [
        (
            {"fast": lambda v: 0.9 - 0.2 * true_dice(v)},
            "n_reversals",
            "the order, 27 pairs measurably reversed",
        ),
        ({"fast": lambda v: 0.8 + 0.05 * true_dice(v)}, "difference", "the difference"),
        ({"fast": lambda v: 0.8 + 0.05 * true_dice(v)}, "trajectory_share", "of the efforts"),
        ({"seconds": (100.0, 300.0)}, "cost", "(33\u00a0% of the time)"),
    ],
    ids=["reversed", "flat", "another trajectory", "dear"],
)
def test_each_bound_can_be_missed_and_is_named(case, broken, said):
    agreement = estimate_agreement(make_runs(**{"seconds": (10.0, 300.0), **case}))
    assert agreement.is_fair is False
    limits = {"n_reversals": 0, "difference": 0.02, "cost": 1 / 20}
    if broken == "trajectory_share":
        assert agreement.trajectory_share < 0.9
        assert agreement.trajectory_gap > 0.1
        assert f"elsewhere up to {agreement.trajectory_gap:+.3f}" in describe_agreement(agreement)
    else:
        assert getattr(agreement, broken) > limits[broken]
    assert said in describe_agreement(agreement).partition("not within all bounds")[2]


@pytest.mark.parametrize("n", [5, 12])
def test_the_interval_of_the_rank_correlation_covers_it(n):
    """Normal pairs of known correlation, as many as combinations are compared."""
    truth, generator = 0.9, np.random.default_rng(0)
    of_ranks = 6 / np.pi * np.arcsin(truth / 2)
    template = estimate_agreement(make_runs())
    covered = []
    for _ in range(1000):
        x, y = generator.multivariate_normal([0, 0], [[1, truth], [truth, 1]], size=n).T
        found = replace(template, rank=spearmanr(x, y).statistic, n_combinations=n)
        low, high = found.rank_interval
        covered.append(low <= of_ranks <= high)
    assert np.mean(covered) == pytest.approx({5: 0.96, 12: 0.9}[n], abs=0.03)


def test_combinations_without_a_price_are_on_no_trajectory():
    runs = make_runs(seconds=(10.0, 300.0))
    quick = runs[runs["diversity"] == 1]
    quick = quick.assign(quality=0.8, proxy="contour", n_slices_drawn=np.nan, key="contour-" + quick["key"])
    agreement = estimate_agreement(pd.concat([runs, quick]))
    assert agreement.n_combinations == len(GRID) + 3
    assert agreement.trajectory_share == estimate_agreement(runs).trajectory_share > 0.9


def test_seeds_run_under_both_are_halved_for_the_yardstick():
    """Every seed once against the other, as noisy as the stand-in against the reference with one."""
    runs = make_runs(own=(0, 2), again=(), paper_noise=0.02)
    dice = runs.pivot_table(index=["diversity", "completeness"], columns=["protocol", "seed"], values="dice")
    agreement = estimate_agreement(runs)
    assert agreement.seeds == (0, 2)
    assert agreement.rank_of_itself == pytest.approx(spearmanr(dice["paper"][0], dice["paper"][2]).statistic)
    of_seeds = [spearmanr(dice["fast"][seed], dice["paper"][seed]).statistic for seed in (0, 2)]
    assert agreement.rank == pytest.approx(np.mean(of_seeds))
    of_full = dice / dice.loc[(1.0, 1.0)]
    assert agreement.difference_of_itself == pytest.approx(
        (of_full["paper"][0] - of_full["paper"][2]).abs().mean()
    )


def test_a_seed_of_the_reference_that_is_half_run_is_no_yardstick():
    runs = make_runs(own=(0,), again=(1,))
    is_waiting = (runs["protocol"] == "paper") & (runs["seed"] == 1) & (runs["diversity"] < 1)
    assert estimate_agreement(runs).rank_of_itself is not None
    assert estimate_agreement(runs[~is_waiting]).rank_of_itself is None


def test_without_the_yardstick_it_is_preliminary():
    agreement = estimate_agreement(make_runs(own=(0,), again=()))
    assert agreement.rank_of_itself is None
    assert agreement.is_fair is None
    assert describe_agreement(agreement).endswith("preliminary")


def test_seeds_that_are_half_run_wait():
    """While `paper` works on its second seed, only the first is compared, over all combinations."""
    runs = make_runs(again=())
    is_waiting = (runs["protocol"] == "paper") & (runs["seed"] == 1) & (runs["diversity"] < 1)
    agreement = estimate_agreement(runs[~is_waiting])
    assert agreement.seeds == (0,)
    assert agreement.n_combinations == len(GRID)
    assert agreement.n_reversals is None


def test_data_sets_are_not_mixed():
    """Of two, the one with more combinations; another number of test volumes would fit into no common matrix."""
    runs = make_runs()
    other = make_runs(fast=lambda v: 0.9 - 0.2 * true_dice(v))
    other = other[other["diversity"] + other["completeness"] >= 0.5]
    other = other.assign(fingerprint="f" * 64, volume_dice=[dice[:-1] for dice in other["volume_dice"]])
    assert estimate_agreement(pd.concat([other, runs])) == estimate_agreement(runs)


@pytest.mark.parametrize("case", ["four combinations", "no full virtues", "one protocol"])
def test_too_little_is_none(case):
    runs = make_runs()
    if case == "four combinations":
        runs = runs[runs["diversity"] + runs["completeness"] >= 1.3]
    if case == "no full virtues":
        runs = runs[runs["diversity"] < 1]
    if case == "one protocol":
        runs = runs[runs["protocol"] == "fast"]
    assert estimate_agreement(runs) is None
    assert describe_protocol("fast", None) == "fast: agreement with paper not measured yet"


def test_the_reference_itself_needs_no_agreement():
    assert describe_protocol("paper", None) == "paper"


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        ({}, "supported"),
        ({"fast": lambda v: 0.9 - 0.2 * true_dice(v)}, "contradicted"),
        ({"own": (0,), "again": ()}, "undecided"),
    ],
)
def test_the_claim_of_one_order_follows_from_it(case, verdict):
    runs = make_runs(**case)
    study = make_study(
        runs[runs["protocol"] == "fast"], prices=Prices(), agreement=estimate_agreement(runs), n_draws=100
    )
    (finding,) = CLAIMS["same-order"].judge(study)
    assert finding.verdict == verdict
    assert "rank correlation" in finding.sentence


def test_another_data_set_decides_nothing_about_this_one():
    runs = make_runs()
    elsewhere = estimate_agreement(runs.assign(name="other"))
    study = make_study(runs[runs["protocol"] == "fast"], prices=Prices(), agreement=elsewhere, n_draws=100)
    (finding,) = CLAIMS["same-order"].judge(study)
    assert finding.verdict == "undecided"
    how = f"with rank correlation {elsewhere.rank:.2f} "
    said = f"On another data set: fast orders 9 configurations of other as paper does {how}"
    assert said in finding.sentence
    assert f"at a mean difference of {elsewhere.difference:.3f}" in finding.sentence


def test_a_trial_is_said_to_be_one():
    assert describe_protocol("smoke", None) == "smoke: a trial, no answer can be read off it"
