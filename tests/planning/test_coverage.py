from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import InventoryError
from simulator.planning import compute_coverage, keep_dense
from simulator.planning.coverage import ENOUGH, LARGEST_GAP, find_gaps, find_seen
from simulator.records import Virtues
from tests.factories import make_records, make_reference, make_table
from tests.planning.conftest import make_inventory, make_volume


def with_labels(volumes, labels=(1, 2)):
    """An inventory whose volumes have these slices for each label, on 20 slices from 5 on."""
    inventory = make_inventory([20] * len(volumes))
    return replace(
        inventory,
        reference=make_reference().model_copy(update={"labels": labels}),
        volumes=tuple(
            replace(
                make_volume(i, n_labeled=20), by_label=tuple(np.array(s, dtype=np.int64) for s in by_label)
            )
            for i, by_label in enumerate(volumes)
        ),
    )


def test_gaps_are_counted_over_the_structure_from_both_ends():
    # One slice in the middle of 20 (the 11th) leaves 10 before and 9 after; two (6th, 16th) leave 5, 9 and 4.
    gaps = find_gaps(make_volume(0, n_labeled=20))
    assert gaps[:2].tolist() == [0.5, 0.45]
    assert gaps[-1] == 0


def test_a_hole_in_the_structure_is_no_gap():
    holed = replace(make_volume(0), slices=np.array([5, 6, 7, 30, 31, 32]))
    assert find_gaps(holed).tolist() == find_gaps(make_volume(0, n_labeled=6)).tolist()


def test_without_labels_gaps_alone_decide():
    coverage = compute_coverage(make_inventory([20] * 5))
    assert coverage.by_label is None
    assert (
        coverage.least == int(np.flatnonzero(find_gaps(make_volume(0, n_labeled=20)) <= LARGEST_GAP)[0]) + 1
    )
    assert coverage.share.tolist() == coverage.share_spread.tolist()


def test_a_short_label_needs_more_slices():
    every = range(5, 25)
    short = with_labels([(every, [5])] * 10)
    coverage = compute_coverage(short)
    # The first of 20 slices is drawn only once the parts are one slice wide at its end: (2i + 1) * 20 // 2k = 0.
    assert coverage.least == 11
    assert coverage.by_label[1].tolist() == [1.0] * 20
    assert coverage.by_label[2][:10].tolist() == [0.0] * 10
    assert compute_coverage(with_labels([(every, every)] * 10)).least == 4


def test_what_more_slices_may_miss_again_is_not_enough():
    # The 11th of 20 slices is hit by one slice; by two (6th, 16th) it is missed.
    seen = find_seen(with_labels([(range(5, 25), [15])]).volumes[0])
    assert seen[:2, 1].tolist() == [1.0, 0.0]
    coverage = compute_coverage(with_labels([(range(5, 25), [15])] * 3))
    assert (coverage.share[coverage.least - 1 :] >= ENOUGH).all()
    assert coverage.share[coverage.least - 2] < ENOUGH


def test_labels_that_a_volume_does_not_have_are_not_asked_of_it():
    every = range(5, 25)
    coverage = compute_coverage(with_labels([(every, [])] * 9 + [(every, every)]))
    assert coverage.least == 4
    assert coverage.by_label[2].tolist() == [1.0] * 20
    assert set(compute_coverage(with_labels([(every, [])] * 3)).by_label) == {1}


def test_a_twentieth_of_the_volumes_may_stay_uncovered():
    every = range(5, 25)
    odd, even = (every, [5]), (every, every)
    assert compute_coverage(with_labels([odd] + [even] * 19)).least == 4
    assert compute_coverage(with_labels([odd] * 2 + [even] * 18)).least > 4


def test_volumes_without_the_structure_do_not_count():
    assert compute_coverage(make_inventory([20, 0, 0])).n_volumes == 1
    with pytest.raises(InventoryError, match="no volume of toy shows the structure"):
        compute_coverage(make_inventory([0, 0]))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_all_slices_cover_everything(sizes):
    coverage = compute_coverage(make_inventory(sizes))
    assert coverage.share[-1] == 1
    assert 1 <= coverage.least <= max(sizes)
    assert len(coverage.share) == max(sizes)


def test_dense_runs_are_kept_and_full_labeling_too():
    grid = [
        Virtues(diversity=d, completeness=c, quality=1.0)
        for d, c in ((1.0, 1.0), (1.0, 0.1), (0.5, 0.5), (0.1, 1.0))
    ]
    runs = make_table(make_records(grid, n_seeds=1))
    assert set(
        zip(*keep_dense(runs, n_slices=15)[["diversity", "completeness"]].to_numpy().T, strict=True)
    ) == {
        (1.0, 1.0),
        (0.5, 0.5),
        (0.1, 1.0),
    }
    assert len(keep_dense(runs, n_slices=31)) == 1
    unknown = keep_dense(runs.assign(n_slices_drawn=np.nan), n_slices=15)
    assert len(unknown) == 3
