"""Networks of PyTorch, from their arrays: output as there, and what is refused.

torch_networks.npz holds networks of PyTorch itself with an input and their outputs, made by
tools/torch_networks.py. PyTorch isn't needed here.
"""

from pathlib import Path

import numpy as np
import pytest

from cyclegan_tf.errors import RunError
from cyclegan_tf.importing.importing import torch_network
from cyclegan_tf.importing.torch_names import layers_of

FIXTURE = np.load(Path(__file__).with_name("torch_networks.npz"))


def state_of(network):
    prefix = f"{network}/"
    return {k.removeprefix(prefix): v for k, v in FIXTURE.items() if k.startswith(prefix)}


def imported(state, name="generator_ab"):
    return torch_network(layers_of(state, "x.pth"), name, "x.pth", 1e-5)


@pytest.mark.parametrize(("network", "name"), [("G_A", "generator_ab"), ("D_A", "discriminator_b")])
def test_output_is_that_of_pytorch(network, name):
    output = np.asarray(imported(state_of(network), name)(FIXTURE["image"]))
    np.testing.assert_allclose(output, FIXTURE[f"{network}_output"], atol=1e-4)
    assert output.std() > 0.3


# Written down anew in NumPy, in PyTorch's own conventions: (channels, height, width).


def convolve(x, weight, bias=None, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    size = weight.shape[2]
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), (1, 2))
    result = np.einsum("chwij,fcij->fhw", windows[:, ::stride, ::stride], weight)
    return result if bias is None else result + bias[:, None, None]


def transpose_convolve(x, weight, bias):
    """Kernel 3, stride 2, padding 1, output padding 1: pixel p, tap k lands on 2 p + k - 1."""
    _, height, width = x.shape
    full = np.zeros((weight.shape[1], 2 * height + 2, 2 * width + 2))
    for i in range(3):
        for j in range(3):
            part = np.einsum("chw,cf->fhw", x, weight[:, :, i, j])
            full[:, i : i + 2 * height : 2, j : j + 2 * width : 2] += part
    return full[:, 1 : 2 * height + 1, 1 : 2 * width + 1] + bias[:, None, None]


def norm(x, weight, bias):
    x = (x - x.mean((1, 2), keepdims=True)) / np.sqrt(x.var((1, 2), keepdims=True) + 1e-5)
    return x * weight[:, None, None] + bias[:, None, None]


def reflect(x, size):
    return np.pad(x, ((0, 0), (size, size), (size, size)), mode="reflect")


def run_generator(state, image, num_blocks):
    """A `ResnetGenerator` with dropout (index 6 instead of 5) and norms with weights."""
    get = {k.removeprefix("module."): v.astype("d") for k, v in state.items()}.__getitem__

    def pair(place):
        return get(f"{place}.weight"), get(f"{place}.bias")

    x = np.maximum(norm(convolve(reflect(image, 3), *pair("model.1")), *pair("model.2")), 0)
    for i in (4, 7):
        x = convolve(x, *pair(f"model.{i}"), stride=2, padding=1)
        x = np.maximum(norm(x, *pair(f"model.{i + 1}")), 0)
    for i in range(10, 10 + num_blocks):
        block = f"model.{i}.conv_block"
        y = norm(convolve(reflect(x, 1), *pair(f"{block}.1")), *pair(f"{block}.2"))
        y = convolve(reflect(np.maximum(y, 0), 1), *pair(f"{block}.6"))
        x = x + norm(y, *pair(f"{block}.7"))
    for i in (10 + num_blocks, 13 + num_blocks):
        x = np.maximum(norm(transpose_convolve(x, *pair(f"model.{i}")), *pair(f"model.{i + 1}")), 0)
    return np.tanh(convolve(reflect(x, 3), *pair(f"model.{17 + num_blocks}")))


def test_output_is_that_of_another_forward_pass():
    rng = np.random.default_rng(0)
    f, state = 2, {}

    def add(place, *shape, filters):
        state[f"module.{place}.weight"] = rng.normal(0, 0.3, shape).astype("f")
        state[f"module.{place}.bias"] = rng.normal(0, 0.3, filters).astype("f")

    shapes = {1: (f, 3, 7, 7), 4: (2 * f, f, 3, 3), 7: (4 * f, 2 * f, 3, 3)}
    shapes |= {12: (4 * f, 2 * f, 3, 3), 15: (2 * f, f, 3, 3), 19: (3, f, 7, 7)}
    for i, shape in shapes.items():
        filters = shape[1] if i in (12, 15) else shape[0]
        add(f"model.{i}", *shape, filters=filters)
        if i != 19:
            add(f"model.{i + 1}", filters, filters=filters)
    for i in (10, 11):
        for j in (1, 6):
            add(f"model.{i}.conv_block.{j}", 4 * f, 4 * f, 3, 3, filters=4 * f)
            add(f"model.{i}.conv_block.{j + 1}", 4 * f, filters=4 * f)
    image = rng.uniform(-1, 1, (3, 20, 16))
    expected = run_generator(state, image, num_blocks=2).transpose(1, 2, 0)
    output = imported(state)(image.transpose(1, 2, 0)[None].astype("f"))[0]
    np.testing.assert_allclose(output, expected, atol=1e-4)


def without(state, end):
    return {k: v for k, v in state.items() if not k.endswith(end)}


def renamed(state, old, new):
    return {k.replace(old, new): v for k, v in state.items()}


def batch_norm(state):
    ones = np.ones(4, "f")
    names = ("weight", "bias", "running_mean", "running_var")
    return state | {f"model.2.{name}": ones for name in names}


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (batch_norm, r"x\.pth: 'model\.2' is a batch norm\. Only networks with instance norms"),
        (lambda s: without(s, "model.4.bias"), "x.pth: no norm follows 'model.4'"),
        (
            lambda s: renamed(s, "conv_block.1", "conv_block.0"),
            "a layer 'model.10.conv_block.0' that no ResnetGenerator with reflection padding",
        ),
        (lambda s: without(s, "model.18.weight"), "x.pth lacks the weight of 'model.18'"),
        (lambda s: without(s, ("18.weight", "18.bias")), "x.pth lacks the layer 'model.18'"),
        (lambda s: s | {"model.5.filt": np.ones((3, 3))}, "holds 'model.5.filt', which is not kn"),
        (lambda s: {"model.1.weight": np.ones(3)}, r"no convolution; .* model\.1\.weight 3"),
        (
            lambda s: s | {"model.7.weight": np.ones((16, 8, 5, 5), "f")},
            r"generator_ab: model\.7 is a kernel of 5x5x8x16 .* 4 filters has 3x3x8x16 there",
        ),
        (
            lambda s: s | {"model.7.bias": np.ones(5, "f")},
            r"generator_ab: model\.7 has a bias or norm of another size",
        ),
        (lambda s: state_of("D_A"), r"x\.pth holds a discriminator; its name says otherwise"),
    ],
    ids=range(10),
)
def test_what_is_no_such_network_is_refused_by_name(change, text):
    with pytest.raises(RunError, match=text):
        imported(change(state_of("G_A")))


def test_averages_that_old_instance_norms_kept_are_passed_over():
    old = {f"model.2.running_{x}": np.ones(4, "f") for x in ("mean", "var")}
    output = imported(state_of("G_A") | old)(FIXTURE["image"])
    np.testing.assert_allclose(output, FIXTURE["G_A_output"], atol=1e-4)
