"""Projects that are under way: what came back, held against the plan, and how to go on."""

from functools import cache

import numpy as np
import pytest

from simulator.analysis.law.curve import coordinates
from simulator.planning.going_on import find_saturation, go_on, inputs_of, learn_shift, price_anew
from simulator.planning.progress import find_progress
from simulator.planning.updates import follow_plan
from simulator.planning.visits import plan_project, propose_stages
from simulator.records import LabVolume, Score, Stage, Update
from simulator.wording.projects import say_next, say_progress, say_volume
from simulator.wording.spans import plain
from tests.planning.test_project import answer

LISTED = tuple(
    LabVolume(name=f"CT_{i:03d}", n_slices=60, first_slice=10, last_slice=39, axis=2) for i in range(40)
)


def plan_of(*updates, stages=None, **changes):
    facts = {"volumes": LISTED, "n_volumes": None, **changes}
    found = answer(**facts)
    stages = stages or propose_stages(found)
    return plan_project(answer(**facts, stages=stages, n_testing=found.n_testing, updates=updates))


def update(labeled=None, **facts):
    return Update(created="2026-11-28T09:00:00Z", source="label maps", labeled=labeled or {}, **facts)


def first_of(plan, n, *, role="train"):
    """What an annotator delivers who labels the first volumes as planned."""
    return {v.volume.name: v.slices for v in [v for v in plan.visits if v.role == role][:n]}


@cache
def begun_of(hours):
    """What came back of a plan for so many hours: all test volumes, and ten to train on, as planned."""
    plan = plan_of(hours=hours)
    return first_of(plan, 99, role="test") | first_of(plan, 10)


def shift_at(n_volumes, *updates):
    """By how much so many volumes, every slice of them, are other than the law expects."""
    progress = find_progress(plan_of(*updates))
    inputs = coordinates(np.array([n_volumes]), np.array([30.0 * n_volumes]), np.ones(1))
    return learn_shift(progress, inputs)


@pytest.fixture
def begun():
    return begun_of(10.0)


class TestProgress:
    def test_nothing_came_back_yet(self):
        progress = find_progress(plan_of())
        assert progress.n_done == progress.n_slices == 0
        assert {one.state for one in progress.volumes} == {"to do"}
        assert go_on(progress) is None
        assert find_saturation(progress) is None

    def test_what_is_labeled_as_planned_is_done(self, begun):
        progress = find_progress(plan_of(update(begun)))
        assert progress.n_done == 10
        assert progress.to_look_at == ()
        assert progress.hours == pytest.approx(progress.planned_hours)
        assert progress.hours == pytest.approx(progress.volumes[13].visit.cumulative_hours)

    def test_other_slices_count_and_are_named(self):
        plan = plan_of(hours=4.0)
        visit = next(v for v in plan.visits if v.role == "train" and len(v.slices) > 2)
        moved = tuple(index + 1 for index in visit.slices)
        (one,) = find_progress(plan_of(update({visit.volume.name: moved}), hours=4.0)).to_look_at
        assert one.state == "elsewhere"
        assert (one.missing, one.extra) == (visit.slices, moved)

    def test_a_volume_that_was_begun_is_named_with_what_is_missing(self):
        plan = plan_of()
        visit = next(v for v in plan.visits if v.role == "train")
        (one,) = find_progress(plan_of(update({visit.volume.name: visit.slices[:3]}))).to_look_at
        assert one.state == "begun"
        assert one.missing == visit.slices[3:]

    def test_the_same_update_twice_changes_nothing(self, begun):
        once, twice = (find_progress(plan_of(*[update(begun)] * n)) for n in (1, 2))
        assert once.volumes == twice.volumes
        assert once.hours == twice.hours

    def test_what_came_later_of_a_volume_replaces_what_came_before(self):
        name = plan_of().visits[-1].volume.name
        progress = find_progress(plan_of(update({name: (12,)}), update({name: (12, 20)})))
        assert progress.volumes[-1].labeled == (12, 20)

    def test_each_volume_says_how_it_stands_and_what_to_do(self):
        (name, slices), (other, planned), *_ = first_of(plan_of(), 3).items()
        moved = tuple(index + 1 for index in planned)
        progress = find_progress(plan_of(update({name: slices[1:], other: moved})))
        said = {one.visit.volume.name: plain(say_volume(one)) for one in progress.volumes}
        assert said[name] == f"{name}: slice {slices[0]} is missing. Label what is missing."
        assert said[other].endswith(
            "was labeled instead, and counts. Label the missing ones only where the others were a mistake."
        )
        first, last = progress.volumes[0].visit, progress.volumes[-1].visit
        assert said[first.volume.name] == (
            f"{first.volume.name}: to do; it is for testing. Label every slice, {len(first.slices)} in all."
        )
        assert said[last.volume.name].startswith(f"{last.volume.name}: to do. Label every ")


