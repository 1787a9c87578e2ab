"""Reading folders of pictures: order, one size, damage."""

from fractions import Fraction

import numpy as np
import pytest
from made_clips import refusal
from PIL import Image

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.sources import open_video
from data_pipeline.folders import find_images


def test_a_folder_is_in_the_order_of_its_numbers(tmp_path):
    for i in (10, 2, 1):
        Image.fromarray(np.full((8, 9, 3), i, np.uint8)).save(tmp_path / f"frame{i}.png")
    video = open_video(tmp_path, fps=20)
    assert [f.pixels[0, 0, 0] for f in video] == [1, 2, 10]
    assert [f.time for f in video] == [0, Fraction(1, 20), Fraction(1, 10)]
    Image.fromarray(np.zeros((8, 10, 3), np.uint8)).save(tmp_path / "frame11.png")
    with pytest.raises(VideoError, match="frames must have one size"):
        list(open_video(tmp_path))


def test_damaged_frames_are_counted_or_an_error(tmp_path, write_pictures):
    folder = tmp_path / "frames"
    write_pictures(folder, [(36, 52)] * 4)
    (folder / "m2.png").write_bytes((folder / "m2.png").read_bytes()[:200])
    video = open_video(str(folder), direction="a2b")
    assert len(list(video)) == 3
    assert video.num_skipped == 1
    with pytest.raises(VideoError, match=r"m2\.png"):
        list(open_video(str(folder), direction="a2b", skip_bad=False))


def test_a_folder_is_listed_as_everywhere(tmp_path):
    folder = tmp_path / "frames"
    for place in ("", ".thumbnails/", "__MACOSX/", "f3.png/", "sub/"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(np.full((8, 9, 3), 7, np.uint8))
    for name in ("f1.jpe", "f2.PNG", ".f0.png", ".thumbnails/f1.png", "__MACOSX/f1.png"):
        picture.save(folder / name, "PNG")
    for name in ("f3.png/f1.png", "sub/f1.png"):
        picture.save(folder / name, "PNG")
    picture.save(folder / ".elsewhere.png")  # hidden, and inside: links out aren't followed
    (folder / "f10.jpg").symlink_to(folder / ".elsewhere.png")
    (folder / "notes.txt").write_text("no picture")
    names = ["f1.jpe", "f2.PNG", "f10.jpg"]
    assert len(list(open_video(folder))) == len(names)
    found, _ = find_images(folder, subfolders=False)
    assert sorted(path.name for path in found) == sorted(names)


def test_a_frame_of_another_size_is_named(tmp_path):
    for i, width in enumerate((9, 9, 10)):
        Image.fromarray(np.zeros((8, width, 3), np.uint8)).save(tmp_path / f"f{i}.png")
    words = refusal("frames of a folder that differ in size")
    with pytest.raises(VideoError, match=rf"f2\.png: {words} \(9x8 pixels\); received 10x8\."):
        list(open_video(tmp_path))


def test_alpha_of_frames_stays(tmp_path):
    pixels = np.zeros((8, 9, 4), np.uint8)
    pixels[4:] = 10, 20, 30, 255
    Image.fromarray(pixels).save(tmp_path / "f1.png")
    np.testing.assert_array_equal(next(iter(open_video(tmp_path))).pixels, pixels)
