import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.analysis import find_frontier, make_study
from simulator.analysis.recommendation.recommend import NEAR
from simulator.effort import MEASURES, Prices
from simulator.errors import RequestError
from simulator.records import Virtues
from tests.factories import SMALL_GRID, make_record, make_records, make_reference, make_table, true_dice
from tests.studies import RUNS, small_study

HOURS, SLICES = MEASURES["hours"], MEASURES["slices-drawn"]
PRICES = Prices()


def ask(runs=RUNS, *, budget, measure=SLICES, prices=PRICES):
    is_usual = runs is RUNS and prices is PRICES
    study = small_study() if is_usual else make_study(runs, prices=prices)
    return study.recommend(measure=measure, budget=budget)


def runs_of(*triples, n_seeds=3, **options):
    return make_table(
        make_records(
            [Virtues(diversity=d, completeness=c, quality=q) for d, c, q in triples],
            n_seeds=n_seeds,
            **options,
        )
    )


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
@pytest.mark.parametrize("budget", [0.0, -1.0, math.nan, math.inf, -math.inf])
def test_no_budget_is_refused(measure, budget):
    with pytest.raises(RequestError, match="the budget must be a number above 0"):
        ask(budget=budget, measure=measure)


def test_a_share_above_one_says_what_was_meant():
    with pytest.raises(RequestError, match=r"a share .* at most 1, got 20; write 0\.2 for 20 %"):
        ask(budget=20)


@settings(max_examples=25)
@given(st.sampled_from(list(MEASURES.values())), st.floats(0.011, 1))
def test_the_answer_is_as_good_as_the_best_that_the_budget_pays_for(measure, share):
    budget = share * measure.full(RUNS, PRICES)
    answer = ask(budget=budget, measure=measure)
    offers = small_study().at(measure).offers
    paid = offers[offers["effort"] <= budget * (1 + 1e-9)]
    if answer.strategy is None:
        assert answer.status == "too-cheap"
        assert paid.empty
        assert answer.cheapest_effort > budget
        return
    best = paid["expected"].max()
    near = paid[paid["expected"] >= best - NEAR]
    assert answer.strategy.effort <= budget * (1 + 1e-9)
    assert best - NEAR <= answer.predicted.dice <= best
    assert answer.strategy.n_volumes == near["n_volumes"].max()
    assert answer.strategy.effort == near.loc[near["n_volumes"] == near["n_volumes"].max(), "effort"].min()
    assert len(answer.near_optimal) == len(near)
    assert answer.left_over == pytest.approx(budget - answer.strategy.effort)
    assert sum(answer.best_share.values()) == pytest.approx(1)


def test_what_was_not_trained_is_predicted_with_an_interval_and_can_be_measured():
    answer = ask(budget=0.35)
    assert answer.predicted.kind == "predicted"
    assert answer.predicted.measured is None
    assert answer.predicted.low < answer.predicted.dice < answer.predicted.high
    assert answer.suggestions == (answer.strategy.virtues,)
    (row,) = [r for _, r in answer.near_optimal.iterrows() if r["n_volumes"] == answer.strategy.n_volumes][:1]
    assert (row["expected_low"], row["expected_high"]) == pytest.approx(
        (answer.predicted.low, answer.predicted.high), abs=0.004
    )


def test_full_labeling_was_measured_and_is_not_predicted():
    answer = ask(budget=1.0)
    assert answer.predicted.kind == "measured"
    assert answer.suggestions == ()


def test_nothing_is_recommended_beyond_what_was_measured():
    runs = runs_of((0.25, 0.1, 1), (0.25, 1, 1), (0.5, 0.5, 1), (0.5, 1, 0.8))
    offers = make_study(runs, prices=PRICES).at(SLICES).offers
    assert offers["n_volumes"].between(10, 20).all()
    assert offers["n_slices_used"].between(30 - 1, 600).all()
    assert offers["achieved_quality"].min() >= 0.79
    assert ask(runs, budget=1.0).strategy.n_volumes <= 20


