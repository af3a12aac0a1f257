import itertools
import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulator.errors import RequestError
from simulator.virtues import PROXIES, QualityCurve, RandomStreams, quality_curve, spacing_of
from simulator.virtues.curve import annotation_iou, compute_curve
from simulator.virtues.overlaps import Overlaps
from simulator.virtues.quality.interpolation import fill_in_by_copying


def test_the_curve_falls_from_one(dataset):
    qualities = quality_curve(dataset).qualities
    assert qualities[0] == 1
    assert all(a > b for a, b in itertools.pairwise(qualities))


def test_the_curve_is_kept_and_read_again(dataset):
    curve = quality_curve(dataset)
    (path,) = dataset.folder.iterdir()
    path.write_text('{"qualities":[1.0,0.5]}')
    assert quality_curve(dataset).qualities == (1.0, 0.5)
    path.write_text("half a fi")
    assert quality_curve(dataset) == curve


def test_the_curve_at_spacing_two_is_the_mean_over_both_offsets(dataset):
    ious = [
        annotation_iou(
            fill_in_by_copying(
                v.masks,
                labeled=v.labeled,
                level=2,
                streams=RandomStreams(seed=0, volume_id=v.id, offset=offset),
            ),
            v.masks,
        )
        for v in dataset.pool
        for offset in (0.0, 0.5)
    ]
    assert quality_curve(dataset).qualities[1] == pytest.approx(np.mean(ious))


def test_where_skipping_costs_nothing_no_lower_quality_can_be_asked_for():
    with pytest.raises(RequestError, match="skipping slices costs no quality"):
        spacing_of(QualityCurve(qualities=(1.0, 1.0)), 0.9)


def test_spacing_is_found_even_where_the_curve_rises_a_little():
    curve = QualityCurve(qualities=(1.0, 0.8, 0.82, 0.6))
    assert spacing_of(curve, 1.0) == 1
    assert spacing_of(curve, 0.9) == pytest.approx(1.5)
    assert 3 < spacing_of(curve, 0.7) < 4


def test_a_curve_that_cannot_be_kept_is_computed_all_the_same(dataset, tmp_path):
    (tmp_path / "file").touch()
    elsewhere = replace(dataset, folder=tmp_path / "file" / "folder")
    assert quality_curve(elsewhere) == quality_curve(dataset)


def test_a_link_in_its_place_is_replaced_and_what_it_leads_to_stays(dataset, tmp_path):
    curve = quality_curve(dataset)
    (path,) = dataset.folder.iterdir()
    (tmp_path / "victim").write_text("precious")
    path.unlink()
    path.symlink_to(tmp_path / "victim")
    assert quality_curve(dataset) == curve
    assert (tmp_path / "victim").read_text() == "precious"
    assert not path.is_symlink()


def test_a_curve_is_not_kept_where_a_link_leads(dataset, tmp_path):
    (tmp_path / "cache" / "prepared").mkdir(parents=True)
    (tmp_path / "others").mkdir()
    (tmp_path / "cache" / "prepared" / "key").symlink_to(tmp_path / "others")
    elsewhere = replace(dataset, folder=tmp_path / "cache" / "prepared" / "key")
    assert quality_curve(elsewhere) == quality_curve(dataset)
    assert list((tmp_path / "others").iterdir()) == []


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "plant", [os.mkfifo, lambda place: place.symlink_to("/dev/zero")], ids=["pipe", "device"]
)
def test_a_curve_that_never_ends_is_computed_again(dataset, plant):
    curve = quality_curve(dataset)
    (path,) = dataset.folder.iterdir()
    path.unlink()
    plant(path)
    assert quality_curve(dataset) == curve


@given(
    masks=arrays(bool, st.tuples(st.integers(1, 14), st.just(3), st.just(5))),
    spacing=st.integers(2, 20),
)
def test_overlaps_give_the_iou_of_every_annotation_by_copying(masks, spacing):
    """Also where slices between are empty, and where the spacing is longer than the structure."""
    labeled = np.flatnonzero(masks.any(axis=(1, 2)))
    if not len(labeled):
        return
    masks, labeled = masks[labeled[0] : labeled[-1] + 1], labeled - labeled[0]
    plain = [
        annotation_iou(
            fill_in_by_copying(
                masks,
                labeled=labeled,
                level=spacing,
                streams=RandomStreams(seed=0, volume_id="0", offset=(k + 0.5) / spacing),
            ),
            masks,
        )
        for k in range(spacing)
    ]
    assert Overlaps(masks).of_offsets(spacing).tolist() == plain


def test_whoever_says_that_it_copies_does(dataset):
    """The quick way and the plain one give the same curve, to the last bit."""
    for proxy in PROXIES.values():
        if proxy.is_copy:
            plain = compute_curve(dataset.pool, proxy=replace(proxy, is_copy=False))
            assert compute_curve(dataset.pool, proxy=proxy) == plain
