"""The command `cyclegan-tf upscale`: large pictures from a run that was trained on small ones."""

import argparse

from cyclegan_tf.errors import ConfigError


def add_upscale(commands: argparse._SubParsersAction) -> None:
    """Adds the command `upscale`."""
    parser = commands.add_parser(
        "upscale",
        help="draw large pictures with a run that was trained on small ones",
        description="Learn the details of both worlds from their true pictures in full size, and "
        "make a run of generators that translate a picture made small and then draw it large.",
    )
    parser.add_argument("trained", metavar="RUN", help="folder of a finished run")
    parser.add_argument("--run", metavar="NEW", required=True, help="folder of the run to make")
    parser.add_argument(
        "--data",
        default="",
        help="maps in full size, as for train (default: the run's, as many times larger than its "
        "--load-size)",
    )
    numbers = {
        "--factor": (4, "N", "how many times larger: 2, 4 or 8"),
        "--updates": (3000, "N", "updates of each of both upscalers"),
        "--crop-size": (160, "PIXELS", "side of a training crop in full size"),
        "--batch-size": (4, "N", "crops per update"),
        "--filters": (8, "N", "size of the upscalers"),
        "--seed": (0, "N", "seed of all randomness"),
    }
    for flag, (default, metavar, text) in numbers.items():
        parser.add_argument(
            flag, type=int, default=default, metavar=metavar, help=f"{text} (default: %(default)s)"
        )
    parser.set_defaults(
        run_command=_upscale,
        after_interruption="nothing was kept; run the same command again",
        to_save_memory="use a smaller --batch-size or --crop-size",
    )


def _upscale(arguments):
    if arguments.seed < 0:
        raise ConfigError(f"--seed must be at least 0; received {arguments.seed}.")
    from cyclegan_tf.training.upscaling import upscale_run

    upscale_run(
        arguments.trained,
        arguments.run,
        data=arguments.data,
        factor=arguments.factor,
        num_updates=arguments.updates,
        crop_size=arguments.crop_size,
        batch_size=arguments.batch_size,
        filters=arguments.filters,
        seed=arguments.seed,
        say=print,
    )
    print(f"To translate: cyclegan-tf translate {arguments.run} PICTURES --direction a2b --out DIR")
    return 0
