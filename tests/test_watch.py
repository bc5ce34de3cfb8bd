"""`reporter watch` shows what a log says so far, whatever happens to its file, and leaves the terminal as it was."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyte
import pytest
from conftest import KILLED, ROOT, SECTION, log_of, reporter, runs_of

from reporter.errors import UsageError
from reporter.facts.symptoms import symptoms
from reporter.following import curves, logs
from reporter.following.follow import Follower, Following
from reporter.following.frame import Frame
from reporter.following.logs import Logs
from reporter.following.notices import Notices
from reporter.following.notify import variables
from reporter.following.show import lines_of
from reporter.following.ssh import remote
from reporter.following.tail import Piece, Tail
from reporter.following.view import View, names_of, press
from reporter.reading.live import LiveReader

PATIENCE = 60
"""Seconds after which a test that waits fails."""

HEADER = "Train on 60000 samples, validate on 10000 samples\nEpoch 1/20\n"
HOSTILE = "\x1b[2J\x1b]0;title\x07<b>[red]\u202e"


def epoch(number: int, loss: float = 0.1, acc: float = 0.9, epochs: int = 20) -> str:
    bar = "60000/60000 [==============================] - 10s 300us/step"
    return f"Epoch {number}/{epochs}\n{bar} - loss: {loss:.4f} - acc: {acc:.4f}\n"


def training(losses: list[float], epochs: int = 20) -> str:
    return "".join(epoch(number, loss, 1 - loss / 100, epochs) for number, loss in enumerate(losses, 1))


ENDLESS = "".join(epoch(number, 1 / number, 1 - 1 / number, 200) for number in range(1, 201))
CSV = "epoch,accuracy,loss\n0,0.5,0.9\n1,0.6,0.8\n"


@pytest.mark.parametrize("text", {"a document": SECTION, "a killed training": KILLED, "a table": CSV}.values())
def test_at_the_end_of_a_line_a_snapshot_is_the_log_that_ends_there(text: str) -> None:
    reader = LiveReader("some.log")
    for end in range(1, len(text) + 1):
        reader.feed_text(text[end - 1])
        if text[end - 1] == "\n" and text[:end].count("\n") in (
            1,
            2,
            4,
            8,
            16,
            32,
            64,
        ):  # the format was just chosen from all lines
            assert reader.snapshot() == log_of(text[:end]), text[:end]
    assert reader.snapshot() == reader.snapshot() == log_of(text)


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_log_that_was_followed_is_the_log_that_is_read(size: int) -> None:
    reader = LiveReader("some.log")
    for start in range(0, len(ENDLESS), size):
        reader.feed_text(ENDLESS[start : start + size])
        if start % (50 * size) == 0:
            reader.snapshot()
    assert reader.snapshot() == log_of(ENDLESS)


def test_an_update_of_a_bar_is_no_news() -> None:
    reader = LiveReader("some.log")
    reader.feed_text(training([0.3, 0.2]) + "Epoch 3/20\n")
    reader.snapshot()
    seen = []
    for step in (100, 30000, 59000):
        reader.feed_text(f"\r{step}/60000 [=====>........................] - ETA: 4s - loss: 0.2000")
        assert not reader.has_news
        seen.append(reader.progress and getattr(reader.progress, "step", None))
    assert seen == [100, 30000, 59000]
    reader.feed_text("\r60000/60000 [==============================] - 10s 300us/step - loss: 0.1000 - acc: 0.9000\n")
    assert reader.has_news


def write(path: Path, text: str) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


def replace(path: Path) -> None:
    new = path.with_name("new")
    write(new, epoch(1, 0.7))
    os.replace(new, path)


def rotate(path: Path) -> None:
    write(path, epoch(3))
    path.rename(path.with_name("a.log.1"))
    write(path, epoch(4))


def remove(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    os.truncate(path, 0)


def write_again(path: Path) -> None:
    empty(path)
    write(path, epoch(1))


FILES: dict[str, tuple[Callable[[Path], None], list[int]]] = {
    "it grows": (lambda path: write(path, epoch(3)), [1, 2, 3]),
    "it ends within a line": (lambda path: write(path, epoch(3).rstrip()[:-3]), [1, 2]),
    "another file replaces it": (replace, [1]),
    "it is emptied and written again": (write_again, [1]),
    "it is emptied": (empty, []),
    "it is renamed, and a new file goes on": (rotate, [1, 2, 3, 4]),
    "it is removed": (remove, [1, 2]),
    "nothing happens": (lambda path: None, [1, 2]),
}


@pytest.mark.parametrize("what", FILES)
def test_the_epochs_of_a_log_after_something_happened_to_its_file(what: str, tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    do, epochs = FILES[what]
    follower = Follower(str(path), Tail(str(path)), stalled=600)
    follower.poll()
    assert [each.trouble for each in follower.runs(time.time())] == ["waiting for it"]
    write(path, epoch(1) + epoch(2))
    follower.poll()
    do(path)
    for _ in range(3):
        follower.poll()
    found = follower.log.runs if follower.log else ()
    assert [each.epoch for run in found for each in run.epochs] == epochs
    follower.close()


def test_a_file_that_was_closed_because_it_was_idle_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    tail = Tail(str(path))
    write(path, "one ")
    os.utime(path, (0, 0))
    assert [tail.read().data, tail.read().data] == [b"one ", b""]
    assert str(path) not in open_files()
    write(path, "two")
    assert tail.read() == (b"two", False)
    tail.close()


def open_files() -> set[str]:
    return {os.readlink(each) for each in Path("/proc/self/fd").iterdir() if each.exists()}


def test_logs_that_appear_in_a_folder_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_SEARCH", 0)
    followed = Logs([str(tmp_path / "logs")], 600)
    followed.poll()
    assert [each.phase for each in followed.runs(0)] == ["waiting"]
    (tmp_path / "logs" / "b").mkdir(parents=True)
    write(tmp_path / "logs" / "b" / "b.log", epoch(1))
    write(tmp_path / "logs" / "notes.txt", "Buy milk\n")
    write(tmp_path / "logs" / "data.bin", "\0\1")
    followed.poll()
    assert [Path(each.path).name for each in followed.runs(0)] == ["b.log"]
    write(tmp_path / "logs" / "a.out", epoch(1))
    followed.poll()
    assert [Path(each.path).name for each in followed.runs(0)] == ["a.out", "b.log"]
    (tmp_path / "logs" / "b" / "b.log").unlink()
    followed.poll()
    assert [Path(each.path).name for each in followed.runs(0)] == ["a.out"]
    followed.close()


SYMPTOMS = {
    "all is well": ([0.4, 0.3, 0.2], []),
    "the last loss is NaN": ([0.4, float("nan")], ["nan"]),
    "a NaN that is over": ([float("nan"), 0.4], []),
    "a loss rises three times in a row, to twice its lowest": ([0.2, 0.25, 0.3, 0.4], ["divergence"]),
    "a loss rises three times in a row, by little": ([0.2, 0.21, 0.22, 0.23], []),
    "a loss that falls again": ([0.2, 0.25, 0.3, 0.4, 0.39], []),
    "no new best for ten epochs": ([0.1, *[0.2] * 10], ["plateau"]),
    "no new best for nine epochs": ([0.1, *[0.2] * 9], []),
    "no epoch": ([], []),
}


@pytest.mark.parametrize("what", SYMPTOMS)
def test_the_signs_that_a_training_goes_wrong(what: str) -> None:
    losses, kinds = SYMPTOMS[what]
    for run in runs_of(training(losses)):
        assert [each.kind for each in symptoms(run, run.best())] == kinds


ADDRESSES = {
    "gpu1:logs/a.log": ("gpu1", "logs/a.log"),
    "me@gpu1:/var/a.log": ("me@gpu1", "/var/a.log"),
    "a.log": None,
    "logs/a:b.log": None,
    "./a:b.log": None,
    "https://example.org/a.log": None,
}


@pytest.mark.parametrize("source", ADDRESSES)
def test_a_source_on_another_machine_is_told_apart_from_a_path(source: str) -> None:
    assert remote(source) == ADDRESSES[source]


@pytest.mark.parametrize("source", ["-oProxyCommand=touch x:a.log".replace(" ", "_"), "-v:a.log"])
def test_a_host_that_begins_with_a_dash_is_refused(source: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot begin with -"):
        remote(source)
    assert reporter("watch", "--once", "--", source, cwd=tmp_path).returncode == 2


@pytest.mark.parametrize("source", ["-", "https://example.org/a.log", "git:main:a.log"])
def test_a_source_that_does_not_grow_is_refused(source: str) -> None:
    done = reporter("watch", "--once", source)
    assert (done.returncode, "cannot be followed" in done.stderr) == (2, True)


FAKE_SSH = """#!/bin/sh
printf '%s\\n' "$@" > "$HERE/arguments"
test ! -e "$HERE/refuse" || { echo 'Permission denied (publickey).' >&2; exit 255; }
while [ "$1" != -- ]; do shift; done
cd "$HERE" && exec sh -c "$3"
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program `ssh` on the path that runs the command in a folder of this machine."""
    folder = tmp_path / "machine"
    folder.mkdir()
    (folder / "ssh").write_text(FAKE_SSH, encoding="utf-8")
    (folder / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("HERE", str(folder))
    return folder


def until(followed: Logs, check: Callable[[list[Following]], bool]) -> list[Following]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        followed.poll()
        runs = followed.runs(time.time())
        if check(runs):
            return runs
        time.sleep(0.01)
    raise AssertionError(runs)


def epochs_are(count: int) -> Callable[[list[Following]], bool]:
    return lambda runs: [len(each.run.epochs) for each in runs if each.run] == [count]


def test_a_log_of_another_machine_is_followed_by_ssh(machine: Path) -> None:
    name = "a 'quoted' $(touch hacked).log"
    write(machine / name, epoch(1))
    followed = Logs([f"gpu1:~/{name}"], 600)
    until(followed, epochs_are(1))
    write(machine / name, epoch(2))
    until(followed, epochs_are(2))
    followed.close()
    words = (machine / "arguments").read_text(encoding="utf-8").splitlines()
    assert words[:5] == ["-T", "-o", "BatchMode=yes", "--", "gpu1"]
    assert not (machine / "hacked").exists()


def test_a_connection_that_is_refused_is_shown(machine: Path) -> None:
    (machine / "refuse").touch()
    followed = Logs(["gpu1:a.log"], 600)
    (run,) = until(followed, lambda runs: "lost" in runs[0].trouble)
    assert run.trouble == "connection lost: Permission denied (publickey)."
    followed.close()


def following(text: str, path: str = "logs/a.log", *, growing: bool = True) -> list[Following]:
    """Give the runs of a log as they are followed."""
    follower = Follower(path, Texts(text), stalled=600)
    follower.poll()
    return follower.runs(1000 if growing else 10000)


class Texts:
    """Gives a text as if it had been read from a file that grew at 1000 seconds."""

    def __init__(self, text: str) -> None:
        self.trouble, self.changed = "", 1000.0
        self._data = text.encode()

    def read(self) -> Piece:
        data, self._data = self._data, b""
        return Piece(data)

    def close(self) -> None:
        pass


BAR = "\r30000/60000 [==============>...............] - ETA: 5s - loss: 0.2000 - acc: 0.9000"
STATES = {
    "an epoch runs": (training([0.3]) + "Epoch 2/20\n" + BAR, True, ("running", 1.5, 185.0)),
    "an epoch has ended": (training([0.3]), True, ("running", 1.0, 190.0)),
    "the first epoch runs": ("Epoch 1/20\n" + BAR, True, ("running", 0.5, None)),
    "nothing came for long": (training([0.3]), False, ("stalled", 1.0, None)),
    "all epochs are done": (training([0.3, 0.2], epochs=2), False, ("completed", 2.0, None)),
    "an error was printed": (training([0.3]) + "Traceback (most recent call last):\nValueError: x\n", True, ("failed", 1.0, None)),
    "the log is empty": ("", True, ("waiting", 0.0, None)),
}  # fmt: skip


@pytest.mark.parametrize("what", STATES)
def test_the_state_of_a_run(what: str) -> None:
    text, growing, state = STATES[what]
    (run,) = following(text, growing=growing)
    assert (run.phase, run.position, run.left) == state


def test_each_thing_is_reported_once() -> None:
    notices = Notices()
    assert [each.kind for each in notices.update(following(training([0.3])))] == ["epoch", "best"]
    assert notices.update(following(training([0.3]))) == []
    kinds = [each.kind for each in notices.update(following(training([0.3, float("nan")])))]
    assert kinds == ["epoch", "warning"]
    stalled = notices.update(following(training([0.3, float("nan")]), growing=False))
    assert [(each.kind, each.text) for each in stalled] == [("stall", "stalled")]


ENDS = {
    "end": training([0.3], epochs=1),
    "failure": training([0.3]) + "Traceback (most recent call last):\nValueError: x\n",
}


@pytest.mark.parametrize("kind", ENDS)
def test_the_end_and_the_failure_of_a_run_are_reported(kind: str) -> None:
    assert kind in [each.kind for each in Notices().update(following(ENDS[kind]))]


def test_the_variables_of_a_command_hold_the_facts_without_escapes() -> None:
    text = f"# {HOSTILE}$(touch x)\n\n" + training([0.3, 0.2])
    happening = Notices().update(following(text))[-1]
    found = variables(happening)
    assert {name: found[f"REPORTER_{name}"] for name in ("EVENT", "EPOCH", "EPOCHS", "METRIC", "BEST", "BEST_EPOCH")} == {
        "EVENT": "best", "EPOCH": "2", "EPOCHS": "20", "METRIC": "acc", "BEST": "0.998", "BEST_EPOCH": "2",
    }  # fmt: skip
    assert "$(touch x)" in found["REPORTER_RUN"]
    assert all(value.isprintable() for value in found.values())


SIZES = [(120, 40), (60, 20), (30, 8), (5, 2), (1, 1), (250, 30)]
VIEWS = [View(scale="log"), View(help=True), View(alone=True)]
LOGS = {
    "no log": [],
    "a log without a run": following(""),
    "a run without an epoch": following("Epoch 1/20\n" + BAR),
    "a run": following(training([0.4, 0.3, 0.2])),
    "values that are no numbers": following(training([float("nan"), float("inf")])),
    "hostile text": following(f"# {HOSTILE}\n\n" + training([0.3]) + f"Epoch 00001: {HOSTILE} improved\n"),
    "a hostile name": following(training([0.3]), f"logs/{HOSTILE}.log"),
    "100 runs": [each for index in range(100) for each in following(training([0.3, 0.2]), f"logs/{index}.log")],
    "2000 epochs": following(training([1 / each for each in range(1, 2001)], epochs=2000)),
}


@pytest.mark.parametrize("colours", [True, False])
@pytest.mark.parametrize("what", LOGS)
def test_a_frame_fits_into_every_terminal_and_holds_no_escape_but_colours(what: str, colours: bool) -> None:
    shown = [(size, View()) for size in SIZES] + [((60, 20), view) for view in VIEWS]
    for (columns, rows), view in shown:
        lines = lines_of(Frame(LOGS[what], view, colours=colours), columns, rows, colours=colours)
        assert len(lines) <= rows
        screen = pyte.Screen(columns + 50, rows)
        stream = pyte.Stream(screen)
        for number, line in enumerate(lines, 1):
            stream.feed(f"\x1b[{number};1H{line}")
        assert max(len(line.rstrip()) for line in screen.display) <= columns
        text = "".join(lines)
        assert "\u202e" not in text
        assert "\x1b]" not in text
        assert "\x1b[2J" not in text
        assert colours or text.isprintable()


def test_a_frame_shows_each_run_with_its_facts() -> None:
    runs = [*following(training([0.3, 0.2]) + "Epoch 3/20\n" + BAR, "logs/wide.log"), *following("", "logs/late.log")]
    text = "\n".join(lines_of(Frame(runs, View(), colours=False), 120, 40, colours=False))
    for fact in (
        "1 running, 1 waiting",
        "wide",
        "3/20",
        "50%",
        "2 min 55 s",
        "0.9980 (2)",
        "loss 0.2000",
        "late",
        "acc, linear",
    ):
        assert fact in text, fact


PRESSED = {
    "m": View(metric="loss"),
    "mm": View(metric="acc"),
    "M": View(metric="loss"),
    "s": View(scale="log"),
    "ss": View(),
    "j": View(selected=("b", 1)),
    "\x1b[B": View(selected=("b", 1)),
    "\x1b[B\x1b[A": View(selected=("a", 1)),
    "k": View(selected=("b", 1)),
    "\r": View(alone=True),
    "?": View(help=True),
    "?m": View(),
    "xyz\x1b[5~\x1b": View(),
}


@pytest.mark.parametrize("keys", PRESSED)
def test_keys_change_what_is_shown(keys: str) -> None:
    view = View()
    for name in names_of(keys):
        view = press(view, name, [("a", 1), ("b", 1)], ["acc", "loss"], view.metric or "acc")
    assert view == PRESSED[keys]


@pytest.mark.parametrize("values", [[(1, 0.5)], [(1, 0.5), (2, 0.5)], [(1, 0.0)], [(1, -1.0), (2, 1e300)], []])
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_any_values_can_be_drawn(values: list[tuple[int, float]], scale: str) -> None:
    drawn = curves.draw((curves.Curve(tuple(values), 14, "a"),), 60, 10, scale, colours=False)
    assert drawn.plain


def test_once_prints_one_frame_without_a_terminal(tmp_path: Path) -> None:
    write(tmp_path / "a.log", training([0.3, 0.2]))
    done = reporter("watch", "--once", "a.log", "missing.log", cwd=tmp_path)
    assert done.returncode == 0
    for fact in ("1 running, 1 waiting", "2/20", "0.9980 (2)", "waiting for it"):
        assert fact in done.stdout, fact
    assert "\x1b" not in done.stdout


def test_without_plotext_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves, "find_spec", lambda name: None)
    done = reporter("watch", "--once")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "its extra 'watch'" in done.stderr


WRONG = {
    "a time without a number": ("--interval", "soon"),
    "no time": ("--stalled", "0s"),
    "a command that is missing": ("--notify", "no-such-program --x"),
    "a quotation that is not closed": ("--notify", "echo 'x"),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_options_are_refused_in_one_line(what: str) -> None:
    done = reporter("watch", "--once", *WRONG[what])
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def own_group() -> None:
    """Make the process the first of its group, in the session of the tests: else SIGTSTP would not stop it."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def started(
    folder: Path, *args: str, stdout: int = subprocess.PIPE, stdin: int = subprocess.DEVNULL, code: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `reporter watch`, or other code, in a process of its own."""
    command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "reporter", "watch", *args]
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS", "LINES")}
    process = subprocess.Popen(
        command, cwd=folder, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE,
        env=environment | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"},
        preexec_fn=own_group,
    )  # fmt: skip
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()


def test_without_a_terminal_a_line_is_printed_as_an_epoch_ends(tmp_path: Path) -> None:
    write(tmp_path / "a.log", training([0.3]))
    with started(tmp_path, "a.log", "--interval", "0.05s") as process:
        assert process.stdout
        assert process.stdout.readline() == b"a: running, 1 of 20 epochs\n"
        write(tmp_path / "a.log", epoch(2, 0.2, 0.95) + "Traceback (most recent call last):\nValueError: \x1b[2J\n")
        lines = [process.stdout.readline().decode() for _ in range(2)]
        assert lines == ["a: epoch 2/20 - loss: 0.2000 - acc: 0.9500\n", "a: failed after 2 of 20 epochs\n"]


def test_a_command_is_run_for_what_happens(tmp_path: Path) -> None:
    (tmp_path / "tell").write_text(
        '#!/bin/sh\necho "$REPORTER_EVENT $REPORTER_EPOCH $REPORTER_RUN" >> told\n', encoding="utf-8"
    )
    (tmp_path / "tell").chmod(0o755)
    write(tmp_path / "a.log", "# $(touch hacked)\n\n" + training([0.5]))
    with started(tmp_path, "a.log", "--interval", "0.05s", "--notify", "./tell") as process:
        assert process.stdout
        process.stdout.readline()
        write(tmp_path / "a.log", "".join(epoch(number, 0.4 - number / 100, 0.996) for number in range(2, 21)))
        wait_for(lambda: (tmp_path / "told").exists() and (tmp_path / "told").read_text().count("\n") == 2)
    assert (tmp_path / "told").read_text().splitlines() == ["best 20 $(touch hacked)", "end 20 $(touch hacked)"]
    assert not (tmp_path / "hacked").exists()


def wait_for(check: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not check():
        assert time.monotonic() < end
        time.sleep(0.02)


@dataclass
class Seen:
    """Holds a terminal in which `reporter watch` runs, and what it shows."""

    process: subprocess.Popen[bytes]
    ours: int
    theirs: int
    columns: int
    rows: int
    written: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.screen = pyte.Screen(self.columns, self.rows)
        self.stream = pyte.ByteStream(self.screen)

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def wait_for(self, check: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not check():
            assert time.monotonic() < end, self.text
            ready, _, _ = select.select([self.ours], [], [], 0.05)
            if ready:
                piece = os.read(self.ours, 1 << 16)
                self.written += piece
                self.stream.feed(piece)

    def shows(self, *facts: str) -> None:
        self.wait_for(lambda: all(fact in self.text for fact in facts))

    def press(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        termios.tcsetwinsize(self.theirs, (rows, columns)) if sys.version_info >= (3, 11) else set_size(
            self.theirs, rows, columns
        )
        self.screen.resize(rows, columns)
        os.kill(self.process.pid, signal.SIGWINCH)

    def ends(self, code: int) -> None:
        self.wait_for(lambda: self.process.poll() is not None)
        self.wait_for(lambda: self.written.endswith(b"\x1b[?1049l") or b"\x1b[?1049l" in self.written)
        assert self.process.returncode == code, self.process.stderr and self.process.stderr.read()


def set_size(descriptor: int, rows: int, columns: int) -> None:
    import fcntl
    import struct

    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


@contextmanager
def on_a_terminal(folder: Path, *args: str, columns: int = 120, rows: int = 40, code: str = "") -> Iterator[Seen]:
    ours, theirs = os.openpty()
    set_size(theirs, rows, columns)
    before = termios.tcgetattr(theirs)
    with started(folder, *args, stdout=theirs, stdin=theirs, code=code) as process:
        seen = Seen(process, ours, theirs, columns, rows)
        yield seen
        assert process.poll() is not None
        assert termios.tcgetattr(theirs) == before
        assert seen.written.rfind(b"\x1b[?1049l") > seen.written.rfind(b"\x1b[?1049h") >= 0
        assert seen.written.rfind(b"\x1b[?25h") > seen.written.rfind(b"\x1b[?25l")
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (60, 20)])
def test_a_terminal_shows_a_log_that_grows(columns: int, rows: int, tmp_path: Path) -> None:
    write(tmp_path / "a.log", training([0.3, 0.2]) + "Epoch 3/20\n" + BAR)
    write(tmp_path / "b.log", training([0.4]))
    with on_a_terminal(tmp_path, ".", "--interval", "0.1s", columns=columns, rows=rows) as seen:
        seen.shows("2 running", "3/20", "50%", "2 min 55 s", "0.9980 (2)", "acc, linear", "q quit")
        assert seen.screen.display[0].rstrip().endswith("acc, linear")
        assert seen.screen.display[rows - 1].startswith("m metric")
        write(tmp_path / "a.log", epoch(3, 0.1, 0.9991).partition("\n")[2].join(["\r", ""]))
        seen.shows("3/20", "0.9991 (3)")
        write(tmp_path / "b.log", epoch(2, float("nan"), 0.5))
        seen.shows("! b: epoch 2: loss is no number")
        seen.press("q")
        seen.ends(0)


def test_keys_and_a_new_size_change_what_a_terminal_shows(tmp_path: Path) -> None:
    write(tmp_path / "a.log", training([0.3, 0.2]))
    write(tmp_path / "b.log", training([0.4, 0.1]))
    with on_a_terminal(tmp_path, ".", "--interval", "5s") as seen:
        seen.shows("acc, linear")
        seen.press("m")
        seen.shows("loss, linear")
        seen.press("s")
        seen.shows("loss, log")
        seen.press("\x1b[B\r")
        seen.shows("(1 of 2 runs)")
        seen.press("?")
        seen.shows("next or previous metric")
        seen.press("?")
        seen.resize(60, 20)
        seen.shows("loss, log (1 of 2 runs)")
        seen.wait_for(lambda: seen.screen.display[19].startswith("m metric"))
        assert all(len(line) == 60 for line in seen.screen.display)
        seen.press("q")
        seen.ends(0)


ENDINGS: dict[str, tuple[Callable[[Seen], None], int]] = {
    "q": (lambda seen: seen.press("q"), 0),
    "Ctrl-C": (lambda seen: os.kill(seen.process.pid, signal.SIGINT), 130),
    "SIGTERM": (lambda seen: os.kill(seen.process.pid, signal.SIGTERM), 128 + 15),
    "SIGHUP": (lambda seen: os.kill(seen.process.pid, signal.SIGHUP), 128 + 1),
}


@pytest.mark.parametrize("what", ENDINGS)
def test_the_terminal_is_left_as_it_was(what: str, tmp_path: Path) -> None:
    write(tmp_path / "a.log", training([0.3]))
    do, code = ENDINGS[what]
    with on_a_terminal(tmp_path, "a.log") as seen:
        seen.shows("1/20")
        do(seen)
        seen.ends(code)


RESIZED = """
from reporter.following.terminal import Terminal
with Terminal() as terminal:
    terminal.show([f"old {number}" for number in range(40)], (120, 40))  # the terminal has 20 lines by now
    terminal.show([f"new {number}" for number in range(20)], (60, 20))
    terminal.wait(60)
