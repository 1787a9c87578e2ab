"""Video: frames per second beside plain `model.predict`, and flicker in three ways to translate.

    python benchmarks/video.py speed --size 776x1376
    python benchmarks/video.py flicker meadow2forest snowpeak2reef highland2twilight candy2clocktown
    python benchmarks/video.py flicker meadow2forest=runs/antialiased

Speed: the paper's generator with random weights on random frames; the ways take turns, the fastest
round of each counts. Flicker: camera paths through built-in worlds, whose optical flow and true
target video are known. `NAME=PATH` measures another generator on that world. Per generator, path
and way to translate, in gray levels (0 to 255) unless said otherwise:

- warp: mean difference of a frame and the next one moved back along the exact flow, where the flow
  holds: over pixels that move with the camera, and over all.
- excess: the same less that of the true video, as a share of that of `off`.
- ratio: warping error over all pixels that stay in view as a multiple of the true video's.
- tOF: mean difference of the optical flows (Lucas-Kanade) of translation and true video, in pixels
  (Chu et al. 2020).
- shift: mean and largest difference of the translated shifted view and the shifted translation, for
  views of a still map 1, 2, 3 and 5 pixels apart, away from borders.

The path `still` is a pan over a still map: nothing but foreground. Prints a table and JSON lines.
"""

import argparse
import json
import os
import resource
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import numpy as np

from cyclegan_tf.frame_network import FrameNetwork
from cyclegan_tf.metrics.temporal import warping_error, warping_ratio
from cyclegan_tf.networks import resnet_generator
from cyclegan_tf.translation import Translator, load_generator
from cyclegan_tf.video import STABILIZE, translate_video
from data_pipeline.worlds import ScrollFrame, scroll

