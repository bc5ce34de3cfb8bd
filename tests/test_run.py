"""`reporter run` loses no finished epoch, whatever goes wrong, and shows exactly what the command prints."""

from __future__ import annotations

import json
import os
import re
import resource
import select
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import ROOT, default_signals, reporter

from reporter import read_log
from reporter.capturing.environment import seed_in, shown_command
from reporter.capturing.names import name_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals and terminals of POSIX")

SCRIPT = r"""
import os, signal, sys, time

def epoch(number):
    print(f"Epoch {number}/5")
    print(f"\r1/4 [=======>......................] - 0s 1ms/step - loss: 0.{number}000 - acc: 0.5000", end="", flush=True)
    print(f"\r4/4 [==============================] - 1s 2ms/step - loss: 0.{number}000 - acc: 0.5{number}00", flush=True)

def wait():
    print("\r2/4 [==============>...............] - 0s 1ms/step - loss: 0.4100 - acc: 0.5000 READY", end="", flush=True)
    time.sleep(60)

out = sys.stdout.buffer
fault = sys.argv[1]
if fault == "stubborn":
    signal.signal(signal.SIGINT, lambda *_: os.write(1, b"\nINTERRUPTED\n"))  # print may be interrupted in itself
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if fault == "survives-hangup":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
for number in 1, 2, 3:
    epoch(number)
if fault == "wait":
    wait()
elif fault == "stubborn":
    print("READY", flush=True)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        time.sleep(0.1)
elif fault in ("pause", "survives-hangup"):
    print("READY", flush=True)
    while not os.path.exists("go"):
        time.sleep(0.05)
elif fault == "flood":
    for _ in range(200):
        out.write(b"a warning that is repeated again and again\n" * 24000)
elif fault == "endless":
    for _ in range(200):
        out.write(b"x" * 100000)
        out.flush()
    out.write(b"\n")
elif fault == "bytes":
    out.write(b"\xff\xfe\x00\x80 \x1b[31m\x1b]0;title\x07 \xe2\x94\n\x00\n" * 50)
out.flush()
for number in 4, 5:
    epoch(number)
sys.exit(7)
"""


PATIENCE = 60
"""Seconds without any output after which a test fails."""


@dataclass
class Wrapped:
    """Holds a running `reporter run`, and what it has shown so far."""

    process: subprocess.Popen[bytes]
    folder: Path
    source: int
    shown: bytearray = field(default_factory=bytearray)

    def read_until(self, text: bytes) -> None:
        while text not in self.shown:
            ready, _, _ = select.select([self.source], [], [], PATIENCE)
            piece = os.read(self.source, 1 << 16) if ready else b""
            assert piece, self.shown[-500:]
            self.shown += piece

    def read_to_end(self) -> bytearray:
        with suppress(OSError):  # Linux says EIO when a pseudo-terminal is closed
            while piece := os.read(self.source, 1 << 16):
                self.shown += piece
        return self.shown

    @property
    def child(self) -> int:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    @property
    def epochs(self) -> list[int]:
        """The finished epochs in the log."""
        (log,) = self.folder.rglob("*.log")
        return [epoch.epoch for run in read_log(log).runs for epoch in run.epochs]


def terminal() -> tuple[int, int]:
    ours, theirs = os.openpty()
    set_size(theirs, 40, 120)
    return ours, theirs


PLACES: dict[str, Callable[[], tuple[int, int]]] = {"pipe": os.pipe, "terminal": terminal}


@contextmanager
def wrapped(folder: Path, place: str, fault: str) -> Iterator[Wrapped]:
    (folder / "train.py").write_text(SCRIPT, encoding="utf-8")
    source, target = PLACES[place]()
    command = [sys.executable, "-m", "reporter", "run", "-q", "--", sys.executable, "train.py", fault]
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=target, stderr=target, start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=default_signals,
    )  # fmt: skip
    os.close(target)
    each = Wrapped(process, folder, source)
    try:
        yield each
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        with suppress(OSError):
            os.close(source)


Fault = Callable[[Wrapped], None]


def send(number: int) -> Fault:
    return lambda each: each.process.send_signal(number)


