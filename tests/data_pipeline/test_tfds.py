"""Where TensorFlow Datasets can't be used, one line says why; in its place stands a module."""

import re
import sys

import pytest

from data_pipeline.errors import DataError
from data_pipeline.listing import list_domains

# As its own `__init__.py` does: an error is logged, and an empty module is left.
INIT = """
from absl import logging
try:
    from tensorflow_datasets import core
except Exception as exception:
    logging.exception(exception)
"""
PROTOBUF = (
    "Detected incompatible Protobuf Gencode/Runtime versions when loading x.proto:\\n "
    "gencode 6.31.1 runtime 5.29.6."
)


@pytest.mark.parametrize(
    ("core", "text"),
    [
        (
            f"raise RuntimeError({PROTOBUF!r})".replace("\\\\n", "\\n"),
            "tfds:cycle_gan/x: tensorflow-datasets is installed but can't be loaded: Detected "
            "incompatible Protobuf Gencode/Runtime versions when loading x.proto: gencode 6.31.1 "
            'runtime 5.29.6. Try: pip install "tensorflow-metadata<1.18", and start Python anew.',
        ),
        (
            "raise ImportError('pyarrow requires NumPy 2.0 or newer')",
            "tfds:cycle_gan/x: tensorflow-datasets is installed but can't be loaded: pyarrow "
            'requires NumPy 2.0 or newer. Try: pip install --upgrade "tensorflow-datasets", and '
            "start Python anew.",
        ),
        (
            "import promise_is_missing",
            "tfds:cycle_gan/x: needs `pip install tensorflow-datasets` (No module named "
            "'promise_is_missing').",
        ),
    ],
    ids=("protobuf", "numpy", "missing"),
)
def test_a_package_that_does_not_fit_is_named_in_one_line(
    core, text, tmp_path, monkeypatch, caplog
):
    for name in [name for name in sys.modules if name.startswith("tensorflow_datasets")]:
        monkeypatch.delitem(sys.modules, name)
    (tmp_path / "tensorflow_datasets" / "core").mkdir(parents=True)
    (tmp_path / "tensorflow_datasets" / "__init__.py").write_text(INIT)
    (tmp_path / "tensorflow_datasets" / "core" / "__init__.py").write_text(core)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(DataError, match=f"^{re.escape(text)}$"):
        list_domains("tfds:cycle_gan/x")
    assert not caplog.records
    for name in [name for name in sys.modules if name.startswith("tensorflow_datasets")]:
        del sys.modules[name]  # those of this test
