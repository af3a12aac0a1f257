"""A data set as training sees it: standardized slices and masks, memory-mapped, found by content alone."""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, model_validator

from ..errors import DatasetError
from ..files import open_regular, read_file
from ..records import Count, DatasetReference, Frozen, VolumeId, canonical_json, explain
from ..settings import Settings
from .problems import Problem
from .spans import Spans, check_spans, slices_of_spans

__all__ = [
    "METADATA",
    "PREPARATION_VERSION",
    "PreparedDataset",
    "PreparedMetadata",
    "PreparedVolume",
    "VolumeMetadata",
    "array_path",
    "find_checksum",
    "has_prepared",
    "is_prepared",
    "list_prepared",
    "load_prepared",
    "prepared_folder",
    "read_metadata",
    "write_metadata",
]

PREPARATION_VERSION = 1
"""Version of the preparation; part of the folder's key."""

METADATA = "prepared.json"
"""Written last: where it lies, the others do."""

_MAX_METADATA_BYTES = 64 * 2**20  # ten thousand volumes of a thousand slices
_PIECE_BYTES = 2**20
_KINDS: tuple[Literal["images", "masks"], ...] = ("images", "masks")


@dataclass(frozen=True, kw_only=True)
class PreparedVolume:
    """One volume, sliced.

    Parameters
    ----------
    id : str
        Volume id, 12 hex digits.
    images : ndarray of shape (n_slices, n_channels, height, width), dtype float16
        Standardized, longest side at most the slice size; memory-mapped, read-only.
    masks : ndarray of shape (n_slices, H, W), dtype bool
        Foreground on the original label grid, slicing axis first, the other two in file order; memory-mapped.
    labeled : ndarray of shape (n_labeled,), dtype int64
        Indices of slices whose mask is not empty, ascending; an index counts along the slicing axis of the file.
    positions_mm : ndarray of shape (n_slices,), dtype float64
        Position of each slice's centre on the world axis (RAS) nearest to the slicing direction.
    affine : ndarray of shape (4, 4), dtype float64
        From the voxel indices of the volume, turned as its slices are, to millimetres (RAS).
    by_label : tuple of ndarray of shape (n,), dtype int64, or None
        For each label of the foreground, in the order of the reference's, the slices on which it occurs, ascending; the
        masks join them. None in folders that were prepared before this was kept.
    """

    id: str
    images: np.ndarray
    masks: np.ndarray
    labeled: np.ndarray
    positions_mm: np.ndarray
    affine: np.ndarray
    by_label: tuple[np.ndarray, ...] | None = None

    def only(self, index: int) -> Self:
        """Take one labeled slice for a volume."""
        here = slice(index, index + 1)
        return replace(
            self,
            images=self.images[here],
            masks=self.masks[here],
            labeled=np.zeros(1, dtype=np.int64),
            positions_mm=self.positions_mm[here],
            by_label=None,
        )


@dataclass(frozen=True, kw_only=True)
class PreparedDataset:
    """All volumes of a data set, sliced, in order of volume id.

    Parameters
    ----------
    folder : Path
        Where it lies; derived files may be put beside it.
    reference : DatasetReference
    modality : str
        "CT", "MR", or what the data set says.
    pool, test : tuple of PreparedVolume
    names : mapping of str to str
        Volume id → file stem; stays on this machine, never in a record.
    notes : tuple of Problem
        What of the data set was left out, chosen or reinterpreted when it was prepared, or is doubtful.
    asked_labeled_slices : int or None, default=None
        Labeled slices of the pool that an epoch is measured by, where the pool here is only a part; None: its own.
    """

    folder: Path
    reference: DatasetReference
    modality: str
    pool: tuple[PreparedVolume, ...]
    test: tuple[PreparedVolume, ...]
    names: Mapping[str, str]
    notes: tuple[Problem, ...] = ()
    asked_labeled_slices: int | None = None

    @property
    def n_labeled_slices_pool(self) -> int:
        """Labeled slices of the pool; an epoch has to see 80 % of so many."""
        here = sum(len(volume.labeled) for volume in self.pool)
        return max(here, self.asked_labeled_slices or 0)


