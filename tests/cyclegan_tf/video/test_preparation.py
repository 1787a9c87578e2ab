"""Frames are resized and laid on the background for the network, and come back as they were."""

import numpy as np
import pytest
from PIL import Image

from cyclegan_tf import images
from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.video.shots import cuts
from cyclegan_tf.video.sources import open_video
from cyclegan_tf.video.translate import convert_video, translate_video
from data_pipeline.preparation import Preparation

GREEN = (32, 160, 64)


def frames(hidden, count=4):
    """A camera that moves along noise, transparent above; the colours there are `hidden`."""
    world = np.random.default_rng(0).integers(0, 256, (48, 96, 4), np.uint8)
    clip = [world[:, 2 * i : 2 * i + 64].copy() for i in range(count)]
    for i, frame in enumerate(clip):
        frame[..., 3] = 255
        frame[:20] = (hidden(i), 0, 255, 0)
    return clip


def still(i):
    return 0


def flashing(i):
    return 255 * (i % 2)


@pytest.fixture(scope="module")
def generator(random_generator):
    generator = random_generator(4, 1)
    generator.preparation = Preparation(32, GREEN)
    return generator


@pytest.mark.parametrize("stabilize", ["off", "stats", "full"])
def test_hidden_colours_change_nothing_and_size_and_alpha_come_back(generator, stabilize):
    translator = Translator(generator, "float32")
    for one_way in (list, iter):  # read twice, read once
        fakes = [
            list(translate_video(one_way(frames(hidden)), translator, stabilize=stabilize))
            for hidden in (still, flashing)
        ]
        np.testing.assert_array_equal(*fakes)
        for fake, frame in zip(fakes[0], frames(still), strict=True):
            assert fake.shape == frame.shape
            np.testing.assert_array_equal(fake[..., 3], frame[..., 3])


def test_frames_are_translated_in_the_size_of_training(generator):
    clip = frames(still, 1)
    by_hand = Translator(generator, "float32", load_size=0)
    seen = Preparation(32, GREEN).apply(clip[0])
    expected = np.array(Image.fromarray(by_hand(seen)).resize((64, 48), Image.Resampling.BICUBIC))
    for stabilize in ("off", "stats"):  # "full" mirrors more around a frame
        (fake,) = translate_video(clip, Translator(generator, "float32"), stabilize=stabilize)
        assert np.abs(fake[..., :3].astype(int) - expected).max() <= 2


def test_hidden_colours_cut_no_shots():
    clip = [np.dstack([np.full((8, 8, 3), 255 * (i > 5), np.uint8), np.zeros((8, 8), np.uint8)])
            for i in range(12)]  # fmt: skip
    assert [begins for _, begins in cuts(clip)] == [True, *[False] * 11]


def test_folders_keep_alpha_and_files_without_it_show_the_background(generator, tmp_path):
    for i, frame in enumerate(frames(flashing)):
        images.write_image(tmp_path / "in" / f"{i}.png", frame)
    translator = Translator(generator, "float32")
    for name, options in (("png", {}), ("compared", {"compare": "horizontal"}), ("x.gif", {})):
        video = open_video(tmp_path / "in")
        convert_video(video, tmp_path / name, translator, say=lambda text: None, **options)
    kept = images.read_image(tmp_path / "png" / "frame_000001.png")
    assert kept.shape == (48, 64, 4) and not kept[:20, :, 3].any() and kept[20:, :, 3].all()
    joined = images.read_image(tmp_path / "compared" / "frame_000001.png")
    assert joined.shape == (48, 128, 3)
    for picture in (joined[:, :64], joined[:, 64:], images.read_image(tmp_path / "x.gif")):
        assert np.abs(picture[:20].astype(int) - GREEN).max() <= 8  # of a GIF's palette
