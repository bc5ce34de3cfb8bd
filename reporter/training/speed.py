"""Chooses how this computer trains fastest: oneDNN on or off, and the processor cores of each training."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

_ONEDNN = "TF_ENABLE_ONEDNN_OPTS"

_SETTINGS = {"on": "1", "off": "0"}
"""Name of each setting of oneDNN, to the value of its environment variable."""

ROUNDING = (_ONEDNN, "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
"""Variables that decide how numbers are rounded: a training is resumed with the values that it began with."""

Milliseconds = Mapping[str, "float | None"]
"""Setting of oneDNN, `on` or `off`, to the processor time of a training step; None if it was not measured."""


def cores() -> list[int]:
    """Lists the processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # on Linux
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def share_cores(parallel: int) -> list[list[int]]:
    """Divides the cores among trainings that run at the same time.

    Args:
        parallel: Number of trainings.

    Returns:
        The cores of each. If there are fewer cores than trainings, some trainings share a core.
    """
    found = cores()
    each = max(1, len(found) // parallel)
    return [[found[(index * each + core) % len(found)] for core in range(each)] for index in range(parallel)]


def environment(used: list[int], onednn: str | None) -> dict[str, str]:
    """Makes the environment variables of a training.

    Args:
        used: The cores of the training; it gets one thread for each.
        onednn: `on`, `off`, or None to leave the choice to TensorFlow.
    """
    threads = {
        "TF_NUM_INTRAOP_THREADS": str(len(used)),
        "TF_NUM_INTEROP_THREADS": str(min(len(used), 2)),
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",  # otherwise the first training takes all memory of a GPU
    }
    return threads | ({_ONEDNN: _SETTINGS[onednn]} if onednn else {})


def is_chosen() -> bool:
    """Whether the user has set oneDNN on or off."""
    return _ONEDNN in os.environ


def known() -> Milliseconds | None:
    """Reads what an earlier probe measured on this processor with this TensorFlow.

    Returns:
        The measurement, or None if there is none.
    """
    try:
        found = json.loads(_cache().read_text(encoding="utf-8"))[_key()]
    except (OSError, ValueError, LookupError, TypeError):
        return None  # no probe yet, or a damaged file, which the next probe replaces
    return found if isinstance(found, dict) and found.keys() == _SETTINGS.keys() else None


def probe() -> Milliseconds:
    """Measures a training step with oneDNN on and off, and keeps the result for `known`.

    The two measurements run at the same time, on different cores, because loading TensorFlow takes most of the time.
    """
    with ThreadPoolExecutor(len(_SETTINGS)) as pool:
        times = list(pool.map(_measure, _SETTINGS, share_cores(len(_SETTINGS))))
    found = dict(zip(_SETTINGS, times, strict=True))
    try:
        _cache().parent.mkdir(parents=True, exist_ok=True)
        _cache().write_text(json.dumps({_key(): found}), encoding="utf-8")
    except OSError:
        pass  # a folder that cannot be written costs the next training a probe
    return found


def faster(measured: Milliseconds) -> str | None:
    """Names the faster setting of oneDNN; None if a setting was not measured."""
    times = {name: each for name, each in measured.items() if each is not None}
    return min(times, key=times.__getitem__) if len(times) == len(_SETTINGS) else None


def _measure(setting: str, used: list[int]) -> float | None:
    done = subprocess.run(
        [sys.executable, "-m", "reporter.training.probe"],
        env=os.environ | environment(used[:1], setting),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    answer = done.stdout.strip().splitlines()[-1:] if done.returncode == 0 else []
    return float(answer[0]) if answer and answer[0] != "null" else None


def _cache() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("keras-reporter")) / "speed.json"


def _key() -> str:
    """Names what a measurement depends on."""
    return f"{_processor()}, tensorflow {version('tensorflow')}, keras {version('keras')}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    wanted = ("model name", "flags")  # virtual machines give different processors the same name
    return " ".join(dict.fromkeys(line.partition(":")[2].strip() for line in lines if line.startswith(wanted)))
