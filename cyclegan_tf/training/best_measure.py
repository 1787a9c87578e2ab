"""What decides which generators are the best so far: KID on random or deep features, or a test.

`features` of the config chooses; docs/metrics.md says what each sees.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.metrics.bootstrap import Estimate
from cyclegan_tf.metrics.inception import INCEPTION_SIDES, InceptionFeatures, deep_kid
from cyclegan_tf.metrics.kid import PatchKID
from cyclegan_tf.metrics.two_sample import SQUARES, TwoSampleTest

PATCH_SIZE = 32
MOST_REAL_IMAGES = 40
DEEP_REAL_IMAGES, DEEP_PATCHES = 24, 8  # images, and patches of each: InceptionV3 is slow on CPUs
NAMES = {"random": "kid", "inception": "kid_inception", "learned": "two_sample"}

Images = Sequence[np.ndarray]  # uint8 `(h, w, 3)` each
Measure = Callable[[Images], dict[str, float]]


def best_measures(
    config: Config, inputs: Mapping[Direction, Images], real: Mapping[Direction, Images]
) -> dict[Direction, Measure | None]:
    """Makes the measure of each direction that `config.features` asks for.

    Args:
        config: Settings of the run.
        inputs: Images to be translated, of each direction.
        real: Images of its target to compare the translations with.

    Returns:
        Functions from translations of `inputs` to numbers by name. The lowest of that in `NAMES`
        wins; others are its parts with interval (`_low`, `_high`), floor (`_floor`) and the score
        of the untranslated inputs (`_input`). None where images are too few or too small.

    Raises:
        FeaturesError: The weights of InceptionV3 can't be had.
    """
    features = None
    if config.features == "inception":
        features = InceptionFeatures(config.inception_weights or None)

    def made(way: Direction) -> Measure | None:
        shortest = min(min(image.shape[:2]) for image in (*real[way], *inputs[way]))
        fewest = min(len(real[way]), len(inputs[way]))
        if config.features == "learned":
            squares = {side: scale for side, scale in SQUARES.items() if side <= shortest}
            return _learned(squares, real[way], inputs[way]) if squares and fewest > 3 else None
        if features is not None:
            sides = [side for side in INCEPTION_SIDES if side <= shortest]
            return _deep(sides, real[way], inputs[way], features) if sides and fewest > 1 else None
        scales = [scale for scale in (1, 2) if scale * PATCH_SIZE <= shortest]
        return _random(scales, real[way]) if scales and fewest > 1 else None

    return {way: made(way) for way in Direction}


def _random(scales: Sequence[int], real: Images) -> Measure:
    kid = PatchKID(real[:MOST_REAL_IMAGES], patch_size=PATCH_SIZE, scales=scales)
    return lambda fakes: {"kid": round(kid.distance(fakes), 5)}


def _deep(
    sides: Sequence[int],
    real: Images,
    inputs: Images,
    features: Callable[[np.ndarray], np.ndarray],
) -> Measure:
    real = real[:DEEP_REAL_IMAGES]
    kids = {
        side: deep_kid(real, features, side=side, patches_per_map=DEEP_PATCHES) for side in sides
    }
    known = {}
    for side, kid in kids.items():
        known[f"kid_inception_{side}_input"] = kid.distance(inputs)
        if len(real) > 3:
            known[f"kid_inception_{side}_floor"] = kid.floor().value

    def measure(fakes: Images) -> dict[str, float]:
        found = {f"kid_inception_{side}": kid.estimate(fakes) for side, kid in kids.items()}
        return _numbers("kid_inception", found, known, digits=7)

    return measure


def _learned(squares: Mapping[int, int], real: Images, inputs: Images) -> Measure:
    real = real[:MOST_REAL_IMAGES]
    tests = {side: TwoSampleTest(real, side=side, scale=scale) for side, scale in squares.items()}
    known = {}
    for side, test in tests.items():
        known[f"two_sample_{side}_input"] = test.estimate(inputs, num_resamples=0).value
        if len(real) > 7:
            known[f"two_sample_{side}_floor"] = test.floor(num_resamples=0).value

    def measure(fakes: Images) -> dict[str, float]:
        found = {f"two_sample_{side}": test.estimate(fakes) for side, test in tests.items()}
        return _numbers("two_sample", found, known, digits=4)

    return measure


def _numbers(
    name: str, found: Mapping[str, Estimate], known: Mapping[str, float], digits: int
) -> dict[str, float]:
    """The mean over the sizes, which decides, and all that it consists of."""
    numbers = {name: float(np.mean([estimate.value for estimate in found.values()]))}
    for part, estimate in found.items():
        numbers |= {
            part: estimate.value,
            f"{part}_low": estimate.low,
            f"{part}_high": estimate.high,
        }
    numbers |= known
    return {key: round(float(x), digits) for key, x in numbers.items() if np.isfinite(x)}
