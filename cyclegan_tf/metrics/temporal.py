"""Does a translation hold still? Shifted inputs, and frames along exact optical flow.

Not here: where the frames come from (`data_pipeline.worlds.scroll`) or how they are translated.
"""

import numpy as np

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


def warping_ratio(fakes, trues, flows) -> float:
    """Unrest of a translated video as a multiple of that of the true target video.

    Over all pixels that stay in view: where nothing is hidden or uncovered, the true video of a
    world follows its flow exactly, so only pixels at the rims of its layers give it an error.

    Args:
        fakes: Sequence of uint8 `(h, w, 3)`, the translated frames.
        trues: The true frames of the target world, as many.
        flows: Sequence of float `(h, w, 2)`, from each frame to the next; the last isn't used.

    Returns:
        1: as steady as the true video; more: it flickers. NaN where the true video has no error.
    """
    fake, true = (
        np.nanmean([warping_error(*f) for f in zip(v, v[1:], flows, strict=False)])
        for v in (fakes, trues)
    )
    return float(fake / true) if true > 0 else np.nan
