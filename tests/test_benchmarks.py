"""The benchmarks that the docs quote still run."""

import subprocess
import sys

import pytest

from simulator.settings import PROJECT


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "rows"),
    [
        ("coverage.py", ("| knee of quality |", "| same-saturation |")),
        ("law.py", ("| 20 trainings | weak |", "| the best that was trained |")),
    ],
)
def test_it_measures(script, rows):
    command = [sys.executable, f"benchmarks/{script}", "--repetitions", "1"]
    done = subprocess.run(
        command, cwd=PROJECT, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=True
    )
    assert all(row in done.stdout for row in rows)