def twice(each: Wrapped) -> None:
    each.process.send_signal(signal.SIGINT)
    each.read_until(b"INTERRUPTED")
    each.process.send_signal(signal.SIGINT)


def close_the_place(each: Wrapped) -> None:
    """Close the terminal or the pipe that the output is shown on; the training goes on."""
    os.close(each.source)
    (each.folder / "go").touch()


def fill_the_disk(each: Wrapped) -> None:
    """Let no file grow until the wrapper has met that."""
    (log,) = each.folder.rglob("*.log")
    resource.prlimit(each.process.pid, resource.RLIMIT_FSIZE, (log.stat().st_size, resource.RLIM_INFINITY))
    (each.folder / "go").touch()


def kill_the_child(each: Wrapped) -> None:
    os.kill(each.child, signal.SIGKILL)


MATRIX: dict[str, tuple[str, Fault | None, list[int], int | None]] = {
    "nothing goes wrong": ("none", None, [1, 2, 3, 4, 5], 7),
    "the child is killed": ("wait", kill_the_child, [1, 2, 3], 128 + 9),
    "the wrapper is killed": ("wait", send(signal.SIGKILL), [1, 2, 3], -9),
    "the wrapper is terminated": ("wait", send(signal.SIGTERM), [1, 2, 3], 128 + 15),
    "the terminal hangs up": ("wait", send(signal.SIGHUP), [1, 2, 3], 128 + 1),
    "Ctrl-C": ("wait", send(signal.SIGINT), [1, 2, 3], 128 + 2),
    "Ctrl-C twice at a stubborn training": ("stubborn", twice, [1, 2, 3], 128 + 9),
    "the terminal or pipe is closed": ("survives-hangup", close_the_place, [1, 2, 3, 4, 5], 7),
    "the disk is full": ("pause", fill_the_disk, [1, 2, 3], 7),
    "200 MB of lines": ("flood", None, [1, 2, 3, 4, 5], 7),
    "a line of 20 MB": ("endless", None, [1, 2, 3, 4, 5], 7),
    "invalid UTF-8, NUL and escapes": ("bytes", None, [1, 2, 3, 4, 5], 7),
}
"""For each fault: what the training does, what happens to it, the epochs in the log, and the exit code."""


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("fault", MATRIX)
def test_all_epochs_that_were_finished_are_in_the_log(fault: str, place: str, tmp_path: Path) -> None:
    kind, do, epochs, code = MATRIX[fault]
    with wrapped(tmp_path, place, kind) as each:
        if do:
            each.read_until(b"READY")
            do(each)
        if do is not close_the_place:
            each.read_to_end()
        assert each.process.wait(60) == code
        assert each.epochs == epochs


@pytest.mark.parametrize("place", PLACES)
def test_a_line_is_in_the_log_before_it_is_shown(place: str, tmp_path: Path) -> None:
    with wrapped(tmp_path, place, "pause") as each:
        seen = 0
        while b"READY" not in each.shown:
            each.shown += os.read(each.source, 1)
            if each.shown.endswith(b"\n"):
                seen += 1
                (log,) = tmp_path.rglob("*.log")
                assert log.read_bytes().count(b"\n") >= seen
        (tmp_path / "go").touch()


def test_lines_that_a_full_disk_refused_are_written_when_it_has_room_again(tmp_path: Path) -> None:
    from reporter.capturing.logfile import LogFile

    log = LogFile(tmp_path / "a.log")
    log.write(["one"])
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (6, hard))
    try:
        log.write(["two"])
        assert log.error == "File too large"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    log.write(["three"])
    log.close()
    assert (log.error, (tmp_path / "a.log").read_text()) == ("", "one\ntwo\nthree\n")


PRINTING = r"""
import os, sys
print("stdout", sys.stdout.isatty(), sys.stderr.isatty(), os.get_terminal_size(1) if os.isatty(1) else 0)
sys.stdout.buffer.write(b"\tbar 1\rbar 2\b\b\x1b[1mbold\x1b[0m \xff\x00\r\n\n" * 30)
sys.stdout.flush()
print("the error stream", file=sys.stderr)
print("no newline at the end", end="")
"""


