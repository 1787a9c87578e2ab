"""Which images a run opens, shows and validates on, and how they are cut.

What is told of their heights is in test_vertical_position.py.
"""

import shutil

import numpy as np

from cyclegan_tf import images
from cyclegan_tf.training.images import (
    centre_crop,
    listing,
    open_training_sources,
    preview_images,
    validation_images,
)


def test_settings_of_the_images_reach_their_sources(small_config, two_folders, tmp_path):
    for source in open_training_sources(small_config.replace(load_size=24)):
        assert {min(size) for size in source.sizes} == {24}

    data = shutil.copytree(two_folders, tmp_path / "data")
    clear = np.zeros((32, 32, 4), np.uint8)
    images.write_image(data / "A" / "m0.png", clear)
    (data / "A" / "m1.png").write_bytes(b"no picture")
    config = small_config.replace(data=str(data), skip_bad=True, background="#ff8000")
    source_a, _ = open_training_sources(config)
    assert source_a.names == ("m0", "m2")
    assert source_a.load(0)[0, 0].tolist() == [255, 128, 0]


def test_folders_of_one_name_are_told_apart(small_config, tmp_path, write_pictures):
    for season, count in (("summer", 3), ("winter", 2)):
        write_pictures(tmp_path / season / "photos", [(40, 48)] * count)
    names = {"name_a": "summer/photos", "name_b": "winter/photos"}
    config = small_config.replace(data=str(tmp_path), **names)
    found = {name: len(images) for name, images in listing(open_training_sources(config)).items()}
    assert found == {"summer/photos": 3, "winter/photos": 2}


def test_previews_are_cut_from_the_centre_to_multiples_of_4():
    image = np.arange(10 * 23).reshape(10, 23, 1)
    np.testing.assert_array_equal(centre_crop(image, 100), image[1:9, 1:21])
    np.testing.assert_array_equal(centre_crop(image, 6), image[3:7, 9:13])


def test_previews_are_spread_over_the_maps(small_config):
    class Source:
        def __len__(self):
            return 10

        def load(self, i):
            return np.full((8, 8, 3), i)

    chosen = preview_images(small_config, [Source(), Source()], num_images=4)
    assert [[int(image[0, 0, 0]) for image in row] for row in chosen] == [[0, 2, 5, 7]] * 2


def test_validation_compares_unseen_images_with_training_images_cut_alike(
    small_config, write_pictures, tmp_path
):
    for folder, count, size in (
        *(("trainA", 3, (40, 50)), ("trainB", 2, (60, 44))),
        *(("valA", 4, (48, 36)), ("valB", 4, (36, 90))),
    ):
        write_pictures(tmp_path / folder, [size] * count)
    config = small_config.replace(data=str(tmp_path), crop_size=28)  # so up to 56
    sources = open_training_sources(config)
    inputs, real = validation_images(config, sources, num_images=4)
    assert [[image.shape[:2] for image in domain] for domain in inputs] == [
        [(48, 36)] * 4,
        [(36, 56)] * 4,
    ]
    assert [[image.shape[:2] for image in domain] for domain in real] == [
        [(40, 48)] * 3,
        [(56, 44)] * 2,
    ]
    np.testing.assert_array_equal(real[0][1], centre_crop(sources[0].load(1), 56))
    large = config.replace(crop_size=300, load_size=600)
    _, real = validation_images(large, open_training_sources(large))
    assert {image.shape[:2] for domain in real for image in domain} == {(512, 512)}
