"""The command `cyclegan-tf import`: networks that other programs trained."""

import argparse
from pathlib import Path


def add_import(commands: argparse._SubParsersAction) -> None:
    """Adds the command `import`."""
    parser = commands.add_parser(
        "import",
        help="take over generators that were trained with TensorFlow 2 or PyTorch",
        description="Make this project's files of networks that other programs trained: a "
        "checkpoint of tf.train.Checkpoint, or files of pytorch-CycleGAN-and-pix2pix.",
    )
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="folder with latest_net_G_A.pth and so on, one .pth file, or a TensorFlow checkpoint "
        "(its folder, or NAME of NAME.index)",
    )
    parser.add_argument(
        "--out",
        metavar="RUN",
        required=True,
        help="folder to make; for a single generator, a .keras file works as well",
    )
    parser.add_argument(
        "--epsilon",
        type=float,
        metavar="E",
        help="of the instance norms, which the files don't say (default: 1e-5 for PyTorch, 1e-3 "
        "for TensorFlow)",
    )
    parser.add_argument(
        "--load-size",
        type=int,
        default=0,
        metavar="PIXELS",
        help="resize the shorter side of pictures to this for the network; 0 keeps their size "
        "(default: %(default)s)",
    )
    parser.add_argument("--name-a", default="A", help="name of domain A (default: %(default)s)")
    parser.add_argument("--name-b", default="B", help="name of domain B (default: %(default)s)")
    parser.set_defaults(
        run_command=_import,
        after_interruption="delete the folder, then run the same command again",
        to_save_memory="close other programs and run it again",
    )


def _import(arguments):
    from cyclegan_tf.importing.importing import import_networks

    imported = import_networks(
        arguments.source,
        arguments.out,
        epsilon=arguments.epsilon,
        load_size=arguments.load_size,
        name_a=arguments.name_a,
        name_b=arguments.name_b,
        say=print,
    )
    for file in imported.files:
        print(file)
    if not arguments.load_size:
        print(
            "Pictures keep their size (load_size 0). If the networks were trained on resized ones, "
            "give --load-size (256 was the authors' default for translating)."
        )
    direction = "b2a" if imported.files[0].stem == "generator_ba" else "a2b"
    way = f" --direction {direction}" if Path(arguments.out).suffix != ".keras" else ""
    print(f"To translate: cyclegan-tf translate {arguments.out} PICTURES{way} --out FOLDER")
    if imported.can_train_on:
        print(f"To train on: cyclegan-tf train default --data DATA {_flags(arguments, imported)}")
    return 0


def _flags(arguments, imported):
    """The flags of `train` that make networks of the same sizes."""
    config = imported.config
    names = ["filters", "num_residual_blocks", "upsampling"]
    names += ["discriminator_filters", "discriminator_layers"]
    given = [f"--{name.replace('_', '-')} {getattr(config, name)}" for name in names]
    size = f" --load-size {config.load_size}" if config.load_size else ""
    size += f" --channels {config.channels}" if config.channels != 3 else ""
    return f"--init-from {arguments.out} {' '.join(given)} --no-vertical-position{size}"
