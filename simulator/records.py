"""What is asked and what was found: frozen, strict, and with a key.

A `SimulationRequest` (data set × virtues × protocol × seed) names one training; its key is the SHA-256 of its
canonical JSON. A `SimulationRecord` is what came out. Every metric is a pure function of a record's counts.
"""

import hashlib
import json
import math
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from .errors import RecordError, RequestError

__all__ = [
    "MAX_LABEL",
    "MAX_LINE_BYTES",
    "SCHEMA",
    "Achieved",
    "Cost",
    "Count",
    "DatasetReference",
    "EpochScore",
    "Failure",
    "Frozen",
    "Hex64",
    "Number",
    "Performance",
    "Protocol",
    "Sampling",
    "SimulationRecord",
    "SimulationRequest",
    "Virtues",
    "VolumeCounts",
    "VolumeId",
    "canonical_json",
    "explain",
    "parse_record",
    "parse_virtues",
    "utc_now",
    "volume_dice",
]

SCHEMA = 1
"""Version of the record's meaning; part of every key."""

TIMESTAMP = "%Y-%m-%dT%H:%M:%SZ"

MAX_LINE_BYTES = 4 * 2**20
"""Longest JSON line that is read: a record of 30,000 test volumes."""

MAX_LABEL = 65535
"""Largest label value; beyond it a file is taken for an image."""

