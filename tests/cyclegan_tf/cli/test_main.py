"""The command as a whole: help, exit codes, interrupts, and errors as one line.

What the commands do is tested with the functions that they call.
"""

import dataclasses
import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from cyclegan_tf.cli.main import main
from cyclegan_tf.config import Config

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["translate", "--help"]])
def test_help_needs_neither_tensorflow_nor_ffmpeg(arguments, run_python):
    code = (
        "import sys; from cyclegan_tf.cli.main import main\n"
        f"try: main({arguments})\n"
        "except SystemExit as e: print(e.code, {'tensorflow', 'keras', 'av'} & set(sys.modules))"
    )
    done = run_python("-c", code)
    assert done.stdout.strip().splitlines()[-1] == "0 set()", done.stderr


def test_without_ffmpeg_only_clips_cannot_be_translated(run_python, tmp_path):
    """The package av may be missing, or find no shared library that it needs."""
    code = (
        "import sys; sys.modules['av'] = None\n"  # importing it now raises an ImportError
        "from cyclegan_tf.cli.main import main\n"
        "main(sys.argv[1:])"
    )
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    check = run_python("-c", code, "check", tmp_path / "none", cwd=tmp_path)
    assert check.stderr == f"cyclegan-tf: {tmp_path / 'none'}: no such folder.\n"
    train = run_python("-c", code, "train", "unknown", cwd=tmp_path)
    assert train.stderr.startswith("cyclegan-tf: There is no preset 'unknown'.")
    video = run_python("-c", code, "video", "unknown", "a.mp4", "--out", "b.mp4", cwd=tmp_path)
    assert (video.returncode, video.stderr.count("\n")) == (2, 1)
    assert video.stderr.startswith("cyclegan-tf: video needs the package av, which can't be loaded")
    assert "pip install av" in video.stderr


def test_every_field_of_config_is_a_flag_with_its_sentence(run):
    code, text, _ = run("train", "--help")
    assert code == 0
    words = " ".join(text.split())
    for item in dataclasses.fields(Config):
        assert f"--{item.name.replace('_', '-')}" in words
        assert item.metadata["help"].split()[0] in words


def test_command_is_required(run):
    assert run()[0] == 2
    assert run("--version")[0] == 0


def test_interrupt_is_a_line_and_code_130(run, monkeypatch):
    from cyclegan_tf.training import train as training

    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "train", interrupt)
    code, _, error = run("train", "tiny")
    assert code == 130
    assert "the same command goes on from the last checkpoint" in error


def test_out_of_memory_is_a_line_with_advice(run, monkeypatch):
    import tensorflow as tf

    from cyclegan_tf.training import train as training

    def exhaust(*arguments, **options):
        raise tf.errors.ResourceExhaustedError(None, None, "a page of allocator statistics")

    monkeypatch.setattr(training, "train", exhaust)
    code, _, error = run("train", "tiny")
    assert code == 2
    assert (
        error
        == "cyclegan-tf: out of memory; use a smaller --crop-size, --batch-size or --filters\n"
    )


def test_a_bug_keeps_its_traceback(monkeypatch):
    from cyclegan_tf.training import train as training

    def stumble(*arguments, **options):
        raise ZeroDivisionError

    monkeypatch.setattr(training, "train", stumble)
    with pytest.raises(ZeroDivisionError):
        main(["train", "tiny"])


