import pytest

from simulator.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(cache=tmp_path / "cache", published=tmp_path / "published")
