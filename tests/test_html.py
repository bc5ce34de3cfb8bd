"""The page shows what the logs say, to everybody, and asks nobody for anything."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from chromium import PHONE, Chromium
from conftest import LOGS, ROOT, reporter
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from reporter import read_log

FIGURE = "#run-3 [role=slider]"


@pytest.fixture(scope="module")
def path(ours: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of the logs of this repository."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    done = reporter("report", "logs", "-o", path, cwd=ours)
    assert (done.returncode, done.stderr) == (0, "")
    return path


@pytest.fixture
def page(browser: Chromium, path: Path) -> Iterator[Chromium]:
    """Open the page, and at the end see that it said and asked for nothing."""
    browser.open(path)
    browser.wait("document.querySelectorAll('article figure').length === 4")
    yield browser
    assert browser.errors() == []
    assert browser.requests() <= {path.as_uri()}


def test_the_page_is_one_file(page: Chromium, path: Path) -> None:
    assert [each.name for each in path.parent.iterdir()] == ["report.html"]
    assert page.run("return performance.getEntriesByType('resource').map((each) => each.name)") == []
    assert page.requests() == {path.as_uri()}


def test_a_page_that_asks_for_something_would_be_found_out(browser: Chromium, tmp_path: Path) -> None:
    other = tmp_path / "other.html"
    other.write_text("<img src='http://127.0.0.1:9/x.png'><script>missing()</script>", encoding="utf-8")
    browser.open(other)
    assert browser.requests() == {other.as_uri(), "http://127.0.0.1:9/x.png"}
    assert any("missing is not defined" in each for each in browser.errors())


def test_the_policy_lets_nothing_in_that_the_page_did_not_bring(page: Chromium) -> None:
    page.run(
        "document.body.insertAdjacentHTML('beforeend', '<img src=data: onerror=hurt=1><p style=color:red>');"
        "const script = document.createElement('script'); script.textContent = 'hurt = 2'; document.body.append(script)"
    )
    assert page.run("return typeof hurt") == "undefined"
    assert len([each for each in page.errors() if "Content Security Policy" in each]) == 3


def column(page: Chromium, index: int) -> list[str]:
    return [
        text.removeprefix("best ").replace(" base", "") for text in page.texts(f".runs tbody tr > :nth-child({index})")
    ]


def test_runs_are_sorted_by_any_column(page: Chromium) -> None:
    heads = page.all(".runs thead th")
    best = next(index for index, head in enumerate(heads, 1) if head.text.startswith("Best val_acc"))
    button = page.find(f".runs thead th:nth-child({best}) button")
    seen = [column(page, best)]
    for direction in ("descending", "ascending"):
        button.send_keys(Keys.ENTER)
        seen.append(column(page, best))
        assert heads[best - 1].get_attribute("aria-sort") == direction
    assert seen == [
        ["0.9953", "0.9951", "0.9950", "0.9951"],
        ["0.9953", "0.9951", "0.9951", "0.9950"],
        ["0.9950", "0.9951", "0.9951", "0.9953"],
    ]
    page.find(".runs thead th button").click()
    assert column(page, 1) == sorted(column(page, 1))
    assert [head.get_attribute("aria-sort") for head in heads].count("none") == len(heads) - 1


def test_a_missing_number_is_last_both_ways(browser: Chromium, tmp_path: Path) -> None:
    for name, result in {"a": "odd: 1.0", "b": "loss: 0.5", "c": "loss: 0.1"}.items():
        (tmp_path / f"{name}.log").write_text(f"Epoch 1/1\n2/2 [==] - 1s - {result}\n", encoding="utf-8")
    assert reporter("report", "a.log", "b.log", "c.log", "-o", "r.html", cwd=tmp_path).returncode == 0
    browser.open(tmp_path / "r.html")
    button = browser.find(".runs thead th:nth-child(2) button")
    orders = []
    for _ in range(2):
        button.click()
        orders.append([text.split()[0] for text in column(browser, 1)])
    assert orders == [["b", "c", "a"], ["c", "b", "a"]]


def test_runs_are_filtered_by_every_word(page: Chromium) -> None:
    field = page.find("#filter")
    field.send_keys("GAP seed")
    assert [text.split("\n")[-1] for text in column(page, 1)] == ["logs/gap/seed-0.log"]
    assert page.texts("#count") == ["1 of 4"]
    assert page.texts("article h3") == ["logs/gap/seed-0.log best"]
    assert page.texts(".experiment h2") == ["Using_GAP.ipynb"]
    field.clear()
    field.send_keys(" ")
    assert len(column(page, 1)) == len(page.texts("article h3")) == 4


def test_pointing_at_a_figure_shows_the_values_of_that_epoch(page: Chromium) -> None:
    (run,) = read_log(ROOT / LOGS[2]).runs
    drawing = page.find("#run-3 .panel:nth-child(2) > svg")
    for offset in (-60, 0, 80):
        page.mouse.move_to_element_with_offset(drawing, offset, 20).perform()
        at = int(page.find(FIGURE).get_attribute("aria-valuenow") or 0)
        epoch = run.epochs[at - 1]
        shown = {name: f"{value:.4f}" for name, value in epoch.logs.items()}
        legend = dict(text.rsplit(" ", 1) for text in page.texts("#run-3 .legend li"))
        assert legend.items() >= shown.items()
        assert float(legend["learning rate"]) == pytest.approx(epoch.learning_rate, rel=1e-5)
        assert page.find("#run-3 .tools p").text.startswith(f"Epoch {at}")
        assert page.texts("#run-3 svg .now") == [str(at)] * 3
        assert page.find("#run-3 .tools a").text == f"line {epoch.line}"
    assert at > 10


def test_a_validation_curve_is_blue_and_a_train_curve_grey(page: Chromium) -> None:
    drawn: list[list[str]] = page.run(
        "return [...document.querySelectorAll('#run-3 .panel:first-child > svg .curve')]"
        ".map((each) => [each.getAttribute('d').split(/[ h]/)[1], getComputedStyle(each).stroke])"
    )
    (run,) = read_log(ROOT / LOGS[2]).runs
    assert run.epochs[0].logs["val_acc"] > run.epochs[0].logs["acc"]
    from_the_top = [colour for _, colour in sorted((float(top), colour) for top, colour in drawn)]
    assert from_the_top == ["rgb(11, 98, 196)", "rgb(118, 128, 139)"]
    strokes = "return [...document.querySelectorAll('#run-3 .panel:first-child .legend path')].map((each) => getComputedStyle(each).stroke)"
    assert dict(
        zip(
            (name.split()[0] for name in page.texts("#run-3 .panel:first-child .legend li")),
            page.run(strokes),
            strict=True,
        )
    ) == {
        "acc": "rgb(118, 128, 139)",
        "val_acc": "rgb(11, 98, 196)",
    }


def test_a_figure_is_read_and_zoomed_by_keys(page: Chromium) -> None:
    figure = page.find(FIGURE)

    def press(key: str) -> int:
        figure.send_keys(key)
        return int(figure.get_attribute("aria-valuenow") or 0)

    def reach() -> list[int]:
        found = page.parts("#run-3 .panel:first-child > svg", "text")
        return [int(text) for text in found[0] if text.isdecimal()]

    assert figure.get_attribute("aria-valuenow") == "19"
    assert [press(key) for key in (Keys.ARROW_LEFT, Keys.HOME, Keys.ARROW_LEFT, Keys.ARROW_RIGHT, Keys.END)] == [
        18,
        1,
        1,
        2,
        20,
    ]
    assert figure.get_attribute("aria-valuetext") == (
        "epoch 20: acc 0.9939, val_acc 0.9942, loss 0.0195, val_loss 0.0198, learning rate 0.000424869"
    )
    press("+")
    press("+")
    assert min(reach()) == 15
    assert press(Keys.HOME) == 1  # what is in view follows
    assert (min(reach()), max(reach())) == (1, 6)
    assert press(Keys.ESCAPE) == 19
    assert (min(reach()), max(reach())) == (1, 20)
    assert "the best" in (figure.get_attribute("aria-valuetext") or "")


def test_a_figure_is_zoomed_by_dragging_and_by_buttons(page: Chromium) -> None:
    drawing = page.find("#run-2 .panel > svg")
    curve = "document.querySelector('#run-2 .panel .curve.validation[d*=L]').getAttribute('d')"

    def steps() -> int:
        return str(page.run(f"return {curve}")).count("L") + 1

    buttons = {each.accessible_name: each for each in page.all("#run-2 .tools button")}
    assert (steps(), buttons["Reset"].is_enabled()) == (20, False)
    page.mouse.move_to_element_with_offset(drawing, -60, 0).click_and_hold().move_by_offset(120, 4).release().perform()
    assert steps() < 10
    buttons["Zoom in"].click()
    closer = steps()
    buttons["Zoom out"].click()
    assert closer < steps() < 20
    buttons["Reset"].click()
    assert (steps(), buttons["Reset"].is_enabled()) == (20, False)


def test_a_number_leads_to_the_line_that_says_so(page: Chromium, path: Path) -> None:
    link = page.find(".runs tbody tr:nth-child(2) td a")
    assert link.text == "0.9951"
    link.click()
    page.wait("document.querySelector('[aria-current]')")
    target = page.find("[aria-current]")
    assert page.run("return document.activeElement") == target
    assert target.is_displayed()
    assert page.run(
        "const {top, bottom} = arguments[0].getBoundingClientRect(); return top >= 0 && bottom <= innerHeight", target
    )
    number, text = target.text.split("\n")
    assert "val_acc: 0.9951" in text
    assert (ROOT / LOGS[1]).read_text(encoding="utf-8").splitlines()[int(number) - 1] == text
    line = read_log(ROOT / LOGS[3]).runs[0].epochs[12].line
    page.open(path, f"#run-4-L{line}")
    page.wait("document.querySelector('[aria-current]')")
    assert page.find("#run-4 [aria-current] span").text == str(line)


def test_every_link_leads_to_its_line_and_every_line_is_that_of_the_log(page: Chromium) -> None:
    page.run("for (const each of document.querySelectorAll('article details')) { each.fill(); each.open = true; }")
    dead = page.run(
        "return [...document.querySelectorAll('a[href^=\"#\"]')].filter((each) => !document.getElementById(each.hash.slice(1)))"
        ".map((each) => each.outerHTML)"
    )
    assert dead == []
    for number, log in enumerate(LOGS, 1):
        lines = (ROOT / log).read_text(encoding="utf-8").splitlines()
        shown = dict(page.parts(f"#run-{number} .log li", "span, code"))
        assert len(shown) > 60
        assert all(lines[int(line) - 1].rstrip() == text.rstrip() for line, text in shown.items())
        (run,) = read_log(ROOT / log).runs
        rows = page.parts(f"#run-{number} .epochs tbody tr", "th, td")
        assert [int(row[0].removeprefix("best ")) for row in rows] == [epoch.epoch for epoch in run.epochs]
        for row, epoch in zip(rows, run.epochs, strict=True):
            assert [float(cell) for cell in row[1 : 1 + len(run.metrics)]] == list(epoch.logs.values())
            assert all(f": {cell}" in shown[str(epoch.line)] for cell in row[1 : 1 + len(run.metrics)])
            assert row[-1] == f"line {epoch.line}"


@pytest.mark.parametrize("width", [1280, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_keeps_the_rules_of_accessibility(page: Chromium, scheme: str, width: int) -> None:
    try:
        page.scheme(scheme)
        page.resize(width)
        page.run("for (const each of document.querySelectorAll('article details')) { each.fill(); each.open = true; }")
        assert page.violations() == []
        assert page.run("return document.documentElement.scrollWidth") == width
    finally:
        page.scheme("")
        page.resize(1280)


def test_the_rules_of_accessibility_are_asked_for(browser: Chromium, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<button></button><p style='color: #ccc'>pale</p>", encoding="utf-8")
    browser.open(tmp_path / "bad.html")
    broken = {each.split(":")[0] for each in browser.violations()}
    assert {"button-name", "color-contrast", "document-title", "html-has-lang"} <= broken


def test_printing_opens_the_epochs(page: Chromium) -> None:
    assert page.all("article details[open]") == []
    assert page.tell("Page.printToPDF")["data"]
    assert len(page.all("details.table[open]")) == 4
    assert len(page.all(".epochs tbody tr")) == 80


def test_without_scripts_the_page_has_the_runs_and_their_facts(path: Path) -> None:
    text = re.sub(r"<script.*?</script>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    shown = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    for words in (
        "Assignment2_ code9.ipynb base logs/ original/ code9.log best 0.9953 18 – 0.9947 loss 0.0165, acc 0.9947 14,864 20 of 20 6 min 24 s",
        "Best val_acc 0.9951 epochs 19, 20 Difference +0.0001 from 0.9950 Score 0.0164 loss 0.9951 acc Parameters 11,504",
        "Without JavaScript, this page shows the facts of each run",
    ):
        assert words in shown


def many(folder: Path, runs: int, epochs: int) -> Path:
    """Write the page of many runs."""
    for run in range(runs):
        lines = [f"# sweep {run % 7}", "Train on 60000 samples, validate on 10000 samples"]
        for epoch in range(1, epochs + 1):
            values = [
                f"{name}: {((run * 7919 + epoch * 104729 + len(name)) % 9973) / 9973:.4f}"
                for name in ("loss", "acc", "val_loss", "val_acc")
            ]
            lines += [
                f"Epoch {epoch}/{epochs}",
                f"60000/60000 [{'=' * 30}] - {10 + run % 9}s {run + 100}us/step - {' - '.join(values)}",
            ]
        (folder / f"run-{run:03}.log").write_text("\n".join(lines), encoding="utf-8")
    assert reporter("report", ".", "-o", "report.html", cwd=folder).returncode == 0
    return folder / "report.html"


def test_many_runs_make_a_small_page(tmp_path: Path) -> None:
    assert many(tmp_path, 30, 100).stat().st_size < 30 * 8_000 + 60_000


def test_many_runs_are_drawn_after_the_page_is_shown(browser: Chromium, tmp_path: Path) -> None:
    browser.open(many(tmp_path, 220, 3))
    browser.run("document.getElementById('run-220').scrollIntoView()")
    browser.wait("document.querySelector('#run-220 figure')")
    assert len(browser.all("article figure")) < 220
    browser.wait("[...document.querySelectorAll('article')].every((each) => each.querySelector('figure .curve'))")
    assert browser.errors() == []


def test_many_runs_can_be_found(browser: Chromium, tmp_path: Path) -> None:
    browser.open(many(tmp_path, 220, 3))
    assert len(column(browser, 1)) == 200
    browser.find("#rest").click()
    assert len(column(browser, 1)) == 220
    browser.run("location.hash = 'run-200-L4'")
    browser.wait("document.querySelector('[aria-current]')")
    assert browser.find("[aria-current]").is_displayed()
    browser.find("#filter").send_keys("run-123")
    browser.wait("[...document.querySelectorAll('article:not([hidden]) figure')].length === 1")
    assert browser.parts("article:not([hidden])", "h3") == [["run-123.log"]]  # its layout may still be to come
    assert browser.errors() == []


OVERLAY = "#overlay-figure .panel:first-child > svg"


def curves(page: Chromium, selector: str = OVERLAY) -> int:
    return len(page.all(f"{selector} .curve:not(.faint)"))


def picked(page: Chromium) -> list[bool]:
    return [bool(box.get_attribute("checked")) for box in page.all(".runs input")]


def test_picked_runs_are_overlaid_and_the_address_remembers_them(page: Chromium, path: Path) -> None:
    assert (curves(page), picked(page)) == (4, [True] * 4)
    assert "#" not in page.driver.current_url
    for box in page.all(".runs input")[:2]:
        box.click()
    assert (curves(page), picked(page)) == (2, [False, False, True, True])
    fragment = page.driver.current_url.partition("#")[2]
    assert re.fullmatch(r"overlay=[0-9a-f]{8},[0-9a-f]{8}", fragment)
    page.open(path, f"#{fragment}")
    assert (curves(page), picked(page)) == (2, [False, False, True, True])
    page.find(".runs tbody tr:nth-child(2) td a").click()
    page.wait("document.querySelector('[aria-current]')")
    assert re.fullmatch(rf"run-2-L\d+&{fragment}", page.driver.current_url.partition("#")[2])
    assert curves(page) == 2
    page.driver.back()
    page.wait("!location.hash.startsWith('#run')")
    assert curves(page) == 2
    page.find("#clear").click()
    assert (curves(page), picked(page)) == (0, [False] * 4)
    assert page.texts("#picks") == ["No run is picked. Pick runs in the table above."]


def test_smoothing_is_off_until_it_is_chosen(page: Chromium) -> None:
    assert page.find("#smoothing").get_attribute("value") == "0"
    assert page.all(f"{OVERLAY} .faint") == []
    Select(page.find("#smoothing")).select_by_visible_text("0.8")
    assert len(page.all(f"{OVERLAY} .faint")) == 4
    Select(page.find("#scale")).select_by_visible_text("error")
    assert page.texts("#overlay-figure .title") == ["1 − val_acc, logarithmic", "val_loss, logarithmic"]
    assert page.driver.current_url.endswith("#smooth=0.8&scale=error")


def test_the_overlay_shows_the_values_of_an_epoch(page: Chromium) -> None:
    page.find("#epoch").send_keys(Keys.HOME)
    first = [read_log(ROOT / log).runs[0].epochs[0].logs["val_acc"] for log in LOGS]
    assert [float(row[2]) for row in page.parts(".picked tbody tr", "th, td")] == first
    page.find("#epoch").send_keys(Keys.ARROW_RIGHT)
    assert page.texts(".at b") == ["2"]


def test_an_axis_leaves_the_first_epochs_out_and_says_so_until_they_are_zoomed_to(page: Chromium) -> None:
    (run,) = read_log(ROOT / LOGS[0]).runs
    first = run.epochs[0].logs["acc"]
    shown = page.parts("#run-1 .panel:first-child > svg", "text")[0]
    assert f"↓ first epochs from {first:.4f}" in shown
    assert min(float(text) for text in shown if re.fullmatch(r"0\.\d+", text)) > first
    figure = page.find("#run-1 [role=slider]")
    figure.send_keys(Keys.HOME, "+", "+", "+")
    assert not any("first epochs" in text for text in page.parts("#run-1 .panel:first-child > svg", "text")[0])


def test_the_base_and_the_best_run_are_marked(page: Chromium) -> None:
    tags = page.parts(".runs tbody tr", ".tag")
    assert tags == [["base", "best"], [], ["base"], []]
    assert page.parts("article", "h3 .tag") == [["base", "best"], [], ["base"], ["best"]]


def test_each_experiment_has_a_figure_of_all_its_runs_without_scripts(path: Path) -> None:
    text = re.sub(r"<script.*?</script>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    figures = re.findall(r'<figure class="drawing".*?</figure>', text, re.DOTALL)
    assert [figure.count('<path class="curve ') for figure in figures] == [6, 6]  # two panels and a legend
    assert "base logs/original/gap.log: 0.9950, epoch 19" in figures[1]


def test_the_contents_lead_to_every_experiment_and_run(page: Chromium) -> None:
    links = page.parts("nav", "a")[0]
    assert links[:2] == ["Runs", "Overlay"]
    assert set(LOGS) <= set(links)


def test_runs_are_in_natural_order(browser: Chromium, tmp_path: Path) -> None:
    for number in (1, 2, 10):
        (tmp_path / f"run-{number}.log").write_text("# a\nEpoch 1/1\n2/2 [==] - 1s - acc: 0.5\n", encoding="utf-8")
    assert reporter("report", ".", "-o", "r.html", cwd=tmp_path).returncode == 0
    browser.open(tmp_path / "r.html")
    assert browser.texts("article h3") == ["run-1.log base best", "run-2.log best", "run-10.log best"]


def test_all_figures_are_there_as_soon_as_the_page_is_loaded(browser: Chromium, tmp_path: Path) -> None:
    browser.driver.get("about:blank")
    browser.tell("Page.enable")
    script = "addEventListener('load', () => { window.atLoad = document.querySelectorAll('article figure .curve').length; });"
    added = browser.tell("Page.addScriptToEvaluateOnNewDocument", source=script)
    try:
        browser.open(many(tmp_path, 40, 3))
        assert browser.run("return window.atLoad") >= 40 * 4
    finally:
        browser.tell("Page.removeScriptToEvaluateOnNewDocument", identifier=added["identifier"])


def test_printing_draws_the_figures_of_all_runs(browser: Chromium, tmp_path: Path) -> None:
    browser.open(many(tmp_path, 60, 3))
    assert browser.tell("Page.printToPDF")["data"]
    assert len(browser.all("article figure")) == 60


def test_the_lines_of_a_notebook_are_named_and_counted_by_cell(browser: Chromium, tmp_path: Path) -> None:
    log = "Epoch 1/1\n2/2 [==] - 1s - acc: 0.5\n"
    cells = [{"cell_type": "code", "source": [], "outputs": [{"output_type": "stream", "name": "stdout", "text": text}]}
             for text in ("hello\nworld\n", log)]  # fmt: skip
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    for name in ("r.html", "r.md"):
        assert reporter("report", "a.ipynb", "-o", name, cwd=tmp_path).returncode == 0
    browser.open(tmp_path / "r.html")
    assert browser.find("article .tools a").text == "cell 2, line 2"
    browser.find("article .tools a").click()
    browser.wait("document.querySelector('[aria-current]')")
    assert browser.find("[aria-current]").text.startswith("2\n2/2")
    assert browser.parts(".log", ".cell") == [["Cell 2"]]
    text = (tmp_path / "r.md").read_text(encoding="utf-8")
    assert "([a.ipynb, cell 2, line 2](a.ipynb))" in text
    assert "#L" not in text


def test_the_same_logs_make_the_same_bytes(ours: Path, path: Path) -> None:
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    again = path.with_name("again.html")
    command = [sys.executable, "-m", "reporter", "report", "logs", "-j", "2", "-o", str(again)]
    try:
        subprocess.run(command, cwd=ours, env=environment, check=True)
        assert again.read_bytes() == path.read_bytes()
    finally:
        again.unlink(missing_ok=True)


@pytest.mark.parametrize("width", [1280, PHONE])
@pytest.mark.parametrize("sides", [("compare", "logs/original", "--to"), ("reproduce", "logs/original", "--runs")])
def test_the_page_of_two_sides_keeps_the_rules_of_accessibility(
    browser: Chromium, ours: Path, tmp_path: Path, sides: Sequence[str], width: int
) -> None:
    page = tmp_path / "c.html"
    done = reporter(*sides, "logs/code9", "logs/gap", "--format", "html", "-o", page, cwd=ours)
    assert done.returncode == 0
    try:
        browser.resize(width)
        browser.open(page)
        assert browser.violations() == []
        assert browser.run("return document.documentElement.scrollWidth") == width
        assert browser.errors() == []
    finally:
        browser.resize(1280)
