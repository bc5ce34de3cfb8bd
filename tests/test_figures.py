"""A figure shows the numbers of its runs, and its file says which numbers it shows."""

from __future__ import annotations

import math
import os
import random
import re
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from chromium import PHONE, Chromium
from conftest import ROOT, SECTION, reporter, runs_of

import reporter as api
from reporter.documents import axes
from reporter.documents.drawings import Drawing, drawings, markdown_picture
from reporter.documents.overlay import Series, overlay, series_of_rows, series_of_runs
from reporter.documents.pictures import Curve, Picture, Plot, picture_of_run
from reporter.documents.svg import NARROW, svg_document
from reporter.facts.rows import LinkedLog, report_rows
from reporter.model import Log, Record, Run

SVG = "{http://www.w3.org/2000/svg}"
EPOCH = "Epoch {0}/{1}\n8/8 [==] - 1s - loss: {2:.4f} - acc: {3:.4f} - val_loss: {4:.4f} - val_acc: {5:.4f}\n"


def training(seed: int, epochs: int = 12, name: str = "net") -> Run:
    """Make a run whose accuracy rises from 0.5 to 0.99, with noise."""
    noise = random.Random(seed)
    lines = [f"# {name}\n"]
    for epoch in range(1, epochs + 1):
        error = 0.5 * math.exp(-epoch) + 0.01 + noise.gauss(0, 0.0005)
        lines.append(EPOCH.format(epoch, epochs, error * 3, 1 - error, error * 3.1, 1 - error * 1.1))
    (run,) = runs_of("".join(lines))
    return run


def record(seed: int, samples: int = 60_000) -> Record:
    return Record("net", seed, 12, samples, 64, {"total": 9}, {"keras": "3.x", "tensorflow": "2.x"}, "Linux")


def seeds(count: int, samples: int = 60_000) -> list[Run]:
    return [replace(training(seed), record=record(seed, samples)) for seed in range(count)]


def series(*runs: Run) -> list[Series]:
    """Make the series of the runs of one experiment, as a report does."""
    (group,) = report_rows([LinkedLog(Log(f"{index}.log", "keras", (run,)), "") for index, run in enumerate(runs)])
    return series_of_rows(group)


def texts(document: str) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(document).iter(f"{SVG}text")]


def classes(document: str, name: str) -> list[str]:
    """Give the classes of the curves, rings or bands of a figure, without those of its legend."""
    root = ElementTree.fromstring(document)
    found = [each.get("class", "") for each in root.iter() if name in each.get("class", "").split()]
    return [each for each in found if each]


def test_the_figure_of_a_run_has_its_metrics_as_text_and_a_ring_at_each_best_epoch() -> None:
    (run, _) = runs_of(SECTION)
    drawn = svg_document(picture_of_run(run, run.best()))
    assert {"acc", "val_acc", "loss", "learning rate", "best 0.9866, epoch 2, 3"} <= set(texts(drawn))
    assert len(classes(drawn, "ring")) == 3  # two in the panel, one in the legend


def test_a_validation_curve_is_above_the_train_curve_if_its_values_are() -> None:
    epoch = "Epoch {0}/2\n8/8 [==] - 1s - loss: 0.{0} - acc: 0.{0} - val_loss: 0.{1} - val_acc: 0.{1}\n"
    (run,) = runs_of(epoch.format(1, 7) + epoch.format(2, 8))  # validation is above train in both panels
    drawn = svg_document(picture_of_run(run, run.best()))
    curves = re.findall(r'class="curve (\w+)" d="M[\d.]+ ([\d.]+)L', drawn)
    assert [role for role, _ in sorted(curves[:2], key=lambda each: float(each[1]))] == ["validation", "train"]
    assert len(curves) == 4


def test_the_base_is_named_and_each_run_has_its_best_epoch_ringed() -> None:
    old, new = training(1), training(2)
    drawn = svg_document(overlay(series(old, new)))
    for run, begin in ((old, "base 0.log: "), (new, "1.log: ")):
        best = run.best()
        assert best
        assert f"{begin}{best.value:.4f}, epoch {best.epochs[0]}" in texts(drawn)
    assert {"ring base", "ring run-1"} <= set(classes(drawn, "ring"))
    assert [text for text in texts(drawn) if text.startswith("val_")] == ["val_acc", "val_loss"]


