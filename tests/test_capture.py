"""`reporter.capture` captures all that a block prints, shows it unchanged, and gives everything back as it was."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ROOT

import reporter
from reporter import OutputError, OverwriteError, UsageError
from reporter.capturing.block import Block
from reporter.capturing.logfile import LogFile

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs the descriptors of POSIX")


def script(code: str, folder: Path, *, before: str = "") -> subprocess.Popen[bytes]:
    """Start Python code that may capture; its output goes through a pipe, as in a batch job."""
    (folder / "script.py").write_text(f"import reporter\n{before}\n{textwrap.dedent(code)}", encoding="utf-8")
    command = [sys.executable, "script.py"]
    environ = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ)


def captured(code: str, folder: Path) -> tuple[str, str, str]:
    """Run code within a block; give its log, and what it shows on standard output and standard error."""
    body = textwrap.indent(textwrap.dedent(code), "    ")
    process = script(f"with reporter.capture('a.log'):\n{body}", folder)
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 0, stderr.decode()
    log = (folder / "a.log").read_text(encoding="utf-8")
    return log, stdout.decode("utf-8", "replace"), stderr.decode("utf-8", "replace")


PRINTED: dict[str, tuple[str, str]] = {
    "print": ("print('one'); print('two')", "one\ntwo\n"),
    "standard error": ("import sys; print('one', file=sys.stderr)", "one\n"),
    "a child process": ("import subprocess; subprocess.run(['echo', 'one'])", "one\n"),
    "a forked process": ("import os\nif os.fork() == 0:\n    os.write(1, b'one\\n'); os._exit(0)\nos.wait()", "one\n"),
    "a forked process that leaves the block": (
        "import os, sys\nif os.fork() == 0:\n    sys.exit()\nos.wait()\nprint('one')",
        "one\n",
    ),
    "a write to the descriptor": ("import os; os.write(1, b'one\\n')", "one\n"),
    "a library of C that buffers": ("import ctypes; ctypes.CDLL(None).puts(b'one')", "one\n"),
    "a bar that is redrawn": ("print('\\r10%\\r 50%\\r100%')", "100%\n"),
    "colours": ("print('\\x1b[31mred\\x1b[0m')", "red\n"),
    "a line without its end": ("print('one', end='')", "one\n"),
    "bytes that are no text": ("import os; os.write(1, b'\\xff\\x00\\n')", "\ufffd\n"),
    "nothing": ("pass", ""),
}
"""Code, and the log that it gives."""


@pytest.mark.parametrize("what", PRINTED)
def test_the_log_holds_what_is_printed_in_any_way(what: str, tmp_path: Path) -> None:
    code, log = PRINTED[what]
    assert captured(code, tmp_path)[0] == log


def test_what_is_shown_is_what_the_code_shows_without_the_block(tmp_path: Path) -> None:
    code = """
        import os, sys
        print("out", sys.stdout.isatty())
        print("err", file=sys.stderr)
        sys.stdout.flush()
        os.write(1, b"\\r\\x1b[1mbar\\x1b[0m\\b\\xff\\x00")
    """
    shown = captured(code, tmp_path)[1:]
    alone = [text.decode("utf-8", "replace") for text in script(code, tmp_path).communicate(timeout=120)]
    assert shown == (alone[0], alone[1])


def test_a_block_on_a_terminal_still_prints_to_a_terminal(tmp_path: Path) -> None:
    code = (
        "import os, reporter\n"
        "with reporter.capture('a.log'):\n"
        "    print(os.isatty(1), os.isatty(2), os.get_terminal_size(1).columns)\n"
        "    os.write(2, b'\\xff\\n')\n"
        "print('after')\n"
    )
    ours, theirs = os.openpty()
    subprocess.run(["stty", "-F", os.ttyname(theirs), "columns", "77", "rows", "20"], check=True)
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, stdout=theirs, stderr=theirs, env=environ, check=True)
    assert os.read(ours, 1 << 16) == b"True True 77\r\n\xff\r\nafter\r\n"
    assert (tmp_path / "a.log").read_text(encoding="utf-8") == "True True 77\n\ufffd\n"
    os.close(ours)
    os.close(theirs)


KILLED = """
import os, signal, subprocess
with reporter.capture("a.log"):
    for number in range(1000):
        print("line", number)
    os.write(1, b"READY\\n")
    {fault}
