"""Where an update's time goes on JAX: every kind of layer by itself, and whole networks.

    python benchmarks/layer_times.py --sizes 256 480
    python benchmarks/layer_times.py --trace /tmp/trace      # and the kernels of whole updates

Each layer is compiled alone, with the gradients to its inputs and weights. `in an update` is that
time by how often an update without identity loss calls it; the sum against the update of
train_step.py says what is lost between layers, or gained by fusing them.
"""

import argparse
import collections
import glob
import json
import os
import sys
import time
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # need not be installed

import jax
import jax.numpy as jnp
import keras

from cyclegan_tf.model.networks import patch_discriminator, resnet_generator

GENERATOR_CALLS = 4  # two translations, two ways back
DISCRIMINATOR_CALLS = 6  # two translations for the generators; two real and two pooled crops


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[256])
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument("--blocks", type=int, default=9)
    parser.add_argument("--precision", default="mixed_bfloat16")
    parser.add_argument("--upsampling", default="balanced")
    parser.add_argument("--repeats", type=int, default=50)
    parser.add_argument("--trace", help="folder for a profile of some whole updates")
    parser.add_argument("--out", help="file to append a line of JSON to for every row")
    options = parser.parse_args()
    for size in options.sizes:
        rows = _rows(options, size)
        _print(rows, f"{size} px, batch {options.batch}, {jax.devices()[0].device_kind}")
        if options.out:
            with open(options.out, "a") as file:
                for row in rows:
                    file.write(json.dumps({"size": size, **vars(options), **row}) + "\n")
        if options.trace:
            _trace(options, size)


def _networks(options):
    dtype = options.precision
    generator = resnet_generator(
        options.filters, options.blocks, upsampling=options.upsampling, dtype=dtype
    )
    return {
        "generator": (generator, GENERATOR_CALLS),
        "discriminator": (patch_discriminator(options.filters, dtype=dtype), DISCRIMINATOR_CALLS),
    }


def _rows(options, size):
    rows = []
    for name, (network, calls) in _networks(options).items():
        images = jnp.zeros((options.batch, size, size, 3), "float32")
        whole = _milliseconds(network, [images], options.repeats)
        rows.append({"what": f"{name}, whole", "ms": whole, "times": calls})
        kinds = collections.Counter()
        example = {}
        shapes = {network.input.name: images.shape}
        for layer in network.layers:
            if isinstance(layer, keras.layers.InputLayer):
                continue
            sources = [_shape(x, shapes) for x in _inputs(layer)]
            shapes[layer.output.name] = layer.compute_output_shape(
                sources if len(sources) > 1 else sources[0]
            )
            config = {k: v for k, v in layer.get_config().items() if k not in ("name", "dtype")}
            key = (type(layer).__name__, json.dumps(config, default=str), str(sources))
            kinds[key] += 1
            example.setdefault(key, (layer, sources))
        for key, count in kinds.items():
            layer, sources = example[key]
            dtype = "float32" if layer.name.startswith("head_tanh") else layer.compute_dtype
            inputs = [jnp.zeros(shape, dtype) for shape in sources]
            ms = _milliseconds(layer, inputs, options.repeats)
            what = f"{name}: {layer.name}, {tuple(sources[0][1:])}"
            rows.append({"what": what, "ms": ms, "times": calls * count})
    return rows


def _inputs(layer):
    inputs = layer.input
    return inputs if isinstance(inputs, list) else [inputs]


def _shape(tensor, shapes):
    return tuple(shapes[tensor.name])


def _milliseconds(layer, inputs, repeats):
    """Of a call with all gradients, compiled; the inputs are noise."""
    weights = [variable.value for variable in layer.trainable_variables]
    others = [variable.value for variable in layer.non_trainable_variables]
    keys = jax.random.split(jax.random.key(0), len(inputs))
    inputs = [jax.random.normal(k, x.shape, x.dtype) for k, x in zip(keys, inputs, strict=True)]

    @jax.jit
    def gradients(weights, inputs):
        def scalar(weights, inputs):
            data = inputs if len(inputs) > 1 else inputs[0]
            outputs, _ = layer.stateless_call(weights, others, data)
            # Squares: the gradient of a plain sum is a constant that XLA would fold away.
            return jnp.sum(jnp.square(outputs.astype("float32")))

        return jax.grad(scalar, argnums=(0, 1))(weights, inputs)

    jax.block_until_ready(gradients(weights, inputs))
    start = time.perf_counter()
    for _ in range(repeats):
        results = gradients(weights, inputs)
    jax.block_until_ready(results)
    return round(1000 * (time.perf_counter() - start) / repeats, 4)


def _print(rows, title):
    print(f"\n{title}\n{'ms':>9} {'times':>6} {'in an update':>13}  layer, with gradients")
    parts = [row for row in rows if not row["what"].endswith("whole")]
    for row in sorted(rows, key=lambda row: -row["ms"] * row["times"]):
        total = row["ms"] * row["times"]
        print(f"{row['ms']:9.3f} {row['times']:6} {total:13.2f}  {row['what']}")
    for name, some in (("layers", parts), ("whole", [row for row in rows if row not in parts])):
        print(f"{'':16} {sum(row['ms'] * row['times'] for row in some):13.2f}  sum of {name}")


def _trace(options, size):
    """Profiles ten whole updates and prints what took longest on the device."""
    from step_process import _own

    case = {
        "way": "own", "size": size, "batch": options.batch, "filters": options.filters,
        "blocks": options.blocks, "precision": options.precision, "xla": True,
        "upsampling": options.upsampling, "identity_weight": 0.0,
    }  # fmt: skip
    run, _ = _own(case)
    run(3)
    with jax.profiler.trace(options.trace):
        seconds = run(10)
    print(f"\n{size} px: {100 * seconds:.1f} ms an update while profiled; ms of it by kernel:")
    file = max(glob.glob(f"{options.trace}/**/*.xplane.pb", recursive=True), key=os.path.getmtime)
    sums, counts = collections.Counter(), collections.Counter()
    for plane in jax.profiler.ProfileData.from_file(file).planes:
        if not plane.name.startswith("/device:GPU"):
            continue
        for line in plane.lines:
            if line.name.startswith("Stream"):
                for event in line.events:
                    name = event.name.split(".")[0].rstrip("0123456789_")
                    sums[name] += event.duration_ns
                    counts[name] += 1
    for name, nanoseconds in sums.most_common(40):
        print(f"{nanoseconds / 1e7:9.3f}  {counts[name] / 10:7.1f} times  {name[:100]}")
    whole = f"{sum(sums.values()) / 1e7:9.3f}  {sum(counts.values()) / 10:7.1f} times  all kernels"
    print(whole if sums else "No GPU in the profile.")


if __name__ == "__main__":
    main()
