import time
from functools import cache

import numpy as np
import pytest

from simulator.analysis import make_study
from simulator.effort import MEASURES, Prices
from simulator.figures import DARK, LIGHT
from simulator.figures.map import can_map, draw_map, map_data
from simulator.records import Virtues
from simulator.wording.answers import describe_freedom
from tests.factories import SMALL_GRID, make_harmless, make_records, make_reference, make_table
from tests.studies import small_study
from tests.worlds import World, published_design, saturating

HOURS = MEASURES["hours"]


@cache
def ask(budget, effort="hours"):
    study, measure = small_study(), MEASURES[effort]
    recommendation = study.recommend(measure=measure, budget=budget)
    return recommendation, map_data(recommendation, study=study, measure=measure)


def is_inside(region, x, y, *, slack=1e-6):
    """Whether a place lies in an outline whose upper line comes first, and then its lower one, backwards."""
    n = len(region) // 2
    high, low = region.iloc[:n], region.iloc[n : 2 * n][::-1]
    return (
        high["x"].min() - slack <= x <= high["x"].max() + slack
        and np.interp(x, low["x"], low["y"]) - slack <= y <= np.interp(x, high["x"], high["y"]) + slack
    )


def test_more_volumes_and_more_slices_are_expected_to_give_more():
    _, data = ask(2.0)
    assert data.expected.shape == (len(data.slices), len(data.volumes))
    assert (np.diff(data.expected, axis=0) > -1e-3).all()
    assert (np.diff(data.expected, axis=1) > -1e-3).all()
    assert (data.volumes[0], data.volumes[-1]) == (2, 40)
    assert (data.slices[0], data.slices[-1]) == (2, 30)


@pytest.mark.parametrize("effort", ["hours", "slices-drawn", "diversity-x-completeness", "cost"])
def test_the_line_lies_where_the_effort_is_the_budget(effort):
    budget = {"hours": 2.0, "cost": 300.0}.get(effort, 0.2)
    _, data = ask(budget, effort)
    n_slices = data.line["x"] * data.line["y"]
    hours = small_study().prices.hours(n_volumes=data.line["x"], n_slices_drawn=n_slices, n_slices_copied=0.0)
    wage = small_study().prices.expert_wage
    spent = {"hours": hours, "cost": hours * wage}.get(effort, n_slices / 1200)
    # Straight between two lines of the grid.
    assert spent.to_numpy() == pytest.approx(budget, rel=0.01)
    assert data.line["y"].iloc[0] == pytest.approx(30, rel=1e-3)
    assert data.line_label == MEASURES[effort].unit.write(budget)


@pytest.mark.parametrize("budget", [0.5, 1.0, 2.0, 5.0, 9.0, 300.0])
def test_the_star_is_the_strategy_and_stands_within_what_is_as_good(budget):
    recommendation, data = ask(budget)
    assert can_map(recommendation, measure=HOURS)
    assert data.star[0] == pytest.approx(recommendation.strategy.n_volumes)
    assert data.star[1] == pytest.approx(recommendation.strategy.slices_per_volume)
    assert any(is_inside(region, *data.star) for region in data.near)


def test_what_is_as_good_is_what_the_recommendation_counts():
    recommendation, data = ask(2.0)
    near = recommendation.near_optimal
    exact = near[near["quality"] == 1]
    assert len(exact) > 1
    for _, row in exact[~exact["is_measured"].astype(bool)].iterrows():
        place = row["n_volumes"], row["n_slices_used"] / row["n_volumes"]
        # Straight between two lines of the grid.
        assert any(is_inside(region, *place, slack=0.15) for region in data.near)
    level = near["expected"].max() - 0.003
    others = recommendation.offers[recommendation.offers["quality"] == 1]
    worse = others[(others["expected"] < level - 0.002) | (others["effort"] > 2.1)]
    for _, row in worse.iterrows():
        place = row["n_volumes"], row["n_slices_used"] / row["n_volumes"]
        assert not any(is_inside(region, *place) for region in data.near)


