"""Trains a tiny network in each scenario, with real callbacks, and keeps what is printed and whose weights are evaluated.

`python tests/weights/record.py MODULE FOLDER` needs `keras` or `tf_keras`, and nothing of this repository. For each
scenario it writes `NAME.log`. `answers.json` has for each call of `evaluate`, in order, the epochs at whose end the
model had the weights that are evaluated: none if no epoch had them, several if training changed nothing.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
warnings.simplefilter("ignore")  # it goes to standard error anyway

import numpy as np  # noqa: E402

keras: Any = importlib.import_module(sys.argv[1])

SCENARIOS: dict[str, Callable[[Training], None]] = {}


def scenario(train: Callable[[Training], None]) -> Callable[[Training], None]:
    """Add a scenario under the name of its function."""
    SCENARIOS[train.__name__.replace("_", "-")] = train
    return train


def data(seed: int, samples: int) -> tuple[Any, Any]:
    """Make samples of two classes that overlap, so that validation metrics move up and down."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(samples, 8)).astype("float32")
    return x, (x @ np.arange(-4, 4) + random.normal(size=samples) * 6 > 0).astype("int64")


TRAINING, VALIDATION, TEST = data(1, 256), data(2, 200), data(3, 200)


class Training:
    """Holds a model, the weights that it had at the end of each epoch, and the answers."""

    def __init__(self) -> None:
        keras.utils.set_random_seed(3)
        self.model = self.network()
        self.weights: list[list[Any]] = []
        self.answers: list[list[int]] = []

    def network(self) -> Any:
        """Build a network."""
        model = keras.Sequential(
            [keras.layers.Input((8,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(2, "softmax")]
        )
        model.compile(keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    def fit(self, *callbacks: Any, epochs: int = 12) -> None:
        """Train; the weights of each epoch are kept before any other callback sees it."""
        keep = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: self.weights.append(self.model.get_weights()))
        self.model.fit(
            *TRAINING,
            epochs=epochs,
            batch_size=32,
            validation_data=VALIDATION,
            callbacks=[keep, *callbacks],
            verbose=2,
        )

    def evaluate(self, on: tuple[Any, Any] = VALIDATION, verbose: int = 2) -> list[float]:
        """Evaluate, and note of which epochs the weights are."""
        now = self.model.get_weights()
        same = [all(map(np.array_equal, now, each)) for each in self.weights]
        self.answers.append([number for number, equal in enumerate(same, 1) if equal])
        score: list[float] = self.model.evaluate(*on, batch_size=50, verbose=verbose)
        return score


def checkpoint(path: str, monitor: str = "val_accuracy", *, best: bool = True) -> Any:
    return keras.callbacks.ModelCheckpoint(
        path, monitor=monitor, save_best_only=best, save_weights_only=True, verbose=1
    )


def stop(patience: int = 3, *, restore: bool = False, verbose: int = 1) -> Any:
    return keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=restore, verbose=verbose)


@scenario
def no_callbacks(it: Training) -> None:
    it.fit()
    it.evaluate()
    it.evaluate(TEST)


@scenario
def no_callbacks_and_other_data(it: Training) -> None:
    it.fit()
    it.evaluate(TEST)


@scenario
def best_checkpoint_not_loaded(it: Training) -> None:
    it.fit(checkpoint("best.weights.h5"))
    print(it.evaluate(verbose=0))


@scenario
def best_checkpoint_loaded(it: Training) -> None:
    it.fit(checkpoint("best.weights.h5"))
    it.model.load_weights("best.weights.h5")
    it.evaluate()
    it.evaluate(TEST)


@scenario
def best_checkpoint_and_other_data(it: Training) -> None:
    it.fit(checkpoint("best.weights.h5"))
    it.model.load_weights("best.weights.h5")
    it.evaluate(TEST)


@scenario
def best_checkpoint_of_a_loss(it: Training) -> None:
    it.fit(checkpoint("best.weights.h5", "val_loss"))
    it.model.load_weights("best.weights.h5")
    loss, accuracy = it.evaluate(verbose=0)
    print(f"Test loss: {loss:.4f}, test accuracy: {accuracy:.4f}")


@scenario
def checkpoints_of_two_metrics(it: Training) -> None:
    it.fit(checkpoint("accuracy.weights.h5"), checkpoint("loss.weights.h5", "val_loss"))
    it.model.load_weights("loss.weights.h5")
    it.evaluate()
    it.model.load_weights("accuracy.weights.h5")
    it.evaluate()


@scenario
def every_epoch_saved_and_one_loaded(it: Training) -> None:
    it.fit(checkpoint("epoch-{epoch:02d}.weights.h5", best=False))
    it.model.load_weights("epoch-05.weights.h5")
    it.evaluate()


@scenario
def stopped_without_restoring(it: Training) -> None:
    it.fit(stop())
    it.evaluate()
    it.evaluate(TEST)


@scenario
def stopped_and_restored(it: Training) -> None:
    it.fit(stop(restore=True))
    it.evaluate()


@scenario
def stopped_and_restored_and_other_data(it: Training) -> None:
    it.fit(stop(restore=True))
    it.evaluate(TEST)


@scenario
def stopped_and_restored_in_silence(it: Training) -> None:
    it.fit(stop(restore=True, verbose=0))
    it.evaluate()


@scenario
def a_restore_when_training_ran_to_its_end(it: Training) -> None:
    """Keras 3 restores the best weights, Keras 2.15 does not."""
    it.fit(stop(patience=20, restore=True))
    it.evaluate()


@scenario
def a_restore_that_did_not_fire(it: Training) -> None:
    """The metric does not exist: `EarlyStopping` warns, and neither stops nor restores."""
    it.fit(keras.callbacks.EarlyStopping("val_acc", mode="max", patience=3, restore_best_weights=True, verbose=1))
    it.evaluate()


@scenario
def restored_and_a_checkpoint_of_another_epoch(it: Training) -> None:
    it.fit(stop(restore=True), checkpoint("best.weights.h5"))
    it.evaluate(TEST)
    it.evaluate()
    it.model.load_weights("best.weights.h5")
    it.evaluate()
    it.evaluate(TEST)


@scenario
def a_model_from_elsewhere(it: Training) -> None:
    it.fit()
    it.model = it.network()
    it.model.fit(*TRAINING, epochs=4, batch_size=16, verbose=0)
    it.evaluate()


@scenario
def a_model_from_elsewhere_beside_a_checkpoint(it: Training) -> None:
    it.fit(checkpoint("best.weights.h5"))
    it.model = it.network()
    it.model.fit(*TRAINING, epochs=4, batch_size=16, verbose=0)
    it.evaluate()


@scenario
def two_digits(it: Training) -> None:
    it.fit()
    print(f"Test accuracy: {it.evaluate(verbose=0)[1]:.2f}")


@scenario
def nothing_learned_in_the_end(it: Training) -> None:
    """The last epochs have the same weights."""
    it.fit(keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate if epoch < 8 else 0.0))
    it.evaluate()


@scenario
def interrupted(it: Training) -> None:
    """The user presses Ctrl-C in the middle of epoch 5."""
    state = {"epoch": 0}

    def press(batch: int, logs: object = None) -> None:
        if state["epoch"] == 4 and batch == 5:
            raise KeyboardInterrupt

    press_ctrl_c = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs=None: state.update(epoch=epoch), on_train_batch_end=press
    )
    try:
        it.fit(press_ctrl_c)
    except KeyboardInterrupt:
        print("KeyboardInterrupt")
    it.evaluate()


@scenario
def evaluated_before_training(it: Training) -> None:
    it.evaluate()
    it.fit(epochs=3)


def main() -> None:
    folder = Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    answers = {}
    os.chdir(tempfile.mkdtemp())  # for the files of checkpoints
    for name, train in SCENARIOS.items():
        it, printed = Training(), io.StringIO()
        with contextlib.redirect_stdout(printed):
            train(it)
        (folder / f"{name}.log").write_text(printed.getvalue(), encoding="utf-8")
        answers[name] = it.answers
    (folder / "answers.json").write_text(json.dumps(answers, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
