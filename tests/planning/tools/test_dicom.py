"""What tools get of DICOM series: maps on the grid of the series, marks and pictures of its slices."""

import gzip
import io
import json

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from simulator.datasets import itk
from simulator.planning.tools import TOOLS
from simulator.planning.volumes.folder import scan_folder
from tests.datasets.making import write_series
from tests.planning.tools.handing import make_plan, make_visit

SLICES = (1, 4)


@pytest.fixture
def plan(tmp_path):
    write_series(tmp_path / "CT_1" / "series", names="IM{:04d}", shape=(16, 12), rescale=(1, -1024))
    (volume,) = scan_folder(tmp_path).volumes
    return make_plan(tmp_path.resolve(), make_visit(volume, *SLICES))


@pytest.fixture
def image(plan):
    reader = itk.import_library().ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(f"{plan.answer.project.folder}/CT_1/series"))
    return reader.Execute()


def write(plan, tool):
    return dict(TOOLS[tool].write(plan))


def test_itk_sees_series_and_label_map_at_one_place(plan, image, tmp_path):
    (content,) = (content for name, content in write(plan, "nnunet").items() if name.endswith(".nii.gz"))
    (tmp_path / "map.nii.gz").write_bytes(content)
    label_map = itk.import_library().ReadImage(str(tmp_path / "map.nii.gz"))
    assert label_map.GetSize() == image.GetSize()
    for one in ("GetSpacing", "GetOrigin", "GetDirection"):
        assert getattr(label_map, one)() == pytest.approx(getattr(image, one)(), abs=1e-4)
    marks = np.asarray(nib.Nifti1Image.from_bytes(gzip.decompress(content)).dataobj)[0, 0]
    assert tuple(np.flatnonzero(marks == 0)) == SLICES


def test_marks_lie_on_the_slices_of_the_series(plan, image):
    (content,) = (content for name, content in write(plan, "slicer").items() if name.endswith(".mrk.json"))
    points = json.loads(content)["markups"][0]["controlPoints"]
    found = [image.TransformPhysicalPointToContinuousIndex(point["position"])[2] for point in points]
    assert found == pytest.approx(SLICES, abs=1e-4)


@pytest.mark.parametrize("tool", ["label-studio", "cvat"])
def test_pictures_show_the_slices_in_hounsfield_units(plan, image, tool):
    files = write(plan, tool)
    pictures = [content for name, content in sorted(files.items()) if name.endswith(".png")]
    values = itk.import_library().GetArrayFromImage(image)
    for index, picture in zip(SLICES, pictures, strict=True):
        expected = np.round(255 * np.clip((values[index] + 160.0) / 400, 0, 1))
        # Rows of an axial slice run to the back and columns to the left, as they are looked at.
        np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(picture))), expected)
