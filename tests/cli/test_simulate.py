"""``simulate``: one record, computed once."""

import re

import pytest

from simulator.records import Failure
from simulator.store import open_store
from tests.campaigns.fakes import RAISES, read_log
from tests.factories import make_record

FULL = ("--diversity", 1, "--completeness", 1, "--quality", 1, "--protocol", "smoke")


def test_it_prints_the_record_and_the_second_time_reads_it(run, fake_simulations, settings):
    first = run("simulate", "toy", *FULL, "--seed", 3, "--json")
    second = run("simulate", "toy", *FULL, "--seed", 3, "--json")
    assert (first.code, first.errors) == (second.code, second.errors) == (0, [])
    (record,) = first.lines
    assert record == second.lines[0]
    assert (record["seed"], record["virtues"]["diversity"], record["protocol"]["name"]) == (3, 1.0, "smoke")
    assert len(read_log(settings, "begin")) == 1


def test_it_says_in_a_line_what_came_out(run, fake_simulations, settings):
    with open_store(settings) as store:
        store.add_record(make_record(protocol="smoke"))
    (line,) = run("simulate", "toy", *FULL).lines
    assert line.startswith(
        "toy: diversity 1, completeness 1, quality 1 (achieved 1.000), seed 0, smoke: Dice 0.8"
    )


def test_a_failure_is_one_line_and_exit_code_1_and_is_tried_again(run, fake_simulations, settings):
    for attempt in (1, 2):
        done = run("simulate", "toy", *FULL, "--seed", RAISES)
        assert done.code == 1
        assert done.errors == [
            "ZeroDivisionError: one thing by nothing; read worker.log in the cache folder, then run again"
        ]
        assert len(read_log(settings, "begin")) == attempt


def test_it_does_not_take_up_what_others_asked_for_and_nobody_works_on(run, fake_simulations, settings):
    request = make_record(protocol="smoke", seed=5).request
    with open_store(settings) as store:
        store.add_failure(Failure(request=request, what_happened="x", what_to_do="y", created="z"))
    run("simulate", "toy", *FULL, "--seed", 6)
    with open_store(settings, is_read_only=True) as store:
        assert len(store.keys()) == 1
        assert list(store.failures()) == [request.key]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--diversity", 0), "diversity: .*greater than 0, got 0.0"),
        (("--completeness", 1.5), "completeness: .*a number of at most 1, got 1.5"),
        (("--quality", "nan"), "quality: "),
        (("--quality", "high"), "Invalid value for '--quality'"),
        (("--seed", -1), "--seed must be from 0 to 2147483647; got -1"),
        (("--seed", 2**31), "--seed must be"),
        (("--protocol", "quick"), "protocol must be one of"),
        (("--proxy", "wishful"), "must be one of"),
        (("--sampling", "often"), "sampling: .*'random' or 'equidistant'"),
        (("--labels", "1;2"), "--labels takes whole numbers"),
        (
            ("--labels", "1," + "9" * 5000),
            "--labels takes whole numbers .* of at most 5 digits; got '1,9{38}'",
        ),
    ],
)
def test_what_cannot_be_asked_for_is_refused_before_anything_is_made(
    run, fake_simulations, settings, arguments, what
):
    done = run("simulate", "toy", *FULL, *arguments)
    assert done.code == 2
    assert len(done.errors) == 1
    assert re.search(what, done.errors[0])
    assert not settings.cache.exists()


def test_a_quality_below_what_is_possible_is_refused_and_not_kept_as_a_failure(run, settings, tmp_path):
    virtues = ("--diversity", 0.5, "--completeness", 0.5, "--quality", 0.05, "--protocol", "smoke")
    grid = tmp_path / "grid.yaml"
    grid.write_text("quality: [1, 0.05]\nprotocol: smoke\n")
    for arguments in (("simulate", "phantom", *virtues), ("campaign", "run", "phantom", "--grid", grid)):
        done = run(*arguments, "--pool", 4)
        assert (done.code, len(done.errors)) == (2, 1)
        assert "quality must be at least" in done.errors[0]
        assert done.errors[0].endswith("got 0.05")
        with open_store(settings, is_read_only=True) as store:
            assert (store.campaigns(), store.failures(), store.keys()) == ((), {}, set())


def test_a_read_only_installation_reads_and_does_not_simulate(run, fake_simulations, settings, close):
    with open_store(settings) as store:
        store.add_record(make_record(protocol="smoke"))
    close()
    assert run("simulate", "toy", *FULL).code == 0
    done = run("simulate", "toy", *FULL, "--seed", 1)
    assert (done.code, len(done.errors)) == (1, 1)
    assert "this installation is read-only (LABELWISE_READ_ONLY)" in done.errors[0]
