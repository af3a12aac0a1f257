import numpy as np
import pytest
from scipy.optimize import approx_fprime

from simulator.analysis.law.curve import PARAMETERS, coordinates, missing

LAW = np.array([*np.log([0.1, 0.2, 0.5, 1.0, 0.7, 0.6, 1.2]), -0.2])


def lacking(n_volumes, n_slices, quality):
    inputs = coordinates(np.array([n_volumes]), np.array([n_slices]), np.array([quality]))
    return float(np.exp(missing(LAW, inputs)[0][0]))


def test_it_is_the_sum_of_its_parts():
    wanted = 0.1 + 0.2 * 9**-0.5 + 100**-0.7 + 0.6 * 0.2**1.2 * 9**-0.2
    assert lacking(9, 100, 0.8) == pytest.approx(wanted)


def test_exact_masks_lose_nothing_by_quality():
    assert lacking(9, 100, 1.0) == pytest.approx(0.1 + 0.2 / 3 + 100**-0.7)
    # Quality that is 1 but for rounding has no logarithm of its loss either.
    assert lacking(9, 100, 1 - 1e-12) == lacking(9, 100, 1.0)


def test_more_is_never_worse():
    assert lacking(10, 100, 0.9) < lacking(9, 100, 0.9)
    assert lacking(9, 110, 0.9) < lacking(9, 100, 0.9)
    assert lacking(9, 100, 0.95) < lacking(9, 100, 0.9)


def test_the_jacobian_is_its_slope():
    inputs = coordinates(np.array([2, 9, 48]), np.array([2, 100, 1856]), np.array([1.0, 0.8, 0.95]))
    _, jacobian = missing(LAW, inputs)
    assert jacobian.shape == (3, len(PARAMETERS))
    for row in range(3):
        numeric = approx_fprime(LAW, lambda law, row=row: missing(law, inputs)[0][row], 1e-7)
        assert jacobian[row] == pytest.approx(numeric, abs=1e-5)
