import pytest

from simulator.records import LabVolume
from tests.planning.questions.asking import answer, ask


def test_what_is_labeled_takes_no_hours_and_the_rest_keeps_within_them():
    found = ask("already", answer(hours=4.0), labeled=5.0)
    assert found.hours <= 4.0 + 1e-9
    each = (2 * 60 + max(1.0, 30 / found.every) * 30) / 3600
    assert found.hours == pytest.approx(answer(hours=4.0).testing_hours + found.n_more * each)
    assert found.n_more + 5 <= 36


def test_it_gives_more_than_starting_from_nothing_and_more_so_the_more_there_is():
    gains = [
        ask("already", answer(hours=2.5), labeled=labeled).difference.dice for labeled in (1.0, 5.0, 15.0)
    ]
    assert gains == sorted(gains)
    assert gains[-1] > 0.01
    many = ask("already", answer(hours=2.5), labeled=15.0)
    assert many.difference.low > 0
    assert many.hours_from_nothing > many.hours


def test_slices_in_each_count():
    few, all_of_them = (ask("already", answer(hours=2.5), labeled=15.0, slices=n) for n in (2.0, 30.0))
    assert few.dice < all_of_them.dice


def test_whoever_has_labeled_all_has_nothing_left_but_the_test_volumes():
    found = ask("already", answer(), labeled=36.0)
    assert found.n_more == 0
    assert found.hours == pytest.approx(answer().testing_hours)


def test_what_the_list_calls_labeled_is_known():
    labeled = [LabVolume(name=str(i), n_slices=40, labeled_slices=tuple(range(5, 25))) for i in range(7)]
    rest = [LabVolume(name=f"rest {i}", n_slices=40) for i in range(33)]
    found = ask("already", answer(volumes=(*labeled, *rest), n_volumes=None))
    assert (found.n_labeled, found.n_slices) == (7, 20.0)


def test_where_the_hours_pay_for_no_plan_what_is_labeled_still_counts():
    tight = answer(hours=answer().testing_hours + 0.05)
    assert tight.strategy is None
    found = ask("already", tight, labeled=10.0)
    assert found.difference is None
    assert found.dice > 0.5
