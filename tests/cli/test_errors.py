"""Whatever is wrong becomes one line on stderr and an exit code."""

import errno
import io
import sys

import pytest

from simulator import cli
from simulator.cli import COMMANDS, main, project
from simulator.effort import MEASURES
from simulator.errors import InputError, ReadOnlyError, SimulationError, StoreError
from simulator.protocols import PROTOCOLS
from simulator.virtues import PROXIES


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ([], "Missing command; python -m simulator --help shows what it takes"),
        (["frobnicate"], "no command 'frobnicate'; the commands are datasets, simulate,"),
        (["--frobnicate"], "No such option: --frobnicate"),
        (["simulate"], "Missing argument 'DATASET'; python -m simulator simulate --help shows"),
        (["simulate", "phantom"], "Missing option '--diversity'"),
        (["simulate", "phantom", "--diversity"], "Option '--diversity' requires an argument"),
        (["simulate", "phantom", "--diversity", "half"], "Invalid value for '--diversity'"),
        (
            ["simulate", "a", "b", "--diversity", "1", "--completeness", "1", "--quality", "1"],
            "unexpected extra argument",
        ),
        (["campaign"], "Missing command"),
        (["campaign", "frobnicate"], "No such command 'frobnicate'"),
        (["campaign", "cancel"], "Missing argument 'ID'"),
        (
            ["project", "frobnicate"],
            "no command 'frobnicate'; the commands are new, show, plan, update, score, measure, use, history, list, "
            "export, import, delete; python -m simulator project --help shows",
        ),
        (["project", "show"], "Missing argument 'NAME'; python -m simulator project show --help shows"),
        (["records", "export"], "Missing argument 'FILE'"),
        (["recommend", "phantom", "--effort", "hours", "--budget", "nan"], "got nan"),
        (["recommend", "phantom", "--effort", "hours", "--budget", "inf"], "got inf"),
        (["recommend", "phantom", "--effort", "hours", "--budget", "0"], "got 0"),
        (["recommend", "phantom", "--effort", "hours", "--budget=-1"], "got -1"),
        (["doctor", "now"], "unexpected extra argument"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_code_2(arguments, what, capsys):
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert what in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


@pytest.mark.parametrize(
    ("error", "code", "what"),
    [
        (InputError("two\nlines\x1b[31m"), 2, "two lines"),
        (SimulationError("no"), 1, "no"),
        (StoreError("no"), 1, "no"),
        (ReadOnlyError("no"), 1, "no"),
        (KeyboardInterrupt(), 130, "run the same command again to go on"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/x/y"),
            1,
            "No space left on device: /x/y; make room there",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "/x"),
            1,
            "/x; check who may read and write there, or",
        ),
        (OSError(errno.EROFS, "Read-only file system", "/x"), 1, "/x; make it writable, or"),
        (OSError("odd"), 1, "odd: this machine"),
    ],
)
def test_every_error_has_its_exit_code_and_one_line(error, code, what, capsys, monkeypatch):
    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr("simulator.cli.doctor.load_settings", fail)
    assert main(["doctor"]) == code
    captured = capsys.readouterr()
    assert what in captured.err
    assert captured.err.count("\n") == 1
    assert "\x1b" not in captured.err


@pytest.mark.parametrize("noun", COMMANDS)
def test_every_command_explains_itself(noun, capsys):
    assert main([noun, "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"Usage: python -m simulator {noun} " in shown
    assert "completion" not in shown


@pytest.mark.parametrize("command", project.COMMANDS)
def test_every_command_of_a_project_explains_itself_and_is_listed(command, capsys):
    assert main(["project", command, "--help"]) == 0
    assert f"Usage: python -m simulator project {command} " in " ".join(capsys.readouterr().out.split())
    assert main(["project", "--help"]) == 0
    shown = " ".join(word for word in capsys.readouterr().out.split() if word != "│")
    assert f"{command} {project.COMMANDS[command]}" in shown


def test_names_that_an_option_takes_are_in_its_help(capsys):
    assert main(["recommend", "--help"]) == 0
    shown = "".join(letter for letter in capsys.readouterr().out if letter not in " │\n")
    for registry in (MEASURES, PROTOCOLS, PROXIES):
        assert all(name in shown for name in registry)


def test_the_whole_explains_itself(capsys):
    assert main(["--help"]) == 0
    shown = " ".join(word for word in capsys.readouterr().out.split() if word != "│")
    assert all(f"{noun} {does}" in shown for noun, does in COMMANDS.items())


def test_a_letter_that_the_terminal_cannot_write_becomes_a_question_mark(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding="ascii", write_through=True))
    assert main(["--help"]) == 0
    sys.stdout.write("≈0.85\n")
    assert written.getvalue().endswith(b"?0.85\n")


def test_a_reader_that_goes_away_costs_no_message(monkeypatch, capfd):
    def write(text):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("sys.stdout.write", write)
    with pytest.raises(SystemExit, match="1"):
        main(["datasets", "list"])
    assert capfd.readouterr().err == ""


def test_all_is_sorted():
    assert cli.__all__ == sorted(cli.__all__)
