"""What is known of the maps of built-in and exported worlds besides their pixels: `GroundTruth`.

Nothing here measures; folders of one's own have no ground truth, and are told so by None.
"""

from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from data_pipeline import worlds
from data_pipeline.errors import DataError
from data_pipeline.listing import world_options
from data_pipeline.worlds.dataset import map_specs, render_many, render_spec


def find_ground_truth(data):
    """Returns the ground truth that comes with a source of images.

    Args:
        data: as for `open_sources`.

    Returns:
        A `GroundTruth` for a built-in world ("world:...") and for a folder that `export_world`
        wrote; None for all others.

    Raises:
        DataError: the options of a world are wrong.
    """
    if isinstance(data, str) and data.startswith("world:"):
        return _BuiltIn(data)
    if not isinstance(data, (tuple, list)) and (Path(data).expanduser() / "world.json").is_file():
        return _Exported(Path(data).expanduser())
    return None


class GroundTruth:
    """Labels and a camera path. Maps of the same name in "val" and "test" are true pairs."""

    def labels(self, split, domain, names):
        """The class of every pixel of some maps.

        Args:
            split: "train", "val" or "test".
            domain: "a" or "b".
            names: iterable of str, as in `Source.names`.

        Returns:
            List of uint8 `(h, w)`, indices into `worlds.CLASSES`; None where they were not written.

        Raises:
            DataError: there is no such map, or its file can't be read.
        """
        raise NotImplementedError

    def frames(self, num_frames):
        """The first frames of a camera path through a world that is not in any split.

        Returns:
            List of `worlds.ScrollFrame`, `num_frames` or as many as there are; None where none were
            written.
        """
        raise NotImplementedError


class _BuiltIn(GroundTruth):
    def __init__(self, data):
        self._data = data
        self._pair, self._options = world_options(data)

    def labels(self, split, domain, names):
        keys = ("num_maps", "captures", "scale", "seed")
        options = {key: self._options[key] for key in keys if key in self._options}
        try:
            specs = map_specs(self._pair, split, domain, **options)
        except ValueError as error:
            raise DataError(f"{self._data}: {error}") from error
        by_name = {spec.name: spec for spec in specs}
        missing = [name for name in names if name not in by_name]
        if missing:
            raise DataError(f"{self._data}: no map {missing[0]!r} in {split}{domain.upper()}")
        wanted = [by_name[name] for name in names]
        return render_many(_labels_of, wanted, self._options.get("num_workers"), progress=False)

    def frames(self, num_frames):
        scale = self._options.get("scale", 1.0)
        return list(
            worlds.scroll(
                self._pair,
                seed=self._options.get("seed", 0),
                num_frames=num_frames,
                size=(max(8, round(480 * scale)), max(8, round(640 * scale))),
                scale=scale,
            )
        )


def _labels_of(spec):
    return render_spec(spec).labels


class _Exported(GroundTruth):
    def __init__(self, root):
        self._root = root

    def labels(self, split, domain, names):
        folder = self._root / "labels" / f"{split}{domain.upper()}"
        if not folder.is_dir():
            return None
        return [_read(folder / f"{name}.png") for name in names]

    def frames(self, num_frames):
        root = self._root / "scroll"
        frames = []
        for path in islice(sorted((root / "flow").glob("*.npz")), num_frames):
            pictures = [_read(root / domain / f"{path.stem}.png") for domain in "ab"]
            try:
                with np.load(path) as file:
                    flow, occlusion, offset = (file[k] for k in ("flow", "occlusion", "offset"))
            except Exception as error:  # BadZipFile, KeyError, OSError, ValueError...
                raise DataError(f"{path}: can't be read ({error})") from error
            offset = tuple(int(v) for v in offset)
            frames.append(worlds.ScrollFrame(*pictures, flow.astype(np.float32), occlusion, offset))
        return frames or None


def _read(path):
    try:
        with Image.open(path) as image:
            return np.array(image)
    except OSError as error:
        raise DataError(f"{path}: can't be read ({error}); export the world again") from error
