"""Measures of translated maps, as functions of uint8 images. What each one says: docs/metrics.md.

Running all of them on a run folder is `cyclegan_tf.evaluation`'s job. Names are loaded when used.
"""

import importlib

_HOMES = {
    "Estimate": "bootstrap",
    "mean_over_maps": "bootstrap",
    "RandomFeatures": "features",
    "PatchKID": "kid",
    "paired_l1": "paired",
    "ciede2000": "paired",
    "ssim": "paired",
    "class_l1": "paired",
}
__all__ = list(_HOMES)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__():
    return __all__
