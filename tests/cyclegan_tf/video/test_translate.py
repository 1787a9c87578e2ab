"""Clips from file to file: as many frames, as long, as large as before; and without flicker.

The parts are tested beside this file: test_camera.py, test_frame_network.py and so on.
"""

import av
import numpy as np
import pytest
from made_clips import corner, make_clip
from PIL import Image

from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.video.sources import open_video
from cyclegan_tf.video.translate import convert_video, translate_video
from data_pipeline.worlds import scroll


@pytest.fixture(scope="module")
def translator(random_generator):
    return Translator(random_generator(upsampling="resize"), "float32")


def convert(source, out, translator, **options):
    convert_video(open_video(str(source), direction="a2b"), out, translator, say=print, **options)
    return out


def frames_of(path):
    """Pixels, and times in seconds, of a file as PyAV reads it."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    return [frame.to_ndarray(format="rgb24") for frame in frames], [frame.time for frame in frames]


@pytest.mark.parametrize(
    "options",
    [{}, {"size": (37, 51)}, {"ticks": [0, 40, 100, 220, 260, 400]}, {"codec": "mpeg4"}],
    ids=["constant rate", "odd size", "variable rate", "another codec"],
)
def test_mp4_keeps_count_times_and_size(write_clip, translator, tmp_path, options):
    source = write_clip(tmp_path / "in.mp4", **options)
    out = convert(source, tmp_path / "out.mp4", translator)
    before, times = frames_of(source)
    after, new_times = frames_of(out)
    assert len(after) == len(before)
    assert after[0].shape == before[0].shape
    np.testing.assert_allclose(new_times, times, atol=2e-3)
    with av.open(str(source)) as one, av.open(str(out)) as two:
        assert two.duration == pytest.approx(one.duration, abs=3e4)  # microseconds


def test_turned_recording_comes_out_upright(write_clip, translator, tmp_path):
    source = write_clip(tmp_path / "in.mp4", turned=90, size=(36, 52))
    frames = list(open_video(str(source), direction="a2b"))
    assert frames[0].pixels.shape == (52, 36, 3)
    assert frames_of(convert(source, tmp_path / "out.mp4", translator))[0][0].shape == (52, 36, 3)


def test_sound_is_copied(write_clip, translator, tmp_path):
    source = write_clip(tmp_path / "in.mp4", sound="aac")
    out = convert(source, tmp_path / "out.mp4", translator)
    packets = []
    for path in (source, out):
        with av.open(str(path)) as container:
            assert len(container.streams.audio) == 1
            packets.append([bytes(p) for p in container.demux(audio=0) if p.size])
    assert packets[0] == packets[1]


def test_gif_and_folder_and_back(write_clip, translator, tmp_path):
    source = write_clip(tmp_path / "in.mp4", count=6)
    gif = convert(source, tmp_path / "out.gif", translator, loop=True)
    with Image.open(gif) as image:
        assert (image.n_frames, image.size, image.info["loop"]) == (6, (52, 36), 0)
        durations = []
        for i in range(image.n_frames):
            image.seek(i)
            durations.append(image.info["duration"])
    assert sum(durations) == pytest.approx(240, abs=10)
    folder = convert(gif, tmp_path / "frames", translator)
    assert len(list(folder.glob("*.png"))) == 6
    assert len(frames_of(convert(folder, tmp_path / "back.mp4", translator))[0]) == 6


@pytest.mark.parametrize(("how", "size"), [("vertical", (72, 52)), ("horizontal", (36, 104))])
def test_compare_shows_the_input_first(write_clip, translator, tmp_path, how, size):
    source = write_clip(tmp_path / "in.mp4", count=3)
    folder = convert(source, tmp_path / "frames", translator, compare=how)
    image = np.asarray(Image.open(sorted(folder.glob("*.png"))[0]))
    assert image.shape[:2] == size
    np.testing.assert_array_equal(image[:36, :52], next(iter(open_video(source))).pixels)


@pytest.mark.parametrize("stabilize", ["off", "stats", "full"])
def test_frames_come_out_in_order_one_for_one(translator, stabilize):
    random = np.random.default_rng(0)
    frames = [random.integers(0, 256, (36, 44, 3), np.uint8) for _ in range(5)]
    results = list(translate_video(iter(frames), translator, stabilize=stabilize, batch_size=2))
    assert [x.shape for x in results] == [(36, 44, 3)] * 5
    if stabilize == "off":
        for frame, result in zip(frames, results, strict=True):
            np.testing.assert_array_equal(result, translator(frame))


def test_a_frame_among_others_keeps_its_colours_with_shared_statistics(translator):
    # Frame by frame, a bright object that comes in changes everything; with the shot's statistics
    # the rest stays as it is, outside of the network's reach.
    random = np.random.default_rng(0)
    still = random.integers(80, 120, (48, 160, 3), np.uint8)
    visited = still.copy()
    visited[:, 150:] = 255
    clip = [still, still, visited, still]

    def change(stabilize):
        first, _, third, _ = translate_video(clip, translator, stabilize=stabilize)
        return np.abs(first[:, :64].astype(int) - third[:, :64]).max()

    assert change("off") > 5
    assert change("stats") == 0


def test_a_pan_of_the_foreground_gives_shifted_translations_exactly(random_generator):
    # Nobody says where the camera is: it is estimated from the frames.
    blocks, height, width = 1, 121, 167
    translator = Translator(random_generator(4, blocks, upsampling="resize"), "float32")
    wide = next(scroll("meadow2forest", num_frames=1, size=(150, 230), scale=0.25, seed=3)).image_a
    places = [(3, 7), (4, 7), (6, 6), (9, 9), (9, 12), (14, 11), (27, 9), (40, 20)]
    clip = [wide[y : y + height, x : x + width] for x, y in places]
    halo = 8 * blocks + 24

    def largest(stabilize, **options):
        differences = []
        first, *others = translate_video(clip, translator, stabilize=stabilize, **options)
        for (x, y), other in zip(places[1:], others, strict=True):
            x, y = x - places[0][0], y - places[0][1]
            # The same piece of the map in both frames, further than the halo from all borders.
            rows = slice(halo + max(y, 0), height - halo + min(y, 0))
            columns = slice(halo + x, width - halo)
            expected = first[rows, columns].astype(int)
            moved = other[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
            assert expected.std() > 5
            differences.append(np.abs(expected - moved).max())
        return max(differences)

    assert largest("full", exact=True) == 0
    assert largest("full") <= 1
    assert largest("stats") > 20  # the test can see what it is about


def test_exact_goes_with_full_only(translator):
    with pytest.raises(ValueError, match="exact needs stabilize='full'; received 'stats'"):
        translate_video([], translator, stabilize="stats", exact=True)


def test_what_is_noted_of_a_clip_is_said_once(translator, tmp_path):
    joined = tmp_path / "in.ts"
    sizes = [(32, 48), (48, 64)]
    clips = [[corner(j, size) for j in range(3)] for size in sizes]
    parts = [make_clip(tmp_path / f"{i}.ts", clip) for i, clip in enumerate(clips)]
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    video, said = open_video(joined), []
    video.note("known before")
    assert convert_video(video, tmp_path / "out.mp4", translator, say=said.append) == 6
    scaled = f"{joined}: frames of 64x48 pixels are scaled to 48x32, the size of the first one."
    assert [said[0], said[-1]] == ["known before", scaled] and said.count(scaled) == 1
