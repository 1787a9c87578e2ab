"""The U-Net learns classes that can be seen, is cached and deterministic; scores by hand.

Labels of worlds are tested in tests/data_pipeline/test_ground_truth.py.
"""

import numpy as np
import pytest

from cyclegan_tf.metrics.segmentation import (
    Segmenter,
    _batches,
    _cache_path,
    accuracy_and_iou,
    confusion,
    train_segmenter,
    unet,
)

COLOURS = np.uint8([[200, 60, 60], [60, 180, 60], [60, 60, 220]])
SMALL = {"num_classes": 3, "num_steps": 40, "crop_size": 32, "batch_size": 2, "filters": 4}


@pytest.fixture(scope="module")
def maps():
    """Blocks of three colours with grain: (images, labels)."""
    random = np.random.default_rng(0)
    labels = [np.kron(random.integers(0, 3, (4, 5)), np.ones((12, 12), int)) for _ in range(3)]
    images = [
        np.clip(COLOURS[x] + random.normal(0, 8, (*x.shape, 3)), 0, 255).astype(np.uint8)
        for x in labels
    ]
    return images, labels


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def segmenter(maps, cache):
    return train_segmenter(*maps, **SMALL, cache_dir=cache)


def test_learns_what_can_be_seen(segmenter, maps):
    counts = sum(confusion(segmenter(x), y, 3) for x, y in zip(*maps, strict=True))
    accuracy, iou = accuracy_and_iou(counts)
    assert accuracy > 0.9
    assert iou > 0.8
    # With red and green exchanged, it reads the one for the other.
    swapped = sum(confusion(segmenter(x[..., [1, 0, 2]]), y, 3) for x, y in zip(*maps, strict=True))
    assert accuracy_and_iou(swapped)[0] < 0.6


def test_is_taken_from_the_disk_the_next_time(segmenter, maps, cache):
    said = []
    again = train_segmenter(*maps, **SMALL, cache_dir=cache, say=said.append)
    assert said == []
    np.testing.assert_array_equal(again(maps[0][0]), segmenter(maps[0][0]))


def test_file_name_stands_for_parameters_pictures_and_labels(maps, tmp_path):
    images, labels = maps
    others = [
        ([1, 2], images, labels, tmp_path),
        ([1, 3], images, labels, tmp_path),
        ([1, 2], [images[0] ^ 1, *images[1:]], labels, tmp_path),
        ([1, 2], images, [*labels[:2], 1 - labels[2]], tmp_path),
        ([1, 2], images[::-1], labels, tmp_path),
    ]
    assert len({_cache_path(*other) for other in others}) == len(others)
    assert _cache_path(*others[0]) == _cache_path(*others[0])


def test_weights_are_a_function_of_the_seed(maps, tmp_path):
    short = {**SMALL, "num_steps": 2}
    first, second = (
        train_segmenter(*maps, **short, cache_dir=tmp_path / name).network.get_weights()
        for name in "ab"
    )
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)
    other = unet(3, 4, seed=1).get_weights()
    assert np.abs(other[0] - unet(3, 4, seed=0).get_weights()[0]).max() > 0.1
    batch, again, new = (next(_batches(*maps, 1, 32, 2, seed))[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(batch, again)
    assert (batch != new).any()


def test_rare_classes_are_shown():
    """One pixel of class 1 in a large map: half of the crops look for a class, half of those it."""
    labels = np.zeros((200, 300), int)
    labels[150, 20] = 1
    image = np.repeat(labels[..., None], 3, axis=2).astype(np.uint8) * 255
    ((images, classes),) = _batches([image], [labels], 1, 32, 400, 0)
    shown = (classes == 1).any(axis=(1, 2))
    assert shown.mean() == pytest.approx(0.25, abs=0.08)
    np.testing.assert_array_equal(images[..., 0] > 0, classes == 1)  # mirrored together


def test_a_damaged_file_is_replaced_and_a_full_disk_no_hindrance(maps, tmp_path):
    short, said = {**SMALL, "num_steps": 0}, []
    train_segmenter(*maps, **short, cache_dir=tmp_path)
    (path,) = (tmp_path / "segmentation").iterdir()
    path.write_bytes(b"half a file")
    train_segmenter(*maps, **short, cache_dir=tmp_path, say=said.append)
    assert "can't be read" in said[0]
    assert path.stat().st_size > 1000
    (tmp_path / "file").write_text("")
    train_segmenter(*maps, **short, cache_dir=tmp_path / "file", say=said.append)
    assert "is not kept" in said[-1]


def test_strips_are_put_together_in_order():
    """A network that passes colours on: the class is the brightest channel, pixel by pixel."""
    image = np.zeros((13, 1100, 3), np.uint8)
    classes = np.random.default_rng(0).integers(0, 3, image.shape[:2])
    np.put_along_axis(image, classes[..., None], 255, axis=-1)
    seen = []

    def network(batch, training):
        seen.append(batch.shape)
        return batch

    np.testing.assert_array_equal(Segmenter(network)(image), classes)
    assert max(shape[2] for shape in seen) <= 512 + 2 * 64
    assert all(shape[1] % 8 == 0 and shape[2] % 8 == 0 for shape in seen)


def test_scores_by_hand():
    true, predicted = np.array([[0, 0, 1, 1]]), np.array([[0, 1, 1, 2]])
    counts = confusion(predicted, true, 4)
    expected = np.zeros((4, 4), int)
    expected[0, 0] = expected[0, 1] = expected[1, 1] = expected[1, 2] = 1
    np.testing.assert_array_equal(counts, expected)
    # Class 0: 1 of 2; class 1: 1 of 3; class 2 never truly occurs, class 3 not at all.
    assert accuracy_and_iou(counts) == (0.5, pytest.approx((1 / 2 + 1 / 3) / 2))
