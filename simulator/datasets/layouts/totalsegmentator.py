"""The layout of TotalSegmentator (Wasserthal et al. 2023): a folder a subject with an image and a mask an organ."""

from pathlib import Path

from ..problems import Problem
from .contents import Contents, Layout, VolumeFiles, plain
from .files import files_by_stem, find_subjects
from .labels import Label

__all__ = ["TOTALSEGMENTATOR"]

IMAGES = {"ct": "CT", "mri": "MRI"}
"""What the image is called, and what it is."""

MASKS = "segmentations"
_N_SHOWN = 6


def _is_totalsegmentator(folder: Path) -> bool:
    return any(_find_image(subject) for subject in find_subjects(folder) if (subject / MASKS).is_dir())


def _find_image(subject: Path) -> tuple[str, Path] | None:
    files = files_by_stem(subject)
    return next(((name, files[name]) for name in IMAGES if name in files), None)


def _read(folder: Path) -> Contents:
    masks = {
        subject: files_by_stem(subject / MASKS)
        for subject in find_subjects(folder)
        if (subject / MASKS).is_dir()
    }
    organs = sorted({organ for found in masks.values() for organ in found})
    values = {organ: value for value, organ in enumerate(organs, start=1)}
    images = {subject: image for subject in masks if (image := _find_image(subject)) and masks[subject]}
    kinds = sorted({IMAGES[name] for name, _ in images.values()})
    return Contents(
        volumes=tuple(
            VolumeFiles(
                name=plain(subject.name),
                images=(path,),
                label=subject / MASKS,
                structures=tuple((values[organ], path) for organ, path in masks[subject].items()),
            )
            for subject, (_, path) in images.items()
        ),
        channels=(kinds[0],) if len(kinds) == 1 else None,
        labels=tuple(Label(name=plain(organ), values=(value,)) for organ, value in values.items()),
        problems=(*_mixed(kinds), *_joined(organs), *_absent([masks[subject] for subject in images], organs)),
    )


def _mixed(kinds: list[str]) -> tuple[Problem, ...]:
    if len(kinds) < 2:
        return ()
    return (
        _problem(
            f"{' and '.join(kinds)} images lie in one data set",
            "Move them to two folders: one model cannot be measured on both",
            is_blocking=True,
        ),
    )


def _joined(organs: list[str]) -> tuple[Problem, ...]:
    shown = ", ".join(map(plain, organs[:_N_SHOWN])) + (", …" if len(organs) > _N_SHOWN else "")
    return (
        _problem(
            f"each mask of a subject is a label of its own ({shown})",
            f"Nothing if all are meant; else choose, as --labels {plain(organs[0]) if organs else '1'}",
        ),
    )


def _absent(masks: list[dict[str, Path]], organs: list[str]) -> tuple[Problem, ...]:
    """Name the masks that some subjects do not have: they count as empty there."""
    lacking = {organ: sum(organ not in found for found in masks) for organ in organs}
    n_lacking = {organ: n for organ, n in lacking.items() if n}
    if not n_lacking:
        return ()
    shown = ", ".join(f"{plain(organ)} in {n}" for organ, n in list(n_lacking.items())[:_N_SHOWN])
    more = ", …" if len(n_lacking) > _N_SHOWN else ""
    return (
        _problem(
            f"some subjects lack a mask that others have ({shown}{more})",
            "Nothing if the organ is not there: a mask that is missing counts as empty",
        ),
    )


def _problem(what: str, what_to_do: str, *, is_blocking: bool = False) -> Problem:
    return Problem(volume=None, what=what, what_to_do=what_to_do, is_blocking=is_blocking)


TOTALSEGMENTATOR = Layout(
    name="totalsegmentator",
    title="TotalSegmentator",
    listed=("*", f"*/{MASKS}"),
    needs=f"SUBJECT/{' or '.join(IMAGES)} and {MASKS}/",
    is_layout=_is_totalsegmentator,
    read=_read,
)
