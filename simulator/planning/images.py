"""The images of a project's volumes, where it knows their files."""

from pathlib import Path

from ..datasets.header import VolumeHeader
from ..datasets.problems import VolumeError
from ..datasets.reading import read_header
from ..errors import ProjectError
from ..records import LabVolume, Project

__all__ = ["find_image", "read_image_header"]


def find_image(project: Project, volume: LabVolume) -> Path | None:
    """Say where a volume's image lies; None where the project does not know.

    Raises
    ------
    ProjectError
        If it lies outside the project's folder.
    """
    if not volume.path or not project.folder:
        return None
    root = Path(project.folder).resolve()
    path = (root / volume.path).resolve()
    if not path.is_relative_to(root):
        raise ProjectError(
            f"the image of {volume.name} lies outside {project.folder}; give a path inside it, or leave it out"
        )
    return path


def read_image_header(project: Project, volume: LabVolume) -> VolumeHeader | None:
    """Read the header of a volume's image, as it lies in the file; None where the project does not know it.

    Raises
    ------
    ProjectError
        If the file is no volume, or not where it was.
    """
    path = find_image(project, volume)
    if path is None:
        return None
    try:
        return read_header(path)
    except VolumeError as error:
        raise ProjectError(f"{volume.name}: {error}; look at the folder again under My volumes") from None
