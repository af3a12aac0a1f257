"""What an annotator with less effort would have delivered (paper §2.1): diversity, then quality, then completeness.

Volumes are selected, each is annotated with the asked quality, and slices are sampled from the annotation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..datasets import PreparedDataset, PreparedVolume
from ..errors import RequestError, SimulationError
from ..records import Achieved, Virtues
from .completeness import SAMPLINGS
from .curve import LOWEST_QUALITY, annotation_iou, quality_curve, spacing_of
from .diversity import select_volumes
from .quality import get_proxy
from .quality.annotation import Annotation
from .random_streams import RandomStreams

__all__ = ["AnnotatedVolume", "Tally", "annotate", "annotate_volume", "find_level", "summarize"]


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What one annotated volume cost and is worth.

    Parameters
    ----------
    iou : float in [0, 1]
        3-D IoU between annotation and reference.
    n_drawn : int
        Slices that a hand has to draw for the used ones. Where the proxy draws every slice: the used ones.
    n_copied : int
        Used slices that are copies of a drawn one.
    n_used : int
        Slices with a mask that join the training set.
    """

    iou: float
    n_drawn: int
    n_copied: int
    n_used: int


@dataclass(frozen=True, kw_only=True)
class AnnotatedVolume:
    """One volume as the annotator leaves it.

    Parameters
    ----------
    volume : PreparedVolume
        With the reference, untouched.
    annotation : Annotation
        The annotation over the structure's extent.
    used_slices : ndarray of shape (n_used,), dtype int64
        Slices with a mask that join the training set, ascending.
    background_slices : ndarray of shape (n_background,), dtype int64
        Slices that are empty in the annotation and join the training set, ascending.
    tally : Tally
    """

    volume: PreparedVolume
    annotation: Annotation
    used_slices: np.ndarray
    background_slices: np.ndarray
    tally: Tally

    def mask(self, index: int) -> np.ndarray:
        """Annotation of one slice: ndarray of shape (height, width), dtype bool."""
        position = index - int(self.annotation.extent[0])
        if 0 <= position < len(self.annotation.extent):
            mask: np.ndarray = self.annotation.masks[position]
            return mask
        return np.zeros(self.volume.masks.shape[1:], dtype=bool)


def find_level(dataset: PreparedDataset, virtues: Virtues) -> float:
    """Find the level at which the proxy gives the asked quality on this pool.

    Returns
    -------
    float
        Key spacing in slices where the proxy has key slices, else the quality itself.

    Raises
    ------
    RequestError
        If the proxy is unknown or cannot be as bad as that here.
    """
    proxy = get_proxy(virtues.proxy)
    if not proxy.has_key_slices:
        if virtues.quality < LOWEST_QUALITY:
            raise RequestError(f"quality must be at least {LOWEST_QUALITY:g}, got {virtues.quality:g}")
        return virtues.quality
    return (
        1.0 if virtues.quality == 1 else spacing_of(quality_curve(dataset, proxy=proxy.name), virtues.quality)
    )


def annotate(dataset: PreparedDataset, virtues: Virtues, *, seed: int) -> Iterator[AnnotatedVolume]:
    """Annotate the selected volumes, one at a time.

    Parameters
    ----------
    dataset : PreparedDataset
    virtues : Virtues
    seed : int
        Same seed, same annotation; a smaller diversity or completeness gives a subset.

    Yields
    ------
    AnnotatedVolume
        Volumes without any labeled slice are passed over: there is nothing to draw in them.

    Raises
    ------
    RequestError
        If the quality cannot be met.
    SimulationError
        If none of the selected volumes has a labeled slice.
    """
    level = find_level(dataset, virtues)
    selected = select_volumes(n_pool=len(dataset.pool), diversity=virtues.diversity, seed=seed)
    volumes = [dataset.pool[i] for i in selected if len(dataset.pool[i].labeled)]
    if not volumes:
        raise SimulationError("none of the selected volumes shows the structure; take a larger diversity")
    for volume in volumes:
        yield annotate_volume(volume, virtues, level=level, seed=seed)


def annotate_volume(volume: PreparedVolume, virtues: Virtues, *, level: float, seed: int) -> AnnotatedVolume:
    """Annotate one volume.

    Parameters
    ----------
    volume : PreparedVolume
        With at least one labeled slice.
    virtues : Virtues
    level : float
        From `find_level`.
    seed : int

    Returns
    -------
    AnnotatedVolume
    """
    streams = RandomStreams.of(seed=seed, volume_id=volume.id)
    annotation = get_proxy(virtues.proxy).annotate(
        volume.masks, labeled=volume.labeled, level=level, streams=streams
    )
    is_labeled = np.zeros(len(volume.masks), dtype=bool)
    is_labeled[annotation.extent] = annotation.masks.any(axis=(1, 2))
    sample = SAMPLINGS[virtues.sampling]
    used = sample(np.flatnonzero(is_labeled), completeness=virtues.completeness, streams=streams)
    background = SAMPLINGS["random"](
        np.flatnonzero(~is_labeled), completeness=virtues.completeness, streams=streams
    )
    places = used - annotation.extent[0]
    sources = used if annotation.sources is None else annotation.sources[places]
    return AnnotatedVolume(
        volume=volume,
        annotation=annotation,
        used_slices=used,
        background_slices=background,
        tally=Tally(
            iou=annotation_iou(annotation, volume.masks),
            n_drawn=len(np.unique(sources)),
            n_copied=int(np.count_nonzero(~annotation.is_drawn[places])),
            n_used=len(used),
        ),
    )


def summarize(
    tallies: Sequence[Tally], *, virtues: Virtues, level: float, n_labeled_slices_pool: int
) -> Achieved:
    """Say what the virtues came to.

    Parameters
    ----------
    tallies : sequence of Tally, at least one
        One for each annotated volume.
    virtues : Virtues
    level : float
        From `find_level`.
    n_labeled_slices_pool : int

    Returns
    -------
    Achieved
    """
    has_key_slices = get_proxy(virtues.proxy).has_key_slices
    return Achieved(
        quality=float(np.mean([tally.iou for tally in tallies])),
        spacing=level if has_key_slices else None,
        n_volumes=len(tallies),
        n_slices_drawn=sum(tally.n_drawn for tally in tallies) if has_key_slices else None,
        n_slices_copied=sum(tally.n_copied for tally in tallies),
        n_slices_used=sum(tally.n_used for tally in tallies),
        n_labeled_slices_pool=n_labeled_slices_pool,
    )
