"""Tests of data_pipeline/worlds/tfds_builder.py: a tiny config, prepared for real."""

import numpy as np
import pytest

tfds = pytest.importorskip("tensorflow_datasets")

from data_pipeline.worlds import PAIRS  # noqa: E402
from data_pipeline.worlds.dataset import map_specs, render_spec  # noqa: E402
from data_pipeline.worlds.tfds_builder import CycleGanWorlds, WorldConfig  # noqa: E402


def prepared(data_dir, **options):
    config = WorldConfig(name="tiny", pair="candy2clocktown", num_maps=2, num_test=1, **options)
    builder = CycleGanWorlds(config=config, data_dir=data_dir)
    builder.download_and_prepare()
    return builder


@pytest.fixture(scope="module")
def squares(tmp_path_factory):
    return prepared(tmp_path_factory.mktemp("tfds"), scale=0.1, crops=3, crop_size=32)


def test_features_and_splits_are_those_of_cycle_gan(squares):
    assert set(squares.info.splits) == {"trainA", "trainB", "testA", "testB"}
    assert squares.info.supervised_keys == ("image", "label")
    assert squares.info.features["label"].names == ["A", "B"]
    counts = {name: split.num_examples for name, split in squares.info.splits.items()}
    assert counts == {"trainA": 6, "trainB": 6, "testA": 3, "testB": 3}


def test_examples(squares):
    """Read as tutorials for `cycle_gan/*` do."""
    for domain, label in (("A", 0), ("B", 1)):
        for image, given in squares.as_dataset(split=f"train{domain}", as_supervised=True):
            assert image.shape == (32, 32, 3) and image.dtype == "uint8" and int(given) == label


def test_test_squares_are_the_same_places(squares):
    """Both are cut from the renders of one layout, at one place: found again in both maps."""
    from numpy.lib.stride_tricks import sliding_window_view

    places = []
    for domain in "AB":
        spec = map_specs("candy2clocktown", "test", domain.lower(), num_maps=1, scale=0.1)[0]
        windows = sliding_window_view(render_spec(spec).image, (32, 32, 3))[:, :, 0]
        found = []
        for example in squares.as_dataset(split=f"test{domain}").as_numpy_iterator():
            found.append(
                [tuple(p) for p in np.argwhere((windows == example["image"]).all((2, 3, 4)))]
            )
        places.append(found)
    assert all(set(a) & set(b) for a, b in zip(*places, strict=True))


def test_whole_maps_keep_their_sizes(tmp_path):
    builder = prepared(tmp_path, scale=0.1, crops=0, structure=1)
    images = [e["image"] for e in builder.as_dataset(split="trainA").as_numpy_iterator()]
    specs = map_specs("candy2clocktown", "train", "a", num_maps=2, scale=0.1, structure=1)
    for image, spec in zip(images, specs, strict=True):
        np.testing.assert_array_equal(image, render_spec(spec).image)


def test_every_pair_is_registered():
    names = set(CycleGanWorlds.builder_configs)
    assert names == set(PAIRS) | {f"{pair}_maps" for pair in PAIRS}
    assert tfds.builder_cls("cycle_gan_worlds") is CycleGanWorlds


def test_crops_that_do_not_fit_are_an_error(tmp_path):
    with pytest.raises(
        ValueError, match="crop_size must fit into every map; received 200 for a map"
    ):
        prepared(tmp_path, scale=0.1, crops=1, crop_size=200)
