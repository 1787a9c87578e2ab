"""Memory while a clip is translated, measured in a process of its own.

In the process of the tests, others may have needed more than a clip does.
"""

import resource
import tempfile
from pathlib import Path

from small_clips import Clip

from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.video.translate import convert_video


def test_memory_does_not_grow_with_the_clip(run_python, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))  # small_clips
    found = run_python(__file__)
    assert found.returncode == 0, found.stderr
    few, many = map(int, found.stdout.split())
    assert many <= 1.05 * few


def peak_memory(translator, count, folder):
    """Returns the most that this process has held, in KiB, after a clip of `count` frames."""
    clip = Clip(count, size=(96, 128))  # 1000 frames of it: 37 MB in uint8, 147 in float32
    convert_video(clip, folder / "out.mp4", translator, say=lambda line: None)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    from cyclegan_tf.model.networks import resnet_generator

    smallest = Translator(resnet_generator(2, 1, upsampling="resize", seed=3), "float32")
    with tempfile.TemporaryDirectory() as scratch:
        print(*(peak_memory(smallest, count, Path(scratch)) for count in (100, 1000)))
