"""What a stranger can make large ends in bounded time and 1 GiB of memory, with one line that says why."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import KILLED, reporter

resource = pytest.importorskip("resource")

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits memory, and needs special files")

BAR = b"8/8 [==============================] - 1s 9ms/step - loss: 0.5 - acc: 0.4\n"
LINES = (b"x" * 127 + b"\n") * (4 << 13)
BLANK = b"\n" * (4 << 20)


def limited(folder: Path, *args: str) -> tuple[int, str, list[str]]:
    """Run the command line with 1 GiB of address space and 60 s of processor time."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    done = subprocess.run(
        [sys.executable, "-m", "reporter", *args],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    return done.returncode, done.stdout, done.stderr.splitlines()


def zstandard(window: int, data: bytes, times: int = 1) -> bytes:
    library = pytest.importorskip("zstandard")
    parameters = library.ZstdCompressionParameters(window_log=window, compression_level=1)
    compressor = library.ZstdCompressor(compression_params=parameters).compressobj()
    packed: bytes = compressor.compress(data) + compressor.flush()
    return packed * times


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a bomb of gzip": ("a.log.gz", lambda: gzip.compress(LINES), "times its size"),
    "a bomb of blank lines": ("a.log.gz", lambda: gzip.compress(BLANK), "times its size"),
    "a bomb of xz": ("a.log.xz", lambda: lzma.compress(LINES), "times its size"),
    "a bomb of bzip2 in many streams": ("a.log.bz2", lambda: bz2.compress(LINES) * 9, "times its size"),
    "a bomb of Zstandard": ("a.log.zst", lambda: zstandard(20, b"x" * (8 << 20)), "times its size"),
    "a window of 2 GiB": ("a.log.zst", lambda: zstandard(31, BAR), "too much memory"),
    "a bomb in a bomb": ("a.log.gz", lambda: gzip.compress(gzip.compress(gzip.compress(LINES * 20))), "binary"),
    "many empty members": ("a.log.gz", lambda: gzip.compress(b"") * 100_000, "it is empty"),
    "a notebook of arrays": ("a.ipynb", lambda: b'{"cells":' + b"[" * 100_000, "not a notebook"),
    "a notebook of objects": ("a.ipynb", lambda: b'{"cells":' * 100_000 + b"1" + b"}" * 100_000, "not a notebook"),
    "a number of 5,000,000 digits": ("a.ipynb", lambda: b'{"cells":' + b"9" * 5_000_000 + b"}", "not a notebook"),
    "a deep history": ("a.json", lambda: b'{"loss":' * 100_000 + b"1" + b"}" * 100_000, "no training run"),
    "a line without end": ("a.log", lambda: b"x" * (200 << 20), "no training run"),
}


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_too_large_is_refused_with_one_line(
    tmp_path: Path, name: str, content: Callable[[], bytes], reason: str
) -> None:
    (tmp_path / name).write_bytes(content())
    code, shown, said = limited(tmp_path, "parse", name)
    assert (code, shown, len(said)) == (3, "", 1), said[-3:]
    assert reason in said[0]


def test_a_dictionary_of_xz_may_not_take_all_memory(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 20}]
    packed = bytearray(lzma.compress(BAR, filters=filters))
    where = packed.index(b"\x21\x01")  # the filter LZMA2 with one byte of properties: the size of its dictionary
    packed[where + 2] = 40
    (tmp_path / "a.log.xz").write_bytes(packed)
    code, _, said = limited(tmp_path, "parse", "a.log.xz")
    assert (code, len(said)) == (3, 1)


READ: dict[str, Callable[[], bytes]] = {
    "100,000 metrics in a line": lambda: (
        b"Epoch 1/1\n8/8 [==] - 1s - " + b" - ".join(b"m%d: 0.5" % number for number in range(100_000)) + b"\n"
    ),
    "a value of 1,000,000 digits": lambda: b"Epoch 1/1\n8/8 [==] - 1s - loss: " + b"9" * 1_000_000 + b"\n",
    "a line that is redrawn for 50 MB": lambda: b"Epoch 1/1\n" + (BAR.strip() + b"\r") * 600_000 + BAR,
}


