"""An inspection says everything, whatever is wrong."""

import numpy as np

from simulator.datasets import Inspection, inspect_dataset, open_dataset
from tests.datasets.making import SHAPE, make_decathlon, make_label, write_nifti


def test_it_tells_volumes_labels_axis_and_split(tmp_path, settings):
    source = open_dataset(str(make_decathlon(tmp_path / "a", n=10)), settings=settings, n_pool=5)
    found = inspect_dataset(source)
    assert (found.name, found.layout, found.modality) == ("a", "Medical Segmentation Decathlon", "CT")
    assert (found.axis, found.plane) == (2, "axial")
    assert found.axis_why == "the superior-inferior axis, as CT is acquired"
    roles = [volume.role for volume in found.volumes]
    assert (roles.count("test"), roles.count("pool"), roles.count("left out")) == (2, 5, 3)
    first = found.volumes[0]
    assert (first.name, first.shape, first.spacing_mm, first.n_slices) == (
        "case_0",
        SHAPE,
        (2.0, 2.0, 3.0),
        8,
    )
    assert first.labeled == (1, 2, 3)
    (label,) = found.labels
    assert (label.value, label.name, label.n_volumes, label.is_foreground) == (1, "organ", 10, True)
    assert label.n_voxels == sum(int(make_label(i).sum()) for i in range(10))
    assert found.reference == source.reference
    assert found.n_blocking == 0


def test_it_says_what_stops_and_still_shows_the_rest(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    write_nifti(folder / "labelsTr" / "case_1.nii.gz", np.zeros(SHAPE, np.float32) + 0.5)
    found = inspect_dataset(open_dataset(str(folder), settings=settings))
    assert (found.n_blocking, found.reference) == (1, None)
    assert [volume.role for volume in found.volumes] == [None] * 5
    assert found.volumes[1].id is None
    assert found.volumes[2].labeled == (1, 2, 3, 4, 5)


def test_it_is_plain_json(tmp_path, settings):
    found = inspect_dataset(open_dataset(str(make_decathlon(tmp_path / "a")), settings=settings))
    assert Inspection.model_validate_json(found.model_dump_json()) == found
