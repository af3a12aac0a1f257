"""Every claim on synthetic worlds at the published design: where it is true, where it is false, where data are thin."""

import numpy as np
import pytest

from simulator.analysis.claims import CLAIMS, judge_claims
from simulator.analysis.claims.completeness_later import levels_reached
from simulator.analysis.claims.interpolating_badly import matched_pairs
from simulator.analysis.contract import check_claim
from simulator.analysis.study import make_study
from simulator.effort import Prices
from simulator.records import Virtues
from tests.worlds import CLAIM_WORLDS, World, claims_design, saturating

DESIGN = claims_design()


def judge(name, truth, *, n_campaigns, seed=0, **options):
    """Judge one claim in many campaigns: verdicts of each part."""
    world, generator = World(DESIGN, truth, **options), np.random.default_rng(seed)
    verdicts = {}
    for _ in range(n_campaigns):
        study = make_study(world.draw(generator), prices=Prices(), n_draws=600)
        for finding in CLAIMS[name].judge(study):
            verdicts.setdefault(finding.part, []).append(finding.verdict)
    return {part: {v: found.count(v) / len(found) for v in set(found)} for part, found in verdicts.items()}


def evidence_of(truth=saturating, *, design=DESIGN, seed=0, n_draws=300, **options):
    runs = World(design, truth, **options).draw(np.random.default_rng(seed))
    return make_study(runs, prices=Prices(), n_draws=n_draws)


@pytest.fixture(scope="module")
def whole():
    return evidence_of()


@pytest.mark.parametrize("name", CLAIMS)
def test_every_claim_keeps_the_contract(whole, name):
    check_claim(CLAIMS[name], study=whole, thin=evidence_of(design=DESIGN[-1:], n_seeds=1))


def test_every_claim_has_a_world_where_it_is_true_and_one_where_it_is_false():
    assert set(CLAIM_WORLDS) == set(CLAIMS) - {"same-order"}


@pytest.mark.parametrize("name", CLAIM_WORLDS)
def test_verdicts_follow_the_truth_where_chance_is_small(name):
    for truth, verdict in zip(CLAIM_WORLDS[name], ("supported", "contradicted"), strict=True):
        findings = CLAIMS[name].judge(evidence_of(truth, noise=0.2))
        assert verdict in {finding.verdict for finding in findings}
        assert {finding.verdict for finding in findings} <= {verdict, "undecided"}


@pytest.mark.slow
@pytest.mark.parametrize("name", CLAIM_WORLDS)
def test_a_false_claim_is_contradicted_and_a_true_one_is_not(name):
    """Rates over 100 campaigns; a rate of 5 % may come out at 9 % by chance."""
    true, false = (judge(name, truth, n_campaigns=100) for truth in CLAIM_WORLDS[name])
    assert all(found.get("contradicted", 0) <= 0.09 for found in true.values()), true
    assert all(found.get("supported", 0) <= 0.09 for found in false.values()), false
    assert all(found.get("contradicted", 0) >= 0.8 for found in false.values()), false


@pytest.mark.parametrize(
    "thin",
    [
        {"n_seeds": 1},
        {"design": DESIGN[-1:]},
        {"design": [v for v in DESIGN if v.diversity < 1]},
        {"design": [Virtues.full(), Virtues(diversity=0.1, completeness=1.0, quality=1.0)]},
        {"design": [Virtues(diversity=d / 10, completeness=1.0, quality=1.0) for d in range(1, 11)]},
        {"design": [Virtues(diversity=1.0, completeness=c / 10, quality=1.0) for c in range(1, 11)]},
        {"n_test": 1},
    ],
    ids=[
        "one seed",
        "one point",
        "without full virtues",
        "two points",
        "only diversity",
        "only completeness",
        "one test volume",
    ],
)
def test_thin_data_leave_every_claim_undecided(thin):
    findings = judge_claims({"interpolation": evidence_of(**thin)})
    assert {finding.claim for finding in findings} == set(CLAIMS)
    assert {finding.verdict for finding in findings} == {"undecided"}
    assert all(finding.sentence.endswith(".") for finding in findings)


def test_a_curve_that_surely_has_no_knee_contradicts_it():
    def steepening(virtues):
        return saturating(virtues) - 0.1 * (1 - virtues.quality) - 0.9 * (1 - max(virtues.quality, 0.9))

    (finding,) = CLAIMS["knee-of-quality"].judge(evidence_of(steepening, noise=0.1))
    assert finding.verdict == "contradicted"
    assert finding.estimate is None
    assert "in no simulated draw does quality pay up to some point" in finding.sentence


