"""The points of Winograd's convolution; what it computes is tested in test_row_steps.py."""

import numpy as np

from cyclegan_tf.translation.strips.blas.winograd import winograd_matrices


def test_the_points_of_winograd_halve_the_rounding_error_of_the_usual_ones():
    rng = np.random.default_rng(0)
    tiles, kernel = rng.normal(size=(500, 36, 64)).astype("f"), rng.normal(size=(9, 64)).astype("f")
    taps = [
        [6 * (y + i) + x + j for i in range(3) for j in range(3)]
        for y in range(4)
        for x in range(4)
    ]
    exact = (tiles.astype("d")[:, taps] * kernel).sum((2, 3))

    def rms_error(**points):
        kernels, inputs, outputs = (np.kron(m, m) for m in winograd_matrices(**points))
        transformed = (kernels @ kernel).astype("f")
        products = (inputs.astype("f") @ tiles * transformed).sum(-1)
        return np.sqrt(np.mean((products @ outputs.astype("f").T - exact) ** 2))

    assert rms_error() < 0.6 * rms_error(a=1.0, b=2.0)
