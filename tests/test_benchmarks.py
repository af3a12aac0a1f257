"""The benchmarks that the docs quote still run."""

import subprocess
import sys

import pytest

from simulator.settings import PROJECT


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "rows", "options"),
    [
        ("coverage.py", ("| knee of quality |", "| same-saturation |"), ["--repetitions", "1"]),
        (
            "law.py",
            ("| 20 trainings | weak |", "| the best that was trained |"),
            ["--repetitions", "1"],
        ),
        (
            "adaptive.py",
            ("| Sobol | 24 |", "| Sobol | 20 |", "| stopping bound right |"),
            ["--replays", "1", "--jobs", "1", "--policies", "Sobol"],
        ),
        ("orders.py", ("| 3 | ", "| 8 | ", "| 5 | "), []),
        ("pools.py", ("| all |", "| 16 | the same |"), []),
        (
            "projects.py",
            ("| another pool of the reference | whole volumes |", "| labs | the first answer"),
            ["--labs", "2"],
        ),
        ("intake.py", ("| first look |", "| preparation after it |"), ["--quick"]),
        ("time_logs.py", ("| slices |", "| volumes, 20 slices in each |"), ["--repetitions", "2"]),
    ],
)
def test_it_measures(script, rows, options):
    command = [sys.executable, f"benchmarks/{script}", *options]
    done = subprocess.run(
        command, cwd=PROJECT, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=True
    )
    assert all(row in done.stdout for row in rows)
