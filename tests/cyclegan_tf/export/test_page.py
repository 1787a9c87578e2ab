"""The page that translates: what it holds, and, where Chromium is, what it does."""

import base64
import gzip
import hashlib
import io
import json
import os
import re

import chromium
import keras
import numpy as np
import pytest
from PIL import Image

from cyclegan_tf.errors import ConfigError, FileError
from cyclegan_tf.export import page, runtime, sources
from cyclegan_tf.export.page import check_picture, fill_page, write_translator_page
from cyclegan_tf.model.upscaler import two_stage_generator, upscaler
from cyclegan_tf.presets import preset
from cyclegan_tf.runs.folder import RunFolder

# In the place of ONNX Runtime Web: a "generator" that swaps red and blue, in as few lines.
STAND_IN = b"""
export const env = { wasm: {} };
export class Tensor { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } }
class Session {
  inputNames = ["image"]; outputNames = ["fake"];
  async run({ image: { data, dims } }) {
    if (dims[1] % 16 || dims[2] % 16) throw new Error("sides must be multiples of 16");
    if (data.length > 300 * 300 * 3) throw new Error("std::bad_alloc");
    const swapped = data.map((_, i) => data[i - (i % 3) + 2 - (i % 3)]);
    return { fake: { getData: async () => swapped } };
  }
}
export const InferenceSession = { create: async bytes => {
  if (new TextDecoder().decode(bytes) !== "swap") throw new Error("no model");
  if (env.wasm.wasmBinary.length !== 4) throw new Error("no wasm");
  return new Session();
} };
"""


def encoded(content):
    return base64.b64encode(content).decode()


def decoded(text):
    return np.array(Image.open(io.BytesIO(base64.b64decode(text))))


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """A folder like that of the npm package, with other files."""
    folder, files = tmp_path / "onnxruntime-web", {}
    (folder / "dist").mkdir(parents=True)
    for key, content in (("script", STAND_IN), ("wasm", b"\0asm")):
        name = runtime.FILES[key][0]
        (folder / "dist" / name).write_bytes(content)
        files[key] = (name, "sha384-" + encoded(hashlib.sha384(content).digest()))
    monkeypatch.setattr(runtime, "FILES", files)
    return folder


def test_a_runtime_of_another_version_is_refused(stand_in, tmp_path):
    assert runtime.from_folder(stand_in).settings == {
        "script": {"id": "runtime-script"},
        "wasm": {"id": "runtime-wasm"},
    }
    (stand_in / "dist" / runtime.FILES["wasm"][0]).write_bytes(b"\0asm2")
    with pytest.raises(FileError, match=rf"isn't that of version {runtime.VERSION}: npm install"):
        runtime.from_folder(stand_in)
    with pytest.raises(FileError, match="has no ort.webgpu.bundle.min.mjs: npm install onnx"):
        runtime.from_folder(tmp_path)


def test_the_runtime_from_its_address_has_a_version_and_hashes():
    for file in runtime.from_address().settings.values():
        assert f"onnxruntime-web@{runtime.VERSION}/dist/" in file["url"]
        assert re.fullmatch(r"sha384-[\w+/]{64}", file["integrity"])


def test_a_page_holds_a_generator_and_what_it_makes_of_a_picture(
    random_generator, stand_in, tmp_path, monkeypatch
):
    generator = random_generator(upsampling="balanced")
    monkeypatch.setattr(page, "_onnx", lambda _: (b"model", 3e-6))  # test_model.py has the real
    generator.save(tmp_path / "mine.keras")
    said = []
    options = {"title": "A < B", "runtime": stand_in, "say": said.append}
    write_translator_page(tmp_path / "p.html", [tmp_path / "mine.keras"], **options)
    text = (tmp_path / "p.html").read_text()
    assert "<title>A &lt; B</title>" in text and "http" not in text.replace("http-equiv", "")
    settings = json.loads(re.search(r'id="settings">(.*?)</script>', text)[1])
    parts = dict(re.findall(r'<script type="text/plain" id="([\w-]+)">([\w+/=]*)</script>', text))
    (model,) = settings["models"]
    assert base64.b64decode(parts[model["id"]]) == b"model"
    assert gzip.decompress(base64.b64decode(parts["runtime-script"])) == STAND_IN
    fake = np.asarray(generator(check_picture()[None] / np.float32(127.5) - 1))[0]
    shown = np.frombuffer(base64.b64decode(parts[model["check"]]), np.uint8)
    assert np.abs(shown.reshape(fake.shape) - 127.5 * (fake + 1)).max() <= 0.51
    assert model["maxPixels"] == int(page.MAX_VALUES / 4) and model["background"] == "#ffffff"
    assert said == ["mine to translation: 0.0 MB, within 3.0e-06 of the generator"]


def test_a_page_knows_what_sides_a_two_stage_generator_takes(
    random_generator, stand_in, tmp_path, monkeypatch
):
    both = two_stage_generator(random_generator(), upscaler(4, filters=4, num_residual_blocks=1))
    monkeypatch.setattr(page, "_onnx", lambda _: (b"model", 3e-6))
    both.save(tmp_path / "both.keras")
    write_translator_page(
        tmp_path / "p.html", [tmp_path / "both.keras"], runtime=stand_in, say=lambda text: None
    )
    text = (tmp_path / "p.html").read_text()
    (model,) = json.loads(re.search(r'id="settings">(.*?)</script>', text)[1])["models"]
    assert model["multiple"] == 16
    assert model["maxPixels"] == int(page.MAX_VALUES / 8)  # before the last convolution


def test_a_page_without_a_generator_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="a page needs at least one generator; received none"):
        write_translator_page(tmp_path / "p.html", [])


