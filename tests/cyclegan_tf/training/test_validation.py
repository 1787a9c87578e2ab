"""`Validation` with a model whose output the test sets: what is kept, and what is warned of.

That `train` runs it, and resumes it, is in test_train.py.
"""

import logging

import keras
import numpy as np
import pytest

from cyclegan_tf.config import Config
from cyclegan_tf.errors import FeaturesError
from cyclegan_tf.metrics.two_sample import TwoSampleTest
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.trouble import EARLY
from cyclegan_tf.training import best_measure
from cyclegan_tf.training.validation import Validation, variety

SIDE = 64


def pictures(count, seed, low=0, high=256):
    """Smooth noise: each picture has its own colours in 4 x 4 fields."""
    random = np.random.default_rng(seed)
    small = random.integers(low, high, (count, 4, 4, 3), dtype=np.uint8)
    return list(small.repeat(SIDE // 4, axis=1).repeat(SIDE // 4, axis=2))


class Scale(keras.layers.Layer):
    """`factor * x + offset`: the identity at 1 and 0, an inversion at -1, one colour at 0."""

    def build(self, input_shape):
        self.factor = self.add_weight(name="factor", initializer="ones", shape=())
        self.offset = self.add_weight(name="offset", initializer="zeros", shape=())

    def call(self, inputs):
        return self.factor * inputs + self.offset


class Model:
    """Stands in for a CycleGAN: a number of updates to set, and a generator per direction."""

    def __init__(self):
        self.num_updates = 0
        self.generators = {}
        for way in ("a2b", "b2a"):
            image = keras.Input((None, None, 3))
            self.generators[way] = keras.Model(image, Scale(name="scale")(image))

    def output_generator(self, way):
        return self.generators[way]

    def set(self, way, factor, offset=0.0):
        self.generators[way].get_layer("scale").set_weights(np.float32([factor, offset]))


@pytest.fixture
def watched(tmp_path):
    """A validation at every update whose real pictures of both domains are of one kind."""

    def make(gan_loss="lsgan", side=SIDE, **settings):
        inputs = [[p[:side, :side] for p in pictures(6, seed)] for seed in (0, 1)]
        real = [pictures(12, seed) for seed in (2, 3)]
        config = Config(validate_every=1, gan_loss=gan_loss, **settings)
        validation = Validation(RunFolder(tmp_path), config, inputs, real)
        validation.set_model(Model())
        validation.on_train_begin()
        return validation

    return make


def update(validation, discriminator_a=0.2, discriminator_b=0.2):
    validation.model.num_updates += 1
    logs = {"discriminator_a": discriminator_a, "discriminator_b": discriminator_b}
    validation.on_epoch_end(0, logs)


def best_factor(run, way):
    if not run.best_file(way).exists():
        return None
    model = keras.saving.load_model(run.best_file(way), custom_objects={"Scale": Scale})
    return float(model.get_layer("scale").factor)


def test_best_generator_is_that_of_the_lowest_distance_in_its_own_direction(watched):
    validation = watched()
    for ab, ba in ((0.3, 0.9), (0.9, 0.5), (0.6, 0.2)):
        validation.model.set("a2b", ab)
        validation.model.set("b2a", ba)
        update(validation)
    lines = validation.run.read_validation()
    assert [line["step"] for line in lines] == [1, 2, 3]
    assert [line["kid_a2b"] for line in lines][1] == min(line["kid_a2b"] for line in lines)
    assert [line["kid_b2a"] for line in lines][0] == min(line["kid_b2a"] for line in lines)
    # Pictures at 0.9 of their contrast are nearest to the real ones.
    assert best_factor(validation.run, "a2b") == pytest.approx(0.9)
    assert best_factor(validation.run, "b2a") == pytest.approx(0.9)


def test_best_of_an_earlier_session_stays_unless_it_is_beaten(watched):
    first = watched()
    first.model.set("a2b", 0.8)
    update(first)
    second = watched()
    second.model.num_updates = 1
    second.on_train_begin()
    second.model.set("a2b", 0.3)
    update(second)
    assert best_factor(second.run, "a2b") == pytest.approx(0.8)
    second.model.set("a2b", 1.0)
    update(second)
    assert best_factor(second.run, "a2b") == pytest.approx(1.0)


def test_runs_only_when_it_is_due(watched):
    validation = watched()
    validation.config = validation.config.replace(validate_every=3)
    for _ in range(7):
        update(validation)
    assert [line["step"] for line in validation.run.read_validation()] == [3, 6]
    validation.model.num_updates = 6
    validation.validate_last()  # has been
    validation.model.num_updates = 7
    validation.validate_last()
    assert [line["step"] for line in validation.run.read_validation()] == [3, 6, 7]


def test_images_without_room_for_a_patch_are_watched_without_a_distance(watched):
    validation = watched(side=24)
    update(validation)
    (line,) = validation.run.read_validation()
    assert "kid_a2b" not in line
    assert line["luminance_a2b"] == pytest.approx(1)
    assert not validation.run.best_file("a2b").exists()


# Other measures -------------------------------------------------------------------------------


class Means:
    """Stands in for InceptionV3, cheaply: the mean and the deviation of a patch."""

    def __init__(self, weights):
        assert weights == "mine.h5"

    def __call__(self, patches):
        return np.concatenate([patches.mean((1, 2)), patches.std((1, 2))], axis=1)


def test_deep_features_decide_when_asked_for_with_interval_floor_and_input(watched, monkeypatch):
    monkeypatch.setattr(best_measure, "InceptionFeatures", Means)
    first = watched()
    first.model.set("a2b", 0.4)
    update(first)  # patch-KIDs of before don't count: they are another measure
    asked_for = {"features": "inception", "inception_weights": "mine.h5"}
    validation = watched(**asked_for)
    for factor in (0.5, 0.95, 0.7):
        validation.model.set("a2b", factor)
        update(validation)
    lines = validation.run.read_validation()[1:]
    assert "kid_a2b" not in lines[0]
    values = [line["kid_inception_a2b"] for line in lines]
    assert values[1] == min(values)
    assert best_factor(validation.run, "a2b") == pytest.approx(0.95)
    line = lines[0]
    low, value, high = (line[f"kid_inception_64{end}_a2b"] for end in ("_low", "", "_high"))
    assert low <= value <= high and value == line["kid_inception_a2b"]  # 160 px don't fit
    assert line["kid_inception_64_floor_a2b"] < value
    assert line["kid_inception_64_input_a2b"] < value
    again = watched(**asked_for)
    assert again.best["a2b"] == min(values)


def test_missing_weights_end_a_training_before_it_begins(watched, tmp_path):
    with pytest.raises(FeaturesError, match=r"none.h5 does not exist: give a file of InceptionV3"):
        watched(features="inception", inception_weights=str(tmp_path / "none.h5"))


def test_a_learned_test_decides_when_asked_for(watched, monkeypatch):
    def short(real, **options):
        return TwoSampleTest(real, **options, patches_per_map=8, num_steps=20)

    monkeypatch.setattr(best_measure, "TwoSampleTest", short)
    validation = watched(features="learned")
    for factor in (0.2, 1.0):
        validation.model.set("a2b", factor)
        update(validation)
    lines = validation.run.read_validation()
    assert lines[0]["two_sample_a2b"] == lines[0]["two_sample_64_a2b"] > 0.9
    assert lines[1]["two_sample_a2b"] < 0.8
    assert best_factor(validation.run, "a2b") == pytest.approx(1.0)


# Warnings -------------------------------------------------------------------------------------


def test_a_healthy_run_is_silent(watched, caplog):
    validation = watched()
    for _ in range(8):
        update(validation)
    assert caplog.messages == []


def test_inverted_colours_are_warned_of_once_until_they_are_right_again(watched, caplog):
    validation = watched()
    validation.model.num_updates = EARLY
    for factor in (1, -1, -1, 1, -1):
        validation.model.set("b2a", factor)
        update(validation)
    assert [text.split(":")[0] for text in caplog.messages] == ["Update 102", "Update 105"]
    assert "b2a has light and dark the wrong way round" in caplog.text
    assert "identity_weight" in caplog.text


def test_one_output_for_all_inputs_is_warned_of(watched, caplog):
    validation = watched()
    validation.model.num_updates = EARLY
    validation.model.set("a2b", 0.05, 0.3)
    update(validation)
    (text,) = caplog.messages
    assert "a2b makes the same of every input" in text
    assert "cycle_weight" in text


@pytest.mark.parametrize(
    ("gan_loss", "fine", "collapsed"),
    [("lsgan", 0.006, 0.004), ("vanilla", 0.015, 0.013), ("hinge", 0.021, 0.019)],
)
def test_discriminator_at_no_loss_for_five_intervals_is_warned_of(
    watched, caplog, gan_loss, fine, collapsed
):
    validation = watched(gan_loss)
    for loss in [collapsed] * 4 + [fine] + [collapsed] * 4:
        update(validation, discriminator_b=loss)
    assert caplog.messages == []
    update(validation, discriminator_b=collapsed)
    (text,) = caplog.messages
    assert "Update 10: discriminator_b has won" in text
    assert "learning_rate" in text
    assert caplog.records[0].levelno == logging.WARNING


def test_variety_of_pictures_by_hand():
    gray = [np.full((16, 16, 3), value, np.uint8) for value in (10, 20, 30)]
    assert variety(gray) == pytest.approx(np.std([10, 20, 30]))
    assert variety(gray[:1] * 3) == 0


def test_a_single_picture_says_nothing_of_outputs_that_are_alike(watched, caplog):
    validation = watched()
    validation.inputs = {way: [x[0]] * 8 for way, x in validation.inputs.items()}
    line = validation.validate()
    assert not [name for name in line if name.startswith("variety")]
    assert not caplog.records
