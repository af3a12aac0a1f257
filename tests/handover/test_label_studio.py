"""What Label Studio's own package says of the files: configuration, tasks, and brushes that come back."""

import json

import nibabel as nib
import numpy as np
import pytest

from simulator.planning.returns.label_studio import read_label_studio
from simulator.planning.tools.label_studio import LABEL_STUDIO
from simulator.planning.tools.slice_pictures import draw_pictures
from tests.handover.outside import run_outside, write_files
from tests.planning.pictured import NAMES, make_pictured

pytestmark = pytest.mark.slow

STRUCTURE = "<b>\"Mandible\" & 'jaw' ü"

VALIDATE = """
import json, sys
from pathlib import Path
from label_studio_sdk.label_interface import LabelInterface

folder = Path(sys.argv[1])
interface = LabelInterface((folder / "labeling_config.xml").read_text(encoding="utf-8"))
interface.validate()
tasks = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
print(json.dumps({
    "labels": interface.get_tag("mask").labels,
    "valid": [interface.validate_task(task) for task in tasks],
    "without image": interface.validate_task({"data": {"volume": "a"}}),
}))
"""

ANNOTATE = """
import json, sys
from pathlib import Path
import numpy as np
from PIL import Image
from label_studio_sdk.converter import brush
from label_studio_sdk.label_interface import LabelInterface

folder = Path(sys.argv[1])
interface = LabelInterface((folder / "labeling_config.xml").read_text(encoding="utf-8"))
(label,) = interface.get_tag("mask").labels
tasks = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
valid = []
for task in tasks:
    picture = np.asarray(Image.open(folder / task["data"]["image"].split("?d=")[1]))
    mask = np.where(picture > 127, 255, 0).astype(np.uint8)
    region = {
        "id": "a", "type": "brushlabels", "from_name": "mask", "to_name": "image", "image_rotation": 0,
        "original_width": mask.shape[1], "original_height": mask.shape[0],
        "value": {"format": "rle", "rle": brush.mask2rle(mask), "brushlabels": [label]},
    }
    valid.append(interface.validate_region(region))
    task["annotations"] = [{"completed_by": 1, "lead_time": 12.5, "was_cancelled": False, "result": [region]}]
(folder / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
print(json.dumps(valid))
"""

DECODE = """
import json, sys
from label_studio_sdk.converter import brush

(task, *_) = json.load(open(sys.argv[1], encoding="utf-8"))
(region,) = task["annotations"][0]["result"]
flat = {**region, "rle": region["value"]["rle"], "brushlabels": region["value"]["brushlabels"]}
(mask,) = brush.decode_from_annotation("mask", [flat]).values()
print(json.dumps((mask > 0).tolist()))
"""


@pytest.fixture
def plan(tmp_path):
    return make_pictured(tmp_path / "images", structure=STRUCTURE)


def test_configuration_and_tasks_are_valid(tmp_path, plan):
    folder = write_files(tmp_path / "handed", LABEL_STUDIO.write(plan))
    said = run_outside(VALIDATE, folder, package="label_studio_sdk")
    assert said["labels"] == [STRUCTURE]
    assert said["valid"]
    assert all(said["valid"])
    assert not said["without image"]


def test_brushes_come_back_to_the_slices_they_were_drawn_on(tmp_path, plan):
    folder = write_files(tmp_path / "handed", LABEL_STUDIO.write(plan))
    assert all(run_outside(ANNOTATE, folder, package="label_studio_sdk"))
    export = folder / "export.json"
    found = read_label_studio(export.read_bytes(), name=export.name, volumes=NAMES)
    n_planned = sum(len(visit.slices) for visit in plan.visits if visit.volume.path)
    assert (
        sum(map(len, found.labeled.values()))
        == n_planned
        == len(json.loads(export.read_text(encoding="utf-8")))
    )
    assert {(one.seconds, one.annotator) for one in found.seconds} == {(12.5, "1")}

    mask = np.array(run_outside(DECODE, export, package="label_studio_sdk"))
    volume = next(draw_pictures(plan)).volume
    low, high = volume.window
    index = found.labeled[volume.visit.volume.name][0]
    plane = np.asarray(nib.load(volume.header.path).dataobj)[:, :, index]
    bright = np.round(255 * (plane - low) / (high - low)) > 127
    np.testing.assert_array_equal(volume.turn.to_plane(mask), bright)
