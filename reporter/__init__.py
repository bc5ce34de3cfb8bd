"""Training logs in, results you can trust out."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reporter import keras as keras
    from reporter.capturing.block import capture
    from reporter.documents.figures import plot
    from reporter.documents.report import report
    from reporter.errors import (
        DataError,
        EditedError,
        ExperimentError,
        MarkerError,
        NoRunError,
        OutputError,
        OverwriteError,
        ReporterError,
        SourceError,
        StaleError,
        TemplateError,
        TrainingError,
        UsageError,
    )
    from reporter.facts.compare import compare
    from reporter.facts.reproduce import reproduce
    from reporter.model import (
        Best,
        Epoch,
        Evaluation,
        Log,
        LogWarning,
        Message,
        Parameters,
        Partial,
        Run,
        Samples,
    )
    from reporter.reading.many import read_logs
    from reporter.reading.reader import read_log

    __version__: str

__all__ = [
    "Best",
    "DataError",
    "EditedError",
    "Epoch",
    "Evaluation",
    "ExperimentError",
    "Log",
    "LogWarning",
    "MarkerError",
    "Message",
    "NoRunError",
    "OutputError",
    "OverwriteError",
    "Parameters",
    "Partial",
    "ReporterError",
    "Run",
    "Samples",
    "SourceError",
    "StaleError",
    "TemplateError",
    "TrainingError",
    "UsageError",
    "__version__",
    "capture",
    "compare",
    "plot",
    "read_log",
    "read_logs",
    "report",
    "reproduce",
]

_MODULES = {
    "capture": "reporter.capturing.block",
    "compare": "reporter.facts.compare",
    "plot": "reporter.documents.figures",
    "read_log": "reporter.reading.reader",
    "read_logs": "reporter.reading.many",
    "report": "reporter.documents.report",
    "reproduce": "reporter.facts.reproduce",
}
"""Where the functions are; a name that ends in Error is in `reporter.errors`, any other in `reporter.model`."""


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used, so that `import reporter` loads neither pandas nor matplotlib."""
    if name == "__version__":
        from importlib.metadata import version

        return version("keras-reporter")
    if name == "keras":
        return import_module("reporter.keras")
    if name not in __all__:
        raise AttributeError(f"module 'reporter' has no attribute {name!r}")
    home = _MODULES.get(name) or ("reporter.errors" if name.endswith("Error") else "reporter.model")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def load_ipython_extension(shell: Any) -> None:
    """Adds the cell magic `%%reporter`; called by `%load_ext reporter`."""
    from reporter.capturing.magic import add_to

    add_to(shell)


def __dir__() -> list[str]:
    return __all__
