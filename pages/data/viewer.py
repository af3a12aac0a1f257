"""Looking at a prepared data set: which volume, quality and slice, their pictures, and the facts."""

import numpy as np
import pandas as pd
import streamlit as st

from simulator.datasets import PreparedDataset, PreparedVolume
from simulator.figures.slice_images import draw_slice
from simulator.records import Virtues
from simulator.virtues import PROXIES, AnnotatedVolume, annotate_volume, find_level, quality_curve

from ..common.escape import escape
from ..common.theme import small_print
from ..common.url_state import publish, restore_number, restore_option

__all__ = ["annotate_chosen", "choose_slice", "choose_view", "show_facts", "show_pictures"]

PLANES = ("sagittal", "coronal", "axial")


def choose_view(dataset: PreparedDataset) -> tuple[PreparedVolume, Virtues]:
    """Let volume, quality and proxy be chosen."""
    volumes = {volume.id: volume for volume in dataset.pool if len(volume.labeled)}
    names = {volume_id: dataset.names.get(volume_id, volume_id) for volume_id in volumes}
    restore_option("volume", list(volumes), default=next(iter(volumes)))
    restore_option("proxy", list(PROXIES), default=next(iter(PROXIES)))
    proxy = PROXIES[st.session_state["proxy"]]
    lowest = 30
    if proxy.has_key_slices:
        with st.spinner("Measuring quality against spacing"):
            lowest = int(np.ceil(100 * quality_curve(dataset, proxy=proxy.name).lowest))
    restore_number("quality", low=min(lowest, 99), high=100, default=max(80, lowest), scale=100)
    chosen = st.selectbox(
        "Volume",
        list(volumes),
        key="volume",
        width=210,
        format_func=names.__getitem__,
        persist_state="session",
    )
    quality = st.slider(
        "Quality asked for",
        min(lowest, 99),
        100,
        key="quality",
        width=330,
        format="%d\u00a0%%",
        persist_state="session",
    )
    if len(PROXIES) > 1:
        st.segmented_control(
            "Quality lost by",
            list(PROXIES),
            key="proxy",
            required=True,
            wrap=True,
            format_func=lambda name: f":gray[{PROXIES[name].label}]",
            persist_state="session",
        )
    publish(volume=chosen, quality=quality / 100, proxy=proxy.name if len(PROXIES) > 1 else None)
    return volumes[chosen], Virtues(diversity=1.0, completeness=1.0, quality=quality / 100, proxy=proxy.name)


def annotate_chosen(dataset: PreparedDataset, volume: PreparedVolume, virtues: Virtues) -> AnnotatedVolume:
    """Annotate a volume as the first seed does; once, since outlining large slices takes seconds."""
    key = (dataset.reference.fingerprint, volume.id, virtues.model_dump_json())
    return _annotate(key, dataset, volume, virtues)


@st.cache_resource(max_entries=4, show_spinner="Labeling every slice of this volume")
def _annotate(
    key: tuple[str, ...], _dataset: PreparedDataset, _volume: PreparedVolume, _virtues: Virtues
) -> AnnotatedVolume:
    return annotate_volume(_volume, _virtues, level=find_level(_dataset, _virtues), seed=0)


def choose_slice(annotated: AnnotatedVolume) -> int:
    """Let a slice of the structure be chosen; to begin with, its middle."""
    first, last = int(annotated.annotation.extent[0]), int(annotated.annotation.extent[-1])
    if first == last:
        return first
    restore_number("slice", low=first, high=last, default=_telling_slice(annotated))
    index = int(st.slider("Slice", first, last, key="slice", width=330, persist_state="session"))
    publish(slice=index)
    return index


def show_pictures(annotated: AnnotatedVolume, *, axis: int, index: int) -> None:
    """Show reference, annotation and difference of one slice."""
    images = draw_slice(annotated, axis=axis, index=index)
    captions = (
        f"**Reference**, slice {index}",
        "**Annotation**",
        "**Difference**: cyan was missed, pink was added, white line is the reference",
    )
    pictures = (images.reference, images.annotation, images.difference)
    for column, picture, caption in zip(st.columns(3), pictures, captions, strict=True):
        with column:
            st.image(picture, width="stretch", alt=caption.replace("*", ""))
            small_print(caption)


def show_facts(dataset: PreparedDataset) -> None:
    """Show what a prepared data set is."""
    reference = dataset.reference
    sizes = np.array([len(volume.labeled) for volume in dataset.pool])
    spacing = np.linalg.norm(dataset.pool[0].affine[:3, :3], axis=0)
    plane = PLANES[int(np.abs(dataset.pool[0].affine[:3, reference.axis]).argmax())]
    facts = {
        "Volumes": f"{reference.n_pool} to label from, {reference.n_test} kept for testing",
        "Slices with a mask": f"{sizes.sum():,}, median {np.median(sizes):.0f} a volume",
        "Sliced along": f"axis {reference.axis}, {plane}",
        "Voxel size": " × ".join(f"{size:.3g}" for size in spacing) + " mm (first volume)",
        "Modality": escape(dataset.modality),
        "Labels": ", ".join(map(str, reference.labels)) + (" joined" if len(reference.labels) > 1 else ""),
        "Fingerprint": f"{reference.fingerprint[:4]} {reference.fingerprint[4:8]} …",
    }
    st.subheader("The data set", anchor=False)
    table = pd.DataFrame({"": [f":gray[{name}]" for name in facts], " ": list(facts.values())})
    st.table(table, border="horizontal", hide_index=True, hide_header=True, alt="Facts of the data set")


def _telling_slice(annotated: AnnotatedVolume) -> int:
    """Find the slice nearest to the middle whose mask was filled in: a labeled one shows no difference."""
    annotation = annotated.annotation
    middle = int(annotation.extent[len(annotation.extent) // 2])
    filled = annotation.extent[~annotation.is_drawn].tolist()
    return min(filled, key=lambda index: abs(index - middle), default=middle)
