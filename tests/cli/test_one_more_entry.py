"""One file and one line: a further proxy, export, claim and layout walk through commands and report by themselves."""

import csv
import importlib
import io
import json
import re
import sys
from dataclasses import replace

import pytest

import simulator.cli
from simulator.analysis.claims import CLAIMS
from simulator.analysis.contract import check_claim
from simulator.analysis.study import make_study
from simulator.cli import main
from simulator.datasets.contract import check_layout
from simulator.datasets.layouts import LAYOUTS
from simulator.effort import MEASURES, Prices
from simulator.planning import EXPORTS, write_published_inventory
from simulator.planning.contract import check_export
from simulator.virtues import PROXIES
from simulator.virtues.contract import check_proxy
from tests.cli.measured import refuse, store_records
from tests.datasets.making import make_image, make_label, write_nifti
from tests.factories import make_harmless, make_table
from tests.planning.conftest import make_inventory, plan_for
from tests.registering import register
from tests.toys import FALSE_WORDS, FLAT, LINES, SKY_IS_BLUE, TOO_WIDE, TOO_WIDE_GRID

QUESTION = ("toy", "--effort", "diversity-x-quality", "--budget", 0.28, "--proxy", "too-wide")


@pytest.fixture
def too_wide(settings, monkeypatch):
    register(monkeypatch, PROXIES, TOO_WIDE)
    store_records(settings, make_harmless(TOO_WIDE_GRID))
    settings.published.mkdir(exist_ok=True)
    write_published_inventory(make_inventory(), folder=settings.published)


@pytest.fixture
def show_help(monkeypatch, capsys):
    """Show the help of a command as a new process does: what an option takes is written once, when it is imported."""

    def show(noun):
        for name in ("measured", noun):
            monkeypatch.setattr(simulator.cli, name, importlib.import_module(f"simulator.cli.{name}"))
            monkeypatch.delitem(sys.modules, f"simulator.cli.{name}")
        assert main([noun, "--help"]) == 0
        return "".join(letter for letter in capsys.readouterr().out if letter not in " │\n")

    return show


def test_the_toys_keep_the_contracts(monkeypatch, tmp_path):
    check_proxy(TOO_WIDE)
    runs = make_table()
    check_export(
        LINES,
        plan=plan_for(make_inventory(), runs, measure=MEASURES["hours"], budget=3, prices=Prices()),
    )
    study = make_study(runs, prices=Prices(), n_draws=50)
    check_claim(SKY_IS_BLUE, study=study, thin=study)
    register(monkeypatch, LAYOUTS, FLAT)
    (tmp_path / "empty").mkdir()
    check_layout(FLAT, make_flat(tmp_path / "flat"), empty=tmp_path / "empty")


def make_flat(folder):
    for index in range(5):
        write_nifti(folder / f"case{index}.image.nii.gz", make_image(index))
        write_nifti(folder / f"case{index}.mask.nii.gz", make_label(index))
    return folder


def test_a_proxy_is_recommended_and_planned_in_its_own_words(run, too_wide, tmp_path):
    done = run("recommend", *QUESTION)
    text = "\n".join(map(str, done.lines))
    assert done.code == 0
    (quality,) = re.findall(r"label .*? drawn too wide at (\d+)\u00a0% quality", text)
    path = tmp_path / "plan.csv"
    done = run("plan", *QUESTION, "-o", path)
    assert done.code == 0
    assert "How many hours masks drawn too wide take is not known" in done.lines[1]
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert {row["instruction"] for row in rows} == {
        f"Outline the structure generously, at an overlap of {quality} % (the first slice is 0)"
    }
    said = (text + "\n".join(map(str, done.lines)) + path.read_text("utf-8-sig")).lower()
    said = said.replace("interpolated between measured", "")
    assert [word for word in FALSE_WORDS if word in said] == []
    assert "no price for masks drawn too wide" in "\n".join(
        map(str, run("recommend", "toy", "--effort", "hours", "--budget", 3, "--proxy", "too-wide").lines)
    )


def test_an_outline_whose_time_a_source_gives_has_hours(run, settings, tmp_path, monkeypatch):
    register(monkeypatch, PROXIES, replace(TOO_WIDE, outlining_share=0.1))
    store_records(settings, make_harmless(TOO_WIDE_GRID))
    settings.published.mkdir(exist_ok=True)
    write_published_inventory(make_inventory(), folder=settings.published)
    done = run(
        "plan", "toy", "--effort", "hours", "--budget", 1.6, "--proxy", "too-wide", "-o", tmp_path / "p.csv"
    )
    text = "\n".join(map(str, done.lines))
    assert done.code == 0
    assert re.search(r"drawn too wide at \d+\u00a0% quality", text)
    assert "is not known" not in text
    assert "has no price" not in text


def test_a_report_says_what_a_proxy_stands_for_and_judges_a_claim(run, too_wide, tmp_path, monkeypatch):
    register(monkeypatch, CLAIMS, SKY_IS_BLUE)
    assert run("reproduce", "toy", "-o", tmp_path / "report").code == 0
    report = (tmp_path / "report" / "report.md").read_text(encoding="utf-8")
    assert "Drawn too wide (too-wide): outlines lie outside the true one everywhere." in report
    assert "Outlined in a hurry" not in report
    assert "| The sky is blue |" in report
    assert "Nobody looked up." in report


def test_help_lists_what_is_there(show_help, monkeypatch):
    register(monkeypatch, PROXIES, TOO_WIDE)
    register(monkeypatch, EXPORTS, LINES)
    shown = show_help("plan")
    assert "too-wide(drawntoowide)" in shown
    assert "csv(.csv):atable,onerowaslice" in shown
    assert "lines(.jsonl):oneJSONlineaslice" in shown
    assert "too-wide(drawntoowide)" in show_help("simulate")


def test_an_export_is_chosen_by_its_ending(run, too_wide, tmp_path, monkeypatch):
    register(monkeypatch, EXPORTS, LINES)
    path = tmp_path / "plan.jsonl"
    assert run("plan", *QUESTION, "-o", path).code == 0
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {row["what"] for row in rows} == {"structure"}
    assert run("plan", *QUESTION, "-o", path, "--format", "lines").code == 0
    line = refuse(run, "plan", *QUESTION, "-o", tmp_path / "plan.csv", "--format", "lines")
    assert "write -o" in line
    assert line.endswith("plan.jsonl")


def test_a_layout_is_detected_and_inspected(run, tmp_path, monkeypatch):
    monkeypatch.setenv("LABELWISE_CACHE", str(tmp_path / "cache"))
    folder = make_flat(tmp_path / "flat")
    assert FLAT.needs not in refuse(run, "datasets", "inspect", folder)
    register(monkeypatch, LAYOUTS, FLAT)
    done = run("datasets", "inspect", folder)
    assert done.code == 0
    assert "all in one folder" in "\n".join(map(str, done.lines))
