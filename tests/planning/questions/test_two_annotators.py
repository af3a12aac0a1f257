import pytest

from simulator.planning.questions.two_annotators import SHARES
from tests.factories import make_records, make_reference, make_table
from tests.planning.questions.asking import HURRIED, answer, answer_on, ask, hurried


def mixes(found, **typed):
    return {mix.share: mix for mix in ask("two-annotators", found, **typed).mixes}


def test_each_way_shares_the_hours():
    found = hurried(hours=4.0)
    asked = mixes(found, seconds=10.0, quality=0.9)
    assert set(asked) == set(SHARES)
    budget = found.recommendation.budget
    for share, mix in asked.items():
        n_slices = max(1.0, 30 / mix.every)
        assert mix.n_careful * (2 * 60 + n_slices * 30) / 3600 <= (1 - share) * budget + 1e-6
        assert mix.n_quick * (2 * 60 + n_slices * 10) / 3600 <= share * budget + 1e-6
        assert mix.n_careful + mix.n_quick <= 36
    assert asked[0.0].n_quick == asked[1.0].n_careful == 0


def test_the_best_comes_first_and_is_held_against_the_careful_one_alone():
    found = ask("two-annotators", hurried(hours=4.0), seconds=10.0, quality=0.9)
    gains = [mix.difference.dice for mix in found.mixes]
    assert gains == sorted(gains, reverse=True)
    (alone,) = (mix for mix in found.mixes if mix.share == 0)
    assert alone.difference.dice == alone.difference.low == alone.difference.high == 0


def test_masks_as_exact_in_a_tenth_of_the_time_pay_and_hasty_ones_in_the_same_time_harm():
    quick = mixes(hurried(hours=3.0), seconds=3.0, quality=0.99)[1.0].difference
    assert quick.low > 0
    hasty = mixes(hurried(hours=3.0), seconds=30.0, quality=0.7)[1.0].difference
    assert hasty.high < 0


def test_less_exact_gives_less():
    gains = [
        mixes(hurried(hours=4.0), seconds=15.0, quality=quality)[1.0].difference.dice
        for quality in (0.7, 0.8, 0.9, 0.99)
    ]
    assert gains == sorted(gains)


def test_copied_masks_do_not_say_how_exact_outlines_must_be():
    found = ask("two-annotators", answer())
    assert found.mixes == ()
    assert found.least_quality is found.chart is None
    assert found.known_on == ()


def test_where_it_was_measured_on_another_data_set_that_is_named():
    other = make_records(HURRIED, reference=make_reference(name="other", digit="b"))
    found = ask("two-annotators", answer_on(make_table((*make_records(), *other))))
    assert found.known_on == ("other",)


def test_less_exact_than_was_measured_is_not_known():
    found = ask("two-annotators", hurried(hours=4.0), quality=0.5)
    assert found.least_quality == pytest.approx(0.7)
    assert 1.0 not in {mix.share for mix in found.mixes}
