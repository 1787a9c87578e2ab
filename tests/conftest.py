"""Fixtures for both packages' tests: folders of pictures, settings, new processes, a full disk.

No test here, and nothing from data_pipeline: the pictures are noise, written with Pillow alone.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# As the command does on two cores, but on every machine: the number of threads that share an op
# decides in which order it adds.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def write_pictures():
    """`write_pictures(folder, sizes, seed)` fills a folder with noise: m0.png, m1.png, ..."""

    def write(folder, sizes, seed=0):
        folder.mkdir(parents=True, exist_ok=True)
        random = np.random.default_rng(seed)
        for i, (height, width) in enumerate(sizes):
            pixels = random.integers(0, 256, (height, width, 3), np.uint8)
            Image.fromarray(pixels).save(folder / f"m{i}.png")

    return write


@pytest.fixture(scope="session")
def two_folders(tmp_path_factory, write_pictures):
    """A data folder with 3 maps in A and 4 in B, all of different sizes; don't write to it."""
    folder = tmp_path_factory.mktemp("two_folders")
    write_pictures(folder / "A", [(40, 48), (36, 52), (44, 32)], seed=1)
    write_pictures(folder / "B", [(32, 64), (41, 37), (48, 48), (39, 33)], seed=2)
    return folder


@pytest.fixture(scope="session")
def small_config(two_folders):
    """The smallest run that has everything: pool, moving average, annealed identity, decay."""
    from cyclegan_tf import preset

    return preset(
        "tiny",
        data=str(two_folders),
        name_a="A",
        name_b="B",
        discriminator_layers=1,
        precision="float32",
        identity_anneal=0.5,
        steps_per_epoch=3,
        log_every=1,
        sample_every=4,
        validate_every=4,
        checkpoint_every=4,
        keep_checkpoints=3,
    )


@pytest.fixture(scope="session")
def run_python():
    """`run_python("-m", "cyclegan_tf", ...)` runs a new Python process that finds the packages."""

    def run(*arguments, cwd=None):
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": path},
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=1200,
            check=False,
        )

    return run


@pytest.fixture
def full_disk():
    """Lets no file of this process grow beyond 20 kB: writing fails as on a full disk."""
    import resource  # not on Windows

    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, old[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, old)
