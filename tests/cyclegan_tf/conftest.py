"""Fixtures for the tests of videos: short clips written with PyAV, and a generator that is random.

No test here; whether the clips are what they claim to be is seen by the tests that read them.
"""

from fractions import Fraction

import av
import numpy as np
import pytest


def gray_level(i):
    """The gray value of frame `i` of a clip, far enough apart to survive a codec."""
    return 20 + 12 * (i % 18)


@pytest.fixture(scope="session")
def write_clip():
    """`write_clip(path, ...)` writes frames of one gray value each, marked in a corner."""

    def write(
        path, *, count=10, size=(36, 52), codec="libx264", ticks=None, last=40, turned=0, sound=None
    ):
        base = Fraction(1, 1000)
        ticks, durations = ticks or [40 * i for i in range(count)], {}
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=25)
            stream.height, stream.width = size
            odd = size[0] % 2 or size[1] % 2
            stream.pix_fmt = {
                "mjpeg": "yuvj420p",
                "libx264": "yuv444p" if odd else "yuv420p",
            }.get(codec, "yuv420p")
            if codec == "libx264":
                stream.options = {"bf": "0", "crf": "10"}
            stream.codec_context.time_base = stream.time_base = base
            if turned:
                stream.set_display_rotation(turned)
            voice = container.add_stream(sound, rate=48000, layout="mono") if sound else None
            for i, (tick, end) in enumerate(
                zip(ticks, [*ticks[1:], ticks[-1] + last], strict=True)
            ):
                pixels = np.full((*size, 3), gray_level(i), np.uint8)
                pixels[: size[0] // 4, : size[1] // 4] = 255  # top left
                frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
                frame.pts, frame.time_base, frame.duration = tick, base, end - tick
                durations[tick] = end - tick
                for packet in stream.encode(frame):
                    packet.duration = durations.get(packet.pts, packet.duration)
                    container.mux(packet)
            for packet in stream.encode():
                packet.duration = durations.get(packet.pts, packet.duration)
                container.mux(packet)
            if voice:
                wave = np.sin(np.arange(48 * (ticks[-1] + last)) / 20).astype(np.float32)[None] / 2
                samples = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
                samples.sample_rate, samples.pts = 48000, 0
                container.mux(voice.encode(samples))
                container.mux(voice.encode())
        return path

    return write


@pytest.fixture(scope="session")
def random_generator():
    """`random_generator(filters, blocks, **options)` with norms that do something."""
    from cyclegan_tf.model.networks import resnet_generator
    from cyclegan_tf.translation.norm_statistics import norm_layers

    def make(filters=4, num_residual_blocks=1, **options):
        generator = resnet_generator(filters, num_residual_blocks, seed=3, **options)
        rng = np.random.default_rng(5)
        for norm in norm_layers(generator):
            shape = norm.gamma.shape
            norm.set_weights([rng.uniform(-1.5, 1.5, shape), rng.uniform(-0.5, 0.5, shape)])
        return generator

    return make


@pytest.fixture(scope="session")
def random_upscaler():
    """`random_upscaler(factor, blocks, **options)`, as after a training: no weight is zero."""
    from cyclegan_tf.model.upscaler import upscaler

    def make(factor=4, num_residual_blocks=1, *, filters=4, seed=0):
        model = upscaler(factor, filters, num_residual_blocks=num_residual_blocks, seed=seed)
        rng = np.random.default_rng(seed)
        for variable in model.trainable_variables:
            if not np.any(variable.numpy()):
                variable.assign(rng.normal(0, 0.1, variable.shape))
        return model

    return make
