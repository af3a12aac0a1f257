"""Opening a data set from a folder of this machine, looking for problems, and preparing its slices."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from simulator.datasets import (
    DatasetSource,
    PreparedDataset,
    Problem,
    describe_problems,
    load_prepared,
    open_dataset,
    parse_labels,
    prepare_dataset,
)
from simulator.datasets.prepared import is_prepared, prepared_folder
from simulator.errors import LabelwiseError, RequestError
from simulator.formats import format_count
from simulator.protocols import PROTOCOLS
from simulator.records import DatasetReference
from simulator.settings import Settings
from simulator.virtues import quality_curve

from ..common.escape import escape, escape_sentence
from ..common.records import KnownDataset
from ..common.theme import small_print
from ..common.wording import TERMINAL

__all__ = ["find_prepared", "offer_opening", "prepare_here", "show_missing"]

SLICE_SIZES = sorted({protocol.slice_size for protocol in PROTOCOLS.values()})
N_PROBLEMS = 20
N_FOLDERS = 12
AXES = (None, 0, 1, 2)
MAX_POOL = 100_000
MAX_LABELS_TEXT = 4000
"""What the form takes; more where the data set that is looked for has more, or it would be cut differently."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the form asks for: a choice, so it may stay in the session."""

    folder: str
    n_pool: int | None
    axis: int | None
    labels: str


@dataclass(frozen=True, kw_only=True)
class Fields:
    """Keys of the form's boxes. Each data set that is shown has a form of its own, so that none inherits another's."""

    folder: str
    n_pool: str
    axis: str
    labels: str


def find_prepared(reference: DatasetReference, *, settings: Settings) -> PreparedDataset | None:
    """Open a data set if its slices are prepared here."""
    for size in SLICE_SIZES:
        folder = prepared_folder(reference.fingerprint, slice_size=size, settings=settings)
        if is_prepared(folder):
            return _load_prepared(str(folder), folder.stat().st_ctime_ns, size, reference, settings)
    return None


@st.cache_resource(show_spinner=False, max_entries=4)
def _load_prepared(
    folder: str, changed: int, slice_size: int, _reference: DatasetReference, _settings: Settings
) -> PreparedDataset:
    """Open slices once while their folder stays as it is: a page asks several times in a run."""
    return load_prepared(_reference.fingerprint, slice_size=slice_size, settings=_settings)


def show_missing(dataset: KnownDataset | None, *, settings: Settings) -> None:
    """Say that there is nothing to look at yet, and offer to open a data set."""
    with st.container(border=True):
        if dataset is None:
            st.header("No data set is open on this machine yet.", anchor=False)
        else:
            st.header(
                f"The volumes of {escape(dataset.title)} are not prepared on this machine.", anchor=False
            )
            st.markdown(
                "Procedure answers without them. To look at slices or to simulate more, open the same volumes: "
                f"{dataset.reference.n_pool} to label from and {dataset.reference.n_test} for testing."
            )
        if dataset is None or dataset.reference.name == "phantom":
            st.markdown("The phantom is made from a seed, in seconds: it shows the tool, it is no evidence.")
            label, icon = "Make and prepare the phantom", ":material/deployed_code:"
            if st.button(label, type="primary", icon=icon, disabled=settings.is_read_only):
                _prepare(open_dataset("phantom", settings=settings, is_browser=True), settings=settings)
    offer_opening(dataset, settings=settings)


def offer_opening(dataset: KnownDataset | None, *, settings: Settings) -> None:
    """Ask for a folder, and show what is found there.

    Parameters
    ----------
    dataset : KnownDataset or None
        The data set that is looked for; the form takes nothing from it until somebody asks for that. None for any.
    settings : Settings
    """
    wanted = dataset.reference if dataset and dataset.reference.name != "phantom" else None
    st.subheader("Open it from a folder" if wanted else "Open another data set", anchor=False)
    if not settings.data_roots:
        st.markdown(
            "No folder may be opened from the browser yet: name those that hold data sets in LABELWISE\\_DATA and "
            f"start again. From a terminal, `{TERMINAL} datasets prepare FOLDER` works with any folder, and "
            f"`{TERMINAL} datasets download TASK` fetches a task of the Medical Segmentation Decathlon."
        )
        return
    of = wanted.fingerprint[:12] if wanted else "any"
    fields = Fields(**{name: f"opening_{name}_{of}" for name in ("folder", "n_pool", "axis", "labels")})
    if wanted is not None:
        st.button(
            "Fill in as it was measured",
            icon=":material/edit:",
            on_click=_fill,
            args=(fields,),
            kwargs={"wanted": wanted},
        )
    asked = _ask(fields, wanted=wanted, roots=", ".join(escape(root) for root in settings.data_roots))
    opened = st.session_state.setdefault("opened", {})
    if asked is not None:
        opened[of] = asked
    if of in opened:
        _show_opened(opened[of], wanted=wanted, settings=settings)


def _fill(fields: Fields, *, wanted: DatasetReference) -> None:
    """Fill the form in so that a folder is cut as the data set was that is looked for."""
    st.session_state[fields.folder] = wanted.name
    st.session_state[fields.n_pool] = wanted.n_pool
    st.session_state[fields.axis] = wanted.axis
    st.session_state[fields.labels] = ",".join(map(str, wanted.labels))


