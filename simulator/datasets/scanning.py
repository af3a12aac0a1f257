"""One volume seen once: its identity, its labels and what is wrong with it.

A scan decodes image and label map one after the other, computes everything about them that does not depend on the
slicing axis, the chosen labels or the rest of the data set, and is small enough to be remembered.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from ..records import MAX_LABEL, Count, Frozen, Hex64, VolumeId, canonical_json
from .header import MAX_SIDE, Note, VolumeHeader
from .intensities import N_TISSUE, count_hounsfield, has_air
from .layouts import VolumeFiles
from .problems import Problem, VolumeError
from .reading import decode, is_stored_whole, iterate_counts, iterate_stored
from .spans import Spans, check_spans, slices_of_spans, spans_of_slices
from .structures import scan_structures
from .turning import find_turn
from .volume import VolumeHeaders, read_headers

__all__ = ["LabelScan", "VolumeScan", "scan_volume"]

MAX_N_LABELS = 512
"""Most label values in one volume."""

ROUNDING = 1e-6
"""Label values may be this far from whole numbers, times their size: what 32 bits leave of 255 / 255."""

_SCRAMBLE = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93))


class LabelScan(Frozen):
    """One label value in one volume.

    Parameters
    ----------
    value : int
        Not 0; one below 0 is never foreground.
    n_voxels : int
    runs : tuple of 3 tuples of (first, last)
        For each array axis, the runs of slices on which the value occurs.
    """

    value: Annotated[int, Field(ge=-MAX_LABEL, le=MAX_LABEL)]
    n_voxels: Count
    runs: tuple[Spans, Spans, Spans]

    def slices(self, axis: int) -> np.ndarray:
        """Find the slices across `axis` on which the value occurs: indices, ascending, dtype int64."""
        return slices_of_spans(self.runs[axis])


class VolumeScan(Frozen):
    """What one look at a volume found.

    Parameters
    ----------
    id : str or None
        First 12 hex digits of the SHA-256 over decoded image voxels and affine; None if it cannot be read.
    voxels : str or None
        12 hex digits that copies of an image share wherever they lie and however their arrays are turned.
    label_digest : str or None
        SHA-256 (hex) over the label voxels.
    shape : tuple of int
        Voxels along the three array axes; empty if unknown.
    n_channels : int
    spacing_mm : tuple of float
    orientation : str
        Where each array axis points (RAS+ codes), such as "RAS"; turning follows it.
    minima : tuple of float
        Lowest decoded value of each channel.
    tissue : tuple of tuples of int
        For each channel that has air in it, its voxels counted as by `count_hounsfield`, without the zeros at the end;
        nothing for others, and for volumes that were looked at before this was counted.
    labels : tuple of LabelScan
        In order of value.
    problems : tuple of Problem
    """

    id: VolumeId | None = None
    voxels: VolumeId | None = None
    label_digest: Hex64 | None = None
    shape: tuple[Annotated[int, Field(ge=1, le=MAX_SIDE)], ...] = ()
    n_channels: int = 0
    spacing_mm: tuple[float, ...] = ()
    orientation: Annotated[str, Field(pattern=r"^([RLAPSI]{3})?$")] = ""
    minima: tuple[float, ...] = ()
    tissue: tuple[Annotated[tuple[Count, ...], Field(max_length=N_TISSUE)], ...] = ()
    labels: tuple[LabelScan, ...] = ()
    problems: tuple[Problem, ...] = ()

    @model_validator(mode="after")
    def _labels_lie_inside(self) -> Self:
        for label in self.labels:
            for runs, n_slices in zip(label.runs, self.shape, strict=True):
                check_spans(runs, n_slices=n_slices)
        return self

    def labeled(self, *, axis: int, labels: tuple[int, ...]) -> np.ndarray:
        """Find the slices across `axis` on which one of `labels` occurs: indices, ascending, dtype int64."""
        found = [label.slices(axis) for label in self.labels if label.value in labels]
        return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)

    def runs_of(self, *, axis: int, labels: tuple[int, ...]) -> tuple[Spans, ...]:
        """Find, for each of `labels`, the runs (first, last) of slices across `axis` on which it occurs."""
        runs = {label.value: label.runs[axis] for label in self.labels}
        return tuple(runs.get(label, ()) for label in labels)

    def turned(self, orientation: str) -> Self:
        """See the same volume as it is once it was turned to another orientation."""
        if orientation == self.orientation:
            return self
        turn = find_turn(self.orientation, orientation)
        labels = [
            label.model_copy(
                update={
                    "runs": tuple(
                        _mirror(label.runs[axis], n_slices=self.shape[axis])
                        if is_reversed
                        else label.runs[axis]
                        for axis, is_reversed in zip(turn.axes, turn.is_reversed, strict=True)
                    )
                }
            )
            for label in self.labels
        ]
        return self.model_copy(
            update={
                "shape": tuple(self.shape[axis] for axis in turn.axes),
                "spacing_mm": tuple(self.spacing_mm[axis] for axis in turn.axes),
                "orientation": orientation,
                "labels": tuple(labels),
            }
        )


def _mirror(runs: Spans, *, n_slices: int) -> Spans:
    return tuple((n_slices - 1 - last, n_slices - 1 - first) for first, last in reversed(runs))


def scan_volume(files: VolumeFiles) -> VolumeScan:
    """Look at one volume.

    Parameters
    ----------
    files : VolumeFiles

    Returns
    -------
    VolumeScan
        With a blocking problem, and without id, where the volume cannot be read.
    """
    try:
        headers = read_headers(files)
        image = _scan_image(headers.images)
        digest, labels, label_notes = _scan_masks(headers)
    except VolumeError as error:
        return VolumeScan(problems=(_problem(files, error.what, error.what_to_do, is_blocking=True),))
    first = headers.images[0]
    notes = dict.fromkeys([*headers.notes, *image.notes, *label_notes])
    return VolumeScan(
        id=image.id,
        voxels=image.voxels,
        label_digest=digest,
        shape=first.shape,
        n_channels=len(image.minima),
        spacing_mm=first.spacing_mm,
        orientation=first.orientation,
        minima=image.minima,
        tissue=image.tissue,
        labels=labels,
        problems=tuple(_problem(files, what, what_to_do, is_blocking=False) for what, what_to_do in notes),
    )


def _problem(files: VolumeFiles, what: str, what_to_do: str, *, is_blocking: bool) -> Problem:
    return Problem(volume=files.name, what=what, what_to_do=what_to_do, is_blocking=is_blocking)


@dataclass(frozen=True, kw_only=True)
class _ImageScan:
    id: str
    voxels: str
    minima: tuple[float, ...]
    tissue: tuple[tuple[int, ...], ...]
    notes: tuple[Note, ...]


def _scan_image(headers: Sequence[VolumeHeader]) -> _ImageScan:
    """Compute the volume id, what is left of it without order and place, and the lowest value of each channel.

    Values are hashed as 32-bit floating numbers in file order, channel after channel, and affines to a tenth of a
    micrometre: so a volume stays the same when it is compressed, renamed, stored in another type of number, or its
    channels are stored in files of their own.
    """
    shape = (*headers[0].shape, sum(header.n_channels for header in headers))
    digest = hashlib.sha256(np.array(shape, dtype="<i8").tobytes())
    digest.update((headers[0].affine.round(4) + 0.0).astype("<f8").tobytes())
    channels: list[_ChannelScan] = []
    notes: list[Note] = []
    for header in headers:
        own = [
            _scan_channel((planes for _, planes in stored), header, digest)
            for _, stored in groupby(iterate_stored(header, notes=notes), key=itemgetter(0))
        ]
        n_bad = sum(channel.n_bad for channel in own)
        if n_bad:
            raise VolumeError(
                f"{header.path.name} has {n_bad:,} voxels that are NaN or infinite",
                "replace them by the value of air or background",
            )
        channels += own
    high = max(channel.high for channel in channels)
    if min(channel.low for channel in channels) == high:
        notes.append((f"every voxel of the image is {high:g}", "Look at the file: nothing can be seen in it"))
    facts = canonical_json([sorted(shape), [channel.total for channel in channels]])
    return _ImageScan(
        id=digest.hexdigest()[:12],
        voxels=hashlib.sha256(facts.encode()).hexdigest()[:12],
        minima=tuple(channel.low for channel in channels),
        tissue=tuple(channel.tissue for channel in channels),
        notes=tuple(notes),
    )


@dataclass(frozen=True, kw_only=True)
class _ChannelScan:
    low: float
    high: float
    n_bad: int
    total: int
    tissue: tuple[int, ...]


def _scan_channel(
    blocks: Iterable[np.ndarray], header: VolumeHeader, digest: "hashlib._Hash"
) -> _ChannelScan:
    """Go once through a channel, and on with the digest of its volume."""
    low, high, n_bad, total = np.inf, -np.inf, 0, 0
    tissue = np.zeros(N_TISSUE, dtype=np.int64)
    is_exact = is_stored_whole(header) and header.dtype.itemsize <= 2

    def hash_block(block: np.ndarray) -> None:
        digest.update((block.astype("<f4") if is_exact else _round(decode(block, header))).data)

    for decoded, counts in iterate_counts(blocks, header, on_block=hash_block):
        values = _round(decoded)
        n_bad += int(counts[~np.isfinite(values)].sum())
        total += _add_in_any_order(values, counts)
        low, high = min(low, float(values.min())), max(high, float(values.max()))
        tissue += count_hounsfield([(decoded[np.isfinite(decoded)], counts[np.isfinite(decoded)])])
    return _ChannelScan(
        low=low,
        high=high,
        n_bad=n_bad,
        total=total % 2**64,
        tissue=tuple(np.trim_zeros(tissue, "b").tolist()) if has_air(low) else (),
    )


def _round(decoded: np.ndarray) -> np.ndarray:
    """Round to the 32-bit floating numbers that are hashed; minus zero is zero."""
    with np.errstate(over="ignore"):
        return (decoded + 0.0).astype("<f4")


def _add_in_any_order(values: np.ndarray, counts: np.ndarray) -> int:
    """Add up scrambled values: the sum tells other voxels apart, and is the same however an array is turned."""
    bits = values.view("<u4").astype(np.uint64) + np.uint64(1)
    for factor in _SCRAMBLE:
        bits *= factor
        bits ^= bits >> np.uint64(32)
    return int((bits * counts.astype(np.uint64)).sum(dtype=np.uint64))


def _scan_masks(headers: VolumeHeaders) -> tuple[str, tuple[LabelScan, ...], list[Note]]:
    if headers.structures:
        return scan_structures(
            headers.structures,
            _scan_label,
            rename=lambda label, value: label.model_copy(update={"value": value}),
        )
    read: list[Note] = []
    stored = (planes for _, planes in iterate_stored(headers.label, notes=read))
    digest, labels, notes = _scan_label(stored, headers.label)
    return digest, labels, [*read, *notes]


def _scan_label(
    blocks: Iterable[np.ndarray], header: VolumeHeader
) -> tuple[str, tuple[LabelScan, ...], list[Note]]:
    """Hash a label map, given some planes at a time, and find, for each value, on which slices it lies."""
    digest = hashlib.sha256(np.array(header.shape, dtype="<i8").tobytes())
    present: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
    n_voxels: dict[int, int] = {}
    is_rounded = False
    n_seen = 0
    for stored in blocks:
        here_along = slice(n_seen, n_seen + stored.shape[2])
        n_seen = here_along.stop
        planes = whole_labels(stored, header)
        if not is_stored_whole(header):
            is_rounded |= bool((planes != decode(stored, header)).any())
        digest.update(np.ascontiguousarray(planes.T, dtype="<i4").data)
        is_inside = planes != 0
        across = is_inside.any(axis=2)
        box = tuple(_extent(across.any(axis=axis)) for axis in (1, 0))
        planes, is_inside = planes[box], is_inside[box]
        rest = planes[is_inside]
        while rest.size:  # far cheaper than sorting them: most planes have one value or a few
            value = int(rest[0])
            rest = rest[rest != value]
            here = planes == value
            along = present.setdefault(value, tuple(np.zeros(n, dtype=bool) for n in header.shape))  # type: ignore[arg-type]
            for axis, part in enumerate((*box, here_along)):
                along[axis][part] |= here.any(axis=tuple({0, 1, 2} - {axis}))
            n_voxels[value] = n_voxels.get(value, 0) + int(np.count_nonzero(here))
            if len(present) > MAX_N_LABELS:
                raise VolumeError(
                    f"{header.path.name} has more than {MAX_N_LABELS} label values",
                    "check that it is a label map and no image",
                )
    labels = tuple(
        LabelScan(
            value=value,
            n_voxels=n_voxels[value],
            runs=tuple(spans_of_slices(np.flatnonzero(along)) for along in present[value]),  # type: ignore[arg-type]
        )
        for value in sorted(present)
    )
    rounded = [("label values are off whole numbers by less than a millionth", "Nothing: they are rounded")]
    return digest.hexdigest(), labels, rounded if is_rounded else []


def _extent(is_inside: np.ndarray) -> slice:
    """Find the part of an axis that holds all that is inside; an empty one if nothing is."""
    places = np.flatnonzero(is_inside)
    return slice(places[0], places[-1] + 1) if len(places) else slice(0, 0)


def whole_labels(plane: np.ndarray, header: VolumeHeader) -> np.ndarray:
    """Decode label values, which may be stored as floating numbers as long as they are whole but for rounding.

    Returns
    -------
    ndarray of the same shape, whole numbers: int64, or as they are stored

    Raises
    ------
    VolumeError
        If a value is not whole, or beyond `MAX_LABEL`.
    """
    if is_stored_whole(header) and int(plane.max()) <= MAX_LABEL and int(plane.min()) >= -MAX_LABEL:
        return plane
    values = decode(plane, header)
    if not (np.isfinite(values).all() and (np.abs(values) <= MAX_LABEL).all()):
        raise VolumeError(
            f"{header.path.name} has label values that are not between 0 and {MAX_LABEL}",
            "check that it is a label map and no image",
        )
    labels: np.ndarray = np.rint(values).astype(np.int64)
    is_off = np.abs(values - labels) > ROUNDING * np.maximum(1, np.abs(values))
    if is_off.any():
        wrong = float(values[is_off][0])
        raise VolumeError(
            f"{header.path.name} has a label value that is not whole: {wrong:g}",
            "store labels as whole numbers, resampled by nearest neighbour",
        )
    return labels
