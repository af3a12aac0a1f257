"""Pairs as FLARE, AMOS and nnU-Net leave them, and beside a ``dataset.json`` of something else."""

import json

import pytest

from simulator.datasets.layouts import find_layout
from simulator.errors import DatasetError
from tests.datasets.making import make_decathlon, make_nnunet, make_pairs


@pytest.mark.parametrize(
    "folders", [("images", "labels"), ("imagesTr", "labelsTr"), ("TrainingImg", "TrainingMask")]
)
@pytest.mark.parametrize("make", [make_nnunet, make_decathlon])
def test_volumes_without_a_description_are_pairs_with_a_file_a_channel(tmp_path, folders, make):
    folder = make(tmp_path / "a", **({"n_channels": 2} if make is make_nnunet else {}))
    (folder / "dataset.json").unlink()
    for old, new in zip(("imagesTr", "labelsTr"), folders, strict=True):
        (folder / old).rename(folder / new)
    contents = find_layout(folder).read(folder)
    assert [files.name for files in contents.volumes] == [f"case_{i}" for i in range(5)]
    assert len(contents.volumes[0].images) == (2 if make is make_nnunet else 1)
    assert contents.problems == ()


def test_a_description_of_something_else_is_passed_over_and_named(tmp_path):
    folder = make_pairs(tmp_path / "a")
    (folder / "dataset.json").write_text(json.dumps({"name": "coco", "annotations": []}))
    (problem,) = find_layout(folder).read(folder).problems
    assert problem.what == "dataset.json names neither volumes nor labels, so it is not used"


@pytest.mark.parametrize("text", ['{"labels": {"organ": 1}}', '{"channel_names": {"0": "CT"}}', "{"])
def test_a_description_of_volumes_is_never_passed_over(tmp_path, text):
    folder = make_pairs(tmp_path / "a")
    (folder / "dataset.json").write_text(text)
    with pytest.raises(DatasetError, match=r"holds no data set|is no JSON"):
        find_layout(folder)
