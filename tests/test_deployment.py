"""The files of the deployment page, as far as no server is needed; tests/e2e runs them."""

import configparser
import re
import shutil
import subprocess
import sys

import pytest

from simulator.settings import PROJECT, load_settings
from tests.e2e.deployment import FILES, read_environment, read_file


def test_the_page_links_every_file_and_no_other():
    page = (PROJECT / "docs" / "deployment.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\(deployment/([\w.-]+)\)", page))
    assert linked == {path.name for path in FILES.iterdir()}


def test_the_unit_starts_the_dashboard_in_the_environment_of_the_page():
    unit = configparser.ConfigParser()
    unit.optionxform = str
    unit.read(FILES / "labelwise.service")
    assert unit["Service"]["ExecStart"].split()[1:] == ["run", "app.py"]
    assert unit["Service"]["EnvironmentFile"] == "/etc/labelwise/labelwise.env"
    settings = load_settings(read_environment("labelwise.env", {}))
    assert settings.cache.name == unit["Service"]["StateDirectory"]
    assert not settings.needs_sign_in


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_unit(tmp_path):
    (tmp_path / "labelwise.service").write_text(
        read_file("labelwise.service", {"/srv/labelwise/.venv/bin/streamlit": sys.executable})
    )
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / "labelwise.service"],
        capture_output=True,
        text=True,
    )
    assert (verified.returncode, verified.stderr) == (0, "")


def test_sign_in_lets_only_those_start_who_are_named():
    settings = load_settings(read_environment("sign-in.env", {}))
    assert settings.needs_sign_in
    assert settings.starters == {"anna@hospital.org", "bert@hospital.org"}
