"""What every question keeps to, whatever the project is like."""

from dataclasses import asdict
from itertools import pairwise

import pytest

from simulator.errors import RequestError
from simulator.planning.questions import QUESTIONS, Curve, Differences
from simulator.records import canonical_json
from simulator.wording.questions import say_finding
from simulator.wording.spans import plain
from tests.planning.questions.asking import STATES, answer, ask

by_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))


@by_question
@pytest.mark.parametrize("state", STATES)
def test_it_is_answered_in_one_or_two_sentences_and_in_json(question, state):
    answer = STATES[state]()
    found = question.ask(answer, {})
    if found is None:
        assert state != "usual"
        return
    said = plain(say_finding(found, answer))
    assert said.endswith(".")
    assert 1 <= said.count(". ") + 1 <= 2
    assert "nan" not in canonical_json(asdict(found))


@by_question
@pytest.mark.parametrize("state", STATES)
def test_its_chart_has_a_number_for_each_place(question, state):
    found = question.ask(STATES[state](), {})
    match found and found.chart:
        case Differences() as chart:
            assert len({len(numbers) for numbers in (chart.names, chart.gains, chart.lows, chart.highs)}) == 1
            assert chart.names
        case Curve() as chart:
            assert len(chart.x) == len(chart.y) == len(chart.low or chart.x) == len(chart.high or chart.x)
            assert all(before <= after for before, after in pairwise(chart.x))
            assert chart.low is None or all(low <= y for low, y in zip(chart.low, chart.y, strict=True))
            assert chart.high is None or all(y <= high for y, high in zip(chart.y, chart.high, strict=True))


@by_question
@pytest.mark.parametrize("state", STATES)
def test_what_is_usual_may_be_typed(question, state):
    answer = STATES[state]()
    for one in question.inputs:
        assert one.low <= one.usual(answer) <= one.high(answer)
        assert isinstance(one.usual(answer), float)


def test_names_stand_in_addresses_and_are_told_apart():
    names = [one.name for question in QUESTIONS.values() for one in question.inputs]
    assert len(set(names)) == len(names)
    assert all(name == question.name == name.lower() for name, question in QUESTIONS.items())


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("target", {"dice": 1.2}, r"target: target Dice must be from 0\.05 to 0\.99, got 1\.2"),
        ("more-hours", {"more": -3.0}, r"more-hours: more hours must be from 0\.5 to \d+, got -3"),
        ("already", {"labeled": 37.0}, "already: volumes labeled already must be from 1 to 36, got 37"),
        ("two-annotators", {"quality": float("nan")}, "must be from 0.5 to 0.99, got nan"),
    ],
)
def test_a_number_out_of_its_range_is_refused_with_the_range(name, typed, said):
    with pytest.raises(RequestError, match=said):
        ask(name, answer(), **typed)
