"""Grid files: what they ask for, and what is refused."""

import os
from pathlib import Path

import pytest

from simulator.campaigns import Grid, expand_grid, read_grid
from simulator.campaigns.grid import MAX_BYTES, MAX_SIMULATIONS
from simulator.errors import RequestError
from simulator.records import Virtues
from simulator.settings import PROJECT
from tests.factories import make_reference


@pytest.fixture
def write(tmp_path):
    def write_text(text):
        path = tmp_path / "grid.yaml"
        path.write_text(text)
        return path

    return write_text


def test_lists_give_their_full_product_one_seed_after_another(write):
    grid = read_grid(write("diversity: [0.5, 1]\ncompleteness: [0.2]\nseeds: [3, 4]\nprotocol: smoke\n"))
    requests = expand_grid(grid, dataset=make_reference())
    found = [(r.seed, r.virtues.diversity, r.virtues.completeness, r.protocol.name) for r in requests]
    assert found == [(s, d, 0.2, "smoke") for s in (3, 4) for d in (0.5, 1.0)]
    assert grid.n_simulations == 4


def test_listed_combinations_are_taken_as_they_stand(write):
    text = (
        "combinations:\n- {diversity: 0.5, completeness: 1.0, quality: 0.8}\n"
        "- {diversity: 1, completeness: 1, quality: 1}\n"
    )
    requests = expand_grid(read_grid(write(text)), dataset=make_reference())
    assert [request.virtues for request in requests] == [
        Virtues(diversity=0.5, completeness=1.0, quality=0.8),
        Virtues.full(),
    ]


def test_what_comes_to_the_same_is_asked_for_once(write):
    grid = read_grid(write("quality: [1.0, 0.8]\nsampling: [random, equidistant]\ncompleteness: [1.0, 0.5]"))
    assert grid.n_simulations == 8
    assert len(expand_grid(grid, dataset=make_reference())) == 6


def test_flags_take_the_place_of_the_files_protocol_and_seeds(write):
    grid = read_grid(write("seeds: [7]\nprotocol: [fast, paper]"), protocol="smoke", n_seeds=3)
    assert (grid.seeds, grid.protocol) == ((0, 1, 2), ("smoke",))


def test_seeds_are_counted_or_listed(write):
    assert read_grid(write("n_seeds: 3")).seeds == read_grid(write("seeds: [0, 1, 2]")).seeds == (0, 1, 2)
    assert read_grid(write("seeds: [3]")).seeds == (3,)


@pytest.mark.parametrize("value", ["3", "'3'", "", "{a: 1}"])
def test_seeds_that_may_mean_two_things_are_refused_with_the_two_ways_to_write_them(write, value):
    with pytest.raises(RequestError, match=r"seeds: .*; write seeds: \[0, 1, 2\] or n_seeds: 3$"):
        read_grid(write(f"seeds: {value}"))


def test_the_flag_takes_the_place_of_seeds_in_either_spelling(write):
    for text in ("seeds: 3", "seeds: [7]", "n_seeds: 5"):
        assert read_grid(write(text), n_seeds=2).seeds == (0, 1)


def test_a_pipe_or_device_is_no_grid(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(RequestError, match="is no file"):
            read_grid(path)


def test_the_name_is_the_files_unless_it_says_another(write):
    assert read_grid(write("seeds: [0]")).name == "grid"
    assert read_grid(write("name: corner points")).name == "corner points"


def test_the_smoke_example_is_small():
    grid = read_grid(PROJECT / "examples" / "smoke.yaml")
    assert len(expand_grid(grid, dataset=make_reference())) == 6
    assert grid.protocol == ("smoke",)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "diversity: [1e-3]",
            r"diversity\.0: expected a number, got '1e-3'; write 0\.001, without quotes",
        ),
        ("diversity: [0]", r"diversity\.0: expected a number greater than 0, got 0"),
        ("diversity: [1.5]", r"diversity\.0: expected a number of at most 1"),
        ("diversity: [.nan]", r"diversity\.0"),
        ("diversity: []", r"diversity: expected at least 1 of them, got \[\]"),
        ("diversity:", r"diversity\.0: expected a number, got nothing"),
        ("diversity: [true]", r"diversity\.0: expected a number, got True"),
        ("seeds: [no]", r"seeds\.0: expected a whole number, got False"),
        ("seeds: [-1]", r"seeds\.0: expected a number of at least 0"),
        ("seeds: ['1']", r"seeds\.0: expected a whole number, got '1'; write 1, without quotes"),
        ("diversty: [1.0]", "diversty is not known here.*; a grid holds name, diversity, .*, protocol"),
        ("sampling: [sometimes]", r"sampling\.0: .*'random' or 'equidistant'"),
        ("combinations: [{diversity: 1.0}]", r"combinations\.0\.completeness is missing"),
        (
            "combinations: [{diversity: 1, completeness: 1, quality: 1}]\nquality: [1]",
            "quality cannot stand beside",
        ),
        ("seeds: [1]\nn_seeds: 2", "seeds and n_seeds both say which seeds"),
        ("n_seeds: 0", "n_seeds: .*1"),
        ("n_seeds: 10001", "n_seeds: .*10000"),
        ("n_seeds: true", "n_seeds: .*whole number"),
        ("- 1", "must map names to lists"),
        ("", "must map names to lists"),
        ("1: [2]", "must map names to lists"),
        ("a: [", "is no YAML"),
        ("a: !!python/object/apply:os.system ['true']", r"a tag \(!name\)"),
        ("a: \0", "is no YAML"),
        ("a: " + "[" * 60_000, "nested deeply"),
        ("a: &a [1]\nb: *a", "holds an alias"),
        ('seeds: [!!bool "x"]', r"a tag \(!name\)"),
        ('seeds: [!!timestamp "x"]', r"a tag \(!name\)"),
        ("seeds: !!set {1}", r"a tag \(!name\)"),
        (f"seeds: [0x{'f' * 4000}]", "a very long value"),
        (f"0x{'f' * 4000}", "a very long value"),
        ("#" * (MAX_BYTES + 1), "is larger than 65536 bytes"),
    ],
)
def test_what_is_no_grid_is_refused_in_one_line(write, text, what):
    with pytest.raises(RequestError, match=what) as error:
        read_grid(write(text))
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 500


def test_a_grid_is_counted_before_it_is_expanded(write):
    text = "".join(
        f"{name}: {[i / 1000 for i in range(1, 1000)]}\n" for name in ("diversity", "completeness", "quality")
    )
    with pytest.raises(RequestError, match="asks for 997002999 simulations, at most 10000"):
        read_grid(write(text))


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(RequestError, match=r"missing\.yaml cannot be read: No such file"):
        read_grid(Path("missing.yaml"))


@pytest.mark.parametrize("field", [{"protocol": "quick"}, {"proxy": "wishful"}])
def test_a_name_that_nobody_knows_is_refused(field):
    with pytest.raises(RequestError, match="must be one of"):
        expand_grid(Grid(**field), dataset=make_reference())


@pytest.mark.parametrize("n_seeds", [0, MAX_SIMULATIONS + 1, 10**9])
def test_a_number_of_seeds_that_cannot_be_asked_for_is_refused_before_they_are_listed(write, n_seeds):
    with pytest.raises(RequestError, match=f"--seeds must be from 1 to {MAX_SIMULATIONS}; got {n_seeds}"):
        read_grid(write("seeds: [0]"), n_seeds=n_seeds)