def test_seeds_are_a_median_in_a_band_from_the_lowest_to_the_highest() -> None:
    runs = seeds(5)
    base, pooled = series(training(9), *runs)
    assert (base.is_base, pooled.is_base, len(pooled.runs)) == (True, False, 5)
    curve = next(each for each in overlay([base, pooled]).plots[0].curves if each.lows)
    at_3 = sorted(run.epochs[2].logs["val_acc"] for run in runs)
    assert [part[2] for part in (curve.lows, curve.points, curve.highs)] == [(3, at_3[0]), (3, at_3[2]), (3, at_3[4])]
    assert len([ring for ring in overlay([base, pooled]).plots[0].rings if ring.role == "run-1"]) == 5


def test_runs_that_are_no_seeds_of_each_other_are_not_pooled() -> None:
    found = series(training(9), *seeds(3), *seeds(4, samples=2_000))
    assert sorted(len(each.runs) for each in found) == [1, 3, 4]


def test_many_different_runs_are_pale_except_for_the_base_and_the_best() -> None:
    found = [Series(str(index), (training(index),), is_base=index == 0) for index in range(20)]
    drawn = overlay(found)
    roles = [curve.role for curve in drawn.plots[0].curves]
    assert roles.count("other") == 16
    assert roles[-1] == "base"
    assert "16 other curves" in texts(svg_document(drawn))
    best = max(found[1:], key=lambda each: max(epoch.logs["val_acc"] for epoch in each.runs[0].epochs))
    coloured = [curve.label for curve in drawn.plots[0].curves if curve.role.startswith("run-")]
    assert any(label.startswith(f"{best.label}: ") for label in coloured)


def test_long_curves_lose_no_extreme() -> None:
    points = tuple((epoch, random.Random(epoch).random()) for epoch in range(1, 20_001))
    points = (*points[:7_000], (7_001, 5.0), (7_002, -5.0), *points[7_002:])
    kept = axes.thinned(points)
    assert len(kept) <= 960
    assert {(7_001, 5.0), (7_002, -5.0), points[0], points[-1]} <= set(kept)
    assert list(kept) == sorted(kept)


def test_a_long_band_loses_no_extreme() -> None:
    lows = [(epoch, 0.0 if epoch != 7_001 else -5.0) for epoch in range(1, 20_001)]
    highs = [(epoch, 1.0 if epoch != 7_002 else 5.0) for epoch in range(1, 20_001)]
    band = axes.thinned_band(lows, highs)
    assert len(band) <= 240
    assert (min(low for _, low, _ in band), max(high for _, _, high in band)) == (-5.0, 5.0)


def test_the_axis_cuts_the_first_epochs_off_and_says_so() -> None:
    run = training(1)
    (plot, *_) = overlay(series(run, training(2))).plots
    axis = axes.vertical_axis(plot)
    assert axis.low > 0.9
    assert axis.cut.startswith("first epochs from 0.7")
    late = replace(run, epochs=(*run.epochs[:-1], run.epochs[-1]._replace(logs={"val_acc": 0.1, "val_loss": 9.0})))
    (plot, *_) = overlay(series(late, training(2))).plots
    assert axes.vertical_axis(plot).low < 0.1  # a collapse at the end is never cut off


def test_an_error_scale_shows_one_minus_an_accuracy_on_a_logarithmic_axis() -> None:
    run = training(1)
    accuracy, loss = overlay(series(run, training(2)), scale="error").plots
    assert (accuracy.title, accuracy.is_log, accuracy.mode) == ("1 − val_acc, logarithmic", True, "min")
    assert (loss.title, loss.is_log) == ("val_loss, logarithmic", True)
    first = next(curve for curve in accuracy.curves if curve.role == "base").points[0][1]
    assert first == pytest.approx(1 - run.epochs[0].logs["val_acc"])


def test_an_error_of_zero_is_drawn_at_the_lower_end() -> None:
    (run,) = runs_of(
        "".join(EPOCH.format(n, 3, 0.1 / n, 0.9, 0.1 / n, value) for n, value in enumerate((0.9, 0.99, 1), 1))
    )
    drawn = svg_document(picture_of_run(run, run.best(), "error"))
    assert "nan" not in drawn
    assert "inf" not in drawn


ODD = {
    "no number at all": ["nan", "nan"],
    "an infinity": ["inf", "0.5"],
    "one value, again and again": ["0.5", "0.5", "0.5"],
    "a huge range": ["1e-30", "1e30"],
    "zeros": ["0.0", "0.0"],
    "negative values": ["-1.0", "-3.5"],
    "one epoch": ["0.5"],
}


