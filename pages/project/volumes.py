"""My volumes: in numbers, as a list, or as a folder of images."""

from pathlib import Path

import pandas as pd
import streamlit as st

from simulator.errors import LabelwiseError
from simulator.formats import format_count
from simulator.planning.annotators import read_names
from simulator.planning.project import ProjectAnswer
from simulator.planning.volumes.columns import FIELDS
from simulator.planning.volumes.folder import FolderScan, scan_folder
from simulator.planning.volumes.listing import ListProposal, propose_columns, read_volumes
from simulator.records import LabVolume
from simulator.records.project import MAX_SLICES
from simulator.settings import Settings
from simulator.wording.projects import say_shown_gain

from ..common.escape import escape, escape_sentence
from ..common.projects import change_project, is_example
from ..common.shown import shown
from ..common.theme import small_print
from .fields import WIDTH, ask_choice, ask_number, ask_text

__all__ = ["show_volumes"]

WAYS = {"numbers": "Numbers", "list": "A list", "folder": "A folder of images"}
UNUSED = "not used"
ANNOTATORS = "project_annotators"
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")


def show_volumes(answer: ProjectAnswer, *, settings: Settings) -> None:
    """Ask for the volumes."""
    project = answer.project
    kind = f"{project.modality} " if project.modality else ""
    about = "" if any(volume.span for volume in project.volumes) else "about "
    slices = f", {about}{format_count(round(answer.n_slices), 'slice')} each"
    label = (
        f":gray[My volumes] **{project.size:,} {kind}volume{'' if project.size == 1 else 's'}**"
        f"{' (example)' if is_example(project) else slices}"
    )
    with st.popover(label), st.container(width=WIDTH):
        way = st.segmented_control(
            "My volumes",
            list(WAYS),
            key="project_way",
            default="numbers",
            required=True,
            label_visibility="collapsed",
            format_func=lambda name: f":gray[{WAYS[name]}]",
        )
        if way == "list":
            _ask_list(answer, settings)
        elif way == "folder":
            _ask_folder(answer, settings)
        else:
            _ask_numbers(answer, settings)


def _ask_numbers(answer: ProjectAnswer, settings: Settings) -> None:
    project = answer.project
    is_listed = bool(project.volumes)
    with st.container(horizontal=True):
        if not is_listed:
            ask_number("Volumes", "n_volumes", project.size, settings)
        ask_number(
            "Slices in each",
            "n_slices",
            project.n_slices,
            settings,
            placeholder=f"about {answer.n_slices:.0f}",
            help="Slices that show the structure.",
            kind=float,
            most=MAX_SLICES,
        )
        ask_number(
            "Kept for testing",
            "n_testing",
            project.n_testing,
            settings,
            least=0,
            most=max(0, project.size - 1),
            placeholder=str(answer.n_testing),
            help="Labeled in full, and never trained on.",
        )
        ask_choice("Modality", "modality", ("", "CT", "MR"), project.modality, settings)
    with st.container(horizontal=True):
        ask_text("Structure", "structure", project.structure, settings)
        ask_number(
            "Slice distance, mm",
            "spacing_mm",
            project.spacing_mm,
            settings,
            kind=float,
            step=0.5,
            least=0.1,
            most=1e4,
            placeholder="unknown",
        )
        _ask_annotators(project.annotators, settings)
    if shown_gain := say_shown_gain(answer):
        small_print(shown_gain)
    if is_listed:
        small_print(f"The {format_count(project.size, 'volume')} are known by name.")
        st.button(
            "Count them instead",
            type="tertiary",
            on_click=change_project,
            args=(settings,),
            kwargs={"n_volumes": project.size, "volumes": (), "folder": "", "stages": (), "updates": ()},
        )
        _warn(answer)
    if answer.is_estimated:
        source = answer.reference.title if answer.reference else "what is usual"
        small_print(f"Estimated: slices in each that show the structure, from {escape(source)}.")
    if not is_listed:
        small_print("An annotation tool's files need a folder of images.")


def _ask_annotators(names: tuple[str, ...], settings: Settings) -> None:
    st.text_input(
        "Annotators",
        **shown(ANNOTATORS, ", ".join(names)),
        max_chars=100,  # no more names than may be
        placeholder="Anna, Ben",
        help="Where several are named, each gets a share of the volumes that takes equally long.",
        width=220,
        on_change=_take_annotators,
        args=(settings,),
    )


def _take_annotators(settings: Settings) -> None:
    change_project(settings, annotators=read_names(st.session_state[ANNOTATORS]))


