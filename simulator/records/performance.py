"""What a model is worth: every metric is a pure function of counts of voxels."""

import math
from typing import Annotated, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from .frozen import Count, Growing, VolumeId

__all__ = ["Performance", "VolumeCounts", "volume_dice", "volume_iou"]


class VolumeCounts(Growing):
    """Voxels of one test volume by outcome, on the original label grid.

    The three ``*_labeled`` counts are those on slices whose reference is not empty.
    """

    volume: VolumeId
    tp: Count
    fp: Count
    fn: Count
    tp_labeled: Count
    fp_labeled: Count
    fn_labeled: Count

    @model_validator(mode="after")
    def _labeled_slices_are_some_of_all(self) -> Self:
        if self.tp_labeled > self.tp or self.fp_labeled > self.fp or self.fn_labeled > self.fn:
            raise ValueError("there are more voxels on labeled slices than on all slices")
        return self


class Performance(Growing):
    """Mean over test volumes of Dice and IoU, over all slices and over labeled slices.

    An empty reference volume, stated here and nowhere else: over all slices its Dice and IoU are 1 if the prediction
    is empty too and 0 otherwise; over labeled slices it has none, and is left out of the mean. A mean over nothing
    is None, with the reason.
    """

    founding: ClassVar[frozenset[str]] = frozenset({"reason"})

    dice: Annotated[float, Field(ge=0, le=1)]
    iou: Annotated[float, Field(ge=0, le=1)]
    dice_labeled: Annotated[float, Field(ge=0, le=1)] | None
    iou_labeled: Annotated[float, Field(ge=0, le=1)] | None
    reason: str | None = None

    @classmethod
    def of(cls, counts: tuple[VolumeCounts, ...]) -> Self:
        """Compute the performance from the counts of the test volumes.

        Parameters
        ----------
        counts : tuple of VolumeCounts, at least one

        Returns
        -------
        Performance
        """
        rows = [(c.tp, c.tp_labeled, c.fp, c.fp_labeled, c.fn, c.fn_labeled) for c in counts]
        # Over all slices and over labeled ones at once: numpy takes longer to begin than to count.
        tp, fp, fn = np.array(rows, dtype=np.float64).T.reshape(3, 2, -1)
        dice, iou = volume_dice(tp, fp, fn), volume_iou(tp, fp, fn)
        has_reference = tp[1] + fn[1] > 0
        if not has_reference.any():
            return cls(
                dice=float(dice[0].mean()),
                iou=float(iou[0].mean()),
                dice_labeled=None,
                iou_labeled=None,
                reason="no test volume has a labeled slice",
            )
        return cls(
            dice=float(dice[0].mean()),
            iou=float(iou[0].mean()),
            dice_labeled=float(dice[1][has_reference].mean()),
            iou_labeled=float(iou[1][has_reference].mean()),
        )

    def agrees_with(self, other: Self) -> bool:
        """Say whether another performance is the same but for rounding."""
        pairs = [
            (self.dice, other.dice),
            (self.iou, other.iou),
            (self.dice_labeled, other.dice_labeled),
            (self.iou_labeled, other.iou_labeled),
        ]
        return self.reason == other.reason and all(
            mine == theirs if mine is None or theirs is None else math.isclose(mine, theirs, abs_tol=1e-9)
            for mine, theirs in pairs
        )


def volume_dice(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray) -> np.ndarray:
    """Dice coefficient from counts, elementwise; 1 where nothing was there and nothing was drawn."""
    total = 2 * tp + fp + fn
    return np.where(total > 0, 2 * tp / np.maximum(total, 1), 1.0)


def volume_iou(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray) -> np.ndarray:
    """Intersection over union from counts, elementwise; 1 where nothing was there and nothing was drawn."""
    total = tp + fp + fn
    return np.where(total > 0, tp / np.maximum(total, 1), 1.0)
