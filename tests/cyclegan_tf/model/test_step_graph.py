"""What a training step costs: passes, traces, and a graph of fixed shapes and order."""

import pytest
import tensorflow as tf
from small_models import (
    SIZE,
    adam,
    batches,
    dataset,
    quick_networks,
    real_networks,
)

from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.schedule import LinearDecay


@pytest.mark.parametrize(
    ("settings", "images", "run_eagerly"),
    [
        ({}, [2, 4, 6, 8], True),
        ({"identity_weight": 5.0}, [3, 6, 9, 12], True),
        # The weight is 5, 2.5, 0, 0: from the third update on two passes fewer.
        ({"identity_weight": 5.0, "identity_anneal_steps": 2}, [3, 6, 8, 10], False),
        ({"equivariance_weight": 1.0, "equivariance_every": 2}, [3, 5, 8, 10], False),
        (
            {"identity_weight": 5.0, "identity_anneal_steps": 2}
            | {"equivariance_weight": 1.0, "equivariance_every": 2},
            [4, 7, 10, 12],
            False,
        ),
    ],
    ids=["without", "constant", "annealed in the graph", "equivariance", "both"],
)
def test_passes_do_not_run_where_their_loss_does_not_count(settings, images, run_eagerly):
    networks = quick_networks(count_images=True)
    model = CycleGAN(*networks, **settings)
    model.compile(adam())
    step = model.train_step if run_eagerly else tf.function(model.train_step)
    counts = []
    for a, b in batches(4):
        step((tf.constant(a), tf.constant(b)))
        counts.append([int(network.layers[1].images) for network in networks])
    assert [count[0] for count in counts] == images
    assert [count[1] for count in counts] == images
    # The discriminators judge their fake, then that and the real image in one pass.
    assert [count[2] for count in counts] == [3, 6, 9, 12]


class CountTraces(CycleGAN):
    num_traces = 0

    def train_step(self, data):
        self.num_traces += 1
        return super().train_step(data)


def test_step_is_traced_once_for_all_of_training():
    model = CountTraces(
        *quick_networks(),
        identity_weight=5.0,
        identity_anneal_steps=2,
        pool_size=2,
        crop_size=SIZE,
        ema=0.9,
    )
    model.compile(adam(LinearDecay(2e-4, 2, 6)))
    pairs = batches(6)
    stream = dataset(pairs).repeat()
    model.fit(stream, epochs=3, steps_per_epoch=2, verbose=0, shuffle=False)
    model.fit(stream, epochs=1, steps_per_epoch=2, verbose=0, shuffle=False)
    assert model.num_traces == 1
    assert int(model.step) == 8


def operations(graph):
    yield from graph.get_operations()
    for function in graph._functions.values():
        yield from function.graph.get_operations()


def test_step_is_one_graph_of_fixed_shapes_without_python_inside():
    model = CycleGAN(
        *quick_networks(),
        identity_weight=5.0,
        identity_anneal_steps=2,
        pool_size=2,
        crop_size=SIZE,
        ema=0.9,
    )
    model.compile(adam(LinearDecay(2e-4, 2, 6)))
    spec = tf.TensorSpec((1, SIZE, SIZE, 3), tf.float32)
    graph = tf.function(model.train_step).get_concrete_function((spec, spec)).graph
    found = list(operations(graph))
    assert not [op.name for op in found if "PyFunc" in op.type]
    for op in found:
        if op.type.startswith("Conv2D"):
            assert op.outputs[0].shape.is_fully_defined(), op.name
    # The 2 passes back of the generators and 2 + 2 of the discriminators, 2 convolutions each. The
    # passes there are in a branch: with or without identity.
    types = [op.type for op in graph.get_operations()]
    assert types.count("Conv2D") == 12
    assert "If" in types or "StatelessIf" in types


@pytest.mark.parametrize(
    ("upsampling", "num_scales"),  # of generators, of discriminators: they don't meet
    [("transpose", 1), ("balanced", 2), ("resize", 1), ("antialiased", 1)],
)
def test_nothing_is_summed_in_an_order_that_depends_on_the_threads(upsampling, num_scales):
    # AddN starts with whichever input's memory is free first; with two inputs it doesn't matter.
    networks = real_networks(upsampling=upsampling, num_scales=num_scales)
    settings = {"identity_weight": 5.0, "identity_anneal_steps": 2, "ema": 0.9}
    settings |= {"equivariance_weight": 1.0, "pairs_every": 3}
    model = CycleGAN(*networks, **settings, pool_size=2, crop_size=SIZE)
    model.compile(adam(LinearDecay(2e-4, 2, 6)))
    spec = tf.TensorSpec((2, SIZE, SIZE, 3), tf.float32)
    graph = tf.function(model.train_step).get_concrete_function((spec, spec)).graph
    sums = [op for op in operations(graph) if op.type == "AddN"]
    assert sums  # the gradients of the two passes of each generator
    assert max(len(op.inputs) for op in sums) == 2
