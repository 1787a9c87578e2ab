"""Makes a finished run folder of what on_device.py saved.

python research/finished_run.py SAVED.npz RUN
"""

import json
import sys
from pathlib import Path

import numpy as np

from cyclegan_tf import __version__
from cyclegan_tf.config import Config
from cyclegan_tf.model.networks import resnet_generator
from cyclegan_tf.runs.folder import RunFolder, save_model
from cyclegan_tf.runs.loading import HOW_TO_LOAD
from cyclegan_tf.runs.preparation import preparation_in


def finish(saved, folder):
    """Makes a finished run folder out of a file of `Training.save`."""
    arrays = np.load(saved)
    card = json.loads(str(arrays["card"]))
    config = Config(**card["recipe"])
    run = RunFolder(folder)
    run.path.mkdir(parents=True, exist_ok=True)
    run.config_file.write_text(config.to_json())
    for way in ("a2b", "b2a"):
        generator = resnet_generator(
            config.filters, config.num_residual_blocks, upsampling=config.upsampling,
            interpolation=config.interpolation, channels=config.channels,
        )  # fmt: skip
        names = sorted(name for name in arrays.files if name.startswith(way))
        generator.set_weights([np.float32(arrays[name]) for name in names])
        save_model(generator, run.generator_file(way), preparation_in(config))
    card |= {"preparation": preparation_in(config).to_dict(), "how_to_load": HOW_TO_LOAD}
    run.write_card(card | {"cyclegan_tf": __version__})


if __name__ == "__main__":
    finish(Path(sys.argv[1]), Path(sys.argv[2]))
