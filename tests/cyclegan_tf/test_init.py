"""The public surface: names, where they lead, and that importing them costs nothing.

What they do is tested with their modules.
"""

import re

import pytest

import cyclegan_tf

PROMISED = ("preset", "train", "CycleGAN", "resnet_generator", "patch_discriminator")
PROMISED += ("Translator", "show_translation", "Config", "PRESETS", "show_batch", "score_table")
PROMISED += ("open_video", "convert_video", "translate_video", "pan", "write_gif")
PROMISED += ("Objective", "OptionalLoss", "InstanceNormalization", "load_generator", "publish")


@pytest.mark.parametrize("name", PROMISED)
def test_promised_names_are_there(name):
    assert name in cyclegan_tf.__all__
    assert name in dir(cyclegan_tf)


def test_every_public_name_leads_to_its_object():
    for name in cyclegan_tf.__all__:
        thing = getattr(cyclegan_tf, name)
        assert getattr(thing, "__name__", name) == name


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'cyclegan_tf' has no attribute 'Cyclegan'"):
        cyclegan_tf.Cyclegan  # noqa: B018
    assert not hasattr(cyclegan_tf, "nothing")


def test_version_is_a_version():
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", cyclegan_tf.__version__)


def test_import_loads_neither_tensorflow_nor_keras(run_python):
    done = run_python(
        "-c",
        "import sys, cyclegan_tf; dir(cyclegan_tf); cyclegan_tf.Config();"
        "print({'tensorflow', 'keras', 'numpy'} & set(sys.modules))",
    )
    assert done.stdout.strip() == "set()", done.stderr
