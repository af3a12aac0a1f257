"""``project score``: a model is trained on what is labeled by now, and its score joins what came back."""

from pathlib import Path

from ..campaigns import hold_lock, require_writable
from ..campaigns.scoring import lock_name
from ..errors import ProjectError, RequestError
from ..formats import format_count, format_dice
from ..planning.project import ProjectAnswer
from ..planning.scoring import add_score, gather_labeled
from ..planning.updates import add_update
from ..planning.visits import hold_to_plan, plan_project
from ..protocols import FAST
from ..records import Project, SimulationRecord
from ..settings import Settings
from ..store import open_store
from .alone import run_one
from .preparing import prepare_for
from .printing import say

__all__ = ["score_project"]


def score_project(
    project: Project, answer: ProjectAnswer, *, labels: Path | None, settings: Settings
) -> Project:
    """Train on what is labeled by now, measure on the test volumes labeled in full, and add the score.

    Returns
    -------
    Project
        As it is now: others may have changed it while the model was trained.

    Raises
    ------
    ProjectError
        If nothing can be trained or scored, or it is being done already.
    SimulationError
        If the training failed or was cancelled.
    """
    require_writable(settings)
    folder = labels or last_folder(project)
    with hold_lock(settings, name=lock_name(project.id), timeout=0) as is_first:
        if not is_first:
            raise ProjectError(
                f"{project.name} is being scored already; wait for it, or cancel it on Progress"
            )
        record, n_training = _train(answer, folder, settings=settings)
        return _add(project, record, answer=answer, n_training=n_training, settings=settings)


def last_folder(project: Project) -> Path:
    """Find the folder of label maps that was read last.

    Raises
    ------
    RequestError
        If none was.
    """
    folder = project.label_folder
    if not folder:
        raise RequestError(
            f"no label maps came back for {project.name} yet; give their folder, as --labels DIR"
        )
    return Path(folder)


def _train(answer: ProjectAnswer, folder: Path, *, settings: Settings) -> tuple[SimulationRecord, int]:
    project = answer.project
    labeled = gather_labeled(plan_project(answer, keeps_all=True), folder, settings=settings)
    say(
        f"trains on {format_count(labeled.n_training, 'volume')}, measures on "
        f"{format_count(labeled.n_testing, 'test volume')}",
        is_aside=True,
    )
    source = labeled.opened()
    request = labeled.request(source, project, protocol=FAST)
    with open_store(settings, is_read_only=True) as store:
        record = store.record(request.key)
    if record is None:
        prepare_for(source, [request], settings=settings)
        record = run_one(request, name=f"Score of {project.name}", settings=settings)
    return record, labeled.n_training


def _add(
    project: Project, record: SimulationRecord, *, answer: ProjectAnswer, n_training: int, settings: Settings
) -> Project:
    with open_store(settings) as store:
        current = store.projects().get(project.id)
        if current is None:
            raise ProjectError(f"{project.name} was deleted while its model was trained")
        if not current.stages:
            current = hold_to_plan(answer, tool=current.tool)
        current = add_update(current, add_score(current, record, n_training=n_training))
        store.save_project(current)
    say(
        f"Dice {format_dice(record.performance.dice)} on {format_count(record.dataset.n_test, 'test volume')}, trained "
        f"on {format_count(n_training, 'volume')}.",
        is_aside=True,
    )
    return current
