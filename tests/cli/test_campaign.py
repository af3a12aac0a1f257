"""``campaign``: many simulations, each once."""

import platform
import sys
from functools import partial

import pytest

from simulator.campaigns import ask, cancel_campaign, find_progress, hold_lock, worker
from simulator.campaigns.running import Running, clear_running, write_progress
from simulator.protocols import SMOKE
from simulator.records import SimulationRequest, Virtues
from simulator.store import open_store
from tests.campaigns.fakes import RAISES, read_log
from tests.factories import make_reference


@pytest.fixture
def grid(tmp_path):
    path = tmp_path / "grid.yaml"
    path.write_text("diversity: [0.5, 1.0]\nseeds: [0, 1]\nprotocol: smoke\n")
    return path


@pytest.fixture
def broken_grid(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text(f"seeds: [0, {RAISES}]\nprotocol: smoke\n")
    return path


def test_it_runs_a_grid_and_says_so_a_json_line_an_event(run, fake_simulations, grid, settings):
    done = run("campaign", "run", "toy", "--grid", grid, "--workers", 2)
    assert (done.code, done.errors) == (0, [])
    begin, *events, end = done.lines
    assert begin["event"] == "begin"
    assert (begin["n_total"], begin["n_missing"], begin["seconds_estimated"]) == (4, 4, None)
    assert [event["event"] for event in events] == ["record"] * 4
    assert sorted((event["virtues"]["diversity"], event["seed"]) for event in events) == [
        (0.5, 0),
        (0.5, 1),
        (1.0, 0),
        (1.0, 1),
    ]
    assert all(0 < event["dice"] < 1 for event in events)
    assert end == {"event": "end", "n_done": 4, "n_failed": 0, "n_total": 4}

    again = run("campaign", "run", "toy", "--grid", grid)
    assert again.lines == [{**begin, "campaign": None, "n_missing": 0, "seconds_estimated": 0.0}, end]
    assert len(read_log(settings, "begin")) == 4


def test_what_failed_is_shown_with_its_reason_and_run_again_on_demand(
    run, fake_simulations, broken_grid, settings
):
    done = run("campaign", "run", "toy", "--grid", broken_grid)
    assert done.code == 1
    assert done.errors == ["1 of 2 failed; campaign status says why, --retry-failed runs them again"]
    failures = [line for line in done.lines if line["event"] == "failure"]
    assert [(failure["seed"], failure["dice"]) for failure in failures] == [(RAISES, None)]
    assert failures[0]["reason"] == "ZeroDivisionError: one thing by nothing"

    assert run("campaign", "run", "toy", "--grid", broken_grid).code == 1
    assert len(read_log(settings, "begin")) == 2
    assert run("campaign", "run", "toy", "--grid", broken_grid, "--retry-failed").code == 1
    assert len(read_log(settings, "begin")) == 3

    status = run("campaign", "status")
    assert any(
        "failed: toy, diversity 1, completeness 1 (random), quality 1 (interpolation), smoke, seed 1000100: "
        "ZeroDivisionError: one thing by nothing; read worker.log" in line
        for line in status.lines
    )
    (facts,) = run("campaign", "status", "--json").lines
    (failure,) = facts["failures"]
    assert failure["what_happened"] == "ZeroDivisionError: one thing by nothing"
    assert (failure["dataset"], failure["protocol"], failure["seed"]) == ("toy", "smoke", RAISES)
    assert failure["fingerprint"] == make_reference().fingerprint
    assert [campaign["state"] for campaign in facts["campaigns"]] == ["done", "done"]


def test_a_status_says_where_each_runs_if_not_all_do_here(run, settings):
    requests = [
        SimulationRequest(dataset=make_reference(), virtues=Virtues.full(), protocol=SMOKE, seed=seed)
        for seed in (0, 1, 2)
    ]
    with open_store(settings) as store:
        ask(store, requests, name="n")
    places = ["gpu1", platform.node(), ""]
    with hold_lock(settings):
        for number, (request, place) in enumerate(zip(requests, places, strict=True)):
            said = Running(request=request, epoch=0, n_epochs=None, started=number, place=place)
            write_progress(settings, said)
        lines = [line.partition(":")[0] for line in run("campaign", "status").lines if "seed" in line]
        (facts,) = run("campaign", "status", "--json").lines
        clear_running(settings, key=requests[0].key)
        assert not any("on this machine" in line for line in run("campaign", "status").lines)
    assert lines == ["on gpu1", "on this machine"]
    assert [item["place"] for item in facts["running"]] == places[:2], "the third waits"


def test_a_campaign_that_was_interrupted_is_gone_on_with(run, fake_simulations, grid, settings):
    with open_store(settings) as store:
        requests = [
            SimulationRequest(
                dataset=make_reference(),
                virtues=Virtues(diversity=d, completeness=1.0, quality=1.0),
                protocol=SMOKE,
                seed=s,
            )
            for s in (0, 1)
            for d in (0.5, 1.0)
        ]
        campaign = ask(store, requests, name="earlier")
    (facts,) = run("campaign", "status", "--json").lines
    assert [found["state"] for found in facts["campaigns"]] == ["interrupted"]
    done = run("campaign", "run", "toy", "--grid", grid)
    assert done.lines[0]["campaign"] == campaign.id
    (facts,) = run("campaign", "status", "--json").lines
    assert [found["state"] for found in facts["campaigns"]] == ["done"]
    assert facts["n_pending"] == 0


def test_a_run_that_somebody_cancels_is_no_success(run, fake_simulations, grid, settings, monkeypatch):
    def cancel_instead(settings, **options):
        with open_store(settings) as store:
            ids = [found.campaign.id for found in find_progress(store).campaigns]
        for campaign_id in ids:
            cancel_campaign(campaign_id, settings=settings)

    with monkeypatch.context() as patch:
        patch.setattr("simulator.cli.running.work_or_follow", cancel_instead)
        done = run("campaign", "run", "toy", "--grid", grid)
    assert done.code == 1
    assert done.lines[-1] == {"event": "end", "n_done": 0, "n_failed": 0, "n_total": 4}
    assert done.errors == [
        "4 of 4 were not run, for the campaign was cancelled; run the same command again to go on"
    ]
    assert run("campaign", "run", "toy", "--grid", grid).code == 0


def test_a_campaign_is_cancelled_by_its_id(run, settings, fake_simulations):
    with open_store(settings) as store:
        request = SimulationRequest(dataset=make_reference(), virtues=Virtues.full(), protocol=SMOKE, seed=0)
        campaign = ask(store, [request], name="n")
    assert run("campaign", "cancel", campaign.id, "--json").lines == [{"cancelled": campaign.id, "name": "n"}]
    assert run("campaign", "cancel", campaign.id).lines == [f"cancelled {campaign.id}"]
    assert run("campaign", "status").lines == [f"{campaign.id}  cancelled    0 of 1  n"]
    wrong = run("campaign", "cancel", "nonsense")
    assert (wrong.code, wrong.errors) == (
        2,
        ["there is no campaign 'nonsense'; `campaign status` lists them"],
    )


def test_a_cancelled_campaign_goes_on_by_its_id(run, settings, fake_simulations, monkeypatch):
    with open_store(settings) as store:
        request = SimulationRequest(dataset=make_reference(), virtues=Virtues.full(), protocol=SMOKE, seed=0)
        campaign = ask(store, [request], name="n")
    run("campaign", "cancel", campaign.id)
    resume = partial(worker.resume, simulation="tests.campaigns.fakes:simulate")
    monkeypatch.setattr("simulator.cli.campaign.resume_work", resume)
    assert run("campaign", "resume").lines == []
    assert run("campaign", "resume", campaign.id).lines == [f"resumed {campaign.id}"]
    assert run("campaign", "status").lines == [f"{campaign.id}  done         1 of 1  n"]
    wrong = run("campaign", "resume", "nonsense")
    assert (wrong.code, wrong.errors) == (
        2,
        ["there is no campaign 'nonsense'; `campaign status` lists them"],
    )


def test_a_status_without_campaigns_says_the_next_step_and_makes_nothing(run, settings):
    done = run("campaign", "status")
    assert done.lines == ["No campaign yet: campaign run DATASET --adaptive 24 starts one."]
    assert not settings.cache.exists()


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--workers", 0), "--workers must be from 1 to"),
        (("--workers", 10**6), "4 for each processor; got 1000000"),
        (("--backend", "slurm"), "--backend must be loky or dask; got 'slurm'"),
        (("--backend", "dask"), "--backend dask needs --scheduler ADDR, or LABELWISE_SCHEDULER"),
        (("--protocol", "quick"), "protocol must be one of"),
        (("--seeds", 0), "--seeds must be"),
        (("--seeds", 10**9), "--seeds must be from 1 to 10000; got 1000000000"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_is_made(
    run, fake_simulations, grid, settings, arguments, what
):
    done = run("campaign", "run", "toy", "--grid", grid, *arguments)
    assert done.code == 2
    assert len(done.errors) == 1
    assert what in done.errors[0]
    assert not settings.cache.exists()


def test_a_scheduler_that_anybody_could_hand_code_to_is_refused(run, fake_simulations, grid, settings):
    done = run(
        "campaign", "run", "toy", "--grid", grid, "--backend", "dask", "--scheduler", "tcp://10.0.0.1:8786"
    )
    assert (done.code, len(done.errors)) == (2, 1)
    assert (
        "--scheduler takes tls://HOST:PORT, or tcp://127.0.0.1:PORT; got 'tcp://10.0.0.1:8786'"
        in done.errors[0]
    )


def test_a_cluster_without_its_package_is_refused_before_anything_is_made(
    run, fake_simulations, grid, settings, monkeypatch
):
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = run(
        "campaign", "run", "toy", "--grid", grid, "--backend", "dask", "--scheduler", "tcp://127.0.0.1:8786"
    )
    assert done.code == 2
    assert done.errors == ["--backend dask needs the package distributed: pip install distributed"]
    assert not settings.cache.exists()


def test_there_are_no_more_processes_than_simulations(run, fake_simulations, grid, monkeypatch):
    found = []
    monkeypatch.setattr(
        "simulator.cli.running.work_or_follow",
        lambda settings, *, n_workers, scope, run: found.append(n_workers),
    )
    run("campaign", "run", "toy", "--grid", grid, "--seeds", 1, "--workers", 4)
    assert found == [2]


def test_json_lines_are_printed_on_a_terminal_too_when_they_are_asked_for(
    run, fake_simulations, grid, monkeypatch
):
    monkeypatch.setattr("simulator.cli.campaign.is_terminal", lambda: True)
    arguments = ("campaign", "run", "toy", "--grid", grid, "--seeds", 1)
    events = [line["event"] for line in run(*arguments, "--json").lines]
    assert events == ["begin", "record", "record", "end"]
    assert run(*arguments).lines == ["0 of 2 simulations are missing", "2 of 2 simulations have a record"]


def test_a_read_only_installation_starts_and_cancels_nothing(run, fake_simulations, grid, settings, close):
    close()
    for arguments in (
        ("run", "toy", "--grid", grid),
        ("resume",),
        ("resume", "0" * 12),
        ("cancel", "0" * 12),
    ):
        done = run("campaign", *arguments)
        assert (done.code, len(done.errors)) == (1, 1)
        assert "this installation is read-only (LABELWISE_READ_ONLY)" in done.errors[0]
    assert not settings.cache.exists()
