"""``plan``: which slices to label, in which order, as a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from ..analysis import Recommendation, Study, open_study
from ..analysis.combinations import COMBINATION
from ..analysis.recommendation.recommend import MIN_COMBINATIONS
from ..datasets import (
    PreparedDataset,
    has_prepared,
    load_prepared,
    open_dataset,
    parse_labels,
    prepare_dataset,
)
from ..effort import EffortMeasure, Prices, get_measure
from ..errors import DatasetError, NotMeasuredError, RequestError
from ..formats import format_count
from ..planning import (
    EXPORTS,
    INVENTORY_COLUMNS,
    Inventory,
    Plan,
    choose_export,
    find_published_inventory,
    gather_context,
    keep_dense,
    make_plan,
    parse_inventory,
    recommend_for,
    take_inventory,
    write_plan_files,
)
from ..protocols import get_protocol
from ..settings import Settings, load_settings
from ..tables import read_content
from ..wording.answers import describe_strategy, say_answer, say_estimate, say_left_over
from ..wording.missing import say_missing
from ..wording.plans import say_pass, say_passes, say_plan, say_unpriced_hours
from ..wording.spans import join, plain
from .measured import (
    BudgetOption,
    EffortOption,
    ProxyOption,
    print_basis,
    print_protocol,
    print_suggestions,
    print_unpriced,
)
from .options import (
    AxisOption,
    JsonOption,
    LabelsOption,
    PoolOption,
    PriorOption,
    ProtocolOption,
    print_json,
)
from .preparing import say_problems
from .prices import with_prices
from .printing import say
from .showing import showing_preparation

__all__ = ["app"]

app = typer.Typer(add_completion=False)


def _list_formats() -> str:
    return "; ".join(f"{export.name} ({export.suffix}): {export.help}" for export in EXPORTS.values())


@app.command(name="plan")
@with_prices
def write_plan(
    dataset: Annotated[
        str | None, typer.Argument(metavar="DATASET", help="A catalogue name (phantom, …) or a folder.")
    ] = None,
    *,
    effort: EffortOption,
    budget: BudgetOption,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="PLAN.csv", help="File to write.")],
    inventory: Annotated[
        Path | None,
        typer.Option(
            "--inventory",
            metavar="FILE.csv",
            help=f"Your own volumes, one row each: {', '.join(INVENTORY_COLUMNS)}. Slices count from 0.",
        ),
    ] = None,
    reference: Annotated[
        str | None, typer.Option("--reference", metavar="DATASET", help="Where strategies were measured.")
    ] = None,
    file_format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="NAME", help=f"{_list_formats()}. Without it, the ending of -o chooses."
        ),
    ] = None,
    protocol: ProtocolOption = "fast",
    proxy: ProxyOption = "interpolation",
    at_least: Annotated[
        int,
        typer.Option("--at-least", min=0, metavar="N", help="Slices a volume, on average, at least; 0: any."),
    ] = 0,
    prices: Prices,
    prior: PriorOption = True,
    axis: AxisOption = None,
    labels: LabelsOption = None,
    pool: PoolOption = None,
    json: JsonOption = False,
) -> None:
    """Write a labeling plan for a data set, or for your own volumes."""
    measured = _choose_reference(dataset, inventory, reference)
    if output.is_dir() or not output.parent.is_dir():
        raise RequestError(f"-o takes a file in a folder that is there, got {output}")
    measure, export = get_measure(effort), choose_export(output, file_format)
    amount = measure.unit.read(budget)
    settings = load_settings()
    listed = None if inventory is None else _read_inventory(inventory)
    study = open_study(
        measured,
        protocol=protocol,
        proxy=proxy,
        prices=prices,
        settings=settings,
        axis=axis,
        labels=parse_labels(labels),
        n_pool=pool,
        with_prior=prior,
    )
    whole = study.recommend(measure=measure, budget=amount)
    if whole.lacks_evidence:
        cut = {"axis": axis, "labels": labels, "pool": pool}
        _say_missing(whole, measure=measure, dataset=measured, cut=cut, json=json)
        return
    volumes = listed or _find_volumes(measured, study, settings=settings)
    dense = study.of(_keep_dense(study.runs, at_least), least_slices=at_least)
    answer = recommend_for(volumes, dense, measure=measure, budget=amount)
    if answer.status != "answer":
        raise NotMeasuredError(say_missing(answer, measure=measure))
    plan = make_plan(volumes, recommendation=answer, prices=prices, budget=amount)
    prepared = _find_prepared(study, settings=settings) if inventory is None else None
    write_plan_files(output, export, plan, gather_context(prepared))
    if json:
        print_json(_as_json(plan, output=output))
        return
    # The answer counts the reference's volumes; a list's own are counted by the plan alone.
    say(
        plain(join([say_answer(answer, measure=measure), say_left_over(answer, measure=measure)]))
        if inventory is None
        else _say_reference(answer, measured)
    )
    say(plain(join([say_plan(plan), say_passes(plan), say_unpriced_hours(plan)])))
    for step in plan.passes:
        say(f"Pass {step.number}: {plain(join(say_pass(step, measure=measure), by='. '))}.")
    print_basis(study, answer.predicted)
    print_unpriced(proxy, measure=measure, prices=prices)
    print_protocol(protocol, dataset=study.dataset.name, settings=settings)
    if volumes.reference is not None and all(volume.name == volume.id for volume in volumes.volumes):
        say(
            "Volumes stand in it by ids of their content: datasets inspect FOLDER says which file has which id."
        )
    spent = measure.unit.say(plan.total_effort)
    asked = measure.unit.write_given(amount)
    say(f"{output}: {plan.n_slices} rows, {spent} (budget {asked}).")


def _keep_dense(runs: pd.DataFrame, n_slices: int) -> pd.DataFrame:
    """Keep the runs with so many slices a volume.

    Raises
    ------
    NotMeasuredError
        If these are too few configurations for an answer.
    """
    dense = keep_dense(runs, n_slices=n_slices)
    if len(dense) < len(runs) and dense.groupby(COMBINATION).ngroups < MIN_COMBINATIONS:
        raise NotMeasuredError(
            f"too little was measured with at least {format_count(n_slices, 'slice')} a volume; lower --at-least"
        )
    return dense


def _choose_reference(dataset: str | None, inventory: Path | None, reference: str | None) -> str:
    """Say which data set answers; exactly one of the two ways to ask."""
    if dataset is not None and inventory is None and reference is None:
        return dataset
    if dataset is None and inventory is not None and reference is not None:
        return reference
    raise RequestError(
        "give either DATASET, to plan its own volumes, or --inventory FILE.csv with --reference DATASET, to plan yours"
    )


def _say_reference(answer: Recommendation, reference: str) -> str:
    """Say what the strategy is expected to give on the reference, where it was measured or predicted."""
    if answer.strategy is None or answer.predicted is None:
        return f"Measured on {reference}."
    expected, kind = plain(say_estimate(answer.predicted)), answer.predicted.kind
    return f"On {reference}: {describe_strategy(answer.strategy)}. Expected {expected}, {kind}."


def _read_inventory(path: Path) -> Inventory:
    """Read a list of volumes, and say what was taken for granted."""
    inventory = parse_inventory(read_content(path), name=path.name)
    for note in inventory.notes:
        say(note, is_aside=True)
    return inventory


def _find_prepared(study: Study, *, settings: Settings) -> PreparedDataset | None:
    fingerprint, slice_size = study.dataset.fingerprint, get_protocol(study.protocol).slice_size
    if not has_prepared(fingerprint, slice_size=slice_size, settings=settings):
        return None
    return load_prepared(fingerprint, slice_size=slice_size, settings=settings)


def _find_volumes(dataset: str, study: Study, *, settings: Settings) -> Inventory:
    """Find the pool's volumes: prepared here, or published, or by opening and preparing the data set."""
    reference, slice_size = study.dataset, get_protocol(study.protocol).slice_size
    prepared = _find_prepared(study, settings=settings)
    if prepared is not None:
        return take_inventory(prepared)
    published = find_published_inventory(reference, folder=settings.published)
    if published is not None:
        return published
    try:
        source = open_dataset(
            dataset, settings=settings, axis=reference.axis, labels=reference.labels, n_pool=reference.n_pool
        )
    except DatasetError as error:
        raise DatasetError(
            f"which slices the volumes of {reference.name} have is not known here: {error}; or list your own volumes "
            "with --inventory"
        ) from None
    if source.reference.fingerprint != reference.fingerprint:
        raise DatasetError(
            f"{dataset} holds other volumes than those that were measured ({reference.fingerprint[:8]}); bring these, "
            "or list your own with --inventory"
        )
    say_problems(source)
    with showing_preparation(source.name) as on_progress:
        return take_inventory(
            prepare_dataset(source, slice_size=slice_size, settings=settings, on_progress=on_progress)
        )


