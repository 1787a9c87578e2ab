"""The notebooks run from top to bottom on the preset `tiny`, and stay thin.

What the cells call is tested beside the modules themselves.
"""

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def code_cells(path):
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


def test_there_is_a_notebook():
    assert [path.name for path in NOTEBOOKS] == ["train_your_own_worlds.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_thin_and_clean(path):
    cells = code_cells(path)
    assert len(cells) <= 15
    for cell in cells:
        assert not cell.outputs and cell.execution_count is None
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.ClassDef)
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 5


def test_training_notebook_runs_and_resumes(tmp_path, monkeypatch):
    (path,) = NOTEBOOKS
    run = tmp_path / "runs" / "tiny_meadow2forest"
    monkeypatch.setenv("CYCLEGAN_TF_NOTEBOOK_PRESET", "tiny")
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    produced = [
        output.data
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type in ("display_data", "execute_result")
    ]
    # Data, live losses, the newest preview, two translations: pictures; and the GIF.
    assert sum("image/png" in data for data in produced) >= 5
    assert sum("image/gif" in data for data in produced) == 1
    assert (run / "generator_ab.keras").exists() and (run / "generator_ba.keras").exists()
    assert (tmp_path / "runs" / "tiny_meadow2forest_results.zip").exists()

    # Run again after a disconnect: it goes on from the last checkpoint instead of starting over,
    # so the preview of the start is not drawn again.
    (run / "checkpoints" / "step_00000020.keras").unlink()
    before = {path.name: path.stat().st_mtime_ns for path in (run / "samples").iterdir()}
    again = nbformat.read(path, as_version=4)
    again.cells = [c for c in again.cells if c.cell_type == "code"][:7]
    NotebookClient(again, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    after = {path.name: path.stat().st_mtime_ns for path in (run / "samples").iterdir()}
    assert [name for name in sorted(after) if after[name] != before[name]] == ["step_00000020.png"]
    assert (run / "checkpoints" / "step_00000020.keras").exists()