def _ask_list(answer: ProjectAnswer, settings: Settings) -> None:
    file = st.file_uploader(
        "CSV or Excel, one row a volume", type=["csv", "tsv", "txt", "xlsx"], key="project_list"
    )
    if file is None:
        small_print(
            "A column that names the volumes is enough; slices, group and the like make the answer surer."
        )
        return
    content = file.getvalue()
    try:
        proposal = propose_columns(content, name=file.name)
        columns = _choose_columns(proposal) if st.session_state.get("project_columns") else None
        listed = read_volumes(content, name=file.name, columns=columns)
    except LabelwiseError as error:
        st.error(escape_sentence(error), icon=":material/error:")
        return
    used = [column for column in proposal.columns if (columns or {}).get(column.title, column.field)]
    n_used = len(used)
    counted = NUMBERS[n_used] if n_used < len(NUMBERS) else f"{n_used}"
    sheet = proposal.sheet
    where = f" in sheet {sheet.number} of {sheet.n_sheets}" if sheet and sheet.n_sheets > 1 else ""
    st.markdown(
        f"**{escape(file.name)}**: {format_count(len(listed.volumes), 'volume')}{where}. "
        f"{counted} column{' is' if n_used == 1 else 's are'} used:"
    )
    titles = [
        _title(column.title, (columns or {}).get(column.title, column.field)) for column in proposal.columns
    ]
    shown = pd.DataFrame(proposal.rows, columns=pd.Index(titles))
    st.dataframe(shown, hide_index=True, alt="The first rows of the list, with what each column is taken for")
    for note in listed.notes:
        small_print(escape_sentence(note))
    with st.container(horizontal=True):
        _offer(listed.volumes, "", answer, settings)
        st.toggle("Change columns", key="project_columns")


def _choose_columns(proposal: ListProposal) -> dict[str, str | None]:
    """Let each column's meaning be chosen."""
    chosen: dict[str, str | None] = {}
    with st.container(horizontal=True):
        for place, column in enumerate(proposal.columns):
            options = [UNUSED, *FIELDS]
            found = st.selectbox(
                escape(column.title),
                options,
                index=options.index(column.field or UNUSED),
                key=f"project_column_{place}",
                width=150,
            )
            chosen[column.title] = None if found == UNUSED else found
    return chosen


def _title(title: str, field: str | None) -> str:
    return f"{title}, {UNUSED}" if field is None else title if title == field else f"{title} = {field}"


def _ask_folder(answer: ProjectAnswer, settings: Settings) -> None:
    if not settings.data_roots:
        st.markdown(
            "No folder may be opened from the browser here. Start the dashboard with `LABELWISE_DATA=/folder`, or use "
            "`project new NAME --folder DIR` in a terminal."
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        path = st.text_input(
            "Folder on this machine", value=answer.project.folder, key="project_folder", width=380
        )
        is_asked = st.button("Look again" if answer.project.folder else "Look", icon=":material/refresh:")
    if is_asked and path:
        st.session_state["project_scanned"] = path
    scanned = st.session_state.get("project_scanned")
    if not scanned:
        small_print(f"It has to lie in {escape(', '.join(map(str, settings.data_roots)))}.")
        return
    try:
        scan = _scan(scanned, answer, settings)
    except (LabelwiseError, OSError) as error:
        st.error(escape_sentence(error), icon=":material/error:")
        return
    _show_scan(scan)
    _offer(scan.volumes, str(scan.folder), answer, settings)


def _scan(path: str, answer: ProjectAnswer, settings: Settings) -> FolderScan:
    bar = st.progress(0.0, "Reading headers")

    def show(done: int, total: int) -> None:
        bar.progress(done / max(1, total), f"Reading headers: {done:,} of {total:,}")

    try:
        return scan_folder(
            Path(path), modality=answer.project.modality, roots=tuple(settings.data_roots), on_progress=show
        )
    finally:
        bar.empty()


def _show_scan(scan: FolderScan) -> None:
    low, high = scan.n_slices
    near, far = scan.spacings_mm
    distance = f"{near:.3g} mm apart" if far - near < 0.05 else f"{near:.3g} to {far:.3g} mm apart"
    slices = f"{low} slices" if low == high else f"{low} to {high} slices"
    kind = f"{scan.modality}, " if scan.modality else ""
    n_out = len(scan.left_out)
    left_out = f" {format_count(n_out, 'file')} {'is' if n_out == 1 else 'are'} left out:" if n_out else ""
    st.markdown(
        f"**{format_count(len(scan.volumes), 'volume')}**: {kind}{scan.plane.name}, {distance}, {slices}.{left_out}"
    )
    if n_out:
        rows = [(one.file, one.why, one.what_to_do) for one in scan.left_out]
        st.dataframe(
            pd.DataFrame(rows, columns=["File", "Why", "What to do"]),
            hide_index=True,
            alt="Files that are left out, with why and what to do",
        )


def _offer(volumes: tuple[LabVolume, ...], folder: str, answer: ProjectAnswer, settings: Settings) -> None:
    if (volumes, folder) == (answer.project.volumes, answer.project.folder):
        small_print(f"The project uses these {len(volumes):,}.")
        return
    st.button(
        f"Use these {len(volumes):,}",
        type="primary",
        on_click=_use,
        args=(volumes, folder, settings),
    )
    _warn(answer)


def _warn(answer: ProjectAnswer) -> None:
    """Say what a click on the button above loses: it is about the volumes that the project has."""
    if answer.project.updates:
        small_print("**That drops what came back so far**; a copy, under …, keeps it.")


def _use(volumes: tuple[LabVolume, ...], folder: str, settings: Settings) -> None:
    """Take the volumes; a plan that was handed over was for others."""
    change_project(
        settings,
        volumes=volumes,
        n_volumes=None,
        folder=folder,
        n_slices=None,
        n_testing=None,
        stages=(),
        updates=(),
        measured="",
    )
