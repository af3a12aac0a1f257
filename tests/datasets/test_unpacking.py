"""Archives that are hostile, damaged or made on a Mac."""

import io
import tarfile

import pytest

from simulator.datasets import unpacking
from simulator.datasets.unpacking import unpack
from simulator.errors import DownloadError


def member(name, *, content=b"", kind=tarfile.REGTYPE, link="", mode=0o644):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, link, mode
    info.size = len(content)
    return info, content


def folder_of(name):
    return member(name, kind=tarfile.DIRTYPE, mode=0o755)


HONEST = (folder_of("TaskX"), member("TaskX/dataset.json", content=b"{}"))


@pytest.fixture
def pack(tmp_path):
    """Write an archive of members."""

    def pack_members(*members, mode="w:", **options):
        path = tmp_path / "TaskX.tar"
        with tarfile.open(path, mode, **options) as tar:
            for info, content in members:
                tar.addfile(info, io.BytesIO(content))
        return path

    return pack_members


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "inner" / "made"
    folder.mkdir(parents=True)
    return folder


def unpacked(archive, folder):
    steps = []
    unpack(archive, folder, root="TaskX", on_progress=lambda *step: steps.append(step))
    return steps


def files(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("error", [OverflowError("time too large"), RecursionError("too deep")])
def test_what_python_stumbles_over_in_a_header_is_a_damaged_archive(pack, target, monkeypatch, error):
    def stumble(*args, **options):
        raise error

    monkeypatch.setattr(tarfile.TarFile, "extract", stumble)
    with pytest.raises(DownloadError, match=rf"TaskX\.tar is no whole plain tar file \({error}\)"):
        unpacked(pack(*HONEST), target)


def test_the_folder_is_unpacked_and_says_how_far_it_is(pack, target):
    archive = pack(
        *HONEST, folder_of("TaskX/imagesTr"), member("TaskX/imagesTr/a.nii.gz", content=b"a" * 999)
    )
    steps = unpacked(archive, target)
    assert files(target) == {"dataset.json", "imagesTr/a.nii.gz"}
    assert (target / "imagesTr" / "a.nii.gz").read_bytes() == b"a" * 999
    assert len(steps) == 4
    assert all(doing == "unpacking" and 0 < done <= total for doing, done, total in steps)


def test_names_may_begin_with_the_folder_that_was_packed(pack, target):
    unpacked(pack(folder_of("."), member("./TaskX/dataset.json", content=b"{}")), target)
    assert files(target) == {"dataset.json"}


def test_what_macos_adds_is_left_out(pack, target):
    mac = (member("._TaskX"), member("TaskX/._dataset.json"), member("TaskX/imagesTr/._a.nii.gz"))
    unpacked(pack(*mac, *HONEST), target)
    assert files(target) == {"dataset.json"}


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("../evil", "lies outside TaskX"),
        ("TaskX/../../evil", "lies outside TaskX"),
        ("TaskX/../evil", "lies outside TaskX"),
        ("/tmp/evil", "lies outside TaskX"),
        ("/TaskX/evil", "lies outside TaskX"),
        ("TaskY/evil", "lies outside TaskX"),
        ("evil", "lies outside TaskX"),
        ("TaskX/dataset.json", "is there twice"),
        ("TaskX/./dataset.json", "is there twice"),
    ],
)
def test_members_elsewhere_and_twice_are_refused(pack, target, tmp_path, name, fault):
    with pytest.raises(DownloadError, match=f"TaskX.tar holds '.*', which {fault}"):
        unpacked(pack(*HONEST, member(name, content=b"evil")), target)
    assert files(tmp_path) == {"TaskX.tar", "inner/made/dataset.json"}
    assert (target / "dataset.json").read_bytes() == b"{}"


