import numpy as np
import pytest

from simulator.analysis.law.candidates import measured_ranges
from simulator.analysis.law.law import coordinates_of
from tests.studies import small_study


def test_what_was_measured_has_ends_and_no_candidate_lies_beyond():
    combinations = small_study().combinations
    low, high = measured_ranges(combinations)
    assert np.exp(low[[0, 1, 3]]) == pytest.approx([4, 3, 12], rel=0.03)
    assert np.exp(high[[0, 1, 3]]) == pytest.approx([40, 30, 1200], rel=0.03)
    assert (low[2], high[2]) == pytest.approx((-0.02, 0.32))
    inputs = coordinates_of(small_study().candidates)
    places = np.column_stack([inputs, inputs[:, 0] + inputs[:, 1]])
    assert ((places >= low) & (places <= high)).all()
