"""Does a translation hold still? Shifted inputs, frames along exact optical flow, and flow itself.

Frames with exact flow come from `data_pipeline.worlds.scroll`.
"""

from collections.abc import Callable, Sequence

import numpy as np
from skimage.color import rgb2gray
from skimage.registration import optical_flow_ilk

from cyclegan_tf.metrics.bootstrap import Estimate, percentile_interval, resampled_counts
from cyclegan_tf.metrics.paired import paired_l1

SHIFTS = (1, 2, 3, 4, 16, 64)  # the generators work in steps of 4 pixels: 1 to 3 hurt most


def shift_error(
    translate: Callable[[np.ndarray], np.ndarray],
    image: np.ndarray,
    shift: int,
    *,
    margin: int = 16,
    multiple: int = 4,
) -> float:
    """How much a translation changes when the view moves sideways (cf. Zhang 2019).

    Args:
        translate: Function from uint8 `(h, w, 3)` to the same.
        image: uint8 `(h, w, 3)`.
        shift: Number of pixels by which the view moves.
        margin: Pixels at each side that are not compared, because the edges of the two views differ
            there.
        multiple: What the generator pads sides to.

    Returns:
        Mean absolute difference where both views overlap, in gray levels; 0 for a translation that
        moves along. NaN where the image is too narrow.
    """
    width = (image.shape[1] - shift) // multiple * multiple  # so that neither view is padded
    if width < shift + 2 * margin + 8:
        return np.nan
    first, second = translate(image[:, :width]), translate(image[:, shift : shift + width])
    overlap = slice(margin + shift, width - margin), slice(margin, width - margin - shift)
    return paired_l1(first[:, overlap[0]], second[:, overlap[1]])


def warping_error(
    now: np.ndarray,
    following: np.ndarray,
    flow: np.ndarray,
    occlusion: np.ndarray | None = None,
) -> float:
    """Mean absolute difference between a frame and the next one warped back along the flow.

    Source: Lai et al. 2018, with exact instead of estimated flow.

    Args:
        now: uint8 `(h, w, 3)`, a frame.
        following: The next frame.
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


def warping_ratio(
    fakes: Sequence[np.ndarray],
    trues: Sequence[np.ndarray],
    flows: Sequence[np.ndarray],
    *,
    seed: int = 0,
) -> Estimate:
    """Warping error of a translated video, as a multiple of that of the true target video.

    All pixels that stay in view count. Where nothing is hidden or uncovered, the true video of a
    world follows its flow exactly, so only pixels at the rims of its layers give it an error.

    Args:
        fakes: uint8 `(h, w, 3)` each, the translated frames.
        trues: The same number of true frames of the target world.
        flows: float `(h, w, 2)` each, from a frame to the next; the last isn't used.
        seed: Seed of the bootstrap draws.

    Returns:
        The ratio, with an interval by resampling pairs of frames. 1: as steady as the true video;
        above 1: it flickers. NaN where the true video has no error.
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
    with np.errstate(invalid="ignore", divide="ignore"):  # draws in which the true video has none
        samples = draws @ fake / (draws @ true)
    samples[~np.isfinite(samples)] = np.nan
    return Estimate(float(fake.sum() / true.sum()), *percentile_interval(samples))


def flow_difference(fakes: Sequence[np.ndarray], trues: Sequence[np.ndarray]) -> float:
    """tOF: do things in a translated video move as in the true one? (Chu et al. 2020).

    With `optical_flow`, so that no network has to be downloaded.

    Args:
        fakes: uint8 `(h, w, 3)` each, the translated frames.
        trues: The same number of true frames of the target world.

    Returns:
        Mean absolute difference of the two optical flows, in pixels; 0 for equal motion.
    """
    fake, true = ([optical_flow(*f) for f in zip(v, v[1:], strict=False)] for v in (fakes, trues))
    return float(np.mean(np.abs(np.subtract(fake, true))))


def optical_flow(
    now: np.ndarray, following: np.ndarray, *, radius: int = 7, num_warp: int = 3
) -> np.ndarray:
    """Estimates what moved where between two frames: Lucas & Kanade's flow, iterated.

    Source: Le Besnerais & Champagnat 2005, as in scikit-image: from coarse to fine, without limits
    on the motion.

    Args:
        now: uint8 `(h, w, 3)`, a frame.
        following: The next frame, of the same size.
        radius: Radius in pixels of the square that is taken to move as one.
        num_warp: Refinements at each size. Three find motions of whole pixels; scikit-image's ten
            take three times as long and are no more accurate on camera paths through worlds.

    Returns:
        float32 `(h, w, 2)`, motion (x, y) in pixels; 0 where both frames are flat.

    Raises:
        ValueError: The frames differ in size.
    """
    y, x = optical_flow_ilk(rgb2gray(now), rgb2gray(following), radius=radius, num_warp=num_warp)
    return np.stack([x, y], axis=-1)
