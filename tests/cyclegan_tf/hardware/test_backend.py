"""Which backend is taken, and that others are refused in one line."""

import json
import os

import pytest

from cyclegan_tf.hardware.backend import check_backend, choose_backend

REFUSED = "KERAS_BACKEND must be tensorflow or jax; received 'torch'."


@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        (None, None, "tensorflow"),
        (None, "jax", "jax"),
        (None, "", "tensorflow"),
        ("tensorflow", "jax", "tensorflow"),
        ("jax", "torch", "jax"),
    ],
)
def test_flag_goes_before_environment(monkeypatch, given, environment, expected):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    if environment is not None:
        monkeypatch.setenv("KERAS_BACKEND", environment)
    assert choose_backend(given) == expected
    assert os.environ["KERAS_BACKEND"] == expected


def test_jax_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"needs the package jax.*pip install"):
        choose_backend("jax")


def test_the_backend_of_a_loaded_keras_counts(monkeypatch):
    import keras

    monkeypatch.setenv("KERAS_BACKEND", "torch")  # too late
    check_backend()
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    with pytest.raises(ImportError, match=REFUSED):
        check_backend()


def test_command_refuses_other_backends_in_one_line(monkeypatch, run_python, tmp_path):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    for command in (["train", "tiny"], ["translate", "nothing", "nothing.png"]):
        run = run_python("-m", "cyclegan_tf", *command, cwd=tmp_path)
        assert (run.returncode, run.stderr) == (2, f"cyclegan-tf: {REFUSED}\n")
    assert run_python("-m", "cyclegan_tf", "--help").returncode == 0


@pytest.mark.parametrize("name", ["train", "CycleGAN", "Translator"])
def test_packages_refuse_other_backends_before_keras_does(monkeypatch, run_python, tmp_path, name):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "torch"}))
    run = run_python("-c", f"from cyclegan_tf import {name}")
    assert run.stderr.splitlines()[-1] == f"ImportError: {REFUSED}"
    assert "site-packages" not in run.stderr
