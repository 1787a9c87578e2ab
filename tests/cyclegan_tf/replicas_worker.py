"""What a test lets a process do that has two devices. No test here.

`python replicas_worker.py FOLDER` compares two replicas with one device on the same batches of two
crops, and writes results.json. The number of devices must be set before TensorFlow starts.
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from optimised_graphs import optimised_graphs, unordered_pairs
from small_models import SIZE, adam, batches, dataset, quick_networks, state

from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.finite_updates import apply_if_finite

SETTINGS = {
    "identity_weight": 5.0,
    "identity_anneal_steps": 3,
    "equivariance_weight": 1.0,
    "pairs_every": 3,
    "equivariance_every": 2,
    "pool_size": 3,
    "crop_size": SIZE,
    "ema": 0.9,
    "seed": 2,
}


def trained(pairs, devices=None):
    """A model and the losses of every update; as a script of one's own would train it."""
    strategy = tf.distribute.MirroredStrategy(devices) if devices else tf.distribute.get_strategy()
    with strategy.scope():
        model = CycleGAN(*quick_networks(), **SETTINGS)
        model.compile(adam(2e-5, epsilon=1e-4))
    return model, model.fit(
        dataset(pairs), epochs=len(pairs), steps_per_epoch=1, verbose=0, shuffle=False
    ).history


def differences(one, two, losses_of_one, losses_of_two):
    """The largest ones, of states and of losses."""
    of_state = [np.abs(x - y.astype(x.dtype)).max() for x, y in zip(one, two, strict=True)]
    of_losses = [np.subtract(values, losses_of_two[name]) for name, values in losses_of_one.items()]
    return float(max(of_state)), float(np.abs(of_losses).max())


def copies(model):
    """The weights on each device."""
    strategy = model.distribute_strategy
    variables = [
        strategy.experimental_local_results(weight.value) for weight in model.trainable_variables
    ]
    return [[v.numpy() for v in of_device] for of_device in zip(*variables, strict=True)]


def all_equal(*lists):
    return all(
        np.array_equal(one, two)
        for other in lists[1:]
        for one, two in zip(lists[0], other, strict=True)
    )


def steps_of_one_weight(strategy, optimizer, gradients):
    """The weight on each device, from 1, after an update by a gradient of each replica."""
    with strategy.scope():
        weight = keras.Variable(1.0)
        optimizer.build([weight])
    gradients = strategy.experimental_distribute_values_from_function(
        lambda context: tf.constant(gradients[context.replica_id_in_sync_group])
    )
    step = tf.function(
        lambda: strategy.run(
            lambda gradient: apply_if_finite(optimizer, 0.0, [gradient], [weight]), (gradients,)
        )
    )
    step()
    return [float(v.numpy()) for v in strategy.experimental_local_results(weight.value)]


def main(folder):
    """Does all that the tests ask about, with as few graphs as possible."""
    (cpu,) = tf.config.list_physical_devices("CPU")
    two_devices = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(cpu, two_devices)
    pairs = batches(6, batch_size=2)
    results = {}

    one, losses_of_one = trained(pairs)
    found = []
    graphs = optimised_graphs(lambda: found.extend(trained(pairs, ["CPU:0", "CPU:1"])))
    two, losses_of_two = found
    results["difference"] = differences(state(one), state(two), losses_of_one, losses_of_two)
    unordered, results["pairs_in_graph"] = unordered_pairs(graphs)
    results["unordered"] = [list(pair) for pair in unordered]
    results["steps"] = two.num_updates
    results["pooled"] = int(two.pool_a.num_seen.numpy())

    before = copies(two)
    bad = [tuple(np.stack([crop[0], np.full_like(crop[1], np.nan)]) for crop in pairs[0])]
    two.fit(dataset(bad), steps_per_epoch=1, verbose=0, shuffle=False)
    results["copies_are_equal"] = all_equal(*before)
    results["nan_changes_nothing"] = all_equal(*before, *copies(two))
    two.save(folder / "two.keras")
    results["loads"] = all_equal(
        [v.numpy() for v in CycleGAN.load(folder / "two.keras").trainable_variables], before[0]
    )

    strategy = two.distribute_strategy
    for name, wrap in {
        "plain": lambda optimizer: optimizer,
        "scaled": lambda optimizer: keras.optimizers.LossScaleOptimizer(optimizer, 1.0),
    }.items():
        for kind, gradients in {"finite": [0.5, 0.25], "nan": [0.5, np.nan]}.items():
            with strategy.scope():
                optimizer = wrap(keras.optimizers.SGD(1.0))
            results[f"{name} {kind}"] = steps_of_one_weight(strategy, optimizer, gradients)

    try:
        two.fit(dataset(pairs).unbatch().batch(2), verbose=0, shuffle=False)
    except ValueError as error:
        results["unfixed"] = str(error)
    try:
        with strategy.scope():
            CycleGAN(*quick_networks()).compile("adam", jit_compile=True)
    except NotImplementedError as error:
        results["xla"] = str(error)
    try:
        with tf.distribute.experimental.CentralStorageStrategy().scope():
            CycleGAN(*quick_networks())
    except NotImplementedError as error:
        results["other_strategy"] = str(error)
    (folder / "results.json").write_text(json.dumps(results))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
