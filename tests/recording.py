"""Draws `docs/images/watch.svg`: what `reporter watch` shows of two trainings. Run it as `python -m tests.recording`."""

import io
import re
import tempfile
import time
from pathlib import Path

from rich.console import Console

from reporter.following.frame import Frame
from reporter.following.logs import Logs
from reporter.following.view import View

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "images" / "watch.svg"
EPOCHS = {"gap": 12, "code9": 8}
"""The logs, and how many epochs of each have ended."""


def beginning(text: str, epochs: int) -> str:
    """Give a log up to a moment in the epoch after some epochs."""
    bar = "21000/60000 [=========>....................] - ETA: 7s - loss: 0.0301 - acc: 0.9901"
    return text.partition(f"Epoch {epochs + 1}/20\n")[0] + f"Epoch {epochs + 1}/20\n{bar}"


def main() -> None:
    """Follow two logs that end within an epoch, and save the frame."""
    with tempfile.TemporaryDirectory() as folder:
        for name, epochs in EPOCHS.items():
            text = (ROOT / "logs" / "original" / f"{name}.log").read_text(encoding="utf-8")
            (Path(folder) / f"{name}.log").write_text(beginning(text, epochs), encoding="utf-8")
        logs = Logs([folder], 600)
        logs.catch_up()
        frame = Frame(logs.runs(time.time()), View())
        logs.close()
    console = Console(record=True, width=110, height=32, file=io.StringIO(), force_terminal=True, color_system="256")
    console.print(frame.drawn(110, 32), height=32, end="")
    svg = console.export_svg(title="reporter watch", unique_id="watch")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # a page loads no font from elsewhere
    TARGET.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
