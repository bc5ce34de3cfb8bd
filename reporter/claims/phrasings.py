"""Lists the phrasings of claims as regular expressions over the letters of tokens (`words.py`).

The first table joins tokens that belong together, for example `epoch 18` or `batch size of 32`. A second one finds the
claims. The letters that the first table adds: `E` the number of an epoch, `C` a number of epochs, `S` a setting, `D` a
duration, `I` a label such as `model 3`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrasing:
    """Holds one way to say something.

    Attributes:
        name: What is said.
        pattern: The tokens, as letters.
        gives: For the first table the letter of the joined token, for the second one the kind of claim.
        samples: Sentences that are phrased like that.
        others: Sentences that look like it and are not.
    """

    name: str
    pattern: str
    gives: str
    samples: tuple[str, ...]
    others: tuple[str, ...] = ()

    def compiled(self) -> re.Pattern[str]:
        """Gives the pattern, compiled."""
        return re.compile(self.pattern)


JOINS = (
    Phrasing("the last epoch", r"le(?![NR])", "l", ("after the last epoch, it is 0.98",)),
    Phrasing("a count of epochs, out of all", r"R(?=e)e|R(?=v?e)ve", "C", ("20 of 20 epochs", "18/20 epochs")),
    Phrasing("an epoch of all", r"e=?R", "E", ("Epoch 17/20", "epoch 17 of 20")),
    Phrasing(
        "a number of epochs that is a setting",
        r"y[v=w]?Ne?",
        "S",
        ("patience of 5 epochs", "every 7 epochs", "within 50 epochs"),
    ),
    Phrasing("a count after a label", r"e=+a?N(?!Oe)", "C", ("Epochs: 20", "epochs=20", "epochs = 50")),
    Phrasing(
        "the numbers of epochs that are equal in a metric, of which the first counts",
        r"e(?:N,)+N(?![xtpe])",
        "E",
        ("epochs 16 and 17", "epochs 3, 4 and 5"),
        ("epoch 18, 0.9953", "epoch 18, 99"),
    ),
    Phrasing(
        "the number of an epoch",
        r"e[vw]?N(?!Oe)(?!e)|NOv?e|e[v=]{1,2}N(?!Oe)(?!e)",
        "E",
        ("epoch 18", "Epoch 00018", "epoch number 29", "the 41th epoch", "the epoch was 18"),
    ),
    Phrasing(
        "a count of epochs",
        r"N[w=]?(?:[w](?=e))?e",
        "C",
        ("20 epochs", "50 epoch logs", "twenty epochs", "20-epoch"),
    ),
    Phrasing("a duration", r"Nt(?:[v,]?Nt){0,3}", "D", ("1 h 05 min", "45 seconds", "2 minutes and 3 seconds")),
    Phrasing("a learning rate", r"r[=vwa,]{0,4}N|Nv?r", "S", ("learning rate of 0.003", "lr=0.1", "0.003 lr")),
    Phrasing(
        "a setting",
        r"x[=v]{0,3}a?N(?![xtpE])|N[w]?x",
        "S",
        ("batch size of 32", "kernel size 3", "64 kernels", "0.5 dropout"),
    ),
    Phrasing("a label", r"k=?[Nw](?!%)", "I", ("figure 3", "version 2", "Attempt 2", "week 3")),
    Phrasing("a number of other things", r"Ny", "S", ("3 times",)),
)
"""Tokens that belong together, in the order in which they are joined."""

_GAP = "[vw=,acbloSECIO]"
CLAIMS = (
    Phrasing(
        "a list of loss and accuracy",
        r"m?(?:[vw=,lbo]{0,6})(?:L)",
        "score",
        ("Score: [0.0165, 0.9947]", "[0.02, 0.995]"),
    ),
    Phrasing(
        "parameters, then their number",
        r"p[=vwa,cd]{0,7}?N(?![xtm])",
        "params",
        ("Total params: 14,864", "the number of parameters was around 12k"),
    ),
    Phrasing(
        "a number of parameters",
        r"(?:N)[wv]{0,4}p",
        "params",
        ("14,864 trainable parameters", "under 15k parameters", "the 15k mark of number of parameters"),
    ),
    Phrasing(
        "a time, then how long",
        r"(?:T|(?<=T)v)[vwa=cI,]{0,5}(?:D)(?:[vwy,]{0,2}e)?",
        "time",
        ("Model took 1966.81 seconds to train", "Training time: 6 min 24 s", "took 19 s per epoch"),
    ),
    Phrasing("how long, then the time", r"(?:D)[vwye,]{0,4}T", "time", ("6 min 24 s of training time",)),
    Phrasing("how long an epoch takes", r"(?:D)y?[v,=/]{0,1}y?e", "time", ("19 s per epoch", "19s/epoch")),
    Phrasing(
        "a metric and its value, side by side",
        r"m[v=w]{0,3}[ac]{0,2}v?[NR](?![xtpe])|N[vw,]{0,1}m(?!=)",
        "metric",
        (
            "val_acc: 0.9953",
            "test accuracy is 99.2%",
            "accuracy of about 99 %",
            "99 % test accuracy",
            "0.9953 in val_acc",
            "88+ accuracy",
        ),
        ("accuracy on 10 classes",),
    ),
    Phrasing(
        "a metric, other words, then its value",
        rf"m{_GAP}{{0,12}}?(?:N)(?![xtpe])",
        "metric",
        ("Test accuracy for the model after 10 epochs with batch size of 32 is 0.9885",),
    ),
    Phrasing(
        "a value, other words, then its metric",
        r"(?:N)[vwb(]{1,4}?m",
        "metric",
        ("0.97 for the validation accuracy", "99.5 % was the best validation accuracy"),
    ),
    Phrasing(
        "something reached a value",
        r"(?<=v)[avcw]{0,2}N(?![xtpeOy])(?:,N(?![xtpeOy]))?",
        "reached",
        ("Achieved 84.10 % at the 41th epoch", "reached around 89%"),
    ),
    Phrasing(
        "a value of another model",
        r"o[vw]{0,2}N(?![xtpeOy])|N[vw]{1,2}o",
        "other",
        ("as compared to 82.10 for the reference model",),
    ),
    Phrasing("a number of epochs", r"(?:C)", "epochs", ("Logs for 20 epochs", "Epochs: 20")),
    Phrasing(
        "the best epoch",
        r"b[vw=,ml]{0,5}(?:E)|m[vw]{0,2}b[vw=,]{0,4}E",
        "epoch_of_best",
        ("best epoch: 18", "Maximum: Epoch 17/20", "val_acc peaks at epoch 18"),
    ),
    Phrasing("an epoch below a label", r"^E$", "epoch_below", ("Epoch 45/50",)),
    Phrasing("a label, then a value", r"^[wvo,bliIk]{0,8}=?(?:N),?$", "label", ("Base network: 83.29", "0.8606")),
)
"""Claims, in the order in which they are looked for; tokens of one claim are no part of another."""
