"""A plan for MONAI Label: label maps where its server looks for drafts, in a studies folder.

A map in ``labels/final`` counts as done there, and is served no more (MONAILabel#1597); one in ``labels/original`` is
opened with its image (MONAILabel#1289), and goes to ``labels/final`` when it is submitted.
"""

from functools import partial

from .label_maps import Places, write_label_maps
from .tool import Tool

__all__ = ["MONAI_LABEL", "write_monai_label"]

write_monai_label = partial(
    write_label_maps,
    places=Places(
        label_maps={role: f"{role}/labels/original/{{}}" for role in ("train", "test")},
        images={role: f"{role}/{{}}" for role in ("train", "test")},
        descriptions=("train/labels/dataset.json", "test/labels/dataset.json"),
    ),
)

MONAI_LABEL = Tool(
    name="monai-label",
    title="MONAI Label",
    contents="two studies folders, to train and to test on, with a label map a volume",
    how=(
        "Run, in the folder that holds cases.csv: python copy_images.py <folder of the images>; then start the server "
        "on one folder at a time: monailabel start_server --app <your app> --studies <the folder train, or test>.",
        "In 3D Slicer allow Original Labels in the settings of MONAI Label; Next Sample then opens an image with its "
        "label map, by name: for the order of the plan put the images in a few at a time.",
        "Outline the structure with label 1 on every slice that label 2 does not cover, and submit: the map goes to "
        "labels/final. Give that folder to Labelwise under Progress.",
        "Do not train in MONAI Label: it takes label 2 for a structure, where nnU-Net leaves it out.",
    ),
    write=write_monai_label,
    bytes_a_volume=2_000,
)
