"""Exported generators: what other programs compute with them is what the generator computes."""

import re
from importlib.util import find_spec
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from cyclegan_tf.errors import ConfigError, FileError
from cyclegan_tf.export import model
from cyclegan_tf.export.model import check_export, export
from cyclegan_tf.export.runners import open_runner
from cyclegan_tf.model.upscaler import two_stage_generator
from cyclegan_tf.translation.fold_norms import fold_norms
from cyclegan_tf.translation.norm_statistics import record

DOCS = Path(__file__).parents[3] / "docs" / "export.md"
FILES = {"onnx": "g.onnx", "litert": "g.tflite", "saved_model": "g"}


def noise(height, width, seed=1):
    random = np.random.default_rng(seed)
    return random.uniform(-1, 1, (1, height, width, 3)).astype("float32")


@pytest.fixture(scope="module")
def generator(random_generator):
    return random_generator(upsampling="balanced")


@pytest.fixture(scope="module")
def exported(generator, tmp_path_factory):
    """A folder with a generator in every format that this Keras has, and what `export` said."""
    folder = tmp_path_factory.mktemp("exported")
    formats = [f for f in FILES if f != "litert" or find_spec("keras.src.export.litert")]
    return folder, {f: export(generator, folder / FILES[f], f) for f in formats}


def skip_unless(format, written):
    if format not in written:
        pytest.skip(f"Keras {keras.__version__} has no {format}; 3.13 has")


@pytest.mark.parametrize("format", FILES)
def test_an_export_computes_what_the_generator_does(format, generator, exported):
    folder, written = exported
    skip_unless(format, written)
    assert written[format].difference < 1e-5 and written[format].num_bytes > 1000
    run, batch = open_runner(folder / FILES[format], format), noise(52, 36)
    assert np.abs(run(batch) - generator(batch)).max() < 1e-5
    assert {path.name for path in folder.iterdir()} == {FILES[f] for f in written}


@pytest.mark.parametrize("format", ["onnx", "litert"])
@pytest.mark.parametrize("kind", ["transpose", "resize", "two stages"])
def test_other_generators_are_exported(
    kind, format, random_generator, random_upscaler, exported, tmp_path
):
    skip_unless(format, exported[1])
    if kind == "two stages":
        generator = two_stage_generator(random_generator(), random_upscaler())
    else:
        generator = random_generator(upsampling=kind)
    written = export(generator, tmp_path / FILES[format], format)
    assert written.difference < 1e-5


def test_statistics_are_folded_in_and_weights_halved(random_generator, tmp_path):
    generator = random_generator(filters=8, upsampling="balanced")
    statistics = record(generator, noise(32, 32))
    written = export(generator, tmp_path / "g.onnx", statistics=statistics, weights="float16")
    run, batch = open_runner(tmp_path / "g.onnx", "onnx"), noise(24, 40, seed=2)
    folded = fold_norms(generator, statistics)
    assert 1e-5 < written.difference < 1e-2
    assert 1e-5 < np.abs(run(batch) - folded(batch)).max() < 1e-2
    assert np.abs(run(batch) - generator(batch)).max() > 0.1
    assert written.num_bytes < 3 * sum(w.size for w in folded.get_weights())  # of 2 bytes


@pytest.mark.filterwarnings("ignore::UserWarning:tensorflow.lite.*")  # that it moves to LiteRT
@pytest.mark.parametrize("format", FILES)
def test_the_docs_run_each_format(format, generator, exported, tmp_path, monkeypatch):
    skip_unless(format, exported[1])
    code = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    code = code[list(FILES).index(format)]
    assert f'"meadow2forest{FILES[format][1:]}"' in code
    pixels = np.random.default_rng(3).integers(0, 256, (40, 55, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "map.png")
    place = tmp_path / f"meadow2forest{FILES[format][1:]}"
    place.symlink_to(exported[0] / FILES[format])
    monkeypatch.chdir(tmp_path)
    exec(compile(code, DOCS.name, "exec"), {})
    seen = pixels[:32, :48].astype("float32") / 127.5 - 1
    expected = np.rint(127.5 * (generator(seen[None])[0] + 1))
    received = np.asarray(Image.open("new.png")).astype(int)
    assert received.shape == (32, 48, 3) and np.abs(received - expected).max() <= 1


def test_bilinear_interpolation_is_refused(random_generator, tmp_path):
    with pytest.raises(ConfigError, match="can't be exported; .* with a layer up1_resize"):
        export(random_generator(upsampling="antialiased"), tmp_path / "g.onnx")


def test_what_differs_is_not_written(generator, tmp_path, monkeypatch):
    monkeypatch.setattr(model, "_write", lambda _, path, *rest: path.touch())
    monkeypatch.setattr(model, "open_runner", lambda *_: lambda batch: generator(batch) + 2e-5)
    text = (
        r"g.onnx was not written: as onnx .* isn't rounding .*tolerance .--tolerance 1e-3. writes"
    )
    with pytest.raises(FileError, match=text):
        export(generator, tmp_path / "g.onnx")
    assert list(tmp_path.iterdir()) == []
    written = export(generator, tmp_path / "g.onnx", tolerance=1e-4)
    assert written.difference > 1e-5 and written.place.exists()
    with pytest.raises(ConfigError, match="tolerance must be between 0 and 2; received 0"):
        export(generator, tmp_path / "h.onnx", tolerance=0.0)


@pytest.mark.parametrize(
    "arguments, error, text",
    [
        (("pb", "g"), ConfigError, "format must be one of onnx, litert, saved_model; received"),
        (("onnx", "g.onnx", "int8"), ConfigError, "weights must be one of float32, float16; rec"),
        (("litert", "g.lite"), ConfigError, "format litert must end in .tflite; received g.lite"),
        (("saved_model", "g", "float16"), ConfigError, "weights must be float32 for format saved"),
        (("saved_model", "."), FileError, ". is a folder with files in it. Give another place."),
    ],
)
def test_what_cannot_be_written_is_refused(arguments, error, text):
    with pytest.raises(error, match=re.escape(text)):
        check_export(*arguments)


def test_a_keras_without_litert_is_named(monkeypatch):
    monkeypatch.setattr(model, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"litert needs Keras 3.13 or newer; received 3\."):
        check_export("litert", "g.tflite")


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(model, "find_spec", lambda name: None if name == "tf2onnx" else name)
    with pytest.raises(ConfigError, match=r"needs the package tf2onnx: pip install onnx onnx"):
        check_export("onnx", "g.onnx")
