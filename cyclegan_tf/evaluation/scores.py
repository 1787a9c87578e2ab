"""All measures of one direction, family by family: maps and a translator in, a dict of `Score` out.

The measures are in metrics/, the maps come from evaluation.py, the table is score_table.py's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cyclegan_tf import metrics
from cyclegan_tf.metrics.bootstrap import mean_over_maps, percentile_interval, resampled_counts
from cyclegan_tf.metrics.inception import FID_BIAS
from cyclegan_tf.metrics.temporal import SHIFTS
from data_pipeline.worlds import CLASSES

BANDS = ("top", "middle", "bottom")
CYCLE_MAPS, SHIFT_MAPS = 8, 4  # each costs a translation or more
INCEPTION_SIDE = 64  # pixels of a map that the network sees enlarged


class Score(NamedTuple):
    """A measure of a translator, with what to compare it to. NaN where there is none.

    Attributes:
        value: The translator's.
        low, high: 95 % bootstrap interval over maps; of warping errors, over frames of one clip.
        real: What real maps of the target world score: as good as it gets.
        input: What the untranslated input scores: nothing done.
    """

    value: float
    low: float = np.nan
    high: float = np.nan
    real: float = np.nan
    input: float = np.nan


@dataclass
class Material:
    """What one direction is measured on. Images are uint8 `(h, w, 3)`.

    Attributes:
        inputs: Maps of the source domain.
        reals: Maps of the target domain to compare with; where there are held-out maps, those that
            were trained on.
        unseen: Held-out maps of the target domain; empty where there are none.
        trues: The true picture of each input in the target domain; None without pairs.
        labels: uint8 `(h, w)`, the classes of each true picture; None without ground truth.
        real_labels: Those of `reals`, for the U-Net to learn from; None likewise.
        split: Of the inputs.
        frames: `ScrollFrame`s, `source` and `target` their fields; None likewise.
        source, target: "a" and "b" or the reverse.
    """

    inputs: Sequence
    reals: Sequence
    unseen: Sequence = ()
    trues: Sequence | None = None
    labels: Sequence | None = None
    real_labels: Sequence | None = None
    frames: Sequence | None = None
    split: str = "test"
    source: str = "a"
    target: str = "b"


def unpaired_scores(material: Material, fakes, *, seed: int = 0) -> dict[str, Score]:
    """Distances between translations and real maps: patch-KID, Wasserstein, colours; the grid."""
    reals, inputs = material.reals, material.inputs
    scores = {}
    if len(reals) > 1 and len(fakes) > 1:
        kid = metrics.PatchKID(reals, seed=seed)
        floor = kid.floor() if len(reals) > 3 else metrics.Estimate(np.nan)
        estimate = kid.estimate(fakes)
        scores["patch_kid"] = Score(*estimate, real=floor.value, input=kid.distance(inputs))
        scores["patch_kid_floor"] = Score(*floor)
    halves = (reals[::2], reals[1::2]) if len(reals) > 1 else None

    def add(names, measure, estimate, **options):
        given = measure(reals, inputs, **options)
        real = measure(*halves, **options) if halves else given * np.nan
        ours = estimate(reals, fakes, **options)
        for name, one, *others in zip(names, ours, real, given, strict=True):
            scores[name] = Score(*one, *map(float, others))

    levels = [f"wasserstein_level_{i}" for i in range(4)]
    add(levels, metrics.sliced_wasserstein, metrics.sliced_wasserstein_estimates, seed=seed)
    colours = metrics.colour_distance, metrics.colour_estimates
    add(["colour"], *colours)
    add([f"colour_{band}" for band in BANDS], *colours, num_bands=len(BANDS))
    ours, real, given = (
        mean_over_maps([metrics.checkerboard(image) for image in images])
        for images in (fakes, reals, inputs)
    )
    scores["checkerboard"] = Score(*ours, real=real.value, input=given.value)
    return scores


def inception_scores(material: Material, fakes, features, *, seed: int = 0, say=None):
    """KID and FID on `InceptionFeatures`, patches as for patch-KID but larger ones."""
    kid = metrics.PatchKID(
        material.reals,
        patch_size=INCEPTION_SIDE,
        scales=(1,),
        patches_per_map=16,
        features=features,
        standardise=False,
        seed=seed,
    )
    real, fake, given = (
        kid.describe(images)[0] for images in (material.reals, fakes, material.inputs)
    )
    if say:
        say(f"{FID_BIAS} Here: {sum(map(len, fake))} patches.")
    floor = kid.floor().value if len(real) > 3 else np.nan
    halves = metrics.frechet_estimate(real[::2], real[1::2]).value
    nothing_done = metrics.frechet_estimate(real, given).value
    return {
        "kid_inception": Score(
            *kid.estimate(fakes), real=floor, input=kid.distance(material.inputs)
        ),
        "fid_inception": Score(
            *metrics.frechet_estimate(real, fake), real=halves, input=nothing_done
        ),
    }


def structure_scores(material: Material, fakes) -> dict[str, Score]:
    """What of the input can still be seen; true pairs, where there are any, beside it."""
    scores = {}
    for name in ("edge_f1", "gmsd", "luminance_correlation"):
        measure = getattr(metrics, name)
        estimate = mean_over_maps([measure(*p) for p in zip(material.inputs, fakes, strict=True)])
        real = np.nan
        if material.trues is not None:
            pairs = zip(material.inputs, material.trues, strict=True)
            real = mean_over_maps([measure(*p) for p in pairs]).value
        scores[name] = Score(*estimate, real=real)
    return scores


def cycle_scores(material: Material, forward, backward) -> dict[str, Score]:
    """Cycle L1, plain and through a saved picture."""
    errors = [metrics.cycle_errors(x, forward, backward) for x in material.inputs[:CYCLE_MAPS]]
    plain, saved, jpeg = (mean_over_maps(column) for column in zip(*errors, strict=True))
    return {"cycle_l1": Score(*plain), "cycle_l1_saved": Score(*saved, real=jpeg.value)}


def paired_scores(material: Material, fakes) -> dict[str, Score]:
    """Distances to the true pictures; per class where labels are known."""
    scores = {}
    for name in ("paired_l1", "ciede2000", "ssim"):
        measure = getattr(metrics, name)
        ours, given = (
            mean_over_maps([measure(*pair) for pair in zip(images, material.trues, strict=True)])
            for images in (fakes, material.inputs)
        )
        best = 1.0 if name == "ssim" else 0.0
        scores[name] = Score(*ours, real=best, input=given.value)
    if material.labels is not None:
        errors = [
            metrics.class_l1(*triple, len(CLASSES))
            for triple in zip(fakes, material.trues, material.labels, strict=True)
        ]
        for name, column in zip(CLASSES, np.transpose(errors), strict=True):
            scores[f"class_l1/{name}"] = Score(*mean_over_maps(column))
    return scores


def segmentation_scores(material: Material, fakes, *, num_steps: int, seed: int = 0, say=None):
    """What a U-Net that was trained on the target world reads in the translations."""
    segmenter = metrics.train_segmenter(
        material.reals,
        material.real_labels,
        num_classes=len(CLASSES),
        num_steps=num_steps,
        seed=seed,
        say=say,
    )

    def read(images):
        return np.array(
            [
                metrics.confusion(segmenter(image), labels, len(CLASSES))
                for image, labels in zip(images, material.labels, strict=True)
            ]
        )

    ours, real, given = (read(x) for x in (fakes, material.trues, material.inputs))
    draws = resampled_counts(len(ours), 1000, seed)
    samples = [metrics.accuracy_and_iou(np.tensordot(d, ours, 1)) for d in draws]
    scores = {}
    for i, name in enumerate(("segmentation_accuracy", "segmentation_iou")):
        value, truth, nothing = (
            metrics.accuracy_and_iou(x.sum(axis=0))[i] for x in (ours, real, given)
        )
        low, high = percentile_interval([s[i] for s in samples])
        scores[name] = Score(value, low, high, real=truth, input=nothing)
    return scores


def temporal_scores(material: Material, translate: Callable) -> dict[str, Score]:
    """Steadiness under shifts and, where frames with exact flow exist, in a video."""
    scores = {}
    for shift in SHIFTS:
        maps = material.inputs[:SHIFT_MAPS]
        estimate = mean_over_maps([metrics.shift_error(translate, x, shift) for x in maps])
        scores[f"shift_error_{shift}"] = Score(*estimate, real=0.0)
    if material.frames:
        trues = [getattr(f, f"image_{material.target}") for f in material.frames]
        fakes = [translate(getattr(f, f"image_{material.source}")) for f in material.frames]
        flows = [f.flow for f in material.frames]
        errors, true_errors = (
            [
                metrics.warping_error(*pair, frame.flow, frame.occlusion)
                for *pair, frame in zip(video, video[1:], material.frames, strict=False)
            ]
            for video in (fakes, trues)
        )
        steady = mean_over_maps(true_errors).value
        scores["warping_error"] = Score(*mean_over_maps(errors), real=steady)
        scores["warping_ratio"] = Score(*metrics.warping_ratio(fakes, trues, flows), real=1.0)
    return scores
