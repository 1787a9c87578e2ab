"""Errors in one line, and moving pictures as PNG, in a real IPython shell."""

import io

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from cyclegan_tf.notebook import animation, set_up_notebook


@pytest.fixture
def shell(monkeypatch):
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    set_up_notebook()
    return shell


def test_says_what_computes(shell, capsys):
    set_up_notebook()
    assert capsys.readouterr().out.startswith("Computing on ")


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("from cyclegan_tf import preset; preset('dem')", "ConfigError: There is no preset 'dem'."),
        (
            "from data_pipeline import open_sources; open_sources('no_such_folder')",
            "DataError: no_such_folder",
        ),
    ],
)
def test_an_error_of_ours_is_one_line(shell, capsys, code, line):
    capsys.readouterr()
    result = shell.run_cell(code)
    out, error = capsys.readouterr()
    assert not result.success  # so "run all" stops
    assert error.startswith(line) and error.count("\n") == 1
    assert "Traceback" not in out + error


def test_other_errors_keep_their_traceback(shell, capsys):
    result = shell.run_cell("1 / 0")
    assert not result.success and "Traceback" in "".join(capsys.readouterr())


def test_an_animation_is_a_png_with_all_frames(tmp_path):
    frames = [Image.fromarray(np.full((4, 6, 3), 40 * i, np.uint8)) for i in range(1, 4)]
    file = tmp_path / "pan.gif"
    frames[0].save(file, save_all=True, append_images=frames[1:], duration=[50, 60, 70])
    shown = animation(file)
    data, _ = shown._repr_mimebundle_()
    assert list(data) == ["image/png"]
    with Image.open(io.BytesIO(shown.data)) as png:
        assert png.format == "PNG" and png.n_frames == 3
        assert np.asarray(png.convert("RGB"))[0, 0].tolist() == [40, 40, 40]
        png.seek(2)
        assert png.info["duration"] == 70
