"""`train` with JAX: from the command line, resumed, from another run, translated."""

import os
import shutil

import keras
import numpy as np
import pytest

from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.runs.folder import RunFolder

FLAGS = "--steps-per-epoch 2 --epochs 3 --decay-epoch 2 --discriminator-layers 1 --pool-size 2"
FLAGS += " --ema 0.5 --log-every 1 --checkpoint-every 2 --sample-every 3 --validate-every 3"
FLAGS += " --keep-checkpoints 3"

_GO_ON = """
import signal, sys, keras
from cyclegan_tf import Config, train

class Interrupt(keras.callbacks.Callback):
    def on_train_batch_begin(self, batch, logs=None):
        signal.raise_signal(signal.SIGINT)

config = Config.load(sys.argv[1] + "/config.json")
try:  # in the middle of an interval
    train(config.replace(log_every=4), sys.argv[1], verbose=False, callbacks=[Interrupt()])
except KeyboardInterrupt as stopped:
    print(stopped)
train(config, sys.argv[1], verbose=False)
warm = config.replace(init_from=sys.argv[1], precision="mixed_float16", pool_size=0, ema=0)
warm = warm.replace(epochs=1, decay_epoch=1, sample_every=0, validate_every=0)
train(warm, sys.argv[2], verbose=False)
"""


@pytest.fixture(scope="module")
def folder(run_python, two_folders, tmp_path_factory):
    """Holds `run`, `resumed` from its first checkpoint, and `warm`, which started from that."""
    folder = tmp_path_factory.mktemp("jax")
    train = ["train", "tiny", "--data", two_folders, "--name-a", "A", "--name-b", "B"]
    command = ["-m", "cyclegan_tf", *train, *FLAGS.split(), "--precision", "float32"]
    with pytest.MonkeyPatch.context() as patch:
        # XLA then compiles in less time.
        patch.setitem(os.environ, "XLA_FLAGS", "--xla_backend_optimization_level=0")
        first = run_python(*command, "--backend", "jax", "--run", folder / "run")
        assert first.returncode == 0, first.stderr[-3000:]

        shutil.copytree(folder / "run", folder / "resumed")
        resumed = RunFolder(folder / "resumed")
        for file in [*resumed.checkpoints()[1:], *resumed.path.glob("*.keras")]:
            file.unlink()
        patch.setitem(os.environ, "KERAS_BACKEND", "jax")
        second = run_python("-c", _GO_ON, resumed.path, folder / "warm")
        assert second.returncode == 0, second.stderr[-3000:]
        assert second.stdout.startswith("Stopped at update 3 of 6. Everything is saved in ")
    return folder


def test_run_has_all_that_a_run_has(folder):
    run = RunFolder(folder / "run")
    lines = run.read_metrics()
    assert [line["step"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert all(np.isfinite(list(line.values())).all() for line in lines)
    assert len(list(run.samples.glob("*.png"))) == 3
    assert [line["step"] for line in run.read_validation()] == [3, 6]
    assert run.card_file.exists()


def test_resumed_run_equals_uninterrupted_run(folder):
    run, resumed = (
        CycleGAN.load(RunFolder(folder / n).checkpoints()[-1]) for n in ("run", "resumed")
    )
    assert int(run.step) == int(resumed.step) == 6
    pairs = zip(
        run.variables + run.optimizer.variables,
        resumed.variables + resumed.optimizer.variables,
        strict=True,
    )
    for one, two in pairs:
        np.testing.assert_array_equal(one, two, err_msg=one.path)


def test_run_in_float16_starts_from_another(folder):
    warm = CycleGAN.load(RunFolder(folder / "warm").checkpoints()[-1])
    assert isinstance(warm.optimizer, keras.optimizers.LossScaleOptimizer)
    assert int(warm.step) == 2
    old = CycleGAN.load(RunFolder(folder / "run").checkpoints()[-1]).output_generator("a2b")
    for one, two in zip(old.weights, warm.output_generator("a2b").weights, strict=True):
        np.testing.assert_allclose(one, two, atol=2e-3)  # two updates of at most .0002 * 3 or so


def test_run_of_jax_is_translated(folder, monkeypatch, run_python):
    monkeypatch.setenv("KERAS_BACKEND", "jax")  # the command takes TensorFlow all the same
    picture = next((folder / "run" / "samples").glob("*.png"))
    run = run_python(
        "-m",
        "cyclegan_tf",
        "translate",
        folder / "run",
        picture,
        "--direction",
        "a2b",
        "--out",
        folder / "out.png",
    )
    assert run.returncode == 0, run.stderr
    assert (folder / "out.png").exists()
