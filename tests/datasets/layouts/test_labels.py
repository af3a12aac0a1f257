"""Labels asked for by number or by name, of a single value or of a region."""

import pytest

from simulator.datasets import inspect_dataset, open_dataset
from simulator.datasets.opening import label_values
from simulator.errors import RequestError
from tests.datasets.making import make_label, make_nnunet, make_pairs, write_nifti

REGIONS = {"background": 0, "whole": [1, 2, 3], "Core": [2, 3], "enhancing": 3}


@pytest.fixture
def folder(tmp_path):
    folder = make_nnunet(tmp_path / "a", labels=REGIONS)
    for i in range(5):
        label = make_label(i)
        label[3:6, 4:7, 2] = 2
        label[4, 5, 2] = 3
        write_nifti(folder / "labelsTr" / f"case_{i}.nii.gz", label)
    return folder


def test_a_value_that_is_only_part_of_a_region_does_not_get_its_name(folder, settings):
    facts = inspect_dataset(open_dataset(str(folder), settings=settings)).labels
    assert [(fact.value, fact.name) for fact in facts] == [
        (1, "part of whole"),
        (2, "part of whole, Core"),
        (3, "enhancing"),
    ]


@pytest.mark.parametrize(
    ("asked", "values"),
    [(("Core",), (2, 3)), (("core",), (2, 3)), (("whole",), (1, 2, 3)), ((1, "enhancing"), (1, 3))],
)
def test_labels_are_asked_for_by_name(folder, settings, asked, values):
    assert open_dataset(str(folder), settings=settings, labels=asked).reference.labels == values
    assert label_values(asked, dataset=str(folder), settings=settings) == values


def test_a_name_that_there_is_not_is_refused_with_those_that_there_are(tmp_path, folder, settings):
    with pytest.raises(
        RequestError, match="no label is called 'tumour'; choose from whole, Core, enhancing, or"
    ):
        open_dataset(str(folder), settings=settings, labels=("tumour",))
    with pytest.raises(RequestError, match="this data set names none, so give numbers"):
        open_dataset(str(make_pairs(tmp_path / "b")), settings=settings, labels=("core",))


def test_names_need_the_folder_and_numbers_do_not(settings):
    assert label_values((1, 3), dataset="Task04_Hippocampus", settings=settings) == (1, 3)
    with pytest.raises(RequestError, match="takes names only where the data set's folder is, else numbers"):
        label_values(("Anterior",), dataset="Task04_Hippocampus", settings=settings)
