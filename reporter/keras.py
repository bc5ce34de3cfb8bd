"""Captures a training from within Keras: a callback that writes its log, and beside it the record in full precision.

Neither Keras 3 nor tf-keras is imported: both call the methods of any object in the list of callbacks.
"""

from __future__ import annotations

import math
import os
import platform
import sys
import time
import warnings
import weakref
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from reporter.capturing.block import Block
from reporter.capturing.logfile import LogFile
from reporter.errors import ReporterError
from reporter.model import Record

_MODULES = {
    "keras-reporter": "reporter",
    "keras": "keras",
    "tf-keras": "tf_keras",
    "tensorflow": "tensorflow",
    "torch": "torch",
    "jax": "jax",
    "numpy": "numpy",
}
"""The packages whose versions a record holds if their modules are imported."""


class Capture:
    """Is a Keras callback that captures what `fit` prints in a log, and writes the record of the training beside it.

    Put it last in the list of callbacks: then it also captures what the others print when training ends.

    The log begins with the name and the numbers of parameters, which are not shown. At `verbose=0`, where Keras prints
    nothing, the callback writes the lines of `verbose=2` to the log, and nothing is shown either.

    The record `mine.json` beside `mine.log` is that of `reporter train`: it holds `History.history` with all digits.
    At the end, the log is read and compared with it; a difference is a warning.

    Args:
        log: The file; missing folders are created.
        name: Name of the run; by default the name of the file without its ending.
        seed: Seed of all random numbers, for the record; None if there is none.
        force: Whether an existing log and record are replaced.
    """

    def __init__(
        self, log: str | os.PathLike[str], *, name: str | None = None, seed: int | None = None, force: bool = False
    ) -> None:
        self._path = Path(log)
        self._name = name or self._path.stem
        self._seed = seed
        self._force = force
        self._params: Mapping[str, Any] = {}
        self._model: Any = None
        self._block: Block | None = None
        self._record: Record | None = None

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Ignores all other events of Keras."""
        if name.startswith(("on_", "_implements_")):
            return _ignore
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def set_params(self, params: Mapping[str, Any]) -> None:
        """Takes the settings of `fit`; called by Keras."""
        self._params = params

    def set_model(self, model: Any) -> None:
        """Takes the model; called by Keras."""
        self._model = model

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Begins to capture, and writes the head of the log and the record without its history; called by Keras.

        Raises:
            OverwriteError: The log or the record exists, and `force` is false; or another capture writes the log.
            OutputError: One of them cannot be written.
        """
        from reporter.documents.files import refuse_to_replace

        self.close()
        refuse_to_replace(self._path.with_suffix(".json"), force=self._force)
        self._block = Block(LogFile(self._path, force=self._force))
        self._path.with_suffix(".json").unlink(missing_ok=True)
        self._finalizer = weakref.finalize(self, self._block.end)  # if `fit` raises an exception
        _call_after_cell(self._block.end)
        self._started = time.monotonic()
        self._record = None
        self._block.note(f"# {self._name}\n\n")
        self._describe_model()

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Writes the header of an epoch if Keras does not print it; called by Keras."""
        self._epoch_started = time.monotonic()
        if self._is_silent and self._block:
            self._block.note(f"Epoch {epoch + 1}/{self._params['epochs']}")

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Writes the result of an epoch if Keras does not print it; called by Keras."""
        self._describe_model()
        if self._is_silent and self._block:
            seconds = time.monotonic() - self._epoch_started
            self._block.note(result_line(self._params.get("steps"), seconds, _numbers(logs or {})))

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Ends the log, writes the record and compares the two; called by Keras."""
        from reporter.training.jobs import check

        self._describe_model()
        self.close()
        if not self._record:
            return
        history = {
            metric: [float(value) for value in values]
            for metric, values in self._model.history.history.items()
            if _numbers({metric: values[-1]})
        }
        self._record = replace(self._record, history=history, seconds=round(time.monotonic() - self._started, 1))
        try:
            self._write_record()
            check(self._path)
        except ReporterError as error:
            warnings.warn(str(error), stacklevel=2)

    def close(self) -> None:
        """Ends the log if `fit` did not, because it raised an exception. Running it again changes nothing."""
        if self._block:
            self._finalizer.detach()
            self._block.end()
        self._block = None

    @property
    def _is_silent(self) -> bool:
        return self._params.get("verbose") == 0

    def _describe_model(self) -> None:
        """Writes the numbers of parameters to the log, and the record, as soon as the model has its weights."""
        if self._record or not self._block or not self._model.built:
            return
        parameters = _parameters(self._model)
        self._block.note(
            f"Total params: {parameters['total']:,}\n"
            f"Trainable params: {parameters['trainable']:,}\n"
            f"Non-trainable params: {parameters['non_trainable']:,}"
        )
        self._record = Record(
            experiment=self._name,
            seed=self._seed,
            epochs=self._params["epochs"],
            samples=None,
            batch_size=None,
            parameters=parameters,
            versions=_versions(self._model),
            platform=f"{platform.system()} {platform.machine()}",
            name=self._name,
        )
        self._write_record()

    def _write_record(self) -> None:
        from reporter.documents.files import replace_file

        if self._record:
            replace_file(self._path.with_suffix(".json"), self._record.to_json())


def result_line(steps: int | None, seconds: float, logs: Mapping[str, float]) -> str:
    """Writes the result of an epoch as Keras does at `verbose=2` (`keras/src/utils/progbar.py`).

    Args:
        steps: Number of steps; None if it is not known.
        seconds: Seconds that the epoch took.
        logs: The metrics.

    Returns:
        A line such as `469/469 - 12s - 25ms/step - loss: 0.0123`.
    """
    metrics = [f"{name}: {value:.4f}" if abs(value) > 1e-3 else f"{name}: {value:.4e}" for name, value in logs.items()]
    counted = [f"{steps}/{steps}", f"{seconds:.0f}s", f"{1000 * seconds / steps:.0f}ms/step"] if steps else []
    return " - ".join([*(counted or ["", f"{seconds:.0f}s"]), *metrics])


def _ignore(*_: object, **__: object) -> None:
    """Does nothing."""


_ignore._is_default = True  # type: ignore[attr-defined]  # so Keras 3 knows that batches need not wait for it


def _numbers(logs: Mapping[str, Any]) -> dict[str, float]:
    """Selects the metrics that are one number each."""
    return {name: float(value) for name, value in logs.items() if getattr(value, "ndim", 0) == 0}


def _parameters(model: Any) -> dict[str, int]:
    """Counts the parameters of a model, without those of its optimizer."""
    trainable, non_trainable = (
        sum(math.prod(weight.shape) for weight in weights)
        for weights in (model.trainable_weights, model.non_trainable_weights)
    )
    return {"total": trainable + non_trainable, "trainable": trainable, "non_trainable": non_trainable}


def _versions(model: Any) -> dict[str, str]:
    """Finds the versions of the packages that train a model; of `keras` and `tf_keras`, both may be imported."""
    homes = {base.__module__.partition(".")[0] for base in type(model).__mro__}
    found = {"python": platform.python_version()}
    for package, module in _MODULES.items():
        if module in sys.modules and (module in homes or module not in ("keras", "tf_keras")):
            try:
                found[package] = version(package)
            except PackageNotFoundError:  # a build of one's own has another name
                continue
    return found


def _call_after_cell(function: Callable[[], None]) -> None:
    """Calls a function when the cell of Jupyter that runs now has ended, if there is one."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return

    def call(*_: object) -> None:
        shell.events.unregister("post_run_cell", call)
        function()

    shell.events.register("post_run_cell", call)