def test_process_exits_with_2_and_nothing_but_the_line(run_python, tmp_path):
    done = run_python("-m", "cyclegan_tf", "train", "henesis2ellinia", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("cyclegan-tf: There is no preset 'henesis2ellinia'. Did you mean")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


# What every command says in its own words -------------------------------------------------------

WORK = {  # what each command calls, its arguments, and what it says after Ctrl-C and of memory
    "train": ("cyclegan_tf.training.train.train", ["tiny"], "last checkpoint", "--crop-size"),
    "demo": ("cyclegan_tf.demo.run_demo", [], "last checkpoint", "close other programs"),
    "check": (
        "cyclegan_tf.cli.data.check_images",
        ["data"],
        "nothing was written",
        "fewer or smaller",
    ),
    "worlds": (
        *("cyclegan_tf.cli.data.export_world", ["meadow2forest", "--out", "out"]),
        *("the same command goes on", "--scale"),
    ),
    "translate": (
        *("cyclegan_tf.translation.translator.Translator.load", ["g.keras", "data"]),
        *("the same command with --skip-existing goes on", "--max-memory"),
    ),
    "video": (
        *("cyclegan_tf.runs.loading.load_generator", ["g.keras", "data", "--out", "x.gif"]),
        *("before the first frame", "--stabilize off"),
    ),
    "evaluate": (
        *("cyclegan_tf.evaluation.evaluate.evaluate", ["g.keras", "--data", "data"]),
        *("nothing was written", "--num-maps"),
    ),
}


def stopping(monkeypatch, tmp_path, command, error):
    """Arguments of a command whose work ends in an error."""

    def stop(*_, **__):
        raise error

    work, arguments, *_ = WORK[command]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "data" / "a.png")
    monkeypatch.setattr(work, stop)
    return [command, *arguments]


@pytest.mark.parametrize("command", WORK)
def test_interruption_of_each_command(command, run, tmp_path, monkeypatch):
    arguments = stopping(monkeypatch, tmp_path, command, KeyboardInterrupt())
    code, _, error = run(*arguments)
    assert (code, error.count("\n")) == (130, 1)
    assert error.startswith("cyclegan-tf: interrupted; ") and WORK[command][2] in error
    assert ("checkpoint" in error) == (command in ("train", "demo"))


@pytest.mark.parametrize("command", WORK)
def test_out_of_memory_in_each_command(command, run, tmp_path, monkeypatch):
    arguments = stopping(monkeypatch, tmp_path, command, MemoryError())
    code, _, error = run(*arguments)
    assert (code, error.count("\n")) == (2, 1)
    assert error.startswith("cyclegan-tf: out of memory; ") and WORK[command][3] in error
    assert ("--crop-size" in error) == (command == "train")


@pytest.mark.parametrize("command", WORK)
def test_an_error_of_the_system_is_a_line(command, run, tmp_path, monkeypatch):
    full = OSError(errno.ENOSPC, "No space left on device", "some/file")
    code, _, error = run(*stopping(monkeypatch, tmp_path, command, full))
    assert code == 2
    assert error == "cyclegan-tf: [Errno 28] No space left on device: 'some/file'\n"


# The terminal -----------------------------------------------------------------------------------


def shell(line, **environment):
    """Runs a line of bash in which `cyclegan-tf` is the command: code of the command and stderr."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    command = f'cyclegan-tf() {{ "{sys.executable}" -m cyclegan_tf "$@"; }}; {line}'
    done = subprocess.run(
        ["bash", "-c", command + "; exit ${PIPESTATUS[0]}"],
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr.decode()


@pytest.mark.parametrize("arguments", ["train --help", "check {data} --name-a A --name-b B"])
def test_nobody_reads_what_is_printed(arguments, two_folders):
    arguments = arguments.format(data=two_folders)
    code, _, error = shell(f"cyclegan-tf {arguments} | true")
    assert code in (141, 0, 1)  # 0 and 1: the reader was still there
    for words in ("Traceback", "BrokenPipe", "Exception ignored"):
        assert words not in error


def test_a_full_disk_behind_stdout_is_a_line(two_folders):
    code, _, error = shell(f"cyclegan-tf check {two_folders} --name-a A --name-b B > /dev/full")
    assert code == 2
    assert error.splitlines()[-1] == (
        "cyclegan-tf: the output cannot be written: No space left on device"
    )
    assert "Traceback" not in error and "Exception ignored" not in error


def test_a_terminal_of_ascii(two_folders, tmp_path):
    data = shutil.copytree(two_folders, tmp_path / "Wälder")
    (data / "B" / os.fsdecode(b"bad\xff.png")).write_bytes(b"no picture")
    for encoding in ("ascii", "ascii:strict", "latin-1"):
        line = f"cyclegan-tf check '{data}' --name-a A --name-b B --crop-size 32"
        code, out, error = shell(line, PYTHONIOENCODING=encoding)
        assert code == 1
        assert rb"bad\udcff.png" in out and "Traceback" not in error
