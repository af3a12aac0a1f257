"""A further entry for each registry, of a kind that no sentence of the program was written for."""

import json
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_dilation

from simulator.analysis.claims import Claim
from simulator.analysis.claims.finding import undecided
from simulator.datasets.layouts import Contents, Layout, VolumeFiles
from simulator.planning import Export
from simulator.planning.questions import Finding, Input, Question
from simulator.records import Virtues
from simulator.virtues import Proxy
from simulator.virtues.curve import iou_of
from simulator.virtues.quality.annotation import Annotation
from simulator.wording.questions import say_finding
from simulator.wording.spans import words
from tests.factories import SMALL_GRID

PLANE = np.ones((1, 3, 3), dtype=bool)


def annotate_too_wide(reference, *, labeled, level, streams):
    extent = np.arange(labeled[0], labeled[-1] + 1)
    exact = reference[extent]
    wider = [exact, *(binary_dilation(exact, PLANE, iterations=k) for k in range(1, 12 if level < 1 else 1))]
    masks = min(wider, key=lambda masks: abs(iou_of(masks, exact) - level))
    return Annotation(extent=extent, masks=masks.copy(), sources=None)


TOO_WIDE = Proxy(
    name="too-wide",
    title="Drawn too wide",
    question="precision",
    annotate=annotate_too_wide,
    instruction="generously, at an overlap of {quality}",
    caveat="outlines lie outside the true one everywhere",
)

TOO_WIDE_GRID = (
    *SMALL_GRID,
    *(Virtues(diversity=d, completeness=1.0, quality=0.9, proxy="too-wide") for d in (0.1, 0.3, 0.6)),
    *(Virtues(diversity=1.0, completeness=1.0, quality=q, proxy="too-wide") for q in (0.75, 0.8, 0.85, 0.95)),
)

FALSE_WORDS = ("quick", "hurr", "copied", "copying", "blend", "interpolat", "contour")
"""What is not said of masks that are drawn too wide."""

LINES = Export(
    name="lines",
    title="Lines",
    suffix=".jsonl",
    help="one JSON line a slice",
    write=lambda plan, context: {
        "plan.jsonl": "".join(
            json.dumps({"volume": row.volume, "slice": int(row.slice_index), "what": context.structure})
            + "\n"
            for row in plan.rows.itertuples()
        ).encode()
    },
)

SKY_IS_BLUE = Claim(
    name="sky-is-blue",
    title="The sky is blue",
    source="looking up",
    judge=lambda study: (undecided("sky-is-blue", why="Nobody looked up."),),
)


def read_flat(folder):
    masks = sorted(folder.glob("*.mask.nii.gz"))
    stems = [path.name.removesuffix(".mask.nii.gz") for path in masks]
    return Contents(
        volumes=tuple(
            VolumeFiles(name=stem, images=(folder / f"{stem}.image.nii.gz",), label=path)
            for stem, path in zip(stems, masks, strict=True)
        )
    )


FLAT = Layout(
    name="flat",
    title="all in one folder",
    listed=(),
    needs="files that end with .image.nii.gz and .mask.nii.gz",
    is_layout=lambda folder: any(folder.glob("*.mask.nii.gz")),
    read=read_flat,
)


@dataclass(frozen=True, kw_only=True)
class RoundNumber(Finding):
    number: float


@say_finding.register
def say_round_number(found: RoundNumber, answer):
    return words(f"{found.number:g} is a round number for {answer.project.size} volumes.")


ROUND_NUMBER = Question(
    name="round-number",
    title="A round number",
    meaning="Whether a number is round.",
    inputs=(
        Input(name="number", title="Number", low=0.0, high=lambda _: 100.0, usual=lambda _: 10.0, step=1.0),
    ),
    answer=lambda _, *, number: RoundNumber(number=number, chart=None),
)
