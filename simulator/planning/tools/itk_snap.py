"""A plan for ITK-SNAP: the label maps of nnU-Net, which it opens as segmentations."""

from .nnunet import write_nnunet
from .tool import Tool

__all__ = ["ITK_SNAP"]

ITK_SNAP = Tool(
    name="itk-snap",
    title="ITK-SNAP",
    contents="a label map a volume, with label 2 where nothing is to outline",
    how=(
        "Open an image (File, Open Main Image; it opens DICOM too), then its label map from labelsTr or labelsTs "
        "(Segmentation, Open Segmentation); cases.csv says which belong together.",
        "Outline the structure with label 1 on every slice that label 2 does not cover; set Paint over to Clear Label, "
        "so that no other slice is drawn on.",
        "Save the segmentation under its name, as .nii.gz. A slice that you did not get to: fill it with label 2.",
    ),
    write=write_nnunet,
    bytes_a_volume=2_000,
)
