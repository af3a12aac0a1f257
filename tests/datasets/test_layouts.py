"""Ways to lie on disk, detected; what a description gets wrong is named with the file and the field."""

import json

import pytest

from simulator.datasets import open_dataset
from simulator.datasets.contract import check_layout
from simulator.datasets.layouts import LAYOUTS, find_layout, find_unused
from simulator.errors import DatasetError
from tests.datasets.making import (
    describe_decathlon,
    make_decathlon,
    make_image,
    make_kits,
    make_label,
    make_nnunet,
    make_pairs,
    make_totalsegmentator,
    write_nifti,
)

MAKERS = {
    "decathlon": make_decathlon,
    "nnunet": make_nnunet,
    "pairs": make_pairs,
    "kits": make_kits,
    "totalsegmentator": make_totalsegmentator,
}


def read(folder):
    return find_layout(folder).read(folder)


def change(folder, **fields):
    path = folder / "dataset.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))
    return folder


def test_every_layout_is_tried_here():
    assert {layout.name for layout in LAYOUTS} == MAKERS.keys()


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.name for layout in LAYOUTS])
def test_every_layout_keeps_the_contract(tmp_path, layout):
    (tmp_path / "empty").mkdir()
    check_layout(layout, MAKERS[layout.name](tmp_path / "a", n=3), empty=tmp_path / "empty")


@pytest.mark.parametrize("name", MAKERS)
def test_a_layout_is_detected_and_its_volumes_are_found(tmp_path, name):
    folder = MAKERS[name](tmp_path / "Größe 2", n=3)
    assert find_layout(folder).name == name
    assert sum(layout.is_layout(folder) for layout in LAYOUTS) == 1
    contents = read(folder)
    assert len(contents.volumes) == 3
    assert not any(problem.is_blocking for problem in contents.problems)
    assert all(path.is_file() for files in contents.volumes for path in files.paths)
    assert find_unused(folder, contents, listed=find_layout(folder).listed) == ()


def test_no_layout_fits_and_the_message_says_what_each_needs(tmp_path):
    with pytest.raises(DatasetError, match="holds no data set; expected nnU-Net") as caught:
        find_layout(tmp_path)
    assert all(layout.needs in str(caught.value) for layout in LAYOUTS)


def test_the_decathlon_names_itself_its_channels_and_its_labels(tmp_path):
    modality = {"0": "FLAIR", "1": "T1w", "10": "T2w", "2": "t1gd"}
    folder = make_decathlon(tmp_path / "a", labels={"0": "background", "2": "b", "1": "a"})
    contents = read(change(folder, modality=modality))
    assert contents.title == "Toy"
    assert contents.channels == ("FLAIR", "T1w", "t1gd", "T2w")
    assert contents.label_names == {1: "a", 2: "b"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_and_wide_text_are_no_fault(tmp_path, encoding):
    path = make_decathlon(tmp_path / "a") / "dataset.json"
    path.write_text(path.read_text(), encoding=encoding)
    assert read(path.parent).title == "Toy"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"training": 3}', "[" * 100_000, '{"training": ' + "[" * 100_000, "\udcff"],
)
def test_a_description_that_is_none_is_refused_in_one_line(tmp_path, text):
    (tmp_path / "dataset.json").write_text(text, errors="surrogateescape")
    with pytest.raises(DatasetError, match=r"holds no data set|is no JSON") as caught:
        find_layout(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "EOF while parsing a value at line 1 column 0"),
        (b"{nope", "key must be a string at line 1 column 2"),
        (b'{"training": [],\n "name": }', "expected value at line 2 column 10"),
        (b"[" * 100_000, "recursion limit exceeded at line 1 column 2"),
        (b'{"name": "\xff"}', "byte 10 is not UTF-8; save it as UTF-8"),
        (b'{"training": [1,]}', "trailing comma at line 1 column 17"),
    ],
)
def test_a_description_that_is_no_json_is_named_with_the_place(tmp_path, text, message):
    (tmp_path / "dataset.json").write_bytes(text)
    with pytest.raises(DatasetError, match=rf"dataset\.json is no JSON \({message}.*mend it first"):
        find_layout(tmp_path)


