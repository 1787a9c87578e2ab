"""`--import`: a model of classes of one's own is loaded once their module is imported."""

import importlib
import sys

import keras
import numpy as np
from PIL import Image


def test_a_module_with_classes_of_ones_own_is_imported(two_folders, tmp_path, run, monkeypatch):
    name = "own_parts_of_a_test"
    (tmp_path / f"{name}.py").write_text(
        "import keras\n@keras.saving.register_keras_serializable('own_module')\n"
        "class Negative(keras.layers.Layer):\n    def call(self, image):\n        return -image\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    image = keras.Input((None, None, 3))
    negative = importlib.import_module(name).Negative()
    keras.Model(image, negative(image), name="generator_ab").save("own.keras")
    del sys.modules[name]
    keras.saving.get_custom_objects().pop("own_module>Negative")
    picture = two_folders / "A" / "m0.png"
    code, _, error = run("translate", "own.keras", picture, "--out", "out")
    assert code == 2 and "--import MODULE" in error
    code, _, error = run("translate", "own.keras", picture, "--import", "none_such")
    assert code == 2 and "--import none_such: ModuleNotFoundError: No module named" in error
    code, _, _ = run("translate", "own.keras", picture, "--out", "out", "--import", name)
    before, after = (np.asarray(Image.open(f).convert("RGB")) for f in (picture, "out/m0.png"))
    assert code == 0
    np.testing.assert_array_equal(after, 255 - before)
