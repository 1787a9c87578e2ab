"""Own losses in `train`: each is weighed and logged, and networks in them learn and resume."""

import json
from dataclasses import dataclass

import keras
import numpy as np
import pytest
from keras import layers, ops
from small_models import assert_equal_state

from cyclegan_tf.errors import ConfigError, RunError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.objective import Objective
from cyclegan_tf.model.optional_loss import OptionalLoss
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.parts import Parts
from cyclegan_tf.training.train import train

registered = keras.saving.register_keras_serializable("tests_of_losses")


@registered
class Variation(Objective):
    own_losses = {"tv_a": 0.5}

    def generator_losses(self, networks, images, step):
        losses = super().generator_losses(networks, images, step)
        return {**losses, "tv_a": ops.mean(ops.abs(images["fake_a"]))}


class LateNames(Objective):
    """As subclasses were written before there was `own_losses`."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.late = "late"

    @property
    def names(self):
        return [*super().names, self.late]


@registered
class Unannounced(Variation):
    own_losses = {}


@registered
class Penalty(Objective):
    def discriminator_losses(self, *arguments):
        return {**super().discriminator_losses(*arguments), "penalty": 0.0}


@registered
class Head(Objective):
    """Compares what a head with weights makes of pixels, and asks the head for ones."""

    own_losses = {"head": 1.0}

    def __init__(self, units=4, build=True, **settings):
        super().__init__(**settings)
        self.units = units
        self.head = keras.Sequential([layers.Dense(units, activation="relu"), layers.Dense(1)])
        if build:
            self.head.build((None, 3))

    def generator_losses(self, networks, images, step):
        losses = super().generator_losses(networks, images, step)
        judged = self.head(ops.reshape(images["fake_b"], (-1, 3)))
        return {**losses, "head": ops.mean(ops.square(judged - 1))}

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@registered
class Forgetful(Head):
    def get_config(self):
        return Objective.get_config(self)


@registered
@dataclass(frozen=True)
class OfFeatures(OptionalLoss):
    names = ("features_ab",)
    network: keras.Model
    weight: float = 1.0

    def losses(self, images, step):
        difference = self.network(images["real_a"]) - self.network(images["fake_b"])
        return {"features_ab": ops.mean(ops.abs(difference))}


@registered
@dataclass(frozen=True)
class OtherName(OptionalLoss):
    names = ("x_ab",)

    def losses(self, images, step):
        return {"y_ab": ops.mean(images["fake_b"])}


@registered
@dataclass(frozen=True)
class WithArray(OptionalLoss):
    names = ("array",)
    target: object = None


@registered
@dataclass(frozen=True)
class Halved(OptionalLoss):
    names = ("halved",)
    weight: float = 1.0

    def get_config(self):
        return {"weight": self.weight / 2}


def adamw(config, num_steps):
    rate = keras.optimizers.schedules.CosineDecay(config.learning_rate, num_steps)
    return keras.optimizers.AdamW(rate, weight_decay=0.01, global_clipnorm=1.0)


def features():
    image = keras.Input((None, None, 3))
    network = keras.Model(image, layers.Conv2D(4, 3, strides=2, activation="relu")(image))
    network.trainable = False
    return network


class Stop(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = True


@pytest.fixture
def config(small_config):
    plain = small_config.replace(ema=0, pool_size=0, identity_weight=0, num_residual_blocks=0)
    return plain.replace(
        data="", epochs=2, decay_epoch=1, steps_per_epoch=1, sample_every=0, validate_every=0
    )


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    return tuple([rng.integers(0, 256, (40, 40, 3), np.uint8)] * 2 for _ in range(2))


def test_a_loss_that_a_subclass_adds_is_weighed():
    names = Variation().names
    assert names.index("cycle_b") < names.index("tv_a") < names.index("discriminator_a")
    assert LateNames().names == [*Objective().names, "late"]
    losses = {name: 0.0 for name in names if not name.startswith("discriminator")}
    assert float(Variation().weighted_sum({**losses, "tv_a": 3.0}, 0)) == 1.5


@pytest.mark.parametrize(
    "objective, text",
    [
        (Unannounced, "returns 'tv_a', which has no weight .* own_losses = {'tv_a': 1.0}"),
        (Penalty, "Penalty must return discriminator_a and .*received .*, penalty"),
        (OtherName(), "OtherName.losses must return .* its names, x_ab; received y_ab"),
        (WithArray(np.zeros(3)), "objective cannot be saved .*__numpy__"),
        (WithArray(len), "objective cannot be saved .*"),
        (Halved(), "weight of Halved comes back as 0.5, not 1.0. Its get_config must return all"),
        (Forgetful(8), "units of Forgetful comes back as 4, not 8"),
        (Head(build=False), "losses hold .*Sequential.*has no weights yet: call it once, or its b"),
    ],
)
@pytest.mark.usefixtures("eagerly")
def test_what_would_be_lost_is_refused_before_the_first_update(
    config, data, objective, text, tmp_path
):
    with pytest.raises(ConfigError, match=text) as error:
        train(config, tmp_path / "run", objective=objective, data=data, verbose=False)
    assert "\n" not in str(error.value)
    run = RunFolder(tmp_path / "run")
    assert not run.checkpoints() and not run.read_metrics()


@pytest.mark.usefixtures("eagerly")
def test_networks_of_losses_are_trained_saved_and_resumed(config, data, tmp_path, caplog):
    config = config.replace(seed=7, cycle_weight=3.0)
    objective = Head(units=3, more_losses=[OfFeatures(features())])
    first = [network.get_weights() for network in objective.networks]
    given = {"objective": objective, "data": data, "verbose": False, "optimizer": adamw}
    train(config, tmp_path / "straight", **given)
    straight = CycleGAN.load(RunFolder(tmp_path / "straight").checkpoints()[-1])
    for network, weights in zip(objective.networks, first, strict=True):
        network.set_weights(weights)
    train(config, tmp_path / "halves", callbacks=[Stop()], **given)
    resumed = train(config, tmp_path / "halves", **given)
    assert resumed.num_updates == 2
    assert_equal_state(straight, resumed)
    head, frozen = resumed.loss_networks
    assert len(head.trainable_variables) == 4 and not frozen.trainable_variables
    for before, after in zip(first[0], head.get_weights(), strict=True):
        assert not np.array_equal(before, after)
    for before, after in zip(first[1], frozen.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    run = RunFolder(tmp_path / "halves")
    assert all(line["head"] > 0 and line["features_ab"] > 0 for line in run.read_metrics())
    assert (
        "objective count, not those of the config: cycle_weight 10.0 (config: 3.0)." in caplog.text
    )
    card = json.loads(run.card_file.read_text())
    assert card["recipe"]["cycle_weight"] == 10.0 and "beta_1" not in card["recipe"]
    assert card["own_parts"]["optimizer"].startswith("AdamW of ")
    assert isinstance(resumed.optimizer, keras.optimizers.AdamW)
    # Another object of the same kind, with other numbers in the names of its layers.
    given["objective"] = Head(units=3, more_losses=[OfFeatures(features())])
    assert train(config, tmp_path / "halves", **given).num_updates == 2


def test_a_bare_variable_is_refused():
    objective = Variation()
    objective.scale = keras.Variable(1.0, name="scale")
    with pytest.raises(ConfigError, match="Variation holds the variable scale, which would be nei"):
        _ = objective.networks


def test_networks_made_by_a_function_start_from_the_seed(config):
    def networks(config):
        image = keras.Input((None, None, 3))
        return [keras.Model(image, layers.Conv2D(3, 3, padding="same")(image)) for _ in "ab"]

    one, same = (Parts(networks).networks(config) for _ in range(2))
    other = Parts(networks).networks(config.replace(seed=1))
    weights = [found["generator_ab"].get_weights()[0] for found in (one, same, other)]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert not np.array_equal(weights[0], weights[2])
    assert not np.array_equal(weights[0], one["generator_ba"].get_weights()[0])


@pytest.mark.parametrize(
    "change, parts, text",
    [
        ({}, {"optimizer": keras.optimizers.Adam()}, r"a function of .config, num_steps.*Adam"),
        ({}, {"optimizer": lambda *_: "adam"}, "must be a function .* received 'adam'"),
        ({"discriminator_learning_rate": 1e-3}, {"optimizer": adamw}, "set it to 0, .*TwoRateAdam"),
        (
            {"on_divergence": "halve"},
            {"optimizer": adamw},
            "optimizer of your own it must be 'stop'",
        ),
        (
            {},
            {"callbacks": [keras.callbacks.LearningRateScheduler(lambda epoch: 1e-4)]},
            "LearningRateScheduler needs a constant .* give train an optimizer=",
        ),
    ],
)
def test_rates_that_cannot_be_set_are_refused(config, data, change, parts, text, tmp_path):
    with pytest.raises(ConfigError, match=text):
        train(config.replace(**change), tmp_path / "run", data=data, **parts)


def test_another_optimizer_is_refused_to_resume(config, tmp_path):
    run = RunFolder(tmp_path)
    run.checkpoints = lambda: []
    Parts(optimizer=adamw).agree_with(run, config, {}, {}, adamw(config, 4))
    run.checkpoints = lambda: ["one"]
    Parts(optimizer=adamw).agree_with(run, config, {}, {}, adamw(config, 4))
    with pytest.raises(RunError, match="another optimizer: AdamW .*, now that of the settings"):
        Parts().agree_with(run, config, {}, {}, None)
