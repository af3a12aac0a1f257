"""What is known of the volumes of a plan beyond the plan, for formats that need it."""

import numpy as np

from ..datasets import PreparedDataset
from .exports import PlanContext, VolumeImage

__all__ = ["gather_context"]


def gather_context(prepared: PreparedDataset | None) -> PlanContext:
    """Gather the context of a plan for a prepared data set's own volumes; None: nothing is known."""
    if prepared is None:
        return PlanContext()
    axis = prepared.reference.axis
    return PlanContext(
        images={
            volume.id: VolumeImage(shape=_shape_of_file(volume.masks, axis=axis), affine=volume.affine)
            for volume in prepared.pool
        }
    )


def _shape_of_file(masks: np.ndarray, *, axis: int) -> tuple[int, int, int]:
    n_slices, *plane = masks.shape
    plane.insert(axis, n_slices)
    first, second, third = plane
    return first, second, third
