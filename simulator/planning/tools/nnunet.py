"""A plan for nnU-Net v2: label maps with ``ignore``, under the names that it reads."""

from functools import partial

from .label_maps import Places, write_label_maps
from .tool import Tool

__all__ = ["NNUNET", "write_nnunet"]

write_nnunet = partial(
    write_label_maps,
    places=Places(
        label_maps={"train": "labelsTr/{}", "test": "labelsTs/{}"},
        images={"train": "imagesTr/{}_0000", "test": "imagesTs/{}_0000"},
        descriptions=("dataset.json",),
    ),
)


NNUNET = Tool(
    name="nnunet",
    title="nnU-Net v2",
    contents="a label map a volume, with ignore where nothing is to outline, and dataset.json",
    how=(
        "Name this folder as nnU-Net names data sets, such as Dataset501_Mine, and put it into nnUNet_raw.",
        "Run, in it: python copy_images.py <folder of the images>. It copies them to imagesTr and imagesTs as "
        "cases.csv says, and converts other formats, DICOM too; put a second channel beside, as CASE_0001.nii.gz.",
        "Open an image with its label map from labelsTr as segmentation: ITK-SNAP and 3D Slicer do.",
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
    bytes_a_volume=2_000,
)
