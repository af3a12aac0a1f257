"""Label maps for tools that share them: each finds its own where it looks, and all come back alike."""

import json

import pytest

from simulator.planning.returns.label_maps import read_label_maps
from simulator.planning.tools import TOOLS
from tests.planning.tools.handing import make_plan, make_visit, make_volume, read_cases, write_image


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
