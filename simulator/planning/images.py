"""The images of a project's volumes, where it knows their files."""

from pathlib import Path

from ..datasets.header import VolumeHeader
from ..datasets.problems import VolumeError
from ..datasets.reading import read_header, require_file
from ..records import LabVolume, Project

__all__ = ["find_image", "read_image_header", "require_image", "require_image_header"]


def find_image(project: Project, volume: LabVolume) -> Path | None:
    """Say where a volume's image lies; None where the project does not know.

    Raises
    ------
    VolumeError
        If it lies outside the project's folder.
    """
    if not volume.path or not project.folder:
        return None
    root = Path(project.folder).resolve()
    path = (root / volume.path).resolve()
    if not path.is_relative_to(root):
        raise VolumeError(
            f"its image lies outside {project.folder}", "give a path inside that folder under My volumes"
        )
    return path


def require_image(project: Project, volume: LabVolume) -> Path:
    """Say where a volume's image lies; raises VolumeError also where the project does not know, or it is not there."""
    path = find_image(project, volume)
    if path is None:
        raise VolumeError("where its image lies is not known", "give the folder of images under My volumes")
    require_file(path)
    return path


def read_image_header(project: Project, volume: LabVolume) -> VolumeHeader | None:
    """Read the header of a volume's image, as it lies in the file; None where the project does not know it.

    Raises
    ------
    VolumeError
        If the file is no volume, not where it was, or outside the project's folder.
    """
    path = find_image(project, volume)
    return None if path is None else read_header(path)


def require_image_header(project: Project, volume: LabVolume) -> VolumeHeader:
    """Read the header of a volume's image; raises VolumeError also where the project does not know it."""
    return read_header(require_image(project, volume))
