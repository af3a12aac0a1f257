"""The format can grow: no key changes by a field that came later, no record of an older schema is lost."""

import json
from pathlib import Path
from types import MappingProxyType

import pytest
from pydantic import Field, create_model

from simulator.errors import RecordError
from simulator.protocols import PROTOCOLS, check_protocol
from simulator.records import (
    SCHEMA,
    Achieved,
    DatasetReference,
    Protocol,
    SimulationRecord,
    SimulationRequest,
    Virtues,
    parse_record,
    record,
    upgrades,
)
from simulator.settings import PUBLISHED
from tests.factories import make_record

DATA = Path(__file__).parent.parent / "data"

MORE = {
    "dropout": (float, 0.0),
    "augmentations": (tuple[str, ...], Field(default_factory=tuple)),
    "loss": (str | None, None),
}
"""Fields that might come later, each with a default that means what is done today."""


OLD = make_record()


def grow(model, **parts):
    """A model as it would be with more fields, and with parts that have more fields too."""
    return create_model(f"Grown{model.__name__}", __base__=model, **MORE, **parts)


GrownProtocol = grow(Protocol)
GrownVirtues = grow(Virtues)
GrownReference = grow(DatasetReference)
PARTS = {
    "dataset": (GrownReference, ...),
    "virtues": (GrownVirtues, ...),
    "protocol": (GrownProtocol, ...),
}
GrownRequest = grow(SimulationRequest, **PARTS)


class GrownRecord(grow(SimulationRecord, achieved=(grow(Achieved), ...), **PARTS)):
    @property
    def request(self):
        return GrownRequest(
            dataset=self.dataset, virtues=self.virtues, protocol=self.protocol, seed=self.seed
        )


def published_lines():
    return [
        line
        for path in sorted(PUBLISHED.rglob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()[::40]
    ]


def test_published_records_keep_key_and_text_in_a_format_that_has_grown():
    lines = published_lines()
    assert len(lines) > 30
    # A record validates its key, so that it is read at all says that the key is the same.
    assert [GrownRecord.model_validate_json(line).to_json() for line in lines] == lines


def test_a_protocol_that_has_grown_is_still_the_one_that_was_published(monkeypatch):
    grown = {name: GrownProtocol(**protocol.model_dump()) for name, protocol in PROTOCOLS.items()}
    monkeypatch.setattr("simulator.protocols.PROTOCOLS", grown)
    found = GrownRecord.model_validate_json(make_record().to_json())
    assert check_protocol(found) is found


@pytest.mark.parametrize("change", [{"dropout": 0.1}, {"loss": "focal"}, {"augmentations": ("flip",)}])
@pytest.mark.parametrize("part", ["protocol", "virtues"])
def test_a_later_field_that_is_used_is_part_of_the_key(part, change):
    request = GrownRequest.model_validate_json(OLD.request.model_dump_json())
    grown = {
        "protocol": GrownProtocol(**request.protocol.model_dump(), **change),
        "virtues": GrownVirtues(**request.virtues.model_dump(), **change),
    }
    changed = request.model_copy(update={part: grown[part]})
    assert changed.key != request.key == OLD.request.key
    assert next(iter(change)) in json.loads(changed.model_dump_json())[part]


@pytest.mark.parametrize("schema", range(1, SCHEMA + 1))
def test_a_file_of_every_schema_is_read(schema):
    lines = (DATA / f"records-schema-{schema}.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) >= 3
    for line in lines:
        facts = json.loads(line)
        assert facts["schema"] == schema
        assert parse_record(line).key == facts["key"]


@pytest.fixture
def next_schema(monkeypatch):
    """A later program, whose records say `cost.seconds` where this one's would say `cost.clock`."""

    def rename(facts):
        cost = dict(facts["cost"])
        return facts | {"cost": cost | {"seconds": cost.pop("clock")}}

    monkeypatch.setattr(upgrades, "UPGRADES", MappingProxyType({SCHEMA: rename}))
    monkeypatch.setattr(upgrades, "SCHEMA", SCHEMA + 1)
    monkeypatch.setattr(record, "SCHEMA", SCHEMA + 1)


def old_line(**cost):
    facts = json.loads(OLD.to_json())
    return json.dumps(facts | {"cost": {"clock": 12.5, "slice_steps": 1000, "device": "cpu"} | cost})


@pytest.mark.usefixtures("next_schema")
def test_a_record_of_an_older_schema_takes_the_step_to_the_next():
    found = parse_record(old_line())
    assert (found.schema_, found.cost.seconds, found.key) == (SCHEMA + 1, 12.5, OLD.key)


@pytest.mark.usefixtures("next_schema")
def test_a_step_that_leads_to_no_record_says_from_which_schema():
    with pytest.raises(RecordError, match=f"not a record of schema {SCHEMA}: cost.slice_steps"):
        parse_record(old_line(slice_steps=-1))


@pytest.mark.usefixtures("next_schema")
@pytest.mark.parametrize("schema", [0, -3])
def test_a_schema_that_never_was_is_refused(schema):
    line = json.dumps(json.loads(old_line()) | {"schema": schema})
    with pytest.raises(RecordError, match=f"schema {schema} of a record is not known"):
        parse_record(line)


def test_a_record_of_a_newer_program_is_refused_with_that_reason():
    line = json.dumps(json.loads(make_record().to_json()) | {"schema": SCHEMA + 1, "new": True})
    with pytest.raises(RecordError, match=r"schema 2, this Labelwise reads up to 1: a newer one wrote it"):
        parse_record(line)
