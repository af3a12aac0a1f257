"""Charts of a project, by their numbers."""

from functools import cache

import numpy as np
import pytest

from simulator.effort import MEASURES
from simulator.figures import DARK, LIGHT
from simulator.figures.learning_curve import describe_scores, draw_learning_curve, learning_curve_data
from simulator.figures.map import can_map, draw_map, map_data
from simulator.figures.project_frontier import (
    describe_more_hours,
    draw_project_frontier,
    project_frontier_data,
)
from simulator.figures.volume_squares import (
    STATES,
    count_states,
    describe_squares,
    draw_squares,
    draw_states,
    squares_data,
)
from simulator.planning.going_on import go_on
from simulator.planning.progress import find_progress
from simulator.records import LabVolume, Score, Stage
from tests.planning.test_progress import begun_of, plan_of, update
from tests.planning.test_project import answer

HOURS = MEASURES["hours"]
ask = cache(answer)


class TestFrontier:
    @pytest.mark.parametrize("hours", [2.0, 5.0, 10.0, 300.0])
    def test_the_curve_begins_behind_the_test_volumes_and_never_falls(self, hours):
        found = ask(hours=hours)
        data = project_frontier_data(found)
        assert data.curve["x"].iloc[0] > found.testing_hours
        assert (np.diff(data.curve["x"]) > 0).all()
        assert (np.diff(data.curve["y"]) >= 0).all()
        assert (data.curve["low"] < data.curve["y"]).all()
        assert (data.curve["high"] > data.curve["y"]).all()
        assert data.end == pytest.approx(1.02 * found.hours_of_all)

    def test_the_star_is_the_answer_and_lies_on_the_curve(self):
        found = ask(hours=5.0)
        data = project_frontier_data(found)
        assert data.star == (found.hours_used, found.recommendation.predicted.dice)
        # What is as good as the best is recommended, so it may lie a little below it.
        on_curve = np.interp(data.star[0], data.curve["x"], data.curve["y"])
        assert on_curve - 0.01 < data.star[1] <= on_curve + 1e-3

    def test_points_are_what_was_measured_at_the_hours_of_her_slices(self):
        found = ask(hours=5.0)
        data = project_frontier_data(found)
        assert len(data.points)
        assert (data.points["x"] > found.testing_hours).all()
        assert data.points["n_volumes"].max() <= found.study.pool[0]

    def test_hours_beyond_everything_stand_at_the_end(self):
        data = project_frontier_data(ask(hours=300.0))
        assert (data.budget, data.budget_label) == (data.end, "300 hours →")

    def test_whole_volumes_are_a_ring_that_gives_no_more(self):
        data = project_frontier_data(ask(hours=3.0))
        assert data.ring[0] <= 3.0
        assert data.ring[1] <= data.star[1] + 0.003

    def test_ten_more_hours_are_told_by_what_they_show(self):
        assert describe_more_hours(ask(hours=300.0)) == "10 more hours gain nothing that shows"
        assert describe_more_hours(ask(hours=2.0)).startswith("10 more hours add 0.")

    @pytest.mark.parametrize("palette", [LIGHT, DARK])
    def test_it_is_drawn(self, palette):
        figure = draw_project_frontier(project_frontier_data(ask(hours=3.0)), palette=palette)
        assert figure.layout.xaxis.title.text == "Hours on your volumes"
        texts = [one.text for one in figure.layout.annotations]
        assert "4 for testing" in texts
        assert any(text.startswith("<b>Recommended</b> ") for text in texts)


class TestMap:
    def test_points_lie_on_her_volumes_and_hatching_begins_where_nothing_was_measured(self):
        found = answer(n_volumes=100, n_slices=60.0, hours=30.0)
        assert can_map(found.recommendation, measure=HOURS)
        data = map_data(found.recommendation, study=found.study, measure=HOURS, line_label="30 hours")
        assert data.line_label == "30 hours"
        assert data.volumes[0] == data.slices[0] == 2
        assert data.volumes[-1] == found.study.pool[0]
        assert data.points["x"].max() <= 42
        right = [region for region in data.unknown if region["x"].min() > 35]
        assert right
        assert min(region["x"].min() for region in right) == pytest.approx(40, abs=2)
        assert len(draw_map(data, palette=LIGHT).data)


class TestProgress:
    def test_scores_lie_on_their_curve(self):
        scores = (Score(n_volumes=5, dice=0.7), Score(n_volumes=10, dice=0.75))
        progress = find_progress(plan_of(update(begun_of(4.0), scores=scores), hours=4.0))
        following = go_on(progress)
        data = learning_curve_data(progress, following)
        assert data.scores.to_numpy().tolist() == [[5, 0.7], [10, 0.75]]
        assert data.today == 10
        assert data.star == (following.stages_volumes, following.dice)
        assert (np.diff(data.curve["y"]) >= 0).all()
        figure = draw_learning_curve(data, palette=LIGHT)
        assert "<b>today</b>" in [one.text for one in figure.layout.annotations]

    @pytest.mark.parametrize(
        ("dice", "said"), [(0.3, "lies below what was expected"), (0.99, "lies above what was expected")]
    )
    def test_a_score_off_the_band_is_said(self, dice, said):
        one = update(begun_of(4.0), scores=(Score(n_volumes=10, dice=dice),))
        assert said in describe_scores(find_progress(plan_of(one, hours=4.0)))

    def test_each_volume_is_a_square_in_its_state(self):
        progress = find_progress(plan_of(update(begun_of(4.0)), hours=4.0))
        data = squares_data(progress)
        states = [STATES[int(state)] for state in data.states.ravel() if not np.isnan(state)]
        assert len(states) == len(progress.volumes)
        assert states.count("done") == 14
        assert list(data.marks.ravel()[:4]) == ["T"] * 4
        assert describe_squares(progress).endswith(" to do")
        figure = draw_squares(data, palette=DARK)
        assert len(figure.layout.annotations) == sum(data.marks.ravel() != "")
        points = figure.data[1]
        assert list(points.customdata) == list(range(len(progress.volumes)))
        assert progress.volumes[13].visit.volume.name in points.hovertext[13]
        assert (points.x[13], points.y[13]) == (3, 1)

    def test_beyond_two_hundred_the_volumes_in_each_state_are_counted(self):
        volumes = tuple(
            LabVolume(name=f"v{i:03d}", n_slices=60, first_slice=10, last_slice=39, axis=2)
            for i in range(260)
        )
        facts = {"volumes": volumes, "hours": 400.0, "stages": (Stage(n_volumes=230, every=3),)}
        plan = plan_of(**facts)
        assert len(plan.visits) > 200
        done = {visit.volume.name: visit.slices for visit in plan.visits[:30]}
        progress = find_progress(plan_of(update(done), **facts))
        assert squares_data(progress) is None
        counts = count_states(progress)
        assert sum(counts.values()) == len(progress.volumes)
        assert counts["done"] == 30
        (bars,) = draw_states(counts, palette=DARK).data
        assert list(bars.x) == list(counts.values())
        assert bars.y[0] == "labeled"

    def test_what_is_to_be_looked_at_is_marked(self):
        plan = plan_of(hours=4.0)
        visit = next(v for v in plan.visits if v.role == "train")
        moved = {visit.volume.name: tuple(index + 1 for index in visit.slices)}
        progress = find_progress(plan_of(update(moved), hours=4.0))
        assert describe_squares(progress) == "1 volume to look at"
        assert "!" in squares_data(progress).marks
