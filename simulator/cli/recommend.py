"""``recommend``: the best strategy for a budget, what it gives, and what else could be done."""

import typer

from ..analysis import Recommendation, check_budget, recommend
from ..analysis.words import (
    describe_effort,
    describe_next_step,
    describe_recommendation,
    describe_strategy,
    describe_sureness,
    format_dice,
    format_gain,
)
from ..datasets import parse_labels
from ..effort import EffortMeasure, Prices, find_measure
from ..settings import load_settings
from .answers import recommendation_as_json
from .measured import CheckingOption, DrawingOption, OpeningOption, load_runs, print_protocol
from .options import (
    AxisOption,
    BudgetOption,
    DatasetArgument,
    EffortOption,
    JsonOption,
    LabelsOption,
    PoolOption,
    ProtocolOption,
    ProxyOption,
    print_json,
)
from .tables import print_table

__all__ = ["app"]

app = typer.Typer()

_PRICES = Prices()


@app.command(name="recommend")
def recommend_strategy(
    dataset: DatasetArgument,
    *,
    effort: EffortOption,
    budget: BudgetOption,
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
    """Recommend a labeling strategy for a budget."""
    settings, measure = load_settings(), find_measure(effort)
    prices = Prices(
        opening_minutes=opening_minutes, drawing_seconds=drawing_seconds, checking_seconds=checking_seconds
    )
    check_budget(budget, measure=measure)
    runs = load_runs(
        dataset,
        protocol=protocol,
        proxy=proxy,
        settings=settings,
        axis=axis,
        labels=parse_labels(labels),
        n_pool=pool,
    )
    answer = recommend(runs, measure=measure, budget=budget, prices=prices)
    if json:
        print_json(recommendation_as_json(answer))
        return
    _print_answer(answer, measure=measure)
    print_protocol(protocol, settings=settings)


def _print_answer(answer: Recommendation, *, measure: EffortMeasure) -> None:
    typer.echo(describe_recommendation(answer, measure=measure))
    if answer.alternatives:
        _print_alternatives(answer)
    if answer.next_steps:
        steps = "; ".join(describe_next_step(step, measure=measure) for step in answer.next_steps)
        typer.echo(f"\nMore budget, gain in Dice: {steps}.")
    if answer.suggestions:
        typer.echo(
            "\nTo simulate: "
            + "; ".join(
                f"diversity {v.diversity:g}, completeness {v.completeness:g}, quality {v.quality:g}"
                for v in answer.suggestions
            )
        )
    if answer.full_effort is not None and measure.unit == "hours":
        typer.echo(f"\nLabeling everything takes {describe_effort(answer.full_effort, measure=measure)}.")


def _print_alternatives(answer: Recommendation) -> None:
    sureness = describe_sureness(answer)
    print_table(
        "\nThe same budget, spent in the obvious ways (≈ between measured neighbours)."
        + (f" How sure? {sureness}." if sureness else ""),
        ("Strategy", "Dice", "Gain", "Measurable", "What is drawn"),
        [
            (
                alternative.title,
                ("≈" if alternative.estimate.kind == "interpolated" else "")
                + format_dice(alternative.estimate.dice),
                format_gain(alternative.gain),
                "yes" if alternative.is_measurable else "no",
                describe_strategy(alternative.strategy),
            )
            for alternative in answer.alternatives
        ],
    )
