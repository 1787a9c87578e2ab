"""Unpaired translation between two worlds of images: CycleGAN in TensorFlow / Keras 3.

The names below are what most users need; measures are in `cyclegan_tf.metrics`. Each is loaded when
first used, so that importing the package (and `cyclegan-tf --help`) doesn't wait for TensorFlow.
"""

import importlib

from cyclegan_tf._version import __version__
from cyclegan_tf.cli.quiet import keep_tensorflow_quiet
from cyclegan_tf.hardware.backend import check_backend

_HOMES = {
    "Config": "config",
    "ConfigError": "errors",
    "PRESETS": "presets",
    "preset": "presets",
    "resnet_generator": "model.networks",
    "patch_discriminator": "model.networks",
    "CycleGAN": "model.cyclegan",
    "Objective": "model.objective",
    "OptionalLoss": "model.optional_loss",
    "InstanceNormalization": "model.layers",
    "train": "training.train",
    "upscale_run": "training.upscaling",
    "shrink_files": "translation.shrinking",
    "open_training_sources": "training.images",
    "check_images": "runs.checking",
    "RunError": "errors",
    "Translator": "translation.translator",
    "load_generator": "runs.loading",
    "publish": "runs.publishing",
    "evaluate": "evaluation.evaluate",
    "score_table": "evaluation.table",
    "verdict": "evaluation.verdict",
    "boldness_plot": "evaluation.boldness",
    "show_batch": "notebook",
    "show_translation": "notebook",
    "LiveView": "notebook",
    "animation": "notebook",
    "plot_history": "notebook",
    "set_up_notebook": "notebook",
    "slider": "notebook",
    "upload_pictures": "notebook",
    "open_video": "video.sources",
    "convert_video": "video.translate",
    "translate_video": "video.translate",
    "pan": "video.gif",
    "write_gif": "video.gif",
}
_WITHOUT_KERAS = ("config", "errors", "presets", "runs.checking")
__all__ = [*_HOMES, "__version__"]


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if _HOMES[name] not in _WITHOUT_KERAS:
        check_backend()  # in one line, before Keras gives many
        keep_tensorflow_quiet()
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__():
    return __all__
