"""``frontier``: the best that each effort gave, and all points."""

from typing import Any

import pandas as pd
import typer

from ..analysis import open_study
from ..analysis.frontier.trajectory import find_worth
from ..analysis.priced import Priced
from ..analysis.recommendation.recommend import recommend
from ..analysis.recommendation.strategies import strategy_of
from ..datasets import parse_labels
from ..effort import Prices, get_measure
from ..errors import NotMeasuredError
from ..formats import format_count, format_dice, format_range, format_share
from ..settings import load_settings
from ..wording.answers import describe_strategy
from ..wording.missing import say_missing
from .answers import band_as_json, points_as_json
from .measured import (
    EffortOption,
    ProxyOption,
    print_protocol,
    print_suggestions,
    print_unpriced,
)
from .options import (
    AxisOption,
    DatasetArgument,
    JsonOption,
    LabelsOption,
    PoolOption,
    PriorOption,
    ProtocolOption,
    print_json,
)
from .prices import with_prices
from .printing import print_table, say

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
    prior: PriorOption = True,
    axis: AxisOption = None,
    labels: LabelsOption = None,
    pool: PoolOption = None,
    json: JsonOption = False,
) -> None:
    """Show the optimal trajectory of a data set."""
    settings, measure = load_settings(), get_measure(effort)
    study = open_study(
        dataset,
        protocol=protocol,
        proxy=proxy,
        prices=prices,
        settings=settings,
        axis=axis,
        labels=parse_labels(labels),
        n_pool=pool,
        with_prior=prior,
    )
    if study.runs.empty:
        raise NotMeasuredError(
            f"nothing has been measured on {dataset[:80]} yet, so there is no trajectory; 'campaign run' measures, and "
            "'recommend' says what other data sets tell"
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
    missing = recommend(priced, budget=priced.full_effort)
    if missing.lacks_evidence:
        say(say_missing(missing, measure=measure))
        print_suggestions(missing, dataset=dataset, cut={"axis": axis, "labels": labels, "pool": pool})
    else:
        _print_worth(priced, n_seeds=int(study.runs["seed"].nunique()))
    print_unpriced(proxy, measure=measure, prices=prices)
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


def _print_worth(priced: Priced, *, n_seeds: int) -> None:
    measure, worth = priced.measure, find_worth(priced.frontier, priced.trajectory)
    print_table(
        f"{len(worth)} of {format_count(len(priced.frontier.points), 'configuration')} are worth their effort "
        f"({measure.title.lower()}, {format_count(n_seeds, 'seed')})",
        ("Effort", "Expected Dice", "90 % interval", "Of full", "What is labeled"),
        [
            (
                measure.unit.write(row["effort"]),
                format_dice(row["expected"]),
                ""
                if pd.isna(row["expected_low"])
                else format_range(row["expected_low"], row["expected_high"]),
                "" if pd.isna(row["expected_normalized"]) else format_share(row["expected_normalized"]),
                describe_strategy(strategy_of(row)),
            )
            for _, row in worth.iterrows()
        ],
    )
