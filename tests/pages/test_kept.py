"""What pages keep: computed once of the same, anew of another, and gone with what it was computed of."""

import gc
import weakref

from pages.common.kept import kept


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
