"""Scores by networks that see what things are: KID and FID on InceptionV3, the two-sample test.

The other families are in scores.py.
"""

from collections.abc import Callable, Sequence

import numpy as np

from cyclegan_tf.evaluation.materials import Material
from cyclegan_tf.evaluation.scores import Images, Score
from cyclegan_tf.metrics.bootstrap import mean_over_maps
from cyclegan_tf.metrics.inception import (
    FID_BIAS,
    INCEPTION_SIDES,
    deep_kid,
    frechet_distance,
    frechet_estimate,
)
from cyclegan_tf.metrics.structure import deep_change
from cyclegan_tf.metrics.two_sample import SQUARES, TwoSampleTest


def inception_scores(
    material: Material,
    fakes: Images,
    features: Callable[[np.ndarray], np.ndarray],
    *,
    sides: Sequence[int] = INCEPTION_SIDES,
    seed: int = 0,
    say: Callable[[str], object] | None = None,
) -> dict[str, Score]:
    """Takes KID, FID and how far translations are from their inputs, of 16 patches a map.

    Args:
        material: What the direction is measured on.
        fakes: Translations of `material.inputs`, in the same order.
        features: Function from float32 `(n, side, side, 3)` in [-1, 1] to `(n, d)`, such as
            `InceptionFeatures`.
        sides: Sides in pixels of the patches that KID is taken of; all else is of the first.
        seed: Seed of the places of the patches and of the bootstrap draws.
        say: Called with a line of text about the bias of FID.
    """
    scores: dict[str, Score] = {}
    for side in sides:
        kid = deep_kid(material.reals, features, side=side, seed=seed)
        fake, given = kid.describe(fakes), kid.describe(material.inputs)
        floor = kid.floor().value if len(material.reals) > 3 else np.nan
        nothing_done = kid.estimate_of(given, num_resamples=0).value
        name = f"kid_inception_{side}"
        scores[name] = Score(*kid.estimate_of(fake), real=floor, input=nothing_done)
        if side != sides[0]:
            continue
        if say:
            say(f"{FID_BIAS} Here: {sum(map(len, fake[0]))} patches.")
        scores["fid_inception"] = _fid(kid.real_features[0], fake[0], given[0])
        changed = mean_over_maps(deep_change(given[0], fake[0]))
        real = np.nan
        if material.trues is not None:
            real = deep_change(given[0], kid.describe(material.trues)[0]).mean()
        scores["deep_change"] = Score(*changed, real=real, input=0.0)
    return scores


def _fid(real: np.ndarray, fake: np.ndarray, given: np.ndarray) -> Score:
    halves, nothing_done = (
        frechet_distance(np.concatenate(x), np.concatenate(y))
        for x, y in ((real[::2], real[1::2]), (real, given))
    )
    return Score(*frechet_estimate(real, fake), real=halves, input=nothing_done)


def two_sample_scores(
    material: Material, fakes: Images, *, num_steps: int, seed: int = 0
) -> dict[str, Score]:
    """Has small networks learn to tell translations from real maps, at two sizes.

    Args:
        material: What the direction is measured on; at least 4 inputs and 4 real maps.
        fakes: Translations of `material.inputs`, in the same order.
        num_steps: Updates of each network.
        seed: Seed of the networks, patches and draws.
    """
    scores = {}
    for side, scale in SQUARES.items():
        test = TwoSampleTest(material.reals, side=side, scale=scale, num_steps=num_steps, seed=seed)
        floor = test.floor(num_resamples=0).value if len(material.reals) > 7 else np.nan
        nothing_done = test.estimate(material.inputs, num_resamples=0).value
        scores[f"two_sample_{side}"] = Score(*test.estimate(fakes), real=floor, input=nothing_done)
    return scores
