"""The reproduction as files: what it says, and that names from outside start no markup."""

import re

import numpy as np
import pandas as pd
import pytest

from simulator.analysis.claims import CLAIMS
from simulator.effort import Prices
from simulator.reports import write_reproduction
from simulator.reports.provenance import find_provenance
from tests.factories import make_records, make_table
from tests.worlds import World, published_design, saturating


@pytest.fixture(scope="module")
def runs():
    return World(published_design(), saturating).draw(np.random.default_rng(0))


def write(runs, folder, **options):
    return write_reproduction(
        runs, **{"protocol": "fast", "agreement": None, "prices": Prices(), "folder": folder, **options}
    )


def test_every_figure_has_a_page_and_its_numbers(runs, tmp_path):
    names = [path.name for path in write(runs, tmp_path / "new" / "folder")]
    numbers = {int(name[6]) for name in names if name.startswith("figure")}
    assert {3, 6} <= numbers
    assert names[-2:] == ["plotly.min.js", "report.md"]
    for number in numbers:
        page = (tmp_path / "new" / "folder" / f"figure{number}.html").read_text()
        assert "https://" not in page.replace("https://plot.ly", "")
        assert len(pd.read_csv(tmp_path / "new" / "folder" / f"figure{number}.csv")) > 5


def test_the_report_judges_every_claim_and_names_its_records(runs, tmp_path):
    write(runs, tmp_path)
    report = (tmp_path / "report.md").read_text()
    for claim in CLAIMS.values():
        assert f"### {claim.title}" in report
    assert re.search(r"Of \d+ findings on 9 claims, \d+ support the paper", report)
    assert "| fast | interpolation | local |" in report
    assert "Every interval is for this pool." in report
    assert "fast: agreement with paper not measured yet" in report
    assert "–" in report


def test_the_same_records_write_the_same_report(runs, tmp_path):
    for name in ("a", "b"):
        write(runs, tmp_path / name)
    assert (tmp_path / "a" / "report.md").read_bytes() == (tmp_path / "b" / "report.md").read_bytes()


def test_one_record_gives_a_report_without_figures(tmp_path):
    written = write(make_table(make_records(n_seeds=1)[:1]), tmp_path)
    assert [path.name for path in written] == ["report.md"]
    assert "None: too few combinations were measured." in (tmp_path / "report.md").read_text()


def test_a_hostile_name_starts_no_markup(runs, tmp_path):
    write(runs.assign(name="![x](http://evil)\n# <script>`|"), tmp_path)
    report = (tmp_path / "report.md").read_text()
    assert "<script>" not in report
    assert "](http://evil" not in report
    assert report.count("\n# ") == 0


def test_provenance_has_a_row_for_protocol_proxy_and_source(runs):
    both = pd.concat([runs, runs.assign(source="published", created="2026-02-01T00:00:00Z")])
    found = find_provenance(both)
    assert [(row.protocol, row.proxy, row.source) for row in found] == [
        ("fast", "interpolation", "local"),
        ("fast", "interpolation", "published"),
    ]
    assert found[0].n_records == len(runs)
    assert found[0].seeds == (0, 1, 2)
    assert found[1].first == "2026-02-01T00:00:00Z"
    assert found[0].hours == pytest.approx(len(runs) * 12.5 / 3600)
