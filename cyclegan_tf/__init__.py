"""Unpaired translation between two worlds of images: CycleGAN in TensorFlow / Keras 3.

The names below are what most need; measures are in `cyclegan_tf.metrics`, videos in
`cyclegan_tf.video`, fixed statistics in `cyclegan_tf.locking`. Each is loaded when first used, so
that importing the package (and `cyclegan-tf --help`) doesn't wait for TensorFlow.
"""

import importlib

from cyclegan_tf._version import __version__

_HOMES = {
    "Config": "config",
    "ConfigError": "config",
    "PRESETS": "presets",
    "preset": "presets",
    "resnet_generator": "networks",
    "patch_discriminator": "networks",
    "CycleGAN": "cyclegan",
    "train": "training",
    "open_training_sources": "training_images",
    "RunError": "run_folder",
    "Translator": "translation",
    "evaluate": "evaluation",
    "show_translation": "gallery",
    "LiveView": "gallery",
}
__all__ = [*_HOMES, "__version__"]


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__():
    return __all__
