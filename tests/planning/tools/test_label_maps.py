"""Label maps for tools that share them: each finds its own where it looks, and all come back alike."""

import json
import subprocess
import sys

import pytest

from simulator.datasets import itk
from simulator.planning.returns.label_maps import read_label_maps
from simulator.planning.tools import TOOLS
from simulator.planning.volumes.folder import scan_folder
from tests.datasets.making import write_series
from tests.planning.tools.handing import (
    make_affine,
    make_plan,
    make_visit,
    make_volume,
    read_cases,
    write_image,
)


@pytest.fixture
def plan(tmp_path):
    for name in ("CT_1", "CT_2"):
        write_image(tmp_path / f"{name}.nii.gz")
    train = make_visit(make_volume("CT_1", first_slice=0, last_slice=10), 1, 4)
    test = make_visit(
        make_volume("CT_2", path="CT_2.nii.gz", first_slice=0, last_slice=10), *range(11), role="test"
    )
    return make_plan(tmp_path, train, test)


def test_itk_snap_opens_what_nnunet_does(plan):
    assert dict(TOOLS["itk-snap"].write(plan)) == dict(TOOLS["nnunet"].write(plan))


def test_monai_label_finds_drafts_in_a_studies_folder_for_each_role(plan):
    files = dict(TOOLS["monai-label"].write(plan))
    assert list(files) == [
        "train/labels/original/CT_1.nii.gz",
        "test/labels/original/CT_2.nii.gz",
        "train/labels/dataset.json",
        "test/labels/dataset.json",
        "cases.csv",
        "copy_images.py",
    ]
    assert [row["image_goes_to"] for row in read_cases(files)] == ["train/CT_1.nii.gz", "test/CT_2.nii.gz"]
    assert json.loads(files["train/labels/dataset.json"])["labels"]["ignore"] == 2


@pytest.mark.parametrize(
    ("tool", "place"),
    [("itk-snap", "labelsTr"), ("nnunet", "labelsTr"), ("monai-label", "train/labels/original")],
)
def test_an_untouched_map_comes_back_as_nothing_labeled(plan, tmp_path, tool, place):
    for name, content in TOOLS[tool].write(plan):
        path = tmp_path / "zip" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert read_label_maps(tmp_path / "zip" / place, plan=plan).labeled == {}


def test_the_script_puts_images_of_all_formats_on_the_grid_of_their_maps(tmp_path):
    images, handed = (tmp_path / "images").resolve(), tmp_path / "zip"
    affine = make_affine(is_oblique=False)
    write_image(images / "=a.nii.gz", affine=affine)
    write_image(images / "b.nrrd", affine=affine)
    write_series(images / "c", names="IM{:04d}", shape=(16, 12))
    write_series(images / "d", uid="1.2.4", names="IM{:04d}")
    volumes = scan_folder(images).volumes
    assert len(volumes) == 4
    visits = [make_visit(volume, 1, order=i) for i, volume in enumerate(volumes, start=1)]
    for name, content in TOOLS["monai-label"].write(make_plan(images, *visits)):
        path = handed / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (images / "d" / "IM0000").unlink()
    command = [sys.executable, handed / "copy_images.py", images]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("d: ")
    assert len(done.stdout.splitlines()) == 1
    library = itk.import_library()
    for name in ("a", "b", "c"):
        image = library.ReadImage(str(handed / "train" / f"{name}.nii.gz"))
        label_map = library.ReadImage(str(handed / "train" / "labels" / "original" / f"{name}.nii.gz"))
        assert image.GetSize() == label_map.GetSize()
        for one in ("GetSpacing", "GetOrigin", "GetDirection"):
            assert getattr(image, one)() == pytest.approx(getattr(label_map, one)(), abs=1e-4)
