"""The schedule by hand, and how large its strips are."""

from cyclegan_tf.translation.strips.stages import schedule, strip_rows
from cyclegan_tf.translation.strips.units import units_of


def test_no_norm_has_to_wait_for_what_is_not_kept(random_generator):
    """The schedule by hand: what each sweep reads and writes."""
    stages = schedule(units_of(random_generator(8, 1, upsampling="resize")))
    x, y = "down2_conv", "block1a_conv"
    assert [
        (stage.units[0].convolution.name, stage.units[-1].convolution.name, stage.sink)
        for stage in stages
    ] == [
        ("stem_conv", "stem_conv", None),
        ("stem_conv", "down1_conv", "down1_conv"),
        ("down2_conv", "down2_conv", x),
        ("block1a_conv", "block1a_conv", y),
        ("block1b_conv", "block1b_conv", y),
        ("up1_conv", "up1_conv", "up1_conv"),
        ("up2_conv", "up2_conv", None),
        ("up2_conv", "head_conv", None),
    ]


def test_example_of_the_readme(random_generator):
    """Sources, entrance, whether the first source is written back, and sink, sweep by sweep."""
    stages = schedule(units_of(random_generator(8, 2)))
    x, y = "down2_conv", "block1a_conv"
    assert [(stage.sources, stage.entrance, stage.rewrite, stage.sink) for stage in stages] == [
        (("image",), "image", False, None),
        (("image",), "image", False, "down1_conv"),
        (("down1_conv",), "relu", False, x),
        ((x,), "relu", True, y),
        ((y,), "relu", False, y),
        ((x, y), "sum", True, y),
        ((y,), "relu", False, y),
        ((x, y), "sum", False, "up1_conv"),
        (("up1_conv",), "relu", False, None),
        (("up1_conv",), "relu", False, None),
    ]


def test_no_tensor_of_a_huge_map_reaches_two_to_the_31(random_generator):
    for stage in schedule(units_of(random_generator(8, 1, upsampling="transpose"))):
        width, channels = 2**18 // stage.scale, 32
        rows = strip_rows(stage, width, channels)
        # 8 times the channels of this small generator make the paper's.
        assert 8 * rows * width * channels * max(1, stage.scale // stage.sink_scale) ** 2 < 2**31
