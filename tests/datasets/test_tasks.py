import re

import pytest

from simulator.datasets.tasks import TASKS, get_task
from simulator.errors import RequestError


def test_the_table_is_whole_and_everything_comes_over_https():
    assert [task.name[:6] for task in TASKS] == [f"Task{n:02d}" for n in range(1, 11)]
    for task in TASKS:
        assert task.url == f"https://msd-for-monai.s3-us-west-2.amazonaws.com/{task.name}.tar"
        assert re.fullmatch("[0-9a-f]{32}", task.md5)
        assert task.n_bytes is None or task.n_bytes % 512 == 0  # tar is made of blocks
    assert len({task.md5 for task in TASKS}) == 10


@pytest.mark.parametrize("name", ["Task10_Colon", "task10", "COLON"])
def test_a_task_is_found_by_its_name_or_half_of_it(name):
    assert get_task(name).name == "Task10_Colon"


@pytest.mark.parametrize("name", ["", "Task", "Task1", "Task11_Liver", "phantom"])
def test_an_unknown_task_is_refused_with_all_ten_names(name):
    with pytest.raises(RequestError, match=r"TASK must be one of Task01_BrainTumour, .*Task10_Colon; got"):
        get_task(name)