@pytest.mark.parametrize("values", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("scale", ["linear", "error"])
def test_any_values_can_be_drawn(values: list[str], scale: str) -> None:
    log = "".join(
        f"Epoch {n}/{len(values)}\n8/8 [==] - 1s - loss: {value} - acc: {value}\n" for n, value in enumerate(values, 1)
    )
    (run,) = runs_of(log)
    several = (series(run, run), series(run, run, run, run), [Series("pooled", (run, run, run))])
    overlays = [overlay(each, scale=scale) for each in several]  # type: ignore[arg-type]
    for picture in (picture_of_run(run, run.best(), scale), *overlays):  # type: ignore[arg-type]
        for width in (840, NARROW):
            drawn = svg_document(picture, width)
            ElementTree.fromstring(drawn)
            assert not re.search(r'="[^"]*\b(?:nan|inf)\b', drawn.replace('aria-label="', ""))


def test_a_hostile_name_stays_text() -> None:
    name = '"><script>alert(1)</script>\x1b]0;\ud800'
    picture = Picture((Plot("acc", "max", False, False, (Curve(name, "run-1", ((1, 0.5), (2, 0.6))),)),), name)
    root = ElementTree.fromstring(svg_document(picture).encode("utf-8"))
    assert not list(root.iter(f"{SVG}script"))
    assert '"><script>alert(1)</script>' in root.get("aria-label", "")


def test_a_figure_has_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests'); from test_figures import *;"
        "print(Drawing(overlay(series(training(1), *seeds(3)))).svg())"
    )
    drawn = {
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True,
            cwd=ROOT,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(drawn) == 1
    assert len(drawn.pop()) > 2_000


def test_a_file_is_a_figure_of_its_numbers_whatever_its_bytes(tmp_path: Path) -> None:
    run = training(1)
    drawing, path = Drawing(picture_of_run(run, run.best())), tmp_path / "a.svg"
    assert not drawing.is_in(path)
    path.write_text(drawing.svg(), encoding="utf-8", newline="\r\n")
    assert drawing.is_in(path)
    other = training(2)
    for changed in (
        picture_of_run(other, other.best()),
        picture_of_run(run, None),
        picture_of_run(run, run.best(), "error"),
    ):
        assert not Drawing(changed).is_in(path)
    assert not Drawing(picture_of_run(run, run.best()), NARROW).is_in(path)


EDITS = {
    "a moved curve": (r'd="M(\d+)', r'd="M9\1'),
    "another number": (r">best 0\.9\d+", ">best 0.9999"),
    "no digest": (r"<metadata>.*</metadata>", ""),
}


@pytest.mark.parametrize(("pattern", "by"), EDITS.values(), ids=EDITS.keys())
def test_a_figure_that_was_edited_by_hand_is_stale(tmp_path: Path, pattern: str, by: str) -> None:
    run = training(1)
    drawing = Drawing(picture_of_run(run, run.best()))
    edited, count = re.subn(pattern, by, drawing.svg(), count=1)
    assert count == 1
    (tmp_path / "a.svg").write_text(edited, encoding="utf-8")
    assert not drawing.is_in(tmp_path / "a.svg")


def test_a_figure_is_readable_on_a_dark_page_and_narrow_on_a_phone(browser: Chromium, tmp_path: Path) -> None:
    run = training(1)
    for path, drawing in drawings("a.svg", picture_of_run(run, run.best())).items():
        (tmp_path / path).write_text(drawing.svg(), encoding="utf-8")
    (tmp_path / "page.html").write_text(markdown_picture("a.svg", "A figure"), encoding="utf-8")
    fill = "return getComputedStyle(document.querySelector('text')).fill"
    try:
        colours = []
        for scheme in ("light", "dark"):
            browser.scheme(scheme)
            browser.open(tmp_path / "a.svg")
            colours.append(browser.run(fill))
        assert colours == ["rgb(87, 96, 106)", "rgb(209, 215, 224)"]
        shown = []
        for width in (1280, PHONE):
            browser.resize(width)
            browser.open(tmp_path / "page.html")
            shown.append(browser.run("return document.querySelector('img').currentSrc").rpartition("/")[2])
        assert shown == ["a.svg", "a-narrow.svg"]
    finally:
        browser.scheme("")
        browser.resize(1280)


def test_a_readme_whose_figure_another_release_drew_is_up_to_date(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "README.md").write_text("<!-- BEGIN_REPORTER logs=a.log -->\n<!-- END_REPORTER -->\n", encoding="utf-8")
    assert reporter("readme", "README.md", cwd=tmp_path).returncode == 0
    path = tmp_path / "figures" / "a.svg"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reporter.documents.svg._HEIGHT", 333)  # another release draws larger panels
        assert reporter("readme", "--check", "README.md", cwd=tmp_path).returncode == 0
        path.unlink()
        assert reporter("readme", "README.md", cwd=tmp_path).returncode == 0
    assert reporter("readme", "--check", "README.md", cwd=tmp_path).returncode == 0
    log = (tmp_path / "a.log").read_text(encoding="utf-8")
    (tmp_path / "a.log").write_text(log.replace("acc: 0.9764", "acc: 0.9763", 1), encoding="utf-8")
    assert "figures/a-2.svg of the block is stale" in reporter("readme", "--check", "README.md", cwd=tmp_path).stderr


def chunk(png: bytes, name: bytes) -> bytes:
    """Give the content of a chunk of a PNG file, after checking its checksum (PNG, section 5.3)."""
    start = png.index(name)
    length = int.from_bytes(png[start - 4 : start], "big")
    content = png[start + 4 : start + 4 + length]
    assert zlib.crc32(name + content) == int.from_bytes(png[start + 4 + length : start + 8 + length], "big")
    return content


def test_the_plot_command_writes_svg_png_and_pdf_by_the_ending(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.log").write_text(SECTION, encoding="utf-8")
    for ending in ("svg", "png", "pdf"):
        assert reporter("plot", "a.log", "b.log", "-o", f"x.{ending}", cwd=tmp_path).returncode == 0
    assert ElementTree.fromstring((tmp_path / "x.svg").read_text(encoding="utf-8")).tag == f"{SVG}svg"
    png = (tmp_path / "x.png").read_bytes()
    assert png.startswith(b"\x89PNG")
    assert re.fullmatch(rb"reporter\0numbers=[0-9a-f]{64}", chunk(png, b"tEXt"))
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")
    printed = reporter("plot", "a.log", "b.log", "-o", "-", cwd=tmp_path)
    assert printed.stdout == (tmp_path / "x.svg").read_text(encoding="utf-8")


REFUSED = {
    "an unknown ending": (["-o", "x.jpg"], "x.jpg: the ending '.jpg' stands for no format; use .svg, .png, .pdf, or choose a format with --format"),
    "no ending": (["-o", "x"], "x: its name has no ending; use .svg, .png, .pdf, or choose a format with --format"),
    "a narrow PNG": (["-o", "x.png", "--narrow"], "--narrow is for svg, not png; leave it out, or choose an ending of svg"),
    "an unknown metric": (["-o", "x.svg", "--monitor", "f1"], "no run has the metric 'f1'; choose one of loss, acc"),
    "a file that exists": (["-o", "a.log", "--format", "svg"], "a.log: exists; --force replaces it"),
}  # fmt: skip


@pytest.mark.parametrize(("args", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_figure_that_cannot_be_drawn_is_refused(tmp_path: Path, args: list[str], message: str) -> None:
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    done = reporter("plot", "a.log", *args, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"reporter: {message}")
    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]


def test_logs_without_a_finished_epoch_cannot_be_drawn(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("# A\nTrain on 2 samples\nEpoch 1/2\n", encoding="utf-8")
    done = reporter("plot", "a.log", "-o", "a.svg", cwd=tmp_path)
    assert (done.returncode, done.stderr.split(";")[0]) == (2, "reporter: no run has a finished epoch to draw")


def test_several_runs_are_plotted_from_python() -> None:
    figure = api.plot([training(1), training(2)], scale="error")
    titles = [drawn.get_title(loc="left") for drawn in figure.axes]
    assert titles == ["1 − val_acc, logarithmic", "val_loss, logarithmic"]
    assert len(figure.axes[0].lines) >= 4  # two curves, two rings
    labels = [text.get_text().split(":")[0] for text in figure.legends[0].get_texts()]
    assert labels == ["base net, run 1", "net, run 2", "best epoch"]
    assert [each.label for each in series_of_runs(seeds(2))] == ["net, seed 0", "net, seed 1"]
    assert len(api.plot(training(1)).axes) == 2
