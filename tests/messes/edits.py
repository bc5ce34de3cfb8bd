"""Disturbs the surroundings of a log: prose, quotations, prefixes, markup, notebook cells and other processes."""

from __future__ import annotations

from random import Random

from messes.document import CannotApplyError, Document, Line, Training, shown, written
from messes.runs import choose, evaluation_line

PROSE = (
    "We trained the network for 20 epochs on a single GPU, which took 3 hours.",
    "The learning rate is 0.001 and the batch size is 64; see section 3.2 for details.",
    "| model | params | val acc |\n|---|---|---|\n| small | 14k | 99.1 |\n| large | 1.2M | 99.4 |",
    "- [x] 10 epochs\n- [ ] 20 epochs",
    "Step 1/3: prepare the data. It took 12s - nice.",
)
COMMANDS = (
    "$ python train.py --epochs 20",
    ">>> model.fit(x, y, epochs=20)",
    "(venv) me@host:~/work$ ./run.sh",
    "In [4]:",
)
SUMMARY = """\
Model: "sequential"
_________________________________________________________________
Layer (type)                 Output Shape              Param #
=================================================================
conv2d (Conv2D)              (None, 26, 26, 16)        160
dense (Dense)                (None, 10)                14,704
=================================================================
Total params: 14,864
Trainable params: 14,864
Non-trainable params: 0
_________________________________________________________________"""
DOWNLOAD = """\
Downloading data from https://example.org/mnist.npz
11490434/11490434 [==============================] - 0s 0us/step"""


def other_lines(text: str) -> list[Line]:
    """Make lines that belong to no training."""
    return [Line(part) for part in text.split("\n")]


def starts(document: Document) -> list[Line]:
    """Give the first line of each training, of which none stands within another one."""
    lines = [document.lines_of(training)[0] for training in document.trainings]
    if "mixed" in document.done:
        raise CannotApplyError
    return lines


def add_headings(document: Document, random: Random) -> None:
    """Each training stands under a Markdown heading, with a sentence."""
    document.once("headings")
    for number, start in enumerate(starts(document), 1):
        document.insert(start, *other_lines(f"\n## Experiment {number}\n\n{random.choice(PROSE)}\n"))


def add_prose(document: Document, random: Random) -> None:
    """Prose and tables stand before the log and after it."""
    document.insert(document.lines[0], *other_lines(f"# Results\n\n{random.choice(PROSE)}\n"))
    document.insert(document.lines[-1], *other_lines(f"\n{random.choice(PROSE)}\n"), after=True)


def add_commands(document: Document, random: Random) -> None:
    """A command of the shell or of Python stands before each training."""
    for start in starts(document):
        document.insert(start, Line(random.choice(COMMANDS)))


def add_configurations(document: Document, random: Random) -> None:
    """A sweep prints a line of configuration before each training."""
    template = random.choice(
        ("lr={:.4f} batch_size=64 dropout=0.25", "{{'lr': {:.4f}, 'units': 128}}", "==== lr {:.4f} ====")
    )
    for start in starts(document):
        document.insert(start, Line(template.format(random.random() / 100)))


def add_summary(document: Document, random: Random) -> None:
    """`model.summary()` is printed before a training."""
    document.insert(choose(random, starts(document)), *other_lines(SUMMARY))


def add_download(document: Document, random: Random) -> None:
    """The download of a data set draws a bar before the first training."""
    document.insert(document.lines[0], *other_lines(DOWNLOAD))


def quote_best(document: Document, random: Random) -> None:
    """The line of one epoch is quoted above the log."""
    label = random.choice(("**Maximum**: ", "Best epoch:\n\n", "> ", "* "))
    header, result = _quoted(document, random)
    document.insert(document.lines[0], *other_lines(f"{label}{header}{result}\n\nFull log:\n"))


