import gc
import os

# Threads of BLAS spin while they wait, and arrays here are tiny; read when numpy is imported, so set before.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from functools import cache

import pytest
from hypothesis import settings

from simulator.datasets import phantom

# How long an example takes says how busy the machine is.
settings.register_profile("calm", settings.default, deadline=None)
settings.load_profile("calm")


def pytest_collection_finish():
    """What was imported stays, and each full collection would walk all of it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def _phantom_is_painted_once():
    """Painting its patients takes a second, and many tests begin with the phantom in a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phantom, "phantom_volume", cache(phantom.phantom_volume))
        yield
