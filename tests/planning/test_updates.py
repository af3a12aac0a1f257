"""What came back becomes an update: once, whole, and so that it can be taken back."""

import numpy as np
import pytest

from simulator.errors import ProjectError
from simulator.planning.going_on import go_on
from simulator.planning.progress import find_progress, labeled_so_far
from simulator.planning.project import count_slices, volumes_of
from simulator.planning.returns.returned import Returned, TimedSlice
from simulator.planning.returns.times import time_rows
from simulator.planning.times.log import TimeRow
from simulator.planning.updates import (
    add_update,
    calibrate_update,
    follow_plan,
    join_returned,
    keep_known,
    make_update,
    take_back,
)
from simulator.planning.visits import plan_project
from simulator.records import LabVolume, Score, Stage, canonical_json, parse_project
from tests.planning.test_progress import begun_of, first_of, plan_of, update
from tests.planning.test_project import answer
from tests.records.test_project import make_project
from tests.time_logs import log_slices

NAMES = ("CT_000", "CT_001", "CT_002")


def project_of(*updates, **changes):
    volumes = tuple(LabVolume(name=name) for name in NAMES)
    return make_project(volumes=volumes, n_volumes=None, updates=updates, **changes)


def add(project, returned=None, **facts):
    return add_update(project, make_update(project, returned or Returned(labeled={}), source="x", **facts))


class TestOnce:
    @pytest.mark.parametrize(
        ("returned", "facts"),
        [
            (Returned(labeled={"CT_000": (3, 7)}), {}),
            (Returned(labeled={"CT_000": (3, 7)}, done=("CT_000",)), {}),
            (Returned(labeled={}, done=("CT_000",)), {}),
            (Returned(labeled={}, spans={"CT_000": (3, 7)}), {}),
            (Returned(labeled={}, hours=3.5), {}),
            (
                Returned(labeled={"CT_000": (3,)}),
                {"hours": 2.0, "scores": (Score(n_volumes=2, dice=0.7),) * 2},
            ),
        ],
    )
    def test_the_same_twice_is_said_and_changes_nothing(self, returned, facts):
        once = add(project_of(), returned, **facts)
        assert len(once.updates) == 1
        with pytest.raises(ProjectError, match="x: nothing in it is new, all of it came back before"):
            add(once, returned, **facts)

    def test_something_new_is_taken(self):
        once = add(project_of(), Returned(labeled={"CT_000": (3,)}))
        assert labeled_so_far(add(once, Returned(labeled={"CT_000": (3, 7)}))) == {"CT_000": (3, 7)}
        assert len(add(once, hours=1.0).updates) == 2

    def test_a_table_of_scores_may_be_sent_again_with_more_rows(self):
        scores = (Score(n_volumes=2, dice=0.7), Score(n_volumes=2, dice=0.7))
        more = (*scores, Score(n_volumes=2, dice=0.7), Score(n_volumes=3, dice=0.8))
        twice = add(add(project_of(), scores=scores), scores=more)
        assert twice.updates[-1].scores == more[2:]

    def test_a_score_of_more_volumes_than_there_are_is_refused(self):
        with pytest.raises(ProjectError, match="a score is of 4 volumes, but Mandible 2026 has 3"):
            make_update(project_of(), source="x", scores=(Score(n_volumes=4, dice=0.7),))

    def test_a_source_is_printable_and_short(self):
        assert make_update(project_of(), source="a\n\x1b" + 300 * "b", hours=1.0).source == "a" + 199 * "b"


class TestJoin:
    def test_what_was_drawn_is_surer_than_what_was_ticked_off(self):
        drawn = Returned(labeled={"CT_000": (3,)}, notes=("a",))
        ticked = Returned(
            labeled={"CT_000": (3, 7), "CT_001": (1,)}, done=("CT_000", "CT_001", "CT_002"), hours=2.0
        )
        joined = join_returned([drawn, ticked])
        assert joined.labeled == {"CT_000": (3,), "CT_001": (1,)}
        assert joined.done == ("CT_001", "CT_002")
        assert (joined.hours, joined.notes) == (2.0, ("a",))

    def test_in_whatever_order_they_come(self):
        ticked = update({"CT_000": (3, 7)}, done=("CT_000",))
        drawn = update({"CT_000": (3,)})
        for updates in ((ticked, drawn), (drawn, ticked)):
            assert labeled_so_far(project_of(*updates)) == {"CT_000": (3,)}

    def test_a_tick_replaces_an_earlier_tick(self):
        ticks = [update({"CT_000": slices}, done=("CT_000",)) for slices in ((3, 7), (4, 8))]
        assert labeled_so_far(project_of(*ticks)) == {"CT_000": (4, 8)}


