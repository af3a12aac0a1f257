import pytest
from pydantic import ValidationError

from simulator.errors import RequestError
from simulator.protocols import FAST, PAPER, PROTOCOLS, find_protocol


def test_paper_is_what_the_paper_says():
    assert (PAPER.learning_rate, PAPER.n_epochs, PAPER.patience) == (3e-4, 100, 10)
    assert PAPER.encoder_depth == 5, "a ResNet-18 has five stages"


def test_every_protocol_is_found_by_its_own_name():
    assert all(find_protocol(name).name == name for name in PROTOCOLS)


def test_an_unknown_protocol_names_the_known():
    with pytest.raises(RequestError, match="one of fast, paper, smoke; got 'slow'"):
        find_protocol("slow")


def test_a_decoder_needs_one_stage_an_encoder_stage():
    with pytest.raises(ValidationError, match="each of the 3 encoder stages, got 2"):
        FAST.model_validate(FAST.model_dump() | {"decoder_channels": (32, 16)})
