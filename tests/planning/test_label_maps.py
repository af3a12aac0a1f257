"""A simulated annotator: label maps written on the planned slices, and read again."""

import json

import nibabel as nib
import numpy as np
import pytest

from simulator.errors import ProjectError
from simulator.planning.returns.label_maps import read_label_maps
from simulator.records import LabVolume
from tests.planning.test_progress import plan_of

AFFINE = np.diag([1.0, 1.0, 2.5, 1.0])


def draw(folder, name, slices, *, n_slices=60, axis=2, value=1, others=0):
    """Save a label map with a square on some slices."""
    shape = [8, 8, 8]
    shape[axis] = n_slices
    values = np.full(shape, others, dtype=np.uint8)
    for index in slices:
        plane = [slice(None)] * 3
        plane[axis] = index
        values[tuple(plane)] = 0
        plane[(axis + 1) % 3], plane[(axis + 2) % 3] = slice(2, 6), slice(2, 6)
        values[tuple(plane)] = value
    folder.mkdir(exist_ok=True)
    nib.save(nib.Nifti1Image(values, AFFINE), folder / f"{name}.nii.gz")


@pytest.fixture(scope="module")
def plan():
    return plan_of()


def test_drawn_slices_are_read(plan, tmp_path):
    for visit in plan.visits[:6]:
        draw(tmp_path, visit.volume.name, visit.slices)
    assert read_label_maps(tmp_path, plan=plan).labeled == {v.volume.name: v.slices for v in plan.visits[:6]}


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_slices_are_counted_along_the_axis_of_the_volume(tmp_path, axis):
    volumes = tuple(
        LabVolume(name=f"CT_{i}", n_slices=60, first_slice=10, last_slice=39, axis=axis) for i in range(40)
    )
    plan = plan_of(volumes=volumes)
    draw(tmp_path, "CT_3", (11, 15), axis=axis)
    assert read_label_maps(tmp_path, plan=plan).labeled == {"CT_3": (11, 15)}


def test_what_is_ignored_is_not_labeled(plan, tmp_path):
    (tmp_path / "dataset.json").write_text(json.dumps({"labels": {"background": 0, "bone": 1, "ignore": 2}}))
    visit = plan.visits[-1]
    draw(tmp_path, visit.volume.name, visit.slices, others=2)
    draw(tmp_path, plan.visits[-2].volume.name, (), others=2)
    assert read_label_maps(tmp_path, plan=plan).labeled == {visit.volume.name: visit.slices}


def test_planned_slices_beyond_the_structure_were_looked_at_and_between_they_are_missing(tmp_path):
    volumes = tuple(LabVolume(name=f"CT_{i}", n_slices=60, axis=2) for i in range(40))
    plan = plan_of(volumes=volumes, hours=6.0)
    visit = next(v for v in plan.visits if v.every > 1)
    inside = [index for index in visit.slices if 20 <= index <= 40]
    drawn = inside[:1] + inside[2:]
    draw(tmp_path, visit.volume.name, drawn)
    (labeled,) = read_label_maps(tmp_path, plan=plan).labeled.values()
    assert set(visit.slices) - set(labeled) == {inside[1]}


def test_files_that_do_not_fit_are_named_and_the_others_are_read(plan, tmp_path):
    one, other, third = (visit.volume.name for visit in plan.visits[:3])
    draw(tmp_path, one, plan.visits[0].slices)
    draw(tmp_path, other, (3,), n_slices=50)
    (tmp_path / f"{third}.nii.gz").write_bytes(b"half a fi")
    draw(tmp_path, "stranger", (3,))
    returned = read_label_maps(tmp_path, plan=plan)
    assert list(returned.labeled) == [one]
    said = "\n".join(returned.notes)
    assert "it has 50 slices" in said
    assert f"{third}.nii.gz" in said
    assert "not in the plan, so not read: stranger" in said


def test_a_folder_without_any_of_the_volumes_is_refused(plan, tmp_path):
    draw(tmp_path, "stranger", (3,))
    with pytest.raises(ProjectError, match=r"no label map in .* expected CT_0\d\d\.nii\.gz"):
        read_label_maps(tmp_path, plan=plan)
    with pytest.raises(ProjectError, match="is no folder"):
        read_label_maps(tmp_path / "nowhere", plan=plan)
