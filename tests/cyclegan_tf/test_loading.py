"""What can't be loaded as a generator is refused in one line.

That what can be loaded translates is seen in test_translation.py, test_shipped.py and test_cli.py.
"""

import pytest

from cyclegan_tf.loading import load_generator
from cyclegan_tf.networks import patch_discriminator, resnet_generator
from cyclegan_tf.run_folder import RunError


def test_what_is_no_generator_is_refused_in_one_line(tmp_path):
    (tmp_path / "text.keras").write_text("nothing")
    with pytest.raises(RunError, match="text.keras is not a generator or checkpoint") as error:
        load_generator(tmp_path / "text.keras")
    assert "\n" not in str(error.value)
    with pytest.raises(RunError, match="does not exist. .* a .keras file or one of"):
        load_generator(tmp_path / "none.keras")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match="holds no generator and no checkpoint. Was it trained?"):
        load_generator(tmp_path / "empty", "a2b")
    with pytest.raises(RunError, match="give a direction, a2b or b2a"):
        load_generator(tmp_path / "empty")
    with pytest.raises(RunError, match="direction must be a2b or b2a; received 'ab'"):
        load_generator(tmp_path / "empty", "ab")
    patch_discriminator(4, 1).save(tmp_path / "critic.keras")
    with pytest.raises(RunError, match="holds a patch_discriminator, not a generator"):
        load_generator(tmp_path / "critic.keras")
    resnet_generator(4, 1, name="generator_ab").save(tmp_path / "ab.keras")
    with pytest.raises(RunError, match="translates a2b, not b2a. Load the other"):
        load_generator(tmp_path / "ab.keras", "b2a")
