"""A lab's volumes from a folder of images: found and judged by their headers alone, no voxel is read.

All are sliced in one plane, that of most of them; a volume may lie in its array as it likes. What is left out is named,
with why and what to do.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from ...datasets.intensities import name_modality
from ...datasets.layouts import plain
from ...datasets.opening import check_links
from ...errors import ProjectError
from ...records import LabVolume
from ...records.project import MAX_VOLUMES
from .cases import is_series, join_channels, name_volumes
from .files import FolderFiles, LeftOutFile, find_files
from .headers import FolderHeaders, read_folder_headers
from .slices import Fault, Grid, Plane, choose_plane, find_strange, find_turned, grid_of

__all__ = ["FolderScan", "scan_folder"]

N_THREADS = 8
"""Headers that are read at once: on a disk over a network each waits for its answer."""

MAX_HARMLESS = 20
"""Files that are left out for one harmless reason, above which they are told as one."""

Modality = Literal["", "CT", "MR"]
_MODALITIES: tuple[Modality, ...] = ("CT", "MR")


@dataclass(frozen=True, kw_only=True)
class FolderScan:
    """What a folder of images holds.

    Parameters
    ----------
    folder : Path
        Absolute, links followed; paths of volumes start there.
    volumes : tuple of LabVolume
        In order of path, with name, slices, axis, their distance and path. The path of a DICOM series is its first
        file, of channels in files of their own the first one.
    left_out : tuple of LeftOutFile
    modality : {"", "CT", "MR"}
        As asked, or as DICOM or ``dataset.json`` say; "" where nothing does.
    plane : Plane
        Of the slices: axial, coronal or sagittal.
    """

    folder: Path
    volumes: tuple[LabVolume, ...]
    left_out: tuple[LeftOutFile, ...]
    modality: Modality
    plane: Plane

    @property
    def spacings_mm(self) -> tuple[float, float]:
        """Least and greatest distance of slices."""
        found = [volume.spacing_mm for volume in self.volumes if volume.spacing_mm is not None]
        return min(found), max(found)

    @property
    def n_slices(self) -> tuple[int, int]:
        """Least and greatest number of slices."""
        found = [volume.n_slices for volume in self.volumes if volume.n_slices is not None]
        return min(found), max(found)


def scan_folder(
    folder: Path,
    *,
    modality: Modality = "",
    roots: tuple[Path, ...] | None = None,
    n_workers: int = N_THREADS,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> FolderScan:
    """Look through a folder of images.

    Parameters
    ----------
    folder : Path
    modality : {"", "CT", "MR"}, default=""
        Where it is known: CT is sliced axially, everything else across its thickest voxels.
    roots : tuple of Path, default=None
        Folders that may be opened, for whoever sits at a browser; None allows all.
    n_workers : int, default=8
        Threads.
    on_progress : function of (done, total), default does nothing
        Called in the caller's thread after each file, or folder of DICOM.

    Returns
    -------
    FolderScan

    Raises
    ------
    DatasetError
        If the folder lies outside `roots`.
    ProjectError
        If it is no folder, cannot be read, or holds no image that can be used; the message says why.
    """
    root = _resolve(folder, roots)
    files = find_files(root)
    read = read_folder_headers(files, n_workers=n_workers, on_progress=on_progress)
    modality = modality or _usual_modality(read, files)
    faults: dict[Path, Fault] = {
        path: (_without_name(error.what, path), error.what_to_do) for path, error in read.errors.items()
    }
    grids = {path: grid_of(header) for path, header in read.headers.items()}
    faults |= find_strange(grids, read.modalities, modality=modality)
    faults |= {path: _NAMELESS for path in grids if not _is_text(path)}
    stems = join_channels({path: header for path, header in read.headers.items() if path not in faults})
    grids = {path: grids[path] for path in stems}
    plane = choose_plane(grids.values(), is_ct=modality == "CT")
    faults |= find_turned(grids, plane.name)
    grids = {path: grid for path, grid in grids.items() if path not in faults}
    left_out = (*files.left_out, *(_leave_out(root, path, fault) for path, fault in faults.items()))
    _check_number(root, len(grids), left_out)
    return FolderScan(
        folder=root,
        volumes=_make_volumes(grids, stems, plane, root=root),
        left_out=tuple(_gather(left_out)),
        modality=modality,
        plane=plane,
    )


_NAMELESS: Fault = ("Its name is no valid Unicode", "Rename it")


def _resolve(folder: Path, roots: tuple[Path, ...] | None) -> Path:
    try:
        place = folder.expanduser()
        if roots is not None:  # first: what is elsewhere, or not, is not for whoever asks
            check_links([place], roots)
        root = place.resolve(strict=True)
        if root.is_dir():
            return root
        fault = "it is a file"
    except (OSError, ValueError, RuntimeError) as error:
        fault = (error.strerror if isinstance(error, OSError) else None) or str(error)
    raise ProjectError(
        f"{plain(str(folder))[:200]!r} is no folder that can be read ({fault}); check how it is spelled"
    )


def _usual_modality(read: FolderHeaders, files: FolderFiles) -> Modality:
    """Take what files of DICOM say of themselves, else what the folder says of its first channel."""
    said = Counter(read.modalities[path] for path in read.headers if path in read.modalities)
    named = name_modality(files.channels[:1])
    known = sorted((one for one in _MODALITIES if said[one]), key=lambda one: -said[one])
    return known[0] if known else next((one for one in _MODALITIES if one == named), "")


def _leave_out(root: Path, path: Path, fault: Fault) -> LeftOutFile:
    why, what_to_do = fault
    if not what_to_do.startswith("python "):  # a command is written as it is typed
        what_to_do = what_to_do[:1].upper() + what_to_do[1:]
    return LeftOutFile(file=plain(path.relative_to(root).as_posix()), why=why, what_to_do=what_to_do)


def _without_name(what: str, path: Path) -> str:
    """Say of a file what is wrong, in a table that names the file beside it."""
    told = plain(what)
    return f"It{told.removeprefix(plain(path.name))}" if told.startswith(plain(path.name)) else told


def _is_text(path: Path) -> bool:
    try:
        return bool(str(path).encode())
    except UnicodeEncodeError:
        return False


def _check_number(folder: Path, n_volumes: int, left_out: tuple[LeftOutFile, ...]) -> None:
    name = plain(str(folder))[:200]
    if n_volumes > MAX_VOLUMES:
        raise ProjectError(
            f"{name} holds {n_volumes:,} volumes, at most {MAX_VOLUMES:,} are read; give a part of it"
        )
    if n_volumes:
        return
    if not left_out:
        raise ProjectError(
            f"{name} holds no image; expected .nii, .nii.gz, .nrrd, .mha, .mhd or DICOM in it or in folders in it"
        )
    first = left_out[0]
    more = f", and {len(left_out) - 1:,} more are left out" if len(left_out) > 1 else ""
    raise ProjectError(
        f"{name} holds no image that can be used: {first.file}: {first.why} ({first.what_to_do}){more}"
    )


def _make_volumes(
    grids: Mapping[Path, Grid], stems: Mapping[Path, str], plane: Plane, *, root: Path
) -> tuple[LabVolume, ...]:
    places = {path: _place(path, stems[path], root) for path in grids}
    names = name_volumes({place: stems[path] for path, place in places.items()})
    return tuple(
        LabVolume(
            name=names[places[path]],
            n_slices=grid.shape[axis],
            axis=axis,
            spacing_mm=max(grid.spacing_mm[axis], 1e-4),
            path=path.relative_to(root).as_posix(),
        )
        for path, grid in grids.items()
        for axis in [grid.axis_across(plane.name)]
    )


def _place(path: Path, stem: str, root: Path) -> PurePosixPath:
    """Say what a volume is named by: its file, or the folder of a series that is alone there."""
    is_named_by_folder = is_series(path) and stem == path.parent.name
    return PurePosixPath((path.parent if is_named_by_folder else path).relative_to(root).as_posix())


def _gather(left_out: Iterable[LeftOutFile]) -> Iterator[LeftOutFile]:
    """Tell as one what is many and harmless, such as a label map a patient."""
    alike: dict[tuple[str, str], list[LeftOutFile]] = defaultdict(list)
    for one in left_out:
        alike[one.why, one.what_to_do].append(one)
    for (why, what_to_do), files in alike.items():
        if len(files) > MAX_HARMLESS and what_to_do.startswith("Nothing"):
            yield LeftOutFile(
                file=f"{files[0].file} and {len(files) - 1:,} more", why=why, what_to_do=what_to_do
            )
        else:
            yield from files
