from dataclasses import replace

import pandas as pd
import pytest

from simulator.analysis import combine, make_study
from simulator.analysis.recommendation.strategies import strategy_of
from simulator.effort import MEASURES, Prices
from simulator.formats import format_gain, format_hours, format_share
from simulator.records import Virtues
from simulator.wording.answers import (
    describe_budget,
    describe_gain,
    describe_slices,
    describe_strategy,
    say_answer,
    say_as_good,
    say_estimate,
    say_left_over,
    say_strategy,
)
from simulator.wording.spans import join, markdown, plain
from tests.factories import SMALL_GRID, make_record, make_records, make_reference, make_table
from tests.studies import RUNS, small_study

HOURS, SLICES = MEASURES["hours"], MEASURES["slices-drawn"]
EXACT = Virtues(diversity=1.0, completeness=0.5, quality=1.0)
INEXACT = Virtues(diversity=1.0, completeness=1.0, quality=0.8)


def ask(runs=RUNS, *, budget, measure=SLICES):
    study = small_study() if runs is RUNS else make_study(runs, prices=Prices())
    return study.recommend(measure=measure, budget=budget)


def say(runs=RUNS, *, budget, measure=SLICES):
    answer = ask(runs, budget=budget, measure=measure)
    return plain(join([say_answer(answer, measure=measure), say_left_over(answer, measure=measure)]))


@pytest.mark.parametrize(
    ("completeness", "expected"),
    [
        (1.0, "every slice"),
        (0.5, "every second slice"),
        (0.333333, "every third slice"),
        (0.33, "every third slice"),
        (0.2, "every fifth slice"),
        (0.1, "every tenth slice"),
        (0.066667, "one slice in 15"),
        (0.4, "40\u00a0% of the slices"),
        (0.8, "80\u00a0% of the slices"),
    ],
)
def test_slices_are_said_as_people_do(completeness, expected):
    assert describe_slices(Virtues(diversity=1.0, completeness=completeness, quality=1.0)) == expected


def test_a_strategy_of_exact_slices():
    assert (
        describe_strategy(ask(budget=0.2).strategy) == "24 of 40 volumes, every third slice, outlined exactly"
    )


def test_a_copied_strategy_names_its_spacing():
    answer = ask(budget=0.5)
    quickly = next(a for a in answer.alternatives if a.name == "everything-quickly")
    assert describe_strategy(quickly.strategy) == (
        "all 40 volumes, every slice, at 90\u00a0% quality (one slice in 2 labeled, the rest copied from its neighbour)"
    )


def test_an_answer_says_budget_strategy_and_what_to_expect():
    text = say(budget=0.2)
    assert text.startswith(
        "With 20\u00a0% of the full effort (240 of 1,200 slices): label 24 of 40 volumes, every third slice, outlined "
        "exactly. Expected Dice 0.86 (0.84\u2060\u2013\u20600.88), 98\u00a0% of what full labeling gives."
    )
    assert "This spends" not in text


def test_budgets_in_hours_are_said_in_hours_as_they_were_given():
    assert say(budget=3, measure=HOURS).startswith("With 3 hours: label")
    assert say(budget=10.4, measure=HOURS).startswith("With 10.4 hours: label")
    measure = MEASURES["diversity-x-quality"]
    assert (
        describe_budget(ask(budget=0.4, measure=measure), measure=measure) == "40\u00a0% of the full effort"
    )


def test_money_left_is_said():
    answer = ask(budget=0.3)
    left = replace(answer, strategy=replace(answer.strategy, effort=0.2), left_over=0.1)
    assert plain(say_left_over(left, measure=SLICES)) == (
        "This spends only 20\u00a0% of the full effort. More, up to 30\u00a0%, gains nothing that shows: keep the rest."
    )
    assert say_left_over(replace(left, left_over=0.01), measure=SLICES) == ()


def test_money_beyond_everything_is_said():
    beyond = "All is paid for: labeling everything takes {}. This leaves {}."
    assert beyond.format("11 hours", "89 hours") in say(budget=100, measure=HOURS)
    assert beyond.format("907 euros", "1,093 euros") in say(budget=2000, measure=MEASURES["cost"])


def test_states_without_an_answer():
    assert (
        say(budget=0.005)
        == "Nothing this cheap has been measured: the cheapest needs 1\u00a0% of the full effort."
    )
    assert say(make_table([]), budget=0.3) == (
        "Nothing has been measured on this data set yet, so there is no answer to give."
    )
    sparse = make_table(make_records([Virtues(diversity=1.0, completeness=0.5, quality=1.0)]))
    assert say(sparse, budget=0.3, measure=MEASURES["diversity-x-quality"]).endswith(
        "12 configurations give a first one."
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"protocol": "smoke"}, "Only trial runs (smoke) have been made"),
        ({"grid": [Virtues.full()]}, "One configuration has been measured; an answer needs at least three."),
    ],
)
def test_what_cannot_carry_an_answer_has_no_number(options, said):
    text = say(make_table(make_records(**options)), budget=0.3)
    assert text.startswith(said)
    assert "Dice" not in text
    assert "label " not in text


