"""Quality by contour: every slice is drawn, with an outline that wanders smoothly around the true one.

That is how a hurried hand draws. It answers "how precisely must I draw?", not "may I skip slices?" (paper §4, step 1).
The wandering has no direction: a volume keeps its size, so that a systematic bias, such as an annotator who always
draws too wide, is not tested by it.
"""

import math
from dataclasses import dataclass

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

N_NODES = 4
"""Nodes of the field in a correlation length, at least: of a smoother one, most pixels lie between nodes."""

N_SEARCHED_VOXELS = 2**20
"""A larger box is searched for the amplitude in so many voxels at most."""

N_SEARCHED_SLICES = 32
"""Slices in which they lie, equidistant."""

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
    masks = np.zeros((len(extent), *reference.shape[1:]), dtype=bool)
    seen: np.ndarray = np.any(reference[extent[0] : extent[-1] + 1], axis=0, keepdims=True)
    rows, columns = _find_box(seen, 0)
    drawn = reference[labeled, rows, columns]
    if level < 1:
        rows, columns = _find_box(seen, int(np.ceil(MARGIN * _diameter(drawn))) + 1)
        drawn = _stray(reference[labeled, rows, columns], slices=labeled, level=level, streams=streams)
    masks[labeled - extent[0], rows, columns] = drawn
    return Annotation(extent=extent, masks=masks, sources=None)


def _stray(truth: np.ndarray, *, slices: np.ndarray, level: float, streams: RandomStreams) -> np.ndarray:
    """Displace the outlines as far as gives the overlap; of many pixels, on a part of them, and in place."""
    field = _smooth_field(truth, slices=slices, streams=streams)
    if truth.size <= N_SEARCHED_VOXELS:
        parts, n_parts = scipy.ndimage.label(truth, _IN_PLANE)
        distance = np.stack([signed_distance(mask) for mask in truth])
        innermost = scipy.ndimage.maximum_position(distance, parts, np.arange(1, n_parts + 1))
        found = _search(
            truth,
            distance,
            field.on(np.arange(len(truth))),
            innermost=tuple(np.transpose(innermost)),
            level=level,
        )
        return found.masks
    some = np.linspace(0, len(truth) - 1, min(len(truth), N_SEARCHED_SLICES)).astype(np.int64)
    step = math.ceil(math.sqrt(truth[some].size / N_SEARCHED_VOXELS))
    seen = (slice(None), slice(None, None, step), slice(None, None, step))
    known = {k: signed_distance(truth[k]) for k in some.tolist()}
    distance = np.stack([whole[seen[1:]] for whole in known.values()])
    nothing = (np.empty(0, dtype=np.int64),) * 3
    found = _search(truth[some][seen], distance, field.on(some)[seen], innermost=nothing, level=level)
    for k, mask in enumerate(truth):
        _stray_in_slice(mask, field, k, found, known.get(k))
    return truth


def _stray_in_slice(
    mask: np.ndarray, field: "_Field", k: int, found: "_Found", distance: np.ndarray | None
) -> None:
    """Displace the outlines of one slice by an amplitude that is known; nothing strays further than the field."""
    reach = math.ceil(max(0.0, found.amplitude * float(field.smooth[k].max()) - found.threshold)) + 1
    rows, columns = _find_box(mask[None], reach)
    here = mask[rows, columns]
    distance = signed_distance(here) if distance is None else distance[rows, columns]
    displaced = distance + found.amplitude * field.on(np.array([k]), rows, columns)[0]
    parts, _ = scipy.ndimage.label(here, _IN_PLANE[1])
    for number, box in enumerate(scipy.ndimage.find_objects(parts), start=1):
        depth = np.where(parts[box] == number, distance[box], 0)
        displaced[box].flat[depth.argmax()] = np.inf
    here[:] = _keep_parts(displaced >= found.threshold, here)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """The amplitude that comes nearest to the overlap, the threshold that keeps the size, and what they make."""

    amplitude: float
    threshold: float
    masks: np.ndarray


