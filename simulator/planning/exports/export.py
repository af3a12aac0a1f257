"""What an export is: one format of a plan, as files of given names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from mimetypes import guess_type
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ..values import Plan

__all__ = ["SEVERAL", "Export", "PlanContext", "VolumeImage"]

SEVERAL = ".zip"
"""Suffix of a format that is several files: they are written as a ZIP, or into a folder."""


@dataclass(frozen=True, kw_only=True, eq=False)
class VolumeImage:
    """The image that slices are outlined on.

    Parameters
    ----------
    shape : tuple of int
        Voxels along the three axes of the file.
    affine : ndarray of shape (4, 4), dtype float64
        From voxel indices of the file to millimetres (RAS).
    path : Path or None, default=None
        The file, where it is known.
    """

    shape: tuple[int, int, int]
    affine: np.ndarray
    path: Path | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class PlanContext:
    """What a format may need beyond the plan; what is not known is left out, and every format does without.

    Parameters
    ----------
    structure : str, default="structure"
        What is outlined.
    images : mapping of str to VolumeImage, default={}
        Volume id → image.
    """

    structure: str = "structure"
    images: Mapping[str, VolumeImage] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True)
class Export:
    """One format.

    Parameters
    ----------
    name : str
        As on the command line.
    title : str
        As the pages say it.
    suffix : str
        Of the file, with its point; `SEVERAL` where the format is several files.
    help : str
        What opens it, in one line.
    write : callable
        ``(plan, context) -> mapping of str to bytes``: relative names, with ``/``, and contents of files; one file, if
        `suffix` is not `SEVERAL`. Same plan, same bytes.
    """

    name: str
    title: str
    suffix: str
    help: str
    write: Callable[[Plan, PlanContext], Mapping[str, bytes]]

    @property
    def media_type(self) -> str:
        """As browsers name the format."""
        return guess_type(f"plan{self.suffix}")[0] or "application/octet-stream"
