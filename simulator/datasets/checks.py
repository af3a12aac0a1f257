"""What is wrong with a data set as a whole: everything that one volume alone does not show."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from .axis import name_plane
from .layouts import Contents, VolumeFiles
from .problems import Problem
from .scanning import VolumeScan

__all__ = ["find_problems"]

_SMALL_SIDE = 8
"""A network of three stages halves a slice's sides three times."""

_Looks = Sequence[tuple[VolumeFiles, VolumeScan]]


def find_problems(
    contents: Contents, scans: Sequence[VolumeScan], *, axis: int | None, labels: tuple[int, ...]
) -> tuple[Problem, ...]:
    """Find every problem of a data set, those that stop a simulation first.

    Parameters
    ----------
    contents : Contents
    scans : sequence of VolumeScan
        One for each of ``contents.volumes``.
    axis : int or None
        Slicing axis; None if no volume can be read.
    labels : tuple of int
        Label values of the foreground.

    Returns
    -------
    tuple of Problem
    """
    all_looks = list(zip(contents.volumes, scans, strict=True))
    looks = [(files, scan) for files, scan in all_looks if scan.id]
    problems = [
        *contents.problems,
        *(problem for scan in scans for problem in scan.problems),
        *_too_few(all_looks),
        *_duplicates(looks),
        *_channels(contents, looks),
        *_labels(contents, looks, labels),
        *_absent_labels(contents, looks),
    ]
    if axis is not None:
        problems += [*_masks(looks, axis, labels), *_orientations(looks, axis), *_small_slices(looks, axis)]
    return tuple(sorted(problems, key=lambda problem: not problem.is_blocking))


def _problem(files: VolumeFiles | None, what: str, what_to_do: str, *, is_blocking: bool = False) -> Problem:
    return Problem(
        volume=files.name if files else None, what=what, what_to_do=what_to_do, is_blocking=is_blocking
    )


def _too_few(looks: _Looks) -> Iterator[Problem]:
    if len(looks) < 2:
        yield _problem(
            None,
            f"expected at least 2 volumes, one of them for testing, the data set has {len(looks)}",
            "Add volumes",
            is_blocking=True,
        )


def _duplicates(looks: _Looks) -> Iterator[Problem]:
    first: dict[str | None, VolumeFiles] = {}
    for files, scan in looks:
        if scan.id in first:
            yield _problem(
                files,
                f"the image is the same as that of {first[scan.id].name}",
                "Remove one of the two: it could be in training and test at once",
                is_blocking=True,
            )
        first.setdefault(scan.id, files)


def _channels(contents: Contents, looks: _Looks) -> Iterator[Problem]:
    if not looks:
        return
    usual = Counter(scan.n_channels for _, scan in looks).most_common(1)[0][0]
    expected = usual if contents.channels is None else len(contents.channels)
    for files, scan in looks:
        if scan.n_channels != expected:
            yield _problem(
                files,
                f"the image has {scan.n_channels} channels, expected {expected}",
                "Bring all volumes to the same channels",
                is_blocking=True,
            )


def _labels(contents: Contents, looks: _Looks, labels: tuple[int, ...]) -> Iterator[Problem]:
    """Name label values that the data set does not declare, and voxels that it declares unlabeled."""
    for files, scan in looks:
        for label in scan.labels:
            count = f"({label.n_voxels:,} voxels)"
            if label.value == contents.ignored:
                yield _problem(
                    files,
                    f"label {label.value} marks voxels that nobody labeled {count}",
                    "Leave this volume out, or label it fully: a reference has to be complete",
                    is_blocking=True,
                )
            elif contents.label_names is not None and label.value not in contents.label_names:
                yield _problem(
                    files,
                    f"label {label.value} is not in dataset.json {count}",
                    "Nothing: it was chosen"
                    if label.value in labels
                    else "Counted as background; correct the file or choose it by --labels to use it",
                )


def _absent_labels(contents: Contents, looks: _Looks) -> Iterator[Problem]:
    found = {label.value for _, scan in looks for label in scan.labels}
    for value, name in (contents.label_names or {}).items():
        if looks and value not in found:
            yield _problem(None, f"label {value} ({name}) occurs in no mask", "Nothing, if that is meant")


def _masks(looks: _Looks, axis: int, labels: tuple[int, ...]) -> Iterator[Problem]:
    empty = [files for files, scan in looks if not len(scan.labeled(axis=axis, labels=labels))]
    if len(empty) == len(looks):
        yield _problem(None, "all masks are empty", "Check the label maps and --labels", is_blocking=True)
        return
    for files in empty:
        yield _problem(files, "the mask is empty", "Nothing: the volume gives slices without structure only")


def _orientations(looks: _Looks, axis: int) -> Iterator[Problem]:
    planes = [name_plane(scan.orientation, axis) for _, scan in looks]
    usual = Counter(planes).most_common(1)[0][0]
    for (files, _), plane in zip(looks, planes, strict=True):
        if plane != usual:
            yield _problem(
                files,
                f"its slices across axis {axis} are {plane}, those of the other volumes {usual}",
                "Reorient the volume (nibabel.as_closest_canonical), else the model sees both",
            )


def _small_slices(looks: _Looks, axis: int) -> Iterator[Problem]:
    sides = np.array([np.delete(scan.shape, axis) for _, scan in looks])
    for (files, _), plane in zip(looks, sides, strict=True):
        if plane.min() < _SMALL_SIDE:
            yield _problem(
                files,
                f"its slices have only {plane[0]} × {plane[1]} voxels",
                "Nothing: they are padded; check that the slicing axis is meant (--axis)",
            )
