"""Training crops per second: this project's stream beside the pipelines of notebooks, in one run.

    python benchmarks/data_stream.py --maps 20

Makes grainy maps of 2000x1300 in a temporary folder and cuts 480x480 crops out of them. The rate is
also given per second of CPU time, which other work on the machine disturbs less.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
from PIL import Image

from data_pipeline import build_store, crop_stream, open_sources

CROP = 480


def write_maps(folder, count):
    rng = np.random.default_rng(0)
    for domain in "AB":
        (Path(folder) / f"train{domain}").mkdir()
        for i in range(count):
            coarse = Image.fromarray(rng.integers(0, 256, (60, 90, 3), dtype=np.uint8))
            smooth = np.asarray(coarse.resize((2000, 1300), Image.Resampling.BICUBIC)).astype(int)
            grain = rng.integers(-6, 7, (1300, 2000, 1))
            pixels = np.clip(smooth + grain, 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(f"{folder}/train{domain}/{i}.png", compress_level=3)


def notebook_stream(folder, cache):
    """The usual: decode, convert, (cache,) random crop and flip, shuffle, zip to the shorter."""

    def load(path):
        return tf.cast(tf.io.decode_png(tf.io.read_file(path), 3), tf.float32) / 127.5 - 1.0

    def augment(image):
        return tf.image.random_flip_left_right(tf.image.random_crop(image, [CROP, CROP, 3]))

    def domain(name):
        files = tf.data.Dataset.list_files(f"{folder}/{name}/*.png")
        images = files.map(load, num_parallel_calls=tf.data.AUTOTUNE)
        images = images.cache() if cache else images
        crops = images.map(augment, num_parallel_calls=tf.data.AUTOTUNE)
        return crops.shuffle(10).batch(1).repeat().prefetch(tf.data.AUTOTUNE)

    return tf.data.Dataset.zip((domain("trainA"), domain("trainB")))


def rate(stream, count, warm_up):
    """Returns crops (of both domains) per second, and per second of CPU time."""
    iterator = iter(stream)
    for _ in range(warm_up):
        next(iterator)
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(count):
        next(iterator)
    return 2 * count / (time.perf_counter() - wall), 2 * count / (time.process_time() - cpu)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--maps", type=int, default=20, help="maps per domain")
    maps = parser.parse_args().maps
    with tempfile.TemporaryDirectory() as folder:
        write_maps(folder, maps)
        sources = open_sources(folder, progress=False)

        def own(memory_limit_bytes=2**40, **options):
            stores = [
                build_store(s, memory_limit_bytes=memory_limit_bytes, progress=False)
                for s in sources
            ]
            return crop_stream(*stores, crop_size=CROP, batch_size=1, seed=0, **options)

        rows = [
            ("own", own(), 400),
            ("own, scale and colour jitter", own(scale_jitter=0.2, color_jitter=0.2), 100),
            ("notebook, decoding each time", notebook_stream(folder, cache=False), 40),
            ("notebook, maps cached as float32", notebook_stream(folder, cache=True), 200),
        ]
        print(f"{'pipeline':<36}{'crops/s':>9}{'per CPU second':>16}")
        for label, stream, count in rows:
            wall, cpu = rate(stream, count, warm_up=2 * maps)
            print(f"{label:<36}{wall:>9.0f}{cpu:>16.0f}", flush=True)


if __name__ == "__main__":
    main()
