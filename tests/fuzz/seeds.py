"""What fuzzing starts from: an example of each target, and words to put into it."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Mapping, Sequence

LOG = """\
# A model
Train on 60 samples, validate on 10 samples
Epoch 1/3
60/60 [==============================] - 1s 9ms/step - loss: 0.5 - acc: 0.75 - val_loss: 0.4 - val_acc: 0.8
Epoch 2/3
Epoch 00002: LearningRateScheduler setting learning rate to 0.0022744503.
2/2 \u2501\u2501\u2501\u2501 1s 90ms/step - acc: 0.5000 - loss: nan - val_acc: 0.6000
Epoch 00002: early stopping
[0.25, 0.9]
"""

NOTEBOOK = json.dumps(
    {
        "nbformat": 4,
        "cells": [
            {"cell_type": "markdown", "source": ["# Title\n"]},
            {"cell_type": "code", "outputs": [{"output_type": "stream", "text": [LOG]}]},
            {"cell_type": "code", "outputs": [{"output_type": "error", "ename": "A", "evalue": "b"}]},
        ],
    }
)

PAGE = """\
# Results
<!-- BEGIN_REPORTER id=a logs='a b.log' template=summary level=2 -->
old
<!-- END_REPORTER sha256=00 -->
- item
  {/* BEGIN_REPORTER monitor=val_loss mode=min */}
  {/* END_REPORTER */}
```
<!-- BEGIN_REPORTER -->
```
"""

SEEDS: Mapping[str, Sequence[bytes]] = {
    "bytes": [
        LOG.encode(),
        *(pack(LOG.encode()) for pack in (gzip.compress, bz2.compress, lzma.compress)),
        LOG.encode("utf-16"),
        b"epoch,acc,loss\n0,0.5,0.9\n1,0.6,nan\n",
        b'{"acc": [0.5, 0.6], "loss": [0.9, NaN]}',
    ],
    "notebooks": [NOTEBOOK.encode(), LOG.replace("Epoch 2", "\0Epoch 2").encode()],
    "markers": [PAGE.encode()],
    "gates": [b"val_acc>=0.994", b"*GAP*:last.val_loss<=0.05", b"mean.val_acc>=99%@p<0.05", b"score.acc>1e-3"],
    "templates": [
        b"{% for g in groups %}{{ g | length }}{% else %}{{ title | upper }}{% endfor %}",
        b"{% macro a(b) %}{{ b ~ 1 }}{% endmacro %}{{ a(title) * 3 }}{% set x = namespace(y=1) %}{{ x.y ** 2 }}",
    ],
    "prose": [
        b"# Net\nThe best val_acc is 0.8 at epoch 1, 75% in training.\n\n```\n" + LOG.encode() + b"```\n",
        b"| model | val_acc |\n|---|---|\n| Net | **80.0 %** |\n\n" + LOG.encode(),
    ],
}

WORDS = [
    *(b"Epoch 1/3\n", b"\n", b"\r", b"\b", b"\x1b[2K", b"\0", b" - loss: ", b"val_acc: 0.5", b"8/8 [==]", b"nan", b"1e999"),
    *(b"<!-- BEGIN_REPORTER", b"END_REPORTER", b"-->", b"{/*", b"*/}", b"logs=", b"```", b"<pre>", b"\\", b"'", b'"'),
    *(b">=", b"<", b"@p<0.05", b"best.", b"mean.", b"%", b":", b"*", b"{{", b"}}", b"{%", b"%}", b"|", b"~", b"range(9)"),
    *(b"{", b"[", b'"cells":', b'"outputs":', b"\x1f\x8b", b"\xff\xfe", b"brain.Event:", b"\xe2\x80\xae", b"99.53%", b"epoch 18"),
]  # fmt: skip
