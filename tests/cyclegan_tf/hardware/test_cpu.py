"""What is set for which CPU, and what the user's own settings do."""

import os

import pytest

from cyclegan_tf.hardware import cpu


def test_flags_of_the_cpu_are_words():
    assert all(flag and " " not in flag for flag in cpu.cpu_flags())


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
    monkeypatch.setattr(cpu, "cpu_flags", lambda: flags)
    monkeypatch.setattr(cpu, "num_cores", lambda: cores)
    cpu.set_up_cpu()
    assert [os.environ.get(name) for name in names] == expected


def test_cpu_settings_of_the_user_stay(monkeypatch):
    monkeypatch.setenv("TF_NUM_INTEROP_THREADS", "7")
    monkeypatch.setattr(cpu, "num_cores", lambda: 2)
    cpu.set_up_cpu()
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
    monkeypatch.setattr(cpu, "cpu_flags", lambda: flags)
    assert cpu.has_fast_onednn.__wrapped__() is expected


@pytest.mark.parametrize(("gpus", "expected"), [([], False), (["GPU:0"], True)])
def test_remapper_is_switched_off_on_cpus_only(monkeypatch, gpus, expected):
    import tensorflow as tf

    before = tf.config.optimizer.get_experimental_options().get("remapping", True)
    tf.config.optimizer.set_experimental_options({"remapping": True})
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: gpus)
    cpu.switch_off_remapper()
    assert tf.config.optimizer.get_experimental_options()["remapping"] is expected
    tf.config.optimizer.set_experimental_options({"remapping": before})