def _search(
    truth: np.ndarray,
    distance: np.ndarray,
    field: np.ndarray,
    *,
    innermost: tuple[np.ndarray, ...],
    level: float,
) -> _Found:
    """Find the amplitude by bisection: of all that were tried, the one that comes nearest."""
    n_true = np.count_nonzero(truth)

    def draw(amplitude: float) -> _Found:
        displaced = distance + amplitude * field
        displaced[innermost] = np.inf
        # The threshold at which the volume keeps its size: a displacement to both sides alone would widen it.
        threshold = np.partition(displaced, -n_true, axis=None)[-n_true]
        masks = _keep_parts(displaced >= threshold, truth)
        return _Found(amplitude=amplitude, threshold=float(threshold), masks=masks)

    best, best_miss = _Found(amplitude=0.0, threshold=0.0, masks=truth), 1 - level
    low, high = 0.0, _diameter(truth)
    for _ in range(N_HALVINGS):
        middle = (low + high) / 2
        found = draw(middle)
        missed = np.count_nonzero(found.masks & truth) / np.count_nonzero(found.masks | truth) - level
        if abs(missed) < abs(best_miss):
            best, best_miss = found, missed
        if abs(missed) < TOLERANCE:
            break
        low, high = (middle, high) if missed > 0 else (low, middle)
    return best


@dataclass(frozen=True, kw_only=True)
class _Field:
    """A smooth random field of mean 0 and deviation 1, known at the nodes of a lattice in each slice.

    `smooth` has shape (n_slices, n_rows, n_columns), `rows` and `columns` one row a pixel: the weights of the nodes.
    """

    smooth: np.ndarray
    rows: np.ndarray
    columns: np.ndarray

    def on(self, slices: np.ndarray, rows: slice = slice(None), columns: slice = slice(None)) -> np.ndarray:
        """Interpolate it at the pixels of some slices."""
        return np.stack([self.rows[rows] @ self.smooth[k] @ self.columns[columns].T for k in slices.tolist()])


def _smooth_field(truth: np.ndarray, *, slices: np.ndarray, streams: RandomStreams) -> _Field:
    """Draw a smooth random field over the labeled slices; gaps between them count."""
    in_plane = max(1.0, ALONG_OUTLINE * _diameter(truth))
    step = max(1, int(in_plane / N_NODES))
    lengths = np.array([BETWEEN_SLICES, in_plane / step, in_plane / step])
    room = np.ceil(TRUNCATED_AT * lengths).astype(np.int64)
    n_nodes = [(n - 2) // step + 2 for n in truth.shape[1:]]
    size = np.array([slices[-1] - slices[0] + 1, *n_nodes])
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
    rows, columns = (_weigh_nodes(n, step, m) for n, m in zip(truth.shape[1:], n_nodes, strict=True))
    return _Field(smooth=(field - field.mean()) / (spread if spread > 0 else 1.0), rows=rows, columns=columns)


def _weigh_nodes(n_pixels: int, step: int, n_nodes: int) -> np.ndarray:
    """Weigh the nodes that lie every `step` pixels for each pixel, as linear interpolation does."""
    apart = np.abs(np.arange(n_pixels)[:, None] / step - np.arange(n_nodes))
    return np.asarray((1 - apart).clip(min=0))


def _keep_parts(mask: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Leave out what touches the reference nowhere in its slice."""
    parts, n_parts = scipy.ndimage.label(mask, _IN_PLANE if mask.ndim == 3 else _IN_PLANE[1])
    if n_parts == 1 and (mask & truth).any():
        return mask
    is_kept = np.zeros(n_parts + 1, dtype=bool)
    is_kept[parts[truth]] = True
    is_kept[0] = False
    kept: np.ndarray = is_kept[parts]
    return kept


def _diameter(truth: np.ndarray) -> float:
    """Mean diameter over the slices, of a disc of the same area, in pixels."""
    areas = truth.sum(axis=(1, 2))
    return float(np.mean(2 * np.sqrt(areas / np.pi)))


def _find_box(masks: np.ndarray, margin: int) -> tuple[slice, slice]:
    """Find the box in plane around masks of shape (n, height, width), as far as there are pixels."""
    rows, columns = (np.flatnonzero(masks.any(axis=other)) for other in ((0, 2), (0, 1)))
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
