"""A plan for nnU-Net v2 (Isensee et al. 2021): label maps in which every slice that is not planned is ``ignore``.

nnU-Net computes its loss on all other voxels only (documentation/ignore_label.md of its sources), so it trains on what
was outlined as soon as the images lie beside. Every tool that edits label maps in NIfTI opens them.
"""

import gzip
import io
import json
from collections.abc import Iterator, Sequence

import nibabel as nib
import numpy as np

from ...tables.csv import encode_csv
from ..visits import ProjectPlan
from .cases import Case, find_cases, name_structure, tabulate_cases
from .tool import LEVEL, Tool

__all__ = ["NNUNET", "write_nnunet"]

TO_OUTLINE, STRUCTURE, IGNORE = 0, 1, 2
"""nnU-Net wants the highest for ``ignore``."""

ENDING = ".nii.gz"

SUBSETS = {"train": "Tr", "test": "Ts"}
"""Role → what nnU-Net's folders end with."""

SCANNER = 1
"""NIfTI's code for positions in the scanner."""


def write_nnunet(plan: ProjectPlan) -> Iterator[tuple[str, bytes]]:
    """Write label maps to outline in, and what nnU-Net needs to know.

    Parameters
    ----------
    plan : ProjectPlan

    Yields
    ------
    name : str
        ``labelsTr/CASE.nii.gz`` for each volume to train on, ``labelsTs/CASE.nii.gz`` for each to test on, then
        ``dataset.json`` and ``cases.csv`` (which image belongs to which case, and which slices are planned). Nothing
        if no volume has an image in a file.
    content : bytes
    """
    cases: list[Case] = []
    for case in find_cases(plan):
        yield f"labels{SUBSETS[case.visit.role]}/{case.name}{ENDING}", _pack_label_map(case)
        cases.append(case)
    if cases:
        yield "dataset.json", _describe(plan, cases)
        goals = [f"images{SUBSETS[case.visit.role]}/{case.name}_0000{ENDING}" for case in cases]
        yield "cases.csv", encode_csv(tabulate_cases(cases).assign(image_goes_to=goals))


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


NNUNET = Tool(
    name="nnunet",
    title="nnU-Net v2",
    contents="a label map a volume, with ignore where nothing is to outline, and dataset.json",
    how=(
        "Name this folder as nnU-Net names data sets, such as Dataset501_Mine, and put it into nnUNet_raw.",
        "Copy each image to where cases.csv says: imagesTr or imagesTs, as CASE_0000.nii.gz; other formats are "
        "converted to .nii.gz on the way, and a second channel is a second file, CASE_0001.nii.gz.",
        "Open an image with its label map from labelsTr as segmentation: ITK-SNAP, 3D Slicer and MONAI Label do.",
        "Slices that are 2 (ignore) all over are not planned: leave them as they are.",
        "Outline the structure with label 1 on every other slice; one that does not show it stays 0.",
        "A planned slice that you did not get to counts as background: fill it with 2 before you train.",
        "Slices that were labeled before the project are 2 here: copy your own labels into them.",
        "Volumes in labelsTs are for testing: outline every slice, and never train on them.",
        "Train: nnUNetv2_plan_and_preprocess -d 501 --verify_dataset_integrity, then nnUNetv2_train.",
        "Look at the slices between before you rely on them: after training with every fifth slice outlined, users saw "
        "good masks on such slices and messy ones between (nnU-Net, issue 2138); from which distance on is not known.",
    ),
    write=write_nnunet,
)
