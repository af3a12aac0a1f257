"""``datasets``: which data sets there are, what one holds and what is wrong with it, its slices prepared; downloads."""

import statistics
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from ..datasets import (
    CATALOGUE,
    Inspection,
    VolumeFacts,
    describe_problems,
    inspect_dataset,
    list_prepared,
    open_dataset,
    parse_labels,
    prepare_dataset,
)
from ..datasets.tasks import LICENCE, TASKS
from ..formats import format_count
from ..protocols import get_protocol
from ..settings import load_settings
from ..virtues import quality_curve
from .downloading import download
from .options import (
    AxisOption,
    DatasetArgument,
    JsonOption,
    LabelsOption,
    PoolOption,
    ProtocolOption,
    print_json,
)
from .preparing import choose_n_workers, say_problems
from .printing import print_table, say
from .showing import showing_preparation

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command("list")
def list_datasets(*, json: JsonOption = False) -> None:
    """List the data sets that are known by name, those to download, and those whose slices are prepared here."""
    prepared = list_prepared(load_settings())
    if json:
        entries = [{"name": e.name, "title": e.title, "axis": e.axis, "about": e.about} for e in CATALOGUE]
        print_json(
            {
                "catalogue": entries,
                "downloads": [
                    {"name": task.name, "n_bytes": task.n_bytes, "licence": LICENCE} for task in TASKS
                ],
                "prepared": [found.model_dump(mode="json") for found in prepared],
            }
        )
        return
    print_table(
        "Known by name", ("name", "title", "what it is"), [(e.name, e.title, e.about) for e in CATALOGUE]
    )
    print_table(
        f"\nTo download (datasets download TASK), {LICENCE}",
        ("task", "archive"),
        [(task.name, f"{task.n_bytes / 1e9:.1f} GB" if task.n_bytes else "not known") for task in TASKS],
    )
    print_table(
        "\nPrepared here" if prepared else "\nNothing is prepared here yet: datasets prepare DATASET",
        ("name", "volumes", "test", "axis", "labels", "fingerprint"),
        [
            (
                found.name,
                str(found.n_pool),
                str(found.n_test),
                str(found.axis),
                ",".join(map(str, found.labels)),
                found.fingerprint[:12],
            )
            for found in prepared
        ],
    )


@app.command()
def inspect(
    dataset: DatasetArgument,
    *,
    axis: AxisOption = None,
    labels: LabelsOption = None,
    pool: PoolOption = None,
    json: JsonOption = False,
) -> None:
    """Show what a data set holds, how it will be sliced and split, and every problem found."""
    source = open_dataset(
        dataset, settings=load_settings(), axis=axis, labels=parse_labels(labels), n_pool=pool
    )
    with showing_preparation(source.name) as on_progress:
        source.look(n_workers=choose_n_workers(None), on_progress=on_progress)
    inspection = inspect_dataset(source)
    if json:
        print_json(inspection.model_dump(mode="json"))
        return
    say(f"{inspection.name}: {inspection.layout}, {inspection.modality}")
    for fact, text in _facts(inspection):
        say(f"  {fact:<20}{text}")
    print_table(
        "",
        ("volume", "id", "for", "voxels", "mm", "slices with a mask"),
        map(_volume_row, inspection.volumes),
    )
    print_table(
        f"\n{describe_problems(inspection.problems)}",
        ("volume", "what is wrong", "what to do"),
        [(problem.volume or "all", problem.what, problem.what_to_do) for problem in inspection.problems],
        n_broken=2,
    )


@app.command()
def prepare(
    dataset: DatasetArgument,
    *,
    protocol: ProtocolOption = "fast",
    axis: AxisOption = None,
    labels: LabelsOption = None,
    pool: PoolOption = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", help="Volumes read at once at most; fewer where memory is short."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Prepare a data set's slices, and the curve of quality against the spacing of key slices."""
    settings, slice_size = load_settings(), get_protocol(protocol).slice_size
    source = open_dataset(dataset, settings=settings, axis=axis, labels=parse_labels(labels), n_pool=pool)
    say_problems(source)
    with showing_preparation(source.name) as on_progress:
        prepared = prepare_dataset(
            source,
            slice_size=slice_size,
            settings=settings,
            n_workers=choose_n_workers(workers),
            on_progress=on_progress,
        )
    curve = quality_curve(prepared)
    if json:
        print_json(
            {
                "dataset": prepared.reference.model_dump(mode="json"),
                "slice_size": slice_size,
                "folder": str(prepared.folder),
                "quality": curve.model_dump(mode="json"),
            }
        )
        return
    reference = prepared.reference
    say(
        f"{reference.name}: {format_count(reference.n_pool, 'volume')} to label from, "
        f"{reference.n_test} kept for testing, slices of at most {slice_size} pixels, "
        f"fingerprint {reference.fingerprint[:12]}"
    )


app.command()(download)


def _facts(inspection: Inspection) -> list[tuple[str, str]]:
    roles = [volume.role for volume in inspection.volumes]
    readable = [volume for volume in inspection.volumes if volume.id]
    facts = [
        ("Folder", inspection.folder),
        ("Volumes", f"{len(roles)}: {_count_roles(roles)}"),
        ("Channels", ", ".join(inspection.channels)),
    ]
    if readable:
        labeled = [len(volume.labeled) for volume in readable]
        facts += [
            ("Voxels", _spread([volume.shape for volume in readable], "d")),
            ("Voxel size", f"{_spread([volume.spacing_mm for volume in readable], '.3g')} mm"),
            ("Sliced along", f"axis {inspection.axis}, {inspection.plane} ({inspection.axis_why})"),
            (
                "Slices with a mask",
                f"{sum(labeled):,} of {sum(volume.n_slices or 0 for volume in readable):,}, "
                f"median {statistics.median_low(labeled)} a volume",
            ),
        ]
    facts += [("Labels" if i == 0 else "", text) for i, text in enumerate(_label_lines(inspection))]
    if inspection.reference:
        facts.append(("Fingerprint", inspection.reference.fingerprint))
    return facts


def _count_roles(roles: Sequence[str | None]) -> str:
    if None in roles:
        return "not split while problems stop simulations"
    left_out = f", {roles.count('left out')} left out (--pool)" if "left out" in roles else ""
    return f"{roles.count('pool')} to label from, {roles.count('test')} kept for testing{left_out}"


def _label_lines(inspection: Inspection) -> list[str]:
    return [
        f"{label.value} {label.name or '(no name)'}: {format_count(label.n_voxels, 'voxel')} in "
        f"{format_count(label.n_volumes, 'volume')}, "
        f"{'foreground' if label.is_foreground else 'background'}"
        for label in inspection.labels
    ]


def _spread(triples: Iterable[Sequence[float]], spelling: str) -> str:
    """Say the median of each of three numbers, and between which they lie."""
    axes = list(zip(*triples, strict=True))
    median, low, high = (
        " × ".join(format(number(values), spelling) for values in axes)
        for number in (statistics.median_low, min, max)
    )
    return median if low == high else f"{median} (each axis from {low} to {high})"


def _volume_row(volume: VolumeFacts) -> tuple[str, ...]:
    labeled = (
        f"{len(volume.labeled)} ({volume.labeled[0]} to {volume.labeled[-1]})" if volume.labeled else "0"
    )
    return (
        volume.name,
        volume.id or "unreadable",
        volume.role or "–",
        " × ".join(map(str, volume.shape)),
        " × ".join(f"{spacing:.3g}" for spacing in volume.spacing_mm),
        labeled,
    )
