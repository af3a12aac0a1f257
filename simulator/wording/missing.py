"""What is said where there is no answer: what is missing, one sentence a status."""

from ..analysis.recommendation.values import Recommendation
from ..effort import EffortMeasure
from ..formats import format_count

__all__ = ["say_missing"]


def say_missing(recommendation: Recommendation, *, measure: EffortMeasure, title: str = "") -> str:
    """Say what is missing before there can be an answer.

    Parameters
    ----------
    recommendation : Recommendation
        Whose status is not ``answer``.
    measure : EffortMeasure
    title : str, default=""
        Of a data set that nothing was measured on.

    Returns
    -------
    str
    """
    match recommendation.status:
        case "trial":
            return (
                f"Only trial runs ({recommendation.protocol}) have been made: they show that all works, and say "
                "nothing about performance. An answer needs a protocol that trains to the end."
            )
        case "one-record":
            n = recommendation.n_combinations
            counted = "One configuration has" if n == 1 else "Two configurations have"
            return f"{counted} been measured; an answer needs at least three."
        case "too-cheap":
            return _say_too_cheap(recommendation, measure)
        case _:
            return _say_empty(recommendation, measure, title=title)


def _say_too_cheap(recommendation: Recommendation, measure: EffortMeasure) -> str:
    needed = measure.unit.say(measure.unit.round_up(recommendation.cheapest_effort or 0.0))
    return f"Nothing this cheap has been measured: the cheapest needs {needed}."


def _say_empty(recommendation: Recommendation, measure: EffortMeasure, *, title: str) -> str:
    if recommendation.dataset is None:
        return f"Nothing has been measured on {title or 'this data set'} yet, so there is no answer to give."
    n = format_count(len(recommendation.suggestions), "configuration")
    return (
        f"Nothing has been measured on {title or recommendation.dataset.name} that {measure.title.lower()} can price, "
        f"so there is no answer to give. {n} give a first one."
    )
