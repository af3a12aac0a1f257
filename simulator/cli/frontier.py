"""``frontier``: the best that each effort gave, and all points."""

import pandas as pd
import typer

from ..analysis import combine, find_frontier, reference_of
from ..analysis.strategies import strategy_of
from ..analysis.words import describe_strategy, format_dice, format_effort, format_range, format_share
from ..effort import EffortMeasure, Prices, find_measure
from ..settings import load_settings
from .answers import points_as_json
from .measured import CheckingOption, DrawingOption, OpeningOption, load_runs
from .options import (
    AxisOption,
    DatasetArgument,
    EffortOption,
    JsonOption,
    LabelsOption,
    PoolOption,
    ProtocolOption,
    ProxyOption,
    parse_labels,
    print_json,
)
from .tables import print_table

__all__ = ["app"]

app = typer.Typer()

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
    measure = find_measure(effort)
    prices = Prices(
        opening_minutes=opening_minutes, drawing_seconds=drawing_seconds, checking_seconds=checking_seconds
    )
    runs = load_runs(
        dataset,
        protocol=protocol,
        proxy=proxy,
        settings=load_settings(),
        axis=axis,
        labels=parse_labels(labels),
        n_pool=pool,
    )
    found = find_frontier(combine(runs, measure=measure, prices=prices))
    if json:
        reference = reference_of(runs)
        print_json(
            {
                "dataset": reference.name,
                "fingerprint": reference.fingerprint,
                "protocol": protocol,
                "effort": measure.name,
                "points": points_as_json(found.points),
                "vertices": points_as_json(found.vertices),
            }
        )
        return
    _print_vertices(
        found.vertices, measure=measure, n_points=len(found.points), n_seeds=int(runs["seed"].nunique())
    )


def _print_vertices(vertices: pd.DataFrame, *, measure: EffortMeasure, n_points: int, n_seeds: int) -> None:
    print_table(
        f"{len(vertices)} of {n_points} combinations are on the frontier ({measure.title.lower()}, {n_seeds} seeds)",
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
