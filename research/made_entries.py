"""Pictures whose faults are known, to see how measures rank them: for metric_correlation.py."""

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.exposure import match_histograms


def made_entries(material, seed=0):
    """Makes translations of the inputs out of themselves and the truth.

    Args:
        material: A `Material` with pairs.
        seed: Seed of the noise.

    Returns:
        {name: uint8 maps}, in the order of the inputs.
    """
    random = np.random.default_rng(seed)
    inputs, trues = material.inputs, material.trues
    colours = np.concatenate([real.reshape(-1, 1, 3)[::7] for real in material.reals])
    found = {"input": list(inputs), "truth": list(trues)}
    found["input in true colours"] = [
        _uint8(match_histograms(image, colours, channel_axis=-1)) for image in inputs
    ]
    for share in (0.3, 0.6, 0.9):
        pairs = zip(inputs, trues, strict=True)
        found[f"truth {share} input"] = [_uint8(share * y + (1 - share) * x) for x, y in pairs]
    for strength in (5, 15, 40):
        found[f"truth noise {strength}"] = [
            _uint8(true + random.normal(0, strength, true.shape)) for true in trues
        ]
    for sigma in (1, 2, 4):
        found[f"truth blurred {sigma}"] = [
            _uint8(gaussian_filter(true.astype(float), (sigma, sigma, 0))) for true in trues
        ]
    for strength in (4, 10, 25):
        found[f"truth mesh {strength}"] = [_uint8(true + strength * _mesh(true)) for true in trues]
    for factor in (0.9, 0.7):
        found[f"truth darker {factor}"] = [_uint8(true * factor) for true in trues]
    return found


def _mesh(image):
    """A chessboard of 2-pixel fields, -1 and 1: `(h, w, 1)`."""
    rows, columns = (np.arange(n) // 2 % 2 for n in image.shape[:2])
    return (2.0 * (rows[:, None] ^ columns) - 1.0)[..., None]


def _uint8(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
