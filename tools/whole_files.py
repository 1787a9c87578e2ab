"""Small, whole files of every kind that the project reads, and the way a user reads each."""

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path

import av
import keras
import numpy as np
import tifffile
from PIL import Image

from cyclegan_tf.config import Config
from cyclegan_tf.images import read_picture, read_rows
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.networks import patch_discriminator, resnet_generator
from cyclegan_tf.runs.folder import RunFolder, save_model
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.runs.pretrained import read_card_file
from cyclegan_tf.translation.norm_statistics import Statistics, record
from cyclegan_tf.video.sources import open_video
from data_pipeline.ground_truth import find_ground_truth
from data_pipeline.preparation import Preparation
from data_pipeline.row_file import RowFile

HAS_HEIF = importlib.util.find_spec("pillow_heif") is not None
# Read by rows, as huge ones are: what each is a copy of.
BY_ROWS = {"rows_8.png": "palette.png", "rows_16.png": "deep.png", "rows.tif": "picture.tif"}
BY_ROWS |= {"rows_deep.tif": "deep.tif", "rows_tiled.tif": "tiled.tif"}
_DATA = {"A": [["m0.png", 40, 48]], "B": [["m0.png", 32, 64], ["m1.png", 41, 37]]}
_CODECS = {
    "clip.mp4": ("libx264", "yuv420p"),
    "clip.webm": ("libvpx-vp9", "yuv420p"),
    "clip.avi": ("mjpeg", "yuvj420p"),
    "clip.mkv": ("ffv1", "yuv420p"),
    "clip.mov": ("prores_ks", "yuv422p10le"),
    "clip.ts": ("mpeg2video", "yuv420p"),
}


def make_whole_files(folder: Path) -> None:
    """Writes every kind of file once: pictures, clips, a run, and a world with ground truth."""
    _make_pictures(folder)
    _make_clips(folder)
    _make_world(folder)
    _make_run(folder)


def _make_pictures(folder: Path) -> None:
    random = np.random.default_rng(0)
    rgba = random.integers(0, 256, (24, 32, 4), np.uint8)
    rgb, deep = rgba[..., :3], random.integers(0, 2**16, (24, 32, 3), np.uint16)
    image = Image.fromarray(rgb)
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(folder / "picture.bmp")
    image.quantize(16).save(folder / "picture.gif", transparency=3)
    image.save(folder / "picture.jpg", exif=exif, dpi=(72, 72))
    image.convert("CMYK").save(folder / "cmyk.jpg", progressive=True)
    Image.fromarray(rgba).save(folder / "picture.png", exif=exif)
    image.quantize(16).save(folder / "palette.png", bits=4, transparency=2)
    Image.fromarray(deep[..., 0]).save(folder / "deep.png")
    Image.fromarray(rgba).save(folder / "picture.webp", lossless=True, exif=exif)
    image.save(folder / "picture.avif", exif=exif)
    image.save(folder / "picture.tif", compression="tiff_lzw")
    tifffile.imwrite(folder / "deep.tif", deep, compression="zlib", photometric="rgb")
    tifffile.imwrite(folder / "tiled.tif", rgb, tile=(16, 16), photometric="rgb")
    if HAS_HEIF:
        importlib.import_module("pillow_heif").register_heif_opener()
        image.save(folder / "picture.heic", exif=exif)
    for name, whole in BY_ROWS.items():
        shutil.copy(folder / whole, folder / name)


def _make_clips(folder: Path) -> None:
    frames = [np.full((32, 48, 3), 20 * i, np.uint8) for i in range(6)]
    for name, (codec, kind) in _CODECS.items():
        with av.open(str(folder / name), "w") as container:
            stream = container.add_stream(codec, rate=25)
            stream.height, stream.width, stream.pix_fmt = 32, 48, kind
            for pixels in frames:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
            container.mux(stream.encode())
    images = [Image.fromarray(pixels) for pixels in frames]
    for name in ("clip.gif", "clip.webp", "clip.png"):
        images[0].save(folder / name, save_all=True, append_images=images[1:], duration=40)


