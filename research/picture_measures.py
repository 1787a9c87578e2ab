"""Every measure of a set of translations as plain numbers, fast enough for many generators.

For metric_correlation.py: no intervals, since ranks are compared.
"""

import numpy as np

from cyclegan_tf.metrics import (
    PatchKID,
    TwoSampleTest,
    accuracy_and_iou,
    checkerboard,
    ciede2000,
    colour_distance,
    confusion,
    deep_kid,
    edge_f1,
    edges_gone,
    luminance_correlation,
    paired_l1,
    sliced_wasserstein,
    train_segmenter,
)
from cyclegan_tf.metrics.inception import INCEPTION_SIDES
from cyclegan_tf.metrics.two_sample import SQUARES
from data_pipeline.worlds import CLASSES

FEW = 16  # real maps, where those of every call cost time


class PictureMeasures:
    """Measures translations of the inputs of a `Material` with pairs and labels.

    Args:
        material: What the direction is measured on.
        features: `InceptionFeatures`, or None to leave out what needs them.
        patches_per_map: Patches of a map that InceptionV3 sees.
    """

    def __init__(self, material, features=None, patches_per_map=4):
        self.material, reals = material, material.reals
        self.segmenter = train_segmenter(reals, material.real_labels, num_classes=len(CLASSES))
        self.patch_kid = PatchKID(reals)
        self.tests = [TwoSampleTest(reals, side=side, scale=SQUARES[side]) for side in SQUARES]
        self.deep = []
        for side in INCEPTION_SIDES if features else ():
            options = {"side": side, "patches_per_map": patches_per_map}
            self.deep.append(deep_kid(reals[:FEW], features, **options))

    def __call__(self, fakes):
        """Returns {measure: value} of translations, uint8 `(h, w, 3)` each."""
        material, reals = self.material, self.material.reals[:FEW]
        found = {"patch_kid": self.patch_kid.distance(fakes)}
        self._add(found, "kid_inception", [(k.patch_size, k.distance(fakes)) for k in self.deep])
        tests = [(t.side, t.estimate(fakes, num_resamples=0).value) for t in self.tests]
        self._add(found, "two_sample", tests)
        found["colour"] = colour_distance(reals, fakes)[0]
        levels = sliced_wasserstein(reals, fakes, num_directions=32)
        found |= {f"wasserstein_level_{i}": level for i, level in enumerate(levels)}
        found["checkerboard"] = np.mean([checkerboard(fake) for fake in fakes])
        for function in (edges_gone, edge_f1, luminance_correlation):
            pairs = zip(material.inputs, fakes, strict=True)
            found[function.__name__] = np.nanmean([function(*pair) for pair in pairs])
        for function in (paired_l1, ciede2000):
            pairs = zip(fakes, material.trues, strict=True)
            found[function.__name__] = np.mean([function(*pair) for pair in pairs])
        pairs = zip(fakes, material.labels, strict=True)
        counts = sum(confusion(self.segmenter(x), y, len(CLASSES)) for x, y in pairs)
        found["segmentation_accuracy"], found["segmentation_iou"] = accuracy_and_iou(counts)
        return {name: float(value) for name, value in found.items()}

    @staticmethod
    def _add(found, name, parts):
        """Adds a measure at several sizes, and their mean."""
        found |= {f"{name}_{side}": value for side, value in parts}
        if parts:
            found[name] = np.mean([value for _, value in parts])
