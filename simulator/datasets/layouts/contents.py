"""What every layout delivers: the files of each volume, and what the data set says about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..problems import Problem
from .labels import Label, is_no_structure

__all__ = ["ENDINGS", "Contents", "Layout", "VolumeFiles", "plain"]

ENDINGS = (".nii.gz", ".nii", ".seg.nrrd", ".nrrd", ".nhdr", ".mha", ".mhd")
"""Endings of the files that are read, in small letters; capitals mean the same."""


@dataclass(frozen=True, kw_only=True)
class VolumeFiles:
    """The files of one volume.

    Parameters
    ----------
    name : str
        File stem of the volume; for display on this machine only.
    images : tuple of Path
        One 3-D or 4-D file, or one file a channel.
    label : Path
        The label map; where each structure has a mask of its own, the folder of these.
    structures : tuple of (int, Path), default=()
        Binary masks with the label value that each stands for; none where there is a label map.
    """

    name: str
    images: tuple[Path, ...]
    label: Path
    structures: tuple[tuple[int, Path], ...] = ()

    @property
    def masks(self) -> tuple[Path, ...]:
        """Every file that holds labels."""
        return tuple(path for _, path in self.structures) or (self.label,)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file of the volume."""
        return (*self.images, *self.masks)


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a data set's folder holds.

    Parameters
    ----------
    volumes : tuple of VolumeFiles
    title : str or None
        The name the data set gives itself.
    channels : tuple of str or None
        Names of the channels, such as "CT" or "T1w"; None where the layout does not tell.
    labels : tuple of Label or None
        What the data set names; None where the layout does not tell.
    problems : tuple of Problem
    named : frozenset of Path
        Files that no volume uses and that `problems` name already.
    """

    volumes: tuple[VolumeFiles, ...]
    title: str | None = None
    channels: tuple[str, ...] | None = None
    labels: tuple[Label, ...] | None = None
    problems: tuple[Problem, ...] = field(default=())
    named: frozenset[Path] = frozenset()

    @property
    def label_names(self) -> Mapping[int, str]:
        """Names of single values above 0; a value that is only part of a region has none."""
        names: dict[int, str] = {}
        for label in self.labels or ():
            if len(label.values) == 1 and label.values[0] > 0:
                names.setdefault(label.values[0], label.name)
        return dict(sorted(names.items()))

    @property
    def declared(self) -> frozenset[int] | None:
        """Every value that has a name or is part of a region; None where the layout does not tell."""
        if self.labels is None:
            return None
        return frozenset(value for label in self.labels for value in label.values)

    @property
    def no_structures(self) -> Mapping[int, str]:
        """Values whose name says that they are no structure, and what they are called."""
        return {
            value: label.name
            for label in self.labels or ()
            for value in label.values
            if is_no_structure(label, value)
        }


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One way for a data set to lie on disk.

    Parameters
    ----------
    name : str
    title : str
        As shown to people.
    listed : tuple of str
        Folders inside it whose files are found by name, as patterns.
    needs : str
        What a folder must hold, for the message when none fits.
    is_layout : function of a folder
        True if the folder looks like this layout; reads as little as possible.
    read : function of a folder
        The contents; raises DatasetError where they cannot be made out.
    """

    name: str
    title: str
    listed: tuple[str, ...]
    needs: str
    is_layout: Callable[[Path], bool]
    read: Callable[[Path], Contents]


def plain(text: str) -> str:
    """Make a name from outside safe to store and print: valid Unicode in one line."""
    valid = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(letter if letter.isprintable() else "?" for letter in valid)
