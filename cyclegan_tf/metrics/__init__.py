"""Measures of translated maps, as functions of uint8 images; docs/metrics.md says how to read them.

`cyclegan_tf.evaluation` takes all of them of a run. Each name is loaded when first used.
"""

import importlib
from typing import Any

_HOMES = {
    "Estimate": "bootstrap",
    "mean_over_maps": "bootstrap",
    "CycleErrors": "cycle",
    "cycle_errors": "cycle",
    "through_jpeg": "cycle",
    "discriminator_gap": "discriminators",
    "colour_distance": "distributions",
    "colour_estimates": "distributions",
    "sliced_wasserstein": "distributions",
    "sliced_wasserstein_estimates": "distributions",
    "RandomFeatures": "features",
    "checkerboard": "grid",
    "FeaturesError": "inception",
    "InceptionFeatures": "inception",
    "deep_kid": "inception",
    "frechet_distance": "inception",
    "frechet_estimate": "inception",
    "PatchKID": "kid",
    "ciede2000": "paired",
    "class_l1": "paired",
    "paired_l1": "paired",
    "ssim": "paired",
    "Segmenter": "segmentation",
    "accuracy_and_iou": "segmentation",
    "confusion": "segmentation",
    "train_segmenter": "segmentation",
    "deep_change": "structure",
    "edge_f1": "structure",
    "edges_gone": "structure",
    "gmsd": "structure",
    "luminance_correlation": "structure",
    "flow_difference": "temporal",
    "optical_flow": "temporal",
    "shift_error": "temporal",
    "warping_error": "temporal",
    "warping_ratio": "temporal",
    "TwoSampleTest": "two_sample",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
