"""Python with the tools' own packages, which are too heavy for the product's environment."""

import json
import subprocess
from pathlib import Path

import pytest

PYTHON = Path(__file__).resolve().parents[2] / ".venv-handover" / "bin" / "python"


def run_outside(code, *arguments, package):
    """Run a program there; what it prints last is its answer, as JSON."""
    if not PYTHON.exists():
        pytest.skip("no .venv-handover: make it with python -m venv, and install requirements-handover.txt")
    if subprocess.run([PYTHON, "-c", f"import {package}"], capture_output=True, check=False).returncode:
        pytest.skip(f".venv-handover lacks {package}: install requirements-handover.txt")
    done = subprocess.run(
        [PYTHON, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def write_files(folder, files):
    for name, content in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
