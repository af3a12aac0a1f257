"""The plainest layout: ``images/`` and ``labels/`` with files of the same names."""

from pathlib import Path

from ..problems import Problem
from .contents import Contents, Layout, VolumeFiles, files_by_stem, plain

__all__ = ["PAIRS"]


def _is_pairs(folder: Path) -> bool:
    return (
        not (folder / "dataset.json").exists()
        and (folder / "images").is_dir()
        and (folder / "labels").is_dir()
    )


def _read(folder: Path) -> Contents:
    images, labels = files_by_stem(folder / "images"), files_by_stem(folder / "labels")
    return Contents(
        volumes=tuple(
            VolumeFiles(name=plain(stem), images=(path,), label=labels[stem])
            for stem, path in images.items()
            if stem in labels
        ),
        problems=(
            *_alone(sorted(images.keys() - labels.keys()), "label", is_blocking=True),
            *_alone(sorted(labels.keys() - images.keys()), "image", is_blocking=False),
        ),
    )


def _alone(stems: list[str], missing: str, *, is_blocking: bool) -> tuple[Problem, ...]:
    """Name the volumes of which one half is missing; an image without a label may be a mistyped name."""
    return tuple(
        Problem(
            volume=plain(stem),
            what=f"there is no {missing} of this name in {missing}s/",
            what_to_do=f"Add the {missing} under the same name, or move the other file away",
            is_blocking=is_blocking,
        )
        for stem in stems
    )


PAIRS = Layout(
    name="pairs",
    title="pairs of files",
    listed=("images", "labels"),
    needs="folders images and labels with files of the same names",
    is_layout=_is_pairs,
    read=_read,
)
