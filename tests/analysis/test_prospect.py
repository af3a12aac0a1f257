from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulator.analysis.law.space import Space, lay_corners, lay_out_trainings
from simulator.analysis.others import learn_from_others
from simulator.analysis.prospect import look_ahead
from simulator.analysis.study import make_study
from simulator.effort import MEASURES, Prices
from simulator.records import Virtues
from tests.factories import SMALL_GRID, make_record, make_records, make_reference, make_table, true_dice

WAYS = pd.DataFrame(
    {"quality": [0.9, 0.8], "proxy": "interpolation", "achieved_quality": [0.9, 0.8], "spacing": [2.0, 3.0]}
)
DENSE = tuple(
    Virtues(diversity=d, completeness=c, quality=q)
    for d in (0.1, 0.2, 0.4, 0.7, 1.0)
    for c, q in [(0.1, 1.0), (0.2, 1.0), (0.5, 1.0), (1.0, 1.0), (1.0, 0.9), (1.0, 0.8)]
)


def make_space(n_pool=40, n_slices=1200, ways=WAYS, **options):
    reference = make_reference(n_pool=n_pool, digit="d", name="own", **options)
    return Space(reference=reference, protocol="fast", n_slices=n_slices, ways=ways)


def make_published():
    """Make two data sets that are published, which is as many as others learn from."""
    references = [make_reference(name=f"published {digit}", digit=digit) for digit in "bc"]
    records = [record for reference in references for record in make_records(DENSE, reference=reference)]
    return make_table(records, source="published")


PUBLISHED = make_published()


def own_study(records=(), *, space=None, has_prior=True):
    space = space or make_space()
    own = make_table(records) if records else PUBLISHED.iloc[:0]
    prior = learn_from_others(PUBLISHED, reference=space.reference, protocol="fast", proxy="interpolation")
    study = make_study(own, prices=Prices(), space=space, n_draws=400)
    return replace(study, prior=prior) if has_prior else study


class TestPrior:
    def test_others_that_are_published_are_learned_from(self):
        assert own_study().prior.names == ("published b", "published c")

    @pytest.mark.parametrize("name", ["published b", "own"])
    def test_neither_itself_nor_one_of_its_name(self, name):
        reference = make_reference(name=name, digit="b" if name != "own" else "e")
        prior = learn_from_others(PUBLISHED, reference=reference, protocol="fast", proxy="interpolation")
        assert prior.names == (() if name != "own" else ("published b", "published c"))
        twin = make_reference(name="published b", digit="f")
        assert not learn_from_others(
            PUBLISHED, reference=twin, protocol="fast", proxy="interpolation"
        ).names, "one data set shows no spread"

    def test_nothing_is_learned_from_few_or_local_or_trial_runs(self):
        few = make_table(
            [r for d in "bc" for r in make_records(reference=make_reference(name=d, digit=d))],
            source="published",
        )
        local = PUBLISHED.assign(source="local")
        for table in (few, local, PUBLISHED.assign(protocol="smoke")):
            prior = learn_from_others(
                table, reference=make_reference(), protocol="fast", proxy="interpolation"
            )
            assert not prior.names


