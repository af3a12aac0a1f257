"""Figures 1 and 4, one data set and several over each other: their numbers, and that both themes draw them."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.analysis.combinations import COMBINATION
from simulator.analysis.frontier.trajectory import WORTH, find_worth
from simulator.analysis.study import make_study
from simulator.effort import MEASURES, Prices
from simulator.figures import DARK, LIGHT
from simulator.figures.points import symbols_by_quality, symbols_by_slices
from simulator.figures.trajectories import PLOT_HEIGHT, draw_trajectories, trajectories_data
from simulator.figures.trajectory import (
    draw_trajectory,
    find_cost,
    share_axes,
    trajectory_data,
    trajectory_table,
)
from simulator.records import Virtues
from simulator.wording.evidence import describe_cost
from tests.factories import SMALL_GRID, make_records, make_reference, make_table
from tests.worlds import World, published_design, saturating

QUALITY, COMPLETENESS = MEASURES["diversity-x-quality"], MEASURES["diversity-x-completeness"]


@pytest.fixture(scope="module")
def study():
    runs = World(published_design(), saturating).draw(np.random.default_rng(0))
    return make_study(runs, prices=Prices(), n_draws=200)


def evidence_of(grid=SMALL_GRID, **options):
    return make_study(make_table(make_records(grid, **options)), prices=Prices(), n_draws=100)


@pytest.mark.parametrize("measure", [QUALITY, COMPLETENESS, MEASURES["hours"]])
def test_no_point_lies_above_the_line(study, measure):
    data = trajectory_data(study, measure=measure)
    line = np.interp(data.points["x"], data.vertices["x"], data.vertices["y"])
    assert (data.points["y"] <= line + 1e-9).all()
    assert data.vertices["y"].is_monotonic_increasing
    assert set(data.points["combination"]) == set(np.flatnonzero(np.isfinite(study.efforts[measure.name])))


def test_points_are_medians_and_the_last_is_full_labeling(study):
    data = trajectory_data(study, measure=QUALITY, over="medians")
    by_number = data.points.set_index("combination")
    expected = study.combinations.loc[by_number.index, "normalized_median"]
    assert by_number["y"].to_numpy() == pytest.approx(100 * expected.to_numpy())
    full = by_number.loc[study.full]
    assert (full["x"], full["y"]) == (100, 100)
    assert "Median Dice 0.87, 100\u00a0% of full" in full["hover"]
    assert data.y_title == "Median Dice, share of full labeling"
    assert data.worth.equals(data.vertices)
    assert (data.points["completeness"] == 1).all()


def test_points_are_what_is_expected_as_every_answer_says_it(study):
    data = trajectory_data(study, measure=QUALITY)
    by_number = data.points.set_index("combination")
    expected = study.combinations.loc[by_number.index, "expected"]
    assert by_number["y"].to_numpy() == pytest.approx(
        100 * expected / study.combinations["expected"][study.full]
    )
    assert "Expected Dice 0.8" in by_number.loc[study.full, "hover"]
    assert "Median" not in "".join(by_number["hover"])


def test_a_vertex_that_hardly_ever_is_one_is_not_worth_its_effort(study):
    priced = study.at(MEASURES["hours"])
    vertices, rare = priced.frontier.vertices, priced.frontier.vertices["combination"].iloc[2]
    share = np.where(
        priced.frontier.points["combination"] == rare, WORTH - 0.001, priced.trajectory.vertex_share
    )
    worth = find_worth(priced.frontier, replace(priced.trajectory, vertex_share=share))
    assert set(vertices["combination"]) - set(worth["combination"]) == {rare}
    assert len(find_worth(priced.frontier, None)) == len(vertices)


def test_the_second_virtue_is_the_shape(study):
    by_quality = trajectory_data(study, measure=QUALITY).points
    assert by_quality["symbol"].tolist() == symbols_by_quality(by_quality["quality"])
    assert not by_quality["is_ring"].any()
    by_slices = trajectory_data(study, measure=COMPLETENESS).points
    assert by_slices["symbol"].tolist() == symbols_by_slices(by_slices["completeness"])
    in_hours = trajectory_data(study, measure=MEASURES["hours"]).points
    assert (in_hours["is_ring"] == (in_hours["quality"] < 1)).all()


def test_proxies_are_never_mixed():
    contour = [v.model_copy(update={"proxy": "contour"}) for v in SMALL_GRID if v.quality < 1]
    runs = make_table(make_records((*SMALL_GRID, *contour)))
    for proxy in ("interpolation", "contour"):
        study = make_study(runs, prices=Prices(), proxy=proxy, n_draws=100)
        points = trajectory_data(study, measure=QUALITY).points
        assert set(points.loc[points["quality"] < 1, "proxy"]) == {proxy}
        assert (points["quality"] == 1).sum() == 4


def test_one_test_volume_has_no_band_and_no_share():
    data = trajectory_data(evidence_of(reference=make_reference(n_test=1)), measure=COMPLETENESS)
    assert data.band is None
    assert data.points["vertex_share"].isna().all()


def test_without_full_labeling_the_axis_is_dice():
    data = trajectory_data(
        evidence_of([v for v in SMALL_GRID if v != Virtues.full()]), measure=MEASURES["slices-drawn"]
    )
    assert (data.y_title, data.is_normalized, data.full_effort) == ("Expected Dice", False, None)
    assert data.points["y"].max() <= 1
    assert find_cost(data) is None


def test_a_measure_that_prices_nothing_has_no_chart():
    sparse = [Virtues(diversity=d, completeness=0.5, quality=1.0) for d in (0.5, 1.0)]
    assert trajectory_data(evidence_of(sparse), measure=QUALITY) is None


def test_cost_of_most_of_the_performance(study):
    data = trajectory_data(study, measure=MEASURES["hours"])
    text = describe_cost(find_cost(data), share=0.95, measure=MEASURES["hours"])
    assert text.startswith("95\u00a0% of full performance costs ")
    assert text.endswith(("hours", "hour", "minutes"))
    assert describe_cost(None, share=0.95, measure=MEASURES["hours"]) == "What does more effort give?"


def test_side_by_side_axes_are_equal(study):
    datas = share_axes([trajectory_data(one, measure=COMPLETENESS) for one in (study, evidence_of())])
    assert len({data.x_range for data in datas}) == len({data.y_range for data in datas}) == 1
    assert all(
        data.y_range[0] <= data.points["y"].min() and data.points["y"].max() <= data.y_range[1]
        for data in datas
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("is_small", [True, False])
def test_every_point_is_drawn_once_and_knows_its_virtues(study, palette, is_small):
    data = trajectory_data(study, measure=MEASURES["hours"])
    figure = draw_trajectory(data, palette=palette, is_small=is_small)
    drawn = [virtues for trace in figure.data if trace.customdata is not None for virtues in trace.customdata]
    assert len(drawn) == len({tuple(virtues) for virtues in drawn}) == len(data.points)
    assert figure.layout.height - figure.layout.margin.b == (296 if is_small else 460) - 46
    assert figure.layout.paper_bgcolor == palette.background


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (MEASURES["hours"], ["● every slice", "■ every 2nd", "✖ fewer", "○ (orange) the rest filled in"]),
        (COMPLETENESS, ["● every slice", "▲ every 4th to 7th"]),
        (QUALITY, ["● labeled exactly", "✖ less"]),
    ],
)
@pytest.mark.parametrize("is_small", [True, False])
def test_a_saved_picture_says_what_its_shapes_mean(study, measure, said, is_small):
    figure = draw_trajectory(trajectory_data(study, measure=measure), palette=LIGHT, is_small=is_small)
    (key,) = [note for note in figure.layout.annotations if "every" in note.text or "exactly" in note.text]
    assert all(meaning in key.text for meaning in said)
    assert ("Stronger blue: more volumes" in key.text) == is_small
    assert ("○" in key.text) == (measure is MEASURES["hours"])
    # Below the axis' title, inside the picture, and narrow enough for one of three side by side.
    lines = key.text.split("<br>")
    assert (key.y, key.yshift, key.yanchor) == (0, -46, "top")
    assert figure.layout.margin.b == 46 + 16 * len(lines)
    assert max(map(len, lines)) <= 40


def test_a_csv_holds_every_combination_with_what_was_measured(study):
    data = trajectory_data(study, measure=QUALITY, over="medians")
    table = trajectory_table(data)
    priced = study.combinations[np.isfinite(study.efforts[QUALITY.name])]
    merged = table.merge(priced, on=COMBINATION, suffixes=("", "_measured"), validate="one_to_one")
    assert len(merged) == len(table) == len(priced)
    assert table["effort"].is_monotonic_increasing
    assert merged["effort"].to_numpy() == pytest.approx(
        (merged["diversity"] * merged["achieved_quality"]).to_numpy(), abs=0.02
    )
    for column, measured in (
        ("dice", "dice_measured"),
        ("dice_low", "dice_low_measured"),
        ("dice_high", "dice_high_measured"),
        ("normalized", "normalized_measured"),
        ("normalized_low", "low"),
        ("normalized_high", "high"),
        ("normalized_median", "normalized_median_measured"),
    ):
        assert merged[column].to_numpy() == pytest.approx(merged[measured].to_numpy(), nan_ok=True)
    vertices = table[table["is_vertex"]]
    assert vertices["normalized_median"].tolist() == pytest.approx((data.vertices["y"] / 100).tolist())
    assert table["vertex_share"].between(0, 1).all()


@pytest.mark.parametrize("measure", [COMPLETENESS, MEASURES["hours"]])
def test_over_each_other_all_end_at_full_effort(study, measure):
    small = evidence_of()
    datas = {"A": trajectory_data(study, measure=measure), "<b>": trajectory_data(small, measure=measure)}
    over = trajectories_data(list(datas.items()))
    for line, one in zip(over.lines, (study, small), strict=True):
        assert line.x.max() <= 100.0001
        numbers = datas[line.title].vertices["combination"]
        shares = one.efforts[measure.name][numbers] / one.efforts[measure.name][one.full]
        assert line.x == pytest.approx(100 * shares)
        assert (line.band[1] <= line.band[2]).all()
    figure = draw_trajectories(over, palette=LIGHT)
    assert [note.text for note in figure.layout.annotations] == ["A", "&lt;b&gt;"]
    low, high = over.y_range
    heights = [PLOT_HEIGHT * (high - note.y) / (high - low) + note.ay for note in figure.layout.annotations]
    assert abs(heights[0] - heights[1]) > 17
    assert all(0 <= height <= PLOT_HEIGHT for height in heights)


def test_what_has_no_unit_is_left_out_and_named(study):
    rest = evidence_of([v for v in SMALL_GRID if v != Virtues.full()])
    datas = {
        "A": trajectory_data(study, measure=COMPLETENESS),
        "B": trajectory_data(rest, measure=COMPLETENESS),
    }
    over = trajectories_data(list(datas.items()))
    assert ([line.title for line in over.lines], over.left_out) == (["A"], ("B",))
    draw_trajectories(over, palette=DARK)
    assert trajectories_data([("B", datas["B"])]) is None
