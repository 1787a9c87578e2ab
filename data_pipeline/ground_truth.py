"""What is known of the maps of built-in and exported worlds besides their pixels: `GroundTruth`.

Other folders have no ground truth: `find_ground_truth` returns None for them.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from data_pipeline import worlds
from data_pipeline.addresses import Data, is_world, world_options
from data_pipeline.archives import read_arrays
from data_pipeline.decoding import read_image, read_labels
from data_pipeline.errors import DataError
from data_pipeline.worlds.dataset import map_specs, render_spec
from data_pipeline.worlds.map_spec import MapSpec
from data_pipeline.worlds.processes import render_many

Content = TypeVar("Content")


def find_ground_truth(data: Data) -> "GroundTruth | None":
    """Returns the ground truth that comes with a source of images.

    Args:
        data: As in `open_sources`.

    Returns:
        A `GroundTruth` for a built-in world ("world:...") and for a folder that `export_world`
        wrote; None for all others.

    Raises:
        DataError: The options of a world are wrong.
    """
    if is_world(data):
        return _BuiltIn(data)
    if not isinstance(data, (tuple, list)) and (Path(data).expanduser() / "world.json").is_file():
        return _Exported(Path(data).expanduser())
    return None


class GroundTruth:
    """Labels and a camera path. Maps of the same name in "val" and "test" are true pairs."""

    def labels(self, split: str, domain: str, names: Iterable[str]) -> list[np.ndarray] | None:
        """Returns the class of every pixel of some maps.

        Args:
            split: "train", "val" or "test".
            domain: "a" or "b".
            names: Which maps, as in `Source.names`.

        Returns:
            A uint8 `(h, w)` for each, indices into `worlds.CLASSES`; None where no labels were
            written.

        Raises:
            DataError: There is no such map, or its file can't be read.
        """
        raise NotImplementedError

    def frames(self, num_frames: int) -> list[worlds.ScrollFrame] | None:
        """Returns the first frames of a camera path through a world that is not in any split.

        Args:
            num_frames: How many at most.

        Returns:
            The frames; None where none were written.

        Raises:
            DataError: A file of them can't be read.
        """
        raise NotImplementedError


class _BuiltIn(GroundTruth):
    def __init__(self, address: str) -> None:
        self._address = address
        self._pair, self._options = world_options(address)

    def labels(self, split: str, domain: str, names: Iterable[str]) -> list[np.ndarray]:
        keys = ("num_maps", "captures", "scale", "seed", "structure")
        options = {key: self._options[key] for key in keys if key in self._options}
        try:
            specs = map_specs(self._pair, split, domain, **options)
        except ValueError as error:
            raise DataError(f"{self._address}: {error}") from error
        by_name = {spec.name: spec for spec in specs}
        missing = [name for name in names if name not in by_name]
        if missing:
            raise DataError(f"{self._address}: no map {missing[0]!r} in {split}{domain.upper()}.")
        wanted = [by_name[name] for name in names]
        return render_many(_labels_of, wanted, self._options.get("num_workers"), progress=False)

    def frames(self, num_frames: int) -> list[worlds.ScrollFrame]:
        scale = self._options.get("scale", 1.0)
        return list(
            worlds.scroll(
                self._pair,
                seed=self._options.get("seed", 0),
                num_frames=num_frames,
                size=(max(8, round(480 * scale)), max(8, round(640 * scale))),
                scale=scale,
                structure=self._options.get("structure", 0),
            )
        )


def _labels_of(spec: MapSpec) -> np.ndarray:
    return render_spec(spec).labels


class _Exported(GroundTruth):
    def __init__(self, root: Path) -> None:
        self._root = root

    def labels(self, split: str, domain: str, names: Iterable[str]) -> list[np.ndarray] | None:
        folder = self._root / "labels" / f"{split}{domain.upper()}"
        if not folder.is_dir():
            return None
        return [_read(read_labels, folder / f"{name}.png") for name in names]

    def frames(self, num_frames: int) -> list[worlds.ScrollFrame] | None:
        root = self._root / "scroll"
        frames = []
        for path in islice(sorted((root / "flow").glob("*.npz")), num_frames):
            a, b = (_read(read_image, root / domain / f"{path.stem}.png") for domain in "ab")
            flow, occlusion, offset = _read(_read_flow, path)
            sizes = {a.shape[:2], b.shape[:2], flow.shape[:2], occlusion.shape}
            if len(sizes) > 1 or flow.shape[2:] != (2,):
                raise DataError(
                    f"{path}: pictures, flow and occlusion differ in size; export the world again."
                )
            frames.append(worlds.ScrollFrame(a, b, flow, occlusion, offset))
        return frames or None


def _read_flow(path: Path) -> tuple[np.ndarray, np.ndarray, tuple[int, int]]:
    arrays = read_arrays(path, compressed=True)
    x, y = arrays["offset"].ravel().tolist()
    return arrays["flow"].astype(np.float32), arrays["occlusion"].astype(bool), (int(x), int(y))


def _read(read: Callable[[Path], Content], path: Path) -> Content:
    try:
        return read(path)
    except Exception as error:  # BadZipFile, KeyError, OSError, ValueError...
        raise DataError(f"{path}: can't be read ({error}); export the world again.") from error