def _say_missing(
    answer: Recommendation,
    *,
    measure: EffortMeasure,
    dataset: str,
    cut: Mapping[str, str | int | None],
    json: bool,
) -> None:
    """Say why there is no plan, and what to simulate; no file is written."""
    if json:
        numbers = dict.fromkeys(
            ("total_effort", "hours", "reopening_hours", "n_volumes", "n_slices", "n_copied", "n_dropped")
        )
        print_json(
            {
                "file": None,
                "status": answer.status,
                "effort": answer.effort,
                "budget": answer.budget,
                **numbers,
                "passes": [],
            }
        )
        return
    say(f"{say_missing(answer, measure=measure)} No plan is written.")
    print_suggestions(answer, dataset=dataset, cut=cut)


def _as_json(plan: Plan, *, output: Path) -> dict[str, object]:
    return {
        "file": str(output),
        "status": plan.recommendation.status,
        "effort": plan.effort,
        "budget": plan.budget,
        "total_effort": plan.total_effort,
        "hours": plan.hours,
        "reopening_hours": plan.reopening_hours,
        "n_volumes": plan.n_volumes,
        "n_slices": plan.n_slices,
        "n_copied": plan.n_copied,
        "n_dropped": plan.n_dropped,
        "passes": [
            {
                "number": step.number,
                "n_slices": step.n_slices,
                "n_volumes": step.n_volumes,
                "effort": step.effort,
                "hours": step.hours,
                "cumulative_effort": step.cumulative_effort,
                "predicted_dice": step.predicted_dice,
                "low": step.low,
                "high": step.high,
            }
            for step in plan.passes
        ],
    }
