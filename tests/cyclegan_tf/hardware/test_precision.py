"""The choice of the number format as a table.

What half precision does to layers, networks and training is tested with those.
"""

import types

import pytest

from cyclegan_tf.hardware import precision
from cyclegan_tf.hardware.precision import choose_precision, resolve_precision


@pytest.mark.parametrize(
    ("capabilities", "cpu_flags", "expected"),
    [
        ([(9, 0)], [], "mixed_bfloat16"),  # H100
        ([(8, 0)], [], "mixed_bfloat16"),  # A100
        ([(7, 5)], [], "mixed_float16"),  # T4
        ([(7, 0)], [], "mixed_float16"),  # V100
        ([(6, 1)], [], "float32"),  # P40: float16 is slower there
        ([(0, 0)], [], "float32"),  # unknown
        ([(8, 0), (7, 5)], [], "mixed_float16"),  # the weakest decides
        ([(8, 0), (6, 0)], [], "float32"),
        ([(10, 0)], [], "mixed_bfloat16"),
        ([(7, 5)], ["avx512_bf16"], "mixed_float16"),  # a GPU goes before the CPU
        ([(6, 0)], ["amx_bf16"], "float32"),
        ([], ["fpu", "avx512_bf16"], "mixed_bfloat16"),
        ([], ["amx_bf16", "amx_tile"], "mixed_bfloat16"),
        ([], ["avx2", "avx512f"], "float32"),
        ([], [], "float32"),
    ],
)
def test_choice_by_hardware(capabilities, cpu_flags, expected):
    assert choose_precision(capabilities, cpu_flags) == expected


@pytest.mark.parametrize(
    ("capabilities", "cpu_flags", "expected"),
    [
        ([], ["avx512_bf16", "amx_bf16"], "float32"),  # strips of NumPy: faster, and exact
        ([], ["avx2"], "float32"),
        ([(8, 0)], ["amx_bf16"], "mixed_bfloat16"),  # on GPUs as in training
        ([(7, 5)], [], "mixed_float16"),
        ([(6, 1)], ["avx512_bf16"], "float32"),
    ],
)
def test_translation_on_cpus_is_exact(capabilities, cpu_flags, expected):
    assert choose_precision(capabilities, cpu_flags, task="translate") == expected


@pytest.mark.parametrize("name", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_explicit_choice_is_kept(name):
    assert resolve_precision(name) == name


def test_auto_asks_this_machine(monkeypatch):
    import tensorflow as tf

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    monkeypatch.setattr(precision, "cpu_flags", lambda: {"avx512_bf16"})
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    assert resolve_precision() == "mixed_bfloat16"
    assert resolve_precision(task="translate") == "float32"
    assert resolve_precision("mixed_bfloat16", task="translate") == "mixed_bfloat16"
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")  # Eigen's bfloat16 is ten times slower
    assert resolve_precision() == "float32"
    monkeypatch.setattr(precision, "cpu_flags", lambda: {"avx2"})
    assert resolve_precision("auto") == "float32"

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["a GPU"])
    details = {"compute_capability": (7, 5), "device_name": "Tesla T4"}
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda gpu: details)
    assert resolve_precision("auto") == "mixed_float16"


def test_unknown_precision_is_named():
    with pytest.raises(ValueError, match="precision must be auto, float32.*received 'float16'"):
        resolve_precision("float16")


def test_unknown_task_is_named():
    with pytest.raises(ValueError, match="task must be train or translate; received 'video'"):
        resolve_precision(task="video")


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        ({"platform": "tpu"}, "mixed_bfloat16"),
        ({"platform": "gpu", "compute_capability": "7.5"}, "mixed_float16"),
        ({"platform": "gpu", "compute_capability": "10.0"}, "mixed_bfloat16"),
        ({"platform": "gpu", "compute_capability": "gfx90a"}, "float32"),  # AMD
        ({"platform": "cpu"}, "float32"),
    ],
)
def test_auto_on_jax_asks_its_devices(monkeypatch, device, expected):
    import jax
    import keras

    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    monkeypatch.setattr(jax, "devices", lambda: [types.SimpleNamespace(**device)])
    assert resolve_precision() == expected
    assert resolve_precision(task="translate") == "float32"
