"""The visits of a plan that a tool can point at: those whose image is at hand and whose slices have numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from ...datasets.header import VolumeHeader
from ...datasets.problems import VolumeError
from ...records import LabVolume, Project
from ..images import require_image_header
from ..project import volumes_of
from ..visits import ProjectPlan, Visit
from .naming import name_files
from .passing_over import LOOK_AGAIN, OnPassedOver, PassedOver, pass_in_silence

__all__ = ["Case", "find_cases", "name_structure", "tabulate_cases"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """One visit, on the grid of its image.

    Parameters
    ----------
    name : str
        Of its files, without ending.
    visit : Visit
    header : VolumeHeader
        Of its image, as it lies in the file.
    axis : int
        Array axis across which it is sliced.
    slices : tuple of int
        To outline, counted from 0 along `axis`, ascending.
    """

    name: str
    visit: Visit
    header: VolumeHeader
    axis: int
    slices: tuple[int, ...]

    @property
    def n_slices(self) -> int:
        """Along its axis."""
        return self.header.shape[self.axis]

    @property
    def direction(self) -> str:
        """Where its axis points: one of R, L, A, P, S, I."""
        return self.header.orientation[self.axis]


def find_cases(plan: ProjectPlan, on_passed_over: OnPassedOver = pass_in_silence) -> Iterator[Case]:
    """Find the visits that a tool can point at, in order; no voxel is read.

    Parameters
    ----------
    plan : ProjectPlan
    on_passed_over : function of a PassedOver, default does nothing
        Called for a volume without an image in a file, without an axis, or whose slices have no numbers; and for one
        whose image is no volume, is not where it was, or has another number of slices than the project says.

    Yields
    ------
    Case
    """
    project = plan.answer.project
    names = name_files(volume.name for volume in volumes_of(project))
    for visit in plan.visits:
        try:
            yield _find_case(project, visit, name=names[visit.volume.name])
        except VolumeError as error:
            on_passed_over(PassedOver.of(visit.volume, error))


def name_structure(plan: ProjectPlan) -> str:
    """Name what is outlined; ``structure`` where the project does not say."""
    return plan.answer.project.structure.strip() or "structure"


def tabulate_cases(cases: Iterable[Case]) -> pd.DataFrame:
    """Say which files belong to which volume.

    Returns
    -------
    DataFrame
        A row a case: ``order``, ``role``, ``case`` (name of its files), ``volume``, ``image`` (as the project names
        the file), ``axis`` (of the array as stored), ``runs_to`` (R, L, A, P, S or I), ``n_slices`` along it, and
        ``slices_from_0`` as ``3;8;13``.
    """
    return pd.DataFrame(
        {
            "order": case.visit.order,
            "role": case.visit.role,
            "case": case.name,
            "volume": case.visit.volume.name,
            "image": case.visit.volume.path,
            "axis": case.axis,
            "runs_to": case.direction,
            "n_slices": case.n_slices,
            "slices_from_0": ";".join(map(str, case.slices)),
        }
        for case in cases
    )


def _find_case(project: Project, visit: Visit, *, name: str) -> Case:
    volume = visit.volume
    header = require_image_header(project, volume)
    if volume.axis is None:
        raise VolumeError(
            "across which axis it is sliced is not known", "name the axis in the list of volumes"
        )
    if visit.slices is None:
        raise VolumeError(
            "how many slices it has is not known",
            "name n_slices in the list of volumes, or give the folder of images",
        )
    _require_fit(volume, visit.slices, n_slices=header.shape[volume.axis])
    return Case(name=name, visit=visit, header=header, axis=volume.axis, slices=visit.slices)


def _require_fit(volume: LabVolume, slices: tuple[int, ...], *, n_slices: int) -> None:
    """Refuse an image whose slices are not those that were planned on."""
    n_expected = volume.n_slices or 1 + max((*slices, *volume.labeled_slices), default=0)
    if n_expected > n_slices or volume.n_slices not in (None, n_slices):
        raise VolumeError(
            f"{n_expected} slices along axis {volume.axis} expected, its image has {n_slices}", LOOK_AGAIN
        )
