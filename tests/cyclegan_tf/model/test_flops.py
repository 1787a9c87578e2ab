"""Operations of the paper's networks against known figures, and of small ones by hand."""

import pytest

from cyclegan_tf import CycleGAN
from cyclegan_tf.model.flops import forward_flops, update_flops
from cyclegan_tf.model.networks import patch_discriminator, resnet_generator


def model_of(generator, discriminator, **settings):
    """Both directions alike: counting needs no weights of its own."""
    return CycleGAN(generator, generator, discriminator, discriminator, **settings)


@pytest.fixture(scope="module")
def paper():
    return resnet_generator(64, 9), patch_discriminator(64)


@pytest.mark.parametrize(
    ("size", "identity_weight", "tera"),
    [(256, 0.0, 1.29), (256, 5.0, 1.88), (480, 0.0, 4.54), (480, 5.0, 6.63)],
)
def test_an_update_of_the_papers_networks(paper, size, identity_weight, tera):
    flops = update_flops(model_of(*paper, identity_weight=identity_weight), size)
    assert flops / 1e12 == pytest.approx(tera, abs=0.005)


def test_a_generator_by_hand():
    by_hand = 2 * sum(
        [
            16 * 16 * 7 * 7 * 3 * 2,  # stem
            8 * 8 * 3 * 3 * 2 * 4,  # down
            4 * 4 * 3 * 3 * 4 * 8,
            2 * 4 * 4 * 3 * 3 * 8 * 8,  # a residual block
            4 * 4 * 4 * 4 * 8 * 4,  # up: every input pixel meets all 4x4 taps
            8 * 8 * 4 * 4 * 4 * 2,
            16 * 16 * 7 * 7 * 2 * 3,  # head
        ]
    )
    assert forward_flops(resnet_generator(2, 1, upsampling="balanced"), 16) == by_hand


def test_batch_scales_and_rare_losses_count_by_their_share():
    generator, judge = resnet_generator(2, 1), patch_discriminator(2, 1)
    passes, judged = forward_flops(generator, 16), 16 * forward_flops(judge, 16)
    plain = model_of(generator, judge)
    assert update_flops(plain, 16) == 12 * passes + judged
    assert update_flops(plain, 16, batch_size=3) == 3 * update_flops(plain, 16)
    rare = model_of(generator, judge, equivariance_weight=1.0, equivariance_every=4)
    assert update_flops(rare, 16) == (12 + 6 / 4) * passes + judged
    annealed = model_of(generator, judge, identity_weight=5.0, identity_anneal_steps=25)
    assert update_flops(annealed, 16) == (12 + 6 / 4) * passes + judged