def test_winners_are_paid_for_and_the_regret_is_over_all_of_them():
    answer = ask(budget=0.4)
    assert 1 <= len(answer.winners) <= 5
    assert all(winner.strategy.effort <= 0.4 for winner in answer.winners)
    shares = [winner.share for winner in answer.winners]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 1 + 1e-9
    assert answer.strategy in [winner.strategy for winner in answer.winners]
    assert answer.expected_regret >= 0


def test_the_known_best_is_found():
    answer = ask(budget=0.2)
    assert answer.status == "answer"
    affordable = [v for v in SMALL_GRID if v.quality == 1 and v.diversity * v.completeness <= 0.2 + 1e-3]
    assert answer.strategy.virtues == max(affordable, key=true_dice)
    assert answer.strategy.n_volumes == 24
    assert answer.strategy.n_slices == 240
    assert answer.strategy.slices_per_volume == 10
    assert answer.predicted.kind == "measured"
    assert answer.predicted.low < answer.predicted.dice < answer.predicted.high
    assert answer.is_on_frontier


def test_it_may_be_a_point_below_the_trajectory_and_says_so():
    levels = {0.1: 0.5, 0.2: 0.55, 0.3: 0.56, 0.6: 0.75, 0.8: 0.85, 1.0: 0.9}
    answer = ask(
        make_table(
            [
                make_record(Virtues(diversity=d, completeness=1.0, quality=1.0), seed=seed, dice=dice)
                for d, dice in levels.items()
                for seed in range(3)
            ]
        ),
        budget=0.3,
    )
    assert answer.strategy.virtues.diversity == 0.3
    assert not answer.is_on_frontier


def test_prices_decide():
    """Where opening a volume is dear, few whole volumes win; where drawing is, many sparse ones."""
    dear_opening = Prices(opening_minutes=600, drawing_seconds=1, checking_seconds=0)
    dear_drawing = Prices(opening_minutes=0, drawing_seconds=60, checking_seconds=0)
    few = ask(budget=0.31 * HOURS.full(RUNS, dear_opening), measure=HOURS, prices=dear_opening).strategy
    many = ask(budget=0.31 * HOURS.full(RUNS, dear_drawing), measure=HOURS, prices=dear_drawing).strategy
    assert few.virtues.completeness == 1
    assert few.n_volumes < many.n_volumes
    assert many.virtues.completeness < 1


def test_a_budget_beyond_everything_is_fine_and_is_left_over():
    answer = ask(budget=1000, measure=HOURS)
    assert answer.status == "answer"
    assert answer.strategy.virtues == Virtues.full()
    assert answer.left_over == pytest.approx(1000 - answer.full_effort)
    assert answer.next_steps == ()
    assert answer.predicted.normalized == 1


