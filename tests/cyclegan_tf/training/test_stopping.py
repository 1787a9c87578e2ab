"""Ctrl-C and SIGTERM: the update is finished, everything saved, and the same again goes on."""

import signal
import subprocess
import sys
import threading

import keras
import pytest
from small_models import assert_equal_state

from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import TrainingStopped
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.callbacks import Previews
from cyclegan_tf.training.stopping import StopRequest
from cyclegan_tf.training.train import train
from cyclegan_tf.training.validation import Validation

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Send(keras.callbacks.Callback):
    """Sends a signal to this process in update `at`."""

    def __init__(self, number, at):
        super().__init__()
        self.number, self.left = number, at

    def on_train_batch_begin(self, batch, logs=None):
        self.left -= 1
        if not self.left:
            signal.raise_signal(self.number)


def handlers():
    return [signal.getsignal(number) for number in SIGNALS]


def test_stopped_in_an_interval_and_resumed_equals_uninterrupted(
    finished, small_config, tmp_path, capfd
):
    before = handlers()
    run = RunFolder(tmp_path / "run")
    config = small_config.replace(log_every=4, generators_every=4)
    with pytest.raises(TrainingStopped) as stopped:
        train(config, run.path, callbacks=[Send(signal.SIGINT, at=6)])
    assert handlers() == before
    assert stopped.value.exit_code == 130
    newest = run.checkpoints()[-1]
    assert newest.name == "step_00000006.keras"
    assert str(stopped.value) == (
        f"Stopped at update 6 of 12. Everything is saved in {newest}; run the same again to go on "
        "from there."
    )
    assert "Ctrl-C again stops at once" in capfd.readouterr().err
    assert not run.card_file.exists()
    assert all(run.generator_file(way).exists() for way in Direction)  # those of update 4

    model = train(config, run.path, verbose=False)
    assert_equal_state(model, finished.model)
    # As often as without a stop, and at the same updates.
    assert [line["step"] for line in run.read_metrics()] == [4, 6, 8, 12]
    assert run.read_validation() == finished.run.read_validation()
    assert {p.name for p in run.samples.iterdir()} == {
        p.name for p in finished.run.samples.iterdir()
    }


@pytest.mark.usefixtures("eagerly")
def test_signal_while_something_is_written_lets_it_be_finished(small_config, tmp_path, monkeypatch):
    received = []

    def sending(original):
        def send(self, *args):
            if self.model.num_updates == 2:
                signal.raise_signal(signal.SIGTERM)  # the second changes nothing
                received.append(original.__name__)
            return original(self, *args)

        return send

    for kind, name in ((Previews, "write"), (Validation, "validate")):
        monkeypatch.setattr(kind, name, sending(getattr(kind, name)))
    config = small_config.replace(log_every=2, sample_every=2, validate_every=2, checkpoint_every=2)
    with pytest.raises(TrainingStopped) as stopped:
        train(config, tmp_path / "run", verbose=False)
    assert stopped.value.exit_code == 143
    assert received == ["write", "validate"]
    run = RunFolder(tmp_path / "run")
    assert [line["step"] for line in run.read_validation()] == [2]
    assert (run.samples / "step_00000002.png").exists()
    assert int(CycleGAN.load(run.checkpoints()[-1]).step) == 2
    assert not list(run.path.rglob(".partial_*"))


def test_second_ctrl_c_stops_at_once_and_sigterm_may_come_twice():
    before = handlers()
    with pytest.raises(KeyboardInterrupt), StopRequest() as stop:
        assert not stop.is_made
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert stop.received == signal.SIGTERM
        signal.raise_signal(signal.SIGINT)
        pytest.fail("it went on")
    assert handlers() == before


def test_what_the_process_ignores_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with StopRequest() as stop:
            signal.raise_signal(signal.SIGINT)
        assert not stop.is_made
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_leave_the_handlers_alone():
    seen = []

    def look():
        with StopRequest():
            seen.append(handlers())

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [handlers()]


def test_command_says_where_it_is_and_exits_with_the_number_of_the_signal(two_folders, tmp_path):
    flags = ["--data", two_folders, "--name-a", "A", "--name-b", "B", "--epochs", 100_000]
    flags += ["--discriminator-layers", 1, "--validate-every", 0, "--sample-every", 0]
    command = [sys.executable, "-m", "cyclegan_tf", "train", "tiny", "--run", tmp_path / "run"]
    with subprocess.Popen(
        [*map(str, [*command, *flags])], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            if line.startswith("update "):
                break
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=100)
    assert process.returncode == 143
    (newest,) = RunFolder(tmp_path / "run").checkpoints()[-1:]
    assert said.splitlines()[-1].startswith("cyclegan-tf: Stopped at update ")
    assert f"saved in {newest}; run the same again" in said
    assert "Traceback" not in said