"""


@pytest.mark.parametrize(
    ("fault", "status"),
    [("os.kill(os.getpid(), signal.SIGKILL)", -9), ("os.abort()", -6), ("os._exit(3)", 3), ("raise SystemExit(4)", 4)],
)
def test_a_python_that_ends_in_any_way_loses_no_line(fault: str, status: int, tmp_path: Path) -> None:
    process = script(KILLED.format(fault=fault), tmp_path)
    process.communicate(timeout=120)
    assert process.returncode == status
    lines = until(lambda: (tmp_path / "a.log").read_text(encoding="utf-8").splitlines(), lambda lines: "READY" in lines)
    assert lines[:1001] == [*(f"line {number}" for number in range(1000)), "READY"]


def until(look: Callable[[], list[str]], is_right: Callable[[list[str]], bool]) -> list[str]:
    """Look again and again, for a killed process does not wait until its log is written."""
    end = time.monotonic() + 60
    while not is_right(found := look()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def test_a_library_that_prints_while_it_holds_the_lock_of_python_does_not_hang(tmp_path: Path) -> None:
    code = "import ctypes; ctypes.PyDLL(None).puts(b'x' * 3_000_000)"
    log, shown, _ = captured(code, tmp_path)
    assert (len(log), len(shown)) == (1_000_001, 3_000_001)  # a line of the log has a limit


def test_a_child_that_outlives_the_block_is_shown_but_not_logged(tmp_path: Path) -> None:
    code = """
        import os, subprocess
        with reporter.capture("a.log"):
            print("early", flush=True)
            child = subprocess.Popen("read line; echo late", shell=True, stdin=subprocess.PIPE)
        print("between", flush=True)
        child.communicate(b"\\n")
    """
    shown, _ = script(code, tmp_path).communicate(timeout=120)
    assert shown == b"early\nbetween\nlate\n"
    assert (tmp_path / "a.log").read_text(encoding="utf-8") == "early\n"


@pytest.fixture
def descriptors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    """Change to an empty folder; give a function that says where the descriptors of this process lead."""
    monkeypatch.chdir(tmp_path)
    return lambda: {name: os.path.realpath(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")[:-1]}


def test_an_exception_is_in_the_log_and_everything_is_as_before(descriptors: Callable[[], object]) -> None:
    before = descriptors(), sys.stdout.write, sys.stderr.write
    with pytest.raises(ZeroDivisionError), reporter.capture("a.log"):
        print(os.write(1, b"one\n") / 0)
    assert (descriptors(), sys.stdout.write, sys.stderr.write) == before
    lines = Path("a.log").read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["one", "Traceback (most recent call last):"]
    assert lines[-1] == "ZeroDivisionError: division by zero"
    assert "capturing" not in "".join(lines)


def test_blocks_within_blocks_write_both_logs(descriptors: Callable[[], object]) -> None:
    before = descriptors()
    with reporter.capture("outer.log") as outer:
        os.write(1, b"one\n")
        with reporter.capture("inner.log") as inner:
            os.write(1, b"two\n")
        os.write(1, b"three\n")
    assert (outer.read_text(), inner.read_text()) == ("one\ntwo\nthree\n", "two\n")
    assert descriptors() == before


def test_blocks_that_overlap_may_end_in_any_order(descriptors: Callable[[], object]) -> None:
    before = descriptors()
    first, second = Block(LogFile(Path("1.log"))), Block(LogFile(Path("2.log")))
    os.write(1, b"one\n")
    first.end()
    os.write(1, b"two\n")
    second.end()
    second.end()
    assert [Path(f"{number}.log").read_text() for number in (1, 2)] == ["one\n", "one\ntwo\n"]
    assert descriptors() == before


def test_two_blocks_never_write_one_log(descriptors: Callable[[], object]) -> None:
    with reporter.capture("a.log") as path:
        with pytest.raises(OverwriteError, match="another capture writes it now"), reporter.capture(path, force=True):
            pass
        os.write(1, b"one\n")
    with pytest.raises(OverwriteError, match="exists"), reporter.capture(path):
        pass
    assert path.read_text() == "one\n"
    with reporter.capture(path, force=True):
        os.write(1, b"two\n")
    assert path.read_text() == "two\n"


class Cell(io.StringIO):
    """Is a stream that writes to no descriptor, as those of Jupyter do."""


def test_a_stream_without_a_descriptor_is_copied_for_those_who_hold_it_too(
    descriptors: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Cell()
    monkeypatch.setattr(sys, "stdout", held)
    with reporter.capture("a.log"):
        print("one")
        with reporter.capture("b.log"):
            held.write("two\n")
        assert held.getvalue() == "one\ntwo\n"
    print("three")
    assert Path("a.log").read_text() == "one\ntwo\n"
    assert Path("b.log").read_text() == "two\n"
    assert "write" not in vars(held)


NOTED = """
import os, reporter
from reporter.capturing.block import Block
from reporter.capturing.logfile import LogFile
from pathlib import Path
block = Block(LogFile(Path("a.log")))
for number in range(30):
    os.write(1, b"printed\\n" * {lines})
    block.note(f"noted {{number}} \\x1b[31mred")
