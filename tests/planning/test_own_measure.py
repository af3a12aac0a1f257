"""What measuring on her own volumes would bring: from when on, how sure, how long."""

import pytest

from simulator.planning.own_measure import count_labeled_in_full, foresee_own_measure
from simulator.planning.project import answer_project
from simulator.records import LabVolume, Update
from simulator.wording.likeness import say_own_measure
from tests.factories import SMALL_GRID, make_records, make_reference, make_table
from tests.records.test_project import make_project
from tests.studies import RUNS

IN_FULL = tuple(range(10, 40))


def labeled(n_full, *, n=60, **facts):
    """A project with some volumes labeled in full, and the others on every second slice."""
    volumes = tuple(
        LabVolume(
            name=f"CT_{i:03d}",
            n_slices=60,
            first_slice=10,
            last_slice=39,
            labeled_slices=IN_FULL if i < n_full else IN_FULL[::2],
        )
        for i in range(n)
    )
    return make_project(volumes=volumes, n_volumes=None, hours=20.0, reference="toy", **facts)


def foresee(n_full, *, table=RUNS, n_workers=2, **facts):
    answer = answer_project(labeled(n_full, **facts), table)
    return foresee_own_measure(answer, table, n_workers=n_workers)


@pytest.fixture(scope="module")
def published():
    """Two data sets are published with enough configurations for a law of all."""
    more = [
        virtues.model_copy(update={"diversity": d}) for virtues in SMALL_GRID[:3] for d in (0.2, 0.4, 0.8)
    ]
    records = [
        record
        for digit in "bc"
        for record in make_records(
            [*SMALL_GRID, *more], reference=make_reference(name=f"published {digit}", digit=digit)
        )
    ]
    return make_table([*make_records(), *records], source="published")


class TestCount:
    def test_each_slice_of_the_structure_has_to_be_labeled(self):
        assert count_labeled_in_full(labeled(7)) == 7

    def test_what_came_back_counts(self):
        back = Update(
            created="2026-11-28T09:00:00Z",
            source="label maps",
            labeled={"CT_000": IN_FULL, "CT_001": IN_FULL[2:]},
        )
        assert count_labeled_in_full(labeled(0, updates=(back,))) == 1

    def test_where_nobody_knows_where_the_structure_ends_no_slice_between_may_be_missing(self):
        volumes = (
            LabVolume(name="a", labeled_slices=(4, 5, 6)),
            LabVolume(name="b", labeled_slices=(4, 6)),
            LabVolume(name="c", labeled_slices=(4,)),
            LabVolume(name="d"),
        )
        assert count_labeled_in_full(make_project(volumes=volumes, n_volumes=None)) == 1

    def test_numbers_alone_label_nothing(self):
        assert count_labeled_in_full(make_project()) == 0


class TestForesight:
    def test_before_ten_volumes_it_says_what_it_needs(self):
        own = foresee(9)
        assert (own.is_offered, own.halfwidth, own.seconds) == (False, None, None)
        assert say_own_measure(own) == "To measure on yours, 10 volumes have to be labeled in full; 9 are."

    def test_more_labeled_volumes_make_it_surer(self, published):
        widths = [foresee(n, table=published).halfwidth for n in (10, 20, 50)]
        assert widths == sorted(widths, reverse=True)
        assert widths[-1] > 0

    def test_two_test_volumes_are_no_firm_ground(self, published):
        assert foresee(12, table=published).halfwidth > 2 * foresee(20, table=published).halfwidth

    def test_the_time_is_that_of_the_reference_on_so_many_workers(self):
        # 12.5 s a training, as the records say.
        assert foresee(12, n_workers=2).seconds == pytest.approx(24 * 12.5 / 2)
        assert foresee(12, n_workers=6).seconds == pytest.approx(24 * 12.5 / 6)

    def test_without_a_law_of_all_work_and_time_are_said_and_no_width(self):
        assert say_own_measure(foresee(12, n_workers=1)) == (
            "24 trainings on 12 labeled volumes, about 5 minutes"
        )

    def test_with_it_the_width_is_said(self, published):
        own = foresee(20, table=published)
        assert say_own_measure(own).startswith(f"within ±{own.halfwidth:.2f}; 24 trainings on 20 ")

    def test_hours_that_pay_for_nothing_promise_nothing(self, published):
        answer = answer_project(labeled(12).model_copy(update={"hours": 0.0}), published)
        assert foresee_own_measure(answer, published, n_workers=1).halfwidth is None
