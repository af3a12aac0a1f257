"""What a folder looks like that no layout fits, and how it becomes one."""

from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from shlex import quote

from ...formats import format_count
from .contents import plain
from .files import files_by_stem, find_subjects, split_ending

__all__ = ["describe_likeness"]

_MASK_WORDS = ("seg", "mask", "label", "gt")
_N_LOOKED_AT = 200
_SUBJECT = "\0"
"""Stands for a subject's name: no name of a file holds it."""


def describe_likeness(folder: Path, is_dataset: Callable[[Path], bool]) -> str:
    """Say what a folder looks like, and the way out; "" if nothing can be said.

    Parameters
    ----------
    folder : Path
    is_dataset : function of a folder
        True where a layout fits.
    """
    subjects = list(islice(find_subjects(folder), _N_LOOKED_AT))
    inner = next(filter(is_dataset, subjects), None)
    if inner is not None:
        return f"the folder {plain(inner.name)} inside it is one, give {plain(str(inner))}"
    if any(_has_dicom(place) for place in (folder, *subjects)):
        return "it looks like DICOM, which has to be converted to NIfTI first, as dcm2niix does, one file a volume"
    n_flat = len(files_by_stem(folder))
    if n_flat:
        lie = f"{format_count(n_flat, 'volume')} {'lies' if n_flat == 1 else 'lie'} directly in it"
        return f"{lie}, put images into images/, masks of the same names into labels/"
    return _describe_subjects(folder, subjects)


def _has_dicom(folder: Path) -> bool:
    return any(path.suffix.lower() == ".dcm" for path in islice(folder.iterdir(), _N_LOOKED_AT))


def _describe_subjects(folder: Path, subjects: list[Path]) -> str:
    """Describe a folder a subject in which an image and a mask are called alike, behind the subject's name or not."""
    names = Counter(
        path.name.replace(subject.name, _SUBJECT)
        for subject in subjects
        for path in files_by_stem(subject).values()
    )
    common = sorted(name for name, n in names.items() if n > 1)
    masks = [name for name in common if any(word in name.lower() for word in _MASK_WORDS)]
    images = [name for name in common if name not in masks]
    if not (masks and images):
        return ""
    target = f"../{quote(plain(folder.name) + '_pairs')}"
    copies = "; ".join(
        f'cp ./"$d"/{_in_shell(name)} {target}/{place}/"$d"{split_ending(name)[1]}'
        for name, place in ((images[0], "images"), (masks[0], "labels"))
    )
    return (
        f"it looks like a folder a subject, and two lines in it make a layout of the first image and mask: "
        f"mkdir -p {target}/images {target}/labels; for d in *; do {copies}; done"
    )


def _in_shell(name: str) -> str:
    """Write a file's name for a shell in which ``d`` is the subject: no other letter of it means anything there."""
    return '"$d"'.join(quote(plain(part)) if part else "" for part in name.split(_SUBJECT))
