"""``frontier``: the best that each effort gave, and all points."""

from typing import Any

import pandas as pd
import typer

from ..analysis import open_study
from ..analysis.priced import Priced
from ..analysis.recommendation.strategies import strategy_of
from ..datasets import parse_labels
from ..effort import Prices, find_measure
from ..formats import format_count, format_dice, format_range, format_share
from ..settings import load_settings
from ..wording.answers import describe_strategy
from .answers import band_as_json, points_as_json
from .measured import (
    EffortOption,
    ProxyOption,
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
from .prices import with_prices
from .tables import print_table

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
@with_prices
def frontier(
    dataset: DatasetArgument,
    *,
    effort: EffortOption,
    protocol: ProtocolOption = "fast",
    proxy: ProxyOption = "interpolation",
    prices: Prices,
    axis: AxisOption = None,
    labels: LabelsOption = None,
    pool: PoolOption = None,
    json: JsonOption = False,
) -> None:
    """Show the optimal trajectory of a data set."""
    settings, measure = load_settings(), find_measure(effort)
    study = open_study(
        dataset,
        protocol=protocol,
        proxy=proxy,
        prices=prices,
        settings=settings,
        axis=axis,
        labels=parse_labels(labels),
        n_pool=pool,
    )
    priced = study.at(measure)
    if json:
        print_json(
            {
                "dataset": study.dataset.name,
                "fingerprint": study.dataset.fingerprint,
                "protocol": protocol,
                "effort": measure.name,
                **_with_band(priced),
            }
        )
        return
    _print_vertices(priced, n_seeds=int(study.runs["seed"].nunique()))
    print_unpriced(proxy, measure=measure)
    print_protocol(protocol, dataset=study.dataset.name, settings=settings)


def _with_band(priced: Priced) -> dict[str, Any]:
    """Lay out points, vertices and, where chance between trainings is known, the band of the trajectory."""
    found, trajectory = priced.frontier, priced.trajectory
    if found.points.empty:
        return {"points": [], "vertices": [], "band": None}
    points = found.points.assign(vertex_share=trajectory.vertex_share if trajectory else float("nan"))
    is_vertex = points["combination"].isin(found.vertices["combination"])
    return {
        "points": points_as_json(points),
        "vertices": points_as_json(points[is_vertex]),
        "band": band_as_json(trajectory) if trajectory else None,
    }


def _print_vertices(priced: Priced, *, n_seeds: int) -> None:
    measure, vertices = priced.measure, priced.frontier.vertices
    print_table(
        f"{len(vertices)} of {format_count(len(priced.frontier.points), 'combination')} are on the frontier "
        f"({measure.title.lower()}, {format_count(n_seeds, 'seed')})",
        ("Effort", "Dice", "90 % interval", "Of full", "What is drawn"),
        [
            (
                measure.unit.write(row["effort"]),
                format_dice(row["dice"]),
                "" if pd.isna(row["dice_low"]) else format_range(row["dice_low"], row["dice_high"]),
                "" if pd.isna(row["normalized"]) else format_share(row["normalized"]),
                describe_strategy(strategy_of(row)),
            )
            for _, row in vertices.iterrows()
        ],
    )
