"""Does a translation hold still? Shifted inputs, frames along exact optical flow, and flow itself.

Not here: where the frames come from (`data_pipeline.worlds.scroll`) or how they are translated.
"""

import numpy as np

from cyclegan_tf.metrics.bootstrap import Estimate, percentile_interval, resampled_counts
from cyclegan_tf.metrics.paired import paired_l1

SHIFTS = (1, 2, 3, 4, 16, 64)  # the generators work in steps of 4 pixels: 1 to 3 hurt most


def shift_error(translate, image, shift: int, *, margin: int = 16) -> float:
    """How much a translation changes when the view moves sideways (cf. Zhang 2019).

    Args:
        translate: Function from uint8 `(h, w, 3)` to the same.
        image: uint8 `(h, w, 3)`.
        shift: By how many pixels the view moves.
        margin: Pixels at each side that are not compared: there, the two views see other edges.

    Returns:
        Mean absolute difference where both views overlap, in gray levels; 0 for a translation that
        moves along. NaN where the image is too narrow.
    """
    width = (image.shape[1] - shift) // 4 * 4  # so that neither view is padded
    if width < shift + 2 * margin + 8:
        return np.nan
    first, second = translate(image[:, :width]), translate(image[:, shift : shift + width])
    overlap = slice(margin + shift, width - margin), slice(margin, width - margin - shift)
    return paired_l1(first[:, overlap[0]], second[:, overlap[1]])


def warping_error(now, following, flow, occlusion=None) -> float:
    """Mean absolute difference between a frame and the next one warped back along the flow.

    Source: Lai et al. 2018, with exact instead of estimated flow.

    Args:
        now: uint8 `(h, w, 3)`, a frame.
        following: The next one.
        flow: float `(h, w, 2)`, motion (x, y) in whole pixels from `now` to `following`.
        occlusion: bool `(h, w)`, pixels to leave out. Default: only those that leave the view.

    Returns:
        0 (steady) to 255; NaN where no pixel is left.
    """
    rows, columns = np.indices(now.shape[:2])
    motion = np.rint(flow).astype(int)
    x, y = columns + motion[..., 0], rows + motion[..., 1]
    valid = (x >= 0) & (y >= 0) & (x < now.shape[1]) & (y < now.shape[0])
    if occlusion is not None:
        valid &= ~occlusion
    if not valid.any():
        return np.nan
    return paired_l1(following[y[valid], x[valid]], now[valid])


def warping_ratio(fakes, trues, flows, *, seed: int = 0) -> Estimate:
    """Unrest of a translated video as a multiple of that of the true target video.

    Over all pixels that stay in view: where nothing is hidden or uncovered, the true video of a
    world follows its flow exactly, so only pixels at the rims of its layers give it an error.

    Args:
        fakes: Sequence of uint8 `(h, w, 3)`, the translated frames.
        trues: The true frames of the target world, as many.
        flows: Sequence of float `(h, w, 2)`, from each frame to the next; the last isn't used.
        seed: Of the interval.

    Returns:
        The `Estimate`, its interval by resampling pairs of frames. 1: as steady as the true video;
        more: it flickers. NaN where the true video has no error.
    """
    fake, true = (
        np.array([warping_error(*f) for f in zip(v, v[1:], flows, strict=False)])
        for v in (fakes, trues)
    )
    there = ~np.isnan(fake)  # pairs of frames with a pixel in common
    fake, true = fake[there], true[there]
    if not true.sum() > 0:
        return Estimate(np.nan)
    draws = resampled_counts(len(true), 1000, seed)
    with np.errstate(invalid="ignore", divide="ignore"):  # draws without any error of the true one
        samples = draws @ fake / (draws @ true)
    samples[~np.isfinite(samples)] = np.nan
    return Estimate(float(fake.sum() / true.sum()), *percentile_interval(samples))


def flow_difference(fakes, trues) -> float:
    """tOF: does what moves in a translated video move as in the true one? (Chu et al. 2020).

    With Lucas and Kanade's optical flow, so that no network has to be fetched.

    Args:
        fakes: Sequence of uint8 `(h, w, 3)`, the translated frames.
        trues: The true frames of the target world, as many.

    Returns:
        Mean absolute difference of the two optical flows, in pixels; 0 for equal motion.
    """
    fake, true = ([optical_flow(*f) for f in zip(v, v[1:], strict=False)] for v in (fakes, trues))
    return float(np.mean(np.abs(np.subtract(fake, true))))


def optical_flow(now, following, *, levels: int = 3, rounds: int = 3, radius: int = 4):
    """Estimates what moved where between two frames (Lucas & Kanade 1981, from coarse to fine).

    Args:
        now: uint8 `(h, w, 3)`, a frame.
        following: The next one, of the same size.
        levels: Sizes to look at, each half of the one before.
        rounds: Refinements at each.
        radius: Of the square that moves as one, in pixels.

    Returns:
        float `(h, w, 2)`, motion (x, y) in pixels; about 0 where there is nothing to see.
    """
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
