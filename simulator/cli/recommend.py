"""``recommend``: the best strategy for a budget, what it gives, and what else could be done."""

import typer

from ..analysis import Recommendation, open_study
from ..datasets import parse_labels
from ..effort import EffortMeasure, Prices, get_measure
from ..formats import format_dice
from ..settings import load_settings
from ..wording.answers import (
    describe_gain,
    describe_strategy,
    say_answer,
    say_as_good,
    say_left_over,
)
from ..wording.spans import join, plain
from .answers import recommendation_as_json
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
    prior: PriorOption = True,
    axis: AxisOption = None,
    labels: LabelsOption = None,
    pool: PoolOption = None,
    json: JsonOption = False,
) -> None:
    """Recommend a labeling strategy for a budget."""
    settings, measure = load_settings(), get_measure(effort)
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
        with_prior=prior,
    )
    answer = study.recommend(measure=measure, budget=amount)
    if json:
        print_json(recommendation_as_json(answer, prior=study.prior))
        return
    _print_answer(answer, measure=measure)
    print_basis(study, answer.predicted)
    if answer.suggestions:
        cut = {"axis": axis, "labels": labels, "pool": pool}
        print_suggestions(answer, dataset=dataset, cut=cut)
    print_unpriced(proxy, measure=measure, prices=prices)
    print_protocol(protocol, dataset=study.dataset.name, settings=settings)


def _print_answer(answer: Recommendation, *, measure: EffortMeasure) -> None:
    said = [say_answer(answer, measure=measure), say_left_over(answer, measure=measure), say_as_good(answer)]
    say(plain(join(said)))
    if answer.alternatives:
        _print_alternatives(answer)
    if answer.next_steps:
        _print_next_steps(answer, measure=measure)
    if answer.full_effort is not None and measure.share_of is None:
        say(f"\nLabeling everything takes {measure.unit.say(answer.full_effort)}.")


def _print_alternatives(answer: Recommendation) -> None:
    print_table(
        "\nThe same budget, spent on a baseline (≈ between measured neighbours), and what the recommended strategy "
        "gains over it.",
        ("Strategy", "Expected Dice", "Gain in Dice", "What is labeled"),
        [
            (
                alternative.title,
                ("≈" if alternative.estimate.kind == "interpolated" else "")
                + format_dice(alternative.estimate.dice),
                describe_gain(
                    alternative.gain,
                    alternative.gain_low,
                    alternative.gain_high,
                    is_measurable=alternative.is_measurable,
                ),
                describe_strategy(alternative.strategy),
            )
            for alternative in answer.alternatives
        ],
    )


def _print_next_steps(answer: Recommendation, *, measure: EffortMeasure) -> None:
    print_table(
        "\nMore budget, and what it gains over the recommended strategy.",
        ("Budget", "Gain in Dice", "What is labeled"),
        [
            (
                measure.unit.write(step.budget),
                describe_gain(
                    step.gain,
                    step.low,
                    step.high,
                    is_measurable=step.is_measurable,
                    otherwise="none that shows",
                ),
                describe_strategy(step.strategy),
            )
            for step in answer.next_steps
        ],
    )
