"""Label Studio: a task a slice, a brush with the structure's name; it opens no volumes (label-studio#1663)."""

import json
import re
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from ...records import Project
from ..visits import ProjectPlan
from .passing_over import OnPassedOver, pass_in_silence
from .slice_pictures import SlicePicture, describe_pictures, draw_pictures
from .tool import Tool

__all__ = ["LABEL_STUDIO"]

MOST_TASKS = 100_000
"""In a file: it takes 250,000 tasks or 50 MB, whichever comes first (its guide, "Import tasks")."""

_NOT_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")

CONFIG = """\
<View>
  <Header value="$title"/>
  <Image name="image" value="$image" zoom="true" zoomControl="true" brightnessControl="true" contrastControl="true"/>
  <BrushLabels name="mask" toName="image">
    <Label value={structure} background="#f08a3c"/>
  </BrushLabels>
</View>
"""


def write_label_studio(
    plan: ProjectPlan, on_passed_over: OnPassedOver = pass_in_silence
) -> Iterator[tuple[str, bytes]]:
    """Write pictures, tasks in the plan's order, the labeling configuration, and what the pictures are.

    Parameters
    ----------
    plan : ProjectPlan
    on_passed_over : function of a PassedOver, default does nothing

    Yields
    ------
    tuple of (str, bytes)
        Nothing where no volume has an image.
    """
    tasks, volumes = [], {}
    for picture in draw_pictures(plan, on_passed_over):
        yield f"images/{picture.name}", picture.png
        tasks.append(_task(picture))
        volumes[picture.volume.visit.order] = picture.volume
    if tasks:
        yield from _split(tasks)
        yield "labeling_config.xml", _config(plan.answer.project)
        yield "pictures.json", describe_pictures(volumes.values())


def _task(picture: SlicePicture) -> dict[str, object]:
    volume, visit = picture.volume, picture.volume.visit
    return {
        "data": {
            # Relative to LOCAL_FILES_DOCUMENT_ROOT; a picture's name needs no quoting.
            "image": f"/data/local-files/?d=images/{picture.name}",
            "title": f"{visit.order}. {visit.volume.name}, slice {picture.index} (from 0) along axis {volume.axis}",
            "volume": visit.volume.name,
            "slice": picture.index,
            "axis": volume.axis,
            "priority": visit.order,
            "role": visit.role,
        }
    }


def _split(tasks: list[dict[str, object]]) -> Iterator[tuple[str, bytes]]:
    parts = [tasks[start : start + MOST_TASKS] for start in range(0, len(tasks), MOST_TASKS)]
    for number, part in enumerate(parts, start=1):
        name = "tasks.json" if len(parts) == 1 else f"tasks_{number}.json"
        yield name, (json.dumps(part, ensure_ascii=False, indent=1) + "\n").encode()


def _config(project: Project) -> bytes:
    # A label that begins with a dollar sign would be looked up in the task.
    structure = _NOT_XML.sub("", project.structure).lstrip("$ ").strip() or "structure"
    return CONFIG.format(structure=quoteattr(structure)).encode()


LABEL_STUDIO = Tool(
    name="label-studio",
    title="Label Studio",
    contents="a picture of each planned slice, its tasks in the order of the plan, the labeling configuration",
    how=(
        "Start Label Studio with LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true and "
        "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT=<the folder that holds tasks.json>.",
        "Create a project, choose Custom template under Labeling Setup, and paste labeling_config.xml under Code.",
        "Under Settings, Cloud Storage, add a source storage Local files with the absolute path of the folder images; "
        "do not sync it, or each picture becomes a second task.",
        "Import tasks.json; sort the tasks by their ID, which is the order of the plan, or filter by volume or role.",
        "Outline the structure with the brush and submit; where a slice does not show it, submit without a mark.",
        "Export as JSON, and give that file to Labelwise under Progress: time is read from lead_time.",
    ),
    write=write_label_studio,
    bytes_a_pixel=0.5,
)