def grow(project, returned):
    return add(project, keep_known(project, returned))


class TestKeepKnown:
    def test_an_older_one_after_a_newer_takes_nothing_away_and_this_is_said(self):
        older, newer = ({"CT_000": (3, 7), "CT_001": (2,)}, {"CT_000": (3, 7, 11), "CT_001": (2,)})
        project = add(project_of(), Returned(labeled=newer, hours=5.0))
        kept = keep_known(project, Returned(labeled=older, hours=3.0))
        assert kept.labeled == newer
        (note,) = kept.notes
        assert note.startswith(
            "fewer slices of CT_000 and fewer hours than before, so what was known is kept; "
        )
        with pytest.raises(ProjectError, match="x: nothing in it is new"):
            add(project, kept)

    def test_what_an_older_one_adds_is_taken_and_its_hours_are_not(self):
        project = add(project_of(), Returned(labeled={"CT_000": (3, 7)}, hours=5.0))
        after = grow(project, Returned(labeled={"CT_000": (3,), "CT_001": (2,)}, hours=3.0))
        assert labeled_so_far(after) == {"CT_000": (3, 7), "CT_001": (2,)}
        # Nobody measured what CT_001 took besides the five hours.
        assert after.updates[-1].hours is None

    def test_half_of_it_and_then_the_whole_is_the_whole_and_needs_no_word(self):
        half, whole = (
            Returned(labeled={"CT_000": (3,)}, hours=1.0),
            Returned(labeled={"CT_000": (3, 7), "CT_001": (2,)}, hours=2.0),
        )
        project = grow(project_of(), half)
        assert keep_known(project, whole) is whole
        assert labeled_so_far(grow(project, whole)) == whole.labeled

    def test_a_correction_is_taken_as_it_is_and_is_what_counts_from_then_on(self):
        project = add(project_of(), Returned(labeled={"CT_000": (3, 7)}, hours=50.0))
        corrected = add(project, Returned(labeled={"CT_000": (3,)}, hours=5.0))
        assert labeled_so_far(corrected) == {"CT_000": (3,)}
        later = keep_known(corrected, Returned(labeled={"CT_000": (3, 9)}, hours=7.0))
        assert (later.labeled, later.hours, later.notes) == ({"CT_000": (3, 9)}, 7.0, ())

    def test_where_the_structure_was_found_grows(self):
        project = add(project_of(), Returned(labeled={}, spans={"CT_000": (3, 12)}))
        kept = keep_known(project, Returned(labeled={}, spans={"CT_000": (2, 9), "CT_001": (4, 6)}))
        assert kept.spans == {"CT_000": (2, 12), "CT_001": (4, 6)}
        assert len(kept.notes) == 1

    def test_slices_that_were_only_ticked_off_are_not_held_against_what_was_read(self):
        ticked = add(project_of(), Returned(labeled={"CT_000": (3, 7)}, done=("CT_000",)))
        drawn = Returned(labeled={"CT_000": (3,)})
        assert keep_known(ticked, drawn) is drawn
        read = add(project_of(), Returned(labeled={"CT_000": (3, 7, 11)}))
        again = Returned(labeled={"CT_000": (3, 7)}, done=("CT_000",))
        assert keep_known(read, again) is again

    def test_many_volumes_are_not_all_named(self):
        names = [f"CT_{i:03d}" for i in range(6)]
        project = project_of(update(dict.fromkeys(names, (1, 2))))
        (note,) = keep_known(project, Returned(labeled=dict.fromkeys(names, (1,)))).notes
        assert note.startswith("fewer slices of CT_000, CT_001, CT_002 and 3 more than before")


