"""The examples in the docstrings of `cyclegan_tf` print what they say.

Everything else about the modules is in the files named after them.
"""

import doctest
import importlib
import pkgutil

import pytest

import cyclegan_tf

PACKAGES = pkgutil.walk_packages(cyclegan_tf.__path__, "cyclegan_tf.")
MODULES = [m.name for m in PACKAGES if not m.name.endswith("__main__")]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0


def test_there_are_examples():
    modules = [importlib.import_module(name) for name in MODULES]
    assert sum(bool(t.examples) for m in modules for t in doctest.DocTestFinder().find(m)) >= 8