class TestGoingOn:
    def test_it_takes_no_more_hours_than_are_left(self):
        progress = find_progress(plan_of(update(begun_of(4.0)), hours=4.0))
        following = go_on(progress)
        assert following.hours <= 4.0 - progress.hours + 1e-6
        assert following.prices == progress.plan.answer.prices

    @pytest.mark.parametrize("hours", [4.0, 6.0, 10.0, 14.0])
    def test_the_plan_stands_where_all_goes_as_planned(self, hours):
        assert go_on(find_progress(plan_of(update(begun_of(hours)), hours=hours))).is_same

    def test_what_takes_longer_is_priced_anew_and_less_is_planned(self):
        labeled = begun_of(6.0)
        usual = find_progress(plan_of(update(labeled), hours=6.0))
        slow = find_progress(plan_of(update(labeled, hours=1.5 * usual.planned_hours), hours=6.0))
        assert go_on(usual).n_volumes > go_on(slow).n_volumes > 0
        assert price_anew(slow).drawing_seconds == pytest.approx(45)
        assert go_on(slow).hours <= 6.0 - slow.hours
        text = plain(say_next(go_on(slow), slow))
        assert text.startswith("A slice takes 45 s, not 30. So for the ")

    def test_finding_and_review_are_priced_anew_with_all_else(self):
        labeled, prices = begun_of(6.0), {"finding_minutes": 1.0, "review_seconds": 4.0}
        usual = find_progress(plan_of(update(labeled), hours=9.0, prices=prices))
        slow = find_progress(
            plan_of(update(labeled, hours=1.5 * usual.planned_hours), hours=9.0, prices=prices)
        )
        found = price_anew(slow)
        assert (found.finding_minutes, found.review_seconds) == pytest.approx((1.5, 6.0))

    def test_hours_that_stay_over_are_told_with_what_they_could_do(self):
        labeled = begun_of(4.0)
        scarce = find_progress(plan_of(update(labeled), hours=4.0))
        ample = find_progress(plan_of(update(labeled), hours=400.0))
        assert go_on(scarce).hours_over == 0
        assert "stay over" not in plain(say_next(go_on(scarce), scarce))
        following = go_on(ample)
        left = 400.0 - ample.hours - following.hours
        assert 0.05 * 400 <= following.hours_over <= left + 1e-9
        assert "hours stay over" in plain(say_next(following, ample))

    def test_what_goes_faster_is_planned_with_all_hours_that_this_leaves(self):
        begun = begun_of(4.0)
        taken = 0.6 * find_progress(plan_of(update(begun), hours=4.0)).planned_hours
        progress = find_progress(plan_of(update(begun, hours=taken), hours=4.0))
        following = go_on(progress)
        taken_up = follow_plan(following, progress)
        after = plan_of(update(begun, hours=taken), hours=4.0, stages=taken_up.stages, prices=taken_up.prices)
        assert sum(v.role == "train" for v in after.visits) == following.stages_volumes
        assert after.hours == pytest.approx(taken + following.hours)

    @pytest.mark.parametrize("hours", [0.0, 1e-6, 1e6])
    def test_hours_that_are_a_slip_set_no_price(self, begun, hours):
        progress = find_progress(plan_of(update(begun, hours=hours)))
        assert price_anew(progress) == progress.plan.answer.prices
        assert "takes" not in plain(say_progress(progress))
        go_on(progress)

    @pytest.mark.parametrize(
        ("spent", "hours", "said"),
        [
            (4.0, 8.0, "After 4 of 8 hours, "),
            (0.5, 8.0, "After 30 minutes of 8 hours, "),
            (4.0, 0.5, "After 4 hours of 30 minutes, "),
        ],
    )
    def test_hours_never_stand_with_the_unit_of_minutes(self, spent, hours, said):
        facts = {"stages": (Stage(n_volumes=4, every=2),)}
        assert plain(
            say_progress(find_progress(plan_of(update(hours=spent), hours=hours, **facts)))
        ).startswith(said)

    def test_prices_stay_where_work_takes_what_was_thought(self, begun):
        progress = find_progress(plan_of(update(begun)))
        assert follow_plan(go_on(progress), progress).prices == {}

    def test_test_volumes_that_are_not_labeled_yet_keep_their_hours(self):
        trained = first_of(plan_of(hours=4.0), 10)
        progress = find_progress(plan_of(update(trained), hours=4.0))
        testing = sum(one.visit.hours for one in progress.volumes if one.visit.role == "test")
        assert go_on(progress).hours <= 4.0 - progress.hours - testing + 1e-6

    def test_where_too_little_is_labeled_to_say_what_it_gives_it_goes_on_all_the_same(self):
        plan = plan_of(hours=10.0)
        one = first_of(plan, 99, role="test") | first_of(plan, 1)
        following = go_on(find_progress(plan_of(update(one), hours=10.0)))
        assert following.now is None
        assert following.n_volumes > 0

    def test_ten_slices_are_needed_before_prices_change(self):
        name = plan_of().visits[-1].volume.name
        progress = find_progress(plan_of(update({name: (12, 20)}, hours=5.0)))
        assert price_anew(progress) == progress.plan.answer.prices

    def test_a_score_moves_the_law_towards_it_and_narrows_the_interval(self, begun):
        plain_progress = find_progress(plan_of(update(begun)))
        expected = go_on(plain_progress)
        low = find_progress(plan_of(update(begun, scores=(Score(n_volumes=10, dice=expected.now - 0.1),))))
        assert learn_shift(low, inputs_of(low.scores, low)).mean > 0
        assert expected.now - 0.1 < go_on(low).now < expected.now

    def test_scores_far_from_what_was_expected_are_believed(self, begun):
        expected = go_on(find_progress(plan_of(update(begun))))
        said = expected.now - 0.2
        scores = (Score(n_volumes=10, dice=said),) * 3
        low = go_on(find_progress(plan_of(update(begun, scores=scores))))
        assert low.now == pytest.approx(said, abs=0.02)
        assert low.high - low.low > expected.high - expected.low

    def test_scores_share_the_chance_of_their_test_volumes(self, begun):
        expected = go_on(find_progress(plan_of(update(begun)))).now
        once, often = (
            float(shift_at(10, update(begun, scores=(Score(n_volumes=10, dice=expected),) * n)).variance[0])
            for n in (1, 100)
        )
        assert once / 2 < often < once

    def test_where_volumes_differ_much_a_score_of_few_says_little_of_many(self, begun, monkeypatch):
        plan = plan_of(update(begun))
        monkeypatch.setitem(vars(plan.answer.study), "_volume_variance", 0.5)
        expected = go_on(find_progress(plan)).now
        score = update(begun, scores=(Score(n_volumes=10, dice=expected - 0.02),))
        near, far = (float(shift_at(n, score).mean[0]) for n in (10, 30))
        assert 0 < far < 0.7 * near

    def test_more_volumes_hold_those_that_were_scored_and_are_the_surer_for_it(self, begun):
        expected = go_on(find_progress(plan_of(update(begun)))).now
        score = update(begun, scores=(Score(n_volumes=10, dice=expected),))
        for n in (5, 10, 30):
            assert shift_at(n, score).variance < shift_at(n, update(begun)).variance

    def test_the_new_plan_keeps_what_is_labeled(self):
        begun = begun_of(4.0)
        progress = find_progress(plan_of(update(begun), hours=4.0))
        following = go_on(progress)
        rhythms = [stage.every for stage in following.stages for _ in range(stage.n_volumes)]
        planned = [one.visit.every for one in progress.volumes if one.visit.role == "train"][:10]
        assert rhythms[:10] == planned
        after = plan_of(update(begun), hours=4.0, stages=following.stages)
        assert {v.volume.name: v.slices for v in after.visits}.items() >= begun.items()

    def test_stages_are_carried_out(self):
        plan = plan_of(stages=(Stage(n_volumes=3, every=5), Stage(n_volumes=4, every=10)))
        assert [v.every for v in plan.visits if v.role == "train"] == [5] * 3 + [10] * 4


