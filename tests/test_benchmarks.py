"""The benchmarks that the docs quote still run."""

import subprocess
import sys

import pytest

from benchmarks.report import Row, replace_section
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
        ("rhythms.py", ("| Task04_Hippocampus | 48 | 7 |", "| OpenKBP_Mandible | 22 | 6 |"), []),
        ("pools.py", ("| all |", "| 16 | the same |"), []),
        (
            "projects.py",
            ("| another pool of the reference | whole volumes |", "| labs | the first answer"),
            ["--labs", "2"],
        ),
        ("intake.py", ("| first look |", "| one volume by contour |", ": second look |"), ["--quick"]),
        (
            "store.py",
            ("| `records import`, 2,000 records, peak |", "| `project plan`, 2,000 volumes |"),
            ["--quick"],
        ),
        ("scaling.py", ("4 at once: processes |", "a record, of ten test volumes"), ["--quick"]),
        ("training.py", ("| fast, 32²: ours ÷ the best of them |", "| fast, 32²: Adam |"), ["--quick"]),
        (
            "campaigns.py",
            ("| ours ÷ joblib, trainings/h |", "| evaluation on test volumes |"),
            ["--quick"],
        ),
        (
            "gpu.py",
            ("| fast, 32²: share of the products' peak |", "one seed | 0 of 158"),
            ["--device", "cpu", "--quick"],
        ),
        ("pages.py", ("| Procedure, 1,000 records, warm |", "| import of what pages import |"), ["--quick"]),
        (
            "serving.py",
            ("| 10 sessions that move a slider every 10 s: 95th percentile |", "| memory after 40 visits |"),
            ["--quick"],
        ),
        ("time_logs.py", ("| slices |", "| volumes, 20 slices in each |"), ["--repetitions", "2"]),
    ],
)
def test_it_measures(script, rows, options):
    command = [sys.executable, f"benchmarks/{script}", *options]
    done = subprocess.run(
        command, cwd=PROJECT, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=True
    )
    assert all(row in done.stdout for row in rows)


def test_a_row_says_by_how_much_its_target_is_missed():
    row = Row(what="a page", values=[0.2, 0.5, 0.3], unit="s", target=0.25)

    assert row.to_markdown() == "| a page | 0.3 s | 0.2 to 0.5, 3 rounds | ≤ 0.25 | missed by 0.05 |"


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row(what="rate", values=[5000], unit="/s", target=5000, wanted="at least"), "met"),
        (Row(what="ten hundredths", values=[0.1 + 0.2 - 0.2], unit="s", target=0.1), "met"),
        (Row(what="rate", values=[2400], unit="/s", target=5000, wanted="at least"), "missed by 2,600"),
        (Row(what="on a GPU", values=[], unit="s", target=1), "not measured here"),
        (Row(what="reading", values=[1.0], unit="s"), "–"),
    ],
)
def test_a_row_has_a_verdict(row, verdict):
    assert row.verdict == verdict


def test_only_its_own_section_is_written_anew():
    text = "Before.\n<!-- a -->\nold\n<!-- /a -->\nBetween.\n<!-- b -->\n<!-- /b -->\n"

    assert replace_section(text, "a", "new") == text.replace("old", "new")
    with pytest.raises(ValueError, match="has no section <!-- c -->"):
        replace_section(text, "c", "new")
