"""``recommend``: the best strategy for a budget, what it gives, and what else could be done."""

import shlex
from collections.abc import Mapping, Sequence

import typer

from ..analysis import Recommendation, open_study
from ..datasets import parse_labels
from ..effort import EffortMeasure, Prices, find_measure
from ..formats import format_dice, format_gain, format_gain_interval, format_options
from ..records import Virtues
from ..settings import load_settings
from ..wording.answers import describe_recommendation, describe_strategy, describe_sureness, describe_untried
from .answers import recommendation_as_json
from .measured import (
    INTERVALS,
    BudgetOption,
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
from .printing import say
from .tables import print_table

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command(name="recommend")
@with_prices
def recommend_strategy(
    dataset: DatasetArgument,
    *,
    effort: EffortOption,
    budget: BudgetOption,
    protocol: ProtocolOption = "fast",
    proxy: ProxyOption = "interpolation",
    prices: Prices,
    axis: AxisOption = None,
    labels: LabelsOption = None,
    pool: PoolOption = None,
    json: JsonOption = False,
) -> None:
    """Recommend a labeling strategy for a budget."""
    settings, measure = load_settings(), find_measure(effort)
    amount = measure.unit.read(budget)
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
    answer = study.recommend(measure=measure, budget=amount)
    if json:
        print_json(recommendation_as_json(answer))
        return
    _print_answer(answer, measure=measure)
    if answer.suggestions:
        cut = {"protocol": protocol, "axis": axis, "labels": labels, "pool": pool}
        _print_suggestions(answer.suggestions, dataset=dataset, cut=cut)
    print_unpriced(proxy, measure=measure)
    print_protocol(protocol, dataset=study.dataset.name, settings=settings)


def _print_answer(answer: Recommendation, *, measure: EffortMeasure) -> None:
    said = (describe_recommendation(answer, measure=measure), describe_untried(answer))
    say(" ".join(filter(None, said)))
    if answer.alternatives:
        _print_alternatives(answer)
    if answer.next_steps:
        _print_next_steps(answer, measure=measure)
    if answer.full_effort is not None and measure.share_of is None:
        say(f"\nLabeling everything takes {measure.unit.say(answer.full_effort)}.")
    if answer.predicted is not None and answer.predicted.low is not None:
        say(f"\n{INTERVALS}")


def _print_alternatives(answer: Recommendation) -> None:
    sureness = describe_sureness(answer)
    print_table(
        "\nThe same budget, spent in the obvious ways (≈ between measured neighbours), and what the recommended way "
        "gains over them." + (f" How sure? {sureness}." if sureness else ""),
        ("Strategy", "Dice", "Gain in Dice", "What is drawn"),
        [
            (
                alternative.title,
                ("≈" if alternative.estimate.kind == "interpolated" else "")
                + format_dice(alternative.estimate.dice),
                _gain(alternative.gain, alternative.gain_low, alternative.gain_high),
                describe_strategy(alternative.strategy),
            )
            for alternative in answer.alternatives
        ],
    )


def _print_next_steps(answer: Recommendation, *, measure: EffortMeasure) -> None:
    print_table(
        "\nMore budget, and what it gains over the recommended way.",
        ("Budget", "Gain in Dice", "What is drawn"),
        [
            (
                measure.unit.write(step.budget),
                _gain(step.gain, step.low, step.high),
                describe_strategy(step.strategy),
            )
            for step in answer.next_steps
        ],
    )


def _print_suggestions(
    suggestions: Sequence[Virtues], *, dataset: str, cut: Mapping[str, str | int | None]
) -> None:
    """Print what to simulate as commands that can be copied, on the data set as it was asked for."""
    say("\nTo simulate, and again with further seeds for intervals:")
    for virtues in suggestions:
        options = format_options({**virtues.model_dump(), **cut, "seed": 0})
        say(shlex.join(["python", "-m", "simulator", "simulate", dataset, *options]))


def _gain(gain: float, low: float | None, high: float | None) -> str:
    """Write a gain in Dice with its interval, where chance is known; "none" of a strategy over itself."""
    if gain == 0 and low == high:
        return "none"
    return f"{format_gain(gain)}{format_gain_interval(low, high)}"
