import dataclasses
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from simulator.analysis import make_study
from simulator.effort import MEASURES, Prices
from simulator.figures import DARK, LIGHT
from simulator.figures.frontier import (
    PLOT_HEIGHT,
    describe_flattening,
    draw_frontier,
    frontier_data,
    other_ways,
)
from simulator.records import Virtues
from tests.factories import SMALL_GRID, make_record, make_records, make_table
from tests.studies import small_study


def ask(budget, *, records=None, effort="slices-drawn"):
    study = small_study() if records is None else make_study(make_table(records), prices=Prices())
    return study.recommend(measure=MEASURES[effort], budget=budget)


def labels_of(figure):
    return [
        a
        for a in figure.layout.annotations
        if a.text.startswith(("<b>Recommended", "Whole", "All", "Everything"))
    ]


def test_a_click_on_a_point_fades_no_mark():
    figure = draw_frontier(frontier_data(ask(0.2)), palette=LIGHT)
    marks = [trace for trace in figure.data if trace.mode == "markers" and trace.marker.color == LIGHT.ink]
    assert len(marks) == 2
    assert all(trace.unselected.marker.opacity == 1 for trace in marks)


def test_axes_are_per_cent_of_full_labeling_and_full_labeling_is_at_the_end():
    data = frontier_data(ask(0.2))
    last = data.vertices.iloc[-1]
    assert (data.x_suffix, data.is_normalized) == ("\u00a0%", True)
    assert last["x"] == pytest.approx(100)
    assert last["y"] == pytest.approx(100)
    assert data.budget == pytest.approx(20)
    assert data.y_range[0] < data.vertices["y"].min()


def test_without_full_labeling_the_axis_is_dice():
    records = [r for r in make_records() if r.virtues != Virtues.full()]
    data = frontier_data(ask(0.2, records=records))
    assert data.y_title == "Expected Dice"
    assert data.points["y"].max() <= 1


def test_where_all_is_nearly_as_good_as_the_best_the_points_fill_the_chart():
    records = [
        make_record(v, seed=seed, dice=0.96 + 0.02 * v.diversity) for v in SMALL_GRID for seed in range(3)
    ]
    low, high = frontier_data(ask(0.2, records=records)).y_range
    assert 0.3 < (100 - low) / (high - low) < 0.85
    assert high < 102


def test_hours_are_hours():
    recommendation = ask(5.0, effort="hours")
    data = frontier_data(recommendation)
    assert data.budget == 5.0
    assert data.x_title == "Effort, hours of work"
    assert data.x_range[1] > recommendation.full_effort


def test_nothing_is_hidden_without_being_counted():
    recommendation = ask(0.2)
    data = frontier_data(recommendation)
    assert len(data.points) + data.n_below == recommendation.n_combinations
    assert set(data.points.loc[data.points["is_copied"], "quality"]) <= {0.7, 0.8, 0.9}
    by_completeness = data.points.set_index("completeness")["symbol"].to_dict()
    assert (by_completeness[1.0], by_completeness[0.333333], by_completeness[0.1]) == (
        "circle",
        "diamond",
        "x",
    )


@pytest.mark.parametrize("budget", [0.03, 0.2, 0.35, 0.72, 1.0])
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_labels_stand_apart_and_inside(budget, palette):
    data = frontier_data(ask(budget))
    figure = draw_frontier(data, palette=palette)
    heights = sorted(
        PLOT_HEIGHT * (data.y_range[1] - a.y) / (data.y_range[1] - data.y_range[0]) + a.ay
        for a in labels_of(figure)
        if a.ax != 0
    )
    assert all(0 <= height <= PLOT_HEIGHT for height in heights)
    assert all(below - above >= 17 for above, below in pairwise(heights))
    assert figure.layout.paper_bgcolor == palette.background
    assert not figure.layout.showlegend


PHONE, DIGIT = 310, 6.5
"""Pixels between the axes of a chart on a phone, and of a character."""


@pytest.mark.parametrize("share", np.linspace(0.1, 0.95, 18))
def test_a_label_fits_beside_the_budget_on_a_phone(share):
    everything = ask(1.0, effort="hours").full_effort
    data = frontier_data(ask(share * everything, effort="hours"))
    labels = labels_of(draw_frontier(data, palette=LIGHT))
    assert any(label.text.startswith("Everything") for label in labels) == (share > 0.48)
    for label in labels:
        at = PHONE * (label.x - data.x_range[0]) / (data.x_range[1] - data.x_range[0]) + label.ax
        room = at + 62 if label.xanchor == "right" else PHONE + 16 - at  # as far as the margins reach
        assert DIGIT * max(map(len, re.sub("</?b>", "", label.text).split("<br>"))) <= room


@pytest.mark.parametrize("budget", [0.3, 0.35, 0.45, 0.72, 0.9])
def test_label_of_a_star_left_of_the_budget_stays_out_of_the_title(budget):
    answer = ask(budget)
    thrifty = replace(answer, strategy=replace(answer.strategy, effort=0.7 * budget))
    data = frontier_data(thrifty)
    above = [a for a in labels_of(draw_frontier(data, palette=LIGHT)) if a.ax == 0]
    assert above
    for a in above:
        y = PLOT_HEIGHT * (data.y_range[1] - a.y) / (data.y_range[1] - data.y_range[0]) + a.ay
        assert y >= 9


def test_star_is_drawn_last_and_only_for_an_answer():
    figure = draw_frontier(frontier_data(ask(0.2)), palette=LIGHT)
    assert figure.data[-1].marker.symbol == "star"
    one = ask(0.2, records=[make_record()])
    assert one.status == "one-record"
    assert frontier_data(one).star is None


def test_ways_that_are_the_recommended_one_are_no_other_ways():
    assert ask(1.0).alternatives
    assert other_ways(ask(1.0)) == ()
    assert frontier_data(ask(1.0)).rings == ()
    assert other_ways(ask(0.2)) == ask(0.2).alternatives


def test_one_record_has_no_band_and_still_a_picture():
    data = frontier_data(
        ask(0.2, records=[make_record(Virtues(diversity=0.5, completeness=0.5, quality=1.0))])
    )
    assert data.y_title == "Expected Dice"
    draw_frontier(data, palette=LIGHT)


def test_flattening_is_said_where_it_was_measured():
    text = describe_flattening(ask(0.2))
    assert text.startswith("95\u00a0% of full performance costs ")
    records = make_records(tuple(v for v in SMALL_GRID if v != Virtues.full()))
    assert describe_flattening(ask(0.2, records=records)) == "What does more effort give?"


def test_data_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError, match="budget"):
        frontier_data(ask(0.2)).budget = 1.0


def test_the_best_that_any_effort_buys_never_falls_and_passes_no_offer_by():
    answer = small_study().recommend(hours=4)
    data = frontier_data(answer)
    assert (data.curve["x"].diff().dropna() > 0).all()
    assert (data.curve["y"].diff().dropna() > 0).all()
    points = answer.frontier.points
    full = (points["expected"] / points["expected_normalized"]).iloc[0]
    at = np.interp(answer.offers["effort"], data.curve["x"], data.curve["y"])
    assert (at + 1e-9 >= 100 * answer.offers["expected"] / full).all()
    assert len(data.curve) > len(answer.frontier.vertices)


def test_without_an_answer_there_is_no_such_curve():
    assert frontier_data(small_study().recommend(hours=0.01)).curve.empty
