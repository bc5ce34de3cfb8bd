"""A result is read whatever Markdown, HTML and log tools put on it, and wherever they broke it."""

import pytest
from conftest import runs_of

from reporter.reading.formats.keras.markup import without_markup
from reporter.reading.formats.keras.prefixes import Prefixes
from reporter.reading.formats.keras.wrapping import Joiner

LOGS = {"loss": 0.0169, "acc": 0.9947, "val_loss": 0.0156, "val_acc": 0.9953}
METRICS = "loss: 0.0169 - acc: 0.9947 - val_loss: 0.0156 - val_acc: 0.9953"
RESULTS = {
    "Keras 2 bar": f"60000/60000 [==============================] - 19s 312us/step - {METRICS}",
    "Keras 2 line": f" - 19s - {METRICS}",
    "Keras 1 line": f"19s - {METRICS}",
    "Keras 3 line": f"938/938 - 19s - 20ms/step - {METRICS}",
    "Keras 3 bar": f"938/938 ━━━━━━━━━━━━━━━━━━━━ 19s 20ms/step - {METRICS}",
}
DRESSES = {
    "quoted": "> {}", "indented": "    {}", "in a list": "* {}", "in a list of dashes": "- {}", "bold": "**{}**",
    "code": "`{}`", "a table row": "| {} |", "a JSON string": '"{}",', "a broken line": "{}\\", "a sentence": "{}.",
    "HTML break": "{}<br>", "HTML paragraph": "<p>{}</p>", "HTML list": "<li><code>{}</code></li>",
    "a time": "2023-01-01 12:00:00,123 INFO {}", "a time in brackets": "[2023-01-01 12:00:00] - INFO - {}",
    "absl": "I0101 12:00:00.000000 140 callbacks.py:12] {}", "logging": "INFO:absl:{}", "docker": "train_1  | {}",
    "Kubernetes": "2023-01-01T12:00:00.123456789Z stdout F {}", "MPI": "[1,0]<stdout>:{}", "srun": "0: {}",
    "Ray": "(Trainable pid=123) {}", "knitr": "## {}", "a diff": "+{}", "reprex": "#> {}", "a session": ">>> {}",
    "a comment behind it": "{}  # overfits", "a C comment behind it": "// {} // overfits", "an arrow": "{} <-- best", "a workflow": "2023-01-01T12:00:00.1234567Z {}",
}  # fmt: skip


@pytest.mark.parametrize("dress", DRESSES.values(), ids=DRESSES.keys())
@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS.keys())
def test_a_result_is_read_in_any_dress(result: str, dress: str) -> None:
    lines = ["Epoch 1/2", result, "Epoch 2/2", result.replace("0.9953", "0.9954")]
    (run,) = runs_of("".join(dress.format(line) + "\n" for line in lines))
    assert [dict(epoch.logs) for epoch in run.epochs] == [LOGS, LOGS | {"val_acc": 0.9954}]


def test_escapes_and_tags_are_taken_off() -> None:
    text = r'10/20 [=&gt;..] <b class="x">bold</b><br>5 &lt; 6 val\_acc'
    assert without_markup(text) == "10/20 [=>..] bold 5 < 6 val_acc"
    assert without_markup("a < b > c") == "a < b > c"


def test_updates_of_a_bar_whose_backspaces_were_lost_are_taken_off() -> None:
    updates = "8/9 [==>.] - ETA: 1s - loss: 0.7 - acc: 0.41 - ETA: 0s - loss: 0.6 - acc: 0.4"
    assert without_markup(updates) == "8/9 [==>.] - ETA: 0s - loss: 0.6 - acc: 0.4"
    last = " - 1s 9ms/step - loss: 0.5 - acc: 0.5"
    assert without_markup(updates + last) == f"8/9 [==>.]{last}"


def joined(*texts: str) -> list[str]:
    joiner = Joiner()
    return [line.text for line in [*joiner.join(enumerate(texts, 1)), *joiner.flush()]]


