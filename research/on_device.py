"""Trains built-in worlds with maps and the loop of updates on a GPU; on JAX, without TensorFlow.

    python research/on_device.py --pairs candy2clocktown --updates 15000 --minutes 8 --out DIR
    python research/finished_run.py DIR/candy2clocktown.npz RUN

Small networks on a large GPU are held up by whatever happens between two updates. Here nothing
does: all maps lie in the GPU's memory, and a compiled loop cuts the crops and runs a hundred
updates. Model and step are those of `cyclegan-tf train`. The pairs take turns, and share what is
compiled. finished_run.py makes a run folder of what is saved, for evaluate and upscale.
"""

import argparse
import contextlib
import fcntl
import json
import os
import sys
import time
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the project need not be installed

import jax
import jax.numpy as jnp
import numpy as np

from cyclegan_tf.hardware.describe import describe_hardware
from cyclegan_tf.presets import preset
from cyclegan_tf.training.build import build_model
from data_pipeline.worlds.dataset import _render_image, map_specs
from data_pipeline.worlds.processes import render_many

CHUNK = 100  # updates in a compiled loop
PAIRED_CROPS = 64  # of the validation maps, to see how far a training is


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", nargs="+", required=True)
    parser.add_argument("--updates", type=int, required=True, help="of each training")
    parser.add_argument("--minutes", type=float, default=1e9, help="from the start of the script")
    parser.add_argument("--scale", type=float, default=0.25, help="of the worlds")
    parser.add_argument("--num-maps", type=int, default=200, help="of each domain")
    parser.add_argument("--set", nargs="*", default=[], metavar="FIELD=VALUE", help="of Config")
    parser.add_argument(
        "--lock", help="file: several processes compile at once, but train one by one"
    )
    parser.add_argument("--trace", help="folder for a profile of a hundred updates more")
    parser.add_argument("--out", type=Path, default=Path("runs/on_device"))
    start(parser.parse_args())


def start(options):
    """Draws the maps, compiles, and trains."""
    options.out.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    end = begin + 60 * options.minutes
    config = settings(options)
    model = build_model(config, num_steps=options.updates, decay_start=0)
    run = compiled_updates(model, config)
    trainings = [Training(pair, options, config, model) for pair in options.pairs]
    say(f"{jax.devices()[0].device_kind}: {model.count_params():,} values")
    run = run.lower(*trainings[0].arguments(config)).compile()
    for domain in trainings[0].domains.values():
        domain.begin(config)  # as if nothing had been drawn
    translate = translation(model)
    for one in trainings:
        one.translate = translate
    trainings[0].l1("a2b")
    say(f"drawn and compiled after {time.monotonic() - begin:.0f} s")
    with open(options.lock or os.devnull, "w") as file:
        if options.lock:
            fcntl.flock(file, fcntl.LOCK_EX)
        train(trainings, run, config, options, end)


def settings(options):
    """The preset demo with what --set says, if that is done here."""
    fields = dict(item.split("=", 1) for item in options.set)
    for name, text in fields.items():
        with contextlib.suppress(ValueError):  # a word stays one
            fields[name] = json.loads(text)
    config = preset("demo", **{"crop_size": 152, "precision": "mixed_bfloat16", **fields})
    not_here = ("scale_jitter", "color_jitter", "init_from", "pairs")
    if given := [name for name in not_here if getattr(config, name)]:
        raise SystemExit(f"{given[0]} isn't done here: use cyclegan-tf train.")
    if not config.ema or options.updates % CHUNK:
        raise SystemExit(f"ema must be above 0, and --updates a multiple of {CHUNK}.")
    return config


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def translation(model):
    """A compiled function from a generator's weights and images to translations."""
    network = model.output_generator("a2b")
    return jax.jit(lambda weights, images: network.stateless_call([], weights, images)[0])


