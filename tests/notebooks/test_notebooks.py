"""The notebooks run from top to bottom at small settings, and stay thin.

In this process, so that TensorFlow is loaded once for all. What the cells call is tested beside the
modules themselves.
"""

import ast
import shutil
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import select_figure_formats
from IPython.utils.capture import capture_output

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
by_name = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path):
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


def test_there_are_six_in_an_order():
    assert [path.stem[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05", "06"]


@by_name
def test_notebook_is_thin_and_clean(path):
    cells = code_cells(path)
    assert len(cells) <= 15
    for cell in cells:
        assert not cell.outputs and cell.execution_count is None
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.ClassDef)
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 5


@by_name
def test_first_cell_says_what_it_takes_and_opens_in_colab(path):
    text = nbformat.read(path, as_version=4).cells[0].source
    assert text.startswith("# ") and f"/notebooks/{path.name})" in text
    assert "**What you get:**" in text and "**Hardware and time:**" in text


@pytest.fixture(scope="module")
def shell():
    shell = InteractiveShell.instance()
    select_figure_formats(shell, {"png"})  # as a kernel does
    return shell


@pytest.fixture(scope="module")
def run_notebook(shell, tmp_path_factory):
    """`run_notebook(path)` returns the folder it ran in, and the kinds of all outputs."""

    def run(path, runs=None):
        folder = tmp_path_factory.mktemp(path.stem)
        if runs:
            shutil.copytree(runs, folder / "runs")
        shell.reset(new_session=False)
        kinds = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CYCLEGAN_TF_NOTEBOOK_PRESET", "tiny")
            patch.setenv("CYCLEGAN_TF_NOTEBOOK_SCALE", "0.15")
            patch.setenv("CYCLEGAN_TF_NOTEBOOK_GENERATOR", "meadow2forest_small")
            patch.setenv("KERAS_BACKEND", "tensorflow")  # of this process
            patch.chdir(folder)
            matplotlib.use("Agg")
            for cell in code_cells(path):
                with capture_output() as captured:
                    result = shell.run_cell(cell.source)
                result.raise_error()
                kinds += [kind for output in captured.outputs for kind in output.data]
                if result.result is not None:
                    kinds += shell.display_formatter.format(result.result)[0]
                kinds += ["image/png"] * len(plt.get_fignums())  # a kernel shows and closes them
                plt.close("all")
        return folder, kinds

    return run


@pytest.fixture(scope="module")
def trained(run_notebook):
    return run_notebook(notebook(2))


def notebook(number):
    return NOTEBOOKS[number - 1]


def test_training(trained):
    folder, kinds = trained
    # Data, live losses, the newest preview, history, two translations, the animation.
    assert kinds.count("image/png") >= 7
    run = folder / "runs/tiny_meadow2forest"
    assert (run / "generator_ab.keras").exists() and (run / "generator_ba.keras").exists()
    assert (folder / "runs/tiny_meadow2forest_results.zip").exists()


def test_quickstart_goes_on_with_a_run(trained, run_notebook, tmp_path):
    shutil.copytree(trained[0] / "runs/tiny_meadow2forest", tmp_path / "runs/tiny")
    _, kinds = run_notebook(notebook(1), tmp_path / "runs")
    assert kinds.count("image/png") == 3  # two pretrained, its own


def test_maps_and_video(run_notebook):
    folder, kinds = run_notebook(notebook(3))
    assert kinds.count("image/png") == 3 and "text/html" in kinds  # a map, two animations; slider
    assert (folder / "out/walk.gif").exists()


def test_evaluating(run_notebook):
    _, kinds = run_notebook(notebook(4))
    assert kinds.count("image/png") == 3


def test_worlds(run_notebook):
    folder, kinds = run_notebook(notebook(5))
    assert kinds.count("image/png") == 8
    assert (folder / "candy2clocktown/labels").is_dir()


def test_devices_go_on_with_a_run(trained, run_notebook, tmp_path):
    shutil.copytree(trained[0] / "runs/tiny_meadow2forest", tmp_path / "runs/tiny_on_1")
    _, kinds = run_notebook(notebook(6), tmp_path / "runs")
    assert "image/png" in kinds
