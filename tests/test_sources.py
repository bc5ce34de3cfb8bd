"""A log is read from compressed files, notebooks, CSV, JSON, addresses and event files."""

import bz2
import gzip
import json
import lzma
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import zstandard
from conftest import KILLED, SECTION, log_of, reporter, runs_of

from reporter import read_log
from reporter.cli import main
from reporter.errors import NoRunError, SourceError
from reporter.reading.formats import history, table
from reporter.sources import compression
from reporter.sources.names import find

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS.keys())
def test_a_compressed_log_is_read_whatever_its_name(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / "some.log").write_bytes(pack(SECTION.encode()))
    assert read_log(tmp_path / "some.log").runs == runs_of(SECTION)


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS.keys())
def test_a_compressed_log_that_is_cut_is_refused(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(bytes(range(256)) + SECTION.encode() * 3)
    (tmp_path / "some.log").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(SourceError):
        read_log(tmp_path / "some.log")


def test_without_zstandard_the_error_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.log.zst").write_bytes(zstandard.ZstdCompressor().compress(KILLED.encode()))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    wanted = "install the package zstandard, or reinstall reporter with its extra 'zstd'"
    with pytest.raises(SourceError, match=wanted):
        read_log(tmp_path / "a.log.zst")


def test_a_decompression_bomb_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bomb.log").write_bytes(gzip.compress(b"=" * (80 << 20)))
    with pytest.raises(SourceError, match="times its size"):
        read_log(tmp_path / "bomb.log")


def test_a_small_log_may_unpack_to_any_multiple_of_its_size(tmp_path: Path) -> None:
    packed = gzip.compress(b"=" * (1 << 20) + b"\n" + SECTION.encode())
    assert 200 * len(packed) < 1 << 20
    (tmp_path / "dense.log").write_bytes(packed)
    assert len(read_log(tmp_path / "dense.log").runs) == 2


def test_a_log_of_any_size_may_unpack_to_some_multiple_of_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression, "_FREE_BYTES", 100)
    (tmp_path / "large.log").write_bytes(gzip.compress(SECTION.encode()))
    assert len(read_log(tmp_path / "large.log").runs) == 2


def notebook(*cells: dict[str, Any]) -> str:
    return json.dumps({"nbformat": 4, "cells": list(cells)})


