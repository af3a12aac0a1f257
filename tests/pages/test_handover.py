"""Hand over: which tools there are, what lies in the zip, and what is missing, before it is downloaded."""

import pytest

from pages.common.projects import EXAMPLE
from simulator.planning.tools import TOOLS
from simulator.records import LabVolume
from simulator.store import open_store
from tests.datasets.making import make_image, write_nifti
from tests.factories import make_records


@pytest.fixture
def begin(show, settings, fill, tmp_path):
    """Begin a project on a folder of images, some of which are gone since."""

    def show_project(*, n_gone=0, folder=str(tmp_path), paths=True):
        fill(make_records())
        for i in range(n_gone, 30):
            write_nifti(tmp_path / f"CT_{i:02d}.nii.gz", make_image(i))
        volumes = tuple(
            LabVolume(name=f"CT_{i:02d}", n_slices=8, axis=2, path=f"CT_{i:02d}.nii.gz" if paths else "")
            for i in range(30)
        )
        facts = {"n_volumes": None, "volumes": volumes, "folder": folder}
        project = EXAMPLE.changed(
            id="1" * 12, name="Mine", reference="toy", hours=40.0, n_slices=5.0, **facts
        )
        with open_store(settings) as store:
            store.save_project(project)
        return show("project", project=project.id)

    return show_project


def said(app):
    return "\n".join(one.value for one in (*app.markdown, *app.caption))


def tools_of(app):
    return [one for one in app.radio if one.label == "Your annotators' tool"]


@pytest.mark.parametrize("name", ["slicer", "monai-label", "none"])
def test_each_tool_says_what_lies_in_the_zip(begin, name):
    app = begin()
    (tool,) = tools_of(app)
    assert tool.options == [*(one.title for one in TOOLS.values()), "None"]
    app = tool.set_value(name).run()
    assert not app.exception
    assert "**instructions.html**" in said(app)
    assert ("**In the zip**, about 0.1 MB" in said(app)) == (name != "none")
    assert (f"**{name}/**" in said(app)) == (name != "none")
    assert "Without files" not in said(app)


def test_volumes_whose_image_is_gone_are_named_before_the_download(begin):
    app = begin(n_gone=3)
    assert "Without files for 3D Slicer: 3 volumes.** CT" in said(app)
    assert ": the image is missing or no regular file; add it" in said(app)


@pytest.mark.parametrize("facts", [{"paths": False}, {"folder": ""}])
def test_without_images_it_says_what_they_are_needed_for(begin, facts):
    app = begin(**facts)
    assert tools_of(app) == []
    assert "ITK-SNAP or MONAI Label need the images: give their folder under My volumes." in said(app)
