"""Composes documents that state numbers about known runs, true and false ones, among numbers that are no claims.

`python -m tests.claims 10000` composes documents, checks them, and prints every claim that is judged wrongly.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from reporter.claims.check import check_text
from reporter.claims.files import own_log

EPOCHS = (5, 10, 12, 20, 25)
WORDS = {5: "five", 10: "ten", 12: "twelve", 20: "twenty", 25: "twenty-five"}


@dataclass
class Known:
    """Holds a run that was made up: what its log says, and the log."""

    epochs: int
    params: int
    seconds: list[int]
    logs: list[dict[str, str]]
    score: tuple[str, str]
    log: str = ""
    best: dict[str, tuple[str, int]] = field(default_factory=dict)

    def at(self, metric: str, epoch: int) -> str:
        return self.logs[epoch - 1][metric]


def made_run(draw: random.Random) -> Known:
    """Makes up a run whose best epoch is neither the last one nor tied, with the log that Keras prints of it."""
    count = draw.choice(EPOCHS)
    logs: list[dict[str, str]] = []
    used: set[str] = set()
    for epoch in range(count):
        values = {
            "loss": 0.6 / (epoch + 1) + draw.uniform(0.01, 0.05),
            "acc": 0.93 + 0.04 * epoch / count + draw.uniform(0, 0.02),
            "val_loss": 0.4 / (epoch + 1) + draw.uniform(0.02, 0.06),
            "val_acc": 0.95 + 0.02 * epoch / count + draw.uniform(0, 0.02),
        }
        shown = {name: f"{value:.4f}" for name, value in values.items()}
        while any(value in used for value in shown.values()):
            shown = {name: f"{float(value) + draw.choice((-0.0003, 0.0004)):.4f}" for name, value in shown.items()}
        used |= set(shown.values())
        logs.append(shown)
    best = max(range(count), key=lambda index: float(logs[index]["val_acc"]))
    if best == count - 1:  # the best epoch shall not be the last one
        logs[best], logs[best - 1] = logs[best - 1], logs[best]
    exact = (float(logs[-1]["val_loss"]) + draw.uniform(-0.00004, 0.00004), float(logs[-1]["val_acc"]))
    seconds = [draw.randint(11, 29)] * count
    known = Known(count, draw.randint(10_000, 900_000), seconds, logs, (f"{exact[0]:.17f}", logs[-1]["val_acc"]))
    for name in ("val_acc", "acc"):
        top = max(range(count), key=lambda index: float(logs[index][name]))
        known.best[name] = (logs[top][name], top + 1)
    for name in ("val_loss", "loss"):
        top = min(range(count), key=lambda index: float(logs[index][name]))
        known.best[name] = (logs[top][name], top + 1)
    known.log = "\n".join(_printed(known))
    return known


def _printed(known: Known) -> Iterator[str]:
    yield from ("Layer (type)                 Output Shape              Param #", "=" * 65)
    yield from (f"Total params: {known.params:,}", f"Trainable params: {known.params:,}", "Non-trainable params: 0")
    yield from ("_" * 65, "Train on 60000 samples, validate on 10000 samples")
    for number, values in enumerate(known.logs, 1):
        pairs = " - ".join(f"{name}: {value}" for name, value in values.items())
        yield f"Epoch {number}/{known.epochs}"
        yield f"60000/60000 [==============================] - {known.seconds[number - 1]}s 312us/step - {pairs}"
    yield from (f"Test loss: {known.score[0]}", f"Test accuracy: {known.score[1]}")


Draw = random.Random
Say = Callable[[str, Draw], str]


def share(value: str, draw: Draw) -> str:
    """Writes an accuracy as people do."""
    percent = Decimal(value) * 100
    rounded = percent.quantize(Decimal("0.1"), rounding=draw.choice((ROUND_DOWN, ROUND_HALF_UP)))
    return draw.choice(
        (
            value,
            f"{percent}%",
            f"{percent} %",
            f"{percent}",
            f"{percent} percent",
            f"{rounded} %",
            f"{value}0",
            f"**{value}**",
        )
    )


def plain(value: str, draw: Draw) -> str:
    return draw.choice((value, f"`{value}`", f"**{value}**"))


def count(value: str, draw: Draw) -> str:
    number = int(value)
    return draw.choice(
        (f"{number:,}", str(number), f"{number / 1000:.1f}k", f"{number / 1000:.1f}K", f"**{number:,}**")
    )


@dataclass(frozen=True)
class Template:
    """Holds a phrasing: a sentence with the place `{v}` of its number, and what the number is."""

    text: str
    what: str
    say: Say = share


def _all(what: str, say: Say, *texts: str) -> list[Template]:
    return [Template(text, what, say) for text in texts]


TEMPLATES = [
    *_all(
        "best val_acc",
        share,
        "Best validation accuracy: {v}",
        "The best validation accuracy is {v}.",
        "Max val_acc: {v}",
        "- Best val_acc = {v}",
        "It reached a maximum validation accuracy of {v} at epoch {e}.",
        "Highest validation accuracy of {v} reported for epoch number {e}",
        "The validation accuracy peaked at {v} in epoch {e}.",
        "Best val_acc = {v} (epoch {e})",
        "The best epoch was {e}, with a val accuracy of {v}.",
        "Epoch {e} achieved {v} validation accuracy",
        "Peak accuracy on the validation set: {v}",
        "Our model achieves a maximum val_acc of {v}.",
        "Top validation accuracy: {v}",
        "Highest validation accuracy - {v}",
        "The highest accuracy on the validation data is {v}",
        "With dropout of 0.25 and a batch size of 128, the best validation accuracy was {v}.",
        "| Best val acc | {v} |",
        "* **Max validation accuracy**: {v} (at the {e}th epoch)",
        "We obtained {v} as the best validation accuracy.",
        "The maximum validation accuracy after {n} epochs is {v}.",
    ),
    *_all(
        "best acc",
        share,
        "Max training accuracy: {v}",
        "Max training acc: {v}",
        "The best training accuracy reached is {v}.",
    ),
    *_all(
        "best val_loss", plain, "The lowest validation loss was {v}.", "min val_loss: {v}", "Best validation loss: {v}"
    ),
    *_all(
        "last val_acc",
        share,
        "Final validation accuracy: {v}",
        "The final val_acc is {v}.",
        "After the last epoch, the validation accuracy is {v}.",
        "The training ends with a validation accuracy of {v}.",
        "| Final val_acc | {v} |",
    ),
    *_all("last acc", share, "Final training accuracy: {v}", "The last training accuracy was {v}."),
    *_all("last val_loss", plain, "Final validation loss: {v}", "Last val_loss: {v}"),
    *_all("any val_acc", share, "The validation accuracy was {v} at epoch {e}.", "In epoch {e} the val_acc is {v}."),
    *_all(
        "score acc",
        share,
        "Test accuracy: {v}",
        "The test accuracy is {v}.",
        "Accuracy on test data is: {v}",
        "We get {v} test accuracy.",
        "It scores an accuracy of {v} on the test set.",
        "Test accuracy for the model after {n} epochs with batch size of 32 is {v}",
        "The network reaches a test accuracy of {v} with Adam.",
        "- accuracy on the test set: {v}",
        "| Test accuracy | {v} |",
        "Test score : {v}     Epochs : {n}",
    ),
    *_all("score loss", plain, "Test loss: {v}", "The test loss is {v}."),
    *_all(
        "score list",
        plain,
        "Score: [{v}]",
        "**print(score) output:** [{v}]",
        "model.evaluate() : [{v}]",
        "The evaluation returned the validation score [{v}].",
    ),
    *_all(
        "epochs",
        plain,
        "Trained for {v} epochs.",
        "Epochs: {v}",
        "Logs for {v} epochs",
        "We trained the network for {w} epochs with SGD.",
        "{v} epoch logs",
        "It was trained with batch_size=64, epochs={v}",
        "The training ran for {v} epochs in total.",
        "| Epochs | {v} |",
    ),
    *_all(
        "params",
        count,
        "Total params: {v}",
        "The model has {v} parameters.",
        "Number of parameters: {v}",
        "It has {v} trainable parameters.",
        "The total number of parameters is {v}",
        "The number of parameters was reduced to {v}.",
        "| Parameters | {v} |",
        "a small network ({v} params)",
    ),
    *_all(
        "params below",
        count,
        "It has fewer than {v} parameters.",
        "The network has under {v} params.",
        "less than {v} parameters",
    ),
    *_all(
        "best val_acc above",
        share,
        "The best validation accuracy is above {v}.",
        "More than {v} validation accuracy",
        "The validation accuracy exceeds {v}.",
    ),
    *_all("score acc above", share, "The test accuracy is at least {v}.", "test accuracy of over {v}"),
    *_all("best val_loss below", plain, "The validation loss falls below {v}."),
    *_all("error", plain, "The test error is {v} %.", "test error rate: {v}%"),
    *_all("time", plain, "Model took {v} seconds to train", "Training time: {v} s", "The training took {v} seconds."),
    *_all("line", plain, "{v}"),
]
"""The phrasings; rows of tables are written with a header above them."""

DISTRACTORS = (
    "We use a batch size of 128, dropout of 0.25 and a learning rate of 0.003.",
    "The target was 99.4 % validation accuracy.",
    "We need at least 99.4% to pass.",
    "It runs with Python 3.11 and Keras 2.15 since 2023-04-01.",
    "The paper reports 99.79 % test accuracy.",
    "LeNet-5 reaches 99.05 % test accuracy [12].",
    "MNIST has 60,000 training images and 10,000 test images of 28x28 pixels.",
    "A random guess gives 10 % accuracy.",
    "Early stopping has a patience of 5 epochs.",
    "The warm-up lasts 3 epochs.",
    "The learning rate is halved every 7 epochs.",
    "See Table 3 and section 2.1, or issue #42.",
    "Accuracy should be over 99 %.",
    "The build fails if val_acc is below 0.97.",
    "The validation split is 20 %.",
    "Version 1.2 improved the accuracy by 0.3 %.",
    "In the previous assignment we got 98.9% validation accuracy.",
    "The human error is about 0.2 %.",
    "The top-5 accuracy is 99.99 %.",
    "The first version had 25,000 parameters and 98.7 % validation accuracy.",
    "An accuracy of 99.9% is state of the art.",
    "The baseline has a best validation accuracy of 97.12 %.",
    "Rotation by 10 degrees, shift of 0.1, zoom of 0.2.",
    "The network has 3 blocks of 2 convolutions with 32 kernels of 3x3.",
    "Training needs 2 GB of memory and 4 cores.",
    "The goal is a model with fewer than 20,000 parameters.",
    "Adam with beta_1=0.9 and epsilon=1e-7.",
    "Call us at 555-0142, or write to room 12.",
    "We would like to reach 99.5% test accuracy next week.",
    "The model did not reach 99.9 % validation accuracy.",
)
"""Sentences with numbers that say nothing about the run."""


def sides(known: Known, what: str, draw: Draw) -> tuple[str, int]:
    """Gives a true value and its epoch."""
    which, _, metric = what.partition(" ")
    if which == "best":
        return known.best[metric.split()[0]]
    if which == "last":
        return known.at(metric, known.epochs), known.epochs
    if which == "any":
        epoch = draw.randint(1, known.epochs)
        return known.at(metric, epoch), epoch
    if what == "score list":
        return f"{known.score[0]}, {known.score[1]}", known.epochs
    if which == "score":
        return known.score[0 if "loss" in metric else 1], known.epochs
    simple = {"epochs": known.epochs, "params": known.params, "time": sum(known.seconds)}
    if which == "error":
        return str((1 - Decimal(known.score[1])) * 100), known.epochs
    return str(simple[which]), known.epochs


def wrong(value: str, known: Known, what: str, draw: Draw) -> str:
    """Changes a value to one that is false and that no other value of the run explains."""
    taken = {name for logs in known.logs for name in logs.values()}
    if what == "epochs":
        return str(next(n for n in (known.epochs + draw.choice((1, 3, 10)),) if n))
    if what == "time":
        return str(int(value) * 3)
    if what in ("params",):
        return str(int(int(value) * draw.choice((0.8, 1.2, 2))) + 7)
    if what == "score list":
        loss, acc = value.split(", ")
        other = wrong(acc, known, "x", draw)
        return f"{loss}, {other}" if other and draw.random() < 0.5 else f"{Decimal(loss) + Decimal('0.0123')}, {acc}"
    step = Decimal("0.0021") if what != "error" else Decimal("0.21")
    for _ in range(100):
        made = Decimal(value) + draw.choice((-5, -4, -3, 3, 4, 5)) * step
        if (
            all(abs(made - Decimal(each)) > Decimal("0.0011") for each in taken)
            and made > 0
            and (made < 1 or what == "error")
        ):
            return str(made)
    return ""


BOUNDS = {"above": -1, "below": 1}


@dataclass(frozen=True)
class Composed:
    """Holds a document with one claim, the line of the claim, and whether the claim is true."""

    text: str
    line: int
    true: bool
    template: Template


def compose(draw: Draw) -> Composed | None:
    """Composes a document: a heading, a claim among sentences that are no claims, and the log."""
    known = made_run(draw)
    template = draw.choice(TEMPLATES)
    true = draw.random() < 0.5
    what, _, bound = (
        (*template.what.rpartition(" "),) if template.what.split()[-1] in BOUNDS else (template.what, "", "")
    )
    value, epoch = ("", 0) if what == "line" else sides(known, what, draw)
    if what == "line":
        value = _line(known, draw, true=true)
    elif bound:
        value = _bound(value, bound, true=true)
    elif not true:
        value = wrong(value, known, what, draw)
    if not value:
        return None
    word = WORDS.get(int(value) if value.isdigit() else 0, value)
    shown = (
        value
        if bound and not true
        else template.say(value, draw)
        if (true or what == "params") and "{e}" not in template.text
        else _exact(value, template, draw)
    )
    sentence = template.text.format(v=shown, e=epoch, n=known.epochs, w=word)
    return _document(known, sentence, template, true, draw)


def _exact(value: str, template: Template, draw: Draw) -> str:
    """Writes a value with all its digits, so that rounding cannot make a false one true."""
    if template.say is share:
        return draw.choice((value, f"{Decimal(value) * 100} %", f"{Decimal(value) * 100}%"))
    return value


def _bound(value: str, bound: str, *, true: bool) -> str:
    side = BOUNDS[bound] * (1 if true else -1)
    if value.isdigit():
        return str(int(int(value) * (1 + side * Decimal("0.2"))))
    return str((Decimal(value) + side * Decimal("0.0112")).quantize(Decimal("0.0001")))


def _line(known: Known, draw: Draw, *, true: bool) -> str:
    lines = [line for line in known.log.splitlines() if line.startswith("60000/60000")]
    line = draw.choice(lines)
    if true:
        return line
    places = [found.start() for found in re.finditer(r"\d", line)]
    at = draw.choice(places)
    return f"{line[:at]}{(int(line[at]) + draw.randint(1, 8)) % 10}{line[at + 1 :]}"


def _document(known: Known, sentence: str, template: Template, true: bool, draw: Draw) -> Composed:
    others = draw.sample(DISTRACTORS, draw.randint(0, 3))
    parts = [*others, sentence]
    draw.shuffle(parts)
    if sentence.startswith("|"):
        parts[parts.index(sentence)] = f"| What | Value |\n|---|--:|\n{sentence}"
    prose = "\n\n".join(parts)
    log = f"```text\n{known.log}\n```" if draw.random() < 0.5 else known.log
    layout = draw.choice(
        (
            "# My model\n\n{prose}\n\n{log}\n",
            "{prose}\n\n{log}\n",
            "# Digits\n\nSome words.\n\n## Results\n\n{prose}\n\nThe log:\n\n{log}\n",
        )
    )
    text = layout.format(prose=prose, log=log)
    line = next(number for number, each in enumerate(text.split("\n"), 1) if each == sentence)
    return Composed(text, line, true, template)


@dataclass
class Tally:
    """Counts composed claims that were judged rightly, and false alarms."""

    total: int = 0
    right: int = 0
    alarms: int = 0
    misses: list[str] = field(default_factory=list)


def measure(number: int, seed: int = 0) -> Tally:
    """Composes documents, checks them, and counts.

    Args:
        number: The number of documents.
        seed: What the documents depend on.

    Returns:
        The counts; a false alarm is a disagreement with a sentence that is true or that is no claim.
    """
    draw = random.Random(seed)
    tally = Tally()
    while tally.total < number:
        made = compose(draw)
        if made is None:
            continue
        tally.total += 1
        checked = check_text(made.text, "made.md", own_log(made.text, "made.md"))
        here = [each for each in checked.verdicts if each.claim.spot.line == made.line]
        disagree = [each for each in checked.verdicts if each.outcome == "disagrees"]
        alarms = [each for each in disagree if made.true or each.claim.spot.line != made.line]
        outcomes = {each.outcome for each in here}
        right = ("agrees" in outcomes and outcomes == {"agrees"}) if made.true else "disagrees" in outcomes
        tally.right += right
        tally.alarms += bool(alarms)
        words = made.text.split("\n")[made.line - 1]
        if not right:
            reasons = [f"{each.outcome}: {each.claim.text!r} {each.reason}" for each in here]
            tally.misses.append(f"{'true ' if made.true else 'false'} {words!r}: {reasons}")
        tally.misses += [f"ALARM {each.claim.text!r} {each.reason}" for each in alarms]
    return tally


if __name__ == "__main__":
    done = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print("\n".join(done.misses[:60]))
    print(f"{done.right} of {done.total} right, {done.alarms} false alarms, {len(TEMPLATES)} templates")
