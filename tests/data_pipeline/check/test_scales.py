"""Maps of many sizes, which `load_size` makes of one."""

import numpy as np
from PIL import Image

from data_pipeline import examine


def kinds(folder, **options):
    report = examine(folder, crop_size=64, progress=False, **options)
    return {finding.kind: finding for finding in report.notes}


def test_maps_that_load_size_makes_of_different_scales_are_noted(tmp_path):
    random = np.random.default_rng(0)
    for name, height in (("trainA/low", 120), ("trainA/tall", 300), ("trainB/low", 120)):
        path = (tmp_path / name).with_suffix(".png")
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(random.integers(0, 256, (height, 400, 3), np.uint8)).save(path)
    scales = kinds(tmp_path, load_size=100)["scales"]
    assert scales.cases[0].endswith("low.png (1.2 times)")
    assert scales.cases[1].endswith("tall.png (3.0 times)")
    assert "cyclegan-tf shrink makes all smaller by one" in scales.text
    assert "scales" not in kinds(tmp_path)
    (tmp_path / "trainA" / "tall.png").unlink()
    assert "scales" not in kinds(tmp_path, load_size=100)
