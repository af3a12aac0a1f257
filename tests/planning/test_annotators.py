from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import ProjectError
from simulator.planning.annotators import read_names, share_out
from simulator.planning.visit_table import visit_rows
from simulator.planning.visits import plan_project
from simulator.records import LabVolume, Stage
from tests.planning.test_project import answer

THREE = ("Anna", "Ben", "Chloé")


def plan_for(annotators, lengths, groups, *, n_volumes=30):
    volumes = tuple(
        LabVolume(name=f"CT_{i:03d}", first_slice=0, last_slice=n - 1, group=group)
        for i, (n, group) in enumerate(zip(lengths, groups, strict=True))
    )
    stages = (Stage(n_volumes=n_volumes, every=2),)
    return plan_project(answer(volumes=volumes, hours=200.0, annotators=annotators, stages=stages))


def hours_of(plan, names):
    hours = defaultdict(float)
    for name, visit in zip(share_out(plan), plan.visits, strict=True):
        hours[name] += visit.hours
    return [hours[name] for name in names]


@given(
    st.lists(st.tuples(st.integers(2, 90), st.sampled_from("AABC")), min_size=40, max_size=40),
    st.integers(2, 3),
)
@settings(max_examples=40)
def test_shares_take_as_long(volumes, n):
    plan = plan_for(THREE[:n], *zip(*volumes, strict=True))
    hours = hours_of(plan, THREE[:n])
    assert sum(hours) == pytest.approx(plan.hours)
    assert max(hours) - min(hours) <= 2 * max(visit.hours for visit in plan.visits)


def test_no_annotator_gets_a_group_alone():
    # Groups that take turns, as annotators would: every second volume is from B.
    plan = plan_for(("Anna", "Ben"), [30] * 40, "AB" * 20, n_volumes=36)
    counts = Counter(
        (name, visit.volume.group) for name, visit in zip(share_out(plan), plan.visits, strict=True)
    )
    assert set(counts.values()) == {10}


def test_each_annotator_labels_test_volumes():
    plan = plan_for(("Anna", "Ben"), [30] * 40, "A" * 40)
    roles = Counter((name, visit.role) for name, visit in zip(share_out(plan), plan.visits, strict=True))
    assert roles["Anna", "test"] == roles["Ben", "test"] == 2


def test_a_longer_plan_begins_with_the_same_shares():
    lengths, groups = [20 + i % 7 for i in range(40)], "ABBA" * 10
    short, long = (plan_for(THREE, lengths, groups, n_volumes=n) for n in (9, 25))
    assert share_out(long)[: len(short.visits)] == share_out(short)


def test_the_table_names_who_labels_and_nobody_where_nobody_is_named():
    lengths, groups = [30] * 40, "A" * 40
    assert set(visit_rows(plan_for(("Anna", "Ben"), lengths, groups))["annotator"]) == {"Anna", "Ben"}
    assert set(visit_rows(plan_for((), lengths, groups))["annotator"]) == {""}


def test_too_many_names_are_refused():
    with pytest.raises(ProjectError, match="51 annotators are named, expected at most 50; name fewer"):
        read_names(",".join(map(str, range(51))))
