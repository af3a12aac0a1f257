import itertools

import pytest

from tests.planning.questions.asking import answer, ask


def test_the_gain_is_that_of_a_project_with_so_many_hours():
    found = ask("more-hours", answer(hours=3.0), more=2.0)
    then = answer(hours=5.0).recommendation
    assert (found.n_volumes, found.every) == (then.strategy.n_volumes, then.strategy.every)
    assert found.dice == pytest.approx(then.predicted.dice)
    best = [answer(hours=hours).recommendation.near_optimal["expected"].max() for hours in (3.0, 5.0)]
    assert found.gain.dice == pytest.approx(best[1] - best[0])
    assert 0 < found.gain.low < found.gain.dice < found.gain.high


def test_more_hours_never_gain_less():
    gains = ask("more-hours", answer(hours=3.0)).chart.y
    assert gains[0] == 0
    assert all(after >= before for before, after in itertools.pairwise(gains))


def test_where_all_is_labeled_more_gain_nothing():
    found = ask("more-hours", answer(hours=300.0))
    assert found.is_same
    assert found.gain.dice == found.gain.low == found.gain.high == 0


def test_beyond_what_was_measured_what_they_gain_is_not_known():
    assert ask("more-hours", answer(n_volumes=400, hours=1000.0)).is_limit
    assert not ask("more-hours", answer(hours=300.0)).is_limit