class VolumeMetadata(Frozen):
    """What is kept about a volume beside its two arrays.

    ``checksums`` are those of the files of images and masks; None in folders that were prepared before they were kept.
    """

    id: VolumeId
    role: Literal["pool", "test"]
    name: str
    labeled: tuple[Count, ...]
    positions_mm: tuple[float, ...]
    affine: tuple[tuple[float, ...], ...]
    runs_by_label: tuple[Spans, ...] | None = None
    checksums: tuple[Count, Count] | None = None

    @model_validator(mode="after")
    def _slices_lie_inside(self) -> Self:
        if [len(row) for row in self.affine] != [4] * 4:
            raise ValueError("an affine has 4 rows of 4 numbers")
        n_slices = len(self.positions_mm)
        if sorted({*self.labeled}) != [*self.labeled] or any(i >= n_slices for i in self.labeled):
            raise ValueError(f"labeled slices must ascend within {n_slices} slices")
        for runs in self.runs_by_label or ():
            check_spans(runs, n_slices=n_slices)
        return self


class PreparedMetadata(Frozen):
    """What is kept about a prepared data set: its reference, its scales, its volumes, and what was noted of it."""

    reference: DatasetReference
    modality: str
    slice_size: int
    version: int
    scales: Annotated[tuple[dict[str, float | None] | None, ...], Field(min_length=1)]
    volumes: tuple[VolumeMetadata, ...]
    notes: tuple[Problem, ...] = ()
    n_labeled_slices: Count | None = None

    @model_validator(mode="after")
    def _volumes_are_those_of_the_reference(self) -> Self:
        for role, n_volumes in (("pool", self.reference.n_pool), ("test", self.reference.n_test)):
            n_found = sum(volume.role == role for volume in self.volumes)
            if n_found != n_volumes:
                raise ValueError(f"there are {n_found} {role} volumes, expected {n_volumes}")
        if not any(volume.labeled for volume in self.volumes if volume.role == "pool"):
            raise ValueError("no volume of the pool has a labeled slice")
        return self


def prepared_folder(fingerprint: str, *, slice_size: int, settings: Settings) -> Path:
    """Say where a data set lies once it is prepared: keyed by content, not by its own folder."""
    facts = {"fingerprint": fingerprint, "slice_size": slice_size, "version": PREPARATION_VERSION}
    key = hashlib.sha256(canonical_json(facts).encode()).hexdigest()[:32]
    return settings.cache / "prepared" / key


def has_prepared(fingerprint: str, *, slice_size: int, settings: Settings) -> bool:
    """Tell whether a data set is prepared; reads nothing."""
    return is_prepared(prepared_folder(fingerprint, slice_size=slice_size, settings=settings))


def is_prepared(folder: Path) -> bool:
    """Tell whether a folder is one of slices whose preparation was finished; reads nothing."""
    return (folder / METADATA).is_file()


def array_path(folder: Path, volume_id: str, kind: Literal["images", "masks"]) -> Path:
    """Say where an array of a volume lies."""
    return folder / f"{volume_id}.{kind}.npy"


