import numpy as np
import pytest

from simulator.datasets import open_dataset, prepare_dataset
from tests.datasets.making import SHAPE, make_decathlon, write_nifti


@pytest.mark.parametrize("page", ["data", "simulate"])
def test_what_was_noted_of_a_data_set_stands_on_its_pages(show, settings, tmp_path, page):
    folder = make_decathlon(tmp_path / "a*b")
    write_nifti(folder / "labelsTr" / "case_0.nii.gz", np.zeros(SHAPE, dtype=np.uint8))
    prepare_dataset(open_dataset(str(folder), settings=settings), slice_size=128, settings=settings)
    app = show(page)
    assert not app.exception
    (notes,) = [part for part in app.expander if part.label == "1 note on this data set"]
    assert notes.markdown[0].value.startswith("**case\\_0**: the mask is empty.")


@pytest.mark.parametrize("page", ["data", "simulate"])
def test_where_nothing_was_noted_nothing_is_said(show, with_phantom, page):
    app = show(page)
    assert not app.exception
    assert not [part for part in app.expander if "on this data set" in part.label]