def _ask(fields: Fields, *, wanted: DatasetReference | None, roots: str) -> Asked | None:
    """Show the form, blank to begin with; returns what it asks for once it is sent."""
    most_volumes = max(MAX_POOL, wanted.n_pool if wanted else 0)
    most_text = max(MAX_LABELS_TEXT, len(",".join(map(str, wanted.labels))) if wanted else 0)
    with st.form("opening", border=False):
        folder = st.text_input(
            "Folder on this machine", max_chars=1000, key=fields.folder, help=f"Inside {roots}."
        )
        with st.container(horizontal=True):
            n_pool = st.number_input(
                "Volumes to label from",
                0,
                most_volumes,
                width=160,
                key=fields.n_pool,
                help="0: all that are not kept for testing.",
            )
            axis = st.selectbox(
                "Sliced along",
                AXES,
                width=150,
                key=fields.axis,
                format_func=lambda axis: "as usual" if axis is None else f"axis {axis}",
            )
            labels = st.text_input(
                "Labels",
                max_chars=most_text,
                width=120,
                key=fields.labels,
                help="Numbers or names with commas between; nothing: all.",
            )
        if not st.form_submit_button("Open", icon=":material/folder_open:"):
            return None
    return Asked(folder=folder.strip(), n_pool=n_pool or None, axis=axis, labels=labels)


def _show_opened(asked: Asked, *, wanted: DatasetReference | None, settings: Settings) -> None:
    """Show what lies in a folder: problems first, then what it is and how to go on."""
    try:
        path = _find_folder(asked.folder, roots=settings.data_roots)
        labels = parse_labels(asked.labels.strip() or None)
        source = open_dataset(
            path, settings=settings, axis=asked.axis, labels=labels, n_pool=asked.n_pool, is_browser=True
        )
        with st.spinner(f"Looking at {format_count(len(source.contents.volumes), 'volume')}"):
            problems = source.problems
        _show_problems(problems)
        if not any(problem.is_blocking for problem in problems):
            _offer_preparing(source, wanted=wanted, settings=settings)
    except LabelwiseError as error:
        st.error(escape_sentence(error), icon=":material/error:")
    except OSError as error:
        st.error(escape_sentence(f"this folder cannot be opened: {error.strerror}"), icon=":material/error:")


def _offer_preparing(source: DatasetSource, *, wanted: DatasetReference | None, settings: Settings) -> None:
    reference, why = source.reference, source.axis.why if source.axis else ""
    st.markdown(
        f"**{escape(source.name)}**: {escape(source.layout.title)}, {escape(source.modality)}, "
        f"{format_count(reference.n_pool, 'volume')} to label from, {reference.n_test} kept for testing, sliced along "
        f"axis {reference.axis} ({escape(why)})."
    )
    if wanted is not None and wanted.name == reference.name and wanted.fingerprint != reference.fingerprint:
        st.markdown(
            f"These are not the volumes, or not the cut, that was measured ({wanted.n_pool} and {wanted.n_test} "
            "volumes): what is known of those does not hold for them, and they stand apart."
        )
    label, icon = "Prepare its slices", ":material/play_arrow:"
    if st.button(label, type="primary", icon=icon, disabled=settings.is_read_only):
        _prepare(source, settings=settings)


def _show_problems(problems: Sequence[Problem]) -> None:
    st.subheader(describe_problems(problems), anchor=False)
    if problems:
        shown = problems[:N_PROBLEMS]
        table = pd.DataFrame(
            {
                "Volume": [escape(problem.volume or "all") for problem in shown],
                "What is wrong": [escape(problem.what) for problem in shown],
                "What to do": [escape(problem.what_to_do) for problem in shown],
            }
        )
        st.table(table, border="horizontal", hide_index=True, alt="Problems of the data set")
    if len(problems) > N_PROBLEMS:
        small_print(
            f"{len(problems) - N_PROBLEMS} more; `{TERMINAL} datasets inspect FOLDER` lists them all."
        )


def prepare_here(source: DatasetSource, *, settings: Settings) -> None:
    """Prepare the slices in this session, and let the data set be the one that is chosen next.

    Leaving the page stops it, and nothing half-made stays.
    """
    bar = st.progress(0.0, text="Preparing slices")

    def show(done: int, total: int) -> None:
        bar.progress(done / total, text=f"Preparing slices: {done} of {total}. Leaving this page stops it.")

    prepared = prepare_dataset(source, slice_size=SLICE_SIZES[0], settings=settings, on_progress=show)
    bar.progress(1.0, text="Measuring quality against spacing")
    quality_curve(prepared)
    st.session_state["next_data"] = prepared.reference.fingerprint


def _prepare(source: DatasetSource, *, settings: Settings) -> None:
    prepare_here(source, settings=settings)
    st.session_state.pop("opened", None)
    st.rerun()


def _find_folder(name: str, *, roots: Sequence[Path]) -> str:
    """Find a folder by its place inside one of the roots.

    Whole paths and those that lead upwards are left to `open_dataset`, which says nothing of what lies outside.
    """
    if not name:
        raise RequestError(f"name a folder first; {_list_folders(roots)}")
    if name.startswith("~"):
        raise RequestError(f"~ stands for nothing here: write the folder in full; {_list_folders(roots)}")
    inside = [root / name for root in roots]
    found = next((folder for folder in inside if folder.is_dir()), None)
    if found is None and not (Path(name).is_absolute() or ".." in Path(name).parts):
        raise RequestError(f"there is no folder {name!r}; {_list_folders(roots)}")
    return str(found or inside[0])


def _list_folders(roots: Sequence[Path]) -> str:
    """List what a name may stand for."""
    names = sorted({folder.name for root in roots for folder in root.iterdir() if folder.is_dir()})
    more = ", …" if len(names) > N_FOLDERS else ""
    where = " and ".join(map(str, roots))
    return f"in {where} there is {', '.join(names[:N_FOLDERS]) or 'none'}{more}"