"""


def test_a_frame_that_was_drawn_for_another_size_leaves_nothing_behind(tmp_path: Path) -> None:
    with on_a_terminal(tmp_path, columns=60, rows=20, code=RESIZED) as seen:
        seen.shows("new 0 ", "new 19")
        assert [line.rstrip() for line in seen.screen.display] == [f"new {number}" for number in range(20)]
        seen.press("x")
        seen.ends(0)


RAISES = """
from reporter.following.terminal import Terminal
with Terminal() as terminal:
    terminal.show(["one", "two"], (80, 24))
    raise ValueError("oops")
"""


def test_the_terminal_is_left_as_it_was_after_an_exception(tmp_path: Path) -> None:
    with on_a_terminal(tmp_path, code=RAISES) as seen:
        seen.ends(1)
        assert seen.process.stderr
        assert b"ValueError: oops" in seen.process.stderr.read()


def test_the_terminal_is_free_while_the_program_is_stopped(tmp_path: Path) -> None:
    write(tmp_path / "a.log", training([0.3]))
    with on_a_terminal(tmp_path, "a.log", "--interval", "0.1s") as seen:
        seen.shows("1/20")
        os.kill(seen.process.pid, signal.SIGTSTP)
        seen.wait_for(lambda: b"\x1b[?1049l" in seen.written)
        wait_for(lambda: Path(f"/proc/{seen.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")
        write(tmp_path / "a.log", epoch(2))
        seen.screen.reset()
        os.kill(seen.process.pid, signal.SIGCONT)
        seen.shows("2/20", "q quit")
        os.kill(seen.process.pid, signal.SIGTERM)
        seen.ends(143)
        assert seen.written.endswith(b"\x1b[?1049l")


def test_no_escape_of_a_log_reaches_the_terminal(tmp_path: Path) -> None:
    write(tmp_path / "a.log", f"# {HOSTILE}\n\n" + training([0.3]) + f"Epoch 00002: val_loss did not {HOSTILE}\n")
    with on_a_terminal(tmp_path, "a.log") as seen:
        seen.shows("1/20")
        seen.press("q")
        seen.ends(0)
        assert b"title" not in seen.written
        assert "\u202e".encode() not in seen.written
        assert b"\x1b[2J" not in seen.written
