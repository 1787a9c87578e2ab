"""How many updates fit into a time limit, and what is said where they are too few."""

from types import SimpleNamespace

from cyclegan_tf.config import Config
from cyclegan_tf.training.time_limit import TimeLimitLine, advice, updates_in_time

LIMITED = Config(epochs=26, decay_epoch=16, time_limit_minutes=3)


def test_updates_in_time():
    assert updates_in_time(LIMITED, 1300, 0, 0.0, 0.4) == 450
    assert updates_in_time(LIMITED, 1300, 425, 180.0, 0.4) == 425
    assert updates_in_time(LIMITED, 1300, 0, 0.0, 0.1) is None
    assert updates_in_time(LIMITED.replace(time_limit_minutes=0.0), 1300, 0, 0.0, 9.0) is None


def test_advice_names_the_epochs_that_fit():
    text = advice(LIMITED, 1300, 450)
    assert "3 minutes will end this at about update 450, before" in text
    assert "(from update 800 on)" in text and "--epochs 9 --decay-epoch 5 fits" in text
    assert advice(LIMITED, 1300, 40).endswith("Give more time, or fewer epochs.")  # not one fits
    assert advice(LIMITED, 1300, 900) is None and advice(LIMITED, 1300, None) is None


def test_the_line_is_said_once_when_the_pace_is_known():
    said, log = [], SimpleNamespace(seconds=0.0)
    line = TimeLimitLine(LIMITED, 1300, log, said.append)
    line.set_model(SimpleNamespace(num_updates=0))
    for step in range(25, 300, 25):
        line.model.num_updates, log.seconds = step, 20 + 0.4 * step  # 20 s to compile
        line.on_epoch_end(0)
        assert len(said) == (step >= 125)
    assert "at about update 400" in said[0]