def test_dots_are_the_exact_ones_that_were_measured_and_lead_to_their_records():
    _, data = ask(2.0)
    exact = {(v.diversity, v.completeness) for v in SMALL_GRID if v.quality == 1}
    assert set(zip(data.points["diversity"], data.points["completeness"], strict=True)) == exact
    assert data.points["y"].tolist() == pytest.approx(
        [max(1, round(30 * c)) for c in data.points["completeness"]], rel=0.01
    )


def test_what_lies_beyond_the_measured_counts_is_hatched_and_nothing_else():
    _, data = ask(2.0)
    centre = [(x, y) for x in (5, 20, 39) for y in (4, 15, 29)]
    assert not any(is_inside(region, *place) for region in data.unknown for place in centre)
    for place in [(2.5, 10), (20, 2.5), (3.5, 29)]:
        assert any(is_inside(region, *place) for region in data.unknown)


def test_no_line_where_the_budget_pays_for_everything():
    _, data = ask(300.0)
    assert data.line.empty
    assert not draw_map(data, palette=LIGHT).layout.annotations


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("budget", [0.5, 2.0, 9.0])
def test_the_chart_has_fixed_greys_no_legend_and_the_star_last(budget, palette):
    _, data = ask(budget)
    figure = draw_map(data, palette=palette)
    grounds = figure.data[0]
    assert (grounds.type, grounds.zmin, grounds.zmax, grounds.autocontour) == ("contour", 0, 1, False)
    assert (grounds.contours.start, grounds.contours.end, grounds.contours.size) == (0.1, 0.9, 0.1)
    assert {color for _, color in grounds.colorscale} == set(palette.contours)
    assert not figure.layout.showlegend
    assert not grounds.showscale
    star = figure.data[-1]
    assert (star.marker.symbol, star.marker.size, star.marker.color) == ("star", 18, palette.ink)
    assert (star.x, star.y) == ((data.star[0],), (data.star[1],))
    # A click on a dot fades nothing.
    assert all(t.unselected.marker.opacity == 1 for t in figure.data[1:] if t.mode == "markers")
    assert all(t.unselected.textfont.color == palette.ink for t in figure.data[1:] if t.mode == "text")
    (dots,) = (trace for trace in figure.data if trace.customdata is not None)
    assert (dots.marker.size, len(dots.customdata[0])) == (6, 5)
    assert figure.layout.xaxis.ticktext[-1] == "40"
    (label,) = figure.layout.annotations
    assert label.text == f"<b>{data.line_label}</b>"


def test_an_inexact_strategy_and_a_measure_of_whole_volumes_have_no_map():
    study = make_study(make_table(make_harmless(SMALL_GRID)), prices=Prices())
    inexact = study.recommend(measure=MEASURES["slices-drawn"], budget=0.35)
    assert inexact.strategy.virtues.quality < 1
    assert not can_map(inexact, measure=MEASURES["slices-drawn"])
    measure = MEASURES["diversity-x-quality"]
    assert not can_map(small_study().recommend(measure=measure, budget=0.3), measure=measure)


def test_two_volumes_are_no_choice():
    grid = [Virtues(diversity=d, completeness=c, quality=1.0) for d in (0.5, 1.0) for c in (0.1, 0.3, 1.0)]
    records = make_records(grid, reference=make_reference(n_pool=2))
    recommendation = make_study(make_table(records), prices=Prices()).recommend(hours=0.3)
    assert recommendation.status == "answer"
    assert not can_map(recommendation, measure=HOURS)


def test_the_title_says_how_many_volumes_do_as_well_or_asks():
    recommendation, _ = ask(2.0)
    volumes = recommendation.near_optimal["n_volumes"]
    said = f"{round(volumes.min())} to {round(volumes.max())} volumes do as well"
    assert describe_freedom(recommendation) == said
    assert describe_freedom(small_study().recommend(hours=300.0)).endswith(("do as well", "slices?"))


def test_a_map_takes_no_time_that_a_page_would_notice():
    runs = World(published_design(), saturating).draw(np.random.default_rng(0))
    study = make_study(runs, prices=Prices(), n_draws=50)
    recommendation = study.recommend(hours=2.6)
    assert can_map(recommendation, measure=HOURS)
    times = []
    for _ in range(4):
        start = time.process_time()
        map_data(recommendation, study=study, measure=HOURS)
        times.append(time.process_time() - start)
    assert min(times) < 0.05
