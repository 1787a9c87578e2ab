"""`publish`: a generator with its card and its preparation onto a model hub."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import RunError
from cyclegan_tf.model_files.hub import CARD, hub, repository_of
from cyclegan_tf.runs import pretrained
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import load_generator, resolve
from data_pipeline.preparation import MEMBER


def publish(
    place: str | os.PathLike, address: str, direction: Direction | str | None = None
) -> None:
    """Saves a generator on the hub, so that `Translator.load(address)` has all of it.

        publish("runs/mine", "hf://user/meadow2forest", "a2b")

    Keras' own `generator.save(address)` does the same without the card, and without how pictures
    are prepared. The hub asks who you are: `hf auth login` first.

    Args:
        place: Run folder, `.keras` file or name of a pretrained generator.
        address: `"hf://user/name"`; the repository is made if it isn't there.
        direction: `"a2b"` or `"b2a"`, as in `load_generator`.

    Raises:
        RunError: The generator can't be loaded, its card can't be read, or `huggingface_hub` isn't
            installed.
    """
    repository, revision = repository_of(address)
    if revision:
        raise RunError(
            f"{address} names a revision, and publishing goes to the newest. Leave @{revision} out."
        )
    library = hub()
    generator = load_generator(place, direction)
    card = _card_of(place)
    if card is not None and direction is not None:
        card["direction"] = str(Direction(direction))
    generator.save(f"hf://{repository}")
    with tempfile.TemporaryDirectory() as folder:
        files: dict[str, Any] = {MEMBER: generator.preparation.to_dict()}
        if card is not None:
            files[CARD] = card
        for name, content in files.items():
            (Path(folder) / name).write_text(json.dumps(content, indent=2) + "\n", "utf-8")
        library.HfApi().upload_folder(
            repo_id=repository,
            folder_path=folder,
            commit_message="Add how pictures are prepared, and the card.",
        )


def _card_of(place: str | os.PathLike) -> dict[str, Any] | None:
    found = resolve(place)
    file = RunFolder(found).card_file if found.is_dir() else found.with_suffix(".json")
    return pretrained.read_card_file(file) if file.exists() else None