@pytest.mark.parametrize("place", PLACES)
def test_the_output_is_byte_for_byte_that_of_the_command_alone(place: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(PRINTING, encoding="utf-8")
    shown = []
    for wrapper in ([], [sys.executable, "-m", "reporter", "run", "-q", "--"]):
        source, target = PLACES[place]()
        errors, theirs = os.pipe()
        command = [*wrapper, sys.executable, "train.py"]
        for ends in (target, theirs):  # standard error beside standard output, then apart from it
            stderr = target if ends == target else theirs
            process = subprocess.Popen(
                command, cwd=tmp_path, stdout=target, stderr=stderr, env=os.environ | {"PYTHONPATH": str(ROOT)}
            )
            process.wait(60)
        os.close(target)
        os.close(theirs)
        each = Wrapped(process, tmp_path, source)
        shown.append((each.read_to_end(), os.read(errors, 1 << 16)))
        os.close(source)
        os.close(errors)
    assert shown[0] == shown[1]
    assert b"(columns=120, lines=40)" in shown[0][0] or place == "pipe"
    assert (b"stdout True True" in shown[0][0]) == (place == "terminal")


def test_two_wrappers_never_write_one_log(tmp_path: Path) -> None:
    from reporter.capturing.logfile import LogFile

    held = LogFile(tmp_path / "mine.log")
    for force in ([], ["--force"]):
        refused = reporter("run", "--log", "mine.log", *force, "--", "true", cwd=tmp_path)
        message = "reporter: mine.log: another capture writes it now; name another log\n"
        assert (refused.returncode, refused.stderr) == (2, message)
    held.write(["a line"])
    held.close()
    refused = reporter("run", "--log", "mine.log", "--", "true", cwd=tmp_path)
    assert (refused.returncode, refused.stderr) == (2, "reporter: mine.log: exists; --force replaces it\n")
    assert (tmp_path / "mine.log").read_text() == "a line\n"


def test_two_runs_in_one_second_have_two_logs(tmp_path: Path) -> None:
    from datetime import datetime

    from reporter.capturing.names import new_log

    now = datetime(2026, 3, 1, 14, 30, 5)
    logs = [new_log(tmp_path, now) for _ in range(3)]
    names = ["2026-03-01T14-30-05.log", "2026-03-01T14-30-05-2.log", "2026-03-01T14-30-05-3.log"]
    assert [log.path.name for log in logs] == names
    for log in logs:
        log.close()


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("python train.py --epochs 3", "train"),
        ("python -m package.train", "train"),
        ("torchrun --nproc 2 deep/wide.py", "wide"),
        ("jupyter nbconvert --execute my.ipynb", "my"),
        ("./a.sh", "a"),
        ("/usr/bin/make", "make"),
        ("..", "run"),
    ],
)
def test_a_log_is_named_after_the_script(command: str, name: str) -> None:
    assert name_of(command.split()) == name


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("python train.py --epochs 3", "python train.py --epochs 3"),
        ("/home/me/p/python /home/me/p/train.py --data=/home/me/p/x", "python train.py --data=x"),
        ("train --api-key abc --token=abc --password abc", "train --api-key *** --token=*** --password ***"),
        ("env WANDB_API_KEY=abc HOST=abc RANK=0 train", "env WANDB_API_KEY=*** HOST=*** RANK=0 train"),
        ("train --from https://me:abc@example.org/x", "train --from https://***@example.org/x"),
        ("train --url=https://abc@example.org/x", "train --url=https://***@example.org/x"),
    ],
)
def test_a_recorded_command_holds_no_secret_and_no_absolute_path(command: str, shown: str) -> None:
    assert " ".join(shown_command(command.split(), Path("/home/me/p"))) == shown


@pytest.mark.parametrize(
    ("text", "seed"),
    [
        ("Random seed: 42", 42),
        ("seed=7", 7),
        ("{'seed': 3}", 3),
        ("--seed 5", 5),
        ("seeds of 9 plants", None),
        ("", None),
    ],
)
def test_a_printed_seed_is_found(text: str, seed: int | None) -> None:
    assert seed_in(text) == seed


