import tracemalloc

import pytest


@pytest.fixture
def measure_peak():
    """Do something, and return with its result the most bytes that Python held meanwhile."""

    def measure(do):
        tracemalloc.start()
        try:
            result = do()
            return result, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    return measure
