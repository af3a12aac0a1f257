"""Quality by contour: every slice is drawn, with an outline that wanders smoothly around the true one.

That is how a hurried hand draws. It answers "how precisely must I draw?", not "may I skip slices?" (paper §4, step 1).
The wandering has no direction: a volume keeps its size, so that a systematic bias, such as an annotator who always
draws too wide, is not tested by it.
"""

import numpy as np
import scipy  # which loads ndimage when a mask asks for it: most commands never do

from ..blends import signed_distance
from ..random_streams import RandomStreams
from .annotation import Annotation
from .proxy import Proxy

__all__ = ["CONTOUR", "outline_in_a_hurry"]

ALONG_OUTLINE = 0.2
"""Correlation length in plane, in diameters of the structure: a hand strays over a stretch of outline, not a pixel."""

BETWEEN_SLICES = 1.5
"""Correlation length between slices, in slices: who draws the next one has the last one before the eyes."""

MARGIN = 0.6
"""Room around the structure, in diameters, in which the outline may stray."""

TRUNCATED_AT = 3.0
"""Where the smoothing ends, in correlation lengths."""

N_HALVINGS = 18

TOLERANCE = 0.001
"""An IoU this near to what was asked is not searched for further."""

_IN_PLANE = np.ones((3, 3, 3), dtype=bool) & (np.arange(3) == 1)[:, None, None]


def outline_in_a_hurry(
    reference: np.ndarray, *, labeled: np.ndarray, level: float, streams: RandomStreams
) -> Annotation:
    """Draw every labeled slice of one volume with a wandering outline.

    Parameters
    ----------
    reference : ndarray of shape (n_slices, height, width), dtype bool
    labeled : ndarray of shape (n_labeled,), dtype int64
        Slices of `reference` that are not empty, ascending, at least one.
    level : float in (0, 1]
        3-D IoU with the reference that is aimed at; it is hit to within 0.01 where the structure has pixels enough.
    streams : RandomStreams

    Returns
    -------
    Annotation
        Each part that hangs together in a slice keeps at least its innermost pixel, and no part appears where there
        was none. Less quality is more of the same displacement.
    """
    extent = np.arange(labeled[0], labeled[-1] + 1)
    masks = reference[extent].copy()
    if level < 1:
        box = _box_with_margin(masks[labeled - extent[0]])
        rows, columns = box
        masks[labeled - extent[0], rows, columns] = _stray(
            reference[labeled][:, rows, columns], slices=labeled, level=level, streams=streams
        )
    return Annotation(extent=extent, masks=masks, sources=None)


def _stray(truth: np.ndarray, *, slices: np.ndarray, level: float, streams: RandomStreams) -> np.ndarray:
    """Displace the outlines by bisection of the amplitude: of all amplitudes tried, the one that comes nearest."""
    distance = np.stack([signed_distance(mask) for mask in truth])
    field = _smooth_field(truth, slices=slices, streams=streams)
    parts, n_parts = scipy.ndimage.label(truth, _IN_PLANE)
    innermost = tuple(
        np.transpose(scipy.ndimage.maximum_position(distance, parts, np.arange(1, n_parts + 1)))
    )
    n_true = np.count_nonzero(truth)

    def draw(amplitude: float) -> np.ndarray:
        displaced = distance + amplitude * field
        displaced[innermost] = np.inf
        # The threshold at which the volume keeps its size: a displacement to both sides alone would widen it.
        threshold = -np.partition(-displaced, n_true - 1, axis=None)[n_true - 1]
        return _keep_parts(displaced >= threshold, truth)

    def miss(mask: np.ndarray) -> float:
        return np.count_nonzero(mask & truth) / np.count_nonzero(mask | truth) - level

    best, best_miss = truth, 1 - level
    low, high = 0.0, _diameter(truth)
    for _ in range(N_HALVINGS):
        middle = (low + high) / 2
        mask = draw(middle)
        missed = miss(mask)
        if abs(missed) < abs(best_miss):
            best, best_miss = mask, missed
        if abs(missed) < TOLERANCE:
            break
        low, high = (middle, high) if missed > 0 else (low, middle)
    return best


def _smooth_field(truth: np.ndarray, *, slices: np.ndarray, streams: RandomStreams) -> np.ndarray:
    """Draw a smooth random field of mean 0 and deviation 1 over the labeled slices; gaps between them count."""
    in_plane = max(1.0, ALONG_OUTLINE * _diameter(truth))
    lengths = np.array([BETWEEN_SLICES, in_plane, in_plane])
    room = np.ceil(TRUNCATED_AT * lengths).astype(np.int64)
    size = np.array([slices[-1] - slices[0] + 1, *truth.shape[1:]])
    # Noise all around, so that the field is as strong at the edges as inside.
    noise = streams.generator("contour").standard_normal(size + 2 * room)
    field = noise
    for axis, (length, beside, n) in enumerate(zip(lengths, room, size, strict=True)):
        # By a matrix, which costs half where a structure is hundreds of pixels wide, and leaves out what lies beside.
        weights = scipy.ndimage.gaussian_filter1d(
            np.eye(n + 2 * beside), length, axis=0, truncate=TRUNCATED_AT
        )[beside : beside + n]
        field = np.moveaxis(np.tensordot(weights, field, (1, axis)), 0, axis)
    field = np.ascontiguousarray(field)[slices - slices[0]]
    spread = field.std()
    smooth: np.ndarray = (field - field.mean()) / (spread if spread > 0 else 1.0)
    return smooth


def _keep_parts(mask: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Leave out what touches the reference nowhere in its slice."""
    parts, n_parts = scipy.ndimage.label(mask, _IN_PLANE)
    is_kept = np.zeros(n_parts + 1, dtype=bool)
    is_kept[parts[truth]] = True
    is_kept[0] = False
    kept: np.ndarray = is_kept[parts]
    return kept


def _diameter(truth: np.ndarray) -> float:
    """Mean diameter over the slices, of a disc of the same area, in pixels."""
    areas = truth.sum(axis=(1, 2))
    return float(np.mean(2 * np.sqrt(areas / np.pi)))


def _box_with_margin(masks: np.ndarray) -> tuple[slice, slice]:
    margin = int(np.ceil(MARGIN * _diameter(masks))) + 1
    _, rows, columns = np.nonzero(masks)
    return _widen(rows, margin, masks.shape[1]), _widen(columns, margin, masks.shape[2])


def _widen(places: np.ndarray, margin: int, size: int) -> slice:
    return slice(max(0, int(places.min()) - margin), min(size, int(places.max()) + 1 + margin))


CONTOUR = Proxy(
    name="contour",
    title="Outlined in a hurry",
    question="precision",
    annotate=outline_in_a_hurry,
    instruction="quickly, aiming at an overlap of {quality}",
    caveat="outlines wander smoothly to both sides of the true one; no annotator with a bias is tested",
)
