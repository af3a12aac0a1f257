"""From files on disk to a plan and back: ``slice_index`` is the index in the file as nibabel reads it."""

import csv
import io
import json

import nibabel as nib
import numpy as np
import pytest

from simulator.datasets import open_dataset, prepare_dataset
from simulator.effort import MEASURES, Prices
from simulator.planning import gather_context, get_export, pack_plan, take_inventory
from simulator.settings import Settings
from tests.factories import make_table
from tests.planning.conftest import plan_for

AXIS = 1
SHAPE = (18, 40, 20)


def write_volumes(folder, n=8):
    """Write the layout of the Decathlon; the structure lies elsewhere along the axis in each volume, axes flipped."""
    rng = np.random.default_rng(0)
    affine = np.array([[-1.5, 0, 0, 20], [0, -2.5, 0, 60], [0, 0, 2, -30], [0, 0, 0, 1.0]])
    for name in ("imagesTr", "labelsTr"):
        (folder / name).mkdir(parents=True)
    for i in range(n):
        label = np.zeros(SHAPE, dtype=np.uint8)
        label[5:12, 3 + i : 25 + i, 6:14] = 1
        image = (rng.normal(40, 20, SHAPE) + 80 * label).astype(np.int16)
        nib.save(nib.Nifti1Image(image, affine), folder / "imagesTr" / f"case {i}.nii.gz")
        nib.save(nib.Nifti1Image(label, affine), folder / "labelsTr" / f"case {i}.nii.gz")
    listed = [
        {"image": f"./imagesTr/case {i}.nii.gz", "label": f"./labelsTr/case {i}.nii.gz"} for i in range(n)
    ]
    facts = {
        "name": "cases",
        "modality": {"0": "CT"},
        "labels": {"0": "background", "1": "x"},
        "training": listed,
    }
    (folder / "dataset.json").write_text(json.dumps(facts))
    return folder


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    root = tmp_path_factory.mktemp("cases")
    settings = Settings(cache=root / "cache", published=root / "published")
    folder = write_volumes(root / "cases")
    source = open_dataset(str(folder), settings=settings, axis=AXIS)
    prepared = prepare_dataset(source, slice_size=32, settings=settings)
    inventory = take_inventory(prepared)
    runs = make_table()
    made = plan_for(inventory, runs, measure=MEASURES["hours"], budget=0.5, prices=Prices())
    context = gather_context(prepared)
    content = pack_plan(get_export("csv"), made, context)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return folder, inventory, rows, context


def test_only_the_pool_is_planned(planned):
    _, inventory, rows, _ = planned
    assert len(inventory.volumes) + inventory.reference.n_test == 8
    assert {row["volume"] for row in rows} <= {v.name for v in inventory.volumes}


def test_every_planned_slice_shows_the_structure_in_the_file_at_its_position(planned):
    folder, _, rows, _ = planned
    assert len(rows) > 20
    for row in rows:
        label = nib.load(folder / "labelsTr" / f"{row['volume']}.nii.gz")
        axis, index = int(row["axis"]), int(row["slice_index"])
        assert axis == AXIS
        assert np.take(np.asanyarray(label.dataobj), index, axis=axis).any()
        voxel = np.zeros(4)
        voxel[[axis, 3]] = index, 1
        assert float(row["position_mm"]) == pytest.approx((label.affine @ voxel)[axis])


def test_a_format_is_told_the_shape_and_place_of_every_image(planned):
    folder, inventory, _, context = planned
    assert set(context.images) == {volume.id for volume in inventory.volumes}
    for volume in inventory.volumes:
        image, told = nib.load(folder / "imagesTr" / f"{volume.name}.nii.gz"), context.images[volume.id]
        assert told.shape == image.shape
        assert np.array_equal(told.affine, image.affine)
