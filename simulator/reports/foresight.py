"""What can be said of a hand-over before it is packed: how large it is, and which volumes a tool gets no files for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..datasets.problems import VolumeError
from ..planning.images import require_image, require_image_header
from ..planning.tools import PassedOver, Tool
from ..planning.visits import ProjectPlan, Visit

__all__ = ["Foresight", "foresee_handover"]

SHEET_BYTES, ROW_BYTES = 10_000, 30
"""Of sheet and tables, zipped."""

N_SAMPLED = 3
"""Images whose headers say how large slices are; those of a lab are much alike."""


@dataclass(frozen=True, kw_only=True)
class Foresight:
    """What is known beforehand.

    Parameters
    ----------
    n_bytes : float
        Of the zip; pictures within a factor of two.
    passed_over : tuple of PassedOver
        Volumes whose image is not there. What is wrong with an image that is there shows when it is read.
    """

    n_bytes: float
    passed_over: tuple[PassedOver, ...]


def foresee_handover(plan: ProjectPlan, *, tool: Tool) -> Foresight:
    """Foresee what `write_handover` writes, by a few headers; no voxel is read."""
    found: list[Visit] = []
    passed_over: list[PassedOver] = []
    for visit in plan.visits:
        try:
            require_image(plan.answer.project, visit.volume)
        except VolumeError as error:
            passed_over.append(PassedOver.of(visit.volume, error))
        else:
            found.append(visit)
    n_bytes = SHEET_BYTES + ROW_BYTES * len(plan.visits) + tool.bytes_a_volume * len(found)
    if tool.bytes_a_pixel:
        n_slices = sum(len(visit.slices) if visit.slices is not None else visit.n_slices for visit in found)
        n_bytes += tool.bytes_a_pixel * n_slices * _measure_slices(plan, found)
    return Foresight(n_bytes=n_bytes, passed_over=tuple(passed_over))


def _measure_slices(plan: ProjectPlan, visits: Sequence[Visit]) -> float:
    """Take the mean number of pixels of a slice."""
    step = max(1, len(visits) // N_SAMPLED)
    measured = list(_count_pixels(plan, visits[::step][:N_SAMPLED]))
    return float(np.mean(measured)) if measured else 0.0


def _count_pixels(plan: ProjectPlan, visits: Sequence[Visit]) -> Iterator[float]:
    for visit in visits:
        try:
            shape = require_image_header(plan.answer.project, visit.volume).shape
        except VolumeError:
            continue
        axis = 2 if visit.volume.axis is None else visit.volume.axis
        yield float(np.prod(shape)) / shape[axis]
