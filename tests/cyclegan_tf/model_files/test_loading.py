"""`.keras` files of strangers: refused in one line before Keras sees them; honest ones load."""

import json
import re
import zipfile

import crafted_models as crafted
import h5py
import keras
import numpy as np
import pytest
import small_models
from PIL import Image

from cyclegan_tf.errors import RunError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.networks import resnet_generator
from cyclegan_tf.model_files.loading import load_model
from cyclegan_tf.runs.loading import load_generator, load_networks
from cyclegan_tf.runs.preparation import add_preparation
from data_pipeline.preparation import Preparation


@pytest.fixture
def unseen(monkeypatch):
    """Fails where Keras gets to see a file."""

    def seen(*arguments, **options):
        pytest.fail("Keras saw the file")

    monkeypatch.setattr(keras.saving, "load_model", seen)


def refusal(path):
    with pytest.raises(ValueError) as error:
        load_model(path)
    assert not isinstance(error.value, RunError)  # who calls it names the file
    text = str(error.value)
    assert text and "\n" not in text and len(text) < 300
    return text


# What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", crafted.DESCRIPTIONS)
def test_description_that_would_do_more_than_compute_is_refused(name, tmp_path, unseen):
    marker = tmp_path / "it_ran"
    file = crafted.write_description(tmp_path / "x.keras", name, marker)
    text = refusal(file)
    if name in crafted.TEXTS or name == "list":
        assert "layer that may be loaded" not in text
    else:
        assert "no layer that may be loaded" in text
    assert not marker.exists()
    with pytest.raises(RunError, match=r"x\.keras is not a generator or checkpoint") as error:
        load_generator(file)
    assert "\n" not in str(error.value)
    with pytest.raises(RunError, match=r"x\.keras is no checkpoint: "):
        CycleGAN.load(file)


@pytest.mark.parametrize("name", crafted.WEIGHTS)
def test_weights_that_are_elsewhere_or_not_there_are_refused(name, tmp_path, unseen):
    data = crafted.h5_bytes(crafted.WEIGHTS[name])
    assert "its weights" in refusal(crafted.write(tmp_path / "x.keras", weights=data))


@pytest.mark.parametrize("name", crafted.MEMBERS)
def test_members_that_keras_does_not_write_are_refused(name, tmp_path, unseen):
    assert "its " in refusal(
        crafted.write(tmp_path / "x.keras", members=crafted.MEMBERS[name].items())
    )


def test_files_without_a_description_or_weights_are_refused(tmp_path, unseen):
    for name in ("config.json", "model.weights.h5"):
        with zipfile.ZipFile(tmp_path / "x.keras", "w") as archive:
            archive.writestr(name, b"{}")
        assert refusal(tmp_path / "x.keras").startswith("it lacks ")


@pytest.mark.parametrize("name", ["x.h5", "x.hdf5", "x.KERAS", "x", "x.weights.h5"])
def test_only_keras_files_are_taken(name, tmp_path, unseen):
    with h5py.File(tmp_path / name, "w") as file:  # as Keras 2 wrote it
        file.attrs["model_config"] = json.dumps(crafted.sequential())
    assert refusal(tmp_path / name) == "only files that end in .keras are loaded"
    with pytest.raises(RunError, match=rf"{name} is not a generator .* end in \.keras"):
        load_generator(tmp_path / name)
    with pytest.raises(RunError, match=rf"init_from: .*{name} is no checkpoint: only files"):
        load_networks(tmp_path / name, None)


def test_folder_that_looks_like_a_file_is_refused(tmp_path, unseen):
    (tmp_path / "x.keras").mkdir()
    (tmp_path / "x.keras" / "config.json").write_text(json.dumps(crafted.sequential()))
    assert "only files" in refusal(tmp_path / "x.keras")


