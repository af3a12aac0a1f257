"""Every command reads well with money, and with a measure that only the registry knows of."""

import re

import pytest

from simulator.planning import write_published_inventory
from tests.cli.measured import refuse, store_toy
from tests.planning.conftest import make_inventory
from tests.toy_measure import add_clicks


@pytest.fixture
def toy(settings, monkeypatch):
    store_toy(settings)
    settings.published.mkdir()
    write_published_inventory(make_inventory(), folder=settings.published)
    add_clicks(monkeypatch)


def text_of(done):
    assert done.code == 0, done.errors
    return " ".join(" ".join(done.lines).split())


MEASURES = pytest.mark.parametrize(
    ("effort", "budget", "said", "more", "full"),
    [
        ("cost", "500", "500 euros", "625 euros", "907 euros"),
        ("clicks", "20000 clicks", "20,000 clicks", "25,000 clicks", "48,400 clicks"),
    ],
)


@MEASURES
def test_recommend(run, toy, effort, budget, said, more, full):
    text = text_of(run("recommend", "toy", "--effort", effort, "--budget", budget))
    assert text.startswith(f"With {said}: label ")
    assert f"Labeling everything takes {full}." in text
    assert "% of the full effort" not in text
    assert f" {more} " in text


@MEASURES
def test_frontier(run, toy, effort, budget, said, more, full):
    text = text_of(run("frontier", "toy", "--effort", effort))
    assert f"{full} 0.8" in text
    assert "hours" not in text


@MEASURES
def test_plan(run, toy, tmp_path, effort, budget, said, more, full):
    done = run("plan", "toy", "--effort", effort, "--budget", budget, "-o", tmp_path / "plan.csv")
    text = text_of(done)
    assert done.lines[-1].endswith(f" (budget {said}).")
    (first,) = (line for line in done.lines if line.startswith("Pass 1: "))
    assert "hours" in first
    assert re.search(r"[\d,]+ (euros|clicks)\. About .* Expected Dice", first)
    assert "% of the full effort" not in text


def test_the_report_says_what_full_labeling_takes(run, toy, tmp_path):
    assert run("reproduce", "toy", "-o", tmp_path, "--expert-wage", 160).code == 0
    report = (tmp_path / "report.md").read_text()
    assert (
        "- Full labeling takes 11 hours, 1,813 euros (expert wage 160, assistant wage 25), 48,400 clicks.\n"
    ) in report


@pytest.mark.parametrize("command", ["recommend", "plan"])
@pytest.mark.parametrize(
    ("effort", "budget", "message"),
    [
        (
            "cost",
            "8 hours",
            "a budget is a number of euros, got '8 hours'; write a number with a point, alone or",
        ),
        ("hours", "2,5", "a budget is a number of hours, got '2,5'"),
        ("clicks", "0", "the budget must be a number above 0, got 0"),
        (
            "slices-drawn",
            "50",
            "a share of the full effort, above 0 and at most 1, got 50; write 0.5 for 50 %",
        ),
    ],
)
def test_a_budget_of_another_unit_is_refused_in_one_line(
    run, toy, tmp_path, command, effort, budget, message
):
    output = ("-o", tmp_path / "plan.csv") if command == "plan" else ()
    assert message in refuse(run, command, "toy", "--effort", effort, "--budget", budget, *output)


def test_wages_decide_what_a_budget_buys(run, toy):
    def ask(*options):
        return run("recommend", "toy", "--effort", "cost", "--budget", 300, "--json", *options).lines[0]

    assert ask()["full_effort"] == pytest.approx(80 * (40 * 2 / 60 + 1200 * 30 / 3600))
    assert ask("--expert-wage", 160)["strategy"]["n_slices"] < ask()["strategy"]["n_slices"]
    assert "give expert_wage a price" in refuse(
        run, "recommend", "toy", "--effort", "cost", "--budget", 300, "--expert-wage", 0
    )
