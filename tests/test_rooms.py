import subprocess
import sys

import pytest

import simulator.campaigns
import simulator.datasets
import simulator.virtues
from simulator.settings import PROJECT


@pytest.mark.parametrize("package", [simulator, simulator.campaigns, simulator.datasets, simulator.virtues])
def test_every_public_name_is_found_where_it_is_said_to_be(package):
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match=f"module '{package.__name__}' has no attribute 'nothing'"):
        package.nothing  # noqa: B018


@pytest.mark.parametrize(
    ("command", "unused"),
    [
        ("--help", ("numpy", "pandas", "pydantic")),
        ("project show nobody", ("openpyxl", "nibabel", "jinja2", "joblib", "yaml", "torch")),
        ("project history nobody", ("scipy", "openpyxl", "nibabel", "jinja2", "joblib", "yaml")),
        ("recommend Task04_Hippocampus --effort hours --budget 8", ("scipy.stats", "scipy.ndimage", "torch")),
    ],
)
def test_a_command_loads_no_library_that_it_does_not_use(command, unused, tmp_path):
    script = (
        f"import sys; from simulator.cli import main; main({command.split()!r}); "
        f"print([m for m in {unused!r} if m in sys.modules])"
    )
    assert last_line(script, cache=tmp_path) == "[]"


def test_a_command_calculates_in_one_thread(tmp_path):
    script = (
        "import psutil; from simulator.cli import main; main(['--help']); "
        "import scipy.linalg; print(psutil.Process().num_threads())"
    )
    assert last_line(script, cache=tmp_path) == "1"


def last_line(script, *, cache):
    """Run a script in a process of its own; gives the last line that it prints."""
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env={"LABELWISE_CACHE": str(cache), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.splitlines()[-1]