@pytest.mark.parametrize("content", READ.values(), ids=READ.keys())
def test_what_is_long_is_read(tmp_path: Path, content: Callable[[], bytes]) -> None:
    (tmp_path / "a.log").write_bytes(content())
    code, shown, said = limited(tmp_path, "parse", "a.log", "--format", "json")
    assert (code, said) == (0, [])
    assert len(json.loads(shown)["sources"][0]["runs"]) == 1


@pytest.fixture
def special(tmp_path: Path) -> Path:
    """Make a folder of one log, and of names that lead to pipes, devices, sockets, the system, and in circles."""
    (tmp_path / "ok.log").write_text(KILLED, encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.log")
    for name, target in {
        "zero.log": "/dev/zero",
        "environment.log": "/proc/self/environ",
        "kernel.log": "/proc/kmsg",
        "system.log": "/sys/kernel/notes",
        "circle.log": "circle.log",
        "nothing.log": "nowhere",
        **{f"loop{number}": "." for number in range(20)},
    }.items():
        (tmp_path / name).symlink_to(target)
    with socket.socket(socket.AF_UNIX) as server:
        before = Path.cwd()
        os.chdir(tmp_path)
        server.bind("socket.log")
        os.chdir(before)
    return tmp_path


@pytest.mark.parametrize("source", [".", "*.log", "**/*.log", "*/*/*/*/*/*/*/*/*.log", "**/**/**/*.log"])
def test_a_folder_of_pipes_devices_and_circles_is_read(special: Path, source: str) -> None:
    code, shown, said = limited(special, "parse", source, "--format", "json")
    assert (code, said) == (0, [])
    assert len(json.loads(shown)["sources"]) == 1


def test_a_folder_that_nobody_may_read_and_a_deep_one_end_well(tmp_path: Path) -> None:
    deep = tmp_path / "/".join(["d"] * 300)
    deep.mkdir(parents=True)
    (deep / "ok.log").write_text(KILLED, encoding="utf-8")
    for source in (".", "**/*.log"):
        assert limited(tmp_path, "parse", source, "-q")[0] == 0


def test_files_that_grow_shrink_or_vanish_while_they_are_read_end_well(tmp_path: Path) -> None:
    names = [f"{number}.log" for number in range(40)]
    stop = threading.Event()

    def disturb() -> None:
        for turn in range(10**9):
            path = tmp_path / names[turn % len(names)]
            if turn % 3 == 0:
                path.unlink(missing_ok=True)
            else:
                path.write_text(KILLED * (turn % 5) + KILLED[: turn % 200], encoding="utf-8")
            if stop.wait(0.0005):
                return

    for name in names:
        (tmp_path / name).write_text(KILLED, encoding="utf-8")
    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        for _ in range(5):
            code, _, said = limited(tmp_path, "parse", ".", "--format", "json")
            assert code in (0, 3)
            assert [line for line in said if not line.startswith("reporter: ")] == []
    finally:
        stop.set()
        thread.join()


def test_memory_that_does_not_suffice_is_one_line(tmp_path: Path) -> None:
    start = time.monotonic()
    (tmp_path / "a.ipynb").write_text('{"cells": [' + "{}," * 8_000_000 + "{}]}", encoding="utf-8")
    code, shown, said = limited(tmp_path, "parse", "a.ipynb")
    assert (code, shown, len(said)) == (3, "", 1), said[-3:]
    assert time.monotonic() - start < 60


@pytest.mark.parametrize("error", [MemoryError(), SystemError("error return without exception set")], ids=repr)
def test_memory_that_runs_out_anywhere_is_one_line(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("reporter.reading.many.read_sources", fail)
    done = reporter("parse", "a.log")
    assert (done.returncode, done.stderr) == (3, "reporter: not enough memory; read fewer or smaller logs at once\n")