block.end()
"""


@pytest.mark.parametrize(("place", "lines"), [("pipe", 100_000), ("terminal", 1)])
def test_a_note_is_below_what_was_printed_before_and_is_not_shown(place: str, lines: int, tmp_path: Path) -> None:
    ours, theirs = os.openpty() if place == "terminal" else os.pipe()
    command = [sys.executable, "-c", NOTED.format(lines=lines)]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, stdout=theirs, stderr=theirs, env=environ) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # Linux says EIO when a terminal is closed
            while piece := os.read(ours, 1 << 20):
                shown += piece
    os.close(ours)
    assert process.returncode == 0
    assert shown.replace(b"\r", b"") == b"printed\n" * 30 * lines
    log = (tmp_path / "a.log").read_text(encoding="utf-8")
    assert log == "".join("printed\n" * lines + f"noted {number} red\n" for number in range(30))


def test_a_full_disk_is_a_warning_at_the_end(descriptors: Callable[[], object]) -> None:
    import resource

    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    block = Block(LogFile(Path("a.log")))
    resource.prlimit(block._relay.pid, resource.RLIMIT_FSIZE, (4, hard))
    os.write(1, b"one\ntwo\n")
    with pytest.warns(UserWarning, match=r"a.log: lines are missing: File too large"):
        block.end()
    assert Path("a.log").read_text() == "one\n"


def test_the_end_of_the_relay_is_a_warning_at_the_end(descriptors: Callable[[], object]) -> None:
    before = descriptors()
    block = Block(LogFile(Path("a.log")))
    os.kill(block._relay.pid, signal.SIGKILL)
    block._relay.wait()
    with pytest.warns(UserWarning, match=r"a.log: lines are missing: the process that writes"):
        block.end()
    assert descriptors() == before


def test_a_block_that_cannot_begin_leaves_no_log(
    descriptors: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = descriptors()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(OutputError, match="run the training with reporter run"), reporter.capture("a.log"):
        pass
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(UsageError, match="POSIX"), reporter.capture("a.log"):
        pass
    assert list(Path().iterdir()) == []
    assert descriptors() == before


def test_a_closed_output_is_an_error(tmp_path: Path) -> None:
    code = """
        import os
        os.close(1)
        try:
            with reporter.capture("a.log"):
                pass
        except reporter.UsageError as error:
            os.write(2, str(error).encode())
    """
    _, errors = script(code, tmp_path).communicate(timeout=120)
    assert errors == b"standard output is closed; open it, for example with >/dev/null"
