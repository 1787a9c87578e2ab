"""`evaluate(run_or_file, data)`: opens generators and maps, and takes every measure that applies.

The families of measures are in scores.py, what each one says in docs/metrics.md.
"""

import math
from pathlib import Path

import numpy as np

from cyclegan_tf._version import __version__
from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import FeaturesError, RunError
from cyclegan_tf.evaluation import scores
from cyclegan_tf.evaluation.scores import Material, Score
from cyclegan_tf.metrics.discriminators import discriminator_gap
from cyclegan_tf.metrics.inception import InceptionFeatures
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.runs import pretrained
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import load_generator, resolve
from cyclegan_tf.translation.translator import Translator
from data_pipeline import available_splits, open_sources
from data_pipeline.ground_truth import find_ground_truth

NUM_FRAMES = 8
# Real maps to compare with and for the U-Net to learn from, however few are translated: it costs
# little, and scores of different num_maps can be compared.
NUM_REAL_MAPS = 40


def evaluate(
    path,
    data=None,
    *,
    direction: str | None = None,
    split: str | None = None,
    num_maps: int = 24,
    features: str = "random",
    inception_weights=None,
    segmentation_steps: int = 300,
    name_a: str | None = None,
    name_b: str | None = None,
    precision: str = "auto",
    seed: int = 0,
    generators: dict | None = None,
    say=print,
) -> dict:
    """Measures the generators of a run, or one generator.

    Args:
        path: A run folder, a generator's `.keras` file, or the name of one that comes along.
        data: Source of maps as for `data_pipeline.open_sources`. Default: that of the run, or on
            the card of the one that comes along.
        direction: `"a2b"` or `"b2a"`. Default: both of a run; that of the file.
        split: Which maps are translated: "test", "val" or "train". Default: the first of these that
            the data has. Paired measures need a world's "test" or "val".
        num_maps: At most so many maps are translated, evenly spaced. They are compared with up to
            40 real ones.
        features: `"random"`, or `"inception"` for KID and FID on InceptionV3 besides.
        inception_weights: File of those weights. Default: Keras' own.
        segmentation_steps: Updates of the U-Net that reads translations of worlds; 0 leaves it out.
        name_a: Folder of domain A in `data`. Default: the run's, or "A".
        name_b: The same of B.
        precision: As of `Translator`.
        seed: Of all that is random in the measures.
        generators: `{direction: generator}` to measure in the place of those at `path`.
        say: Called with lines of text about what is being done; None for silence.

    Returns:
        A dict fit for JSON: `["directions"]["a2b"]["scores"][name]` has the fields of `Score` (None
        where there is no number), `["left_out"][name]` says why a measure is missing.

    Raises:
        RunError: There is no generator at `path`, or an argument is missing or wrong.
        DataError: The images can't be used.
        ConfigError: The run's config.json can't be read.
    """
    say = say or (lambda text: None)
    if num_maps < 2:
        raise RunError(f"num_maps must be at least 2; received {num_maps}. Intervals need maps.")
    place = resolve(path)
    generators = generators or _open_generators(place, direction)
    config = Config.load(RunFolder(place).config_file) if place.is_dir() else Config()
    config = config.replace(name_a=name_a or config.name_a, name_b=name_b or config.name_b)
    data = data or config.data
    if not data and place == pretrained.find(str(path)):
        data = pretrained.read_card(str(path))["data"]
    if not data:
        raise RunError(f"{path} is no run folder, so say with --data where the maps are.")
    materials = open_materials(
        data, config, split=split, num_maps=num_maps, with_labels=bool(segmentation_steps)
    )
    result = {
        "path": str(path),
        "data": [*map(str, data)] if isinstance(data, (tuple, list)) else str(data),
        "split": materials["a2b"].split,
        "seed": seed,
        "cyclegan_tf": __version__,
        "directions": {},
    }
    translators = {Direction(way): Translator(g, precision) for way, g in generators.items()}
    discriminators = _open_discriminators(place)
    as_trained = {name: getattr(config, name) for name in ("crop_size", "vertical_position")}
    for way, translator in translators.items():
        material = materials[way]
        say(f"{way}: translating {len(material.inputs)} {material.split} maps")
        fakes = [translator(image) for image in material.inputs]
        back = translators.get(way.reverse)
        measured, left_out = {}, {}
        measured |= scores.unpaired_scores(material, fakes, seed=seed)
        if "patch_kid" not in measured:
            left_out["patch_kid"] = "needs at least 2 maps of each domain"
        elif features == "inception":
            _add_inception(measured, left_out, material, fakes, inception_weights, seed, say)
        measured |= scores.structure_scores(material, fakes)
        if back:
            say(f"{way}: cycles, shifts and frames")
            measured |= scores.cycle_scores(material, translator, back)
        else:
            left_out["cycle_l1"] = "needs both generators: give the run folder"
        _add_gap(measured, left_out, material, fakes, discriminators.get(way), seed, as_trained)
        measured |= scores.temporal_scores(material, translator)
        _add_paired(measured, left_out, material, fakes, segmentation_steps, seed, say)
        if not material.frames:
            left_out["warping_error"] = "needs frames with exact flow: a world"
        result["directions"][way] = {
            "maps": len(material.inputs),
            "scores": {name: _plain(score) for name, score in measured.items()},
            "left_out": left_out,
        }
    return result