_LOAD_ALL = """
import resource, sys
from cyclegan_tf.cli.main import main
from cyclegan_tf.model_files import loading
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[1:]:
    try:
        main(["translate", path, "x.png", "--out", "out"])
    except SystemExit as exit:
        print(exit.code)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_bombs_take_no_memory_and_end_the_command_with_a_line(tmp_path, run_python):
    bombs = [tmp_path / f"{name}.keras" for name in ("config", "weights", "lying", "claims")]
    zeros = bytes(2**20)
    Image.new("RGB", (32, 32)).save(tmp_path / "x.png")
    for path, name in zip(bombs[:2], ("config.json", "model.weights.h5"), strict=True):
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            archive.open(name, "w") as stream,
        ):
            for _ in range(1024):  # 1 GiB in 5 MB
                stream.write(zeros)
    data = bombs[0].read_bytes()
    stored = data.replace(b"\x08\x00", b"\x00\x00")  # a directory that says: not compressed
    bombs[2].write_bytes(stored)
    crafted.write(bombs[3], weights=crafted.h5_bytes(crafted.WEIGHTS["8 TB"]))
    done = run_python("-c", _LOAD_ALL, *bombs, cwd=tmp_path)
    *codes, grown = map(int, done.stdout.split())
    assert codes == [2, 2, 2, 2], done.stderr
    assert done.stderr.count("is not a generator or checkpoint") == 4
    assert grown < 150, f"{grown} MB"


def test_network_that_is_larger_than_its_weights_is_refused(tmp_path, unseen):
    file = tmp_path / "x.keras"
    resnet_generator(4, 1, name="generator").save(file)
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for old, new in (('"filters": 16', '"filters": 16000000'), ("[7, 7]", "[70000, 70000]")):
        config = members["config.json"].decode()
        assert old in config
        members["config.json"] = config.replace(old, new).encode()
        crafted.write(file, members=members.items())
        assert re.fullmatch(r"it describes \d+ weights and holds \d+", refusal(file))
        members["config.json"] = config.encode()


def test_history_pools_that_are_larger_than_the_file_are_refused(tmp_path, unseen):
    networks = small_models.real_networks()
    model = CycleGAN(*networks, pool_size=2, crop_size=16)
    model.compile("adam")
    model.save(file := tmp_path / "x.keras")
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = members["config.json"].replace(b'"pool_size": 2,', b'"pool_size": 1000000000,')
    crafted.write(file, members={**members, "config.json": config}.items())
    assert re.fullmatch(r"it describes \d+ weights and holds \d+", refusal(file))


# What loads -----------------------------------------------------------------------------------


def test_generator_keeps_its_weights_and_preparation(tmp_path):
    made = resnet_generator(4, 1, upsampling="antialiased", dtype="mixed_bfloat16", seed=1)
    made.save(tmp_path / "x.keras")
    add_preparation(tmp_path / "x.keras", Preparation(40))
    loaded = load_model(tmp_path / "x.keras")
    for one, two in zip(made.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert load_generator(tmp_path / "x.keras").preparation == Preparation(40)


@pytest.mark.parametrize("dtype", ["float32", "mixed_float16", "mixed_bfloat16"])
def test_checkpoint_of_everything_loads(dtype, tmp_path):
    networks = small_models.real_networks(dtype, "resize", num_scales=2)
    model = CycleGAN(*networks, pool_size=2, crop_size=16, ema=0.9, identity_weight=1, dtype=dtype)
    rate = keras.optimizers.schedules.ExponentialDecay(1e-3, 10, 0.9)
    model.compile(keras.optimizers.AdamW(rate, weight_decay=0.1, global_clipnorm=1.0))
    model.save(tmp_path / "x.keras")
    loaded = CycleGAN.load(tmp_path / "x.keras")
    small_models.assert_equal_state(model, loaded)


def test_networks_of_one_s_own_load(tmp_path):
    image = keras.Input((None, None, 3))
    x = small_models.CountImages()(image)  # registered by this process
    x = keras.layers.Conv2D(4, 3, padding="same", kernel_regularizer="l2", activation="gelu")(x)
    x = keras.ops.tanh(keras.layers.TimeDistributed(keras.layers.Dense(3))(x) * 0.5)
    own = keras.Model(image, x)
    own.compile("adam", loss=keras.losses.mean_squared_error, metrics=["mae"])
    own.save(tmp_path / "own.keras")
    loaded = load_generator(tmp_path / "own.keras")
    image = np.random.default_rng(0).uniform(-1, 1, (1, 8, 8, 3)).astype("f")
    np.testing.assert_array_equal(loaded(image), own(image))


def test_unregistered_network_is_refused_with_what_to_do(tmp_path):
    class Doubled(keras.layers.Layer):
        def call(self, inputs):
            return 2 * inputs

    image = keras.Input((None, None, 3))
    keras.Model(image, Doubled()(image)).save(tmp_path / "own.keras")
    assert refusal(tmp_path / "own.keras") == (
        f"it names 'Doubled' of {__name__!r}, which is no layer that may be loaded; a network of "
        "your own has to be registered and imported before (--import MODULE of the command)"
    )
    with keras.saving.custom_object_scope({"Doubled": Doubled}):
        assert load_model(tmp_path / "own.keras")(np.ones((1, 4, 4, 3)))[0, 0, 0, 0] == 2
