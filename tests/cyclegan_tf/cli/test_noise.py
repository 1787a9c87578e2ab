"""What the commands write to the terminal: the product's lines, and none of TensorFlow's notes."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# Where the suite decides how TensorFlow computes, it decides what it says of that, too.
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("TF_")}
BAR = re.compile(r"[\w ]*: *\d+%\||.*\d+%\|.*\||.*\[\d\d:\d\d[<,].*\]$")
COMMANDS = """
import sys
from cyclegan_tf.cli.main import main
for command in sys.argv[1:]:
    print("-----", file=sys.stderr, flush=True)
    try:
        main(command.split())
    except SystemExit as exit:
        print("exit", exit.code, file=sys.stderr, flush=True)
"""


def run(*arguments, **environment):
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return done.returncode, done.stderr


def lines_of(text):
    """Without progress bars, which redraw a line."""
    parts = (part.strip() for part in re.split(r"[\r\n]", text))
    return [part for part in parts if part and not BAR.match(part)]


def test_commands_write_nothing_but_their_own_lines(two_folders, tmp_path):
    """In one process: a damaged generator is the first that needs TensorFlow."""
    (tmp_path / "damaged.keras").write_bytes(b"PK")
    picture, out = two_folders / "A" / "m0.png", tmp_path / "out"
    code, error = run(
        "-c",
        COMMANDS,
        f"translate {tmp_path / 'damaged.keras'} {picture} --out {out}",
        f"translate meadow2forest_small {picture} --out {out}",  # stored in float16
    )
    assert code == 0, error
    failed, translated = error.split("-----\n")[1:]
    line, ending = lines_of(failed)
    assert line.startswith(f"cyclegan-tf: {tmp_path / 'damaged.keras'} is not a generator")
    assert ending == "exit 2"
    assert lines_of(translated) == ["exit 0"]


NOTES = """\
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795750125.882715    7024 port.cc:153] oneDNN custom operations are on.
W0000 00:00:1795750125.882715    7024 computation_placer.cc:177] already registered
E0000 00:00:1795750125.882715    7024 cuda_dnn.cc:8310] Unable to register cuDNN factory
"""
ERROR = "F0000 00:00:1795750125.882715 7024 cpu_feature_guard.cc:97] AVX isn't there\n"


@pytest.mark.parametrize("ending, code", [("", 0), ("os.abort()", -signal.SIGABRT), ("1 / 0", 1)])
@pytest.mark.parametrize("level", ["", "0", "3"])
def test_only_notes_are_left_out(ending, code, level, tmp_path):
    """In place of TensorFlow stands a module that writes as its C++ code does."""
    text = NOTES + ERROR
    (tmp_path / "tensorflow.py").write_text(f"import os\nos.write(2, {text.encode()})\n{ending}\n")
    script = (
        "import os, sys; from cyclegan_tf.cli.quiet import keep_tensorflow_quiet\n"
        "keep_tensorflow_quiet(); import tensorflow; os.write(2, b'afterwards\\n')"
    )
    environment = {"TF_CPP_MIN_LOG_LEVEL": level} if level else {}
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    found, error = run("-c", script, **{**environment, "PYTHONPATH": path})
    assert found == code
    assert error.startswith(text if level == "0" else ERROR)
    assert ("ZeroDivisionError" in error) == (code == 1)
    assert error.endswith("afterwards\n") == (code == 0)


def test_notebooks_see_no_notes_either(tmp_path):
    """The first name of the package that needs TensorFlow loads it."""
    text = NOTES + ERROR
    (tmp_path / "tensorflow.py").write_text(f"import os\nos.write(2, {text.encode()})\n1 / 0\n")
    script = "from cyclegan_tf import Config, resnet_generator"
    code, error = run("-c", script, PYTHONPATH=os.pathsep.join((str(tmp_path), str(ROOT))))
    assert code == 1 and error.endswith("ZeroDivisionError: division by zero\n")
    assert error.startswith(ERROR)


def test_a_system_without_tensorflow_says_so(tmp_path):
    script = (
        "import sys; from cyclegan_tf.cli.quiet import keep_tensorflow_quiet\n"
        "keep_tensorflow_quiet(); sys.path.clear(); import tensorflow"
    )
    code, error = run("-c", script)
    assert code == 1
    assert error.splitlines()[-1] == "ModuleNotFoundError: No module named 'tensorflow'"
