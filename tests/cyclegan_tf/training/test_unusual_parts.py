"""Networks, optimizers and losses that Keras allows and that were once trained on for nothing."""

import json
from dataclasses import dataclass

import keras
import numpy as np
import pytest
from keras import layers, ops
from small_models import real_networks

from cyclegan_tf.errors import ConfigError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.optional_loss import OptionalLoss
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.training import speed
from cyclegan_tf.training.train import train


@keras.saving.register_keras_serializable("tests")
class Times(layers.Layer):
    """Takes no dtype, as the examples of Keras' guides."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, inputs):
        return self.factor * inputs

    def get_config(self):
        return {"factor": self.factor}


@keras.saving.register_keras_serializable("tests")
class NeedsDtype(Times):
    def __init__(self, factor, dtype=None):
        super().__init__(factor)
        self.given = dtype

    @classmethod
    def from_config(cls, config):
        if config["dtype"] == "float32":
            raise TypeError("not in float32")
        return cls(**config)

    def get_config(self):
        return {"factor": self.factor, "dtype": self.given}


@keras.saving.register_keras_serializable("tests")
@dataclass(frozen=True)
class OfCrops(OptionalLoss):
    """Asks for passes of crops of one size alone."""

    names = ("of_crops",)
    weight: float = 1.0

    def passes(self, images, step):
        return {"of_crops": images["real_b"] * ops.ones((1, 32, 32, 3))}, {}

    def losses(self, images, step):
        return {"of_crops": ops.mean(images["of_crops"])}


class StopAt(keras.callbacks.Callback):
    def __init__(self, step):
        super().__init__()
        self.step = step

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = self.model.num_updates == self.step


def generator(*inner):
    image = x = keras.Input((None, None, 3))
    for layer in (layers.Conv2D(4, 3, padding="same"), *inner):
        x = layer(x)
    x = layers.Conv2D(3, 3, padding="same")(x)
    return keras.Model(image, layers.Activation("tanh", dtype="float32")(x))


@pytest.fixture
def config(small_config):
    changes = {"epochs": 2, "decay_epoch": 1, "steps_per_epoch": 1}
    return small_config.replace(data="", **changes, sample_every=0, validate_every=0)


@pytest.fixture
def data():
    random = np.random.default_rng(0)
    return tuple([random.integers(0, 256, (44, 50, 3), np.uint8)] * 2 for _ in "ab")


@pytest.mark.usefixtures("eagerly")
def test_separable_convolutions_can_be_loaded_again(config, data, tmp_path):
    def networks(_):
        return [generator(layers.SeparableConv2D(64, 7, padding="same")) for _ in "ab"]

    train(config, tmp_path, data=data, networks=networks, verbose=False)
    load_generator(tmp_path, "a2b")


@pytest.mark.usefixtures("eagerly")
def test_dropout_is_resumed_to_the_bit(config, data, tmp_path):
    def networks(_):
        return [generator(layers.Dropout(0.5)) for _ in "ab"]

    parts = {"data": data, "networks": networks, "verbose": False}
    train(config, tmp_path / "straight", **parts)
    train(config, tmp_path / "stopped", **parts, callbacks=[StopAt(1)])
    train(config, tmp_path / "stopped", **parts)
    straight, stopped = (
        CycleGAN.load(RunFolder(tmp_path / name).checkpoints()[-1])
        for name in ("straight", "stopped")
    )
    for one, other in zip(straight.weights, stopped.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    states = [[s.numpy() for s in model._random_states()] for model in (straight, stopped)]
    assert len(states[0]) == 2
    np.testing.assert_array_equal(*states)


@pytest.mark.usefixtures("eagerly")
def test_layers_without_a_dtype_are_copied_as_they_are(config, data, tmp_path):
    networks = [generator(Times(0.5)) for _ in "ab"]
    train(config, tmp_path, data=data, networks=networks, verbose=False)
    assert load_generator(tmp_path, "a2b").layers[2].factor == 0.5


@pytest.mark.usefixtures("eagerly")
def test_generators_may_be_given_the_other_way_round(config, data, tmp_path):
    ab, ba, *judges = real_networks()
    ab.name, ba.name = "generator_ab", "generator_ba"
    config = config.replace(vertical_position=False)
    train(config, tmp_path, data=data, networks=(ba, ab, *judges), verbose=False)
    assert load_generator(tmp_path, "a2b").name == "generator_ab"


@pytest.mark.usefixtures("eagerly")
def test_a_loss_that_knows_one_size_is_counted(config, data, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(speed, "UPDATES", 1)
    train(config, tmp_path, data=data, objective=OfCrops(), verbose=True)
    assert "of the most that this device can compute" in capsys.readouterr().out


@pytest.mark.usefixtures("eagerly")
def test_generators_in_half_precision_are_saved_in_float32(config, data, tmp_path):
    def network():
        image = keras.Input((None, None, 3))
        x = layers.Conv2D(3, 3, padding="same")(image)
        return keras.Model(image, layers.Activation("tanh")(x))

    def networks(_):
        return network(), network()

    config = config.replace(precision="mixed_bfloat16", identity_weight=5.0, identity_anneal=0.5)
    train(config, tmp_path, data=data, networks=networks, verbose=False)
    loaded = load_generator(tmp_path, "a2b")
    assert {layer.compute_dtype for layer in loaded.layers} == {"float32"}


@pytest.mark.usefixtures("eagerly")
def test_accumulated_gradients_are_no_skipped_updates(config, data, tmp_path):
    def optimizer(config, num_steps):
        return keras.optimizers.Adam(1e-3, gradient_accumulation_steps=2)

    train(config, tmp_path, data=data, optimizer=optimizer, verbose=False)
    run = RunFolder(tmp_path)
    assert "skipped_updates" not in json.loads(run.card_file.read_text())
    assert all("skipped_updates" not in line for line in run.read_metrics())


def test_what_would_be_trained_for_nothing_is_refused(config, data, tmp_path):
    one = generator()
    with pytest.raises(ConfigError, match="generator_ab and generator_ba share weights"):
        train(config, tmp_path, data=data, networks=(one, one))
    with pytest.raises(ConfigError, match=r"cannot be copied in float32.*not in float32"):
        train(config, tmp_path, data=data, networks=[generator(NeedsDtype(0.5)) for _ in "ab"])
    with pytest.raises(ConfigError, match=r"must not keep a moving average \(use_ema\)"):
        train(config, tmp_path, data=data, optimizer=lambda *_: keras.optimizers.Adam(use_ema=True))
