"""What pages keep: computed once of the same, anew of another, and gone with what it was computed of."""

import gc
import weakref

import plotly.graph_objects as go

from pages.common.kept import drawn, kept
from pages.common.projects import EXAMPLE, read_answer
from pages.common.records import read_table
from simulator.settings import Settings
from simulator.store import open_store
from tests.factories import make_records


class Numbers:
    """Something that figures are drawn of."""


def test_it_is_computed_once_of_the_same_and_anew_of_another():
    asked = []

    def compute(of, *rest, **options):
        asked.append((of, rest, options))
        return object()

    one, other = Numbers(), Numbers()
    found = kept(compute, one, 1, palette="light")

    assert kept(compute, one, 1, palette="light") is found
    assert len({id(kept(compute, one, 2)), id(kept(compute, one, 1, palette="dark")), id(found)}) == 3
    assert kept(compute, other, 1, palette="light") is not found
    assert len(asked) == 4


def test_nothing_is_remembered_as_nothing():
    asked = []
    numbers = Numbers()

    assert kept(asked.append, numbers) is None
    assert kept(asked.append, numbers) is None
    assert asked == [numbers]


def test_it_is_gone_with_what_it_was_computed_of():
    numbers = Numbers()
    found = kept(lambda of: {of}, numbers)
    gone = weakref.ref(numbers)
    del numbers, found
    gc.collect()

    assert gone() is None


def test_a_chart_is_drawn_and_written_once():
    numbers = Numbers()

    def draw(of, *, color):
        return go.Figure(go.Scatter(y=[1, 2], line={"color": color}))

    figure = drawn(draw, numbers, color="red")

    assert drawn(draw, numbers, color="red") is figure
    assert figure.to_dict() is figure.to_dict()
    assert figure.to_json() == draw(numbers, color="red").to_json()
    assert drawn(draw, numbers, color="blue") is not figure


def test_the_same_records_are_the_same_table_and_more_are_another(settings, fill):
    fill(n_seeds=1)
    first = read_table(settings)

    assert read_table(settings) is first
    fill(n_seeds=2)
    assert len(read_table(settings)) > len(first)


def test_another_cache_with_other_results_under_the_same_keys_is_another_table(settings, fill, tmp_path):
    records = make_records(n_seeds=1)
    fill(records)
    other = Settings(cache=tmp_path / "other", published=settings.published)
    changed = [one.model_copy(update={"created": "2020-01-01T00:00:00Z"}) for one in records]
    with open_store(other) as store:
        for record in changed:
            store.add_record(record)

    mine, yours = read_table(settings), read_table(other)
    assert list(mine["key"]) == list(yours["key"])
    assert set(yours["created"]) == {"2020-01-01T00:00:00Z"} != set(mine["created"])


def test_a_project_is_answered_once_for_all_who_look_at_it(settings, fill):
    fill()
    table = read_table(settings)
    project = EXAMPLE.changed(reference="toy")

    answer = read_answer(project, table, settings=settings)
    assert read_answer(project, table, settings=settings) is answer
    assert read_answer(project.changed(hours=3.0), table, settings=settings) is not answer
