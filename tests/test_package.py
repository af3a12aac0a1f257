"""What the package offers from outside: public names, a console script, the README's example."""

import json
import os
import re
import subprocess
import sys

import pytest

import simulator
from simulator.settings import PROJECT


def test_every_public_name_is_found():
    assert set(simulator.__all__) == set(simulator._ROOMS)
    assert all(getattr(simulator, name).__name__ == name for name in simulator.__all__ if name != "MEASURES")
    with pytest.raises(AttributeError, match="no attribute 'recommendation'"):
        _ = simulator.recommendation


def test_the_package_alone_loads_none_of_them():
    code = "import simulator, sys; print([m for m in ('pandas', 'numpy', 'torch') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_example_in_python_of_the_readme_prints_what_stands_there(capsys):
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    exec(example, {})
    said = re.findall(r"print\(.*\)  # (.*)", example)
    assert said
    assert capsys.readouterr().out.splitlines() == said


@pytest.mark.slow
def test_pip_installs_it_with_its_records(tmp_path):
    """Into a folder of its own, beside what is installed here."""
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(site), str(PROJECT)], check=True, capture_output=True)
    assert sorted(path.name for path in site.iterdir()) == ["bin", "labelwise-0.1.0.dist-info", "simulator"]
    assert (site / "simulator" / "reports" / "report.md.jinja").is_file()
    asked = ["recommend", "phantom", "--effort", "hours", "--budget", "1", "--json"]
    done = subprocess.run(
        [sys.executable, str(site / "bin" / "labelwise"), *asked],
        env={**os.environ, "PYTHONPATH": str(site), "HOME": str(tmp_path), "LABELWISE_CACHE": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["status"] == "answer"
