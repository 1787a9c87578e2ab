"""`train` on two devices, and on one again; with two workers, one of which dies.

Each training is a process of its own, see strategy_worker.py, compared with one on one device.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys

import numpy as np
import pytest

from cyclegan_tf.errors import ConfigError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.devices import Devices
from cyclegan_tf.training.followers import FollowedRun

# The rate is small, else rounding errors grow to more than 0.00001 within six updates.
CHANGES = {"batch_size": 2, "learning_rate": 2e-5, "epochs": 3, "decay_epoch": 2}
CHANGES |= {"steps_per_epoch": 2, "checkpoint_every": 2, "sample_every": 6, "validate_every": 6}
# Graphs as small as can be: test_replicas.py has all losses.
CHANGES |= {"num_residual_blocks": 0, "identity_weight": 0.0, "identity_anneal": 0.0}


@pytest.fixture(scope="module")
def folder(small_config, tmp_path_factory):
    folder = tmp_path_factory.mktemp("strategies")
    (folder / "config.json").write_text(small_config.replace(**CHANGES).to_json())
    return folder


@pytest.fixture(scope="module")
def start(folder, request):
    """`start(run, strategy, end=0, kill="", **environment)` begins a training as a process."""

    def begin(run, strategy, end=0, kill="", **environment):
        root = request.config.rootpath
        worker = root / "tests" / "cyclegan_tf" / "strategy_worker.py"
        arguments = [worker, folder / "config.json", folder / run, strategy, end, kill]
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(root), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return begin


def end_of(*processes):
    """What they print, once all have ended."""
    outputs = [process.communicate(timeout=1200) for process in processes]
    return [
        (p.returncode, out, err[-3000:]) for p, (out, err) in zip(processes, outputs, strict=True)
    ]


@pytest.fixture(scope="module")
def straight(start, folder):
    """The run on one device, without a pause."""
    ((code, _, error),) = end_of(start("straight", "none"))
    assert code == 0, error
    return RunFolder(folder / "straight")


def assert_same_run(run, other, updates=6):
    """As far as rounding errors let one compare; `updates` until all weights are."""
    assert [line["step"] for line in run.read_metrics()] == [1, 2, 3, 4, 5, 6]
    for one, two in zip(run.read_metrics(), other.read_metrics(), strict=True):
        for name in set(one) - {"seconds", "images_per_second"}:
            np.testing.assert_allclose(one[name], two[name], 1e-5, 1e-5, err_msg=name)
    checkpoint = f"checkpoints/step_{updates:08d}.keras"
    models = [CycleGAN.load(each.path / checkpoint) for each in (run, other)]
    for one, two in zip(*(m.variables + m.optimizer.variables for m in models), strict=True):
        # Images of a pool are rounded to 1/2048: the last digit may be another one.
        step = 1 / 2048 if one.path.endswith("/images") else 0.0
        np.testing.assert_allclose(one, two, 1e-5, 2e-5 + step, err_msg=one.path)
    assert {p.name for p in run.path.iterdir()} == {p.name for p in other.path.iterdir()}
    assert [line["step"] for line in run.read_validation()] == [6]


def test_run_goes_from_one_device_to_two_and_back(straight, start, folder):
    run = RunFolder(shutil.copytree(straight.path, folder / "changing"))
    for file in [*run.checkpoints()[1:], *run.path.glob("*.keras"), run.validation_file]:
        file.unlink()
    ((code, output, error),) = end_of(start("changing", "mirrored", end=4))
    assert code == 0, error
    assert "at update 2 of 6" in output and "2 replicas" in output
    run.validation_file.unlink()  # as at every end
    ((code, output, error),) = end_of(start("changing", "none"))
    assert code == 0, error
    assert "at update 4 of 6" in output and "replicas" not in output
    assert_same_run(run, straight)


def test_workers_go_on_after_one_has_died(straight, start, folder):
    def both(kill=""):
        with socket.socket() as one, socket.socket() as two:
            for each in (one, two):
                each.bind(("127.0.0.1", 0))
            places = [f"127.0.0.1:{each.getsockname()[1]}" for each in (one, two)]
        ends = [(0, ""), (3 if kill else 0, kill)]
        cluster = {"worker": places}
        return end_of(
            *(
                start(
                    "workers",
                    "multiworker",
                    *ends[i],
                    TF_CONFIG=json.dumps(
                        {"cluster": cluster, "task": {"type": "worker", "index": i}}
                    ),
                )
                for i in (0, 1)
            )
        )

    (code, output, error), (killed, *_) = both(kill="kill")
    assert killed == 9
    assert code == 2, error
    assert re.search("ERROR Worker 0 of 2 has lost another one .* Start all workers again", output)
    for code, _, error in both():
        assert code == 0, error
    assert_same_run(RunFolder(folder / "workers"), straight)


def test_jax_on_two_devices_equals_jax_on_one(start, folder):
    flags = "--xla_force_host_platform_device_count=2 --xla_backend_optimization_level=0"
    names = {"jax_one": "none", "jax_two": "mirrored"}
    on_jax = {"KERAS_BACKEND": "jax", "XLA_FLAGS": flags}
    ends = end_of(*(start(run, strategy, **on_jax) for run, strategy in names.items()))
    for code, _, error in ends:
        assert code == 0, error
    assert ["2 replicas" in output for _, output, _ in ends] == [False, True]
    # The gradient of an L1 is a sign: one that differs is seen in the momenta after 4 updates.
    assert_same_run(*(RunFolder(folder / name) for name in names), updates=2)


def test_batch_that_replicas_cannot_share_is_refused(small_config):
    devices = Devices()
    devices.num_replicas = 2
    devices.check_batch_size(small_config.replace(batch_size=4))
    with pytest.raises(ConfigError, match=r"multiple of their number \(2\); received 3. Try 4."):
        devices.check_batch_size(small_config.replace(batch_size=3))


def test_unknown_strategy_is_refused():
    with pytest.raises(ConfigError, match="strategy must be mirrored, multiworker, .* 'all'"):
        Devices("all")


def test_followers_write_nothing():
    # What `RunFolder` gets further and writes must be overridden, too.
    reading = {"generator_file", "best_file", "files", "read_metrics", "read_validation"}
    public = {name for name in vars(RunFolder) if not name.startswith("_")}
    assert public - reading - {"checkpoints"} == {n for n in vars(FollowedRun) if n[0] != "_"}
