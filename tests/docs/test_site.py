"""The site's settings and its pages for the API agree with the pages and the source that are there.

`make docs` builds it, with warnings as errors.
"""

import ast
import importlib.util
import re

import pytest
from doc_blocks import ROOT

import cyclegan_tf
import data_pipeline
from cyclegan_tf.config import field_names
from data_pipeline import worlds

SPEC = importlib.util.spec_from_file_location("conf", ROOT / "docs" / "conf.py")
conf = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(conf)
TEXTS = [path.read_text() for path in (ROOT / "docs" / "api").glob("*.rst")]
ENTRIES = re.findall(r"^\.\. autoapi(\w+):: ([\w.]+)$", "\n".join(TEXTS), re.MULTILINE)


def test_every_page_is_in_the_contents():
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    listed = {line for part in re.findall(r"```{toctree}(.*?)```", index, re.DOTALL)
              for line in part.split("\n")}  # fmt: skip
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
    assert pages <= listed, "add it to docs/index.md"


@pytest.mark.parametrize("package", [cyclegan_tf, data_pipeline, worlds], ids=lambda p: p.__name__)
def test_every_public_name_is_in_the_reference(package):
    shown = {name.rpartition(".")[2] for _, name in ENTRIES if name.startswith(package.__name__)}
    assert set(package.__all__) - {"__version__"} <= shown, "add it to docs/api/"


@pytest.mark.parametrize(("kind", "entry"), ENTRIES)
def test_every_entry_is_there(kind, entry):
    module, _, name = entry.rpartition(".")
    path = ROOT / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(getattr(target, "id", "") == name for target in targets):
                assert kind == "data"
                return
        elif getattr(node, "name", "") == name:
            is_function = isinstance(node, ast.FunctionDef)
            assert kind in (("function",) if is_function else ("class", "exception"))
            return
    pytest.fail(f"{module} has no {name}; docs/api/ names it")


def test_links_out_of_the_folder_lead_to_the_repository():
    text = "![a](../b.png) [c](d.md#e) [`f`](../README.md#g) [h](../tools)"
    assert conf.lead_outside(text) == (
        "![a](../b.png) [c](d.md#e) "
        f"[`f`]({conf.REPOSITORY}/blob/main/README.md#g) [h]({conf.REPOSITORY}/tree/main/tools)"
    )


def test_docstrings_are_made_restructured_text():
    lines = ["Two `Frame`s.", "", "    code()", "", "Args:", "    a: One of", "        - `x`;"]
    assert conf.as_restructured(lines) == [
        "Two ``Frame``\\ s.", "", "::", "", "    code()", "",
        "Args:", "    a: One of", "", "        - ``x``;",
    ]  # fmt: skip


def test_all_fields_of_a_config_are_shown():
    assert re.findall(r"\* - ``(\w+)``", conf.config_fields()) == list(field_names())
