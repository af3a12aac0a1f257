"""``frontier``: the best that each effort gave, and all points."""

from typing import Any

import pandas as pd
import typer

from ..analysis import Frontier, find_frontier, reference_of
from ..analysis.combinations import combine_with_chances
from ..analysis.frontier.trajectory import find_trajectory
from ..analysis.recommendation.strategies import full_number, strategy_of
from ..datasets import parse_labels
from ..effort import EffortMeasure, Prices, find_measure
from ..effort.measure import format_effort
from ..formats import format_count, format_dice, format_range, format_share
from ..settings import load_settings
from ..statistics.uncertainty import Chances, draw_performance
from ..wording.answers import describe_strategy
from .answers import band_as_json, points_as_json
from .measured import (
    CheckingOption,
    DrawingOption,
    EffortOption,
    OpeningOption,
    ProxyOption,
    load_runs,
    print_protocol,
    print_unpriced,
)
from .options import (
    AxisOption,
    DatasetArgument,
    JsonOption,
    LabelsOption,
    PoolOption,
    ProtocolOption,
    print_json,
)
from .tables import print_table

__all__ = ["app"]

app = typer.Typer(add_completion=False)

_PRICES = Prices()


@app.command()
def frontier(
    dataset: DatasetArgument,
    *,
    effort: EffortOption,
    protocol: ProtocolOption = "fast",
    proxy: ProxyOption = "interpolation",
    opening_minutes: OpeningOption = _PRICES.opening_minutes,
    drawing_seconds: DrawingOption = _PRICES.drawing_seconds,
    checking_seconds: CheckingOption = _PRICES.checking_seconds,
    axis: AxisOption = None,
    labels: LabelsOption = None,
    pool: PoolOption = None,
    json: JsonOption = False,
) -> None:
    """Show the optimal trajectory of a data set."""
    settings, measure = load_settings(), find_measure(effort)
    prices = Prices(
        opening_minutes=opening_minutes, drawing_seconds=drawing_seconds, checking_seconds=checking_seconds
    )
    runs = load_runs(
        dataset,
        protocol=protocol,
        proxy=proxy,
        settings=settings,
        axis=axis,
        labels=parse_labels(labels),
        n_pool=pool,
    )
    combinations, chances = combine_with_chances(runs, measure=measure, prices=prices)
    found = find_frontier(combinations)
    if json:
        reference = reference_of(runs)
        print_json(
            {
                "dataset": reference.name,
                "fingerprint": reference.fingerprint,
                "protocol": protocol,
                "effort": measure.name,
                **_with_band(found, chances, full=full_number(combinations)),
            }
        )
        return
    _print_vertices(
        found.vertices, measure=measure, n_points=len(found.points), n_seeds=int(runs["seed"].nunique())
    )
    print_unpriced(proxy, measure=measure)
    print_protocol(protocol, dataset=reference_of(runs).name, settings=settings)


def _with_band(found: Frontier, chances: Chances, *, full: int | None) -> dict[str, Any]:
    """Lay out points, vertices and, where chance between trainings is known, the band of the trajectory."""
    if found.points.empty:
        return {"points": [], "vertices": [], "band": None}
    trajectory = find_trajectory(found, draw_performance(chances), full=full)
    points = found.points.assign(vertex_share=trajectory.vertex_share if chances.is_known else float("nan"))
    is_vertex = points["combination"].isin(found.vertices["combination"])
    return {
        "points": points_as_json(points),
        "vertices": points_as_json(points[is_vertex]),
        "band": band_as_json(trajectory) if chances.is_known else None,
    }


def _print_vertices(vertices: pd.DataFrame, *, measure: EffortMeasure, n_points: int, n_seeds: int) -> None:
    print_table(
        f"{len(vertices)} of {format_count(n_points, 'combination')} are on the frontier "
        f"({measure.title.lower()}, {format_count(n_seeds, 'seed')})",
        ("Effort", "Dice", "90 % interval", "Of full", "What is drawn"),
        [
            (
                format_effort(row["effort"], measure=measure),
                format_dice(row["dice"]),
                "" if pd.isna(row["dice_low"]) else format_range(row["dice_low"], row["dice_high"]),
                "" if pd.isna(row["normalized"]) else format_share(row["normalized"]),
                describe_strategy(strategy_of(row)),
            )
            for _, row in vertices.iterrows()
        ],
    )
