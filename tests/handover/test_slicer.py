import json

import numpy as np
import pytest

from simulator.planning.tools.slicer import write_slicer
from tests.planning.tools.handing import SHAPE, make_affine, make_plan, make_visit, make_volume, write_image

pytestmark = pytest.mark.slow

NUMBERS = {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}
TEXT, FLAG = {"type": "string"}, {"type": "boolean"}

POINT = {
    "type": "object",
    "properties": {
        "id": TEXT,
        "label": TEXT,
        "description": TEXT,
        "position": NUMBERS,
        "selected": FLAG,
        "locked": FLAG,
        "visibility": FLAG,
        "positionStatus": {"enum": ["undefined", "preview", "defined"]},
    },
    "additionalProperties": False,
}
DISPLAY = {
    "type": "object",
    "properties": {"visibility": FLAG, "pointLabelsVisibility": FLAG},
    "additionalProperties": False,
}
MARKUP = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"enum": ["Fiducial", "Line", "Angle", "Curve", "ClosedCurve", "Plane", "ROI"]},
        "name": TEXT,
        "coordinateSystem": {"enum": ["LPS", "RAS"]},
        "coordinateUnits": {"enum": ["mm", "um"]},
        "controlPoints": {"type": "array", "items": POINT},
        "display": DISPLAY,
    },
    "additionalProperties": False,
}
MARKUPS = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["@schema", "markups"],
    "properties": {"@schema": TEXT, "markups": {"type": "array", "items": MARKUP}},
    "additionalProperties": False,
}
"""What Slicer's schema 1.0.3 of markups says of the fields that we write, and of no other."""


@pytest.mark.parametrize("is_oblique", [True, False])
def test_slicers_own_package_reads_points_and_segmentation(tmp_path, run_script, is_oblique):
    affine = make_affine(4, is_oblique=is_oblique).astype(np.float32).astype(float)
    write_image(tmp_path / "CT_1.nii.gz", affine=affine)
    plan = make_plan(tmp_path, make_visit(make_volume(), 2, 5, 8), structure="left kidney")
    for name, content in write_slicer(plan):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "schema.json").write_text(json.dumps(MARKUPS))
    found = run_script(
        "read_slicer.py", *(tmp_path / name for name in ("CT_1.mrk.json", "CT_1.seg.nrrd", "schema.json"))
    )
    to_lps = np.array(found.pop("ijk_to_lps"))
    np.testing.assert_allclose(np.diag([-1, -1, 1, 1]) @ to_lps, affine, atol=1e-5)
    positions = np.c_[np.array(found.pop("positions")), np.ones(3)]
    indices = np.linalg.solve(to_lps, positions.T)[:3].T
    np.testing.assert_allclose(indices, [(3, 4, 2), (3, 4, 5), (3, 4, 8)], atol=1e-4)
    assert found.pop("schema").endswith("/Markups/Resources/Schema/markups-schema-v1.0.3.json#")
    assert found == {
        "name": "left kidney",
        "label": 1,
        "extent": [0, -1, 0, -1, 0, -1],
        "status": "notstarted",
        "shape": list(SHAPE),
        "n_drawn": 0,
        "parameters": ["Reference image geometry"],
        "representation": "Binary labelmap",
    }