SHIFTS = (1, 2, 3, 5)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("speed", "flicker"))
    parser.add_argument("generators", nargs="*", help="for flicker: NAME or NAME=PATH")
    parser.add_argument("--size", help="height x width (speed 776x1376, flicker 240x320)")
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument("--blocks", type=int, default=9)
    parser.add_argument("--upsampling", default="transpose")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--paths", default="still,pan,climb,tour")
    parser.add_argument("--scale", type=float, default=0.25, help="of the worlds")
    parser.add_argument("--seed", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.what == "speed":
        speed(arguments)
    else:
        flicker(arguments)


# Speed ------------------------------------------------------------------------------------------


def speed(arguments):
    height, width = map(int, (arguments.size or "776x1376").split("x"))
    generator = resnet_generator(
        arguments.filters, arguments.blocks, upsampling=arguments.upsampling, seed=0
    )
    translator = Translator(generator, "float32")
    frames = np.random.default_rng(0).integers(0, 256, (2, height, width, 3), np.uint8)
    network = FrameNetwork(translator)
    network.use(translator.record(frames[0, :128, :128]))

    def predict():
        for frame in frames:
            generator.predict(frame[None].astype(np.float32) / 127.5 - 1.0, verbose=0)

    ways = {
        "predict": predict,
        "off": lambda: list(translate_video(frames, translator, stabilize="off")),
        "stats": lambda: network(list(frames), [None, None]),
        "full": lambda: network(list(frames), [(0, 0), (2, 1)]),
    }
    best = {}
    for i in range(arguments.rounds + 1):
        for name, way in ways.items():
            began, work = time.perf_counter(), time.process_time()
            way()
            took = np.array([time.perf_counter() - began, time.process_time() - work]) / len(frames)
            if i:  # the first round compiles
                best[name] = np.minimum(best.get(name, took), took)
    for name, took in best.items():
        faster = best["predict"] / took
        print(
            f"{name:8}{took[0]:8.2f} s/frame{took[1]:8.2f} s of work"
            f"   x{faster[0]:.2f} by the clock, x{faster[1]:.2f} by work"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    line = {name: list(map(float, took)) for name, took in best.items()}
    print(json.dumps({**vars(arguments), "seconds": line, "peak_gb": peak / 1e9}))


# Flicker ----------------------------------------------------------------------------------------


def flicker(arguments):
    size = tuple(map(int, (arguments.size or "240x320").split("x")))
    for item in arguments.generators:
        name, _, path = item.partition("=")
        one, other = name.split("2")
        pair, direction = (name, "a2b") if _is_pair(name) else (f"{other}2{one}", "b2a")
        translator = Translator(load_generator(path or name, direction), "float32")
        print(f"\n{item}")
        print(f"{'':14}{'warp fg':>9}{'all':>7}{'excess fg':>11}{'all':>6}{'ratio':>7}{'tOF':>7}")
        for place in arguments.paths.split(","):
            _measure_path(arguments, size, pair, direction, translator, place)
        _measure_shifts(arguments, size, pair, direction, translator)


def _is_pair(name):
    from data_pipeline.worlds import PAIRS

    return name in PAIRS


def clip(arguments, size, pair, path):
    """Returns a list of `ScrollFrame`s; `still` pans over what the first frame of a path sees."""
    options = {"seed": arguments.seed, "scale": arguments.scale}
    if path != "still":
        return list(scroll(pair, path=path, num_frames=arguments.frames, size=size, **options))
    motions = np.cumsum([0, *np.tile([1, 2, 3, 2], arguments.frames)[: arguments.frames]])
    wide = next(scroll(pair, num_frames=1, size=(size[0], size[1] + int(motions[-1])), **options))
    frames = []
    for x, then in zip(motions[:-1], motions[1:], strict=True):
        view = slice(x, x + size[1])
        flow = np.zeros((*size, 2), np.float32)
        flow[..., 0] = x - then
        occlusion = np.zeros(size, bool)
        pictures = wide.image_a[:, view], wide.image_b[:, view]
        frames.append(ScrollFrame(*pictures, flow, occlusion, (int(x), 0)))
    return frames


class _Input:
    """What `translate_video` takes as a frame with a known offset."""

    def __init__(self, pixels, offset):
        self.pixels, self.offset = pixels, offset

    def _replace(self, pixels):
        return _Input(pixels, self.offset)


def _measure_path(arguments, size, pair, direction, translator, path):
    frames = clip(arguments, size, pair, path)
    reals = [f.image_a if direction == "a2b" else f.image_b for f in frames]
    trues = [f.image_b if direction == "a2b" else f.image_a for f in frames]
    true = _warping(trues, frames)
    true_flows = [optical_flow(*two) for two in zip(trues, trues[1:], strict=False)]
    base = None
    for stabilize in STABILIZE:
        inputs = [_Input(real, f.offset) for real, f in zip(reals, frames, strict=True)]
        fakes = [f.pixels for f in translate_video(inputs, translator, stabilize=stabilize)]
        warp = _warping(fakes, frames)
        excess = warp - true
        base = excess if base is None else base
        ratio = warping_ratio(fakes, trues, [f.flow for f in frames])
        flows = [optical_flow(*two) for two in zip(fakes, fakes[1:], strict=False)]
        tof = np.mean([np.abs(a - b).mean() for a, b in zip(flows, true_flows, strict=True)])
        share = excess / base
        print(
            f"{path:7}{stabilize:7}{warp[0]:9.2f}{warp[1]:7.2f}{share[0]:11.1%}{share[1]:6.0%}"
            f"{ratio:7.2f}{tof:7.3f}"
        )
        line = {"path": path, "stabilize": stabilize, "warp": list(warp), "true": list(true)}
        line |= {"share": list(share), "ratio": ratio, "tof": float(tof)}
        print("  " + json.dumps({"pair": pair, "direction": direction, **line}))


def _warping(video, frames):
    """Mean warping error over the pixels that move with the camera, and over all."""
    errors = []
    for now, following, f, then in zip(video, video[1:], frames, frames[1:], strict=False):
        motion = np.subtract(f.offset, then.offset)
        elsewhere = (f.flow != motion).any(-1)
        errors.append(
            [
                warping_error(now, following, f.flow, f.occlusion | elsewhere),
                warping_error(now, following, f.flow, f.occlusion),
            ]
        )
    return np.nanmean(errors, axis=0)


def _measure_shifts(arguments, size, pair, direction, translator):
    options = {"seed": arguments.seed, "scale": arguments.scale, "num_frames": 1}
    wide = next(scroll(pair, size=(size[0] + 8, size[1] + 8), **options))
    wide = wide.image_a if direction == "a2b" else wide.image_b
    views = [wide[: size[0], s : s + size[1]] for s in (0, *SHIFTS)]
    views += [wide[s : s + size[0], : size[1]] for s in SHIFTS]
    offsets = [(0, 0), *((s, 0) for s in SHIFTS), *((0, s) for s in SHIFTS)]
    network = FrameNetwork(translator)
    network.use(translator.record(wide))
    halo = 8 * sum("add" in layer.name for layer in translator.generator.layers) + 24
    ways = {
        "off": [translator(view) for view in views],
        "stats": network(views, [None] * len(views)),
        "full": network(views, offsets),
    }
    for stabilize, (base, *others) in ways.items():
        means, most = [], 0
        for (x, y), other in zip(offsets[1:], others, strict=True):
            rows = slice(halo, size[0] - y - halo)
            columns = slice(halo, size[1] - x - halo)
            one, two = base[y:, x:], other[: size[0] - y, : size[1] - x]
            difference = np.abs(one[rows, columns].astype(int) - two[rows, columns])
            means.append(difference.mean())
            most = max(most, int(difference.max()))
        print(f"shift  {stabilize:7}{np.mean(means):9.2f} mean, {most} at most")


# Optical flow -----------------------------------------------------------------------------------


def optical_flow(now, following, *, levels=3, rounds=3, radius=4):
    """Lucas & Kanade 1981, from coarse to fine. Returns (x, y) per pixel, float `(h, w, 2)`."""
    pyramid = [tuple(x.astype(np.float32).mean(-1) for x in (now, following))]
    for _ in range(levels - 1):
        pyramid.append(tuple(_halved(x) for x in pyramid[-1]))
    flow = np.zeros((*pyramid[-1][0].shape, 2), np.float32)
    for one, two in reversed(pyramid):
        if flow.shape[:2] != one.shape:
            flow = 2 * flow.repeat(2, 0).repeat(2, 1)
            rows, columns = (n - m for n, m in zip(one.shape, flow.shape, strict=False))
            flow = np.pad(flow, ((0, max(rows, 0)), (0, max(columns, 0)), (0, 0)), mode="edge")
            flow = flow[: one.shape[0], : one.shape[1]]
        gy, gx = np.gradient(one)
        xx, yy, xy = (_boxed(a * b, radius) for a, b in ((gx, gx), (gy, gy), (gx, gy)))
        determinant = (xx + 1) * (yy + 1) - xy**2  # +1: flat areas keep what they have
        for _ in range(rounds):
            apart = one - _moved(two, flow)
            bx, by = _boxed(gx * apart, radius), _boxed(gy * apart, radius)
            step = np.stack([(yy + 1) * bx - xy * by, (xx + 1) * by - xy * bx], -1)
            flow = flow + np.clip(step / determinant[..., None], -1, 1)
    return flow


def _halved(x):
    x = x[: len(x) // 2 * 2, : x.shape[1] // 2 * 2]
    return (x[::2, ::2] + x[1::2, ::2] + x[::2, 1::2] + x[1::2, 1::2]) / 4


def _boxed(x, radius):
    """Means over squares of side `2 * radius + 1`."""
    for axis in (0, 1):
        padding = [(0, 0), (0, 0)]
        padding[axis] = (radius + 1, radius)
        sums = np.cumsum(np.pad(x, padding, mode="edge"), axis, dtype=np.float64)
        size = 2 * radius + 1
        sums = np.moveaxis(sums, axis, 0)
        x = np.moveaxis(sums[size:] - sums[:-size], 0, axis) / size
    return x


def _moved(image, flow):
    """Samples `image` at each pixel plus its flow, linearly, at the border the nearest."""
    rows, columns = np.indices(image.shape)
    y = np.clip(rows + flow[..., 1], 0, image.shape[0] - 1.001)
    x = np.clip(columns + flow[..., 0], 0, image.shape[1] - 1.001)
    top, left = y.astype(int), x.astype(int)
    down, right = y - top, x - left
    upper = image[top, left] * (1 - right) + image[top, left + 1] * right
    lower = image[top + 1, left] * (1 - right) + image[top + 1, left + 1] * right
    return upper * (1 - down) + lower * down


if __name__ == "__main__":
    main()
