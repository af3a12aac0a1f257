"""``campaign``: many simulations; going on after an interruption needs no flag."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from ..campaigns import (
    cancel_campaign,
    expand_grid,
    find_progress,
    read_grid,
    require_writable,
    resume_campaign,
)
from ..campaigns.adaptive import DEFAULT_TRAININGS
from ..campaigns.progress import CampaignProgress, Progress
from ..campaigns.worker import resume as resume_work
from ..datasets import open_dataset, parse_labels
from ..errors import RequestError
from ..protocols import get_protocol
from ..records import SimulationRequest, explain
from ..settings import load_settings
from ..store import Aim, Store, open_store
from .options import (
    AxisOption,
    DatasetArgument,
    JsonOption,
    LabelsOption,
    PoolOption,
    PriorOption,
    print_json,
)
from .preparing import choose_n_trainings, say_notes, say_problems
from .printing import say
from .running import choose_runner, run_adaptive, run_requests, say_how_many
from .showing import format_seconds, is_terminal

__all__ = ["app"]

app = typer.Typer(add_completion=False)

WorkersOption = Annotated[int | None, typer.Option("--workers", metavar="N", help="Simulations at once.")]
BackendOption = Annotated[
    str, typer.Option("--backend", metavar="loky|dask", help="This machine, or a cluster.")
]
SchedulerOption = Annotated[
    str | None, typer.Option("--scheduler", metavar="ADDR", help="Address of a distributed scheduler.")
]


@app.command()
def run(
    dataset: DatasetArgument,
    *,
    grid: Annotated[
        Path | None, typer.Option("--grid", metavar="GRID.yaml", help="What to simulate.")
    ] = None,
    adaptive: Annotated[
        int | None,
        typer.Option(
            "--adaptive",
            metavar="N",
            help=f"Choose what pays most instead, at most N trainings ({DEFAULT_TRAININGS} are usual).",
        ),
    ] = None,
    prior: PriorOption = True,
    protocol: Annotated[
        str | None, typer.Option("--protocol", metavar="NAME", help="Instead of the grid's.")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option("--seeds", metavar="K", help="Seeds 0 to K - 1, not the grid's.")
    ] = None,
    workers: WorkersOption = None,
    backend: BackendOption = "loky",
    scheduler: SchedulerOption = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Run what failed again.")] = False,
    axis: AxisOption = None,
    labels: LabelsOption = None,
    pool: PoolOption = None,
    json: JsonOption = False,
) -> None:
    """Run the simulations of a grid that have no record yet, or those that answer most."""
    settings, is_json = load_settings(), json or not is_terminal()
    require_writable(settings)
    run_tasks = choose_runner(backend, scheduler or settings.scheduler)
    aim = None if adaptive is None else _read_aim(adaptive, has_prior=prior)
    if (aim is None) == (grid is None):
        raise RequestError("give either --grid GRID.yaml or --adaptive N")
    plan = None if grid is None else read_grid(grid, protocol=protocol, n_seeds=seeds)
    if plan is None and (seeds is not None or retry_failed):
        raise RequestError("--seeds and --retry-failed belong to a grid; --adaptive chooses its seeds itself")
    name = get_protocol(protocol or "fast").name
    n_workers = choose_n_trainings(workers, settings=settings)
    source = open_dataset(dataset, settings=settings, axis=axis, labels=parse_labels(labels), n_pool=pool)
    say_problems(source)
    if plan is None:
        assert aim is not None
        run_adaptive(
            source,
            aim=aim,
            protocol=name,
            settings=settings,
            n_workers=n_workers,
            run=run_tasks,
            is_json=is_json,
        )
        return
    run_requests(
        expand_grid(plan, dataset=source.reference),
        source=source,
        name=f"{plan.name} on {source.name}",
        settings=settings,
        n_workers=n_workers,
        run=run_tasks,
        retry_failed=retry_failed,
        is_json=is_json,
    )


def _read_aim(n_trainings: int, *, has_prior: bool) -> Aim:
    try:
        return Aim(n_trainings=n_trainings, has_prior=has_prior)
    except ValidationError as error:
        raise RequestError(f"--adaptive takes a number of trainings: {explain(error)}") from None


@app.command()
def resume(
    campaign_id: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="A cancelled campaign that is to go on.", show_default=False),
    ] = None,
    *,
    workers: WorkersOption = None,
    backend: BackendOption = "loky",
    scheduler: SchedulerOption = None,
) -> None:
    """Work on what is pending, unless a worker does so already; a cancelled campaign goes on if it is named."""
    settings = load_settings()
    require_writable(settings)
    run_tasks = choose_runner(backend, scheduler or settings.scheduler)
    if campaign_id is not None:
        say(f"resumed {resume_campaign(campaign_id, settings=settings).id}")
    with open_store(settings, is_read_only=True) as store:
        say_notes(store.pending().values(), settings=settings)
    say_how_many(run_tasks)
    resume_work(settings, n_workers=choose_n_trainings(workers, settings=settings), run=run_tasks)


@app.command()
def status(*, json: JsonOption = False) -> None:
    """Show how far campaigns are, and what failed why."""
    with open_store(load_settings(), is_read_only=True) as store:
        progress = find_progress(store)
        if json:
            print_json(_to_json(progress, store))
        else:
            _print_status(progress, store)


@app.command()
def cancel(
    campaign_id: Annotated[str, typer.Argument(metavar="ID", help="As campaign status shows it.")],
    *,
    json: JsonOption = False,
) -> None:
    """Cancel a campaign; what is recorded stays, other campaigns go on."""
    found = cancel_campaign(campaign_id, settings=load_settings())
    print_json({"cancelled": found.id, "name": found.name}) if json else say(f"cancelled {found.id}")


def _to_json(progress: Progress, store: Store) -> dict[str, object]:
    return {
        "is_working": progress.is_working,
        "n_pending": progress.n_pending,
        "seconds_left": progress.seconds_left,
        "campaigns": [
            {
                "id": found.campaign.id,
                "name": found.campaign.name,
                "created": found.campaign.created,
                "state": found.state,
                "n_done": found.n_done,
                "n_failed": found.n_failed,
                "n_total": found.n_total,
            }
            for found in progress.campaigns
        ],
        "running": [
            {
                "key": item.request.key,
                "virtues": item.request.virtues.model_dump(mode="json"),
                "seed": item.request.seed,
                "epoch": item.epoch,
                "n_epochs": item.n_epochs,
                "place": item.place,
            }
            for item in progress.running
        ],
        "failures": [
            {
                "key": key,
                "dataset": failure.request.dataset.name,
                "fingerprint": failure.request.dataset.fingerprint,
                "virtues": failure.request.virtues.model_dump(mode="json"),
                "protocol": failure.request.protocol.name,
                "seed": failure.request.seed,
                "what_happened": failure.what_happened,
                "what_to_do": failure.what_to_do,
            }
            for key, failure in store.failures().items()
        ],
    }


def _print_status(progress: Progress, store: Store) -> None:
    if not progress.campaigns:
        say("No campaign yet: campaign run DATASET --adaptive 24 starts one.")
    for found in progress.campaigns:
        say(_line(found))
    for item, place in zip(progress.running, progress.places, strict=False):
        say(f"on {place}: {_name(item.request)}")
    for failure in store.failures().values():
        say(f"failed: {_name(failure.request)}: {failure.what_happened}; {failure.what_to_do}")
    if progress.n_pending:
        state = (
            "a worker is there" if progress.is_working else "no worker is there, campaign resume starts one"
        )
        say(f"{progress.n_pending} pending, {format_seconds(progress.seconds_left)} left; {state}")


def _name(request: SimulationRequest) -> str:
    virtues = request.virtues
    return (
        f"{request.dataset.name}, diversity {virtues.diversity:g}, completeness {virtues.completeness:g} "
        f"({virtues.sampling}), quality {virtues.quality:g} ({virtues.proxy}), {request.protocol.name}, "
        f"seed {request.seed}"
    )


def _line(found: CampaignProgress) -> str:
    failed = f", {found.n_failed} failed" if found.n_failed else ""
    return f"{found.campaign.id}  {found.state:<11}  {found.n_done} of {found.n_total}{failed}  {found.campaign.name}"
