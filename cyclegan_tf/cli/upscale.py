"""The command `cyclegan-tf upscale`: large pictures from a run that was trained on small ones."""

import argparse
from dataclasses import fields

from cyclegan_tf.cli.limits import add_limits
from cyclegan_tf.cli.own_modules import add_own_modules
from cyclegan_tf.upscaler_recipe import UpscalerRecipe

_HELP = {
    "factor": ("N", "how many times larger: 2, 4 or 8"),
    "num_updates": ("N", "updates of each of both upscalers"),
    "crop_size": ("PIXELS", "side of a training crop in full size"),
    "batch_size": ("N", "crops per update"),
    "filters": ("N", "channels of an upscaler at full size"),
    "seed": ("N", "seed of all randomness"),
}


def add_upscale(commands: argparse._SubParsersAction) -> None:
    """Adds the command `upscale`."""
    parser = commands.add_parser(
        "upscale",
        help="draw large pictures with a run that was trained on small ones",
        description="Learn the details of both worlds from their true pictures in full size "
        "(single-image super-resolution), and make a run of generators that translate a picture "
        "made small and then draw it large.",
    )
    parser.add_argument("trained", metavar="RUN", help="folder of a finished run")
    parser.add_argument("--run", metavar="NEW", required=True, help="folder of the run to make")
    parser.add_argument(
        "--data",
        default="",
        help="maps in full size, as for train (default: the run's, as many times larger than its "
        "--load-size)",
    )
    for field in fields(UpscalerRecipe):
        metavar, text = _HELP[field.name]
        parser.add_argument(
            "--" + field.name.replace("_", "-"),
            type=int,
            default=field.default,
            metavar=metavar,
            help=f"{text} (default: %(default)s)",
        )
    add_own_modules(parser)
    add_limits(parser)
    parser.set_defaults(
        run_command=_upscale,
        after_interruption="nothing was kept; run the same command again",
        to_save_memory="use a smaller --batch-size or --crop-size",
    )


def _upscale(arguments):
    from cyclegan_tf.training.upscaling import upscale_run

    recipe = {field.name: getattr(arguments, field.name) for field in fields(UpscalerRecipe)}
    upscale_run(arguments.trained, arguments.run, data=arguments.data, say=print, **recipe)
    print(f"To translate: cyclegan-tf translate {arguments.run} PICTURES --direction a2b --out DIR")
    return 0
