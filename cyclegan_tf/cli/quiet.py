"""`keep_tensorflow_quiet`: what TensorFlow's C++ code notes while it is imported isn't shown."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

# Notes and warnings, which TF_CPP_MIN_LOG_LEVEL=2 leaves out once that level counts; and errors
# that mean nothing: TensorFlow brings the plugins of a GPU twice.
_NOTES = (
    rb"[IW]\d{4} \d|WARNING: All log messages before absl|To enable the following instructions"
    rb"|.*Unable to register cu\w+ factory"
)
# In a process of its own: what TensorFlow says before it aborts still comes through.
_PASS_ON = f"""
import re, sys
for line in sys.stdin.buffer:
    if not re.match({_NOTES!r}, line):
        sys.stderr.buffer.write(line)
        sys.stderr.buffer.flush()
"""


def keep_tensorflow_quiet() -> None:
    """Lets the import of TensorFlow, once it comes, write nothing but what matters.

    From 2.20 on, TensorFlow logs while it is loaded, before its own log level counts. Lines that
    are no such notes are passed on. Whoever sets `TF_CPP_MIN_LOG_LEVEL` to 0 or 1 sees them all.
    """
    level = os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    waits = any(isinstance(finder, _TensorFlow) for finder in sys.meta_path)
    if level not in ("0", "1") and "tensorflow" not in sys.modules and not waits:
        sys.meta_path.insert(0, _TensorFlow())


class _TensorFlow(MetaPathFinder):
    """Finds `tensorflow` as usual, once, and has it loaded quietly."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module
            spec.loader.exec_module = lambda module: _quietly(lambda: load(module))  # type: ignore[method-assign]
        return spec


def _quietly(load: Callable[[], None]) -> None:
    try:
        reader = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _PASS_ON],
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C isn't meant for it
        )
    except OSError:  # no more processes
        return load()
    assert reader.stdin is not None
    try:
        stderr = os.dup(2)
    except OSError:  # there is none, so nobody sees the notes
        reader.stdin.close()
        return load()
    os.dup2(reader.stdin.fileno(), 2)
    reader.stdin.close()
    try:
        load()
    finally:
        if sys.stderr is not None:
            sys.stderr.flush()
        os.dup2(stderr, 2)
        os.close(stderr)
        with suppress(subprocess.TimeoutExpired):  # another process holds the pipe
            reader.wait(timeout=5)
