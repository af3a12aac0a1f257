"""A lab's own project: its volumes, its hours, and what came back from its annotators.

It names volumes as the lab does, so it stays on the lab's machine: no record, no key and no published file holds one.
"""

from collections import Counter
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from ..errors import ProjectError
from .explaining import explain
from .frozen import Growing, Hex64, Identifier

__all__ = ["MAX_SLICES", "MAX_VOLUMES", "LabVolume", "Project", "Score", "Stage", "Update", "parse_project"]

MAX_VOLUMES = 20_000
"""More than any lab labels; a page draws a square for each of the first few hundred."""

MAX_SLICES = 100_000
"""More slices than any scanner makes along one axis."""

MOST_HOURS = 1_000_000
"""Five hundred people in a year."""

Label = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Slices = Annotated[int, Field(ge=1, le=MAX_SLICES)]
Index = Annotated[int, Field(ge=0, lt=MAX_SLICES)]
Millimetres = Annotated[float, Field(gt=0, le=1e4)]
Hours = Annotated[float, Field(ge=0, le=MOST_HOURS)]
Price = Annotated[float, Field(ge=0, le=1e6)]
Folder = Annotated[str, StringConstraints(max_length=4096, pattern=r"^[^\x00]*$")]


class LabVolume(Growing):
    """One volume of a lab, as far as it is known.

    Parameters
    ----------
    name : str
        As the lab calls it.
    n_slices : int or None, default=None
        Along `axis`.
    first_slice, last_slice : int or None, default=None
        Of the structure, counted from 0.
    axis : int or None, default=None
        Array axis across which it is sliced.
    spacing_mm : float or None, default=None
        Distance of its slices.
    group : str, default=""
        What it should be spread over: site, scanner, sex.
    labeled_slices : tuple of int, default=()
        Labeled before the project began, counted from 0.
    path : str, default=""
        Of its image.
    """

    name: Label
    n_slices: Slices | None = None
    first_slice: Index | None = None
    last_slice: Index | None = None
    axis: Annotated[int, Field(ge=0, le=2)] | None = None
    spacing_mm: Millimetres | None = None
    group: Text = ""
    labeled_slices: tuple[Index, ...] = ()
    path: Annotated[str, StringConstraints(max_length=4096, pattern=r"^[^\x00]*$")] = ""

    @model_validator(mode="after")
    def _slices_lie_inside(self) -> Self:
        first, last = self.first_slice, self.last_slice
        if first is not None and last is not None and first > last:
            raise ValueError(f"first_slice {first} lies behind last_slice {last}")
        known = [index for index in (first, last, *self.labeled_slices) if index is not None]
        if self.n_slices is not None and known and max(known) >= self.n_slices:
            raise ValueError(f"slice {max(known)} is beyond the last of {self.n_slices}; slices count from 0")
        return self

    @property
    def span(self) -> tuple[int, int] | None:
        """First and last slice of the structure; None where that is not known."""
        if self.first_slice is None or self.last_slice is None:
            return None
        return self.first_slice, self.last_slice


class Stage(Growing):
    """So many volumes of a plan, one after another, with every n-th slice."""

    n_volumes: Annotated[int, Field(ge=1, le=MAX_VOLUMES)]
    every: Annotated[int, Field(ge=1, le=MAX_SLICES)]


class Score(Growing):
    """What a model scored that was trained on what was labeled by then: Dice on the test volumes."""

    n_volumes: Annotated[int, Field(ge=1, le=MAX_VOLUMES)]
    dice: Annotated[float, Field(ge=0, le=1)]


class Update(Growing):
    """What came back at one time.

    Parameters
    ----------
    created : str
        UTC, ``YYYY-MM-DDTHH:MM:SSZ``.
    source : str
        What it was read from, for display.
    labeled : mapping of str to tuple of int, default={}
        Volume's name → its slices that are labeled, counted from 0; what was said of it earlier is replaced.
    hours : float or None, default=None
        Spent on all that is labeled by then, as far as somebody measured it.
    scores : tuple of Score, default=()
    done : tuple of str, default=()
        Volumes that somebody ticked off: their slices in `labeled` are the planned ones, not read ones, and none stand
        there where nobody knows yet which were planned. What was read of a volume, before or after, is surer.
    spans : mapping of str to (int, int), default={}
        Volume's name → first and last slice of the structure, where an annotator found it.
    prices : mapping of str to float, default={}
        That a log of times told, or that the new plan was made with.
    former_prices : mapping of str to float, default={}
        Of the project, before these.
    stages : tuple of Stage, default=()
        The new plan that was taken; none where this is no such step.
    former_stages : tuple of Stage, default=()
        Of the project, before that plan.
    time_log : str, default=""
        Fingerprint of that log.
    folder : str, default=""
        Of the label maps, where some were read.
    """

    founding: ClassVar[frozenset[str]] = frozenset({"labeled"})

    created: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    source: Text
    labeled: dict[Label, tuple[Index, ...]] = Field(default_factory=dict)
    hours: Hours | None = None
    scores: tuple[Score, ...] = ()
    done: Annotated[tuple[Label, ...], Field(max_length=MAX_VOLUMES)] = ()
    spans: dict[Label, tuple[Index, Index]] = Field(default_factory=dict)
    prices: dict[str, Price] = Field(default_factory=dict)
    former_prices: dict[str, Price] = Field(default_factory=dict)
    stages: tuple[Stage, ...] = ()
    former_stages: tuple[Stage, ...] = ()
    time_log: Hex64 | Literal[""] = ""
    folder: Folder = ""

    @model_validator(mode="after")
    def _spans_run_upwards(self) -> Self:
        for name, (first, last) in self.spans.items():
            if first > last:
                raise ValueError(f"{name!r}: first slice {first} lies behind last slice {last}")
        return self

    @property
    def tells_work(self) -> bool:
        """True if it says more than what a slice or a volume takes."""
        return bool(self.labeled or self.done or self.spans or self.scores or self.hours is not None)


