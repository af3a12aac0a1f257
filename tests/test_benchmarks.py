"""The benchmarks that docs/method.md quotes still run."""

import subprocess
import sys

import pytest

from simulator.settings import PROJECT


@pytest.mark.slow
def test_coverage_is_measured():
    command = [sys.executable, "benchmarks/coverage.py", "--repetitions", "1"]
    done = subprocess.run(
        command, cwd=PROJECT, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=True
    )
    assert "| knee of quality |" in done.stdout
    assert "| same-saturation |" in done.stdout
