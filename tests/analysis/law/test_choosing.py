import numpy as np
import pytest

from simulator.analysis.law.choosing import Belief, choose_trainings, judge, lay_budgets, value_trainings

EVERYWHERE = np.array([3])


def belief(mean, deviations, noise=0.05, n_paid=EVERYWHERE, correlation=0.0):
    deviations = np.array(deviations, dtype=float)
    related = np.full((len(deviations), len(deviations)), correlation)
    np.fill_diagonal(related, 1)
    return Belief(
        mean=np.log(mean),
        covariance=related * np.outer(deviations, deviations),
        noise=np.full(len(deviations), noise**2),
        n_paid=np.asarray(n_paid),
    )


class TestWorth:
    def test_what_no_budget_pays_for_and_nothing_else_hangs_on_is_worth_nothing(self):
        worth = value_trainings(belief([0.3, 0.3, 0.2], [0.1, 0.1, 0.1], n_paid=[2]))
        assert worth[2] == pytest.approx(0, abs=1e-9)
        assert (worth[:2] > 1e-3).all()

    def test_a_rival_that_is_near_is_worth_more_than_one_that_is_far_behind(self):
        worth = value_trainings(belief([0.2, 0.21, 0.4], [0.1, 0.1, 0.1]))
        assert worth[1] > 10 * worth[2]

    def test_what_is_known_is_worth_less(self):
        worth = value_trainings(belief([0.2, 0.2, 0.2], [0.1, 0.05, 0.01]))
        assert worth[0] > worth[1] > worth[2]

    def test_it_is_what_simulated_results_gain(self):
        """Against a simulation: the mean of the best after a result, and of how far promises are off."""
        before = belief([0.2, 0.21, 0.25], [0.1, 0.15, 0.1], correlation=0.3)
        generator = np.random.default_rng(0)
        best = before.best[0]
        for row, worth in enumerate(value_trainings(before)):
            results = generator.standard_normal(20_000)
            after = np.exp(before.mean[:, None] + before.steps[:, [row]] * results)
            gained = np.exp(before.mean[best]) - after.min(axis=0).mean()
            deviations = [np.sqrt(b.covariance[best, best]) for b in (before, before.expecting(row))]
            nearer = np.exp(before.mean[best]) * np.sqrt(2 / np.pi) * (deviations[0] - deviations[1])
            # Results are normal here, and seven nodes there.
            assert worth == pytest.approx(gained + nearer, abs=2e-3)


class TestChoice:
    def test_trainings_on_their_way_count_as_over(self):
        chosen = choose_trainings(belief([0.2, 0.2, 0.2], [0.1, 0.1, 0.1]), n=3, may=np.full(3, 5))
        assert sorted(chosen) == [0, 1, 2]

    def test_nothing_is_trained_more_often_than_it_may(self):
        may = np.array([1, 0, 2])
        assert sorted(choose_trainings(belief([0.2] * 3, [0.1] * 3), n=9, may=may)) == [0, 2, 2]

    def test_a_result_as_expected_makes_surer_and_moves_nothing(self):
        before = belief([0.2, 0.3, 0.4], [0.1, 0.1, 0.1], noise=0.1, correlation=0.5)
        after = before.expecting(1)
        assert after.mean is before.mean
        assert after.covariance[1, 1] == pytest.approx(before.covariance[1, 1] / 2)
        assert after.covariance[0, 0] < before.covariance[0, 0]


class TestOutlook:
    def test_what_is_certain_is_settled(self):
        outlook = judge(belief([0.2, 0.3, 0.4], [1e-3] * 3))
        assert outlook.regret == pytest.approx(0, abs=1e-6)
        assert outlook.halfwidth == pytest.approx(0.2 * 1.645e-3, rel=1e-2)
        assert outlook.is_settled

    def test_equals_that_are_not_known_are_not(self):
        outlook = judge(belief([0.2, 0.2, 0.2], [0.2] * 3))
        assert outlook.regret > 0.01
        assert outlook.halfwidth == pytest.approx(0.2 * np.sinh(1.645 * 0.2), rel=1e-2)
        assert not outlook.is_settled

    def test_equals_that_vary_together_lose_nothing(self):
        assert judge(belief([0.2, 0.2, 0.2], [0.2] * 3, correlation=1.0)).regret == pytest.approx(0, abs=1e-6)


def test_budgets_end_with_everything_and_pay_for_something():
    effort = np.array([1.0, 2.0, 10.0])
    budgets = lay_budgets(effort)
    assert budgets[-1] == pytest.approx(10)
    assert budgets.min() >= 1
    assert lay_budgets(np.array([5.0, 5.0])) == pytest.approx(np.full(20, 5.0))
