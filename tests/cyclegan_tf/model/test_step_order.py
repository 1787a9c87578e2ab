"""The step does what it says in every repeat: weights are read, then changed, in that order."""

import pytest
import tensorflow as tf
from optimised_graphs import optimised_graphs, unordered_pairs
from small_models import SIZE, adam, quick_networks

from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.schedule import LinearDecay

WITH_STATE = {"pool_size": 2, "crop_size": SIZE, "ema": 0.9}
ALL_LOSSES = {"identity_weight": 5.0, "identity_anneal_steps": 2, "equivariance_weight": 1.0}
ALL_LOSSES |= {"pairs_every": 3}


@pytest.mark.parametrize(
    ("settings", "batch_size"),
    [({}, 1), (WITH_STATE, 1), (WITH_STATE | ALL_LOSSES, 2)],
    ids=["plain", "with state", "all losses"],
)
@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_no_variable_is_read_and_changed_in_any_order(dtype, settings, batch_size):
    model = CycleGAN(*quick_networks(dtype), **settings, dtype=dtype)
    model.compile(adam(LinearDecay(2e-4, 2, 6)))
    crops = tf.zeros((batch_size, SIZE, SIZE, 3))
    graphs = optimised_graphs(tf.function(model.train_step), (crops, crops))
    pairs, number = unordered_pairs(graphs)
    assert number > 100
    assert not pairs


def test_the_search_finds_a_missing_order():
    variable, other = tf.Variable(1.0), tf.Variable(1.0)

    @tf.function
    def step(x):
        with tf.control_dependencies([variable.read_value() * x]):
            other.assign(x)
        variable.assign_add(x, read_value=False)

    (graph,) = optimised_graphs(step, tf.constant(2.0))
    pairs, number = unordered_pairs([graph])
    assert (pairs, number) == ([], 1)
    for node in graph.node:
        kept = [reference for reference in node.input if not reference.startswith("^")]
        del node.input[:]
        node.input.extend(kept)
    (pair,), number = unordered_pairs([graph])
    assert number == 1
    assert any("AssignAdd" in name for name in pair)


# In a new process, as threads are set before TensorFlow starts.
REPEATS = """
import sys
import tensorflow as tf
sys.path.insert(0, sys.argv[1])
num_repeats = int(sys.argv[2])
tf.config.threading.set_intra_op_parallelism_threads(int(sys.argv[3]))
tf.config.threading.set_inter_op_parallelism_threads(int(sys.argv[4]))
from small_models import SIZE, adam, batches, quick_networks
from cyclegan_tf.model.cyclegan import CycleGAN

def results_of_repeats(dtype):
    settings = {"pool_size": 2, "crop_size": SIZE, "ema": 0.9, "dtype": dtype}
    model = CycleGAN(*quick_networks(dtype), **settings)
    model.compile(adam())
    *first, last = batches(4)
    for pair in first:
        model.train_on_batch(*pair)
    weights = model.variables + model.optimizer.variables + model.metrics_variables
    variables = {id(weight): weight.value for weight in weights}.values()
    start = [tf.identity(variable) for variable in variables]

    @tf.function
    def fingerprint_and_restore():
        # Sums of the bits as integers: the same in any order.
        sums = [tf.reduce_sum(tf.bitcast(tf.cast(v, tf.float32), tf.int32)) for v in variables]
        with tf.control_dependencies(sums):
            for variable, value in zip(variables, start):
                variable.assign(value)
        return tf.stack(sums)

    step = tf.function(model.train_step)
    pair = tuple(map(tf.constant, last))
    fingerprint_and_restore()
    seen = set()
    for _ in range(num_repeats):
        losses = step(pair).values()
        seen.add((fingerprint_and_restore().numpy().tobytes(), *map(float, losses)))
    return len(seen)

for dtype in ("float32", "mixed_bfloat16", "mixed_float16"):
    print(dtype, results_of_repeats(dtype))
"""


@pytest.mark.parametrize("threads", [(1, 2), (2, 2)], ids=["1x2", "2x2"])
def test_a_thousand_repeats_of_one_update_are_equal(threads, run_python, request):
    helpers = request.path.parents[1]  # small_models.py
    run = run_python("-c", REPEATS, helpers, 1000, *threads)
    assert run.returncode == 0, run.stderr
    results = [line for line in run.stdout.splitlines() if line[:5] in ("float", "mixed")]
    assert results == ["float32 1", "mixed_bfloat16 1", "mixed_float16 1"]
