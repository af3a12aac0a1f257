from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from simulator.datasets import PreparedVolume
from simulator.figures import LIGHT
from simulator.figures.matrix import draw_matrix, matrix_data
from simulator.figures.plan_calendar import MAX_VOLUMES, STATES, calendar_data, draw_calendar
from simulator.figures.slice_agreement import agreement_data, draw_agreement
from simulator.figures.slice_images import draw_slice, slice_iou
from simulator.figures.style import new_figure, spread
from simulator.planning.visits import plan_project
from simulator.records import LabVolume, Virtues
from simulator.virtues import annotate_volume
from tests.factories import make_record, make_table
from tests.planning.test_project import answer


def make_volume(*, n_slices=12, affine=None):
    masks = np.zeros((n_slices, 20, 30), dtype=bool)
    for i in range(2, 10):
        masks[i, 5 : 9 + i // 2, 10:20] = True
    return PreparedVolume(
        id="0" * 12,
        images=np.random.default_rng(0).normal(size=(n_slices, 1, 20, 30)).astype(np.float16),
        masks=masks,
        labeled=np.arange(2, 10),
        positions_mm=np.arange(n_slices, dtype=np.float64),
        affine=np.eye(4) if affine is None else affine,
    )


def annotate(volume, *, quality=0.8, level=3.0):
    return annotate_volume(
        volume, Virtues(diversity=1.0, completeness=1.0, quality=quality), level=level, seed=0
    )


@cache
def plan_of(n_volumes, prefix="case_", hours=5.0, **known):
    """A plan of volumes that are known by name, and by what else is given of each."""
    volumes = tuple(LabVolume(name=f"{prefix}{i:03d}", **known) for i in range(n_volumes))
    return plan_project(answer(volumes=volumes, n_volumes=None, hours=hours))


class TestCalendar:
    def test_it_counts_what_the_plan_draws(self):
        plan = plan_of(30, first_slice=5, last_slice=34)
        data = calendar_data(plan)
        for role, state in (("train", "labeled"), ("test", "labeled for testing")):
            drawn = sum(len(visit.slices) for visit in plan.visits if visit.role == role)
            assert drawn > 0
            assert np.sum(data.states == STATES.index(state)) == drawn
        assert data.names[0] == plan.visits[0].volume.name.removeprefix("case_")
        assert (data.prefix, data.first) == ("case_", 5)

    def test_what_was_labeled_before_is_not_labeled_again(self):
        data = calendar_data(plan_of(30, first_slice=5, last_slice=34, labeled_slices=(7, 9)))
        before = np.argwhere(data.states == STATES.index("labeled before"))
        assert set(before[:, 1]) == {2, 4}
        assert len(before) == 2 * len(data.names)

    def test_without_a_span_the_whole_axis_is_shown(self):
        data = calendar_data(plan_of(30, n_slices=44))
        assert data.first == 0
        assert data.states.shape[1] == 44
        assert not np.isnan(data.states).any()

    def test_without_numbers_of_slices_there_is_no_picture(self):
        assert calendar_data(plan_project(answer(hours=5.0))) is None

    def test_many_volumes_are_hidden_and_counted(self):
        plan = plan_of(200, hours=40.0, first_slice=0, last_slice=29)
        data = calendar_data(plan)
        assert len(data.names) == MAX_VOLUMES
        assert data.n_hidden == len(plan.visits) - MAX_VOLUMES > 0

    def test_names_cannot_bring_markup_into_a_chart(self):
        plan = plan_of(30, "<img src=x onerror=alert(1)><a href='http://x'>", first_slice=0, last_slice=5)
        figure = draw_calendar(calendar_data(plan), palette=LIGHT)
        assert "<img" not in figure.to_json()
        assert "<a href" not in figure.to_json()


def test_cells_say_their_state():
    measured, running, queued, failed = (
        Virtues(diversity=d, completeness=1.0, quality=1.0) for d in (0.1, 0.2, 0.3, 0.4)
    )
    data = matrix_data(
        make_table([make_record(measured, dice=0.8333, noise=0)]),
        quality=1.0,
        n_pool=40,
        running=[running],
        queued=[queued, running],
        failed=[failed],
        chosen=[Virtues(diversity=0.15, completeness=1.0, quality=1.0)],
    )
    texts = {cell.virtues.diversity: cell.text for cell in data.flat if cell.virtues.completeness == 1}
    assert texts[0.1] == "0.83"
    assert (texts[0.2], texts[0.3], texts[0.4], texts[0.15]) == ("running", "queued", "failed", "–")
    assert data.n_measured == 1
    assert data.find("failed") == (failed,)
    assert data.volumes == tuple(sorted(data.volumes))
    figure = draw_matrix(data, chosen=[failed], palette=LIGHT)
    assert list(figure.data[1].customdata) == list(range(len(data.flat)))


def test_the_matrix_of_a_small_pool_offers_each_number_of_volumes_once():
    nothing = make_table([make_record()]).iloc[:0]
    assert matrix_data(nothing, quality=1.0, n_pool=13).volumes == (1, 3, 4, 5, 8, 10, 13)
    four = Virtues(diversity=0.307692, completeness=1.0, quality=1.0)
    data = matrix_data(make_table([make_record(four)]), quality=1.0, n_pool=13)
    assert data.volumes == (1, 3, 4, 5, 8, 10, 13)
    assert [cell.virtues for cell in data.flat if cell.dice is not None] == [four]


def test_other_qualities_and_proxies_stay_out_of_a_matrix():
    other = Virtues(diversity=0.1, completeness=1.0, quality=0.8)
    data = matrix_data(make_table([make_record(other)]), quality=1.0, n_pool=40)
    assert data.n_measured == 0


def test_full_quality_shows_no_difference():
    annotated = annotate(make_volume(), quality=1.0, level=1.0)
    images = draw_slice(annotated, axis=0, index=4)
    assert (images.difference == images.reference).all()
    assert slice_iou(annotated, index=4) == 1


def test_pictures_keep_the_proportions_of_the_voxels():
    flat = draw_slice(annotate(make_volume()), axis=0, index=4).reference
    tall = draw_slice(annotate(make_volume(affine=np.diag([1.0, 1.0, 3.0, 1.0]))), axis=0, index=4).reference
    assert flat.dtype == np.uint8
    # The last array axis points up, so its spacing stretches the height.
    assert tall.shape[0] / tall.shape[1] == pytest.approx(3 * flat.shape[0] / flat.shape[1], rel=0.02)


def test_superior_is_up_whatever_way_the_file_runs():
    upright = draw_slice(annotate(make_volume()), axis=0, index=4).reference
    flipped_affine = np.diag([1.0, 1.0, -1.0, 1.0])
    flipped = draw_slice(annotate(make_volume(affine=flipped_affine)), axis=0, index=4).reference
    assert (flipped == upright[::-1]).all()


def test_agreement_is_full_on_drawn_slices():
    annotated = annotate(make_volume())
    data = agreement_data(annotated)
    assert data.is_drawn.any()
    assert (data.ious[data.is_drawn] == 1).all()
    assert data.mean == pytest.approx(data.ious.mean())
    draw_agreement(data, index=4, palette=LIGHT)


def test_spread_keeps_order_and_distance():
    wanted = [50.0, 10.0, 51.0, 52.0]
    placed = spread(wanted, apart=20, lowest=100.0)
    assert sorted(range(4), key=placed.__getitem__) == sorted(range(4), key=wanted.__getitem__)
    assert (np.diff(sorted(placed)) >= 20 - 1e-9).all()
    assert max(placed) <= 100


def test_house_style():
    figure = new_figure(LIGHT, height=100)
    assert figure.layout.dragmode is False
    assert figure.layout.xaxis.fixedrange
    assert (figure.layout.margin.l, figure.layout.margin.r) == (56, 16)


def test_a_close_view_is_the_same_window_whatever_was_drawn():
    volume = make_volume()
    volume = replace(volume, images=np.zeros_like(volume.images))
    views = [
        draw_slice(annotate(volume, quality=quality, level=level), axis=0, index=5, is_close=True)
        for quality, level in ((0.8, 3.0), (1.0, 1.0))
    ]
    whole = draw_slice(annotate(volume), axis=0, index=5)
    assert np.array_equal(views[0].reference, views[1].reference)
    assert views[0].reference.shape[0] < whole.reference.shape[0]
    # The whole outline is inside.
    assert (views[0].reference == 255).all(axis=2).sum() == (whole.reference == 255).all(axis=2).sum()