class TestSpans:
    def test_volumes_learn_where_the_structure_is_and_later_words_count(self):
        project = project_of(
            update(spans={"CT_000": (3, 9)}), update(spans={"CT_000": (3, 12), "other": (1, 2)})
        )
        assert [volume.span for volume in volumes_of(project)] == [(3, 12), None, None]

    def test_what_the_list_says_stays_and_what_does_not_fit_is_passed_over(self):
        volumes = (LabVolume(name="a", first_slice=2, last_slice=5), LabVolume(name="b", n_slices=10))
        project = make_project(
            volumes=volumes, n_volumes=None, updates=(update(spans={"a": (3, 9), "b": (3, 10)}),)
        )
        assert volumes_of(project) == volumes

    def test_numbered_volumes_learn_too(self):
        project = make_project(n_volumes=12, updates=(update(spans={"volume 03": (3, 9)}),))
        assert volumes_of(project)[2].span == (3, 9)

    def test_planned_slices_become_known(self):
        stages = (Stage(n_volumes=20, every=4),)
        facts = {"n_volumes": 40, "volumes": (), "stages": stages}
        before = plan_of(**facts)
        name = before.visits[-1].volume.name
        assert before.visits[-1].slices is None
        after = plan_of(update(spans={name: (20, 39)}), **facts)
        assert after.visits[-1].slices == (23, 27, 31, 35, 39)
        assert [v.volume.name for v in after.visits] == [v.volume.name for v in before.visits]

    def test_found_slices_say_how_many_there_are_where_nobody_did_or_from_five_volumes_on(self):
        def counted(n, **facts):
            spans = {f"volume {i:02d}": (10, 29) for i in range(1, n + 1)}
            return count_slices(make_project(updates=(update(spans=spans),), **facts), None)

        assert counted(1) == (20.0, False)
        assert counted(4, n_slices=30.0) == (30.0, False)
        assert counted(5, n_slices=30.0) == (20.0, False)

    def test_a_span_that_runs_backwards_is_refused(self):
        with pytest.raises(ProjectError, match="first slice 9 lies behind last slice 3"):
            project_of().changed(
                updates=({"created": "2026-11-28T09:00:00Z", "source": "x", "spans": {"CT_000": (9, 3)}},)
            )


class TestTicked:
    def test_a_volume_on_unknown_slices_is_done_and_in_the_hours(self):
        facts = {"n_volumes": 40, "volumes": (), "stages": (Stage(n_volumes=20, every=4),)}
        visits = plan_of(**facts).visits
        names = tuple(visit.volume.name for visit in visits[:8])
        progress = find_progress(plan_of(update(done=names), **facts))
        assert [one.state for one in progress.volumes[:9]] == ["done"] * 8 + ["to do"]
        assert progress.to_look_at == ()
        assert progress.n_done == 4
        assert progress.hours == pytest.approx(visits[7].cumulative_hours)
        assert progress.n_slices == round(sum(visit.n_slices for visit in visits[:8]))
        assert go_on(progress) is not None

    def test_it_gets_its_slices_once_these_are_known(self):
        facts = {"n_volumes": 40, "volumes": (), "stages": (Stage(n_volumes=20, every=4),)}
        name = plan_of(**facts).visits[-1].volume.name
        progress = find_progress(plan_of(update(done=(name,)), update(spans={name: (20, 39)}), **facts))
        assert progress.volumes[-1].labeled == (23, 27, 31, 35, 39)
        assert progress.volumes[-1].state == "done"


class TestBehindThePlan:
    def test_what_an_earlier_plan_asked_for_still_counts(self):
        short = {"stages": (Stage(n_volumes=6, every=4),)}
        whole = plan_project(plan_of(**short).answer, keeps_all=True)
        assert len(whole.visits) == 40
        (name,) = (visit.volume.name for visit in whole.visits[20:21])
        plan = plan_of(update({name: (12, 16)}), **short)
        assert len(plan.visits) == 4 + 6 + 1
        assert plan.visits[-1].volume.name == name
        assert name not in {one.volume.name for one in plan.left_out}

    def test_what_came_back_stays_where_the_hours_no_longer_pay_for_it(self):
        begun = begun_of(6.0)
        stages = plan_of(hours=6.0).answer.project.stages
        plan = plan_of(update(begun), hours=6.0, stages=stages, prices={"drawing_seconds": 300.0})
        assert {visit.volume.name for visit in plan.visits} == begun.keys()


class TestHours:
    def test_what_came_after_the_last_hours_is_priced_and_added(self):
        plan = plan_of()
        labeled = first_of(plan, 4, role="test")
        more = first_of(plan, 3)
        progress = find_progress(plan_of(update(labeled, hours=2.0), update(more)))
        since = find_progress(plan_of(update(more))).planned_hours
        assert progress.hours == pytest.approx(2.0 + since)