def train(trainings, run, config, options, end):
    """Runs all trainings in turns until they or the time are over, and saves them."""
    # All pairs have the same layouts, so their maps have the same sizes, as compiled code asks for.
    between = max(CHUNK, options.updates // 12 // CHUNK * CHUNK)
    while trainings[0].done < options.updates and time.monotonic() < end:
        begin = time.monotonic()
        for one in trainings:
            one.advance(run, config)
        jax.block_until_ready(trainings[-1].state)
        seconds = time.monotonic() - begin
        for one in trainings:
            one.seconds += seconds / len(trainings)
        if trainings[0].done % between == 0:
            pace = 1000 * seconds / len(trainings) / CHUNK
            say(f"update {trainings[0].done}, {pace:.2f} ms each")
            for one in trainings:
                one.report()
    if options.trace:
        with jax.profiler.trace(options.trace):
            trainings[0].advance(run, config)
            jax.block_until_ready(trainings[0].state)
    for one in trainings:
        one.save(options.out / f"{one.pair}.npz", config, options)
    say(f"saved after {trainings[0].done} updates of each")


def compiled_updates(model, config):
    """A compiled function from a state, maps and the places of crops to the state afterwards."""

    def update(state, places, maps):
        crops = [_crops(maps[d], places[d], config) for d in ("a", "b")]
        return model.train_step(state, tuple(crops))[::-1]

    def updates(state, maps, places):
        state, logs = jax.lax.scan(lambda s, p: update(s, p, maps), state, places)
        return state, jax.tree.map(lambda values: values[-1], logs)

    return jax.jit(updates, donate_argnums=0)


def _crops(maps, place, config):
    """Float32 `(batch, side, side, channels)` out of flat pixels `(number, 3)` of uint8."""
    side = jnp.arange(config.crop_size)
    columns = jnp.where(place["turned"][:, None], side[::-1], side)
    pixels = place["first"][:, None, None] + side[:, None] * place["width"][:, None, None]
    colours = maps[pixels + columns[:, None, :]].astype("float32") / 127.5 - 1.0
    rows = (place["top"][:, None] + side + 0.5) / place["height"][:, None] * 2.0 - 1.0
    rows = jnp.broadcast_to(rows[:, :, None, None], (*colours.shape[:3], 1))
    return jnp.concatenate([colours, rows], -1) if config.vertical_position else colours


class Domain:
    """The maps of a domain as flat pixels, and an endless order of crops like `crop_stream`'s."""

    def __init__(self, pair, domain, options, config):
        specs = map_specs(
            pair, "train", domain, num_maps=options.num_maps, scale=options.scale, seed=0
        )
        maps = [
            m for m in render_many(_render_image, specs) if min(m.shape[:2]) >= config.crop_size
        ]
        self.heights, self.widths = np.array([m.shape[:2] for m in maps]).T
        self.firsts = np.cumsum([0, *(self.heights * self.widths)[:-1]])
        self.pixels = jnp.asarray(np.concatenate([m.reshape(-1, 3) for m in maps]))
        self.number, self.side, self.flip = domain == "b", config.crop_size, config.flip
        self.begin(config)

    def begin(self, config):
        self.random, self.order = np.random.default_rng((config.seed, self.number)), []

    def places(self, count, batch):
        """Where the crops of some updates lie: arrays `(count, batch)`."""
        while len(self.order) < count * batch:
            self.order += self.random.permutation(len(self.firsts)).tolist()
        index, self.order = np.array(self.order[: count * batch]), self.order[count * batch :]
        height, width = self.heights[index], self.widths[index]
        top = self.random.integers(height - self.side + 1)
        left = self.random.integers(width - self.side + 1)
        places = {
            "first": self.firsts[index] + top * width + left, "width": width, "top": top,
            "height": height, "turned": self.random.random(len(index)) < self.flip,
        }  # fmt: skip
        kinds = {k: np.asarray(v, bool if k == "turned" else np.int32) for k, v in places.items()}
        return {name: values.reshape(count, batch) for name, values in kinds.items()}


class Training:
    """The state of one training between its turns."""

    def __init__(self, pair, options, config, model):
        self.pair, self.model, self.done = pair, model, 0
        self.domains = {d: Domain(pair, d, options, config) for d in "ab"}
        self.maps = {d: domain.pixels for d, domain in self.domains.items()}
        kinds = (
            model.trainable_variables,
            model.non_trainable_variables,
            model.optimizer.variables,
            model.metrics_variables,
        )
        self.state = tuple([jnp.array(v.value, copy=True) for v in kind] for kind in kinds)
        self.paired = paired_crops(pair, options, config.crop_size)
        self.log, self.seconds = [], 0.0

    def arguments(self, config):
        places = {d: one.places(CHUNK, config.batch_size) for d, one in self.domains.items()}
        return self.state, self.maps, places

    def advance(self, run, config):
        self.state, self.losses = run(*self.arguments(config))
        self.done += CHUNK
        self.state = (*self.state[:3], [jnp.zeros_like(v) for v in self.state[3]])

    def generator(self, way):
        """The generator of the moving average, with the weights of now."""
        network = self.model.output_generator(way)
        place = {id(v): i for i, v in enumerate(self.model.non_trainable_variables)}
        for variable in network.variables:
            variable.assign(self.state[1][place[id(variable)]])
        return network

    def report(self):
        """Prints the losses, and the L1 to the true pictures in gray levels."""
        line = {name: round(float(value), 3) for name, value in self.losses.items()}
        line |= {f"l1_{way}": self.l1(way) for way in ("a2b", "b2a")}
        self.log.append({"step": self.done, **line})
        say(f"  {self.pair} {json.dumps(line)}")

    def l1(self, way):
        source, target = self.paired if way == "a2b" else self.paired[::-1]
        weights = [variable.value for variable in self.generator(way).variables]
        return round(127.5 * float(abs(self.translate(weights, source) - target).mean()), 2)

    def save(self, path, config, options):
        """Both generators in float16, and what their card will say."""
        arrays = {
            f"{way}_{number:03d}": np.float16(weight)
            for way in ("a2b", "b2a")
            for number, weight in enumerate(self.generator(way).get_weights())
        }
        name_a, name_b = names = self.pair.split("2")
        counts = [len(domain.firsts) for domain in self.domains.values()]
        data = f"world:{self.pair}?scale={options.scale}&num_maps={options.num_maps}"
        config = config.replace(
            data=data, name_a=name_a, name_b=name_b, epochs=options.updates // CHUNK,
            decay_epoch=0, steps_per_epoch=CHUNK,
        )  # fmt: skip
        card = {
            "domains": {"a": name_a, "b": name_b}, "data": data,
            "images": dict(zip(names, counts, strict=True)), "updates": self.done,
            "training_seconds": round(self.seconds, 1), "hardware": describe_hardware(),
            "weights": "moving average", "finished": time.strftime("%Y-%m-%d"),
            "recipe": json.loads(config.to_json()),
        }  # fmt: skip
        np.savez(path, card=json.dumps(card), log=json.dumps(self.log), **arrays)


def paired_crops(pair, options, side):
    """The same crops of the validation maps in both worlds, float32 `(64, side, side, 3)` each."""
    random, found = np.random.default_rng(0), []
    both = [
        [_render_image(spec) for spec in map_specs(pair, "val", d, scale=options.scale, num_maps=8)]
        for d in "ab"
    ]
    for number in range(PAIRED_CROPS):
        maps = [domain[number % len(domain)] for domain in both]
        height, width = maps[0].shape[:2]
        if min(height, width) < side:
            continue
        y, x = random.integers(height - side + 1), random.integers(width - side + 1)
        found.append([m[y : y + side, x : x + side] for m in maps])
    return [jnp.asarray(np.stack(crops)) / 127.5 - 1.0 for crops in zip(*found, strict=True)]


if __name__ == "__main__":
    main()
