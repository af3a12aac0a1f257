"""Label maps to outline in: every slice that is not planned is ``ignore``, as nnU-Net v2 has it (Isensee et al. 2021).

nnU-Net computes its loss on all other voxels only (documentation/ignore_label.md of its sources), so it trains on what
was outlined as soon as the images lie beside. Every tool that edits label maps in NIfTI opens them; where each looks
for its files is a value, `Places`.
"""

import gzip
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np

from ...tables.csv import encode_csv
from ..visits import ProjectPlan
from .cases import Case, find_cases, name_structure, tabulate_cases
from .passing_over import OnPassedOver, pass_in_silence
from .tool import LEVEL

__all__ = ["ENDING", "IGNORE", "STRUCTURE", "TO_OUTLINE", "Places", "write_label_maps"]

TO_OUTLINE, STRUCTURE, IGNORE = 0, 1, 2
"""nnU-Net wants the highest for ``ignore``."""

ENDING = ".nii.gz"

SCRIPT = Path(__file__).with_name("copy_images.txt")

SCANNER = 1
"""NIfTI's code for positions in the scanner."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where a tool looks for its files.

    Parameters
    ----------
    label_maps, images : mapping of str to str
        Role of a visit → path without ending, with ``{}`` for the name of the case.
    descriptions : tuple of str
        Paths of ``dataset.json``: beside or above label maps, where what came back is read with it.
    """

    label_maps: Mapping[str, str]
    images: Mapping[str, str]
    descriptions: tuple[str, ...]


def write_label_maps(
    plan: ProjectPlan, on_passed_over: OnPassedOver = pass_in_silence, *, places: Places
) -> Iterator[tuple[str, bytes]]:
    """Write label maps to outline in, and what they mean.

    Parameters
    ----------
    plan : ProjectPlan
    on_passed_over : function of a PassedOver, default does nothing
    places : Places

    Yields
    ------
    name : str
        Of a label map for each volume, then of ``dataset.json``, ``cases.csv`` (which image belongs to which case,
        where it goes, and which slices are planned) and a script that puts images there. Nothing if no volume has an
        image in a file.
    content : bytes
    """
    cases: list[Case] = []
    for case in find_cases(plan, on_passed_over):
        yield f"{places.label_maps[case.visit.role].format(case.name)}{ENDING}", _pack_label_map(case)
        cases.append(case)
    if cases:
        description = _describe(plan, cases)
        yield from ((name, description) for name in places.descriptions)
        goals = [f"{places.images[case.visit.role].format(case.name)}{ENDING}" for case in cases]
        yield "cases.csv", encode_csv(tabulate_cases(cases).assign(image_goes_to=goals))
        yield "copy_images.py", SCRIPT.read_bytes()


def _mark_slices(case: Case) -> np.ndarray:
    """Say of each slice whether it is to outline; shape (n_slices,), dtype uint8.

    What was labeled before is ``ignore`` until the lab's own labels are copied in: forgotten, they teach nothing, while
    0 would teach that the structure is not there.
    """
    if case.visit.role == "train":
        marks = np.full(case.n_slices, IGNORE, dtype=np.uint8)
        marks[list(case.slices)] = TO_OUTLINE
        return marks
    marks = np.full(case.n_slices, TO_OUTLINE, dtype=np.uint8)
    marks[list(case.visit.volume.labeled_slices)] = IGNORE
    return marks


def _pack_label_map(case: Case) -> bytes:
    along = [1, 1, 1]
    along[case.axis] = case.n_slices
    # A view: the map is written slice by slice, and never lies in memory as a whole.
    voxels = np.broadcast_to(_mark_slices(case).reshape(along), case.header.shape)
    image = nib.Nifti1Image(voxels, case.header.affine)
    # Both forms, for ITK takes the sform only if its axes are at right angles to the last digit.
    image.set_sform(case.header.affine, SCANNER)
    image.set_qform(case.header.affine, SCANNER)
    image.header.set_xyzt_units("mm")
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0, compresslevel=LEVEL) as file:
        image.to_stream(file)
    return packed.getvalue()


def _describe(plan: ProjectPlan, cases: Sequence[Case]) -> bytes:
    structure = name_structure(plan)
    if structure.lower() in {"background", "ignore"}:
        structure = f"{structure} (structure)"
    # By "CT" nnU-Net scales as Hounsfield units allow; all other names are alike to it.
    channel = plan.answer.project.modality or "image"
    description = {
        "description": "ignore is what was not planned; slices in cases.csv count from 0 along the array's axis",
        "channel_names": {str(i): channel for i in range(max(case.header.n_channels for case in cases))},
        "labels": {"background": TO_OUTLINE, structure: STRUCTURE, "ignore": IGNORE},
        "numTraining": sum(case.visit.role == "train" for case in cases),
        "file_ending": ENDING,
    }
    return (json.dumps(description, indent=2, ensure_ascii=False) + "\n").encode()
