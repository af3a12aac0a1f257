"""What is wrong with a data set as a whole: everything that one volume alone does not show."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from ..formats import format_count
from .intensities import CERTAINLY_AIR_HU, has_air, is_hounsfield
from .layouts import Contents, VolumeFiles
from .problems import Problem
from .scanning import VolumeScan
from .turning import find_turn, usual_orientation

__all__ = ["find_problems"]

_FEW = 3
"""More volumes than these are counted where they share a problem."""

_SMALL_SIDE = 8
"""A network of three stages halves a slice's sides three times."""

_USUAL_IGNORED = 255

_TELLING = 100
"""Voxels from which on equal masks are no chance."""

_N_SHOWN = 12

_N_EXAMPLE = 3

_Looks = Sequence[tuple[VolumeFiles, VolumeScan]]


def find_problems(
    contents: Contents,
    scans: Sequence[VolumeScan],
    *,
    sliced: Sequence[VolumeScan],
    axis: int | None,
    labels: tuple[int, ...],
    is_chosen: bool,
    channels: Sequence[str],
) -> tuple[Problem, ...]:
    """Find every problem of a data set, those that stop a simulation first.

    Parameters
    ----------
    contents : Contents
    scans : sequence of VolumeScan
        One for each of ``contents.volumes``.
    sliced : sequence of VolumeScan
        The same, turned as they are sliced.
    axis : int or None
        Slicing axis; None if no volume can be read.
    labels : tuple of int
        Label values of the foreground.
    is_chosen : bool
        True if they were asked for, so that all other values are background.
    channels : sequence of str
        Names of the channels, guessed ones as well.

    Returns
    -------
    tuple of Problem
    """
    all_looks = list(zip(contents.volumes, scans, strict=True))
    looks = [(files, scan) for files, scan in all_looks if scan.id]
    turned = [(files, scan) for files, scan in zip(contents.volumes, sliced, strict=True) if scan.id]
    problems = [
        *contents.problems,
        *(problem for scan in scans for problem in scan.problems),
        *_too_few(all_looks),
        *_duplicates(looks),
        *_channels(contents, looks),
        *_odd_values(looks, channels, is_guessed=contents.channels is None),
        *_labels(contents, looks, labels, is_chosen=is_chosen),
        *_absent_labels(contents, looks),
    ]
    if axis is not None:
        problems += [
            *_masks(turned, axis, labels),
            *_turns(looks, turned, axis),
            *_small_slices(turned, axis),
        ]
    return tuple(sorted(_join_alike(problems), key=lambda problem: not problem.is_blocking))


