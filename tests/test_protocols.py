from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from simulator.errors import RecordError, RequestError
from simulator.protocols import FAST, PAPER, PROTOCOLS, check_protocol, get_protocol
from simulator.records import Virtues
from tests.factories import make_record


def test_paper_is_what_the_paper_says():
    assert (PAPER.learning_rate, PAPER.n_epochs, PAPER.patience) == (3e-4, 100, 10)
    assert PAPER.encoder_depth == 5, "a ResNet-18 has five stages"


def test_every_protocol_is_found_by_its_own_name():
    assert all(get_protocol(name).name == name for name in PROTOCOLS)


def test_an_unknown_protocol_names_the_known():
    with pytest.raises(RequestError, match="one of fast, paper, smoke; got 'slow'"):
        get_protocol("slow")


def test_a_decoder_needs_one_stage_an_encoder_stage():
    with pytest.raises(ValidationError, match="each of the 3 encoder stages, got 2"):
        FAST.model_validate(FAST.model_dump() | {"decoder_channels": (32, 16)})


def test_a_record_of_other_values_under_a_known_name_is_refused():
    record = make_record(Virtues.full())
    assert check_protocol(record) is record
    other = record.protocol.model_copy(update={"n_epochs": 7})
    changed = SimpleNamespace(protocol=other)
    with pytest.raises(RecordError, match="'fast' of this record has other values"):
        check_protocol(changed)
    unknown = SimpleNamespace(protocol=other.model_copy(update={"name": "mine"}))
    assert check_protocol(unknown) is unknown
