"""The names of GPUs and CPUs, as the systems that have them tell them."""

import os
import pathlib
import platform

import pytest
import tensorflow as tf

from cyclegan_tf.hardware.describe import describe_hardware

CPUINFO = "processor\t: 0\nmodel name\t: Good CPU @ 2 GHz\n\nprocessor\t: 1\nmodel name\t: other\n"


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])


@pytest.mark.parametrize(
    ("cores", "text"), [({3}, "Good CPU @ 2 GHz, 1 core"), ({0, 1}, "Good CPU @ 2 GHz, 2 cores")]
)
def test_cpu_has_its_name_and_the_cores_that_may_be_used(no_gpu, monkeypatch, cores, text):
    monkeypatch.setattr(pathlib.Path, "read_text", lambda path: CPUINFO)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: cores, raising=False)
    assert describe_hardware() == text


def test_cpu_of_another_system(no_gpu, monkeypatch):
    def missing(path):
        raise FileNotFoundError

    monkeypatch.setattr(pathlib.Path, "read_text", missing)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(platform, "processor", lambda: "arm")
    assert describe_hardware() == "arm, 8 cores"


def test_gpus_come_before_the_cpu(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["gpu:0", "gpu:1"])
    details = {"gpu:0": {"device_name": "Tesla T4"}, "gpu:1": {}}
    monkeypatch.setattr(tf.config.experimental, "get_device_details", details.__getitem__)
    assert describe_hardware() == "Tesla T4, GPU"
