"""Image and mask on one grid: turned where they are only turned, by the affine on which they agree."""

import nibabel as nib
import numpy as np
import pytest

from simulator.datasets.layouts import VolumeFiles
from simulator.datasets.problems import VolumeError
from simulator.datasets.reading import read_array
from simulator.datasets.scanning import scan_volume
from simulator.datasets.volume import read_headers
from tests.datasets.making import AFFINE, make_image, make_label, patch_header, write_nifti, write_turned

QFORM_CODE = 252


def files(folder, *names):
    return VolumeFiles(
        name="case",
        images=tuple(folder / name for name in names or ["image.nii"]),
        label=folder / "label.nii",
    )


def moved(x):
    affine = AFFINE.copy()
    affine[0, 3] = x
    return affine


def write_forms(path, array, *, sform, qform, codes=(1, 1)):
    """Write a file whose two affines differ; returns its path."""
    image = nib.Nifti1Image(array, sform)
    image.set_qform(qform, 1)
    image.set_sform(sform, 1)
    path.parent.mkdir(exist_ok=True)
    nib.save(image, path)
    return patch_header(path, QFORM_CODE, "<hh", codes[1], codes[0])


@pytest.mark.parametrize("orientation", ["LPS", "RAI", "SRA", "PIL"])
def test_a_mask_stored_in_another_orientation_is_turned_to_its_image(tmp_path, orientation):
    write_nifti(tmp_path / "image.nii", make_image(0))
    write_nifti(tmp_path / "label.nii", make_label(0))
    expected = scan_volume(files(tmp_path))
    write_turned(tmp_path / "label.nii", make_label(0), orientation)
    found = scan_volume(files(tmp_path))
    assert found.model_copy(update={"problems": ()}) == expected
    (problem,) = found.problems
    assert problem.what == f"a mask or channel lies as {orientation}, its image as RAS"
    assert problem.what_to_do == "Nothing: it is turned to its image"
    np.testing.assert_array_equal(read_array(read_headers(files(tmp_path)).label)[..., 0], make_label(0))


def test_a_mask_that_is_turned_in_its_affine_only_stops(tmp_path):
    write_nifti(tmp_path / "image.nii", make_image(0))
    write_nifti(tmp_path / "label.nii", make_label(0), affine=np.diag([-2.0, 2.0, 3.0, 1.0]))
    with pytest.raises(VolumeError, match="mask and image differ by 44 mm in their affines"):
        read_headers(files(tmp_path))


def test_a_channel_stored_in_another_orientation_is_turned_and_one_elsewhere_is_named(tmp_path):
    write_nifti(tmp_path / "0.nii", make_image(0))
    write_nifti(tmp_path / "1.nii", make_image(1))
    write_nifti(tmp_path / "label.nii", make_label(0))
    expected = scan_volume(files(tmp_path, "0.nii", "1.nii"))
    write_turned(tmp_path / "1.nii", make_image(1), "LSP")
    found = scan_volume(files(tmp_path, "0.nii", "1.nii"))
    assert found.model_copy(update={"problems": ()}) == expected
    write_nifti(tmp_path / "1.nii", make_image(1), affine=moved(7))
    found = scan_volume(files(tmp_path, "0.nii", "1.nii"))
    assert [problem.what for problem in found.problems] == ["1.nii and 0.nii differ by 7 mm in their affines"]


@pytest.mark.parametrize("codes", [(1, 1), (0, 1), (0, 0), (1, 0)])
@pytest.mark.parametrize("agreeing", ["sform", "qform"])
def test_the_affine_on_which_image_and_mask_agree_is_taken(tmp_path, codes, agreeing):
    forms = {"sform": moved(-90), "qform": moved(30)}
    write_forms(tmp_path / "image.nii", make_image(0), **forms, codes=codes)
    write_nifti(tmp_path / "label.nii", make_label(0), affine=forms[agreeing])
    headers = read_headers(files(tmp_path))
    np.testing.assert_allclose(headers.images[0].affine, forms[agreeing], atol=1e-5)
    is_preferred = {"sform": codes[0] == 1, "qform": codes == (0, 1)}[agreeing]
    taken = f"image and mask agree by the {agreeing} of the image only"
    expected = ["sform and qform of a file disagree"] * (codes == (1, 1)) + [taken] * (not is_preferred)
    assert [what for what, _ in headers.notes] == expected
    assert all(what_to_do.startswith("Nothing") for _, what_to_do in headers.notes)


def test_a_mask_may_hold_the_affine_that_agrees(tmp_path):
    write_nifti(tmp_path / "image.nii", make_image(0), affine=moved(5))
    write_forms(tmp_path / "label.nii", make_label(0), sform=moved(80), qform=moved(5))
    notes = [what for what, _ in read_headers(files(tmp_path)).notes]
    assert notes[-1] == "image and mask agree by the qform of the mask only"


def test_affines_that_nobody_declared_prove_nothing_together(tmp_path):
    """Tools leave the undeclared one as it is, alike in all files."""
    for name, array, x in (("image", make_image(0), 0), ("label", make_label(0), 40)):
        write_forms(tmp_path / f"{name}.nii", array, sform=moved(x), qform=moved(9), codes=(1, 0))
    with pytest.raises(VolumeError, match="mask and image differ by 40 mm"):
        read_headers(files(tmp_path))
