import pytest

from simulator.figures import DARK, LIGHT
from simulator.figures.question import HEIGHT, NO_DIFFERENCE, draw_question
from simulator.planning.questions import QUESTIONS, Curve, Differences
from tests.planning.questions.asking import STATES, hurried


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_it_is_drawn(question, palette):
    figure = draw_question(question.ask(hurried(), {}).chart, palette=palette)
    assert figure.layout.height == HEIGHT == 200
    assert figure.layout.xaxis.title.text


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
@pytest.mark.parametrize("state", STATES)
def test_whatever_there_is_to_draw_can_be_drawn(question, state):
    found = question.ask(STATES[state](), {})
    if found is not None and found.chart is not None:
        draw_question(found.chart, palette=LIGHT)


def test_differences_lie_beside_a_strip_in_which_there_is_none():
    chart = Differences(
        names=("Whole volumes", "An even split"),
        gains=(-0.02, 0.001),
        lows=(-0.03, None),
        highs=(-0.01, None),
        x_title="Dice, beside the plan",
    )
    figure = draw_question(chart, palette=LIGHT)
    (strip,) = (shape for shape in figure.layout.shapes if shape.type == "rect")
    assert (strip.x0, strip.x1) == (-NO_DIFFERENCE, NO_DIFFERENCE)
    assert list(figure.layout.yaxis.ticktext) == list(chart.names)
    (interval,) = (trace for trace in figure.data if trace.mode == "lines")
    assert list(interval.x) == [-0.03, -0.01]


def test_a_share_has_an_axis_from_none_to_all():
    chart = Curve(
        x=(1.0, 2.0),
        y=(0.2, 0.3),
        low=None,
        high=None,
        mark=(1.9, 0.3),
        label="the plan",
        x_title="Hours",
        y_title="Chance",
        is_share=True,
    )
    figure = draw_question(chart, palette=LIGHT)
    assert list(figure.layout.yaxis.ticktext)[-1] == "100\u00a0%"
    assert len(figure.layout.yaxis.ticktext) == len(figure.layout.yaxis.tickvals)
    (label,) = figure.layout.annotations
    assert (label.text, label.xanchor) == ("<b>the plan</b>", "right")
