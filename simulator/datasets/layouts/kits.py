"""The layout of KiTS (Heller et al. 2021): a folder a case with ``imaging`` and a mask.

The mask is ``segmentation``; KiTS21 delivers several instead, of which the majority vote is taken.
"""

from pathlib import Path

from ...formats import format_count
from ..problems import Problem
from .contents import Contents, Layout, VolumeFiles, plain
from .files import files_by_stem, find_subjects
from .labels import Label

__all__ = ["KITS"]

IMAGE, MASKS = "imaging", ("segmentation", "aggregated_MAJ_seg")
LABELS = ("kidney", "tumor", "cyst")
"""Names of the values 1 to 3; KiTS19 has no cysts."""


def _is_kits(folder: Path) -> bool:
    return any(_find(subject) for subject in find_subjects(folder) if subject.name.startswith("case_"))


def _find(subject: Path) -> VolumeFiles | None:
    """Find the files of a case; None where image or mask is missing, as in the challenge's test cases."""
    files = files_by_stem(subject)
    mask = next((files[name] for name in MASKS if name in files), None)
    if mask is None or IMAGE not in files:
        return None
    return VolumeFiles(name=plain(subject.name), images=(files[IMAGE],), label=mask)


def _read(folder: Path) -> Contents:
    volumes = tuple(filter(None, map(_find, find_subjects(folder))))
    return Contents(
        volumes=volumes,
        channels=("CT",),
        labels=tuple(Label(name=name, values=(value,)) for value, name in enumerate(LABELS, start=1)),
        problems=_voted(volumes),
    )


def _voted(volumes: tuple[VolumeFiles, ...]) -> tuple[Problem, ...]:
    n_voted = sum(files.label.name.startswith(MASKS[1]) for files in volumes)
    if not n_voted:
        return ()
    return (
        Problem(
            volume=None,
            what=f"of the masks of KiTS21 the majority vote ({MASKS[1]}) is used, in {format_count(n_voted, 'volume')}",
            what_to_do=f"Nothing if that is meant; a file called {MASKS[0]} goes before it",
            is_blocking=False,
        ),
    )


KITS = Layout(
    name="kits",
    title="KiTS",
    listed=("*",),
    needs="case_…/imaging and segmentation",
    is_layout=_is_kits,
    read=_read,
)
