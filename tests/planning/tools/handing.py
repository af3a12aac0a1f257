"""Plans with images, to hand over."""

from dataclasses import replace
from functools import cache

import nibabel as nib
import numpy as np

from simulator.planning.visits import ProjectPlan, Visit
from simulator.records import LabVolume
from tests.datasets.making import write_itk
from tests.planning.test_project import answer
from tests.records.test_project import make_project

SHAPE = (7, 9, 11)


@cache
def any_answer():
    return answer()


def make_affine(seed=0, *, is_oblique=True):
    """Turn, flip and shift the axes of an image."""
    rng = np.random.default_rng(seed)
    affine = np.eye(4)
    turned = np.linalg.qr(rng.normal(size=(3, 3)))[0] if is_oblique else np.diag([-1.0, 1.0, 1.0])
    affine[:3, :3] = turned * (0.7, 1.3, 2.5)
    affine[:3, 3] = rng.uniform(-200, 200, 3)
    return affine


def write_image(path, *, affine=None, shape=SHAPE):
    """Write an image by the format that its ending names."""
    affine = make_affine() if affine is None else affine
    array = np.arange(np.prod(shape), dtype=np.int16).reshape(shape)
    if path.name.endswith((".nrrd", ".mha")):
        return write_itk(path, array, affine=affine)
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(array, affine), path)
    return path


def make_volume(name="CT_1", *, path="CT_1.nii.gz", axis=2, **facts):
    n_slices = None if axis is None else SHAPE[axis]
    return LabVolume(name=name, **{"n_slices": n_slices, "axis": axis, "path": path, **facts})


def make_visit(volume, *slices, role="train", order=1):
    return Visit(
        order=order,
        volume=volume,
        role=role,
        every=2,
        slices=slices,
        n_slices=float(len(slices)),
        n_looks=0.0,
        hours=1.0,
        cumulative_hours=float(order),
    )


def make_plan(folder, *visits, **facts):
    """Make a plan of these visits, in a project of these volumes."""
    volumes = tuple(visit.volume for visit in visits)
    facts = {"structure": "mandible", "modality": "CT", "n_volumes": None, **facts}
    project = make_project(volumes=volumes, folder=str(folder), **facts)
    return ProjectPlan(
        answer=replace(any_answer(), project=project), visits=visits, left_out=(), milestones=()
    )


def read_cases(files):
    """Read ``cases.csv`` as rows of cells."""
    header, *rows = files["cases.csv"].decode("utf-8-sig").splitlines()
    return [dict(zip(header.split(","), row.split(","), strict=True)) for row in rows]
