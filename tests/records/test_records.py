import hashlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import RecordError, RequestError
from simulator.protocols import FAST, SMOKE
from simulator.records import (
    Achieved,
    Cost,
    DatasetReference,
    Performance,
    SimulationRecord,
    SimulationRequest,
    Virtues,
    VolumeCounts,
    canonical_json,
    parse_record,
    parse_records,
    parse_virtues,
    volume_dice,
    volume_iou,
)
from simulator.records.performance import dice_of, score_many

DATASET = DatasetReference(name="liver", fingerprint="ab" * 32, axis=2, labels=(1,), n_pool=8, n_test=2)
shares = st.floats(1e-6, 1.0)
counts = st.integers(0, 10**9)


def make_record(**changes):
    request = SimulationRequest(
        dataset=DATASET,
        virtues=Virtues(diversity=0.5, completeness=0.5, quality=0.9),
        protocol=FAST,
        seed=0,
    )
    per_volume = tuple(
        VolumeCounts(volume=c * 12, tp=80, fp=20, fn=20, tp_labeled=80, fp_labeled=10, fn_labeled=20)
        for c in "ab"
    )
    facts = {
        "key": request.key,
        "dataset": DATASET,
        "virtues": request.virtues,
        "protocol": request.protocol,
        "seed": 0,
        "achieved": Achieved(
            quality=0.9,
            spacing=2.0,
            n_volumes=4,
            n_slices_drawn=10,
            n_slices_copied=5,
            n_slices_used=15,
            n_labeled_slices_pool=60,
        ),
        "performance": Performance.of(per_volume),
        "per_volume": per_volume,
        "history": (),
        "cost": Cost(seconds=1.0, slice_steps=100, device="cpu"),
        "versions": {"torch": "2"},
        "created": "2026-01-01T00:00:00Z",
    }
    return SimulationRecord(**(facts | changes))


def test_a_changed_copy_has_a_key_of_its_own():
    request = make_record().request
    assert request.key != request.model_copy(update={"seed": 1}).key


def test_a_changed_copy_of_a_record_has_its_own_dice():
    first = make_record()
    assert first.volume_dice == (0.8, 0.8)
    counts = (first.per_volume[0].model_copy(update={"tp": 160}), first.per_volume[1])
    assert first.model_copy(update={"per_volume": counts}).volume_dice == (320 / 360, 0.8)


def test_key_ignores_the_name_and_feels_everything_else():
    request = make_record().request
    renamed = request.model_copy(update={"dataset": DATASET.model_copy(update={"name": "copy of liver"})})
    others = [
        request.model_copy(update=change)
        for change in (
            {"seed": 1},
            {"protocol": SMOKE},
            {"virtues": Virtues.full()},
            {"dataset": DATASET.model_copy(update={"fingerprint": "cd" * 32})},
        )
    ]
    assert renamed.key == request.key
    assert len({request.key, *(other.key for other in others)}) == 5


@given(shares, shares, shares, st.integers(0, 2**31 - 1))
def test_a_request_keeps_its_key_through_json(diversity, completeness, quality, seed):
    virtues = Virtues(diversity=diversity, completeness=completeness, quality=quality)
    request = SimulationRequest(dataset=DATASET, virtues=virtues, protocol=FAST, seed=seed)
    again = SimulationRequest.model_validate_json(request.model_dump_json())
    assert again == request
    assert again.key == request.key


rates = st.floats(0, exclude_min=True, allow_nan=False, allow_infinity=False)


@given(shares, st.integers(0, 2**31 - 1), rates, st.sampled_from([0.0, -0.0, 0.2]))
def test_a_key_is_the_digest_of_all_that_can_change_a_number_in_one_spelling(share, seed, rate, background):
    virtues = Virtues(diversity=share, completeness=share, quality=share)
    protocol = FAST.model_copy(update={"learning_rate": rate, "background_share": background})
    request = SimulationRequest(dataset=DATASET, virtues=virtues, protocol=protocol, seed=seed)
    facts = request.model_dump(mode="json", exclude={"dataset"})
    facts |= {"fingerprint": DATASET.fingerprint, "schema": 1}
    assert request.key == hashlib.sha256(canonical_json(facts).encode()).hexdigest()


def test_proxy_and_sampling_vanish_where_they_do_nothing():
    exact = Virtues(diversity=1.0, completeness=1.0, quality=1.0, proxy="shape", sampling="equidistant")
    assert exact == Virtues.full()
    inexact = Virtues(diversity=1.0, completeness=0.5, quality=0.9, proxy="shape", sampling="equidistant")
    assert (inexact.proxy, inexact.sampling) == ("shape", "equidistant")


@pytest.mark.parametrize("bad", [0.0, -0.1, 1.1, float("nan"), float("inf"), "0.5", None])
def test_virtues_are_shares(bad):
    with pytest.raises(RequestError, match=r"diversity: .*got"):
        parse_virtues(diversity=bad, completeness=1.0, quality=1.0)


def test_a_record_survives_json():
    record = make_record()
    assert parse_record(record.to_json()) == record
    assert "NaN" not in record.to_json()


def poison(**changes):
    return json.dumps(json.loads(make_record().to_json()) | changes)


def poison_field(part, **changes):
    return poison(**{part: json.loads(make_record().to_json())[part] | changes})


