import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.analysis import find_frontier, make_study
from simulator.effort import MEASURES, Prices
from simulator.errors import RequestError
from simulator.records import Virtues
from tests.factories import SMALL_GRID, make_record, make_records, make_reference, make_table, true_dice

HOURS, SLICES = MEASURES["hours"], MEASURES["slices-drawn"]
PRICES = Prices()
RUNS = make_table()
STUDY = make_study(RUNS, prices=PRICES)


def ask(runs=RUNS, *, budget, measure=SLICES, prices=PRICES):
    is_usual = runs is RUNS and prices is PRICES
    study = STUDY if is_usual else make_study(runs, prices=prices)
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


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(MEASURES.values())), st.floats(0.011, 1))
def test_the_answer_is_the_best_that_the_budget_pays_for(measure, share):
    budget = share * measure.full(RUNS, PRICES)
    answer = ask(budget=budget, measure=measure)
    points = answer.frontier.points
    paid = points[points["effort"] <= budget * (1 + 1e-9)]
    if answer.strategy is None:
        assert answer.status == "too-cheap"
        assert paid.empty
        assert answer.cheapest_effort > budget
        return
    assert answer.strategy.effort <= budget * (1 + 1e-9)
    assert answer.predicted.dice == paid["expected"].max()
    assert answer.predicted.measured == paid.loc[paid["expected"].idxmax(), "dice"]
    assert answer.left_over == pytest.approx(budget - answer.strategy.effort)
    assert sum(answer.best_share.values()) == pytest.approx(1 if answer.status == "answer" else 0)


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

    def test_one_seed_each_is_no_answer_and_asks_for_the_trajectory_again(self):
        answer = ask(make_table(make_records(n_seeds=1)), budget=0.5)
        assert answer.status == "one-seed"
        assert answer.strategy is answer.predicted is answer.likely is None
        assert (answer.alternatives, answer.next_steps, answer.winners) == ((), (), ())
        assert Virtues.full() in answer.suggestions
        assert 1 < len(answer.suggestions) < 17

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

    def test_gap(self):
        runs = runs_of((0.1, 0.333333, 1), (0.1, 1, 1), (1, 1, 1))
        answer = ask(runs, budget=0.3)
        assert answer.status == "gap"
        assert answer.strategy.virtues.diversity == 0.1
        cheap, dear = answer.frontier.vertices.iloc[-2], answer.frontier.vertices.iloc[-1]
        assert answer.likely.kind == "interpolated"
        weight = (0.3 - cheap["effort"]) / (dear["effort"] - cheap["effort"])
        assert answer.likely.dice == pytest.approx(
            (1 - weight) * cheap["expected"] + weight * dear["expected"]
        )
        assert answer.alternatives == ()

    def test_nothing_dearer_that_is_better_is_no_gap(self):
        cheap = [Virtues(diversity=0.1, completeness=c, quality=1.0) for c in (0.333333, 1.0)]
        worse = make_records([Virtues.full()], dice=0.1)
        assert ask(make_table([*make_records(cheap), *worse]), budget=0.3).status == "answer"

    @pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
    def test_suggestions_lie_near_the_budget_and_are_new(self, measure):
        measured = [(0.1, 0.1, 1.0), (0.1, 0.333333, 1.0), (0.1, 1.0, 1.0), (0.1, 1.0, 0.8), (1.0, 1.0, 1.0)]
        runs = runs_of(*measured)
        budget = 0.35 * measure.full(runs, PRICES)
        answer = ask(runs, budget=budget, measure=measure)
        assert answer.status == "gap"
        assert 2 < len(answer.suggestions) <= 6
        efforts = measure.compute(make_table([make_record(v) for v in answer.suggestions]), PRICES)
        assert ((efforts > 0.45 * budget) & (efforts < 1.05 * budget)).all()
        asked = {(v.diversity, v.completeness, v.quality) for v in answer.suggestions}
        assert not asked & set(measured)


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

    def test_a_gain_may_be_negative(self):
        """The best measured leaves money over; whole volumes, interpolated, would spend it."""
        answer = ask(budget=0.5, measure=MEASURES["diversity-x-quality"])
        whole = answer.alternatives[0]
        assert whole.name == "whole-volumes"
        assert whole.gain < 0
        assert whole.is_measurable
        assert answer.best_share["recommended"] > 0.9  # of what was tried
        assert answer.expected_regret < -whole.gain

    def test_a_little_more_of_the_same_is_no_rival(self):
        """Between 0.4 and 0.6 of the volumes' slices lies no other strategy, only more of this one."""
        runs = runs_of((1, 0.4, 1), (1, 0.6, 1), (0.1, 1, 1), (1, 1, 1), noise=0.03)
        answer = ask(runs, budget=0.5)
        sparsely = {other.name: other for other in answer.alternatives}["all-volumes-sparsely"]
        assert answer.strategy.virtues.completeness == 0.4
        assert not sparsely.is_measurable
        assert set(answer.best_share) == {"recommended", "whole-volumes"}

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

    def test_a_step_that_buys_nothing_says_so(self):
        step = ask(budget=0.2).next_steps[0]
        assert step.gain == 0
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
