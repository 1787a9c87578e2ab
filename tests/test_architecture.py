"""The house rules that can be checked by reading the code, and faults that the checks must find."""

from pathlib import Path

import architecture
import pytest

ROOT = Path(__file__).resolve().parents[1]
# Highest first. A room imports only from lower lines: not from its own line, not from above.
ROOMS = [
    ["cyclegan_tf"],  # the package's own names, loaded when used
    ["__main__"],
    ["cli"],
    ["app", "demo", "gallery", "notebook"],
    ["evaluation", "export", "video"],
    ["importing", "training", "translation"],
    ["pages"],
    ["metrics", "runs"],
    ["model"],
    ["images", "files", "model_files", "presets"],
    ["config", "upscaler_recipe"],
    ["setting"],
    ["hardware"],
    ["directions", "errors", "_version"],
    ["data_pipeline"],
]


def read(*folders):
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}


@pytest.fixture(scope="module")
def packages():
    return read("cyclegan_tf", "data_pipeline")


def none(findings):
    return pytest.fail("\n".join(findings), pytrace=False) if findings else None


def test_no_circle_of_imports(packages):
    none(architecture.circles(packages))


def test_imports_go_down(packages):
    none(architecture.upward(packages, ROOMS))


def test_every_room_of_the_table_exists(packages):
    assert {architecture.room_of(path) for path in packages} == {r for row in ROOMS for r in row}


def test_every_import_has_its_full_name(packages):
    none(architecture.relative(packages))


def test_only_what_is_slow_to_load_is_imported_inside_functions(packages):
    none(architecture.hidden(packages))


def test_everything_public_is_annotated(packages):
    none(architecture.unannotated(packages))


def test_arguments_are_explained_in_full(packages):
    none(architecture.fragments(packages))


def test_no_file_is_too_long(packages):
    none(architecture.too_long({**packages, **read("tests", "benchmarks", "research", "tools")}))


def test_a_circle_is_found():
    # The second import is in a function, and the third leads to the file by a lazy name.
    sources = {
        "p/__init__.py": '_HOMES = {"f": "c"}',
        "p/a.py": "from p import b",
        "p/b.py": "def g():\n    from p import f",
        "p/c.py": "import p.a",
    }
    circle = "p/a.py imports p/b.py imports p/c.py imports p/a.py"
    assert architecture.circles(sources) == [circle]
    assert architecture.circles({**sources, "p/c.py": "import os"}) == []


@pytest.mark.parametrize(
    "path, text, finding",
    [
        ("cyclegan_tf/model/a.py", "from cyclegan_tf.cli import main", "cli/main.py"),
        ("cyclegan_tf/config.py", "def f():\n    import cyclegan_tf.cli.main", "cli/main.py"),
        ("cyclegan_tf/demo.py", "from cyclegan_tf import notebook", "notebook/__init__.py"),
        ("data_pipeline/a.py", "from cyclegan_tf import errors", "cyclegan_tf/errors.py"),
        ("cyclegan_tf/attic.py", "", "its room is in no line of ROOMS"),
    ],
)
def test_an_import_upwards_is_found(path, text, finding):
    sources = dict.fromkeys(
        ["cyclegan_tf/cli/main.py", "cyclegan_tf/notebook/__init__.py", "cyclegan_tf/errors.py"],
        "",
    )
    (found,) = architecture.upward({**sources, path: text}, ROOMS)
    assert found.startswith(path) and finding in found
    below = "from cyclegan_tf import errors, notebook\nimport data_pipeline"
    down = {**sources, "cyclegan_tf/cli/a.py": below}
    assert architecture.upward(down, ROOMS) == []


def test_a_relative_import_is_found():
    (found,) = architecture.relative({"p/a.py": "from .b import f", "p/b.py": "import os"})
    assert found == "p/a.py:1 imports .b: write the full name"


def test_an_import_inside_a_function_needs_a_slow_module():
    sources = {
        "p/a.py": "def f():\n    from p import quick, slow\n    import q.a, json, keras",
        "p/quick.py": "import json\ndef f():\n    import keras",
        "p/slow.py": "from p import slower",
        "p/slower.py": "import tensorflow.data",
        "q/__init__.py": "import keras",  # runs before q/a.py
        "q/a.py": "",
    }
    (found,) = architecture.hidden(sources)
    assert found.startswith("p/a.py:2 imports p/quick.py inside a function")


@pytest.mark.parametrize(
    "text, finding",
    [
        ("def f(a, b: int) -> int: ...", "p/a.py:1 f: a"),
        ("def f(*a, b, **c: int): ...", "p/a.py:1 f: b, a, return"),
        ("class C:\n    def f(self, a) -> int: ...", "p/a.py:2 f: a"),
        ("class C:\n    def __init__(self): ...", "p/a.py:2 __init__: return"),
        ("class C:\n    @staticmethod\n    def f(a) -> int: ...", "p/a.py:3 f: a"),
        ("@dataclass(frozen=True)\nclass C:\n    a: int\n    b = 3", "p/a.py:4 C.b"),
    ],
)
def test_a_missing_annotation_is_found(text, finding):
    assert architecture.unannotated({"p/a.py": text}) == [finding]
    assert architecture.unannotated({"p/_a.py": text}) == []
    assert architecture.unannotated({"p/a.py": text.replace("f(", "_f(").replace("C", "_C")}) == []


def test_a_long_file_is_found():
    sources = {"p/a.py": "\n" * 300, "p/b.py": "\n" * 301}
    assert architecture.too_long(sources) == ["p/b.py has 301 lines"]


@pytest.mark.parametrize("start", ["path: Of", "path, name: As of", "*paths: of"])
def test_a_fragment_in_a_docstring_is_found(start):
    docstring = f"Do it.\n\n    Args:\n        {start} it.\n    "
    text = f'def f(path):\n    """{docstring}"""'
    (found,) = architecture.fragments({"p/a.py": text})
    assert found == f"p/a.py: {start} it."
    assert architecture.fragments({"p/a.py": text.replace(start, "path: Path of")}) == []
