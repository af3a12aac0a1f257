import pandas as pd
import pytest

from simulator.analysis import choose_runs, keep_proxy, measured_datasets, reference_of
from simulator.errors import NotMeasuredError, RequestError
from simulator.records import Virtues
from tests.factories import make_record, make_reference, make_table

TWO_WAYS = make_table(
    [
        make_record(reference=make_reference(digit="a")),
        make_record(reference=make_reference(digit="b", n_pool=20)),
        make_record(reference=make_reference(name="other", digit="c")),
        make_record(reference=make_reference(digit="a"), protocol="paper"),
    ]
)


def test_one_protocol_of_one_data_set():
    runs = choose_runs(TWO_WAYS, dataset="other", protocol="fast")
    assert runs["key"].tolist() == [make_record(reference=make_reference(name="other", digit="c")).key]
    assert list(runs.index) == [0]


def test_a_copy_under_another_name_adds_to_the_same_records():
    copy = make_record(Virtues.full(), seed=7, reference=make_reference(name="copy", digit="c"))
    table = make_table([make_record(reference=make_reference(name="other", digit="c")), copy])
    assert len(choose_runs(table, dataset="other", protocol="fast")) == 2
    assert len(choose_runs(table, dataset="copy", protocol="fast")) == 2


def name_of(*tables):
    (reference,) = measured_datasets(pd.concat(tables, ignore_index=True))
    return reference.name


def test_one_record_does_not_rename_a_data_set():
    ours = make_table([make_record(seed=seed, reference=make_reference(name="ours")) for seed in range(2)])
    theirs = [make_record(seed=seed, reference=make_reference(name="theirs")) for seed in range(2, 5)]
    assert name_of(make_table(theirs[:1]), ours) == "ours"
    assert name_of(make_table(theirs), ours) == "theirs"
    assert name_of(make_table(theirs), ours.assign(source="published")) == "ours"


def test_an_ambiguous_name_lists_the_ways():
    with pytest.raises(
        RequestError, match=r"toy was measured in 2 ways: aaaaaaaa \(.*40 pool.*1 runs; bbbbbbbb \(.*20 pool"
    ):
        choose_runs(TWO_WAYS, dataset="toy", protocol="fast")


@pytest.mark.parametrize(
    "ask", [{"dataset": "b" * 8}, {"dataset": "b" * 64}, {"dataset": "toy", "n_pool": 20}]
)
def test_a_fingerprint_or_a_flag_tells_them_apart(ask):
    assert choose_runs(TWO_WAYS, protocol="fast", **ask)["fingerprint"].tolist() == ["b" * 64]


def test_only_the_asked_protocol_can_be_ambiguous():
    assert choose_runs(TWO_WAYS, dataset="toy", protocol="paper")["fingerprint"].tolist() == ["a" * 64]


def test_what_is_not_measured_says_what_to_do():
    with pytest.raises(
        NotMeasuredError, match=r"nothing has been measured on liver yet; run .*campaign run FOLDER"
    ):
        choose_runs(TWO_WAYS, dataset="liver", protocol="fast")
    with pytest.raises(
        NotMeasuredError, match=r"under protocol smoke; measured are aaaaaaaa.*under fast, paper"
    ):
        choose_runs(TWO_WAYS, dataset="toy", protocol="smoke")
    with pytest.raises(NotMeasuredError, match="cut like this"):
        choose_runs(TWO_WAYS, dataset="toy", protocol="fast", labels=(1, 2))


def test_an_empty_table_is_no_error_of_ours():
    with pytest.raises(NotMeasuredError, match="nothing has been measured"):
        choose_runs(make_table([]), dataset="toy", protocol="fast")
    assert measured_datasets(make_table([])) == ()


def test_data_sets_are_read_back():
    references = measured_datasets(TWO_WAYS)
    assert [r.name for r in references] == ["other", "toy", "toy"]
    assert reference_of(TWO_WAYS[TWO_WAYS["name"] == "other"]) == make_reference(name="other", digit="c")


def test_proxies_are_kept_apart():
    copied = Virtues(diversity=1.0, completeness=1.0, quality=0.8)
    outlined = copied.model_copy(update={"proxy": "contour"})
    runs = make_table([make_record(v) for v in (Virtues.full(), copied, outlined)])
    for proxy in ("interpolation", "contour"):
        kept = keep_proxy(runs, proxy)
        assert len(kept) == 2
        assert set(kept.loc[kept["quality"] < 1, "proxy"]) == {proxy}
    assert len(keep_proxy(runs, "shape")) == 1