class TestBeforeAnyTraining:
    def test_there_is_an_answer_which_is_wide_and_marked(self):
        answer = own_study().recommend(hours=4)
        assert (answer.status, answer.predicted.kind) == ("answer", "prior")
        assert answer.predicted.measured is None
        assert answer.predicted.high - answer.predicted.low > 0.05
        assert answer.predicted.low < true_dice(answer.strategy.virtues) < answer.predicted.high
        assert answer.n_combinations == 0
        assert answer.strategy.effort <= 4

    def test_without_a_prior_or_a_pool_there_is_none(self):
        assert own_study(has_prior=False).recommend(hours=4).status == "empty"
        assert not make_study(PUBLISHED.iloc[:0], prices=Prices()).can_answer

    def test_counts_beyond_twice_what_others_measured_are_refused(self):
        study = own_study(space=make_space(n_pool=500, n_slices=15_000))
        most = study.candidates["n_volumes"].max()
        assert most == int(2 * PUBLISHED["n_volumes"].max() * np.exp(0.02))

    def test_a_target_can_be_asked_for(self):
        cost = own_study().effort_of_target(0.6, measure=MEASURES["hours"])
        assert cost.estimate.kind == "prior"

    def test_once_something_is_measured_what_lies_within_is_predicted(self):
        records = [make_record(v, reference=make_space().reference) for v in SMALL_GRID]
        study = own_study(records)
        assert set(study.candidates["kind"]) == {"predicted", "prior"}
        assert study.recommend(hours=4).predicted.kind in {"measured", "predicted"}

    def test_one_training_keeps_the_prior_and_moves_it(self):
        full = make_record(Virtues.full(), reference=make_space().reference)
        before, after = own_study().recommend(hours=4), own_study([full]).recommend(hours=4)
        assert after.status == "answer"
        assert after.predicted.high - after.predicted.low < before.predicted.high - before.predicted.low


class TestSpace:
    def test_trainings_are_whole_volumes_and_rhythms_that_can_be_asked_for(self):
        laid = lay_out_trainings(make_space())
        assert (laid["n_volumes"] == laid["n_volumes"].round()).all()
        assert laid["n_volumes"].min() == 2
        assert (laid["n_slices_used"] >= laid["n_volumes"]).all()
        exact = laid[laid["quality"] == 1]
        assert (1 / exact["completeness"]).round(6).isin(range(1, 31)).all()
        assert len(laid) < 200
        assert not laid[["n_volumes", "completeness", "quality"]].duplicated().any()

    def test_corners_are_everything_and_the_ends(self):
        full, few, sparse, quick = lay_corners(make_space())
        assert full == Virtues.full()
        assert (few.diversity, few.completeness, few.quality) == (0.05, 1, 1)
        assert (sparse.diversity, sparse.completeness) == (1, pytest.approx(1 / 30, abs=1e-6))
        assert (quick.diversity, quick.quality) == (1, 0.8)

    @pytest.mark.parametrize(("n_pool", "n_slices"), [(1, 1), (1, 5), (2, 2), (3, 40)])
    def test_small_pools_have_some(self, n_pool, n_slices):
        space = make_space(n_pool=n_pool, n_slices=n_slices, ways=WAYS.iloc[:0])
        assert len(lay_out_trainings(space)) >= 1
        assert Virtues.full() in lay_corners(space)


class TestProspect:
    def test_full_virtues_come_first(self):
        assert look_ahead(own_study()).choose(1) == (Virtues.full(),)

    def test_what_is_on_its_way_is_not_chosen_again(self):
        ahead = look_ahead(own_study(), waiting=[Virtues.full()])
        assert Virtues.full() not in ahead.choose(4)

    def test_what_failed_is_not_chosen(self):
        first = look_ahead(own_study()).choose(3)
        assert not set(first) & set(look_ahead(own_study()).choose(3, without=first))

    def test_more_trainings_make_it_surer(self):
        records = [make_record(v, reference=make_space().reference) for v in SMALL_GRID[::3]]
        ahead = look_ahead(own_study(records))
        assert ahead.after(6).halfwidth < ahead.outlook.halfwidth

    def test_a_world_with_little_noise_is_settled_by_few_trainings(self):
        space = make_space()
        records = []
        for _ in range(12):
            for virtues in look_ahead(own_study(records)).choose(2):
                seed = sum(r.virtues == virtues for r in records)
                records.append(make_record(virtues, seed=seed, reference=space.reference))
        study = own_study(records)
        assert look_ahead(study).outlook.is_settled
        answer = study.recommend(hours=4)
        assert answer.predicted.dice == pytest.approx(true_dice(answer.strategy.virtues), abs=0.02)
