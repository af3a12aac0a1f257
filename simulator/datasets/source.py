"""A data set as it lies on disk, opened but not decoded, and what follows from one look at its volumes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np

from ..errors import DatasetError
from ..records import DatasetReference
from ..settings import Settings
from .axis import AxisChoice, choose_axis
from .catalogue import CatalogueEntry
from .checks import find_problems
from .fingerprint import choose_labels, compute_fingerprint
from .intensities import guess_channel, is_hounsfield, name_modality
from .layouts import Contents, Layout, VolumeFiles
from .partly import PartlyLabeled
from .problems import Problem, raise_blocking
from .remembering import scan_volumes
from .scanning import VolumeScan
from .split import Split, split_volumes
from .turning import orientation_of_slices, usual_orientation

__all__ = ["MAX_LABEL_NAMES", "DatasetSource"]

MAX_LABEL_NAMES = 4096
"""Most labels that a data set may name: each one that no mask has is a line to read."""


@dataclass(frozen=True, kw_only=True)
class DatasetSource:
    """A data set that was opened. Its volumes are looked at when something is asked that depends on them.

    Parameters
    ----------
    name : str
        Catalogue name or folder name, at most 80 letters.
    folder : Path
    layout : Layout
    contents : Contents
    entry : CatalogueEntry or None
        What the catalogue knows about it.
    settings : Settings
    asked_axis : int or None
    asked_labels : tuple of int or None
    n_pool : int or None
        As asked for by flags.
    partly : PartlyLabeled or None, default=None
        What of it is labeled; None: all, and the volumes' ids say which of them test.
    """

    name: str
    folder: Path
    layout: Layout
    contents: Contents
    entry: CatalogueEntry | None
    settings: Settings
    asked_axis: int | None = None
    asked_labels: tuple[int, ...] | None = None
    n_pool: int | None = None
    partly: PartlyLabeled | None = None

    def __post_init__(self) -> None:
        n_names = len(self.contents.label_names or ())
        if n_names > MAX_LABEL_NAMES:
            raise DatasetError(
                f"{self.name} names {n_names:,} labels, expected at most {MAX_LABEL_NAMES:,}; "
                f"keep those that its masks have"
            )

    @cached_property
    def scans(self) -> tuple[VolumeScan, ...]:
        """One look at each of ``contents.volumes``; remembered, so that the next one decodes nothing."""
        return self.look()

    def look(
        self, *, n_workers: int = 1, on_progress: Callable[[int, int], None] = lambda done, total: None
    ) -> tuple[VolumeScan, ...]:
        """Look at the volumes with several threads or with progress, before `scans` is asked for.

        Parameters
        ----------
        n_workers : int, default=1
            Threads at most; fewer where the volumes are large, as in `prepare_dataset`.
        on_progress : function of (done, total), default does nothing
            Called after each volume that had to be decoded.

        Returns
        -------
        tuple of VolumeScan
            The same as `scans`, which costs nothing from then on.
        """
        if "scans" not in vars(self):
            vars(self)["scans"] = scan_volumes(
                self.contents.volumes,
                folder=self.folder,
                settings=self.settings,
                n_workers=n_workers,
                on_progress=on_progress,
            )
        return self.scans

    @cached_property
    def readable(self) -> tuple[VolumeScan, ...]:
        """The looks at volumes that can be read."""
        return tuple(scan for scan in self.scans if scan.id)

    @cached_property
    def orientation(self) -> str:
        """How most of the volumes lie in their arrays; "" if no volume can be read."""
        return usual_orientation(scan.orientation for scan in self.readable) if self.readable else ""

    @cached_property
    def sliced(self) -> tuple[VolumeScan, ...]:
        """The looks at volumes as they are sliced: those that lie otherwise than most are turned."""
        if self.axis is None:
            return self.scans
        axis = self.axis.axis
        return tuple(
            scan.turned(orientation_of_slices(scan.orientation, self.orientation, axis=axis))
            if scan.id
            else scan
            for scan in self.scans
        )

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels; guessed from the values where the layout does not tell."""
        if self.contents.channels is not None:
            return self.contents.channels
        n_channels = max((scan.n_channels for scan in self.readable), default=1)
        return (guess_channel([min(scan.minima) for scan in self.readable]),) * n_channels

    @property
    def modality(self) -> str:
        """CT, MR, or what the data set says."""
        return name_modality(self.channels)

    @cached_property
    def axis(self) -> AxisChoice | None:
        """The slicing axis and why; None if no volume can be read."""
        if not self.readable:
            return None
        spacings = [scan.turned(self.orientation).spacing_mm for scan in self.readable]
        spacing = np.median(spacings, axis=0).tolist()
        is_known = self.entry is not None and self.entry.fits(
            orientation=self.orientation, spacing_mm=spacing
        )
        return choose_axis(
            asked=self.asked_axis,
            catalogued=self.entry.axis if self.entry and is_known else None,
            is_ct=any(map(is_hounsfield, self.channels)),
            orientation=self.orientation,
            spacings_mm=spacings,
        )

    @cached_property
    def labels(self) -> tuple[int, ...]:
        """Label values of the foreground; raises DatasetError if one that is asked for occurs nowhere."""
        return choose_labels(self.contents, self.readable, asked=self.asked_labels)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, what stops a simulation first."""
        axis = self.axis.axis if self.axis else None
        found = find_problems(
            self.contents,
            self.scans,
            sliced=self.sliced,
            axis=axis,
            labels=self.labels if self.readable else (),
            is_chosen=self.asked_labels is not None,
            channels=self.channels,
        )
        if axis is None or any(problem.is_blocking for problem in found):
            return found
        return (*self._find_empty_pool(axis), *found)

    def _find_empty_pool(self, axis: int) -> tuple[Problem, ...]:
        pool = set(self._split().pool)
        if any(len(scan.labeled(axis=axis, labels=self.labels)) for scan in self.sliced if scan.id in pool):
            return ()
        return (
            Problem(
                volume=None,
                what="no volume of the pool has a labeled slice",
                what_to_do="Label some, choose other labels (--labels) or a larger pool (--pool)",
                is_blocking=True,
            ),
        )

    @cached_property
    def split(self) -> Split:
        """Test and pool; raises DatasetError if a problem stops simulations."""
        raise_blocking(self.name, self.problems)
        return self._split()

    def _split(self) -> Split:
        if self.partly is None:
            return split_volumes((str(scan.id) for scan in self.scans), n_pool=self.n_pool)
        named = sorted(
            (str(scan.id), files.name) for scan, files in zip(self.scans, self.contents.volumes, strict=True)
        )
        return Split(
            test=tuple(volume_id for volume_id, name in named if name in self.partly.test),
            pool=tuple(volume_id for volume_id, name in named if name not in self.partly.test),
            left_out=(),
        )

    @cached_property
    def reference(self) -> DatasetReference:
        """Which data set this is; raises DatasetError if a problem stops simulations."""
        split, choice = self.split, self.axis
        assert choice is not None  # the split is made of readable volumes
        by_id = {scan.id: scan for scan in self.scans}
        return DatasetReference(
            name=self.name,
            fingerprint=compute_fingerprint(
                pool=[by_id[volume_id] for volume_id in split.pool],
                test=[by_id[volume_id] for volume_id in split.test],
                axis=choice.axis,
                labels=self.labels,
                has_hounsfield=[is_hounsfield(channel) for channel in self.channels],
                turned=self._find_turned(),
                partly=self._describe_partly(),
            ),
            axis=choice.axis,
            labels=self.labels,
            n_pool=len(split.pool),
            n_test=len(split.test),
        )

    def _find_turned(self) -> dict[str, str]:
        """Volume id → orientation that it is turned to, for volumes that are turned."""
        return {
            str(scan.id): sliced.orientation
            for scan, sliced in zip(self.scans, self.sliced, strict=True)
            if sliced.orientation != scan.orientation
        }

    def _describe_partly(self) -> dict[str, object]:
        """Say what of it is labeled, without a name; nothing where all is."""
        if self.partly is None:
            return {}
        slices = {volume_id: self.partly.slices[files.name] for volume_id, files in self.files_of("pool")}
        return {"slices": slices, "n_labeled_slices": self.partly.n_labeled_slices}

    def files_of(self, role: Literal["pool", "test"]) -> tuple[tuple[str, VolumeFiles], ...]:
        """Volume ids and files of the pool or of the test volumes, in order of id."""
        files = {scan.id: files for scan, files in zip(self.scans, self.contents.volumes, strict=True)}
        ids = self.split.pool if role == "pool" else self.split.test
        return tuple((volume_id, files[volume_id]) for volume_id in ids)