def _make_world(folder: Path) -> None:
    for place in ("labels/testA", "scroll/a", "scroll/b", "scroll/flow"):
        (folder / place).mkdir(parents=True)
    (folder / "world.json").write_text("{}")
    labels = Image.fromarray(np.arange(48, dtype=np.uint8).reshape(6, 8) % 16)
    labels.save(folder / "labels" / "testA" / "x.png")
    for domain in "ab":
        Image.new("RGB", (8, 6)).save(folder / "scroll" / domain / "0000.png")
    np.savez_compressed(
        folder / "scroll" / "flow" / "0000.npz",
        flow=np.zeros((6, 8, 2), np.int16),
        occlusion=np.zeros((6, 8), bool),
        offset=(0, 0),
    )


def _make_run(folder: Path) -> None:
    keras.utils.set_random_seed(0)
    run = RunFolder(folder / "run")
    run.start_or_resume(Config(crop_size=32, pool_size=2), _DATA)
    generators = [resnet_generator(2, 1, name=f"generator_{d}", seed=1) for d in ("ab", "ba")]
    judges = [patch_discriminator(2, 1, seed=2) for _ in "ab"]
    model = CycleGAN(*generators, *judges, pool_size=2, crop_size=16, ema=0.9)
    model.compile("adam")
    run.save_checkpoint(model, keep=1, preparation=Preparation(40))
    save_model(generators[0], run.generator_file("a2b"), Preparation(40))
    record(generators[0], np.zeros((1, 16, 16, 3), "f")).save(run.path / "statistics.npz")
    run.write_card({"name": "x", "domains": {"a": "A", "b": "B"}, "updates": 10})
    for step in (5, 10, 15):
        run.append_metrics({"step": step, "loss": 1 / step, "seconds": step / 10})
        run.append_validation({"step": step, "kid_a2b": 0.5, "kid_b2a": 0.25})


def _resume(path: Path) -> None:
    RunFolder(path.parent).start_or_resume(Config(crop_size=32, pool_size=2), _DATA)


def _rewind(path: Path) -> None:
    RunFolder(path.parent).rewind_metrics(10)


def _watch(path: Path) -> None:
    for _ in open_video(path):
        pass


def _read_deep(path: Path) -> None:
    read_picture(path, deep=True)


def _read_by_rows(path: Path) -> None:
    read_rows(path, lambda *kind: RowFile(*kind, path.parent), deep=True)


def _read_labels(path: Path) -> None:
    truth = find_ground_truth(path.parents[2])
    assert truth is not None
    truth.labels("test", "a", ["x"])


def _read_flow(path: Path) -> None:
    truth = find_ground_truth(path.parents[2])
    assert truth is not None
    truth.frames(2)


PICTURES = ("picture.bmp", "picture.gif", "picture.jpg", "cmyk.jpg", "picture.png", "palette.png")
PICTURES += ("picture.webp", "picture.avif", "picture.tif", "tiled.tif")
PICTURES += ("picture.heic",) if HAS_HEIF else ()
READERS: dict[str, Callable[[Path], object]] = {
    **dict.fromkeys(PICTURES, read_picture),
    **dict.fromkeys(("deep.png", "deep.tif"), _read_deep),
    **dict.fromkeys(BY_ROWS, _read_by_rows),
    **dict.fromkeys((*_CODECS, "clip.gif", "clip.webp", "clip.png"), _watch),
    "labels/testA/x.png": _read_labels,
    "scroll/flow/0000.npz": _read_flow,
    "run/generator_ab.keras": load_generator,
    "run/checkpoints/step_00000000.keras": CycleGAN.load,
    "run/statistics.npz": Statistics.load,
    "run/config.json": _resume,
    "run/data.json": _resume,
    "run/card.json": read_card_file,
    "run/metrics.jsonl": _rewind,
    "run/validation.jsonl": _rewind,
}