def quote_last(document: Document, random: Random) -> None:
    """The line of one epoch is quoted below the log."""
    header, result = _quoted(document, random)
    document.insert(
        document.lines[-1], *other_lines(f"\n## Conclusion\n\nThe best epoch is\n\n{header}{result}\n"), after=True
    )


def _quoted(document: Document, random: Random) -> tuple[str, str]:
    """Choose an epoch of a longer training, and give its header, or nothing, and its result."""
    found: list[tuple[str, str]] = []
    for training in document.trainings:
        results = [line for line in document.lines_of(training, "result") if not line.touched]
        if len(results) > 1 and training.pristine:
            result = random.choice(results)
            header = next(
                (line.text for line in document.lines_of(training, "header") if line.epoch == result.epoch), ""
            )
            found.append((header and random.choice(("", header + "\n", header + " ")), shown(result.text)))
    return choose(random, found)


def add_score(document: Document, random: Random) -> None:
    """A script prints the score after a training, in one of many phrasings."""
    training = choose(random, [each for each in document.trainings if each.pristine and each.fit.cut is None])
    accuracy = next((name for name in training.fit.names if name in ("acc", "accuracy")), None)
    if accuracy is None or "mixed" in document.done or not document.lines_of(training)[-1].end:
        raise CannotApplyError
    loss, score = round(random.uniform(0.1, 2), 6), round(random.uniform(0.5, 0.99), 4)
    percent = f"{score * 100:.2f}"
    text = random.choice(
        (
            f"Test loss: {loss}\nTest accuracy: {score}",
            f"Test loss: {loss}\nTest accuracy: {percent}%",
            f"Test results - Loss: {loss} - Accuracy: {percent}%",
            f"Testing Loss: {loss}\nTesting Accuracy: {score}",
            f"loss (test-set): {loss}\naccuracy (test-set): {score}",
            f"Test accuracy: {score} loss: {loss}",
            f"{{'loss': {loss}, '{accuracy}': {score}}}",
            f"Evaluation: loss = {loss}, {accuracy} = {score}",
        )
    )
    first, *rest = other_lines(text)
    first.kind, first.training, first.facts = "score", training, written({"loss": loss, accuracy: score})
    for line in rest:
        line.training = training
    document.insert(document.lines_of(training)[-1], first, *rest, after=True)


def print_history(document: Document, random: Random) -> None:
    """A script prints the dictionary `history.history` after a training."""
    training = choose(random, [each for each in document.trainings if each.pristine and each.fit.cut is None])
    if "mixed" in document.done or not document.lines_of(training)[-1].end.endswith("\n"):
        raise CannotApplyError
    history = {name: [logs[name] for logs in training.fit.history if name in logs] for name in training.fit.names}
    document.insert(document.lines_of(training)[-1], Line(str(history), training=training), after=True)


def fence(document: Document, random: Random) -> None:
    """Each training stands in a fenced block of Markdown."""
    document.once("headings")
    mark = random.choice(("```", "```text", "~~~"))
    begins = starts(document)
    ends = [document.lines_of(training)[-1] for training in document.trainings]
    for begin, end in zip(begins, ends, strict=True):
        document.insert(begin, Line(mark))
        document.insert(end, Line(mark[:3]), after=True)


def divide_into_cells(document: Document, random: Random) -> None:
    """Each training is the output of a notebook cell of its own."""
    for start in starts(document):
        index = document.lines.index(start)
        start.cell = index == 0 or document.lines[index - 1].end.endswith("\n")


def evaluate_in_next_cell(document: Document, random: Random) -> None:
    """`evaluate` is called in the notebook cell after the training."""
    training: Training = choose(random, [each for each in document.trainings if each.fit.cut is None])
    if "mixed" in document.done or "prefix" in document.done:
        raise CannotApplyError
    line = evaluation_line(random, training)
    last = document.lines_of(training)[-1]
    if not last.end.endswith("\n"):
        raise CannotApplyError
    line.cell = True
    document.insert(last, line, after=True)
    after = document.lines[document.lines.index(line) + 1 :]
    if after:
        after[0].cell = True
