"""What a project's answer can rest on, in words: how sure, and why."""

from collections.abc import Callable, Sequence

from ..planning.choices import Choice
from ..planning.likeness import Likeness, Trait, What
from .spans import Sentence, strong, words

__all__ = ["say_choice", "say_reason", "say_width"]

LEAST_WIDTH = 0.01
"""Nothing is said to be surer: Dice has two decimals."""

SIMILAR: dict[What, str] = {"size": "size", "share": "share of slices", "distance": "slice distance"}

DIFFERENT: dict[What, Callable[[Trait], str]] = {
    "modality": lambda trait: f"{trait.theirs}, not {trait.hers}",
    "size": lambda trait: f"structure {trait.theirs:.0f} mm long, not {trait.hers:.0f}",
    "share": lambda trait: f"on {100 * trait.theirs:.0f} % of the slices, not {100 * trait.hers:.0f}",
    "distance": lambda trait: f"slices {trait.theirs:.2g} mm apart, not {trait.hers:.2g}",
    "volumes": lambda trait: f"measured on {trait.theirs:,} volumes, not {trait.hers:,}",
}


def say_choice(choice: Choice) -> Sentence:
    """Say what an answer can rest on, and how sure it makes it: "Mandible, CT: Dice within ±0.05"."""
    title = "None" if choice.likeness is None else choice.likeness.reference.title
    width = say_width(choice.halfwidth)
    return words(strong(title), f": Dice {width}" if width else "")


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
    alike = [trait for trait in likeness.traits if trait.is_alike]
    similar = [SIMILAR[trait.what] for trait in alike if trait.what in SIMILAR]
    same = [
        *("the same structure" for trait in alike if trait.what == "structure"),
        *(str(trait.theirs) for trait in alike if trait.what == "modality"),
        *([f"similar {_join(similar)}"] if similar else []),
    ]
    different = [DIFFERENT[trait.what](trait) for trait in likeness.traits if not trait.is_alike]
    said = "; ".join([*([", ".join(same)] if same else []), *different])
    return said or "nothing is known to compare by"


def _join(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
