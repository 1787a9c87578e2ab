"""The Python blocks of the pages run, in one process, on small stand-ins for what they open.

A block may use the names of the blocks above it on its page, and those of `GIVEN`.
"""

import inspect
import shutil
import sys
from unittest import mock

import doc_blocks
import matplotlib
import numpy as np
import onnx
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds
from doc_blocks import ROOT
from keras.src.saving import saving_lib

from cyclegan_tf import images
from cyclegan_tf.model.networks import resnet_generator
from cyclegan_tf.runs import pretrained
from cyclegan_tf.training import train as training
from cyclegan_tf.translation.norm_statistics import record

matplotlib.use("Agg")
BLOCKS = {
    path: [piece for piece in doc_blocks.pieces(path) if piece.kind == "python"]
    for path in doc_blocks.pages()
    if path.name != "extending.md"  # really trained with: training/test_extending.py
}
# Each text once, though it may be on two pages.
PAGES = {tuple(piece.text for piece in found): path for path, found in BLOCKS.items() if found}
# What would take long, and what takes its place.
SMALLER = {
    "num_maps=100, scale=0.25": "num_maps=1, num_workers=1, scale=0.1",
    "num_maps=100, scale=0.5": "num_maps=1, num_test=1, num_val=1, num_workers=1, scale=0.1, "
    "scroll_frames=0",
    "num_frames=60, size=(480, 640)": "num_frames=2, size=(48, 64), scale=0.1",
    "make_layout(7)": "make_layout(7, width=400, height=300)",
    "translator.plan(4096, 8192)": "translator.plan(64, 64)",
}

_SCORE = {"value": 0.5, "low": 0.4, "high": 0.6, "real": 0.1, "input": 1.0}
SCORES = {"directions": {"a2b": {"scores": {"edges_gone": _SCORE, "patch_kid": _SCORE}}}}


def picture(height=32, width=32, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with all that the blocks open."""
    folder = tmp_path_factory.mktemp("docs")
    for name in ("map.png", "other.jpg", "my_maps/meadow/m.png", "my_maps/forest/f.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        images.write_image(folder / name, picture())
    run = folder / "runs" / "mine"
    run.mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "runs_of_0.1.0" / "tiny" / "config.json", run)
    generator = resnet_generator(filters=4, num_residual_blocks=1)
    for name in ("generator_ab.keras", "generator_ba.keras"):
        generator.save(run / name)
    shutil.copy(run / "generator_ab.keras", folder)
    record(generator, np.zeros((1, 32, 32, 3), np.float32)).save(folder / "maps.npz")
    _export_nothing(folder)
    return folder


def _export_nothing(folder):
    """Networks that return their picture, in the three formats of `export`."""
    shape = ["n", "h", "w", 3]
    ends = [onnx.helper.make_tensor_value_info(n, 1, shape) for n in ("image", "translation")]
    node = onnx.helper.make_node("Identity", ["image"], ["translation"])
    graph = onnx.helper.make_graph([node], "nothing", ends[:1], ends[1:])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)])
    model.ir_version = 10
    onnx.save(model, folder / "meadow2forest.onnx")
    signature = [tf.TensorSpec((None, None, None, 3), tf.float32)]
    module = tf.Module()
    module.serve = tf.function(lambda image: image + 0, input_signature=signature)
    tf.saved_model.save(module, str(folder / "meadow2forest"))
    concrete = module.serve.get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], module)
    (folder / "meadow2forest.tflite").write_bytes(converter.convert())


@pytest.fixture
def given(place, monkeypatch, write_clip):
    """The names that blocks take for granted; training is stood in for by a finished run."""
    monkeypatch.chdir(place)
    write_clip(place / "clip.mp4", count=2)

    def finished(config, run_dir, **options):
        inspect.signature(real_train).bind(config, run_dir, **options)
        shutil.copytree("runs/mine", run_dir, dirs_exist_ok=True)

    def drawn(name, as_supervised):
        tfds.builder_cls(name.split("/")[0])  # raises where it isn't registered
        return dict.fromkeys(["trainA", "trainB", "testA", "testB"])

    real_train = training.train
    monkeypatch.setattr(training, "train", finished)
    monkeypatch.setattr(tfds, "load", drawn)
    for name in (
        "gradio",
        "huggingface_hub",
        "wandb",
        "wandb.integration",
        "wandb.integration.keras",
    ):
        monkeypatch.setitem(sys.modules, name, mock.MagicMock())  # not in requirements.lock
    app = sys.modules["gradio"].Blocks.return_value.__enter__.return_value
    app.queue.return_value.launch.return_value = (None, "http://127.0.0.1:7860", None)
    monkeypatch.setattr(saving_lib, "huggingface_hub", mock.MagicMock())
    monkeypatch.setattr(pretrained, "fetch", lambda address: place / "generator_ab.keras")
    maps = [picture(48, 48, seed) for seed in range(3)]
    return {
        "image": picture(),
        "frames": [picture(), picture(seed=1)],
        "real_maps": maps,
        "translated_maps": maps,
        "fake": picture(),
        "truth": picture(seed=1),
        "result": SCORES,
        "other": SCORES,
    }


# The page names the package that takes its place.
@pytest.mark.filterwarnings("ignore:\\s*Warning. tf.lite.Interpreter is deprecated:UserWarning")
@pytest.mark.parametrize("path", PAGES.values(), ids=lambda path: str(path.relative_to(ROOT)))
def test_blocks_run(path, given):
    names = dict(given)
    for block in BLOCKS[path]:
        text = block.text
        for large, small in SMALLER.items():
            text = text.replace(large, small)
        code = compile("\n" * block.line + text, str(path), "exec")
        exec(code, names)
