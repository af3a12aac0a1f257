"""From an empty cache to a settled answer on the command line."""

import pytest

from simulator.analysis.law.space import Space
from simulator.analysis.others import learn_from_others
from simulator.store import open_store
from tests.analysis.test_prospect import WAYS, make_published
from tests.factories import make_records, make_reference

REFERENCE = make_reference()
SPACE = Space(reference=REFERENCE, protocol="fast", n_slices=1200, ways=WAYS)


@pytest.fixture(autouse=True)
def _prepared(fake_simulations, monkeypatch):
    """Let the toy be prepared: what its pool holds is known."""
    for place in ("campaigns.adaptive", "analysis.opening"):
        monkeypatch.setattr(f"simulator.{place}.read_space", lambda *args, **options: SPACE)
    monkeypatch.setattr("simulator.cli.running.prepare_to_choose", lambda *args, **options: None)
    monkeypatch.setattr("simulator.analysis.opening.list_prepared", lambda settings: (REFERENCE,))


@pytest.fixture
def _others(settings, monkeypatch):
    """Publish two other data sets."""
    published = make_published()
    for place in ("campaigns.adaptive", "analysis.opening"):
        monkeypatch.setattr(
            f"simulator.{place}.learn_from_others",
            lambda table, **options: learn_from_others(published, **options),
        )


ASK = ("recommend", "toy", "--effort", "hours", "--budget", 4)


@pytest.mark.usefixtures("_others")
def test_the_whole_way_from_nothing_to_a_settled_answer(run, settings):
    done = run(*ASK)
    assert done.code == 0, done.errors
    assert "as on other organs." in done.lines[0]
    assert any(
        "Expectations began with what was measured on published b, published c" in x for x in done.lines
    )
    (before,) = run(*ASK, "--json").lines
    assert before["predicted"]["kind"] == "prior"
    assert before["prior"] == ["published b", "published c"]

    done = run("campaign", "run", "toy", "--adaptive", 12, "--json")
    assert (done.code, done.errors) == (0, [])
    begin, *events, outlook, end = done.lines
    assert (begin["n_total"], begin["n_missing"]) == (12, 12)
    assert all(event["event"] == "record" for event in events)
    assert len(events) == end["n_done"] == end["n_total"] <= 12
    assert events[0]["virtues"]["diversity"] == events[0]["virtues"]["completeness"] == 1
    assert outlook["ending"] in {"settled", None}
    assert outlook["more"]["halfwidth"] <= outlook["halfwidth"]

    (after,) = run(*ASK, "--json").lines
    assert after["predicted"]["kind"] in {"measured", "predicted"}
    width = [answer["predicted"]["high"] - answer["predicted"]["low"] for answer in (before, after)]
    assert width[1] < width[0] / 2
    (alone,) = run(*ASK, "--json", "--no-prior").lines
    assert alone["prior"] == []


def test_without_others_nothing_is_made_up(run):
    done = run(*ASK)
    assert done.code == 2
    assert len(done.errors) == 1
    assert "nothing has been measured on toy" in done.errors[0]


def test_what_is_settled_is_not_trained_again(run, settings):
    with open_store(settings) as store:
        for record in make_records(noise=0.0005):
            store.add_record(record)
    done = run("campaign", "run", "toy", "--adaptive", 24, "--json")
    outlook, end = done.lines
    assert outlook["ending"] == "settled"
    assert end["n_total"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give either --grid GRID.yaml or --adaptive N"),
        (("--adaptive", 0), "--adaptive takes a number of trainings"),
        (("--adaptive", 20_000), "--adaptive takes a number of trainings"),
        (("--adaptive", 4, "--seeds", 2), "--adaptive chooses its seeds itself"),
        (("--adaptive", 4, "--protocol", "nonsense"), "nonsense"),
    ],
)
def test_what_cannot_be_meant_is_one_line(run, arguments, said):
    done = run("campaign", "run", "toy", *arguments)
    assert done.code == 2
    assert len(done.errors) == 1
    assert said in done.errors[0]
