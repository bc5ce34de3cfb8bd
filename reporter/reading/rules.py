"""Decides whether the next event belongs to a run."""

from __future__ import annotations

from reporter.model import Epoch
from reporter.model.metrics import RATES
from reporter.reading.draft import Draft
from reporter.reading.events import CallbackMessage, EpochBegin, Result


def is_next_epoch(draft: Draft, event: EpochBegin) -> bool:
    """Tells whether a header is that of the epoch after the one that just finished; nearly all headers are."""
    header = draft.header
    if header is None or draft.closed or draft.repeated or draft.after or event.epochs != draft.epochs_declared:
        return False
    return event.epoch == header.epoch + 1 and header.epoch == draft.last_epoch


def follows_results_without_headers(draft: Draft, event: EpochBegin) -> bool:
    """Tells whether the epochs so far, which have no headers, are those just before the epoch that begins."""
    if draft.closed or not draft.has_results_without_headers:
        return False
    return (
        event.epoch > len({epoch.text for epoch in draft.epochs})
        if draft.numbers_guessed
        else event.epoch == draft.last_epoch + 1
    )


def can_continue(draft: Draft, event: EpochBegin) -> bool:
    """Tells whether an epoch can belong to the run.

    Its number goes up, and `fit` was asked for as many epochs; or the run has only been announced so far.
    """
    if not draft.has_begun and not draft.failure and not draft.closed:
        return True
    is_later = event.epoch > (draft.running_epoch or draft.last_epoch)
    return not draft.closed and is_later and event.epochs == draft.epochs_declared


def repeats_header(draft: Draft, event: EpochBegin) -> bool:
    """Tells whether a header repeats an earlier one of the run while its epoch is running.

    Worker processes forked by `use_multiprocessing` print the text in their buffers again. A header of epoch 1 after
    some steps is not a repetition but the beginning of a new `fit`.
    """
    running = draft.running_epoch
    if running is None or draft.failure or event.epochs != draft.epochs_declared:
        return False
    if event.epoch == 1 and draft.progress:
        return False
    return event.epoch == running or 1 < event.epoch < running


def may_repeat_header(draft: Draft, event: EpochBegin) -> bool:
    """Tells whether a header of an epoch that was already read may be a repetition.

    It is one if the run has epochs left, and the next event continues the run.
    """
    is_unfinished = draft.epochs_declared is None or draft.last_epoch < draft.epochs_declared
    is_alike = draft.header is not None and event.epochs == draft.epochs_declared
    return is_alike and is_unfinished and not draft.closed and event.epoch <= draft.last_epoch


def shows_echo(draft: Draft, header: EpochBegin, event: Result) -> bool:
    """Tells by the result below a repeated header that it is an echo.

    The result is one of an earlier epoch, whose header and result a forked worker printed again, or it completes the
    provisional result of the last epoch.
    """
    is_final = draft.last_is_provisional and draft.epochs[-1].logs.items() <= event.logs.items()
    return is_final or (header.epoch > 1 and event.text in draft.texts)


def is_for_next_run(draft: Draft, event: CallbackMessage) -> bool:
    """Tells whether a message belongs to the run after this one: Keras 3 sets the rate before it prints the header."""
    due = draft.unfinished_epoch or draft.last_epoch + 1
    return event.schedules and event.epoch is not None and event.epoch < due


def replaces_last_epoch(draft: Draft, event: Result) -> bool:
    """Tells whether a result is the final one of the last epoch, which was printed before without validation."""
    epoch = draft.epochs[-1]
    if epoch.steps != event.steps or epoch.text in draft.replacing_texts:
        return False
    is_printed_again = draft.last_is_provisional and epoch.logs.keys() == event.logs.keys()
    return is_printed_again or epoch.logs.keys() < event.logs.keys()


def repeats_result(draft: Draft, event: Result) -> bool:
    """Tells whether a result repeats an earlier one, or, broken off, the last one."""
    last = draft.epochs[-1]
    is_part = len(event.logs) < len(last.logs) and event.logs.items() <= last.logs.items()
    return event.text in draft.texts or (is_part and event.steps == last.steps)


