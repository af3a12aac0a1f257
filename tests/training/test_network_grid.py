import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from simulator.training import NetworkGrid, choose_grid

sides = st.integers(3, 200)


@pytest.mark.parametrize(
    ("shapes", "stride", "grid"),
    [
        ([(35, 36)], 8, (32, 32)),
        ([(64, 64)], 32, (64, 64)),
        ([(30, 40), (35, 36), (42, 47)], 8, (32, 40)),
        ([(5, 7)], 8, (16, 16)),
    ],
)
def test_the_grid_is_the_median_slice_rounded_to_the_stride(shapes, stride, grid):
    assert choose_grid(shapes, stride=stride) == NetworkGrid(height=grid[0], width=grid[1])


@given(sides, sides, st.integers(1, 6), st.integers(1, 6))
def test_every_slice_fits_and_keeps_its_aspect(height, width, rows, columns):
    grid = NetworkGrid(height=16 * rows, width=16 * columns)
    top, left, inner_height, inner_width = grid.placement(height, width)
    assert top >= 0
    assert left >= 0
    assert top + inner_height <= grid.height
    assert left + inner_width <= grid.width
    if height <= grid.height and width <= grid.width:
        assert (inner_height, inner_width) == (height, width)
    else:
        assert abs(inner_height * width - inner_width * height) <= max(height, width)


def test_a_mask_comes_back_where_it_was():
    mask = torch.zeros(1, 1, 50, 40)
    mask[..., 20:35, 12:30] = 1
    grid = NetworkGrid(height=32, width=32)
    logits = 2 * grid.place(mask, fill=0.0) - 1
    back = grid.take_back(logits, image_shape=(50, 40), mask_shape=(50, 40)) > 0
    overlap = (back & (mask > 0)).sum() / (back | (mask > 0)).sum()
    assert back.shape == mask.shape
    assert overlap > 0.9


def test_small_slices_are_padded_not_stretched():
    image = torch.arange(12.0).reshape(1, 1, 3, 4)
    placed = NetworkGrid(height=8, width=8).place(image, fill=-1.0)
    assert torch.equal(placed[..., 2:5, 2:6], image)
    assert (placed == -1).sum() == 64 - 12
