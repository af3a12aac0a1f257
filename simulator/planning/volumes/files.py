"""Which files of a lab's folder are images of volumes: neither hidden, nor label maps, nor twins, nor elsewhere."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ...datasets.dicom import is_dicom
from ...datasets.layouts import LAYOUTS, Contents, plain
from ...datasets.layouts.files import split_ending
from ...errors import DatasetError, ProjectError

__all__ = ["FolderFiles", "LeftOutFile", "find_files", "is_mask_name"]

MAX_FILES = 200_000
"""Most files that are looked at: a few hundred series of DICOM."""

MAX_DEPTH = 4
"""Folders in folders that are looked into: site, patient, visit, series."""

_MASK = r"annotations?|groundtruth|gt|labels?|labelmaps?|masks?|segs?|segmentations?"
_MASK_WORD, _MASK_FOLDER = re.compile(_MASK), re.compile(rf"(training)?({_MASK})(tr|ts|va)?")
_WORDS, _NO_LETTERS = re.compile("[a-z]+"), re.compile("[^a-z]")


@dataclass(frozen=True, kw_only=True)
class LeftOutFile:
    """A file or folder that is left out.

    Parameters
    ----------
    file : str
        Its path from the folder, for display.
    why, what_to_do : str
        The latter is "Nothing" where that is right.
    """

    file: str
    why: str
    what_to_do: str


@dataclass(frozen=True, kw_only=True)
class FolderFiles:
    """What a folder holds.

    Parameters
    ----------
    images : tuple of Path
        In order of their paths.
    dicom : tuple of Path
        Folders with files of DICOM directly in them.
    left_out : tuple of LeftOutFile
    channels : tuple of str
        As the folder itself names them, such as "CT"; mostly none.
    """

    images: tuple[Path, ...]
    dicom: tuple[Path, ...]
    left_out: tuple[LeftOutFile, ...]
    channels: tuple[str, ...]


def find_files(root: Path) -> FolderFiles:
    """Look through a folder; no file of an image is opened.

    Parameters
    ----------
    root : Path
        Without links in it.

    Returns
    -------
    FolderFiles

    Raises
    ------
    ProjectError
        If it cannot be read, or holds more than `MAX_FILES`.
    """
    walk = _Walk(root=root)
    try:
        walk.look_into(root, depth=0)
    except OSError as error:
        raise ProjectError(
            f"{plain(str(root))} cannot be read ({error.strerror}); check the folder"
        ) from None
    masks, channels = _ask_layout(root)
    images = list(walk.drop_twins(walk.drop_masks(sorted(walk.images), masks)))
    return FolderFiles(
        images=tuple(images),
        dicom=tuple(sorted(walk.dicom)),
        left_out=tuple(walk.left_out),
        channels=channels,
    )


def is_mask_name(stem: str) -> bool:
    """Whether a file's name says that it holds labels.

    Examples
    --------
    >>> is_mask_name("CT_0012_seg"), is_mask_name("Label 3"), is_mask_name("Segerberg_3"), is_mask_name("CT_0012")
    (True, True, False, False)
    """
    return any(map(_MASK_WORD.fullmatch, _WORDS.findall(stem.lower())))


def _ask_layout(root: Path) -> tuple[frozenset[Path], tuple[str, ...]]:
    """Ask the layout of a data set, where the folder is one, for its label maps and channels."""
    description = root / "dataset.json"
    if description.is_symlink():  # whose content is not for whoever asks
        return frozenset(), ()
    with suppress(DatasetError, OSError, ValueError, RuntimeError):
        layout = next((one for one in LAYOUTS if one.is_layout(root)), None)
        contents = layout.read(root) if layout else Contents(volumes=())
        masks = frozenset(path for files in contents.volumes for path in files.masks)
        return masks, contents.channels or ()
    return frozenset(), ()


@dataclass(kw_only=True)
class _Walk:
    """What was found so far."""

    root: Path
    images: list[Path] = field(default_factory=list)
    dicom: set[Path] = field(default_factory=set)
    left_out: list[LeftOutFile] = field(default_factory=list)
    n_seen: int = 0

    def look_into(self, folder: Path, *, depth: int) -> None:
        with os.scandir(folder) as entries:
            # No more is listed than is looked at.
            for entry in sorted(islice(entries, MAX_FILES + 1 - self.n_seen), key=lambda entry: entry.name):
                self.n_seen += 1
                if self.n_seen > MAX_FILES:
                    raise ProjectError(
                        f"{plain(str(self.root))} holds more than {MAX_FILES:,} files; give the folder of the images "
                        "alone"
                    )
                if not entry.name.startswith("."):
                    self._look_at(entry, folder, depth=depth)

    def _look_at(self, entry: os.DirEntry[str], folder: Path, *, depth: int) -> None:
        path = folder / entry.name
        is_image = bool(split_ending(entry.name)[1])
        if entry.is_dir(follow_symlinks=False):
            self._enter(path, depth=depth + 1)
        elif entry.is_symlink() and (is_image or entry.is_dir()):
            self._follow(path, is_folder=not is_image)
        elif is_image and entry.is_file():
            self.images.append(path)
        elif folder not in self.dicom and entry.is_file(follow_symlinks=False) and is_dicom(path):
            self.dicom.add(folder)

    def _enter(self, folder: Path, *, depth: int) -> None:
        if _MASK_FOLDER.fullmatch(_NO_LETTERS.sub("", folder.name.lower())):
            self.leave_out(
                folder, "It holds label maps by its name", "Nothing, or rename it if it holds images"
            )
        elif depth > MAX_DEPTH:
            self.leave_out(
                folder, f"It lies more than {MAX_DEPTH} folders deep", "Give a folder nearer to it"
            )
        else:
            try:
                self.look_into(folder, depth=depth)
            except OSError as error:
                self.leave_out(folder, f"It cannot be read ({error.strerror})", "Check its permissions")

    def _follow(self, link: Path, *, is_folder: bool) -> None:
        """Take a link to a file inside the folder; a folder there is found anyway."""
        try:
            target = link.resolve(strict=True)
        except (OSError, RuntimeError):  # to nothing, or to itself
            self.leave_out(link, "It is a link to nothing", "Copy the file into the folder")
            return
        if self.root not in target.parents:
            self.leave_out(
                link, "It is a link to outside the folder", "Copy what it points to into the folder"
            )
        elif not is_folder and target.is_file():
            self.images.append(link)

    def drop_masks(self, paths: list[Path], masks: frozenset[Path]) -> Iterator[Path]:
        for path in paths:
            if (
                path in masks
                or path.name.lower().endswith(".seg.nrrd")
                or is_mask_name(split_ending(path.name)[0])
            ):
                self.leave_out(
                    path, "It is a label map by its name", "Nothing, or rename it if it is an image"
                )
            else:
                yield path

    def drop_twins(self, paths: Iterator[Path]) -> Iterator[Path]:
        """Keep the first of files with one stem, and of links to one file."""
        stems: dict[tuple[Path, str], Path] = {}
        targets: dict[Path, Path] = {}
        for path in sorted(paths, key=lambda path: (path.is_symlink(), path)):
            twin = stems.setdefault((path.parent, split_ending(path.name)[0]), path)
            if twin is path:
                twin = targets.setdefault(path.resolve() if path.is_symlink() else path, path)
            if twin is path:
                yield path
            else:
                self.leave_out(path, f"It is the same volume as {self._name(twin)}", "Keep the right one")

    def leave_out(self, path: Path, why: str, what_to_do: str) -> None:
        self.left_out.append(LeftOutFile(file=self._name(path), why=why, what_to_do=what_to_do))

    def _name(self, path: Path) -> str:
        return plain(path.relative_to(self.root).as_posix())