def test_a_record_beside_the_log_says_how_the_command_ran(tmp_path: Path) -> None:
    script = "import os; print('seed: 11'); print(os.environ['SECRET_TOKEN'])"
    (tmp_path / "train.py").write_text(script, encoding="utf-8")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Add"]):
        subprocess.run([*git, *words], check=True)
    done = run_in(tmp_path, sys.executable, "train.py", SECRET_TOKEN="abcdef", RANK="0", HOST_NAME="hidden")
    assert done.returncode == 0
    (path,) = tmp_path.glob("logs/train/*.json")
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["command"][1:] == ["train.py"]
    assert (record["seed"], record["status"], record["variables"]) == (11, 0, {"RANK": "0"})
    assert re.fullmatch(r"[0-9a-f]{40}", record["git"]["commit"])
    assert record["git"]["dirty"] is False
    assert re.match(r"3\.\d+", record["versions"]["python"])
    assert "abcdef" not in path.read_text(encoding="utf-8")
    assert "hidden" not in path.read_text(encoding="utf-8")


def run_in(folder: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reporter", "run", *args]
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
        check=False,
    )


def test_a_summary_follows_on_standard_error(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT, encoding="utf-8")
    done = run_in(tmp_path, "--", sys.executable, "train.py", "none")
    (log,) = tmp_path.glob("logs/train/*.log")
    assert "0.5500 (epoch 5)" in done.stderr
    assert done.stderr.endswith(f"log: {log.relative_to(tmp_path)}\n")
    assert done.returncode == 7


def test_a_gate_fails_a_command_that_succeeded_and_a_report_is_written(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT.replace("sys.exit(7)", ""), encoding="utf-8")
    for gate, code in (("acc>=0.9", 1), ("acc>=0.5", 0)):
        command = ["--fail-under", gate, "--report", f"{code}.md", "--", sys.executable, "train.py", "none"]
        done = run_in(tmp_path, *command)
        assert done.returncode == code, done.stderr
        assert "0.5500" in (tmp_path / f"{code}.md").read_text(encoding="utf-8")
        assert run_in(tmp_path, "-q", *command[:2], *command[4:]).returncode == code


@pytest.mark.parametrize(
    ("sentence", "shown", "code"),
    [
        ("The best accuracy is 0.55.", "1 number, 1 backed", 0),
        ("The best accuracy is 0.75.", "0.5500", 1),
    ],
)
def test_a_document_is_checked_against_the_log_of_the_run(sentence: str, shown: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT.replace("sys.exit(7)", ""), encoding="utf-8")
    (tmp_path / "README.md").write_text(f"# train\n\n{sentence}\n", encoding="utf-8")
    done = run_in(tmp_path, "-q", "--check", "README.md", "--", sys.executable, "train.py", "none")
    assert (done.returncode, shown in done.stderr) == (code, True), done.stderr


def test_a_document_that_does_not_exist_is_refused_before_the_training(tmp_path: Path) -> None:
    refused = reporter("run", "--check", "README.md", "--", "touch", "started", cwd=tmp_path)
    assert refused.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_does_not_exist_leaves_no_log(tmp_path: Path) -> None:
    done = reporter("run", "--", "no-such-program", cwd=tmp_path)
    message = "reporter: no-such-program: there is no such program; name a program after --\n"
    assert (done.returncode, done.stderr) == (2, message)
    assert list(tmp_path.rglob("*.log")) == []


def test_the_size_of_the_terminal_is_passed_on(tmp_path: Path) -> None:
    script = """
import os, signal, sys, time
signal.signal(signal.SIGWINCH, lambda *_: os.write(1, f"SIZE {os.get_terminal_size().columns}\\n".encode()))
print("READY", flush=True)
for _ in range(100):
    time.sleep(0.1)
"""
    with wrapped(tmp_path, "terminal", "none") as each:
        each.read_to_end()
    (tmp_path / "train.py").write_text(script, encoding="utf-8")
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "reporter", "run", "-q", "--", sys.executable, "train.py"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        other = Wrapped(process, tmp_path, ours)
        other.read_until(b"READY")
        set_size(theirs, 24, 77)
        process.send_signal(signal.SIGWINCH)
        other.read_until(b"SIZE 77")
        process.terminate()
    os.close(ours)
    os.close(theirs)


def set_size(descriptor: int, lines: int, columns: int) -> None:
    import fcntl
    import struct

    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
