import pytest

from simulator.protocols import SMOKE
from simulator.records import SimulationRequest, Virtues
from simulator.settings import Settings
from tests.factories import make_reference


@pytest.fixture
def settings(tmp_path):
    return Settings(cache=tmp_path / "cache", published=tmp_path / "published")


@pytest.fixture
def make_requests():
    """Requests with these seeds, each with full virtues."""

    def make(*seeds, protocol=SMOKE):
        return tuple(
            SimulationRequest(dataset=make_reference(), virtues=Virtues.full(), protocol=protocol, seed=seed)
            for seed in seeds
        )

    return make
