import numpy as np
import pytest

from simulator.planning.questions.how_many import ENOUGH
from simulator.records import Virtues
from tests.factories import true_dice
from tests.planning.questions.asking import answer, ask


def test_it_is_the_number_from_which_on_the_law_expects_hardly_more():
    found = answer(hours=300.0)
    how_many = ask("how-many", found)
    offers = found.recommendation.offers
    line = offers[offers["completeness"] == 1].set_index("n_volumes")["expected"]
    assert how_many.every == 1
    assert line[36] - line[how_many.n_volumes] <= ENOUGH < line[36] - line[how_many.n_volumes - 1]
    assert how_many.low <= how_many.n_volumes <= how_many.high


def test_the_truth_lies_in_the_interval():
    how_many = ask("how-many", answer(hours=300.0))
    dice = [true_dice(Virtues(diversity=n / 40, completeness=1.0, quality=1.0)) for n in range(1, 37)]
    truth = 1 + int(np.flatnonzero(dice[-1] - np.array(dice) <= ENOUGH)[0])
    assert how_many.low <= truth <= how_many.high


def test_labeled_like_the_plan_it_takes_the_hours_of_so_many_volumes():
    found = answer(hours=4.0)
    how_many = ask("how-many", found)
    assert how_many.every == found.strategy.every
    each = (2 * 60 + max(1, 30 / how_many.every) * 30) / 3600
    assert how_many.hours == pytest.approx(found.testing_hours + how_many.n_volumes * each)


def test_where_not_all_were_ever_measured_it_is_a_least_number():
    beyond = ask("how-many", answer(n_volumes=400, hours=1000.0))
    assert beyond.is_at_least
    assert beyond.n_most < 360
    assert not ask("how-many", answer()).is_at_least
