"""The small charts of Saturation: their numbers, and that both themes draw them."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.analysis.saturation.diversity import estimate_saturation
from simulator.analysis.saturation.quality import estimate_knee
from simulator.analysis.study import make_study
from simulator.effort import Prices
from simulator.figures import DARK, LIGHT
from simulator.figures.diversity_saturation import (
    describe_saturation,
    diversity_saturation_data,
    name_setting,
)
from simulator.figures.lines import draw_lines, lines_table
from simulator.figures.quality_saturation import describe_knee, quality_saturation_data
from simulator.records import Virtues
from tests.worlds import World, published_design, saturating

DESIGN = published_design()


@pytest.fixture(scope="module")
def runs():
    return World(DESIGN, saturating).draw(np.random.default_rng(0))


@pytest.fixture(scope="module")
def study(runs):
    return make_study(runs, prices=Prices(), n_draws=200)


@pytest.fixture(scope="module")
def knee(study):
    return estimate_knee(study)


@pytest.fixture(scope="module")
def settings_lines(study):
    return estimate_saturation(study)


def test_quality_has_a_line_for_numbers_of_volumes_and_levels_of_key_slices(study, knee):
    data = quality_saturation_data(study, knee=knee)
    labels = [line.label for line in data.lines]
    assert labels == ["2 volumes", "10 volumes", "19 volumes", "48 volumes"] + [
        f"every {n}th alone" for n in (5, 10, 15)
    ]
    full = data.lines[3]
    assert full.x.tolist() == pytest.approx([75, 80, 85, 90, 95, 100])
    assert full.y[-1] == 100
    medians = study.combinations.set_index(["diversity", "completeness", "quality", "sampling"])
    assert full.y[0] == pytest.approx(100 * medians.loc[(1.0, 1.0, 0.75, "random"), "normalized_median"])
    assert data.y_range[0] < min(line.y.min() for line in data.lines)


@pytest.mark.parametrize("share", [0.99, 0.5])
def test_only_a_clear_knee_is_marked(study, knee, share):
    data = quality_saturation_data(study, knee=replace(knee, share=share))
    if share == 0.5:
        assert data.band is data.mark is None
    else:
        assert data.band[0] <= data.mark <= data.band[1]


def test_another_proxy_is_another_chart(runs):
    outlined = make_study(runs, prices=Prices(), proxy="contour", n_draws=50)
    assert quality_saturation_data(outlined, knee=None) is None


def test_where_quality_bends_is_said_shortly(knee):
    assert describe_knee(None) == "too little measured"
    assert len(describe_knee(knee)) <= 34
    assert describe_knee(knee).startswith("bends at") or describe_knee(knee) == "no clear bend"


def test_diversity_has_a_line_for_each_setting_full_virtues_in_ink(settings_lines):
    data = diversity_saturation_data(settings_lines)
    assert len(data.lines) == 7
    assert (data.lines[0].label, data.lines[0].kind) == ("every slice", "ink")
    assert {line.kind for line in data.lines} == {"ink", "completeness", "quality"}
    assert data.is_log
    assert data.x_range[0] < 2
    assert data.x_range[1] > 48
    assert describe_saturation(settings_lines) in {"saturated", "still growing", "cannot tell yet"}
    assert len({name_setting(line) for line in settings_lines}) == len(settings_lines)


def test_the_line_that_is_spoken_of_has_the_band(settings_lines):
    def banded(**quoted):
        data = diversity_saturation_data(settings_lines, **quoted)
        return [line.label for line in data.lines if np.isfinite(line.low).all()]

    assert banded() == ["every slice"]
    assert banded(quoted=settings_lines[1]) == [name_setting(settings_lines[1])]


def test_without_lines_there_is_no_chart():
    assert diversity_saturation_data(()) is None
    assert describe_saturation(()) == "too few numbers of volumes"
    few = World([Virtues.full()], saturating).draw(np.random.default_rng(1))
    study = make_study(few, prices=Prices(), n_draws=50)
    assert quality_saturation_data(study, knee=None) is None


def test_no_band_is_cut_off(study, knee, settings_lines):
    for data in (
        quality_saturation_data(study, knee=knee),
        diversity_saturation_data(settings_lines),
    ):
        values = np.concatenate([part for line in data.lines for part in (line.y, line.low, line.high)])
        assert data.y_range[0] < np.nanmin(values) < np.nanmax(values) < data.y_range[1]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_charts_are_drawn_with_every_label_apart(study, knee, settings_lines, palette):
    for data in (
        quality_saturation_data(study, knee=knee),
        diversity_saturation_data(settings_lines),
    ):
        figure = draw_lines(data, palette=palette)
        labels = [
            note for note in figure.layout.annotations if note.showarrow is False and note.xref == "paper"
        ]
        assert len(labels) == len(data.lines)
        heights = np.sort([note.y for note in labels]) * 220 / (data.y_range[1] - data.y_range[0])
        assert np.diff(heights).min() > 16
        assert figure.layout.paper_bgcolor == palette.background


def test_a_csv_holds_the_medians_of_every_point_and_the_interval_where_one_is_drawn(study, settings_lines):
    table = lines_table(diversity_saturation_data(settings_lines))
    assert list(table.columns) == ["line", "n_volumes", "normalized", "normalized_low", "normalized_high"]
    full = table[table["line"] == "every slice"].set_index("n_volumes")
    exact = study.combinations.query("completeness == 1 and quality == 1").set_index("n_volumes")
    assert full.index.tolist() == exact.index.tolist() == [2, 5, 10, 19, 34, 48]
    assert full["normalized"].to_numpy() == pytest.approx(exact["normalized_median"].to_numpy())
    assert full["normalized_low"].to_numpy() == pytest.approx(exact["low"].to_numpy())
    assert full["normalized_high"].to_numpy() == pytest.approx(exact["high"].to_numpy())
    assert table.loc[table["line"] != "every slice", "normalized_low"].isna().all()


def test_a_csv_holds_shares_as_fractions(study, knee):
    table = lines_table(quality_saturation_data(study, knee=knee))
    full = table[table["line"] == "48 volumes"]
    whole = study.combinations.query("diversity == 1 and completeness == 1").sort_values("quality")
    assert full["achieved_quality"].tolist() == pytest.approx([0.75, 0.8, 0.85, 0.9, 0.95, 1.0])
    assert full["normalized"].to_numpy() == pytest.approx(whole["normalized_median"].to_numpy())
