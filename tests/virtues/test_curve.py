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
from simulator.virtues import blends as blends_module
from simulator.virtues import curve as curve_module
from simulator.virtues.blends import Blends
from simulator.virtues.curve import annotation_iou, compute_curve
from simulator.virtues.keys import key_slices
from simulator.virtues.overlaps import Overlaps
from simulator.virtues.quality.interpolation import fill_in_by_copying
from simulator.virtues.quality.shape import fill_in_by_blending


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


@pytest.mark.parametrize("proxy", ["interpolation", "shape"])
def test_where_every_structure_is_one_slice_there_is_nothing_to_skip(dataset, proxy):
    pool = tuple(volume.only(int(volume.labeled[0])) for volume in dataset.pool)
    assert compute_curve(pool, proxy=PROXIES[proxy]).qualities == (1.0,)


VOLUMES = arrays(bool, st.tuples(st.integers(1, 14), st.just(3), st.just(5)))


def annotate_every_offset(annotate, masks, labeled, spacing):
    return [
        annotation_iou(
            annotate(
                masks,
                labeled=labeled,
                level=spacing,
                streams=RandomStreams(seed=0, volume_id="0", offset=(k + 0.5) / spacing),
            ),
            masks,
        )
        for k in range(spacing)
    ]


@given(masks=VOLUMES, spacing=st.integers(2, 20))
def test_overlaps_give_the_iou_of_every_annotation_by_copying(masks, spacing):
    """Also where slices between are empty, and where the spacing is longer than the structure."""
    labeled = np.flatnonzero(masks.any(axis=(1, 2)))
    if not len(labeled):
        return
    masks, labeled = masks[labeled[0] : labeled[-1] + 1], labeled - labeled[0]
    plain = annotate_every_offset(fill_in_by_copying, masks, labeled, spacing)
    assert Overlaps(masks).of_offsets(spacing).tolist() == plain


@given(masks=VOLUMES, spacing=st.integers(2, 20))
def test_blends_give_the_iou_of_every_annotation_by_blending(masks, spacing):
    labeled = np.flatnonzero(masks.any(axis=(1, 2)))
    if not len(labeled):
        return
    masks, labeled = masks[labeled[0] : labeled[-1] + 1], labeled - labeled[0]
    blends = Blends(masks)
    keys = [key_slices(labeled, spacing=spacing, offset=(k + 0.5) / spacing) for k in range(spacing)]
    plain = annotate_every_offset(fill_in_by_blending, masks, labeled, spacing)
    assert list(map(blends.iou, keys)) == plain


@pytest.mark.parametrize("proxy", ["interpolation", "shape"])
@pytest.mark.parametrize("n_together", [1, 3, 32])
def test_the_quick_way_and_the_plain_one_give_the_same_curve(dataset, monkeypatch, proxy, n_together):
    """To the last bit: published records hang on the spacing that is read off it."""
    quick = compute_curve(dataset.pool, proxy=PROXIES[proxy])
    monkeypatch.setattr(curve_module, "N_TOGETHER", n_together)
    plain = compute_curve(dataset.pool, proxy=replace(PROXIES[proxy], is_copy=False, is_blend=False))
    assert quick == plain


def drifting_disc(*, n, size=80):
    """Make a disc that drifts and breathes over many slices."""
    rows, columns = np.mgrid[:size, :size]
    along = np.arange(n)[:, None, None]
    radius = 8 + size / 8 * np.sin(np.pi * (along + 0.5) / n)
    centre = size / 2 + size / 8 * np.sin(3 * np.pi * along / n)
    return (rows - size / 2) ** 2 + (columns - centre) ** 2 < radius**2


def test_a_long_structure_is_measured_at_some_spacings_and_offsets_and_off_by_little(dataset, monkeypatch):
    masks = drifting_disc(n=80)
    volume = replace(dataset.pool[0], masks=masks, labeled=np.arange(80))
    some = compute_curve((volume,), proxy=PROXIES["shape"]).qualities
    monkeypatch.setattr(curve_module, "N_SLICES", 80)
    every = compute_curve((volume,), proxy=PROXIES["shape"]).qualities
    assert some != every
    assert np.allclose(some[:30], every[:30], atol=0.002)
    assert np.allclose(some, every, atol=0.005)


def test_where_wide_slices_differ_a_share_of_the_pixels_tells_the_overlap(monkeypatch):
    masks, keys = drifting_disc(n=30, size=200), np.arange(0, 30, 7)
    exact = Blends(masks).iou(keys)
    monkeypatch.setattr(blends_module, "N_PIXELS", 300)
    assert Blends(masks).iou(keys) != exact
    assert Blends(masks).iou(keys) == pytest.approx(exact, abs=0.001)
