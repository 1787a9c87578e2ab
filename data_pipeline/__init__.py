"""Where images come from, and the stream of training crops made of them.

The names below are loaded when first used: reading and examining folders needs no TensorFlow.
"""

import importlib

_HOME = {
    "DataError": "errors",
    "ImageStore": "store",
    "Source": "sources",
    "available_splits": "listing",
    "build_store": "store",
    "examine": "check.doctor",
    "crop_stream": "stream",
    "load_maps": "sources",
    "open_sources": "sources",
    "read_image": "decoding",
    "write_html": "check.contact_sheet",
}

__all__ = sorted(_HOME)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__():
    return __all__
