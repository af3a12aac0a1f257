"""A score of what is labeled by now: what came back becomes a data set that the usual training can be run on.

The model learns from the labeled slices of the volumes to train on, and from slices that are known to lie beyond the
structure; it is measured on the test volumes that are labeled in full. Everything else is as in a simulation: how
volumes are prepared, the protocol ``fast``, and how many steps an epoch has, for the law was measured so.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..datasets import DatasetSource
from ..datasets.layouts import Contents, VolumeFiles, plain
from ..datasets.layouts.pairs import PAIRS
from ..datasets.partly import PartlyLabeled
from ..datasets.problems import VolumeError
from ..datasets.reading import VolumeHeader
from ..datasets.turning import find_turn, usual_orientation
from ..errors import ProjectError
from ..records import Project, Protocol, Score, SimulationRecord, SimulationRequest, Update, Virtues
from ..settings import Settings
from .images import find_image, read_image_header
from .own_measure import FEWEST, is_labeled_in_full
from .references import own_set_name
from .returns.label_maps import find_ignored, find_label_maps, read_label_maps
from .rhythm import sample_beyond
from .updates import make_update
from .visits import ProjectPlan, Visit

__all__ = ["LabeledSet", "add_score", "dataset_name", "gather_full", "gather_labeled", "is_labeled_set"]

ALL = Virtues(diversity=1.0, completeness=1.0, quality=1.0)
"""Of what is labeled, as it was labeled."""


@dataclass(frozen=True, kw_only=True)
class LabeledSet:
    """What is labeled by now, as a data set.

    Parameters
    ----------
    source : DatasetSource
        Its pool are the volumes to train on.
    n_training, n_testing : int
        Volumes of either kind.
    ignored : int or None
        Value of label maps that says that nobody looked there.
    """

    source: DatasetSource
    n_training: int
    n_testing: int
    ignored: int | None

    def opened(self) -> DatasetSource:
        """Look at the volumes, and take all their labels for the structure; decodes each once.

        Raises
        ------
        DatasetError
            If an image and its label map do not lie on one grid, or a file is damaged.
        """
        return _take_all_labels(self.source, ignored=self.ignored)

    def request(self, source: DatasetSource, project: Project, *, protocol: Protocol) -> SimulationRequest:
        """Ask for one training; after a score of as many volumes for another one, by another seed."""
        known = [score for update in project.updates for score in update.scores]
        seed = sum(score.n_volumes == self.n_training for score in known)
        return SimulationRequest(dataset=source.reference, virtues=ALL, protocol=protocol, seed=seed)


def gather_labeled(plan: ProjectPlan, folder: Path, *, settings: Settings) -> LabeledSet:
    """Gather what is labeled by now.

    Parameters
    ----------
    plan : ProjectPlan
        With a visit of every volume (``keeps_all``).
    folder : Path
        Of the label maps.
    settings : Settings

    Returns
    -------
    LabeledSet

    Raises
    ------
    ProjectError
        If the images are not known, no test volume is labeled in full, nothing to train on is labeled, or volumes are
        sliced in different directions.
    """
    project = plan.answer.project
    labeled = read_label_maps(folder, plan=plan).labeled
    found = [visit for visit in plan.visits if labeled.get(visit.volume.name)]
    test = [one for one in found if one.role == "test" and _is_full(one, labeled[one.volume.name])]
    train = [one for one in found if one.role == "train"]
    if not test:
        raise ProjectError(
            f"no test volume of {project.name} is labeled in full in {folder.name}, so nothing can be scored; label "
            f"{_name_first_test(plan)} first"
        )
    if not train:
        raise ProjectError(
            f"no volume to train on is labeled in {folder.name}; label some besides those that test"
        )
    headers = [_read_header(project, one) for one in (*test, *train)]
    kept = {
        plain(one.volume.name): _find_known(one, labeled, header.shape)
        for one, header in _pair(train, headers)
    }
    source = replace(
        _open_source(project, (*test, *train), headers, folder=folder, settings=settings),
        partly=PartlyLabeled(
            test=frozenset(plain(one.volume.name) for one in test),
            slices=kept,
            n_labeled_slices=_count_slices_of_law(plan),
        ),
    )
    return LabeledSet(source=source, n_training=len(train), n_testing=len(test), ignored=find_ignored(folder))


def gather_full(plan: ProjectPlan, folder: Path, *, settings: Settings) -> DatasetSource:
    """Gather the volumes that are labeled on each slice of the structure, to be measured on; decodes each once.

    Parameters
    ----------
    plan : ProjectPlan
        With a visit of every volume (``keeps_all``).
    folder : Path
        Of the label maps.
    settings : Settings

    Returns
    -------
    DatasetSource
        A usual data set: which of its volumes test is drawn, whatever the plan keeps for testing.

    Raises
    ------
    ProjectError
        If fewer than ten are, the images are not known, or volumes are sliced in different directions.
    DatasetError
        If an image and its label map do not lie on one grid, or a file is damaged.
    """
    project = plan.answer.project
    labeled = read_label_maps(folder, plan=plan).labeled
    full = [one for one in plan.visits if is_labeled_in_full(one.volume, labeled.get(one.volume.name, ()))]
    if len(full) < FEWEST:
        raise ProjectError(
            f"{FEWEST} volumes have to be labeled in full before trainings on them tell something; in {folder.name} "
            f"{len(full)} {'is' if len(full) == 1 else 'are'}"
        )
    headers = [_read_header(project, one) for one in full]
    source = _open_source(project, full, headers, folder=folder, settings=settings)
    named = replace(source, name=own_set_name(project.id))
    return _take_all_labels(named, ignored=find_ignored(folder))


def _open_source(
    project: Project,
    visits: Sequence[Visit],
    headers: Sequence[VolumeHeader],
    *,
    folder: Path,
    settings: Settings,
) -> DatasetSource:
    maps = find_label_maps(folder, project)
    return DatasetSource(
        name=dataset_name(project),
        folder=Path(project.folder),
        layout=PAIRS,
        contents=Contents(
            volumes=tuple(_files_of(project, one, maps) for one in visits),
            channels=(project.modality,) * headers[0].n_channels if project.modality else None,
        ),
        entry=None,
        settings=settings,
        asked_axis=_find_axis(visits, headers),
    )


def _take_all_labels(source: DatasetSource, *, ignored: int | None) -> DatasetSource:
    found = {label.value for scan in source.scans for label in scan.labels if label.value > 0}
    return replace(source, asked_labels=tuple(sorted(found - {ignored})))


def add_score(project: Project, record: SimulationRecord, *, n_training: int) -> Update:
    """Make an update of a training's score.

    Returns
    -------
    Update
        It can be taken back as any other.
    """
    score = Score(n_volumes=n_training, dice=record.performance.dice)
    return make_update(project, source="trained and scored here", scores=[score])


def dataset_name(project: Project) -> str:
    """Name what is labeled of a project, in records: these leave the machine, so it is not the lab's name for it."""
    return f"project {project.id}"


