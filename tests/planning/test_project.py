from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis.saturation.diversity import estimate_saturation, nearest_line
from simulator.analysis.saturation.held_out import find_shown_gain
from simulator.errors import NotMeasuredError, ProjectError, RequestError
from simulator.planning.project import answer_project, count_slices, propose_testing
from simulator.planning.references import find_references
from simulator.planning.visits import plan_project, spread_out
from simulator.records import LabVolume, Stage, Update, Virtues
from simulator.statistics.uncertainty import smallest_gain
from simulator.wording.projects import say_shown_gain
from tests.records.test_project import make_project
from tests.studies import RUNS, small_study


def answer(**changes):
    facts = {"reference": "toy", "hours": 10.0, "n_volumes": 40, "n_slices": 30.0, **changes}
    return answer_project(make_project(**facts), RUNS)


def listed(n, **facts):
    return tuple(LabVolume(name=f"CT_{i:03d}", **facts) for i in range(n))


class TestAnswer:
    def test_test_volumes_come_out_of_the_hours_and_of_the_volumes(self):
        found = answer()
        assert found.n_testing == 4
        assert found.testing_hours == pytest.approx(4 * (2 * 60 + 30 * 30) / 3600)
        assert found.strategy.n_volumes <= 36
        assert found.hours_used <= 10
        assert found.recommendation.budget == pytest.approx(10 - found.testing_hours)

    def test_nothing_on_her_volumes_counts_as_measured(self):
        assert set(answer().recommendation.offers["kind"]) <= {"predicted", "beyond"}
        assert answer().recommendation.predicted.normalized is None

    def test_beyond_what_was_measured_a_factor_of_two_is_told_and_no_more(self):
        offers = answer(n_volumes=400, hours=1000.0).recommendation.offers
        assert offers["n_volumes"].max() == pytest.approx(80, abs=2)
        assert set(offers.loc[offers["n_volumes"] > 42, "kind"]) == {"beyond"}

    def test_too_few_hours_for_the_test_volumes_give_no_strategy(self):
        found = answer(hours=0.5)
        assert found.strategy is None
        with pytest.raises(NotMeasuredError, match=r"0\.5 hours are too few"):
            plan_project(found)

    def test_more_volumes_for_testing_than_there_are_is_refused(self):
        with pytest.raises(ProjectError, match="40 of 40 volumes are kept for testing"):
            answer(n_testing=40)

    def test_an_unknown_reference_is_refused_with_those_that_are_known(self):
        with pytest.raises(ProjectError, match="one of toy or none; got 'liver'"):
            answer(reference="liver")

    def test_without_published_data_sets_there_is_no_law_of_all(self):
        with pytest.raises(NotMeasuredError, match="measure one on Simulate"):
            answer(reference="none")

    @pytest.mark.parametrize("n", [1, 2, 3, 5])
    def test_few_volumes_are_answered_or_said_to_be_too_few(self, n):
        found = answer(n_volumes=n)
        assert found.strategy is None or found.strategy.n_volumes + found.n_testing <= n

    @pytest.mark.parametrize("n", range(2, 200))
    def test_so_many_are_kept_for_testing_that_most_are_left(self, n):
        assert 1 <= propose_testing(n) <= max(1, n // 2)


class TestPrices:
    def test_a_presets_prices_are_taken_and_what_was_changed_comes_first(self):
        found = answer(preset="liver-mr", prices={"opening_minutes": 3.0})
        assert (found.prices.opening_minutes, found.prices.drawing_seconds) == (3.0, 8.0)
        assert found.testing_hours == pytest.approx(4 * (3 * 60 + 30 * 8) / 3600)

    def test_an_unknown_preset_is_refused(self):
        with pytest.raises(RequestError, match=r"preset must be one of organ-ct, .*; got 'spleen'"):
            answer(preset="spleen")

    def test_an_unknown_price_is_refused(self):
        with pytest.raises(RequestError, match=r"a price must be one of .*; got 'drawing'"):
            answer(prices={"drawing": 3.0})


class TestSlices:
    def test_spans_say_more_than_the_project(self):
        project = make_project(volumes=listed(4, first_slice=10, last_slice=29), n_slices=99.0)
        assert count_slices(project, None) == (20.0, False)

    def test_what_nobody_says_is_estimated(self):
        (reference,) = find_references(RUNS)
        assert count_slices(make_project(), reference) == (30.0, True)


class TestWidth:
    @pytest.mark.parametrize("hours", [4.0, 10.0, 60.0])
    def test_it_is_half_the_interval_of_what_is_recommended_without_a_draw(self, hours):
        found = answer(hours=hours)
        halfwidth = found.halfwidth
        assert "recommendation" not in vars(found)
        predicted = found.recommendation.predicted
        assert halfwidth == pytest.approx((predicted.high - predicted.low) / 2, rel=0.1)

    @pytest.mark.parametrize("hours", [0.0, 1.0])
    def test_where_nothing_is_recommended_there_is_none(self, hours):
        found = answer(hours=hours)
        assert found.strategy is None
        assert found.halfwidth is None


class TestShown:
    def test_more_test_volumes_show_smaller_gains(self):
        virtues = Virtues(diversity=0.5, completeness=1.0, quality=1.0)
        shown = [find_shown_gain(answer().study, virtues, n_test=n) for n in (2, 4, 10, 40)]
        assert shown == sorted(shown, reverse=True)

    def test_it_is_what_the_procedure_says_of_the_reference(self):
        found = answer(n_testing=6)
        line = nearest_line(estimate_saturation(small_study()), found.strategy.virtues)
        before, after = line.rows["combination"].astype(int).tolist()[-2:]
        expected = smallest_gain(
            small_study().uncertainty, before=before, after=after, n_seeds=(3.0, 3.0), n_test=6
        )
        assert found.shown_gain == pytest.approx(expected)

    def test_one_test_volume_shows_nothing(self):
        found = answer(n_testing=1)
        assert found.shown_gain is None
        assert say_shown_gain(found) == ""

    def test_it_is_said_rounded_up(self):
        found = answer(n_testing=6)
        said = say_shown_gain(found)
        assert said.startswith("6 test volumes show differences of 0.")
        assert 0 <= float(said.split()[-3]) - found.shown_gain < 0.01


class TestVisits:
    def test_test_volumes_are_first_and_in_full(self):
        plan = plan_project(answer(volumes=listed(40, n_slices=60, first_slice=10, last_slice=39)))
        roles = [visit.role for visit in plan.visits]
        assert roles == sorted(roles)
        assert roles.count("test") == 4
        assert all(len(visit.slices) == 30 for visit in plan.visits if visit.role == "test")

    def test_each_volume_is_visited_or_left_out_with_a_reason(self):
        volumes = listed(40, n_slices=60, first_slice=10, last_slice=39)
        plan = plan_project(answer(volumes=volumes, hours=4.0))
        names = [visit.volume.name for visit in plan.visits] + [one.volume.name for one in plan.left_out]
        assert sorted(names) == [volume.name for volume in volumes]
        assert {one.why for one in plan.left_out} <= {"hours", "not needed"}

    @given(hours=st.floats(1.5, 60), lengths=st.lists(st.integers(1, 90), min_size=40, max_size=40))
    def test_no_plan_takes_more_hours_than_there_are(self, hours, lengths):
        volumes = tuple(
            LabVolume(name=str(i), n_slices=n + 9, first_slice=4, last_slice=3 + n)
            for i, n in enumerate(lengths)
        )
        found = answer(volumes=volumes, hours=hours)
        if found.strategy is not None:
            assert plan_project(found).hours <= hours + 1e-6

    def test_what_is_said_is_what_is_drawn(self):
        plan = plan_project(answer(volumes=listed(40, n_slices=60, first_slice=10, last_slice=39)))
        train = [visit for visit in plan.visits if visit.role == "train"]
        every = plan.answer.strategy.every
        for visit in train:
            assert {b - a for a, b in pairwise(visit.slices)} <= {every}

    def test_where_the_structure_is_unknown_the_whole_axis_is_planned_and_looks_are_paid(self):
        plan = plan_project(answer(volumes=listed(40, n_slices=120), hours=20.0))
        visit = plan.visits[-1]
        assert visit.slices[-1] > 100
        assert visit.n_looks > 0
        assert visit.n_slices + visit.n_looks == len(visit.slices)

    def test_numbers_alone_name_no_slice(self):
        visit = plan_project(answer()).visits[-1]
        assert visit.slices is None
        assert visit.volume.name == "volume 39" or visit.volume.name.startswith("volume ")

    def test_what_is_labeled_already_is_not_planned_again(self):
        volumes = listed(40, n_slices=60, first_slice=10, last_slice=39, labeled_slices=tuple(range(10, 40)))
        plan = plan_project(answer(volumes=volumes))
        assert all(visit.slices == () for visit in plan.visits)

    def test_a_volume_that_is_passed_over_takes_nobodys_rhythm(self):
        stages = (Stage(n_volumes=3, every=1), Stage(n_volumes=5, every=5))
        facts = {"first_slice": 0, "last_slice": 19}
        names = [volume.name for volume in spread_out(listed(20, **facts))]
        long = LabVolume(name=names[3], first_slice=0, last_slice=1999)
        volumes = tuple(long if one.name == long.name else one for one in listed(20, **facts))
        plan = plan_project(answer(volumes=volumes, hours=3.0, n_testing=2, stages=stages))
        assert next(one.volume.name for one in plan.left_out if one.why == "hours") == long.name
        assert [visit.every for visit in plan.visits] == [1] * 5 + [5] * 5
        assert [visit.volume.name for visit in plan.visits] == [*names[:3], *names[4:11]]
        came = (Update(created="2026-11-28T09:00:00Z", source="x", done=tuple(names[4:6])),)
        facts = {"volumes": volumes, "hours": 3.0, "n_testing": 2, "stages": stages, "updates": came}
        for keeps_all in (False, True):
            again = plan_project(answer(**facts), keeps_all=keeps_all)
            rhythms = {visit.volume.name: visit.every for visit in again.visits}
            assert [rhythms[visit.volume.name] for visit in plan.visits] == [1] * 5 + [5] * 5

    @pytest.mark.parametrize(("every", "n_parts"), [(8, 3), (12, 2), (24, 1)])
    def test_a_short_structure_is_seen_in_each_third_unless_the_plan_has_fewer_in_any(self, every, n_parts):
        spans = [(10, 49), (10, 17)] * 20
        volumes = tuple(
            LabVolume(name=str(i), first_slice=first, last_slice=last)
            for i, (first, last) in enumerate(spans)
        )
        found = answer(volumes=volumes, stages=(Stage(n_volumes=20, every=every),))
        assert found.n_slices == 24
        short = [one for one in plan_project(found).visits if one.volume.span == (10, 17)]
        for visit in short:
            if visit.role == "train":
                assert len(visit.slices) == n_parts
                for part, index in enumerate(visit.slices):
                    # The slice at which two parts meet belongs to both.
                    assert part * 8 // n_parts <= index - 10 < (part + 1) * 8 / n_parts

    def test_milestones_say_what_to_expect_and_the_last_is_the_answer(self):
        plan = plan_project(answer())
        assert plan.milestones[-1].dice == pytest.approx(plan.answer.recommendation.predicted.dice, abs=0.01)
        assert [m.n_volumes for m in plan.milestones] == sorted({m.n_volumes for m in plan.milestones})


class TestOrder:
    def test_every_beginning_is_spread_over_groups_and_the_list(self):
        volumes = [LabVolume(name=f"{site}{i}", group=site) for site in "AB" for i in range(8)]
        order = spread_out(volumes)
        assert {volume.group for volume in order[:2]} == {"A", "B"}
        assert sorted(int(volume.name[1]) for volume in order[:4] if volume.group == "A") == [0, 4]
        assert sorted(volume.name for volume in order) == sorted(volume.name for volume in volumes)

    def test_a_larger_group_comes_as_much_more_often(self):
        volumes = [LabVolume(name=f"A{i}", group="A") for i in range(30)]
        volumes += [LabVolume(name=f"B{i}", group="B") for i in range(10)]
        assert sum(volume.group == "B" for volume in spread_out(volumes)[:8]) == 2


class TestLooks:
    def test_slices_that_turn_out_to_show_nothing_are_in_the_hours(self):
        known = answer(volumes=listed(40, n_slices=120, first_slice=20, last_slice=49), hours=20.0)
        unknown = answer(volumes=listed(40, n_slices=120), n_slices=30.0, hours=20.0)
        assert (known.n_looks, unknown.n_looks) == (0.0, 3.0)
        assert unknown.testing_hours == pytest.approx(4 * (120 + 30 * 30 + 90 * 5) / 3600)
        plan = plan_project(unknown)
        assert plan.hours == pytest.approx(unknown.hours_used, rel=0.05)
