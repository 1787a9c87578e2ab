"""What of the input is kept, and how much was redrawn? Edges, gradients, light, deep features.

Things should be redrawn, not moved. A true pair doesn't score perfectly either: quote both scores.
"""

import numpy as np
from skimage.color import rgb2gray
from skimage.feature import canny
from skimage.filters import prewitt_h, prewitt_v
from skimage.morphology import dilation, footprint_rectangle
from skimage.transform import downscale_local_mean


def edge_f1(
    image: np.ndarray, output: np.ndarray, *, tolerance: int = 1, sigma: float = 1.0
) -> float:
    """How many edges of the input are edges of the output, and the other way round.

    The F-measure of boundary detection (Martin et al. 2004) on Canny's edges (1986). Thresholds are
    quantiles of each picture's own gradients: a paler style has as many edges as a vivid one.

    Args:
        image: uint8 `(h, w, 3)`, the input; or its edges, as `find_edges` returns them.
        output: The same of the output.
        tolerance: Pixels by which an edge may have moved.
        sigma: As in `find_edges`.

    Returns:
        0 (no edge in common) to 1 (all edges); 1 where neither picture has any.
    """
    edges = [find_edges(x, sigma) for x in (image, output)]
    counts = [e.sum() for e in edges]
    if not all(counts):
        return float(not any(counts))
    kept, invented = edges[0] & _near(edges[1], tolerance), edges[1] & _near(edges[0], tolerance)
    recall, precision = kept.sum() / counts[0], invented.sum() / counts[1]
    total = recall + precision
    return float(2 * recall * precision / total) if total else 0.0


def edges_gone(
    image: np.ndarray, output: np.ndarray, *, tolerance: int = 1, sigma: float = 1.0
) -> float:
    """How much was redrawn: the share of the input's edges that the output no longer has.

    A change of colours alone keeps the edges, so this tells a timid translation from a bold one. It
    doesn't say whether what came instead is any good: noise removes edges too.

    Args:
        image: As in `edge_f1`, as are all others.
        output: The output, likewise.
        tolerance: Pixels by which an edge may have moved.
        sigma: As in `find_edges`.

    Returns:
        0 (nothing was redrawn) to 1; NaN where the input has no edge.
    """
    before, after = (find_edges(x, sigma) for x in (image, output))
    if not before.any():
        return np.nan
    return float(1 - (before & _near(after, tolerance)).sum() / before.sum())


def find_edges(image: np.ndarray, sigma: float = 1.0) -> np.ndarray:
    """Finds Canny's edges, by thresholds that are quantiles of the picture's own gradients.

    Args:
        image: uint8 `(h, w, 3)`. Edges that were found before come back as they are.
        sigma: Standard deviation in pixels of the blur before edges are looked for.

    Returns:
        bool `(h, w)`.
    """
    if image.dtype == bool:
        return image
    if not np.ptp(image):
        return np.zeros(image.shape[:2], bool)
    return canny(luminance(image), sigma, 0.8, 0.9, use_quantiles=True)


def _near(edges: np.ndarray, tolerance: int) -> np.ndarray:
    return dilation(edges, footprint_rectangle((2 * tolerance + 1, 2 * tolerance + 1)))


def deep_change(image_features: np.ndarray, output_features: np.ndarray) -> np.ndarray:
    """How far outputs are from their inputs in the eyes of a network: mean cosine distance.

    Args:
        image_features: float `(maps, patches, d)`, such as `PatchKID.describe` gives of
            `InceptionFeatures`, of the inputs.
        output_features: The same of the outputs, at the same places.

    Returns:
        float64 `(maps,)`: 0 (nothing changed) to about 1.
    """
    x, y = (np.asarray(f, np.float64) for f in (image_features, output_features))
    lengths = np.linalg.norm(x, axis=-1) * np.linalg.norm(y, axis=-1)
    return (1 - (x * y).sum(axis=-1) / np.maximum(lengths, 1e-12)).mean(axis=-1)


def gmsd(image: np.ndarray, output: np.ndarray) -> float:
    """Gradient magnitude similarity deviation (Xue et al. 2014): how unevenly gradients differ.

    Args:
        image: uint8 `(h, w, 3)`.
        output: The same shape.

    Returns:
        0 (equal) to about 0.35 for unrelated pictures.
    """
    first, second = (_gradient(x) for x in (image, output))
    constant = 170.0  # the paper's, for gray levels in [0, 255]
    similarity = (2 * first * second + constant) / (first**2 + second**2 + constant)
    return float(similarity.std())


def _gradient(image: np.ndarray) -> np.ndarray:
    """Prewitt gradient magnitude of the image at half size, as in the paper."""
    gray = downscale_local_mean(luminance(image), (2, 2))
    return np.hypot(prewitt_h(gray), prewitt_v(gray))


def luminance_correlation(image: np.ndarray, output: np.ndarray) -> float:
    """Pearson correlation of the luminance of input and output.

    Below 0, light and dark have changed places: a GAN without identity loss often starts with
    inverted colours.

    Args:
        image: uint8 `(h, w, 3)`.
        output: The same shape.

    Returns:
        -1 to 1; NaN where one of them has the same luminance everywhere.
    """
    first, second = (luminance(x) - luminance(x).mean() for x in (image, output))
    size = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / size) if size > 1e-6 * first.size else np.nan


def luminance(image: np.ndarray) -> np.ndarray:
    """Luma of an sRGB picture (Rec. 709 weights): float64 `(h, w)` in [0, 255]."""
    return rgb2gray(np.asarray(image, np.float64))
