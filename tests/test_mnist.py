"""The shipped MNIST is complete; another file is checked, and the error says what to do."""

from pathlib import Path

import numpy as np
import pytest

from reporter.errors import DataError
from reporter.training import mnist


def test_the_shipped_data_is_all_of_mnist() -> None:
    data = mnist.load()
    assert data.x_train.shape == (60000, 28, 28, 1)
    assert data.x_test.shape == (10000, 28, 28, 1)
    assert (data.x_train.min(), data.x_train.max()) == (0.0, 1.0)
    assert data.x_train.dtype == data.y_train.dtype == np.float32
    assert data.y_train.sum(axis=0).astype(int).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert data.y_test.sum() == 10000


def test_an_altered_or_missing_shipped_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "SHIPPED", tmp_path / "mnist.npz")
    with pytest.raises(DataError, match=r"mnist\.npz: No such file or directory; reinstall"):
        mnist.load()
    (tmp_path / "mnist.npz").write_bytes(b"altered")
    with pytest.raises(DataError, match=r"SHA-256 differs\); reinstall .* --data"):
        mnist.load()


IMAGES, LABELS = np.zeros((4, 28, 28), np.uint8), np.zeros(4, np.uint8)
ALTERED = {
    "an array is missing": ({"x_train": IMAGES}, "y_train"),
    "images of another size": ({"x_train": np.zeros((4, 32, 32), np.uint8)}, "x_train is uint8 (4, 32, 32)"),
    "images already scaled": ({"x_train": IMAGES.astype(np.float32)}, "x_train is float32"),
    "fewer labels than images": ({"y_test": LABELS[:3]}, "y_test is uint8 (3,)"),
    "a label that is not a digit": ({"y_train": LABELS + 10}, "y_train is uint8"),
    "pickled objects": ({"x_train": np.array([object()])}, "truncated or altered"),
}


@pytest.mark.parametrize(("change", "message"), ALTERED.values(), ids=ALTERED.keys())
def test_data_of_another_shape_is_refused(tmp_path: Path, change: dict[str, object], message: str) -> None:
    whole: dict[str, object] = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES, "y_test": LABELS}
    arrays = change if change.keys() == {"x_train"} and message == "y_train" else whole | change
    np.savez(tmp_path / "d.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(DataError) as error:
        mnist.load(tmp_path / "d.npz")
    assert message in str(error.value)
    assert str(error.value).startswith(str(tmp_path / "d.npz"))


@pytest.mark.parametrize("size", [0, 3, 2000])
def test_a_truncated_file_is_refused(tmp_path: Path, size: int) -> None:
    np.savez(tmp_path / "whole.npz", x_train=IMAGES, y_train=LABELS, x_test=IMAGES, y_test=LABELS)
    (tmp_path / "cut.npz").write_bytes((tmp_path / "whole.npz").read_bytes()[:size])
    with pytest.raises(DataError):
        mnist.load(tmp_path / "cut.npz")


def test_images_are_scaled_and_labels_are_one_hot(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x_train=IMAGES + 51, y_train=LABELS + 3, x_test=IMAGES, y_test=LABELS)
    data = mnist.load(tmp_path / "d.npz")
    assert data.x_train[0, 0, 0, 0] == np.float32(0.2)
    assert data.y_train[0].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
