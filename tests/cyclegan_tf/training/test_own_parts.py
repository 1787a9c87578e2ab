"""Own networks, losses and data in `train`: resumed to the bit, refused where they don't fit."""

import json
from dataclasses import dataclass

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops
from small_models import assert_equal_state

from cyclegan_tf import images
from cyclegan_tf.errors import ConfigError, RunError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.losses import l1
from cyclegan_tf.model.objective import Objective
from cyclegan_tf.model.optional_loss import OptionalLoss
from cyclegan_tf.model.sizes import size_multiple
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training import speed
from cyclegan_tf.training.own_data import own_sources
from cyclegan_tf.training.train import train
from cyclegan_tf.translation.translator import Translator
from data_pipeline.errors import DataError


@keras.saving.register_keras_serializable("tests")
class ClassGenerator(keras.Model):
    """A generator with a `call` of its own, which halves its picture three times."""

    size_multiple = 8

    def __init__(self, filters=2, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.down = layers.Conv2D(filters, 8, strides=8)
        self.up = layers.Conv2DTranspose(3, 8, strides=8, activation="tanh")

    def call(self, image, training=False):
        return self.up(self.down(image))

    def get_config(self):
        return {**super().get_config(), "filters": self.filters}


class Unregistered(ClassGenerator):
    pass


@keras.saving.register_keras_serializable("tests")
@dataclass(frozen=True)
class Brightness(OptionalLoss):
    names = ("brightness",)
    weight: float = 1.0

    def losses(self, images, step):
        means = [ops.mean(images[name]) for name in ("real_a", "fake_b")]
        return {"brightness": l1(*means)}


class StopAt(keras.callbacks.Callback):
    def __init__(self, step):
        super().__init__()
        self.step = step

    def on_epoch_end(self, epoch, logs=None):
        self.seen = set(logs)
        self.model.stop_training = self.model.num_updates == self.step


def pictures(seed, number=2, height=44, width=50):
    random = np.random.default_rng(seed)
    return [random.integers(0, 256, (height, width, 3), np.uint8) for _ in range(number)]


def batches(start):
    def pair(k):
        seeds = tf.stack([k, 0]), tf.stack([k, 1])
        return tuple(tf.random.stateless_uniform((1, 32, 32, 3), s, -1.0, 1.0) for s in seeds)

    return tf.data.Dataset.counter(start).map(pair)


@pytest.fixture
def config(small_config):
    return small_config.replace(
        data="", epochs=2, decay_epoch=1, steps_per_epoch=1, sample_every=2, validate_every=2
    )


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize("own", ["pictures", "stream"])
def test_parts_are_resumed_to_the_bit_and_can_be_translated_with(
    config, own, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(speed, "UPDATES", 1)
    keras.utils.set_random_seed(0)
    data = batches if own == "stream" else (pictures(0), pictures(1))
    if own == "stream":
        config = config.replace(vertical_position=False, ema=0, identity_weight=0, pool_size=0)
    networks = [ClassGenerator(), ClassGenerator(4)]
    parts = {"networks": networks, "objective": Brightness(2.0), "data": data}
    for network in networks:
        network(np.zeros((1, 32, 32, 3), np.float32))
    weights = [network.get_weights() for network in networks]
    train(config, tmp_path / "straight", **parts, verbose=True)
    assert "the operations of a ClassGenerator can't be counted." in capsys.readouterr().out
    straight = CycleGAN.load(tmp_path / "straight" / "checkpoints" / "step_00000002.keras")
    for network, values in zip(networks, weights, strict=True):
        network.set_weights(values)
    train(config, tmp_path / "halves", callbacks=[StopAt(1)], **parts, verbose=True)
    said = capsys.readouterr().out
    assert "A callback stopped it after 1 of 2 updates in " in said
    parts["verbose"] = False
    stop = StopAt(2)
    resumed = train(config, tmp_path / "halves", callbacks=[stop], **parts)
    assert stop.seen >= {"cycle_a", "luminance_a2b", "variety_b2a"}
    assert resumed.num_updates == 2
    assert_equal_state(straight, resumed)
    run = RunFolder(tmp_path / "halves")
    assert [line["brightness"] >= 0 for line in run.read_metrics()] == [True] * 2
    assert {line["step"] for line in run.read_validation()} == {1, 2}
    # Previews are cut to multiples of 8: two rows of 40 pixels or, of a stream, of 32.
    preview = images.read_image(run.samples / "step_00000002.png")
    assert preview.shape[0] == 2 * (40 if own == "pictures" else 32) + 3 * 4
    fake = Translator.load(run.path, "a2b")(pictures(2, 1, 21, 35)[0])
    assert fake.shape == (21, 35, 3)
    card = json.loads(run.card_file.read_text())
    assert card["own_parts"]["generator_ab"] == (
        "tests>ClassGenerator with 773 weights in 4 arrays"
    )
    assert 'Brightness {"weight": 2.0}' in card["own_parts"]["objective"]
    assert card["own_parts"]["data"] == "given in Python"
    assert "filters" not in card["recipe"] and "discriminator_filters" in card["recipe"]
    with pytest.raises(RunError, match="another generator_ab: tests>ClassGen.* to start anew"):
        train(config, run.path, **{**parts, "networks": None})
    text = r"first in weights.0.: \[8, 8, 3, 2\], now \[8, 8, 3, 3\]"
    with pytest.raises(RunError, match=text):
        train(config, run.path, **{**parts, "networks": [ClassGenerator(3), networks[1]]})
    with pytest.raises(RunError, match="objective: .* of Brightness .*2.0.*, now .* of Br.*1.0"):
        train(config, run.path, **{**parts, "objective": Brightness(1.0)})


def graph(size=(None, None, 3), strides=1, filters=3):
    image = keras.Input(size)
    x = layers.Conv2D(4, 3, strides=strides, padding="same")(image)
    return keras.Model(image, layers.Conv2DTranspose(filters, 3, strides, padding="same")(x))


@pytest.mark.parametrize(
    "parts, text",
    [
        ({"networks": graph()}, "networks must be .generator_ab, generator_ba."),
        ({"networks": {"generator": graph()}}, "a dict with these names"),
        ({"networks": (graph(), 3)}, "generator_ba must be a keras.Model; received 3"),
        ({"networks": (graph((32, 32, 3)),) * 2}, "any size, .* received a model of 32x32"),
        ({"networks": (graph(filters=1),) * 2}, r"return pictures of the size .*32, 1\)"),
        (
            {"networks": (graph(strides=24),) * 2},
            "crop_size must be a multiple of 24, .* Try 24, or say",
        ),
        ({"networks": {"discriminator_a": graph()}}, "must take 4 channels .* vertical_position=F"),
        ({"networks": (Unregistered(),) * 2}, "cannot be saved .*'Unregistered'.*Register its"),
        ({"objective": "lsgan"}, "objective must be an Objective.* received 'lsgan'"),
        ({"data": 3}, "data must be a pair .*received int"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(config, parts, text, tmp_path):
    with pytest.raises(ConfigError, match=text) as error:
        train(config, tmp_path / "run", **{"data": (pictures(0), pictures(1)), **parts})
    assert "\n" not in str(error.value)
    assert not RunFolder(tmp_path / "run").checkpoints()


@pytest.mark.parametrize(
    "data, text",
    [
        (([], []), "no picture of A"),
        ((pictures(0), [np.zeros((40, 40))]), "picture 0 of B is float64"),
        (batches(0).take(1), "batches of shape .*vertical_position=False is without"),
        (lambda start: batches(start).take(1), "batches of shape"),
    ],
)
def test_data_that_cannot_be_used_is_refused(config, data, text, tmp_path):
    with pytest.raises(DataError, match=text):
        train(config, tmp_path / "run", data=data)


@pytest.mark.parametrize(
    "change, text",
    [
        (lambda a, b: (255 * a, b), r"float32 in \[-1, 1\]; received float32 from .* of A"),
        (lambda a, b: a, "pairs .crops_a, crops_b."),
    ],
)
def test_streams_of_something_else_are_refused(config, change, text, tmp_path):
    config = config.replace(vertical_position=False)
    with pytest.raises(DataError, match=text):
        train(config, tmp_path / "run", data=lambda start: batches(start).map(change))
    with pytest.raises(DataError, match="endless"):
        train(config, tmp_path / "run", data=lambda start: batches(start).take(2))
    with pytest.raises(ConfigError, match="steps_per_epoch must be given"):
        train(config.replace(steps_per_epoch=0), tmp_path / "run", data=batches)


def test_a_stream_with_black_at_0_is_warned_of(config, caplog):
    config = config.replace(vertical_position=False)
    own_sources(lambda start: batches(start).map(lambda a, b: (abs(a), b)), config)
    assert "crops of A have no value below 0: a stream has black at -1" in caplog.text
    assert "crops of B" not in caplog.text


def test_losses_need_names_of_their_own():
    with pytest.raises(ValueError, match="a name of its own .* 'brightness' twice"):
        Objective(more_losses=[Brightness(), Brightness()])


def test_sizes_are_asked_of_the_layers():
    inside = keras.Sequential([layers.Conv2D(3, 3, strides=2), layers.MaxPooling2D(2)])
    assert size_multiple(keras.Sequential([inside, layers.UpSampling2D(4)])) == 4
    assert size_multiple(ClassGenerator()) == 8
    image = x = keras.Input((None, None, 3))
    for _ in range(3):  # shortcuts with strides of their own
        down = [layers.Conv2D(4, size, strides=2, padding="same")(x) for size in (3, 1)]
        x = layers.SpectralNormalization(layers.Conv2D(4, 3, padding="same"))(down[0] + down[1])
    assert size_multiple(keras.Model(image, inside(layers.UpSampling2D(8)(x))[..., :3])) == 8
    x = layers.SpectralNormalization(layers.Conv2D(4, 3, strides=2))(inside(x))
    assert size_multiple(keras.Model(image, x)) == 64