class Project(Growing):
    """What a lab wants to label, and how far it is.

    Parameters
    ----------
    id : str
        12 hex digits; the name may change.
    name : str
        As the lab calls it.
    hours : float
        Of work, for test volumes and all.
    volumes : tuple of LabVolume, default=()
        From a list or a folder; none where only `n_volumes` is known.
    n_volumes : int or None, default=None
        Where no volume is named.
    n_slices : float or None, default=None
        Slices that show the structure, in a volume; None: estimated.
    spacing_mm : float or None, default=None
        Distance of slices where a volume does not say so itself.
    modality : {"", "CT", "MR"}, default=""
    structure : str, default=""
        What is outlined, for the instructions.
    n_testing : int or None, default=None
        Volumes that are labeled in full and kept for testing; None: proposed.
    reference : str, default=""
        Data set that the answer rests on, by name or fingerprint; ``none``: the law of all; "": proposed.
    preset : str, default=""
        Way of labeling that prices come from; "": the usual one.
    prices : mapping of str to float, default={}
        Where they differ from the preset's.
    wage : float or None, default=None
        What an hour of work costs, in whatever money; None: nobody asks.
    annotators : tuple of str, default=()
        Who labels; none where that is one.
    folder : str, default=""
        Of the images.
    measured : str, default=""
        Fingerprint of its own volumes that are labeled in full, once trainings on them were asked for.
    tool : str, default=""
        That the annotators open.
    stages : tuple of Stage, default=()
        The plan that annotators work by, test volumes aside; none before it was handed over.
    updates : tuple of Update, default=()
        What came back, in order.
    """

    founding: ClassVar[frozenset[str]] = frozenset({"format"})

    format: Literal["labelwise-project-1"] = "labelwise-project-1"
    id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
    name: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]
    hours: Hours
    volumes: Annotated[tuple[LabVolume, ...], Field(max_length=MAX_VOLUMES)] = ()
    n_volumes: Annotated[int, Field(ge=1, le=MAX_VOLUMES)] | None = None
    n_slices: Annotated[float, Field(ge=1, le=MAX_SLICES)] | None = None
    spacing_mm: Millimetres | None = None
    modality: Literal["", "CT", "MR"] = ""
    structure: Text = ""
    n_testing: Annotated[int, Field(ge=0, le=MAX_VOLUMES)] | None = None
    reference: Text = ""
    preset: Identifier | Literal[""] = ""
    prices: dict[str, Price] = Field(default_factory=dict)
    wage: Annotated[float, Field(gt=0, le=1e6)] | None = None
    annotators: tuple[Label, ...] = ()
    folder: Folder = ""
    measured: Hex64 | Literal[""] = ""
    tool: Identifier | Literal[""] = ""
    stages: tuple[Stage, ...] = ()
    updates: tuple[Update, ...] = ()

    @model_validator(mode="after")
    def _volumes_are_named_once(self) -> Self:
        counts = Counter(volume.name for volume in self.volumes)
        twice = [name for name, count in counts.items() if count > 1]
        if twice:
            raise ValueError(f"the volume {twice[0]!r} is listed twice; keep one of them")
        if not self.volumes and self.n_volumes is None:
            raise ValueError("a project has volumes, by name or by number")
        return self

    @property
    def size(self) -> int:
        """How many volumes it has."""
        return len(self.volumes) or self.n_volumes or 0

    @property
    def is_begun(self) -> bool:
        """True once work came back; a log of times alone, as of a trial, is none."""
        return any(update.tells_work for update in self.updates)

    @property
    def label_folder(self) -> str:
        """Folder of the label maps that were read last; "" where none were."""
        return next((update.folder for update in reversed(self.updates) if update.folder), "")

    def changed(self, **changes: Any) -> "Project":
        """Copy with changes, which are checked.

        Raises
        ------
        ProjectError
            If a field does not validate; the message names it.
        """
        return parse_project({**self.model_dump(), **changes})


def parse_project(facts: dict[str, Any] | str | bytes) -> Project:
    """Read a project from its fields, or from JSON.

    Raises
    ------
    ProjectError
        If it does not validate; the message names the field.
    """
    try:
        if isinstance(facts, dict):
            return Project.model_validate(facts)
        return Project.model_validate_json(facts)
    except ValidationError as error:
        raise ProjectError(f"not a project: {explain(error)}") from None