def _plain(score: Score) -> dict:
    """As JSON wants it: no NumPy numbers, no NaN."""
    pairs = score._asdict().items()
    return {key: round(float(v), 6) if math.isfinite(v) else None for key, v in pairs}


# What is measured ---------------------------------------------------------------------------------


def _open_generators(path: Path, direction):
    """{direction: generator}: of a run both, unless one is asked for."""
    if path.is_dir():
        wanted = [direction] if direction else Direction
        return {Direction(way): load_generator(path, way) for way in wanted}
    generator = load_generator(path, direction)
    own = {f"generator_{way.suffix}": way for way in Direction}.get(generator.name)
    if not (direction or own):
        raise RunError(f"{path} doesn't say which way it translates: give --direction.")
    return {Direction(direction or own): generator}


def _open_discriminators(path: Path):
    """{direction: discriminator of its target}: those of the run's last checkpoint, if any."""
    saved = RunFolder(path).checkpoints() if path.is_dir() else []
    if not saved:
        return {}
    model = CycleGAN.load(saved[-1])
    return {way: getattr(model, f"discriminator_{way.target}") for way in Direction}


def open_materials(
    data,
    config: Config | None = None,
    *,
    split: str | None = None,
    num_maps: int = 24,
    with_labels: bool = False,
) -> dict[str, Material]:
    """Opens a source of maps, and what is known of them.

    Args:
        data: As for `data_pipeline.open_sources`.
        config: Says how images are read, and the names of the folders. Default: `Config()`.
        split: As of `evaluate`, like `num_maps`.
        num_maps: At most so many maps to translate, evenly spaced.
        with_labels: Also fetch the labels of the real maps, which the U-Net learns from.

    Returns:
        The `Material` of either direction, by its name.

    Raises:
        DataError: The images can't be used.
    """
    config = config or Config()
    names = (config.name_a, config.name_b)
    splits = available_splits(data, names=names)
    split = split or next(s for s in ("test", "val", "train") if s in (*splits, "train"))
    options = {
        "names": names,
        "skip_bad": config.skip_bad,
        "background": config.background_rgb,
        "load_size": config.load_size,
        "memory_limit_bytes": config.memory_limit_bytes,
    }
    seen = sources = dict(zip("ab", open_sources(data, split=split, **options), strict=True))
    if split != "train" and "train" in splits:
        seen = dict(zip("ab", open_sources(data, **options), strict=True))
    # Labels are as large as the original pictures.
    truth = None if config.load_size else find_ground_truth(data)
    frames = truth and truth.frames(NUM_FRAMES)
    paired = truth and split != "train" and sources["a"].names == sources["b"].names
    found = {}
    for way in Direction:
        source, target = way.source, way.target
        held_out, held_out_names = _some_maps(sources[target], num_maps)
        reals, real_names = _some_maps(seen[target], NUM_REAL_MAPS)
        found[way] = Material(
            _some_maps(sources[source], num_maps)[0],
            reals,
            unseen=held_out if seen is not sources else (),
            frames=frames,
            split=split,
            source=source,
            target=target,
        )
        if paired:
            found[way].trues = held_out
            found[way].labels = truth.labels(split, target, held_out_names)
            if with_labels:
                found[way].real_labels = truth.labels("train", target, real_names)
    return found


def _some_maps(source, num_maps):
    """Maps, evenly spaced, and their names."""
    count = min(num_maps, len(source))
    picked = [i * len(source) // count for i in range(count)]
    return [np.asarray(source.load(i)) for i in picked], [source.names[i] for i in picked]


# Families that may be left out --------------------------------------------------------------------


def _add_inception(measured, left_out, material, fakes, weights, seed, say):
    try:
        network = InceptionFeatures(weights)
    except FeaturesError as error:
        left_out["kid_inception"] = str(error)
        say(str(error))
        return
    measured |= scores.inception_scores(material, fakes, network, seed=seed, say=say)


def _add_gap(measured, left_out, material, fakes, discriminator, seed, as_trained):
    if discriminator is None:
        left_out["discriminator_gap"] = "needs the checkpoints of a run folder"
    elif not material.unseen:
        left_out["discriminator_gap"] = "needs maps that were not trained on: testA and testB"
    else:
        sets = material.reals, material.unseen, fakes
        gap = discriminator_gap(discriminator, *sets, **as_trained, seed=seed)
        measured["discriminator_gap"] = Score(*gap, real=0.0)


def _add_paired(measured, left_out, material, fakes, num_steps, seed, say):
    if material.trues is None:
        reason = "needs true pairs: the val or test split of a world"
        left_out |= dict.fromkeys(("paired_l1", "segmentation_accuracy"), reason)
        return
    measured |= scores.paired_scores(material, fakes)
    if not num_steps:
        left_out["segmentation_accuracy"] = "switched off (0 updates)"
    elif material.labels is None or material.real_labels is None:
        left_out["segmentation_accuracy"] = "needs the labels/ of the world"
    else:
        measured |= scores.segmentation_scores(
            material, fakes, num_steps=num_steps, seed=seed, say=say
        )
