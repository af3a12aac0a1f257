import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.virtues.blends import signed_distance
from simulator.virtues.curve import annotation_iou
from simulator.virtues.quality.interpolation import fill_in_by_copying
from simulator.virtues.quality.shape import fill_in_by_blending
from simulator.virtues.random_streams import RandomStreams


def discs(radii, *, size=32, centres=None):
    rows, columns = np.mgrid[:size, :size]
    centres = centres or [size / 2] * len(radii)
    return np.stack(
        [(rows - size / 2) ** 2 + (columns - c) ** 2 < r**2 for r, c in zip(radii, centres, strict=True)]
    )


def draw(masks, *, level, offset=0.0, proxy=fill_in_by_blending):
    labeled = np.flatnonzero(masks.any(axis=(1, 2)))
    return proxy(
        masks, labeled=labeled, level=level, streams=RandomStreams(seed=0, volume_id="0", offset=offset)
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(2, 12), min_size=1, max_size=9), st.floats(0, 0.99))
def test_at_spacing_one_it_is_the_identity(radii, offset):
    masks = discs(radii)
    drawing = draw(masks, level=1.0, offset=offset)
    assert (drawing.masks == masks).all()
    assert drawing.is_drawn.all()


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 12), st.integers(3, 12), st.floats(1, 6), st.floats(0, 0.99))
def test_between_two_equal_masks_lies_the_same_mask(radius, n, spacing, offset):
    masks = discs([radius] * n)
    assert (draw(masks, level=spacing, offset=offset).masks == masks).all()


def test_a_radius_that_grows_steadily_is_met():
    """Nearest copies jump from 4 to 12; the shape grows in between."""
    masks = discs(np.linspace(4, 12, 9))
    filled, copied = draw(masks, level=8.0), draw(masks, level=8.0, proxy=fill_in_by_copying)
    assert annotation_iou(filled, masks) > 0.95
    assert annotation_iou(copied, masks) < 0.75
    areas = filled.masks.sum(axis=(1, 2))
    assert (np.diff(areas) > 0).all()


def test_a_slice_between_two_key_slices_needs_both():
    drawing = draw(discs([5.0] * 9), level=4.0)
    assert drawing.sources[:5].tolist() == [[0, 0], [0, 4], [0, 4], [0, 4], [4, 4]]
    assert drawing.is_drawn.tolist() == [True, False, False, False, True, False, False, False, True]


def test_beyond_the_last_key_slice_its_mask_is_copied():
    masks = discs([4, 5, 6, 7, 8, 9])
    drawing = draw(masks, level=4.0)
    assert (drawing.masks[5] == masks[4]).all()
    assert drawing.sources[5].tolist() == [4, 4]


def test_beside_a_gap_the_nearest_key_slice_decides():
    masks = discs([6, 6, 6, 6, 6, 6, 6])
    masks[3] = False
    drawing, copied = draw(masks, level=3.0), draw(masks, level=3.0, proxy=fill_in_by_copying)
    assert (drawing.masks == copied.masks).all()


@pytest.mark.parametrize("mask", [np.ones((4, 5), dtype=bool), np.eye(6, dtype=bool)])
def test_distances_are_positive_inside_and_half_a_pixel_at_the_boundary(mask):
    distance = signed_distance(mask)
    assert ((distance > 0) == mask).all()
    assert np.abs(distance).min() == 0.5
