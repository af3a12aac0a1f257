"""How far her scores are from what the reference let expect."""

import pytest

from simulator.planning.distance import Distance, find_distance
from simulator.planning.references import find_references
from simulator.records import Score
from simulator.wording.likeness import say_distance
from tests.planning.test_progress import plan_of, update
from tests.studies import RUNS

TOY = find_references(RUNS)[0]


def distance(*dice, n_volumes=20):
    scores = tuple(Score(n_volumes=n_volumes, dice=one) for one in dice)
    return find_distance(plan_of(update(scores=scores), hours=20.0).answer)


def test_without_a_score_nothing_is_said():
    assert find_distance(plan_of().answer) is None
    assert find_distance(plan_of(update({"CT_000": (3,)})).answer) is None


def test_scores_far_below_are_told_from_the_reference():
    found = distance(0.5, 0.5, 0.5)
    assert found.low < found.dice < found.high < 0
    assert found.n_scores == 3
    assert found.reference == TOY


def test_more_scores_make_it_surer():
    assert (one := distance(0.5)).high - one.low > (ten := distance(*[0.5] * 10)).high - ten.low


def test_better_scores_lie_above_worse_ones():
    assert distance(0.9).dice > distance(0.7).dice


@pytest.mark.parametrize(
    ("dice", "low", "high", "said"),
    [
        (-0.04, -0.06, -0.02, "By 3 scores, yours give 0.04 less Dice than toy (0.02 to 0.06)."),
        (0.04, 0.02, 0.06, "By 3 scores, yours give 0.04 more Dice than toy (0.02 to 0.06)."),
        (
            -0.01,
            -0.03,
            0.01,
            "By 3 scores, yours cannot be told from toy: Dice −0.010 (−0.030 to +0.010).",
        ),
    ],
)
def test_it_is_said_in_one_sentence(dice, low, high, said):
    assert say_distance(Distance(reference=TOY, n_scores=3, dice=dice, low=low, high=high)) == said


def test_against_the_law_of_all_it_is_said_so():
    found = Distance(reference=None, n_scores=1, dice=0.2, low=0.1, high=0.3)
    assert say_distance(found) == "By 1 score, yours give 0.20 more Dice than other organs (0.10 to 0.30)."