def test_a_description_that_is_json_is_not_called_broken(tmp_path):
    (tmp_path / "dataset.json").write_bytes(b'\xef\xbb\xbf{"training": NaN}')
    with pytest.raises(DatasetError, match="holds no data set; expected nnU-Net") as caught:
        find_layout(tmp_path)
    assert "no JSON" not in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"training": [{"image": "./imagesTr/case_0.nii.gz"}]}, r"training\.0\.label is missing"),
        (
            {"training": ["./imagesTr/case_0.nii.gz"]},
            r"training\.0: expected names with values, got .\./images",
        ),
        (
            {"labels": {"one": "organ"}},
            r"labels\.one: expected a whole number as its name, got .one.*; nnU-Net",
        ),
        ({"modality": "CT"}, "modality: expected names with values, got .CT"),
    ],
)
def test_a_wrong_field_of_the_decathlon_is_named(tmp_path, fields, message):
    with pytest.raises(DatasetError, match=rf"dataset\.json is no description of the Medical.*{message}"):
        read(change(make_decathlon(tmp_path / "a"), **fields))


@pytest.mark.parametrize("field", ["image", "label"])
@pytest.mark.parametrize(
    "named", ["../outside.nii.gz", "/etc/passwd", "imagesTr/../../x.nii", ".", "a\0b.nii"]
)
def test_paths_that_leave_the_folder_are_refused(tmp_path, named, field):
    pair = {"image": "imagesTr/case_0.nii.gz", "label": "labelsTr/case_0.nii.gz"} | {field: named}
    folder = change(make_decathlon(tmp_path / "a"), training=[pair])
    with pytest.raises(DatasetError, match="lies outside the data set's folder"):
        read(folder)


def test_a_description_of_gigabytes_is_not_read(tmp_path):
    with (tmp_path / "dataset.json").open("wb") as file:
        file.truncate(2**34)
    with pytest.raises(DatasetError, match="larger than 16,777,216 bytes"):
        find_layout(tmp_path)


