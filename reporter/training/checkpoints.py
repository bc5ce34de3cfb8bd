"""Keeps the state of a training after its last finished epoch in a folder beside its log, so that it can be resumed.

The training writes `epoch-N.npz` after each epoch, and then tells so in its output (`announcement`). The process that
captures the output confirms the file in `training.json` as soon as the log holds everything printed before. So a
checkpoint never has an epoch that the log lacks, whichever of the two processes is killed, and at which moment.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from reporter.documents.files import replace_file
from reporter.errors import OutputError, ResumeError, SourceError
from reporter.training import snapshot

ANNOUNCEMENT = re.compile(rb"\x1b\]reporter: epoch (\d{1,9})\x07")
"""Matches an announcement; `Screen`, like a terminal, shows nothing of such a control string."""

HALF_ANNOUNCEMENT = re.compile(rb"\x1b(?:\][^\x07\n]{0,30})?\Z")
"""Matches the beginning of an announcement at the end of a piece of output."""


def announcement(epoch: int) -> str:
    """Makes the text with which a training tells that `epoch-N.npz` is complete."""
    return f"\x1b]reporter: epoch {epoch}\x07"


@dataclass(frozen=True)
class Checkpoint:
    """Holds what is known about an unfinished training.

    Attributes:
        identity: What must be equal to resume it, such as the seed; each with its name.
        environment: Environment variables that it runs with.
        epoch: Number of the last epoch that is finished; 0 if there is none.
        size: Number of bytes of the log up to the end of that epoch.
    """

    identity: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    epoch: int = 0
    size: int = 0


class Checkpoints:
    """Is the folder with the checkpoint of a training: `seed-0.resume` beside `seed-0.log`.

    Args:
        log: The log of the training.

    Attributes:
        folder: The folder.
    """

    def __init__(self, log: Path) -> None:
        self.folder = log.with_suffix(".resume")
        self._known = self.folder / "training.json"
        self._current = Checkpoint()

    @property
    def exists(self) -> bool:
        """Whether there is a training to resume."""
        return self.folder.is_dir()

    @property
    def epoch(self) -> int:
        """Number of the last epoch whose state is saved; 0 if there is none."""
        return self._current.epoch

    def file(self, epoch: int) -> Path:
        """Names the file with the state after an epoch."""
        return self.folder / f"epoch-{epoch}.npz"

    def begin(self, identity: Mapping[str, str], environment: Mapping[str, str]) -> Checkpoint:
        """Begins a new training, and removes the checkpoint of another one."""
        self.remove()
        self.folder.mkdir(parents=True)
        self._keep(Checkpoint(identity, environment))
        return self._current

    def read(self) -> Checkpoint:
        """Reads the checkpoint of an unfinished training.

        Raises:
            SourceError: It is damaged.
        """
        try:
            kept = json.loads(self._known.read_text(encoding="utf-8"))
            found = Checkpoint(dict(kept["identity"]), dict(kept["environment"]), int(kept["epoch"]), int(kept["size"]))
        except (OSError, ValueError, LookupError, TypeError):
            raise SourceError("is damaged or missing; --force starts the training anew", self._known) from None
        if found.epoch:
            snapshot.read(self.file(found.epoch))
        self._current = found
        return found

    def read_same(self, identity: Mapping[str, str], log: Path) -> Checkpoint:
        """Reads the checkpoint of an unfinished training, if it is one with the same settings.

        Args:
            identity: What must be equal.
            log: The log, which must hold the finished epochs.

        Raises:
            ResumeError: The training was begun in another way, or the log was cut.
            SourceError: The checkpoint is damaged.
        """
        found = self.read()
        for name in {**found.identity, **identity}:
            then, now = found.identity.get(name, "unknown"), identity.get(name, "unknown")
            if then != now:
                message = (
                    f"was begun with {name} {then}, not {now}; resume it with the same, or start anew with --force"
                )
                raise ResumeError(message, self.folder)
        size = log.stat().st_size if log.exists() else 0
        if size < found.size:
            raise ResumeError(f"holds {size} bytes, and had {found.size}; start the training anew with --force", log)
        return found

    def confirm(self, epoch: int, size: int) -> None:
        """Makes the state after an epoch the one to resume from.

        Args:
            epoch: Number of the epoch.
            size: Number of bytes of the log, which holds everything up to the end of that epoch.
        """
        if not self.file(epoch).is_file():
            return
        try:
            self._keep(replace(self._current, epoch=epoch, size=size))
        except OutputError:  # the disk is full; the state before stays
            return
        for number in self._epochs():
            if number < epoch:
                self.file(number).unlink(missing_ok=True)

    def remove(self) -> None:
        """Removes the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _keep(self, checkpoint: Checkpoint) -> None:
        replace_file(self._known, json.dumps(asdict(checkpoint), indent=1) + "\n")
        self._current = checkpoint

    def _epochs(self) -> list[int]:
        names = (re.fullmatch(r"epoch-(\d+)\.npz", each.name) for each in self.folder.iterdir())
        return [int(match[1]) for match in names if match]
