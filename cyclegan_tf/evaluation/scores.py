"""All measures of one direction, family by family: maps and a translator in, a dict of `Score` out.

The measures themselves are in cyclegan_tf/metrics.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from cyclegan_tf.evaluation.materials import Material
from cyclegan_tf.metrics.bootstrap import (
    Estimate,
    mean_over_maps,
    percentile_interval,
    resampled_counts,
)
from cyclegan_tf.metrics.cycle import cycle_errors
from cyclegan_tf.metrics.distributions import (
    colour_distance,
    colour_estimates,
    sliced_wasserstein,
    sliced_wasserstein_estimates,
)
from cyclegan_tf.metrics.grid import PERIOD, checkerboard
from cyclegan_tf.metrics.kid import PatchKID
from cyclegan_tf.metrics.paired import ciede2000, class_l1, paired_l1, ssim
from cyclegan_tf.metrics.segmentation import accuracy_and_iou, confusion, train_segmenter
from cyclegan_tf.metrics.structure import (
    edge_f1,
    edges_gone,
    find_edges,
    gmsd,
    luminance_correlation,
)
from cyclegan_tf.metrics.temporal import SHIFTS, shift_error, warping_error, warping_ratio
from data_pipeline.worlds import CLASSES

BANDS = ("top", "middle", "bottom")
CYCLE_MAPS, SHIFT_MAPS = 8, 4  # each costs a translation or more

Translate = Callable[[np.ndarray], np.ndarray]  # uint8 `(h, w, 3)` to the same, as a `Translator`
Images = Sequence[np.ndarray]  # uint8 `(h, w, 3)` each


class Score(NamedTuple):
    """A measure of a translator, with what to compare it to. NaN where there is no number.

    Attributes:
        value: Score of the translator.
        low: Lower end of the 95 % bootstrap interval over maps; for warping errors, over the frames
            of one clip.
        high: Upper end.
        real: Score of real maps of the target world: as good as it gets.
        input: Score of the untranslated input: the result of doing nothing.
    """

    value: float
    low: float = np.nan
    high: float = np.nan
    real: float = np.nan
    input: float = np.nan


def unpaired_scores(
    material: Material, fakes: Images, *, seed: int = 0, period: int = PERIOD
) -> dict[str, Score]:
    """Compares translations with real maps: patch-KID, Wasserstein, colours, checkerboard.

    Args:
        material: What the direction is measured on.
        fakes: Translations of `material.inputs`, in the same order.
        seed: Seed of patches, directions and bootstrap draws.
        period: Pixels after which the grid repeats that `checkerboard` looks for.
    """
    reals, inputs = material.reals, material.inputs
    scores: dict[str, Score] = {}
    if len(reals) > 1 and len(fakes) > 1:
        kid = PatchKID(reals, seed=seed)
        floor = kid.floor() if len(reals) > 3 else Estimate(np.nan)
        estimate = kid.estimate(fakes)
        scores["patch_kid"] = Score(*estimate, real=floor.value, input=kid.distance(inputs))
        scores["patch_kid_floor"] = Score(*floor)
    halves = (reals[::2], reals[1::2]) if len(reals) > 1 else None

    def add(
        names: Iterable[str],
        measure: Callable[..., np.ndarray],
        estimate: Callable[..., list[Estimate]],
        **options: Any,
    ) -> None:
        given = measure(reals, inputs, **options)
        real = measure(*halves, **options) if halves else given * np.nan
        ours = estimate(reals, fakes, **options)
        for name, one, *others in zip(names, ours, real, given, strict=True):
            scores[name] = Score(*one, *map(float, others))

    levels = [f"wasserstein_level_{i}" for i in range(4)]
    add(levels, sliced_wasserstein, sliced_wasserstein_estimates, seed=seed)
    colours = colour_distance, colour_estimates
    add(["colour"], *colours)
    add([f"colour_{band}" for band in BANDS], *colours, num_bands=len(BANDS))
    ours, real, given = (
        mean_over_maps([checkerboard(image, period) for image in images])
        for images in (fakes, reals, inputs)
    )
    scores["checkerboard"] = Score(*ours, real=real.value, input=given.value)
    return scores


def structure_scores(material: Material, fakes: Images) -> dict[str, Score]:
    """Measures what of the input is kept; `real` is the score of true pairs, where there are any.

    Args:
        material: What the direction is measured on.
        fakes: Translations of `material.inputs`, in the same order.
    """
    scores = {}
    trues = material.trues or ()
    whole = material.inputs, fakes, trues
    edges = tuple([find_edges(x) for x in images] for images in whole)  # slow, so found once
    for measure in (edges_gone, edge_f1, gmsd, luminance_correlation):
        given, made, true = edges if measure in (edges_gone, edge_f1) else whole
        estimate = mean_over_maps([measure(*p) for p in zip(given, made, strict=True)])
        real = np.nan
        if true:
            real = mean_over_maps([measure(*p) for p in zip(given, true, strict=True)]).value
        nothing_done = 0.0 if measure is edges_gone else np.nan
        scores[measure.__name__] = Score(*estimate, real=real, input=nothing_done)
    return scores


def cycle_scores(material: Material, forward: Translate, backward: Translate) -> dict[str, Score]:
    """Takes cycle L1 of some inputs, plain and by way of a saved picture.

    Args:
        material: What the direction is measured on.
        forward: Translator of the direction, also of uint16 images.
        backward: Translator of the other direction.
    """
    errors = [cycle_errors(x, forward, backward) for x in material.inputs[:CYCLE_MAPS]]
    plain, saved, jpeg = (mean_over_maps(column) for column in zip(*errors, strict=True))
    return {"cycle_l1": Score(*plain), "cycle_l1_saved": Score(*saved, real=jpeg.value)}


def paired_scores(material: Material, fakes: Images) -> dict[str, Score]:
    """Compares translations with the true pictures, also by class where labels are known.

    Args:
        material: What the direction is measured on, with `trues`.
        fakes: Translations of `material.inputs`, in the same order.

    Raises:
        ValueError: `material` has no `trues`.
    """
    trues = material.trues
    if trues is None:
        raise ValueError("material needs trues: open the test split of a world; received None.")
    scores = {}
    for measure in (paired_l1, ciede2000, ssim):
        ours, given = (
            mean_over_maps([measure(*pair) for pair in zip(images, trues, strict=True)])
            for images in (fakes, material.inputs)
        )
        best = 1.0 if measure is ssim else 0.0
        scores[measure.__name__] = Score(*ours, real=best, input=given.value)
    if material.labels is not None:
        errors = [
            class_l1(*triple, len(CLASSES))
            for triple in zip(fakes, trues, material.labels, strict=True)
        ]
        for name, column in zip(CLASSES, np.transpose(errors), strict=True):
            scores[f"class_l1/{name}"] = Score(*mean_over_maps(column))
    return scores


def segmentation_scores(
    material: Material,
    fakes: Images,
    *,
    num_steps: int,
    seed: int = 0,
    say: Callable[[str], object] | None = None,
) -> dict[str, Score]:
    """Has a U-Net that was trained on the target world read the translations.

    Args:
        material: What the direction is measured on, with `trues`, `labels` and `real_labels`.
        fakes: Translations of `material.inputs`, in the same order.
        num_steps: Updates of the U-Net.
        seed: Seed of the U-Net and of the bootstrap draws.
        say: Called with lines of text about the training.

    Raises:
        ValueError: `material` lacks one of these.
    """
    trues, true_labels, real_labels = material.trues, material.labels, material.real_labels
    if trues is None or true_labels is None or real_labels is None:
        there = [name for name in ("trues", "labels", "real_labels") if getattr(material, name)]
        raise ValueError(
            "material needs trues, labels and real_labels: open the test split of a world "
            f"with_labels=True; received {there!r}."
        )
    segmenter = train_segmenter(
        material.reals,
        real_labels,
        num_classes=len(CLASSES),
        num_steps=num_steps,
        seed=seed,
        say=say,
    )

    def read(images: Images) -> np.ndarray:
        return np.array(
            [
                confusion(segmenter(image), labels, len(CLASSES))
                for image, labels in zip(images, true_labels, strict=True)
            ]
        )

    ours, real, given = (read(x) for x in (fakes, trues, material.inputs))
    draws = resampled_counts(len(ours), 1000 if len(ours) > 1 else 0, seed)
    samples = [accuracy_and_iou(np.tensordot(d, ours, 1)) for d in draws]
    scores = {}
    for i, name in enumerate(("segmentation_accuracy", "segmentation_iou")):
        value, truth, nothing = (accuracy_and_iou(x.sum(axis=0))[i] for x in (ours, real, given))
        low, high = percentile_interval([s[i] for s in samples])
        scores[name] = Score(value, low, high, real=truth, input=nothing)
    return scores


def temporal_scores(
    material: Material, translate: Translate, multiple: int = 4
) -> dict[str, Score]:
    """Measures steadiness under shifts and, where there are frames with exact flow, in a video.

    Args:
        material: What the direction is measured on.
        translate: Translator of the direction.
        multiple: What it pads sides to.
    """
    scores = {}
    for shift in SHIFTS:
        maps = material.inputs[:SHIFT_MAPS]
        estimate = mean_over_maps(
            [shift_error(translate, x, shift, multiple=multiple) for x in maps]
        )
        scores[f"shift_error_{shift}"] = Score(*estimate, real=0.0)
    if material.frames:
        trues = [getattr(f, f"image_{material.target}") for f in material.frames]
        fakes = [translate(getattr(f, f"image_{material.source}")) for f in material.frames]
        flows = [f.flow for f in material.frames]
        errors, true_errors = (
            [
                warping_error(now, following, frame.flow, frame.occlusion)
                for now, following, frame in zip(video, video[1:], material.frames, strict=False)
            ]
            for video in (fakes, trues)
        )
        steady = mean_over_maps(true_errors).value
        scores["warping_error"] = Score(*mean_over_maps(errors), real=steady)
        scores["warping_ratio"] = Score(*warping_ratio(fakes, trues, flows), real=1.0)
    return scores
