import pytest

from simulator.planning import leave_volumes
from simulator.records import Virtues
from tests.factories import make_records, make_table

GRID = [Virtues(diversity=d, completeness=1.0, quality=1.0) for d in (0.1, 0.5, 0.75, 1.0)]


@pytest.mark.parametrize(
    ("n_held_out", "left"), [(0, [4, 20, 30, 40]), (10, [4, 20, 30]), (11, [4, 20]), (40, [])]
)
def test_what_is_labeled_and_what_is_kept_for_testing_add_up_to_the_pool_at_most(n_held_out, left):
    runs = leave_volumes(make_table(make_records(GRID, n_seeds=1)), n_held_out=n_held_out)
    assert sorted(runs["n_volumes"]) == left
    assert list(runs.index) == list(range(len(runs)))
