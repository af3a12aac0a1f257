"""``reproduce``: the paper's figures, and what these records say about its conclusions, as files."""

from pathlib import Path
from typing import Annotated

import typer

from ..analysis.opening import open_runs
from ..campaigns import require_writable
from ..campaigns.design import design_for_paper
from ..datasets import open_dataset, parse_labels
from ..effort import Prices
from ..errors import RequestError
from ..formats import format_count
from ..protocols import get_protocol
from ..records import SimulationRequest
from ..reports.reproduction import write_reproduction
from ..settings import Settings, load_settings
from ..store import open_store, read_comparisons
from ..virtues import quality_curve
from .options import (
    AxisOption,
    DatasetArgument,
    JsonOption,
    LabelsOption,
    PoolOption,
    ProtocolOption,
    print_json,
)
from .preparing import choose_n_trainings, prepare, say_problems
from .prices import with_prices
from .printing import say
from .running import run_requests
from .showing import is_terminal

__all__ = ["app"]

app = typer.Typer(add_completion=False)

N_SEEDS = 3


@app.command()
@with_prices
def reproduce(
    dataset: DatasetArgument,
    *,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Folder to write into.")],
    run: Annotated[bool, typer.Option("--run", help="First run the simulations that are missing.")] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="Simulations at once.")
    ] = None,
    protocol: ProtocolOption = "fast",
    prices: Prices,
    axis: AxisOption = None,
    labels: LabelsOption = None,
    pool: PoolOption = None,
    json: JsonOption = False,
) -> None:
    """Write the paper's figures and a verdict on each of its conclusions."""
    settings = load_settings()
    if not output.name or output.is_file():
        raise RequestError(f"--output must be a folder to write into; got {str(output)!r}")
    chosen = parse_labels(labels)
    if run:
        _run_missing(
            dataset, protocol, settings, workers=workers, axis=axis, labels=chosen, n_pool=pool, is_json=json
        )
    runs = open_runs(dataset, protocol=protocol, settings=settings, axis=axis, labels=chosen, n_pool=pool)
    with open_store(settings, is_read_only=True) as store:
        table = store.table()
    written = write_reproduction(
        table[table["fingerprint"] == runs["fingerprint"].iloc[0]],
        protocol=protocol,
        comparisons=read_comparisons(settings.published),
        prices=prices,
        folder=output,
    )
    if json:
        print_json({"files": [path.name for path in written]})
    else:
        say(f"{format_count(len(written), 'file')} in {output}; begin with report.md")


def _run_missing(
    dataset: str,
    protocol: str,
    settings: Settings,
    *,
    workers: int | None,
    axis: int | None,
    labels: tuple[int | str, ...] | None,
    n_pool: int | None,
    is_json: bool,
) -> None:
    """Run what the design of the paper's figures misses."""
    require_writable(settings)
    found, n_workers = get_protocol(protocol), choose_n_trainings(workers, settings=settings)
    source = open_dataset(dataset, settings=settings, axis=axis, labels=labels, n_pool=n_pool)
    say_problems(source)
    prepared = prepare(source, slice_size=found.slice_size, settings=settings)
    design = design_for_paper(quality_curve(prepared).qualities)
    run_requests(
        [
            SimulationRequest(dataset=source.reference, virtues=virtues, protocol=found, seed=seed)
            for seed in range(N_SEEDS)
            for virtues in design
        ],
        source=source,
        name=f"reproduce on {source.name}",
        settings=settings,
        n_workers=n_workers,
        run=None,
        retry_failed=False,
        is_json=is_json or not is_terminal(),
    )