class TestTimes:
    @pytest.fixture
    def rows(self):
        return log_slices(np.random.default_rng(0), 120)

    def calibrate(self, project, rows):
        empty = make_update(project, source="log.csv")
        found, calibration = calibrate_update(project, answer(prices=dict(project.prices)), empty, rows)
        return add_update(project, found), calibration

    def test_a_log_sets_the_prices_and_they_are_taken_back_with_it(self, rows):
        project = make_project(prices={"drawing_seconds": 45.0, "checking_seconds": 7.0})
        after, calibration = self.calibrate(project, rows)
        assert after.prices["drawing_seconds"] == calibration.limits["drawing_seconds"].value
        assert after.prices["drawing_seconds"] == pytest.approx(60, rel=0.3)
        assert after.prices["checking_seconds"] == 7.0
        assert take_back(after) == project

    def test_a_price_that_was_typed_since_is_kept(self, rows):
        after, _ = self.calibrate(make_project(), rows)
        typed = after.changed(prices={**after.prices, "drawing_seconds": 50.0})
        assert take_back(typed).prices == {"drawing_seconds": 50.0}

    def test_the_same_log_twice_tells_no_more(self, rows):
        after, _ = self.calibrate(make_project(), rows)
        with pytest.raises(ProjectError, match=r"log\.csv: nothing in it is new"):
            self.calibrate(after, rows)

    def test_times_of_tools_and_tables_are_a_log(self):
        left_open = TimedSlice(volume="a", slice_index=4, seconds=2e5)
        drawn = TimedSlice(volume="a", slice_index=3, seconds=30.0, annotator="1")
        visit = TimeRow(volume="b", seconds=600.0, n_slices=12.0)
        assert time_rows(Returned(labeled={}, seconds=(drawn, left_open), visits=(visit,))) == (
            TimeRow(volume="a", slice=3, seconds=30.0, annotator="1"),
            visit,
        )


class TestFollow:
    def test_the_new_plan_is_taken_with_the_prices_that_it_was_made_with(self):
        labeled = begun_of(6.0)
        usual = find_progress(plan_of(update(labeled), hours=6.0))
        quick = find_progress(plan_of(update(labeled, hours=usual.planned_hours / 2), hours=6.0))
        following = go_on(quick)
        project = follow_plan(following, quick)
        assert project.stages == following.stages
        assert project.prices["drawing_seconds"] == pytest.approx(15)
        after = find_progress(
            plan_of(*project.updates, hours=6.0, stages=project.stages, prices=dict(project.prices))
        )
        n_train = sum(one.visit.role == "train" for one in after.volumes)
        assert n_train == following.stages_volumes
        assert after.hours == quick.hours
        assert go_on(after).prices == after.plan.answer.prices

    @pytest.fixture
    def taken(self):
        """A project before and after the new plan, which is quicker, was taken."""
        labeled = begun_of(6.0)
        usual = find_progress(plan_of(update(labeled), hours=6.0))
        quick = find_progress(plan_of(update(labeled, hours=usual.planned_hours / 2), hours=6.0))
        return quick.plan.answer.project, follow_plan(go_on(quick), quick)

    def test_the_new_plan_is_taken_back_as_what_came_back_is(self, taken):
        before, after = taken
        assert after.updates[-1].source == "the new plan"
        assert parse_project(canonical_json(after.model_dump(mode="json"))) == after
        assert take_back(after) == before

    def test_what_came_after_the_new_plan_is_taken_back_first(self, taken):
        before, after = taken
        later = add(after, hours=50.0)
        assert take_back(later) == after
        assert take_back(take_back(later)) == before

    def test_a_plan_and_a_price_that_were_changed_since_are_kept(self, taken):
        before, after = taken
        stages = (Stage(n_volumes=5, every=2),)
        changed = after.changed(stages=stages, prices={"drawing_seconds": 50.0}, hours=9.0)
        undone = take_back(changed)
        assert (undone.stages, undone.prices, undone.hours) == (stages, {"drawing_seconds": 50.0}, 9.0)
        assert undone.updates == before.updates

    def test_nothing_to_take_back_is_said(self):
        with pytest.raises(ProjectError, match="nothing has come back for Mandible 2026 yet"):
            take_back(project_of())
