"""Files that a stranger could send: each would run code, read a file or fill the memory.

`DESCRIPTIONS`, `MEMBERS` and `WEIGHTS` make them by name. No test here.
"""

import base64
import io
import json
import marshal
import pickle
import zipfile

import h5py
import numpy as np

INPUT = {"batch_shape": [None, None, None, 3], "dtype": "float32", "name": "image"}
ARCHIVE = "keras_model"


def described(module, name, config=None, registered=None, **rest):
    given = {"module": module, "class_name": name, "config": config or {}}
    return {**given, "registered_name": registered, **rest}


def sequential(*layers):
    first = described("keras.layers", "InputLayer", INPUT)
    return described("keras", "Sequential", {"name": "s", "layers": [first, *layers]})


def function(module, name):
    return described(module, "function", name, registered=name)


def layer(name, **config):
    return described("keras.layers", name, {"name": "x", "dtype": "float32", **config})


def h5_bytes(fill=None):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        (fill or (lambda file: None))(file)
    return buffer.getvalue()


def write(path, description=None, weights=None, members=()):
    """Writes a `.keras` file; `members` are further ones, or take the place of the usual."""
    given = dict(members)
    usual = {
        "metadata.json": json.dumps({"keras_version": "3.15.1", "date_saved": "2026-01-01"}),
        "config.json": json.dumps(description or sequential()),
        "model.weights.h5": weights or h5_bytes(),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**usual, **given}.items():
            archive.writestr(name, data)
    return path


class _Touch:
    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return open, (str(self.marker), "w")


def _bytecode(marker):
    code = compile(f"lambda x: open({str(marker)!r}, 'w') and x", "x", "eval").co_consts[0]
    text = base64.b64encode(marshal.dumps(code)).decode()
    value = {"code": text, "defaults": None, "closure": None}
    return {"class_name": "__lambda__", "config": {"value": value, **value}}


def _descriptions(marker):
    touch = ["touch", str(marker)]
    popen = described("subprocess", "Popen", {"args": touch})
    bad_lambda = layer("Lambda", function=_bytecode(marker))
    convolution = {"filters": 1, "kernel_size": [1, 1]}
    return {
        "lambda": sequential(bad_lambda),
        "lambda of os.system": sequential(layer("Lambda", function=function("os", "system"))),
        "lambda inside of a wrapper": sequential(layer("TimeDistributed", layer=bad_lambda)),
        "lambda of another home": sequential(
            described("keras.src.layers.core.lambda_layer", "Lambda", bad_lambda["config"])
        ),
        "lambda without a home": sequential({**bad_lambda, "module": None}),
        "bare bytecode": sequential(layer("Activation", activation=_bytecode(marker))),
        "TFSMLayer": sequential(layer("TFSMLayer", filepath=str(marker), call_endpoint="serve")),
        "registered as of keras": sequential(
            described("keras", "TFSMLayer", {"filepath": "x"}, registered="keras>TFSMLayer")
        ),
        "pickle of torch": sequential(
            layer(
                "TorchModuleWrapper",
                module=base64.b64encode(pickle.dumps(_Touch(marker))).decode("ascii"),
            )
        ),
        "process": sequential(popen),
        "process as a model": popen,
        "process as an initializer": sequential(
            layer("Conv2D", **convolution, kernel_initializer=popen)
        ),
        "process in the compile_config": {**sequential(), "compile_config": {"optimizer": popen}},
        "process in the build_config": {**sequential(), "build_config": {"input_shape": popen}},
        "process in a list of lists": sequential(layer("Conv2D", filters=[[[popen]]])),
        "eval": sequential(layer("Activation", activation=function("builtins", "eval"))),
        "os.system": sequential(layer("Activation", activation=function("os", "system"))),
        "class as a function": sequential(described("os", "system", {"command": "true"})),
        "get_file": sequential(layer("Activation", activation=function("keras.utils", "get_file"))),
        "get_file as a class": sequential(described("keras.utils", "get_file", {"fname": "x"})),
        "unsafe deserialization": sequential(
            layer(
                "Activation",
                activation=function("keras.config", "enable_unsafe_deserialization"),
            )
        ),
        "load_model": sequential(
            described("keras.models", "load_model", {"filepath": str(marker)})
        ),
        "activations.get": sequential(
            layer("Activation", activation=function("keras.activations", "deserialize"))
        ),
        "module that isn't imported": sequential(described("antigravity", "Layer")),
        "words of a file": sequential(layer("StringLookup", vocabulary="/etc/passwd")),
        "numbers of a file": sequential(layer("IntegerLookup", vocabulary="/etc/passwd")),
        "text of a file": sequential(layer("TextVectorization", vocabulary="/etc/passwd")),
        "type of tensorflow": sequential(
            {**described("os", "__typespec__", []), "spec_name": "system"}
        ),
        "array of 8 TB": sequential(
            {"class_name": "__numpy__", "config": {"value": ["a"], "dtype": "S8000000000000"}}
        ),
        "name that is no text": sequential({"class_name": ["Lambda"], "config": {}}),
        "list": [1, 2],
    }


def _external_storage(file):
    file.create_dataset("0", (9,), "u1", external=[("/etc/passwd", 0, 9)])


def _virtual(file):
    layout = h5py.VirtualLayout((9,), "u1")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (9,))
    file.create_virtual_dataset("0", layout)


def _circle(file):
    file.create_group("layers")["layers"] = file["/"]


WEIGHTS = {
    "8 TB": lambda file: file.create_dataset("0", (2 * 10**12,), "f4"),
    "compressed": lambda file: file.create_dataset("0", data=np.zeros(10**6), compression="gzip"),
    "one array a thousand times": lambda file: [
        file.__setitem__(str(i), file.require_dataset("0", data=np.ones(99), shape=99, dtype="f8"))
        for i in range(1, 1000)
    ],
    "external link": lambda file: file.__setitem__("0", h5py.ExternalLink("/etc/passwd", "x")),
    "soft link": lambda file: file.__setitem__("0", h5py.SoftLink("/elsewhere")),
    "external storage": _external_storage,
    "virtual": _virtual,
    "circle": _circle,
    "text": lambda file: file.__setitem__("0", ["a", "b"]),
    "type": lambda file: file.__setitem__("0", np.dtype("f4")),
}
DESCRIPTIONS = sorted(_descriptions("")) + ["deep", "not finite", "no JSON"]
TEXTS = {"deep": '{"a":' * 100_000, "not finite": '{"a": NaN}', "no JSON": "\x00"}
MEMBERS = {
    "path": {"../x": b"1"},
    "absolute path": {"/tmp/x": b"1"},
    "assets": {"assets/x": b"1"},
    "weights as pickle": {"model.weights.npz": pickle.dumps(_Touch("x"))},
    "weights of text": {"model.weights.h5": b"no HDF5"},
    "large config": {"config.json": b" " * (8 * 2**20 + 1)},
    "large metadata": {"metadata.json": b" " * 2**17},
    "large preparation": {"preparation.json": b" " * 2**17},
}


def write_description(path, name, marker):
    if name in TEXTS:
        return write(path, members={"config.json": TEXTS[name]})
    return write(path, _descriptions(marker)[name])
