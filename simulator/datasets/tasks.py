"""The ten tasks of the Medical Segmentation Decathlon, and where their archives lie (Antonelli et al. 2022).

A table and nothing else, so that a moved or replaced archive is one changed line. Locations and MD5 checksums are
those that MONAI's ``DecathlonDataset`` downloads from and checks against (``monai/apps/datasets.py``). Sizes are given
where a file with that checksum was measured in public; the others are told by the server.
"""

from dataclasses import dataclass

from ..errors import RequestError

__all__ = ["LICENCE", "TASKS", "Task", "get_task"]

LICENCE = "CC-BY-SA 4.0"
"""Of all ten: name the authors, share what is made from the data under the same terms."""

_LOCATION = "https://msd-for-monai.s3-us-west-2.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class Task:
    """One archive that can be downloaded.

    Parameters
    ----------
    name : str
        Of the task, and of the one folder in its archive.
    url : str
        Where the archive lies: a plain tar file.
    md5 : str or None
        Checksum of the archive, 32 hexadecimal digits; None where it is not known.
    n_bytes : int or None
        Size of the archive; None where it is not known.
    """

    name: str
    url: str
    md5: str | None
    n_bytes: int | None


TASKS: tuple[Task, ...] = tuple(
    Task(name=name, url=f"{_LOCATION}/{name}.tar", md5=md5, n_bytes=n_bytes)
    for name, md5, n_bytes in (
        ("Task01_BrainTumour", "240a19d752f0d9e9101544901065d872", 7_608_266_240),
        ("Task02_Heart", "06ee59366e1e5124267b774dbd654057", 455_721_472),
        ("Task03_Liver", "a90ec6c4aa7f6a3d087205e23d4e6397", 28_925_891_584),
        ("Task04_Hippocampus", "9d24dba78a72977dbd1d2e110310f31b", None),
        ("Task05_Prostate", "35138f08b1efaef89d7424d2bcc928db", None),
        ("Task06_Lung", "8afd997733c7fc0432f71255ba4e52dc", 9_163_696_640),
        ("Task07_Pancreas", "4f7080cfca169fa8066d17ce6eb061e4", 12_289_971_712),
        ("Task08_HepaticVessel", "641d79e80ec66453921d997fbf12a29c", None),
        ("Task09_Spleen", "410d4a301da4e5b2f6f86ec3ddba524e", None),
        ("Task10_Colon", "bad7a188931dc2f6acf72b08eb6202d0", None),
    )
)


def get_task(name: str) -> Task:
    """Look up a task by its name, or by either half of it.

    Parameters
    ----------
    name : str
        As ``Task04_Hippocampus``, ``Task04`` or ``hippocampus``.

    Raises
    ------
    RequestError
        If there is none.

    Examples
    --------
    >>> get_task("hippocampus").name
    'Task04_Hippocampus'
    """
    wanted = name.casefold()
    for task in TASKS:
        spelled = task.name.casefold()
        if wanted in (spelled, *spelled.split("_")):
            return task
    names = ", ".join(task.name for task in TASKS)
    raise RequestError(f"TASK must be one of {names}; got {name[:40]!r}")
