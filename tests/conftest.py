"""Small helpers of the tests: logs as text, the command line as a function, goldens that one option rewrites."""

from __future__ import annotations

import difflib
import fcntl
import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from chromium import Chromium, chromium
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from reporter.cli import main
from reporter.model import Log, Run
from reporter.reading.reader import Reader

settings.register_profile(
    "steady",  # the same examples in every run, however slow the machine is
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", settings.get_profile("steady"), derandomize=False)
settings.load_profile("steady")  # unless pytest is called with --hypothesis-profile=explore

ROOT = Path(__file__).parents[1]
LOGS = ("logs/original/code9.log", "logs/code9/seed-0.log", "logs/original/gap.log", "logs/gap/seed-0.log")
"""The logs that the repository holds; there are more of them where somebody has trained."""

SECTION = """\
# Assignment #

## First.ipynb ##

Tried a | pipe and *stars*

**Total params:** 1,234

**print(score) output:**  [0.25, 0.9]

**Max Validation Accuracy**
in Epoch 00002: LearningRateScheduler setting learning rate to 0.0022744503.
60000/60000 [==============================] - 19s 316us/step - loss: 0.0659 - acc: 0.9800 - val_loss: 0.0485 - val_acc: 0.9866

**Full training epoc details:**

Train on 60000 samples, validate on 10000 samples
Epoch 1/3

Epoch 00001: LearningRateScheduler setting learning rate to 0.003.
60000/60000 [==============================] - 23s 380us/step - loss: 0.1601 - acc: 0.9497 - val_loss: 0.0560 - val_acc: 0.9805
Epoch 2/3

Epoch 00002: LearningRateScheduler setting learning rate to 0.0022744503.
60000/60000 [==============================] - 19s 316us/step - loss: 0.0659 - acc: 0.9800 - val_loss: 0.0485 - val_acc: 0.9866
Epoch 3/3

Epoch 00003: LearningRateScheduler setting learning rate to 0.0018315018.
60000/60000 [==============================] - 19s 322us/step - loss: 9.0000e-04 - acc: 0.9842 - val_loss: 0.0269 - val_acc: 0.9866

## Second.ipynb ##

**Total params: 567**

**print(score) output:** [0.5, 0.8]

**Max Validation Accuracy**
in Epoch 00001: LearningRateScheduler setting learning rate to 0.003.
60000/60000 [==============================] - 15s 251us/step - loss: 0.2056 - acc: 0.9464 - val_loss: 0.0485 - val_acc: 0.9852

Full training epoc details:
Train on 60000 samples, validate on 10000 samples
Epoch 1/2

Epoch 00001: LearningRateScheduler setting learning rate to 0.003.
60000/60000 [==============================] - 15s 251us/step - loss: 0.2056 - acc: 0.9464 - val_loss: 0.0485 - val_acc: 0.9852
Epoch 2/2

Epoch 00002: LearningRateScheduler setting learning rate to 0.0022744503.
60000/60000 [==============================] - 11s 187us/step - loss: 0.0608 - acc: 0.9816 - val_loss: 0.0435 - val_acc: 0.9764
"""
"""A document in the shape of the one this project starts from: two sections, each quoting its best epoch first."""

KILLED = """\
# killed
Train on 2000 samples, validate on 500 samples
Epoch 1/3
32/32 ━━━━━━━━━━━━━━━━━━━━ 3s 90ms/step - acc: 0.5000 - loss: 1.5000 - val_acc: 0.6000 - val_loss: 1.2000
Epoch 2/3
17/32 ━━━━━━━━━━━━━━━━━━━━ 1s 90ms/step - acc: 0.6500 - loss: 1.1000
"""
"""A log that ends in the middle of its second epoch."""


def log_of(text: str, size: int = 0, *, keep_lines: bool = False) -> Log:
    """Read a text into a log, in pieces of a size, or whole."""
    reader = Reader("some.log", keep_lines=keep_lines)
    for start in range(0, len(text), size or len(text) or 1):
        reader.feed_text(text[start : start + (size or len(text))])
    return reader.close()


def runs_of(text: str) -> tuple[Run, ...]:
    """Read a text into runs."""
    return log_of(text).runs


def reporter(
    *args: object, cwd: Path | None = None, stdin: bytes = b"", **env: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line in this process: much faster than `reporter_process`, with the same result.

    Args:
        args: The arguments; each is converted to a string.
        cwd: The working directory; the current one by default.
        stdin: The bytes on standard input.
        env: Environment variables to set.

    Returns:
        The exit code, standard output and standard error, as `subprocess.run` returns them.

    Raises:
        Exception: The command raised something other than `SystemExit`; it would have ended with a traceback.
    """
    words = [str(arg) for arg in args]
    with working_directory(cwd or Path.cwd()):
        done = CliRunner().invoke(main, words, input=stdin, env=env, catch_exceptions=False, prog_name="reporter")
    return subprocess.CompletedProcess(
        words, done.exit_code, done.stdout_bytes.decode("utf-8"), done.stderr_bytes.decode("utf-8")
    )


@contextmanager
def working_directory(folder: Path) -> Iterator[None]:
    """Change the working directory for a while (`contextlib.chdir` needs Python 3.11)."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def reporter_process(
    *args: object, cwd: Path | None = None, stdin: bytes = b"", **env: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, for tests of encodings, imports, signals and worker processes."""
    done = subprocess.run(
        [sys.executable, "-m", "reporter", *map(str, args)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"} | env,
        timeout=600,  # only to end a process that hangs
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


def start(*args: object, cwd: Path | None = None) -> subprocess.Popen[str]:
    """Start the command line in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "reporter", *map(str, args)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=default_signals,
    )


def default_signals() -> None:
    """Let this process end by Ctrl-C and when its terminal hangs up, although a script or `nohup` ignores these."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def children_of(process: subprocess.Popen[str]) -> list[int]:
    """List the ids of the child processes of a process, from /proc."""
    tasks = Path(f"/proc/{process.pid}/task")
    return [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]


def on_a_terminal(folder: Path, args: list[str], columns: int = 200) -> str:
    """Give what the command line writes to a terminal."""
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {
        "TERM": "xterm",
        "COLUMNS": str(columns),
    }
    with subprocess.Popen([sys.executable, "-m", "reporter", *args], stdout=theirs, cwd=folder, env=environment):
        os.close(theirs)
        pieces = []
        try:
            while piece := os.read(ours, 1 << 16):
                pieces.append(piece)
        except OSError:  # Linux says so when the other end is closed
            pass
    os.close(ours)
    return b"".join(pieces).decode("utf-8")


def needs_tensorflow(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test as slow, and skip it without TensorFlow unless REPORTER_REQUIRE_TENSORFLOW is set."""
    absent = find_spec("tensorflow") is None and not os.environ.get("REPORTER_REQUIRE_TENSORFLOW")
    skip: pytest.MarkDecorator = pytest.mark.skipif(absent, reason="needs TensorFlow: pip install -e '.[train]'")
    marked: Callable[..., None] = pytest.mark.slow(skip(test))
    return marked


Once = Callable[[str, Callable[[Path], None]], Path]
"""Takes the name of a folder and a function that fills it; returns the folder, which is filled once per session."""


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Fill a folder once for all workers of pytest-xdist: the first that needs it does, and the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def fill(name: str, make: Callable[[Path], None]) -> Path:
        folder, filled = shared / name, shared / f"{name}.filled"
        with open(shared / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not filled.exists():
                shutil.rmtree(folder, ignore_errors=True)  # what a failed attempt left
                folder.mkdir()
                make(folder)
                filled.touch()
        return folder

    return fill


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of pages as slow, and run slow tests first: the quick ones then fill both workers to the end."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: "slow" not in item.keywords)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write tests/golden anew; review it as a diff")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the file of that name in tests/golden."""

    def check(name: str, text: str) -> None:
        path = ROOT / "tests" / "golden" / name
        if request.config.getoption("--update-goldens"):
            path.write_text(text, encoding="utf-8")
        kept = path.read_text(encoding="utf-8")
        differing = "".join(difflib.unified_diff(kept.splitlines(True), text.splitlines(True), "kept", "now"))
        assert not differing, f"{name} differs; if that is right, run pytest --update-goldens\n{differing}"

    return check


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    """Share one Chromium among all tests that look at pages."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the logs of the repository, with their records, to a folder that holds no others."""
    folder = tmp_path_factory.mktemp("ours")
    for name in (*LOGS, *(name.replace(".log", ".json") for name in LOGS if "seed" in name)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder
