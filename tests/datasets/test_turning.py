"""Turning computes no voxel anew, and what is turned lies where it lay."""

from itertools import permutations, product

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.datasets.turning import Turn, find_turn, orientation_of_slices, usual_orientation
from tests.datasets.making import make_image

ALL = ["".join(letters) for axes in permutations(("RL", "AP", "SI")) for letters in product(*axes)]
orientations = st.sampled_from(ALL)


@given(orientations, orientations)
def test_a_turn_is_that_of_nibabel(start, end):
    affine = nib.orientations.inv_ornt_aff(nib.orientations.axcodes2ornt(start), (12, 10, 8))
    image = nib.Nifti1Image(make_image(0), affine)
    change = nib.orientations.ornt_transform(*map(nib.orientations.axcodes2ornt, (start, end)))
    expected = image.as_reoriented(change)
    turn = find_turn(start, end)
    np.testing.assert_array_equal(turn.apply(make_image(0)), np.asarray(expected.dataobj))
    np.testing.assert_allclose(affine @ turn.matrix((12, 10, 8)), expected.affine)
    assert turn.undo_shape(expected.shape) == (12, 10, 8)


@given(orientations, orientations, orientations)
def test_turns_join(start, middle, end):
    assert find_turn(start, middle).then(find_turn(middle, end)) == find_turn(start, end)
    assert find_turn(start, start) == Turn()


def test_the_usual_orientation_does_not_hang_on_the_order_of_volumes():
    assert usual_orientation(["RAS", "LPS"]) == usual_orientation(["LPS", "RAS"]) == "LPS"
    assert usual_orientation(["RAS", "LPS", "RAS"]) == "RAS"


@pytest.mark.parametrize("axis", [0, 1, 2])
@given(own=orientations, usual=orientations)
def test_slices_lie_as_usual_and_keep_their_order(axis, own, usual):
    found = orientation_of_slices(own, usual, axis=axis)
    assert [found[i] for i in range(3) if i != axis] == [usual[i] for i in range(3) if i != axis]
    assert found[axis] in own
    assert orientation_of_slices(usual, usual, axis=axis) == usual
