"""What a model is worth: every metric is a pure function of counts of voxels."""

import math
from itertools import chain
from operator import attrgetter
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
        rows = chain.from_iterable(map(_read_counts, counts))
        # Over all slices and over labeled ones at once: numpy takes longer to begin than to count.
        tp, fp, fn = np.fromiter(rows, dtype=np.float64).reshape(-1, 6).T.reshape(3, 2, -1)
        dice, iou = volume_dice(tp, fp, fn), volume_iou(tp, fp, fn)
        has_reference = tp[1] + fn[1] > 0
        if not has_reference.any():
            return cls(
                dice=_mean(dice[0]),
                iou=_mean(iou[0]),
                dice_labeled=None,
                iou_labeled=None,
                reason="no test volume has a labeled slice",
            )
        return cls(
            dice=_mean(dice[0]),
            iou=_mean(iou[0]),
            dice_labeled=_mean(dice[1][has_reference]),
            iou_labeled=_mean(iou[1][has_reference]),
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


_read_counts = attrgetter("tp", "tp_labeled", "fp", "fp_labeled", "fn", "fn_labeled")


def _mean(values: np.ndarray) -> float:
    """Compute ``values.mean()``, whose checks take longer than to add up some dozen volumes."""
    return float(np.add.reduce(values) / values.size)


def volume_dice(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray) -> np.ndarray:
    """Dice coefficient from counts, elementwise; 1 where nothing was there and nothing was drawn."""
    total = 2 * tp + fp + fn
    return np.where(total > 0, 2 * tp / np.maximum(total, 1), 1.0)


def volume_iou(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray) -> np.ndarray:
    """Intersection over union from counts, elementwise; 1 where nothing was there and nothing was drawn."""
    total = tp + fp + fn
    return np.where(total > 0, tp / np.maximum(total, 1), 1.0)
