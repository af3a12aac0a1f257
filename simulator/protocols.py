"""How a model is trained, as values.

``paper`` is the network and schedule of the paper (§2.1), ``fast`` the same family, narrower, on a schedule of a few
epochs, ``smoke`` takes seconds and is for tests. What the paper leaves open is settled in ``docs/decisions.md``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from .errors import RecordError, RequestError
from .records import Protocol, SimulationRecord

__all__ = ["FAST", "PAPER", "PROTOCOLS", "SMOKE", "check_protocol", "get_protocol"]

PAPER = Protocol(
    name="paper",
    encoder_depth=5,
    decoder_channels=(256, 128, 64, 32, 16),
    slice_size=128,
    batch_size=16,
    learning_rate=3e-4,
    schedule="constant",
    n_epochs=100,
    patience=10,
    background_share=0.2,
    val_split="slice",
    precision="full",
)

FAST = Protocol(
    name="fast",
    encoder_depth=3,
    decoder_channels=(32, 16, 16),
    slice_size=128,
    batch_size=16,
    learning_rate=2e-3,
    schedule="one-cycle",
    n_epochs=4,
    patience=None,
    background_share=0.2,
    val_split="slice",
    precision="mixed",
)

SMOKE = FAST.model_copy(update={"name": "smoke", "n_epochs": 1})

PROTOCOLS: Mapping[str, Protocol] = MappingProxyType({p.name: p for p in (FAST, PAPER, SMOKE)})


def get_protocol(name: str) -> Protocol:
    """Look up a protocol by name.

    Raises
    ------
    RequestError
        If no protocol has this name.
    """
    if name not in PROTOCOLS:
        raise RequestError(f"protocol must be one of {', '.join(PROTOCOLS)}; got {name!r}")
    return PROTOCOLS[name]


def check_protocol(record: SimulationRecord) -> SimulationRecord:
    """Pass a record on unless its protocol has the name of one here and other values.

    Raises
    ------
    RecordError
        If so: numbers of two protocols under one name would be averaged.
    """
    known = PROTOCOLS.get(record.protocol.name, record.protocol)
    if known != record.protocol:
        raise RecordError(
            f"the protocol {known.name!r} of this record has other values than here; "
            "it was made by another version and cannot be compared"
        )
    return record
