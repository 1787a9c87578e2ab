"""`open_runner`: an exported generator as a function, run by the program that it is for."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

Runner = Callable[[np.ndarray], np.ndarray]  # float32 (batch, h, w, 3) in [-1, 1] to the same


def open_runner(path: Path, format: str) -> Runner:
    """Opens a file that `export` wrote.

    Args:
        path: Path of the file or folder.
        format: `"onnx"`, `"litert"` or `"saved_model"`.

    Returns:
        A function from a batch, float32 `(batch, h, w, 3)` in [-1, 1], to its translation.
    """
    return {"onnx": _onnx, "litert": _litert, "saved_model": _saved_model}[format](path)


def _onnx(path: Path) -> Runner:
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda batch: session.run(None, {name: batch})[0]


def _litert(path: Path) -> Runner:
    import tensorflow as tf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that this class moves to the package ai_edge_litert
        interpreter = tf.lite.Interpreter(str(path))
    source = interpreter.get_input_details()[0]["index"]
    target = interpreter.get_output_details()[0]["index"]

    def run(batch: np.ndarray) -> np.ndarray:
        interpreter.resize_tensor_input(source, batch.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(source, batch)
        interpreter.invoke()
        return interpreter.get_tensor(target)

    return run


def _saved_model(path: Path) -> Runner:
    import tensorflow as tf

    loaded = tf.saved_model.load(str(path))
    return lambda batch: loaded.serve(batch).numpy()