class TestStates:
    def test_empty(self):
        answer = ask(make_table([]), budget=0.2)
        assert answer.status == "empty"
        assert answer.dataset is None
        assert answer.strategy is None
        assert len(answer.suggestions) == 12
        assert Virtues.full() in answer.suggestions

    @pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
    def test_the_first_look_lies_in_the_measures_domain(self, measure):
        first = ask(make_table([]), budget=0.2, measure=measure).suggestions
        efforts = measure.compute(make_table([make_record(v) for v in first]), PRICES)
        assert efforts.notna().all()

    def test_empty_in_the_measures_domain(self):
        answer = ask(
            runs_of((0.3, 0.5, 1), (0.3, 0.3, 1), (0.5, 0.3, 1)),
            budget=0.2,
            measure=MEASURES["diversity-x-quality"],
        )
        assert answer.status == "empty"
        assert answer.dataset.name == "toy"

    @pytest.mark.parametrize("n", [1, 2])
    def test_one_record(self, n):
        answer = ask(runs_of(*[(0.3, 1, 1), (0.6, 1, 1)][:n], n_seeds=1), budget=0.1)
        assert answer.status == "one-record"
        assert answer.n_combinations == n
        assert answer.strategy is answer.predicted is None
        assert not set(answer.suggestions) & {
            Virtues(diversity=d, completeness=1, quality=1) for d in (0.3, 0.6)[:n]
        }
        assert Virtues.full() in answer.suggestions

    def test_one_seed_each_is_an_answer_with_an_interval_by_the_law(self):
        answer = ask(make_table(make_records(n_seeds=1)), budget=0.5)
        assert answer.status == "answer"
        assert answer.n_seeds == 1
        assert answer.predicted.low < answer.predicted.dice < answer.predicted.high
        best = max(true_dice(v) for v in SMALL_GRID)
        assert answer.predicted.low < best

    def test_trial_runs_are_no_answer(self):
        answer = ask(make_table(make_records(protocol="smoke")), budget=0.5)
        assert (answer.status, answer.protocol) == ("trial", "smoke")
        assert answer.strategy is answer.predicted is None
        assert len(answer.suggestions) == 12

    def test_too_cheap(self):
        answer = ask(budget=0.005)
        assert answer.status == "too-cheap"
        assert answer.cheapest_effort == pytest.approx(0.01)
        assert answer.strategy is answer.predicted is None

    def test_between_two_that_are_far_apart_it_is_predicted_widely(self):
        answer = ask(runs_of((0.1, 0.333333, 1), (0.1, 1, 1), (1, 1, 1)), budget=0.3)
        assert answer.status == "answer"
        assert answer.predicted.kind == "predicted"
        dense = ask(budget=0.3)
        assert answer.predicted.high - answer.predicted.low > dense.predicted.high - dense.predicted.low


class TestAlternatives:
    def test_are_on_their_own_lines_at_the_budget(self):
        answer = ask(budget=0.5)
        by_name = {a.name: a for a in answer.alternatives}
        assert list(by_name) == ["whole-volumes", "all-volumes-sparsely", "everything-quickly"]
        virtues = {name: a.strategy.virtues for name, a in by_name.items()}
        assert virtues["whole-volumes"] == Virtues(diversity=0.5, completeness=1.0, quality=1.0)
        assert virtues["all-volumes-sparsely"].completeness == pytest.approx(0.5, abs=0.01)
        assert virtues["all-volumes-sparsely"].diversity == virtues["all-volumes-sparsely"].quality == 1
        # 9 of 10 at spacing 2 draws half of the slices.
        assert virtues["everything-quickly"] == Virtues(diversity=1.0, completeness=1.0, quality=0.9)
        assert by_name["everything-quickly"].estimate.kind == "measured"
        assert by_name["whole-volumes"].estimate.kind == "interpolated"
        for alternative in answer.alternatives:
            assert alternative.strategy.effort == pytest.approx(0.5, rel=0.01)
            assert alternative.gain == pytest.approx(answer.predicted.dice - alternative.estimate.dice)

    def test_interpolation_lies_between_its_neighbours(self):
        whole = next(a for a in ask(budget=0.45).alternatives if a.name == "whole-volumes")
        line = RUNS[(RUNS["completeness"] == 1) & (RUNS["quality"] == 1)].groupby("diversity")["dice"].mean()
        assert whole.estimate.measured == pytest.approx((line[0.3] + line[0.6]) / 2)
        assert whole.strategy.n_volumes == 18

    def test_are_shown_only_where_the_measure_prices_what_they_save(self):
        shown = {
            name: [a.name for a in ask(budget=0.75, measure=MEASURES[name]).alternatives]
            for name in ("diversity-x-quality", "diversity-x-completeness")
        }
        assert shown == {
            "diversity-x-quality": ["whole-volumes", "everything-quickly"],
            "diversity-x-completeness": ["whole-volumes", "all-volumes-sparsely"],
        }

    def test_are_not_shown_beyond_their_measured_ends(self):
        """Everything quickly was measured from spacing 4 on: a quarter of the slices."""
        assert [a.name for a in ask(budget=0.2).alternatives] == ["whole-volumes", "all-volumes-sparsely"]
        runs = runs_of((0.1, 1, 1), (0.3, 1, 1), (0.6, 0.5, 1))
        assert [a.name for a in ask(runs, budget=0.2).alternatives] == ["whole-volumes"]
        assert ask(runs, budget=0.5).alternatives == ()

    def test_the_same_combination_gains_nothing_and_takes_no_wins(self):
        answer = ask(budget=1.0)
        assert {a.gain for a in answer.alternatives} == {0.0}
        assert not any(a.is_measurable for a in answer.alternatives)
        assert answer.best_share["recommended"] == 1
        assert answer.expected_regret == pytest.approx(0, abs=1e-6)

    def test_a_difference_within_noise_is_not_measurable(self):
        runs = make_table(make_records(noise=0.05))
        answer = ask(runs, budget=0.5)
        assert any(a.gain_low < 0 < a.gain_high and not a.is_measurable for a in answer.alternatives)

    def test_with_one_test_volume_no_difference_is_measurable(self):
        answer = ask(make_table(make_records(reference=make_reference(n_test=1))), budget=0.5)
        assert answer.alternatives
        assert all(a.gain_low is None and not a.is_measurable for a in answer.alternatives)
        assert all(s.low is None and not s.is_measurable for s in answer.next_steps)

    def test_of_two_samplings_the_better_one_is_compared_with(self):
        sparse = [
            Virtues(diversity=1.0, completeness=c, quality=1.0, sampling="equidistant")
            for c in (0.1, 0.333333)
        ]
        better = [make_record(v, seed=seed, dice=0.87) for v in sparse for seed in range(3)]
        answer = ask(make_table([*make_records(), *better]), budget=0.2)
        sparsely = next(a for a in answer.alternatives if a.name == "all-volumes-sparsely")
        assert sparsely.strategy.virtues.sampling == "equidistant"


