"""The window of the app, made of gradio's parts; nothing is computed here."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from cyclegan_tf.app.studio import Bounds, Studio
from cyclegan_tf.errors import ConfigError, FileError, is_out_of_memory
from data_pipeline.errors import DataError

_HINT = "Drag across the picture: as it was on the left, translated on the right."


def launch(
    places: Iterable[str | os.PathLike],
    *,
    bounds: Bounds | None = None,
    host: str = "127.0.0.1",
    port: int | None = None,
    share: bool = False,
    wait: bool = True,
) -> Any:
    """Opens the app: in a browser's window, and in the output of a notebook's cell.

    Args:
        places: Generators, as for `Studio`.
        bounds: What an upload may cost.
        host: Address to listen on. Default: this machine alone can reach it.
        port: Port; None for the first free one from 7860 on.
        share: Whether to make a public address, through a server of gradio's makers. Whoever knows
            it can use the app.
        wait: Whether to go on until it is stopped; False in notebooks.

    Returns:
        The gradio app.

    Raises:
        ConfigError: gradio isn't installed, the port is taken, or see `Studio`.
        RunError: A generator can't be found.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # else it calls home
    gradio = _gradio()
    studio = Studio(places, bounds)
    app = build(studio, gradio)
    try:
        _, local, public = app.queue().launch(
            server_name=host,
            server_port=port,
            share=share,  # gradio's own default shares in Colab without being asked
            prevent_thread_lock=True,
            quiet=True,
            max_file_size=f"{studio.bounds.megabytes}mb",
            footer_links=[],
        )
    except OSError as error:
        raise ConfigError(f"The app cannot listen on {host}, port {port}: {error}.") from error
    print(f"Open {public or local}", flush=True)
    if wait:
        app.block_thread()
    return app


def build(studio: Studio, gradio: Any) -> Any:
    """Puts the window together.

    Args:
        studio: What does the work.
        gradio: The package.

    Returns:
        A `gradio.Blocks`.
    """
    choices, bounds = list(studio.choices), studio.bounds
    hour = 3600
    with gradio.Blocks(
        title="World translator", analytics_enabled=False, delete_cache=(hour, hour)
    ) as app:
        gradio.Markdown(
            "# World translator\nRedraws a picture or a clip of one world in the style of another."
        )
        choice = gradio.Dropdown(choices, value=choices[0], label="Generator")
        with gradio.Tab("Picture"), gradio.Row():
            with gradio.Column(scale=1):
                picture = gradio.Image(
                    type="filepath",
                    image_mode=None,  # as it is: with transparency, and all of its bits
                    label=f"Picture, up to {bounds.megapixels:g} megapixels",
                )
                translate = gradio.Button("Translate", variant="primary")
            with gradio.Column(scale=2):
                result = gradio.ImageSlider(type="filepath", label=_HINT, format="png")
                file = gradio.File(label="The translation as a file")
        with gradio.Tab("Clip"), gradio.Row():
            with gradio.Column(scale=1):
                clip = gradio.File(
                    file_types=["video", ".gif", ".webp", ".avif", ".png"],
                    label=f"Video or animation, up to {bounds.frames} frames",
                )
                convert = gradio.Button("Translate", variant="primary")
            with gradio.Column(scale=2):
                film = gradio.Video(label="The translation")
                notes = gradio.Textbox(label="Notes", interactive=False)

        def on_picture(name: str, path: str | None) -> tuple[tuple[str, str], str]:
            before, after = map(str, _telling(gradio, studio.translate_picture, name, path))
            return (before, after), after

        progress = gradio.Progress()

        def on_clip(name: str, path: str | None, bar: Any = progress) -> tuple[str, str]:
            def show(share: float, line: str) -> None:
                bar(share, desc=line)

            out, text = _telling(gradio, studio.translate_clip, name, path, show)
            return str(out), text

        translate.click(on_picture, [choice, picture], [result, file])
        convert.click(on_clip, [choice, clip], [film, notes])
    return app


def _telling(gradio: Any, work: Callable[..., Any], *arguments: Any) -> Any:
    """Works, and shows errors of ours to the user; others are a fault, which the log explains."""
    try:
        return work(*arguments)
    except (ConfigError, DataError, FileError) as error:
        raise gradio.Error(str(error), print_exception=False) from error
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        raise gradio.Error("This is too large for the memory.", print_exception=False) from error


def _gradio() -> Any:
    try:
        import gradio
    except ImportError as error:
        raise ConfigError(
            'The app needs the package gradio: pip install "gradio>=6.0" (the extra `app`).'
        ) from error
    return gradio
