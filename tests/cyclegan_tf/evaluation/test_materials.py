"""What is opened for each direction: how many maps, of which split and domain, what is known."""

import numpy as np

from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.evaluation.materials import NUM_FRAMES, open_materials
from data_pipeline import load_maps, open_sources
from data_pipeline.preparation import Preparation, gray_of

DATA = "world:meadow2forest?scale=0.1&num_maps=4"


def test_few_translations_are_compared_with_all_the_real_maps_that_they_may_be():
    for material in open_materials(DATA, num_maps=2, with_labels=True).values():
        assert len(material.inputs) == len(material.trues) == len(material.unseen) == 2
        assert len(material.reals) == len(material.real_labels) == 4


def test_directions_swap_the_domains_of_one_split():
    materials = open_materials(DATA, num_maps=2)
    assert list(materials) == list(Direction)
    there, back = materials.values()
    assert (there.split, there.source, there.target) == ("test", "a", "b")
    assert (back.split, back.source, back.target) == ("test", "b", "a")
    maps_a, maps_b = (load_maps(x, [0, 2]) for x in open_sources(DATA, split="test"))
    for image, other in zip(there.inputs + there.trues, maps_a + maps_b, strict=True):
        np.testing.assert_array_equal(image, other)
    for image, other in zip(back.inputs + back.trues, maps_b + maps_a, strict=True):
        np.testing.assert_array_equal(image, other)
    assert len(there.frames) == NUM_FRAMES
    assert there.labels[0].shape == there.trues[0].shape[:2]
    assert there.real_labels is None  # they were not asked for


def test_maps_that_were_trained_on_have_no_pairs_and_no_held_out_maps():
    material = open_materials(DATA, split="train")[Direction.A2B]
    assert (material.split, material.trues, material.labels) == ("train", None, None)
    assert len(material.unseen) == 0


def test_resized_maps_have_no_labels_of_their_size():
    material = open_materials(DATA, Config(load_size=40), num_maps=2)[Direction.B2A]
    assert min(material.inputs[0].shape[:2]) == 40
    assert (material.trues, material.labels, material.frames) == (None, None, None)


def test_gray_networks_are_measured_on_gray_maps_in_rgb():
    raw = open_materials(DATA, Config(channels=1), num_maps=2)[Direction.A2B]
    colour = open_materials(DATA, num_maps=2)[Direction.A2B]
    material = raw.seen(Preparation(channels=1))
    for name in ("inputs", "reals", "unseen", "trues"):
        own, real, seen = (getattr(m, name)[1] for m in (raw, colour, material))
        np.testing.assert_array_equal(own, gray_of(real))
        np.testing.assert_array_equal(seen, np.repeat(own, 3, -1))
    for frame, other in zip(material.frames, colour.frames, strict=True):
        np.testing.assert_array_equal(frame.image_b[..., :1], gray_of(other.image_b))
    assert colour.seen(Preparation()).frames is colour.frames
