"""From checkpoints to run folders: translated as there, and trained on from."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf.cli.main import main
from cyclegan_tf.config import Config
from cyclegan_tf.errors import RunError
from cyclegan_tf.importing import importing
from cyclegan_tf.importing.importing import _fields_of, import_networks
from cyclegan_tf.importing.networks import SourceLayer, build_discriminator, build_generator
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import load_generator, load_networks
from cyclegan_tf.training.build import build_model
from cyclegan_tf.translation.translator import Translator

IMAGE = np.random.default_rng(1).uniform(-1, 1, (1, 24, 20, 3)).astype("f")
F = 2
GENERATOR = [(7, 3, F), (3, F, 2 * F), (3, 2 * F, 4 * F), *[(3, 4 * F, 4 * F)] * 4]
GENERATOR += [(3, 2 * F, 4 * F), (3, F, 2 * F), (7, F, 3)]  # numbers of two digits
DISCRIMINATOR = [(4, 3, F), (4, F, 2 * F), (4, 2 * F, 4 * F), (4, 4 * F, 1)]


def network(shapes, seed, bare):
    """Variables as Keras 2 names them; `bare` layers have no norm after them."""
    rng = np.random.default_rng(seed)
    layers = []
    for i, (size, *channels) in enumerate(shapes):
        kernel = tf.Variable(rng.normal(0, 0.2, (size, size, *channels)).astype("f"))
        filters = channels[0] if shapes is GENERATOR and i in (7, 8) else channels[1]
        draw = [tf.Variable(rng.normal(m, 0.2, filters).astype("f")) for m in (1.0, 0.0)]
        if i in bare:
            layers.append(tf.train.Checkpoint(kernel=kernel, bias=draw[1]))
        else:
            layers.append(tf.train.Checkpoint(kernel=kernel))
            layers.append(tf.train.Checkpoint(gamma=draw[0], beta=draw[1]))
    names = {f"layer_with_weights-{i}": layer for i, layer in enumerate(layers)}
    return tf.train.Checkpoint(**names), layers


def translate(layers, x):
    """The generator in TensorFlow's own operations."""
    layers = iter(layers)

    def reflect(x, size):
        return tf.pad(x, [[0, 0], [size] * 2, [size] * 2, [0, 0]], "REFLECT")

    def norm(x):
        own = next(layers)
        mean, variance = tf.nn.moments(x, (1, 2), keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, own.beta, own.gamma, 1e-3)

    def conv(x, strides=1, padding="VALID"):
        return tf.nn.conv2d(x, next(layers).kernel, strides, padding)

    x = tf.nn.relu(norm(conv(reflect(x, 3))))
    for _ in range(2):
        x = tf.nn.relu(norm(conv(x, 2, "SAME")))
    for _ in range(2):
        y = tf.nn.relu(norm(conv(reflect(x, 1))))
        x = x + norm(conv(reflect(y, 1)))
    for _ in range(2):
        kernel = next(layers).kernel
        size = (1, 2 * x.shape[1], 2 * x.shape[2], kernel.shape[2])
        x = tf.nn.relu(norm(tf.nn.conv2d_transpose(x, kernel, size, 2, "SAME")))
    head = next(layers)
    return tf.tanh(tf.nn.conv2d(reflect(x, 3), head.kernel, 1, "VALID") + head.bias)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A checkpoint of four networks, and the layers of the generators."""
    folder = tmp_path_factory.mktemp("tensorflow")
    networks, layers = {}, {}
    for seed, name in enumerate(("generator_A_to_B", "generator_B_to_A")):
        networks[name], layers[name] = network(GENERATOR, seed, {9})
    for seed, name in enumerate(("discriminator_A", "discriminator_B")):
        networks[name], layers[name] = network(DISCRIMINATOR, 5 + seed, {0, 3})
    checkpoint = tf.train.Checkpoint(**networks, step=tf.Variable(7))
    checkpoint.write(str(folder / "ckpt-9"))
    for layer in layers["generator_A_to_B"]:  # the newest counts, 10 after 9
        if hasattr(layer, "gamma"):
            layer.gamma.assign(layer.gamma * 1.5)
    return folder, checkpoint.write(str(folder / "ckpt-10")), layers


@pytest.fixture(scope="module")
def run(checkpoint, tmp_path_factory):
    out = tmp_path_factory.mktemp("imported") / "run"
    with pytest.raises(SystemExit) as exit_:
        main(["import", str(checkpoint[0]), "--out", str(out), "--load-size", "32"])
    assert not exit_.value.code
    return out


def test_generators_of_a_tensorflow_checkpoint_translate_as_there(checkpoint, run):
    for way, name in (("a2b", "generator_A_to_B"), ("b2a", "generator_B_to_A")):
        generator = load_generator(run, way)
        expected = translate(checkpoint[2][name], IMAGE)
        np.testing.assert_allclose(generator(IMAGE), expected, atol=1e-4)
        assert generator.preparation.load_size == 32
    card = RunFolder(run).card_file.read_text()
    assert json.loads(card)["imported_from"] == {
        "file": checkpoint[0].name,
        "written_by": "tf.train.Checkpoint",
        "epsilon": 1e-3,
    }
    assert "/" not in json.dumps(json.loads(card)["imported_from"])


def test_maps_are_translated_in_strips(checkpoint, run):
    translator = Translator.load(run, "a2b", load_size=0, stream=True)
    image = np.random.default_rng(0).integers(0, 256, (40, 36, 3), np.uint8)
    whole = translate(checkpoint[2]["generator_A_to_B"], image[None] / np.float32(127.5) - 1)
    expected = np.asarray(whole)[0] * 127.5 + 127.5
    assert np.abs(translator(image) - expected).max() < 0.6


def test_training_goes_on_from_all_four_networks(run):
    old = CycleGAN.load(RunFolder(run).checkpoints()[-1])
    config = Config.load(RunFolder(run).config_file).replace(crop_size=16, pool_size=0, ema=0.5)
    new = build_model(config.replace(precision="float32"), num_steps=2, decay_start=1)
    load_networks(run, new)
    np.testing.assert_array_equal(new.average_ab(IMAGE), old.generator_ab(IMAGE))
    np.testing.assert_array_equal(new.discriminator_b(IMAGE), old.discriminator_b(IMAGE))
    assert {layer.epsilon for layer in new.average_ab.layers if hasattr(layer, "epsilon")} == {1e-3}


def test_the_command_says_how_to_go_on(checkpoint, tmp_path, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["import", checkpoint[1], "--out", str(tmp_path / "x")])
    out = capsys.readouterr().out
    assert not exit_.value.code
    assert "generator_ab: filters 2, num_residual_blocks 2, upsampling transpose" in out
    assert "Pictures keep their size (load_size 0)." in out
    flags = re.search(r"train default --data DATA (.*)", out)[1].split()
    assert flags[flags.index("--init-from") + 1] == str(tmp_path / "x")
    assert flags[flags.index("--discriminator-filters") + 1] == "2"
    with pytest.raises(SystemExit) as exit_:
        main(["import", checkpoint[1], "--out", str(tmp_path / "x")])
    assert exit_.value.code == 2
    assert capsys.readouterr().err.endswith("x is there already. Give --out a new folder.\n")


def test_the_command_names_the_direction_that_there_is(tmp_path, capsys):
    generator, _ = network(GENERATOR, 0, {9})
    checkpoint = tf.train.Checkpoint(model=tf.train.Checkpoint(gen_F=generator))
    path = checkpoint.write(str(tmp_path / "back"))
    with pytest.raises(SystemExit) as exit_:
        main(["import", path, "--out", str(tmp_path / "x")])
    assert not exit_.value.code
    assert "PICTURES --direction b2a --out FOLDER" in capsys.readouterr().out


def test_other_names_are_known_or_listed(checkpoint, tmp_path):
    generator, _ = network(GENERATOR, 0, {9})
    path = tf.train.Checkpoint(model=tf.train.Checkpoint(gen_G=generator)).write(
        str(tmp_path / "other")
    )
    imported = import_networks(path, tmp_path / "one.keras")
    assert not imported.can_train_on and imported.config.filters == F
    assert load_generator(tmp_path / "one.keras").name == "generator_ab"
    path = tf.train.Checkpoint(painter=generator).write(str(tmp_path / "none"))
    with pytest.raises(RunError, match=r"holds no network by the name of .*; it holds painter/la"):
        import_networks(path, tmp_path / "x")
    with pytest.raises(RunError, match="holds two generators: give a folder with --out"):
        import_networks(checkpoint[0], tmp_path / "two.keras")
    assert not (tmp_path / "x").exists()


def test_damaged_and_missing_checkpoints_are_named(checkpoint, tmp_path):
    index, data = (file.read_bytes() for file in sorted(checkpoint[0].glob("ckpt-10*"))[::-1])
    copy = tmp_path / "ckpt-10.data-00000-of-00001"
    copy.write_bytes(data)
    (tmp_path / "ckpt-10.index").write_bytes(index[:-50])
    with pytest.raises(RunError, match="ckpt-10 is no readable checkpoint: "):
        import_networks(tmp_path, tmp_path / "out")
    (tmp_path / "ckpt-10.index").write_bytes(index)
    copy.write_bytes(data.replace(data[5000:5010], b"0123456789"))
    with pytest.raises(RunError, match="ckpt-10 is damaged: .*[Cc]hecksum"):
        import_networks(tmp_path / "ckpt-10", tmp_path / "out")
    copy.write_bytes(data[: len(data) // 2])
    with pytest.raises(RunError, match="ckpt-10 claims more bytes than its files have"):
        import_networks(tmp_path / "ckpt-10.index", tmp_path / "out")
    with pytest.raises(RunError, match="none does not exist"):
        import_networks(tmp_path / "none", tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match="empty holds neither a checkpoint of TensorFlow"):
        import_networks(tmp_path / "empty", tmp_path / "out")


def test_files_of_pytorch_are_paired_with_the_domains(tmp_path, monkeypatch):
    """There D_A judges what G_A makes, images of domain B."""
    fixture = np.load(Path(__file__).with_name("torch_networks.npz"))

    def read(path):
        letter = path.stem[-3]
        state = {k[4:]: v for k, v in fixture.items() if k.startswith(f"{letter}_A/")}
        return {k: v * (2 if path.stem.endswith("B") else 1) for k, v in state.items()}

    monkeypatch.setattr(importing, "read_state_dict", read)
    for epoch in ("latest", "90"):
        for name in ("G_A", "G_B", "D_A", "D_B"):
            (tmp_path / f"{epoch}_net_{name}.pth").touch()
    said = []
    imported = import_networks(tmp_path, tmp_path / "run", say=said.append)
    assert said[0].endswith("the networks of latest; not those of 90")
    assert imported.config.upsampling == "transpose4" and imported.can_train_on
    model = CycleGAN.load(imported.files[-1])
    judged = np.asarray(model.discriminator_b(fixture["image"]))
    np.testing.assert_allclose(judged, fixture["D_A_output"], atol=1e-4)
    made = np.asarray(load_generator(tmp_path / "run", "a2b")(fixture["image"]))
    np.testing.assert_allclose(made, fixture["G_A_output"], atol=1e-4)


def test_networks_of_other_channels_are_known_by_their_kernels():
    def sources(shapes, channels, outputs):
        shapes = [(size, *pair) for size, *pair in shapes]
        shapes[0] = shapes[0][0], channels, shapes[0][2]
        shapes[-1] = *shapes[-1][:2], outputs
        kernels = [np.zeros((size, size, *pair), "f") for size, *pair in shapes]
        return [SourceLayer(f"layer {i}", kernel) for i, kernel in enumerate(kernels)]

    options = {"epsilon": 1e-5, "padded_as_in_pytorch": False}
    gray = build_generator(sources(GENERATOR, 1, 1), "generator_ab", **options)
    assert gray.output_shape == (None, None, None, 1)
    judge = build_discriminator(sources(DISCRIMINATOR, 1, 1), "discriminator_b", epsilon=1e-5)
    assert _fields_of({"generator_ab": gray, "discriminator_b": judge})["channels"] == 1
    colour = build_discriminator(sources(DISCRIMINATOR, 3, 1), "discriminator_b", epsilon=1e-5)
    with pytest.raises(RunError, match="The networks differ in channels: 1 and 3."):
        _fields_of({"generator_ab": gray, "discriminator_b": colour})
    with pytest.raises(RunError, match="is a kernel of 7x7x2x3 .* has 7x7x2x1 there"):
        build_generator(sources(GENERATOR, 1, 3), "generator_ab", **options)
