"""One record as one flat row: what analysis and pages read instead of JSON."""

from typing import NamedTuple

import numpy as np

from ..records import SimulationRecord

__all__ = ["TableRow", "make_row"]


class TableRow(NamedTuple):
    """The columns of `simulator.store.Store.table`.

    Shares lie in (0, 1], ``spacing`` is in slices, ``seconds`` is wall time, ``labels`` is ``"1,2"``. A
    number that is undefined is NaN. ``volume_dice`` is float64 of shape (n_test,), in order of test volume id.
    """

    key: str
    name: str
    fingerprint: str
    axis: int
    labels: str
    n_pool: int
    n_test: int
    diversity: float
    completeness: float
    quality: float
    proxy: str
    sampling: str
    achieved_quality: float
    spacing: float
    n_volumes: int
    n_slices_drawn: float
    n_slices_copied: int
    n_slices_used: int
    n_labeled_slices_pool: int
    protocol: str
    seed: int
    dice: float
    iou: float
    dice_labeled: float
    iou_labeled: float
    volume_dice: np.ndarray
    seconds: float
    slice_steps: int
    device: str
    torch: str
    created: str
    source: str


def make_row(record: SimulationRecord, *, source: str) -> TableRow:
    """Flatten a record.

    Parameters
    ----------
    record : SimulationRecord
    source : {"local", "published"}
        Where it was read from.

    Returns
    -------
    TableRow
    """
    dataset, virtues, achieved, performance = (
        record.dataset,
        record.virtues,
        record.achieved,
        record.performance,
    )
    return TableRow(
        key=record.key,
        name=dataset.name,
        fingerprint=dataset.fingerprint,
        axis=dataset.axis,
        labels=",".join(map(str, dataset.labels)),
        n_pool=dataset.n_pool,
        n_test=dataset.n_test,
        diversity=virtues.diversity,
        completeness=virtues.completeness,
        quality=virtues.quality,
        proxy=virtues.proxy,
        sampling=virtues.sampling,
        achieved_quality=achieved.quality,
        spacing=_number(achieved.spacing),
        n_volumes=achieved.n_volumes,
        n_slices_drawn=_number(achieved.n_slices_drawn),
        n_slices_copied=achieved.n_slices_copied,
        n_slices_used=achieved.n_slices_used,
        n_labeled_slices_pool=achieved.n_labeled_slices_pool,
        protocol=record.protocol.name,
        seed=record.seed,
        dice=performance.dice,
        iou=performance.iou,
        dice_labeled=_number(performance.dice_labeled),
        iou_labeled=_number(performance.iou_labeled),
        volume_dice=np.array(record.volume_dice),
        seconds=record.cost.seconds,
        slice_steps=record.cost.slice_steps,
        device=record.cost.device,
        torch=record.versions.get("torch", ""),
        created=record.created,
        source=source,
    )


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
