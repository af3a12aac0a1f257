"""The committed records: whole, of the frozen protocol, and of the phantom that is embedded now."""

import pytest

from simulator.analysis import choose_runs, combine, keep_proxy, reference_of
from simulator.analysis.agreement import estimate_agreement
from simulator.analysis.claims import CLAIMS, judge_claims
from simulator.analysis.study import make_studies
from simulator.campaigns import expand_grid, read_grid
from simulator.campaigns.design import design_for_paper
from simulator.datasets import open_dataset
from simulator.effort import MEASURES, Prices
from simulator.formats import NBSP
from simulator.planning import compute_coverage, find_published_inventory
from simulator.protocols import FAST, get_protocol
from simulator.records import SimulationRequest
from simulator.settings import PROJECT, PUBLISHED, Settings
from simulator.store import open_store, read_comparisons

NAMES = ("Task04_Hippocampus", "phantom", "OpenKBP_Mandible")

GRIDS = {
    "Task04_Hippocampus": ("first-results", "hippocampus", "hippocampus-proxies"),
    "phantom": ("first-results", "phantom-proxies"),
    "OpenKBP_Mandible": (),
}
"""Data set → files of ``examples/`` whose campaigns its records are of."""

QUALITIES = {
    "phantom": (1.0, 0.861972, 0.813015, 0.760548, 0.726071, 0.691241, 0.664629, 0.461426),
    "OpenKBP_Mandible": (1.0, 0.854925, 0.809011, 0.735076, 0.693778, 0.640054, 0.603703, 0.285113),
}
"""Data set on which `reproduce --run` was run → mean quality at key spacings 1 to 7, and the lowest that there is."""

SEEDS = (0, 1, 2)


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    settings = Settings(cache=tmp_path_factory.mktemp("cache"))
    with open_store(settings, is_read_only=True) as store:
        assert store.problems() == ()
        return tuple(store.records()), store.table()


@pytest.mark.parametrize("name", NAMES)
def test_published_records_are_those_that_were_asked_for(records, name):
    found = {record.key for record in records[0] if record.dataset.name == name}
    (dataset,) = {record.dataset for record in records[0] if record.dataset.name == name}
    asked = {
        request
        for grid in GRIDS[name]
        for request in expand_grid(read_grid(PROJECT / "examples" / f"{grid}.yaml"), dataset=dataset)
    }
    for virtues in design_for_paper(QUALITIES[name]) if name in QUALITIES else ():
        asked |= {
            SimulationRequest(dataset=dataset, virtues=virtues, protocol=FAST, seed=seed) for seed in SEEDS
        }
    assert found == {request.key for request in asked}


def test_published_comparisons_are_those_of_their_grid():
    runs = read_comparisons(PUBLISHED)
    dataset = reference_of(runs)
    grid = read_grid(PROJECT / "examples" / "agreement.yaml")
    asked = {request.key for request in expand_grid(grid, dataset=dataset)}
    assert set(runs["key"]) == asked
    assert dataset.n_pool == 40


def test_published_records_follow_the_protocols_as_they_are_now(records):
    assert all(record.protocol == get_protocol(record.protocol.name) for record in records[0])


def test_the_phantom_is_the_one_that_was_published(records, tmp_path):
    phantom = open_dataset("phantom", settings=Settings(cache=tmp_path)).reference
    assert phantom in {record.dataset for record in records[0]}


def test_on_the_phantom_every_virtue_has_its_price(records):
    runs = choose_runs(records[1], dataset="phantom", protocol="fast")
    runs = keep_proxy(runs[runs["sampling"] == "random"], "interpolation")
    means = combine(runs, measure=MEASURES["hours"], prices=Prices()).set_index(
        ["diversity", "completeness", "quality"]
    )["dice"]
    full = means[1.0, 1.0, 1.0]
    assert 0.70 < full < 0.95
    assert all(full - means[lower] > 0.01 for lower in ((0.1, 1.0, 1.0), (1.0, 0.1, 1.0), (1.0, 1.0, 0.8)))


@pytest.mark.parametrize("name", ["Task04_Hippocampus", "phantom"])
def test_a_plan_can_be_made_where_the_volumes_are_not(records, name):
    (dataset,) = {record.dataset for record in records[0] if record.dataset.name == name}
    inventory = find_published_inventory(dataset, folder=PUBLISHED)
    assert inventory.reference == dataset
    assert len(inventory.volumes) == dataset.n_pool
    assert set(compute_coverage(inventory).by_label) == set(dataset.labels)


@pytest.mark.parametrize("name", NAMES)
def test_the_published_reproduction_says_what_the_records_say(records, name):
    report = (PROJECT / "docs" / "reproduction.md").read_text(encoding="utf-8")
    report = report.split(f"## The paper on {name}\n")[1].split("\n## The paper on")[0]
    runs = choose_runs(records[1], dataset=name, protocol="fast")
    agreement = estimate_agreement(read_comparisons(PUBLISHED))
    for finding in judge_claims(make_studies(runs, prices=Prices(), agreement=agreement)):
        rows = [
            line.split("|")
            for line in report.splitlines()
            if line.startswith(f"| {CLAIMS[finding.claim].title} | {finding.part or '–'} |")
        ]
        assert [row[5].strip() for row in rows] == [f"**{finding.verdict}**"]
        assert f"- *{finding.verdict}*: {finding.sentence[:120].replace(NBSP, ' ')}" in report
