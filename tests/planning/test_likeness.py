"""What a lab's volumes are most like: what is compared, which comes first, and how it is said."""

import pytest

from simulator.planning.choices import Choice, list_choices
from simulator.planning.likeness import compare_volumes, rank_references
from simulator.planning.project import answer_project
from simulator.planning.references import Reference, find_references
from simulator.wording.likeness import say_choices, say_reason, say_width
from simulator.wording.projects import describe_basis
from simulator.wording.spans import plain
from tests.factories import make_records, make_reference, make_table
from tests.planning.test_project import answer, listed
from tests.records.test_project import make_project
from tests.studies import RUNS


def reference(title="Mandible, CT", *, name="jaw", modality="CT", n_slices=28.0, share=0.45, spacing=2.5):
    return Reference(
        dataset=make_reference(name=name, n_pool=58),
        title=title,
        modality=modality,
        n_slices=n_slices,
        share=share,
        spacing_mm=spacing,
    )


JAW = reference()
BRAIN = reference("Hippocampus, MR", name="brain", modality="MR", n_slices=39.0, share=0.78, spacing=1.0)
PHANTOM = reference("Phantom, CT", name="phantom", n_slices=17.0, spacing=5.0)


def reason(against=JAW, **facts):
    return say_reason(compare_volumes(make_project(**facts), against))


def order(*references, **facts):
    return [one.reference.title for one in rank_references(make_project(**facts), references)]


def best(*references, **facts):
    likeness = rank_references(make_project(**facts), references)[0]
    return (likeness.reference, likeness.reason) if likeness.is_like else (None, likeness.reason)


class TestReason:
    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({}, "nothing is known to compare by"),
            ({"modality": "CT"}, "CT"),
            ({"modality": "MR"}, "CT, not MR"),
            ({"structure": " mandible"}, "the same structure"),
            ({"structure": "jaw", "modality": "CT"}, "CT"),
            (
                {"modality": "CT", "n_slices": 35.0, "spacing_mm": 2.0},
                "CT, similar size and slice distance",
            ),
            (
                {"modality": "CT", "n_slices": 70.0, "spacing_mm": 1.0},
                "CT, similar size; slices 2.5 mm apart, not 1",
            ),
            (
                {"modality": "MR", "n_slices": 100.0, "spacing_mm": 2.0},
                "similar slice distance; CT, not MR; structure 70 mm long, not 200",
            ),
            ({"n_volumes": 2000}, "measured on 58 volumes, not 2,000"),
        ],
    )
    def test_what_agrees_is_said_first_and_then_what_does_not(self, facts, said):
        assert reason(**facts) == said

    def test_sizes_come_from_the_list_where_it_says_them(self):
        volumes = listed(4, n_slices=60, first_slice=10, last_slice=39, spacing_mm=2.4)
        assert reason(volumes=volumes, n_volumes=None) == "similar size and slice distance"

    def test_without_millimetres_the_share_of_the_slices_is_compared(self):
        thin = listed(4, n_slices=300, first_slice=10, last_slice=39)
        assert reason(volumes=thin, n_volumes=None) == "on 45 % of the slices, not 10"
        assert reason(volumes=listed(4, n_slices=60), n_slices=30.0) == "similar share of slices"


class TestOrder:
    def test_the_same_structure_comes_before_all(self):
        assert order(JAW, BRAIN, structure="hippocampus", modality="CT")[0] == BRAIN.title

    def test_then_the_modality_then_the_nearest_size(self):
        long = reference("Spine, CT", name="spine", n_slices=200.0)
        assert order(long, BRAIN, JAW, modality="CT", n_slices=30.0, spacing_mm=2.5) == [
            JAW.title,
            long.title,
            BRAIN.title,
        ]

    def test_the_phantom_is_last_and_proposed_to_nobody(self):
        facts = {"modality": "CT", "n_slices": 17.0, "spacing_mm": 5.0}
        assert order(PHANTOM, BRAIN, **facts) == [BRAIN.title, PHANTOM.title]
        assert best(PHANTOM, **facts) == (None, "")

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({"structure": "Mandible"}, (JAW, "the same structure")),
            ({"structure": "liver"}, (None, "")),
            ({"modality": "CT"}, (JAW, "the same modality")),
            ({"modality": "CT", "n_slices": 30.0, "spacing_mm": 2.5}, (JAW, "similar size")),
            ({"modality": "CT", "n_slices": 90.0, "spacing_mm": 2.5}, (None, "")),
            ({"n_slices": 30.0, "spacing_mm": 2.5}, (None, "")),
        ],
    )
    def test_what_is_proposed_is_like_these_volumes(self, facts, expected):
        assert best(JAW, BRAIN, **facts) == expected


class TestChoices:
    def test_each_has_the_width_of_the_answer_with_it(self):
        other = make_reference(name="other", digit="b", n_test=3)
        table = make_table([*make_records(), *make_records(reference=other)])
        found = answer_project(make_project(reference="toy", n_volumes=40, n_slices=30.0, hours=10.0), table)
        widths = {one.likeness.reference.title: one.halfwidth for one in list_choices(found, table)}
        assert widths["toy"] == pytest.approx(found.halfwidth)
        assert widths["other"] > widths["toy"]

    def test_without_published_data_sets_the_law_of_all_is_no_choice(self):
        (only,) = list_choices(answer(), RUNS)
        assert only.likeness.reference == find_references(RUNS)[0]

    def test_they_are_said_with_their_widths_and_what_of_once(self):
        jaw, brain = (compare_volumes(make_project(), one) for one in (JAW, BRAIN))
        choices = [
            Choice(likeness=jaw, halfwidth=0.05),
            Choice(likeness=None, halfwidth=0.12),
            Choice(likeness=brain, halfwidth=None),
        ]
        assert [plain(said) for said in say_choices(choices)] == [
            "Mandible, CT: Dice within ±0.05",
            "None: within ±0.12",
            "Hippocampus, MR",
        ]

    def test_of_many_differences_the_first_are_named(self):
        facts = {"modality": "CT", "n_slices": 100.0, "spacing_mm": 2.0, "n_volumes": 2000}
        assert reason(BRAIN, **facts) == "MR, not CT; structure 39 mm long, not 200"

    def test_nothing_is_said_to_be_surer_than_dice_is_written(self):
        assert [say_width(w) for w in (0.004, 0.0496, None)] == ["within ±0.01", "within ±0.05", ""]


class TestMeasuredOnHers:
    HERS = make_reference(name="own 0123456789ab", digit="c", n_pool=12, n_test=3)

    @pytest.fixture
    def table(self):
        return make_table([*make_records(), *make_records(reference=self.HERS)])

    def test_an_answer_rests_on_her_own_volumes_once_enough_was_trained_on_them(self, table):
        project = make_project(n_volumes=40, n_slices=30.0, hours=10.0, modality="CT")
        hers = answer_project(project.changed(measured=self.HERS.fingerprint), table)
        assert hers.reference.dataset == self.HERS
        assert describe_basis(hers) == "measured on your volumes"
        first = list_choices(hers, table)[0].likeness
        assert (first.reference.title, say_reason(first)) == (
            "your labeled volumes",
            "trained and tested on them",
        )

    def test_what_was_asked_for_stays(self, table):
        project = make_project(reference="toy", n_volumes=40, n_slices=30.0, hours=10.0)
        assert answer_project(project.changed(measured=self.HERS.fingerprint), table).reference.title == "toy"

    def test_nobody_rests_on_the_volumes_of_another_project(self, table):
        assert [one.title for one in find_references(table)] == ["toy"]
