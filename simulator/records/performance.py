"""What a model is worth: every metric is a pure function of counts of voxels."""

import math
from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from typing import Annotated, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from .frozen import Count, Growing, VolumeId

__all__ = ["Performance", "VolumeCounts", "volume_dice", "volume_iou"]


NEAR = 5e-10
"""What rounding may change of a mean; half of what is let pass."""


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
        dice, iou, has_reference = _score(counts)
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
            mine == theirs if mine is None or theirs is None else math.isclose(mine, theirs, abs_tol=2 * NEAR)
            for mine, theirs in pairs
        )


def score_many(
    performances: Sequence[Performance], counts: Sequence[tuple[VolumeCounts, ...]]
) -> tuple[np.ndarray, list[tuple[float, ...]]]:
    """Find, among many performances, those that may not follow from their counts: no other has to be computed alone.

    Parameters
    ----------
    performances : sequence of Performance
    counts : sequence of tuple of VolumeCounts, as many, each at least one

    Returns
    -------
    is_doubtful : ndarray of shape (n,), dtype bool
        False only where `Performance.agrees_with` holds.
    dices : list of tuple of float
        What `dice_of` gives of each.
    """
    dice, iou, has_reference = _score([*chain.from_iterable(counts)])
    counted = np.stack([np.ones_like(has_reference), has_reference])
    begins = np.cumsum([0, *map(len, counts[:-1])])
    sums = np.add.reduceat(np.stack([dice, iou]) * counted, begins, axis=2)
    claimed = np.array(list(map(_read_means, performances)), dtype=np.float64).T.reshape(2, 2, -1)
    # A mean over nothing is NaN on both sides, which is doubtful as well.
    with np.errstate(invalid="ignore"):
        is_near = np.abs(sums / np.add.reduceat(counted, begins, axis=1, dtype=np.int64) - claimed) < NEAR
    has_reason = np.array([found.reason is not None for found in performances])
    dices = dice[0].tolist()
    ends = [*begins[1:].tolist(), len(dices)]
    return ~is_near.all(axis=(0, 1)) | has_reason, [
        tuple(dices[begin:end]) for begin, end in zip(begins.tolist(), ends, strict=True)
    ]


def dice_of(counts: tuple[VolumeCounts, ...]) -> tuple[float, ...]:
    """Compute each volume's Dice over all slices."""
    dice, _, _ = _score(counts)
    return tuple(dice[0].tolist())


_read_means = attrgetter("dice", "dice_labeled", "iou", "iou_labeled")
_read_counts = attrgetter("tp", "tp_labeled", "fp", "fp_labeled", "fn", "fn_labeled")


def _score(counts: Sequence[VolumeCounts]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compute Dice and IoU over all slices and over labeled ones, (2, n) each, and which volumes have a reference."""
    rows = [*chain.from_iterable(map(_read_counts, counts))]
    # All at once: numpy takes longer to begin than to count.
    tp, fp, fn = np.array(rows, dtype=np.float64).reshape(-1, 6).T.reshape(3, 2, -1)
    return volume_dice(tp, fp, fn), volume_iou(tp, fp, fn), tp[1] + fn[1] > 0


def _mean(values: np.ndarray) -> float:
    """Compute ``values.mean()``, whose checks take longer than to add up some dozen volumes."""
    return float(np.add.reduce(values) / values.size)


def volume_dice(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray) -> np.ndarray:
    """Dice coefficient from counts, elementwise; 1 where nothing was there and nothing was drawn."""
    return _share(2 * tp, 2 * tp + fp + fn)


def volume_iou(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray) -> np.ndarray:
    """Intersection over union from counts, elementwise; 1 where nothing was there and nothing was drawn."""
    return _share(tp, tp + fp + fn)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    # As a rule there is something everywhere, and numpy has one thing to do instead of four.
    return part / whole if whole.all() else np.where(whole > 0, part / np.maximum(whole, 1), 1.0)
