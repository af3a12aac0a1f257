"""CVAT: a job a volume, in the plan's order; it opens no volumes (cvat#8266, #4663).

Some slices are drawn twice, as far as hours are left: they make a ground truth job beside the jobs of their volumes.
Honeypots, which CVAT strews into jobs itself, it combines with no order of files (``job_file_mapping``).
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..visits import ProjectPlan
from .passing_over import OnPassedOver, pass_in_silence
from .slice_pictures import PicturedVolume, describe_pictures, draw_pictures
from .tool import Tool

__all__ = ["CVAT", "NOT_VISIBLE"]

NOT_VISIBLE = "not visible"
"""Tag of a slice on which nothing is to be drawn: without it, a looked at slice is as one that nobody opened."""

TWICE_SHARE = 0.05
"""Slices that are drawn twice: enough for a mean agreement, few enough to be paid."""

MOST_TWICE = 50

LONGEST_NAME = 256
"""Of a CVAT task."""

SCRIPT = Path(__file__).with_name("cvat_create_task.txt")


def write_cvat(
    plan: ProjectPlan, on_passed_over: OnPassedOver = pass_in_silence
) -> Iterator[tuple[str, bytes]]:
    """Write pictures, the request that makes a task of them, a script that sends it, and what the pictures are.

    Parameters
    ----------
    plan : ProjectPlan
    on_passed_over : function of a PassedOver, default does nothing

    Yields
    ------
    tuple of (str, bytes)
        Nothing where no volume has an image.
    """
    volumes: dict[int, PicturedVolume] = {}
    for picture in draw_pictures(plan, on_passed_over):
        yield f"images/{picture.name}", picture.png
        volumes[picture.volume.visit.order] = picture.volume
    if volumes:
        yield "jobs.json", _request(plan, list(volumes.values()))
        yield "create_task.py", SCRIPT.read_bytes()
        yield "pictures.json", describe_pictures(volumes.values())


def _request(plan: ProjectPlan, volumes: Sequence[PicturedVolume]) -> bytes:
    """Write what cvat-sdk takes as TaskWriteRequest and DataRequest, and which job is which volume."""
    project = plan.answer.project
    structure = project.structure.strip() or "structure"
    labels = [{"name": structure, "type": "any"}, {"name": NOT_VISIBLE, "type": "tag"}]
    facts = {
        "task": {"name": project.name[:LONGEST_NAME], "labels": labels},
        "data": {
            "image_quality": 100,
            "job_file_mapping": [list(volume.names) for volume in volumes],
            **_draw_twice(plan, [name for volume in volumes for name in volume.names]),
        },
        "jobs": [
            {"volume": volume.visit.volume.name, "order": volume.visit.order, "role": volume.visit.role}
            for volume in volumes
        ],
    }
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()


def _draw_twice(plan: ProjectPlan, names: Sequence[str]) -> dict[str, object]:
    """Choose what is drawn twice: evenly over all pictures, and no more than the hours that are left pay for."""
    prices = plan.answer.prices
    left = plan.answer.project.hours - plan.hours
    opening = prices.hours(n_volumes=1.0, n_slices_drawn=0.0, n_slices_copied=0.0)
    each = prices.hours(n_volumes=0.0, n_slices_drawn=1.0, n_slices_copied=0.0)
    n = min(round(TWICE_SHARE * len(names)), MOST_TWICE)
    if each > 0:
        n = min(n, int(max(0.0, left - opening) / each))
    if n < 1:
        return {}
    frames = [names[(2 * i + 1) * len(names) // (2 * n)] for i in range(n)]
    return {"validation_params": {"mode": "gt", "frame_selection_method": "manual", "frames": frames}}


CVAT = Tool(
    name="cvat",
    title="CVAT",
    contents="a picture of each planned slice, a job for each volume in the plan's order, a script that makes them",
    how=(
        "Install CVAT's package (pip install cvat-sdk), then run, in the folder that holds jobs.json: "
        "python create_task.py <address of CVAT> <user name>.",
        "The task has one job for each volume, in the order of the plan; a ground truth job beside them holds the "
        "slices that are drawn twice, where hours are left for it: give it to another annotator.",
        "Outline the structure with a polygon or the brush; give a slice that does not show it the tag "
        f"“{NOT_VISIBLE}”, so that it counts as looked at.",
        "Set a job's state to completed when its volume is done.",
        "Export the task's annotations as CVAT for images 1.1, and give that file to Labelwise under Progress.",
    ),
    write=write_cvat,
    bytes_a_pixel=0.5,
)