def poison_labeled(name):
    first, *others = json.loads(make_record().to_json())["per_volume"]
    return poison(per_volume=[first | {f"{name}_labeled": first[name] + 1}, *others])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (poison(key="0" * 64), "key is not the SHA-256"),
        (poison(schema=2), "the record has schema 2, this Labelwise reads up to 1: a newer one wrote it"),
        (poison(seed=0.0), "seed"),
        (poison(extra=1), "extra is not known here"),
        (poison(per_volume=[]), "per_volume"),
        (poison(cost={"seconds": float("nan"), "slice_steps": 1, "device": "cpu"}), "cost.seconds"),
        (
            poison(performance={"dice": 0.99, "iou": 0.5, "dice_labeled": None, "iou_labeled": None}),
            "does not follow",
        ),
        (poison(created="2026-99-01T00:00:00Z"), "created: month must be in 1..12"),
        (poison(seed=10**400), "seed"),
        (poison_field("dataset", n_pool=10**30), "dataset.n_pool: expected a number of at most"),
        (poison_field("dataset", n_test=2**31 + 1), "dataset.n_test"),
        (poison_field("dataset", labels=[65536]), "dataset.labels.0"),
        (poison_field("achieved", n_volumes=10**30), "achieved.n_volumes"),
        (poison_field("achieved", n_slices_used=10**30), "achieved.n_slices_used"),
        (poison_field("achieved", n_slices_drawn=10**30), "achieved.n_slices_drawn"),
        (poison_field("achieved", n_labeled_slices_pool=10**30), "achieved.n_labeled_slices_pool"),
        (poison_field("achieved", spacing=1.7e308), "achieved.spacing"),
        (poison_field("protocol", n_epochs=10**30), "protocol.n_epochs"),
        (poison_field("cost", seconds=1.7e308), "cost.seconds"),
        (poison_field("achieved", n_volumes=9), "achieved.n_volumes is 9, dataset.n_pool is 8"),
        (poison_field("achieved", n_slices_copied=16), "n_slices_copied is 16, but only 15 are used"),
        (poison_labeled("tp"), "more voxels on labeled slices than on all"),
        (poison_labeled("fp"), "more voxels on labeled slices than on all"),
        (poison_labeled("fn"), "more voxels on labeled slices than on all"),
        ("[" * 100_000, "is no JSON"),
        ("", "is no JSON"),
        (" " * (4 * 2**20 + 1), "at most"),
    ],
)
def test_a_bad_line_is_refused_with_its_field(line, message):
    with pytest.raises(RecordError, match=message):
        parse_record(line)


def parse(line):
    try:
        return parse_record(line)
    except RecordError as error:
        return error


def test_many_lines_are_read_as_each_is_alone():
    empty = (empty_reference("a" * 12, 0), empty_reference("b" * 12, 7))
    nothing_to_find = make_record(per_volume=empty, performance=Performance.of(empty))
    claims = json.loads(make_record().to_json())["performance"]
    texts = [
        make_record().to_json(),
        *(poison_field("performance", **{name: claims[name] + 1e-6}) for name in ("dice", "iou")),
        *(poison_field("performance", **{f"{name}_labeled": 0.5}) for name in ("dice", "iou")),
        poison_field("performance", dice_labeled=None),
        poison_field("performance", reason="none"),
        poison_field("performance", dice=claims["dice"] + 1e-10),
        poison_field("performance", dice=claims["dice"] + 7e-10),
        poison_labeled("tp"),
        nothing_to_find.to_json(),
        nothing_to_find.to_json().replace('"reason":"no test', '"reason":"No test'),
        " " * (4 * 2**20 + 1),
        "nonsense",
        make_record().to_json(),
    ]
    lines = [text.encode() for text in texts]
    alone = [parse(line) for line in lines]
    assert sum(isinstance(found, SimulationRecord) for found in alone) == 5
    assert list(map(repr, parse_records(lines))) == list(map(repr, alone))
    assert list(map(repr, parse_records(lines[1:2]))) == [repr(alone[1])]
    assert list(map(repr, parse_records(lines[-2:-1]))) == [repr(alone[-2])]
    assert parse_records([]) == []


@given(st.lists(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=4), min_size=1, max_size=5))
def test_no_performance_that_follows_from_its_counts_is_doubted(volumes):
    found = [
        tuple(
            VolumeCounts(volume=f"{i:012x}", tp=tp, fp=fp, fn=fn, tp_labeled=tp, fp_labeled=0, fn_labeled=fn)
            for i, (tp, fp, fn) in enumerate(triples)
        )
        for triples in volumes
    ]
    performances = [Performance.of(one) for one in found]
    doubtful, dices = score_many(performances, found)
    assert doubtful.tolist() == [one.reason is not None for one in performances]
    assert dices == [dice_of(one) for one in found]


@given(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=9))
def test_dice_and_iou_obey_their_law(triples):
    tp, fp, fn = np.array(triples, dtype=float).T
    dice, iou = volume_dice(tp, fp, fn), volume_iou(tp, fp, fn)
    assert np.allclose(dice, 2 * iou / (1 + iou))
    assert ((iou <= dice) & (dice <= 1) & (iou >= 0)).all()


def empty_reference(volume, fp):
    return VolumeCounts(volume=volume, tp=0, fp=fp, fn=0, tp_labeled=0, fp_labeled=0, fn_labeled=0)


def test_an_empty_reference_counts_fully_or_not_at_all():
    found = VolumeCounts(volume="c" * 12, tp=1, fp=0, fn=1, tp_labeled=1, fp_labeled=0, fn_labeled=1)
    performance = Performance.of((empty_reference("a" * 12, 0), empty_reference("b" * 12, 7), found))
    assert performance.dice == pytest.approx((1 + 0 + 2 / 3) / 3)
    assert performance.dice_labeled == pytest.approx(2 / 3)
    assert performance.reason is None


def test_a_mean_over_nothing_is_none_with_the_reason():
    performance = Performance.of((empty_reference("a" * 12, 0),))
    assert performance.dice_labeled is None
    assert performance.reason == "no test volume has a labeled slice"