class TestWords:
    def test_how_far_it_is_in_one_sentence(self, begun):
        progress = find_progress(plan_of(update(begun, hours=5.5)))
        assert plain(say_progress(progress)) == (
            f"After 5.5 of 10 hours, 10 of {progress.plan.answer.strategy.n_volumes} volumes are labeled. "
            "No model was scored yet."
        )

    def test_a_score_is_held_against_what_was_expected(self, begun):
        plan = plan_of()
        first = plan.milestones[0]
        for dice, said in ((first.dice, "as expected"), (first.low - 0.05, "below what was expected")):
            progress = find_progress(
                plan_of(update(begun, scores=(Score(n_volumes=first.n_volumes, dice=dice),)))
            )
            assert said in plain(say_progress(progress))

    def test_saturation_has_an_interval_that_holds_its_gain(self, begun):
        gain = find_saturation(find_progress(plan_of(update(begun))))
        assert gain.low <= gain.dice <= gain.high


class TestWhereTheStructureIsUnknown:
    """Every n-th slice of the whole axis is planned, and most of them show nothing."""

    WHOLE = tuple(LabVolume(name=f"CT_{i:03d}", n_slices=120, axis=2) for i in range(40))

    def test_looks_are_priced_as_looks_so_that_work_as_planned_keeps_its_price(self):
        facts = {"volumes": self.WHOLE, "n_slices": 30.0, "hours": 12.0}
        plan = plan_of(**facts)
        labeled = first_of(plan, 99, role="test") | first_of(plan, 10)
        taken = next(v.cumulative_hours for v in plan.visits if v.order == len(labeled))
        progress = find_progress(plan_of(update(labeled, hours=taken), **facts))
        assert progress.planned_hours == pytest.approx(taken)
        assert price_anew(progress) == progress.plan.answer.prices
        assert progress.n_slices == pytest.approx(sum(v.n_slices for v in plan.visits[:14]), abs=1)

    def test_a_new_plan_that_was_taken_stands(self):
        facts = {"volumes": self.WHOLE, "n_slices": 30.0, "hours": 8.0}
        plan = plan_of(**facts)
        labeled = first_of(plan, 99, role="test") | first_of(plan, 6)
        taken = 1.4 * next(v.cumulative_hours for v in plan.visits if v.order == len(labeled))
        progress = find_progress(plan_of(update(labeled, hours=taken), **facts))
        following = go_on(progress)
        assert not following.is_same
        after = follow_plan(following, progress)
        again = plan_of(update(labeled, hours=taken), **facts, stages=after.stages, prices=after.prices)
        assert go_on(find_progress(again)).is_same
        assert again.hours <= 8.0 + 1e-6
