"""Video: frames per second beside plain `model.predict`, and flicker in three ways to translate.

    python benchmarks/video.py speed --size 776x1376
    python benchmarks/video.py flicker meadow2forest snowpeak2reef highland2twilight candy2clocktown
    python benchmarks/video.py flicker meadow2forest=runs/antialiased

Speed: the paper's generator with random weights on random frames; the ways take turns, the fastest
round of each counts. Flicker: camera paths through built-in worlds, whose optical flow and true
target video are known. `NAME=PATH` measures another generator on that world. Per generator, path
and way to translate, in gray levels (0 to 255) unless said otherwise:

- warp: mean difference of a frame and the next one moved back along the exact flow, where the flow
  holds: over pixels that move with the camera, and over all. The true video has 0.
- excess: the same less that of the true video, as a share of that of `off`.
- ratio: warping error over all pixels that stay in view as a multiple of the true video's.
- tOF: mean difference of the optical flows (Lucas-Kanade) of translation and true video, in pixels.
- shift: mean and largest difference of the translated shifted view and the shifted translation, for
  views of a still map 1, 2, 3 and 5 pixels apart, away from borders; `exact` is `full` with
  `--exact`.
- KID: patch-KID (times 1000, with its interval over worlds) of translated pans over still maps of
  other worlds against the true frames of yet other ones.

The path `still` is a pan over a still map: nothing but foreground. Prints tables; `--out FILE`
appends the figures as JSON lines.
"""

import argparse
import json
import os
import resource
import time
from fractions import Fraction
from typing import NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import numpy as np

from cyclegan_tf.metrics import PatchKID
from cyclegan_tf.metrics.temporal import flow_difference, warping_error, warping_ratio
from cyclegan_tf.model.networks import resnet_generator
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.video.clip import Frame
from cyclegan_tf.video.frame_network import FrameNetwork
from cyclegan_tf.video.translate import STABILIZE, translate_video
from data_pipeline.worlds import PAIRS, ScrollFrame, scroll

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
    parser.add_argument("--kid-worlds", type=int, default=16, help="of each kind; 0: no patch-KID")
    parser.add_argument("--out", help="file to append JSON lines to")
    arguments = parser.parse_args()
    if arguments.what == "speed":
        speed(arguments)
    else:
        flicker(arguments)


def report(arguments, line):
    """Appends figures to the file that was asked for."""
    if arguments.out:
        with open(arguments.out, "a") as file:
            file.write(json.dumps({"what": arguments.what, **line}) + "\n")


# Speed ------------------------------------------------------------------------------------------