def is_labeled_set(name: str) -> bool:
    """Tell by its name whether a data set is what is labeled of a project: nothing to simulate on.

    Examples
    --------
    >>> is_labeled_set("project 0123456789ab"), is_labeled_set("Project X")
    (True, False)
    """
    return re.fullmatch(r"project [0-9a-f]{12}", name) is not None


def _is_full(visit: Visit, labeled: Sequence[int]) -> bool:
    return visit.slices is None or set(visit.slices) <= set(labeled)


def _name_first_test(plan: ProjectPlan) -> str:
    first = next((visit for visit in plan.visits if visit.role == "test"), None)
    return "a volume that is kept for testing" if first is None else first.volume.name


def _read_header(project: Project, visit: Visit) -> VolumeHeader:
    try:
        header = read_image_header(project, visit.volume)
    except VolumeError as error:
        raise ProjectError(f"the image of {visit.volume.name}: {error}") from None
    if header is None:
        raise ProjectError(
            f"where the image of {visit.volume.name} lies is not known, so no model can be trained; give the folder of "
            "the images under My volumes, or type a score"
        )
    return header


def _find_axis(visits: Sequence[Visit], headers: Sequence[VolumeHeader]) -> int:
    """Find the axis across which all volumes are sliced, as most of them lie."""
    usual = usual_orientation(header.orientation for header in headers)
    axes = {
        find_turn(header.orientation, usual).axes.index(visit.volume.axis or 0)
        for visit, header in zip(visits, headers, strict=True)
    }
    if len(axes) > 1:
        raise ProjectError(
            "some volumes are sliced in another direction than others, so one model cannot learn from all; "
            "give the same axis for all under My volumes"
        )
    return axes.pop()


def _files_of(project: Project, visit: Visit, maps: Mapping[str, Path]) -> VolumeFiles:
    image = find_image(project, visit.volume)
    assert image is not None  # its header was read
    return VolumeFiles(name=plain(visit.volume.name), images=(image,), label=maps[visit.volume.name])


def _pair(train: Sequence[Visit], headers: Sequence[VolumeHeader]) -> list[tuple[Visit, VolumeHeader]]:
    return list(zip(train, headers[-len(train) :], strict=True))


def _find_known(visit: Visit, labeled: Mapping[str, Sequence[int]], shape: Sequence[int]) -> tuple[int, ...]:
    """Find the slices of which it is known what they show: those labeled, and as large a share beyond the structure.

    Who gave first and last slice of the structure said of all others that they do not show it; in a simulation, too,
    as large a share of these is trained on as of those that show it.
    """
    known = set(labeled[visit.volume.name])
    if visit.volume.span is not None:
        n_slices = shape[visit.volume.axis or 0]
        name, every = visit.volume.name, visit.every
        known.update(sample_beyond(*visit.volume.span, n_slices=n_slices, every=every, name=name))
    return tuple(sorted(known))


def _count_slices_of_law(plan: ProjectPlan) -> int:
    """Count the slices that show the structure in the pool that the law was measured on; else in all to train on."""
    answer = plan.answer
    if answer.reference is not None:
        return round(answer.reference.n_slices * answer.reference.dataset.n_pool)
    return round((answer.project.size - answer.n_testing) * answer.n_slices)
