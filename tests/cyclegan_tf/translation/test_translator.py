"""The Translator: sizes, dtypes, alpha, batches; the kinds of statistics; loading; the command."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from cyclegan_tf import images
from cyclegan_tf.cli import main as cli
from cyclegan_tf.model.networks import resnet_generator
from cyclegan_tf.translation.fold_norms import fold_norms
from cyclegan_tf.translation.norm_statistics import Statistics, record
from cyclegan_tf.translation.translator import Translator
from data_pipeline.decoding import flatten_alpha


@pytest.fixture(scope="module")
def generator(random_generator):
    return random_generator(4, 2, upsampling="resize")


@pytest.fixture(scope="module")
def translator(generator):
    return Translator(generator, "float32")


def picture(height, width, channels=3, seed=0):
    """A bright and a dark half with noise: statistics differ from place to place."""
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 90, (height, width, channels), np.uint8)
    image[:, width // 2 :] += 140
    return image


def by_hand(generator, image):
    """The whole pass by the Keras model, on sides that are multiples of 4."""
    fake = generator(tf.cast(image[None], tf.float32) / 127.5 - 1.0).numpy()[0]
    return np.rint((fake + 1) * 127.5).astype(np.uint8)


def test_equals_the_whole_pass_of_the_network(generator, translator):
    image = picture(64, 48)
    fake, expected = translator(image), by_hand(generator, image)
    assert fake.dtype == np.uint8
    assert np.abs(fake.astype(int) - expected).max() <= 1
    # Rounding falls the other way for values next to a half: some in 10,000 pixels of noise,
    # for any two ways to add up the same float32 products.
    assert (fake != expected).any(-1).mean() <= 1e-3


@pytest.mark.parametrize("options", [
    {"upsampling": "antialiased"},
    {"upsampling": "resize", "interpolation": "bilinear"},
], ids=str)  # fmt: skip
def test_interpolation_goes_through_in_one_pass_at_any_size(random_generator, options):
    generator = random_generator(4, 1, **options)
    strips, whole = (Translator(generator, "float32", stream=stream) for stream in (True, False))
    for size in ((40, 48), (33, 61)):
        image = picture(*size)
        assert np.abs(strips(image).astype(int) - whole(image)).max() <= 1


def test_auto_is_float32_in_strips_on_a_cpu_that_knows_bfloat16(generator, monkeypatch):
    monkeypatch.setattr("cyclegan_tf.hardware.precision.cpu_flags", lambda: {"avx512_bf16"})
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    translator = Translator(generator)
    assert translator.precision == "float32"
    translator(picture(32, 32))
    assert translator.num_traces == 0  # nothing went through TensorFlow


@pytest.mark.parametrize("size", [(1, 1), (3, 50), (16, 16), (17, 35), (70, 21)], ids=str)
def test_any_size_comes_back_in_that_size(generator, translator, size):
    height, width = size
    image = picture(*size)
    below, right = max(-height % 4, 16 - height), max(-width % 4, 16 - width)
    padded = np.pad(image, ((0, below), (0, right), (0, 0)), mode="reflect")
    fake = translator(image)
    assert fake.shape == image.shape
    expected = by_hand(generator, padded)[:height, :width]
    assert np.abs(fake.astype(int) - expected).max() <= 1


def test_alpha_and_batches_are_kept(translator):
    batch = np.stack([picture(20, 24, 4, seed) for seed in (0, 1)])
    batch[..., 3] = np.arange(24)
    fake = translator(batch)
    np.testing.assert_array_equal(fake[..., 3], batch[..., 3])
    for one, expected in zip(batch, fake, strict=True):
        np.testing.assert_array_equal(translator(flatten_alpha(one)), expected[..., :3])
    assert batch[..., :3].any() and not np.array_equal(fake, batch)  # the input is left alone


def test_16_bits_are_not_rounded_to_8(translator):
    shallow = picture(20, 24)
    deep = translator(shallow.astype(np.uint16) * 257)
    assert deep.dtype == np.uint16
    assert np.abs(deep / 257 - translator(shallow)).max() <= 0.51
    assert len(np.unique(deep)) > 256


@pytest.mark.parametrize("stream", [True, False, "auto"])
def test_streaming_is_a_choice_of_memory_only(generator, translator, stream):
    image = picture(90, 33)
    fake = Translator(generator, "float32", stream=stream)(image)
    assert np.abs(fake.astype(int) - translator(image)).max() <= 1


def test_200_sizes_are_one_compilation_and_no_growth():
    translator = Translator(resnet_generator(4, 1, seed=3), "float32")
    translator(picture(16, 20))
    traces = translator.num_traces
    assert traces <= 12
    rng = np.random.default_rng(0)
    tensors = []
    for i in range(200):
        translator(picture(*rng.integers(10, 40, 2)))
        if i in (99, 199):
            tensors.append(_live_arrays())
    assert translator.num_traces == traces
    assert tensors[1] <= tensors[0] + 2


def _live_arrays():
    """Tensors and arrays that Python still holds."""
    import gc

    gc.collect()
    return sum(isinstance(x, (tf.Tensor, np.ndarray)) for x in gc.get_objects())


def test_bad_images_are_refused(translator):
    for bad in (np.zeros((4, 4)), np.zeros((4, 4, 2), np.uint8), np.zeros((8, 8, 3), np.float32)):
        with pytest.raises(ValueError, match=r"image must be uint8 or uint16 of shape.*received"):
            translator(bad)
    with pytest.raises(ValueError, match="must not be empty"):
        translator(np.zeros((0, 4, 3), np.uint8))


def test_bad_options_are_refused(generator):
    for options, text in (
        (
            {"statistics": "tile"},
            "statistics must be one of whole, window, locked; received 'tile'",
        ),
        ({"statistics": "locked"}, "reference is needed for statistics='locked'"),
        ({"reference": "x.npz"}, "reference is needed for statistics='locked', and only there"),
        ({"window": 8}, "window must be at least 16 pixels; received 8"),
        ({"stream": "yes"}, "stream must be True, False or 'auto'; received 'yes'"),
        ({"stream": False, "statistics": "window"}, "stream must be 'auto' or True for"),
    ):
        with pytest.raises(ValueError, match=text):
            Translator(generator, "float32", **options)


# Statistics -------------------------------------------------------------------------------------


def test_locked_to_the_map_itself_is_whole(generator, translator):
    image = picture(40, 36)
    locked = Translator(generator, "float32", statistics="locked", reference=image)
    assert np.abs(locked(image).astype(int) - translator(image)).max() <= 1


def test_locked_tiles_go_together_and_others_do_not(generator, translator):
    image = picture(48, 192)
    whole = translator(image).astype(int)
    locked = Translator(generator, "float32", statistics="locked", reference=image)
    halo = 60  # of the stem, the two blocks and the way up, in pixels
    tile = image[:, : 96 + halo]
    assert np.abs(locked(tile)[:, :96].astype(int) - whole[:, :96]).max() <= 1
    assert np.abs(translator(tile)[:, :96].astype(int) - whole[:, :96]).max() > 5


def test_reference_from_files_and_folders_agree(generator, tmp_path):
    pictures = [picture(20, 24, seed=seed) for seed in (0, 1)]
    for i, image in enumerate(pictures):
        images.write_image(tmp_path / "maps" / f"{i}.png", image)
    from_folder = Translator(
        generator, "float32", statistics="locked", reference=tmp_path / "maps"
    ).reference
    (tmp_path / "maps").rename(tmp_path / "x.npz")  # a folder is a folder, whatever its name
    named = Translator(generator, "float32", statistics="locked", reference=tmp_path / "x.npz")
    assert named.reference.moments.keys() == from_folder.moments.keys()
    batch = np.stack(pictures) / np.float32(127.5) - 1
    for name, moments in record(generator, batch).moments.items():
        np.testing.assert_allclose(from_folder.moments[name].mean, moments.mean, atol=1e-5)
        assert np.array_equal(named.reference.moments[name].mean, from_folder.moments[name].mean)
    from_folder.save(tmp_path / "maps.npz")
    again = Translator(
        generator, "float32", statistics="locked", reference=str(tmp_path / "maps.npz")
    )
    expected = fold_norms(generator, from_folder)
    assert np.abs(again(pictures[0]).astype(int) - by_hand(expected, pictures[0])).max() <= 1


def test_window_is_whole_on_a_small_map_and_local_on_a_large_one(generator, translator):
    windowed = Translator(generator, "float32", statistics="window")
    small = picture(64, 480)
    assert np.abs(windowed(small).astype(int) - translator(small)).max() <= 1
    narrow = Translator(generator, "float32", statistics="window", window=96)
    assert np.abs(narrow(small).astype(int) - translator(small)).mean() > 1
    # Two maps that differ at the right end only. Windows hand little of that to the left end,
    # from norm to norm; the statistics of the whole change at once.
    one, other = picture(20, 1400), picture(20, 1400)
    other[:, 1200:] = 255

    def effect(translator):
        return np.abs(translator(one).astype(int) - translator(other))[:, :300].mean()

    assert effect(windowed) < 0.1 * effect(translator)
    streamed = Translator(generator, "float32", statistics="window", stream=True)
    assert np.abs(streamed(one).astype(int) - windowed(one)).max() <= 1


# The command ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(generator, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "generator.keras"
    generator.save(path)
    return path


def run(*arguments):
    with pytest.raises(SystemExit) as exit_:
        cli.main(["translate", *map(str, arguments)])
    return exit_.value.code


def test_command_translates_what_it_can_and_lists_the_rest(saved, translator, tmp_path, capsys):
    images.write_image(tmp_path / "in" / "a.png", picture(20, 24))
    images.write_image(tmp_path / "in" / "deep" / "b.png", picture(24, 20, 4))
    (tmp_path / "in" / "bad.png").write_bytes(b"not a picture")
    out = tmp_path / "out"
    code = run(
        saved, tmp_path / "in", "--out", out, "--precision", "float32", "--compare",
        "--slider", out / "index.html", "--statistics", "locked", "--reference",
        tmp_path / "in" / "a.png", "--save-statistics", tmp_path / "a.npz",
    )  # fmt: skip
    assert code == 1
    said = capsys.readouterr()
    assert "left out:" in said.err and "bad.png cannot be read: not an image" in said.err
    assert "2 of 3 pictures translated" in said.out
    assert images.read_image(out / "deep" / "b.png").shape == (24, 20, 4)
    np.testing.assert_array_equal(images.read_image(out / "a.png"), translator(picture(20, 24)))
    assert images.read_image(out / "a_compare.png").shape == (40, 24, 3)
    assert "deep/b.png" in (out / "index.html").read_text()
    assert Statistics.load(tmp_path / "a.npz").moments["stem_norm"].count == 480


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (["--quality", "0"], "--quality must be from 1 to 100; received 0"),
        (["--statistics", "locked"], "--statistics locked and --reference PATH need each other"),
        (["--keep-16-bit", "--format", "jpg"], "--keep-16-bit needs --format png"),
        (["--max-memory", "0"], "--max-memory must be above 0"),
        (["--save-statistics", "x.npz"], "--save-statistics needs --statistics locked"),
    ],
)
def test_command_refuses_contradictions(saved, tmp_path, capsys, flags, text):
    assert run(saved, tmp_path, "--out", tmp_path / "out", *flags) == 2
    assert text in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_command_says_how_it_keeps_within_memory(saved, tmp_path, capsys):
    Image.fromarray(picture(20, 24)).save(tmp_path / "a.png")
    assert run(saved, tmp_path / "a.png", "--out", tmp_path / "o", "--max-memory", "0.001") == 0
    assert "24x20 pixels: streamed through a scratch file, about" in capsys.readouterr().out
