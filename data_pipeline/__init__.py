"""Where images come from, and the stream of training crops made of them.

The names below are loaded when first used: reading and examining folders needs no TensorFlow.
"""

import importlib

_HOME = {
    "DataError": "errors",
    "GroundTruth": "ground_truth",
    "ImageStore": "store",
    "LIMITS": "limits",
    "Picture": "decoding",
    "Report": "check.report",
    "Source": "sources",
    "available_splits": "listing",
    "build_store": "store",
    "crop_stream": "stream",
    "examine": "check.doctor",
    "find_ground_truth": "ground_truth",
    "find_images": "folders",
    "load_maps": "sources",
    "open_pairs": "pairs",
    "open_sources": "sources",
    "read_image": "decoding",
    "read_picture": "decoding",
    "write_html": "check.contact_sheet",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