@pytest.mark.parametrize(
    ("kind", "link"),
    [
        (tarfile.SYMTYPE, "/etc/passwd"),
        (tarfile.SYMTYPE, "dataset.json"),
        (tarfile.LNKTYPE, "TaskX/dataset.json"),
        (tarfile.LNKTYPE, "../../../etc/passwd"),
        (tarfile.CHRTYPE, ""),
        (tarfile.BLKTYPE, ""),
        (tarfile.FIFOTYPE, ""),
    ],
)
def test_links_and_devices_are_refused_wherever_they_lead(pack, target, kind, link):
    with pytest.raises(
        DownloadError, match="holds 'TaskX/x', which is no file or folder but a link or a device"
    ):
        unpacked(pack(*HONEST, member("TaskX/x", kind=kind, link=link)), target)
    assert files(target) == {"dataset.json"}


def sparse_member(name, *, n_bytes):
    info = member(name)[0]
    version = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
    info.pax_headers = {**version, "GNU.sparse.name": name, "GNU.sparse.realsize": str(n_bytes)}
    return info


def test_a_sparse_file_of_a_terabyte_is_refused(tmp_path, target):
    info = sparse_member("TaskX/bomb", n_bytes=2**40)
    holes = b"1\n1099511627775\n1\n".ljust(512, b"\0") + b"x"
    info.size = len(holes)
    with tarfile.open(tmp_path / "TaskX.tar", "w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(info, io.BytesIO(holes))
    with pytest.raises(DownloadError, match="would unpack to more than 10,240 bytes"):
        unpacked(tmp_path / "TaskX.tar", target)
    assert files(target) == set()


def test_many_sparse_files_count_together(tmp_path, target):
    with tarfile.open(tmp_path / "TaskX.tar", "w", format=tarfile.PAX_FORMAT) as tar:
        for i in range(4):
            info = sparse_member(f"TaskX/{i}", n_bytes=6000)
            holes = b"1\n5999\n1\n".ljust(512, b"\0") + b"x"
            info.size = len(holes)
            tar.addfile(info, io.BytesIO(holes))
    with pytest.raises(DownloadError, match="would unpack to more than"):
        unpacked(tmp_path / "TaskX.tar", target)
    assert len(files(target)) < 4


def test_too_many_members_are_refused(pack, target, monkeypatch):
    monkeypatch.setattr(unpacking, "MAX_MEMBERS", 5)
    archive = pack(*HONEST, *(folder_of(f"TaskX/{i}") for i in range(3)))
    unpacked(archive, target)
    with pytest.raises(DownloadError, match="or 5 members"):
        unpacked(pack(*HONEST, *(folder_of(f"TaskX/{i}") for i in range(4))), target)


@pytest.mark.parametrize("mode", ["w:gz", "w:xz"])
def test_a_compressed_archive_is_refused(pack, target, mode):
    with pytest.raises(DownloadError, match="is no whole plain tar file"):
        unpacked(pack(*HONEST, mode=mode), target)


@pytest.mark.parametrize("content", [b"", b"<html>404</html>" * 100, b"\0" * 511])
def test_what_is_no_archive_is_refused(tmp_path, target, content):
    (tmp_path / "TaskX.tar").write_bytes(content)
    with pytest.raises(DownloadError, match=r"is no whole plain tar file|holds no TaskX/dataset\.json"):
        unpacked(tmp_path / "TaskX.tar", target)


def test_an_archive_that_is_cut_off_is_refused(pack, target):
    archive = pack(*HONEST, member("TaskX/long", content=b"x" * 9000))
    archive.write_bytes(archive.read_bytes()[:6000])
    with pytest.raises(DownloadError, match=r"is no whole plain tar file|would unpack to more"):
        unpacked(archive, target)


def test_a_task_without_description_is_refused(pack, target):
    with pytest.raises(DownloadError, match=r"TaskX\.tar holds no TaskX/dataset\.json"):
        unpacked(pack(folder_of("TaskX"), member("TaskX/a.nii", content=b"a")), target)


def test_rights_of_an_archive_are_not_taken_over(pack, target):
    unpacked(pack(*HONEST, member("TaskX/run", content=b"#!", mode=0o6777)), target)
    assert (target / "run").stat().st_mode & 0o7022 == 0