Share = Annotated[float, Field(gt=0, le=1)]
# Without bounds one record from outside could hold a number that no table takes.
Count = Annotated[int, Field(ge=0, le=2**53)]
Number = Annotated[int, Field(ge=1, le=2**31)]
Hex64 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
VolumeId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Sampling = Literal["random", "equidistant"]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class Frozen(BaseModel):
    """Base of all facts: immutable, strictly typed, without unknown fields, NaN or infinity."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class Virtues(Frozen):
    """The three virtues of a labeled data set (paper §1, §2.1).

    Two spellings of the same annotation are made one: where every slice is exact no proxy is at work, where every
    slice is used no sampling is.

    Parameters
    ----------
    diversity : float in (0, 1]
        Portion of the pool's volumes that is labeled.
    completeness : float in (0, 1]
        Portion of the labeled slices that is used in every selected volume.
    quality : float in (0, 1]
        Mean 3-D IoU between annotation and reference over the selected volumes.
    proxy : str, default="interpolation"
        How quality is lost; a name of the registry in `simulator.virtues`.
    sampling : str, default="random"
        How slices are chosen when ``completeness < 1``.
    """

    diversity: Share
    completeness: Share
    quality: Share
    proxy: Identifier = "interpolation"
    sampling: Sampling = "random"

    @model_validator(mode="after")
    def _one_spelling(self) -> Self:
        for name in ("diversity", "completeness", "quality"):
            object.__setattr__(self, name, round(float(getattr(self, name)), 6) or 1e-6)
        if self.quality == 1:
            object.__setattr__(self, "proxy", "interpolation")
        if self.completeness == 1:
            object.__setattr__(self, "sampling", "random")
        return self

    @classmethod
    def full(cls) -> Self:
        """Everything labeled, exactly: the reference that performance is normalized by."""
        return cls(diversity=1.0, completeness=1.0, quality=1.0)


class DatasetReference(Frozen):
    """Which data set a simulation ran on, without naming a file.

    Parameters
    ----------
    name : str
        Catalogue name or folder name; for display, not part of the key.
    fingerprint : str
        SHA-256 (hex) over the volume ids of pool and test, label voxels, slicing axis and chosen labels.
    axis : int
        Array axis across which volumes are sliced.
    labels : tuple of int
        Label values joined to the foreground, ascending.
    n_pool, n_test : int
        Number of volumes to label from, and held out.
    """

    name: Name
    fingerprint: Hex64
    axis: Annotated[int, Field(ge=0, le=2)]
    labels: tuple[Annotated[int, Field(ge=1, le=MAX_LABEL)], ...] = Field(min_length=1)
    n_pool: Number
    n_test: Number


class Protocol(Frozen):
    """Everything about a training that can change a number, by name (values in `simulator.protocols`).

    Parameters
    ----------
    name : str
        Name of the protocol; one name, one set of values, for ever.
    encoder_depth : int
        Stages of the ResNet-18 encoder; the network's stride is ``2 ** encoder_depth``.
    decoder_channels : tuple of int
        Channels of the decoder's stages, deepest first; one a stage.
    slice_size : int
        Longest side, in pixels, that a slice is prepared with; larger ones are resized.
    batch_size : int
        Slices a step.
    learning_rate : float
        Adam's learning rate; the peak where the schedule is ``one-cycle``.
    schedule : {"constant", "one-cycle"}
        How the learning rate changes over the training.
    n_epochs : int
        Epochs at most.
    patience : int or None
        Early stopping: epochs without a better validation Dice; None trains all epochs.
    background_share : float in [0, 1)
        Share of slices without foreground among all slices that an epoch draws.
    val_split : {"slice", "volume"}
        What is split 80:20 into train and val.
    precision : {"full", "mixed"}
        ``mixed`` lets a device that is faster in half precision use it.
    """

    name: Identifier
    encoder_depth: Annotated[int, Field(ge=3, le=5)]
    decoder_channels: tuple[Number, ...]
    slice_size: Annotated[int, Field(ge=32, le=1024)]
    batch_size: Annotated[int, Field(ge=2, le=2**31)]
    learning_rate: Annotated[float, Field(gt=0)]
    schedule: Literal["constant", "one-cycle"]
    n_epochs: Number
    patience: Number | None
    background_share: Annotated[float, Field(ge=0, lt=1)]
    val_split: Literal["slice", "volume"]
    precision: Literal["full", "mixed"]

    @model_validator(mode="after")
    def _one_decoder_stage_an_encoder_stage(self) -> Self:
        if len(self.decoder_channels) != self.encoder_depth:
            raise ValueError(
                f"decoder_channels needs one number for each of the {self.encoder_depth} encoder stages, "
                f"got {len(self.decoder_channels)}"
            )
        return self


class SimulationRequest(Frozen):
    """One training: data set × virtues × protocol × seed."""

    dataset: DatasetReference
    virtues: Virtues
    protocol: Protocol
    seed: Annotated[int, Field(ge=0, lt=2**31)]

    @cached_property
    def key(self) -> str:
        """SHA-256 (hex) of the canonical JSON of all that can change a number, with the schema version."""
        facts = self.model_dump(mode="json", exclude={"dataset"})
        facts |= {"fingerprint": self.dataset.fingerprint, "schema": SCHEMA}
        return hashlib.sha256(canonical_json(facts).encode()).hexdigest()


class VolumeCounts(Frozen):
    """Voxels of one test volume by outcome, on the original label grid.

    The three ``*_labeled`` counts are those on slices whose reference is not empty.
    """

    volume: VolumeId
    tp: Count
    fp: Count
    fn: Count
    tp_labeled: Count
    fp_labeled: Count
    fn_labeled: Count

    @model_validator(mode="after")
    def _labeled_slices_are_some_of_all(self) -> Self:
        if self.tp_labeled > self.tp or self.fp_labeled > self.fp or self.fn_labeled > self.fn:
            raise ValueError("there are more voxels on labeled slices than on all slices")
        return self


class Performance(Frozen):
    """Mean over test volumes of Dice and IoU, over all slices and over labeled slices.

    An empty reference volume, stated here and nowhere else: over all slices its Dice and IoU are 1 if the prediction
    is empty too and 0 otherwise; over labeled slices it has none, and is left out of the mean. A mean over nothing
    is None, with the reason.
    """

    dice: Annotated[float, Field(ge=0, le=1)]
    iou: Annotated[float, Field(ge=0, le=1)]
    dice_labeled: Annotated[float, Field(ge=0, le=1)] | None
    iou_labeled: Annotated[float, Field(ge=0, le=1)] | None
    reason: str | None = None

    @classmethod
    def of(cls, counts: tuple[VolumeCounts, ...]) -> Self:
        """Compute the performance from the counts of the test volumes.

        Parameters
        ----------
        counts : tuple of VolumeCounts, at least one

        Returns
        -------
        Performance
        """
        tp, fp, fn = np.array([(c.tp, c.fp, c.fn) for c in counts], dtype=np.float64).T
        dice, iou = volume_dice(tp, fp, fn), volume_iou(tp, fp, fn)
        tp, fp, fn = np.array(
            [(c.tp_labeled, c.fp_labeled, c.fn_labeled) for c in counts], dtype=np.float64
        ).T
        has_reference = tp + fn > 0
        if not has_reference.any():
            return cls(
                dice=float(dice.mean()),
                iou=float(iou.mean()),
                dice_labeled=None,
                iou_labeled=None,
                reason="no test volume has a labeled slice",
            )
        return cls(
            dice=float(dice.mean()),
            iou=float(iou.mean()),
            dice_labeled=float(volume_dice(tp, fp, fn)[has_reference].mean()),
            iou_labeled=float(volume_iou(tp, fp, fn)[has_reference].mean()),
        )

    def agrees_with(self, other: Self) -> bool:
        """Say whether another performance is the same but for rounding."""
        pairs = [
            (self.dice, other.dice),
            (self.iou, other.iou),
            (self.dice_labeled, other.dice_labeled),
            (self.iou_labeled, other.iou_labeled),
        ]
        return self.reason == other.reason and all(
            mine == theirs if mine is None or theirs is None else math.isclose(mine, theirs, abs_tol=1e-9)
            for mine, theirs in pairs
        )


def volume_dice(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray) -> np.ndarray:
    """Dice coefficient from counts, elementwise; 1 where nothing was there and nothing was drawn."""
    total = 2 * tp + fp + fn
    return np.where(total > 0, 2 * tp / np.maximum(total, 1), 1.0)


def volume_iou(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray) -> np.ndarray:
    """Intersection over union from counts, elementwise; 1 where nothing was there and nothing was drawn."""
    total = tp + fp + fn
    return np.where(total > 0, tp / np.maximum(total, 1), 1.0)


class Achieved(Frozen):
    """What the virtues came to on this pool and seed; effort is computed from these.

    Parameters
    ----------
    quality : float
        Mean 3-D IoU between annotation and reference over the selected volumes.
    spacing : float or None
        Key spacing in slices, at least 1; None where the proxy has no key slices.
    n_volumes : int
        Volumes that are opened.
    n_slices_drawn : int or None
        Distinct slices that a hand has to draw: key slices that serve at least one used slice. None where the proxy
        draws every slice, only less exactly.
    n_slices_copied : int
        Used slices whose mask comes from a key slice.
    n_slices_used : int
        Slices of the training set with a mask.
    n_labeled_slices_pool : int
        Labeled slices of the whole pool.
    """

    quality: Annotated[float, Field(ge=0, le=1)]
    spacing: Annotated[float, Field(ge=1, le=2**31)] | None
    n_volumes: Number
    n_slices_drawn: Number | None
    n_slices_copied: Count
    n_slices_used: Number
    n_labeled_slices_pool: Number

    @model_validator(mode="after")
    def _copied_slices_are_some_of_the_used(self) -> Self:
        if self.n_slices_copied > self.n_slices_used:
            raise ValueError(
                f"n_slices_copied is {self.n_slices_copied}, but only {self.n_slices_used} are used"
            )
        return self


class EpochScore(Frozen):
    """One epoch of the training: mean training loss, and Dice on val."""

    epoch: Number
    train_loss: float
    val_dice: Annotated[float, Field(ge=0, le=1)]


class Cost(Frozen):
    """What the training took: wall seconds, training slices processed, and on which device."""

    seconds: Annotated[float, Field(ge=0, le=1e9)]
    slice_steps: Count
    device: Name


class SimulationRecord(Frozen):
    """What one training found. Validates that key and performance follow from the rest."""

    key: Hex64
    schema_: Annotated[Literal[1], Field(alias="schema")] = 1
    dataset: DatasetReference
    virtues: Virtues
    achieved: Achieved
    protocol: Protocol
    seed: Annotated[int, Field(ge=0, lt=2**31)]
    performance: Performance
    per_volume: tuple[VolumeCounts, ...] = Field(min_length=1)
    history: tuple[EpochScore, ...]
    cost: Cost
    versions: dict[str, str]
    notes: tuple[str, ...] = ()
    created: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]

    model_config = ConfigDict(serialize_by_alias=True, validate_by_alias=True, validate_by_name=True)

    @property
    def request(self) -> SimulationRequest:
        """The request that this record answers."""
        return SimulationRequest(
            dataset=self.dataset, virtues=self.virtues, protocol=self.protocol, seed=self.seed
        )

    @model_validator(mode="after")
    def _follows_from_its_facts(self) -> Self:
        if self.key != self.request.key:
            raise ValueError("key is not the SHA-256 of the request's canonical JSON")
        if [c.volume for c in self.per_volume] != sorted({c.volume for c in self.per_volume}):
            raise ValueError("per_volume must name each volume once, in order of volume id")
        if len(self.per_volume) != self.dataset.n_test:
            raise ValueError(
                f"per_volume has {len(self.per_volume)} volumes, dataset.n_test is {self.dataset.n_test}"
            )
        if self.achieved.n_volumes > self.dataset.n_pool:
            raise ValueError(
                f"achieved.n_volumes is {self.achieved.n_volumes}, dataset.n_pool is {self.dataset.n_pool}"
            )
        if not self.performance.agrees_with(Performance.of(self.per_volume)):
            raise ValueError("performance does not follow from per_volume")
        datetime.strptime(self.created, TIMESTAMP)
        return self

    def to_json(self) -> str:
        """One line of canonical JSON."""
        return canonical_json(self.model_dump(mode="json"))


class Failure(Frozen):
    """Why one request has no record: what happened, and what to do."""

    request: SimulationRequest
    what_happened: str
    what_to_do: str
    created: str


def canonical_json(value: object) -> str:
    """Serialize to JSON in one spelling: sorted keys, no spaces, no NaN.

    Examples
    --------
    >>> canonical_json({"b": 0.5, "a": [1]})
    '{"a":[1],"b":0.5}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def parse_record(line: str | bytes) -> SimulationRecord:
    """Read one record from a line of JSON.

    Parameters
    ----------
    line : str or bytes
        UTF-8 JSON of at most `MAX_LINE_BYTES`.

    Returns
    -------
    SimulationRecord

    Raises
    ------
    RecordError
        If the line is too long, no JSON, of another schema, or does not validate; the message names the field.
    """
    if len(line) > MAX_LINE_BYTES:
        raise RecordError(
            f"a record has at most {MAX_LINE_BYTES} bytes, this line has {len(line)}; leave it out"
        )
    try:
        return SimulationRecord.model_validate_json(line)
    except ValidationError as error:
        raise RecordError(f"not a record: {explain(error)}") from None


def parse_virtues(
    *,
    diversity: float,
    completeness: float,
    quality: float,
    proxy: str = "interpolation",
    sampling: str = "random",
) -> Virtues:
    """Check virtues that come from a person.

    Raises
    ------
    RequestError
        If a share is not in (0, 1] or a name is unknown; the message names the field.
    """
    try:
        return Virtues.model_validate(
            {
                "diversity": diversity,
                "completeness": completeness,
                "quality": quality,
                "proxy": proxy,
                "sampling": sampling,
            }
        )
    except ValidationError as error:
        is_share = error.errors(include_url=False)[0]["loc"][0] in ("diversity", "completeness", "quality")
        what = "virtues are shares above 0 and at most 1: " if is_share else ""
        raise RequestError(f"{what}{explain(error)}") from None


def explain(error: ValidationError) -> str:
    """Say in one line what pydantic found first: the field, the fault and the value."""
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "the whole"
    received = "" if isinstance(first["input"], dict) else f", got {str(first['input'])[:80]!r}"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{field}: {first['msg']}{received}{more}"


def utc_now() -> str:
    """Write the present time as records do, to the second."""
    return datetime.now(UTC).strftime(TIMESTAMP)
