"""The plainest layout: a folder of images and a folder of labels with files of the same names.

So lie ``images/`` and ``labels/``, and the training volumes of nnU-Net, FLARE and AMOS without a ``dataset.json``; an
image may be called ``CASE_0000``, its further channels ``CASE_0001`` and so on.
"""

from pathlib import Path

from pydantic import BaseModel

from ..problems import Problem
from .contents import Contents, Layout, VolumeFiles, plain
from .describing import is_described_as
from .files import MAX_CHANNELS, files_by_stem

__all__ = ["PAIRS"]

FOLDERS = (("images", "labels"), ("imagesTr", "labelsTr"), ("TrainingImg", "TrainingMask"))
"""Names of the two folders; the first two that are there count."""


class _Unrelated(BaseModel):
    """A ``dataset.json`` that says nothing of volumes or labels, and so may be passed over."""

    training: None = None
    labels: None = None
    channel_names: None = None
    file_ending: None = None
    dataset: None = None


def _find_folders(folder: Path) -> tuple[Path, Path] | None:
    for images, labels in FOLDERS:
        if (folder / images).is_dir() and (folder / labels).is_dir():
            return folder / images, folder / labels
    return None


def _is_pairs(folder: Path) -> bool:
    if _find_folders(folder) is None:
        return False
    return not (folder / "dataset.json").exists() or is_described_as(folder, _Unrelated)


def _read(folder: Path) -> Contents:
    folders = _find_folders(folder)
    assert folders is not None  # else the layout is another
    images, labels = map(files_by_stem, folders)
    found = {stem: _images_of(stem, images) for stem in labels}
    used = {stem for stems in found.values() for stem in stems}
    without_label, without_image = sorted(images.keys() - used), [stem for stem in labels if not found[stem]]
    return Contents(
        volumes=tuple(
            VolumeFiles(
                name=plain(stem), images=tuple(images[channel] for channel in channels), label=labels[stem]
            )
            for stem, channels in found.items()
            if channels
        ),
        problems=(
            *_alone(without_label, "label", folders[1].name, is_blocking=True),
            *_alone(without_image, "image", folders[0].name, is_blocking=False),
            *_passed_over(folder),
        ),
        named=frozenset([*map(images.__getitem__, without_label), *map(labels.__getitem__, without_image)]),
    )


def _images_of(stem: str, images: dict[str, Path]) -> tuple[str, ...]:
    """Find the images of a label map by their stems: one of the same name, or one a channel."""
    if stem in images:
        return (stem,)
    channels = [f"{stem}_{channel:04d}" for channel in range(MAX_CHANNELS)]
    n_channels = next((i for i, channel in enumerate(channels) if channel not in images), MAX_CHANNELS)
    return tuple(channels[:n_channels])


def _alone(stems: list[str], missing: str, place: str, *, is_blocking: bool) -> tuple[Problem, ...]:
    """Name the volumes of which one half is missing; an image without a label may be a mistyped name."""
    return tuple(
        Problem(
            volume=plain(stem),
            what=f"there is no {missing} of this name in {place}/",
            what_to_do=f"Add the {missing} under the same name, or move the other file away",
            is_blocking=is_blocking,
        )
        for stem in stems
    )


def _passed_over(folder: Path) -> tuple[Problem, ...]:
    if not (folder / "dataset.json").exists():
        return ()
    return (
        Problem(
            volume=None,
            what="dataset.json names neither volumes nor labels, so it is not used",
            what_to_do="Nothing if it belongs to something else",
            is_blocking=False,
        ),
    )


PAIRS = Layout(
    name="pairs",
    title="pairs of files",
    listed=tuple(name for names in FOLDERS for name in names),
    needs="images/ and labels/ with the same names",
    is_layout=_is_pairs,
    read=_read,
)