def test_where_quality_pays_nowhere_no_knee_is_supported():
    def flat(virtues):
        exact = virtues.model_copy(update={"quality": 1.0})
        return saturating(exact) - 0.6 * max(virtues.quality - 0.9, 0)

    (finding,) = CLAIMS["knee-of-quality"].judge(evidence_of(flat, noise=0.2))
    assert finding.verdict != "supported"


def test_two_lines_that_both_rise_to_their_ends_do_not_saturate_apart():
    """One ends at half the volumes of the other: nothing is known of where either flattens."""
    design = [Virtues(diversity=d, completeness=1.0, quality=1.0) for d in (0.1, 0.2, 0.4, 1.0)]
    design += [Virtues(diversity=d, completeness=0.2, quality=1.0) for d in (0.05, 0.1, 0.2, 0.4)]

    def rising(virtues):
        return 0.8 + 0.03 * np.log2(virtues.diversity) + 0.01 * np.log2(virtues.completeness)

    (finding,) = CLAIMS["same-saturation"].judge(evidence_of(rising, design=design, noise=0.1))
    assert finding.verdict == "undecided"
    assert (
        "Of 2 curves over volumes, one a setting, none bends, 2 not before all were used" in finding.sentence
    )


def test_findings_say_what_they_measured():
    findings = [f for f in judge_claims({"interpolation": evidence_of()}) if f.claim != "same-order"]
    for finding in findings:
        assert 0 <= finding.share <= 1
        assert finding.quantity
        assert finding.low <= finding.estimate <= finding.high
    assert {finding.claim for finding in findings} == set(CLAIMS) - {"same-order"}


def test_the_same_records_give_the_same_findings():
    runs = World(DESIGN, saturating).draw(np.random.default_rng(3))
    first, second = (
        judge_claims({"interpolation": make_study(table, prices=Prices(), n_draws=200)})
        for table in (runs, runs.sample(frac=1, random_state=0))
    )
    assert first == second


def test_key_slices_are_paired_at_one_spacing_and_diversity():
    combinations = evidence_of().combinations
    pairs = matched_pairs(combinations, proxy="interpolation")
    assert set(pairs["spacing"]) == {2.0, 3.0, 5.0}
    for _, pair in pairs.iterrows():
        drawn, alone = combinations.iloc[int(pair["interpolated"])], combinations.iloc[int(pair["alone"])]
        assert drawn["diversity"] == alone["diversity"]
        assert drawn["spacing"] == pytest.approx(1 / alone["completeness"], rel=0.08)
    assert matched_pairs(combinations, proxy="shape").empty


def test_levels_are_those_that_a_trajectory_keeps():
    virtue = np.array([0.1, 0.6, 0.4, 1.0])
    performance = np.array([[0.5], [0.6], [0.7], [0.8]])
    reached = levels_reached(virtue, performance, np.ones((4, 1), dtype=bool), levels=(0.4, 0.7, 1.0))
    assert reached[:, 0] == pytest.approx([0.6, 0.75, 0.8])


def test_a_level_is_reached_where_a_plateau_begins():
    virtue = np.array([0.5, 0.5, 1.0, 1.0])
    performance = np.array([[0.6], [0.7], [0.8], [0.9]])
    reached = levels_reached(virtue, performance, np.ones((4, 1), dtype=bool), levels=(0.4, 0.5, 0.75, 1.0))
    assert reached[:, 0] == pytest.approx([0.6, 0.6, 0.75, 0.8])


def test_only_vertices_count_and_a_level_that_is_never_reached_is_the_last_ones():
    virtue = np.array([0.2, 0.1, 0.6, 1.0])
    performance = np.array([[0.6, 0.6], [0.7, 0.7], [0.8, 0.8], [0.9, 0.9]])
    is_vertex = np.array([[True, True], [False, True], [True, True], [False, False]])
    reached = levels_reached(virtue, performance, is_vertex, levels=(0.15, 0.4, 0.9))
    assert reached[:, 0] == pytest.approx([0.6, 0.7, 0.8])
    assert reached[:, 1] == pytest.approx([0.71, 0.76, 0.8])


def test_a_study_of_all_its_runs_keeps_what_it_computed():
    study = evidence_of(n_draws=50)
    assert study.of(study.runs) is study
    some = study.of(study.runs[study.runs["seed"] == 0])
    assert some is not study
    assert set(some.runs["seed"]) == {0}
