"""Measures what following 100 logs costs: `pytest tests/bench/bench_watching.py`.

Each log has 50 epochs and gets one update a second. The processor time of one look at all logs, in seconds, is the part
of a core that following takes. Drawing a frame of 120 columns and 40 lines is measured apart.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.conftest import Table
from reporter.following.frame import Frame
from reporter.following.logs import Logs
from reporter.following.notices import Notices
from reporter.following.show import lines_of
from reporter.following.view import View

LOGS, EPOCHS, LOOKS = 100, 50, 20
BAR = "\r{}/938 ━━━━━━━━━━━━━━━━━━━━ 23s 25ms/step - acc: 0.9497 - loss: 0.1601"
END = (
    "\r938/938 ━━━━━━━━━━━━━━━━━━━━ 23s 25ms/step - acc: 0.9{0:03} - loss: 0.1{0:03} - val_acc: 0.98{1:02}"
    " - val_loss: 0.0{0:03}\nEpoch {0}/100\n"
)

UPDATES: dict[str, Callable[[int, int], str]] = {
    "nothing new": lambda log, look: "",
    "a bar is redrawn": lambda log, look: BAR.format(look),
    "a bar is redrawn, and each 20th update ends an epoch": lambda log, look: (
        BAR.format(look) if (log + look) % 20 else END.format(EPOCHS + look, look)
    ),
    "each update ends an epoch": lambda log, look: END.format(EPOCHS + look, look),
}


@pytest.mark.parametrize("what", UPDATES)
def test_following_100_logs(what: str, tmp_path: Path, table: Table) -> None:
    paths = [tmp_path / f"{number}.log" for number in range(LOGS)]
    for path in paths:
        path.write_text("Epoch 1/100\n" + "".join(END.format(epoch, 0) for epoch in range(2, EPOCHS + 1)), "utf-8")
    logs, notices = Logs([str(tmp_path)], 600), Notices()
    logs.catch_up()
    notices.update(logs.runs(time.time()))
    following, drawing = [], []
    for look in range(LOOKS):
        for number, path in enumerate(paths):
            with path.open("a", encoding="utf-8") as file:
                file.write(UPDATES[what](number, look))
        begin = time.process_time()
        logs.poll()
        runs = logs.runs(time.time())
        notices.update(runs)
        middle = time.process_time()
        lines_of(Frame(runs, View()), 120, 40, colours=True)
        following.append(middle - begin)
        drawing.append(time.process_time() - middle)
    logs.close()
    follow, draw = (sorted(times)[LOOKS // 2] for times in (following, drawing))
    table.add(f"watch: 100 logs, one update a second: {what}", f"{follow:.1%} of a core, drawing {draw:.1%}")
