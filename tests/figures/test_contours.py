import numpy as np
import pytest

from simulator.figures.contours import between, first_reaching, label_levels, last_within, level_line

VOLUMES, SLICES = np.geomspace(2, 50, 20), np.geomspace(1, 30, 15)
PRODUCT = SLICES[:, None] * VOLUMES
NOWHERE = np.empty((0, 2))


def test_a_column_says_what_is_within_a_limit_and_what_reaches_a_level():
    top = last_within(PRODUCT, SLICES, limit=40)
    bottom = first_reaching(np.log(PRODUCT), SLICES, level=np.log(40))
    inside = (SLICES[0] < 40 / VOLUMES) & (SLICES[-1] > 40 / VOLUMES)
    assert top[inside] == pytest.approx(40 / VOLUMES[inside])
    assert bottom[inside] == pytest.approx(40 / VOLUMES[inside])
    assert np.isnan(last_within(PRODUCT, SLICES, limit=1)).all()
    assert np.isnan(first_reaching(PRODUCT, SLICES, level=2000)).all()


def test_a_level_is_followed_to_the_edges_of_the_grid():
    line = level_line(np.log(PRODUCT), VOLUMES, SLICES, level=np.log(40))
    assert (line["x"] * line["y"]).to_numpy() == pytest.approx(40)
    assert line["x"].is_monotonic_increasing
    assert line["y"].iloc[[0, -1]].tolist() == pytest.approx([20, 1])
    assert level_line(PRODUCT, VOLUMES, SLICES, level=2000).empty


def test_each_stretch_is_outlined_to_the_tips_where_the_lines_meet():
    bottom = np.full(20, 4.0)
    top = 4 * np.exp(np.sin(4 * np.log(VOLUMES)))
    regions = between(VOLUMES, bottom, top)
    opens = sum(np.sin(4 * np.log(VOLUMES[[0, -1]])) > 0)
    crossings = np.flatnonzero(np.diff(top > bottom))
    assert len(regions) == (len(crossings) + opens) / 2 > 1
    for region in regions:
        assert region.iloc[0].tolist() == region.iloc[-1].tolist()
        assert (region["y"] >= 4 - 1e-9).all()
        tip = region[["x"]].min().item()
        assert tip == VOLUMES[0] or tip not in VOLUMES
    assert between(VOLUMES, bottom, np.full(20, np.nan)) == ()


def test_labels_stand_on_their_lines_apart_from_marks_and_from_one_another():
    levels, pixels, box = (5, 20, 40, 400, 9000), np.array([330.0, 370.0]), (np.ones(2), np.full(2, 99))
    options = {"levels": levels, "box": box, "pixels": pixels}
    labels = label_levels(PRODUCT, VOLUMES, SLICES, marks=NOWHERE, **options)
    assert labels["level"].tolist() == [5, 20, 40, 400]
    assert (labels["x"] * labels["y"]).to_numpy() == pytest.approx(labels["level"].to_numpy(), rel=0.03)
    taken = labels.loc[[3], ["x", "y"]].to_numpy()
    moved = label_levels(PRODUCT, VOLUMES, SLICES, marks=taken, **options)
    scale = pixels / np.log([25, 30])
    for rows, others in ((moved, taken), (labels.iloc[:1], labels.iloc[1:])):
        apart = np.log(rows[["x", "y"]].to_numpy()[:, None] / np.asarray(others)[:, :2]) * scale
        assert np.hypot(*apart.transpose(2, 0, 1)).min() > 13


def test_a_level_without_room_has_no_label():
    box = (np.array([2.0, 1.0]), np.array([2.1, 1.1]))
    labels = label_levels(
        PRODUCT, VOLUMES, SLICES, levels=(5,), box=box, marks=NOWHERE, pixels=np.array([330.0, 370.0])
    )
    assert labels.empty
