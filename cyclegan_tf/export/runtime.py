"""ONNX Runtime Web, which computes in browsers: from its address, or put into a page."""

import base64
import gzip
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cyclegan_tf.errors import FileError

VERSION = "1.30.0"  # of the npm package onnxruntime-web
ADDRESS = f"https://cdn.jsdelivr.net/npm/onnxruntime-web@{VERSION}/dist/"
# What a browser has to receive, byte for byte; both are of that package.
FILES = {
    "script": (
        "ort.webgpu.bundle.min.mjs",
        "sha384-1ntMeyj+z5diX6vBR5h+zlJBPc4iNvhCxE6nlammh8daBYcLBZkzrwDkuJjhwI+f",
    ),
    "wasm": (
        "ort-wasm-simd-threaded.asyncify.wasm",
        "sha384-EPVDLTxuO663dkZO/pcKJF6vOyyfq/5z9FY1oksN0UWFX2ABH4wDDZQHeNoUleWR",
    ),
}


@dataclass(frozen=True)
class Runtime:
    """Where a page gets ONNX Runtime Web from.

    Args:
        settings: What the script of the page is told: addresses with hashes, or ids of parts.
        parts: Parts of the page by id, compressed files as base64; none if it comes from `ADDRESS`.
    """

    settings: dict[str, dict[str, str]]
    parts: dict[str, str]


def from_address() -> Runtime:
    """Returns the runtime that a browser loads from jsDelivr; it refuses any other bytes."""
    settings = {
        key: {"url": ADDRESS + name, "integrity": integrity}
        for key, (name, integrity) in FILES.items()
    }
    return Runtime(settings, {})


def from_folder(folder: str | os.PathLike) -> Runtime:
    """Reads the runtime for a page that needs no network.

    Args:
        folder: Path of `node_modules/onnxruntime-web` after `npm install`, or of its `dist`.

    Raises:
        FileError: A file is missing, or it is of another version.
    """
    settings, parts = {}, {}
    for key, (name, integrity) in FILES.items():
        found = (Path(folder) / "dist" / name, Path(folder) / name)
        path = next((path for path in found if path.is_file()), None)
        how = f"npm install onnxruntime-web@{VERSION}, then give node_modules/onnxruntime-web."
        if path is None:
            raise FileError(f"{folder} has no {name}: {how}")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise FileError(f"{path} cannot be read: {error}.") from error
        digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
        if f"sha384-{digest}" != integrity:
            raise FileError(f"{path} isn't that of version {VERSION}: {how}")
        parts[f"runtime-{key}"] = base64.b64encode(gzip.compress(content, mtime=0)).decode()
        settings[key] = {"id": f"runtime-{key}"}
    return Runtime(settings, parts)