class TestNextSteps:
    def test_larger_budgets_up_to_everything(self):
        answer = ask(budget=0.4)
        assert [s.budget for s in answer.next_steps] == pytest.approx([0.5, 0.6, 0.8, 1.0])
        assert all(s.gain >= 0 for s in answer.next_steps)
        gains = [s.gain for s in answer.next_steps]
        assert gains == sorted(gains)

    @pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
    @pytest.mark.parametrize("share", [1 / 1.255, 1 / 1.498, 0.999, 1 / 1.0005])
    def test_no_two_read_alike_and_none_reads_as_the_budget_does(self, measure, share):
        """Just below the full effort, which itself is one of them."""
        full = measure.full(RUNS, PRICES)
        answer = ask(budget=share * full, measure=measure)
        read = [
            measure.unit.write(budget) for budget in (answer.budget, *(s.budget for s in answer.next_steps))
        ]
        assert len(read) == len(set(read))
        assert read[-1] == measure.unit.write(full)

    def test_a_step_that_buys_nothing_says_so(self):
        flat = make_table(make_records(dice=0.8))
        step = ask(flat, budget=0.5).next_steps[0]
        assert step.gain == pytest.approx(0, abs=0.004)
        assert not step.is_measurable

    def test_a_step_that_pays_has_an_interval_around_its_gain(self):
        step = ask(budget=0.1).next_steps[2]
        assert step.low < step.gain < step.high
        assert step.is_measurable


def test_the_same_question_has_the_same_answer():
    first, second = (
        ask(budget=0.4),
        ask(RUNS.sample(frac=1, random_state=1).reset_index(drop=True), budget=0.4),
    )
    assert first.best_share == second.best_share
    assert first.alternatives == second.alternatives
    assert first.strategy == second.strategy


def test_the_frontier_is_that_of_the_combinations():
    answer = ask(budget=0.4)
    again = find_frontier(answer.frontier.vertices, by="expected").vertices
    assert again["effort"].tolist() == answer.frontier.vertices["effort"].tolist()
