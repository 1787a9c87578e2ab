"""The command as a whole: help, exit codes, interrupts, and errors as one line.

What the commands do is tested with the functions that they call.
"""

import dataclasses

import pytest

from cyclegan_tf.cli.main import main
from cyclegan_tf.config import Config


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["translate", "--help"]])
def test_help_needs_no_tensorflow(arguments, run_python):
    code = (
        "import sys; from cyclegan_tf.cli.main import main\n"
        f"try: main({arguments})\n"
        "except SystemExit as e: print(e.code, {'tensorflow', 'keras'} & set(sys.modules))"
    )
    done = run_python("-c", code)
    assert done.stdout.strip().splitlines()[-1] == "0 set()", done.stderr


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

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "train", interrupt)
    code, _, error = run("train", "tiny")
    assert code == 130
    assert "the same command goes on from the last checkpoint" in error


def test_out_of_memory_is_a_line_with_advice(run, monkeypatch):
    import tensorflow as tf

    from cyclegan_tf.training import train as training

    def exhaust(*arguments):
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

    def stumble(*arguments):
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
