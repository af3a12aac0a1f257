import io

import openpyxl
import pytest

from simulator.errors import TableError
from simulator.planning.returns.scores import read_scores
from simulator.records import Score


def read(text):
    return read_scores(text.encode(), name="scores.csv")


@pytest.mark.parametrize(
    "text",
    [
        "n_volumes,dice\n10,0.82\n20,0.85\n",
        "Volumes;Dice\n10;0,82\n20;0,85\n",
        "dice,run,volumes\n82,a,10\n85,b,20\n",
        "n_volumes,Dice [%]\n10,82 %\n20,85%\n",
    ],
)
def test_shares_and_per_cent_of_any_spreadsheet_are_read(text):
    assert [(one.n_volumes, one.dice) for one in read(text)] == [
        (10, pytest.approx(0.82)),
        (20, pytest.approx(0.85)),
    ]


def test_three_trainings_of_one_size_are_three_scores():
    assert len(read("n_volumes,dice\n10,0.8\n10,0.8\n10,0.7\n")) == 3


def test_a_workbook_is_read():
    book, packed = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["our scores"])
    book.active.append(["n_volumes", "Dice"])
    book.active.append([12, 0.75])
    book.save(packed)
    assert read_scores(packed.getvalue(), name="s.xlsx") == (Score(n_volumes=12, dice=0.75),)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("n_volumes,dice\n", "has a header but no score"),
        ("n_volumes,loss\n10,0.2\n", "column dice is missing; expected n_volumes and dice"),
        (
            "n_volumes,dice\n10,0.8\n0,0.8\n",
            "line 3, column n_volumes: expected a whole number from 1 to 20000",
        ),
        ("n_volumes,dice\n1.5,0.8\n", "line 2, column n_volumes: expected a whole number"),
        (
            "n_volumes,dice\n10,-0.1\n",
            r"line 2, column dice: expected a Dice from 0 to 1, as 0\.82, got '-0\.1'",
        ),
        ("n_volumes,dice\n10,good\n", "line 2, column dice: expected a Dice from 0 to 1"),
        ("n_volumes,dice\n10,\n", "got an empty cell"),
        (
            "n_volumes,dice\n10,82\n20,0.8\n",
            "line 3, column dice: expected a Dice from 0 to 100, in per cent",
        ),
        ("n_volumes,dice\n10,820\n", "expected a Dice from 0 to 100"),
        ("n_volumes,dice\n10,nan\n", "expected a Dice from 0 to 1"),
    ],
)
def test_a_wrong_cell_is_named(text, fault):
    with pytest.raises(TableError, match=fault):
        read(text)
