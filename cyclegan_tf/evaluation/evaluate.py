"""`evaluate(run_or_file, data)`: opens generators and maps, and takes every measure that applies.

The maps are opened in materials.py, the measures taken in taken.py.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras

from cyclegan_tf._version import __version__
from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import RunError
from cyclegan_tf.evaluation.materials import open_materials
from cyclegan_tf.evaluation.progress import Progress
from cyclegan_tf.evaluation.taken import Taken
from cyclegan_tf.metrics.grid import PERIOD
from cyclegan_tf.metrics.inception import FEATURES, INCEPTION_SIDES
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.upscaler import factor_of
from cyclegan_tf.runs import pretrained
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import directions_of, load_generator, resolve
from cyclegan_tf.runs.preparation import preparation_of
from cyclegan_tf.translation.translator import Translator
from data_pipeline.addresses import Data
from data_pipeline.bands import rgb_views

#: Usual shares of the time, by step, for the first guess of how long it takes.
_SHARES = {
    "translating": 0.15,
    "textures, colours, edges": 0.15,
    "inception": 0.3,
    "two-sample test": 0.25,
    "cycles, shifts, frames": 0.3,
    "true pairs, segmenter": 0.15,
}


def evaluate(
    path: str | os.PathLike,
    data: Data | None = None,
    *,
    direction: Direction | str | None = None,
    split: str | None = None,
    num_maps: int = 24,
    features: str = "random",
    inception_weights: str | os.PathLike | None = None,
    inception_sides: Sequence[int] = INCEPTION_SIDES,
    two_sample_steps: int = 100,
    cycles_and_frames: bool = True,
    segmentation_steps: int = 300,
    name_a: str | None = None,
    name_b: str | None = None,
    precision: str = "auto",
    load_size: int | None = None,
    seed: int = 0,
    generators: dict[Direction, keras.Model] | None = None,
    say: Callable[[str], object] | None = print,
) -> dict[str, Any]:
    """Measures the generators of a run, or a single generator; docs/metrics.md explains the scores.

    Args:
        path: Path of a run folder or of a generator's `.keras` file, or the name of a pretrained
            generator.
        data: Source of maps, as in `data_pipeline.open_sources`. Default: that of the run, or the
            one on the card of a pretrained generator.
        direction: `"a2b"` or `"b2a"`. Default: both directions of a run; that of the file.
        split: Split whose maps are translated: "test", "val" or "train". Default: the first of
            these that the data has. Paired measures need the "test" or "val" split of a world.
        num_maps: Translate at most this many maps, evenly spaced, and at least 2. They are compared
            with at most 40 real ones.
        features: `"random"`, or `"inception"` for KID and FID on InceptionV3 as well.
        inception_weights: Path of the InceptionV3 weights. Default: Keras downloads them.
        inception_sides: Sides in pixels of the patches that InceptionV3 sees, at least 8. FID is of
            the first.
        two_sample_steps: Updates of the networks that learn to tell translations from real maps; 0
            leaves out the measures that need them.
        cycles_and_frames: Whether to take the measures that translate each map several times more.
        segmentation_steps: Updates of the U-Net that reads translations of worlds; 0 leaves out the
            measures that need it.
        name_a: Folder of domain A in `data`. Default: the name in the run's config, or "A".
        name_b: The same for domain B.
        precision: Same as in `Translator`.
        load_size: Same as in `Translator`. Pictures and translations are compared in the size that
            the networks see.
        seed: Seed of all that is random in the measures.
        generators: The generator of each direction, to be measured instead of those at `path`.
        say: Called with lines of text about what is being done; None for silence.

    Returns:
        A dict fit for JSON. `["directions"]["a2b"]["scores"][name]` has the fields of `Score` (None
        where there is no number); `["directions"]["a2b"]["left_out"][name]` says why a measure is
        missing.

    Raises:
        RunError: There is no generator at `path`, or an argument is missing or wrong (`features`
            must be spelled as above).
        ValueError: `direction` is neither `"a2b"` nor `"b2a"`, or `load_size` is negative.
        DataError: The images can't be used.
        ConfigError: The run's config.json can't be read.
    """
    say = say or (lambda text: None)
    if num_maps < 2:
        raise RunError(
            f"Intervals are over maps: num_maps must be at least 2; received {num_maps}."
        )
    if features not in FEATURES:
        raise RunError(f"features must be one of {', '.join(FEATURES)}; received {features!r}.")
    if not inception_sides or min(inception_sides) < 8:
        sides = list(inception_sides)
        raise RunError(f"inception_sides must be numbers of at least 8 pixels; received {sides}.")
    place = resolve(path)
    generators = generators or _open_generators(place, direction)
    config = Config.load(RunFolder(place).config_file) if place.is_dir() else Config()
    preparation = preparation_of(next(iter(generators.values()))).changed(load_size)
    config = config.replace(
        name_a=name_a or config.name_a,
        name_b=name_b or config.name_b,
        load_size=preparation.load_size,
        background=preparation.colour,
        channels=preparation.channels,
    )
    data = data or config.data
    if not data and str(path) in pretrained.names() and place == pretrained.find(str(path)):
        data = pretrained.read_card(str(path))["data"]
    if not data:
        why = (
            "was trained on pictures given in Python, which no run folder keeps"
            if place.is_dir()
            else "is no run folder"
        )
        raise RunError(f"{path} {why}, so say with --data where the maps are.")
    materials = open_materials(
        data, config, split=split, num_maps=num_maps, with_labels=bool(segmentation_steps)
    )
    result: dict[str, Any] = {
        "path": str(path),
        "data": [*map(str, data)] if isinstance(data, (tuple, list)) else str(data),
        "split": materials[Direction.A2B].split,
        "preparation": preparation.to_dict(),
        "seed": seed,
        "cyclegan_tf": __version__,
        "directions": {},
    }
    if preparation.load_size:
        size = preparation.load_size
        say(f"load_size {size}: pictures are resized to {size} px, and measured in that size")
    # Maps are prepared when they are opened. Pieces of them are not to be resized again.
    translators = {
        Direction(way): Translator(generator, precision, load_size=0)
        for way, generator in generators.items()
    }
    discriminators = _open_discriminators(place)
    as_trained = {name: getattr(config, name) for name in ("crop_size", "vertical_position")}
    wanted = {"inception": features == "inception", "two-sample test": bool(two_sample_steps)}
    wanted |= {"cycles, shifts, frames": cycles_and_frames}
    shares = {name: share for name, share in _SHARES.items() if wanted.get(name, True)}
    progress = Progress(say, list(translators), shares)
    for way, translator in translators.items():
        material = materials[way]
        progress.step(way, "translating", f" {len(material.inputs)} {material.split} maps")
        fakes = [translator(image) for image in material.inputs]
        taken = Taken(material.seen(translator.preparation), rgb_views(fakes), seed, say)
        progress.step(way, "textures, colours, edges")
        taken.unpaired(PERIOD * factor_of(generators[way]))
        taken.structure()
        if features == "inception":
            progress.step(way, "inception")
            taken.inception(inception_weights, inception_sides)
        if two_sample_steps:
            progress.step(way, "two-sample test")
        taken.two_sample(two_sample_steps)
        if cycles_and_frames:
            progress.step(way, "cycles, shifts, frames")
        taken.cycles_and_frames(translator, translators.get(way.reverse), cycles_and_frames)
        progress.step(way, "true pairs, segmenter")
        judged = material.reals, material.unseen, fakes
        taken.gap(discriminators.get(way), judged, as_trained)
        taken.paired(segmentation_steps)
        progress.end()
        result["directions"][way] = taken.plain()
    return result


def _open_generators(path: Path, direction: Direction | str | None) -> dict[Direction, keras.Model]:
    """Loads both generators of a run unless one is asked for, or the one in a file."""
    if path.is_dir():
        wanted = [Direction(direction)] if direction else directions_of(RunFolder(path))
        return {way: load_generator(path, way) for way in wanted}
    generator = load_generator(path, direction)
    if direction:
        return {Direction(direction): generator}
    for way in Direction:
        if generator.name == f"generator_{way.suffix}":
            return {way: generator}
    raise RunError(f"{path} doesn't say which way it translates: give --direction.")


def _open_discriminators(path: Path) -> dict[Direction, keras.Model]:
    """Loads the discriminator of each direction's target from the run's last checkpoint, if any."""
    saved = RunFolder(path).checkpoints() if path.is_dir() else []
    if not saved:
        return {}
    model = CycleGAN.load(saved[-1])
    return {way: getattr(model, f"discriminator_{way.target}") for way in Direction}
