"""Read a segmentation by slicerio, check points against a schema, and print what was found."""

import json
import sys
from pathlib import Path

import jsonschema
import slicerio


def main():
    points_file, segmentation_file, schema_file = sys.argv[1:]
    points = json.loads(Path(points_file).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(json.loads(Path(schema_file).read_text())).validate(points)
    segmentation = slicerio.read_segmentation(segmentation_file)
    (segment,) = segmentation["segments"]
    found = {
        "schema": points["@schema"],
        "positions": [point["position"] for point in points["markups"][0]["controlPoints"]],
        "name": segment["name"],
        "label": segment["labelValue"],
        "extent": segment["extent"],
        "status": segment["status"],
        "shape": segmentation["voxels"].shape,
        "n_drawn": int(segmentation["voxels"].sum()),
        "ijk_to_lps": segmentation["ijkToLPS"].tolist(),
        "parameters": [parameter["name"] for parameter in segmentation["conversionParameters"]],
        "representation": segmentation["masterRepresentation"],
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
