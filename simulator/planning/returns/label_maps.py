"""Label maps that came back, as nnU-Net, 3D Slicer, ITK-SNAP or MONAI Label save them: one file a volume.

A slice is labeled where it shows the structure. A planned slice without it counts too, if it lies beyond all that show
it: whoever drew the others looked at it. Between them it is missing, for structures do not come and go. What 3D Slicer
cropped to what was drawn lies where its header says.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ...datasets.header import AFFINE_TOLERANCE_VOXELS, VolumeHeader, distance, times
from ...datasets.problems import VolumeError
from ...datasets.reading import decode, read_array, read_header
from ...errors import ProjectError
from ...records import LabVolume, Project
from ..images import read_image_header
from ..project import named_volumes
from ..tools.cases import name_structure
from ..tools.naming import name_files
from ..visits import ProjectPlan, Visit
from .returned import Returned
from .segmentation import ENDING, Segmentation, find_drawn, read_segmentation

__all__ = ["ENDINGS", "find_ignored", "find_label_maps", "read_label_maps"]

ENDINGS = (".nii.gz", ".nii", ENDING, ".nrrd", ".mha", ".mhd")

MAX_JSON_BYTES = 2**20


def read_label_maps(folder: Path, *, plan: ProjectPlan) -> Returned:
    """Read which slices are labeled in a folder of label maps.

    Parameters
    ----------
    folder : Path
        Files named as the volumes are, in it or in folders below.
    plan : ProjectPlan

    Returns
    -------
    Returned
        Volumes without a file, or whose file shows nothing, are not among them.

    Raises
    ------
    ProjectError
        If there is no such folder, or no file of it bears a volume's name.
    """
    project = plan.answer.project
    maps, others = _sort_files(folder, project)
    ignored = find_ignored(folder)
    labeled: dict[str, tuple[int, ...]] = {}
    notes: list[str] = []
    found = [visit for visit in plan.visits if visit.volume.name in maps]
    if not found:
        raise ProjectError(
            f"no label map in {folder} is named after a volume of {project.name}; "
            f"expected {plan.visits[0].volume.name}{ENDINGS[0]} and so on"
        )
    for visit in found:
        path = maps[visit.volume.name]
        try:
            shown = _find_shown(path, visit, plan, ignored=ignored)
        except (VolumeError, ProjectError) as error:
            notes.append(f"{path.name}: {error}")
            continue
        if shown:
            labeled[visit.volume.name] = _with_empty(shown, visit)
    planned = {visit.volume.name for visit in plan.visits}
    strangers = sorted([*others, *(name for name in maps if name not in planned)])
    if strangers:
        more = f" and {len(strangers) - 3} more" if len(strangers) > 3 else ""
        notes.append(f"not in the plan, so not read: {', '.join(strangers[:3])}{more}")
    return Returned(labeled=labeled, notes=tuple(notes))


def find_label_maps(folder: Path, project: Project) -> dict[str, Path]:
    """Find the label map of each volume by its name, whether its own or the one that a tool was handed.

    Raises
    ------
    ProjectError
        If there is no such folder.
    """
    return _sort_files(folder, project)[0]


def _sort_files(folder: Path, project: Project) -> tuple[dict[str, Path], list[str]]:
    """Sort the files of a folder: the label map of each volume, and the stems of all others."""
    if not folder.is_dir():
        raise ProjectError(f"{folder} is no folder; name the one with the label maps that came back")
    files = dict(_find_files(folder))
    stems = name_files(volume.name for volume in named_volumes(project))
    # What a tool was handed bears a name that every system can open.
    named = {name: name if name in files else stem for name, stem in stems.items()}
    maps = {name: files[stem] for name, stem in named.items() if stem in files}
    return maps, [stem for stem in files if stem not in named.values()]


def _find_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name each file that may be a label map, by its stem; links that leave the folder are passed over."""
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        ending = next((ending for ending in ENDINGS if path.name.lower().endswith(ending)), None)
        if ending and path.is_file() and path.resolve().is_relative_to(root):
            yield path.name[: -len(ending)], path


def find_ignored(folder: Path) -> int | None:
    """Read from a ``dataset.json`` which value stands for what is not labeled; None where nothing says so."""
    for path in (folder / "dataset.json", folder.parent / "dataset.json"):
        if path.is_file() and path.stat().st_size <= MAX_JSON_BYTES:
            try:
                value = json.loads(path.read_bytes())["labels"]["ignore"]
            except (ValueError, LookupError, TypeError, RecursionError):
                continue
            return value if isinstance(value, int) else None
    return None


def _find_shown(path: Path, visit: Visit, plan: ProjectPlan, *, ignored: int | None) -> tuple[int, ...]:
    """Find the slices that show the structure, along the axis and in the order of the image's file."""
    volume = visit.volume
    if volume.axis is None:
        raise ProjectError(f"across which axis {volume.name} is sliced is not known; give it in the list")
    try:
        image = read_image_header(plan.answer.project, volume)
    except VolumeError as error:  # a label map is often called as its image is
        raise ProjectError(f"its image: {error}") from None
    header = read_header(path)
    segmentation = read_segmentation(path)
    if image is not None and header.orientation != image.orientation:
        header = header.turned(image.orientation)
    corner, n_slices = _place(header, image, volume, axis=volume.axis, segmentation=segmentation)
    if volume.n_slices not in (None, n_slices):
        raise ProjectError(f"it has {n_slices} slices, {volume.name} has {volume.n_slices}")
    array = read_array(header)
    if segmentation is None:
        values = decode(array[..., 0], header)
        is_drawn = values != 0 if ignored is None else (values != 0) & (values != ignored)
    else:
        is_drawn = find_drawn(array, segmentation, structure=name_structure(plan))
    others = tuple(other for other in range(3) if other != volume.axis)
    shown = np.flatnonzero(is_drawn.any(axis=others)) + corner
    return tuple(shown[(shown >= 0) & (shown < n_slices)].tolist())


def _place(
    header: VolumeHeader,
    image: VolumeHeader | None,
    volume: LabVolume,
    *,
    axis: int,
    segmentation: Segmentation | None,
) -> tuple[int, int]:
    """Say with which slice of its image a label map begins, and how many the image has."""
    if image is None:
        corner = 0 if segmentation is None else segmentation.offset[axis]
        end = corner + header.shape[axis]
        return corner, end if segmentation is None else max(end, volume.n_slices or end)
    if header.shape == image.shape:
        return 0, image.shape[axis]
    sides, those = times(header.shape), times(image.shape)
    if segmentation is None:
        raise ProjectError(f"it has {sides} voxels, its image {those}")
    # Where it lies in space is surer than the offset, which counts from whatever was the reference in 3D Slicer.
    corners = np.round(np.linalg.solve(image.affine, header.affine[:, 3]))[:3]
    cropped = image.affine.copy()
    cropped[:3, 3] = image.affine[:3] @ [*corners, 1.0]
    if distance(header.shape, cropped, header.affine)[1] > AFFINE_TOLERANCE_VOXELS:
        raise ProjectError(
            f"it has {sides} voxels on another grid than its image of {those}; "
            "choose the image as source volume in the Segment Editor, and save it again"
        )
    return int(corners[axis]), image.shape[axis]


def _with_empty(shown: tuple[int, ...], visit: Visit) -> tuple[int, ...]:
    """Add the planned slices beyond all that show the structure: they were looked at."""
    if visit.volume.span is not None or visit.slices is None:
        return shown
    beyond = [index for index in visit.slices if not shown[0] <= index <= shown[-1]]
    return tuple(sorted({*shown, *beyond}))
