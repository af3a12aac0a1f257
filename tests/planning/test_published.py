import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import InventoryError
from simulator.planning import find_published_inventory, write_published_inventory
from simulator.planning.published import PublishedInventory
from tests.factories import make_reference
from tests.planning.conftest import make_inventory


def test_what_is_written_is_found_by_content_without_names(tmp_path):
    inventory = make_inventory([30, 0, 12])
    path = write_published_inventory(inventory, folder=tmp_path)
    assert path.name == "toy.inventory.json"
    assert "volume_0" not in path.read_text()
    found = find_published_inventory(make_reference(name="renamed"), folder=tmp_path)
    assert found.reference == inventory.reference
    for restored, volume in zip(found.volumes, inventory.volumes, strict=True):
        assert restored.id == restored.name == volume.id
        assert (restored.axis, restored.n_slices) == (volume.axis, volume.n_slices)
        assert np.array_equal(restored.slices, volume.slices)
        assert np.allclose(restored.positions_mm, volume.positions_mm)


def test_labels_of_slices_are_published_where_they_are_known(tmp_path):
    plain = make_inventory([30, 12])
    assert "runs_by_label" not in write_published_inventory(plain, folder=tmp_path).read_text()
    by_label = (np.array([5, 6, 7, 9]), np.arange(5, 35)), (np.empty(0, dtype=np.int64), np.arange(6, 18))
    volumes = tuple(replace(v, by_label=labels) for v, labels in zip(plain.volumes, by_label, strict=True))
    write_published_inventory(replace(plain, volumes=volumes), folder=tmp_path)
    found = find_published_inventory(make_reference(), folder=tmp_path)
    for volume, labels in zip(found.volumes, by_label, strict=True):
        assert [slices.tolist() for slices in volume.by_label] == [slices.tolist() for slices in labels]


def test_another_data_set_is_not_found(tmp_path):
    write_published_inventory(make_inventory(), folder=tmp_path)
    assert find_published_inventory(make_reference(digit="b"), folder=tmp_path) is None
    assert find_published_inventory(make_reference(), folder=tmp_path / "nowhere") is None


def test_a_list_of_volumes_cannot_be_published(tmp_path):
    with pytest.raises(InventoryError, match="only the inventory of a data set can be published"):
        write_published_inventory(make_inventory(reference=False), folder=tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"volumes": []}, "volumes"),
        ({"format": "other"}, "format"),
        ({"more": 1}, "more"),
        (
            {
                "volumes": [
                    {"volume": "../../etc", "n_slices": 3, "slices": [0], "first_mm": 0.0, "step_mm": 1.0}
                ]
            },
            "volume",
        ),
        (
            {
                "volumes": [
                    {"volume": "0" * 12, "n_slices": 3, "slices": [3], "first_mm": 0.0, "step_mm": 1.0}
                ]
            },
            "ascend",
        ),
        (
            {
                "volumes": [
                    {"volume": "0" * 12, "n_slices": 3, "slices": [1, 1], "first_mm": 0.0, "step_mm": 1.0}
                ]
            },
            "ascend",
        ),
        *(
            (
                {
                    "volumes": [
                        {
                            "volume": "0" * 12,
                            "n_slices": 3,
                            "slices": [1],
                            "first_mm": 0.0,
                            "step_mm": 1.0,
                            "runs_by_label": [runs],
                        }
                    ]
                },
                message,
            )
            for runs, message in (
                ([[1, 2]], "must join to slices"),
                ([[2, 1]], "must be runs"),
                ([[1, 2_000_000_000]], "must be runs"),
            )
        ),
    ],
)
def test_a_file_that_does_not_validate_is_named(tmp_path, change, message):
    path = write_published_inventory(make_inventory(), folder=tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InventoryError, match=rf"toy\.inventory\.json is no published inventory: .*{message}"):
        find_published_inventory(make_reference(), folder=tmp_path)


def test_broken_json_is_named(tmp_path):
    (tmp_path / "x.inventory.json").write_text("{")
    with pytest.raises(InventoryError, match=r"x\.inventory\.json is no published inventory"):
        find_published_inventory(make_reference(), folder=tmp_path)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=5))
def test_json_keeps_an_inventory(tmp_path_factory, sizes):
    folder = tmp_path_factory.mktemp("published")
    path = write_published_inventory(make_inventory(sizes), folder=folder)
    published = PublishedInventory.model_validate_json(path.read_text())
    assert [len(v.slices) for v in published.volumes] == sizes
