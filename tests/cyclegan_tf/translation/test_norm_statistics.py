"""Moments merged by hand and against numpy; statistics recorded, saved and looked up."""

import keras
import numpy as np
import pytest

from cyclegan_tf.errors import StatisticsError
from cyclegan_tf.model.layers import InstanceNormalization
from cyclegan_tf.model.networks import resnet_generator
from cyclegan_tf.model.upscaler import two_stage_generator, upscaler
from cyclegan_tf.translation.fold_norms import fold_norms
from cyclegan_tf.translation.norm_statistics import Moments, Statistics, fingerprint, record
from cyclegan_tf.translation.reference import statistics_of
from cyclegan_tf.translation.translator import Translator


def random_batch(height, width, number=1, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (number, height, width, 3)).astype("f")


def test_merged_moments_are_those_of_all_values_together():
    values = np.random.default_rng(0).normal(1000.0, 0.01, (90, 2))  # float32 would lose these
    parts = [Moments(len(p), p.mean(0), p.var(0)) for p in np.split(values, [7, 50])]
    merged = parts[0].merge(parts[1]).merge(parts[2])
    assert merged.count == 90
    np.testing.assert_allclose(merged.mean, values.mean(0), rtol=1e-12)
    np.testing.assert_allclose(merged.variance, values.var(0), rtol=1e-6)


def test_record_takes_what_the_stem_norm_sees(random_generator):
    generator = random_generator(upsampling="resize")
    batch = random_batch(24, 20, number=2)
    kernel = generator.get_layer("stem_conv").get_weights()[0]
    padded = np.pad(batch, ((0, 0), (3, 3), (3, 3), (0, 0)), mode="reflect")
    patches = np.lib.stride_tricks.sliding_window_view(padded, (7, 7), axis=(1, 2))
    features = np.einsum("nhwcij,ijcf->nhwf", patches, kernel)
    stem = record(generator, batch).moments["stem_norm"]
    assert stem.count == 2 * 24 * 20
    np.testing.assert_allclose(stem.mean, features.mean((0, 1, 2)), atol=1e-6)
    np.testing.assert_allclose(stem.variance, features.var((0, 1, 2)), rtol=1e-5)


def test_record_of_a_batch_is_the_merge_of_its_images(random_generator):
    generator, batch = random_generator(), random_batch(16, 16, number=2)
    both = record(generator, batch)
    merged = record(generator, batch[:1]).merge(record(generator, batch[1:]))
    for name, moments in both.moments.items():
        np.testing.assert_allclose(merged.moments[name].mean, moments.mean, atol=1e-6)
        np.testing.assert_allclose(merged.moments[name].variance, moments.variance, rtol=1e-4)


def test_saved_statistics_come_back(random_generator, tmp_path):
    statistics = record(random_generator(), random_batch(16, 16))
    statistics.save(tmp_path / "deep" / "reference.npz")
    loaded = Statistics.load(tmp_path / "deep" / "reference.npz")
    assert loaded.moments.keys() == statistics.moments.keys()
    for name, moments in statistics.moments.items():
        assert loaded.moments[name].count == moments.count
        np.testing.assert_array_equal(loaded.moments[name].variance, moments.variance)


def test_bad_statistics_are_refused(tmp_path):
    with pytest.raises(StatisticsError, match="nothing.npz does not exist"):
        Statistics.load(tmp_path / "nothing.npz")
    (tmp_path / "text.npz").write_text("not an archive")
    with pytest.raises(StatisticsError, match="text.npz holds no statistics"):
        Statistics.load(tmp_path / "text.npz")
    small = record(resnet_generator(4, 1), random_batch(16, 16))
    with pytest.raises(StatisticsError, match="layer stem_norm.*Record them again"):
        fold_norms(resnet_generator(8, 1), small)
    with pytest.raises(ValueError, match="different layers"):
        small.merge(record(resnet_generator(4, 2), random_batch(16, 16)))


GOOD = {"x/count": np.int64(4), "x/mean": np.zeros(3), "x/variance": np.ones(3)}


