"""What every proxy keeps to: a suite that a proxy of one's own can be checked with, too."""

from itertools import pairwise

import numpy as np

from .curve import annotation_iou
from .quality import QUESTIONS, Proxy
from .quality.annotation import Annotation
from .random_streams import RandomStreams

__all__ = ["check_proxy"]

N_VOLUMES = 6
SPACINGS, QUALITIES = (1.0, 2.0, 3.0, 5.0, 8.0), (1.0, 0.9, 0.8, 0.7, 0.6)

SLACK = 0.02
"""How far the mean IoU may rise where less is asked for: chance of a few volumes."""


def check_proxy(proxy: Proxy) -> None:
    """Check a proxy: full quality is the identity, inputs stay, same seed same bytes, less asked is less achieved.

    Parameters
    ----------
    proxy : Proxy
        Tried on discs that move and grow from slice to slice, one with a slice in between that is empty.

    Raises
    ------
    AssertionError
        With what was broken.
    """
    _check_words(proxy)
    volumes = [_make_discs(number) for number in range(N_VOLUMES)]
    levels = SPACINGS if proxy.has_key_slices else QUALITIES
    means = []
    for level in levels:
        annotated = [_annotate(proxy, masks, level=level, seed=k) for k, masks in enumerate(volumes)]
        for k, (masks, made) in enumerate(zip(volumes, annotated, strict=True)):
            _check_annotation(proxy, made, masks)
            again = _annotate(proxy, masks, level=level, seed=k)
            assert again.masks.tobytes() == made.masks.tobytes(), "same seed, same bytes"
            if level == 1:
                assert np.array_equal(made.masks, masks[made.extent]), "full quality is the reference itself"
                assert made.is_drawn.all(), "at full quality every slice is drawn"
        means.append(np.mean([annotation_iou(m, masks) for m, masks in zip(annotated, volumes, strict=True)]))
    assert all(less <= more + SLACK for more, less in pairwise(means)), (
        f"less asked is less achieved: {means}"
    )
    assert means[-1] < 1, "quality is lost"


def _check_words(proxy: Proxy) -> None:
    assert proxy.question in QUESTIONS, f"question is one of {', '.join(QUESTIONS)}"
    assert proxy.name.isprintable(), "a name is printable"
    assert proxy.name == proxy.name.strip(), "a name has no spaces around"
    assert proxy.title[:1].isupper(), "a title begins like a sentence"
    assert proxy.caveat, "a caveat is said in reports"
    share = proxy.outlining_share
    assert share is None or 0 < share <= 1, "the share of an exact outline's time is in (0, 1]"
    wanted = "{others}" if proxy.has_key_slices else "{quality}"
    for text in filter(None, (proxy.instruction, proxy.end_instruction)):
        assert wanted in text, f"an instruction has {wanted}"
        assert "{" not in text.format(others="slice 3", quality="90 %"), "an instruction names nothing else"
    assert bool(proxy.filling) == proxy.has_key_slices, "what is skipped is filled in, and nothing else is"


def _make_discs(number: int) -> np.ndarray:
    rows, columns = np.mgrid[:40, :40]
    masks = np.zeros((20, 40, 40), dtype=bool)
    for index in range(3, 17):
        radius, centre = 7 + number % 3 + 0.3 * index, 15 + 0.5 * index
        masks[index] = (rows - 20) ** 2 + (columns - centre) ** 2 < radius**2
    if number == 0:
        masks[9] = False
    masks.flags.writeable = False
    return masks


def _annotate(proxy: Proxy, masks: np.ndarray, *, level: float, seed: int) -> Annotation:
    before, labeled = masks.tobytes(), np.flatnonzero(masks.any(axis=(1, 2)))
    kept = labeled.copy()
    made = proxy.annotate(
        masks, labeled=labeled, level=level, streams=RandomStreams.of(seed=seed, volume_id=f"{seed:012x}")
    )
    assert masks.tobytes() == before, "the reference is not changed"
    assert np.array_equal(labeled, kept), "the list of labeled slices is not changed"
    return made


def _check_annotation(proxy: Proxy, made: Annotation, masks: np.ndarray) -> None:
    labeled = np.flatnonzero(masks.any(axis=(1, 2)))
    whole = np.arange(labeled[0], labeled[-1] + 1)
    assert np.array_equal(made.extent, whole), "the extent is from the first to the last labeled slice"
    assert made.masks.shape == (len(whole), *masks.shape[1:]), "a mask for each slice of the extent"
    assert made.masks.dtype == bool, "masks are bool"
    assert made.masks.any(), "an annotation is not empty"
    assert (made.sources is not None) == proxy.has_key_slices, "sources are named where slices are skipped"
    if made.sources is not None:
        assert np.isin(made.sources, whole).all(), "sources are slices of the extent"