def find_checksum(path: Path) -> int:
    """Add up a file's bytes to a CRC-32, which tells flipped bits; 1 to 3 GB a second.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    checksum = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            checksum = zlib.crc32(piece, checksum)
    return checksum


def load_prepared(fingerprint: str, *, slice_size: int, settings: Settings) -> PreparedDataset:
    """Open a prepared data set by its content's fingerprint; its arrays are read when they are used.

    Parameters
    ----------
    fingerprint : str
        Of the data set (DatasetReference.fingerprint).
    slice_size : int
        Longest side of the slices, in pixels.
    settings : Settings

    Returns
    -------
    PreparedDataset

    Raises
    ------
    DatasetError
        If it is not prepared, or its files are damaged.
    """
    folder = prepared_folder(fingerprint, slice_size=slice_size, settings=settings)
    if not is_prepared(folder):
        raise DatasetError(
            f"no prepared data set with fingerprint {fingerprint[:12]}… and slices of {slice_size} pixels in "
            f"{settings.cache}; run 'python -m simulator datasets prepare DATASET' first"
        )
    try:
        metadata = read_metadata(folder)
        if metadata.reference.fingerprint != fingerprint:
            raise ValueError("it describes another data set")
        volumes = {role: _load_volumes(folder, metadata, role) for role in ("pool", "test")}
    except (OSError, ValueError, EOFError) as error:
        raise DatasetError(
            f"{folder} is damaged ({_reason(error)}); run 'python -m simulator datasets prepare DATASET' again"
        ) from None
    return PreparedDataset(
        folder=folder,
        reference=metadata.reference,
        modality=metadata.modality,
        pool=volumes["pool"],
        test=volumes["test"],
        names=MappingProxyType({volume.id: volume.name for volume in metadata.volumes}),
        notes=metadata.notes,
        asked_labeled_slices=metadata.n_labeled_slices,
    )


def list_prepared(settings: Settings) -> tuple[DatasetReference, ...]:
    """List the data sets that are prepared, in order of name; damaged ones are left out."""
    found: dict[str, DatasetReference] = {}
    for path in sorted((settings.cache / "prepared").glob(f"*/{METADATA}")):
        if path.parent.suffix != ".partial":
            try:
                reference = read_metadata(path.parent).reference
            except (OSError, ValueError):
                continue
            found[reference.fingerprint] = reference
    return tuple(sorted(found.values(), key=lambda reference: (reference.name, reference.fingerprint)))


def write_metadata(folder: Path, metadata: PreparedMetadata) -> None:
    """Write what `load_prepared` reads beside the arrays."""
    (folder / METADATA).write_text(metadata.model_dump_json(), encoding="utf-8")


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return explain(error)
    if isinstance(error, OSError) and error.filename:
        return f"{Path(error.filename).name}: {error.strerror}"
    return str(error)


def read_metadata(folder: Path) -> PreparedMetadata:
    """Read what `write_metadata` wrote; raises OSError or ValueError where it cannot."""
    return PreparedMetadata.model_validate_json(read_file(folder / METADATA, max_bytes=_MAX_METADATA_BYTES))


def _check_sum(path: Path, checksum: int) -> None:
    status = path.stat()
    if _find_checksum_once(path, status.st_size, status.st_mtime_ns) != checksum:
        raise ValueError(f"{path.name} was changed after it was written")


@lru_cache(maxsize=100_000)
def _find_checksum_once(path: Path, n_bytes: int, changed_ns: int) -> int:
    """Read a file once a process, and again when it changed: a worker trains many times on the same slices."""
    return find_checksum(path)


def _load_volumes(folder: Path, metadata: PreparedMetadata, role: str) -> tuple[PreparedVolume, ...]:
    return tuple(
        _load_volume(folder, volume, n_channels=len(metadata.scales))
        for volume in metadata.volumes
        if volume.role == role
    )


def _load_volume(folder: Path, volume: VolumeMetadata, *, n_channels: int) -> PreparedVolume:
    paths = [array_path(folder, volume.id, kind) for kind in _KINDS]
    for path, checksum in zip(paths, volume.checksums or (None, None), strict=True):
        with open_regular(path):
            if checksum is not None:
                _check_sum(path, checksum)
    images, masks = (np.load(path, mmap_mode="r", allow_pickle=False) for path in paths)
    if not (
        (images.dtype, masks.dtype) == (np.float16, np.bool_)
        and (images.ndim, masks.ndim) == (4, 3)
        and images.shape[:2] == (len(masks), n_channels)
        and len(masks) == len(volume.positions_mm)
        and images.size > 0
        and masks.size > 0
    ):
        raise ValueError(f"the arrays of volume {volume.id} do not fit their description")
    return PreparedVolume(
        id=volume.id,
        images=images,
        masks=masks,
        labeled=np.array(volume.labeled, dtype=np.int64),
        positions_mm=np.array(volume.positions_mm, dtype=np.float64),
        affine=np.array(volume.affine, dtype=np.float64),
        by_label=None if volume.runs_by_label is None else tuple(map(slices_of_spans, volume.runs_by_label)),
    )