def speed(arguments):
    height, width = map(int, (arguments.size or "776x1376").split("x"))
    generator = resnet_generator(
        arguments.filters, arguments.blocks, upsampling=arguments.upsampling, seed=0
    )
    translator = Translator(generator, "float32")
    frames = np.random.default_rng(0).integers(0, 256, (2, height, width, 3), np.uint8)
    network, exact = FrameNetwork(translator), FrameNetwork(translator, exact=True)
    for one in (network, exact):
        one.use(translator.record(frames[0, :128, :128]))

    def predict():
        for frame in frames:
            generator.predict(frame[None].astype(np.float32) / 127.5 - 1.0, verbose=0)

    ways = {
        "predict": predict,
        "off": lambda: list(translate_video(frames, translator, stabilize="off")),
        "stats": lambda: network(list(frames), [None, None]),
        "full": lambda: network(list(frames), [(0, 0), (2, 1)]),
        "exact": lambda: exact(list(frames), [(0, 0), (2, 1)]),
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
    line = {"size": [height, width], "filters": arguments.filters, "blocks": arguments.blocks}
    line |= {"upsampling": arguments.upsampling, "rounds": arguments.rounds, "peak_gb": peak / 1e9}
    line["clock_and_work_seconds"] = {n: np.round(took, 3).tolist() for n, took in best.items()}
    report(arguments, line)


# Flicker ----------------------------------------------------------------------------------------


def flicker(arguments):
    size = tuple(map(int, (arguments.size or "240x320").split("x")))
    for item in arguments.generators:
        name, _, path = item.partition("=")
        one, other = name.split("2")
        pair, direction = (name, "a2b") if name in PAIRS else (f"{other}2{one}", "b2a")
        translator = Translator(load_generator(path or name, direction), "float32")
        least = 2 * _halo(translator) + max(SHIFTS) + 1
        if min(size) < least:
            raise SystemExit(
                f"--size must be at least {least}x{least}: {item} looks {_halo(translator)} pixels "
                f"far, and shifted views are compared within; received {size[0]}x{size[1]}."
            )
        case = _Case(arguments, size, item, pair, direction, translator)
        print(f"\n{item}")
        print(f"{'':14}{'warp fg':>9}{'all':>7}{'excess fg':>11}{'all':>6}{'ratio':>7}{'tOF':>7}")
        for place in arguments.paths.split(","):
            _measure_path(case, place)
        _measure_shifts(case)
        if arguments.kid_worlds:
            _measure_kid(case)


class _Case(NamedTuple):
    """A generator to measure, and where."""

    arguments: argparse.Namespace
    size: tuple[int, int]
    item: str
    pair: str
    direction: str
    translator: Translator

    def real(self, frame):
        return frame.image_a if self.direction == "a2b" else frame.image_b

    def true(self, frame):
        return frame.image_b if self.direction == "a2b" else frame.image_a

    def report(self, **line):
        report(self.arguments, {"generator": self.item, **line})


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


def _frame(pixels, offset):
    return Frame(pixels, Fraction(0), Fraction(1), offset)  # times don't matter here


def _measure_path(case, path):
    frames = clip(case.arguments, case.size, case.pair, path)
    trues = [case.true(f) for f in frames]
    true, base = _warping(trues, frames), None
    for stabilize in STABILIZE:
        inputs = [_frame(case.real(f), f.offset) for f in frames]
        fakes = [f.pixels for f in translate_video(inputs, case.translator, stabilize=stabilize)]
        warp = _warping(fakes, frames)
        base = warp - true if base is None else base
        share = (warp - true) / base
        ratio = warping_ratio(fakes, trues, [f.flow for f in frames]).value
        tof = flow_difference(fakes, trues)
        print(
            f"{path:7}{stabilize:7}{warp[0]:9.2f}{warp[1]:7.2f}{share[0]:11.1%}{share[1]:6.0%}"
            f"{ratio:7.2f}{tof:7.3f}"
        )
        figures = {"warp": warp, "true": true, "excess_share": share, "ratio": ratio, "tof": tof}
        figures = {n: np.round(v, 4).tolist() for n, v in figures.items() if not np.isnan(v).any()}
        case.report(path=path, stabilize=stabilize, frames=len(frames), **figures)


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


def _halo(translator):
    """How far from a border its padding shows, in pixels."""
    return 8 * sum("add" in layer.name for layer in translator.generator.layers) + 24


def _measure_shifts(case):
    size, translator = case.size, case.translator
    options = {"seed": case.arguments.seed, "scale": case.arguments.scale, "num_frames": 1}
    wide = case.real(next(scroll(case.pair, size=(size[0] + 8, size[1] + 8), **options)))
    views = [wide[: size[0], s : s + size[1]] for s in (0, *SHIFTS)]
    views += [wide[s : s + size[0], : size[1]] for s in SHIFTS]
    offsets = [(0, 0), *((s, 0) for s in SHIFTS), *((0, s) for s in SHIFTS)]
    network, exact = FrameNetwork(translator), FrameNetwork(translator, exact=True)
    for one in (network, exact):
        one.use(translator.record(wide))
    halo = _halo(translator)
    ways = {
        "off": [translator(view) for view in views],
        "stats": network(views, [None] * len(views)),
        "full": network(views, offsets),
        "exact": exact(views, offsets),
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
        case.report(stabilize=stabilize, shift_mean=round(np.mean(means), 4), shift_max=most)


def _measure_kid(case):
    size, number = case.size, case.arguments.kid_worlds
    clips, trues = [], []
    for seed in range(100, 100 + 2 * number):  # one drawing each, seen 81 pixels further each time
        options = {"seed": seed, "scale": case.arguments.scale, "num_frames": 1}
        wide = next(scroll(case.pair, size=(size[0], size[1] + 5 * 81), **options))
        if seed < 100 + number:
            views = [(81 * i, case.real(wide)[:, 81 * i : 81 * i + size[1]]) for i in range(6)]
            clips.append([_frame(view, (x, 0)) for x, view in views])
        else:
            trues.append(case.true(wide))
    kid = PatchKID(trues)
    ways = {"input": clips}
    for stabilize in STABILIZE:
        ways[stabilize] = [translate_video(c, case.translator, stabilize=stabilize) for c in clips]
    for stabilize, videos in ways.items():
        # Side by side, since all of a clip is one map to the measure.
        joined = [np.concatenate([f.pixels for f in video], axis=1) for video in videos]
        found = 1000 * np.array(kid.estimate(joined))
        print(f"KID    {stabilize:7}{found[0]:9.2f} ({found[1]:.2f} to {found[2]:.2f})")
        case.report(stabilize=stabilize, kid=np.round(found, 2).tolist(), worlds=number)


if __name__ == "__main__":
    main()
