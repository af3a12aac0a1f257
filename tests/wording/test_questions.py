"""What is said of each finding, state by state."""

import re

import pytest

from simulator.planning.questions import QUESTIONS
from simulator.planning.questions.drawing import Difference
from simulator.planning.questions.more_hours import MoreHours
from simulator.wording.questions import say_finding
from simulator.wording.spans import plain
from tests.planning.questions.asking import answer, ask, hurried


def said(name, found, **typed):
    return plain(say_finding(ask(name, found, **typed), found)).replace("\u2060", "")


def test_every_question_has_its_sentence():
    kinds = {type(question.ask(hurried(), {})) for question in QUESTIONS.values()}
    assert len(kinds) == len(QUESTIONS)
    assert kinds <= say_finding.registry.keys()


def test_other_plans_name_what_they_label():
    sentence = said("other-plans", answer(hours=3.0))
    assert sentence.startswith("Spent otherwise, the same 3 hours give: whole volumes (")
    assert "; all volumes sparsely (one slice in " in sentence
    assert "; an even split (18, every " in sentence
    assert re.search(r"0\.\d{3} less \(−0\.\d{3} to [−+]0\.\d{3}\)", sentence)


@pytest.mark.parametrize(
    ("gain", "verdict"),
    [
        (Difference(dice=0.02, low=0.01, high=0.03), "Worth it: 10 more hours add 0.020 (+0.010 to +0.030)."),
        (Difference(dice=0.02, low=-0.01, high=0.05), "Perhaps worth it: 10 more hours add 0.020 ("),
        (Difference(dice=0.002, low=0.001, high=0.003), "Not worth it: 10 more hours add 0.002 ("),
        (Difference(dice=0.02, low=None, high=None), "Perhaps worth it: 10 more hours add 0.020. "),
    ],
)
def test_more_hours_are_worth_what_they_surely_gain(gain, verdict):
    counts = {"n_volumes": 36, "every": 2, "is_same": False, "is_limit": False}
    dice = {"dice": 0.84, "low": 0.8, "high": 0.87}
    found = MoreHours(hours=10.0, gain=gain, hours_used=20.0, chart=None, **counts, **dice)
    sentence = plain(say_finding(found, answer()))
    assert sentence.startswith(verdict)
    assert "The plan becomes 36 volumes, every second slice (about 15 each), outlined exactly: " in sentence


def test_more_hours_than_all_takes_buy_nothing_and_beyond_what_was_measured_nobody_knows():
    assert said("more-hours", answer(hours=300.0)).startswith(
        "Not worth it: the hours that there are pay for"
    )
    assert said("more-hours", answer(n_volumes=400, hours=1000.0)).startswith("Not known: ")


def test_a_target_is_said_with_its_hours_and_its_chance():
    sentence = said("target", answer(hours=3.0), dice=0.845)
    assert sentence.startswith("Dice 0.845 takes ")
    assert re.search(r"; the chance is \d in 10 then\. The plan for 3 hours has a chance of ", sentence)
    assert "out of reach here: the best that is expected gives 0.8" in said("target", answer(), dice=0.98)


def test_how_many_are_said_with_an_interval_and_as_a_least_number_where_that_is_all_that_is_known():
    sentence = said("how-many", answer(hours=300.0))
    assert re.match(
        r"\d+ volumes \(\d+ to \d+\), every slice, come within 0\.01 of what all 36 give; ", sentence
    )
    beyond = said("how-many", answer(n_volumes=400, hours=1000.0))
    assert beyond.startswith("At least ")
    assert beyond.endswith(" volumes add was never measured.")


def test_two_annotators_are_said_by_whether_the_difference_shows():
    quick = said("two-annotators", hurried(hours=3.0), seconds=3.0, quality=0.99)
    assert quick.startswith("A second annotator pays: ")
    assert "at 99\u00a0% overlap" in quick
    assert quick.endswith(" than the careful one alone.")
    hasty = said("two-annotators", hurried(hours=3.0), seconds=30.0, quality=0.7)
    assert hasty.startswith("The careful one alone does best: ")
    assert said("two-annotators", answer()).startswith("Not known here: ")
    beyond = said("two-annotators", hurried(hours=4.0), quality=0.5)
    assert beyond.endswith(" Masks with less than 70\u00a0% overlap alone were never measured there.")
    enough = said("two-annotators", hurried(hours=1e6))
    assert enough.startswith("A second annotator changes nothing that shows: ")


def test_what_is_labeled_already_is_held_against_starting_from_nothing():
    sentence = said("already", answer(hours=2.5), labeled=15.0)
    assert sentence.startswith("With 15 volumes labeled already: label ")
    assert re.search(r"0\.\d{3} more \(\+0\.\d{3} to \+0\.\d{3}\) than from nothing\.", sentence)
    assert "Whoever starts from nothing needs " in sentence
    assert "only the test volumes are left" in said("already", answer(), labeled=36.0)


def test_what_gives_as_much_from_nothing_is_not_said_to_take_other_hours():
    sentence = said("already", answer(hours=8.0), labeled=3.0)
    assert sentence.endswith(", as much as from nothing.")
