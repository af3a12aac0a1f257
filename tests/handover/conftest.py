"""What is handed over, read by the annotation tools' own packages, which live in an environment of their own."""

import json
import os
import subprocess
from pathlib import Path

import pytest

collect_ignore_glob = ["scripts/*"]

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-handover" / "bin" / "python"
SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture
def run_script():
    """Run a script by the tools' own packages; what it prints in its last line is JSON."""
    if not PYTHON.exists():
        pytest.skip("the tools' own packages are not installed: make handover-env")

    def run(name, *arguments, **variables):
        command = [PYTHON, SCRIPTS / name, *map(str, arguments)]
        environment = {**os.environ, **{key: str(value) for key, value in variables.items()}}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return json.loads(done.stdout.splitlines()[-1])

    return run
