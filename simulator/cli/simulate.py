"""``simulate``: one simulation, from the store when it is there."""

from typing import Annotated

import typer

from ..campaigns import require_writable
from ..datasets import open_dataset, parse_labels
from ..formats import format_count
from ..protocols import get_protocol
from ..records import SimulationRecord, SimulationRequest, parse_virtues
from ..settings import load_settings
from ..store import open_store
from ..virtues import describe_proxies, get_proxy
from .alone import run_one
from .options import (
    AxisOption,
    DatasetArgument,
    JsonOption,
    LabelsOption,
    PoolOption,
    ProtocolOption,
    parse_seed,
    print_json,
)
from .preparing import prepare_for, say_problems
from .printing import say

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
def simulate(
    dataset: DatasetArgument,
    *,
    diversity: Annotated[float, typer.Option(help="Share of the pool's volumes that is labeled, in (0, 1].")],
    completeness: Annotated[float, typer.Option(help="Share of their slices that is used, in (0, 1].")],
    quality: Annotated[float, typer.Option(help="Mean 3-D IoU of the labels, in (0, 1].")],
    proxy: Annotated[str, typer.Option(help=f"How quality is lost: {describe_proxies()}.")] = "interpolation",
    sampling: Annotated[str, typer.Option(help="How slices are chosen: random or equidistant.")] = "random",
    seed: Annotated[
        int, typer.Option(help="A whole number; another one draws other volumes and slices.")
    ] = 0,
    protocol: ProtocolOption = "fast",
    axis: AxisOption = None,
    labels: LabelsOption = None,
    pool: PoolOption = None,
    json: JsonOption = False,
) -> None:
    """Run one simulation, or read it from the store."""
    settings = load_settings()
    virtues = parse_virtues(
        diversity=diversity, completeness=completeness, quality=quality, proxy=proxy, sampling=sampling
    )
    get_proxy(proxy)
    # What was mistyped is said before a data set is read.
    found, seed = get_protocol(protocol), parse_seed(seed)
    source = open_dataset(dataset, settings=settings, axis=axis, labels=parse_labels(labels), n_pool=pool)
    say_problems(source)
    request = SimulationRequest(dataset=source.reference, virtues=virtues, protocol=found, seed=seed)
    with open_store(settings, is_read_only=True) as store:
        record = store.record(request.key)
    if record is None:
        require_writable(settings)
        prepare_for(source, [request], settings=settings)
        record = run_one(request, name=f"one on {request.dataset.name}", settings=settings)
    print_json(record.model_dump(mode="json")) if json else say(_describe(record))


def _describe(record: SimulationRecord) -> str:
    virtues, achieved = record.virtues, record.achieved
    return (
        f"{record.dataset.name}: diversity {virtues.diversity:g}, completeness {virtues.completeness:g}, "
        f"quality {virtues.quality:g} (achieved {achieved.quality:.3f}), seed {record.seed}, "
        f"{record.protocol.name}: Dice {record.performance.dice:.3f} over "
        f"{format_count(record.dataset.n_test, 'test volume')} "
        f"({format_count(achieved.n_volumes, 'volume')}, {format_count(achieved.n_slices_used, 'slice')}; "
        f"{record.cost.seconds:.0f} s)"
    )