def test_files_that_the_decathlon_does_not_list_are_named(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    describe_decathlon(folder, [f"case_{i}.nii.gz" for i in range(3)])
    problems = open_dataset(str(folder), settings=settings).contents.problems
    assert [(problem.what, problem.is_blocking) for problem in problems] == [
        (f"2 files are not used: {place}/case_3.nii.gz, {place}/case_4.nii.gz", False)
        for place in ("imagesTr", "labelsTr")
    ]


@pytest.mark.parametrize(
    "spelled",
    [
        "\\imagesTr\\case_{}.nii.gz",
        ".\\imagesTr\\case_{}.nii.gz",
        "/data/x/imagesTr/case_{}.nii.gz",
        "C:\\x\\case_{}.nii.gz",
        "imagesTr/case_{}.NII.GZ",
    ],
)
def test_paths_of_another_machine_are_found_by_how_they_end_and_named(tmp_path, spelled):
    folder = make_decathlon(tmp_path / "a", n=2)
    expected = [files.images for files in read(folder).volumes]
    pairs = [{"image": spelled.format(i), "label": f"labelsTr/case_{i}.nii.gz"} for i in range(2)]
    contents = read(change(folder, training=pairs))
    assert [files.images for files in contents.volumes] == expected
    (problem,) = contents.problems
    assert problem.what.startswith("2 paths in dataset.json are not spelled as the files are (first: ")
    assert problem.what.endswith("taken as imagesTr/case_0.nii.gz)")
    assert not problem.is_blocking


def test_the_channels_of_nnunet_v1_are_found_beside_the_name_that_it_lists(tmp_path):
    folder = make_nnunet(tmp_path / "a", n=2, n_channels=2)
    describe_decathlon(folder, ["case_0.nii.gz", "case_1.nii.gz"])
    contents = read(folder)
    assert find_layout(folder).name == "decathlon"
    assert [path.name for path in contents.volumes[1].images] == ["case_1_0000.nii.gz", "case_1_0001.nii.gz"]
    assert contents.volumes[1].name == "case_1"
    assert "taken as imagesTr/case_0_0000.nii.gz" in contents.problems[0].what


def test_nnunet_finds_a_file_for_each_channel(tmp_path):
    contents = read(make_nnunet(tmp_path / "a", n_channels=2))
    assert contents.channels == ("CT", "PET")
    assert [path.name for path in contents.volumes[0].images] == ["case_0_0000.nii.gz", "case_0_0001.nii.gz"]
    assert contents.volumes[0].name == "case_0"


def test_nnunet_regions_and_its_ignore_label(tmp_path):
    labels = {"background": 0, "whole": [1, 2, 3], "core": [2, 3], "ignore": 4}
    contents = read(make_nnunet(tmp_path / "a", labels=labels))
    assert contents.label_names == {4: "ignore"}
    assert contents.declared == {0, 1, 2, 3, 4}
    assert contents.no_structures == {4: "ignore"}


def test_nnunet_takes_the_files_that_its_key_dataset_lists(tmp_path, settings):
    folder = make_nnunet(tmp_path / "a", n=2)
    (folder / "imagesTr").rename(folder / "scans")
    for i in range(2):
        write_nifti(folder / "corrected" / f"c{i}.nii.gz", make_label(i))
    cases = {
        f"p{i}": {"images": [f"scans/case_{i}_0000.nii.gz"], "label": f"corrected/c{i}.nii.gz"}
        for i in range(2)
    }
    contents = open_dataset(str(change(folder, dataset=cases)), settings=settings).contents
    assert [(files.name, files.label) for files in contents.volumes] == [
        (f"p{i}", folder / "corrected" / f"c{i}.nii.gz") for i in range(2)
    ]
    (problem,) = contents.problems
    assert problem.what == "2 files are not used: labelsTr/case_0.nii.gz, labelsTr/case_1.nii.gz"


def test_nnunet_v2_that_still_carries_the_keys_of_v1_is_v2(tmp_path):
    folder = change(make_nnunet(tmp_path / "a"), training=[], modality={"0": "CT"})
    assert find_layout(folder).name == "nnunet"
    assert len(read(folder).volumes) == 5


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"file_ending": ".png"}, r"file_ending '\.png', expected \.nii\.gz or \.nii.*; convert"),
        ({"channel_names": {"1": "CT"}}, r"channel_names must be numbered 0 to 0; got 1"),
        ({"channel_names": {}}, "channel_names: expected at least 1 of them, got no names"),
        (
            {"labels": {"organ": "1"}},
            r"labels\.organ: expected a whole number or a list, got .1.; write 1, without",
        ),
        ({"labels": {"organ": -1}}, r"labels\.organ: expected a number of at least 0 or a list, got -1$"),
        ({"labels": {"organ": [1, "x"]}}, r"labels\.organ"),
        ({"file_ending": "nii.gz"}, r"file_ending 'nii\.gz'.*write it with its dot, '\.nii\.gz'"),
        ({"dataset": {"a": {"images": []}}}, r"dataset\.a\.images: expected at least 1 of them"),
    ],
)
def test_a_wrong_field_of_nnunet_is_named(tmp_path, fields, message):
    with pytest.raises(DatasetError, match=rf"dataset\.json.*{message}"):
        read(change(make_nnunet(tmp_path / "a"), **fields))


def test_nnunet_without_its_folders_is_named(tmp_path):
    folder = make_nnunet(tmp_path / "a")
    (folder / "imagesTr").rename(folder / "images")
    with pytest.raises(DatasetError, match="has no folder imagesTr"):
        read(folder)


def test_nnunet_names_images_without_label_and_a_wrong_count(tmp_path):
    folder = make_nnunet(tmp_path / "a")
    (folder / "labelsTr" / "case_1.nii.gz").unlink()
    problems = read(folder).problems
    assert [(problem.what, problem.is_blocking) for problem in problems] == [
        ("1 image without a label map (first: case_1_0000.nii.gz)", True),
        ("dataset.json says numTraining 5, found are 4", False),
    ]


def test_pairs_name_what_stands_alone(tmp_path):
    folder = make_pairs(tmp_path / "a")
    (folder / "labels" / "case 1.nii.gz").unlink()
    write_nifti(folder / "labels" / "other.nii", make_label(0))
    problems = read(folder).problems
    assert [(problem.volume, problem.what, problem.is_blocking) for problem in problems] == [
        ("case 1", "there is no label of this name in labels/", True),
        ("other", "there is no image of this name in images/", False),
    ]


def test_hidden_files_are_no_volumes(tmp_path):
    folder = make_pairs(tmp_path / "a", n=2)
    write_nifti(folder / "images" / "._case 1.nii.gz", make_image(0))
    (folder / "images" / "notes.txt").write_text("x")
    assert [files.name for files in read(folder).volumes] == ["case 0", "case 1"]
