"""Figures 2 and 5: the virtues at the vertices, and what each performance needs."""

import numpy as np
import pytest

from simulator.analysis.study import make_study
from simulator.effort import MEASURES, Prices
from simulator.figures import DARK, LIGHT
from simulator.figures.lines import draw_lines, lines_table
from simulator.figures.paper import PAPER_FIGURES
from simulator.figures.trajectory import trajectory_data
from simulator.figures.virtues import virtues_data
from simulator.records import Virtues
from tests.factories import SMALL_GRID, make_record, make_records, make_reference, make_table
from tests.worlds import World, published_design, saturating

QUALITY, COMPLETENESS = MEASURES["diversity-x-quality"], MEASURES["diversity-x-completeness"]


@pytest.fixture(scope="module")
def study():
    runs = World(published_design(), saturating).draw(np.random.default_rng(0))
    return make_study(runs, prices=Prices(), n_draws=200)


def evidence_of(records):
    return make_study(make_table(records), prices=Prices(), n_draws=50)


@pytest.mark.parametrize(
    ("measure", "virtues"),
    [
        (QUALITY, ["quality", "diversity"]),
        (COMPLETENESS, ["diversity", "completeness"]),
        (MEASURES["hours"], ["quality", "diversity", "completeness"]),
    ],
)
def test_a_line_for_each_virtue_over_the_vertices_of_the_trajectory(study, measure, virtues):
    data = virtues_data(study, measure=measure)
    assert [line.label for line in data.lines.lines] == virtues
    vertices = trajectory_data(study, measure=measure, over="medians").vertices
    for line in data.lines.lines:
        assert line.kind == line.label
        assert line.x == pytest.approx(vertices["y"].to_numpy())
        column = "achieved_quality" if line.label == "quality" else line.label
        assert line.y == pytest.approx(100 * vertices[column].to_numpy())
        assert (line.low <= line.high).all()
        assert line.high.max() <= 100


def test_one_test_volume_has_no_band():
    one = make_records(reference=make_reference(n_test=1))
    data = virtues_data(evidence_of(one), measure=COMPLETENESS)
    assert all(np.isnan(line.low).all() for line in data.lines.lines)
    assert data.order.first is None


@pytest.mark.parametrize(
    "records",
    [
        [make_record()],
        make_records([v for v in SMALL_GRID if v != Virtues.full()]),
        make_records([v for v in SMALL_GRID if v.completeness == v.quality == 1]),
    ],
    ids=["one", "without full", "one virtue"],
)
def test_what_cannot_be_compared_has_no_chart(records):
    assert virtues_data(evidence_of(records), measure=COMPLETENESS) is None


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_virtues_keep_their_colours_and_completeness_is_dashed(study, palette):
    figure = draw_lines(virtues_data(study, measure=MEASURES["hours"]).lines, palette=palette)
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    assert [trace.line.color for trace in lines] == [palette.quality, palette.diversity, palette.completeness]
    assert [trace.line.dash for trace in lines] == ["solid", "solid", "dash"]
    assert all(len(trace.customdata[0]) == 5 for trace in lines)


def test_the_papers_figures_are_in_order_and_all_are_made(study):
    assert [figure.number for figure in PAPER_FIGURES] == [1, 2, 3, 4, 5, 6]
    axes = {
        1: ("Effort, diversity × quality", "Median Dice, share of full labeling"),
        2: ("Dice, share of full labeling", "Virtue"),
        3: ("Label quality (3-D IoU)", "Dice, share of full labeling"),
        4: ("Effort, diversity × completeness", "Median Dice, share of full labeling"),
        5: ("Dice, share of full labeling", "Virtue"),
        6: ("Volumes", "Dice, share of full labeling"),
    }
    for figure in PAPER_FIGURES:
        made = figure.make(study)
        layout = made.figure.layout
        assert (layout.xaxis.title.text, layout.yaxis.title.text) == axes[figure.number]
        drawn = [trace.customdata for trace in made.figure.data if trace.customdata is not None]
        levels = made.table["line"].str.endswith("alone").sum() if "line" in made.table else 0
        assert len(made.table) == sum(map(len, drawn)) + levels


def test_a_csv_holds_what_each_vertex_takes_of_each_virtue(study):
    table = lines_table(virtues_data(study, measure=QUALITY).lines)
    vertices = trajectory_data(study, measure=QUALITY, over="medians").vertices
    assert list(table.columns) == ["line", "normalized", "virtue", "virtue_low", "virtue_high"]
    for virtue, column in (("quality", "achieved_quality"), ("diversity", "diversity")):
        rows = table[table["line"] == virtue]
        assert rows["normalized"].tolist() == pytest.approx(vertices["normalized_median"].tolist())
        assert rows["virtue"].tolist() == pytest.approx(vertices[column].tolist())
        assert (rows["virtue_low"] <= rows["virtue_high"]).all()
