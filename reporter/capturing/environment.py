"""Describes how a command was called, for the record beside its log; nothing secret is in it."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

VARIABLES = (
    "CUDA_VISIBLE_DEVICES",
    "JAX_PLATFORMS",
    "KERAS_BACKEND",
    "LOCAL_RANK",
    "MKL_NUM_THREADS",
    "NVIDIA_VISIBLE_DEVICES",
    "OMP_NUM_THREADS",
    "PYTHONHASHSEED",
    "RANK",
    "SLURM_JOB_ID",
    "SLURM_NTASKS",
    "SLURM_PROCID",
    "TF_CUDNN_DETERMINISTIC",
    "TF_DETERMINISTIC_OPS",
    "TF_ENABLE_ONEDNN_OPTS",
    "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_USE_LEGACY_KERAS",
    "TF_XLA_FLAGS",
    "WORLD_SIZE",
    "XLA_FLAGS",
)
"""The only environment variables that a record holds."""

PACKAGES = ("keras", "tf-keras", "tensorflow", "torch", "jax", "numpy")

_HIDDEN = "***"
_SECRET = r"(?i:[\w-]*(?:secret|token|passw|pwd|credential|auth|api-?_?key|private)[\w-]*|-{1,2}key)"  # noqa: S105
_PATIENCE = 20
_ASK = f"""
import json, platform
from importlib import metadata
found = {{"python": platform.python_version()}}
for name in {PACKAGES!r}:
    try:
        found[name] = metadata.version(name)
    except Exception:
        pass
print(json.dumps(found))
"""


def describe(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> dict[str, object]:
    """Describes a command and where it runs.

    Args:
        command: The program and its arguments.
        environ: The environment variables; only those in `VARIABLES` are kept.
        folder: The working directory.

    Returns:
        `command` (without secrets), `variables`, `platform`, `git` and `versions`, as values of JSON.
    """
    return {
        "command": shown_command(command, folder),
        "variables": {name: environ[name] for name in VARIABLES if name in environ},
        "platform": f"{platform.system()} {platform.machine()}",
        "git": _git(folder),
        "versions": _versions(command),
    }


def shown_command(command: Sequence[str], folder: Path) -> list[str]:
    """Makes a command safe to be published: without secrets, with paths relative to a folder.

    Args:
        command: The program and its arguments.
        folder: The working directory.

    Returns:
        The words. Passwords in addresses, the values of options whose names sound like a secret, and the values of
        variables such as `A=1` before the program are `***`.
    """
    words: list[str] = []
    hide = False
    for index, word in enumerate(command):
        hidden = hide and not word.startswith("-")
        hide = re.fullmatch(rf"-{{1,2}}{_SECRET}|{_SECRET}", word) is not None and word.startswith("-")
        words.append(_HIDDEN if hidden else _shown_word(word, folder, index))
    return words


def _shown_word(word: str, folder: Path, index: int) -> str:
    name, equals, value = word.partition("=")
    if equals and (re.fullmatch(_SECRET, name) or (re.fullmatch(r"[A-Z_][A-Z0-9_]*", name) and name not in VARIABLES)):
        return f"{name}={_HIDDEN}"
    if equals and "://" not in name:
        return f"{name}={_shown_word(value, folder, index)}"
    word = re.sub(r"(?<=://)[^/@\s]*@", f"{_HIDDEN}@", word)
    if os.path.isabs(word):
        for base, short in ((str(folder), ""), (str(Path.home()), "~/")):
            if word.startswith(base + os.sep):
                return short + word[len(base) + 1 :]
    return word


def seed_in(text: str) -> int | None:
    """Finds the seed that a training printed, as in `seed: 7`, `Random seed = 7` or `--seed 7`.

    Args:
        text: The log.

    Returns:
        The first seed; None if there is none.
    """
    found = re.search(r"(?i)\bseed['\"]?\s{0,3}(?:[:=]|is|to|\s)\s{0,3}(\d{1,10})\b", text)
    return int(found[1]) if found else None


def _git(folder: Path) -> dict[str, object] | None:
    """Finds the commit of the working directory, and whether tracked files differ from it."""
    git = ["git", "-C", str(folder), "-c", "core.fsmonitor=false"]
    commit = _output([*git, "rev-parse", "HEAD"])
    changed = _output([*git, "status", "--porcelain", "--untracked-files=no"])
    return None if commit is None else {"commit": commit, "dirty": bool(changed)}


def _versions(command: Sequence[str]) -> dict[str, str]:
    """Asks the interpreter of a command for the versions of its packages; it imports none of them."""
    interpreter = _interpreter(command[0])
    answer = _output([*interpreter, "-c", _ASK]) if interpreter else None
    try:
        return dict(json.loads(answer)) if answer else {}
    except ValueError:
        return {}


def _interpreter(program: str) -> list[str]:
    """Finds the Python that a program is, or that the first line of the program names."""
    path = shutil.which(program)
    if path is None:
        return []
    if re.fullmatch(r"(?:python|pypy)[\d.]*", Path(path).name):
        return [path]
    try:
        with open(path, "rb") as file:
            first = file.readline(500).decode("utf-8", "replace")
    except OSError:
        return []
    words = first.removeprefix("#!").split()
    return words if first.startswith("#!") and re.search(r"(?:python|pypy)[\d.]*$", words[0] if words else "") else []


def _output(command: Sequence[str]) -> str | None:
    """Runs a program; gives its output without the newline at the end, or None if it fails."""
    try:
        done = subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            start_new_session=True,  # Ctrl-C is for the training
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None