@pytest.mark.parametrize(
    "changes",
    [
        {"x/mean": np.zeros(4)},
        {"x/mean": np.zeros((3, 1)), "x/variance": np.ones((3, 1))},
        {"x/mean": np.array([0, np.nan, 0])},
        {"x/variance": np.array([1, -1.0, 1])},
        {"x/count": np.int64(-1)},
        {"x/count": np.ones(2)},
        {"y/count": np.int64(1)},
        {"notes": np.zeros(1)},
        {"x/mean": np.array(["a", "b", "c"])},
        {"x/mean": np.array([None, 1, 2], object)},
    ],
)
def test_statistics_that_are_none_are_refused_in_one_line(changes, tmp_path):
    np.savez(tmp_path / "x.npz", **GOOD)
    assert Statistics.load(tmp_path / "x.npz").moments["x"].count == 4
    np.savez(tmp_path / "x.npz", **GOOD | changes)
    with pytest.raises(StatisticsError, match=r"x\.npz holds no statistics: ") as error:
        Statistics.load(tmp_path / "x.npz")
    assert "\n" not in str(error.value)


def test_bomb_of_statistics_is_refused(tmp_path):
    np.savez_compressed(tmp_path / "x.npz", **{"x/mean": np.zeros(2**24)})
    with pytest.raises(StatisticsError, match=r"x\.npz holds no statistics: .* is compressed"):
        Statistics.load(tmp_path / "x.npz")


def test_statistics_of_another_generator_of_the_same_layers_are_refused(tmp_path):
    ours, other = (resnet_generator(4, 1, seed=seed) for seed in (1, 2))
    record(ours, random_batch(16, 16)).save(tmp_path / "ours.npz")
    loaded = Statistics.load(tmp_path / "ours.npz")
    fold_norms(ours, loaded)
    with pytest.raises(StatisticsError, match="recorded with other weights"):
        fold_norms(other, loaded)
    with pytest.raises(StatisticsError, match="recorded with other weights"):
        Translator(other, statistics="locked", reference=tmp_path / "ours.npz")
    with pytest.raises(ValueError, match="different generators"):
        loaded.merge(record(other, random_batch(16, 16)))


def test_fingerprint_is_that_of_the_published_generator_and_of_the_first_stage(random_generator):
    ours, published = random_generator(), random_generator()
    published.set_weights([w.astype("float16").astype("float32") for w in ours.get_weights()])
    both = two_stage_generator(ours, upscaler(2, 4))
    recorded = Translator(ours).record(np.zeros((16, 16, 3), np.uint8)).generator
    assert fingerprint(published) == fingerprint(both) == fingerprint(ours) == recorded


def test_a_single_norm_is_recorded():
    image = keras.Input((None, None, 3))
    x = InstanceNormalization(name="only")(keras.layers.Conv2D(5, 3, padding="same")(image))
    generator = keras.Model(image, keras.layers.Conv2D(3, 1)(x))
    batch = random_batch(16, 20)
    locked = fold_norms(generator, record(generator, batch))
    np.testing.assert_allclose(locked(batch), generator(batch), atol=1e-5)


@pytest.mark.parametrize(
    "activation", [keras.layers.ReLU(), keras.layers.Conv2D(4, 1, activation="relu")]
)
def test_norms_after_an_activation_cannot_be_locked(activation):
    image = keras.Input((None, None, 3))
    x = InstanceNormalization(name="norm")(activation(keras.layers.Conv2D(4, 1)(image)))
    generator = keras.Model(image, x)
    statistics = record(generator, random_batch(16, 16))
    with pytest.raises(StatisticsError, match="follow a convolution without activation"):
        fold_norms(generator, statistics)


def test_statistics_are_known_by_what_they_are(tmp_path):
    saved = Statistics({"x": Moments(1, np.zeros(1), np.ones(1))})
    saved.save(tmp_path / "mine.stats")
    assert statistics_of(tmp_path / "mine.stats", None).moments.keys() == {"x"}
    with pytest.raises(StatisticsError, match=r"none.npz does not exist"):
        statistics_of(tmp_path / "none.npz", None)
