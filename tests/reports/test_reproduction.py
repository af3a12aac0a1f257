"""The reproduction as files: what it says, and that names from outside start no markup."""

import io
import json
import os
import re
import resource
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from simulator.analysis.claims import CLAIMS
from simulator.analysis.study import make_study
from simulator.effort import Prices
from simulator.figures.paper import PAPER_FIGURES
from simulator.reports.provenance import find_provenance
from simulator.reports.reproduction import write_reproduction
from simulator.settings import PROJECT
from simulator.tables.csv import encode_csv
from tests.factories import make_records, make_table
from tests.worlds import World, published_design, saturating


@pytest.fixture(scope="module")
def runs():
    grid = [v for v in published_design() if v.diversity in (0.1, 0.2, 0.4, 1.0)]
    return World(grid, saturating).draw(np.random.default_rng(0))


@pytest.fixture(scope="module")
def folder(runs, tmp_path_factory):
    """A folder in a folder that is not there yet, with one reproduction."""
    found = tmp_path_factory.mktemp("reproduction") / "new" / "folder"
    names = [path.name for path in write(runs, found)]
    assert names[-2:] == ["plotly.min.js", "report.md"]
    assert sorted(names) == sorted(path.name for path in found.iterdir())
    return found


def write(runs, folder, **options):
    return write_reproduction(
        runs,
        **{
            "protocol": "fast",
            "comparisons": make_table([]),
            "prices": Prices(),
            "folder": folder,
            **options,
        },
    )


@pytest.fixture(scope="module")
def study(runs):
    return make_study(runs, prices=Prices())


@pytest.mark.parametrize("figure", PAPER_FIGURES, ids=lambda figure: f"figure{figure.number}")
def test_every_figure_has_a_page_and_its_numbers(folder, study, figure):
    made = figure.make(study)
    page = (folder / f"figure{figure.number}.html").read_text()
    assert 'src="plotly.min.js"' in page
    assert '<script src="http' not in page
    assert json.dumps(made.figure.layout.xaxis.title.text) in page
    written = (folder / f"figure{figure.number}.csv").read_bytes()
    assert written == encode_csv(made.table)
    numbers = pd.read_csv(io.BytesIO(written))
    pd.testing.assert_frame_equal(numbers, made.table.reset_index(drop=True), check_dtype=False, rtol=1e-9)


def test_the_report_judges_every_claim_and_names_its_records(folder):
    report = (folder / "report.md").read_text()
    for claim in CLAIMS.values():
        assert f"### {claim.title}" in report
    assert re.search(r"Of \d+ findings on 9 claims, \d+ are supported", report)
    assert "| fast | interpolation | local |" in report
    assert "| paper |" not in report
    assert "Every interval is for this pool." in report
    assert "fast: agreement with paper not measured yet" in report


@pytest.mark.slow
def test_agreement_is_read_off_the_data_themselves_before_any_other(runs, tmp_path):
    paper = runs.assign(protocol="paper", key="first" + runs["key"])
    again = runs.assign(protocol="paper", key="again" + runs["key"], seed=runs["seed"] + 3)
    write(pd.concat([runs, paper, again]), tmp_path)
    report = (tmp_path / "report.md").read_text()
    assert "configurations of toy with 3 seeds" in report
    assert re.search(r"hang on hyperparameters \| fast and paper \| 1\.00 .* \*\*supported\*\*", report)


def test_the_same_records_write_the_same_report(runs, folder, tmp_path):
    write(runs, tmp_path)
    assert (folder / "report.md").read_bytes() == (tmp_path / "report.md").read_bytes()


def test_one_record_gives_a_report_without_figures(tmp_path):
    written = write(make_table(make_records(n_seeds=1)[:1]), tmp_path)
    assert [path.name for path in written] == ["report.md"]
    assert "None: too few configurations were measured." in (tmp_path / "report.md").read_text()


def test_figures_of_an_earlier_report_do_not_stay(folder, tmp_path):
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "figure7.html").write_text("mine")
    write(make_table(make_records(n_seeds=1)[:1]), tmp_path)
    assert sorted(path.name for path in tmp_path.glob("figure*")) == ["figure7.html"]


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


@pytest.mark.slow
def test_the_published_phantom_is_reproduced_in_a_minute_without_torch(tmp_path):
    """Processor time, since a machine that is busy otherwise makes the clock run on."""
    code = "import sys; from simulator.cli import main; print(main(sys.argv[1:]), 'torch' in sys.modules)"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code, "reproduce", "phantom", "-o", tmp_path / "report"],
        cwd=PROJECT,
        env={**os.environ, "LABELWISE_CACHE": str(tmp_path / "cache"), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stdout.splitlines()[-1] == "0 False"
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 60
    figures = {f"figure{number}.{kind}" for number in range(1, 7) for kind in ("html", "csv")}
    assert {path.name for path in (tmp_path / "report").iterdir()} == {*figures, "plotly.min.js", "report.md"}
    assert (tmp_path / "report" / "report.md").read_text().startswith("# The paper on phantom\n")