def test_gains_are_written_with_a_sign():
    assert format_gain(-0.0123) == "\u22120.012"
    assert format_gain(-0.0001) == "+0.000"


def as_good(*rows, virtues=EXACT):
    """Say what is as good, of rows of volumes and rhythm."""
    near = pd.DataFrame(rows, columns=["n_volumes", "every"])
    near = near.assign(completeness=1 / near["every"], quality=virtues.quality, proxy=virtues.proxy)
    answer = ask(budget=0.2)
    answer = replace(answer, strategy=replace(answer.strategy, virtues=virtues), near_optimal=near)
    return plain(say_as_good(answer))


def test_what_is_as_good_is_said_in_one_line():
    assert as_good((30, 5), (48, 8), (40, 6)) == "As good: 30 to 48 volumes, every 5th to 8th slice."
    assert as_good((30, 1), (48, 2)) == "As good: 30 to 48 volumes, every slice to every 2nd."
    assert as_good((40, 3), (40, 12)) == "As good: 40 volumes, every 3rd to 12th slice."
    assert as_good((30, 1), (48, 1), virtues=INEXACT) == "As good: 30 to 48 volumes, every slice."
    assert as_good((40, 21), (41, 21)) == "As good: 40 to 41 volumes, every 21st slice."


def test_one_strategy_alone_has_none_that_is_as_good():
    assert as_good((40, 3)) == ""
    other = ask(budget=0.2)
    inexact = other.near_optimal.assign(quality=0.8)
    assert plain(say_as_good(replace(other, near_optimal=pd.concat([other.near_optimal[:1], inexact])))) == ""


def test_with_one_test_volume_nobody_can_say_how_sure():
    once = make_table(make_records(reference=make_reference(n_test=1)))
    assert plain(say_as_good(ask(once, budget=0.2))).endswith("cannot be told with one test volume.")


def test_what_was_not_trained_is_said_to_be_predicted():
    text = say(budget=0.35)
    assert text.startswith("With 35\u00a0% of the full effort")
    assert "of what full labeling gives, predicted." in text
    assert "predicted" not in say(budget=1.0)


def test_a_gain_that_cannot_be_told_is_no_number():
    assert describe_gain(-0.001, -0.004, 0.003, is_measurable=False) == "as good"
    assert describe_gain(0.012, 0.004, 0.02, is_measurable=True) == "+0.012 (+0.004 to +0.020)"
    assert (
        describe_gain(0.0002, 0.0001, 0.001, is_measurable=True, otherwise="none that shows")
        == "none that shows"
    )
    assert describe_gain(-0.001, -0.0014, -0.0002, is_measurable=True) == "as good"
    assert describe_gain(0.004, 0.0003, 0.007, is_measurable=True) == "as good"
    assert describe_gain(0.012, None, None, is_measurable=False) == "unknown"


def test_virtues_have_their_colours_and_the_words_are_the_same():
    said = say_strategy(ask(budget=0.2).strategy)
    assert markdown(said) == (
        ":blue[**24 of 40 volumes**], :green[**every third slice**], :orange[**outlined exactly**]"
    )
    assert plain(said) == "24 of 40 volumes, every third slice, outlined exactly"


def test_an_estimate_without_interval_or_full_run_says_less():
    rest = [v for v in SMALL_GRID if v != Virtues.full()]
    runs = make_table(make_records(rest, reference=make_reference(n_test=1)))
    predicted = ask(runs, budget=0.5).predicted
    assert plain(say_estimate(predicted)) == f"Dice {predicted.dice:.2f}"


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0.01, "1 minute"),
        (0.999, "1 hour"),
        (1.04, "1 hour"),
        (9.94, "9.9 hours"),
        (9.96, "10 hours"),
        (19.6, "20 hours"),
    ],
)
def test_hours(hours, expected):
    assert format_hours(hours) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.004, "0.4\u00a0%"),
        (0.0004, "0\u00a0%"),
        (0.01, "1\u00a0%"),
        (0.996, "100\u00a0%"),
        (0.0, "0\u00a0%"),
    ],
)
def test_shares(share, expected):
    assert format_share(share) == expected


@pytest.mark.parametrize(
    ("proxy", "phrase"),
    [
        (
            "shape",
            "at 80\u00a0% quality (one slice in 3 labeled, the rest blended from its neighbours)",
        ),
        (
            "interpolation",
            "at 80\u00a0% quality (one slice in 3 labeled, the rest copied from its neighbour)",
        ),
    ],
)
def test_a_filled_in_strategy_says_how(proxy, phrase):
    virtues = Virtues(diversity=1.0, completeness=1.0, quality=0.8, proxy=proxy)
    row = combine(make_table([make_record(virtues)]), measure=HOURS, prices=Prices()).iloc[0]
    assert describe_strategy(strategy_of(row)).endswith(phrase)


def test_an_outline_in_a_hurry_copies_nothing():
    virtues = Virtues(diversity=1.0, completeness=1.0, quality=0.8, proxy="contour")
    row = combine(make_table([make_record(virtues)]), measure=HOURS, prices=Prices()).iloc[0]
    assert describe_strategy(strategy_of(row)).endswith(
        "every slice, outlined in a hurry at 80\u00a0% quality"
    )
