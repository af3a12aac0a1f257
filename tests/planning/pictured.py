"""A plan of which a few volumes have an image."""

from dataclasses import replace

import numpy as np

from simulator.planning.project import answer_project
from simulator.planning.visits import plan_project
from simulator.records import LabVolume
from tests.datasets.making import make_image, write_turned
from tests.records.test_project import make_project
from tests.studies import RUNS

NAMES = ("CT_001", "ct_001", 'Müller, 3 <b>"x"', "../up")
AFFINE = np.diag([0.5, 0.75, 3.0, 1.0])
SHAPE = (12, 10, 24)


def make_pictured(
    folder,
    *,
    names=NAMES,
    orientation="RAS",
    axis=2,
    hours=100.0,
    n_slices=24,
    span=True,
    is_alone=False,
    **facts,
):
    """Plan 40 volumes, the named ones with images in an orientation; their visits, and one other unless alone, stay."""
    for number in range(len(names)):
        write_turned(folder / f"{number}.nii.gz", make_image(number, shape=SHAPE), orientation, affine=AFFINE)
    known = {"axis": axis, "n_slices": n_slices, **({"first_slice": 3, "last_slice": 8} if span else {})}
    volumes = [LabVolume(name=name, path=f"{number}.nii.gz", **known) for number, name in enumerate(names)]
    volumes += [LabVolume(name=f"no image {n}", **known) for n in range(40 - len(names))]
    project = make_project(
        volumes=tuple(volumes),
        n_volumes=None,
        hours=hours,
        folder=str(folder),
        **{"reference": "toy", "structure": "mandible", "modality": "CT", "n_testing": 4, **facts},
    )
    plan = plan_project(answer_project(project, RUNS))
    kept_names = set(names) if is_alone else {*names, "no image 0"}
    kept = [visit for visit in plan.visits if visit.volume.name in kept_names]
    return replace(plan, visits=tuple(kept))