def _join_alike(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Say once what is to be said of many volumes in the same words, and stops nothing."""
    alike: dict[object, list[Problem]] = {}
    for problem in problems:
        alike.setdefault(problem if problem.is_blocking else (problem.what, problem.what_to_do), []).append(
            problem
        )
    for group in alike.values():
        names = [problem.volume for problem in group if problem.volume]
        if len(names) <= _FEW:
            yield from group
        else:
            what = f"{group[0].what} (in {len(names)} volumes: {', '.join(names[:_FEW])}, …)"
            yield group[0].model_copy(update={"volume": None, "what": what})


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
    """Find volumes that are there twice: the image as it is, at another place or turned, or another image of it.

    Masks of some size are alike voxel by voxel only where one was drawn for two images of a patient, such as two
    sequences, or one image in other units.
    """
    first: dict[str | None, VolumeFiles] = {}
    for files, scan in looks:
        n_labeled = sum(label.n_voxels for label in scan.labels)
        mask = scan.label_digest if n_labeled >= _TELLING else None
        what = {
            scan.id: "the image is the same as that of {}",
            scan.voxels: "the image is the same as that of {}, stored at another place or turned",
            mask: "the mask is the same as that of {}, voxel by voxel",
        }
        known = next((key for key in (scan.id, scan.voxels, mask) if key in first), None)
        if known:
            yield _problem(
                files,
                what[known].format(first[known].name),
                "Remove one of the two: it could be in training and test at once",
                is_blocking=True,
            )
        for key in filter(None, what):
            first.setdefault(key, files)


def _channels(contents: Contents, looks: _Looks) -> Iterator[Problem]:
    if not looks:
        return
    usual = Counter(scan.n_channels for _, scan in looks).most_common(1)[0][0]
    expected = usual if contents.channels is None else len(contents.channels)
    for files, scan in looks:
        if scan.n_channels != expected:
            yield _problem(
                files,
                f"the image has {format_count(scan.n_channels, 'channel')}, expected {expected}",
                "Bring all volumes to the same channels",
                is_blocking=True,
            )


def _labels(
    contents: Contents, looks: _Looks, labels: tuple[int, ...], *, is_chosen: bool
) -> Iterator[Problem]:
    """Name label values of which nobody said what they mean; they stop, unless it was said what is foreground."""
    found = _count_labels(looks)
    for value in sorted({*found, *contents.no_structures}):
        doubt = _doubt(contents, value, looks)
        if doubt and (value in found or value == 0):
            where = f" ({_say_where(found[value])})" if value in found else ""
            yield _problem(
                None,
                f"{doubt}{where}",
                _way_out(contents, value, labels, is_chosen=is_chosen),
                is_blocking=not is_chosen,
            )


def _count_labels(looks: _Looks) -> dict[int, list[tuple[VolumeFiles, int]]]:
    """Find in which volumes each value occurs, and on how many voxels."""
    found: dict[int, list[tuple[VolumeFiles, int]]] = {}
    for files, scan in looks:
        for label in scan.labels:
            found.setdefault(label.value, []).append((files, label.n_voxels))
    return found


def _say_where(places: list[tuple[VolumeFiles, int]]) -> str:
    n_voxels = format_count(sum(n for _, n in places), "voxel")
    if len(places) == 1:
        return f"{n_voxels} in {places[0][0].name}"
    return f"{n_voxels} in {len(places)} masks, first {places[0][0].name}"


def _doubt(contents: Contents, value: int, looks: _Looks) -> str:
    """Say why a value cannot be told to be foreground or background; "" where it can."""
    if value in contents.no_structures:
        return f"label {value} is called {contents.no_structures[value]!r}: nobody labeled these voxels"
    if value < 0:
        return f"label {value} is negative"
    if contents.declared is not None and value not in contents.declared:
        return f"label {value} is none of those that the data set names"
    if contents.declared is None and value == _USUAL_IGNORED and _is_beside_others(value, looks):
        return f"label {value} beside others often marks voxels that nobody labeled"
    return ""


def _is_beside_others(value: int, looks: _Looks) -> bool:
    in_masks = [{label.value for label in scan.labels} for _, scan in looks]
    return any(value in values and len(values) > 1 for values in in_masks)


def _way_out(contents: Contents, value: int, labels: tuple[int, ...], *, is_chosen: bool) -> str:
    if is_chosen:
        return f"Nothing: it is {'foreground' if value in labels else 'background'}, as --labels says"
    others = sorted({*labels[:_N_EXAMPLE]} - {value})
    is_structure = value > 0 and value not in contents.no_structures
    choices = [others, [*others, value]] if is_structure else [others or [1]]
    said = " or ".join(f"--labels {','.join(map(str, choice))}" for choice in choices if choice)
    return f"Choose what is foreground, as {said}; all else is background"


def _absent_labels(contents: Contents, looks: _Looks) -> Iterator[Problem]:
    found = {label.value for _, scan in looks for label in scan.labels}
    absent = [
        f"{value} ({name})"
        for value, name in contents.label_names.items()
        if value not in found and value not in contents.no_structures
    ]
    if looks and absent:
        shown = ", ".join(absent[:_N_SHOWN]) + (", …" if len(absent) > _N_SHOWN else "")
        yield _problem(
            None,
            f"label{'s' if len(absent) > 1 else ''} {shown} occur{'' if len(absent) > 1 else 's'} in no mask",
            "Nothing, if that is meant",
        )


def _masks(looks: _Looks, axis: int, labels: tuple[int, ...]) -> Iterator[Problem]:
    empty = [files for files, scan in looks if not len(scan.labeled(axis=axis, labels=labels))]
    if len(empty) == len(looks):
        yield _problem(None, "all masks are empty", "Check the label maps and --labels", is_blocking=True)
        return
    for files in empty:
        yield _problem(files, "the mask is empty", "Nothing: the volume gives slices without structure only")


def _odd_values(looks: _Looks, channels: Sequence[str], *, is_guessed: bool) -> Iterator[Problem]:
    """Name volumes whose values are not those of the modality that the data set has or was taken to have."""
    for files, scan in looks:
        is_ct = [is_hounsfield(channel) for channel in channels[: len(scan.minima)]]
        without = any(ct and not has_air(low) for ct, low in zip(is_ct, scan.minima, strict=False))
        if without:
            yield _problem(
                files,
                f"the data set is CT, but no voxel of this image is below {CERTAINLY_AIR_HU}",
                "Nothing if it was cropped or windowed and the others were too; if 1024 was added, subtract it",
            )
        elif is_guessed and not any(is_ct) and has_air(min(scan.minima)):
            yield _problem(
                files,
                f"the image has voxels below {CERTAINLY_AIR_HU} as CT has, most others have none: all count as MR",
                "Remove it if it is another modality; if all are CT, say so in a dataset.json",
            )


def _turns(looks: _Looks, turned: _Looks, axis: int) -> Iterator[Problem]:
    usual = usual_orientation(scan.orientation for _, scan in looks)
    for (files, own), (_, sliced) in zip(looks, turned, strict=True):
        if own.orientation != sliced.orientation:
            along = find_turn(own.orientation, sliced.orientation).axes[axis]
            yield _problem(
                files,
                f"the volume lies as {own.orientation}, most others as {usual}",
                f"Nothing: its slices are turned like those of the others, and keep their numbers along axis {along}",
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
