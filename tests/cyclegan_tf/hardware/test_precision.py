"""The choice of the number format as a table.

What half precision does to layers, networks and training is tested with those.
"""

import os

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


@pytest.mark.parametrize("name", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_explicit_choice_is_kept(name):
    assert resolve_precision(name) == name


def test_auto_asks_this_machine(monkeypatch):
    import tensorflow as tf

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    monkeypatch.setattr(precision, "cpu_flags", lambda: {"avx512_bf16"})
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    assert resolve_precision() == "mixed_bfloat16"
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


def test_flags_of_the_cpu_are_words():
    assert all(flag and " " not in flag for flag in precision.cpu_flags())


@pytest.mark.parametrize(
    ("flags", "cores", "expected"),
    [
        ({"avx2"}, 2, ["0", "1", "2"]),
        ({"avx2"}, 8, ["0", None, None]),
        ({"avx2", "avx512f"}, 2, [None, "1", "2"]),
    ],
)
def test_cpu_is_set_up_by_what_it_can_do(monkeypatch, flags, cores, expected):
    names = ("TF_ENABLE_ONEDNN_OPTS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    for name in names:
        monkeypatch.setenv(name, "")  # so that it is put back afterwards
        monkeypatch.delenv(name)
    monkeypatch.setattr(precision, "cpu_flags", lambda: flags)
    monkeypatch.setattr(precision.os, "cpu_count", lambda: cores)
    precision.set_up_cpu()
    assert [os.environ.get(name) for name in names] == expected


def test_cpu_settings_of_the_user_stay(monkeypatch):
    monkeypatch.setenv("TF_NUM_INTEROP_THREADS", "7")
    monkeypatch.setattr(precision.os, "cpu_count", lambda: 2)
    precision.set_up_cpu()
    assert os.environ["TF_NUM_INTEROP_THREADS"] == "7"


@pytest.mark.parametrize(
    ("flags", "wanted", "expected"),
    [
        ({"avx2", "avx512f"}, None, True),
        ({"avx2", "avx512f"}, "1", True),
        ({"avx2", "avx512f"}, "0", False),
        ({"avx2"}, None, False),
        ({"avx2"}, "1", False),
    ],
)
def test_onednn_is_fast_with_avx512_unless_the_user_turns_it_off(
    monkeypatch, flags, wanted, expected
):
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    if wanted is not None:
        monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", wanted)
    monkeypatch.setattr(precision, "cpu_flags", lambda: flags)
    assert precision.has_fast_onednn.__wrapped__() is expected


@pytest.mark.parametrize(("gpus", "expected"), [([], False), (["GPU:0"], True)])
def test_remapper_is_switched_off_on_cpus_only(monkeypatch, gpus, expected):
    import tensorflow as tf

    before = tf.config.optimizer.get_experimental_options().get("remapping", True)
    tf.config.optimizer.set_experimental_options({"remapping": True})
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: gpus)
    precision.switch_off_remapper()
    assert tf.config.optimizer.get_experimental_options()["remapping"] is expected
    tf.config.optimizer.set_experimental_options({"remapping": before})