def follows_evaluation(draft: Draft, event: Result) -> bool:
    """Tells whether the last result was that of an `evaluate` in a callback, and this one is that of its epoch.

    Of two results under one header, only this one has validation metrics.
    """
    if not draft.header or draft.header.epoch != draft.last_epoch or not event.validation:
        return False
    epoch = draft.epochs[-1]
    return epoch.steps != event.steps and epoch.logs.keys() < event.logs.keys()


def is_evaluation_within_epoch(draft: Draft, event: Result) -> bool:
    """Tells whether a result within an epoch is that of an `evaluate` which a callback called.

    It has other steps than the bar of the epoch, or lacks the validation metrics of earlier epochs. `evaluate` never
    prints validation metrics.
    """
    if event.validation:
        return False
    if draft.progress and draft.progress.steps and event.steps:
        return abs(draft.progress.steps - event.steps) > 1  # a counter may pass its end by 1
    last = draft.epochs[-1] if draft.epochs else None
    return last is not None and last.steps != event.steps and event.logs.keys() < last.logs.keys()


def is_evaluation_after_run(draft: Draft, event: Result) -> bool:
    """Tells whether a result is that of an `evaluate` after the run: it has train metrics and no validation metrics."""
    if not draft.epochs or not event.logs.keys() <= draft.epochs[-1].logs.keys():
        return False
    return len(event.logs) < len(draft.epochs[-1].logs) or event.steps != draft.epochs[-1].steps


def may_be_evaluation_within_epoch(draft: Draft, event: Result) -> bool:
    """Tells whether a result has the metrics of earlier epochs and other steps: of `evaluate`, if another follows."""
    if event.validation or draft.progress or not draft.epochs:
        return False
    last = draft.epochs[-1]
    return last.steps is not None and last.steps != event.steps and event.logs.keys() == _evaluated(draft, last)


def may_be_of_next_epoch(draft: Draft, event: Result) -> bool:
    """Tells whether a result after that of an epoch may be of the next one, or the first one was of `evaluate`."""
    if draft.closed or draft.failure or any(message.kind == "early_stopping" for message in draft.messages):
        return False
    if draft.epochs_declared is None or draft.last_epoch >= draft.epochs_declared or draft.header is None:
        return False
    return event.logs.keys() - event.validation.values() - RATES == _evaluated(draft, draft.epochs[-1])


def is_end_of_overwritten_bar(draft: Draft, event: Result) -> bool:
    """Tells whether a result without step counter is the end of a bar whose beginning other text has overwritten."""
    if event.steps is not None:
        return False
    counted = draft.epochs[-1].steps if draft.epochs else None
    return (counted or (draft.progress and draft.progress.steps)) is not None


def may_be_score(draft: Draft) -> bool:
    """Tells whether a number alone may be that of `evaluate`: the model has a loss and no metrics, and no score yet."""
    names = _evaluated(draft, draft.epochs[-1]) if draft.epochs else set()
    return not draft.running_epoch and not draft.scores and not draft.evaluations and names == {"loss"}


def has_same_metrics(draft: Draft, event: Result) -> bool:
    """Tells whether a result has the metrics and the number of steps of the epochs of the run."""
    epoch = draft.epochs[0]
    return epoch.logs.keys() == event.logs.keys() and epoch.steps == event.steps


def lacks_scores(draft: Draft) -> bool:
    """Tells whether a run has begun, and nothing is known of an evaluation of it."""
    return draft.has_begun and not draft.scores and not draft.evaluations


def is_waiting(draft: Draft) -> bool:
    """Tells whether no epoch of a run has begun, and nothing has ended the run."""
    return not draft.has_begun and not draft.closed and not draft.failure


def _evaluated(draft: Draft, epoch: Epoch) -> set[str]:
    """Returns the metrics of an epoch that `evaluate` prints, too: neither validation metrics nor the learning rate."""
    return epoch.logs.keys() - draft.validation.values() - RATES
