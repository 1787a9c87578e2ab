"""`check_images`: what would hurt a training, by the settings of a run. Without TensorFlow."""

from cyclegan_tf.config import Config
from cyclegan_tf.runs.preparation import preparation_in
from data_pipeline.check.doctor import examine
from data_pipeline.check.report import Report


def check_images(config: Config) -> Report:
    """Looks for what would hurt a training: unreadable files, duplicates, borders, small pictures.

        print(check_images(preset("default", data="my_maps")))

    Args:
        config: Settings of the run.

    Returns:
        A report whose text names every problem; see `data_pipeline.check`.

    Raises:
        DataError: There are no images at all.
    """
    return examine(
        config.data,
        crop_size=config.crop_size,
        names=(config.name_a, config.name_b),
        batch_size=config.batch_size,
        epochs=config.epochs,
        steps_per_epoch=config.steps_per_epoch,
        load_size=config.load_size,
        channels=config.channels,
        small_images=config.small_images,
        background=preparation_in(config).background,
        memory_limit_bytes=config.memory_limit_bytes,
    )
