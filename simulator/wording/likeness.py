"""What a project's answer can rest on, in words: how sure, and why."""

from collections.abc import Callable, Sequence

from ..formats import format_count, format_dice, format_gain, format_gain_range, format_hours
from ..planning.choices import Choice
from ..planning.distance import Distance
from ..planning.likeness import Likeness, Trait, What
from ..planning.own_measure import FEWEST, OwnMeasure
from ..statistics.uncertainty import excludes_zero
from .spans import Sentence, strong, words

__all__ = ["say_choices", "say_distance", "say_own_measure", "say_reason", "say_width"]

LEAST_WIDTH = 0.01
"""Nothing is said to be surer: Dice has two decimals."""

MOST_NAMED = 2
"""Differences that are named: the first weigh most."""

SIMILAR: dict[What, str] = {"size": "size", "share": "share of slices", "distance": "slice distance"}

DIFFERENT: dict[What, Callable[[Trait], str]] = {
    "modality": lambda trait: f"{trait.theirs}, not {trait.hers}",
    "size": lambda trait: f"structure {trait.theirs:.0f} mm long, not {trait.hers:.0f}",
    "share": lambda trait: f"on {100 * trait.theirs:.0f} % of the slices, not {100 * trait.hers:.0f}",
    "distance": lambda trait: f"slices {trait.theirs:.2g} mm apart, not {trait.hers:.2g}",
    "volumes": lambda trait: f"measured on {trait.theirs:,} volumes, not {trait.hers:,}",
}


def say_choices(choices: Sequence[Choice]) -> list[Sentence]:
    """Say what an answer can rest on, and how sure each makes it.

    Returns
    -------
    list of Sentence
        "Mandible, CT: Dice within ±0.05", "None: within ±0.12".
    """
    said: list[Sentence] = []
    unit = "Dice "
    for choice in choices:
        title = "None" if choice.likeness is None else choice.likeness.reference.title
        width = say_width(choice.halfwidth)
        said.append(words(strong(title), f": {unit}{width}" if width else ""))
        unit = "" if width else unit
    return said


def say_own_measure(own: OwnMeasure) -> str:
    """Say what measuring on her own volumes would bring and takes; before enough are labeled, what it needs.

    Returns
    -------
    str
        "within ±0.06; 24 trainings on 20 labeled volumes, about 7 minutes".
    """
    if not own.is_offered:
        are = "none is" if own.n_labeled == 0 else f"{own.n_labeled} {'is' if own.n_labeled == 1 else 'are'}"
        return f"To measure on yours, {FEWEST} volumes have to be labeled in full; {are}."
    width = say_width(own.halfwidth)
    trainings = format_count(own.n_trainings, "training")
    time = "" if own.seconds is None else f", about {format_hours(own.seconds / 3600)}"
    return f"{f'{width}; ' if width else ''}{trainings} on {own.n_labeled:,} labeled volumes{time}"


def say_width(halfwidth: float | None) -> str:
    """Say how sure something is: "within ±0.05"; "" where that is not known."""
    return "" if halfwidth is None else f"within \u00b1{max(LEAST_WIDTH, halfwidth):.2f}"


def say_reason(likeness: Likeness | None) -> str:
    """Say what speaks for a reference and what against it; of the law of all, what it is.

    Returns
    -------
    str
        "CT, similar size and slice distance", "MR, not CT; slices 1 mm apart, not 3".
    """
    if likeness is None:
        return "the law of all organs"
    if likeness.reference.is_hers:
        return "trained and tested on them"
    # The same structure is on another share of the slices where somebody cut them: millimetres say more.
    traits = [t for t in likeness.traits if t.what != "share" or likeness.alike("size") is None]
    alike = [trait for trait in traits if trait.is_alike]
    similar = [SIMILAR[trait.what] for trait in alike if trait.what in SIMILAR]
    same = [
        *("the same structure" for trait in alike if trait.what == "structure"),
        *(str(trait.theirs) for trait in alike if trait.what == "modality"),
        *([f"similar {_join(similar)}"] if similar else []),
    ]
    different = [DIFFERENT[trait.what](trait) for trait in traits if not trait.is_alike]
    said = "; ".join([*([", ".join(same)] if same else []), *different[:MOST_NAMED]])
    return said or "nothing is known to compare by"


def say_distance(distance: Distance) -> str:
    """Say how far her scores are from what was expected.

    Returns
    -------
    str
        "By 3 scores, yours give 0.04 less Dice than Mandible, CT (0.02 to 0.06)."
    """
    by = f"By {format_count(distance.n_scores, 'score')}, yours"
    than = "other organs" if distance.reference is None else distance.reference.title
    if excludes_zero(distance.low, distance.high):
        near, far = sorted(abs(limit) for limit in (distance.low, distance.high))
        word = "less" if distance.dice < 0 else "more"
        limits = f"{format_dice(near)} to {format_dice(far)}"
        return f"{by} give {format_dice(abs(distance.dice))} {word} Dice than {than} ({limits})."
    limits = format_gain_range(distance.low, distance.high)
    return f"{by} cannot be told from {than}: Dice {format_gain(distance.dice)} ({limits})."


def _join(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
