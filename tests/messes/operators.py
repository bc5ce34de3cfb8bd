"""Lists the operators, and applies random sequences of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from messes import callbacks, copies, edits, runs
from messes.document import CannotApplyError, Document
from messes.trainings import draw_document

Operator: TypeAlias = Callable[[Document, Random], None]
"""Disturbs a document, or raises `CannotApplyError` before it has changed anything."""

STAGES: dict[str, tuple[Operator, ...]] = {
    "trained": (
        runs.crash_in_first_epoch,
        runs.leave_in_first_epoch,
        runs.interrupt_and_resume,
        runs.fit_one_epoch_between,
        runs.fit_one_epoch_many_times,
        runs.evaluate_first,
        runs.evaluate_again,
        runs.predict_after,
    ),
    "printed": (
        callbacks.print_within,
        callbacks.predict_within,
        callbacks.predict_over_bar,
        callbacks.evaluate_within,
        callbacks.echo_header,
        callbacks.echo_result,
        callbacks.echo_result_after,
        callbacks.echo_epoch,
        callbacks.repeat_result,
        callbacks.warn_between,
        callbacks.count_past_end,
        callbacks.reach_unknown_total,
        callbacks.stop_on_nan,
    ),
    "copied": (
        copies.drop_first_header,
        copies.drop_first_epochs,
        copies.drop_middle_header,
        copies.drop_all_headers,
        copies.break_off,
        copies.cut_result,
        copies.drop_progress,
        copies.drop_messages,
        copies.drop_empty_lines,
        copies.lose_blanks,
        copies.add_blanks,
        copies.remove_bars,
        copies.shorten_bars,
        copies.remove_times,
        copies.replace_separators,
        copies.set_bold,
        copies.leave_stale_tail,
        copies.glue_to_unfinished,
        copies.glue_header,
        copies.glue_result,
        copies.join_lines,
        copies.wrap,
        copies.lose_redraws,
        copies.redraw_on_new_lines,
        copies.show_backspaces,
        copies.lose_escapes,
    ),
    "published": (
        edits.mix_two_processes,
        edits.evaluate_in_next_cell,
        edits.divide_into_cells,
        edits.add_score,
        edits.quote_best,
        edits.quote_last,
        edits.add_configurations,
        edits.add_commands,
        edits.add_summary,
        edits.add_download,
        edits.fence,
        edits.add_headings,
        edits.add_prose,
        edits.quote_block,
        edits.indent,
        edits.comment_out,
        edits.add_timestamps,
        edits.add_logger,
        edits.add_container,
        edits.number_lines,
        edits.list_lines,
        edits.set_in_html,
        copies.end_lines_as_windows,
        copies.add_empty_lines,
        copies.break_lines_of_markdown,
    ),
}
"""The operators, by the stage in the life of a log at which they work; the stages come one after the other."""

OPERATORS: dict[str, Operator] = {
    operator.__name__.replace("_", " "): operator for stage in STAGES.values() for operator in stage
}
DEEPEST = 6


@dataclass(frozen=True)
class Mess:
    """Holds a document that was disturbed, and the names of the operators that disturbed it."""

    document: Document
    operators: tuple[str, ...]


def compose(random: Random, names: Sequence[str] = tuple(OPERATORS), deepest: int = DEEPEST) -> Mess:
    """Draw a document, and disturb it.

    Args:
        random: The source of chance.
        names: The operators to choose from.
        deepest: The largest number of them that are applied to one document.
    """
    order = list(OPERATORS)
    while True:
        document = draw_document(random)
        depth = random.randint(1, min(deepest, len(names)))
        chosen = sorted(random.sample(names, depth), key=order.index)
        applied = tuple(name for name in chosen if apply(OPERATORS[name], document, random))
        if applied:
            return Mess(document, applied)


def apply(operator: Operator, document: Document, random: Random) -> bool:
    """Apply an operator, and say whether it could be applied."""
    done = set(document.done)
    try:
        operator(document, random)
    except CannotApplyError:
        document.done = done
        return False
    return True
