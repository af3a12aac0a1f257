"""What was found: one training's counts, with all that is needed to judge and repeat it."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from operator import lt
from typing import Annotated, ClassVar, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from ..errors import RecordError
from .explaining import explain
from .frozen import Count, Growing, Hex64, Name, Number, canonical_json
from .performance import Performance, VolumeCounts, dice_of, score_many
from .protocol import Protocol
from .request import DatasetReference, Seed, SimulationRequest
from .upgrades import SCHEMA, find_schema, upgrade
from .virtues import Virtues

__all__ = [
    "MAX_LINE_BYTES",
    "Achieved",
    "Cost",
    "EpochScore",
    "SimulationRecord",
    "parse_record",
    "parse_records",
]

MAX_LINE_BYTES = 4 * 2**20
"""Longest JSON line that is read: a record of 30,000 test volumes."""


def _check_time(text: str) -> str:
    datetime.fromisoformat(text)
    return text


Timestamp = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"), AfterValidator(_check_time)
]


_TOGETHER = "together"
"""Context of a record among many, whose performances are held against their counts all at once."""


class Achieved(Growing):
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


class EpochScore(Growing):
    """One epoch of the training: mean training loss, and Dice on val."""

    epoch: Number
    train_loss: float
    val_dice: Annotated[float, Field(ge=0, le=1)]


class Cost(Growing):
    """What the training took: wall seconds, training slices processed, and on which device."""

    seconds: Annotated[float, Field(ge=0, le=1e9)]
    slice_steps: Count
    device: Name


class SimulationRecord(Growing):
    """What one training found. Validates that key and performance follow from the rest."""

    founding: ClassVar[frozenset[str]] = frozenset({"schema_", "notes"})

    key: Hex64
    schema_: Annotated[int, Field(alias="schema")] = SCHEMA
    dataset: DatasetReference
    virtues: Virtues
    achieved: Achieved
    protocol: Protocol
    seed: Seed
    performance: Performance
    per_volume: tuple[VolumeCounts, ...] = Field(min_length=1)
    history: tuple[EpochScore, ...]
    cost: Cost
    versions: dict[str, str]
    notes: tuple[str, ...] = ()
    created: Timestamp

    model_config = ConfigDict(serialize_by_alias=True, validate_by_alias=True, validate_by_name=True)

    @property
    def request(self) -> SimulationRequest:
        """The request that this record answers."""
        return SimulationRequest(
            dataset=self.dataset, virtues=self.virtues, protocol=self.protocol, seed=self.seed
        )

    @cached_property
    def volume_dice(self) -> tuple[float, ...]:
        """Each test volume's Dice over all slices, in order of volume id."""
        return dice_of(self.per_volume)

    @model_validator(mode="after")
    def _follows_from_its_facts(self, info: ValidationInfo) -> Self:
        if self.schema_ != SCHEMA:
            raise ValueError(f"schema is {self.schema_}, expected {SCHEMA}")
        if self.key != self.request.key:
            raise ValueError("key is not the SHA-256 of the request's canonical JSON")
        volumes = [counts.volume for counts in self.per_volume]
        if not all(map(lt, volumes, volumes[1:])):
            raise ValueError("per_volume must name each volume once, in order of volume id")
        if len(self.per_volume) != self.dataset.n_test:
            raise ValueError(
                f"per_volume has {len(self.per_volume)} volumes, dataset.n_test is {self.dataset.n_test}"
            )
        if self.achieved.n_volumes > self.dataset.n_pool:
            raise ValueError(
                f"achieved.n_volumes is {self.achieved.n_volumes}, dataset.n_pool is {self.dataset.n_pool}"
            )
        if info.context != _TOGETHER and not self.performance.agrees_with(Performance.of(self.per_volume)):
            raise ValueError("performance does not follow from per_volume")
        return self

    def to_json(self) -> str:
        """One line of canonical JSON."""
        return canonical_json(self.model_dump(mode="json"))


def parse_records(lines: Sequence[bytes]) -> list[SimulationRecord | RecordError]:
    """Read many records, each as `parse_record` does, in less time.

    Parameters
    ----------
    lines : sequence of bytes

    Returns
    -------
    list of SimulationRecord or RecordError
        What `parse_record` gives, or raises.
    """
    found = [_parse_together(line) for line in lines]
    records = [record for record in found if record is not None]
    claimed, counts = [one.performance for one in records], [one.per_volume for one in records]
    are_doubtful, dices = score_many(claimed, counts) if records else ((), ())
    for record, dice in zip(records, dices, strict=True):
        vars(record)["volume_dice"] = dice
    doubtful = iter(are_doubtful)
    return [
        _parse_alone(line) if record is None or next(doubtful) else record
        for line, record in zip(lines, found, strict=True)
    ]


def _parse_together(line: bytes) -> SimulationRecord | None:
    with suppress(ValidationError):
        if len(line) <= MAX_LINE_BYTES:
            return SimulationRecord.model_validate_json(line, context=_TOGETHER)
    return None


def _parse_alone(line: bytes) -> SimulationRecord | RecordError:
    try:
        return parse_record(line)
    except RecordError as error:
        return error


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
        If the line is too long, no JSON, of a newer schema, or does not validate; the message names the field.
    """
    if len(line) > MAX_LINE_BYTES:
        raise RecordError(
            f"a record has at most {MAX_LINE_BYTES} bytes, this line has {len(line)}; leave it out"
        )
    try:
        return SimulationRecord.model_validate_json(line)
    except ValidationError as error:
        wrong = error
    schema = find_schema(line)
    if schema is None or schema == SCHEMA:
        raise RecordError(f"not a record: {explain(wrong)}")
    if schema > SCHEMA:
        raise RecordError(
            f"the record has schema {schema}, this Labelwise reads up to {SCHEMA}: "
            "a newer one wrote it; update to read it"
        )
    try:
        return SimulationRecord.model_validate_json(upgrade(line))
    except ValidationError as error:
        raise RecordError(f"not a record of schema {schema}: {explain(error)}") from None
