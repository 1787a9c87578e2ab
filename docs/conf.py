"""Settings of the site that `make docs` builds out of this folder, by Sphinx and MyST."""

import ast
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPOSITORY = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Repository"]

project = "cyclegan_tf"
copyright = "the authors of cyclegan_tf"
extensions = ["myst_parser", "sphinx.ext.napoleon", "autoapi.extension", "sphinx_copybutton"]
suppress_warnings = ["autoapi.python_import_resolution"]  # of what the build doesn't need

myst_heading_anchors = 4  # the anchors that GitHub gives headings

# The reference is read from the source, so the build imports neither the packages nor TensorFlow.
autoapi_dirs = ["../cyclegan_tf", "../data_pipeline"]
autoapi_ignore = [  # what no page shows, as reading a file takes time
    *("*/cli/*", "*/hardware/*", "*/strips/*", "*/themes/*/*"),
]
autoapi_generate_api_docs = False  # the pages in docs/api/ name what is shown
autoapi_options = []  # and which members
autoapi_keep_files = False
napoleon_numpy_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = "cyclegan_tf"
html_show_sphinx = False
html_static_path = ["static"]
html_css_files = ["site.css"]
html_theme_options = {
    "source_repository": REPOSITORY,
    "source_branch": "main",
    "source_directory": "docs/",
}


def lead_outside(text: str) -> str:
    """Turns links that leave this folder, as GitHub follows them, into links to the repository.

    Pictures stay: Sphinx copies them.
    """
    return re.sub(r"(?<!!)(\[[^\]]*\])\(\.\./([^)#]*)(#[^)]*)?\)", _to_repository, text)


def _to_repository(link: re.Match) -> str:
    words, path, anchor = link.groups()
    kind = "tree" if (ROOT / path).is_dir() else "blob"
    return f"{words}({REPOSITORY}/{kind}/main/{path}{anchor or ''})"


def as_restructured(lines: list[str]) -> list[str]:
    """Turns what the docstrings have of Markdown into what Sphinx reads.

    Names between single backticks, indented code after a paragraph, and lists without a blank line
    before them.
    """
    new: list[str] = []
    before = ""  # the last line that isn't blank
    for line in lines:
        indent = _indent(line)
        parted = not new or not new[-1]
        if parted and indent and before and not before.startswith(" ") and before[-1] != ":":
            new += ["::", ""]
        if line.lstrip().startswith("- ") and not parted and indent > _indent(before):
            new.append("")
        new.append(line)
        before = line or before
    return re.sub(r"(?<!`)`([^`]+)`(?!`)(\w?)", _literal, "\n".join(new)).split("\n")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _literal(name: re.Match) -> str:
    return f"``{name[1]}``" + (f"\\ {name[2]}" if name[2] else "")


def config_fields() -> str:
    """Returns the fields of `Config` as a table, with their defaults and their sentences."""
    tree = ast.parse((ROOT / "cyclegan_tf" / "config.py").read_text("utf-8"))
    (config,) = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Config")
    lines = [
        ".. list-table::",
        "   :header-rows: 1",
        "",
        "   * - Field",
        "     - Default",
        "     - Meaning",
    ]
    for field in config.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.value, ast.Call):
            default, sentence = (ast.literal_eval(value) for value in field.value.args[:2])
            cells = (f"``{field.target.id}``", f"``{default!r}``", sentence.replace("*", "\\*"))
            lines += [f"   {'* -' if i == 0 else '  -'} {cell}" for i, cell in enumerate(cells)]
    return "\n".join(lines)


def setup(app) -> None:
    """Connects both to Sphinx, the second before Napoleon's."""

    def change_page(_, name, source):
        source[0] = lead_outside(source[0]).replace(".. config-fields", config_fields())

    def change_docstring(_, what, name, thing, options, lines):
        lines[:] = as_restructured(lines)

    app.connect("source-read", change_page)
    app.connect("autodoc-process-docstring", change_docstring, priority=100)