BAR = RESULTS["Keras 2 bar"].replace("0.9953", "9.9530e-01")


@pytest.mark.parametrize("cut", range(BAR.index(" - loss"), len(BAR)))
def test_a_result_wrapped_anywhere_in_its_metrics_is_joined(cut: int) -> None:
    assert joined("Epoch 1/2", BAR[:cut], BAR[cut:], "Epoch 2/2") == ["Epoch 1/2", BAR, "Epoch 2/2"]


def test_the_mark_of_a_quotation_is_no_part_of_a_metric_name() -> None:
    front, behind = RESULTS["Keras 2 bar"].split(" acc: ")
    wanted = f"    >>> {front} acc: {behind}"
    assert joined(f"    >>> {front}", f"    >>> acc: {behind}") == [wanted]
    (run,) = runs_of(f">> Epoch 1/1\n>> {front} >> acc: {behind}\n")
    assert dict(run.epochs[0].logs) == LOGS


APART = [
    "Epoch 1/2",
    *RESULTS.values(),
    "[0.1, 0.2]",
    *RESULTS.values(),
    "5000",
    "Epoch 2: val_acc improved",
    "",
    "x: 1",
]


def test_lines_that_belong_to_nothing_before_them_stay_apart() -> None:
    assert joined(*APART) == APART


PREFIXES = ["[1,{}]<stdout>:", "{}: ", "[rank{}]: ", "[{}] ", "(Worker pid={}) ", "worker-{}  | ", "train_{} | "]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_each_rank_of_an_interleaved_log_has_a_run(prefix: str) -> None:
    lines = [(f"Epoch {epoch}/2", f"{RESULTS['Keras 3 bar'].replace('0.9953', f'0.99{epoch}')}") for epoch in (1, 2)]
    printed = [prefix.format(rank) + part for epoch in lines for part in epoch for rank in (0, 1)]
    runs = runs_of("".join(line + "\n" for line in printed))
    assert [[epoch.logs["val_acc"] for epoch in run.epochs] for run in runs] == [[0.991, 0.992]] * 2
    assert len({run.name for run in runs}) == 2


def test_line_numbers_are_no_ranks() -> None:
    lines = ["Epoch 1/2", RESULTS["Keras 2 bar"], "Epoch 2/2", RESULTS["Keras 2 bar"]]
    (run,) = runs_of("".join(f"{number}: {line}\n" for number, line in enumerate(lines, 1)))
    assert len(run.epochs) == 2


BEFORE_EACH_LINE = {
    "a time and a level": "2024-01-31 12:00:0{},123 INFO ",
    "a time in brackets": "[2024-01-31 12:0{}:00] ",
    "a logger": "INFO:root:",
    "absl": "I0131 12:00:00.12345{} 140735 io_utils.py:50] ",
    "a container": "trainer_1  | ",
    "grep -n": "{}:",
    "cat -n": "     {}\t",
    "a comment": "// ",
}


@pytest.mark.parametrize("prefix", BEFORE_EACH_LINE.values(), ids=BEFORE_EACH_LINE.keys())
def test_what_stands_before_each_line_is_removed_from_scores_and_errors_too(prefix: str) -> None:
    lines = ["Epoch 1/2", "8/8 [====] - 1s 9ms/step - loss: 0.5", "Epoch 2/2", "KeyboardInterrupt", "[0.25, 0.75]"]
    shown = "".join(f"{prefix.format(number)}{line}\n" for number, line in enumerate(lines, 1))
    plain = "".join(f"{line}\n" for line in lines)
    (run,), (wanted,) = runs_of(shown), runs_of(plain)
    assert (run.status, run.epochs[0].logs, run.warnings) == ("interrupted", {"loss": 0.5}, wanted.warnings)


def test_the_end_of_a_wrapped_result_before_a_header_is_no_prefix() -> None:
    assert Prefixes().strip(["acc: 0.4000 Epoch 2/2"]) == ["acc: 0.4000 Epoch 2/2"]