def test_a_name_has_its_worlds_and_pictures(monkeypatch):
    asked = []

    def maps(*names, **options):
        asked.append((names, options))
        return [np.full((900, 500, 3), 7, np.uint8)]

    monkeypatch.setattr(sources, "world_maps", maps)
    (source,) = sources.find_generators(["reef2snowpeak_small"])
    assert source.domains == ("reef", "snowpeak") and source.note == "quarter size"
    (picture,) = sources.sample_pictures(source)
    with Image.open(io.BytesIO(picture)) as image:
        assert (image.format, image.size) == ("WEBP", (500, 384))
        assert np.asarray(image).max() == 7  # lossless
    assert asked[0][0] == ("snowpeak2reef", "test", "b") and asked[0][1]["scale"] == 0.25


def test_a_run_brings_maps_of_its_own_side_whatever_its_domains_are_called(tmp_path):
    run = RunFolder(tmp_path)
    run.config_file.write_text(preset("tiny", name_a="A", name_b="B").to_json())
    run.generator_file("a2b").touch()  # as an imported one may have it
    (source,) = sources.find_generators([tmp_path])
    assert source.domains == ("A", "B") and source.domain == "a"


@pytest.mark.skipif(not chromium.PATH, reason="Chromium isn't installed: apt install chromium")
def test_the_page_translates_in_a_browser(stand_in, tmp_path):
    """Stand-ins for the runtime and the generator; the rest of the page is the real one."""
    check = check_picture()[..., ::-1].tobytes()
    about = {
        "background": "#ff8000",
        "loadSize": 0,
        "multiple": 16,
        "smallest": 16,
        "note": "",
        "samples": [],
    }
    models = [
        {**about, "id": "m", "check": "c", "from": "x", "to": "y", "maxPixels": 200_000},
        {**about, "id": "m", "check": "bad", "from": "y", "to": "x", "maxPixels": 200_000},
    ]
    own = runtime.from_folder(stand_in)
    settings = {"models": models, "checkSide": page.CHECK_SIDE, "runtime": own.settings}
    parts = {"m": encoded(b"swap"), "c": encoded(check), "bad": encoded(check[::-1]), **own.parts}
    (tmp_path / "p.html").write_text(fill_page("Title", settings, parts), "utf-8")
    random = np.random.default_rng(4)
    pixels = random.integers(0, 256, (37, 50, 4), np.uint8)
    pixels[..., 3] = np.where(np.arange(50) < 25, 255, 0)

    with chromium.chromium() as browser:
        browser.open((tmp_path / "p.html").as_uri())

        def give(image, name="map.png"):
            file = io.BytesIO()
            Image.fromarray(image).save(file, "PNG")
            return browser.run(_GIVE % (encoded(file.getvalue()), name))

        assert give(pixels).startswith("map.png: x to y, 50 × 37 pixels in ")
        fake = decoded(browser.run(_AFTER))
        assert fake.shape == pixels.shape and (fake[..., 3] == pixels[..., 3]).all()
        assert (fake[:, :25, :3] == pixels[:, :25, 2::-1]).all()
        assert give(pixels[:1, :1, :3], "dot.png").startswith("dot.png: x to y, 1 × 1 pixels")
        assert give(np.zeros((592, 496, 3), np.uint8)).startswith("This picture has 0.3 megapixels")
        assert "memory that a browser gives to a page" in give(np.zeros((400, 400, 3), np.uint8))
        assert browser.run(_GIVE % ("AAAA", "no.png")).startswith("No.png can't be read as a pic")
        browser.run("document.querySelectorAll('[name=direction]')[1].click()")
        assert "pixels differ from those of Python by" in give(pixels)


@pytest.mark.skipif(
    not (chromium.PATH and os.environ.get("ONNXRUNTIME_WEB")),
    reason="ONNXRUNTIME_WEB names no folder of the npm package onnxruntime-web, or no Chromium",
)
def test_the_real_runtime_computes_what_python_does(random_generator, tmp_path):
    generator = random_generator(filters=8, upsampling="balanced")
    generator.save(tmp_path / "mine.keras")
    folder = os.environ["ONNXRUNTIME_WEB"]
    write_translator_page(tmp_path / "p.html", [tmp_path / "mine.keras"], runtime=folder)
    pixels = np.random.default_rng(4).integers(0, 256, (64, 96, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    with chromium.chromium() as browser:
        browser.open((tmp_path / "p.html").as_uri())
        assert " 96 × 64 pixels in " in browser.run(_GIVE % (encoded(file.getvalue()), "m.png"))
        fake = decoded(browser.run(_AFTER))[..., :3]
    expected = 127.5 * (np.asarray(generator(pixels[None] / np.float32(127.5) - 1))[0] + 1)
    assert np.mean(np.abs(fake - np.rint(expected)) <= 1) >= 0.999


_GIVE = """fetch("data:image/png;base64,%s").then(r => r.blob()).then(blob => new Promise(done => {
  const count = document.body.dataset.done, error = document.getElementById("error");
  error.hidden = true;
  take(blob, "%s");
  const wait = () => !error.hidden ? done(error.textContent) : document.body.dataset.done !== count
    ? done(document.getElementById("caption").textContent) : setTimeout(wait, 20);
  wait();
}))"""
_AFTER = 'document.getElementById("after").toDataURL().split(",")[1]'


def test_generators_of_ones_own_have_a_widest_layer():
    image = keras.Input((None, None, 3))
    x = keras.layers.ReLU()(keras.layers.Conv2D(6, 3, padding="same")(image))
    assert page._widest(keras.Model(image, keras.layers.Conv2D(3, 1)(x))) == 6
    x = keras.layers.Conv2D(50, 3, strides=2, padding="same")(x)
    assert page._widest(keras.Model(image, keras.layers.Conv2DTranspose(3, 2, 2)(x))) == 6
