"""Walks through built-in worlds: as the scroller draws them, and options that are refused."""

import numpy as np
import pytest

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.sources import open_video
from data_pipeline.worlds import scroll


@pytest.mark.parametrize(("direction", "structure"), [("a2b", 0), ("b2a", 0), ("b2a", 1)])
def test_a_world_is_its_scroller_with_offsets(direction, structure):
    source = "world:candy2clocktown?seed=3&path=tour&frames=3&scale=0.2&height=64&width=96"
    video = open_video(f"{source}&structure={structure}", direction=direction)
    options = {"seed": 3, "path": "tour", "num_frames": 3, "size": (64, 96), "scale": 0.2}
    truth = scroll("candy2clocktown", **options, structure=structure)
    for frame, true in zip(video, truth, strict=True):
        image = true.image_a if direction == "a2b" else true.image_b
        np.testing.assert_array_equal(frame.pixels, image)
        assert frame.offset == true.offset


def test_unknown_worlds_and_options_are_refused():
    for source in ("world:meadow2forest?speed=3", "world:meadow2forest?seed=x", "world:nowhere",
                   "world:meadow2forest?structure=2"):  # fmt: skip
        with pytest.raises(VideoError):
            open_video(source)
