"""Sentences that only pages say, and the shared ones as Markdown."""

from simulator.figures.slice_agreement import AgreementData
from simulator.figures.slice_images import slice_iou
from simulator.formats import format_dice, format_hours, format_share
from simulator.records import Virtues
from simulator.virtues import AnnotatedVolume, get_proxy

TERMINAL = ".venv/bin/python -m simulator"
"""How a command begins, where `make` has installed everything."""

__all__ = [
    "TERMINAL",
    "format_duration",
    "say_agreement",
    "say_quality",
]


def say_quality(annotated: AnnotatedVolume, *, virtues: Virtues, index: int) -> tuple[str, str]:
    """Say what a quality means on one slice: the sentence of the Data card, and what is behind it."""
    iou = format_dice(slice_iou(annotated, index=index))
    achieved = format_share(annotated.tally.iou)
    sentence = f":orange[**Quality {achieved}**] in this volume, **{iou}** IoU on this slice: "
    n_drawn, n_extent = annotated.tally.n_drawn, len(annotated.annotation.extent)
    if virtues.quality == 1:
        sentence += "every slice is outlined exactly."
    elif annotated.annotation.sources is None:
        sentence += "every slice is outlined, only less exactly."
    else:
        rest = (
            "is labeled, the others are copies of it"
            if n_drawn == 1
            else f"are labeled, each of the others is {get_proxy(virtues.proxy).filling}"
        )
        sentence += f"{n_drawn} of {n_extent} slices {rest}."
    small = (
        f"{format_share(virtues.quality)} is asked for over all volumes; this volume comes to "
        f"{100 * annotated.tally.iou:.1f}\u00a0%. Quality is the 3-D overlap (IoU) of annotation and reference, on the "
        "grid of the file."
    )
    return sentence, small


def say_agreement(agreement: AgreementData) -> str:
    """Say where annotation and reference differ: the title of the chart."""
    if agreement.is_drawn.all():
        return "Every slice agrees fully"
    return (
        "Labeled slices agree fully; the error grows between them"
        if agreement.is_drawn.any()
        else "How well does each slice agree?"
    )


def format_duration(seconds: float) -> str:
    r"""Write how long a machine takes.

    Examples
    --------
    >>> format_duration(170), format_duration(9000), format_duration(20)
    ('3\xa0min', '2.5\xa0hours', '20\xa0s')
    """
    if seconds < 90:
        return f"{max(1, round(seconds))}\u00a0s"
    if seconds < 5400:
        return f"{round(seconds / 60)}\u00a0min"
    return format_hours(seconds / 3600).replace(" ", "\u00a0")
