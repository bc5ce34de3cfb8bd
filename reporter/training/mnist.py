"""Loads MNIST from a file, and refuses a file that is missing, truncated or altered."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reporter.errors import DataError

SHIPPED = Path(__file__).with_name("mnist.npz")
SHA256 = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"
CLASSES = 10
_ARRAYS = ("x_train", "y_train", "x_test", "y_test")


class Data(NamedTuple):
    """Holds a training set and a test set.

    Attributes:
        x_train: Training images, float32 of shape (n, 28, 28, 1), scaled to [0, 1].
        y_train: One-hot training labels, float32 of shape (n, 10).
        x_test: Test images, like `x_train`.
        y_test: Test labels, like `y_train`.
    """

    x_train: NDArray[np.float32]
    y_train: NDArray[np.float32]
    x_test: NDArray[np.float32]
    y_test: NDArray[np.float32]


def load(path: Path | None = None) -> Data:
    """Loads MNIST, with scaled images and one-hot labels.

    Args:
        path: An `.npz` file with the arrays of `keras.datasets.mnist`; by default the copy in this package, whose
            SHA-256 is checked.

    Returns:
        The complete training set and test set.

    Raises:
        DataError: The file is missing, truncated or altered, or holds something else.
    """
    if path is None:
        _verify(SHIPPED)
    arrays = _read(path or SHIPPED)
    return Data(
        _images(arrays["x_train"]), _one_hot(arrays["y_train"]), _images(arrays["x_test"]), _one_hot(arrays["y_test"])
    )


def _verify(path: Path) -> None:
    """Checks the SHA-256 of the shipped file."""
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(
            f"{error.strerror}; reinstall this package, or give another copy with --data FILE.npz", path
        ) from None
    if digest != SHA256:
        raise DataError(
            "not the MNIST this package ships (SHA-256 differs); "
            "reinstall this package, or give another copy with --data FILE.npz",
            path,
        )


def _read(path: Path) -> dict[str, NDArray[np.uint8]]:
    """Reads the four arrays and checks their shapes."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in _ARRAYS}
    except OSError as error:
        raise DataError(f"{error.strerror or 'not an .npz file'}; name a readable MNIST .npz file", path) from None
    except KeyError as error:
        raise DataError(f"{error.args[0]}; an MNIST .npz file holds {', '.join(_ARRAYS)}", path) from None
    except (ValueError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise DataError(f"truncated or altered ({error}); name a complete MNIST .npz file", path) from None
    for part in ("train", "test"):
        _check(path, part, arrays[f"x_{part}"], arrays[f"y_{part}"])
    return arrays


def _check(path: Path, part: str, x: NDArray[np.uint8], y: NDArray[np.uint8]) -> None:
    """Refuses images that are not 28x28 bytes, and labels that are not one digit per image."""
    if x.ndim != 3 or x.shape[1:] != (28, 28) or x.dtype != np.uint8 or not len(x):
        raise DataError(f"x_{part} is {x.dtype} {x.shape}; it should be uint8 (n, 28, 28) with n at least 1", path)
    if y.shape != (len(x),) or not np.issubdtype(y.dtype, np.integer) or y.min() < 0 or y.max() >= CLASSES:
        raise DataError(f"y_{part} is {y.dtype} {y.shape}; it should be {len(x)} digits from 0 to 9", path)


def _images(x: NDArray[np.uint8]) -> NDArray[np.float32]:
    return x[..., np.newaxis].astype(np.float32) / np.float32(255)


def _one_hot(y: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.eye(CLASSES, dtype=np.float32)[y]