def code(*outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": "model.fit()", "outputs": list(outputs)}


def stream(*chunks: str, name: str = "stdout") -> list[dict[str, Any]]:
    return [{"output_type": "stream", "name": name, "text": chunk.splitlines(keepends=True)} for chunk in chunks]


TITLE = {"cell_type": "markdown", "source": ["## A model\n", "\n", "Small."]}
BAR = "8/8 [=====] - 1s 9ms/step - loss: 0.5 - val_loss: 0.4\n"


def test_a_notebook_is_the_text_of_its_cells(tmp_path: Path) -> None:
    text = notebook(
        TITLE, code(*stream("Epoch 1/1\n4/8 [==>..] - ETA: 0s" + "\b" * 9, "\r" + BAR)), code(*stream("x\n"))
    )
    (tmp_path / "n.ipynb").write_text(text, encoding="utf-8")
    log = read_log(tmp_path / "n.ipynb")
    (run,) = log.runs
    assert (run.name, run.note, len(run.epochs)) == ("A model", "Small.", 1)
    assert log.place(run.epochs[0].line) == "cell 2, line 2"


def test_fits_in_two_cells_are_two_runs_also_when_the_second_resumes(tmp_path: Path) -> None:
    interrupted = {"output_type": "error", "ename": "KeyboardInterrupt", "evalue": ""}
    cells = [
        code(*stream(f"Epoch 1/5\n{BAR}Epoch 2/5\n"), interrupted),
        code(*stream(f"Epoch 2/5\n{BAR}Epoch 3/5\n{BAR}")),
    ]
    (tmp_path / "n.ipynb").write_text(notebook(*cells), encoding="utf-8")
    first, second = read_log(tmp_path / "n.ipynb").runs
    assert [epoch.epoch for epoch in first.epochs] == [1]
    assert (first.status, first.partial is not None) == ("interrupted", True)
    assert [epoch.epoch for epoch in second.epochs] == [2, 3]


def test_a_notebook_of_format_3_is_read(tmp_path: Path) -> None:
    cell = {
        "cell_type": "code",
        "outputs": [{"output_type": "stream", "stream": "stdout", "text": f"Epoch 1/1\n{BAR}"}],
    }
    heading = {"cell_type": "heading", "level": 2, "source": "Old"}
    text = json.dumps({"nbformat": 3, "worksheets": [{"cells": [heading, cell]}]})
    (tmp_path / "n.ipynb").write_text(text, encoding="utf-8")
    assert [(run.name, len(run.epochs)) for run in read_log(tmp_path / "n.ipynb").runs] == [("Old", 1)]


HOSTILE = [
    "",
    "{",
    "[]",
    "null",
    '{"cells": 5}',
    '{"cells": [1, {"outputs": [[], {"output_type": "stream", "text": 5}]}]}',
    "[" * 200_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_broken_notebook_is_one_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "n.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError):
        read_log(tmp_path / "n.ipynb")


TABLES = list(table.SAMPLES.items()) + list(history.SAMPLES.items())


@pytest.mark.parametrize("text", [text for _, text in TABLES], ids=[name for name, _ in TABLES])
def test_a_history_is_read_from_csv_and_json(tmp_path: Path, text: str) -> None:
    (tmp_path / "h.dat").write_text(text, encoding="utf-8")
    (run,) = read_log(tmp_path / "h.dat").runs
    assert [(epoch.epoch, epoch.logs["loss"], epoch.logs["val_acc"]) for epoch in run.epochs] == [(1, 0.1601, 0.9805)]
    assert run.epochs_declared is None


CSV: dict[str, tuple[str, list[list[int]]]] = {
    "a quoted header, as R writes it": ('"epoch","loss"\n0,1\n1,2\n', [[1, 2]]),
    "quoted numbers": ('"epoch";"loss"\n"0";"1"\n"1";"2"\n', [[1, 2]]),
    "numbered rows beside the epochs": ('"","epoch","loss"\n"1",5,1\n"2",6,2\n', [[6, 7]]),
    "a separator within a quoted name": ('"loss, scaled",epoch,loss\n1,0,2\n', [[1]]),
    "a quotation mark that is not closed": ('epoch,loss\n0,1\n"1,2\n2,3\n', [[1, 3]]),
    "epochs counted from 0": ("epoch,loss\n0,1\n1,2\n", [[1, 2]]),
    "epochs counted from 1": ("epoch,loss\n1,1\n2,2\n", [[1, 2]]),
    "a run that was resumed": ("epoch,loss\n10,1\n11,2\n", [[11, 12]]),
    "runs appended under one header": ("epoch,loss\n0,1\n1,2\n0,3\n1,4\n2,5\n", [[1, 2], [1, 2, 3]]),
    "runs appended with their headers": ("epoch,loss\n0,1\nepoch,loss\n0,3\n", [[1], [1]]),
    "no column of epochs": ("loss,acc\n1,2\n3,4\n", [[1, 2]]),
    "a value that is missing": ("epoch,loss,val_loss\n0,1,NA\n1,2,3\n", [[1, 2]]),
    "a row that was cut": ("epoch,loss,val_loss\n0,1,2\n1,2\n", [[1, 2]]),
}


@pytest.mark.parametrize(("text", "wanted"), CSV.values(), ids=CSV.keys())
def test_a_table_has_these_epochs(text: str, wanted: list[list[int]]) -> None:
    assert [[epoch.epoch for epoch in run.epochs] for run in runs_of(text)] == wanted


OTHER = [
    "epoch,step,train_loss,val_loss\n0,49,0.5,\n0,99,,0.4\n1,149,0.3,\n1,199,,0.2\n",  # metrics.csv of Lightning
    "lr,step,train_loss,epoch,val_loss\n0.1,0,,,\n,49,0.5,0,\n,99,,1,0.3\n",
    "a,b\n1,2\n",
    "name,loss\nx,y\n",
    '{"log_history": [{"loss": 1.0, "epoch": 0.5}]}',
    '{"a": [1, 2]}',
    '{broken loss" [',
]


@pytest.mark.parametrize("text", OTHER)
def test_another_table_or_json_has_no_run(text: str) -> None:
    assert runs_of(text) == ()


def test_a_pickle_is_never_unpickled(tmp_path: Path) -> None:
    import pickle

    (tmp_path / "history.pkl").write_bytes(pickle.dumps({"loss": [1.0]}, protocol=4))
    with pytest.raises(SourceError, match="pickle"):
        read_log(tmp_path / "history.pkl")


def test_killed_logs_read_the_same_in_pieces_of_any_size() -> None:
    for size in (1, 2, 7, 64):
        assert log_of(KILLED, size).runs == runs_of(KILLED)


def test_a_notebook_without_a_run_says_so(tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_text(notebook(TITLE), encoding="utf-8")
    with pytest.raises(NoRunError):
        read_log(tmp_path / "n.ipynb")


def test_a_log_is_read_from_an_address() -> None:
    fsspec = pytest.importorskip("fsspec")
    with fsspec.open("memory://logs/some.log.gz", "wb") as file:
        file.write(gzip.compress(SECTION.encode()))
    log = read_log("memory://logs/some.log.gz")
    assert (log.path, log.runs) == ("memory://logs/some.log.gz", runs_of(SECTION))


def test_a_report_has_no_link_to_an_address_that_no_browser_opens(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    with fsspec.open("memory://logs/some.log", "wb") as file:
        file.write(KILLED.encode())
    main(["report", "memory://logs/some.log", "-o", str(tmp_path / "r.md")], standalone_mode=False)
    text = (tmp_path / "r.md").read_text(encoding="utf-8")
    assert "memory:/" in text
    assert "](memory:" not in text


ADDRESSES = {
    "a file that is missing": ("memory://nope.log", "not found"),
    "an unknown scheme": ("nope://some.log", "Protocol not known: nope"),
}


@pytest.mark.parametrize(("address", "message"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_an_address_that_cannot_be_read_is_one_line(address: str, message: str) -> None:
    pytest.importorskip("fsspec")
    with pytest.raises(SourceError, match=message) as caught:
        read_log(address)
    assert str(caught.value).startswith(f"{address}: ")


MISSING = {
    "fsspec": (
        "s3://bucket/some.log",
        "an address; install the package fsspec, or reinstall reporter with its extra 'remote'",
    ),
    "s3fs": ("s3://bucket/some.log", "needs the package s3fs; install it"),
    "gcsfs": ("gs://bucket/some.log", "needs the package gcsfs; install it"),
}


@pytest.mark.parametrize(("package", "address", "advice"), [(each, *wanted) for each, wanted in MISSING.items()])
def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, package: str, address: str, advice: str) -> None:
    if package != "fsspec":
        registry = pytest.importorskip("fsspec.registry")
        monkeypatch.setattr(registry, "_registry", {})  # what was imported before is imported once more
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SourceError) as caught:
        read_log(address)
    assert advice in str(caught.value)
    assert "\n" not in str(caught.value)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Serve a folder; give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_log_is_read_from_a_server_and_a_missing_one_is_named(tmp_path: Path, site: str) -> None:
    (tmp_path / "some.log").write_text(("x" * 999 + "\n") * 6000 + SECTION, encoding="utf-8")  # too much for one block
    done = reporter("parse", f"{site}/some.log", f"{site}/no.log", "--format", "json")
    (source,) = json.loads(done.stdout)["sources"]
    assert (source["path"], len(source["runs"])) == (f"{site}/some.log", 2)
    assert done.stderr == f"reporter: {site}/no.log: not found; name the address of a log\n"


@pytest.mark.parametrize("path", [r"C:\logs\some.log", "C://logs/some.log", "c:/some.log"])
def test_a_path_with_a_drive_is_not_an_address(path: str) -> None:
    with pytest.raises(SourceError, match="No such file"):
        read_log(path)


def write_events(path: Path, *values: tuple[int, str, float]) -> None:
    """Write scalars as TensorFlow 2 does: step, tag, value."""
    proto = pytest.importorskip("tensorboard.compat.proto.event_pb2")
    events = [proto.Event(wall_time=1.0, file_version="brain.Event:2")]
    for step, tag, value in values:
        events.append(proto.Event(wall_time=1.0, step=step))
        written = events[-1].summary.value.add(tag=tag)
        written.tensor.dtype, written.tensor.tensor_content = 1, struct.pack("<f", value)
    path.parent.mkdir(parents=True, exist_ok=True)
    records = (event.SerializeToString() for event in events)
    path.write_bytes(b"".join(framed(each) for each in records))


def framed(event: bytes) -> bytes:
    """Put the length and the checksums around an event, as a TFRecord has them."""
    checksum = pytest.importorskip("tensorboard.compat.tensorflow_stub.pywrap_tensorflow").masked_crc32c
    length = struct.pack("<Q", len(event))
    return length + struct.pack("<I", checksum(length)) + event + struct.pack("<I", checksum(event))


TRAIN = ((0, "epoch_loss", 0.5), (0, "epoch_accuracy", 0.8), (1, "epoch_loss", 0.4), (1, "epoch_accuracy", 0.9))
VALIDATION = ((0, "epoch_loss", 0.6), (9, "evaluation_loss_vs_iterations", 0.7), (1, "epoch_loss", 0.55))


def test_event_files_of_a_training_and_its_validation_are_one_run(tmp_path: Path) -> None:
    for fit in (0, 1):
        write_events(tmp_path / "train" / f"events.out.tfevents.100.host.7.{2 * fit}.v2", *TRAIN)
        write_events(tmp_path / "validation" / f"events.out.tfevents.100.host.7.{2 * fit + 1}.v2", *VALIDATION)
    sources = find(str(tmp_path)).files
    assert [Path(source).name[-4:] for source in sources] == ["0.v2", "2.v2"]
    for source in sources:
        (run,) = read_log(source).runs
        assert [(epoch.epoch, dict(epoch.logs)) for epoch in run.epochs] == [
            (1, {"loss": 0.5, "accuracy": 0.8, "val_loss": 0.6}),
            (2, {"loss": 0.4, "accuracy": 0.9, "val_loss": 0.55}),
        ]


def test_an_event_file_of_a_killed_training_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.100.host.7.0.v2"
    write_events(path, *TRAIN)
    path.write_bytes(path.read_bytes()[:-9])
    (run,) = read_log(path).runs
    assert [dict(epoch.logs) for epoch in run.epochs] == [{"loss": 0.5, "accuracy": 0.8}, {"loss": 0.4}]


def test_scalars_of_batches_are_not_epochs(tmp_path: Path) -> None:
    write_events(tmp_path / "events.out.tfevents.1.x", (0, "batch_loss", 0.5), (0, "Loss/train", 0.5))
    with pytest.raises(NoRunError):
        read_log(tmp_path / "events.out.tfevents.1.x")


VERSION = b"\x09" + bytes(8) + b"\x1a\x0dbrain.Event:2"
EVENTS = struct.pack("<QI", 24, 0) + VERSION


def test_a_broken_event_file_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(framed(VERSION) + framed(b"\xff" * 8))
    with pytest.raises(SourceError, match="broken"):
        read_log(tmp_path / "broken")


def test_an_event_file_with_any_changed_byte_is_refused_or_read_as_far_as_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.100.host.7.0.v2"
    write_events(path, *TRAIN)
    data = path.read_bytes()
    first = len(framed(VERSION))
    for place in range(first, len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(SourceError, match="an event file, but broken"):
            read_log(path)


def test_an_event_file_without_tensorboard_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto.event_pb2", None)
    (tmp_path / "events").write_bytes(EVENTS)
    with pytest.raises(
        SourceError,
        match="install the package tensorboard, or reinstall reporter with its extra 'tensorboard'",
    ):
        read_log(tmp_path / "events")


def test_a_text_about_events_is_a_text(tmp_path: Path) -> None:
    (tmp_path / "some.log").write_text(f"brain.Event:2\n{KILLED}", encoding="utf-8")
    assert len(read_log(tmp_path / "some.log").runs) == 1


BAR_OF_TF_2 = "10000/1 [" + "=" * 300_000 + "] - 1s 63us/sample - loss: 0.0300 - acc: 0.9800\n"


def test_the_bar_of_300000_characters_that_tf_2_prints_is_an_evaluation() -> None:
    (run,) = runs_of(f"Epoch 1/1\n{BAR}" + BAR_OF_TF_2)
    assert [dict(each.logs) for each in run.evaluations] == [{"loss": 0.03, "acc": 0.98}]


def test_a_line_that_is_too_long_gets_a_warning() -> None:
    (run,) = runs_of(f"Epoch 1/1\n{BAR}" + "x" * 1_000_001 + "\n")
    assert [(warning.code, warning.line) for warning in run.warnings] == [("line-cut", 3)]


def test_names_in_a_history_have_no_control_characters() -> None:
    (run,) = runs_of('{"loss": [1.0], "a\\nb\\u001b[31mc\\u0000": [2.0], "\\ud800": [3.0]}')
    assert run.metrics == ("loss", "a bc", r"\ud800")


def test_a_history_in_a_line_too_long_is_refused() -> None:
    with pytest.raises(SourceError, match=r"some\.log:1: longer than 1,000,000 characters"):
        runs_of('{"loss": [' + "0.5, " * 250_000 + "0.5]}")
